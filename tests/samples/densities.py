"""Values of twelve places and points among them; all synthetic."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

PLACES, POINTS = 12, 7


def values(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"values": generator.lognormal(3.0, 0.5, (*front, PLACES))}


def pointed(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {**values(generator, front), "points": generator.uniform(5.0, 60.0, (*front, POINTS))}


def weighted(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {**pointed(generator, front), "weights": generator.uniform(1.0, 9.0, (*front, PLACES))}


DATA = {
    **{f"densities.{name}": values for name in ("bandwidth", "density_points", "modes", "mode_test")},
    "densities.kernel_density": pointed,
    "densities.weighted_density": weighted,
}
CHOICES: dict[str, dict[str, Any]] = {
    "densities.mode_test": {"replications": 99},
    "densities.density_points": {"count": 9},
}
LENGTHS = {"densities.density_points": {"point": 9}}
