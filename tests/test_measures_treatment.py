"""Treatment of indicators: the treated ASEM table of COINr, absent cells, and what cannot be treated."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array
from xietong.measures.treatment import (
    box_cox,
    innovation_index_logarithm,
    kurtosis,
    skewness,
    winsorised,
    winsorised_places,
)

CASES = tomllib.loads((Path(__file__).parent / "published" / "treatment.toml").read_text(encoding="utf-8"))["case"]
ASEM = np.array(CASES[0]["inputs"]["values"])
# columns Skew and Kurt of COINr's treatment details after treatment, for the six indicators that it treats
AFTER = {
    "skew": [1.75381162545083, 1.65955413648669, 1.78556697934962, 1.62477522968251, -1.892404113249, 1.25949880500889],
    "kurt": [
        3.24692199175287,
        1.53920767598352,
        2.34078967390045,
        2.11554345594836,
        4.36336653063996,
        1.79161443236346,
    ],
}
tables = arrays(np.float64, (9, 3), elements=st.floats(-50, 50).map(lambda number: round(number, 3)), unique=True)


def test_what_is_drawn_in_has_the_moments_that_the_peer_prints() -> None:
    treated = winsorised(ASEM)[:, :6]
    np.testing.assert_allclose(skewness(treated), AFTER["skew"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(kurtosis(treated), AFTER["kurt"], rtol=0, atol=1e-12)


@given(values=tables)
def test_moments_are_those_of_scipy(values: Array) -> None:
    for sample in (True, False):
        np.testing.assert_allclose(
            skewness(values, sample=sample), stats.skew(values, bias=not sample), rtol=1e-6, atol=1e-8
        )
        np.testing.assert_allclose(
            kurtosis(values, sample=sample), stats.kurtosis(values, bias=not sample), rtol=1e-6, atol=1e-8
        )


@given(values=tables, place=st.integers(0, 8))
def test_an_absent_cell_is_as_if_the_place_were_not_there(values: Array, place: int) -> None:
    holed = np.insert(values, place, np.nan, axis=0)
    for function in (skewness, kurtosis, winsorised_places):
        np.testing.assert_allclose(function(holed), function(values), rtol=1e-9, atol=1e-9)
    treated = winsorised(holed)
    assert np.isnan(treated[place]).all()
    np.testing.assert_allclose(np.delete(treated, place, axis=0), winsorised(values))


def test_low_tails_are_drawn_up_and_ties_go_together() -> None:
    values = np.array([[-90.0], [-90.0], *([[float(number)] for number in range(20)])])
    treated = winsorised(values, skewness_limit=1.0, kurtosis_limit=1.0)
    assert treated[:2].ravel().tolist() == [0.0, 0.0]
    assert winsorised_places(values, skewness_limit=1.0, kurtosis_limit=1.0).tolist() == [2.0]


def test_no_more_than_most_are_drawn_in() -> None:
    values = np.geomspace(1, 1e60, 80)[:, None]
    assert [winsorised_places(values, most=most)[0] for most in (1, 3, 5)] == [1, 3, 5]
    assert skewness(winsorised(values, most=5))[0] > 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([3.0] * 6, "range_of_values is 0"),
        ([0.0] * 30 + [1.0], "an indicator has two values only, 0"),
        ([1.0, 2.0, 3.0, np.nan], "values_of_indicator is 3"),
        ([np.nan] * 5, "values_of_indicator is 0"),
    ],
)
def test_what_cannot_be_drawn_in_is_refused(values: list[float], said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        winsorised(np.array(values)[:, None])
    assert caught.value.what.startswith(said)
    assert caught.value.ways


def test_a_logarithm_never_turns_the_order_round() -> None:
    with pytest.raises(MeasureRefusal, match="highest_value_less_one"):
        innovation_index_logarithm(np.array([[0.2], [0.5], [0.9]]))


def test_a_power_needs_values_above_zero_unless_they_are_moved() -> None:
    values = np.array([[0.0], [1.0], [3.0]])
    with pytest.raises(MeasureRefusal, match="values is 0 at"):
        box_cox(values, power=0.5, lowest="kept")
    assert box_cox(values, power=1.0, lowest="moved_to_one").ravel().tolist() == [0.0, 1.0, 3.0]
