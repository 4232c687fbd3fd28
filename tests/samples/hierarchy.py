"""Input for hierarchies: six leaves in two pillars under one index; the cells of the pillars and the index are empty."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PARENTS = [6, 6, 6, 7, 7, 7, 8, 8, 8]


def nodes(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    scores = generator.uniform(1, 9, (*front, 9))
    scores[..., 6:] = np.nan
    return {"scores": scores, **weighted(generator, front)}


def weighted(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    weights = generator.uniform(0.1, 0.9, (*front, 9))
    return {"weights": weights, "parents": np.broadcast_to(np.array(PARENTS), weights.shape).copy()}


DATA = {"hierarchy.tree": nodes, "hierarchy.effective_weights": weighted}
ORDERED = {"hierarchy.tree": ("node",), "hierarchy.effective_weights": ("node",)}
