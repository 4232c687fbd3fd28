"""Random walks of places over periods, and tables of moves; all synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

PLACES, PERIODS, CLASSES = 12, 8, 3


def walks(generator: Generator, front: tuple[int, ...], periods: int = PERIODS) -> Any:
    """Return values that stay above zero and keep some of their order."""
    start, steps = generator.uniform(20, 80, (*front, PLACES, 1)), generator.normal(0, 4, (*front, PLACES, periods))
    return np.maximum(start + steps.cumsum(axis=-1), 1 + 0.1 * generator.random(steps.shape))


def panel(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"values": walks(generator, front)}


def grouped(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    groups = np.broadcast_to(np.arange(PLACES) % 2, (*front, PLACES)).copy()
    return {"values": walks(generator, front), "groups": groups}


def tables(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"tables": generator.integers(1, 40, (*front, 2, CLASSES, CLASSES)).astype(np.float64)}


CHOSEN = ("quantile_class", "transition_counts", "transition_probabilities", "homogeneity_over_time")
DATA = {
    **{f"markov.{name}": panel for name in CHOSEN},
    "markov.homogeneity_of_groups": grouped,
    "markov.homogeneity": tables,
}
CHOICES: dict[str, dict[str, Any]] = {
    name: {"classes": CLASSES, "quantiles": "pooled"} for name in DATA if name != "markov.homogeneity"
}
LENGTHS = {f"markov.{name}": {"class": CLASSES} for name in ("transition_counts", "transition_probabilities")}
