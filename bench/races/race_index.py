"""All that is told of an index of 13 cities and 60 indicators, 10,000 draws: values, changes, ranks, sensitivity, choices.

Three normalisations, three readings, two treatments of absent cells, two means, weights by a half up or down; one cell
in fifty is absent.  The data are synthetic.  There is no peer with these five choices, so there is no race.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth

from xietong.measures import robustness

CITIES, PERIODS, INDICATORS, DRAWS = 13, 2, 60, 10_000


def scores(cities: int = CITIES, indicators: int = INDICATORS, periods: int = PERIODS) -> np.ndarray:
    """Return synthetic scores by normalisation, reading, treatment, city, period and indicator."""
    generator = np.random.default_rng(1)
    tables = generator.uniform(5, 95, (3, 3, 2, cities, periods, indicators))
    tables[:, :, 1][..., generator.random((cities, periods, indicators)) < 0.02] = np.nan
    return tables


def told(tables: np.ndarray, draws: int = DRAWS) -> Callable[[], Any]:
    weights = np.ones(tables.shape[-1])
    varied: dict[str, Any] = {"aggregation": "arithmetic_or_geometric", "weight_spread": 0.5}

    def run() -> None:
        for measure in (robustness.index_values, robustness.index_changes, robustness.index_ranks):
            measure(tables, weights, **varied, replications=draws)
        for shares in (robustness.change_sensitivity, robustness.rank_sensitivity):
            shares(tables, weights, **varied, replications=1024)
        robustness.single_choices(tables, weights, **varied)

    return run


def races() -> Iterator[Race]:
    """Yield nothing: no peer varies these choices."""
    yield from ()


def growths() -> Iterator[Growth]:
    """Yield the whole account of an index at growing sizes."""
    work = "all that is told of an index, 13 cities, 2 years, 60 indicators, 10,000 draws but for one"
    yield growth(work, "draws", [1000, 10_000, 100_000], lambda size: told(scores(), size))
    yield growth(work, "cities", [13, 26, 52, 104], lambda size: told(scores(size)))
    yield growth(work, "periods", [2, 10, 20], lambda size: told(scores(periods=size)))
