"""Uncertainty of composite indices: how ranks and scores move when the choices behind an index are drawn at random.

A choice that was made before aggregation, such as a vintage, an imputation, a treatment of outliers or a scale, enters
as an alternative: a table of scores in which more is better.  Each replication draws one of them, weights, a mean
and, where asked for, one indicator that is left out.  The index as published, called nominal, is that of the first
alternative, the first mean of ``aggregation``, the weights as given, and all indicators.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures import normalisation
from xietong.measures.axes import (
    Array,
    Axes,
    BetweenRegions,
    OverIndicators,
    OverRegions,
    OverRegionsAndIndicators,
    OverRegionsAndParts,
)
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite
from xietong.measures.replications import (
    Aggregation,
    Noise,
    Spread,
    at_random,
    checked,
    composites,
    nominal,
    quantiles,
    ranks,
)

OverAlternativesRegionsAndIndicators: TypeAlias = Annotated[Array, Axes(("alternative", "place", "indicator"))]

_SAISANA = (
    "Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and Sensitivity Analysis Techniques as Tools for "
    "the Quality Assessment of Composite Indicators, Journal of the Royal Statistical Society A 168(2): 307-323, doi "
    "10.1111/j.1467-985X.2005.00350.x"
)
_COINR = "noise of weights, ties and quantiles as in the R package COINr 1.1.14, get_sensitivity()"
_TWO = {"place": 2}
_TWO_REASON = "one place is always the first"
_ZEROS = (
    "算术平均照算，几何与调和平均拒绝；权重可为零 | "
    "taken in an arithmetic mean, refused in the others; a weight may be zero"
)
_RANK_PARTS = (
    "基准名次 | nominal rank",
    "中位名次 | median rank",
    "平均名次 | mean rank",
    "低分位名次 | rank at the low quantile",
    "高分位名次 | rank at the high quantile",
    "保持基准名次的比例 | share of replications with the nominal rank",
)


@measure(
    label="名次区间 | Intervals of ranks",
    unit="1",
    bounds=(0, None),
    reference=f"{_SAISANA}; {_COINR}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros=_ZEROS,
    parts=_RANK_PARTS,
    scale_free=("scores", "weights"),
    also=("uncertainty_analysis", "monte_carlo_ranks"),
)
def rank_intervals(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say between which ranks a place lies when the choices behind an index are drawn again and again.

    .. math:: R_{ir} = 1 + \#\{k: Y_{kr} > Y_{ir}\}, \qquad Y_{ir} = M_r(s_{a_r i j}; w_{jr}), \qquad
       w_{jr} \propto w_j (1 + \delta u_{jr}), \quad u_{jr} \sim U(-1, 1)

    :math:`s_{aij}`: score of place *i* on indicator *j* in alternative *a*; :math:`w_j`: weight; :math:`\delta`:
    ``weight_spread``; :math:`M_r`: weighted mean drawn from ``aggregation``; :math:`a_r`: alternative drawn; all are
    equally likely. ``weight_noise``: uniform as above, or a Dirichlet distribution around the weights with the same
    relative deviation when all are equal. ``left_out``: each indicator or none is left out, equally likely.

    Extremes: 1 for a place that is the best on every indicator, whatever is drawn; low and high are the nominal rank
    when nothing varies.
    Trap: an interval covers the choices that were varied and no error of the data; places that tie all have the best
    of their ranks; the ``share`` of a rank falls with the number of places.
    Errors: a score that is not finite, or not above zero with another mean than the arithmetic; a weight below zero;
    no weight above zero; a spread or quantile outside 0 to 1.
    """
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked("uncertainty.rank_intervals", scores, weights, spread, low, high)

    def of(tables: Array, weight: Array) -> Array:
        return _rank_parts(tables, weight, spread, seed, low, high)

    return each(of, (scores, 3), (weights, 1))


@measure(
    label="得分区间 | Intervals of scores",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_SAISANA}; {_COINR}.",
    tested="by hand",
    zeros=_ZEROS,
    parts=(
        "基准得分 | nominal score",
        "中位得分 | median score",
        "平均得分 | mean score",
        "低分位得分 | score at the low quantile",
        "高分位得分 | score at the high quantile",
    ),
    scale_free=("weights",),
)
def score_intervals(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say between which values the index of a place lies when the choices behind it are drawn again and again.

    .. math:: Y_{ir} = M_r(s_{a_r i j}; w_{jr}), \qquad w_{jr} \propto w_j (1 + \delta u_{jr}), \quad
       u_{jr} \sim U(-1, 1)

    :math:`s_{aij}`: score of place *i* on indicator *j* in alternative *a*; :math:`w_j`: weight; :math:`\delta`:
    ``weight_spread``; :math:`M_r`: weighted mean drawn from ``aggregation``; :math:`a_r`: alternative drawn. All
    choices are as for ``uncertainty.rank_intervals``, and the same seed gives the same draws.

    Extremes: between the lowest and the highest score of the place in any alternative.
    Trap: alternatives must stand on one scale, or the interval mixes units: z scores and min-max scores do not go
    together here, though their ranks do.
    Errors: as for ``uncertainty.rank_intervals``.
    """
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked("uncertainty.score_intervals", scores, weights, spread, low, high)

    def of(tables: Array, weight: Array) -> Array:
        draws = at_random(weight, len(tables), spread, seed)
        step = max(1, 2**23 // replications)
        parts = []
        for start in range(0, tables.shape[1], step):
            some = tables[:, start : start + step]
            values = composites(some, draws)
            mean, published = values.mean(axis=0), composites(some, nominal(weight, spread))[0]
            cut = quantiles(values, 0.5, low, high)
            parts.append(np.stack([published, cut[:, 0], mean, cut[:, 1], cut[:, 2]], axis=1))
        return np.concatenate(parts)

    return each(of, (scores, 3), (weights, 1))


@measure(
    label="进入前若干名的频率 | Frequency of being among the first",
    unit="1",
    bounds=(0, 1),
    reference=f"{_SAISANA} (frequency of ranks over replications).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros=_ZEROS,
    scale_free=("scores", "weights"),
    also=("rank_frequencies",),
)
def top_frequencies(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    top: int,
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 1000,
    seed: int = 1,
) -> OverRegions:
    r"""Say in what share of the replications a place is among the first few.

    .. math:: p_i = \frac{1}{N} \#\{r: R_{ir} \le k\}

    :math:`R_{ir}`: rank of place *i* in replication *r*, as in ``uncertainty.rank_intervals``, whose choices it
    shares; :math:`k`: ``top``; :math:`N`: number of replications.

    Extremes: 1 for a place that is always among them, 0 for one that never is.
    Trap: it is a frequency over choices of method and no probability that a place is good; frequencies add up to
    more than *k* when places tie.
    Errors: as for ``uncertainty.rank_intervals``; ``top`` below 1.
    """
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    who = "uncertainty.top_frequencies"
    checked(who, scores, weights, spread)
    if top < 1:
        raise MeasureRefusal(who, f"top is {top}", why="the first place has rank 1", ways=("state 1 or more",))

    def of(tables: Array, weight: Array) -> Array:
        share: Array = (ranks(tables, at_random(weight, len(tables), spread, seed)) <= top).mean(axis=0)
        return share

    return each(of, (scores, 3), (weights, 1))


@measure(
    label="两两领先频率 | Frequency with which one place outranks another",
    unit="1",
    bounds=(0, 1),
    reference=f"{_SAISANA} (comparison of two places over replications).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros=_ZEROS,
    scale_free=("scores", "weights"),
)
def outranking_frequencies(
    scores: OverAlternativesRegionsAndIndicators,
    weights: OverIndicators,
    *,
    aggregation: Aggregation,
    weight_spread: float,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 1000,
    seed: int = 1,
) -> BetweenRegions:
    r"""Say in what share of the replications the place of the row stands before the place of the column.

    .. math:: p_{ik} = \frac{1}{N} \left(\#\{r: R_{ir} < R_{kr}\} + \tfrac{1}{2} \#\{r: R_{ir} = R_{kr}\}\right)

    :math:`R_{ir}`: rank of place *i* in replication *r*, as in ``uncertainty.rank_intervals``, whose choices it
    shares; :math:`N`: number of replications. A tie counts half for either, so that :math:`p_{ik} + p_{ki} = 1`.

    Extremes: 1 for a place that always stands before the other; a half against itself.
    Trap: two places whose intervals overlap may still never change order, since both move together: this, and not the
    overlap, says whether their order can be relied on. Work grows with the square of places.
    Errors: as for ``uncertainty.rank_intervals``.
    """
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked("uncertainty.outranking_frequencies", scores, weights, spread)

    def of(tables: Array, weight: Array) -> Array:
        found = np.ascontiguousarray(ranks(tables, at_random(weight, len(tables), spread, seed)).T)
        step = max(1, 2**24 // found.size)
        parts = []
        for start in range(0, len(found), step):
            row = found[start : start + step, None, :]
            before, after = np.count_nonzero(row < found, axis=2), np.count_nonzero(row > found, axis=2)
            parts.append(0.5 + (before - after) / (2 * replications))
        return np.concatenate(parts)

    return each(of, (scores, 3), (weights, 1))


@measure(
    label="名次区间（由原始数据） | Intervals of ranks, from values of indicators",
    unit="1",
    bounds=(0, None),
    reference=f"{_SAISANA}; {_COINR}, and the scales of its vignette on sensitivity: min-max from 1 to 100, z scores "
    "of mean 10 and deviation 2.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    spread="Z分数用样本标准差（n-1） | z scores divide by the deviation of a sample (n - 1)",
    parts=_RANK_PARTS,
    scale_free=("values", "weights"),
)
def simulated_ranks(
    values: OverRegionsAndIndicators,
    directions: OverIndicators,
    weights: OverIndicators,
    *,
    aggregation: Aggregation = "arithmetic_or_geometric",
    weight_spread: float = 0.25,
    weight_noise: Noise = "uniform",
    left_out: bool = False,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say between which ranks a place lies when the scale, the weights and the mean of an index are all drawn.

    .. math:: s_{1ij} = 1 + 99\,u_{ij}, \qquad s_{2ij} = 10 + 2\,z_{ij}, \qquad s_{3ij} = r_{ij}

    :math:`u_{ij}`: min-max score of place *i* on indicator *j* in the direction of the indicator (1 when more is
    better, -1 when less is); :math:`z_{ij}`: z score; :math:`r_{ij}`: rank score, 1 for the worst. These three are the
    alternatives of ``uncertainty.rank_intervals``, whose other choices and parts it shares; min-max is nominal.

    Extremes: 1 for a place that is the best on every indicator, whatever is drawn.
    Trap: arithmetic ranks do not depend on where a scale begins; geometric and harmonic ones do, which is why the
    scales are stated and not shifted to fit. For other scales or vintages give alternatives to
    ``uncertainty.rank_intervals``.
    Errors: a value that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere;
    a z score below -5 with another mean than the arithmetic; as for ``uncertainty.rank_intervals``.
    """
    who = "uncertainty.simulated_ranks"
    finite(who, values=values, directions=directions)
    scaled = 1 + 99 * normalisation.min_max(values, directions)
    deviations = 10 + 2 * normalisation.z_scores(values, directions, sample=True)
    tables = np.stack([scaled, deviations, normalisation.ranks(values, directions)], axis=-3)
    spread = Spread(aggregation, weight_spread, weight_noise, left_out, replications)
    checked(who, tables, weights, spread, low, high)

    def of(table: Array, weight: Array) -> Array:
        return _rank_parts(table, weight, spread, seed, low, high)

    return each(of, (tables, 3), (weights, 1))


def _rank_parts(tables: Array, weights: Array, spread: Spread, seed: int, low: float, high: float) -> Array:
    found = ranks(tables, at_random(weights, len(tables), spread, seed))
    published = ranks(tables, nominal(weights, spread))[0]
    mean, kept = found.mean(axis=0), (found == published).mean(axis=0)
    cut = quantiles(found, 0.5, low, high)
    return np.stack([published, cut[:, 0], mean, cut[:, 1], cut[:, 2], kept], axis=1)
