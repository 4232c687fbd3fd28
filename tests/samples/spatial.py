"""Random values at twelve places on a ring, each linked with the two on either side, and an island in their midst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

PLACES = 12
Sample = Callable[[Generator, tuple[int, ...]], dict[str, Any]]


def links(generator: Generator, front: tuple[int, ...], places: int = PLACES - 1) -> dict[str, Any]:
    """Return links of all places but the last, with unequal weights up to 1."""
    steps = (1, 2, places - 1, places - 2)
    origins = np.repeat(np.arange(places), len(steps))
    destinations = (origins + np.tile(steps, places)) % places
    shape = (*front, len(origins))
    return {
        "origins": np.broadcast_to(origins, shape).copy(),
        "destinations": np.broadcast_to(destinations, shape).copy(),
        "weights": generator.uniform(0.2, 1.0, shape),
    }


def over(*names: str) -> Sample:
    """Return what makes a sample with these parameters over places, and links."""
    return lambda generator, front: {
        **{name: generator.uniform(1, 100, (*front, PLACES)) for name in names},
        **links(generator, front),
    }


def marked(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    """Return marks of which some are set and some are not."""
    marks = (generator.random((*front, PLACES)) < 0.5).astype(np.float64)
    marks[..., 0], marks[..., 1] = 1.0, 0.0
    return {"marks": marks, **links(generator, front)}


DATA = {
    "spatial.moran": over("values"),
    "spatial.geary": over("values"),
    "spatial.getis_ord": over("values"),
    "spatial.permutation_test": over("values"),
    "spatial.bivariate_moran": over("values", "others"),
    "spatial.join_counts": marked,
}
ORDERED = {name: {"place"} for name in DATA}
CHOICES: dict[str, dict[str, Any]] = {name: {"permutations": 99, "seed": 3} for name in list(DATA)[3:]}
