"""Random margins and a few known flows of four places, feasible in every combination; all synthetic."""

from __future__ import annotations

import numpy as np

from samples.margins import TOTAL, partly_known
from xietong.measures.axes import Array


def away(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {**partly_known(generator, front), "total": np.full(front, TOTAL)}


def years(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"parts": generator.uniform(1, 9, (*front, 4)), "whole": generator.uniform(10, 30, front)}


DATA = {
    **dict.fromkeys([f"reconciliation.{name}" for name in ("possible_flows", "contradiction", "unplaced")], away),
    "reconciliation.adding_up": years,
}
CHOICES = {
    "reconciliation.adding_up": {"rounding": 0.05},
    "reconciliation.implied_whole": {"part_rounding": 0.05, "share_rounding": 0.0005},
}
