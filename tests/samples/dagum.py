"""Random input for Dagum's decomposition: values per head, people, and three groups of unequal size that overlap."""

from __future__ import annotations

from typing import Any

import numpy as np

GROUPS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 0, 1])
"""Groups of the twelve places."""


def grouped(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    shape = (*front, len(GROUPS))
    return {
        "values": generator.uniform(0.05, 2.0, shape),
        "people": generator.uniform(0.5, 0.95, shape),
        "groups": np.broadcast_to(GROUPS, shape).copy(),
    }


NAMES = (
    "dagum_decomposition", "dagum_contributions", "gini_within_groups", "gini_between_groups", "relative_affluence",
)  # fmt: skip
DATA = {f"dagum.{name}": grouped for name in NAMES}
