"""Random walks of places, and points that rise among their values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from samples.markov import walks

POINTS = 25


def pointed(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    values = walks(generator, front)
    low, high = values.min(axis=(-2, -1))[..., None] - 3, values.max(axis=(-2, -1))[..., None] + 3
    return {"values": values, "points": low + (high - low) * np.linspace(0.0, 1.0, POINTS)}


DATA = {f"stochastic_kernels.{name}": pointed for name in ("conditional", "ergodic_density")}
ORDERED = {"stochastic_kernels.ergodic_density": {"point"}}
