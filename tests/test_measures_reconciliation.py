"""Totals of several books: bounds that are exact, contradictions that are named, sums that do not hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import margins, reconciliation
from xietong.measures.axes import Array

N = np.nan
CELLS = np.array([[N, N, 597.1], [N, N, 213.0], [N, N, N]])
OUT, INTO, TOTAL = np.array([748.7, N, N]), np.array([N, N, 810.1]), np.array(1286.9)
threes = arrays(np.float64, (3, 3), elements=st.integers(0, 9).map(float))
known = arrays(np.bool_, (3, 3))
printed = arrays(np.bool_, (7,))


def emptied(table: Array, cells: Array, totals: Array) -> tuple[Array, Array, Array, Array]:
    """Return a table without its diagonal, and its totals, where they are said to be known."""
    table = np.where(np.eye(len(table), dtype=bool), 0.0, table)
    whole = np.array([*table.sum(axis=1), *table.sum(axis=0), table.sum()])
    whole = np.where(totals, whole, N)
    kept = np.where(cells | np.eye(len(table), dtype=bool), table, N)
    return kept, whole[:3], whole[3:6], np.array(whole[6])


def test_the_contracts_of_2023_by_two_registers() -> None:
    """597.1 and 213.0 by the buyer's book, 748.7 by the seller's, 1286.9 among the three: 151.6 follows, 325.2 does not."""
    bounds = reconciliation.possible_flows(CELLS, OUT, INTO, TOTAL)
    np.testing.assert_allclose(bounds[0, 1], [151.6, 151.6])
    for cell in ((1, 0), (2, 0), (2, 1)):
        np.testing.assert_allclose(bounds[cell], [0.0, 325.2])
    assert float(reconciliation.unplaced(CELLS, OUT, INTO, TOTAL)) == pytest.approx(325.2)
    assert float(reconciliation.contradiction(CELLS, OUT, INTO, TOTAL)) == 0.0


@settings(max_examples=40)
@given(table=threes, cells=known, totals=printed)
def test_the_bounds_of_three_places_are_exact(table: Array, cells: Array, totals: Array) -> None:
    """For any pattern of known cells and totals they are what two linear programs a cell give."""
    given_ = emptied(table, cells, totals)
    np.testing.assert_allclose(reconciliation.possible_flows(*given_), margins.cell_bounds(*given_), atol=1e-9)


@given(table=threes, cells=known, totals=printed)
def test_what_is_so_lies_between_the_bounds(table: Array, cells: Array, totals: Array) -> None:
    given_ = emptied(table, cells, totals)
    low, high = np.moveaxis(reconciliation.possible_flows(*given_), -1, 0)
    true = np.where(np.eye(3, dtype=bool), 0.0, table)
    assert (low <= true + 1e-9).all()
    assert (true <= np.where(np.isnan(high), np.inf, high) + 1e-9).all()
    assert float(reconciliation.contradiction(*given_)) == 0.0


@given(table=threes, cells=known, totals=printed, rounding=st.floats(0.0, 0.5))
def test_rounding_only_widens(table: Array, cells: Array, totals: Array, rounding: float) -> None:
    given_ = emptied(table, cells, totals)
    low, high = np.moveaxis(reconciliation.possible_flows(*given_), -1, 0)
    wide_low, wide_high = np.moveaxis(reconciliation.possible_flows(*given_, rounding=rounding), -1, 0)
    assert (wide_low <= low + 1e-9).all()
    assert (np.nan_to_num(wide_high, nan=1e9) >= np.nan_to_num(high, nan=1e9) - 1e-9).all()


@given(table=threes, wrong=st.floats(0.5, 50.0), which=st.sampled_from(range(7)))
def test_a_wrong_total_contradicts_by_as_much_and_is_found_by_leaving_it_out(
    table: Array, wrong: float, which: int
) -> None:
    cells, out, into, total = emptied(table, np.ones((3, 3), dtype=bool), np.ones(7, dtype=bool))
    told = np.array([*out, *into, float(total)])
    told[which] += wrong

    def gap(without: int = -1) -> float:
        kept = np.where(np.arange(7) == without, N, told)
        return float(reconciliation.contradiction(cells, kept[:3], kept[3:6], np.array(kept[6])))

    assert gap() == pytest.approx(wrong)
    assert {at for at in range(7) if gap(at) == 0.0} == {which}
    with pytest.raises(MeasureRefusal, match="miss one another"):
        reconciliation.possible_flows(cells, told[:3], told[3:6], np.array(told[6]))


def test_rounding_settles_a_contradiction_that_it_explains() -> None:
    into = np.array([N, N, 810.0])
    assert float(reconciliation.contradiction(CELLS, OUT, into, TOTAL)) == pytest.approx(0.1)
    assert float(reconciliation.contradiction(CELLS, OUT, into, TOTAL, rounding=0.05)) == 0.0


def test_without_the_total_of_all_nothing_limits_the_rest() -> None:
    bounds = reconciliation.possible_flows(CELLS, OUT, INTO, np.array(N))
    np.testing.assert_array_equal(np.isnan(bounds[..., 1]), [[0, 0, 0], [1, 0, 0], [1, 1, 0]])
    assert np.isnan(reconciliation.unplaced(CELLS, OUT, INTO, np.array(N)))


def test_seven_places_are_refused_with_a_way_out() -> None:
    nothing = np.full(7, N)
    with pytest.raises(MeasureRefusal, match=r"7 places[\s\S]*margins\.cell_bounds"):
        reconciliation.possible_flows(np.full((7, 7), N), nothing, nothing, np.array(9.0))


def test_margins_of_zero_that_may_be_rounded_have_bounds() -> None:
    """What the programs gave nothing for: a single total of zero, which may be half a unit."""
    nothing = np.array([N, N])
    flows = np.array([[0.0, N], [N, 0.0]])
    bounds = margins.cell_bounds(flows, nothing, np.array([N, 0.0]), np.array(N), rounding=0.5)
    np.testing.assert_allclose(bounds[0, 1], [0.0, 0.5])
    np.testing.assert_allclose(reconciliation.possible_flows(
        flows, nothing, np.array([N, 0.0]), np.array(N), rounding=0.5)[0, 1], [0.0, 0.5])  # fmt: skip


def test_the_four_years_do_not_add_up_to_their_published_total() -> None:
    years = np.array([350.4, 356.9, 748.7, 843.7])
    np.testing.assert_allclose(reconciliation.adding_up(years, np.array(2308.7), rounding=0.05), [9.0, 8.75])
    np.testing.assert_allclose(reconciliation.adding_up(years, np.array(2299.9), rounding=0.05), [0.2, 0.0], atol=1e-9)
    np.testing.assert_allclose(reconciliation.adding_up(years, np.array(2290.7), rounding=0.05), [-9.0, -8.75])


def test_the_three_landing_rates_of_2023() -> None:
    """748.7 and 597.1 of 8536.9, and 748.7 of the whole that the printed 15.1% leaves: 8.77, 6.99 and 15.1 per cent."""
    whole, low, high = reconciliation.implied_whole(
        np.array(748.7), np.array(0.151), part_rounding=0.05, share_rounding=0.0005
    )
    assert whole == pytest.approx(4958.3, abs=0.05)
    assert low < 4958.3 < high
    for rate, expected in ((748.7 / 8536.9, 0.0877), (748.7 / whole, 0.151), (597.1 / 8536.9, 0.0699)):
        assert rate == pytest.approx(expected, abs=0.0002)


@given(part=st.floats(0.0, 1e4), whole=st.floats(1.0, 1e4))
def test_the_implied_whole_takes_in_the_true_one(part: float, whole: float) -> None:
    part, whole = min(part, whole), max(part, whole)
    share = part / whole
    if share < 0.002:
        return
    _, low, high = reconciliation.implied_whole(
        np.round(part, 1), np.round(share, 3), part_rounding=0.05 + 1e-9, share_rounding=0.0005 + 1e-9
    )
    assert low - 1e-6 * whole <= whole <= high + 1e-6 * whole


def test_a_share_that_rounding_could_make_nothing_implies_no_whole() -> None:
    with pytest.raises(MeasureRefusal, match="above its rounding"):
        reconciliation.implied_whole(np.array(1.0), np.array(0.0004), part_rounding=0.05, share_rounding=0.0005)


def test_every_pattern_of_totals_of_two_places_is_answered() -> None:
    table = np.array([[0.0, 3.0], [5.0, 0.0]])
    for pattern in product((True, False), repeat=5):
        told = np.where(pattern, [3.0, 5.0, 5.0, 3.0, 8.0], N)
        bounds = reconciliation.possible_flows(np.full((2, 2), N), told[:2], told[2:4], np.array(told[4]))
        assert (bounds[..., 0] <= table).all()
