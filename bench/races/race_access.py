"""Access to services on synthetic points (uniform at random in a square, in no region), against PySAL's access.

Both sides get the same table of pairs within a radius, and must give the same numbers before a time counts: the
catchments to nine digits; the rational agents, whom the peer moves in whole persons for 150 rounds, to a hundredth in
the mean cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures import catchments
from xietong.measures.raam import raam

GAUSS = {"decay": "gaussian", "bandwidth": 2.0, "max_cost": 10.0}
STEPS = {"decay": "steps", "bandwidth": 2.0, "max_cost": 6.0}
SIDE = 100.0


def points(places: int, counts: int, radius: float) -> dict[str, Any]:
    """Return people and supply at random points, and all pairs within a radius, sorted by place."""
    from scipy.spatial import cKDTree

    generator = np.random.default_rng(1)
    here, there = (generator.uniform(0, SIDE, (number, 2)) for number in (places, counts))
    found = cKDTree(here).sparse_distance_matrix(cKDTree(there), radius, output_type="ndarray")
    order = np.argsort(found["i"] * np.int64(counts) + found["j"], kind="stable")
    return {
        "people": generator.integers(1, 1000, places).astype(float),
        "supply": generator.uniform(1, 50, counts),
        "origins": found["i"][order],
        "facilities": found["j"][order],
        "costs": found["v"][order],
    }


def frames(data: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return demand, supply and costs as the peer takes them."""
    import pandas as pd

    demand = pd.DataFrame({"geoid": np.arange(len(data["people"])), "demand": data["people"]})
    supply = pd.DataFrame({"supply": data["supply"]}).rename_axis("geoid")
    costs = pd.DataFrame({"origin": data["origins"], "dest": data["facilities"], "cost": data["costs"]})
    return demand, supply, costs


def catchment_races(places: int = 1_000_000, counts: int = 2_000, radius: float = 5.5) -> Iterator[Race]:
    from access import fca, weights

    data = points(places, counts, radius)
    demand, supply, costs = frames(data)
    gauss, steps = weights.gaussian(2.0), weights.step_fn({2: 1, 4: 0.68, 6: 0.22})
    kept = {"unreached": "kept"}
    works: list[tuple[str, int, Callable[[], Any], Callable[[], Any]]] = [
        (
            "2SFCA, binary", 3,
            lambda: catchments.two_step(**data, max_cost=5.0, **kept),
            lambda: fca.two_stage_fca(demand, supply, costs, max_cost=5.0),
        ),
        (
            "E2SFCA, steps", 1,
            lambda: catchments.enhanced_two_step(**data, **STEPS, **kept),
            lambda: fca.two_stage_fca(demand, supply, costs, max_cost=6.0, weight_fn=steps),
        ),
        (
            "E2SFCA, Gaussian", 1,
            lambda: catchments.enhanced_two_step(**data, **GAUSS, **kept),
            lambda: fca.two_stage_fca(demand, supply, costs, max_cost=10.0, weight_fn=gauss),
        ),
        (
            "3SFCA, Gaussian", 1,
            lambda: catchments.three_step(**data, **GAUSS, **kept),
            lambda: fca.three_stage_fca(demand, supply, costs, max_cost=10.0, weight_fn=gauss),
        ),
    ]  # fmt: skip
    for work, times, ours, theirs in works:
        given: list[Any] = []
        told = f"{work}: {places:,} places, {counts:,} facilities, {len(costs):,} pairs"
        yield race(
            told, "PySAL access 1.1.10", 50, ours, lambda call=theirs, keep=given: keep.append(call()), runs=5, peer_runs=times,
            warm=False, note=f"the peer ran {times} time{'s' if times > 1 else ''}",
        )  # fmt: skip
        series = given[-1]
        np.testing.assert_allclose(ours()[series.index], series.to_numpy(), rtol=1e-9)
        given.clear()


def agents_race(places: int = 100_000, counts: int = 1_000, radius: float = 9.4) -> Race:
    from access.raam import raam as peer

    data = points(places, counts, radius)
    demand, supply, costs = frames(data)
    demand = demand.set_index("geoid").astype(int)
    given: list[Any] = []
    told = race(
        f"RAAM to a gap of 1e-6: {places:,} places, {counts:,} facilities, {len(costs):,} pairs",
        "PySAL access 1.1.10, its 150 rounds of whole persons", 10, lambda: raam(**data, travel_scale=5.0),
        lambda: given.append(peer(demand, supply, costs, tau=5.0)), runs=3, peer_runs=1, warm=False,
        note="the peer ran once; it tells no gap and needs a dense matrix",
    )  # fmt: skip
    ours, theirs = raam(**data, travel_scale=5.0)[:, 0], given[-1].sort_index().to_numpy()
    assert data["people"] @ theirs >= data["people"] @ ours * (1 - 1e-6)
    np.testing.assert_allclose(data["people"] @ ours, data["people"] @ theirs, rtol=1e-2)
    return told


def races() -> Iterator[Race]:
    yield from catchment_races()
    yield agents_race()


def growths() -> Iterator[Growth]:
    def gauss(places: int) -> Callable[[], Any]:
        data = points(places, 2_000, 5.5)
        return lambda: catchments.enhanced_two_step(**data, **GAUSS, unreached="kept")

    def agents(places: int) -> Callable[[], Any]:
        data = points(places, 1_000, 9.4)
        return lambda: raam(**data, travel_scale=5.0)

    yield growth("E2SFCA, Gaussian, 19 pairs a place", "places", [62_500, 250_000, 1_000_000], gauss)
    yield growth("RAAM to a gap of 1e-6, 26 pairs a place", "places", [12_500, 25_000, 50_000, 100_000], agents, runs=1)
