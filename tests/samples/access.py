"""Random tables of pairs, as for the catchments; coordinates all over the globe."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from samples.catchments import PLACES, sides

MEASURES = ("cumulative_opportunities", "nearest_cost", "coverage", "coverage_by_group", "urban_rural_coverage")


def by_group(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    made = sides("people")(generator, front)
    groups = np.broadcast_to(np.arange(PLACES) % 3, (*front, PLACES)).copy()
    return {"people": made.pop("people"), "groups": groups, **made}


def coordinates(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    width = {"longitude": 180, "latitude": 90}
    names = ("from_longitude", "from_latitude", "to_longitude", "to_latitude")
    return {name: generator.uniform(-1, 1, front) * width[name.partition("_")[2]] for name in names}


DATA = {
    **{f"access.{name}": sides("people") for name in MEASURES[:3]},
    "access.coverage_by_group": by_group,
    "access.urban_rural_coverage": sides("urban_people", "rural_people"),
    "access.great_circle": coordinates,
}
ORDERED = {f"access.{name}": {"place", "facility"} for name in MEASURES}
