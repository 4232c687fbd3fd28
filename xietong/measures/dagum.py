"""Dagum's decomposition of the Gini coefficient: inside groups, between them, and where they overlap.

Everything follows from one table, the weighted absolute differences between the places of any two groups.  It is summed
over the places in the order of their values, so that no pair of places is ever formed.
"""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array, BetweenGroups, GroupsOfRegions, OverGroups, OverParts, OverRegions, Whole
from xietong.measures.grouping import group_totals, number_of_groups
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_DAGUM = (
    "Dagum, C. (1997), A New Approach to the Decomposition of the Gini Income Inequality Ratio, Empirical Economics "
    "22(4): 515-531, doi 10.1007/BF01205777; here each place counts by its people."
)
_FOUR = {"place": 4}
_FOUR_REASON = "two groups need two places each for there to be an inside and a between"
_NO_GROUP = "组内无人或数值全为零时无定义 | none where a group has no people or nothing but zeros"
_PARTS = ("组内 | within groups", "组间净值 | between groups, net", "超变密度 | transvariation")
_BLOCK = 200_000
"""Cells of the table of places by groups that stand in memory at a time."""


@measure(
    label="达古姆基尼系数分解 | Dagum's decomposition of the Gini coefficient",
    unit="1",
    bounds=(0, 1),
    reference=_DAGUM,
    tested="peer",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    also=("dagum", "dagum_gini"),
    parts=_PARTS,
    scale_free=("values", "people"),
    replicates=("place",),
    adds_up_to="inequality.gini",
)
def dagum_decomposition(values: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverParts:
    r"""How much of the inequality lies inside groups, how much between them, and how much comes from their overlap.

    .. math:: G = \sum_j G_{jj} F_j S_j + \sum_{j \ne h} G_{jh} F_j S_h D_{jh} + \sum_{j \ne h} G_{jh} F_j S_h
       (1 - D_{jh})

    :math:`G_{jj}`: coefficient inside group *j*; :math:`G_{jh}`: coefficient between groups *j* and *h*;
    :math:`D_{jh}`: relative economic affluence; :math:`F_j`, :math:`S_j`: share of group *j* in all people and in the
    whole amount.

    Extremes: no overlap, no transvariation; groups of equal mean, nothing net between; all alike within each group,
    nothing inside.
    Trap: transvariation is never negative, and it is not the residual called overlap in other decompositions of the
    coefficient, which share only the part inside groups. ``values`` are per head, not totals.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero; a single group.
    """
    _, _, apart, means = _table("dagum.dagum_decomposition", values, people, groups)
    return _parts(apart, means)


@measure(
    label="达古姆基尼系数贡献率 | Contributions to the Gini coefficient after Dagum",
    unit="1",
    bounds=(0, 1),
    reference=_DAGUM,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    also=("dagum_shares",),
    parts=_PARTS,
    scale_free=("values", "people"),
    replicates=("place",),
)
def dagum_contributions(values: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverParts:
    r"""Shares of the Gini coefficient that lie inside groups, between them, and in their overlap.

    .. math:: c_w = G_w / G, \qquad c_{nb} = G_{nb} / G, \qquad c_t = G_t / G

    :math:`G_w`, :math:`G_{nb}`, :math:`G_t`: parts within, net between, transvariation; :math:`G`: their sum.

    Extremes: the three add up to 1; transvariation is 0 when no two groups overlap.
    Trap: a share may fall while its part grows; read both.
    Errors: as the decomposition; all places alike, when there is nothing to share out.
    """
    _, _, apart, means = _table("dagum.dagum_contributions", values, people, groups)
    parts = _parts(apart, means)
    gini = parts.sum(axis=-1, keepdims=True)
    positive("dagum.dagum_contributions", "all places are alike: say so instead", gini=gini)
    contributions: OverParts = parts / gini
    return contributions


@measure(
    label="组内基尼系数 | Gini coefficient inside each group",
    unit="1",
    bounds=(0, 1),
    reference=_DAGUM,
    tested="peer",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    undefined=_NO_GROUP,
    scale_free=("values", "people"),
    replicates=("place",),
)
def gini_within_groups(values: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> OverGroups:
    r"""Inequality among the places of each group, each counted by its people.

    .. math:: G_{jj} = \frac{\sum_{i \in j} \sum_{r \in j} f_i f_r |x_i - x_r|}{2 F_j S_j \mu}

    :math:`x_i`: value per head of place *i*; :math:`f_i`: its share of all people; :math:`\mu`: value per head of all;
    :math:`F_j`, :math:`S_j`: share of group *j* in all people and in the whole amount.

    Extremes: 0 when all places of a group are alike, and in a group of one place.
    Trap: they do not average to the coefficient of all places, which also holds what lies between groups.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero; a single group.
    """
    population, amount, apart, _ = _table("dagum.gini_within_groups", values, people, groups)
    return _ratio(np.diagonal(apart, axis1=-2, axis2=-1), 2 * population * amount)


@measure(
    label="组间基尼系数 | Gini coefficients between groups",
    unit="1",
    bounds=(0, 1),
    reference=_DAGUM,
    tested="peer",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    undefined=_NO_GROUP,
    scale_free=("values", "people"),
    replicates=("place",),
)
def gini_between_groups(values: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> BetweenGroups:
    r"""Inequality between the places of one group and those of another; on the diagonal, inside the group.

    .. math:: G_{jh} = \frac{\sum_{i \in j} \sum_{r \in h} f_i f_r |x_i - x_r|}{(F_h S_j + F_j S_h) \mu}

    :math:`x_i`: value per head of place *i*; :math:`f_i`: its share of all people; :math:`\mu`: value per head of all;
    :math:`F_j`, :math:`S_j`: share of group *j* in all people and in the whole amount.

    Extremes: 0 when all places of both groups are alike; 1 when one of the groups has nothing.
    Trap: it is above zero for groups of equal mean as soon as their places differ; for the gap of the means alone see
    relative affluence.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero; a single group.
    """
    population, amount, apart, _ = _table("dagum.gini_between_groups", values, people, groups)
    crossed = population[..., None, :] * amount[..., :, None]
    both = crossed + np.swapaxes(crossed, -1, -2)
    peopled = (population[..., None, :] > 0) & (population[..., :, None] > 0)
    return _ratio(apart, np.where(peopled, both, 0.0))


@measure(
    label="相对经济富裕度 | Relative economic affluence between groups",
    unit="1",
    bounds=(0, 1),
    reference=_DAGUM,
    tested="by hand",
    least=_FOUR,
    least_reason=_FOUR_REASON,
    also=("relative_economic_affluence", "relative_economic_impact"),
    scale_free=("values", "people"),
    replicates=("place",),
)
def relative_affluence(values: OverRegions, people: OverRegions, groups: GroupsOfRegions) -> BetweenGroups:
    r"""How cleanly the richer of two groups lies above the poorer one.

    .. math:: D_{jh} = \frac{d_{jh} - p_{jh}}{d_{jh} + p_{jh}} = \frac{|\mu_j - \mu_h|}{\Delta_{jh}}

    :math:`d_{jh}`: mean lead of places of the richer group over poorer places of the other; :math:`p_{jh}`: mean lead
    the other way round; :math:`\mu_j`: value per head of group *j*; :math:`\Delta_{jh}`: mean absolute difference
    between places of the two groups.

    Extremes: 0 when the means are equal, and on the diagonal; 1 when the groups do not overlap.
    Trap: it tells separation, not distance: two groups that hardly differ but do not overlap have 1.
    Errors: a value or people that are not finite or below zero; all people zero; all values zero; a single group.
    """
    _, _, apart, means = _table("dagum.relative_affluence", values, people, groups)
    affluence: BetweenGroups = np.divide(means, apart, out=np.zeros_like(apart), where=apart > 0)
    return affluence


def _table(measure: str, values: Array, people: Array, groups: Whole) -> tuple[Array, Array, Array, Array]:
    """Return shares of groups in people and amount, absolute differences between groups, and those of their means.

    Differences are weighted with the shares of people and in units of the value per head of all.
    """
    not_negative(measure, values=values, people=people)
    count = number_of_groups(measure, "use inequality.gini for all places together", groups=groups)
    total = people.sum(axis=-1, keepdims=True)
    positive(measure, total_of_people=total)
    weights = people / total
    mean = (weights * values).sum(axis=-1, keepdims=True)
    positive(measure, mean_of_values=mean)
    relative, weights, labels = np.broadcast_arrays(values / mean, weights, groups)
    population = group_totals(labels, count, weights)
    amount = group_totals(labels, count, weights * relative)
    crossed = population[..., None, :] * amount[..., :, None]
    front, places = relative.shape[:-1], relative.shape[-1]
    rows = relative.reshape(-1, places), weights.reshape(-1, places), labels.reshape(-1, places)
    apart = _differences(*rows, population.reshape(-1, count)).reshape(*front, count, count)
    means = np.minimum(np.abs(crossed - np.swapaxes(crossed, -1, -2)), apart)
    return population, amount, apart, means


def _differences(values: Array, weights: Array, labels: Whole, population: Array) -> Array:
    """Return the weighted absolute differences between groups: gaps of neighbours times who lies on each side."""
    order = np.argsort(values, axis=-1, kind="stable")
    values, weights = np.take_along_axis(values, order, axis=-1), np.take_along_axis(weights, order, axis=-1)
    labels = np.take_along_axis(labels, order, axis=-1)
    gaps = np.diff(values, axis=-1, append=values[:, -1:])
    (rows, places), count = values.shape, population.shape[-1]
    apart, run = np.zeros((rows, count, count)), np.zeros((rows, 1, count))
    step = max(1, _BLOCK // (rows * count))
    for start in range(0, places, step):
        at = slice(start, start + step)
        below = np.where(labels[:, at, None] == np.arange(count), weights[:, at, None], 0.0)
        below = run + np.cumsum(below, axis=1, out=below)
        run = below[:, -1:, :]
        apart += np.swapaxes(below * gaps[:, at, None], -1, -2) @ (population[:, None, :] - below)
    both: Array = apart + np.swapaxes(apart, -1, -2)
    return both


def _parts(apart: Array, means: Array) -> Array:
    within = np.trace(apart, axis1=-2, axis2=-1)
    net, all_of_it = means.sum(axis=(-2, -1)), apart.sum(axis=(-2, -1))
    return np.stack([within, net, all_of_it - within - net], axis=-1) / 2


def _ratio(above: Array, below: Array) -> Array:
    ratio: Array = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return ratio
