"""Random linkages and distances; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def table(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    links = generator.uniform(0.1, 5.0, (*front, 7, 7))
    return {"linkages": np.where(np.eye(7, dtype=bool), 0.0, links)}


DATA = {"gravity.total_linkage": table, "gravity.membership": table}
CHOICES = {"gravity.linkage": {"decay": 2.0}, "gravity.directed_linkage": {"decay": 1.5}}
