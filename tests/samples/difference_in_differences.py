"""Regions with and without a policy; synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np


def regions(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    outcomes = generator.normal(10, 1, (*front, 12, 6)).cumsum(axis=-1)
    treated = np.broadcast_to((np.arange(12) % 3 == 0).astype(float), (*front, 12)).copy()
    return {"outcomes": outcomes, "treated": treated}


NAMES = ("effect", "trend_before", "period_by_period")
DATA = {f"difference_in_differences.{name}": regions for name in NAMES}
CHOICES = {f"difference_in_differences.{name}": {"before": 3} for name in NAMES}
