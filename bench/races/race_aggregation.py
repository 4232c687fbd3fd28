"""Aggregation and ranking against peers; numbers are random, made for the race."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures import aggregation, hierarchy, ranking, reliability


def races() -> Iterator[Race]:
    """Both sides give the same numbers before they are timed."""
    from pymcdm.methods import TOPSIS
    from pymcdm.normalizations import vector_normalization

    places, indicators = 56_860, 60
    generator = np.random.default_rng(1)
    values = generator.uniform(1, 9, (places, indicators))
    weights = generator.uniform(0.1, 1, indicators)
    weights /= weights.sum()
    directions = np.where(np.arange(indicators) % 3, 1.0, -1.0)
    peer = TOPSIS(vector_normalization)
    np.testing.assert_allclose(
        ranking.topsis(values, weights, directions), peer(values, weights, directions), rtol=1e-9
    )
    yield race(
        f"TOPSIS, {places:,} places x {indicators} indicators", "pymcdm 1.4.0", 5.0,
        lambda: ranking.topsis(values, weights, directions), lambda: peer(values, weights, directions),
    )  # fmt: skip

    table = values[:2843]

    def one_by_one() -> np.ndarray:
        parts = [
            aggregation.geometric(np.delete(table, out, axis=1), np.delete(weights, out)) for out in range(indicators)
        ]
        return np.stack(parts, axis=-1)

    np.testing.assert_allclose(reliability.leave_one_out(table, weights, mean="geometric"), one_by_one(), rtol=1e-9)
    yield race(
        "Geometric index without each of 60 indicators, 2,843 places", "no peer: our own index, computed anew 60 times", 5.0,
        lambda: reliability.leave_one_out(table, weights, mean="geometric"), one_by_one,
    )  # fmt: skip


def growths() -> Iterator[Growth]:
    """Copeland compares all pairs, so time grows with the square of the places; memory does not."""
    generator = np.random.default_rng(2)
    weights = generator.uniform(0.1, 1, 60)

    def copeland(places: int) -> Callable[[], Any]:
        scores = generator.uniform(0, 1, (places, 60))
        return lambda: ranking.copeland(scores, weights)

    def topsis(places: int) -> Callable[[], Any]:
        values, directions = generator.uniform(1, 9, (places, 60)), np.ones(60)
        return lambda: ranking.topsis(values, weights, directions)

    def tree(places: int) -> Callable[[], Any]:
        parents = np.array([*(60 + np.arange(60) // 8), *[68] * 8, 68])
        scores = np.concatenate([generator.uniform(1, 9, (places, 60)), np.full((places, 9), np.nan)], axis=1)
        return lambda: hierarchy.tree(scores, np.ones(69), parents)

    yield growth("Copeland scores on 60 indicators", "places", [300, 600, 1200, 2400], copeland)
    yield growth("TOPSIS on 60 indicators", "places", [14_215, 28_430, 56_860], topsis)
    yield growth("Index of three levels on 60 indicators", "places", [14_215, 28_430, 56_860], tree)
