"""Random amounts of six sectors in twelve places, and proximities of the sectors; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def amounts(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"amounts": generator.gamma(0.6, 1.0, (*front, 12, 6)) + 0.01}


def with_proximities(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    near = generator.uniform(0.1, 0.9, (*front, 6, 6))
    near = (near + np.swapaxes(near, -1, -2)) / 2
    return {**amounts(generator, front), "proximities": np.where(np.eye(6, dtype=bool), 1.0, near)}


DATA = {"relatedness.proximity": amounts, "relatedness.relatedness_density": with_proximities}
