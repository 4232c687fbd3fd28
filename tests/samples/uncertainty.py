"""Input for uncertainty: three alternatives of scores above zero, and choices that vary everything."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array

ALTERNATIVES, PLACES, INDICATORS = 3, 12, 4
Front = tuple[int, ...]


def alternatives(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    return {
        "scores": generator.uniform(1, 9, (*front, ALTERNATIVES, PLACES, INDICATORS)),
        "weights": generator.uniform(0.5, 2, (*front, INDICATORS)),
    }


def table(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    return {
        "values": generator.uniform(1, 9, (*front, PLACES, INDICATORS)),
        "directions": np.broadcast_to(np.array([1.0, -1.0, 1.0, -1.0]), (*front, INDICATORS)).copy(),
        "weights": generator.uniform(0.5, 2, (*front, INDICATORS)),
    }


_NAMES = ("rank_intervals", "score_intervals", "top_frequencies", "outranking_frequencies")
_VARIED: dict[str, Any] = {
    "aggregation": "any_of_three", "weight_spread": 0.25, "left_out": True, "replications": 101,
}  # fmt: skip

DATA = {**{f"uncertainty.{name}": alternatives for name in _NAMES}, "uncertainty.simulated_ranks": table}
CHOICES = {**dict.fromkeys(DATA, _VARIED), "uncertainty.top_frequencies": {**_VARIED, "top": 3}}
ORDERED = dict.fromkeys(DATA, ("alternative", "indicator"))
