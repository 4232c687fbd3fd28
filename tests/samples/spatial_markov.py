"""Random walks of twelve places on a ring, each linked with the two on either side."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from samples.markov import PLACES, walks
from samples.spatial import links


def around(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"values": walks(generator, front), **links(generator, front, PLACES)}


NAMES = ("lag_counts", "lag_probabilities", "lag_homogeneity", "lag_conditional", "lag_significance")
DATA = {f"spatial_markov.{name}": around for name in NAMES}
ORDERED = {name: {"place"} for name in DATA}
CHOICES: dict[str, dict[str, Any]] = {name: {"classes": 3, "lag_classes": 2} for name in DATA}
CHOICES["spatial_markov.lag_significance"]["permutations"] = 19
LENGTHS = {name: {"lag": 2, "class": 3} for name in DATA}
