"""Frontiers: places judged on the weights that suit each best, against the best of all places on those weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xietong.measures.axes import Array, OverRegions, OverRegionsAndIndicators
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import not_negative, positive

_SMALL = 1e-11
_CELLS = 1_000_000


@measure(
    label="善意评价得分 | Benefit of the doubt",
    unit="1",
    bounds=(0, 1),
    reference="Melyn, W. and Moesen, W. (1991), Towards a synthetic indicator of macroeconomic performance, cited "
    "after the manual of the R package Compind 3.4, ci_bod().",
    tested="peer",
    least={"place": 2},
    least_reason="a place alone is its own best",
    scale_free=("values",),
    also=("bod",),
)
def benefit_of_the_doubt(values: OverRegionsAndIndicators) -> OverRegions:
    r"""Score each place with the weights that suit it best, as long as no place would score above 1 with them.

    .. math:: B_i = \max_{w \ge 0} \sum_j w_j x_{ij} \quad \text{with} \quad \sum_j w_j x_{kj} \le 1 \text{ for all } k

    :math:`x_{ij}`: value or score of place *i* on indicator *j*, zero or above, more is better.

    Extremes: 1 for a place that some weights put first; 0 for a place that has nothing.
    Trap: the weights do not add up to 1, and a package that asks for it gives other scores; a place may rest on one
    indicator alone, and with many indicators most places score 1.
    Errors: a value that is not finite or below zero; an indicator that is zero everywhere.
    """
    who = "frontier.benefit_of_the_doubt"
    not_negative(who, values=values)
    best = values.max(axis=-2, keepdims=True)
    positive(who, "leave the indicator out by name", best_value=best[..., 0, :])
    return each(_best_sums, (values / best, 2))


@misuse(
    benefit_of_the_doubt,
    label="误加权重和为一 | Weights that must add up to 1",
    seen="Python package indicators-merwan 1.0, which adds this constraint: the score falls to that of the indicator "
    "on which a place is closest to the best",
)
def weights_that_add_up(values: OverRegionsAndIndicators) -> OverRegions:
    """Score each place by the one indicator that suits it best: with values up to 1 nothing else binds."""
    scores: Array = (values / values.max(axis=-2, keepdims=True)).max(axis=-1)
    return scores


def _best_sums(values: Array) -> Array:
    """Solve the linear program of every place, many places at a time so that memory does not grow as their square."""
    rows, indicators = values.shape
    step = max(1, _CELLS // (rows + indicators))
    walls = np.concatenate([values, -np.eye(indicators)])
    return np.concatenate([_walked(walls, values[at : at + step]) for at in range(0, rows, step)])


def _walked(walls: Array, goals: Array) -> Array:
    """Walk along the edges of the polytope walls w <= 1 (0 for the last ones) to the best vertex of every goal.

    Every walk starts at zero weights and leaves a wall whose multiplier is negative.  Steps that go nowhere could go
    round for ever; after a number of steps the lowest wall is taken instead of the steepest, which cannot (Bland).
    """
    count, indicators = goals.shape
    limits = np.concatenate([np.ones(len(walls) - indicators), np.zeros(indicators)])
    held = np.tile(np.arange(len(walls) - indicators, len(walls)), (count, 1))
    weights, still, steps = np.zeros_like(goals), np.arange(count), 0
    while len(still):
        corner = walls[held[still]]
        pull = np.linalg.solve(np.swapaxes(corner, -1, -2), goals[still][..., None])[..., 0]
        more = (pull < -_SMALL).any(axis=-1)
        still, corner, pull = still[more], corner[more], pull[more]
        steps += 1
        if len(still):
            leave, way = _left(corner, pull, held[still], plain=steps > 20 * indicators)
            length, meet = _met(walls, limits, weights[still], way, held[still], plain=steps > 20 * indicators)
            weights[still] += length[:, None] * way
            held[still, leave] = meet
    best: Array = (weights * goals).sum(axis=-1)
    return best


def _left(corner: Array, pull: Array, held: NDArray[np.int64], *, plain: bool) -> tuple[NDArray[np.int64], Array]:
    """Return which of its walls every vertex leaves, and the way along the others."""
    order = np.where(pull < -_SMALL, held, np.iinfo(np.int64).max) if plain else pull
    leave = order.argmin(axis=-1)
    away = -(np.arange(pull.shape[-1]) == leave[:, None]).astype(np.float64)
    return leave, np.linalg.solve(corner, away[..., None])[..., 0]


def _met(
    walls: Array, limits: Array, weights: Array, way: Array, held: NDArray[np.int64], *, plain: bool
) -> tuple[Array, NDArray[np.int64]]:
    """Return how far every vertex goes and the wall that stops it: of several the lowest, or that met most squarely."""
    speed = way @ walls.T
    np.put_along_axis(speed, held, 0.0, axis=-1)
    gap = np.maximum(limits - weights @ walls.T, 0.0)
    far = np.where(speed > _SMALL, gap, np.inf) / np.where(speed > _SMALL, speed, 1.0)
    length = far.min(axis=-1)
    first = far <= length[:, None] + _SMALL
    meet = first.argmax(axis=-1) if plain else np.where(first, speed, -np.inf).argmax(axis=-1)
    return length, meet
