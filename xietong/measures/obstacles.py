"""Obstacle degrees: which indicators, or groups of them, keep a weighted score from its best."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array, GroupsOfIndicators, OverGroups, OverIndicators
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import fractions, not_negative, positive

_REFERENCE = (
    "Obstacle degree model (障碍度模型): contribution of an indicator (its weight) times its deviation from the best, "
    "over the sum of all such products; set out with this sum in the R package mathmodels, obstacle_degree(scaled=TRUE)"
)
_SCALE = "score each indicator between 0 and 1, where 1 is the best"
_PERFECT = (
    "where every indicator that carries weight is at its best nothing stands in the way: leave that place out by name"
)


@measure(
    label="障碍度 | Obstacle degree",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REFERENCE}.",
    tested="by hand",
    scale_free=("weights",),
    also=("obstacle_degree",),
)
def obstacles(scores: OverIndicators, weights: OverIndicators) -> OverIndicators:
    r"""Share of each indicator in what a weighted score lacks to its best; the shares add up to 1.

    .. math:: O_j = \frac{w_j (1 - x_j)}{\sum_k w_k (1 - x_k)}

    :math:`x_j`: score of indicator *j*, 1 at its best; :math:`w_j`: its weight, in any unit.

    Extremes: 0 for an indicator at its best or without weight, 1 when it alone is not at its best.
    Trap: a share, not a size: a place that lacks little has obstacles that add up to 1 as well. It inherits every
    doubt about the weights and the scaling; the heaviest indicator is named first when all lack alike. The product
    without the division by the sum is in use under the same name and is not comparable between places.
    Errors: a score that is not finite or outside 0 to 1; a weight below zero; nothing lacking at all.
    """
    return _obstacles("obstacles.obstacles", scores, weights)


@measure(
    label="分组障碍度 | Obstacle degree of groups",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REFERENCE}; summed over the indicators of a group.",
    tested="by hand",
    scale_free=("weights",),
)
def obstacles_of_groups(scores: OverIndicators, weights: OverIndicators, groups: GroupsOfIndicators) -> OverGroups:
    r"""Share of each group of indicators in what a weighted score lacks to its best; the shares add up to 1.

    .. math:: O_g = \sum_{j \in g} \frac{w_j (1 - x_j)}{\sum_k w_k (1 - x_k)}

    :math:`x_j`: score of indicator *j*, 1 at its best; :math:`w_j`: its weight, in any unit; *g*: a group, such as a
    system or a dimension.

    Extremes: 0 for a group at its best, 1 when all that lacks is in it.
    Trap: a group with more indicators or more weight is a larger obstacle by its size alone.
    Errors: a score that is not finite or outside 0 to 1; a weight below zero; nothing lacking at all.
    """
    degrees = _obstacles("obstacles.obstacles_of_groups", scores, weights)
    members = groups[..., None] == np.arange(int(groups.max()) + 1)
    shares: OverGroups = (degrees[..., None, :] @ members)[..., 0, :]
    return shares


@misuse(
    obstacles,
    label="未除以总和 | Not divided by the sum",
    seen="R package mathmodels, obstacle_degree() by default (scaled = FALSE).",
)
def obstacles_without_sum(scores: OverIndicators, weights: OverIndicators) -> OverIndicators:
    """Take the weighted deviation itself, which adds up to what the place lacks and not to 1."""
    return weights * (1 - scores)


def _obstacles(measure: str, scores: Array, weights: Array) -> Array:
    fractions(measure, _SCALE, scores=scores)
    not_negative(measure, weights=weights)
    lacking = weights * (1 - scores)
    total = lacking.sum(axis=-1, keepdims=True)
    positive(measure, _PERFECT, total_of_lacking=total)
    shares: Array = lacking / total
    return shares
