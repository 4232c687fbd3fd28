"""Random places in logarithms over years; made up."""

from __future__ import annotations

import numpy as np

PLACES, PERIODS = 12, 6


def _places(generator: np.random.Generator, front: tuple[int, ...], *more: int) -> np.ndarray:
    return np.exp(generator.uniform(1.0, 3.0, (*front, PLACES, *more)))


DATA = {
    "sigma_convergence.sigma": lambda generator, front: {"values": _places(generator, front)},
    "sigma_convergence.sigma_trend": lambda generator, front: {"values": _places(generator, front, PERIODS)},
    "sigma_convergence.sigma_test": lambda generator, front: {
        "initial": _places(generator, front),
        "final": _places(generator, front),
    },
}
