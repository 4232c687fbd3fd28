"""Reliability of an index: whether its indicators go together, which of them decide it, and what it is without each."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.aggregation import arithmetic, geometric
from xietong.measures.axes import Array, Cells, OverIndicators, OverRegions, OverRegionsAndIndicators
from xietong.measures.measure import measure
from xietong.measures.preconditions import at_least, finite, not_negative, positive

_BECKER = (
    "Becker, W., Saisana, M., Paruolo, P. and Vandecasteele, I. (2017), Weights and Importance in Composite "
    "Indicators: Closing the Gap, Ecological Indicators 80: 12-22, doi 10.1016/j.ecolind.2017.03.056"
)
_COINR = "R package COINr 1.1.14"
_THREE = {"place": 3}
_THREE_REASON = "a straight line through two places fits perfectly"
_TWO = {"indicator": 2}
_CONSTANT = "指标或指数各地相同 | the indicator, or the index, is the same everywhere"
_EQUAL = 1e-12
"""Indices that differ by less than this share of the largest have the same rank."""


@measure(
    label="克龙巴赫α系数 | Cronbach's alpha",
    unit="1",
    bounds=(None, 1),
    reference="Cronbach, L. J. (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16: "
    f"297-334; absent cells as in the {_COINR}, get_cronbach().",
    tested="printed",
    least={"place": 3, "indicator": 2},
    least_reason="covariances are drawn from the places, and consistency is between indicators",
    absent="拒绝，或按成对在场计算协方差 | refused, or covariances from the places that have both, as missing says",
    spread="样本，除数为n-1 | of a sample, divisor n - 1",
)
def cronbach_alpha(
    scores: OverRegionsAndIndicators,
    *,
    missing: Literal["refused", "pairwise"] = "refused",
    standardised: bool = False,
) -> Cells:
    r"""How far the indicators of an index measure one and the same thing.

    .. math:: \alpha = \frac{m}{m-1} \left( 1 - \frac{\sum_j c_{jj}}{\sum_j \sum_k c_{jk}} \right)

    :math:`c_{jk}`: covariance of indicators *j* and *k* over places, or their correlation where ``standardised``;
    :math:`m`: number of indicators. "pairwise" takes each covariance from the places that have both indicators.

    Extremes: 1 when all indicators move as one, 0 when they are unrelated; below zero when they move against each
    other, and no lower limit.
    Trap: indicators turn the same way first, more is better; without standardising, the one with the largest unit
    decides. It rises with the number of indicators, and a high value may mean that one thing is counted many times.
    Errors: a score that is not finite; fewer than two places that have both of a pair; a sum that never varies; an
    indicator that is the same everywhere, where standardised.
    """
    who = "reliability.cronbach_alpha"
    gaps = np.isnan(scores) & (missing == "pairwise")
    finite(who, scores=np.where(gaps, 0.0, scores))
    if scores.shape[-1] < 2:
        raise MeasureRefusal(who, "scores has 1 indicator", why="consistency is between several", ways=("name two",))
    scores = np.where(gaps, 0.0, scores)
    matrix = _covariances(who, scores, ~gaps)
    own = np.diagonal(matrix, axis1=-2, axis2=-1)
    own = np.where(own > (1e-13 * _most(scores, -2)[..., 0, :]) ** 2, own, 0.0)
    if standardised:
        positive(who, "leave an indicator out, by name, that is the same everywhere", variance_of_scores=own)
        matrix = matrix / np.sqrt(own[..., :, None] * own[..., None, :])
        own = np.ones_like(own)
    whole = matrix.sum(axis=(-2, -1))
    positive(
        who,
        "the indicators cancel out; turn them the same way",
        variance_of_sum=np.where(whole > 1e-12 * own.sum(axis=-1), whole, 0.0),
    )
    alpha: Cells = scores.shape[-1] / (scores.shape[-1] - 1) * (1 - own.sum(axis=-1) / whole)
    return alpha


@measure(
    label="指标与指数的相关系数 | Correlation of indicators with the index",
    unit="1",
    bounds=(-1, 1),
    reference=f"Pearson's correlation, as in the {_COINR}, get_corr().",
    tested="by hand",
    least=_THREE,
    least_reason=_THREE_REASON,
    undefined=_CONSTANT,
    scale_free=("scores", "index"),
)
def correlation_with_index(scores: OverRegionsAndIndicators, index: OverRegions) -> OverIndicators:
    r"""Whether places that are high on an indicator are high in the index.

    .. math:: r_j = \frac{\sum_i (x_{ij} - \bar{x}_j)(y_i - \bar{y})}
       {\sqrt{\sum_i (x_{ij} - \bar{x}_j)^2 \sum_i (y_i - \bar{y})^2}}

    :math:`x_{ij}`: score of place *i* on indicator *j*; :math:`y_i`: its index; bars are means over places.

    Extremes: 1 and -1 on a straight line, 0 without a linear relation.
    Trap: an indicator below zero works against the index of which it is part; one near zero is silent in it.
    Errors: a score or index that is not finite.
    """
    who = "reliability.correlation_with_index"
    finite(who, scores=scores, index=index)
    x, y = (_centred(values, axis) for values, axis in ((scores, -2), (index, -1)))
    x, y = (values / np.where(large > 0, large, np.nan) for values, large in ((x, _most(x, -2)), (y, _most(y, -1))))
    both = np.einsum("...ij,...i->...j", x, y)
    spread = np.sqrt((x * x).sum(axis=-2) * (y * y).sum(axis=-1)[..., None])
    correlation: OverIndicators = np.clip(both / spread, -1.0, 1.0)
    return correlation


@measure(
    label="指标重要性（线性） | Importance of indicators (linear)",
    unit="1",
    bounds=(0, 1),
    reference=f"{_BECKER}: the correlation ratio, here of a straight line.",
    tested="by hand",
    least=_THREE,
    least_reason=_THREE_REASON,
    undefined=_CONSTANT,
    scale_free=("scores", "index"),
)
def importance(scores: OverRegionsAndIndicators, index: OverRegions) -> OverIndicators:
    r"""Share of the differences between places in the index that an indicator alone accounts for.

    .. math:: S_j = \frac{\operatorname{V}\left(\operatorname{E}(y \mid x_j)\right)}{\operatorname{V}(y)} = r_j^2

    :math:`y`: index; :math:`x_j`: score on indicator *j*; :math:`r_j`: their correlation, for a straight line.

    Extremes: 1 when the indicator alone settles the index up to a straight line, 0 when it says nothing about it.
    Trap: weights are not importance: of two indicators of equal weight the one that varies more, or goes with the
    others, decides. The shares do not add up to 1, since indicators go together; a curved relation is underrated.
    Errors: a score or index that is not finite.
    """
    finite("reliability.importance", scores=scores, index=index)
    share: OverIndicators = correlation_with_index(scores, index) ** 2
    return share


@measure(
    label="逐一剔除指标后的指数 | Index without each indicator",
    unit="{scores}",
    bounds=(None, None),
    reference=f"Definition; as in the {_COINR}, remove_elements(), which sets one weight at a time to zero.",
    tested="by hand",
    least=_TWO,
    least_reason="without its only indicator there is no index",
    zeros="算术平均照算；几何平均中得分为零则结果为零 | counted in an arithmetic mean; they make a geometric one zero",
    scale_free=("weights",),
)
def leave_one_out(
    scores: OverRegionsAndIndicators,
    weights: OverIndicators,
    *,
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
) -> OverRegionsAndIndicators:
    r"""Index of every place as it would be without each indicator in turn.

    .. math:: I_{i(-j)} = \frac{\sum_{k \ne j} w_k x_{ik}}{\sum_{k \ne j} w_k}

    :math:`x_{ik}`: score of place *i* on indicator *k*; :math:`w_k`: its weight. A geometric mean is the same of
    logarithms.

    Extremes: the index itself where the indicator has no weight.
    Trap: the weight of the one left out goes to all others, also across pillars; inside a hierarchy it would go to its
    own pillar alone, so the index without it is another there.
    Errors: a score or weight that is not finite; a weight below zero, or a single one above it; a score below zero in
    a geometric mean.
    """
    return _without("reliability.leave_one_out", scores, weights, mean)


@measure(
    label="逐一剔除指标后的位次变化 | Change of rank without each indicator",
    unit="1",
    bounds=(None, None),
    reference=f"Definition; sign and ties as in the {_COINR}, remove_elements(): rank with less rank without.",
    tested="by hand",
    least={"place": 2, "indicator": 2},
    least_reason="without its only indicator there is no index, and a rank is among several places",
    zeros="算术平均照算；几何平均中得分为零则结果为零 | counted in an arithmetic mean; they make a geometric one zero",
    scale_free=("scores", "weights"),
)
def leave_one_out_ranks(
    scores: OverRegionsAndIndicators,
    weights: OverIndicators,
    *,
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
) -> OverRegionsAndIndicators:
    r"""Ranks that a place would gain (above zero) or lose without each indicator in turn.

    .. math:: \Delta_{ij} = R(I_i) - R(I_{i(-j)}), \qquad R(I_i) = 1 + \#\{k : I_k > I_i\}

    :math:`I_i`: index of place *i*; :math:`I_{i(-j)}`: its index without indicator *j*; :math:`R`: rank, 1 is best.

    Extremes: 0 when the indicator moves nobody; up to one less than the number of places.
    Trap: ranks move most where many places are close together, whatever the indicator; equal places share the better
    rank, and count as equal when they differ by less than the twelfth digit of the largest.
    Errors: a score or weight that is not finite; a weight below zero, or a single one above it; a score below zero in
    a geometric mean.
    """
    who = "reliability.leave_one_out_ranks"
    without = _without(who, scores, weights, mean)
    whole = (arithmetic if mean == "arithmetic" else geometric)(scores, weights[..., None, :])
    ranked = _ranks(np.concatenate([whole[..., None], without], axis=-1))
    return ranked[..., :1] - ranked[..., 1:]


def _covariances(measure: str, values: Array, there: NDArray[np.bool_]) -> Array:
    """Return sample covariances over the places that have both indicators."""
    present = there.astype(np.float64)
    pairs = np.swapaxes(present, -1, -2) @ present
    at_least(measure, 2, "leave an indicator out, by name, that few places share with others", places_with_both=pairs)
    centre = values.sum(axis=-2, keepdims=True) / present.sum(axis=-2, keepdims=True)
    moved = (values - centre) * present
    turned = np.swapaxes(moved, -1, -2)
    sums = turned @ present
    covariances: Array = (turned @ moved - sums * np.swapaxes(sums, -1, -2) / pairs) / (pairs - 1)
    return covariances


def _centred(values: Array, axis: int) -> Array:
    """Return deviations from the mean, exactly zero where nothing varies."""
    varies = np.ptp(values, axis=axis, keepdims=True) > 0
    return np.where(varies, values - values.mean(axis=axis, keepdims=True), 0.0)


def _most(values: Array, axis: int) -> Array:
    most: Array = np.abs(values).max(axis=axis, keepdims=True)
    return most


def _without(measure: str, scores: Array, weights: Array, mean: str) -> Array:
    """Add up what stands before and what stands after each indicator: nothing is subtracted, so nothing cancels."""
    (finite if mean == "arithmetic" else not_negative)(measure, scores=scores)
    not_negative(measure, weights=weights)
    zero = (scores == 0) & (weights > 0)[..., None, :]
    values = scores if mean == "arithmetic" else np.log(np.where(scores > 0, scores, 1.0))
    rest = _others(weights)
    positive(measure, "give a second indicator a weight", weight_of_the_others=rest)
    index: Array = _others(weights[..., None, :] * values) / rest[..., None, :]
    if mean == "arithmetic":
        return index
    return np.where(_others(zero.astype(np.float64)) > 0, 0.0, np.exp(index))


def _others(terms: Array) -> Array:
    """Return, for every position on the last axis, the sum of all others."""
    others = np.zeros_like(terms)
    np.cumsum(terms[..., :-1], axis=-1, out=others[..., 1:])
    others[..., :-1] += np.cumsum(terms[..., :0:-1], axis=-1)[..., ::-1]
    return others


def _ranks(index: Array) -> Array:
    """Return ranks over places, 1 for the largest; equal ones share the better rank."""
    order = np.argsort(-index, axis=-2, kind="stable")
    ordered = np.take_along_axis(index, order, axis=-2)
    behind = ordered[..., :-1, :] - ordered[..., 1:, :] > _EQUAL * _most(index, -2)
    first = np.ones_like(ordered)
    first[..., 1:, :] = np.where(behind, np.arange(2.0, index.shape[-2] + 1)[:, None], 1.0)
    ranks = np.empty_like(first)
    np.put_along_axis(ranks, order, np.maximum.accumulate(first, axis=-2), axis=-2)
    return ranks
