"""Random flows between six places, all pairs but those within a place, a fifth of them without a flow; synthetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

PLACES = 6


def pairs(*masses: str) -> Callable[[Generator, tuple[int, ...]], dict[str, Any]]:
    """Return what makes flows, places, masses with these names and distances."""

    def make(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
        origins, destinations = np.nonzero(~np.eye(PLACES, dtype=bool))
        shape = (*front, len(origins))
        flows = generator.uniform(1, 50, shape) * (generator.random(shape) > 0.2)
        return {
            "flows": flows,
            "origins": np.broadcast_to(origins, shape).copy(),
            "destinations": np.broadcast_to(destinations, shape).copy(),
            **{name: generator.uniform(1, 9, shape) for name in masses},
            "distances": generator.uniform(10, 400, shape),
        }

    return make


def without_distances(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    told = pairs()(generator, front)
    return {name: told[name] for name in ("flows", "origins", "destinations")}


DATA = {
    "interaction.unconstrained": pairs("origin_masses", "destination_masses"),
    "interaction.production_constrained": pairs("destination_masses"),
    "interaction.attraction_constrained": pairs("origin_masses"),
    "interaction.doubly_constrained": pairs(),
    "interaction.expected_flow": pairs(),
    "interaction.separated": without_distances,
}
