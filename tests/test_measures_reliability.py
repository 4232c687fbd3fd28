"""Consistency, importance and leaving out: brute force, ties, the printed value with absent cells, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import aggregation, reliability
from xietong.measures.axes import Array

scores = arrays(np.float64, (8, 4), elements=st.floats(0.1, 100.0).map(lambda value: round(value, 2)))
weights = arrays(np.float64, 4, elements=st.floats(0.01, 10.0))
coarse = arrays(np.float64, (8, 4), elements=st.integers(0, 3).map(float))


def ranks(index: Array) -> Array:
    return np.array([1 + (index > one + 1e-9).sum() for one in index], dtype=np.float64)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@given(x=scores, w=weights)
def test_leaving_out_is_the_index_of_the_others(mean, x: Array, w: Array) -> None:
    found = reliability.leave_one_out(x, w, mean=mean)
    for out in range(4):
        rest = np.arange(4) != out
        np.testing.assert_allclose(found[:, out], getattr(aggregation, mean)(x[:, rest], w[rest]), rtol=1e-9)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@given(x=coarse)
def test_changes_of_rank_with_many_ties_are_those_of_ranking_anew(mean, x: Array) -> None:
    whole = getattr(aggregation, mean)
    w = np.array([1.0, 2.0, 1.0, 3.0])
    found = reliability.leave_one_out_ranks(x, w, mean=mean)
    for out in range(4):
        rest = np.arange(4) != out
        expected = ranks(whole(x, w)) - ranks(whole(x[:, rest], w[rest]))
        np.testing.assert_array_equal(found[:, out], expected)


def test_nothing_cancels_when_one_indicator_dwarfs_the_others() -> None:
    """Taking the product from the sum would leave 0 for the rest of 1e-9 beside 1e12."""
    x = np.array([[1e12, 1e-9, 3e-9], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(reliability.leave_one_out(x, np.ones(3))[0, 0], 2e-9, rtol=1e-12)


def test_equal_places_stay_equal_whatever_the_order_of_the_sums() -> None:
    x = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.3, 0.1]])
    found = reliability.leave_one_out_ranks(x, np.ones(3))
    np.testing.assert_array_equal(found[:, 2], [0.0 - 2.0, 0.0, 0.0])


def test_an_indicator_that_holds_all_the_weight_cannot_go() -> None:
    with pytest.raises(MeasureRefusal, match=r"weight_of_the_others is 0 at \[1\]"):
        reliability.leave_one_out(np.ones((2, 3)), np.array([0.0, 1.0, 0.0]))
    with pytest.raises(MeasureRefusal, match="scores is -1"):
        reliability.leave_one_out(np.array([[-1.0, 1.0]]), np.ones(2), mean="geometric")


@given(x=scores)
def test_alpha_is_the_variance_of_the_sum_and_one_for_copies(x: Array) -> None:
    total = x.sum(axis=1).var(ddof=1)
    if total < 1e-3:
        return
    expected = 4 / 3 * (1 - x.var(axis=0, ddof=1).sum() / total)
    np.testing.assert_allclose(reliability.cronbach_alpha(x), expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(reliability.cronbach_alpha(x, missing="pairwise"), expected, rtol=1e-6, atol=1e-9)
    if np.ptp(x[:, 0]) > 0:
        np.testing.assert_allclose(reliability.cronbach_alpha(np.repeat(x[:, :1], 3, axis=1)), 1, rtol=1e-9)


def test_standardised_alpha_does_not_see_units() -> None:
    x = np.random.default_rng(6).normal(size=(20, 3)) + np.arange(20)[:, None] / 9
    plain = reliability.cronbach_alpha(x, standardised=True)
    np.testing.assert_allclose(reliability.cronbach_alpha(x * [1, 1e6, 1e-6], standardised=True), plain, rtol=1e-9)
    assert reliability.cronbach_alpha(x * [1, 1e6, 1e-6]) < plain / 2
    mean = (np.corrcoef(x, rowvar=False).sum() - 3) / 6
    np.testing.assert_allclose(plain, 3 * mean / (1 + 2 * mean), rtol=1e-9)


def test_alpha_refuses_what_has_no_covariance() -> None:
    x = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]])
    with pytest.raises(MeasureRefusal, match="variance_of_sum is 0"):
        reliability.cronbach_alpha(x)
    with pytest.raises(MeasureRefusal, match=r"variance_of_scores is 0 at \[1\]"):
        reliability.cronbach_alpha(np.column_stack([x[:, 0], np.full(3, 0.1)]), standardised=True)
    with pytest.raises(MeasureRefusal, match=r"places_with_both is 1 at \[0, 1\]"):
        reliability.cronbach_alpha(np.array([[1.0, np.nan], [2.0, 2.0], [np.nan, 1.0]]), missing="pairwise")
    with pytest.raises(MeasureRefusal, match=r"scores is nan at \[0, 1\]"):
        reliability.cronbach_alpha(np.array([[1.0, np.nan], [2.0, 2.0]]))
    with pytest.raises(MeasureRefusal, match="1 indicator"):
        reliability.cronbach_alpha(x[:, :1])


@given(x=scores, w=weights)
def test_importance_is_the_share_that_a_line_explains(x: Array, w: Array) -> None:
    index = aggregation.arithmetic(x, w)
    if index.std() < 1e-6 or np.ptp(x, axis=0).min() < 0.05:
        return
    found = reliability.importance(x, index)
    for one in range(4):
        line = np.polyval(np.polyfit(x[:, one], index, 1), x[:, one])
        np.testing.assert_allclose(found[one], line.var() / index.var(), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(reliability.importance(np.repeat(index[:, None], 2, axis=1), index), 1, rtol=1e-9)


def test_a_correlation_neither_overflows_nor_takes_a_constant_for_a_signal() -> None:
    x = np.column_stack([np.arange(5) * 1e200, np.full(5, 0.1), -np.arange(5) * 1e-200])
    np.testing.assert_allclose(reliability.correlation_with_index(x, np.arange(5.0)), [1, np.nan, -1], rtol=1e-12)
    assert np.isnan(reliability.importance(x, np.full(5, 0.7))).all()
