"""Where sites go: the optimum known, the bound a bound, and what is looser never worse."""

from __future__ import annotations

import json
from itertools import combinations, count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.plans.blocks import Model
from xietong.plans.location.capacity import allocate
from xietong.plans.location.covering import centre, cover_all, cover_most, longest, reached
from xietong.plans.location.cuts import critical
from xietong.plans.location.equity import fair
from xietong.plans.location.median import median
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.siting import Siting
from xietong.plans.solving import solve
from xietong.recipes.measuring import Given, measured

# A made-up instance on a grid of streets: 20 demands with weights, 12 sites, ways along the streets.
DEMAND = [
    (8, 77), (65, 43), (43, 85), (8, 69), (20, 9), (52, 97), (73, 76), (71, 78), (51, 12), (83, 45),
    (50, 37), (18, 92), (78, 64), (40, 82), (54, 44), (45, 22), (9, 55), (88, 6), (85, 82), (27, 63),
]  # fmt: skip
SITES = [
    (16, 75), (70, 35), (6, 97), (44, 89), (67, 77), (75, 19), (36, 46), (49, 4), (54, 15), (74, 68), (92, 74), (36, 96),
]  # fmt: skip
WEIGHTS = np.array([21, 16, 45, 19, 4, 24, 39, 10, 23, 7, 34, 24, 17, 12, 28, 33, 47, 22, 8, 41], float)
COSTS = np.abs(np.array(DEMAND)[:, None] - np.array(SITES)[None]).sum(axis=2).astype(float)


def made(seed: int, rows: int = 12, columns: int = 8, *, whole: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return made-up costs and weights."""
    random = np.random.default_rng(seed)
    here, there = random.random((rows, 2)), random.random((columns, 2))
    costs = 100 * np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return (np.rint(costs) if whole else costs), random.integers(0, 9, rows) + (np.arange(rows) == 0.0)


def best(siting: Siting, sizes: range | None = None) -> float:
    """Return the least value of one phase by trying every set."""
    width = siting.costs.shape[1]
    sizes = sizes or range(siting.counts[0], siting.counts[0] + 1)
    sets = (one for size in sizes for one in combinations(range(width), size) if {*siting.fixed} <= {*one})
    able = (one for one in sets if not siting.budgets or siting.prices[list(one)].sum() <= siting.budgets[0] + 1e-9)
    return min((siting.value([one]) for one in able if one), default=np.inf)


@pytest.mark.parametrize(("count_", "value", "sites"), [(2, 15205, [0, 1]), (3, 11091, [0, 4, 8])])
def test_the_small_instance_has_its_known_median(count_: int, value: float, sites: list[int]) -> None:
    found = median(Siting(COSTS, WEIGHTS, (count_,)))
    assert (found.value, found.bound, found.exact) == (value, value, True)
    assert found.sites.tolist() == sites


def test_centre_and_coverage_of_the_small_instance() -> None:
    siting = Siting(COSTS, WEIGHTS, (2,))
    far = centre(siting)
    assert (far.value, far.exact) == (67, True)
    assert longest(COSTS, WEIGHTS, far.sites) == 67
    most = cover_most(siting, 30)
    assert (most.value, most.bound, reached(siting, most.open, 30)) == (270, 270, 270)
    assert cover_all(siting, 50).value == 3


def test_a_least_gini_would_serve_everyone_equally_badly() -> None:
    """Why it is not offered: the Gini falls while the mean rises from 23.4 to 34.0 and the longest way from 48 to 62."""
    ways = {one: COSTS[:, one].min(axis=1) for one in combinations(range(12), 3)}
    fairest = min(
        ways, key=lambda one: measured("inequality.gini", {"values": Given(ways[one]), "people": Given(WEIGHTS)}).value
    )
    least = tuple(median(Siting(COSTS, WEIGHTS, (3,))).sites.tolist())
    mean = {one: float(WEIGHTS @ ways[one] / WEIGHTS.sum()) for one in (fairest, least)}
    assert (round(mean[least], 1), round(mean[fairest], 1)) == (23.4, 34.0)
    assert (ways[least].max(), ways[fairest].max()) == (48, 62)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.booleans())
def test_the_median_is_the_best_of_all_sets(seed: int, many: int, held: bool, whole: bool) -> None:
    costs, weights = made(seed, whole=whole)
    siting = Siting(costs, weights, (many,), (3,) if held else ())
    found = median(siting)
    assert found.exact
    assert found.value == pytest.approx(best(siting), rel=2e-6)
    assert found.value == pytest.approx(siting.value(found.open))
    assert found.bound <= best(siting) * (1 + 1e-9)
    assert {*siting.fixed} <= {*found.sites.tolist()}
    assert len(found.sites) == many
    assert (costs[np.arange(len(costs)), found.serving] == costs[:, found.sites].min(axis=1)).all()


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(3.0, 30.0))
def test_a_budget_is_used_as_well_as_can_be(seed: int, budget: float) -> None:
    costs, weights = made(seed)
    prices = np.random.default_rng(seed).integers(1, 10, costs.shape[1]).astype(float)
    siting = Siting(costs, weights, (), (), prices, (budget,))
    if prices.min() > budget:
        return
    found = median(siting)
    assert prices[found.sites].sum() <= budget
    assert found.value == pytest.approx(best(siting, range(1, 9)))


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.1, 5.0))
def test_phases_are_nested_and_planned_together(seed: int, late: float) -> None:
    costs, weights = made(seed, 10, 6)
    siting = Siting(costs, weights, (1, 3), emphasis=(1.0, late))
    found = median(siting)
    assert {*found.open[0].tolist()} <= {*found.open[1].tolist()}
    everything = [
        siting.value([first, (*first, *more)])
        for first in combinations(range(6), 1)
        for more in combinations([one for one in range(6) if one not in first], 2)
    ]
    assert found.value == pytest.approx(min(everything), rel=2e-6)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(40, 120), st.integers(2, 4))
def test_nobody_is_served_from_beyond_the_reach(seed: int, reach: float, many: int) -> None:
    costs, weights = made(seed)
    costs = np.where(costs <= reach, costs, np.inf)
    if not np.isfinite(costs).any(axis=1).all():
        with pytest.raises(PlanError, match="have no site within reach"):
            Siting(costs, weights, (many,))
        return
    siting = Siting(costs, weights + 1.0, (many,))
    known = best(siting)
    if np.isfinite(known):
        assert median(siting).value == pytest.approx(known)
    else:
        with pytest.raises(PlanError, match="one site within reach of every demand.*number of sites"):
            median(siting)


def test_prices_cuts_and_branches_agree_with_the_whole_program() -> None:
    """On a made-up instance with a gap in the linear program, against the program with a column for every pair."""
    random = np.random.default_rng(4)
    costs, weights = random.integers(1, 100, (60, 40)).astype(float), random.integers(1, 20, 60).astype(float)
    found, model = median(Siting(costs, weights, (5,))), Model("whole")
    y = model.columns(Label("", "open"), 40, high=1.0, integer=True)
    x = model.columns(Label("", "served"), (60, 40), cost=costs * weights[:, None])
    rows = np.repeat(np.arange(60), 40)
    model.rows(Label("", "all"), 60, [(rows, x.ravel(), 1.0)], low=1.0)
    model.rows(
        Label("", "tied"), 2400, [(np.arange(2400), x.ravel(), 1.0), (np.arange(2400), np.tile(y, 60), -1.0)], high=0.0
    )
    model.rows(Label("", "count"), 1, [(np.zeros(40, int), y, 1.0)], high=5.0)
    assert found.value == pytest.approx(solve(model).objective)
    assert found.exact
    assert found.facts["nodes"] > 1


@pytest.mark.parametrize("after", [0, 1, 5, 20, 60])
def test_a_stopped_run_has_a_bound_and_goes_on_from_what_it_kept(after: int) -> None:
    random = np.random.default_rng(4)
    siting = Siting(random.integers(1, 100, (60, 40)).astype(float), np.ones(60), (5,))
    asked, kept = count(), {}
    stopped = median(siting, stopped=lambda: next(asked) >= after, keep=kept.update)
    whole = median(siting)
    assert stopped.bound <= whole.value <= stopped.value
    assert stopped.exact == (stopped.gap == 0)
    again = median(siting, kept=json.loads(json.dumps(kept)))
    assert (again.value, again.exact) == (whole.value, True)
    assert median(siting, seconds=0.0).value >= whole.value


def test_a_gap_that_is_allowed_is_told() -> None:
    random = np.random.default_rng(4)
    siting = Siting(random.integers(1, 100, (60, 40)).astype(float), np.ones(60), (5,))
    found, whole = median(siting, gap=0.2), median(siting)
    assert found.bound <= whole.value <= found.value
    assert found.gap <= 0.2 + 1e-9


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.01, 1000.0))
def test_scaling_costs_scales_the_optimum_and_another_order_changes_nothing(seed: int, factor: float) -> None:
    costs, weights = made(seed, whole=False)
    value = median(Siting(costs, weights, (3,))).value
    assert median(Siting(costs * factor, weights, (3,))).value == pytest.approx(value * factor, rel=3e-6)
    order = np.random.default_rng(seed).permutation(costs.shape[1])
    assert median(Siting(costs[:, order], weights, (3,))).value == pytest.approx(value, rel=3e-6)
    assert median(Siting(costs, weights, (4,))).value <= value * (1 + 3e-6)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.001, 0.2))
def test_the_fair_choice_is_the_best_level_by_the_measure(seed: int, kappa: float) -> None:
    costs, weights = made(seed, whole=False)
    asked = fair(Siting(costs, weights, (3,)), "kolm-pollak", kappa=kappa)
    found = median(asked.siting)
    told = {"sense": "burden", "aversion": kappa, "parameter": "kappa"}

    def level(sites: object) -> float:
        values = costs[:, sites].min(axis=1)
        return measured("equity.kolm_pollak", {"values": Given(values), "people": Given(weights)}, told).value

    assert asked.level(found.value) == pytest.approx(level(found.sites))
    assert level(found.sites) == pytest.approx(min(level(one) for one in combinations(range(8), 3)), rel=1e-4)


def test_without_aversion_fairness_is_the_mean_and_envy_has_a_threshold() -> None:
    siting = Siting(COSTS, WEIGHTS, (3,))
    assert fair(siting, "kolm-pollak", kappa=0).siting is siting
    small = fair(siting, "kolm-pollak", kappa=1e-6)
    assert median(small.siting).sites.tolist() == median(siting).sites.tolist()
    free = fair(siting, "envy", beyond=1000, weight=5)
    assert (free.siting.costs == COSTS).all()
    felt = fair(siting, "envy", beyond=10, weight=2).siting
    assert felt.costs[0, 0] == COSTS[0, 0] == 10
    assert felt.costs[0, 2] == 22 + 2 * 12**2


@pytest.mark.parametrize(("words", "says"), [({"kappa": -1}, "below zero"), ({"kappa": 50.0}, "cannot be computed")])
def test_an_aversion_that_cannot_be_is_told(words: dict[str, float], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        fair(Siting(COSTS, WEIGHTS, (3,)), "kolm-pollak", **words)


def test_the_strongest_cut_stands_where_sites_add_up_to_one() -> None:
    near = Nearness.of(np.array([[1.0, 2.0, 5.0, 9.0]]))
    assert critical(near, np.array([0.5, 0.25, 0.5, 1.0])).tolist() == [2]
    assert critical(near, np.array([1.0, 0, 0, 0])).tolist() == [0]
    assert critical(near, np.zeros(4)).tolist() == [3]


def test_capacities_by_hand() -> None:
    """Two towns of 10 beside site A, which takes 12: 8 people go 5 instead of 1, and one more place saves 4."""
    costs, weights = np.array([[1.0, 5.0], [1.0, 5.0]]), np.array([10.0, 10.0])
    served = allocate(Siting(costs, weights, (2,), (0, 1)), np.array([12.0, 20.0]))
    assert served.sited.value == 12 * 1 + 8 * 5
    assert served.fullness.tolist() == pytest.approx([1.0, 0.4])
    assert served.prices.tolist() == pytest.approx([4.0, 0.0])
    whole = allocate(Siting(costs, weights, (2,), (0, 1)), np.array([12.0, 20.0]), whole=True)
    assert whole.sited.value == 10 * 1 + 10 * 5
    with pytest.raises(PlanError, match="no solution.*capacity"):
        allocate(Siting(costs, weights, (2,), (0, 1)), np.array([12.0, 7.0]))


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_few_nearest_pairs_give_the_optimum_of_all(seed: int, many: int) -> None:
    costs, weights = made(seed)
    weights = weights + 1.0
    room = np.full(8, 1.2 * weights.sum() / many)
    some, every = (allocate(Siting(costs, weights, (many,)), room, nearest=one) for one in (1, 8))
    assert some.sited.value == pytest.approx(every.sited.value)
    assert some.sited.value >= median(Siting(costs, weights, (many,))).value - 1e-6
    assert np.bincount(some.demands, some.parts, 12) == pytest.approx(np.ones(12))
    looser = allocate(Siting(costs, weights, (many,)), room * 1.5).sited.value
    assert looser <= every.sited.value + 1e-6


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 4), st.floats(10, 80))
def test_coverage_and_centre_are_the_best_of_all_sets(seed: int, many: int, reach: float) -> None:
    costs, weights = made(seed)
    siting = Siting(costs, weights, (many,))
    sets = list(combinations(range(8), many))
    assert cover_most(siting, reach).value == max(reached(siting, (np.array(one),), reach) for one in sets)
    assert centre(siting).value == min(longest(costs, weights, np.array(one)) for one in sets)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({}, "neither a number of sites nor a budget"),
        ({"counts": (13,)}, "13.*sites are asked for.*12 candidates"),
        ({"counts": (1,), "fixed": (0, 1)}, "2 stand already"),
        ({"counts": (2,), "fixed": (12,)}, "none of the 12 candidates"),
        ({"counts": (3, 2)}, "fewer sites"),
        ({"counts": (2,), "emphasis": (1.0, 2.0)}, "different numbers of phases"),
        ({"budgets": (2.0,)}, "0 prices for 12 sites"),
    ],
)
def test_a_question_that_cannot_be_read_is_told(words: dict[str, object], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        Siting(COSTS, WEIGHTS, **words)


def test_who_has_no_site_in_reach_is_told_by_coverage() -> None:
    with pytest.raises(PlanError, match=r"\d+ demands have no site within 5") as caught:
        cover_all(Siting(COSTS, WEIGHTS, (2,)), 5)
    assert "raise the reach" in caught.value.ways
