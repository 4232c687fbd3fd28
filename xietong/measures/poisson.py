"""Poisson pseudo maximum likelihood with one or two sets of fixed effects, and the pairs that are separated.

Newton's method in its form of repeated weighted least squares.  Fixed effects are never columns: one set is swept out
by means, two by one small system in the effects of the smaller side, solved by conjugate gradients that only multiply
by the table: nothing is inverted, and a table with few of its pairs is never filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole

__all__ = ["Fit", "fit", "numbered", "separated", "variance"]

_ROUNDS, _CLOSE, _FILLED = 100, 1e-9, 0.1
Flags: TypeAlias = NDArray[np.bool_]
Product: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True)
class Fit:
    """Slopes, the flows expected of the pairs used, which pairs these are, and what errors are made of.

    ``swept`` are the regressors of the pairs used, a row each, without what fixed effects say of them; ``bread`` is the
    inverse of the information on the slopes; ``freedom`` is pairs used less everything estimated.
    """

    slopes: Array
    expected: Array
    used: Flags
    swept: Array
    bread: Array
    freedom: int


def separated(flows: Array, groups: Sequence[Whole]) -> Flags:
    """Say which pairs without a flow are fitted only by effects that run off to minus infinity.

    Pairs with a flow tie the effects of their two sides together, so that within a connected set of places only one
    constant is free.  A pair without a flow is held when the constants of its two sets can move neither way, that is,
    when a cycle of such pairs leads from one set to the other and back.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = groups[0], groups[-1] if len(groups) > 1 else np.zeros_like(groups[0])
    if len(groups) == 1:
        return np.asarray(np.bincount(first, flows)[first] == 0)
    rows, every = int(first.max()) + 1, int(first.max() + second.max()) + 2
    some = flows > 0
    ties = coo_array((np.ones(int(some.sum())), (first[some], rows + second[some])), shape=(every, every))
    _, sets = connected_components(ties, directed=False)
    one, other = sets[first], sets[rows + second]
    pulls = coo_array((np.ones(len(flows)), (one, other)), shape=(every, every))
    _, cycles = connected_components(pulls, directed=True, connection="strong")
    return np.asarray(~some & (cycles[one] != cycles[other]))


def numbered(labels: Whole) -> Whole:
    """Return labels as numbers from 0 without gaps, in their order."""
    there = np.bincount(labels) > 0
    return np.asarray((np.cumsum(there) - 1)[labels], dtype=np.int64)


def fit(who: str, flows: Array, regressors: Sequence[Array], groups: Sequence[Whole], names: Sequence[str]) -> Fit:
    """Fit flows to the exponential of regressors and fixed effects.

    Raises:
        MeasureRefusal: when no flow is above zero, the pairs with a flow alone do not tell the slopes, or fewer pairs
            are used than numbers are estimated.
    """
    if not (flows > 0).any():
        raise MeasureRefusal(who, "no flow is above zero", ways=("name pairs with a flow",))
    used = ~separated(flows, groups)
    y, x = flows[used], np.stack([one[used] - one[used].mean() for one in regressors])
    sides = [numbered(one[used]) for one in groups]
    freedom = len(y) - _effects_free(sides) - len(x)
    _tellable(who, y, x, sides, names)
    if freedom < 1:
        what = f"{len(y)} pairs are used for {len(y) - freedom} effects and slopes"
        raise MeasureRefusal(who, what, why="nothing is left to judge the fit by", ways=("name more pairs",))
    slopes, level = _settled(who, y, x, sides)
    expected = np.exp(level)
    swept = _sweeper(who, expected, sides, exact=True)(x)
    return Fit(slopes, expected, used, swept, np.asarray(np.linalg.inv(_crossed(swept, expected))), freedom)


def _settled(who: str, y: Array, x: Array, sides: Sequence[Whole]) -> tuple[Array, Array]:
    """Return the slopes and the logarithm of the expected flows where Newton's steps come to rest."""
    slopes, level, deviance = np.zeros(len(x)), np.zeros(len(y)), np.inf
    expected = (y + y.mean()) / 2
    surprise, total = np.log(expected) + y / expected - 1, y.sum()
    totals = [np.bincount(one, y) for one in sides]
    for _ in range(_ROUNDS):
        swept = _sweeper(who, expected, sides)(np.vstack([surprise, x]))
        moments = _crossed(swept, expected)
        turn = np.linalg.solve(moments[1:, 1:], moments[1:, 0])
        step = surprise - np.einsum("ij,i->j", swept, np.append(1.0, -turn))
        level, expected, now, part = _stepped(y, level, step, deviance)
        for one, given in zip(sides, totals, strict=True):
            factor = given / np.bincount(one, expected)
            level, expected = level + np.log(factor)[one], expected * factor[one]
        now = 2 * float((expected - y * level).sum())
        slopes = slopes + part * turn
        near = np.abs(part * turn).max() <= _CLOSE * (1 + np.abs(slopes).max())
        if near and abs(deviance - now) <= _CLOSE * total:
            return slopes, level
        deviance, surprise = now, y / expected - 1
    what, ways = f"the fit does not settle in {_ROUNDS} rounds", ("look for flows of very different size",)
    raise MeasureRefusal(who, what, ways=ways)


def variance(found: Fit, flows: Array, clusters: Sequence[Whole]) -> Array:
    """Return the covariance of the slopes: robust pair by pair without clusters, else robust to two kinds of clusters.

    With clusters it is that of the first kind plus that of the second less that of both at once (Cameron, Gelbach and
    Miller 2011), times G / (G - 1) for the smaller number of clusters; without it has no correction for small samples.
    """
    wrong = flows - found.expected
    if not clusters:
        return np.asarray(found.bread @ _crossed(found.swept, wrong**2) @ found.bread)
    kinds = [numbered(one) for one in clusters]
    fewest = min(int(one.max()) + 1 for one in kinds)
    both = np.unique(kinds[0] * (int(kinds[1].max()) + 1) + kinds[1], return_inverse=True)[1]
    meat = np.zeros_like(found.bread)
    for kind, sign in ((kinds[0], 1), (kinds[1], 1), (both, -1)):
        sums = np.stack([np.bincount(kind, one * wrong) for one in found.swept])
        meat += sign * sums @ sums.T
    return np.asarray(found.bread @ meat @ found.bread * fewest / max(fewest - 1, 1))


def _crossed(rows: Array, weights: Array) -> Array:
    """Return the weighted products of all rows with each other, in one thread: several would wait for each other."""
    return np.asarray(np.einsum("ik,jk,k->ij", rows, rows, weights))


def _stepped(y: Array, level: Array, step: Array, deviance: float) -> tuple[Array, Array, float, float]:
    """Go the step, or a half, a quarter ... of it, so that the deviance (less what is fixed in it) does not rise."""
    part = 1.0
    while True:
        ahead = level + part * step
        with np.errstate(over="ignore"):
            expected = np.exp(ahead)
        now = 2 * float((expected - y * ahead).sum())
        if part < 1e-6 or (np.isfinite(now) and now <= deviance + _CLOSE * abs(now)):
            return ahead, np.maximum(expected, 1e-300), now, part
        part /= 2


def _effects_free(sides: Sequence[Whole]) -> int:
    """Return how many effects are estimated: all but one for each set of places that no pair connects with others."""
    if len(sides) == 1:
        return int(sides[0].max()) + 1
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = sides
    rows, columns = int(first.max()) + 1, int(second.max()) + 1
    links = coo_array((np.ones(len(first)), (first, rows + second)), shape=(rows + columns, rows + columns))
    return rows + columns - int(connected_components(links, directed=False)[0])


def _tellable(who: str, y: Array, x: Array, sides: Sequence[Whole], names: Sequence[str]) -> None:
    """Refuse slopes that the pairs with a flow, at their fixed effects, do not tell."""
    some = y > 0
    kept = [numbered(one[some]) for one in sides]
    seen = x[:, some] - x[:, some].mean(axis=1, keepdims=True)
    swept = _sweeper(who, np.ones(seen.shape[1]), kept, exact=True)(seen)
    size = np.sqrt((seen**2).sum(axis=1))
    flat = size <= 1e-10 * np.sqrt((x**2).sum(axis=1))
    corner = np.abs(np.diagonal(np.linalg.qr((swept / np.where(flat, 1.0, size)[:, None]).T, mode="r")))
    lost = np.flatnonzero((corner < 1e-8) | flat) if seen.shape[1] >= len(x) else np.array([0])
    if len(lost):
        what = f"{names[lost[0]]} follows from the fixed effects or the columns before it in the pairs with a flow"
        ways = ("name more pairs with a flow", "use a model with fewer constraints", "take the column out")
        raise MeasureRefusal(who, what, why="the coefficients have no single value", ways=ways)


def _sweeper(who: str, weights: Array, sides: Sequence[Whole], *, exact: bool = False) -> Callable[[Array], Array]:
    """Return what takes out of rows of numbers their weighted regression on the fixed effects.

    Newton's steps correct themselves, so that on the way to the fit it need not be ``exact``.
    """
    if len(sides) == 1:
        total = np.bincount(sides[0], weights)
        return lambda rows: np.stack([one - (np.bincount(sides[0], weights * one) / total)[sides[0]] for one in rows])
    first, second = sides if sides[0].max() >= sides[1].max() else sides[::-1]
    whole, part = (np.asarray(np.bincount(one, weights), dtype=np.float64) for one in (first, second))
    across, back = _products(weights, first, second, len(whole), len(part))
    close = 1e-13 if exact else 1e-6

    def swept(row: Array) -> Array:
        heavy = weights * row
        one, two = np.bincount(first, heavy), np.bincount(second, heavy)
        right, noise = two - back(one / whole), 1e-28 * float((heavy * row).sum())
        effect = _effects(who, lambda v: part * v - back(across(v) / whole), right, part, (close**2, noise))
        return np.asarray(row - ((one - across(effect)) / whole)[first] - effect[second])

    return lambda rows: np.stack([swept(one) for one in rows])


def _products(weights: Array, first: Whole, second: Whole, rows: int, columns: int) -> tuple[Product, Product]:
    """Return what multiplies by the table of weights and by its transpose; it is filled in only when most of it is."""
    if len(weights) >= _FILLED * rows * columns:
        table = np.bincount(first * columns + second, weights, minlength=rows * columns).reshape(rows, columns)
        return lambda v: np.einsum("ij,j->i", table, v), lambda v: np.einsum("ij,i->j", table, v)
    from scipy.sparse import csr_array

    thin = csr_array((weights, (first, second)), shape=(rows, columns))
    thick = csr_array(thin.T)
    return lambda v: np.asarray(thin @ v), lambda v: np.asarray(thick @ v)


def _effects(who: str, system: Product, right: Array, scale: Array, goals: tuple[float, float]) -> Array:
    """Solve for the effects of the smaller side by conjugate gradients; free constants stay as they are."""
    found, left = np.zeros_like(right), right.copy()
    ahead = left / scale
    size = float(left @ ahead)
    goal = max(goals[0] * size, goals[1])
    for _ in range(50 * len(right) + 50):
        moved = system(ahead)
        bent = ahead @ moved
        if size <= goal or not bent > 0:
            break
        found += size / bent * ahead
        left -= size / bent * moved
        last, size = size, float(left @ (left / scale))
        ahead = left / scale + size / last * ahead
    if size > 1e6 * goal:
        raise _lopsided(who)
    return found


def _lopsided(who: str) -> MeasureRefusal:
    ways = ("state the flows in a larger unit", "leave out by name places with hardly any flow")
    return MeasureRefusal(who, "flows differ so much in size that the effects of places cannot be told", ways=ways)
