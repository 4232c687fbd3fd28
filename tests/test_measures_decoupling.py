"""Decoupling: the eight states cover every pair of changes, also when output falls, and periods are pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures.decoupling import elasticity, elasticity_over_periods, state, state_over_periods

VALUE = st.floats(1, 100)


def by_words(pressure: float, output: float, ratio: float) -> int:
    """Say the rule as table 3 of Heliyon 9(9): e19871 prints it, by the signs of both changes."""
    if output > 0:
        return 0 if pressure < 0 else 1 if ratio <= 0.8 else 2 if ratio <= 1.2 else 3
    return 4 if pressure > 0 else 5 if ratio <= 0.8 else 6 if ratio <= 1.2 else 7


@given(VALUE, VALUE, VALUE, VALUE)
def test_every_pair_of_changes_has_its_state(c0: float, c1: float, y0: float, y1: float) -> None:
    numbers = [np.array(one) for one in (c0, c1, y0, y1)]
    found, ratio = float(state(*numbers)), float(elasticity(*numbers))
    if y0 == y1:
        assert np.isnan(found)
        assert np.isnan(ratio)
    else:
        assert found == by_words(c1 - c0, y1 - y0, ratio)


def test_the_same_elasticity_is_good_or_bad_by_the_sign_of_output() -> None:
    growing = [np.array(one) for one in (100.0, 105.0, 100.0, 110.0)]
    falling = [np.array(one) for one in (100.0, 95.0, 100.0, 90.0)]
    assert elasticity(*growing) == pytest.approx(float(elasticity(*falling)))
    assert (state(*growing), state(*falling)) == (1, 5)


def test_a_pressure_that_stands_still_is_weak() -> None:
    hundred = np.array(100.0)
    assert state(hundred, hundred, hundred, np.array(110.0)) == 1
    assert state(hundred, hundred, hundred, np.array(90.0)) == 5


@given(arrays(np.float64, (2, 5), elements=VALUE))
def test_periods_are_pairs(data: np.ndarray) -> None:
    pressure, output = data
    for base, of in (("fixed", lambda _: 0), ("chained", lambda t: t - 1)):
        ratios = elasticity_over_periods(pressure, output, base=base)
        states = state_over_periods(pressure, output, base=base)
        assert np.isnan(ratios[0])
        assert np.isnan(states[0])
        for t in range(1, 5):
            pair = (pressure[of(t)], pressure[t], output[of(t)], output[t])
            np.testing.assert_array_equal(ratios[t], elasticity(*pair))
            np.testing.assert_array_equal(states[t], state(*pair))


def test_one_period_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match="1 period"):
        state_over_periods(np.array([1.0]), np.array([1.0]))
