"""Structure of cities: draws from a known tail, extremes, and what a cut-off and a forgotten half do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import cities
from xietong.measures.axes import Array
from xietong.measures.measure import misuses

sizes = arrays(np.float64, 13, elements=st.floats(1, 1000), unique=True)
AWAY = 1 - np.eye(5)


def pareto(exponent: float, count: int, times: int, seed: int) -> Array:
    return np.random.default_rng(seed).random((times, count)) ** (-1 / exponent)


def test_the_half_takes_the_bias_away_and_the_error_is_the_spread() -> None:
    """Four thousand samples of fifty from a tail of exponent 1: the plain rank comes out a tenth too low."""
    drawn = pareto(1.0, 50, 4000, 1)
    told = cities.zipf(drawn)
    plain = misuses("cities.zipf")[0].function(drawn)
    assert abs(told[:, 0].mean() - 1) < 0.02
    assert plain[:, 0].mean() < 0.94
    assert 0.9 < told[:, 1].mean() / told[:, 0].std() < 1.1
    assert plain[:, 1].mean() < told[:, 0].std() / 3


def test_the_hill_estimator_has_no_bias_and_the_smaller_error() -> None:
    drawn = pareto(1.5, 40, 4000, 2)
    told = cities.hill(drawn)
    assert abs(told[:, 0].mean() - 1.5) < 0.015
    assert 0.95 < told[:, 1].mean() / told[:, 0].std() < 1.05
    assert told[:, 0].std() < cities.zipf(drawn)[:, 0].std()


def test_the_law_itself() -> None:
    law = 1000 / np.arange(1.0, 12.0)
    np.testing.assert_allclose(cities.rank_size_slope(law), 1.0)
    assert cities.primacy(law, cities="two") == pytest.approx(2.0)
    assert cities.primacy(law, cities="four") == pytest.approx(12 / 13)
    assert cities.primacy(law, cities="eleven") == pytest.approx(2 / sum(1 / rank for rank in range(2, 12)))


@given(sizes)
def test_units_move_no_exponent_and_a_cut_off_takes_the_largest(some: Array) -> None:
    np.testing.assert_allclose(cities.zipf(some * 3)[[0, 1, 3]], cities.zipf(some)[[0, 1, 3]], rtol=1e-9)
    best = np.sort(some)[-9:]
    np.testing.assert_allclose(cities.zipf(some, largest=9), cities.zipf(best))
    np.testing.assert_allclose(cities.hill(some, largest=9), cities.hill(best))
    np.testing.assert_allclose(cities.rank_size_slope(some, largest=9), cities.rank_size_slope(best))


def test_extremes_of_polycentricity() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 1.0
    full = cities.functional_polycentricity(AWAY)
    assert full == pytest.approx(1.0)
    assert cities.functional_polycentricity(star) < cities.functional_polycentricity(AWAY * 0.4, strongest=1.0)
    assert cities.rank_size_slope(np.full(5, 7.0)) == 0
    assert cities.rank_size_slope(np.array([100.0, 1.0, 1.0])) > 4


@given(arrays(np.float64, (5, 5), elements=st.floats(0, 9)))
def test_polycentricity_stays_within_its_bounds_and_is_blind_to_direction(table: Array) -> None:
    ties = table * AWAY
    if ties.max() > 0:
        told = float(cities.functional_polycentricity(ties))
        assert 0 <= told <= 1 + 1e-12
        assert told == pytest.approx(float(cities.functional_polycentricity(ties.T.copy())))


def test_growth_that_does_not_go_with_size_is_a_slope_of_one() -> None:
    earlier = pareto(1.0, 30, 1, 3)[0]
    assert cities.gibrat(earlier, earlier * 1.3)[0] == pytest.approx(1.0)
    assert np.isnan(cities.gibrat(earlier, earlier * 1.3)[2])
    assert cities.gibrat(earlier, earlier**1.1 * np.exp(0.01 * np.sin(np.arange(30))))[3] < 0.01


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cities.zipf(np.full(9, 5.0)), "all cities are of one size"),
        (lambda: cities.hill(np.full(9, 5.0)), "spread_of_sizes is 0"),
        (lambda: cities.zipf(np.arange(1.0, 9.0), largest=7), "largest is 7 of 8"),
        (lambda: cities.zipf(np.arange(0.0, 9.0)), "sizes is 0"),
        (lambda: cities.primacy(np.arange(1.0, 9.0), cities="eleven"), "sizes has 8 cities"),
        (lambda: cities.functional_polycentricity(AWAY * 2, strongest=1.0), "strongest is 1 and a tie is 2"),
        (lambda: cities.functional_polycentricity(AWAY * 0), "strongest_tie is 0"),
        (lambda: cities.gibrat(np.full(9, 2.0), np.arange(1.0, 10.0)), "all cities are of one size"),
    ],
)
def test_what_cannot_be_told_is_refused(call, said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        call()
