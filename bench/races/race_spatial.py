"""Local Moran of synthetic places with their eight nearest neighbours, against PySAL's esda after its compilation."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.local_association import local_moran
from xietong.measures.nearness import nearest

PLACES, NEAREST, PERMUTATIONS = 100_000, 8, 999


def links(places: int) -> tuple[Any, Any, Any]:
    """Return the links of random points with their nearest neighbours, and random values."""
    generator = np.random.default_rng(31)
    near = nearest(
        "race", generator.uniform(110, 120, places), generator.uniform(35, 45, places), NEAREST, ties="first"
    )
    return near.origins, near.destinations, generator.normal(size=places)


def races() -> Iterator[Race]:
    """Yield the race: from links that are known to local statistics and p-values; equal weights, then uneven ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import Moran_Local
        from libpysal.weights import W

    origins, destinations, values = links(PLACES)
    around = destinations.reshape(PLACES, NEAREST)
    for kind, weights in (
        ("equal weights", np.ones(len(origins))),
        ("uneven weights", np.random.default_rng(5).uniform(0.5, 2.0, len(origins))),
    ):
        table = dict(enumerate(weights.reshape(PLACES, NEAREST).tolist()))
        known = W(dict(enumerate(around.tolist())), table, silence_warnings=True)
        known.transform = "r"

        def ours(weights: Any = weights) -> Any:
            return local_moran(values, origins, destinations, weights, style="row", permutations=PERMUTATIONS)

        def theirs(known: Any = known) -> Any:
            return Moran_Local(values, known, permutations=PERMUTATIONS, seed=1)

        found, peer = ours(), theirs()
        np.testing.assert_allclose(found[:, 0] * (PLACES - 1) / PLACES, peer.Is, rtol=1e-9, atol=1e-12)
        apart = np.abs(np.minimum(found[:, 3], found[:, 4]) - peer.p_sim)
        assert apart.mean() < 0.015
        work = f"local Moran, {PLACES:,} places, {NEAREST} neighbours, {PERMUTATIONS} permutations, {kind}"
        note = (
            "same statistics first, p-values apart by the error of the draws; its weights are made and compiled before"
        )
        goal = 100 if kind == "equal weights" else 0
        yield race(work, "PySAL esda 2.9.0, compiled", goal, ours, theirs, note=note, warm=False)


def growths() -> Iterator[Growth]:
    """Yield local Moran at growing numbers of places, and of permutations."""

    def more_places(places: int) -> Any:
        origins, destinations, values = links(places)
        weights = np.ones(len(origins))
        return lambda: local_moran(values, origins, destinations, weights, style="row", permutations=PERMUTATIONS)

    def more_permutations(permutations: int) -> Any:
        origins, destinations, values = links(2_843)
        weights = np.ones(len(origins))
        return lambda: local_moran(values, origins, destinations, weights, style="row", permutations=permutations)

    yield growth(
        f"local Moran, {NEAREST} neighbours, 999 permutations", "places", (2_843, 25_000, 100_000, 400_000), more_places
    )
    yield growth(
        f"local Moran, 2,843 places, {NEAREST} neighbours", "permutations", (999, 9_999, 99_999), more_permutations
    )
