"""Convergence: a known speed comes back, the wrong formula of a peer does not, and collinear controls have a name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import convergence, sigma_convergence
from xietong.measures.axes import Array

PLACES = 10
levels = arrays(np.float64, PLACES, elements=st.floats(1.0, 1000.0)).filter(lambda x: np.log(x).std() > 0.1)
numbers = np.random.default_rng(5)
START = np.exp(numbers.uniform(0, 2, PLACES))
END = np.exp(3 + 0.5 * np.log(START) + numbers.normal(0, 0.1, PLACES))
CONTROLS = numbers.uniform(1, 2, (PLACES, 2))


@given(start=levels, pace=st.floats(-0.02, 0.09), years=st.floats(1, 30))
def test_the_speed_that_the_data_were_made_with_comes_back(start: Array, pace: float, years: float) -> None:
    """Trap 4: with ln(1 + b) the speed of twenty years at 0.02 would be 0.00083."""
    end = 7 * start ** np.exp(-pace * years)
    np.testing.assert_allclose(convergence.speed(start, end, years=years), pace, atol=1e-8)
    coefficient = convergence.beta(start, end, years=years)
    np.testing.assert_allclose(coefficient, -(1 - np.exp(-pace * years)) / years, atol=1e-9)
    np.testing.assert_allclose(convergence.implied_speed(coefficient, years=years), pace, atol=1e-8)


def test_the_open_value_of_twenty_years() -> None:
    end = 3 * START ** np.exp(-0.4)
    assert abs(convergence.beta(START, end, years=20) - -0.0164839976982) < 1e-12
    assert abs(convergence.half_life(START, end, years=20) - 34.657359) < 1e-6


@given(first=levels, last=levels, factor=st.floats(0.1, 100))
def test_beta_knows_no_currency(first: Array, last: Array, factor: float) -> None:
    whole = convergence.beta(first, last, years=7)
    np.testing.assert_allclose(convergence.beta(first * factor, last * factor, years=7), whole, atol=1e-9)
    np.testing.assert_allclose(convergence.beta(first, last * factor, years=7), whole, atol=1e-9)


def test_beta_and_its_error_as_a_solver_finds_them() -> None:
    matrix = np.column_stack([np.ones(PLACES), np.log(START), CONTROLS])
    growth = np.log(END / START) / 12
    solution, *_ = np.linalg.lstsq(matrix, growth, rcond=None)
    residuals = growth - matrix @ solution
    inverse = np.linalg.inv(matrix.T @ matrix)
    variance = inverse * (residuals**2).sum() / (PLACES - 4)
    robust = inverse @ (matrix.T * residuals**2) @ matrix @ inverse
    plain = convergence.conditional_beta_convergence(START, END, CONTROLS, years=12)
    white = convergence.conditional_beta_convergence(START, END, CONTROLS, years=12, errors="hc0")
    np.testing.assert_allclose(plain[:3], [*solution[:2], np.sqrt(variance[1, 1])], rtol=1e-9)
    np.testing.assert_allclose(white[2], np.sqrt(robust[1, 1]), rtol=1e-9)
    np.testing.assert_allclose(plain[5], 1 - (residuals**2).sum() / ((growth - growth.mean()) ** 2).sum())


def test_the_single_numbers_are_those_of_the_table() -> None:
    parts = convergence.beta_convergence(START, END, years=12)
    assert convergence.beta(START, END, years=12) == parts[1]
    assert convergence.speed(START, END, years=12) == parts[7]
    assert convergence.half_life(START, END, years=12) == parts[8]
    assert parts[6] == PLACES


def test_many_starts_at_once_are_many_regressions() -> None:
    starts, ends = np.stack([START, START**1.1]), np.stack([END, END**0.9, END * START])[:, None]
    whole = convergence.conditional_beta_convergence(starts, ends, CONTROLS, years=12, errors="hc3")
    assert whole.shape == (3, 2, 9)
    one = convergence.conditional_beta_convergence(starts[1], ends[2, 0], CONTROLS, years=12, errors="hc3")
    np.testing.assert_allclose(whole[2, 1], one, rtol=1e-10)


def test_beyond_one_level_there_is_no_speed_and_divergence_has_no_half_life() -> None:
    beyond = convergence.beta_convergence(START, 5 / START, years=10)
    assert np.isnan(beyond[7:]).all()
    apart = convergence.beta_convergence(START, START**1.5, years=10)
    assert apart[7] < 0
    assert np.isnan(apart[8])
    np.testing.assert_array_equal(
        np.isnan(convergence.implied_speed(np.array([-0.11, -0.09]), years=10)), [True, False]
    )


def test_three_provinces_are_refused_with_a_way_out() -> None:
    with pytest.raises(MeasureRefusal, match="3 places for 2 coefficients") as caught:
        convergence.beta_convergence(START[:3], END[:3], years=10)
    assert "cities or counties" in caught.value.ways[0]
    with pytest.raises(MeasureRefusal, match="7 places"):
        sigma_convergence.sigma_test(START[:7], END[:7])
    many = numbers.uniform(1, 2, (PLACES, PLACES - 2))
    with pytest.raises(MeasureRefusal, match="10 places for 10 coefficients"):
        convergence.conditional_beta_convergence(START, END, many, years=10)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ([CONTROLS[:, 0], np.ones(PLACES)], "control [1]"),
        ([np.log(START) * 3 + 2, CONTROLS[:, 0]], "control [0]"),
        ([np.arange(PLACES) < 4, np.arange(PLACES) >= 4], "control [1]"),
    ],
    ids=["constant", "the start again", "both dummies"],
)
def test_a_control_that_says_nothing_new_is_refused_by_name(columns: list[Array], named: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        convergence.conditional_beta_convergence(START, END, np.column_stack(columns).astype(float), years=10)
    assert caught.value.what.startswith(f"{named} is the same in all places")
    assert named in caught.value.ways[0]


def test_one_start_for_all_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match="initial is the same in all places"):
        convergence.beta(np.full(PLACES, 3.0), END, years=10)


@pytest.mark.parametrize("years", [0.0, -3.0, np.nan])
def test_years_must_be_above_zero(years: float) -> None:
    with pytest.raises(MeasureRefusal, match="years is"):
        convergence.beta(START, END, years=years)


def test_a_control_for_one_place_alone_has_no_jackknife_error() -> None:
    alone = np.eye(PLACES)[:, :1]
    parts = convergence.conditional_beta_convergence(START, END, alone, years=10, errors="hc3")
    assert np.isnan(parts[2:5]).all()
    assert np.isfinite(parts[[0, 1, 5, 6, 7, 8]]).all()


@given(values=levels, power=st.floats(0.1, 0.9))
def test_closing_gaps_by_a_share_closes_sigma_by_it(values: Array, power: float) -> None:
    before, after = sigma_convergence.sigma(values), sigma_convergence.sigma(5 * values**power)
    np.testing.assert_allclose(after, power * before, rtol=1e-9)


def test_the_divisor_is_a_choice() -> None:
    ratio = sigma_convergence.sigma(START, ddof=1) / sigma_convergence.sigma(START)
    np.testing.assert_allclose(ratio, np.sqrt(PLACES / (PLACES - 1)))
    with pytest.raises(MeasureRefusal, match="ddof is 2"):
        sigma_convergence.sigma(START, ddof=2)
    with pytest.raises(MeasureRefusal, match="ddof is 1 with 1 places"):
        sigma_convergence.sigma(START[:1], ddof=1)


def test_a_steady_fall_of_sigma_is_found() -> None:
    powers = np.array([1.0, 0.8, 0.6, 0.4])
    parts = sigma_convergence.sigma_trend(START[:, None] ** powers, step=5.0)
    sigma = sigma_convergence.sigma(START)
    np.testing.assert_allclose(parts[[0, 1, 5]], [sigma, -0.04 * sigma, 1.0])
    with pytest.raises(MeasureRefusal, match="2 periods"):
        sigma_convergence.sigma_trend(np.stack([START, END], axis=-1))


def test_the_two_tests_of_sigma_by_their_formula() -> None:
    first, last = np.log(START), np.log(END)
    parts = sigma_convergence.sigma_test(START, END, ddof=1)
    ratio = first.var() / last.var()
    r = np.corrcoef(first, last)[0, 1]
    t = (ratio - 1) * np.sqrt(PLACES - 2) / (2 * np.sqrt(ratio * (1 - r**2)))
    np.testing.assert_allclose(parts[[0, 2, 4]], [first.std(ddof=1), ratio, t])
    assert parts[5] < parts[3]
    np.testing.assert_allclose(sigma_convergence.sigma_test(END, START)[[3, 5]], parts[[3, 5]])
