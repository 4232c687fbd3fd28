"""Made-up cities: sizes of a heavy tail, later sizes, and ties between twelve of them."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from samples.networks import directed


def sizes(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"sizes": 100 * generator.pareto(1.2, (*front, 14)) + 20}


def twice(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    earlier = sizes(generator, front)["sizes"]
    return {"earlier": earlier, "later": earlier * generator.uniform(0.8, 1.4, earlier.shape)}


NAMES = ("zipf", "hill", "primacy", "rank_size_slope")
DATA = {f"cities.{name}": sizes for name in NAMES} | {
    "cities.functional_polycentricity": directed,
    "cities.gibrat": twice,
}
CHOICES: dict[str, dict[str, Any]] = {}
