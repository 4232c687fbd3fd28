"""Specialisation, concentration, quotients and functions: identities between them, and the choices that change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import concentration, functions, inequality, quotients, specialisation
from xietong.measures.axes import Array

PLACES, SECTORS = 4, 5
tables = arrays(np.float64, (PLACES, SECTORS), elements=st.floats(0.1, 100))
rows = arrays(np.float64, SECTORS, elements=st.floats(0.1, 100))


@given(amounts=tables)
def test_a_matrix_holds_every_pair(amounts: Array) -> None:
    similar, apart = specialisation.structural_similarities(amounts), specialisation.krugman_distances(amounts)
    for i in range(PLACES):
        for j in range(PLACES):
            pair = amounts[i], amounts[j]
            np.testing.assert_allclose(similar[i, j], specialisation.structural_similarity(*pair), rtol=1e-12)
            np.testing.assert_allclose(apart[i, j], specialisation.krugman(*pair), atol=1e-12)


@given(amounts=tables)
def test_the_reference_of_krugman_includes_or_excludes_the_place(amounts: Array) -> None:
    shares = amounts / amounts.sum(axis=-1, keepdims=True)
    found = {
        word: specialisation.krugman_against_region(amounts, reference=word)
        for word in ("mean_of_others", "sum_of_others", "all")
    }
    for i in range(PLACES):
        others = np.delete(amounts, i, axis=0)
        mean = np.delete(shares, i, axis=0).mean(axis=0)
        np.testing.assert_allclose(found["mean_of_others"][i], np.abs(shares[i] - mean).sum(), atol=1e-10)
        np.testing.assert_allclose(
            found["sum_of_others"][i], specialisation.krugman(amounts[i], others.sum(axis=0)), atol=1e-10
        )
        half = concentration.coefficient_of_specialisation(amounts[i], amounts.sum(axis=0))
        np.testing.assert_allclose(found["all"][i], 2 * half, atol=1e-10)
    part = 1 - amounts.sum(axis=1) / amounts.sum()
    np.testing.assert_allclose(found["all"], part * found["sum_of_others"], atol=1e-10)


@pytest.mark.parametrize("word", ["mean_of_others", "sum_of_others", "all"])
@given(amounts=tables)
def test_concentration_is_specialisation_of_the_table_turned(word, amounts: Array) -> None:
    turned = specialisation.krugman_against_region(amounts.T, reference=word)
    np.testing.assert_allclose(concentration.krugman_concentration(amounts, reference=word), turned, atol=1e-10)


def test_one_alone_has_no_other() -> None:
    with pytest.raises(MeasureRefusal, match="one place"):
        specialisation.krugman_against_region(np.ones((1, 3)))
    with pytest.raises(MeasureRefusal, match="one sector"):
        concentration.krugman_concentration(np.ones((3, 1)))
    with pytest.raises(MeasureRefusal, match="one part"):
        concentration.normalised_herfindahl(np.ones(1))


@given(place=rows, whole=rows)
def test_the_gini_of_quotients_is_the_gini_of_equal_persons(place: Array, whole: Array) -> None:
    values = place / whole
    expected = inequality.gini(values, np.ones(SECTORS))
    np.testing.assert_allclose(concentration.gini_of_specialisation(place, whole), expected, atol=1e-9)
    np.testing.assert_allclose(concentration.gini_of_concentration(place, whole), expected, atol=1e-9)


@given(whole=rows)
def test_the_ends_of_concentration(whole: Array) -> None:
    one = np.eye(SECTORS)[2]
    np.testing.assert_allclose(concentration.gini_of_concentration(one, whole), 1 - 1 / SECTORS)
    np.testing.assert_allclose(concentration.gini_of_concentration(whole * 3, whole), 0, atol=1e-12)
    np.testing.assert_allclose(concentration.coefficient_of_localisation(one, 1 - one), 1)
    assert concentration.normalised_herfindahl(one) == concentration.equivalent_number(one) == 1
    np.testing.assert_allclose(concentration.normalised_herfindahl(np.ones(SECTORS)), 0, atol=1e-12)


def test_a_whole_without_the_sector_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match=r"whole is 0 at \[1\]"):
        concentration.gini_of_specialisation(np.ones(2), np.array([1.0, 0.0]))
    with pytest.raises(MeasureRefusal, match="total_of_sector is 0"):
        concentration.coefficient_of_localisation(np.zeros(2), np.ones(2))


@given(amounts=tables)
def test_quotients_on_other_scales_say_the_same(amounts: Array) -> None:
    plain = specialisation.location_quotient(amounts)
    symmetric = quotients.symmetric_location_quotient(amounts)
    np.testing.assert_allclose((1 + symmetric) / (1 - symmetric), plain, rtol=1e-9)
    added = quotients.normalised_location_quotient(amounts)
    np.testing.assert_allclose([*added.sum(axis=0), *added.sum(axis=1)], 0, atol=1e-12)
    clear = np.abs(plain - 1) > 1e-9
    assert (np.sign(added) == np.sign(plain - 1))[clear].all()


def test_standardised_quotients_have_a_mean_of_zero_and_a_spread_of_one() -> None:
    amounts = np.random.default_rng(1).uniform(1, 9, (2, PLACES, SECTORS))
    for ddof in (0, 1):
        found = quotients.standardised_location_quotient(amounts, ddof=ddof)
        np.testing.assert_allclose(found.mean(axis=-2), 0, atol=1e-12)
        np.testing.assert_allclose(found.std(axis=-2, ddof=ddof), 1)
    assert np.isnan(quotients.standardised_location_quotient(np.ones((3, 2)))).all()
    with pytest.raises(MeasureRefusal, match="2 places"):
        quotients.standardised_location_quotient(np.ones((2, 2)))
    with pytest.raises(MeasureRefusal, match="ddof is 3"):
        quotients.standardised_location_quotient(amounts, ddof=3)


@given(earlier=rows, later=rows)
def test_structural_change_is_half_of_a_distance(earlier: Array, later: Array) -> None:
    moved = specialisation.structural_change(earlier, later)
    np.testing.assert_allclose(moved, specialisation.krugman(earlier, later) / 2, atol=1e-12)
    np.testing.assert_allclose(specialisation.structural_change(earlier, earlier * 3), 0, atol=1e-12)


def test_forms_of_functional_specialisation() -> None:
    data = [np.array(x) for x in ([30.0, 10.0], [100.0, 100.0], 200.0, 1000.0)]
    ratio = functions.functional_specialisation(*data, form="ratio")
    np.testing.assert_allclose(functions.functional_specialisation(*data), ratio - 1)
    np.testing.assert_allclose(functions.functional_specialisation(*data, form="logarithm"), np.log(ratio))
    data[0] = np.array([30.0, 0.0])
    assert functions.functional_specialisation(*data)[1] == -1
    with pytest.raises(MeasureRefusal, match=r"management is 0 at \[1\]") as caught:
        functions.functional_specialisation(*data, form="logarithm")
    assert "difference or ratio" in caught.value.ways[0]


def test_core_and_periphery_change_places() -> None:
    core, periphery = (np.array(60.0), np.array(40.0)), (np.array(30.0), np.array(90.0))
    there = functions.division_of_functions(*core, *periphery)
    np.testing.assert_allclose(there * functions.division_of_functions(*periphery, *core), 1)
    with pytest.raises(MeasureRefusal, match="core_manufacturing is 0"):
        functions.division_of_functions(core[0], np.array(0.0), *periphery)
