"""Theil's indices taken apart by groups of places: between and inside groups, at one level or two, group by group.

Every part is a sum of logarithms of relative levels: that of a group against all, of a place against its group, so that
the parts add up to the index of all places whatever the groups are.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import (
    Array,
    GroupsOfRegions,
    OverGroupsAndParts,
    OverParts,
    OverRegions,
    SubgroupsOfRegions,
    Whole,
)  # fmt: skip
from xietong.measures.grouping import group_totals, number_of_groups
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import not_negative, positive

_GROUPS = (
    "Bellù, L. G. and Liberati, P. (2006), Decomposition of Income Inequality by Subgroups, FAO EASYPol Module 052; as "
    "a class: Shorrocks, A. F. (1980), The Class of Additively Decomposable Inequality Measures, Econometrica 48(3): "
    "613-626."
)
_NESTED = (
    "Akita, T. (2003), Decomposing regional income inequality in China and Indonesia using two-stage nested Theil "
    "decomposition method, The Annals of Regional Science 37(1): 55-77, doi 10.1007/s001680200107."
)
_FOUR = {"place": 4}
_FOUR_REASON = "two groups need two places each for there to be an inside and a between; three provinces carry none"
_TWO_PARTS = ("组间 | between groups", "组内 | within groups")
_THREE_PARTS = (
    "一级组间 | between groups", "组内二级间 | between subgroups within groups", "二级组内 | within subgroups",
)  # fmt: skip
_BY_GROUP = (
    "组内指数 | index inside the group", "组内贡献 | contribution from inside", "组间贡献 | contribution from between",
)  # fmt: skip
_NO_T = "组内无地方或收入全为零时无定义 | none where a group has no places or no income"
_NO_L = "组内无地方时无定义 | none where a group has no places"
_ZEROS_T = "收入为零计零（0·ln0=0），人口须大于零 | an income of zero adds nothing (0 ln 0 = 0), people are above zero"
_REFUSED = "拒绝 | refused"
_ZERO_INCOME = "the decomposition of Theil's T accepts an income of zero, since zero times its logarithm tends to zero"


@measure(
    label="泰尔指数T分解 | Decomposition of Theil's T by groups",
    unit="nat",
    bounds=(0, None),
    reference=_GROUPS,
    tested="peer",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_ZEROS_T,
    also=("theil_decomposition",),
    parts=_TWO_PARTS,
    scale_free=("incomes", "people"),
    replicates=("place",),
    adds_up_to="inequality.theil_t",
)
def theil_t_decomposition(incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverParts:
    r"""How much of the inequality is between groups of places, and how much inside them.

    .. math:: T = \sum_g S_g \ln \frac{S_g}{F_g} + \sum_g S_g \sum_{i \in g} \frac{s_i}{S_g}
       \ln \frac{s_i / S_g}{f_i / F_g}

    :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people; :math:`S_g`, :math:`F_g`: those of
    group *g*.

    Extremes: nothing between when all groups have the same income per head; nothing within when all places of each
    group have.
    Trap: the index inside a group counts by the group's share of income; with its share of people, which belongs to L,
    the parts do not add up. ``incomes`` are totals of places, not values per head.
    Errors: an income that is not finite or below zero; people not above zero; all incomes zero; a single group.
    """
    income, _, levels = _levels_t("decomposition.theil_t_decomposition", incomes, people, groups=groups)
    return _sums(income, levels)


@misuse(
    theil_t_decomposition,
    label="组内按人口加权 | inner indices weighted by people",
    seen="R package mathmodels 0.0.11, theil_g2_cross: the parts do not add up to the index",
)
def _theil_t_by_people(incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverParts:
    parts = theil_t_by_group(incomes, people, groups)
    population = group_totals(groups, parts.shape[-2], people / people.sum(axis=-1, keepdims=True))
    return np.stack([parts[..., 2].sum(axis=-1), (population * parts[..., 0]).sum(axis=-1)], axis=-1)


@measure(
    label="泰尔指数L分解 | Decomposition of Theil's L by groups",
    unit="nat",
    bounds=(0, None),
    reference=_GROUPS,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_REFUSED,
    also=("mean_log_deviation_decomposition",),
    parts=_TWO_PARTS,
    scale_free=("incomes", "people"),
    replicates=("place",),
    adds_up_to="inequality.theil_l",
)
def theil_l_decomposition(incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverParts:
    r"""How much of the inequality is between groups of places, and how much inside them, counted by people.

    .. math:: L = \sum_g F_g \ln \frac{F_g}{S_g} + \sum_g F_g \sum_{i \in g} \frac{f_i}{F_g}
       \ln \frac{f_i / F_g}{s_i / S_g}

    :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people; :math:`S_g`, :math:`F_g`: those of
    group *g*.

    Extremes: nothing between when all groups have the same income per head; nothing within when all places of each
    group have.
    Trap: shares of the parts in L are not those in T; say which. ``incomes`` are totals of places.
    Errors: an income or people that are not finite or not above zero; a single group.
    """
    population, _, levels = _levels_l("decomposition.theil_l_decomposition", incomes, people, groups=groups)
    return _sums(population, levels)


@measure(
    label="泰尔指数T两级嵌套分解 | Nested decomposition of Theil's T at two levels",
    unit="nat",
    bounds=(0, None),
    reference=_NESTED,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_ZEROS_T,
    also=("two_stage_nested_theil",),
    parts=_THREE_PARTS,
    scale_free=("incomes", "people"),
    replicates=("place",),
    adds_up_to="inequality.theil_t",
)
def nested_theil_t(
    incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions, subgroups: SubgroupsOfRegions
) -> OverParts:
    r"""Inequality of cities between regions, between the provinces of each region, and inside provinces.

    .. math:: T = \sum_g S_g \ln \frac{S_g}{F_g} + \sum_g \sum_{h \in g} S_h \ln \frac{S_h / F_h}{S_g / F_g}
       + \sum_h \sum_{i \in h} s_i \ln \frac{s_i / f_i}{S_h / F_h}

    :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people; :math:`S_g`, :math:`F_g`: those of
    group *g* (a region); :math:`S_h`, :math:`F_h`: those of subgroup *h* (a province).

    Extremes: the middle part is 0 when each group has one subgroup, the last when each subgroup has one place.
    Trap: subgroups lie inside groups; classes that cross them, such as urban and rural, have no nested decomposition.
    Errors: an income that is not finite or below zero; people not above zero; all incomes zero; a single group; a
    subgroup that lies in two groups.
    """
    who = "decomposition.nested_theil_t"
    income, _, levels = _levels_t(who, incomes, people, groups=groups, subgroups=subgroups)
    return _sums(income, levels)


@measure(
    label="泰尔指数L两级嵌套分解 | Nested decomposition of Theil's L at two levels",
    unit="nat",
    bounds=(0, None),
    reference=_NESTED,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_REFUSED,
    parts=_THREE_PARTS,
    scale_free=("incomes", "people"),
    replicates=("place",),
    adds_up_to="inequality.theil_l",
)
def nested_theil_l(
    incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions, subgroups: SubgroupsOfRegions
) -> OverParts:
    r"""Inequality of cities between regions, between the provinces of each region, and inside provinces, by people.

    .. math:: L = \sum_g F_g \ln \frac{F_g}{S_g} + \sum_g \sum_{h \in g} F_h \ln \frac{S_g / F_g}{S_h / F_h}
       + \sum_h \sum_{i \in h} f_i \ln \frac{S_h / F_h}{s_i / f_i}

    :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people; :math:`S_g`, :math:`F_g`: those of
    group *g* (a region); :math:`S_h`, :math:`F_h`: those of subgroup *h* (a province).

    Extremes: the middle part is 0 when each group has one subgroup, the last when each subgroup has one place.
    Trap: subgroups lie inside groups; classes that cross them, such as urban and rural, have no nested decomposition.
    Errors: an income or people that are not finite or not above zero; a single group; a subgroup in two groups.
    """
    who = "decomposition.nested_theil_l"
    population, _, levels = _levels_l(who, incomes, people, groups=groups, subgroups=subgroups)
    return _sums(population, levels)


@measure(
    label="泰尔指数T各组贡献 | Theil's T group by group",
    unit="nat",
    bounds=(None, None),
    reference=_GROUPS,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_ZEROS_T,
    undefined=_NO_T,
    parts=_BY_GROUP,
    scale_free=("incomes", "people"),
    replicates=("place",),
)
def theil_t_by_group(incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverGroupsAndParts:
    r"""Contributions of each group to the inequality, from inside it and by its distance to the mean.

    .. math:: T_g = \sum_{i \in g} \frac{s_i}{S_g} \ln \frac{s_i / S_g}{f_i / F_g}, \qquad
       T = \sum_g S_g T_g + \sum_g S_g \ln \frac{S_g}{F_g}

    :math:`T_g`: index inside group *g*; :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people;
    :math:`S_g`, :math:`F_g`: those of group *g*.

    Extremes: the contributions of all groups, from inside and from between, add up to T.
    Trap: the contribution from between is negative for a group below the mean; only their sum is an inequality.
    Errors: an income that is not finite or below zero; people not above zero; all incomes zero; a single group.
    """
    income, count, levels = _levels_t("decomposition.theil_t_by_group", incomes, people, groups=groups)
    return _by_group(income, count, levels, groups)


@measure(
    label="泰尔指数L各组贡献 | Theil's L group by group",
    unit="nat",
    bounds=(None, None),
    reference=_GROUPS,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    zeros=_REFUSED,
    undefined=_NO_L,
    parts=_BY_GROUP,
    scale_free=("incomes", "people"),
    replicates=("place",),
)
def theil_l_by_group(incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverGroupsAndParts:
    r"""Contributions of each group to the inequality, from inside it and by its distance to the mean, by people.

    .. math:: L_g = \sum_{i \in g} \frac{f_i}{F_g} \ln \frac{f_i / F_g}{s_i / S_g}, \qquad
       L = \sum_g F_g L_g + \sum_g F_g \ln \frac{F_g}{S_g}

    :math:`L_g`: index inside group *g*; :math:`s_i`, :math:`f_i`: shares of place *i* in all income and all people;
    :math:`S_g`, :math:`F_g`: those of group *g*.

    Extremes: the contributions of all groups, from inside and from between, add up to L.
    Trap: the contribution from between is negative for a group above the mean; only their sum is an inequality.
    Errors: an income or people that are not finite or not above zero; a single group.
    """
    population, count, levels = _levels_l("decomposition.theil_l_by_group", incomes, people, groups=groups)
    return _by_group(population, count, levels, groups)


def _levels_t(measure: str, incomes: Array, people: Array, **labels: Whole) -> tuple[Array, int, list[Array]]:
    not_negative(measure, incomes=incomes)
    positive(measure, people=people)
    income, _, count, levels = _levels(measure, "inequality.theil_t", incomes, people, **labels)
    return income, count, levels


def _levels_l(measure: str, incomes: Array, people: Array, **labels: Whole) -> tuple[Array, int, list[Array]]:
    positive(measure, _ZERO_INCOME, incomes=incomes)
    positive(measure, people=people)
    _, population, count, levels = _levels(measure, "inequality.theil_l", incomes, people, **labels)
    return population, count, [-level for level in levels]


def _levels(
    measure: str, whole: str, incomes: Array, people: Array, **labels: Whole
) -> tuple[Array, Array, int, list[Array]]:
    """Return shares of income and people, the number of groups, and logarithms of relative levels at every place.

    The levels are those of all, of the place's group, of its subgroup if there are any, and of the place itself.
    """
    counts = [number_of_groups(measure, f"use {whole} for all places together", **{k: v}) for k, v in labels.items()]
    total = incomes.sum(axis=-1, keepdims=True)
    positive(measure, total_of_incomes=total)
    income, population = incomes / total, people / people.sum(axis=-1, keepdims=True)
    income, population, *groups = np.broadcast_arrays(income, population, *labels.values())
    for outer, inner in pairwise(groups):
        _inside(measure, outer, inner)
    levels = [np.zeros_like(income)]
    for group, count in zip(groups, counts, strict=True):
        there = np.take_along_axis(group_totals(group, count, income), group, axis=-1)
        heads = np.take_along_axis(group_totals(group, count, population), group, axis=-1)
        levels.append(_logarithm(there / heads))
    return income, population, counts[0], [*levels, _logarithm(income / population)]


def _logarithm(level: Array) -> Array:
    return np.log(np.where(level > 0, level, 1.0))


def _inside(measure: str, groups: Whole, subgroups: Whole) -> None:
    """Refuse a subgroup that lies in two groups."""
    order = np.lexsort((groups, subgroups), axis=-1)
    outer, inner = (np.take_along_axis(labels, order, axis=-1) for labels in (groups, subgroups))
    crossing = (np.diff(inner, axis=-1) == 0) & (np.diff(outer, axis=-1) != 0)
    if crossing.any():
        at = tuple(np.argwhere(crossing)[0])
        what = f"subgroup {inner[at]} lies in groups {outer[at]} and {outer[(*at[:-1], at[-1] + 1)]}"
        ways = ("give subgroups of different groups different labels", "decompose by one of the two alone")
        raise MeasureRefusal(measure, what, why="a nested decomposition needs subgroups inside groups", ways=ways)


def _sums(weights: Array, levels: list[Array]) -> Array:
    return np.stack([(weights * (lower - upper)).sum(axis=-1) for upper, lower in pairwise(levels)], axis=-1)


def _by_group(weights: Array, count: int, levels: list[Array], groups: Whole) -> Array:
    total, between, within = (
        group_totals(groups, count, weights * each) for each in (np.ones(()), levels[1], levels[2] - levels[1])
    )
    index = np.divide(within, total, out=np.full(total.shape, np.nan), where=total > 0)
    return np.stack([index, within, between], axis=-1)
