"""Difference in differences: the change of regions with a policy less that of regions without, and what it rests on.

All treated regions are treated from the same period on.  Each region is reduced to one change before inference, since
the periods of one region are not independent of each other.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverParts, OverPeriods, OverRegions, OverRegionsAndPeriods
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite

_BERTRAND = (
    "Bertrand, M., Duflo, E. and Mullainathan, S. (2004), How Much Should We Trust Differences-in-Differences "
    "Estimates?, Quarterly Journal of Economics 119(1): 249-275, read as NBER Working Paper 8841"
)
_LEAST = {"place": 8, "period": 2}
_REASON = "with fewer than eight regions the standard error and the placebos say nothing"
_WELCH = "样本，两组方差不等，自由度按Welch | of a sample, the variances of the groups unequal, after Welch"
_UNDEFINED = (
    "某组只有一个地区时，标准误及其检验无定义 | standard error and test are undefined when a group has a single region"
)
_BLOCK = 1 << 22
"""Cells of random order that are drawn at once."""


@measure(
    label="双重差分 | Difference in differences",
    unit="1",
    bounds=(None, None),
    reference=f"{_BERTRAND}: periods are collapsed into before and after, and placebo laws are drawn at random.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    spread=_WELCH,
    undefined=_UNDEFINED,
    parts=(
        "效应 | effect", "标准误 | standard error", "t值 | t", "p值 | p", "随机化p值 | randomisation p",
        "处理地区 | treated regions", "对照地区 | regions without",
    ),
    also=("did",),
)  # fmt: skip
def effect(
    outcomes: OverRegionsAndPeriods, treated: OverRegions, *, before: int, permutations: int = 9999, seed: int = 1
) -> OverParts:
    r"""Mean change of the treated regions less the mean change of the others, with two kinds of inference.

    .. math:: \hat{\tau} = \bar{\Delta}_1 - \bar{\Delta}_0, \qquad
       \Delta_i = \frac{1}{T - T_0} \sum_{t \ge T_0} y_{it} - \frac{1}{T_0} \sum_{t < T_0} y_{it}

    :math:`y_{it}`: outcome of region *i*, often a logarithm; :math:`T_0`: ``before``, the periods before the policy;
    ``treated``: 1 or 0 for each region. Randomisation *p*: share of ways to choose as many treated regions that give an
    effect at least as far from zero; all ways when there are at most ``permutations``, else so many drawn at random.

    Extremes: 0 when both groups change alike. Effect and standard error are in the unit of the outcome.
    Trap: three treated provinces are three observations, however many counties or years they have; it is an effect
    only if both groups would have moved alike, so the trend before the policy belongs beside it.
    Errors: an outcome that is not finite; ``treated`` other than 0 and 1 or all alike; no period before or after.
    """
    _checked("difference_in_differences.effect", outcomes, treated, before, 1)

    def one(y: Array, on: Array) -> Array:
        change = y[:, before:].mean(axis=1) - y[:, :before].mean(axis=1)
        told = _compared(change, on == 1)
        chance = _randomised(change, on == 1, permutations, seed)
        return np.array([*told, chance, on.sum(), (1 - on).sum()])

    return each(one, (outcomes, 2), (treated, 1))


@measure(
    label="双重差分：政策前趋势 | Difference in differences: trend before the policy",
    unit="1",
    bounds=(None, None),
    reference=f"Difference of the mean slopes before the policy, region by region as in {_BERTRAND}.",
    tested="by hand",
    least={"place": 8, "period": 4},
    least_reason="a slope before the policy needs three periods, and fewer than eight regions carry no test",
    spread=_WELCH,
    undefined=_UNDEFINED,
    parts=("趋势差 | difference of slopes", "标准误 | standard error", "t值 | t", "p值 | p"),
    also=("parallel_trends", "pre_trend"),
)
def trend_before(outcomes: OverRegionsAndPeriods, treated: OverRegions, *, before: int) -> OverParts:
    r"""Whether the treated regions moved apart from the others before the policy began.

    .. math:: \hat{\delta} = \bar{b}_1 - \bar{b}_0, \qquad b_i = \frac{\sum_{t < T_0} (t - \bar{t})\, y_{it}}
       {\sum_{t < T_0} (t - \bar{t})^2}

    :math:`b_i`: slope of region *i* over the :math:`T_0` periods before; the means are over the treated regions and
    over the others. Slopes are in the unit of the outcome, per period.

    Extremes: 0 when both groups rise alike.
    Trap: a test that finds nothing does not show that the trends are parallel: with few regions it can find little.
    Periods are taken as equally far apart.
    Errors: an outcome that is not finite; ``treated`` other than 0 and 1 or all alike; fewer than three periods before.
    """
    _checked("difference_in_differences.trend_before", outcomes, treated, before, 3)
    time = np.arange(before) - (before - 1) / 2
    slopes = outcomes[..., :before] @ time / (time**2).sum()
    return each(lambda slope, on: np.array(_compared(slope, on == 1)), (slopes, 1), (treated, 1))


@measure(
    label="双重差分：逐期差异 | Difference in differences: period by period",
    unit="{outcomes}",
    bounds=(None, None),
    reference=f"Difference of the means of both groups, relative to the last period before; groups as in {_BERTRAND}.",
    tested="by hand",
    least=_LEAST,
    least_reason=_REASON,
    also=("event_study",),
)
def period_by_period(outcomes: OverRegionsAndPeriods, treated: OverRegions, *, before: int) -> OverPeriods:
    r"""Distance of the treated regions from the others in every period, relative to the last one before the policy.

    .. math:: d_t = (\bar{y}_{1t} - \bar{y}_{0t}) - (\bar{y}_{1,T_0-1} - \bar{y}_{0,T_0-1})

    :math:`\bar{y}_{1t}, \bar{y}_{0t}`: mean outcome of the treated regions and of the others in period *t*;
    :math:`T_0`: periods before the policy.

    Extremes: 0 in the last period before the policy.
    Trap: values before the policy that already drift away are a trend, not an effect.
    Errors: an outcome that is not finite; ``treated`` other than 0 and 1 or all alike; no period before or after.
    """
    _checked("difference_in_differences.period_by_period", outcomes, treated, before, 1)
    on, off = treated[..., :, None], 1 - treated[..., :, None]
    distance = (outcomes * on).sum(axis=-2) / on.sum(axis=-2) - (outcomes * off).sum(axis=-2) / off.sum(axis=-2)
    relative: OverPeriods = distance - distance[..., before - 1 : before]
    return relative


def _compared(values: Array, on: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """Return the difference of two means, its standard error, t and two-sided p after Welch."""
    from scipy.special import stdtr

    first, second = values[on], values[~on]
    apart = float(first.mean() - second.mean())
    if min(len(first), len(second)) < 2:
        return apart, np.nan, np.nan, np.nan
    parts = [float(group.var(ddof=1)) / len(group) for group in (first, second)]
    error = math.sqrt(sum(parts))
    if error == 0:
        return apart, 0.0, np.nan, np.nan
    freedom = sum(parts) ** 2 / sum(part**2 / (len(g) - 1) for part, g in zip(parts, (first, second), strict=True))
    return apart, error, apart / error, float(2 * stdtr(freedom, -abs(apart / error)))


def _randomised(values: Array, on: NDArray[np.bool_], permutations: int, seed: int) -> float:
    """Return the share of choices of treated regions whose effect lies at least as far from zero."""
    count, chosen = len(values), int(on.sum())
    centred = values - values.mean()
    bar = abs(float(centred[on].sum())) * (1 - 1e-12)
    if math.comb(count, chosen) <= permutations:
        every = np.array(list(itertools.combinations(range(count), chosen)))
        return float((np.abs(centred[every].sum(axis=1)) >= bar).mean())
    generator, found, left = np.random.default_rng(seed), 0, permutations
    while left:
        rows = min(left, max(1, _BLOCK // count))
        drawn = np.argpartition(generator.random((rows, count)), chosen - 1, axis=1)[:, :chosen]
        found += int((np.abs(centred[drawn].sum(axis=1)) >= bar).sum())
        left -= rows
    return (found + 1) / (permutations + 1)


def _checked(measure: str, outcomes: Array, treated: Array, before: int, least: int) -> None:
    finite(measure, outcomes=outcomes, treated=treated)
    wrong = np.argwhere((treated != 0) & (treated != 1))
    if len(wrong):
        at = tuple(int(one) for one in wrong[0])
        raise MeasureRefusal(
            measure, f"treated is {treated[at]:g} at {list(at)}", ways=("write 1 for a region with the policy, else 0",)
        )
    if np.any((treated.sum(axis=-1) == 0) | (treated.sum(axis=-1) == treated.shape[-1])):
        raise MeasureRefusal(
            measure, "treated is the same for all regions", why="there is nobody to compare with",
            ways=("add regions without the policy that it did not touch",),
        )  # fmt: skip
    periods = outcomes.shape[-1]
    if not least <= before < periods:
        ways = (f"state how many of the periods lie before the policy, from {least} to {periods - 1}",)
        raise MeasureRefusal(measure, f"before is {before} of {periods} periods", ways=ways)
