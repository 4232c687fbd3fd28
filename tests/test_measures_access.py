"""Access to services: identities, extremes, the traps of peers, refusals, and equality with plain loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures import access, catchments, equity, facts
from xietong.measures.access import great_circle
from xietong.measures.axes import Array
from xietong.measures.raam import raam

DECAYS = ("gaussian", "truncated_gaussian", "exponential", "inverse", "steps")
NEAR = {"bandwidth": 6.0, "max_cost": 15.0}
PEOPLE, SUPPLY = np.array([100.0, 50.0, 10.0]), np.array([15.0, 20.0, 100.0])
GRIDLOCK = {
    "origins": np.array([0, 1, 2, 0, 1, 2, 2, 0, 1]),
    "facilities": np.array([0, 1, 2, 2, 2, 0, 1, 1, 0]),
    "costs": np.array([1.0, 1.0, 1.0, 40.0, 40.0, 40.0, 40.0, 60.0, 60.0]),
}


def table(seed: int, places: int = 9, counts: int = 5) -> tuple[Array, Array, dict[str, Any]]:
    """Return people, supply and a table of about half of all pairs, in no order."""
    generator = np.random.default_rng(seed)
    pairs = generator.permutation(places * counts)[: places * counts // 2]
    labels = {"origins": pairs // counts, "facilities": pairs % counts, "costs": generator.uniform(0.5, 20, len(pairs))}
    return generator.uniform(1, 100, places), generator.uniform(1, 20, counts), labels


def matrix(places: int, counts: int, pairs: dict[str, Any]) -> Array:
    costs = np.full((places, counts), np.inf)
    costs[pairs["origins"], pairs["facilities"]] = pairs["costs"]
    return costs


def weights(costs: Array, decay: str) -> Array:
    """Return the weights cell by cell, from the definitions."""
    one = {
        "gaussian": lambda c: np.exp(-(c**2) / (2 * 6**2)),
        "truncated_gaussian": lambda c: max(0, (np.exp(-(c**2) / 72) - np.exp(-0.5)) / (1 - np.exp(-0.5))),
        "exponential": lambda c: np.exp(-c / 6),
        "inverse": lambda c: 6 / c,
        "steps": lambda c: 1 if c <= 6 else 0.68 if c <= 12 else 0.22 if c <= 18 else 0,
    }[decay]
    return np.array([[one(c) if c <= 15 else 0.0 for c in row] for row in costs])


def over(amounts: Array, totals: Array) -> Array:
    return np.divide(amounts, totals, out=np.zeros(np.broadcast_shapes(amounts.shape, totals.shape)), where=totals > 0)


seeds = st.integers(0, 10**6)


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from(DECAYS))
def test_catchments_equal_dense_matrices(seed: int, decay: Any) -> None:
    people, supply, pairs = table(seed)
    w = weights(matrix(9, 5, pairs), decay)
    choices: dict[str, Any] = {"decay": decay, **NEAR, "unreached": "kept"}
    plain = w @ over(supply, people @ w)
    np.testing.assert_allclose(catchments.enhanced_two_step(people, supply, **pairs, **choices), plain)
    np.testing.assert_allclose(catchments.spatial_availability(people, supply, **pairs, **choices), people * plain)
    select = over(w, w.sum(axis=1, keepdims=True))
    three = (select * w) @ over(supply, people @ (select * w))
    np.testing.assert_allclose(catchments.three_step(people, supply, **pairs, **choices), three)
    even = over(w, w.sum(axis=0)) @ over(supply, people @ select)
    np.testing.assert_allclose(catchments.balanced(people, supply, **pairs, **choices), even)
    reached = access.cumulative_opportunities(people, supply, **pairs, **choices)
    np.testing.assert_allclose(reached, w @ supply)


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from(DECAYS))
def test_people_times_access_is_the_supply_that_is_reached(seed: int, decay: Any) -> None:
    """Trap g: the sum holds for any weight that is used in both steps, of any table, cut at any border."""
    people, supply, pairs = table(seed)
    w = weights(matrix(9, 5, pairs), decay)
    reached = supply[w.any(axis=0)].sum()
    choices: dict[str, Any] = {"decay": decay, **NEAR, "unreached": "kept"}
    assert people @ catchments.enhanced_two_step(people, supply, **pairs, **choices) == pytest.approx(reached)
    assert people @ catchments.three_step(people, supply, **pairs, **choices) == pytest.approx(reached)
    assert catchments.spatial_availability(people, supply, **pairs, **choices).sum() == pytest.approx(reached)
    select = over(w, w.sum(axis=1, keepdims=True))
    service = over(supply, people @ select)
    assert catchments.balanced(people, supply, **pairs, **choices).sum() == pytest.approx(service.sum())
    plain = catchments.two_step(people, supply, **pairs, max_cost=15.0, unreached="kept")
    near = matrix(9, 5, pairs) <= 15
    assert people @ plain == pytest.approx(supply[near.any(axis=0)].sum())


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_twice_the_supply_is_twice_the_access_and_twice_the_people_half(seed: int) -> None:
    people, supply, pairs = table(seed)
    for function in (catchments.three_step, catchments.enhanced_two_step, catchments.balanced):
        choices: dict[str, Any] = {"decay": "gaussian", **NEAR, "unreached": "kept"}
        once = function(people, supply, **pairs, **choices)
        np.testing.assert_allclose(function(people, 2 * supply, **pairs, **choices), 2 * once)
        np.testing.assert_allclose(function(2 * people, supply, **pairs, **choices), once / 2)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_new_labels_do_not_matter(seed: int) -> None:
    people, supply, pairs = table(seed)
    generator = np.random.default_rng(seed)
    place, facility = generator.permutation(9), generator.permutation(5)
    turned = {
        **pairs,
        "origins": np.argsort(place)[pairs["origins"]],
        "facilities": np.argsort(facility)[pairs["facilities"]],
    }
    for call in (
        lambda *data, **pairs: catchments.two_step(*data, **pairs, max_cost=15.0, unreached="kept"),
        access.nearest_cost,
        lambda *data, **pairs: raam(*data, **pairs, travel_scale=10.0, unreached="kept")[:, 0],
    ):
        np.testing.assert_allclose(
            call(people[place], supply[facility], **turned), call(people, supply, **pairs)[place], rtol=1e-5
        )


def test_labels_of_32_bits_and_a_sorted_table_give_the_same() -> None:
    people, supply, pairs = table(3, 400, 40)
    plain = catchments.enhanced_two_step(people, supply, **pairs, decay="gaussian", **NEAR)
    order = np.lexsort((pairs["facilities"], pairs["origins"]))
    small = {name: array[order].astype(np.int32 if name != "costs" else float) for name, array in pairs.items()}
    np.testing.assert_allclose(catchments.enhanced_two_step(people, supply, **small, decay="gaussian", **NEAR), plain)


def test_sums_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    people, supply, pairs = table(4, 60, 20)
    whole = catchments.three_step(people, supply, **pairs, decay="gaussian", **NEAR)
    nearest = access.nearest_cost(people, supply, **pairs)
    monkeypatch.setattr("xietong.measures.pairs._BLOCK", 7)
    np.testing.assert_allclose(catchments.three_step(people, supply, **pairs, decay="gaussian", **NEAR), whole)
    np.testing.assert_array_equal(access.nearest_cost(people, supply, **pairs), nearest)


def test_the_threshold_is_within_reach() -> None:
    """Trap f: a cost of exactly ``max_cost`` counts."""
    at = access.cumulative_opportunities(PEOPLE, SUPPLY, **GRIDLOCK, max_cost=60.0)
    below = access.cumulative_opportunities(PEOPLE, SUPPLY, **GRIDLOCK, max_cost=np.nextafter(60.0, 0))
    np.testing.assert_array_equal(at, [135, 135, 135])
    np.testing.assert_array_equal(below, [115, 120, 135])
    steps = catchments.decay_weight("m", "steps", 10.0, 30.0, power=1, second_step=0.68, third_step=0.22)
    np.testing.assert_array_equal(steps(np.array([0, 10, 10.1, 20, 30, 30.1])), [1, 1, 0.68, 0.68, 0.22, 0])


def test_neighbours_across_a_border_count() -> None:
    """The edge effect: without the pairs across the border the poor side looks worse and the rich side better."""
    people, supply = np.array([100.0, 100.0]), np.array([10.0, 1.0])
    both = {"origins": np.array([0, 1, 1]), "facilities": np.array([0, 0, 1]), "costs": np.array([1.0, 2.0, 1.0])}
    cut = {name: array[[0, 2]] for name, array in both.items()}
    open_border = catchments.two_step(people, supply, **both, max_cost=5.0)
    closed = catchments.two_step(people, supply, **cut, max_cost=5.0)
    np.testing.assert_allclose(open_border, [0.05, 0.06])
    np.testing.assert_allclose(closed, [0.1, 0.01])


def refusal(call: Any, **changes: Any) -> MeasureRefusal:
    data = {"people": PEOPLE, "supply": SUPPLY, **GRIDLOCK, **changes}
    with pytest.raises(MeasureRefusal) as caught:
        call(**data)
    assert caught.value.ways
    return caught.value


def two_step(**data: Any) -> Array:
    return catchments.two_step(**data, **({} if "max_cost" in data else {"max_cost": 45.0}))


def test_supply_never_vanishes_without_a_word() -> None:
    """Trap a: supply that no pair names, that is beyond the threshold or that only empty places reach."""
    more = np.append(SUPPLY, [7.0, 0.0, 9.0])
    told = refusal(two_step, supply=more)
    assert told.what == "facility [3] has supply that no person reaches (2 of 6: 3, 5)"
    kept = two_step(people=PEOPLE, supply=more, **GRIDLOCK, unreached="kept")
    np.testing.assert_array_equal(kept, two_step(people=PEOPLE, supply=SUPPLY, **GRIDLOCK))
    assert "facility [0]" in refusal(two_step, max_cost=0.5).what
    assert "facility [0]" in refusal(two_step, people=np.array([0.0, 50.0, 0.0])).what
    assert "facility [3]" in refusal(raam, supply=more, travel_scale=60.0).what


def test_a_place_is_never_left_out_without_a_word() -> None:
    people = np.append(PEOPLE, 5.0)
    for call in (two_step, lambda **data: access.cumulative_opportunities(**data, max_cost=45.0)):
        assert refusal(call, people=people).what == "place [3] stands in no pair"
        assert call(people=people, supply=SUPPLY, **GRIDLOCK, unreached="kept")[3] == 0
    assert refusal(raam, people=people, travel_scale=60.0).what == "place [3] reaches no open facility"
    kept = raam(people, SUPPLY, **GRIDLOCK, travel_scale=60.0, unreached="kept")
    assert np.isnan(kept[3]).all()
    assert np.isfinite(kept[:3]).all()
    assert np.isnan(access.nearest_cost(people, SUPPLY, **GRIDLOCK)[3])


def test_a_place_beyond_the_threshold_has_no_access() -> None:
    pairs = {**GRIDLOCK, "costs": np.where(GRIDLOCK["origins"] == 0, 90.0, GRIDLOCK["costs"])}
    assert catchments.two_step(PEOPLE, SUPPLY, **pairs, max_cost=45.0)[0] == 0


def test_a_cost_of_zero_has_no_inverse() -> None:
    """Trap d."""
    costs = GRIDLOCK["costs"] - 1
    told = refusal(lambda **data: catchments.enhanced_two_step(**data, decay="inverse", **NEAR), costs=costs)
    assert told.what == "costs is 0 at [0] (3 of 9 cells)"
    assert "another decay" in told.ways[0]


def test_a_pair_named_twice_is_refused() -> None:
    twice = {name: np.append(array, array[4]) for name, array in GRIDLOCK.items()}
    told = refusal(two_step, **twice)
    assert told.what == "the pair of place [1] and facility [2] stands in the table more than once"
    assert refusal(raam, **twice, travel_scale=60.0).what == told.what
    assert np.isfinite(access.nearest_cost(PEOPLE, SUPPLY, **twice)).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"origins": np.array([0, 1, 3, 0, 1, 2, 2, 0, 1])}, "origins names place [3], and there are 3"),
        ({"facilities": np.array([0, 1, -1, 2, 2, 0, 1, 1, 0])}, "facilities names facility [-1], and there are 3"),
        ({"costs": GRIDLOCK["costs"] - 2}, "costs is -1 at [0] (3 of 9 cells)"),
        ({"max_cost": -1.0}, "max_cost is -1"),
        ({"max_cost": np.nan}, "max_cost is nan"),
    ],
)
def test_what_a_table_cannot_be(change: dict[str, Any], said: str) -> None:
    assert refusal(two_step, **change).what == said


def test_what_a_decay_cannot_be() -> None:
    for change, said in (({"bandwidth": 0.0}, "bandwidth is 0"), ({"power": -1.0}, "power is -1")):
        choices: dict[str, Any] = {"decay": "inverse", **NEAR, **change}
        assert refusal(lambda c=choices, **data: catchments.three_step(**data, **c)).what == said
    with pytest.raises(UnknownName, match="no decay 'gauss'"):
        catchments.balanced(PEOPLE, SUPPLY, **GRIDLOCK, decay="gauss", **NEAR)
    assert (
        "bandwidth is 0"
        in refusal(lambda **d: access.cumulative_opportunities(**d, decay="gaussian", max_cost=9.0)).what
    )


def test_places_without_people_and_infinite_thresholds() -> None:
    people = np.array([0.0, 50.0, 10.0])
    result = catchments.two_step(people, SUPPLY, **GRIDLOCK, max_cost=np.inf)
    np.testing.assert_allclose(result, 135 / 60)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_coverage_lies_between_0_and_1_grows_and_is_the_mean_of_its_groups(seed: int) -> None:
    people, supply, pairs = table(seed)
    shares = [float(access.coverage(people, supply, **pairs, max_cost=t)) for t in np.linspace(0, 25, 40)]
    assert min(shares) >= 0
    assert max(shares) <= 1
    assert (np.diff(shares) >= 0).all()
    assert shares[0] == 0
    groups = np.arange(9) % 3
    by_group = access.coverage_by_group(people, groups, supply, **pairs, max_cost=9.0)
    whole = access.coverage(people, supply, **pairs, max_cost=9.0)
    assert by_group @ np.bincount(groups, people) == pytest.approx(whole * people.sum())
    rural = people * np.random.default_rng(seed).uniform(size=9)
    classes = access.urban_rural_coverage(people - rural, rural, supply, **pairs, max_cost=9.0)
    assert classes[0] == pytest.approx(whole)
    assert classes[1:] @ [(people - rural).sum(), rural.sum()] == pytest.approx(whole * people.sum())


def test_a_class_or_group_without_people_has_no_coverage() -> None:
    none = np.zeros(3)
    classes = access.urban_rural_coverage(PEOPLE, none, SUPPLY, **GRIDLOCK, max_cost=45.0)
    np.testing.assert_array_equal(classes, [1, 1, np.nan])
    groups = access.coverage_by_group(np.array([1.0, 0, 0]), np.array([0, 2, 2]), SUPPLY, **GRIDLOCK, max_cost=45.0)
    np.testing.assert_array_equal(groups, [1, np.nan, np.nan])
    with pytest.raises(MeasureRefusal, match="total_of_people is 0"):
        access.coverage(none, SUPPLY, **GRIDLOCK, max_cost=45.0)


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(1, 100))
def test_nobody_gains_by_going_elsewhere(seed: int, scale: float) -> None:
    people, supply, pairs = table(seed)
    parts = raam(people, supply, **pairs, travel_scale=scale, gap=1e-7, unreached="kept")
    there = np.isfinite(parts[:, 0])
    np.testing.assert_allclose(parts[there, 1] + parts[there, 2], parts[there, 0])
    worse = people[there] @ (parts[there, 0] * parts[there, 3] / (1 + parts[there, 3]))
    assert worse <= 1.001e-7 * (people[there] @ parts[there, 0])


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_agents_equal_a_quadratic_program(seed: int) -> None:
    from scipy.optimize import minimize

    people, supply, pairs = table(seed, 4, 3)
    pairs = {
        "origins": np.repeat(np.arange(4), 3),
        "facilities": np.tile(np.arange(3), 4),
        "costs": np.arange(12.0) * 7 % 11,
    }
    ratio = people.sum() / supply.sum()
    travel = pairs["costs"].reshape(4, 3) / 10

    def cost(shares: Array) -> float:
        flows = shares.reshape(4, 3) * people[:, None]
        return float((flows.sum(axis=0) ** 2 / (2 * ratio * supply)).sum() + (flows * travel).sum()) / people.sum()

    rule = {"type": "eq", "fun": lambda shares: shares.reshape(4, 3).sum(axis=1) - 1}
    told = minimize(cost, np.full(12, 1 / 3), bounds=[(0, 1)] * 12, constraints=rule, method="SLSQP", tol=1e-12)
    demand = (told.x.reshape(4, 3) * people[:, None]).sum(axis=0)
    least = (demand / (ratio * supply) + travel).min(axis=1)
    np.testing.assert_allclose(raam(people, supply, **pairs, travel_scale=10.0, gap=1e-7)[:, 0], least, rtol=1e-3)


def test_agents_without_travel_bear_the_mean_crowding() -> None:
    still = {**GRIDLOCK, "costs": np.zeros(9)}
    np.testing.assert_allclose(raam(PEOPLE, SUPPLY, **still, travel_scale=60.0)[:, 0], 1, rtol=1e-6)
    np.testing.assert_allclose(
        raam(PEOPLE, SUPPLY, **still, travel_scale=1.0, people_per_supply=2.0)[:, 0], 160 / 270, rtol=1e-6
    )


def test_agents_need_people_supply_and_a_gap() -> None:
    assert refusal(raam, people=np.zeros(3), travel_scale=60.0).what == "total_of_people is 0"
    assert refusal(raam, supply=np.zeros(3), travel_scale=60.0).what == "total_of_supply is 0"
    assert refusal(raam, travel_scale=0.0).what == "travel_scale is 0"
    assert refusal(raam, travel_scale=60.0, gap=0.0).what == "gap is 0"


def test_distances_over_the_globe() -> None:
    def distance(*degrees: float) -> float:
        return float(great_circle(*(np.array(one) for one in degrees)))

    assert distance(0, 0, 180, 0) == pytest.approx(np.pi * 6371.0088)
    assert distance(116.4, 39.9, 116.4, 39.9) == 0
    assert distance(-179.5, 0, 179.5, 0) == pytest.approx(np.radians(1) * 6371.0088)
    assert distance(10, 60, 70, 20) == pytest.approx(distance(70, 20, 10, 60))
    for wrong in ((181, 0, 0, 0), (0, 91, 0, 0), (0, 0, 0, -90.1)):
        with pytest.raises(MeasureRefusal, match="degrees_within_"):
            distance(*wrong)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), min_size=2, max_size=8), st.floats(0.001, 2))
def test_the_equivalent_level_lies_between_the_mean_and_the_worst(
    cells: list[tuple[float, float]], kappa: float
) -> None:
    values, people = np.array(cells).T
    mean = float(values @ people / people.sum())
    choices: dict[str, Any] = {"aversion": kappa, "parameter": "kappa"}
    burden = equity.kolm_pollak(values, people, sense="burden", **choices)
    benefit = equity.kolm_pollak(values, people, sense="benefit", **choices)
    assert mean - 1e-9 <= burden <= values.max() + 1e-9
    assert values.min() - 1e-9 <= benefit <= mean + 1e-9
    assert equity.kolm_pollak(values + 7, people, sense="burden", **choices) == pytest.approx(burden + 7)
    for sense in ("burden", "benefit"):
        for small in (0.0, 1e-12):
            none = equity.kolm_pollak(values, people, sense=sense, aversion=small, parameter="kappa")
            assert none == pytest.approx(mean, abs=1e-6)


def test_the_equivalent_level_of_many_great_burdens_is_finite() -> None:
    values, people = np.array([0.0, 5000.0, 9000.0]), np.array([1.0, 1.0, 0.0])
    level = equity.kolm_pollak(values, people, sense="burden", aversion=1.0, parameter="kappa")
    assert level == pytest.approx(5000 - np.log(2))


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_worst_off_lie_between_the_worst_and_the_mean(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values, people = generator.uniform(0, 10, 7), generator.uniform(1, 9, 7)
    levels = [float(equity.worst_off(values, people, sense="benefit", share=q)) for q in (1e-9, 0.1, 0.5, 0.9, 1.0)]
    assert levels[0] == pytest.approx(values.min())
    assert levels[-1] == pytest.approx(values @ people / people.sum())
    assert (np.diff(levels) >= -1e-12).all()
    burden = equity.worst_off(-values, people, sense="burden", share=0.3)
    assert burden == pytest.approx(-equity.worst_off(values, people, sense="benefit", share=0.3))


def test_what_equity_cannot_take() -> None:
    for share in (0.0, 1.1, np.nan):
        with pytest.raises(MeasureRefusal, match="share is"):
            equity.worst_off(PEOPLE, PEOPLE, sense="burden", share=share)
    with pytest.raises(MeasureRefusal, match="mean_square_of_values is 0"):
        equity.kolm_pollak(np.zeros(3), PEOPLE, sense="burden", aversion=1.0)
    with pytest.raises(MeasureRefusal, match="aversion is -1"):
        equity.kolm_pollak(SUPPLY, PEOPLE, sense="burden", aversion=-1.0)


def test_they_are_found_under_the_names_that_users_know() -> None:
    for name in ("2SFCA", "e2sfca", "3sfca", "bfca", "haversine", "kolm_pollak", "raam"):
        assert facts(name).label


def test_a_table_sorted_by_place_gives_what_any_other_order_gives() -> None:
    """The sorted table is read once, place by place, in blocks that cut no place in two; made up, several blocks long."""
    generator = np.random.default_rng(7)
    pairs = np.sort(generator.choice(900 * 200, 90_000, replace=False))
    table = {"origins": pairs // 200, "facilities": pairs % 200, "costs": generator.uniform(0.1, 9.0, len(pairs))}
    people, supply = generator.uniform(1, 50, 900), generator.uniform(1, 9, 200)
    choices: dict[str, Any] = {"decay": "gaussian", "bandwidth": 2.0, "max_cost": 8.0}
    order = generator.permutation(len(pairs))
    mixed = {name: array[order] for name, array in table.items()}
    in_line = catchments.three_step(people, supply, **table, **choices)
    np.testing.assert_allclose(catchments.three_step(people, supply, **mixed, **choices), in_line, rtol=1e-11)
    weights = np.zeros((900, 200))
    weights[table["origins"], table["facilities"]] = np.exp(-((table["costs"] / 2) ** 2) / 2) * (table["costs"] <= 8)
    chosen = weights / weights.sum(axis=1, keepdims=True)
    demand = (people[:, None] * chosen * weights).sum(axis=0)
    np.testing.assert_allclose((chosen * weights) @ (supply / demand), in_line, rtol=1e-10)
