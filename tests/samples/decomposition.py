"""Random input for the decompositions of Theil's indices: three groups of unequal size, each with its own subgroups."""

from __future__ import annotations

from typing import Any

import numpy as np

GROUPS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 0, 1])
SUBGROUPS = np.array([0, 3, 0, 1, 4, 2, 2, 5, 5, 1, 3, 4])
"""Groups of the twelve places, and subgroups inside them."""


def grouped(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    shape = (*front, len(GROUPS))
    return {
        "incomes": generator.uniform(0.05, 2.0, shape),
        "people": generator.uniform(0.5, 0.95, shape),
        "groups": np.broadcast_to(GROUPS, shape).copy(),
    }


def nested(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    data = grouped(generator, front)
    return {**data, "subgroups": np.broadcast_to(SUBGROUPS, data["groups"].shape).copy()}


DATA = {
    **{
        f"decomposition.theil_{name}": grouped
        for name in ("t_decomposition", "l_decomposition", "t_by_group", "l_by_group")
    },
    **{f"decomposition.nested_theil_{name}": nested for name in "tl"},
}
