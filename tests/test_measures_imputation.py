"""Imputation: read cells are never touched, filled ones follow the rule that is named, and what cannot be filled is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import imputation
from xietong.measures.axes import Array

GROUPS = np.array([0, 0, 0, 1, 1, 1])
YEARS = np.array([2010.0, 2012, 2013, 2017, 2018, 2020])
NAN = np.nan
tables = arrays(np.float64, (6, 6), elements=st.one_of(st.floats(-9, 9), st.just(NAN)))


@given(values=tables)
def test_a_cell_that_was_read_is_never_touched(values: Array) -> None:
    values[[0, 5]] = 1.0
    held = ~np.isnan(values)
    np.testing.assert_array_equal(imputation.gaps(values), ~held)
    for filled in (
        imputation.filled_by_mean(values),
        imputation.filled_by_median(values),
        imputation.filled_by_group_mean(values, GROUPS),
        imputation.filled_along_time(values.T, YEARS).T,
    ):
        np.testing.assert_array_equal(filled[held], values[held])
        assert np.isfinite(filled).all()


@given(values=tables)
def test_the_line_is_that_of_numpy(values: Array) -> None:
    values[:, 2] = 1.0
    filled = imputation.filled_along_time(values, YEARS, beyond_ends=True)
    for row, line in zip(values, filled, strict=True):
        held = ~np.isnan(row)
        np.testing.assert_allclose(line, np.interp(YEARS, YEARS[held], row[held]), rtol=1e-9, atol=1e-9)


@given(values=tables)
def test_one_group_is_the_mean_of_all(values: Array) -> None:
    values[0] = 1.0
    one = imputation.filled_by_group_mean(values, np.zeros(6, dtype=np.int64))
    np.testing.assert_allclose(one, imputation.filled_by_mean(values), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: imputation.filled_by_mean(np.array([[NAN], [NAN]])), "values_of_indicator is 0 at [0]"),
        (lambda: imputation.filled_by_median(np.array([[1.0, NAN], [2.0, NAN]])), "values_of_indicator is 0 at [1]"),
        (
            lambda: imputation.filled_by_group_mean(np.array([[1.0], [NAN]]), np.array([0, 1])),
            "values_of_group is 0 at [1, 0]",
        ),
        (lambda: imputation.filled_along_time(np.array([[NAN, 1.0]]), YEARS[:2]), "years_around is 0 at [0, 0]"),
        (
            lambda: imputation.filled_along_time(np.array([[NAN, NAN]]), YEARS[:2], beyond_ends=True),
            "years_around is 0",
        ),
        (lambda: imputation.filled_along_time(np.array([[1.0, 2.0]]), YEARS[1::-1]), "step_of_years is -2 at [0]"),
    ],
)
def test_what_has_nothing_to_be_filled_from_is_refused(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
