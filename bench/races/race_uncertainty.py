"""Uncertainty of an index of 1,500 places and 60 indicators, 1,000 replications, against a plain loop over NumPy.

Three uncertainties: the scale (min-max from 1 to 100, z scores of mean 10 and deviation 2, ranks), weights by a
quarter up or down, and the mean (arithmetic or geometric); ranks at 5, 50 and 95 per cent.  The data are synthetic.
The R package COINr 1.1.14 was not run here: 20 replications of such an index took it 20.7 seconds in an earlier survey,
which is 1,034 seconds for 1,000; about three quarters of it went into treating outliers again, which is not done here.
A thousand times faster than that would be 1.03 seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.replications import Spread, at_random
from xietong.measures.sensitivity import index_sensitivity
from xietong.measures.uncertainty import rank_intervals, simulated_ranks

PLACES, INDICATORS, REPLICATIONS = 1500, 60, 1000
VARIED: dict[str, Any] = {"aggregation": "arithmetic_or_geometric", "weight_spread": 0.25, "replications": REPLICATIONS}


def values(places: int = PLACES, indicators: int = INDICATORS) -> np.ndarray:
    return np.random.default_rng(1).lognormal(size=(places, indicators))


def scales(table: np.ndarray) -> np.ndarray:
    """Return the three scales, as simulated_ranks() makes them."""
    low, width = table.min(axis=0), np.ptp(table, axis=0)
    order = table.argsort(axis=0).argsort(axis=0) + 1.0
    deviations = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    return np.stack([1 + 99 * (table - low) / width, 10 + 2 * deviations, order])


def loop(tables: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Run replication by replication on the same draws; logarithms are taken once, ranks by one sort, without ties."""
    logarithms = np.log(tables)
    draws = at_random(weights, 3, Spread("arithmetic_or_geometric", 0.25, "uniform", False, count), 1)
    found = np.empty((count, tables.shape[1]))
    places = np.arange(1, tables.shape[1] + 1)
    for at in range(count):
        own, weight = draws.alternative[at], draws.weights[at]
        index = np.exp(logarithms[own] @ weight) if draws.mean[at] else tables[own] @ weight
        found[at, np.argsort(-index)] = places
    return np.percentile(found, [50, 5, 95], axis=0).T


def races() -> Iterator[Race]:
    table, weights, up = values(), np.ones(INDICATORS), np.ones(INDICATORS)
    tables = scales(table)
    expected = loop(tables, weights, REPLICATIONS)
    np.testing.assert_array_equal(rank_intervals(tables, weights, **VARIED)[:, [1, 3, 4]], expected)
    np.testing.assert_array_equal(simulated_ranks(table, up, weights, **VARIED)[:, [1, 3, 4]], expected)
    yield race(
        "ranks of 1,500 places at 5, 50 and 95 per cent, 60 indicators, 1,000 replications of scale, weights and mean",
        "a NumPy loop over replications on the same draws",
        3,
        lambda: rank_intervals(tables, weights, **VARIED),
        lambda: loop(tables, weights, REPLICATIONS),
        runs=15,
        note="ours adds nominal and mean rank, the share that keeps it, and ties; goal against COINr's survey: 1.03 s",
    )


def _growth(of: str, sizes: list[int], **fixed: int) -> Growth:
    def make(size: int) -> Callable[[], Any]:
        told = {"places": 300, "indicators": 60, "replications": 1000, **fixed, of: size}
        table, count = values(told["places"], told["indicators"]), told["indicators"]
        choices = {**VARIED, "replications": told["replications"]}
        return lambda: simulated_ranks(table, np.ones(count), np.ones(count), **choices)

    return growth("simulated ranks, 300 places, 60 indicators and 1,000 replications but for one", of, sizes, make)


def growths() -> Iterator[Growth]:
    yield _growth("places", [300, 1500, 3000, 6000, 12000])
    yield _growth("indicators", [15, 60, 240])
    yield _growth("replications", [1000, 10000, 100000])

    def sensitivity(size: int) -> Callable[[], Any]:
        tables = scales(values(size))
        choices: dict[str, Any] = {**VARIED, "left_out": True, "replications": 512}
        return lambda: index_sensitivity(tables, np.ones(INDICATORS), **choices)

    yield growth("sensitivity of an index, 60 indicators, 3,072 runs", "places", [300, 1500, 3000], sensitivity)
