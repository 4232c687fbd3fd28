"""Random walks of twelve places on a ring, each linked with the two on either side."""

from __future__ import annotations

from typing import Any

from samples.spatial_markov import around

NAMES = ("scatter_quadrants", "quadrant_counts", "quadrant_probabilities", "independence")
TESTED = ("local_significance", "significant_moves")
DATA = {f"lisa_markov.{name}": around for name in (*NAMES, *TESTED)}
ORDERED = {name: {"place"} for name in DATA}
CHOICES: dict[str, dict[str, Any]] = {f"lisa_markov.{name}": {"p": "moments"} for name in TESTED}
LENGTHS = {name: {"class": 4} for name in DATA}
