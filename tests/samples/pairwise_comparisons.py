"""Input for weights from judgement: reciprocal comparisons that contradict each other a little."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

INDICATORS = 5


def comparisons(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    upper = np.triu(generator.uniform(-2, 2, (*front, INDICATORS, INDICATORS)), 1)
    return {"comparisons": np.exp(upper - np.swapaxes(upper, -1, -2))}


DATA = {"pairwise_comparisons.analytic_hierarchy": comparisons, "pairwise_comparisons.consistency_ratio": comparisons}
