"""Whether groups of places differ by more than chance: inequality between them, against groups drawn at random."""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, GroupsOfRegions, OverParts, OverRegions, Whole
from xietong.measures.grouping import group_totals, number_of_groups
from xietong.measures.inequality import theil_t
from xietong.measures.measure import measure
from xietong.measures.preconditions import fractions, not_negative, positive

_ALIKE = 1e-14
"""Nats by which two sums of the same shares in another order may differ."""
_BLOCK = 64
"""Permutations whose sums by group stand in memory at a time."""


@measure(
    label="泰尔指数T组间份额的置换检验 | Permutation test of the share of Theil's T between groups",
    unit="1",
    bounds=(0, 1),
    reference="Rey, S. J., Spatial Analysis of Regional Income Inequality, in Spatially Integrated Social Science, "
    "chapter 14; as TheilDSim in the Python package inequality (PySAL).",
    tested="peer",
    least={"place": 8},
    least_reason="fewer places can be put into two groups in so few ways that hardly any p-value is small",
    zeros="收入为零计零（0·ln0=0），人口须大于零 | an income of zero adds nothing (0 ln 0 = 0), people are above zero",
    spread="置换样本，除数为次数减1 | of the sample of permutations, divisor their number - 1",
    also=("theil_permutation", "theil_d_sim"),
    parts=(
        "组间份额 | share between groups",
        "伪p值 | pseudo p-value",
        "随机分组均值 | mean of random groups",
        "随机分组标准差 | standard deviation of random groups",
    ),
    scale_free=("incomes", "people"),
)
def theil_t_between_significance(
    incomes: OverRegions, people: OverRegions, groups: GroupsOfRegions, *, permutations: int = 999, seed: int = 1
) -> OverParts:
    r"""Share of the inequality that lies between groups, and how often random groups of the same sizes reach it.

    .. math:: b = \frac{1}{T} \sum_g S_g \ln \frac{S_g}{F_g}, \qquad p = \frac{1 + \#\{r : b_r \ge b\}}{1 + R}

    :math:`S_g`, :math:`F_g`: shares of group *g* in all income and all people; :math:`T`: index of all places;
    :math:`b_r`: share between groups after the *r*-th of :math:`R` random exchanges of places among the groups, each
    with its income and its people.

    Extremes: the p-value is never below 1 / (1 + R), and 1 when the groups do not differ at all.
    Trap: a small p-value says that the groups were not drawn at random, not that the gap matters; groups that were
    formed by looking at the incomes always differ. All values are shares of T; times T they are in nats.
    Errors: an income that is not finite or below zero; people not above zero; all places alike; a single group; fewer
    than 99 permutations.
    """
    who = "significance.theil_t_between_significance"
    not_negative(who, incomes=incomes)
    positive(who, people=people)
    count = number_of_groups(who, "use inequality.theil_t for all places together", groups=groups)
    if permutations < 99:
        why = "with fewer the p-value cannot fall to 0.01"
        raise MeasureRefusal(who, f"permutations is {permutations}", why=why, ways=("state 99, 999 or 9999",))
    total = incomes.sum(axis=-1, keepdims=True)
    positive(who, total_of_incomes=total)
    index = theil_t(incomes, people)
    positive(who, "all places are alike: say so instead", theil_t=np.where(index > _ALIKE, index, 0.0))
    income, population, labels = np.broadcast_arrays(
        incomes / total, people / people.sum(axis=-1, keepdims=True), groups
    )
    observed = _between(group_totals(labels, count, income), group_totals(labels, count, population)).sum(axis=-1)
    sizes = group_totals(labels, count, np.ones(())).astype(np.int64)
    drawn = _drawn(income, population, sizes, permutations, seed)
    reached = (1 + (drawn >= observed - _ALIKE).sum(axis=0)) / (1 + permutations)
    mean, deviation = drawn.mean(axis=0) / index, drawn.std(axis=0, ddof=1) / index
    return np.stack([observed / index, reached, mean, deviation], axis=-1)


def _between(incomes: Array, people: Array) -> Array:
    there = incomes > 0
    return incomes * np.log(np.where(there, incomes, 1.0) / np.where(there, people, 1.0))


def _drawn(income: Array, population: Array, sizes: Whole, permutations: int, seed: int) -> Array:
    """Return the part between groups for every permutation; the axes in front follow.

    Places are first put in the order of their incomes and groups in that of their sizes, so that the same places and
    groups give the same numbers in whatever order they come.  A block of sums by group stands in memory at a time.
    """
    front, places = income.shape[:-1], income.shape[-1]
    order = np.lexsort((population, income), axis=-1)
    both = np.stack([np.take_along_axis(array, order, axis=-1) for array in (income, population)])
    both = both.reshape(2, -1, places)
    sizes = np.sort(sizes.reshape(-1, sizes.shape[-1]), axis=-1)
    held = sizes > 0
    starts = (np.cumsum(sizes, axis=-1) - sizes + places * np.arange(len(sizes))[:, None])[held]
    rows = np.concatenate([[0], np.cumsum(held.sum(axis=-1))[:-1]])
    generator, mixed = np.random.default_rng(seed), np.arange(places)
    drawn, sums = np.empty((permutations, len(rows))), np.empty((_BLOCK, 2, len(starts)))
    for first in range(0, permutations, _BLOCK):
        now = min(_BLOCK, permutations - first)
        for one in range(now):
            generator.shuffle(mixed)
            np.add.reduceat(both.take(mixed, axis=-1).reshape(2, -1), starts, axis=-1, out=sums[one])
        drawn[first : first + now] = np.add.reduceat(_between(sums[:now, 0], sums[:now, 1]), rows, axis=-1)
    return drawn.reshape(permutations, *front)


@measure(
    label="错误发现率校正的p值 | P-values corrected for false discoveries",
    unit="1",
    bounds=(0, 1),
    reference="Benjamini, Y. and Hochberg, Y. (1995), Controlling the False Discovery Rate: A Practical and Powerful "
    "Approach to Multiple Testing, Journal of the Royal Statistical Society B 57(1): 289-300; under any dependency "
    "Benjamini, Y. and Yekutieli, D. (2001), The Annals of Statistics 29(4): 1165-1188.",
    tested="peer",
    absent="不计入且保持缺失 | left out, and stays absent",
    also=("benjamini_hochberg", "fdr"),
)
def false_discovery(p_values: OverRegions, *, any_dependency: bool = False) -> OverRegions:
    r"""Return, for each of many tests, the share of false discoveries among all that are as small or smaller.

    .. math:: q_{(k)} = \min_{l \ge k} \left\{ \frac{m\, c}{l}\, p_{(l)},\; 1 \right\}, \qquad c = 1 \text{ or }
       \sum_{l=1}^{m} \frac{1}{l}

    :math:`p_{(l)}`: the *l*-th smallest p-value; :math:`m`: how many there are; :math:`c`: 1, or the sum with
    ``any_dependency``. What is at most :math:`\alpha` may be called found, with a share of :math:`\alpha` false.

    Extremes: the p-value itself when there is one; never below the p-value.
    Trap: it holds for tests that are independent or depend positively. It promises a share among all that is found, not
    that this place is one. Which tests belong together is decided before looking.
    Errors: a p-value that is not between 0 and 1.
    """
    fractions("significance.false_discovery", p_values=np.where(np.isnan(p_values), 0.5, p_values))
    rows = np.asarray(p_values, dtype=np.float64)
    told = np.stack([step_up(row, any_dependency=any_dependency) for row in rows.reshape(-1, rows.shape[-1])])
    return told.reshape(rows.shape)


def step_up(p: Array, *, any_dependency: bool = False) -> Array:
    """Return one row of p-values corrected for false discoveries; absent ones are left out and stay absent."""
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    factor = len(order) * (float((1 / ranks).sum()) if any_dependency else 1.0)
    told = np.full(len(p), np.nan)
    told[order] = np.minimum(1.0, np.minimum.accumulate((factor * p[order] / ranks)[::-1])[::-1])
    return told
