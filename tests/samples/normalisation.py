"""Input for normalisation: directions of both kinds, goalposts in both orders, targets that no place has reached."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, PERIODS, INDICATORS = 12, 4, 4
Front = tuple[int, ...]


def directions(generator: np.random.Generator, front: Front) -> Array:
    return np.broadcast_to(np.array([1.0, -1.0, 1.0, -1.0]), (*front, INDICATORS)).copy()


def table(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    values = generator.uniform(1, 9, (*front, PLACES, INDICATORS))
    return {"values": values, "directions": directions(generator, front)}


def panel(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    values = generator.uniform(1, 9, (*front, PLACES, PERIODS, INDICATORS))
    return {"values": values, "directions": directions(generator, front)}


def posts(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    values = generator.uniform(1, 9, (*front, PLACES, INDICATORS))
    low, high = generator.uniform(0, 2, (*front, INDICATORS)), generator.uniform(7, 9, (*front, INDICATORS))
    less = directions(generator, front) < 0
    return {"values": values, "worst": np.where(less, high, low), "best": np.where(less, low, high)}


def targets(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    data = table(generator, front)
    return {**data, "targets": np.where(data["directions"] > 0, 9.5, 0.5)}


DATA = {
    **{
        f"normalisation.{name}": table
        for name in ("min_max", "z_scores", "ranks", "percentile_ranks", "borda", "distance_to_best")
    },
    "normalisation.pooled_min_max": panel,
    "normalisation.goalposts": posts,
    "normalisation.distance_to_target": targets,
}
CHOICES = {"normalisation.z_scores": {"sample": True}}
