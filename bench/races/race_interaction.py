"""Spatial interaction against pyfixest, communities against networkx and QAP regression against a loop; synthetic."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures import communities, interaction, qap

PLACES, RENAMINGS = 300, 199


def flows(places: int) -> tuple[Any, Any, Any, Any]:
    """Return drawn flows between all pairs of places that fall with distance, about three in four of them zero."""
    generator = np.random.default_rng(17)
    origins, destinations = np.nonzero(~np.eye(places, dtype=bool))
    where = generator.random((places, 2)) * 100
    apart = np.hypot(*(where[origins] - where[destinations]).T) + 1
    out, into = generator.normal(0, 1, (2, places))
    expected = np.exp(3 + out[origins] + into[destinations]) * apart**-1.2
    return generator.poisson(expected).astype(float), origins, destinations, apart


def gravity_race() -> Race:
    """Return the doubly constrained model with its robust error on both sides."""
    import pandas as pd
    import pyfixest

    y, origins, destinations, apart = flows(PLACES)
    frame = pd.DataFrame({"y": y, "o": origins, "d": destinations, "apart": np.log(apart)})
    plain = pyfixest.ssc(k_adj=False, G_adj=False)

    def ours() -> Any:
        return interaction.doubly_constrained(y, origins, destinations, apart, decay="power")

    def theirs() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pyfixest.fepois("y ~ apart | o + d", frame, vcov="hetero", ssc=plain)

    peer = theirs()
    np.testing.assert_allclose(ours()[:2], [float(peer.coef().iloc[0]), float(peer.se().iloc[0])], rtol=1e-5)
    work = f"doubly constrained PPML, {PLACES} x {PLACES}, robust error"
    note = "the peer warm, its first call is not counted; ours also finds separated pairs exactly and tells the fit"
    return race(work, "pyfixest 0.60.0 fepois", 10, ours, theirs, runs=9, note=note)


def groups(places: int) -> Any:
    """Return links of chance, five times as many inside each of six groups as between them."""
    generator = np.random.default_rng(5)
    group = np.arange(places) % 6
    there = generator.random((places, places)) < np.where(group[:, None] == group, 0.2, 0.04)
    return np.asarray(generator.uniform(1, 5, (places, places)) * there * (1 - np.eye(places)))


def communities_race() -> Race:
    """Return ten groupings of a directed network on both sides, each keeping the best."""
    import networkx

    links = groups(PLACES)
    graph = networkx.from_numpy_array(links, create_using=networkx.DiGraph)

    def ours() -> Any:
        return communities.quality(links, runs=10)[0]

    def theirs() -> Any:
        found = [networkx.community.louvain_communities(graph, seed=seed) for seed in range(10)]
        return max(networkx.community.modularity(graph, one) for one in found)

    assert ours() >= theirs() - 1e-9
    note = "ours is Leiden, no worse in modularity, and bounds it from above"
    return race(f"best of ten groupings, {PLACES} places", "networkx 3.6.1 Louvain", 0, ours, theirs, runs=3, note=note)


def qap_race(places: int = 100) -> Race:
    """Return the regression on two relations by double semi-partialling on both sides."""
    generator = np.random.default_rng(9)
    outcome, *regressors = generator.normal(size=(3, places, places))
    away = ~np.eye(places, dtype=bool)

    def ours() -> Any:
        return qap.regression(outcome, np.stack(regressors), permutations=RENAMINGS)

    def theirs() -> Any:
        told = []
        for at in range(2):
            rest = np.column_stack([np.ones(away.sum()), regressors[1 - at][away]])
            own = regressors[at][away]
            left = np.zeros((places, places))
            left[away] = own - rest @ np.linalg.lstsq(rest, own, rcond=None)[0]
            for _ in range(RENAMINGS):
                names = generator.permutation(places)
                rows = np.column_stack([rest, left[np.ix_(names, names)][away]])
                slopes, squares = np.linalg.lstsq(rows, outcome[away], rcond=None)[:2]
                error = np.sqrt(squares[0] / (len(rows) - 3) * np.linalg.inv(rows.T @ rows)[2, 2])
                told.append(slopes[2] / error)
        return told

    work = f"QAP regression on two relations, {places} places, {RENAMINGS} renamings"
    return race(work, "numpy, least squares for every renaming", 0, ours, theirs, runs=3)


def races() -> Iterator[Race]:
    """Yield all races."""
    yield gravity_race()
    yield communities_race()
    yield qap_race()


def growths() -> Iterator[Growth]:
    """Yield the model on all pairs, and on a table of which only some pairs are given, at growing sizes."""

    def full(places: int) -> Callable[[], Any]:
        y, origins, destinations, apart = flows(places)
        return lambda: interaction.doubly_constrained(y, origins, destinations, apart, decay="power")

    def thin(places: int) -> Callable[[], Any]:
        generator = np.random.default_rng(3)
        origins = np.repeat(np.arange(places), 20)
        destinations = (origins + generator.integers(1, 200, len(origins))) % places
        apart = generator.uniform(1, 100, len(origins))
        y = generator.poisson(200 / apart).astype(float)
        return lambda: interaction.doubly_constrained(y, origins, destinations, apart, decay="power")

    yield growth("doubly constrained PPML, all pairs", "places", (150, 300, 600, 1_200), full)
    yield growth("doubly constrained PPML, 20 pairs a place", "places", (2_500, 5_000, 10_000, 20_000), thin)
