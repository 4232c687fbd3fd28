"""Series with a common drift, one treated region and twelve donors; synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np


def series(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    drift = generator.normal(0, 1, (*front, 1, 9)).cumsum(axis=-1)
    level = generator.uniform(20, 40, (*front, 13, 1))
    values = level + drift * generator.uniform(0.5, 1.5, (*front, 13, 1)) + generator.normal(0, 0.3, (*front, 13, 9))
    return {"outcome": values[..., 0, :], "donors": values[..., 1:, :]}


NAMES = ("donor_weights", "gap_by_period", "placebo_test", "without_each_donor")
DATA = {f"synthetic_control.{name}": series for name in NAMES}
CHOICES = {f"synthetic_control.{name}": {"before": 6} for name in NAMES}
