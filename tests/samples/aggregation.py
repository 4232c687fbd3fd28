"""Input for aggregation: directions of both kinds, goalposts in both orders."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, INDICATORS = 12, 4
Front = tuple[int, ...]


def table(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    directions = np.broadcast_to(np.array([1.0, -1.0, 1.0, -1.0]), (*front, INDICATORS)).copy()
    return {"values": generator.uniform(1, 9, (*front, PLACES, INDICATORS)), "directions": directions}


def posts(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    shape = (*front, INDICATORS)
    low, high, less = generator.uniform(0, 2, shape), generator.uniform(7, 9, shape), np.arange(INDICATORS) % 2 == 1
    return {
        "values": generator.uniform(1, 9, shape),
        "worst": np.where(less, high, low),
        "best": np.where(less, low, high),
    }


DATA = {"aggregation.mazziotta_pareto": table, "aggregation.adjusted_mazziotta_pareto": posts}
