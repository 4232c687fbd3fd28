"""Weights of indicators, drawn from the data or not; they add up to 1.

Weights from data reward what differs between places or agrees with other indicators, not what matters.  Below eight
places they are refused by the caller: three provinces carry no statistics.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverIndicators, OverRegionsAndIndicators
from xietong.measures.measure import measure, misuse
from xietong.measures.normalisation import min_max
from xietong.measures.preconditions import finite, not_negative, positive

_EIGHT = {"place": 8}
_EIGHT_REASON = (
    "weights from fewer than eight places follow one or two of them; give equal weights or weights of your own, or "
    "take cities or counties"
)
_CONSTANT = "leave an indicator out that is the same everywhere, by name"
_NOTHING = 1e-12
_CANCELS = "约去：样本与总体相同 | cancels: a sample's or the places' own give the same weights"


@measure(
    label="等权 | Equal weights",
    unit="1",
    bounds=(0, 1),
    reference="Definition (one over the number of indicators).",
    tested="by hand",
    scale_free=("values",),
    replicates=("place",),
)
def equal(values: OverRegionsAndIndicators) -> OverIndicators:
    r"""Count every indicator alike: the reference against which any other weights are shown.

    .. math:: w_j = \frac{1}{m}

    :math:`m`: number of indicators.

    Extremes: always :math:`1 / m`.
    Trap: equal weights of indicators are not equal weights of systems when one system has more indicators.
    Errors: a cell that is not finite.
    """
    finite("weighting.equal", values=values)
    indicators = values.shape[-1]
    return np.full((*values.shape[:-2], indicators), 1 / indicators)


@measure(
    label="熵值法权重 | Entropy weights",
    unit="1",
    bounds=(0, 1),
    reference="Shannon's entropy of the shares of places, over its highest value: Python package pymcdm 1.4.0, "
    "entropy_weights(); on its pitfalls: Effectiveness of Entropy Weight Method in "
    "Decision-Making, Mathematical Problems in Engineering (2020), 3564835.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros="照算，0·ln0=0 | taken as they are, 0 ln 0 = 0",
    scale_free=("values",),
    also=("entropy_weights",),
)
def entropy(values: OverRegionsAndIndicators) -> OverIndicators:
    r"""Give more weight to indicators that are shared out more unevenly between places.

    .. math:: w_j = \frac{1 - e_j}{\sum_k (1 - e_k)}, \qquad e_j = -\frac{1}{\ln n} \sum_i p_{ij} \ln p_{ij}, \qquad
       p_{ij} = \frac{x_{ij}}{\sum_k x_{kj}}

    :math:`x_{ij}`: value or score of place *i* on indicator *j*, zero or above, more is better; :math:`n`: number of
    places.

    Extremes: 0 for an indicator that is the same everywhere; 1 when all others are.
    Trap: shares of raw values and shares of min-max scores give different weights: say which; a constant added to avoid
    the logarithm of zero changes them and is not needed; weights of one year and of all years together differ.
    Errors: a value that is not finite or below zero; an indicator that is zero everywhere; no indicator that differs.
    """
    who = "weighting.entropy"
    shares = _shares(who, values)
    spread = 1 + (shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=-2) / np.log(values.shape[-2])
    return _over_total(who, np.maximum(spread, 0.0) * (np.ptp(shares, axis=-2) > 0))


@misuse(
    entropy,
    label="平移后取对数（加0.01） | Shifted before the logarithm (plus 0.01)",
    seen="help of SPSSAU on the entropy method, 'non-negative shift': an indicator with a value of zero or below is "
    "moved by the size of its lowest value plus 0.01; elsewhere min-max scores are squeezed between 0.0001 and 0.9999",
)
def shifted_entropy(values: OverRegionsAndIndicators) -> OverIndicators:
    """Move indicators that hold a zero; their shares are then more even, and their weights lower."""
    low = values.min(axis=-2, keepdims=True)
    return entropy(np.where(low <= 0, values + np.abs(low) + 0.01, values))


@misuse(
    entropy,
    label="含零则熵记为零 | Entropy of zero as soon as a zero occurs",
    seen="Python package pymcdm 1.2.1, entropy_weights(): min-max scores, which always hold a zero, then always get "
    "equal weights; version 1.4.0 refuses zeros",
)
def zeroed_entropy(values: OverRegionsAndIndicators) -> OverIndicators:
    """Take an indicator that holds a zero for one that a single place has wholly."""
    shares = values / values.sum(axis=-2, keepdims=True)
    logarithms = np.log(np.where(shares > 0, shares, 1.0))
    spread = 1 + (shares * logarithms).sum(axis=-2) / np.log(values.shape[-2])
    spread = np.where((values == 0).any(axis=-2), 1.0, spread)
    weights: Array = spread / spread.sum(axis=-1, keepdims=True)
    return weights


@measure(
    label="CRITIC权重 | CRITIC weights",
    unit="1",
    bounds=(0, 1),
    reference="Diakoulaki, D., Mavrotas, G. and Papayannakis, L. (1995), Determining objective weights in multiple "
    "criteria problems: the CRITIC method; Python package pymcdm 1.4.0, critic_weights().",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread=_CANCELS,
    also=("critic_weights",),
)
def critic(
    values: OverRegionsAndIndicators, directions: OverIndicators, *, scale: Literal["min_max", "none"] = "min_max"
) -> OverIndicators:
    r"""Give more weight to indicators that differ between places and say what no other indicator says.

    .. math:: w_j = \frac{c_j}{\sum_k c_k}, \qquad c_j = s_j \sum_k (1 - r_{jk})

    :math:`s_j`: standard deviation of the scores of indicator *j*; :math:`r_{jk}`: correlation of the scores of *j* and
    *k*. ``scale``: scores are min-max scores, or the values themselves with their direction.

    Extremes: all equal when indicators are uncorrelated and alike in spread.
    Trap: an indicator turned the wrong way looks like news and gets a high weight; with raw values the unit decides.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere.
    """
    who = "weighting.critic"
    finite(who, values=values, directions=directions)
    positive(who, _CONSTANT, range_of_values=np.ptp(values, axis=-2))
    scaled = min_max(values, directions)
    spread = (scaled if scale == "min_max" else values * directions[..., None, :]).std(axis=-2)
    news = values.shape[-1] - _correlations(scaled).sum(axis=-1)
    return _over_total(who, spread * np.where(news > _NOTHING, news, 0.0))


@measure(
    label="主成分权重 | Weights of the first principal component",
    unit="1",
    bounds=(0, 1),
    reference="First loadings of the correlation matrix as in the R package COINr 1.1.14, get_PCA(), there not divided "
    "by their sum; on the choice, after its manual: doi 10.1016/j.envsoft.2021.105208.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread=_CANCELS,
    also=("pca_weights",),
    scale_free=("values",),
    replicates=("place",),
)
def principal_components(
    values: OverRegionsAndIndicators,
    directions: OverIndicators,
    *,
    rule: Literal["loadings", "squared_loadings"] = "loadings",
) -> OverIndicators:
    r"""Give more weight to indicators that move with all others, so that one number keeps most of their differences.

    .. math:: w_j = \frac{v_j}{\sum_k v_k}, \qquad R v = \lambda_1 v

    :math:`R`: correlations of the indicators, each with its direction; :math:`v`: its first eigenvector, of length 1,
    its sum above zero. ``rule``: ``loadings``, or :math:`w_j = v_j^2`.

    Extremes: all equal when all correlations are.
    Trap: indicators that say the same count twice and more; an indicator that opposes the others would get a weight
    below zero, and squares hide it. It is no factor analysis: nothing is rotated.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere; a
    loading below zero under ``loadings``.
    """
    who = "weighting.principal_components"
    finite(who, values=values, directions=directions)
    positive(who, _CONSTANT, range_of_values=np.ptp(values, axis=-2))
    axis: Array = np.linalg.eigh(_correlations(min_max(values, directions)))[1][..., -1]
    if rule == "squared_loadings":
        return axis**2
    axis = axis * np.where(axis.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    way = "check the direction of that indicator, leave it out by name, or choose rule = 'squared_loadings'"
    not_negative(who, way, loadings=np.where(np.abs(axis) < _NOTHING, 0.0, axis))
    return _over_total(who, np.maximum(axis, 0.0))


@measure(
    label="标准差权重 | Standard deviation weights",
    unit="1",
    bounds=(0, 1),
    reference="Python package pymcdm 1.4.0, standard_deviation_weights().",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread=_CANCELS,
    scale_free=("values",),
    replicates=("place",),
)
def standard_deviation(values: OverRegionsAndIndicators) -> OverIndicators:
    r"""Give more weight to indicators whose scores differ more between places.

    .. math:: w_j = \frac{s_j}{\sum_k s_k}

    :math:`s_j`: standard deviation of the scores of indicator *j*.

    Extremes: 0 for an indicator that is the same everywhere; 1 when all others are.
    Trap: give scores on one scale, not raw values: the unit of an indicator would decide its weight.
    Errors: a cell that is not finite; no indicator that differs.
    """
    finite("weighting.standard_deviation", values=values)
    return _over_total("weighting.standard_deviation", _spread(values))


@measure(
    label="变异系数权重 | Coefficient of variation weights",
    unit="1",
    bounds=(0, 1),
    reference="Definition (coefficient of variation of each indicator over their sum).",
    tested="by hand",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    spread=_CANCELS,
    scale_free=("values",),
    replicates=("place",),
)
def coefficient_of_variation_weights(values: OverRegionsAndIndicators) -> OverIndicators:
    r"""Give more weight to indicators that differ more between places in proportion to their mean.

    .. math:: w_j = \frac{v_j}{\sum_k v_k}, \qquad v_j = \frac{s_j}{\bar{x}_j}

    :math:`s_j`: standard deviation of indicator *j*; :math:`\bar{x}_j`: its mean.

    Extremes: 0 for an indicator that is the same everywhere; 1 when all others are.
    Trap: it needs a natural zero; an index number around 100 gets almost no weight, a rate of change around 0
    almost all.
    Errors: a value that is not finite or below zero; an indicator that is zero everywhere; no indicator that differs.
    """
    who = "weighting.coefficient_of_variation_weights"
    shares = _shares(who, values)
    return _over_total(who, _spread(shares))


def _shares(measure: str, values: Array) -> Array:
    not_negative(measure, values=values)
    total = values.sum(axis=-2, keepdims=True)
    positive(measure, "leave the indicator out by name", total_of_indicator=total[..., 0, :])
    shares: Array = values / total
    return shares


def _spread(values: Array) -> Array:
    """Return population deviations, exactly zero where nothing differs."""
    spread: Array = values.std(axis=-2) * (np.ptp(values, axis=-2) > 0)
    return spread


def _correlations(scores: Array) -> Array:
    away = scores - scores.mean(axis=-2, keepdims=True)
    away /= np.sqrt((away * away).sum(axis=-2, keepdims=True))
    correlations: Array = np.swapaxes(away, -1, -2) @ away
    return correlations


def _over_total(measure: str, amounts: Array) -> Array:
    total = amounts.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise MeasureRefusal(
            measure,
            "no indicator gets a weight",
            why="indicators that do not differ between places, or all say the same, leave nothing to weigh",
            ways=("take weighting.equal", "state weights of your own"),
        )
    weights: Array = amounts / total
    return weights
