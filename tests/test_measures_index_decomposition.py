"""Index decomposition: no remainder, limits at zero and near no change, reversal in time, the Kaya identity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures.index_decomposition import (
    change_of_product,
    change_over_sectors,
    kaya,
    lmdi,
    lmdi_over_sectors,
    lmdi_ratio_over_sectors,
)

VALUES = st.one_of(st.just(0.0), st.floats(0.01, 100))
TABLE = arrays(np.float64, (3, 4), elements=VALUES)
ABOVE = arrays(np.float64, (3, 4), elements=st.floats(0.01, 100))


@given(TABLE, TABLE)
def test_no_remainder_also_with_zeros(earlier: np.ndarray, later: np.ndarray) -> None:
    scale = later.prod(axis=-1).sum() + earlier.prod(axis=-1).sum()
    left = lmdi_over_sectors(earlier, later).sum() - change_over_sectors(earlier, later)
    assert abs(left) <= 1e-11 * scale
    np.testing.assert_allclose(lmdi_over_sectors(earlier, later), lmdi(earlier, later).sum(axis=0), atol=1e-11 * scale)


@given(ABOVE, ABOVE)
def test_ratios_multiply_to_the_ratio(earlier: np.ndarray, later: np.ndarray) -> None:
    whole = later.prod(axis=-1).sum() / earlier.prod(axis=-1).sum()
    np.testing.assert_allclose(lmdi_ratio_over_sectors(earlier, later).prod(), whole, rtol=1e-9)


@given(ABOVE, ABOVE)
def test_going_back_in_time_turns_the_sign(earlier: np.ndarray, later: np.ndarray) -> None:
    scale = later.prod(axis=-1).sum() + earlier.prod(axis=-1).sum()
    np.testing.assert_allclose(
        lmdi_over_sectors(earlier, later), -lmdi_over_sectors(later, earlier), atol=1e-11 * scale
    )


def test_factors_that_offset_each_other_keep_their_parts() -> None:
    """The naive (a - b) / (ln a - ln b) loses six digits here."""
    earlier, later = np.array([1.0, 4.0]), np.array([4.0, 1.0 + 1e-11])
    np.testing.assert_allclose(lmdi(earlier, later), [4 * np.log(4), -4 * np.log(4)], rtol=1e-10)


def test_the_limit_at_zero_is_that_of_a_small_number() -> None:
    """By halves for two factors of zero: with a small number d for both, ln(x / d) over ln(V / d^2) tends to a half."""
    later = np.array([2.0, 3.0, 5.0])
    gaps = []
    for small in (1e-20, 1e-60, 1e-120):
        near = lmdi(np.array([small, small, 5.0]), later)
        gaps.append(np.abs(near - lmdi(np.array([0.0, 0.0, 5.0]), later)).max())
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.1


def test_a_sector_that_stays_away_takes_nothing() -> None:
    earlier, later = np.array([[0.0, 2.0], [1.0, 1.0]]), np.array([[5.0, 0.0], [1.0, 3.0]])
    np.testing.assert_allclose(lmdi_over_sectors(earlier, later), [0, 2], atol=1e-15)


def test_an_aggregate_of_zero_has_no_ratio() -> None:
    with pytest.raises(MeasureRefusal, match="earlier_aggregate is 0"):
        lmdi_ratio_over_sectors(np.zeros((2, 2)), np.ones((2, 2)))


@given(arrays(np.float64, (4, 5), elements=st.floats(0.1, 10)))
def test_kaya_adds_up_on_either_base_and_agrees_for_two_periods(data: np.ndarray) -> None:
    for base in ("fixed", "chained"):
        parts = kaya(*data, base=base)
        np.testing.assert_allclose(parts.sum(), data[3, -1] - data[3, 0], atol=1e-9)
    two = data[:, :2]
    np.testing.assert_allclose(kaya(*two, base="fixed"), kaya(*two, base="chained"), rtol=1e-12)
    factors = np.stack([two[0], two[1] / two[0], two[2] / two[1], two[3] / two[2]], axis=-1)
    np.testing.assert_allclose(kaya(*two), lmdi(factors[0], factors[1]), atol=1e-10)
    np.testing.assert_allclose(kaya(*two).sum(), change_of_product(factors[0], factors[1]), atol=1e-10)


def test_kaya_refuses_one_period() -> None:
    with pytest.raises(MeasureRefusal, match="1 period"):
        kaya(*np.ones((4, 1)))
