"""Input-output: against brute force, the accounts that must hold, and the traps; balancing against its conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import balancing, input_output
from xietong.measures.axes import Array

seeds = st.integers(0, 10_000)
DEFINITIONS = ("complete", "intersectoral", "purchases", "sales", "sales_ghosh")


def economy(seed: int, sectors: int = 6) -> tuple[Array, Array]:
    """Return synthetic flows, a third of them zero, and outputs that leave value added and final demand."""
    generator = np.random.default_rng(seed)
    flows = generator.uniform(0.0, 10.0, (sectors, sectors)) * (generator.random((sectors, sectors)) < 0.67)
    floor = np.maximum(flows.sum(axis=0), flows.sum(axis=1))
    return flows, floor * generator.uniform(1.05, 3.0, sectors) + 1.0


def left(flows: Array, output: Array, sector: int, definition: str) -> float:
    """Return the output of all after extraction of one sector, by an inverse of its own for it."""
    unit, demand, value_added = np.eye(len(output)), output - flows.sum(axis=1), output - flows.sum(axis=0)
    inputs, sales = flows / output, flows / output[:, None]
    own = inputs[sector, sector]
    if definition in ("complete", "intersectoral", "purchases"):
        inputs[:, sector] = 0.0
    if definition in ("complete", "intersectoral", "sales"):
        inputs[sector] = 0.0
    if definition == "intersectoral":
        inputs[sector, sector] = own
    if definition == "complete":
        demand[sector] = 0.0
    if definition == "sales_ghosh":
        sales[sector] = 0.0
        return float((value_added @ np.linalg.inv(unit - sales)).sum())
    return float((np.linalg.inv(unit - inputs) @ demand).sum())


@given(seed=seeds)
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_extraction_in_closed_form_is_one_inverse_for_each_sector(definition: Any, seed: int) -> None:
    flows, output = economy(seed)
    lost = input_output.extraction_loss(flows, output, definition=definition)
    brute = [output.sum() - left(flows, output, sector, definition) for sector in range(len(output))]
    np.testing.assert_allclose(lost, brute, rtol=1e-9, atol=1e-9)


@given(seed=seeds)
def test_what_each_definition_takes_away_is_ordered(seed: int) -> None:
    flows, output = economy(seed)
    complete, between, purchases, sales, _ = (
        input_output.extraction_loss(flows, output, definition=one) for one in DEFINITIONS
    )
    assert (complete >= output - 1e-9).all()
    for less in (between, purchases, sales):
        assert (less <= complete + 1e-9).all()


def test_a_sector_that_pivots_is_extracted_right() -> None:
    flows, output = np.array([[0.9, 0.0], [8.0, 0.5]]), np.array([1.0, 10.0])
    lost = input_output.extraction_loss(flows, output)
    np.testing.assert_allclose(lost, [11.0 - left(flows, output, sector, "complete") for sector in (0, 1)])


@given(seed=seeds)
def test_the_demand_of_the_table_gives_its_output_and_carries_all_emissions(seed: int) -> None:
    flows, output = economy(seed)
    demand, emissions = output - flows.sum(axis=1), np.arange(len(output)) + 1.0
    np.testing.assert_allclose(input_output.output_for_demand(flows, output, demand), output, rtol=1e-9)
    embodied = input_output.embodied_emissions(flows, output, emissions, demand)
    np.testing.assert_allclose(embodied.sum(), emissions.sum(), rtol=1e-9)


@given(seed=seeds)
def test_the_series_stops_within_its_tolerance(seed: int) -> None:
    flows, output = economy(seed)
    demand = np.linspace(1.0, 5.0, len(output))
    exact = input_output.output_for_demand(flows, output, demand)
    series = input_output.output_for_demand(flows, output, demand, method="series", tolerance=1e-6)
    assert np.abs(series - exact).sum() <= 1e-6 * exact.sum()
    assert (series <= exact + 1e-9).all()


@given(seed=seeds)
def test_multipliers_are_the_sums_of_the_inverses(seed: int) -> None:
    flows, output = economy(seed)
    leontief, ghosh = input_output.leontief_inverse(flows, output), input_output.ghosh_inverse(flows, output)
    np.testing.assert_allclose(input_output.output_multiplier(flows, output), leontief.sum(axis=0))
    np.testing.assert_allclose(input_output.ghosh_multiplier(flows, output), ghosh.sum(axis=1))
    np.testing.assert_allclose(np.diag(leontief), np.diag(ghosh))
    np.testing.assert_allclose(input_output.backward_linkage(flows, output).mean(), 1.0)
    np.testing.assert_allclose(input_output.forward_linkage(flows, output).mean(), 1.0)
    jobs = input_output.emission_multiplier(flows, output, output)
    np.testing.assert_allclose(jobs, input_output.output_multiplier(flows, output))


def test_imports_left_in_the_flows_inflate_every_multiplier() -> None:
    flows, output = economy(3)
    imports = 0.3 * (flows.sum(axis=1) + 1.0)
    inside = balancing.domestic_flows(flows, np.ones(len(output)), imports)
    gross, net = (input_output.output_multiplier(one, output) for one in (flows, inside))
    assert (gross > net + 1e-6).all()


def test_ghosh_read_as_output_is_another_number() -> None:
    flows, output = economy(5)
    assert (
        np.abs(input_output.ghosh_multiplier(flows, output) - input_output.output_multiplier(flows, output)).max() > 0.1
    )


@pytest.mark.parametrize(
    ("flows", "output", "said"),
    [
        ([[0.5, 0.6], [0.6, 0.5]], [1.0, 1.0], "no output serves"),
        ([[1.0, 0.0], [0.0, 0.5]], [1.0, 1.0], "no output serves"),
        ([[0.1, -0.2], [0.1, 0.1]], [1.0, 1.0], "flows is -0.2 at [0, 1]"),
        ([[0.1, 0.2], [0.1, 0.1]], [1.0, 0.0], "output is 0 at [1]"),
        ([[0.1, 0.2, 0.1], [0.1, 0.1, 0.1]], [1.0, 1.0], "flows has the shape (2, 3)"),
    ],
)
def test_a_table_that_carries_no_model_is_refused(flows: Any, output: Any, said: str) -> None:
    for ask in (input_output.output_multiplier, input_output.extraction_loss, input_output.leontief_inverse):
        with pytest.raises(MeasureRefusal) as caught:
            ask(np.array(flows), np.array(output))
        assert caught.value.what.startswith(said)
        assert caught.value.ways


def test_a_series_that_need_not_end_is_refused_with_the_other_way() -> None:
    flows, output = np.array([[0.1, 0.1], [1.0, 0.1]]), np.array([1.0, 1.0])
    with pytest.raises(MeasureRefusal, match=r"buys 1\.1 of its output") as caught:
        input_output.output_for_demand(flows, output, np.ones(2), method="series")
    assert "factors" in caught.value.ways[0]
    assert (input_output.output_for_demand(flows, output, np.ones(2)) > 1).all()


def test_imports_above_all_use_are_told() -> None:
    with pytest.raises(MeasureRefusal, match="use_without_imports is -4 at"):
        balancing.domestic_flows(np.ones((2, 2)), np.ones(2), np.array([7.0, 1.0]))


@given(seed=seeds)
def test_a_balanced_table_has_its_totals_and_its_zeros(seed: int) -> None:
    old, new = economy(seed)[0] + np.eye(6), economy(seed + 1)[0] + np.eye(6)
    new *= old > 0
    new[(old > 0) & (new == 0)] = 1.0
    found = balancing.ras(old, new.sum(axis=1), new.sum(axis=0))
    np.testing.assert_allclose(found.sum(axis=1), new.sum(axis=1), atol=1e-7)
    np.testing.assert_allclose(found.sum(axis=0), new.sum(axis=0), atol=1e-7)
    assert ((found > 0) == (old > 0)).all()
    assert balancing.information_gain(old, found) <= balancing.information_gain(old, new) + 1e-7
    np.testing.assert_allclose(balancing.gras(old, new.sum(axis=1), new.sum(axis=0)), found, rtol=1e-6)


@given(seed=seeds)
def test_a_table_that_fits_already_is_left_as_it_is(seed: int) -> None:
    table = economy(seed)[0] + np.eye(6)
    table[1, 2] = -3.0
    np.testing.assert_allclose(balancing.gras(table, table.sum(axis=1), table.sum(axis=0)), table, rtol=1e-6)
    plain = np.abs(table)
    np.testing.assert_allclose(balancing.ras(plain, plain.sum(axis=1), plain.sum(axis=0)), plain, rtol=1e-6)


@given(seed=seeds)
def test_generalised_balancing_moves_a_signed_table_least(seed: int) -> None:
    generator = np.random.default_rng(seed)
    old = generator.uniform(1.0, 9.0, (3, 4))
    old[1, 1], old[2, 3] = -2.0, -1.0
    other = old * generator.uniform(0.7, 1.5, old.shape)
    found = balancing.gras(old, other.sum(axis=1), other.sum(axis=0))
    np.testing.assert_allclose(found.sum(axis=1), other.sum(axis=1), atol=1e-7)
    assert (np.sign(found) == np.sign(old)).all()
    assert balancing.information_gain(old, found) <= balancing.information_gain(old, other) + 1e-7


@pytest.mark.parametrize(
    ("table", "rows", "columns", "said"),
    [
        ([[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0], [1.0, 1.0], "row 0 is to add up to 1 and has no cell for it"),
        ([[0.0, 1.0], [0.0, 1.0]], [1.0, 1.0], [1.0, 1.0], "column 0 is to add up to 1"),
        ([[1.0, 1.0], [1.0, 1.0]], [1.0, 1.0], [1.0, 2.0], "the rows add up to 2 and the columns to 3"),
        ([[1.0, 0.0], [0.0, 1.0]], [2.0, 1.0], [1.0, 2.0], "a total is still missed by 1"),
    ],
)
def test_totals_that_a_table_cannot_have_are_refused(table: Any, rows: Any, columns: Any, said: str) -> None:
    for balance in (balancing.ras, balancing.gras):
        with pytest.raises(MeasureRefusal) as caught:
            balance(np.array(table), np.array(rows), np.array(columns))
        assert caught.value.what.startswith(said)
        assert caught.value.ways


def test_a_negative_cell_leads_from_one_method_to_the_other() -> None:
    table = np.array([[1.0, -1.0], [1.0, 1.0]])
    with pytest.raises(MeasureRefusal, match="table is -1 at") as caught:
        balancing.ras(table, np.array([1.0, 2.0]), np.array([2.0, 1.0]))
    assert "gras" in caught.value.ways[0]
    with pytest.raises(MeasureRefusal, match="row 1 is to add up to -1"):
        balancing.gras(table, np.array([1.0, -1.0]), np.array([1.0, -1.0]))


def test_a_row_of_zeros_that_is_to_stay_empty_stays_empty() -> None:
    table = np.array([[0.0, 0.0], [1.0, 3.0]])
    found = balancing.ras(table, np.array([0.0, 4.0]), np.array([2.0, 2.0]))
    np.testing.assert_allclose(found, [[0.0, 0.0], [2.0, 2.0]])


def test_a_gain_over_another_sign_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match=r"table is 1 and balanced -1 at \[0, 0\]"):
        balancing.information_gain(np.ones((1, 2)), np.array([[-1.0, 1.0]]))
