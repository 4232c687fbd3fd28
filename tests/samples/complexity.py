"""Random structures of twelve places and ten industries, and an industry whose plants make up its jobs; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, SECTORS, PLANTS = 12, 10, 9


def structures(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"amounts": generator.uniform(1.0, 5.0, (*front, PLACES, SECTORS))}


def plants(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    """Return jobs of places and of plants that add up to a thousand each, so that they mix."""
    jobs, sizes = generator.uniform(1.0, 9.0, (*front, PLACES)), generator.lognormal(0.0, 1.0, (*front, PLANTS))
    return {
        "jobs": 1000 * jobs / jobs.sum(axis=-1, keepdims=True),
        "all_jobs": generator.uniform(50.0, 90.0, (*front, PLACES)),
        "plants": 1000 * sizes / sizes.sum(axis=-1, keepdims=True),
    }


NAMES = ("diversity", "ubiquity", "economic_complexity", "product_complexity")
DATA = {**{f"complexity.{name}": structures for name in NAMES}, "complexity.agglomeration": plants}
