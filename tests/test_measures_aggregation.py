"""Means of any order, the penalised mean, and rankings: identities, limits, absent cells, draws, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import aggregation, ranking
from xietong.measures.axes import Array

scores = arrays(np.float64, (5, 4), elements=st.floats(0.01, 100.0))
weights = arrays(np.float64, 4, elements=st.floats(0.01, 10.0))
factors = st.floats(0.01, 100.0)
few = arrays(np.float64, (7, 3), elements=st.integers(0, 3).map(float))
MEANS = [aggregation.arithmetic, aggregation.geometric, aggregation.harmonic]


@given(x=scores, w=weights)
def test_the_three_means_are_power_means_and_stand_in_order(x: Array, w: Array) -> None:
    arithmetic, geometric, harmonic = (mean(x, w) for mean in MEANS)
    for exponent, mean in ((1.0, arithmetic), (0.0, geometric), (-1.0, harmonic), (1e-12, geometric)):
        np.testing.assert_allclose(aggregation.power_mean(x, w, exponent=exponent), mean, rtol=1e-9)
    assert (harmonic <= geometric * (1 + 1e-12)).all()
    assert (geometric <= arithmetic * (1 + 1e-12)).all()


@given(x=scores, w=weights, exponent=st.floats(-300, 300), factor=factors)
def test_a_power_mean_lies_within_and_moves_with_the_scale(x: Array, w: Array, exponent: float, factor: float) -> None:
    mean = aggregation.power_mean(x, w, exponent=exponent)
    assert (mean >= x.min(axis=-1) * (1 - 1e-9)).all()
    assert (mean <= x.max(axis=-1) * (1 + 1e-9)).all()
    np.testing.assert_allclose(aggregation.power_mean(x * factor, w, exponent=exponent), mean * factor, rtol=1e-9)


def test_a_large_exponent_tends_to_the_ends_and_overflows_nowhere() -> None:
    x, w = np.array([1e-200, 3.0, 1e200]), np.ones(3)
    np.testing.assert_allclose(aggregation.power_mean(x, w, exponent=1e4), 1e200, rtol=1e-3)
    np.testing.assert_allclose(aggregation.power_mean(x, w, exponent=-1e4), 1e-200, rtol=1e-3)


@pytest.mark.parametrize("exponent", [-2.0, -1.0, 0.0, 0.5, 3.0])
def test_zeros_are_limits(exponent: float) -> None:
    """A zero without a weight does not count; with one it decides where the exponent is zero or below."""
    w = np.array([0.0, 1.0, 2.0])
    free = aggregation.power_mean(np.array([0.0, 2.0, 4.0]), w, exponent=exponent)
    np.testing.assert_allclose(free, aggregation.power_mean(np.array([2.0, 4.0]), w[1:], exponent=exponent), rtol=1e-12)
    near = aggregation.power_mean(np.array([1.0, 1e-290, 4.0]), w, exponent=exponent)
    zero = aggregation.power_mean(np.array([1.0, 0.0, 4.0]), w, exponent=exponent)
    assert zero <= near
    assert (zero == 0) == (exponent <= 0)
    assert aggregation.power_mean(np.array([1.0, 0.0, 0.0]), w, exponent=exponent) == 0


@pytest.mark.parametrize("mean", MEANS)
@given(x=scores, w=weights, holes=arrays(np.bool_, (5, 4)))
def test_an_absent_cell_is_as_if_the_indicator_were_not_there(mean, x: Array, w: Array, holes: Array) -> None:
    """T10: peers give no result for some means and skip the cell for others."""
    found = mean(np.where(holes, np.nan, x), w, missing="reweighted", least_present=0.5)
    for place in range(5):
        here = ~holes[place]
        if here.sum() < 2:
            assert np.isnan(found[place])
        else:
            np.testing.assert_allclose(found[place], mean(x[place, here], w[here]), rtol=1e-9)


def test_absent_cells_are_refused_unless_a_study_says_otherwise() -> None:
    x, w = np.array([1.0, np.nan, 3.0]), np.ones(3)
    for mean in MEANS:
        with pytest.raises(MeasureRefusal, match=r"scores is nan at \[1\]"):
            mean(x, w)
        assert np.isnan(mean(np.full(3, np.nan), w, missing="reweighted"))
        assert np.isnan(mean(x, np.array([0.0, 1.0, 0.0]), missing="reweighted"))
        with pytest.raises(MeasureRefusal, match="inf"):
            mean(np.array([1.0, np.nan, np.inf]), w, missing="reweighted")
        with pytest.raises(MeasureRefusal, match="total_of_weights is 0"):
            mean(np.ones(3), np.zeros(3))
        with pytest.raises(MeasureRefusal, match="least_present is 2"):
            mean(np.ones(3), w, missing="reweighted", least_present=2.0)


def test_scores_below_zero_have_no_geometric_mean() -> None:
    x, w = np.array([-1.0, 2.0]), np.ones(2)
    assert aggregation.arithmetic(x, w) == 0.5
    for refused in (aggregation.geometric, aggregation.harmonic):
        with pytest.raises(MeasureRefusal, match=r"scores is -1 at \[0\]"):
            refused(x, w)
    with pytest.raises(MeasureRefusal, match="exponent is inf"):
        aggregation.power_mean(np.ones(2), w, exponent=np.inf)


@given(x=scores, w=weights)
def test_a_penalty_is_zero_only_in_balance_and_counts_both_ways(x: Array, w: Array) -> None:
    low, high = np.zeros(4), np.full(4, 100.0)
    less = aggregation.adjusted_mazziotta_pareto(x, low, high)
    more = aggregation.adjusted_mazziotta_pareto(x, low, high, penalty="added")
    mean = (70 + 0.6 * x).mean(axis=-1)
    np.testing.assert_allclose((less + more) / 2, mean, rtol=1e-12)
    assert (less <= mean + 1e-9).all()
    even = np.repeat(x[:, :1], 4, axis=1)
    np.testing.assert_allclose(aggregation.adjusted_mazziotta_pareto(even, low, high), 70 + 0.6 * x[:, 0], rtol=1e-12)


def test_turning_an_indicator_and_its_goalposts_changes_nothing() -> None:
    x = np.array([[1.0, 5.0], [2.0, 3.0], [7.0, 4.0]])
    plain = aggregation.mazziotta_pareto(x, np.array([1.0, 1.0]))
    turned = aggregation.mazziotta_pareto(x * [1, -1], np.array([1.0, -1.0]))
    np.testing.assert_allclose(plain, turned, rtol=1e-12)
    with pytest.raises(MeasureRefusal, match="spread_of_values is 0"):
        aggregation.mazziotta_pareto(np.full((3, 2), 0.1), np.ones(2))
    with pytest.raises(MeasureRefusal, match="directions is 0"):
        aggregation.mazziotta_pareto(x, np.array([1.0, 0.0]))
    with pytest.raises(MeasureRefusal, match="1 place"):
        aggregation.mazziotta_pareto(x[:1], np.ones(2), sample=True)
    with pytest.raises(MeasureRefusal, match="1 indicator"):
        aggregation.adjusted_mazziotta_pareto(np.ones(1), np.zeros(1), np.ones(1), sample=True)
    with pytest.raises(MeasureRefusal, match="distance_of_goalposts is 0"):
        aggregation.adjusted_mazziotta_pareto(np.ones(2), np.ones(2), np.ones(2))


# --- ranking


def closeness(values: Array, weights: Array, directions: Array) -> Array:
    """The method as it is written, step by step."""
    weighted = values / np.sqrt((values**2).sum(axis=0)) * weights / weights.sum() * directions
    ends = weighted.max(axis=0), weighted.min(axis=0)
    to_best, to_worst = (np.sqrt(((weighted - end) ** 2).sum(axis=1)) for end in ends)
    return np.asarray(to_worst / (to_best + to_worst))


@given(x=scores, w=weights)
def test_topsis_is_the_method_step_by_step(x: Array, w: Array) -> None:
    if np.ptp(x, axis=0).max() < 1e-3:
        return
    directions = np.array([1.0, -1.0, 1.0, -1.0])
    np.testing.assert_allclose(ranking.topsis(x, w, directions), closeness(x, w, directions), rtol=1e-6, atol=1e-9)


def test_topsis_over_many_blocks_and_its_ends() -> None:
    x = np.random.default_rng(3).uniform(1, 9, (70_000, 3))
    x[5], x[60_000] = (10, 0.5, 10), (0.5, 10, 0.5)
    directions, w = np.array([1.0, -1.0, 1.0]), np.array([0.2, 0.3, 0.5])
    found = ranking.topsis(x, w, directions)
    np.testing.assert_allclose(found, closeness(x, w, directions), rtol=1e-9)
    assert found[5] == 1
    assert found[60_000] == 0


def test_topsis_refuses_what_tells_no_places_apart() -> None:
    w, directions = np.ones(2), np.ones(2)
    with pytest.raises(MeasureRefusal, match=r"length_of_values is 0 at \[0, 1\]"):
        ranking.topsis(np.array([[1.0, 0.0], [2.0, 0.0]]), w, directions)
    with pytest.raises(MeasureRefusal, match="distance_of_best_and_worst is 0"):
        ranking.topsis(np.ones((3, 2)), w, directions)
    with pytest.raises(MeasureRefusal, match=r"length_of_values is 0 at \[0, 0\]"):
        ranking.topsis(np.ones((3, 2)), w, directions, scaling="min_max")


@given(x=few, w=arrays(np.float64, 3, elements=st.integers(1, 4).map(lambda tenth: tenth / 10)))
def test_copeland_and_outranking_are_their_definitions(x: Array, w: Array) -> None:
    wins, matrix = np.zeros(7), np.zeros((7, 7))
    tenths = np.rint(w * 10)
    for i in range(7):
        for k in range(7):
            net = float((tenths * np.sign(x[i] - x[k])).sum())
            wins[i] += np.sign(net)
            matrix[i, k] = (net / tenths.sum() + 1) / 2 if i != k else 0
    np.testing.assert_array_equal(ranking.copeland(x, w), wins)
    np.testing.assert_allclose(ranking.outranking(x, w), matrix, atol=1e-12)


def test_copeland_over_many_blocks_depends_on_order_alone() -> None:
    x = np.random.default_rng(4).integers(0, 9, (900, 3)).astype(float)
    w = np.array([3.0, 2.0, 2.0])
    found = ranking.copeland(x, w)
    assert found.sum() == 0
    np.testing.assert_array_equal(ranking.copeland(np.exp(x), w), found)
    np.testing.assert_array_equal(np.sign(ranking.outranking(x, w) - 0.5).sum(axis=1) + 1, found)
