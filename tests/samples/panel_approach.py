"""Series with two common drifts, one treated region and six controls over twenty periods; synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np


def series(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Any]:
    drifts = generator.normal(0, 1, (*front, 2, 20)).cumsum(axis=-1)
    values = generator.uniform(-1, 1, (*front, 7, 2)) @ drifts + generator.normal(0, 0.3, (*front, 7, 20))
    return {"outcome": values[..., 0, :] + 5, "controls": values[..., 1:, :]}


NAMES = ("coefficients", "effect_by_period", "prediction_error", "mean_effect", "without_each_control")
DATA = {f"panel_approach.{name}": series for name in NAMES}
CHOICES = {f"panel_approach.{name}": {"before": 14} for name in NAMES}
