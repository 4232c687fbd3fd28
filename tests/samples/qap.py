"""Random relations between ten places, and few renamings; synthetic."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator


def two(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {name: generator.uniform(0, 1, (*front, 10, 10)) for name in ("first", "second")}


def several(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    outcome = generator.uniform(0, 1, (*front, 10, 10))
    return {"outcome": outcome, "regressors": generator.uniform(0, 1, (*front, 3, 10, 10))}


DATA = {"qap.correlation": two, "qap.regression": several}
CHOICES = {"qap.correlation": {"permutations": 99}, "qap.regression": {"permutations": 49}}
