"""Normalisation: values of indicators in many units become scores without one, and more of a score is always better.

An indicator has a direction: +1 when more of it is better, -1 when less is.  Scales drawn from the sample move when a
place or a year is added; goalposts that are fixed beforehand and published do not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.measures.axes import Array, OverIndicators, OverRegionsAndIndicators, OverRegionsPeriodsAndIndicators
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import directed, finite, not_negative, positive

_HANDBOOK = (
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: Methodology and User Guide, ISBN "
    "978-92-64-04345-9, on normalisation"
)
_COINR = "as in the R package COINr 1.1.14"
_TWO = {"place": 2}
_TWO_REASON = "the score of one place alone says nothing: there is none to compare it with"
_CONSTANT = "leave an indicator out that is the same everywhere, by name, or score it against goalposts"


@measure(
    label="极差标准化 | Min-max scores",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HANDBOOK}; {_COINR}, n_minmax().",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values",),
)
def min_max(values: OverRegionsAndIndicators, directions: OverIndicators) -> OverRegionsAndIndicators:
    r"""Score places between the worst and the best of them, on every indicator.

    .. math:: u_{ij} = \frac{d_j x_{ij} - \min_k d_j x_{kj}}{\max_k d_j x_{kj} - \min_k d_j x_{kj}}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`d_j`: 1 when more of the indicator is better, -1 when
    less is.

    Extremes: 0 for the worst place of every indicator, 1 for the best; every indicator has both.
    Trap: one outlier squeezes all others together, and one more place or year moves every score; scores of two years
    that were scaled year by year cannot be compared: ``normalisation.pooled_min_max`` or goalposts.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere.
    """
    turned = _turned("normalisation.min_max", values, directions)
    low = turned.min(axis=-2, keepdims=True)
    width = turned.max(axis=-2, keepdims=True) - low
    positive("normalisation.min_max", _CONSTANT, range_of_values=width[..., 0, :])
    scores: Array = (turned - low) / width
    return scores


@measure(
    label="极差标准化（多年统一） | Min-max scores, all periods on one scale",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HANDBOOK}; {_COINR}, Normalise() of a panel with global = TRUE.",
    tested="by hand",
    scale_free=("values",),
)
def pooled_min_max(
    values: OverRegionsPeriodsAndIndicators, directions: OverIndicators
) -> OverRegionsPeriodsAndIndicators:
    r"""Score places between the worst and the best of all places and all periods, so that years can be compared.

    .. math:: u_{itj} = \frac{d_j x_{itj} - \min_{k,s} d_j x_{ksj}}{\max_{k,s} d_j x_{ksj} - \min_{k,s} d_j x_{ksj}}

    :math:`x_{itj}`: value of place *i* in period *t* on indicator *j*; :math:`d_j`: 1 when more of the indicator is
    better, -1 when less is.

    Extremes: 0 for the worst place and period of every indicator, 1 for the best.
    Trap: a further year may hold a new extreme, and then all the history moves; what was published stays comparable
    only with goalposts that are frozen.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; an indicator that never differs.
    """
    who = "normalisation.pooled_min_max"
    directed(who, directions=directions)
    finite(who, values=values)
    turned = values * directions[..., None, None, :]
    low = turned.min(axis=(-3, -2), keepdims=True)
    width = turned.max(axis=(-3, -2), keepdims=True) - low
    positive(who, _CONSTANT, range_of_values=width[..., 0, 0, :])
    scores: Array = (turned - low) / width
    return scores


@misuse(
    pooled_min_max,
    label="逐年极差标准化 | Every year on its own scale",
    seen="R package COINr 1.1.14, Normalise() of a panel with global = FALSE, when scores of two years are compared",
)
def yearly_min_max(
    values: OverRegionsPeriodsAndIndicators, directions: OverIndicators
) -> OverRegionsPeriodsAndIndicators:
    """Give each period the extremes of its own, so that a region that rises as a whole does not seem to move."""
    return np.swapaxes(min_max(np.swapaxes(values, -3, -2), directions[..., None, :]), -3, -2)


@measure(
    label="目标值区间标准化 | Scores between goalposts",
    unit="1",
    bounds=(None, None),
    reference=f"{_HANDBOOK}; {_COINR}, n_goalposts() with scale 1; the Human Development Index of UNDP scales so.",
    tested="printed",
)
def goalposts(
    values: OverRegionsAndIndicators,
    worst: OverIndicators,
    best: OverIndicators,
    *,
    beyond: Literal["kept", "clipped"],
) -> OverRegionsAndIndicators:
    r"""Score places between two values that were fixed beforehand, so that later years do not move earlier scores.

    .. math:: u_{ij} = \frac{x_{ij} - a_j}{b_j - a_j}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`a_j`: its worst goalpost, :math:`b_j`: its best one,
    which lies below the worst where less is better. ``beyond``: a value outside them is kept, with a score below 0 or
    above 1, or clipped to 0 or 1.

    Extremes: 0 at the worst goalpost, 1 at the best; none when what lies beyond is kept.
    Trap: clipping hides what lies beyond the goalposts; goalposts are published with a version, and a new version
    recomputes the whole series.
    Errors: a cell that is not finite; two goalposts that are equal.
    """
    finite("normalisation.goalposts", values=values, worst=worst, best=best)
    width = best - worst
    positive("normalisation.goalposts", "set the goalposts apart", distance_of_goalposts=np.abs(width))
    scores: Array = (values - worst[..., None, :]) / width[..., None, :]
    return np.clip(scores, 0, 1) if beyond == "clipped" else scores


@measure(
    label="Z分数标准化 | Z scores",
    unit="1",
    bounds=(None, None),
    reference=f"{_HANDBOOK}; {_COINR}, n_zscore(), which divides by the deviation of a sample.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    spread="由 sample 选定：样本（n-1）或总体（n） | as chosen by sample: of a sample (n - 1) or of the places (n)",
    scale_free=("values",),
)
def z_scores(values: OverRegionsAndIndicators, directions: OverIndicators, *, sample: bool) -> OverRegionsAndIndicators:
    r"""Say how many standard deviations a place lies above or below the mean, on every indicator.

    .. math:: z_{ij} = d_j \frac{x_{ij} - \bar{x}_j}{s_j}, \qquad
       s_j = \sqrt{\frac{\sum_i (x_{ij} - \bar{x}_j)^2}{n - c}}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`\bar{x}_j`: plain mean; :math:`d_j`: 1 when more is
    better, -1 when less is; :math:`c`: 1 with ``sample``, 0 without.

    Extremes: none; the mean place has 0.
    Trap: half of the scores are below zero, so that no geometric mean and no coupling can follow; packages differ in
    the divisor and rarely say so.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; an indicator that is the same everywhere.
    """
    turned = _turned("normalisation.z_scores", values, directions)
    width = turned.max(axis=-2) - turned.min(axis=-2)
    positive("normalisation.z_scores", _CONSTANT, range_of_values=width)
    spread = turned.std(axis=-2, ddof=int(sample), keepdims=True)
    scores: Array = (turned - turned.mean(axis=-2, keepdims=True)) / spread
    return scores


@measure(
    label="名次得分 | Rank scores",
    unit="1",
    bounds=(1, None),
    reference=f"{_HANDBOOK}; {_COINR}, n_rank(), which gives places that tie the lowest of their ranks.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values",),
)
def ranks(
    values: OverRegionsAndIndicators, directions: OverIndicators, *, ties: Literal["average", "lowest"] = "average"
) -> OverRegionsAndIndicators:
    r"""Score places by their order on every indicator: 1 for the worst, the number of places for the best.

    .. math:: r_{ij} = 1 + \#\{k: d_j x_{kj} < d_j x_{ij}\} + \frac{1}{2} \#\{k \ne i: x_{kj} = x_{ij}\}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`d_j`: 1 when more is better, -1 when less is. ``ties``:
    places that tie share the mean of their ranks, or all have the lowest of them (the last term is left out).

    Extremes: 1 for the worst place, *n* for the best.
    Trap: it is a score, and not the place in a league table, where 1 is the best; all distances are lost.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1.
    """
    return _ranks(_turned("normalisation.ranks", values, directions), ties)


@measure(
    label="百分位名次 | Percentile ranks",
    unit="1",
    bounds=(0, 1),
    reference=f"{_COINR[0].upper()}{_COINR[1:]}, n_prank(), which gives places that tie the lowest of their ranks.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values",),
)
def percentile_ranks(
    values: OverRegionsAndIndicators, directions: OverIndicators, *, ties: Literal["average", "lowest"] = "average"
) -> OverRegionsAndIndicators:
    r"""Give the share of the other places that a place outdoes, on every indicator.

    .. math:: p_{ij} = \frac{r_{ij} - 1}{n - 1}

    :math:`r_{ij}`: rank score of place *i* on indicator *j*, 1 for the worst; :math:`n`: number of places. ``ties`` as
    for ``normalisation.ranks``.

    Extremes: 0 for the worst place, 1 for the best when it is alone.
    Trap: with few places the steps are coarse: of three places one has 0, one a half and one 1, however close they are.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; a single place.
    """
    turned = _turned("normalisation.percentile_ranks", values, directions)
    places = turned.shape[-2]
    positive("normalisation.percentile_ranks", "name a second place", other_places=np.array(places - 1.0))
    scores: Array = (_ranks(turned, ties) - 1) / (places - 1)
    return scores


@measure(
    label="波达得分 | Borda scores",
    unit="1",
    bounds=(0, None),
    reference=f"{_COINR[0].upper()}{_COINR[1:]}, n_borda(), which gives places that tie the lowest of their ranks.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("values",),
)
def borda(
    values: OverRegionsAndIndicators, directions: OverIndicators, *, ties: Literal["average", "lowest"] = "average"
) -> OverRegionsAndIndicators:
    r"""Count the places that a place outdoes, on every indicator; added over indicators they are Borda's count.

    .. math:: b_{ij} = r_{ij} - 1

    :math:`r_{ij}`: rank score of place *i* on indicator *j*, 1 for the worst. ``ties`` as for ``normalisation.ranks``.

    Extremes: 0 for the worst place, *n* - 1 for the best.
    Trap: a place that enters or leaves may turn the order of two others when scores are added over indicators.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1.
    """
    return _ranks(_turned("normalisation.borda", values, directions), ties) - 1


@measure(
    label="与最优值之比 | Ratio to the best",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HANDBOOK} (distance to a reference, the best place); pymcdm 1.4.0, linear_normalization().",
    tested="peer",
    zeros="越多越好的指标照算，越少越好的指标拒绝 | taken where more is better, refused where less is",
    scale_free=("values",),
)
def distance_to_best(values: OverRegionsAndIndicators, directions: OverIndicators) -> OverRegionsAndIndicators:
    r"""Score places as a fraction of the best of them, on every indicator.

    .. math:: u_{ij} = \frac{x_{ij}}{\max_k x_{kj}} \;(d_j = 1), \qquad
       u_{ij} = \frac{\min_k x_{kj}}{x_{ij}} \;(d_j = -1)

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`d_j`: 1 when more is better, -1 when less is.

    Extremes: 1 for the best place; 0 for a place with nothing where more is better.
    Trap: it needs a natural zero, so no index numbers, degrees or rates of change; where less is better the scale is
    bent.
    Errors: a cell that is not finite or below zero; a direction that is neither 1 nor -1; all zero where more is
    better; a zero where less is.
    """
    who = "normalisation.distance_to_best"
    directed(who, directions=directions)
    not_negative(who, "a ratio needs a natural zero: normalisation.min_max takes values below it", values=values)
    more = directions[..., None, :] > 0
    best = np.where(more, values.max(axis=-2, keepdims=True), values.min(axis=-2, keepdims=True))
    positive(who, "normalisation.min_max accepts a zero", best_value=best[..., 0, :])
    scores: Array = np.where(more, values, best) / np.where(more, best, values)
    return scores


@misuse(
    distance_to_best,
    label="变号后再除以最大值 | Sign turned, then divided by the largest",
    seen="R package COINr 1.1.14, n_fracmax() on an indicator of direction -1: scores above 1 that are larger the "
    "worse a place is, and infinite ones when the best place has zero",
)
def fraction_of_turned_maximum(
    values: OverRegionsAndIndicators, directions: OverIndicators
) -> OverRegionsAndIndicators:
    """Multiply by the direction first; where less is better the largest is then minus the smallest."""
    turned = values * directions[..., None, :]
    scores: Array = turned / turned.max(axis=-2, keepdims=True)
    return scores


@measure(
    label="与参照值之比 | Ratio to a reference",
    unit="1",
    bounds=(None, None),
    reference=f"{_HANDBOOK} (distance to a reference).",
    tested="by hand",
    alike=("values", "reference"),
)
def distance_to_reference(values: OverRegionsAndIndicators, reference: OverIndicators) -> OverRegionsAndIndicators:
    r"""Score places as a multiple of a reference: a country, a plan or a base year.

    .. math:: u_{ij} = \frac{x_{ij}}{c_j}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`c_j`: value of the reference.

    Extremes: 1 where a place is at the reference; no upper limit.
    Trap: where less is better a score above 1 is bad: give goalposts or ``normalisation.distance_to_target`` instead;
    an indicator with a small reference outweighs the others.
    Errors: a cell that is not finite; a reference that is not above zero.
    """
    finite("normalisation.distance_to_reference", values=values)
    positive("normalisation.distance_to_reference", "choose a reference above zero", reference=reference)
    scores: Array = values / reference[..., None, :]
    return scores


@measure(
    label="目标完成程度 | Way to a target",
    unit="1",
    bounds=(None, None),
    reference=f"{_COINR[0].upper()}{_COINR[1:]}, n_dist2targ().",
    tested="peer",
    alike=("values", "targets"),
)
def distance_to_target(
    values: OverRegionsAndIndicators,
    targets: OverIndicators,
    directions: OverIndicators,
    *,
    beyond: Literal["kept", "clipped"],
) -> OverRegionsAndIndicators:
    r"""Score places by how much of the way from the worst of them to a target they have gone, on every indicator.

    .. math:: u_{ij} = 1 - \frac{d_j c_j - d_j x_{ij}}{d_j c_j - \min_k d_j x_{kj}}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`c_j`: target; :math:`d_j`: 1 when more is better, -1
    when less is. ``beyond``: a place beyond the target keeps a score above 1, or is clipped to 1.

    Extremes: 0 for the worst place, 1 at the target; none above when what lies beyond is kept.
    Trap: the zero is the worst place of the sample, so that an outlier makes all others look close to the target.
    Errors: a cell that is not finite; a direction that is neither 1 nor -1; a target that the worst place has reached.
    """
    who = "normalisation.distance_to_target"
    turned = _turned(who, values, directions)
    finite(who, targets=targets)
    goal = (targets * directions)[..., None, :]
    way = goal - turned.min(axis=-2, keepdims=True)
    positive(who, "set a target that the worst place has not reached", way_of_the_worst=way[..., 0, :])
    scores: Array = 1 - (goal - turned) / way
    return np.minimum(scores, 1) if beyond == "clipped" else scores


def _turned(measure: str, values: Array, directions: Array) -> Array:
    directed(measure, directions=directions)
    finite(measure, values=values)
    turned: Array = values * directions[..., None, :]
    return turned


def _ranks(values: Array, ties: str) -> Array:
    order = np.argsort(values, axis=-2, kind="stable")
    lined = np.take_along_axis(values, order, axis=-2)
    position = np.broadcast_to(np.arange(lined.shape[-2])[:, None], lined.shape)
    apart = np.diff(lined, axis=-2) > 0
    edge = np.ones_like(apart[..., :1, :], shape=(*lined.shape[:-2], 1, lined.shape[-1]))
    first = np.maximum.accumulate(np.where(np.concatenate([edge, apart], axis=-2), position, 0), axis=-2)
    score = first.astype(np.float64)
    if ties == "average":
        last = np.where(np.concatenate([apart, edge], axis=-2), position, position[..., -1:, :])
        score = (first + np.minimum.accumulate(last[..., ::-1, :], axis=-2)[..., ::-1, :]) / 2
    result = np.empty_like(score)
    np.put_along_axis(result, order, score + 1, axis=-2)
    return result
