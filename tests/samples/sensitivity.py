"""Input for sensitivity: outputs of a model with interactions, limits in order, alternatives of scores above zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array

FACTORS, REPLICATIONS = 3, 64
Front = tuple[int, ...]


def outputs(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    a = generator.uniform(0, 1, (*front, REPLICATIONS, FACTORS))
    b = generator.uniform(0, 1, (*front, REPLICATIONS, FACTORS))
    mixed = [np.where(np.arange(FACTORS) == factor, b, a) for factor in range(FACTORS)]
    y_ab = np.stack([model(x) for x in mixed], axis=-2)
    return {"y_a": model(a), "y_b": model(b), "y_ab": y_ab}


def model(x: Array) -> Array:
    y: Array = 20 + x[..., 0] + 2 * x[..., 1] + 3 * x[..., 0] * x[..., 2]
    return y


def limits(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    return {"low": generator.uniform(-5, 0, (*front, FACTORS)), "high": generator.uniform(1, 5, (*front, FACTORS))}


def alternatives(generator: np.random.Generator, front: Front) -> dict[str, Array]:
    return {
        "scores": generator.uniform(1, 9, (*front, 3, 12, 4)),
        "weights": generator.uniform(0.5, 2, (*front, 4)),
    }


_VARIED: dict[str, Any] = {
    "aggregation": "any_of_three", "weight_spread": 0.5, "left_out": True, "replications": 64,
}  # fmt: skip

DATA = {
    "sensitivity.sobol_indices": outputs,
    "sensitivity.sobol_intervals": outputs,
    "sensitivity.sobol_design": limits,
    "sensitivity.index_sensitivity": alternatives,
    "sensitivity.place_sensitivity": alternatives,
}
CHOICES = {
    "sensitivity.sobol_intervals": {"resamples": 50},
    "sensitivity.sobol_design": {"replications": 16},
    "sensitivity.index_sensitivity": _VARIED,
    "sensitivity.place_sensitivity": {**_VARIED, "of": "score"},
}
ORDERED = {
    "sensitivity.sobol_intervals": ("replication",),
    "sensitivity.sobol_design": ("factor",),
    "sensitivity.index_sensitivity": ("alternative", "indicator"),
    "sensitivity.place_sensitivity": ("alternative", "indicator"),
}
LENGTHS = {"sensitivity.sobol_design": {"matrix": 2 + FACTORS, "replication": 16}}
