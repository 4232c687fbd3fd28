r"""Flows of several commodities through one network at least cost, under limits that bundles of arcs share.

.. math::

    \min_{x \ge 0} \sum_k \sum_a c_{ka} x_{ka} \quad \text{s.t.} \quad
    \sum_{a \in \delta^+(v)} x_{ka} - \sum_{a \in \delta^-(v)} x_{ka} = b_{kv}, \quad
    l_s \le \sum_k \sum_a w_{ska} x_{ka} \le u_s, \quad x_{ka} \le o_{ka}

Sets: commodities :math:`k`, nodes :math:`v`, arcs :math:`a` (:math:`\delta^+(v)` leave and :math:`\delta^-(v)` enter a
node), bundles :math:`s`.  Data: :math:`c_{ka}`, cost of one unit on an arc; :math:`b_{kv}`, what a node sends out
(above zero) or takes (below); :math:`w_{ska}`, 1 where a commodity on an arc counts in a bundle, else 0;
:math:`l_s, u_s`, the limits of a bundle; :math:`o_{ka}`, the most of a commodity alone on an arc, 0 where it is barred.
Variables: :math:`x_{ka}`, the flow.

A capacity of an arc is a bundle of that arc alone over all commodities.  The duals of the first rows are what one more
unit sent out costs, those of the bundles what one more unit of their limit saves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from xietong.errors import PlanError, Problems, XietongError
from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices, Model
from xietong.plans.solving import Stop, solve

_BALANCE = Label("各节点收支平衡", "what enters and leaves each node balances")
_LIMITS = Label("合用的能力", "limits shared by arcs")
_FLOW = Label("流量", "flow")
_FREE = 1e-12
"""A price below this is none: the limit may be infinite."""


@dataclass(frozen=True)
class Bundle:
    """Arcs and commodities that share a limit; ``group`` names the row block that it is told in."""

    name: str
    arcs: Indices
    commodities: Indices
    high: float = np.inf
    low: float = -np.inf
    group: Label = _LIMITS


@dataclass(frozen=True)
class Network:
    """Nodes, arcs by their two ends, and for each commodity its costs (commodity by arc) and balance (by node)."""

    nodes: tuple[str, ...]
    tails: Indices
    heads: Indices
    costs: Floats
    balance: Floats
    bundles: tuple[Bundle, ...] = ()
    most: Floats | None = None
    commodities: tuple[str, ...] = ()
    flow_label: Label = _FLOW


@dataclass(frozen=True)
class Flow:
    """A flow of least cost: its cost and bound, amounts by commodity and arc, prices of nodes and of bundles.

    ``potentials`` is the cost of one more unit sent out of each node; ``prices`` is the change of the cost for one more
    unit of the limit of each bundle that binds, below zero where more of it would save.
    """

    cost: float
    bound: float
    gap: float
    seconds: float
    amounts: Floats
    potentials: Floats
    prices: Floats


def single(
    arcs: Sequence[tuple[str, str, float, float]], balance: Mapping[str, float], *, name: str = "flow"
) -> tuple[Network, Flow]:
    """Solve one commodity over arcs ``(from, to, capacity, cost)``; what nodes send out is above zero in ``balance``.

    Raises:
        PlanError: when an arc names a node without a balance, or there is no flow within the capacities.
    """
    nodes = tuple(balance)
    at = {node: index for index, node in enumerate(nodes)}
    if unknown := sorted({end for tail, head, *_ in arcs for end in (tail, head) if end not in at}):
        what = f"the arcs name nodes without a balance: {', '.join(unknown)}"
        raise PlanError(f"plan {name}", what, ways=("state 0 for a node that is only passed through",))
    tails = np.array([at[tail] for tail, *_ in arcs], dtype=np.int64)
    heads = np.array([at[head] for _, head, *_ in arcs], dtype=np.int64)
    one = np.zeros(1, np.int64)
    bundles = tuple(
        Bundle(f"{tail} → {head}", np.array([index]), one, high=capacity)
        for index, (tail, head, capacity, _) in enumerate(arcs)
    )
    costs = np.array([[cost for *_, cost in arcs]])
    network = Network(nodes, tails, heads, costs, np.array([[balance[node] for node in nodes]]), bundles)
    return network, flow(network, name=name)


def flow(network: Network, *, name: str = "flow", seconds: float = np.inf, stopped: Stop | None = None) -> Flow:
    """Return the flow of least cost.

    Raises:
        Problems: with everything that is wrong with the network.
        PlanError: when no flow keeps within the limits, with those that contradict each other.
    """
    if errors := list(problems(network, name)):
        raise Problems(f"plan {name}", errors) if len(errors) > 1 else errors[0]
    program = model(network, name)
    answer = solve(program, seconds=seconds, stopped=stopped, presolve=False)
    amounts = np.maximum(answer.values, 0.0).reshape(network.costs.shape)
    nodes = network.balance.size
    potentials = answer.duals[:nodes].reshape(network.balance.shape)
    return Flow(
        answer.objective, answer.bound, answer.gap, answer.seconds, amounts, potentials, answer.duals[nodes:]
    )  # fmt: skip


def model(network: Network, name: str = "flow") -> Model:
    """Return the program of a network in blocks: one of flows, one of balances, one for each group of bundles."""
    program = Model(name)
    kinds, arcs = network.costs.shape
    most = np.inf if network.most is None else network.most
    ends = [f"{network.nodes[a]} → {network.nodes[b]}" for a, b in zip(network.tails, network.heads, strict=True)]
    arc_names = [f"{_commodity(network, kind)}: {one}" for kind in range(kinds) for one in ends]
    flows = program.columns(network.flow_label, (kinds, arcs), cost=network.costs, high=most, names=arc_names)
    nodes = len(network.nodes)
    at = nodes * np.arange(kinds, dtype=np.int64)[:, None]
    leave, enter = (at + network.tails, flows, 1.0), (at + network.heads, flows, -1.0)
    names = [f"{_commodity(network, kind)}: {node}" for kind in range(kinds) for node in network.nodes]
    program.rows(
        _BALANCE, kinds * nodes, [leave, enter], low=network.balance.ravel(), high=network.balance.ravel(), names=names
    )
    for label, group in groupby(network.bundles, key=lambda one: one.group):
        bundles = list(group)
        terms = [(row, flows[np.ix_(one.commodities, one.arcs)].ravel(), 1.0) for row, one in enumerate(bundles)]
        low, high = [one.low for one in bundles], [one.high for one in bundles]
        program.rows(label, len(bundles), terms, low=low, high=high, names=[one.name for one in bundles])
    return program


def problems(network: Network, name: str = "flow") -> Iterator[XietongError]:
    """Yield what is wrong with a network: an end beyond its nodes, a commodity that does not add up, no number."""
    who = f"plan {name}"
    if not (np.isfinite(network.costs).all() and np.isfinite(network.balance).all()):
        yield PlanError(who, "a cost or a balance is no finite number", ways=("leave out an arc that cannot be used",))
    count = len(network.nodes)
    if network.tails.size and not 0 <= min(network.tails.min(), network.heads.min()) <= max(
        network.tails.max(), network.heads.max()
    ) < count:  # fmt: skip
        yield PlanError(who, f"an arc ends outside the {count} nodes", ways=("nodes are counted from 0",))
    for kind, row in enumerate(network.balance):
        if abs(row.sum()) > 1e-9 * max(1.0, np.abs(row).sum()):
            sent, taken = row[row > 0].sum(), -row[row < 0].sum()
            what = f"{_commodity(network, kind)}: {sent:g} is sent out and {taken:g} is taken"
            yield PlanError(who, what, why="no flow can balance", ways=("let a node send or take the difference",))


def _commodity(network: Network, kind: int) -> str:
    return network.commodities[kind] if network.commodities else f"commodity {kind + 1}"


def residual(network: Network, found: Flow) -> tuple[float, float]:
    """Return by how much a flow misses the balance of a node and a limit, at most; recomputed by plain sums."""
    kinds = network.costs.shape[0]
    net = np.zeros_like(network.balance)
    for kind in range(kinds):
        np.add.at(net[kind], network.tails, found.amounts[kind])
        np.subtract.at(net[kind], network.heads, found.amounts[kind])
    missed = np.abs(net - network.balance).max(initial=0.0)
    over = 0.0
    for one in network.bundles:
        used = found.amounts[np.ix_(one.commodities, one.arcs)].sum()
        over = max(over, used - one.high, one.low - used)
    return float(missed), float(over)


def dual_value(network: Network, found: Flow) -> float:
    """Return the value of the prices: limits times prices; it equals the cost at an optimum (strong duality).

    Commodities with a most of their own on an arc pay for it too: the part of the reduced cost that is below zero.
    """
    paid = 0.0
    reduced = network.costs - found.potentials[:, network.tails] + found.potentials[:, network.heads]
    for one, price in zip(network.bundles, found.prices, strict=True):
        if abs(price) > _FREE:
            paid += price * (one.high if price < 0 else one.low)
            reduced[np.ix_(one.commodities, one.arcs)] -= price
    most = np.zeros_like(reduced) if network.most is None else np.where(np.isfinite(network.most), network.most, 0.0)
    return float((network.balance * found.potentials).sum() + paid + (np.minimum(reduced, 0.0) * most).sum())
