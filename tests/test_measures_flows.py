"""Flows and margins: books, denominators, balances, and bounds that are exact."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import flows, margins
from xietong.measures.axes import Array

N = np.nan
tables = arrays(np.float64, (4, 4), elements=st.floats(0.0, 100.0, allow_subnormal=False))
small = arrays(np.float64, (3, 3), elements=st.integers(0, 4).map(float))
holes = arrays(np.bool_, (3, 3))


@given(seller=tables, buyer=tables)
def test_every_rule_lies_between_the_books(seller: Array, buyer: Array) -> None:
    rules = {
        rule: flows.reconciled(seller, buyer, rule=rule) for rule in ("mean", "seller", "buyer", "larger", "smaller")
    }
    for result in rules.values():
        assert (rules["smaller"] <= result).all()
        assert (result <= rules["larger"]).all()
    np.testing.assert_allclose(rules["mean"] * 2, rules["seller"] + rules["buyer"])
    rules["seller"][0, 0] = -1.0
    assert seller[0, 0] >= 0


@given(seller=tables.map(lambda table: table + 1.0), buyer=tables.map(lambda table: table + 1.0))
def test_discrepancy_turns_round_with_the_books(seller: Array, buyer: Array) -> None:
    np.testing.assert_allclose(flows.discrepancy(seller, buyer), -flows.discrepancy(buyer, seller))
    ratio = flows.discrepancy(seller, buyer)
    middle = flows.reconciled(seller, buyer, rule="mean")
    np.testing.assert_allclose(
        flows.total_discrepancy(seller, buyer), (np.abs(ratio) * middle).sum() / middle.sum(), rtol=1e-9
    )


def test_differences_of_cells_do_not_cancel_in_the_total() -> None:
    seller, buyer = np.array([[0.0, 10.0], [20.0, 0.0]]), np.array([[0.0, 20.0], [10.0, 0.0]])
    assert seller.sum() == buyer.sum()
    np.testing.assert_allclose(flows.total_discrepancy(seller, buyer), 20 / 30)


@given(table=tables)
def test_the_balance_closes_and_the_diagonal_has_no_part_in_it(table: Array) -> None:
    net = flows.net_flow(table)
    np.testing.assert_allclose(net.sum(), 0.0, atol=1e-9)
    np.testing.assert_allclose(flows.net_flow(table + np.diag([1.0, 2.0, 3.0, 4.0])), net, atol=1e-9)
    np.testing.assert_allclose(flows.net_flow(table.T), -net, atol=1e-9)


@given(table=tables.map(lambda table: table + 0.1))
def test_reciprocity_at_its_ends(table: Array) -> None:
    np.testing.assert_allclose(flows.reciprocity(table + table.T), 1.0)
    assert flows.reciprocity(np.triu(table)) == 0


def test_the_largest_flow_is_one_between_places() -> None:
    np.testing.assert_allclose(flows.largest_flow_share(np.ones((4, 4)) + 9 * np.eye(4)), 1 / 12)
    assert flows.largest_flow_share(np.array([[7.0, 0.0], [2.0, 7.0]])) == 1


@given(table=tables.map(lambda table: table + 0.1))
def test_the_rate_of_a_table_is_the_rate_of_its_sums(table: Array) -> None:
    groups = np.array([0, 0, 0, 1])
    landed, outside = table[0, 1:3].sum(), table[0, 1:].sum()
    for denominator in ("all sold", "sold outside"):
        whole = flows.landing_rate_within(table, groups, denominator=denominator)
        one = flows.landing_rate(landed, np.asarray(outside), table[0].sum(), denominator=denominator)
        np.testing.assert_allclose(whole[0], one)
        assert whole[3] == 0


@settings(max_examples=60, deadline=None)
@given(table=small, hidden=holes)
def test_bounds_of_small_tables_equal_every_whole_table_tried(table: Array, hidden) -> None:
    """With whole totals the corners of the polytope are whole, so that counting them gives the exact bounds."""
    known = np.where(hidden, N, table)
    found = margins.cell_bounds(known, table.sum(axis=1), table.sum(axis=0), np.array(N))
    cells = [tuple(cell) for cell in np.argwhere(hidden)]
    limits = [int(min(table.sum(axis=1)[i], table.sum(axis=0)[j])) + 1 for i, j in cells]
    if np.prod(limits) > 20_000:
        return
    fitting = []
    for values in product(*(range(limit) for limit in limits)):
        trial = table.copy()
        for cell, value in zip(cells, values, strict=True):
            trial[cell] = value
        if (trial.sum(axis=1) == table.sum(axis=1)).all() and (trial.sum(axis=0) == table.sum(axis=0)).all():
            fitting.append(trial)
    np.testing.assert_allclose(found[..., 0], np.min(fitting, axis=0), atol=1e-9)
    np.testing.assert_allclose(found[..., 1], np.max(fitting, axis=0), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(table=tables.map(lambda table: table + 0.5), hidden=arrays(np.bool_, (4, 4)))
def test_truth_and_estimate_lie_between_the_bounds(table: Array, hidden) -> None:
    known = np.where(hidden, N, table)
    out, into = table.sum(axis=1), table.sum(axis=0)
    bounds = margins.cell_bounds(known, out, into, np.array(N))
    estimate = margins.ras_estimate(known, np.ones((4, 4)), out, into)
    for inside in (table, estimate):
        assert (bounds[..., 0] <= inside + 1e-6).all()
        assert (inside <= bounds[..., 1] + 1e-6).all()
    np.testing.assert_allclose(estimate.sum(axis=1), out, rtol=1e-8)
    np.testing.assert_allclose(estimate.sum(axis=0), into, rtol=1e-8)
    np.testing.assert_array_equal(estimate[~hidden], table[~hidden])


@given(
    out=arrays(np.float64, 4, elements=st.floats(0.5, 9.0)), into=arrays(np.float64, 4, elements=st.floats(0.5, 9.0))
)
def test_without_a_known_cell_the_estimate_is_the_product_of_the_totals(out: Array, into: Array) -> None:
    into = into * out.sum() / into.sum()
    unknown = np.full((4, 4), N)
    np.testing.assert_allclose(
        margins.ras_estimate(unknown, np.ones((4, 4)), out, into), np.outer(out, into) / out.sum()
    )
    closed = margins.cell_bounds(unknown, out, into, np.array(N))
    programs = margins.cell_bounds(unknown, out, into, np.array(N), rounding=1e-12)
    np.testing.assert_allclose(closed, programs, atol=1e-6)


@given(table=tables.map(lambda table: table + 0.5))
def test_a_prior_that_meets_the_totals_is_its_own_estimate(table: Array) -> None:
    unknown = np.full((4, 4), N)
    np.testing.assert_allclose(margins.ras_estimate(unknown, table, table.sum(axis=1), table.sum(axis=0)), table)


def test_a_cell_without_any_total_has_no_upper_bound() -> None:
    known = np.array([[0.0, N], [N, 0.0]])
    found = margins.cell_bounds(known, np.array([5.0, N]), np.array([N, N]), np.array(N))
    np.testing.assert_array_equal(found[0, 1], [5.0, 5.0])
    np.testing.assert_array_equal(found[1, 0], [0.0, N])


def test_rounded_totals_fit_when_their_rounding_is_stated() -> None:
    known = np.array([[0.0, N], [N, 0.0]])
    data = (known, np.array([3.3, 4.7]), np.array([4.7, 3.4]), np.array(N))
    with pytest.raises(MeasureRefusal, match=r"they miss by 0\.1"):
        margins.cell_bounds(*data)
    found = margins.cell_bounds(*data, rounding=0.05)
    np.testing.assert_allclose(found[0, 1], [3.35, 3.35], atol=1e-9)
    np.testing.assert_allclose(found[1, 0], [4.65, 4.75], atol=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: flows.landing_rate(np.array(5.0), np.array(4.0), np.array(9.0), denominator="all sold"),
            "landed is 5",
        ),
        (
            lambda: flows.landing_rate(np.array(0.0), np.array(0.0), np.array(9.0), denominator="sold outside"),
            "sold_outside is 0",
        ),
        (lambda: flows.total_discrepancy(np.zeros((2, 2)), np.zeros((2, 2))), "mean_total is 0"),
        (lambda: flows.reciprocity(np.eye(2)), "total_of_flows is 0"),
        (
            lambda: margins.cell_bounds(np.full((2, 2), N), np.ones(2), np.full(2, 2.0), np.array(N)),
            "no table of flows meets these totals: they miss by 2",
        ),
        (
            lambda: margins.cell_bounds(np.ones((2, 2)), np.full(2, 3.0), np.full(2, 2.0), np.array(N)),
            "no table of flows meets these totals: they miss by 2",
        ),
        (
            lambda: margins.ras_estimate(np.full((2, 2), N), np.eye(2), np.array([1.0, 2.0]), np.array([2.0, 1.0])),
            "no table of flows meets these totals",
        ),
        (
            lambda: margins.ras_estimate(np.full((2, 2), N), np.full((2, 2), N), np.ones(2), np.ones(2)),
            "prior is nan at [0, 0]",
        ),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
