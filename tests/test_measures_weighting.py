"""Weights: what each method must keep, the mistakes that circulate, and frontiers against a solver and enumeration."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from xietong.errors import MeasureRefusal
from xietong.measures import weighting
from xietong.measures.axes import Array
from xietong.measures.frontier import benefit_of_the_doubt, weights_that_add_up
from xietong.measures.normalisation import min_max
from xietong.measures.pairwise_comparisons import analytic_hierarchy, consistency_ratio

PLACES, INDICATORS = 10, 4
UP = np.ones(INDICATORS)
tables = arrays(
    np.float64, (PLACES, INDICATORS), elements=st.floats(0.1, 100).map(lambda number: round(number, 2)), unique=True
)
small = arrays(np.float64, (7, 3), elements=st.integers(0, 5).map(float))


@given(values=tables)
def test_weights_add_up_to_one_and_are_not_negative(values: Array) -> None:
    for weights in (
        weighting.equal(values),
        weighting.entropy(values),
        weighting.critic(values, UP),
        weighting.critic(values, UP, scale="none"),
        weighting.principal_components(values, UP, rule="squared_loadings"),
        weighting.standard_deviation(values),
        weighting.coefficient_of_variation_weights(values),
    ):
        assert weights.sum() == pytest.approx(1)
        assert weights.min() >= 0


@given(values=tables, factors=arrays(np.float64, (INDICATORS,), elements=st.floats(0.01, 100)))
def test_the_unit_of_one_indicator_decides_nothing(values: Array, factors: Array) -> None:
    for function in (weighting.entropy, weighting.coefficient_of_variation_weights):
        np.testing.assert_allclose(function(values * factors), function(values), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(
        weighting.critic(values * factors, UP), weighting.critic(values, UP), rtol=1e-6, atol=1e-9
    )


def test_an_indicator_that_is_the_same_everywhere_has_no_weight() -> None:
    values = np.random.default_rng(1).uniform(1, 2, (9, 3))
    values[:, 1] = 0.1 + 0.2
    for function in (weighting.entropy, weighting.standard_deviation, weighting.coefficient_of_variation_weights):
        assert function(values)[1] == 0
    with pytest.raises(MeasureRefusal, match="range_of_values is 0 at"):
        weighting.critic(values, np.ones(3))


@pytest.mark.parametrize(
    "function", [weighting.entropy, weighting.standard_deviation, weighting.coefficient_of_variation_weights]
)
def test_nothing_to_weigh_is_refused(function) -> None:
    with pytest.raises(MeasureRefusal, match="no indicator gets a weight") as caught:
        function(np.full((9, 2), 3.0))
    assert caught.value.ways


def test_indicators_that_all_say_the_same_leave_critic_nothing() -> None:
    line = np.arange(9.0)
    with pytest.raises(MeasureRefusal, match="no indicator gets a weight"):
        weighting.critic(np.stack([line, 3 * line + 1, 7 * line], axis=-1), np.ones(3))


def test_zeros_of_min_max_scores_are_no_reason_for_equal_weights() -> None:
    """T13: version 1.2.1 of a peer sets entropy to zero wherever a zero occurs; a shift moves the weights."""
    values = np.random.default_rng(3).lognormal(0, 1, (30, 3)) ** np.array([0.3, 1, 2])
    scores = min_max(values, np.ones(3))
    right = weighting.entropy(scores)
    assert np.ptp(right) > 0.1
    np.testing.assert_allclose(weighting.zeroed_entropy(scores), 1 / 3)
    assert np.abs(weighting.shifted_entropy(scores) - right).max() > 0.001


def test_an_opposing_indicator_is_refused_by_its_loading() -> None:
    line = np.arange(9.0)
    values = np.stack([line, line + np.sin(line), -line], axis=-1)
    with pytest.raises(MeasureRefusal, match="loadings is -0.5.* at \\[2\\]"):
        weighting.principal_components(values, np.ones(3))
    assert weighting.principal_components(values, np.array([1.0, 1, -1])).min() > 0.3


def test_three_provinces_are_told_what_to_do_instead() -> None:
    from xietong.measures import facts

    for name in ("entropy", "critic", "principal_components", "standard_deviation"):
        one = facts(f"weighting.{name}")
        assert one.least == {"place": 8}
        assert "equal weights" in one.least_reason


# --- frontiers


def solved(values: Array) -> Array:
    return np.array([-linprog(-row, A_ub=values, b_ub=np.ones(len(values))).fun for row in values])


def enumerated(values: Array) -> Array:
    """Try every corner of the set of weights."""
    places, indicators = values.shape
    walls, limits = np.vstack([values, -np.eye(indicators)]), np.r_[np.ones(places), np.zeros(indicators)]
    best = np.zeros(places)
    for chosen in combinations(range(len(walls)), indicators):
        part = walls[list(chosen)]
        if abs(np.linalg.det(part)) > 1e-9:
            weights = np.linalg.solve(part, limits[list(chosen)])
            if (walls @ weights <= limits + 1e-9).all():
                best = np.maximum(best, values @ weights)
    return best


@given(values=small)
def test_a_frontier_is_that_of_every_corner_also_with_ties(values: Array) -> None:
    values[0] = np.maximum(values[0], 1)
    np.testing.assert_allclose(benefit_of_the_doubt(values), enumerated(values), rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", [(100, 5), (35, 11), (300, 3)])
def test_a_frontier_is_that_of_a_solver(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(7).uniform(0, 1, shape)
    np.testing.assert_allclose(benefit_of_the_doubt(values), solved(values), rtol=0, atol=1e-9)


def test_a_frontier_does_not_depend_on_units_nor_on_how_many_places_go_at_a_time(monkeypatch) -> None:
    values = np.random.default_rng(8).uniform(0, 1, (40, 4))
    whole = benefit_of_the_doubt(values)
    np.testing.assert_allclose(benefit_of_the_doubt(values * [1e-6, 1, 1e6, 1e9]), whole, rtol=0, atol=1e-9)
    monkeypatch.setattr("xietong.measures.frontier._CELLS", 100)
    np.testing.assert_allclose(benefit_of_the_doubt(values), whole, rtol=0, atol=1e-12)


def test_weights_need_not_add_up() -> None:
    """T12: with the added constraint a balanced place is never worth more than its best indicator."""
    values = np.array([[1.0, 0.0], [0.9, 0.9], [0.0, 1.0], [0.8, 0.8]])
    np.testing.assert_allclose(benefit_of_the_doubt(values), [1, 1, 1, 8 / 9])
    assert weights_that_add_up(values).tolist() == [1.0, 0.9, 1.0, 0.8]


# --- judgement


@given(weights=arrays(np.float64, (6,), elements=st.floats(0.05, 5)))
def test_consistent_judgements_give_their_weights_back(weights: Array) -> None:
    comparisons = weights[:, None] / weights
    np.testing.assert_allclose(analytic_hierarchy(comparisons), weights / weights.sum(), rtol=1e-7)
    assert consistency_ratio(comparisons) == pytest.approx(0, abs=1e-9)


def test_judgements_that_go_round_are_told() -> None:
    round_trip = np.array([[1.0, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert consistency_ratio(round_trip) > 1
    np.testing.assert_allclose(analytic_hierarchy(round_trip), 1 / 3)


def test_rounded_reciprocals_pass_and_wrong_ones_do_not() -> None:
    assert analytic_hierarchy(np.array([[1.0, 3.0], [0.33, 1.0]]))[0] == pytest.approx(0.75, abs=0.002)
    with pytest.raises(MeasureRefusal, match=r"comparisons is 3 at \[0, 1\] and 3 at \[1, 0\]"):
        analytic_hierarchy(np.array([[1.0, 3.0], [3.0, 1.0]]))
    with pytest.raises(MeasureRefusal, match=r"comparisons is 2 at \[0, 0\]"):
        analytic_hierarchy(np.array([[2.0, 3.0], [1 / 3, 1.0]]))


@pytest.mark.parametrize("indicators", [2, 16])
def test_the_random_index_is_known_for_three_to_fifteen(indicators: int) -> None:
    with pytest.raises(MeasureRefusal, match=f"comparisons has {indicators} indicators"):
        consistency_ratio(np.ones((indicators, indicators)))
