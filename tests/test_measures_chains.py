"""Chains and relatedness: the battery chain, loops, brute force on small graphs, the trap of counting a sector itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import chains, relatedness
from xietong.measures.axes import Array
from xietong.recipes.measuring import Given, measured

NODES = ["正极材料", "负极材料", "电解液", "隔膜", "电芯", "BMS", "电池包", "整车", "回收"]
STEPS = ["正极材料>电芯", "负极材料>电芯", "电解液>电芯", "隔膜>电芯", "电芯>电池包", "BMS>电池包", "电池包>整车", "整车>回收", "回收>正极材料"]  # fmt: skip
PLACES = ["北京", "天津", "河北"]
HELD = {
    "正极材料": (0, 5, 0),
    "负极材料": (0, 0, 7),
    "电芯": (0, 4, 0),
    "BMS": (12, 0, 0),
    "电池包": (0, 6, 1),
    "整车": (3, 2, 4),
}
FIRMS = np.array([HELD.get(node, (0, 0, 0)) for node in NODES], dtype=np.float64)


def graph(*without: str) -> Array:
    table = np.zeros((len(NODES), len(NODES)))
    for step in STEPS:
        if step not in without:
            source, target = step.split(">")
            table[NODES.index(source), NODES.index(target)] = 1.0
    return table


def named(flags: Array) -> set[str]:
    return {node for node, flag in zip(NODES, flags, strict=True) if flag}


directed = arrays(np.float64, (6, 6), elements=st.sampled_from([0.0, 0.0, 1.0])).map(lambda t: t * (1 - np.eye(6)))


def test_the_battery_chain() -> None:
    """Synthetic example of supply chains: gaps, reach of the gaps without recycling, places, cut nodes, coverage."""
    once = graph("回收>正极材料")
    found = chains.presence(graph(), FIRMS)
    assert named(found == 1) == {"电解液", "隔膜", "回收"}
    assert not (found == 2).any()
    assert 1 - found.mean() == pytest.approx(0.6666666666666667)
    reach = dict(zip(NODES, chains.reach(once), strict=True))
    assert [reach[node] for node in ("电解液", "隔膜", "回收")] == [4, 4, 0]
    assert named((chains.holders(FIRMS) == 1) | (chains.holders(FIRMS) == 2)) == {"正极材料", "负极材料", "电芯", "BMS"}
    assert named(chains.articulation(once)) == {"整车", "电池包", "电芯"}


def test_the_battery_chain_with_its_loop_does_not_crash_and_says_more() -> None:
    assert named(chains.loops(graph()) > 1) == {"回收", "整车", "正极材料", "电池包", "电芯"}
    reach = dict(zip(NODES, chains.reach(graph()), strict=True))
    assert (reach["电解液"], reach["回收"], reach["BMS"]) == (5, 4, 5)
    assert named(chains.articulation(graph())) == {"电池包", "电芯"}
    assert (chains.loops(graph("回收>正极材料")) == 1).all()


def reached(links: Array, start: int, without: int = -1) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        new = {int(j) for j in np.flatnonzero(links[node]) if j != without} - found
        found |= new
        waiting += new
    return found


@settings(max_examples=150, deadline=None)
@given(links=directed)
def test_reach_loops_and_cuts_equal_every_node_tried(links: Array) -> None:
    for node in range(6):
        hangs = reached(links, node) - {node}
        assert chains.reach(links)[node] == len(hangs)
        assert chains.reach(links, direction="upstream")[node] == len(reached(links.T, node)) - 1
        assert chains.loops(links)[node] == 1 + sum(node in reached(links, other) for other in hangs)
        either = links + links.T
        parts = {frozenset(reached(either, other)) for other in range(6)}
        left = {frozenset(reached(either, other, without=node)) for other in range(6) if other != node}
        assert chains.articulation(links)[node] == (len(left) > len(parts) - (frozenset({node}) in parts))


def test_a_long_chain_needs_no_deep_stack() -> None:
    count = 3000
    links = np.zeros((count, count))
    links[np.arange(count - 1), np.arange(1, count)] = 1.0
    cuts = chains.articulation(links)
    assert cuts.sum() == count - 2
    assert not cuts[[0, -1]].any()


@settings(max_examples=60, deadline=None)
@given(links=directed, firms=arrays(np.float64, (6, 3), elements=st.sampled_from([0.0, 0.0, 1.0, 4.0])))
def test_a_firm_more_never_makes_a_gap(links: Array, firms: Array) -> None:
    before = chains.presence(links, firms)
    more = firms.copy()
    more[2, 1] += 1
    assert chains.presence(links, more)[2] == 0
    assert (chains.holders(more) >= chains.holders(firms)).all()
    assert ((chains.presence(links, more) > 0) <= (before > 0)).all()


def test_only_the_only_supplier_counts() -> None:
    links = np.zeros((4, 4))
    links[0, 2] = links[1, 2] = links[2, 3] = 1.0
    np.testing.assert_array_equal(chains.sole_supplier(links), [0, 0, 1, 0])
    links[1, 3] = 1.0
    np.testing.assert_array_equal(chains.sole_supplier(links), [0, 0, 0, 0])


def test_sourcing_of_the_chain_lies_between_those_of_its_nodes_and_none_is_told() -> None:
    inputs, inside = np.array([[3.0, 1.0], [1.0, 1.0], [0.0, 0.0]]), np.array([1.0, 0.0])
    np.testing.assert_array_equal(chains.sourcing_by_node(inputs, inside), [0.75, 0.5, np.nan])
    assert chains.sourcing(inputs, inside) == pytest.approx(4 / 6)
    with pytest.raises(MeasureRefusal, match="total_of_inputs is 0"):
        chains.sourcing(np.zeros((2, 2)), inside)


def test_concentration_is_one_in_one_place_and_undefined_without_firms() -> None:
    found = chains.node_concentration(FIRMS)
    assert found[NODES.index("BMS")] == 1
    assert found[NODES.index("整车")] == pytest.approx((9 + 4 + 16) / 81)
    assert np.isnan(found[NODES.index("回收")])


def test_a_node_that_supplies_itself_is_refused_as_a_node() -> None:
    with pytest.raises(MeasureRefusal, match=r"links is above zero at \[1, 1\]") as caught:
        chains.presence(np.eye(3) * np.array([0, 1, 0]), np.ones((3, 1)))
    assert "nodes" in caught.value.why


def test_classes_are_named_where_a_page_asks() -> None:
    names = (tuple(NODES), tuple(NODES))
    result = measured(
        "chains.presence", {"links": Given(graph(), names), "firms": Given(FIRMS, (tuple(NODES), tuple(PLACES)))}
    )
    assert result.axes[0].labels == tuple(NODES)
    assert result.facts.classes[int(result.values[NODES.index("隔膜")])].startswith("断点")


shops = arrays(np.float64, (8, 5), elements=st.integers(1, 9).map(float))


@settings(max_examples=60, deadline=None)
@given(amounts=shops)
def test_proximity_is_symmetric_and_density_does_not_see_the_sector_itself(amounts: Array) -> None:
    near = relatedness.proximity(amounts)
    np.testing.assert_array_equal(near, near.T)
    np.testing.assert_array_equal(np.diag(near), 1)
    flat = np.ones((5, 5))
    has = relatedness.location_quotient(amounts) >= 1
    density = relatedness.relatedness_density(amounts, flat)
    np.testing.assert_allclose(density, (has.sum(axis=1, keepdims=True) - has) / 4)
    wrong = relatedness.density_with_itself(amounts, flat)
    assert (wrong[has] >= density[has] - 1e-12).all()
    assert (wrong[~has] <= density[~has] + 1e-12).all()


@pytest.mark.parametrize(
    ("amounts", "choices", "said"),
    [
        ([[1.0, 0.0], [1.0, 0.0]], {}, "total_of_sector is 0"),
        ([[1.0, 2.0], [2.0, 1.0]], {"threshold": 0.0}, "threshold is 0"),
        ([[1.0, 1.0], [1.0, 1.0]], {"threshold": 2.0}, "places_that_have_the_sector is 0"),
    ],
)
def test_a_relatedness_that_says_nothing_is_refused(
    amounts: list[list[float]], choices: dict[str, float], said: str
) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        relatedness.proximity(np.array(amounts), **choices)
