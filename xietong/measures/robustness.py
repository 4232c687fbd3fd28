"""Robustness of an index of one facet: its value, its change and its ranks when every choice behind it is drawn.

Scores come for every normalisation, every reading and every treatment of absent cells, so that each of these choices
is a factor of its own; weights and the mean are the two others.  A score that is absent (nan) has no weight in its
place and period, and the indicators present share it; a place and period without any has no index.  The index as
published, called nominal, is that of the first normalisation, reading and treatment, the first mean of
``aggregation``, and the weights as given.  A geometric mean is taken with the first normalisation only, since the zero
of one that is drawn from the sample means nothing.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.measures import sensitivity
from xietong.measures.axes import Array, Axes, OverIndicators, OverParts, OverRegionsAndParts
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import positive
from xietong.measures.variants import (
    TIE,
    Draws,
    Means,
    at_random,
    checked,
    drawn,
    evaluated,
    known,
    noisy,
    nominal,
    one_by_one,
    orders,
    quantiles,
    signs,
)

ByChoice: TypeAlias = Annotated[Array, Axes(("normalisation", "reading", "missing", "place", "period", "indicator"))]
ByNormalisation: TypeAlias = Annotated[Array, Axes(("normalisation", "place", "period", "indicator"))]
OverRegionsPeriodsAndParts: TypeAlias = Annotated[Array, Axes(("place", "period", "part"))]
ByOption: TypeAlias = Annotated[Array, Axes(("option", "place", "period"))]

FACTORS = ("normalisation", "reading", "missing", "aggregation", "weights")
_SAISANA = (
    "Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and Sensitivity Analysis Techniques as Tools for "
    "the Quality Assessment of Composite Indicators, Journal of the Royal Statistical Society A 168(2): 307-323, doi "
    "10.1111/j.1467-985X.2005.00350.x"
)
_ABSENT = "由在场指标分担权重 | their weight is shared by the indicators present"
_ZEROS = "算术平均照算，几何平均拒绝 | taken in an arithmetic mean, refused in a geometric one"
_UNDEFINED = "某地某期没有任何指标 | a place and period without any indicator"
_STILL = "结果不随任何选择变化 | the result does not vary with any choice"
_TWO = {"place": 2}
_TWO_REASON = "one place is always the first"
_LABELS = ("标准化 | normalisation", "读数 | reading", "缺数 | missing", "合成 | aggregation", "权重 | weights")
_SHARES = tuple(
    " | ".join(f"{text}{told}" for text, told in zip(one.split(" | "), kind, strict=True))
    for one in _LABELS
    for kind in (("（主效应）", ", first order"), ("（总效应）", ", total"))
)


@measure(
    label="置于同一刻度 | Scores on one scale",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_SAISANA} (alternatives must be comparable); standardisation to a given mean and deviation.",
    tested="by hand",
    absent="保持缺失 | kept absent",
    undefined="缺失的得分 | a score that is absent",
    spread="总体（n），逐指标，再取均方根 | of each indicator, divisor n, then their root mean square",
)
def common_scale(scores: ByNormalisation) -> ByNormalisation:
    r"""Bring every table of scores to the mean of the first, and to the deviation that its indicators have on average.

    .. math:: s'_{n} = m_1 + d_1 \frac{s_{n} - m_n}{d_n}, \qquad d_n = \sqrt{\tfrac{1}{J} \sum_j \sigma_{nj}^2}

    :math:`s_n`: any score of normalisation *n*; :math:`m_n`: mean of all its scores; :math:`\sigma_{nj}`: standard
    deviation of indicator *j* over places and periods; :math:`J`: number of indicators.

    Extremes: the first table is returned as it is.
    Trap: one shift and one factor for a whole table keep what a normalisation is about, how much each indicator moves
    against the others; bringing every indicator to one deviation would make all linear normalisations the same.
    Errors: a score that is infinite; an indicator without a score; a table whose indicators never differ.
    """
    known("robustness.common_scale", scores)
    there = ~np.isnan(scores)
    count = there.sum(axis=(-3, -2), keepdims=True).astype(np.float64)
    positive("robustness.common_scale", "leave an indicator without data out", scores_of_indicator=count[..., 0, 0, :])
    plain = np.where(there, scores, 0.0)
    middle = plain.sum(axis=(-3, -2), keepdims=True) / count
    variance = (np.where(there, scores - middle, 0.0) ** 2).sum(axis=(-3, -2), keepdims=True) / count
    spread = np.sqrt(variance.mean(axis=-1, keepdims=True))
    positive("robustness.common_scale", "leave out what never differs", spread=spread[..., 0, 0, 0])
    mean = plain.sum(axis=(-3, -2, -1), keepdims=True) / count.sum(axis=-1, keepdims=True)
    first = mean[..., :1, :, :, :], spread[..., :1, :, :, :]
    scaled: Array = first[0] + first[1] * (scores - mean) / spread
    scaled[..., 0, :, :, :] = scores[..., 0, :, :, :]
    return scaled


@measure(
    label="指数值的区间 | Intervals of an index",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_SAISANA}.",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    parts=("基准值 | value", "中位数 | median", "下限 | low", "上限 | high"),
    scale_free=("weights",),
)
def index_values(
    scores: ByChoice,
    weights: OverIndicators,
    *,
    aggregation: Means,
    weight_spread: float,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsPeriodsAndParts:
    r"""Say between which values an index lies when normalisation, reading, absent cells, weights and mean are drawn.

    .. math:: Y_{itr} = M_r(s_{n_r a_r m_r i t j}; w_{jr}), \qquad w_{jr} \propto w_j (1 + \delta u_{jr}), \quad
       u_{jr} \sim U(-1, 1)

    :math:`s`: score in normalisation *n*, reading *a* and treatment *m* of absent cells, of place *i* in period *t* on
    indicator *j*; :math:`\delta`: ``weight_spread``; :math:`M_r`: mean drawn from ``aggregation``. All alternatives of
    a choice are equally likely.

    Extremes: low and high are the value itself when nothing varies.
    Trap: an interval covers the choices that were varied and no error of the data; two intervals that overlap may
    still never change order, since both move together: ``robustness.index_changes`` compares draw by draw.
    Errors: a score that is infinite, or, with a geometric mean, not above zero in the first normalisation; a weight
    below zero; no weight above zero; a spread or quantile outside 0 to 1.
    """
    checked("robustness.index_values", scores, weights, aggregation, weight_spread, replications, low, high)

    def of(tables: Array, weight: Array) -> Array:
        values = evaluated(tables, at_random(tables, weight, aggregation, weight_spread, replications, seed))
        published = evaluated(tables, nominal(weight, aggregation))
        return np.concatenate([published, quantiles(values, 0.5, low, high)], axis=-1)

    return each(of, (scores, 6), (weights, 1))


@measure(
    label="指数变化的区间 | Intervals of the change of an index",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_SAISANA}.",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    parts=("基准变化 | change", "下限 | low", "上限 | high", "同向的比例 | share of draws in the same direction"),
    scale_free=("weights",),
)
def index_changes(
    scores: ByChoice,
    weights: OverIndicators,
    *,
    aggregation: Means,
    weight_spread: float,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say how far an index moved from the first period to the last, and in what share of the draws the same way.

    .. math:: D_{ir} = Y_{i T r} - Y_{i 1 r}, \qquad p_i = \frac{1}{N} \#\{r: \operatorname{sgn} D_{ir} =
       \operatorname{sgn} D_{i}\}

    :math:`Y_{itr}`: index of place *i* in period *t* and draw *r* as in ``robustness.index_values``, whose choices and
    draws it shares; :math:`D_i`: nominal change; :math:`N`: number of draws.

    Extremes: 1 for a change that no choice turns.
    Trap: both periods of a draw have the same choices, so the interval is narrower than that of two separate values.
    Errors: as for ``robustness.index_values``.
    """
    checked("robustness.index_changes", scores, weights, aggregation, weight_spread, replications, low, high)

    def of(tables: Array, weight: Array) -> Array:
        ends = tables[..., [0, -1], :]
        values = evaluated(ends, at_random(tables, weight, aggregation, weight_spread, replications, seed))
        ends_published = evaluated(ends, nominal(weight, aggregation))
        change, published = values[:, 1] - values[:, 0], ends_published[:, 1] - ends_published[:, 0]
        same = np.where(np.isnan(published), np.nan, signs(change) == signs(published))
        agree = same.mean(axis=-1, keepdims=True)
        return np.concatenate([published, quantiles(change, low, high), agree], axis=-1)

    return each(of, (scores, 6), (weights, 1))


@measure(
    label="指数名次的区间 | Intervals of the ranks of an index",
    unit="1",
    bounds=(0, None),
    reference=f"{_SAISANA}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    parts=("基准名次 | rank", "下限 | low", "上限 | high", "保持基准名次的比例 | share of draws with that rank"),
    scale_free=("weights",),
)
def index_ranks(
    scores: ByChoice,
    weights: OverIndicators,
    *,
    aggregation: Means,
    weight_spread: float,
    replications: int = 1000,
    low: float = 0.05,
    high: float = 0.95,
    seed: int = 1,
) -> OverRegionsPeriodsAndParts:
    r"""Say between which ranks a place lies in each period when the choices behind an index are drawn.

    .. math:: R_{itr} = 1 + \#\{k: Y_{ktr} > Y_{itr}\}

    :math:`Y_{itr}`: index of place *i* in period *t* and draw *r* as in ``robustness.index_values``, whose choices and
    draws it shares. Places that tie all have the best of their ranks; a place without an index has no rank.

    Extremes: 1 for a place that is the first in every draw.
    Trap: as for ``uncertainty.rank_intervals``, which takes complete scores.
    Errors: as for ``robustness.index_values``.
    """
    checked("robustness.index_ranks", scores, weights, aggregation, weight_spread, replications, low, high)

    def of(tables: Array, weight: Array) -> Array:
        drawn = at_random(tables, weight, aggregation, weight_spread, replications, seed)
        found, published = orders(evaluated(tables, drawn)), orders(evaluated(tables, nominal(weight, aggregation)))
        kept = np.where(np.isnan(published), np.nan, found == published).mean(axis=-1, keepdims=True)
        return np.concatenate([published, quantiles(found, low, high), kept], axis=-1)

    return each(of, (scores, 6), (weights, 1))


@measure(
    label="指数变化的敏感性 | Sensitivity of the change of an index",
    unit="1",
    bounds=(None, None),
    reference=f"{_SAISANA}; design and estimators of ``sensitivity.sobol_indices``.",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_STILL,
    parts=_SHARES,
    scale_free=("weights",),
)
def change_sensitivity(
    scores: ByChoice,
    weights: OverIndicators,
    *,
    aggregation: Means,
    weight_spread: float,
    replications: int = 512,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Say which choice moves the change of an index from the first period to the last, alone and with the others.

    .. math:: S_{if} = S_f(D_i), \qquad T_{if} = T_f(D_i)

    :math:`D_i`: change of place *i* as in ``robustness.index_changes``; :math:`S_f, T_f`: indices of first and total
    order of normalisation, reading, absent cells, mean, and all weights together, as of ``sensitivity.sobol_indices``.

    Extremes: 0 for a choice that is not varied or changes nothing, 1 for the only one that matters.
    Trap: it tells what moves a change, not how far, nor whether it turns: ``robustness.single_choices``.
    Errors: as for ``robustness.index_values``; replications that are no power of two.
    """
    checked("robustness.change_sensitivity", scores, weights, aggregation, weight_spread, replications)

    def of(tables: Array, weight: Array) -> Array:
        ends = tables[..., [0, -1], :]
        values = evaluated(ends, _designed(tables, weight, aggregation, weight_spread, replications, seed))
        return _shared(values[:, 1] - values[:, 0])

    return each(of, (scores, 6), (weights, 1))


@measure(
    label="指数名次的敏感性（五类选择） | Sensitivity of the ranks of an index, five choices",
    unit="1",
    bounds=(None, None),
    reference=f"{_SAISANA} (average shift in rank); design and estimators of ``sensitivity.sobol_indices``.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_STILL,
    parts=_SHARES,
    scale_free=("weights",),
)
def rank_sensitivity(
    scores: ByChoice,
    weights: OverIndicators,
    *,
    aggregation: Means,
    weight_spread: float,
    replications: int = 512,
    seed: int = 1,
) -> OverParts:
    r"""Say which choice moves the ranking of the last period, alone and with the others.

    .. math:: \bar{R}_r = \frac{1}{n} \sum_i |R_{iTr} - R_{iT}|, \qquad S_f = S_f(\bar{R}), \quad T_f = T_f(\bar{R})

    :math:`R_{iTr}`: rank of place *i* in the last period and draw *r*, :math:`R_{iT}`: its nominal rank; :math:`n`:
    number of places; :math:`S_f, T_f`: as in ``robustness.change_sensitivity``.

    Extremes: 0 for a choice that is not varied or changes nothing, 1 for the only one that matters.
    Trap: a choice may matter through interactions only; then its index of first order is small and the total is not.
    Errors: as for ``robustness.change_sensitivity``.
    """
    checked("robustness.rank_sensitivity", scores, weights, aggregation, weight_spread, replications)

    def of(tables: Array, weight: Array) -> Array:
        last = tables[..., [-1], :]
        found = orders(evaluated(last, _designed(tables, weight, aggregation, weight_spread, replications, seed)))
        shift = np.abs(found - orders(evaluated(last, nominal(weight, aggregation))))[:, 0]
        shares: Array = _shared(np.nan_to_num(shift).mean(axis=0)[None])[0]
        return shares

    return each(of, (scores, 6), (weights, 1))


@measure(
    label="逐一改变选择 | One choice changed at a time",
    unit="{scores}",
    bounds=(None, None),
    reference=f"{_SAISANA} (the design of one factor at a time).",
    tested="by hand",
    absent=_ABSENT,
    zeros=_ZEROS,
    undefined=_UNDEFINED,
    scale_free=("weights",),
)
def single_choices(scores: ByChoice, weights: OverIndicators, *, aggregation: Means, weight_spread: float) -> ByOption:
    r"""Give the index as it would be with one single choice changed: the nominal index first, then each option.

    .. math:: Y_{oit} = M_o(s_{n_o a_o m_o i t j}; w_{jo})

    :math:`o`: the nominal choices; then each other normalisation, reading, treatment of absent cells and mean; then
    each weight raised to :math:`w_j (1 + \delta)`, lowered to :math:`w_j (1 - \delta)`, and set to zero in turn, with
    :math:`\delta` ``weight_spread``; the other symbols as in ``robustness.index_values``.

    Extremes: all the same when there is one of everything.
    Trap: two choices together may turn what neither turns alone; that is for the draws to tell.
    Errors: as for ``robustness.index_values``.
    """
    checked("robustness.single_choices", scores, weights, aggregation, weight_spread)

    def of(tables: Array, weight: Array) -> Array:
        rows = list(one_by_one(tables.shape[:3], weight, aggregation, weight_spread))
        draws = Draws(np.array([chosen for chosen, _ in rows]), np.stack([shares for _, shares in rows]))
        return np.moveaxis(evaluated(tables, draws), -1, 0)

    return each(of, (scores, 6), (weights, 1))


def _designed(tables: Array, weights: Array, aggregation: Means, spread: float, replications: int, seed: int) -> Draws:
    """Return the draws of a Sobol design in five factors; the last one picks among as many vectors of weights."""
    ones = np.ones(len(FACTORS))
    unit = sensitivity.sobol_design(0 * ones, ones, replications=replications, seed=seed).reshape(-1, len(FACTORS))
    vectors = noisy(weights, spread, np.random.default_rng(seed).random((replications, len(weights))))
    return drawn(tables, aggregation, unit[:, :4], vectors[(unit[:, 4] * replications).astype(np.int64)])


def _shared(outputs: Array) -> Array:
    """Return first order and total of every factor in turn, from outputs with all matrices of the design in a row."""
    by_matrix = outputs.reshape(len(outputs), 2 + len(FACTORS), -1)
    defined = ~np.isnan(by_matrix).any(axis=(1, 2))
    result = np.full((len(outputs), len(FACTORS), 2), np.nan)
    if defined.any():
        there = np.where(np.ptp(by_matrix[defined], axis=(1, 2), keepdims=True) > TIE, by_matrix[defined], 0.0)
        result[defined] = sensitivity.sobol_indices(there[:, 0], there[:, 1], there[:, 2:])
    return result.reshape(len(outputs), -1)
