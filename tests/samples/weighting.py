"""Input for weights of indicators: a common factor behind all of them, one zero, and directions of both kinds."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, INDICATORS = 12, 4
Front = tuple[int, ...]


def zero_held(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    values = generator.uniform(0.05, 0.5, (*front, PLACES, INDICATORS))
    values[..., 5, 2] = 0.0
    return {"values": values}


def directed(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    factor = generator.normal(0, 3, (*front, PLACES, 1))
    directions = np.broadcast_to(np.array([1.0, -1.0, 1.0, -1.0]), (*front, INDICATORS)).copy()
    values = 20 + directions[..., None, :] * factor + generator.uniform(-0.5, 0.5, (*front, PLACES, INDICATORS))
    return {"values": values, "directions": directions}


DATA = {
    "weighting.entropy": zero_held,
    "weighting.critic": directed,
    "weighting.principal_components": directed,
}
