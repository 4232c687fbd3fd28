"""Tables of moves in which every class leads to every other; all synthetic."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

CLASSES = 4


def table(generator: Generator, front: tuple[int, ...]) -> dict[str, Any]:
    return {"transitions": generator.uniform(0.1, 9.0, (*front, CLASSES, CLASSES))}


DATA = {f"ergodic.{name}": table for name in ("steady_state", "first_passage", "sojourn", "mobility")}
ORDERED = {"ergodic.mobility": {"class"}}
