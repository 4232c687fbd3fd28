"""Hierarchies: an index of several levels, from indicators to pillars to the whole, and what each node weighs in it.

A tree is an array of parents: for every node the position of the node above it, and for the top its own.  Weights count
among the nodes of one parent and are divided by their sum there.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.aggregation import arithmetic, geometric, harmonic
from xietong.measures.axes import (
    Array,
    Axes,
    GroupsOfIndicators,
    Labels,
    OverGroups,
    OverIndicators,
    Whole,
)
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

OverNodes: TypeAlias = Annotated[Array, Axes(("node",))]
ParentsOfNodes: TypeAlias = Annotated[Whole, Axes(("node",)), Labels("node")]

_COINR = "R package COINr 1.1.14"
_HANDBOOK = (
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: Methodology and User Guide, ISBN "
    f"978-92-64-04345-9; levels as in the {_COINR}, Aggregate()."
)
_ABSENT = "拒绝，或由在场部分分担权重 | refused, or their weight is shared by the parts present, as missing says"
_UNDEFINED = "在场部分过少或其权重全为零 | too few parts present, as least_present says, or none with a weight"
_ZEROS = "算术平均照算；几何与调和平均中得分为零则结果为零 | counted in an arithmetic mean; they make the others zero"
_MEANS = {"arithmetic": arithmetic, "geometric": geometric, "harmonic": harmonic}


@measure(
    label="一级汇总（指标到分组） | One level of an index (indicators to groups)",
    unit="{scores}",
    bounds=(None, None),
    reference=_HANDBOOK,
    tested="printed",
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    scale_free=("weights",),
    replicates=("indicator",),
)
def level(
    scores: OverIndicators,
    weights: OverIndicators,
    groups: GroupsOfIndicators,
    *,
    mean: Literal["arithmetic", "geometric", "harmonic"] = "arithmetic",
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> OverGroups:
    r"""Scores of groups of indicators; the next level takes them as its scores.

    .. math:: I_g = \frac{\sum_{j \in g} w_j x_j}{\sum_{j \in g} w_j}

    :math:`x_j`: score on indicator *j*; :math:`w_j`: its weight; :math:`g`: group. The means are those of
    ``aggregation``; with ``missing`` "reweighted" the weights of a group are shared among its indicators present.

    Extremes: lies between the lowest and the highest score of the group.
    Trap: equal weights inside groups of different size are not equal weights in the index; see the effective weights.
    Errors: a score or weight that is not finite; a weight below zero; a group without an indicator or without weight;
    a score below zero in a geometric or harmonic mean.
    """
    who = "hierarchy.level"
    _insist(who, scores, weights, mean, missing)
    count = int(groups.max()) + 1

    def grouped(scores: Array, weights: Array, groups: Whole) -> Array:
        if np.bincount(groups, minlength=count).min() == 0:
            raise MeasureRefusal(who, "groups has a group without an indicator", ways=("number groups without a gap",))
        members = [groups == group for group in range(count)]
        positive(who, weights_of_group=np.stack([weights[..., here].sum(axis=-1) for here in members], axis=-1))
        parts = [
            _MEANS[mean](scores[..., here], weights[..., here], missing=missing, least_present=least_present)
            for here in members
        ]
        return np.stack(parts, axis=-1)

    if groups.ndim == 1:
        return grouped(scores, weights, groups)
    return each(grouped, (scores, 1), (weights, 1), (groups, 1))


@measure(
    label="多级指数 | Index of any depth",
    unit="{scores}",
    bounds=(None, None),
    reference=_HANDBOOK,
    tested="printed",
    absent="末级按missing处理，其余节点须为空 | leaves as missing says; the cell of a node with parts is empty",
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    scale_free=("weights",),
)
def tree(
    scores: OverNodes,
    weights: OverNodes,
    parents: ParentsOfNodes,
    *,
    mean: Literal["arithmetic", "geometric", "harmonic"] = "arithmetic",
    top: Literal["same", "arithmetic", "geometric", "harmonic"] = "same",
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> OverNodes:
    r"""Scores of all nodes of an index, from the leaves up, however many levels it has.

    .. math:: I_v = \frac{\sum_{u:\, p(u) = v} w_u I_u}{\sum_{u:\, p(u) = v} w_u}, \qquad I_u = x_u \text{ for a leaf}

    :math:`x_u`: score of leaf *u*; :math:`p(u)`: its parent, and for the top itself; :math:`w_u`: weight among the
    nodes of one parent. ``mean`` is taken at every level, and ``top`` at the top where it is another; absent cells as
    in ``aggregation``, at every level.

    Extremes: every node lies between its lowest and its highest part.
    Trap: an index of levels is not the mean of its indicators unless the weights say so; a mean of geometric means is
    neither an arithmetic nor a geometric mean of the leaves.
    Errors: a leaf or weight that is not finite; a score stated for a node with parts; a weight below zero; parts
    without weight; parents that form a ring or name no node; a score below zero in a geometric or harmonic mean.
    """
    who = "hierarchy.tree"
    _insist(who, scores, weights, mean, "reweighted")

    def climb(scores: Array, weights: Array, parents: Whole) -> Array:
        branches = _branches(who, parents)
        computed = np.isin(np.arange(len(parents)), [node for node, _ in branches])
        _empty(who, scores, computed)
        _insist(who, np.where(computed, 1.0, scores), weights, mean, missing)
        result = np.array(np.broadcast_to(scores, np.broadcast_shapes(scores.shape, weights.shape)))
        for node, parts in branches:
            positive(who, weights_of_parts=weights[..., parts].sum(axis=-1))
            taken = _MEANS[mean if top == "same" or parents[node] != node else top]
            result[..., node] = taken(
                result[..., parts], weights[..., parts], missing=missing, least_present=least_present
            )
        return result

    if parents.ndim == 1:
        return climb(scores, weights, parents)
    return each(climb, (scores, 1), (weights, 1), (parents, 1))


@measure(
    label="有效权重 | Effective weights",
    unit="1",
    bounds=(0, 1),
    reference=f"Definition; as in the {_COINR}, get_eff_weights().",
    tested="by hand",
    scale_free=("weights",),
)
def effective_weights(weights: OverNodes, parents: ParentsOfNodes) -> OverNodes:
    r"""Weight of every node in the index as a whole, after all levels above it.

    .. math:: e_v = e_{p(v)} \frac{w_v}{\sum_{u:\, p(u) = p(v)} w_u}, \qquad e_{\text{top}} = 1

    :math:`w_v`: weight of node *v* among the nodes of its parent; :math:`p(v)`: its parent, and for the top itself.

    Extremes: 1 at the top; the leaves of one tree add up to 1.
    Trap: a nominal weight, not what decides the order of places: see the importance of indicators in ``reliability``.
    It holds for arithmetic means; in others it is an exponent or no constant at all.
    Errors: a weight that is not finite or below zero; parts without weight; parents that form a ring or name no node.
    """
    who = "hierarchy.effective_weights"
    not_negative(who, weights=weights)

    def descend(weights: Array, parents: Whole) -> Array:
        result = np.ones_like(weights)
        for node, parts in reversed(_branches(who, parents)):
            total = weights[..., parts].sum(axis=-1, keepdims=True)
            positive(who, weights_of_parts=total)
            result[..., parts] = result[..., [node]] * weights[..., parts] / total
        return result

    return descend(weights, parents) if parents.ndim == 1 else each(descend, (weights, 1), (parents, 1))


def _insist(measure: str, scores: Array, weights: Array, mean: str, missing: str) -> None:
    present = np.where(np.isnan(scores), 1.0, scores) if missing == "reweighted" else scores
    (finite if mean == "arithmetic" else not_negative)(measure, scores=present)
    not_negative(measure, weights=weights)


def _empty(measure: str, scores: Array, computed: NDArray[np.bool_]) -> None:
    stated = np.argwhere(computed & ~np.isnan(scores))
    if len(stated):
        at = tuple(int(position) for position in stated[0])
        raise MeasureRefusal(
            measure,
            f"scores is {scores[at]:g} at [{', '.join(map(str, at))}]",
            why="the score of a node with parts is computed from them",
            ways=("leave the cells of nodes with parts empty",),
        )


def _branches(measure: str, parents: Whole) -> list[tuple[int, Whole]]:
    """Return every node that has parts, with them, the deepest first."""
    nodes = np.arange(len(parents))
    if parents.min() < 0 or parents.max() >= len(parents):
        raise MeasureRefusal(measure, "parents names no node", ways=("give the position of a node, the top its own",))
    depth, at = np.zeros_like(nodes), nodes
    for _ in nodes:
        depth, at = depth + (parents[at] != at), parents[at]
    if (parents[at] != at).any():
        raise MeasureRefusal(measure, "parents form a ring", ways=("let every node lead to the top, which is its own",))
    below = parents != nodes
    branches = sorted(set(parents[below].tolist()), key=lambda node: -int(depth[node]))
    return [(node, np.flatnonzero(below & (parents == node))) for node in branches]
