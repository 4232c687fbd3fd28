"""Series of twelve places that draw together or apart over fourteen periods, above zero; all synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

PLACES, PERIODS = 12, 14


def series(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    level, steps = generator.normal(9, 1, (*front, PLACES, 1)), generator.normal(0.02, 0.02, (*front, PLACES, PERIODS))
    return {"values": np.exp(level + steps.cumsum(axis=-1))}


def grouped(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    groups = np.broadcast_to(np.arange(PLACES) % 2, (*front, PLACES)).copy()
    return {**series(generator, front), "groups": groups}


DATA = {
    **{f"convergence_clubs.{name}": series for name in ("hp_trend", "transition_path", "log_t", "club")},
    "convergence_clubs.club_tests": grouped,
}
CHOICES: dict[str, dict[str, Any]] = {"convergence_clubs.hp_trend": {"smoothing": 6.25}}
