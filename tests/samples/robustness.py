"""Input for robustness: scores above zero by every choice, some of them absent, and choices that vary everything."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array

NORMALISATIONS, READINGS, TREATMENTS, PLACES, PERIODS, INDICATORS = 3, 2, 2, 5, 3, 4
Front = tuple[int, ...]


def by_choice(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    shape = (*front, NORMALISATIONS, READINGS, TREATMENTS, PLACES, PERIODS, INDICATORS)
    scores = generator.uniform(1, 9, shape)
    scores[..., 0, 1, 2] = np.nan
    scores[..., 1, :, :, 3] = np.nan
    return {"scores": scores, "weights": generator.uniform(0.5, 2, (*front, INDICATORS))}


def tables(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    scores = generator.uniform(1, 9, (*front, NORMALISATIONS, PLACES, PERIODS, INDICATORS))
    scores[..., 0, 1, 2] = np.nan
    return {"scores": scores}


_VARIED: dict[str, Any] = {"aggregation": "arithmetic_or_geometric", "weight_spread": 0.25}
_BY_CHOICE = ("index_values", "index_changes", "index_ranks", "change_sensitivity", "rank_sensitivity")
_ORDERED = ("normalisation", "reading", "missing", "indicator")

DATA = {
    "robustness.common_scale": tables,
    "robustness.single_choices": by_choice,
    **{f"robustness.{name}": by_choice for name in _BY_CHOICE},
}
CHOICES = {
    "robustness.single_choices": _VARIED,
    **{f"robustness.{name}": {**_VARIED, "replications": 32} for name in _BY_CHOICE},
}
ORDERED = {"robustness.common_scale": ("normalisation",)} | {
    name: _ORDERED for name in DATA if name != "robustness.common_scale"
}
LENGTHS = {"robustness.single_choices": {"option": 1 + 2 + 1 + 1 + 1 + 3 * INDICATORS}}
