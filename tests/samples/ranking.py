"""Input for ranking: directions of both kinds."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, INDICATORS = 12, 4


def table(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {
        "values": generator.uniform(1, 9, (*front, PLACES, INDICATORS)),
        "weights": generator.uniform(0.1, 0.9, (*front, INDICATORS)),
        "directions": np.broadcast_to(np.array([1.0, -1.0, 1.0, -1.0]), (*front, INDICATORS)).copy(),
    }


DATA = {"ranking.topsis": table}
