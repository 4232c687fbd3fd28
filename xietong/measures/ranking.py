"""Ranking: places compared with each other on all indicators, without one common scale to which scores would belong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from xietong.measures.axes import Array, BetweenRegions, OverIndicators, OverRegions, OverRegionsAndIndicators
from xietong.measures.measure import measure
from xietong.measures.preconditions import directed, finite, not_negative, positive

_COINR = "R package COINr 1.1.14"
_TWO = {"place": 2}
_TWO_REASON = "a place is compared with another"
_CELLS = 1 << 17
"""Numbers worked on at a time: as many as stay in the cache."""
_EQUAL = 1e-12
"""Sums of weights that differ by less than this share of all weights are equal."""


@measure(
    label="优劣解距离法（TOPSIS）贴近度 | Closeness to the ideal (TOPSIS)",
    unit="1",
    bounds=(0, 1),
    reference="Hwang, C. L. and Yoon, K. (1981), Methods for multiple attribute decision making, Springer, cited after "
    "the Python package pymcdm 1.4.0.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values", "weights"),
    replicates=("indicator",),
)
def topsis(
    values: OverRegionsAndIndicators,
    weights: OverIndicators,
    directions: OverIndicators,
    *,
    scaling: Literal["vector", "min_max", "none"] = "vector",
) -> OverRegions:
    r"""How close a place is to the best values seen, against how close it is to the worst.

    .. math:: C_i = \frac{D_i^-}{D_i^+ + D_i^-}, \qquad D_i^{\pm} = \sqrt{\sum_j \left( w_j r_{ij} - v_j^{\pm}
       \right)^2}, \qquad r_{ij} = \frac{x_{ij}}{\sqrt{\sum_k x_{kj}^2}}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`w_j`: weight; :math:`v_j^+, v_j^-`: best and worst of
    :math:`w_j r_{ij}`, by the direction: 1 when more is better, -1 when less is. ``scaling`` "min_max" divides by the
    range of the indicator instead, "none" takes values that were scored before.

    Extremes: 1 for a place that is best in everything, 0 for one that is worst in everything.
    Trap: packages scale by range where the method says length; some put weights inside the square and some outside it.
    A place that joins or leaves moves the ideal, and may change the order of two others.
    Errors: a value that is not finite; a weight below zero; a direction that is neither 1 nor -1; an indicator that is
    all zero (or the same everywhere, by range); all places alike.
    """
    who = "ranking.topsis"
    _insist(who, values, weights)
    directed(who, directions=directions)
    high, low = values.max(axis=-2, keepdims=True), values.min(axis=-2, keepdims=True)
    length = high - low if scaling == "min_max" else np.ones(values.shape[-1])
    if scaling == "vector":
        length = np.sqrt(np.einsum("...ij,...ij->...j", values, values))[..., None, :]
    positive(who, "leave an indicator out, by name, that tells no places apart", length_of_values=length)
    factor = (weights * directions / weights.max(axis=-1, keepdims=True))[..., None, :] / length
    best = np.where(factor > 0, high, low) * factor
    apart = best - np.where(factor > 0, low, high) * factor
    positive(who, "name places that differ", distance_of_best_and_worst=np.linalg.norm(apart, axis=-1))
    return _closeness(values, factor, best, apart)


@measure(
    label="胜出矩阵 | Outranking matrix",
    unit="1",
    bounds=(0, 1),
    reference=f"{_COINR}, outrankMatrix().",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("weights",),
    replicates=("indicator",),
)
def outranking(scores: OverRegionsAndIndicators, weights: OverIndicators) -> BetweenRegions:
    r"""Share of the weights for which one place is ahead of another.

    .. math:: o_{ik} = \frac{\sum_{j: x_{ij} > x_{kj}} w_j + \frac{1}{2} \sum_{j: x_{ij} = x_{kj}} w_j}{\sum_j w_j},
       \qquad o_{ii} = 0

    :math:`x_{ij}`: score of place *i* on indicator *j*, more is better; :math:`w_j`: weight.

    Extremes: 1 where a place is ahead on all indicators, 0.5 where neither is; the two of a pair add up to 1.
    Trap: how far a place is ahead does not count, so a gap that no measurement would show counts as a win.
    Errors: a score that is not finite; a weight that is not finite or below zero; all weights zero.
    """
    _insist("ranking.outranking", scores, weights)
    total = weights.sum(axis=-1)[..., None, None]
    matrix = np.concatenate([(margins / total + 1) / 2 for margins in _margins(scores, weights)], axis=-2)
    places = np.arange(matrix.shape[-1])
    matrix[..., places, places] = 0.0
    return matrix


@measure(
    label="科普兰得分 | Copeland score",
    unit="1",
    bounds=(None, None),
    reference=f"{_COINR}, a_copeland().",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("weights",),
    replicates=("indicator",),
)
def copeland(scores: OverRegionsAndIndicators, weights: OverIndicators) -> OverRegions:
    r"""Places that a place beats on most of the weights, less the places that beat it.

    .. math:: C_i = \sum_{k \ne i} \operatorname{sgn}\left( \sum_j w_j \operatorname{sgn}(x_{ij} - x_{kj}) \right)

    :math:`x_{ij}`: score of place *i* on indicator *j*, more is better; :math:`w_j`: weight.

    Extremes: *n* - 1 when a place beats all others, 1 - *n* when all beat it; the scores of all places add up to 0.
    Trap: two sides with equal weights are a draw, also where computed sums differ in the last digit (0.1 + 0.2 and
    0.3); older versions of COINr add up the outranking matrix instead. The difference to the next rank means nothing.
    Errors: a score that is not finite; a weight that is not finite or below zero; all weights zero.
    """
    _insist("ranking.copeland", scores, weights)
    least = _EQUAL * weights.sum(axis=-1)[..., None, None]
    wins = [((m > least).sum(axis=-1) - (m < -least).sum(axis=-1)) for m in _margins(scores, weights)]
    return np.concatenate(wins, axis=-1).astype(np.float64)


def _insist(measure: str, table: Array, weights: Array) -> None:
    finite(measure, **{"values" if measure.endswith("topsis") else "scores": table})
    not_negative(measure, weights=weights)
    positive(measure, "give at least one indicator a weight", total_of_weights=weights.sum(axis=-1))


def _closeness(values: Array, factor: Array, best: Array, apart: Array) -> Array:
    """Work through the places in blocks that stay in the cache; a shift of both ends changes no distance."""
    front = np.broadcast_shapes(values.shape[:-2], factor.shape[:-2])
    result = np.empty((*front, values.shape[-2]))
    step = max(1, _CELLS // max(1, values.shape[-1] * int(np.prod(front))))
    for start in range(0, values.shape[-2], step):
        gap = best - values[..., start : start + step, :] * factor
        to_best = np.sqrt(np.einsum("...j,...j->...", gap, gap))
        np.subtract(apart, gap, out=gap)
        to_worst = np.sqrt(np.einsum("...j,...j->...", gap, gap))
        result[..., start : start + step] = to_worst / (to_best + to_worst)
    return result


def _margins(scores: Array, weights: Array) -> Iterator[Array]:
    """Yield weights for less weights against, block by block of the places in rows, against all places in columns."""
    columns = np.moveaxis(scores, -1, 0)
    front = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-1])
    places = scores.shape[-2]
    step = max(1, _CELLS // max(1, places * int(np.prod(front))))
    for start in range(0, places, step):
        rows = columns[..., start : start + step]
        margins = np.zeros((*front, rows.shape[-1], places))
        for row, column, weight in zip(rows, columns, np.moveaxis(weights, -1, 0), strict=True):
            margins += weight[..., None, None] * np.sign(row[..., :, None] - column[..., None, :])
        yield margins
