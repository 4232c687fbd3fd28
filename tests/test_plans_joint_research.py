"""Joint research on made-up chains and on a synthetic battery chain: portfolios known by hand, order, frontier, files."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PackError, Problems, XietongError
from xietong.library.documents import Document
from xietong.plans import kinds
from xietong.plans.chain_file import Chain, chain_of, read_chain
from xietong.plans.joint_research import joint_research, portfolio, problems
from xietong.plans.plan import Case
from xietong.plans.solving import solve

NODES = """node,gap,cost,worth
cathode,0,,
anode,0,,
electrolyte,1,3,
separator,1,5,
cell,0,,
controls,0,,
pack,0,,
vehicle,0,,
recycling,1,2,
"""
LINKS = """from,to,kind
cathode,cell,supply
anode,cell,supply
electrolyte,cell,supply
separator,cell,supply
cell,pack,supply
controls,pack,supply
pack,vehicle,supply
vehicle,recycling,supply
recycling,cathode,recycling
"""
PLAN = """
[plan.battery]
kind = "joint_research"
label = "合成电池链 | Synthetic battery chain"
text = "合成数据 | synthetic"
nodes = "nodes.csv"
links = "links.csv"

[plan.battery.levers]
budget = { label = "预算 | Budget", value = 8, low = 3, high = 10, reason = "合成 | synthetic" }
cost_factor = { label = "费用系数 | Factor", value = 1, low = 0.5, high = 2, reason = "合成 | synthetic" }
step = { label = "步长 | Step", value = 2, low = 1, high = 3, reason = "合成 | synthetic" }
"""


def battery(folder: Path, *, nodes: str = NODES, links: str = LINKS, plan: str = PLAN) -> Case:
    for name, text in (("nodes.csv", nodes), ("links.csv", links), ("plan.toml", plan)):
        (folder / name).write_text(text, encoding="utf-8")
    return kinds.case(Document.read(folder / "plan.toml", "made-up/plan.toml"), "battery", None)


def best(chain: Chain, budget: float, value: str) -> float:
    return 0.0 - solve(portfolio(chain, budget, 1.0, value).model).objective


def test_the_reach_of_the_gaps_is_that_of_the_reference_chain(tmp_path: Path) -> None:
    chain = read_chain(battery(tmp_path))
    reach = {chain.names[at]: int(chain.downstream[at].sum()) for at in np.flatnonzero(chain.gap)}
    assert reach == {"electrolyte": 4, "separator": 4, "recycling": 0}
    assert {chain.names[at] for at in chain.walk(2)} == {"cell", "pack", "vehicle", "recycling"}


@pytest.mark.parametrize(
    ("budget", "value", "served"), [(0, 0, 3), (3, 4, 4), (5, 4, 4), (7.9, 4, 4), (8, 8, 8), (10, 8, 9)]
)
def test_each_budget_buys_what_counting_by_hand_finds(
    tmp_path: Path, budget: float, value: float, served: float
) -> None:
    """Cathode, anode and controls need no gap; with both materials cell, pack and vehicle are served, then recycling."""
    chain = read_chain(battery(tmp_path))
    assert best(chain, budget, "reach") == pytest.approx(value)
    assert best(chain, budget, "served") == pytest.approx(served)


def test_the_outcome_states_prices_frontier_and_checks(tmp_path: Path) -> None:
    outcome = joint_research(battery(tmp_path))
    assert (outcome.objective, outcome.bound, outcome.gap) == (8, 8, 0)
    assert all(check.holds for check in outcome.checks)
    gaps, frontier = outcome.sections
    assert [(row.cells[0], row.cells[1].en) for row in gaps.rows] == [
        ("electrolyte", "yes"), ("separator", "yes"), ("recycling", "no"),
    ]  # fmt: skip
    assert gaps.rows[2].cells[4] == "electrolyte；separator"
    values = [row.cells[1] for row in frontier.rows]
    assert values == sorted(values)
    assert values[0] == 0
    assert outcome.waits
    tight = joint_research(battery(tmp_path).moved({"budget": 6.0}))
    assert {one.kind: one.price for one in tight.bindings} == pytest.approx({"dual": 4 / 5, "relaxed": 4})


def test_the_served_value_is_checked_by_walking_too(tmp_path: Path) -> None:
    case = battery(tmp_path, plan=PLAN.replace('kind = "joint', 'value = "served"\nkind = "joint'))
    for budget in (0.0, 3.0, 8.0, 10.0):
        assert all(check.holds for check in joint_research(case.moved({"budget": budget})).checks)


@given(st.integers(0, 10_000), st.sampled_from(["reach", "served"]))
def test_the_portfolio_is_the_best_of_all_that_can_be_chosen(seed: int, value: str) -> None:
    draw = np.random.default_rng(seed)
    count = 7
    nodes = {
        f"n{at}": (bool(draw.random() < 0.6), float(draw.integers(1, 6)), float(draw.integers(1, 4)))
        for at in range(count)
    }
    links = [(f"n{a}", f"n{b}") for a, b in product(range(count), repeat=2) if a != b and draw.random() < 0.18]
    chain, budget = chain_of(nodes, links), float(draw.integers(0, 15))
    gaps = np.flatnonzero(chain.gap).tolist()
    below = {at: chain.walk(at) for at in range(count)}
    found = []
    for taken in product([False, True], repeat=len(gaps)):
        chosen = {at for at, one in zip(gaps, taken, strict=True) if one}
        early = any(h in below[g] and g not in below[h] for h in chosen for g in gaps if g not in chosen)
        if early or chain.cost[sorted(chosen)].sum() > budget:
            continue
        shut = set(gaps) - chosen
        shut |= {at for g in shut for at in below[g]}
        served = sum(chain.worth[at] for at in range(count) if at not in shut)
        reach = sum(chain.worth[at] for g in chosen for at in below[g])
        found.append(served if value == "served" else reach)
    assert best(chain, budget, value) == pytest.approx(max(found))


@given(st.floats(0, 12), st.floats(0, 5))
def test_a_larger_budget_never_worsens(budget: float, more: float) -> None:
    nodes = {"a": (True, 3.0, 1.0), "b": (True, 5.0, 1.0), "c": (True, 2.0, 1.0), "d": (False, 0.0, 2.0)}
    chain = chain_of(nodes, [("a", "d"), ("b", "d"), ("b", "c")])
    assert best(chain, budget, "reach") <= best(chain, budget + more, "reach") + 1e-9


def test_gaps_on_a_circle_do_not_wait_for_each_other() -> None:
    chain = chain_of({"a": (True, 1.0, 1.0), "b": (True, 1.0, 1.0)}, [("a", "b"), ("b", "a")])
    assert best(chain, 1.0, "reach") == pytest.approx(1)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "says"),
    [
        ("nodes", "anode,0,,", "anode,maybe,,", "nodes.csv:3", "gap must be 1 or 0"),
        ("nodes", "separator,1,5,", "separator,1,,", "nodes.csv:5", "has no cost"),
        ("nodes", "separator,1,5,", "separator,1,-5,", "nodes.csv:5", "cost must be a number"),
        ("nodes", "anode,0,,", "cathode,0,,", "nodes.csv:3", "stands twice"),
        ("links", "cell,pack,supply", "cel,pack,supply", "links.csv:6", "no node 'cel'"),
        ("links", "cell,pack,supply", "cell,pack,feeds", "links.csv:6", "no kind of link 'feeds'"),
        ("links", "from,to,kind", "from,to,sort", "links.csv:1", "the column kind is missing"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, line: str, says: str
) -> None:
    texts = {"nodes": NODES, "links": LINKS}
    texts[file] = texts[file].replace(old, new, 1)
    with pytest.raises(Problems) as caught:
        read_chain(battery(tmp_path, **texts))
    assert any(says in error.text() and error.where == f"made-up/{line}" for error in caught.value.errors)


def test_a_chain_without_a_gap_and_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    nodes = "\n".join(f"{line.split(',')[0]},0,," for line in NODES.splitlines()[1:])
    with pytest.raises(Problems, match="no segment is a gap"):
        read_chain(battery(tmp_path, nodes=f"node,gap,cost,worth\n{nodes}\n"))
    case = battery(
        tmp_path,
        plan=PLAN.replace("nodes.csv", "../nodes.csv").replace('kind = "joint', 'value = "joy"\nkind = "joint'),
    )
    errors: list[XietongError] = problems(case.document, case.path, None)
    assert [type(one) for one in errors] == [PackError, PackError]
    assert "there is no file '../nodes.csv'" in errors[0].what
    assert "reach or served" in errors[1].what
