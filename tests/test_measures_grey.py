"""Grey relation: brute force, the same course, what other series change, what cannot be scaled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures.grey import grey_coefficients, grey_degree

SERIES = arrays(np.float64, (4, 5), elements=st.floats(1, 50))


@given(SERIES, st.floats(0.05, 1))
def test_brute_force(series: np.ndarray, rho: float) -> None:
    scaled = [[x / row[0] for x in row] for row in series.tolist()]
    apart = [[abs(a - b) for a, b in zip(scaled[0], row, strict=True)] for row in scaled[1:]]
    low, high = min(map(min, apart)), max(map(max, apart))
    expected = [[(low + rho * high) / (d + rho * high) if high else 1.0 for d in row] for row in apart]
    found = grey_coefficients(series[0], series[1:], rho=rho)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(grey_degree(series[0], series[1:], rho=rho), np.mean(expected, axis=1), rtol=1e-9)
    assert found.min() >= rho / (1 + rho) - 1e-9


def test_the_same_course_in_other_units_is_one() -> None:
    reference = np.array([1.0, 2.0, 4.0])
    for scaling in ("initial", "mean", "interval"):
        degrees = grey_degree(reference, np.stack([reference * 8, reference * 2]), scaling=scaling)
        np.testing.assert_allclose(degrees, 1, rtol=1e-12)
    assert grey_degree(reference, np.stack([reference * 8, reference]), scaling="none")[0] < 0.6


def test_one_more_series_changes_the_others() -> None:
    reference = np.array([1.0, 2.0, 3.0])
    two = np.array([[1.0, 2.2, 3.1], [1.0, 1.5, 2.0]])
    more = np.concatenate([two, [[1.0, 9.0, 20.0]]])
    assert grey_degree(reference, more)[1] > grey_degree(reference, two)[1] + 0.2


@pytest.mark.parametrize(
    ("scaling", "series", "said"),
    [
        ("initial", [0.0, 1.0], r"initial_of_compared is 0 at \[0, 0\]"),
        ("mean", [-1.0, 1.0], "mean_of_compared is 0"),
        ("interval", [2.0, 2.0], "span_of_compared is 0"),
    ],
)
def test_a_series_that_cannot_be_scaled_is_refused(scaling: str, series: list[float], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        grey_degree(np.array([1.0, 2.0]), np.array([series]), scaling=scaling)


@pytest.mark.parametrize("rho", [0.0, -0.5, 1.5])
def test_a_resolution_outside_its_range_is_refused(rho: float) -> None:
    with pytest.raises(MeasureRefusal, match="rho is"):
        grey_degree(np.array([1.0, 2.0]), np.array([[1.0, 2.0]]), rho=rho)
