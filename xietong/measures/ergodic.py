"""Where a table of moves leads in the long run, how long that takes, and how much it mixes.

A table holds counts or probabilities of moves from the class of the row to that of the column; each row is divided by
its sum.  A long run exists once only when there is one group of classes that is never left: several are told by name
and refused, not averaged.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenClasses, OverClasses, OverParts
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative

Start: TypeAlias = Literal["equal", "counts", "steady state"]

_KEMENY = "Kemeny, J. G. and Snell, J. L. (1967), Finite Markov Chains, Van Nostrand"
_TWO = {"class": 2}
_ONE_CLASS = "between a single class nothing moves"
_MERGE = "merge classes, or take fewer of them"


@measure(
    label="稳态分布 | Steady state",
    unit="1",
    bounds=(0, 1),
    reference=f"{_KEMENY}; as steady_state in the Python package giddy.",
    tested="peer",
    least=_TWO,
    least_reason=_ONE_CLASS,
    scale_free=("transitions",),
    also=("ergodic",),
)
def steady_state(transitions: BetweenClasses) -> OverClasses:
    r"""Shares of the classes in the long run, if the moves stayed as they are.

    .. math:: \pi P = \pi, \qquad \sum_a \pi_a = 1

    :math:`P`: shares of the moves in their row.

    Extremes: equal shares when as many enter every class as leave it from equal classes; 0 for a class that is left for
    good.
    Trap: it is no forecast: nothing says that moves stay as they are (markov.homogeneity_over_time), and quantiles of
    every period force equal shares, so that a steady state far from them is noise.
    Errors: a number below zero or not finite; a row without moves; several groups of classes that are never left.
    """
    return each(lambda table: _steady("ergodic.steady_state", table), (_chain("ergodic.steady_state", transitions), 2))


@measure(
    label="平均首达时间 | Mean first passage times",
    unit="1",
    bounds=(0, None),
    reference=f"{_KEMENY}, with the example on p. 218 (page as given in giddy); as mfpt in the Python package giddy.",
    tested="printed",
    least=_TWO,
    least_reason=_ONE_CLASS,
    scale_free=("transitions",),
    also=("first_passage_times", "mean_first_passage"),
)
def first_passage(transitions: BetweenClasses) -> BetweenClasses:
    r"""Periods until a place that is in one class (rows) first is in another (columns), on average.

    .. math:: M = (I - Z + E Z_{dg}) D, \qquad Z = (I - P + A)^{-1}

    :math:`P`: shares of the moves; :math:`A`: every row is the steady state :math:`\pi`; :math:`E`: ones;
    :math:`Z_{dg}`: the diagonal of *Z*; :math:`D`: diagonal of :math:`1 / \pi_a`.

    Extremes: at least 1; on the diagonal the time until the place is back, :math:`1 / \pi_a`.
    Trap: an average over very unequal times: many places never make the way, a few make it soon. Periods are those of
    the data, years or decades.
    Errors: those of ergodic.steady_state; a class that some other class never leads to.
    """
    who = "ergodic.first_passage"
    return each(lambda table: _passage(who, table), (_chain(who, transitions), 2))


@measure(
    label="平均停留时间 | Sojourn times",
    unit="1",
    bounds=(1, None),
    reference="Ibe, O. (2009), Markov Processes for Stochastic Modeling, Academic Press; as sojourn_time in the Python "
    "package giddy.",
    tested="peer",
    least=_TWO,
    least_reason=_ONE_CLASS,
    scale_free=("transitions",),
    also=("sojourn_time",),
)
def sojourn(transitions: BetweenClasses) -> OverClasses:
    r"""Periods that a place stays in a class before it leaves it, on average.

    .. math:: s_a = \frac{1}{1 - p_{aa}}

    :math:`p_{aa}`: share of the moves from class *a* that lead back to it.

    Extremes: 1 when everyone leaves at once; no limit.
    Trap: it takes leaving for as likely after ten years as after one; places that stayed long tend to stay on.
    Errors: those of ergodic.steady_state, except several groups; a class that nobody ever left.
    """
    who = "ergodic.sojourn"
    staying = np.diagonal(_chain(who, transitions), axis1=-2, axis2=-1)
    stuck = np.argwhere(staying >= 1)
    if len(stuck):
        what, ways = f"class [{stuck[0][-1]}] is never left", (_MERGE, "take a longer time")
        raise MeasureRefusal(who, what, why="the stay in it has no end", ways=ways)
    return np.asarray(1 / (1 - staying))


@measure(
    label="流动性指数 | Mobility indices",
    unit="1",
    bounds=(0, 2),
    reference="Formby, J. P., Smith, W. J. and Zheng, B. (2004), Mobility Measurement, Transition Matrices and "
    "Statistical Inference, Journal of Econometrics 120(1): 181-205; as markov_mobility in the Python package giddy.",
    tested="peer",
    least=_TWO,
    least_reason=_ONE_CLASS,
    parts=(
        "普赖斯-肖罗克斯 | Prais and Shorrocks, trace", "行列式 | determinant", "第二特征值 | second eigenvalue",
        "巴塞洛缪一 | Bartholomew, leaving", "巴塞洛缪二 | Bartholomew, classes crossed",
    ),
    also=("shorrocks", "prais"),
)  # fmt: skip
def mobility(transitions: BetweenClasses, *, start: Start = "equal") -> OverParts:
    r"""How much places change class, in five ways that need not agree.

    .. math:: M_P = \frac{k - \operatorname{tr} P}{k - 1}, \quad M_D = 1 - |\det P|, \quad M_L = 1 - |\lambda_2|, \quad
       M_{B1} = \frac{k - k \sum_a w_a p_{aa}}{k - 1}, \quad M_{B2} = \frac{\sum_{ab} w_a p_{ab} |a - b|}{k - 1}

    :math:`P`: shares of the moves; :math:`k`: number of classes; :math:`\lambda_2`: eigenvalue with the second largest
    modulus; :math:`w_a`: shares of the classes at the start, equal, those of the rows of counts, or the steady state.

    Extremes: 0 when nobody moves; the first is 1 when the class before says nothing, and above 1 when leaving is more
    likely than that.
    Trap: a higher index says more exchange of places, not less inequality. The second is near 1 whenever any single
    direction is forgotten; compare tables with the same number of classes only.
    Errors: a number below zero or not finite; a row without moves; with ``steady state`` those of ergodic.steady_state.
    """
    who = "ergodic.mobility"
    shares = _chain(who, transitions)

    def indices(table: Array, given: Array) -> Array:
        classes = len(table)
        known = {"equal": np.full(classes, 1 / classes), "counts": given.sum(axis=1) / given.sum()}
        weights = known[start] if start in known else _steady(who, table)
        sizes = np.sort(np.abs(np.linalg.eigvals(table)))
        order, staying = np.arange(classes), np.diagonal(table)
        crossed = (weights[:, None] * table * np.abs(order[:, None] - order)).sum()
        leaving = classes - np.array([staying.sum(), classes * (weights * staying).sum()])
        trace, first = leaving / (classes - 1)
        return np.array([trace, 1 - abs(np.linalg.det(table)), 1 - sizes[-2], first, crossed / (classes - 1)])

    return each(indices, (shares, 2), (transitions, 2))


def closed_groups(table: Array) -> list[NDArray[np.int64]]:
    """Return the groups of classes that lead to each other and nowhere else."""
    from scipy.sparse.csgraph import connected_components

    count, group = connected_components(table > 0, directed=True, connection="strong")
    leads = [(table[group == one][:, group != one] > 0).any() for one in range(count)]
    return [np.flatnonzero(group == one).astype(np.int64) for one in range(count) if not leads[one]]


def _chain(who: str, transitions: Array) -> Array:
    """Return a table whose rows add up to 1."""
    not_negative(who, transitions=transitions)
    total = transitions.sum(axis=-1, keepdims=True)
    empty = np.argwhere(total[..., 0] == 0)
    if len(empty):
        what = f"class [{empty[0][-1]}] has no moves from it"
        raise MeasureRefusal(who, what, why="nothing says where its places go", ways=(_MERGE, "take a longer time"))
    return np.asarray(transitions / total)


def _steady(who: str, table: Array) -> Array:
    closed = closed_groups(table)
    if len(closed) > 1:
        told = "; ".join(f"[{', '.join(map(str, one))}]" for one in sorted(closed, key=lambda one: int(one[0])))
        what = f"{len(closed)} groups of classes are never left: {told}"
        why = "each has a long run of its own, and where a place ends depends on where it starts"
        raise MeasureRefusal(who, what, why=why, ways=("measure each group alone", _MERGE))
    classes = len(table)
    solved = np.linalg.solve((np.eye(classes) - table + 1).T, np.ones(classes))
    inside = np.isin(np.arange(classes), closed[0])
    return np.where(inside, np.maximum(solved, 0.0), 0.0)


def _passage(who: str, table: Array) -> Array:
    steady = _steady(who, table)
    if (steady <= 0).any():
        what = f"class [{np.argmin(steady)}] is left for good"
        raise MeasureRefusal(who, what, why="places never come back to it", ways=(_MERGE, "leave that class out"))
    inverse = np.linalg.inv(np.eye(len(table)) - table + steady)
    return np.asarray((np.eye(len(table)) - inverse + np.diagonal(inverse)) / steady)
