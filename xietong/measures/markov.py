"""Moves of places between classes of a distribution: how many, how likely, and whether groups and years move alike.

Classes are quantiles: drawn anew in every period they say who overtakes whom, drawn once for all periods they say who
grows.  Over one period each place makes one move, from its class to its class of the next period.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenClasses, GroupsOfRegions, OverParts, OverRegionsAndPeriods, Whole
from xietong.measures.grouping import number_of_groups
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative
from xietong.measures.transitions import (
    Quantiles,
    alike,
    panel,
    quantile_classes,
    row_shares,
    tallied,
    tested,
)  # fmt: skip

Tables: TypeAlias = Annotated[Array, Axes(("regime", "class", "class"))]

EIGHT = {"place": 8, "period": 2}
FEW = "few places make few moves, and a class of one or two is decided by who happens to stand there"
_QUAH = (
    "Quah, D. (1993), Empirical Cross-Section Dynamics in Economic Growth, European Economic Review 37: 426-434 (the "
    "volume was looked up, the page not)"
)
_BODE = (
    "Bickenbach, F. and Bode, E. (2003), Evaluating the Markov Property in Studies of Economic Convergence, "
    "International Regional Science Review 26(3): 363-392"
)
TESTED = (
    "似然比 | likelihood ratio", "似然比的p值 | p of the likelihood ratio", "卡方 | chi-squared",
    "卡方的p值 | p of chi-squared", "自由度 | degrees of freedom",
)  # fmt: skip
NO_TEST = "自由度为零时无p值 | no p without a degree of freedom"


@measure(
    label="分位等级 | Quantile classes",
    unit="1",
    bounds=(0, None),
    reference=f"{_QUAH}; borders as in the Python package mapclassify, Quantiles.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    scale_free=("values",),
    also=("quantile_classes",),
)
def quantile_class(
    values: OverRegionsAndPeriods, *, classes: int = 5, quantiles: Quantiles = "every period", relative: bool = False
) -> OverRegionsAndPeriods:
    r"""Class of every place in every period, numbered from 0 for the lowest.

    .. math:: c_{it} = \#\{j : x_{it} > q_{j/k}\}, \qquad j = 1, \ldots, k - 1

    :math:`x_{it}`: value of place *i* in period *t*, over the mean of the places of that period when ``relative``;
    :math:`q`: quantiles between neighbours in proportion, of one period or of all (``quantiles``); :math:`k`:
    ``classes``.

    Extremes: 0 to *k* - 1.
    Trap: equal values share a class, so that classes need not be equally large and one may be empty. A value on a
    border belongs below it.
    Errors: a value that is not finite; fewer than two classes or periods, more classes than places.
    """
    return _classed("markov.quantile_class", values, classes, quantiles, relative).astype(np.float64)


@measure(
    label="等级转移次数 | Moves between classes",
    unit="1",
    bounds=(0, None),
    reference=f"{_QUAH}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    scale_free=("values",),
    also=("markov_counts",),
)
def transition_counts(
    values: OverRegionsAndPeriods, *, classes: int = 5, quantiles: Quantiles = "every period", relative: bool = False
) -> BetweenClasses:
    r"""Count moves from each class (rows) to each class of the next period (columns).

    .. math:: n_{ab} = \#\{(i, t) : c_{it} = a,\; c_{i,t+1} = b\}

    :math:`c_{it}`: class of place *i* in period *t*, see markov.quantile_class.

    Extremes: all on the diagonal when nobody changes class; they add up to places times periods less one.
    Trap: counts of few places in many periods are many and dependent: a place that stays is counted every year.
    Errors: those of markov.quantile_class.
    """
    return _counted("markov.transition_counts", values, classes, quantiles, relative)


@measure(
    label="马尔可夫转移概率 | Markov transition probabilities",
    unit="1",
    bounds=(0, 1),
    reference=f"{_QUAH}; as Markov in the Python package giddy.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined="没有地方离开过的等级整行为空 | a row of nan for a class that nobody was in before the last period",
    scale_free=("values",),
    also=("markov",),
)
def transition_probabilities(
    values: OverRegionsAndPeriods, *, classes: int = 5, quantiles: Quantiles = "every period", relative: bool = False
) -> BetweenClasses:
    r"""Share of the moves from each class (rows) that lead to each class of the next period (columns).

    .. math:: p_{ab} = \frac{n_{ab}}{\sum_c n_{ac}}

    :math:`n_{ab}`: moves from class *a* to class *b*, see markov.transition_counts.

    Extremes: 1 on the diagonal when nobody changes class, 1/*k* everywhere when the class before says nothing.
    Trap: quantiles of every period show only who overtakes whom: if all places grow alike, nobody moves. The number of
    classes decides much, and a yearly table to the power of ten is not the table of ten years.
    Errors: those of markov.quantile_class.
    """
    return row_shares(_counted("markov.transition_probabilities", values, classes, quantiles, relative))


@measure(
    label="转移同质性检验 | Homogeneity of tables of moves",
    unit="1",
    bounds=(0, None),
    reference=f"{_BODE}; as homogeneity in the Python package giddy.",
    tested="peer",
    least={"regime": 2, "class": 2},
    least_reason="one table is alike to itself",
    undefined=NO_TEST,
    parts=TESTED,
)
def homogeneity(tables: Tables) -> OverParts:
    r"""Test whether several tables of moves, of regions or of years, come from one set of probabilities.

    .. math:: LR = 2 \sum_m \sum_{ab} n_{ab}^m \ln \frac{p_{ab}^m}{p_{ab}}, \qquad
       Q = \sum_m \sum_{ab} n_a^m \frac{(p_{ab}^m - p_{ab})^2}{p_{ab}}

    :math:`n_{ab}^m`: moves from class *a* to class *b* in table *m*; :math:`p`: their shares in a row, of one table or
    of all together. The degrees of freedom are :math:`\sum_a (r_a - 1)(s_a - 1)`, with :math:`r_a` the tables that have
    any move from *a* and :math:`s_a` the classes to which any leads.

    Extremes: 0 when all tables have the same shares.
    Trap: both take moves for independent draws; places that stay put for years are not, and p comes out too small.
    Cells with fewer than about five expected moves make chi-squared unreliable.
    Errors: a count that is below zero or not finite; no move at all.
    """
    who = "markov.homogeneity"
    not_negative(who, tables=tables)
    if (tables.sum(axis=(-3, -2, -1)) == 0).any():
        raise MeasureRefusal(who, "tables hold no move", ways=("give counts of moves, one table for each regime",))
    return judged(tables)


@measure(
    label="转移的时间同质性 | Homogeneity of moves over time",
    unit="1",
    bounds=(0, None),
    reference=f"{_BODE}.",
    tested="peer",
    least={"place": 8, "period": 3},
    least_reason=FEW,
    undefined=NO_TEST,
    parts=TESTED,
    scale_free=("values",),
    also=("time_homogeneity",),
)
def homogeneity_over_time(
    values: OverRegionsAndPeriods,
    *,
    classes: int = 5,
    quantiles: Quantiles = "every period",
    relative: bool = False,
    spans: int = 2,
) -> OverParts:
    r"""Test whether places moved between classes in the same way in earlier and in later years.

    .. math:: LR = 2 \sum_m \sum_{ab} n_{ab}^m \ln \frac{p_{ab}^m}{p_{ab}}, \qquad m = 1, \ldots, \text{spans}

    :math:`n_{ab}^m, p`: as in markov.homogeneity, with one table for each of ``spans`` stretches of years of equal
    length; the first ones are a year longer where the moves do not divide evenly.

    Extremes: 0 when every stretch has the same shares.
    Trap: see markov.homogeneity. A chain that is not the same in all years has no steady state to speak of.
    Errors: those of markov.quantile_class; more stretches than moves from one period to the next.
    """
    who = "markov.homogeneity_over_time"
    steps = values.shape[-1] - 1
    if not 2 <= spans <= steps:
        what = f"spans is {spans} with {steps} moves from one period to the next"
        raise MeasureRefusal(who, what, ways=("state 2 or more, and no more than there are moves",))
    found = _classed(who, values, classes, quantiles, relative)
    span = np.repeat(np.arange(spans), [len(one) for one in np.array_split(np.arange(steps), spans)])
    return judged(tallied(found[..., :-1], found[..., 1:], (spans, classes, classes), span))


@measure(
    label="转移的分组同质性 | Homogeneity of moves of groups",
    unit="1",
    bounds=(0, None),
    reference=f"{_BODE}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined=NO_TEST,
    parts=TESTED,
    scale_free=("values",),
    also=("group_homogeneity",),
)
def homogeneity_of_groups(
    values: OverRegionsAndPeriods,
    groups: GroupsOfRegions,
    *,
    classes: int = 5,
    quantiles: Quantiles = "every period",
    relative: bool = False,
) -> OverParts:
    r"""Test whether the places of different groups move between classes in the same way.

    .. math:: LR = 2 \sum_g \sum_{ab} n_{ab}^g \ln \frac{p_{ab}^g}{p_{ab}}

    :math:`n_{ab}^g, p`: as in markov.homogeneity, with one table for each group of places.

    Extremes: 0 when every group has the same shares.
    Trap: see markov.homogeneity. Groups that start in different classes fill different rows; only rows that several
    groups fill are compared.
    Errors: those of markov.quantile_class; a single group.
    """
    who = "markov.homogeneity_of_groups"
    found = _classed(who, values, classes, quantiles, relative)
    count = number_of_groups(who, "use markov.homogeneity_over_time for all places together", groups=groups)
    before, after, regime = np.broadcast_arrays(found[..., :-1], found[..., 1:], groups[..., None])
    return judged(tallied(before, after, (count, classes, classes), regime))


def judged(tables: Array) -> Array:
    """Return both statistics of homogeneity with their p-values, and the degrees of freedom, along the last axis."""
    likelihood, squared, freedom = alike(tables)
    both = likelihood, tested(likelihood, freedom), squared, tested(squared, freedom)
    return np.stack([*both, freedom], axis=-1)


def _classed(who: str, values: Array, classes: int, quantiles: Quantiles, relative: bool) -> Whole:
    return quantile_classes(panel(who, values, classes, relative), classes, quantiles)


def _counted(who: str, values: Array, classes: int, quantiles: Quantiles, relative: bool) -> Array:
    found = _classed(who, values, classes, quantiles, relative)
    return tallied(found[..., :-1], found[..., 1:], (classes, classes))
