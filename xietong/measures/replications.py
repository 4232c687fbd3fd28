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
_PRODUCT = 2**18
"""Multiplications of a product of matrices that the library of linear algebra does not share out among threads."""
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
    """Return the score of every place in every draw: [draw, place]."""
    result = np.empty((len(draws.weights), scores.shape[1]))
    for table, mean, rows in _parts(scores, draws):
        raw = draws.weights[rows] @ table.T
        result[rows] = raw if mean == 0 else np.exp(raw) if mean == 1 else -1 / raw
    return result


def ranks(scores: Array, draws: Draws) -> Ranks:
    """Return the rank of every place in every draw: [draw, place], in the smallest whole numbers that hold it."""
    from concurrent.futures import ThreadPoolExecutor

    count, places = len(draws.weights), scores.shape[1]
    result = np.empty((count, places), dtype=np.int16 if places < 2**15 else np.int32)
    chunk = min(count, max(1, _CHUNK // places))
    rooms: list[_Room] = []
    with ThreadPoolExecutor(2) as pool:
        for table, _, rows in _parts(scores, draws):
            blocks = _blocks(table, chunk)
            rooms = rooms or [_room(chunk, blocks, result) for _ in range(2)]
            some = [rows[start : start + chunk] for start in range(0, len(rows), chunk)]
            noise = (table.shape[1] + 4) * _ROUNDING * float(np.abs(table).max())
            orders = [pool.submit(_into, result, one, blocks, draws.weights[one], noise, rooms) for one in some]
            for one, order in zip(some, orders, strict=True):
                again = one[order.result()]
                if len(again):
                    result[again] = _tied(table, draws.weights[again])
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


@dataclass(frozen=True)
class _Room:
    """Arrays that a thread works in, again and again; and the ranks of places in order, for all rows of a chunk."""

    sums: Array
    scaled: Array
    keys: NDArray[np.unsignedinteger]
    in_order: Ranks


def _room(rows: int, blocks: Array, result: Ranks) -> _Room:
    places = result.shape[1]
    kind = np.uint32 if places <= 2**12 else np.uint64
    in_order = np.tile(np.arange(1, places + 1, dtype=result.dtype), rows)
    size = rows * len(blocks) * blocks.shape[2]
    return _Room(np.empty(size), np.empty(rows * places), np.empty((rows, places), dtype=kind), in_order)


def _blocks(table: Array, rows: int) -> Array:
    """Cut a table into blocks, [block, indicator, place of the block], the last one filled with zeros.

    They are so small that a product with ``rows`` weights stays in the thread that asks for it.
    """
    places, indicators = table.shape
    width = max(8, _PRODUCT // (max(rows, 32) * indicators))
    filled = np.zeros((-(-places // width) * width, indicators))
    filled[:places] = table
    return np.ascontiguousarray(filled.reshape(-1, width, indicators).swapaxes(1, 2))


def _into(
    result: Ranks, rows: Whole, blocks: Array, weights: Array, noise: float, rooms: list[_Room]
) -> NDArray[np.bool_]:
    """Write the ranks of some draws; say in which of them places may tie.

    A sum is rounded to a cell, and the number of its place stands in the bits behind it, so that one sort orders both.
    """
    (count, places), room = (len(rows), result.shape[1]), rooms.pop()
    sums = room.sums[: count * len(blocks) * blocks.shape[2]].reshape(count, len(blocks), -1)
    np.matmul(weights, blocks, out=sums.swapaxes(0, 1))
    values = sums.reshape(count, -1)[:, :places]
    high = values.max(axis=1, keepdims=True)
    span = high - values.min(axis=1, keepdims=True)
    keys, scaled = room.keys[:count], room.scaled[: count * places].reshape(count, places)
    bits = (places - 1).bit_length()
    cells = 2.0 ** min(36, 8 * keys.itemsize - bits) - 2
    np.subtract(high, values, out=scaled)
    scaled *= cells / np.where(span > 0, span, 1)
    keys[:] = scaled
    keys <<= keys.dtype.type(bits)
    keys |= np.arange(places, dtype=keys.dtype)
    keys.sort(axis=1)
    close = keys[:, 1:] - keys[:, :-1] < keys.dtype.type(2 << bits)
    found = scaled.view(np.int64)
    np.bitwise_and(keys, keys.dtype.type((1 << bits) - 1), out=found, casting="unsafe")
    unsure = _settled(found, values, close, noise) | (span[:, 0] <= noise * cells)
    found += rows[:, None] * places
    result.reshape(-1)[found.ravel()] = room.in_order[: count * places]
    rooms.append(room)
    return np.asarray(unsure)


def _settled(found: Whole, values: Array, close: NDArray[np.bool_], noise: float) -> NDArray[np.bool_]:
    """Order places of neighbouring cells by their sums themselves; say in which rows two differ by noise at most."""
    edge = np.zeros((len(found), 1), dtype=np.bool_)
    after = np.concatenate([edge, close], axis=1)
    at = np.flatnonzero(after | np.concatenate([close, edge], axis=1))
    row, place, run = at // found.shape[1], found.reshape(-1)[at], np.cumsum(~after.reshape(-1)[at])
    own = values[row, place]
    order = np.lexsort((-own, run))
    found.reshape(-1)[at] = place[order]
    tight = (run[1:] == run[:-1]) & (-np.diff(own[order]) <= noise)
    unsure = np.zeros(len(found), dtype=np.bool_)
    unsure[row[1:][tight]] = True
    return np.asarray(unsure)


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


def quantiles(values: NDArray[np.generic], *shares: float) -> Array:
    """Return quantiles over the first axis, between neighbours in proportion (type 7 of R): [column, share]."""
    from concurrent.futures import ThreadPoolExecutor

    step = max(1, 4 * _CHUNK // len(values))
    at = (len(values) - 1) * np.array(shares)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)

    def of(start: int) -> Array:
        lined = np.ascontiguousarray(values[:, start : start + step].T)
        lined.sort(axis=1)
        lower = lined[:, below].astype(np.float64)
        between: Array = lower + (at - below) * (lined[:, above].astype(np.float64) - lower)
        return between

    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(of, range(0, values.shape[1], step))))


def at_random(weights: Array, alternatives: int, spread: Spread, seed: int) -> Draws:
    """Return draws by a generator of random numbers."""
    generator = np.random.default_rng(seed)
    return drawn(weights, alternatives, spread, generator.random((spread.replications, 3 + len(weights))))
