"""Input with absent cells; years rise, and the ends of every series are there."""

from __future__ import annotations

from typing import Any

import numpy as np

PLACES, PERIODS, INDICATORS, GROUPS = 12, 5, 4, 3
Front = tuple[int, ...]


def holed(generator: np.random.Generator, front: Front) -> dict[str, Any]:
    values = generator.uniform(1, 9, (*front, PLACES, INDICATORS))
    values[..., 3, 1] = values[..., 7, 2] = np.nan
    return {"values": values}


def grouped(generator: np.random.Generator, front: Front) -> dict[str, Any]:
    groups = np.broadcast_to(np.arange(PLACES) % GROUPS, (*front, PLACES)).copy()
    return {**holed(generator, front), "groups": groups}


def series(generator: np.random.Generator, front: Front) -> dict[str, Any]:
    values = generator.uniform(1, 9, (*front, PLACES, PERIODS))
    values[..., 3, 1:3] = values[..., 7, 3] = np.nan
    return {"values": values, "years": np.cumsum(generator.integers(1, 4, (*front, PERIODS)), axis=-1) + 2000.0}


DATA = {
    **{f"imputation.{name}": holed for name in ("gaps", "filled_by_mean", "filled_by_median")},
    "imputation.filled_by_group_mean": grouped,
    "imputation.filled_along_time": series,
}
