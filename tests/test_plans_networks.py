"""Flows in networks: optima known by hand or published, the properties of a least-cost flow, limits that clash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PlanError, Problems
from xietong.plans.networks import Bundle, Network, dual_value, flow, residual, single

SUPPLY = {"A": 12.0, "B": 10.0, "C": 0.0, "D": 0.0, "P": -10.0, "Q": -12.0}
ARCS = [
    ("A", "C", 10.0, 4.0), ("A", "D", 8.0, 6.0), ("B", "C", 5.0, 5.0), ("B", "D", 12.0, 3.0),
    ("C", "P", 9.0, 2.0), ("C", "Q", 7.0, 4.0), ("D", "P", 6.0, 5.0), ("D", "Q", 14.0, 1.0),
]  # fmt: skip
"""A small network with the optimum 119, found by two other programs: A sends 9 to C and 3 to D, B 10 to D."""


def random_network(seed: int, places: int = 6, sinks: int = 3, kinds: int = 2, room: float = 1.3) -> Network:
    """Return a synthetic network: places, sinks with a capacity that all commodities share, one end."""
    draw = np.random.default_rng(seed)
    place, sink = (one.ravel() for one in np.meshgrid(np.arange(places), np.arange(sinks), indexing="ij"))
    ends = places + sinks
    costs = np.concatenate([draw.uniform(1, 9, (kinds, places * sinks)), draw.uniform(0, 2, (kinds, sinks))], axis=1)
    amounts = draw.integers(1, 9, (kinds, places)).astype(float)
    balance = np.zeros((kinds, ends + 1))
    balance[:, :places], balance[:, -1] = amounts, -amounts.sum(axis=1)
    limit = room * amounts.sum() / sinks
    bundles = tuple(
        Bundle(f"sink {at}", np.array([places * sinks + at]), np.arange(kinds), high=limit) for at in range(sinks)
    )
    tails = np.concatenate([place, places + np.arange(sinks)])
    heads = np.concatenate([places + sink, np.full(sinks, ends)])
    return Network(tuple(f"n{at}" for at in range(ends + 1)), tails, heads, costs, balance, bundles)


def test_the_reference_network_costs_119() -> None:
    network, found = single(ARCS, SUPPLY)
    assert found.cost == pytest.approx(119)
    assert found.bound == pytest.approx(119)
    assert found.amounts[0] == pytest.approx([9, 3, 0, 10, 9, 0, 1, 12])
    assert residual(network, found) == pytest.approx((0, 0))
    assert dual_value(network, found) == pytest.approx(119)


def test_the_price_of_an_arc_is_what_one_more_unit_of_it_saves() -> None:
    _, found = single(ARCS, SUPPLY)
    wider = [(a, b, capacity + 1 if (a, b) == ("C", "P") else capacity, cost) for a, b, capacity, cost in ARCS]
    assert found.prices[4] == pytest.approx(-5)
    assert single(wider, SUPPLY)[1].cost - found.cost == pytest.approx(-5)


@given(st.integers(0, 200), st.floats(0.1, 50))
def test_scaling_the_costs_scales_the_optimum(seed: int, factor: float) -> None:
    network = random_network(seed)
    scaled = flow(replace(network, costs=factor * network.costs))
    assert scaled.cost == pytest.approx(factor * flow(network).cost, rel=1e-7)


@given(st.integers(0, 200), st.permutations(range(6)))
def test_another_order_of_the_places_gives_the_same_cost_and_flow(seed: int, order: list[int]) -> None:
    network, sinks = random_network(seed), 3
    arcs = np.concatenate([[one * sinks + at for one in order for at in range(sinks)], np.arange(18, 21)])
    nodes = np.concatenate([order, np.arange(6, 10)])
    back = np.argsort(nodes)
    moved = replace(
        network, costs=network.costs[:, arcs], tails=back[network.tails[arcs]], heads=back[network.heads[arcs]],
        balance=network.balance[:, nodes], nodes=tuple(network.nodes[at] for at in nodes),
    )  # fmt: skip
    found = flow(moved)
    assert found.cost == pytest.approx(flow(network).cost, rel=1e-9)
    assert found.amounts.sum(axis=0) == pytest.approx(flow(network).amounts[:, arcs].sum(axis=0), abs=1e-6)


@given(st.integers(0, 200), st.floats(1.01, 1.5), st.floats(0, 1))
def test_more_room_never_costs_more(seed: int, room: float, more: float) -> None:
    tight, loose = (flow(random_network(seed, room=one)).cost for one in (room, room + more))
    assert loose <= tight + 1e-7


@given(st.integers(0, 200))
def test_a_flow_keeps_its_balance_its_limits_and_strong_duality(seed: int) -> None:
    network = random_network(seed, room=1.05)
    found = flow(network)
    assert max(residual(network, found)) <= 1e-7
    assert dual_value(network, found) == pytest.approx(found.cost, rel=1e-7)
    assert (found.amounts >= 0).all()


def test_without_shared_limits_each_commodity_takes_its_own_shortest_way() -> None:
    network = random_network(3, room=100)
    legs = network.costs[:, :18].reshape(2, 6, 3) + network.costs[:, None, 18:]
    assert flow(network).cost == pytest.approx((legs.min(axis=2) * network.balance[:, :6]).sum())


def test_a_barred_commodity_goes_elsewhere() -> None:
    network = random_network(4, room=3)
    most = np.full(network.costs.shape, np.inf)
    most[0, 18] = 0.0
    barred = replace(network, most=most)
    found = flow(barred)
    assert found.amounts[0, 18] == 0
    assert found.cost >= flow(network).cost - 1e-9
    assert dual_value(barred, found) == pytest.approx(found.cost)


def test_limits_that_clash_are_named_with_what_would_have_to_give() -> None:
    with pytest.raises(PlanError, match="no solution") as caught:
        flow(random_network(5, room=0.9))
    told = caught.value.text()
    assert "limits shared by arcs" in told
    assert "what enters and leaves each node balances" in told
    assert caught.value.ways


def test_a_commodity_that_does_not_add_up_and_costs_that_are_no_numbers_are_told_together() -> None:
    network = random_network(6)
    balance = network.balance.copy()
    balance[1, 0] += 5
    costs = np.where(np.arange(21) == 2, np.inf, network.costs)
    with pytest.raises(Problems, match="commodity 2: .* is sent out and .* is taken") as caught:
        flow(replace(network, balance=balance, costs=costs))
    assert len(caught.value.errors) == 2


def test_an_arc_to_a_node_without_a_balance_is_told() -> None:
    with pytest.raises(PlanError, match="nodes without a balance: Z"):
        single([*ARCS, ("A", "Z", 1.0, 1.0)], SUPPLY)
