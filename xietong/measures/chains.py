"""Supply chains: which nodes have no firm, what hangs on a node, where a chain breaks, what is sourced inside.

A chain is a directed graph of nodes (segments, products): a cell above zero says that the row supplies the column.  It
may hold loops, as of a product that is recycled.  Firms are counted by node and place.  None of the formulas knows
whether a count of zero is an absence or only not in the list that was counted.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.measures.axes import Array, Axes, Cells, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.networks import links_between, path_lengths
from xietong.measures.preconditions import fractions, not_negative, positive

OverNodes: TypeAlias = Annotated[Array, Axes(("node",))]
BetweenNodes: TypeAlias = Annotated[Array, Axes(("node", "node"))]
OverNodesAndPlaces: TypeAlias = Annotated[Array, Axes(("node", "place"))]

_TARJAN = "Tarjan, R. (1972), Depth-First Search and Linear Graph Algorithms, SIAM Journal on Computing 1(2): 146-160"
_HOPCROFT = (
    "Hopcroft, J. and Tarjan, R. (1973), Efficient Algorithms for Graph Manipulation, Communications of the ACM 16"
)
_PURCHASE = (
    "Share of a demand that is met from inside, known as the regional purchase coefficient: A New Technique for the "
    "Construction of Non-Survey Regional Input-Output Models, International Regional Science Review (read in abstract)."
)
_NO_INPUT = "没有投入的环节没有配套率 | a node without inputs has no rate"


@measure(
    label="产业链环节与断点 | Nodes with firms and gaps of a chain",
    unit="1",
    bounds=(0, 2),
    reference="Definition (a node without a firm while a node next to it has one), as a test value of supply chains; "
    "no first printing was found.",
    tested="by hand",
    classes=(
        "有企业 | has firms",
        "断点：本环节无企业，相邻环节有 | gap: none here, some next to it",
        "空白：相邻也没有 | blank: none next to it either",
    ),
    scale_free=("links", "firms"),
    also=("chain_gaps",),
)
def presence(links: BetweenNodes, firms: OverNodesAndPlaces) -> OverNodes:
    r"""Tell nodes that have a firm, gaps between nodes that have, and nodes far from any firm.

    .. math:: g_i = [f_i = 0] \left( 1 + \left[ \sum_{j:\, a_{ij} + a_{ji} > 0} f_j = 0 \right] \right), \qquad
       f_i = \sum_p f_{ip}

    :math:`a_{ij}`: above zero when node *i* supplies node *j*; :math:`f_{ip}`: firms of node *i* in place *p*.

    Extremes: 0 everywhere when every node has a firm.
    Trap: a firm that is not in the list that was counted is not absent; a gap of a sample is a question, and the finer
    the nodes are drawn, the more gaps there are.
    Errors: a number below zero or not finite; a node that supplies itself.
    """
    supplies = links_between("chains.presence", links, "node") > 0
    not_negative("chains.presence", firms=firms)
    there = firms.sum(axis=-1) > 0
    near = ((supplies | np.swapaxes(supplies, -1, -2)) & there[..., None, :]).any(axis=-1)
    kind: OverNodes = np.where(there, 0.0, np.where(near, 1.0, 2.0))
    return kind


@measure(
    label="环节的持有 | Who holds a node",
    unit="1",
    bounds=(0, 3),
    reference="Definition (one firm, or one place, on which a node depends); no first printing was found.",
    tested="by hand",
    classes=("无企业 | no firm", "仅一家 | a single firm", "仅一地 | a single place", "多地 | several places"),
    also=("chain_holders",),
)
def holders(firms: OverNodesAndPlaces) -> OverNodes:
    r"""Tell nodes that hang on a single firm or a single place.

    .. math:: h_i = [f_i > 0] + [f_i > 1] + \left[ \#\{p : f_{ip} > 0\} > 1 \right], \qquad f_i = \sum_p f_{ip}

    :math:`f_{ip}`: firms of node *i* in place *p*, whole numbers.

    Extremes: 0 without a firm, 3 when firms stand in two places or more.
    Trap: a firm stands where it is registered, and its plants may stand elsewhere; branches counted as firms make one
    firm look like several.
    Errors: a number below zero or not finite.
    """
    not_negative("chains.holders", firms=firms)
    number = firms.sum(axis=-1)
    places = (firms > 0).sum(axis=-1)
    kind: OverNodes = (number > 0).astype(np.float64) + (number > 1) + (places > 1)
    return kind


@measure(
    label="下游牵连 | Reach of a node",
    unit="1",
    bounds=(0, None),
    reference=f"{_TARJAN}: nodes that can be reached; loops are allowed, as every node of a loop reaches the others.",
    tested="peer",
    scale_free=("links",),
    also=("downstream_reach", "chain_reach"),
)
def reach(links: BetweenNodes, *, direction: Literal["downstream", "upstream"] = "downstream") -> OverNodes:
    r"""Count the other nodes that hang on a node directly or through others.

    .. math:: r_i = \#\{j \ne i : d_{ij} < \infty\}

    :math:`d_{ij}`: number of steps from node *i* to node *j* along the supplies; with ``direction`` *upstream* against
    them.

    Extremes: 0 at the end of a chain, *n* - 1 when everything hangs on the node.
    Trap: one step that closes a loop (recycling) makes every node of the loop reach all of it, so that such steps are
    left out by name when the question is what stands still next; a node far down counts like one next to it.
    Errors: a number below zero or not finite; a node that supplies itself.
    """
    supplies = links_between("chains.reach", links, "node")
    if direction == "upstream":
        supplies = np.swapaxes(supplies, -1, -2)

    def count(table: Array) -> Array:
        lengths = path_lengths(table, steps="counted")
        others: Array = np.isfinite(lengths).sum(axis=-1) - 1.0
        return others

    return each(count, (supplies, 2))


@measure(
    label="环路大小 | Size of the loop of a node",
    unit="1",
    bounds=(1, None),
    reference=f"{_TARJAN}: strongly connected components.",
    tested="peer",
    scale_free=("links",),
    also=("chain_loops",),
)
def loops(links: BetweenNodes) -> OverNodes:
    r"""Count the nodes that supply each other in a circle with a node, itself among them.

    .. math:: c_i = \#\{j : d_{ij} < \infty,\; d_{ji} < \infty\}

    :math:`d_{ij}`: number of steps from node *i* to node *j* along the supplies.

    Extremes: 1 for a node on no loop, *n* when the whole chain is one.
    Trap: a chain with a loop has no order from first to last; each loop is taken as one node before nodes are ordered.
    Errors: a number below zero or not finite; a node that supplies itself.
    """
    supplies = links_between("chains.loops", links, "node")

    def size(table: Array) -> Array:
        there = np.isfinite(path_lengths(table, steps="counted"))
        both: Array = (there & there.T).sum(axis=-1).astype(np.float64)
        return both

    return each(size, (supplies, 2))


@measure(
    label="断链节点 | Nodes at which a chain falls apart",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HOPCROFT} (articulation points).",
    tested="peer",
    classes=("否 | no", "是：去掉后链条断开 | yes: without it the chain falls apart"),
    scale_free=("links",),
    also=("articulation_points", "cut_nodes"),
)
def articulation(links: BetweenNodes) -> OverNodes:
    r"""Tell nodes without which the chain falls into more parts than before.

    .. math:: v_i = \left[ k(G - i) > k(G) \right]

    :math:`k`: number of parts of the chain when directions are left out; :math:`G - i`: the chain without node *i* and
    its links.

    Extremes: 0 everywhere on a ring, 1 for the middle of a star.
    Trap: it says that parts lose touch, not that production stops; a node at the end is none, however much it matters,
    and a loop of recycling hides the nodes on it.
    Errors: a number below zero or not finite; a node that supplies itself.
    """
    supplies = links_between("chains.articulation", links, "node") > 0
    return each(_cuts, (supplies | np.swapaxes(supplies, -1, -2), 2))


@measure(
    label="独家供应的环节数 | Nodes that a node alone supplies",
    unit="1",
    bounds=(0, None),
    reference="Definition (nodes with a single supplying node); no first printing was found.",
    tested="by hand",
    scale_free=("links",),
    also=("only_supplier",),
)
def sole_supplier(links: BetweenNodes) -> OverNodes:
    r"""Count the nodes that have no supplier but this one.

    .. math:: s_i = \#\left\{j : a_{ij} > 0,\; \sum_k [a_{kj} > 0] = 1\right\}

    :math:`a_{ij}`: above zero when node *i* supplies node *j*.

    Extremes: 0 when every customer has another supplier.
    Trap: suppliers of different parts do not replace each other, so that two of them are no safer than one: it tells
    where there is a single input, not where there is a spare one.
    Errors: a number below zero or not finite; a node that supplies itself.
    """
    supplies = links_between("chains.sole_supplier", links, "node") > 0
    alone = supplies.sum(axis=-2, keepdims=True) == 1
    number: OverNodes = (supplies & alone).sum(axis=-1).astype(np.float64)
    return number


@measure(
    label="环节的区域内配套率 | In-region sourcing of each node",
    unit="1",
    bounds=(0, 1),
    reference=_PURCHASE,
    tested="by hand",
    undefined=_NO_INPUT,
    scale_free=("inputs",),
    also=("node_sourcing",),
)
def sourcing_by_node(inputs: OverNodesAndPlaces, inside: OverRegions) -> OverNodes:
    r"""Share of the inputs of each node that comes from inside a region.

    .. math:: q_i = \frac{\sum_p z_{ip}\, b_p}{\sum_p z_{ip}}

    :math:`z_{ip}`: inputs that node *i* takes from place *p*, in money or as a number of suppliers; :math:`b_p`: 1
    when the place is inside, 0 when it is not.

    Extremes: 0 when nothing comes from inside, 1 when everything does.
    Trap: a number of suppliers inside is no rate without those outside; a rate by number of suppliers and one by value
    differ as far as large suppliers stand elsewhere.
    Errors: an input below zero or not finite; a membership outside 0 to 1.
    """
    not_negative("chains.sourcing_by_node", inputs=inputs)
    fractions("chains.sourcing_by_node", inside=inside)
    total = inputs.sum(axis=-1)
    from_inside = (inputs * inside[..., None, :]).sum(axis=-1)
    rate: OverNodes = np.where(total > 0, from_inside / np.where(total > 0, total, 1.0), np.nan)
    return rate


@measure(
    label="全链的区域内配套率 | In-region sourcing of a chain",
    unit="1",
    bounds=(0, 1),
    reference=_PURCHASE,
    tested="by hand",
    scale_free=("inputs",),
    also=("chain_sourcing",),
)
def sourcing(inputs: OverNodesAndPlaces, inside: OverRegions) -> Cells:
    r"""Share of the inputs of all nodes of a chain that comes from inside a region.

    .. math:: q = \frac{\sum_{i,p} z_{ip}\, b_p}{\sum_{i,p} z_{ip}}

    :math:`z_{ip}`: inputs that node *i* takes from place *p*; :math:`b_p`: 1 when the place is inside, else 0.

    Extremes: 0 when nothing comes from inside, 1 when everything does.
    Trap: it is no mean of the rates of the nodes: nodes with large inputs rule it, and a longer chain sources more
    inside itself.
    Errors: an input below zero or not finite; no input at all; a membership outside 0 to 1.
    """
    not_negative("chains.sourcing", inputs=inputs)
    fractions("chains.sourcing", inside=inside)
    total = inputs.sum(axis=(-2, -1))
    positive("chains.sourcing", "name nodes whose suppliers are known", total_of_inputs=total)
    rate: Cells = (inputs * inside[..., None, :]).sum(axis=(-2, -1)) / total
    return rate


@measure(
    label="环节的地区集中度 | Concentration of each node on places",
    unit="1",
    bounds=(0, 1),
    reference="Definition (sum of squared shares), named after O. C. Herfindahl and A. O. Hirschman, of each node over "
    "places.",
    tested="by hand",
    undefined="没有企业的环节没有集中度 | a node without firms has none",
    scale_free=("firms",),
    also=("node_hhi",),
)
def node_concentration(firms: OverNodesAndPlaces) -> OverNodes:
    r"""Concentration of the firms of each node on few places.

    .. math:: H_i = \sum_p \left( \frac{f_{ip}}{\sum_q f_{iq}} \right)^2

    :math:`f_{ip}`: firms, capacity or output of node *i* in place *p*.

    Extremes: 1 over the number of places when all have the same, 1 when one has everything.
    Trap: with three firms it can hardly be low; a number of firms is no capacity, and one large plant counts as one.
    Errors: a number below zero or not finite.
    """
    not_negative("chains.node_concentration", firms=firms)
    total = firms.sum(axis=-1, keepdims=True)
    shares = firms / np.where(total > 0, total, 1.0)
    index: OverNodes = np.where(total[..., 0] > 0, (shares**2).sum(axis=-1), np.nan)
    return index


def _cuts(table: NDArray[np.bool_]) -> Array:
    """Return 1 for each articulation point of one undirected graph, found in one walk that may be deep."""
    near = [np.flatnonzero(row).tolist() for row in table]
    seen, low = [-1] * len(near), [0] * len(near)
    cut = np.zeros(len(near))
    for root in range(len(near)):
        if seen[root] >= 0:
            continue
        seen[root] = low[root] = order = 0
        walk, branches = [(root, -1, iter(near[root]))], 0
        while walk:
            node, above, rest = walk[-1]
            following = next(rest, None)
            if following is None:
                walk.pop()
                if above >= 0:
                    low[above] = min(low[above], low[node])
                    cut[above] = max(cut[above], float(above != root and low[node] >= seen[above]))
                    branches += above == root
            elif seen[following] < 0:
                order += 1
                seen[following] = low[following] = order
                walk.append((following, node, iter(near[following])))
            elif following != above:
                low[node] = min(low[node], seen[following])
        cut[root] = float(branches > 1)
    return cut
