"""Random supply chains of ten nodes, some on loops, and firms in four places; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

NODES, PLACES = 10, 4


def links(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    shape = (*front, NODES, NODES)
    there = (generator.random(shape) < 0.18) & ~np.eye(NODES, dtype=bool)
    return {"links": there * generator.uniform(0.5, 2.0, shape)}


def firms(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    shape = (*front, NODES, PLACES)
    return {"firms": generator.integers(0, 4, shape) * (generator.random(shape) < 0.4) * 1.0}


def both(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {**links(generator, front), **firms(generator, front)}


def inputs(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    inside = np.broadcast_to(np.array([1.0, 1.0, 0.0, 0.0]), (*front, PLACES)).copy()
    return {"inputs": firms(generator, front)["firms"], "inside": inside}


DATA = {
    "chains.presence": both,
    "chains.holders": firms,
    "chains.node_concentration": firms,
    "chains.sourcing": inputs,
    "chains.sourcing_by_node": inputs,
    **{f"chains.{one}": links for one in ("reach", "loops", "articulation", "sole_supplier")},
}
