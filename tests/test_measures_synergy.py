"""Synergy: the sign rule, a change of zero, the two bases, limits either way round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures.synergy import order_of_parameters, order_of_systems, synergy, synergy_of_two

ORDERS = arrays(np.float64, (5, 3), elements=st.floats(0, 1))


@given(ORDERS)
def test_each_base_is_the_comparison_of_two_periods(order: np.ndarray) -> None:
    fixed, chained = synergy(order, base="fixed"), synergy(order, base="chained")
    assert np.isnan(fixed[0])
    assert np.isnan(chained[0])
    assert fixed[1] == chained[1]
    for t in range(1, 5):
        np.testing.assert_allclose(fixed[t], synergy_of_two(order[0], order[t]), atol=1e-15)
        np.testing.assert_allclose(chained[t], synergy_of_two(order[t - 1], order[t]), atol=1e-15)


@given(ORDERS)
def test_the_sign_is_that_of_the_worst_change_and_a_zero_hides_all(order: np.ndarray) -> None:
    degree, change = float(synergy_of_two(order[0], order[1])), order[1] - order[0]
    assert abs(degree) <= np.abs(change).max() + 1e-12
    if (change == 0).any():
        assert degree == 0
        assert not np.signbit(degree)
    elif change.min() < 0:
        assert degree <= 0
    else:
        assert degree >= 0


def test_one_small_decline_turns_everything_and_two_do_not_turn_it_back() -> None:
    before = np.array([0.5, 0.5, 0.5])
    assert synergy_of_two(before, np.array([0.9, 0.9, 0.501])) > 0
    assert synergy_of_two(before, np.array([0.9, 0.9, 0.499])) < 0
    assert synergy_of_two(before, np.array([0.9, 0.4, 0.4])) < 0


@given(st.floats(0, 1))
def test_a_direction_is_the_order_of_the_limits(value: float) -> None:
    up = order_of_parameters(np.array([value]), np.array([0.0]), np.array([1.0]))
    down = order_of_parameters(np.array([value]), np.array([1.0]), np.array([0.0]))
    np.testing.assert_allclose(up + down, 1, rtol=1e-12)


def test_limits_that_do_not_hold_a_value_are_refused() -> None:
    with pytest.raises(MeasureRefusal, match=r"order_of_values is 1.5 at \[0\]") as caught:
        order_of_parameters(np.array([3.0]), np.array([0.0]), np.array([2.0]))
    assert "widen" in caught.value.ways[0]
    with pytest.raises(MeasureRefusal, match="distance_of_limits is 0"):
        order_of_parameters(np.array([1.0]), np.array([1.0]), np.array([1.0]))


@given(arrays(np.float64, 4, elements=st.floats(0, 1)))
def test_the_geometric_mean_is_never_above_the_linear_one(order: np.ndarray) -> None:
    groups, weights = np.array([0, 1, 1, 0]), np.array([1.0, 2.0, 3.0, 4.0])
    geometric = order_of_systems(order, weights, groups)
    assert (geometric <= order_of_systems(order, weights, groups, mean="linear") + 1e-12).all()
    np.testing.assert_allclose(geometric[0], order[0] ** 0.2 * order[3] ** 0.8, atol=1e-12)


def test_a_parameter_at_its_worst_or_without_weight() -> None:
    order, groups = np.array([0.0, 0.9]), np.array([0, 0])
    assert order_of_systems(order, np.ones(2), groups) == 0
    assert order_of_systems(order, np.array([0.0, 1.0]), groups) == pytest.approx(0.9)
    with pytest.raises(MeasureRefusal, match="total_of_weights is 0"):
        order_of_systems(order, np.zeros(2), groups)


def test_one_system_or_one_period_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match="1 system"):
        synergy_of_two(np.array([0.1]), np.array([0.2]))
    with pytest.raises(MeasureRefusal, match="1 period"):
        synergy(np.array([[0.1, 0.2]]))
