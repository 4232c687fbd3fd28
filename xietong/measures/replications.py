"""Replications of a composite index: draws of the choices behind it, and the scores and ranks that each draw gives.

A draw is an alternative, a way of aggregating, and weights that add up to 1.  Draws are evaluated in blocks, so that
memory grows with the result and not with the work; blocks are sorted in two threads, and the result does not depend on
them.  Rank 1 is the best, and places that tie all have the best of their ranks.  Two places tie when their scores
differ by no more than the rounding of a sum of that many terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole
from xietong.measures.preconditions import finite, not_negative, positive

__all__ = [
    "Aggregation",
    "Draws",
    "Noise",
    "Spread",
    "at_random",
    "checked",
    "composites",
    "drawn",
    "nominal",
    "quantiles",
    "ranks",
]

Aggregation: TypeAlias = Literal["arithmetic", "geometric", "harmonic", "arithmetic_or_geometric", "any_of_three"]
Noise: TypeAlias = Literal["uniform", "dirichlet"]
Ranks: TypeAlias = NDArray[np.integer]

_MEANS = {
    "arithmetic": (0,),
    "geometric": (1,),
    "harmonic": (2,),
    "arithmetic_or_geometric": (0, 1),
    "any_of_three": (0, 1, 2),
}
_ROUNDING = 2.0**-52
_BLOCK = 2**23
"""Numbers in a block, 64 megabytes of them."""
_CHUNK = 2**16
"""Numbers that a thread sorts at a time; they stay in its cache."""
_ABOVE_ZERO = "aggregate arithmetically, or scale scores so that the lowest lies above zero"


@dataclass(frozen=True)
class Spread:
    """How far the choices behind an index are varied; as many draws as there are ``replications``."""

    aggregation: Aggregation
    weight_spread: float
    weight_noise: Noise
    left_out: bool
    replications: int


@dataclass(frozen=True)
class Draws:
    """One draw a row: the number of the alternative, of the mean (0 arithmetic, 1 geometric, 2 harmonic), weights."""

    alternative: Whole
    mean: Whole
    weights: Array


def checked(who: str, scores: Array, weights: Array, spread: Spread, low: float = 0.0, high: float = 1.0) -> None:
    """Refuse scores, weights and choices that give no draw."""
    if spread.aggregation == "arithmetic":
        finite(who, scores=scores)
    else:
        positive(who, _ABOVE_ZERO, scores=scores)
    not_negative(who, weights=weights)
    weighted = np.count_nonzero(weights, axis=-1).min()
    told = {
        f"weight_spread is {spread.weight_spread:g}": not 0 <= spread.weight_spread <= 1,
        f"replications is {spread.replications}": spread.replications < 1,
        f"low is {low:g} and high is {high:g}": not 0 <= low < high <= 1,
        "total_of_weights is 0": weighted < 1,
        "left_out is True with one indicator of weight above zero": spread.left_out and weighted == 1,
    }
    for what, wrong in told.items():
        if wrong:
            why = "a spread lies between 0 and 1, a quantile too, and every draw needs an indicator"
            raise MeasureRefusal(who, what, why=why, ways=("state a choice in that range",))


def nominal(weights: Array, spread: Spread) -> Draws:
    """Return the index as it is published: the first alternative, the first mean, the weights as given."""
    first = np.zeros(1, dtype=np.int64)
    return Draws(first, first + _MEANS[spread.aggregation][0], (weights / weights.sum())[None, :])


def drawn(weights: Array, alternatives: int, spread: Spread, unit: Array) -> Draws:
    """Turn rows of numbers between 0 and 1 into draws.

    The columns are the alternative, the mean, the indicator left out, and one for each weight.
    """
    means = np.array(_MEANS[spread.aggregation], dtype=np.int64)
    perturbed = _perturbed(weights, spread, unit[:, 3:])
    if spread.left_out:
        there = np.append(np.flatnonzero(weights), -1)
        left = there[(unit[:, 2] * len(there)).astype(np.int64)]
        perturbed = np.where(left[:, None] == np.arange(len(weights)), 0.0, perturbed)
    return Draws(
        (unit[:, 0] * alternatives).astype(np.int64),
        means[(unit[:, 1] * len(means)).astype(np.int64)],
        perturbed / perturbed.sum(axis=1, keepdims=True),
    )


def _perturbed(weights: Array, spread: Spread, unit: Array) -> Array:
    if spread.weight_spread == 0 or spread.weight_noise == "uniform" or np.count_nonzero(weights) == 1:
        perturbed: Array = weights * (1 + spread.weight_spread * (2 * unit - 1))
        return perturbed
    from scipy.special import gammaincinv

    there = weights > 0
    concentration = 3 * (np.count_nonzero(there) - 1) / spread.weight_spread**2 - 1
    perturbed = np.zeros_like(unit)
    perturbed[:, there] = gammaincinv(concentration * weights[there] / weights.sum(), unit[:, there])
    return perturbed


def composites(scores: Array, draws: Draws) -> Array:
    """Return the score of every place in every draw: [place, draw]."""
    result = np.empty((scores.shape[1], len(draws.weights)))
    for table, mean, rows in _parts(scores, draws):
        raw = table @ draws.weights[rows].T
        result[:, rows] = raw if mean == 0 else np.exp(raw) if mean == 1 else -1 / raw
    return result


def ranks(scores: Array, draws: Draws) -> Ranks:
    """Return the rank of every place in every draw: [place, draw], in the smallest whole numbers that hold it."""
    from concurrent.futures import ThreadPoolExecutor

    places = scores.shape[1]
    result = np.empty((places, len(draws.weights)), dtype=np.int16 if places < 2**15 else np.int32)
    chunk = max(1, _CHUNK // places)
    with ThreadPoolExecutor(2) as pool:
        for table, _, rows in _parts(scores, draws):
            keys, unsure_below = _keys(table, draws.weights[rows])

            def order(start: int, keys: Whole = keys, rows: Whole = rows, below: int = unsure_below) -> Whole:
                part = slice(start, start + chunk)
                unsure = _into(result, keys[part], rows[part], below)
                return rows[part][unsure]

            unsure = np.concatenate(list(pool.map(order, range(0, len(rows), chunk))))
            for start in range(0, len(unsure), chunk):
                again = unsure[start : start + chunk]
                result[:, again] = _tied(table, draws.weights[again]).T
    return result


def _parts(scores: Array, draws: Draws) -> Iterator[tuple[Array, int, Whole]]:
    """Yield tables whose weighted sum orders the places, the mean, and the draws that take it, a block at most."""
    most = max(1, _BLOCK // scores.shape[1])
    for mean in range(3):
        for alternative in range(len(scores)):
            rows = np.flatnonzero((draws.mean == mean) & (draws.alternative == alternative))
            if not len(rows):
                continue
            plain = scores[alternative]
            table = plain if mean == 0 else np.log(plain) if mean == 1 else -1 / plain
            for start in range(0, len(rows), most):
                yield table, mean, rows[start : start + most]


def _keys(table: Array, weights: Array) -> tuple[Whole, int]:
    """Return whole numbers that sort as the places do, the place in their last bits, and the gap that is too small.

    Weights add up to 1, so the table can be turned and scaled beforehand and every sum lies between 1.125 and 1.625,
    where the bits of a float are in order and equally far apart.
    """
    places, indicators = table.shape
    high, low = table.max(), table.min()
    width = high - low or 1.0
    keys = (weights @ (1.125 + (high - table) / (2 * width)).T).view(np.int64)
    bits = (places - 1).bit_length()
    noise = (indicators + 4) * (3 + max(abs(high), abs(low)) / width)
    return keys, (min(int(noise / 2.0**bits), 2**30) + 2) << bits


def _into(result: Ranks, keys: Whole, rows: Whole, unsure_below: int) -> NDArray[np.bool_]:
    """Sort keys in place and write the ranks of their places; say which rows hold places too close to tell."""
    count, places = keys.shape
    last = (1 << (places - 1).bit_length()) - 1
    keys &= ~last
    keys |= np.arange(places)
    keys.sort(axis=1)
    unsure: NDArray[np.bool_] = ((keys[:, 1:] - keys[:, :-1]) <= unsure_below + last).any(axis=1)
    keys &= last
    keys += np.arange(count)[:, None] * places
    placed = np.empty(count * places, dtype=result.dtype)
    placed[keys.ravel()] = np.tile(np.arange(1, places + 1, dtype=result.dtype), count)
    result[:, rows] = placed.reshape(count, places).T
    return unsure


def _tied(table: Array, weights: Array) -> Whole:
    """Return ranks with ties: [draw, place]."""
    values, sizes = weights @ table.T, weights @ np.abs(table).T
    order = np.argsort(-values, axis=1, kind="stable")
    values, sizes = np.take_along_axis(values, order, axis=1), np.take_along_axis(sizes, order, axis=1)
    rounding = (table.shape[1] + 4) * _ROUNDING * np.maximum(sizes[:, 1:], sizes[:, :-1])
    first = np.ones(order.shape, dtype=np.int64)
    first[:, 1:] = np.where(values[:, :-1] - values[:, 1:] > rounding, np.arange(2, order.shape[1] + 1), 1)
    result = np.empty_like(first)
    np.put_along_axis(result, order, np.maximum.accumulate(first, axis=1), axis=1)
    return result


def quantiles(drawn_values: NDArray[np.generic], *shares: float) -> Array:
    """Return quantiles along the last axis, between neighbours in proportion (type 7 of R); the array is sorted."""
    from concurrent.futures import ThreadPoolExecutor

    step = max(1, 4 * _CHUNK // drawn_values.shape[1])
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda at: drawn_values[at : at + step].sort(axis=1), range(0, len(drawn_values), step)))
    at = (drawn_values.shape[1] - 1) * np.array(shares)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, drawn_values.shape[1] - 1)
    lower = drawn_values[:, below].astype(np.float64)
    result: Array = lower + (at - below) * (drawn_values[:, above].astype(np.float64) - lower)
    return result


def at_random(weights: Array, alternatives: int, spread: Spread, seed: int) -> Draws:
    """Return draws by a generator of random numbers."""
    generator = np.random.default_rng(seed)
    return drawn(weights, alternatives, spread, generator.random((spread.replications, 3 + len(weights))))
