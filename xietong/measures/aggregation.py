"""Aggregation: how the scores of a place on several indicators become one number, and how far one makes up for another.

Weights are relative: they are divided by their sum.  Cells may be absent only where a study says so (``missing``), and
the weights are then shared among the indicators that are there.
"""

from __future__ import annotations

from math import isfinite
from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverIndicators, OverRegions, OverRegionsAndIndicators
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import directed, finite, fractions, not_negative, positive

_HANDBOOK = (
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: Methodology and User Guide, ISBN "
    "978-92-64-04345-9, on weighting and aggregation; absent cells as in the R package COINr 1.1.14"
)
_MPI = (
    "De Muro, P., Mazziotta, M. and Pareto, A. (2011), Composite Indices of Development and Poverty: An Application to "
    "MDGs, Social Indicators Research 104(1): 1-18"
)
_ABSENT = "拒绝，或由在场指标分担权重 | refused, or their weight is shared by the indicators present, as missing says"
_UNDEFINED = "在场指标过少或其权重全为零 | too few indicators present, as least_present says, or none with a weight"
_ZERO = "权重大于零的得分为零则结果为零 | a score of zero that has a weight makes the result zero"
_FREE, _COPIES = ("weights",), ("indicator",)
_SHIFT = "score against goalposts that leave no score below zero, or take the arithmetic mean"


@measure(
    label="加权算术平均 | Weighted arithmetic mean",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_HANDBOOK}, a_amean().",
    tested="printed",
    absent=_ABSENT,
    undefined=_UNDEFINED,
    scale_free=_FREE,
    replicates=_COPIES,
    also=("weighted_sum", "saw"),
)
def arithmetic(
    scores: OverIndicators,
    weights: OverIndicators,
    *,
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> Cells:
    r"""Mean of the scores of a place; a good score makes up for a bad one without limit.

    .. math:: I = \frac{\sum_j w_j x_j}{\sum_j w_j}

    :math:`x_j`: score on indicator *j*; :math:`w_j`: its weight. With ``missing`` "reweighted" both sums run over the
    indicators present; there is no result where their share among all indicators is below ``least_present``.

    Extremes: lies between the lowest and the highest score.
    Trap: weights here are rates of exchange between indicators, not their importance; a place with absent cells is
    compared on other indicators than the rest, so the share present is shown beside it.
    Errors: a score or weight that is not finite; a weight below zero; all weights zero.
    """
    shares, scores = _shares("aggregation.arithmetic", scores, weights, missing, least_present)
    mean: Cells = np.einsum("...j,...j->...", scores, shares)
    return mean


@measure(
    label="加权几何平均 | Weighted geometric mean",
    unit="{scores}",
    bounds=(0, None),
    reference=f"{_HANDBOOK}, a_gmean().",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    scale_free=_FREE,
    replicates=_COPIES,
)
def geometric(
    scores: OverIndicators,
    weights: OverIndicators,
    *,
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> Cells:
    r"""Product of the scores of a place, each raised to its weight; balance counts as well as level.

    .. math:: I = \prod_j x_j^{w_j / \sum_k w_k}

    :math:`x_j`: score on indicator *j*; :math:`w_j`: its weight; absent cells as in the arithmetic mean.

    Extremes: 0 when one score is zero; the arithmetic mean when all are equal, and below it otherwise.
    Trap: on a scale drawn from the sample the last place of every indicator has a score, and so an index, of zero;
    adding one to every score hides that and changes the order.
    Errors: a score or weight that is not finite or below zero; all weights zero.
    """
    return _power("aggregation.geometric", scores, weights, 0.0, missing, least_present)


@measure(
    label="加权调和平均 | Weighted harmonic mean",
    unit="{scores}",
    bounds=(0, None),
    reference=f"{_HANDBOOK}, a_hmean().",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZERO,
    undefined=_UNDEFINED,
    scale_free=_FREE,
    replicates=_COPIES,
)
def harmonic(
    scores: OverIndicators,
    weights: OverIndicators,
    *,
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> Cells:
    r"""Mean of the scores of a place that its worst score pulls down most.

    .. math:: I = \frac{\sum_j w_j}{\sum_j w_j / x_j}

    :math:`x_j`: score on indicator *j*; :math:`w_j`: its weight; absent cells as in the arithmetic mean.

    Extremes: 0, its limit, when one score is zero; the arithmetic mean when all are equal, below the geometric mean
    otherwise.
    Trap: one bad measurement decides the result.
    Errors: a score or weight that is not finite or below zero; all weights zero.
    """
    return _power("aggregation.harmonic", scores, weights, -1.0, missing, least_present)


@measure(
    label="加权幂平均 | Weighted power mean",
    unit="{scores}",
    bounds=(0, None),
    reference=f"{_HANDBOOK}, a_genmean().",
    tested="by hand",
    absent=_ABSENT,
    zeros="指数不大于零时，权重大于零的得分为零则结果为零 | with an exponent of zero or below, a score of zero that "
    "has a weight makes the result zero",
    undefined=_UNDEFINED,
    scale_free=_FREE,
    replicates=_COPIES,
    also=("generalised_mean", "generalized_mean"),
)
def power_mean(
    scores: OverIndicators,
    weights: OverIndicators,
    *,
    exponent: float,
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> Cells:
    r"""Mean with a stated degree of making up: 1 arithmetic, 0 geometric, -1 harmonic, and the worst score below that.

    .. math:: I = \left( \frac{\sum_j w_j x_j^p}{\sum_j w_j} \right)^{1/p}

    :math:`x_j`: score on indicator *j*; :math:`w_j`: its weight; :math:`p`: the exponent, and at 0 the limit; absent
    cells as in the arithmetic mean.

    Extremes: never falls as the exponent rises; tends to the lowest score as it falls, to the highest as it rises.
    Trap: packages skip absent cells in some means and not in others, and one divides by *p* instead of taking the root.
    Errors: an exponent that is not finite; a score or weight that is not finite or below zero; all weights zero.
    """
    if not isfinite(exponent):
        raise MeasureRefusal("aggregation.power_mean", f"exponent is {exponent:g}", ways=("state a finite exponent",))
    return _power("aggregation.power_mean", scores, weights, exponent, missing, least_present)


@misuse(
    power_mean,
    label="除以p而不开p次方 | Divided by p instead of the p-th root",
    seen="R package Compind 3.4, ci_generalized_mean(na.rm = FALSE): the root is written ^1/p, read as (^1)/p.",
)
def power_mean_divided(
    scores: OverIndicators,
    weights: OverIndicators,
    *,
    exponent: float,
    missing: Literal["refused", "reweighted"] = "refused",
    least_present: float = 0.0,
) -> Cells:
    """Divide the mean of the powers by the exponent."""
    mean = power_mean(scores, weights, exponent=exponent, missing=missing, least_present=least_present)
    return np.asarray(mean**exponent / exponent)


@measure(
    label="马齐奥塔—帕累托指数 | Mazziotta-Pareto index",
    unit="1",
    bounds=(None, None),
    reference=f"{_MPI}.",
    tested="by hand",
    least={"place": 2, "indicator": 2},
    least_reason="scores are drawn from the spread of places, and the penalty from the spread of indicators",
    spread="总体，除数为n与m；sample为真时用n-1与m-1 | of the places and indicators themselves, divisors n and m; "
    "n - 1 and m - 1 where sample is true",
    scale_free=("values",),
    replicates=_COPIES,
    also=("mpi",),
)
def mazziotta_pareto(
    values: OverRegionsAndIndicators,
    directions: OverIndicators,
    *,
    penalty: Literal["subtracted", "added"] = "subtracted",
    sample: bool = False,
) -> OverRegions:
    r"""Mean of standardised indicators, less a penalty for places whose indicators are out of balance.

    .. math:: I_i = M_i \mp S_i\,\frac{S_i}{M_i}, \qquad z_{ij} = 100 + 10\,d_j\,\frac{x_{ij} - \bar{x}_j}{s_j}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`\bar{x}_j, s_j`: its mean and standard deviation over
    places; :math:`d_j`: 1 when more is better, -1 when less is; :math:`M_i, S_i`: mean and standard deviation of
    :math:`z_{ij}` over indicators. The penalty is subtracted from an index of something good, added to one of a burden.

    Extremes: a place at the mean of every indicator has 100; the penalty is 0 when all its scores are equal.
    Trap: the R package Compind 3.4 takes sample deviations, and its word "POS" subtracts here and adds in its adjusted
    index. The mean of every year is 100: for change over time take the adjusted index.
    Errors: a value that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere.
    """
    who = "aggregation.mazziotta_pareto"
    finite(who, values=values)
    _two(who, "place", values.shape[-2])
    directed(who, directions=directions)
    mean, spread = values.mean(axis=-2, keepdims=True), values.std(axis=-2, ddof=int(sample), keepdims=True)
    spread = np.where(np.ptp(values, axis=-2, keepdims=True) > 0, spread, 0.0)
    positive(who, "leave an indicator out, by name, that is the same everywhere", spread_of_values=spread)
    return _penalised(who, 100 + 10 * directions[..., None, :] * (values - mean) / spread, penalty, sample)


@measure(
    label="修正马齐奥塔—帕累托指数 | Adjusted Mazziotta-Pareto index",
    unit="1",
    bounds=(None, None),
    reference="Mazziotta, M. and Pareto, A., Measuring Well-Being Over Time: The Adjusted Mazziotta-Pareto Index "
    "Versus Other Non-compensatory Indices, Social Indicators Research, doi 10.1007/s11205-017-1577-5.",
    tested="by hand",
    least={"indicator": 2},
    least_reason="the penalty is drawn from the spread of indicators",
    spread="总体，除数为指标数m；sample为真时用m-1 | of the indicators themselves, divisor m; m - 1 where sample "
    "is true",
    replicates=_COPIES,
    also=("ampi",),
)
def adjusted_mazziotta_pareto(
    values: OverIndicators,
    worst: OverIndicators,
    best: OverIndicators,
    *,
    penalty: Literal["subtracted", "added"] = "subtracted",
    sample: bool = False,
) -> Cells:
    r"""Mean of indicators scored from 70 to 130 between goalposts, less a penalty for imbalance; years are comparable.

    .. math:: I = M \mp S\,\frac{S}{M}, \qquad r_j = 70 + 60\,\frac{x_j - a_j}{b_j - a_j}

    :math:`x_j`: value on indicator *j*; :math:`a_j, b_j`: worst and best goalpost, :math:`a_j > b_j` where less is
    better; :math:`M, S`: mean and standard deviation of :math:`r_j` over indicators. The penalty is subtracted from an
    index of something good, added to one of a burden.

    Extremes: 70 at all worst goalposts, 130 at all best ones; the penalty is 0 when all scores are equal.
    Trap: 100 is the reference only if the goalposts stand at equal distance on both sides of it, half the range of all
    years and places; goalposts drawn year by year undo the comparison.
    Errors: a value or goalpost that is not finite; two goalposts that are the same.
    """
    who = "aggregation.adjusted_mazziotta_pareto"
    finite(who, values=values, worst=worst, best=best)
    positive(who, "set goalposts that differ", distance_of_goalposts=np.abs(best - worst))
    return _penalised(who, 70 + 60 * (values - worst) / (best - worst), penalty, sample)


def _two(measure: str, axis: str, count: int) -> None:
    if count < 2:
        why = "a spread is between several"
        raise MeasureRefusal(measure, f"values has {count} {axis}", why=why, ways=(f"name a second {axis}",))


def _penalised(measure: str, scores: Array, penalty: str, sample: bool) -> Array:
    _two(measure, "indicator", scores.shape[-1])
    mean, variance = scores.mean(axis=-1), scores.var(axis=-1, ddof=int(sample))
    positive(measure, "a place this far below the rest has no such index; treat the outlier first", mean_of_scores=mean)
    penalised: Array = mean - variance / mean if penalty == "subtracted" else mean + variance / mean
    return penalised


def _shares(measure: str, scores: Array, weights: Array, missing: str, least_present: float) -> tuple[Array, Array]:
    """Return weights that add up to one over what is present, nan where that is too little; and scores without gaps."""
    absent = np.isnan(scores) if missing == "reweighted" else np.zeros(1, dtype=bool)
    finite(measure, scores=np.where(absent, 0.0, scores) if absent.any() else scores)
    not_negative(measure, weights=weights)
    fractions(measure, "state a share of indicators", least_present=np.asarray(least_present))
    total = weights.sum(axis=-1, keepdims=True)
    positive(measure, "give at least one indicator a weight", total_of_weights=total)
    if not absent.any():
        return weights / total, scores
    present = np.where(absent, 0.0, weights)
    total = present.sum(axis=-1, keepdims=True)
    enough = (~absent).mean(axis=-1, keepdims=True) >= least_present - 1e-12
    return present / np.where(enough & (total > 0), total, np.nan), np.where(absent, 0.0, scores)


def _power(measure: str, scores: Array, weights: Array, exponent: float, missing: str, least_present: float) -> Array:
    """Return the mean of order ``exponent`` through logarithms, so that no power is too large and zero is a limit."""
    present = np.where(np.isnan(scores), 0.0, scores) if missing == "reweighted" else scores
    not_negative(measure, _SHIFT, scores=present)
    shares, scores = _shares(measure, scores, weights, missing, least_present)
    shares, scores = np.broadcast_arrays(shares, scores)
    nothing = (scores == 0) & (shares > 0)
    counted = (scores > 0) & (shares > 0)
    logs = np.log(np.where(scores > 0, scores, 1.0))
    sign = -1.0 if exponent < 0 else 1.0
    end = np.where(counted, sign * logs, -np.inf).max(axis=-1)
    end = np.where(np.isfinite(end), sign * end, 0.0)
    if exponent == 0:
        mean = np.einsum("...j,...j->...", logs, shares)
    else:
        powers = np.expm1(np.where(counted, exponent * (logs - end[..., None]), 0.0)) - nothing
        whole = np.einsum("...j,...j->...", powers, shares)
        mean = end + np.log1p(np.maximum(whole, np.nextafter(-1, 0))) / exponent
    dead = nothing.any(axis=-1) if exponent <= 0 else (nothing | (shares <= 0)).all(axis=-1)
    return np.where(dead, 0.0, np.exp(mean))
