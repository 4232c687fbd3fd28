"""Random places that close part of their gap, so that speed and half-life have a value; made up."""

from __future__ import annotations

import numpy as np

PLACES, CONTROLS = 12, 2


def _converging(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, np.ndarray]:
    start = generator.uniform(1.0, 3.0, (*front, PLACES))
    end = 5 + 0.6 * start + generator.normal(0, 0.05, start.shape)
    return {"initial": np.exp(start), "final": np.exp(end)}


def _controlled(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {**_converging(generator, front), "controls": generator.uniform(1, 2, (*front, PLACES, CONTROLS))}


DATA = {
    **dict.fromkeys(
        [f"convergence.{name}" for name in ("beta_convergence", "beta", "speed", "half_life")],
        _converging,
    ),
    "convergence.conditional_beta_convergence": _controlled,
}
