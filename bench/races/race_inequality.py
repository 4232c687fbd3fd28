"""Theil with 999 permutations, and Dagum over twenty years, on synthetic counties; both sides give the same numbers first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.dagum import dagum_decomposition
from xietong.measures.decomposition import theil_t_decomposition
from xietong.measures.significance import theil_t_between_significance

COUNTIES, GROUPS, YEARS, PERMUTATIONS = 2843, 31, 20, 999


def counties(places: int, years: int = 1) -> tuple[Any, Any, Any]:
    """Return synthetic values (years by places), people that are all 1, and groups of unequal size."""
    generator = np.random.default_rng(7)
    groups = np.sort(generator.integers(0, GROUPS, places))
    groups[:GROUPS] = np.arange(GROUPS)
    level = generator.lognormal(0.0, 0.3, GROUPS)[groups]
    return generator.lognormal(0.0, 0.5, (years, places)) * level, np.ones(places), groups


def loops_over_pairs(values: Any, groups: Any) -> tuple[float, float, float]:
    """Dagum's parts for one year as the script of ObbaLX gets them: place by place against a group, every pair of groups twice."""
    import pandas as pd

    table = pd.DataFrame({"group": groups, "value": values})
    count, mean = table.groupby("group")["value"].count(), table.groupby("group")["value"].mean()
    share_of_people, share_of_amount = count / len(table), table.groupby("group")["value"].sum() / values.sum()
    within = gross = net = 0.0
    for j in count.index:
        here = table.loc[table.group == j, "value"]
        for h in count.index:
            other = table.loc[table.group == h, "value"]
            differences = sum(np.abs(value - np.array(other)).sum() for value in here)
            if j == h:
                inside = differences / (2 * count.loc[j] ** 2 * mean.loc[j])
                within += inside * share_of_people.loc[j] * share_of_amount.loc[j]
                continue
            between = differences / ((mean.loc[j] + mean.loc[h]) * count.loc[j] * count.loc[h])
            weight = share_of_people.loc[h] * share_of_amount.loc[j] + share_of_people.loc[j] * share_of_amount.loc[h]
            gross += between * weight / 2
            net += share_of_people.loc[j] * share_of_people.loc[h] * abs(mean.loc[j] - mean.loc[h]) / values.mean() / 2
    return within, net, gross - net


def races() -> Iterator[Race]:
    """Yield both races."""
    values, people, groups = counties(COUNTIES)
    yield permutation_race(values[0], people, groups)
    values, people, groups = counties(COUNTIES, YEARS)
    np.testing.assert_allclose(
        dagum_decomposition(values[0], people, groups), loops_over_pairs(values[0], groups), rtol=1e-9
    )
    one = race(
        f"Dagum, {COUNTIES} counties in {GROUPS} groups, {YEARS} years",
        "algorithm of ObbaLX/Dagum-Gini, written out in plain form",
        300,
        lambda: dagum_decomposition(values, people, groups),
        lambda: loops_over_pairs(values[0], groups),
        peer_runs=2,
        warm=False,
    )
    note = f"the peer ran one year, its seconds are stated times {YEARS}; its numbers were the same"
    yield Race(one.work, one.peer, one.goal, one.ours, [YEARS * each for each in one.theirs], note)


def permutation_race(values: Any, people: Any, groups: Any) -> Race:
    from inequality.theil import TheilDSim

    def theirs() -> Any:
        np.random.seed(1)
        return TheilDSim(values, groups, PERMUTATIONS)

    def ours() -> Any:
        return theil_t_between_significance(values, people, groups, permutations=PERMUTATIONS)

    peer, found = theirs(), ours()
    between, within = theil_t_decomposition(values, people, groups)
    np.testing.assert_allclose([np.squeeze(peer.bg[0]), np.squeeze(peer.wg[0])], [between, within], rtol=1e-9)
    np.testing.assert_allclose(found[0], between / np.squeeze(peer.T), rtol=1e-9)
    np.testing.assert_allclose(found[2], np.squeeze(peer.bg[1:]).mean() / np.squeeze(peer.T), rtol=0.05)
    np.testing.assert_allclose(found[1], np.squeeze(peer.bg_pvalue), atol=0.05)
    work = f"Theil between {GROUPS} groups of {COUNTIES} counties, {PERMUTATIONS} permutations"
    note = "same parts; random draws differ, their means agree"
    return race(work, "PySAL inequality 1.1.2, TheilDSim", 100, ours, theirs, peer_runs=3, warm=False, note=note)


def growths() -> Iterator[Growth]:
    """Yield both at growing numbers of places."""

    def permuted(places: int) -> Callable[[], Any]:
        values, people, groups = counties(places)
        return lambda: theil_t_between_significance(values[0], people, groups, permutations=PERMUTATIONS)

    def decomposed(places: int) -> Callable[[], Any]:
        values, people, groups = counties(places, YEARS)
        return lambda: dagum_decomposition(values, people, groups)

    sizes = (1000, 2000, 4000, 8000, 16000)
    yield growth(f"Theil between {GROUPS} groups, {PERMUTATIONS} permutations", "places", sizes, permuted)
    yield growth(f"Dagum, {GROUPS} groups, {YEARS} years", "places", sizes, decomposed)
