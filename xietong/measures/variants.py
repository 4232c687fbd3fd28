"""Variants of an index: draws of the five choices behind it, and the value that each draw gives.

A draw names a normalisation, a reading, a treatment of absent cells and a mean, and has weights of its own.  A score
that is absent (nan) has no weight in its place and period, and the indicators present share it.  A geometric mean needs
a zero that means something: it is taken with the first normalisation, and the others are averaged arithmetically.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole
from xietong.measures.preconditions import finite, not_negative, positive

__all__ = [
    "MEANS",
    "TIE",
    "Draws",
    "Means",
    "at_random",
    "checked",
    "drawn",
    "evaluated",
    "known",
    "noisy",
    "nominal",
    "one_by_one",
    "orders",
    "quantiles",
    "signs",
]

Means: TypeAlias = Literal["arithmetic", "geometric", "arithmetic_or_geometric", "geometric_or_arithmetic"]
MEANS = {
    "arithmetic": (0,), "geometric": (1,), "arithmetic_or_geometric": (0, 1), "geometric_or_arithmetic": (1, 0),
}  # fmt: skip
"""The means that each word names, the nominal one first: 0 arithmetic, 1 geometric."""
TIE = 1e-9
"""Two values that differ by less are the same but for rounding."""
_ABOVE_ZERO = "set the worst goalposts further out, or take the arithmetic mean alone"


@dataclass(frozen=True)
class Draws:
    """One draw a row: the numbers of normalisation, reading, treatment and mean, and the weights."""

    chosen: Whole
    weights: Array


def one_by_one(
    counts: Sequence[int], weights: Array, aggregation: Means, weight_spread: float
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield the choices and the weights of the nominal index, then those with one choice changed at a time."""
    first, *others = MEANS[aggregation]
    yield (0, 0, 0, first), weights
    for factor, count in enumerate(counts):
        for option in range(1, count):
            mean = 0 if factor == 0 else first
            yield (*(option if at == factor else 0 for at in range(3)), mean), weights
    for mean in others:
        yield (0, 0, 0, mean), weights
    for factor_of_weight in (1 + weight_spread, 1 - weight_spread, 0.0):
        for at in range(len(weights)):
            yield (0, 0, 0, first), np.where(np.arange(len(weights)) == at, weights * factor_of_weight, weights)


def checked(
    who: str, scores: Array, weights: Array, aggregation: Means, spread: float, replications: int = 1,
    low: float = 0.0, high: float = 1.0,
) -> None:  # fmt: skip
    """Refuse scores, weights and choices that give no draw."""
    known(who, scores)
    if 1 in MEANS[aggregation]:
        scaled = scores[..., 0, :, :, :, :, :]
        positive(who, _ABOVE_ZERO, scores=np.where(np.isnan(scaled), 1.0, scaled))
    not_negative(who, weights=weights)
    positive(who, "give at least one indicator a weight", total_of_weights=weights.sum(axis=-1))
    told = {
        f"weight_spread is {spread:g}": not 0 <= spread <= 1,
        f"replications is {replications}": replications < 1,
        f"low is {low:g} and high is {high:g}": not 0 <= low < high <= 1,
    }
    for what, wrong in told.items():
        if wrong:
            raise MeasureRefusal(
                who,
                what,
                why="a spread and a quantile lie between 0 and 1, and a draw is needed",
                ways=("state a choice in that range",),
            )


def known(who: str, scores: Array) -> None:
    """Refuse a score that is infinite; one that is absent is taken."""
    finite(who, scores=np.where(np.isnan(scores), 0.0, scores))


def nominal(weights: Array, aggregation: Means) -> Draws:
    """Return the only draw of the index as it is published."""
    return Draws(np.array([[0, 0, 0, MEANS[aggregation][0]]]), weights[None])


def drawn(tables: Array, aggregation: Means, unit: Array, weights: Array) -> Draws:
    """Turn four columns of numbers from 0 to below 1 into choices; a geometric mean goes with the first scale only."""
    means = np.array(MEANS[aggregation])
    chosen = (unit * [*tables.shape[:3], len(means)]).astype(np.int64)
    chosen[:, 3] = np.where(chosen[:, 0] == 0, means[chosen[:, 3]], 0)
    return Draws(chosen, weights)


def noisy(weights: Array, spread: float, unit: Array) -> Array:
    """Return weights raised or lowered by a share of up to ``spread``."""
    perturbed: Array = weights * (1 + spread * (2 * unit - 1))
    return perturbed


def at_random(tables: Array, weights: Array, aggregation: Means, spread: float, replications: int, seed: int) -> Draws:
    """Return draws by a generator of random numbers."""
    unit = np.random.default_rng(seed).random((replications, 4 + len(weights)))
    return drawn(tables, aggregation, unit[:, :4], noisy(weights, spread, unit[:, 4:]))


def evaluated(tables: Array, draws: Draws) -> Array:
    """Return the index of every place and period in every draw: [place, period, draw]."""
    places, periods, indicators = tables.shape[3:]
    result = np.empty((places * periods, len(draws.weights)))
    for choice in np.unique(draws.chosen, axis=0):
        rows = np.flatnonzero((draws.chosen == choice).all(axis=1))
        table = tables[tuple(choice[:3])].reshape(-1, indicators)
        weights, there = draws.weights[rows].T, ~np.isnan(table)
        plain = np.where(there, table, 1.0 if choice[3] else 0.0)
        total = there.astype(np.float64) @ weights
        summed = (np.log(plain) if choice[3] else plain) @ weights
        mean = np.divide(summed, total, out=np.full_like(summed, np.nan), where=total > 0)
        result[:, rows] = np.exp(mean) if choice[3] else mean
    return result.reshape(places, periods, -1)


def orders(values: Array) -> Array:
    """Return ranks along the first axis, 1 for the highest; nan stays."""
    above = np.stack([(values > one + TIE * (1 + np.abs(one))).sum(axis=0) for one in values])
    ranks: Array = np.where(np.isnan(values), np.nan, above + 1.0)
    return ranks


def signs(values: Array) -> Array:
    """Return the signs of changes; what lies within rounding is none."""
    found: Array = np.where(np.abs(values) <= TIE, 0.0, np.sign(values))
    return found


def quantiles(values: Array, *shares: float) -> Array:
    """Return quantiles along the last axis; absent where a draw has no value."""
    cut: Array = np.moveaxis(np.quantile(values, shares, axis=-1), 0, -1)
    return cut
