"""Dynamics of a distribution: LISA and spatial Markov with permutations, and convergence clubs, on synthetic counties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.convergence_clubs import club
from xietong.measures.lisa_markov import quadrant_counts, significant_moves
from xietong.measures.spatial_markov import lag_counts, lag_significance

COUNTIES, YEARS, NEAREST, PERMUTATIONS = 2_843, 20, 6, 99


def counties(places: int, years: int = YEARS) -> tuple[Any, tuple[Any, Any, Any]]:
    """Return synthetic levels that wander, of places on a plane, and links to the six nearest."""
    from scipy.spatial import cKDTree

    generator = np.random.default_rng(11)
    spots = generator.uniform(size=(places, 2))
    nearest = cKDTree(spots).query(spots, NEAREST + 1)[1][:, 1:]
    values = 30 + generator.normal(0, 2, (places, 1)) + generator.normal(0, 1, (places, years)).cumsum(axis=1)
    return values, (np.repeat(np.arange(places), NEAREST), nearest.ravel(), np.ones(places * NEAREST))


def neighbours_of(places: int, links: tuple[Any, Any, Any]) -> Any:
    from libpysal.weights import W

    near = links[1].reshape(places, NEAREST)
    found = W({place: near[place].tolist() for place in range(places)}, silence_warnings=True)
    found.transform = "r"
    return found


def races() -> Iterator[Race]:
    """Yield the races; both sides give the same tables first."""
    from giddy.markov import LISA_Markov, Spatial_Markov

    values, links = counties(COUNTIES)
    near = neighbours_of(COUNTIES, links)

    def lisa() -> Any:
        return LISA_Markov(values, near, permutations=PERMUTATIONS)

    def spatial() -> Any:
        return Spatial_Markov(values, near, k=5, m=5, permutations=PERMUTATIONS)

    np.testing.assert_array_equal(quadrant_counts(values, *links), LISA_Markov(values, near).transitions)
    np.testing.assert_array_equal(lag_counts(values, *links), Spatial_Markov(values, near, k=5, m=5).T)
    size = f"{COUNTIES:,} x {YEARS}, {PERMUTATIONS} permutations"
    note = "moves by quadrant and significance (giddy: permutations=99, p_z_sim); the same quadrants and counts"
    for way, cold in (("counted", True), ("counted", False), ("moments", False)):
        work = f"LISA Markov, {size}, p {way}"
        told = note if way == "counted" else f"{note}; p from exact moments, no draws"
        peer = f"giddy 2.3.8, LISA_Markov, {'its first call, which compiles' if cold else 'compiled before'}"

        def ours(way: Any = way) -> Any:
            return significant_moves(values, *links, permutations=PERMUTATIONS, p=way)

        yield race(work, peer, 50, ours, lisa, peer_runs=1 if cold else 5, warm=not cold, note=told)
    note = "whole histories change places on both sides; the same tables"
    work = f"spatial Markov, k = m = 5, {size}"
    yield race(
        work, "giddy 2.3.8, Spatial_Markov", 10,
        lambda: lag_significance(values, *links, permutations=PERMUTATIONS), spatial,
        peer_runs=3, note=note,
    )  # fmt: skip
    yield clubs_race()


def clubs_race() -> Race:
    import pandas as pd
    from convergence_clubs import find_clubs

    levels = np.log(counties(300)[0])
    frame = pd.DataFrame(levels)

    def ours() -> Any:
        return club(levels, logarithm=False, merged=False)

    def theirs() -> Any:
        return find_clubs(frame, time_trim=0.3, cstar_method="incremental", core_rule="max_t")

    told = np.zeros(300)
    for number, one in enumerate(theirs().clubs, 1):
        told[list(one.ids)] = number
    np.testing.assert_array_equal(ours(), told)
    note = "the same clubs"
    return race("clubs of Phillips and Sul, 300 x 20", "convergence-clubs 0.1.2", 10, ours, theirs, note=note)


def growths() -> Iterator[Growth]:
    """Yield LISA Markov and clubs at growing numbers of places."""

    def moves(places: int) -> Callable[[], Any]:
        values, links = counties(places)
        return lambda: significant_moves(values, *links, permutations=PERMUTATIONS)

    def clubs(places: int) -> Callable[[], Any]:
        values = counties(places)[0]
        return lambda: club(values)

    yield growth(f"LISA Markov, {YEARS} years, {PERMUTATIONS} permutations", "places", (2_843, 11_372, 45_488), moves)
    yield growth(f"clubs of Phillips and Sul, {YEARS} years", "places", (300, 600, 1_200), clubs)
