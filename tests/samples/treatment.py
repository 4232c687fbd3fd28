"""Input for the treatment of indicators: long tails, some of them low, and highest values above one."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, INDICATORS = 12, 4
Front = tuple[int, ...]


def tails(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    values = generator.lognormal(1, 1, (*front, PLACES, INDICATORS))
    values[..., 3, 1] += 500
    values[..., 2, 2] -= 300
    return {"values": values}


def above_zero(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    return {"values": generator.lognormal(1, 1, (*front, PLACES, INDICATORS)) + 1.5}


NAMES = ("skewness", "kurtosis", "winsorised", "winsorised_places", "coin_tool_logarithm")
DATA = {
    **{f"treatment.{name}": tails for name in NAMES},
    "treatment.innovation_index_logarithm": above_zero,
    "treatment.box_cox": above_zero,
}
CHOICES = {"treatment.box_cox": {"power": 0.5, "lowest": "kept"}}
