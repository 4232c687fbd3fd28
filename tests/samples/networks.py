"""Random networks of twelve places; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES = 12


def directed(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    """Return strengths of which a third is missing; a ring both ways keeps every place in reach."""
    shape = (*front, PLACES, PLACES)
    ring = np.roll(np.eye(PLACES, dtype=bool), 1, axis=1)
    there = (generator.random(shape) < 0.67) | ring | ring.T
    strengths = generator.uniform(0.5, 5.0, shape) * there
    return {"links": np.where(np.eye(PLACES, dtype=bool), 0.0, strengths)}


def undirected(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    links = directed(generator, front)["links"]
    return {"links": (links + np.swapaxes(links, -1, -2)) / 2}


def at_thresholds(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {**directed(generator, front), "thresholds": generator.uniform(0.0, 6.0, (*front, 5))}


def grouped(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    groups = np.broadcast_to(np.arange(PLACES) % 3, (*front, PLACES)).copy()
    return {**directed(generator, front), "groups": groups}


DATA = {
    "networks.density": directed,
    "networks.density_by_threshold": at_thresholds,
    "networks.global_efficiency": directed,
    "networks.mean_path_length": directed,
    "networks.clustering": undirected,
    "networks.modularity": grouped,
}
CHOICES = {"networks.density": {"threshold": 2.0}}
