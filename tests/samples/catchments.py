"""Random tables of pairs: every place and every facility in reach, so that no supply and no people are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

PLACES, COUNTS = 6, 4
MEASURES = ("two_step", "enhanced_two_step", "three_step", "balanced", "spatial_availability")


def pairs(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    """Return origins, facilities and costs of all pairs; each place has one facility that is near."""
    origins, facilities = np.repeat(np.arange(PLACES), COUNTS), np.tile(np.arange(COUNTS), PLACES)
    near = origins % COUNTS == facilities
    return {
        "origins": np.broadcast_to(origins, (*front, len(origins))).copy(),
        "facilities": np.broadcast_to(facilities, (*front, len(origins))).copy(),
        "costs": np.where(
            near, generator.uniform(0.5, 4, (*front, len(near))), generator.uniform(1, 12, (*front, len(near)))
        ),
    }


def sides(*names: str) -> Callable[[Generator, tuple[int, ...]], dict[str, Any]]:
    """Return what makes a sample with these parameters over places, supply and pairs."""
    return lambda generator, front: {
        **{name: generator.uniform(1, 100, (*front, PLACES)) for name in names},
        "supply": generator.uniform(1, 20, (*front, COUNTS)),
        **pairs(generator, front),
    }


DATA = {f"catchments.{name}": sides("people") for name in MEASURES}
ORDERED = {f"catchments.{name}": {"place", "facility"} for name in MEASURES}
CHOICES: dict[str, dict[str, Any]] = {}
