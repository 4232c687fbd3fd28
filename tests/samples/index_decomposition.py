"""Factors of sectors, before and after: positive, with the last axis of factors (synthetic)."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array

SECTORS, FACTORS = 3, 4


def of_one(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {name: generator.uniform(0.3, 2, (*front, FACTORS)) for name in ("earlier", "later")}


def of_sectors(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {name: generator.uniform(0.3, 2, (*front, SECTORS, FACTORS)) for name in ("earlier", "later")}


DATA: dict[str, Any] = {
    "index_decomposition.change_of_product": of_one,
    "index_decomposition.lmdi": of_one,
    "index_decomposition.change_over_sectors": of_sectors,
    "index_decomposition.lmdi_over_sectors": of_sectors,
    "index_decomposition.lmdi_ratio_over_sectors": of_sectors,
}
CHOICES: dict[str, Any] = {"index_decomposition.kaya": {"base": "chained"}}
