"""Weights from judgement: indicators compared in pairs (analytic hierarchy process), and whether the judges agree."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverIndicators
from xietong.measures.measure import measure
from xietong.measures.preconditions import positive

BetweenIndicators: TypeAlias = Annotated[Array, Axes(("indicator", "indicator"))]

_SAATY = "Saaty's eigenvector method, as in the Python package AHPy 2.1"
_RANDOM = {
    "classic": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "revised": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}
"""Mean consistency index of random comparisons of 3 to 15 indicators."""
_ROUNDED = 0.05


@measure(
    label="层次分析法权重 | Weights of the analytic hierarchy process",
    unit="1",
    bounds=(0, 1),
    reference=f"{_SAATY}, Compare().",
    tested="peer",
    least={"indicator": 2},
    least_reason="one indicator has nothing to be compared with",
    zeros="拒绝 | refused",
    also=("ahp",),
)
def analytic_hierarchy(comparisons: BetweenIndicators) -> OverIndicators:
    r"""Turn judgements of how much more one indicator matters than another into weights.

    .. math:: A w = \lambda_{\max} w, \qquad \sum_j w_j = 1

    :math:`A`: comparisons, :math:`a_{jk}` says how many times as much indicator *j* matters as *k*, with
    :math:`a_{kj} = 1 / a_{jk}`; :math:`\lambda_{\max}`: its largest eigenvalue; :math:`w`: weights.

    Extremes: all equal when every comparison is 1.
    Trap: means of normalised columns, which many spreadsheets use, are another number unless the judgements are
    consistent; weights go with the ``consistency_ratio``, and above 0.1 the judgements are asked again.
    Errors: a comparison that is not finite or not above zero; two comparisons that are not each other's reciprocal
    within rounding (a twentieth); an indicator that is not 1 against itself.
    """
    _reciprocal("pairwise_comparisons.analytic_hierarchy", comparisons)
    return _principal(comparisons)[1]


@measure(
    label="一致性比例 | Consistency ratio",
    unit="1",
    bounds=(0, None),
    reference=f"{_SAATY}, consistency_ratio; the classic random index up to 8 indicators as printed in "
    "iwaponline.com/view-large/3120630, table 2, beyond as code attributes it to Saaty (1980); the revised one "
    "after Saaty (2005), Theory and Applications of the Analytic Network Process, as in AHPy.",
    tested="peer",
    least={"indicator": 3},
    least_reason="two indicators have one comparison, which cannot contradict itself",
    zeros="拒绝 | refused",
)
def consistency_ratio(
    comparisons: BetweenIndicators, *, random_index: Literal["classic", "revised"] = "classic"
) -> Cells:
    r"""Say how far judgements contradict each other, against judgements thrown at random.

    .. math:: CR = \frac{\lambda_{\max} - n}{(n - 1)\, RI_n}

    :math:`\lambda_{\max}`: largest eigenvalue of the comparisons; :math:`n`: number of indicators; :math:`RI_n`: mean
    of the same for random comparisons, from ``random_index``: 0.58 for three indicators in the classic table, 0.52 in
    the revised one.

    Extremes: 0 when all comparisons follow from one set of weights; about 1 for judgements at random.
    Trap: the limit of 0.1 is a convention, and several tables of the random index circulate: print which.
    Errors: as ``pairwise_comparisons.analytic_hierarchy``; fewer than 3 or more than 15 indicators.
    """
    who = "pairwise_comparisons.consistency_ratio"
    _reciprocal(who, comparisons)
    indicators = comparisons.shape[-1]
    if not 3 <= indicators <= 15:
        raise MeasureRefusal(
            who,
            f"comparisons has {indicators} indicators",
            why="the random index is known for 3 to 15 indicators",
            ways=("compare indicators in groups of a hierarchy, and the groups with each other",),
        )
    excess = np.maximum(_principal(comparisons)[0] - indicators, 0.0)
    ratio: Array = excess / ((indicators - 1) * _RANDOM[random_index][indicators - 3])
    return ratio


def _reciprocal(measure: str, comparisons: Array) -> None:
    positive(measure, "state how many times as much one matters as the other", comparisons=comparisons)
    failed = np.argwhere(np.abs(comparisons * np.swapaxes(comparisons, -1, -2) - 1) > _ROUNDED)
    if len(failed):
        at = tuple(int(position) for position in failed[0])
        other = (*at[:-2], at[-1], at[-2])
        raise MeasureRefusal(
            measure,
            f"comparisons is {comparisons[at]:g} at {list(at)} and {comparisons[other]:g} at {list(other)}",
            why="a comparison and its opposite are reciprocal: twice as much one way is half as much the other way",
            ways=("correct one of the two", "state the upper half, and its reciprocals below"),
        )


def _principal(comparisons: Array) -> tuple[Array, Array]:
    """Return the largest eigenvalue, which is real, and its eigenvector as weights."""
    numbers, vectors = np.linalg.eig(comparisons)
    largest = numbers.real.argmax(axis=-1)
    weights = np.abs(np.take_along_axis(vectors, largest[..., None, None], axis=-1)[..., 0].real)
    value = np.take_along_axis(numbers, largest[..., None], axis=-1)[..., 0].real
    return value, weights / weights.sum(axis=-1, keepdims=True)
