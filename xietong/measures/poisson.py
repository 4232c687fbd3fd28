"""Poisson pseudo maximum likelihood with one or two sets of fixed effects, and the pairs that are separated.

Newton's method in its form of repeated weighted least squares.  Fixed effects are never columns: one set is swept out
by means, two by one small system in the effects of one side, solved by conjugate gradients that only multiply by the
table: nothing is inverted.  Pairs that fill most of a table are laid out as one, the others never are.
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

_ROUNDS, _CLOSE, _FILLED = 100, 1e-9, 0.5
Flags: TypeAlias = NDArray[np.bool_]
Product: TypeAlias = Callable[[Array], Array]
Effects: TypeAlias = Callable[[Array, float], list[Array]]


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


@dataclass(frozen=True)
class _Pairs:
    """Where pairs stand: the number of each on its sides, and how many labels a side has.

    ``there`` are the cells of the pairs in a whole table, whose other cells have the weight 0; None when they are kept
    as a list.
    """

    sides: tuple[Whole, ...]
    counts: tuple[int, ...]
    there: Whole | None = None

    def laid(self, values: Array) -> Array:
        """Lay out values of the pairs."""
        if self.there is None:
            return values
        table = np.zeros(self.counts[0] * self.counts[1])
        table[self.there] = values
        return table

    def taken(self, values: Array) -> Array:
        """Take the values of the pairs, in their order."""
        return values if self.there is None else np.asarray(values[..., self.there])

    def sums(self, values: Array, side: int) -> Array:
        """Add values up by the labels of a side."""
        if self.there is None:
            return np.asarray(np.bincount(self.sides[side], values, minlength=self.counts[side]))
        return np.asarray(values.reshape(self.counts).sum(axis=1 - side))

    def spread(self, values: Array, effects: Sequence[Array]) -> Array:
        """Add to every pair the effects of its labels."""
        if self.there is None:
            return np.asarray(sum((one[side] for one, side in zip(effects, self.sides, strict=True)), values))
        table = values.reshape(self.counts) + effects[0][:, None]
        table += effects[1]
        return table.reshape(-1)

    def scale(self, values: Array, factor: Array, side: int) -> None:
        """Multiply the value of every pair, in place, by the factor of its label on a side."""
        if self.there is None:
            values *= factor[self.sides[side]]
        else:
            values.reshape(self.counts)[...] *= factor[:, None] if side == 0 else factor

    def products(self, weights: Array) -> tuple[Product, Product]:
        """Return what multiplies by the table of weights and by its transpose."""
        if self.there is not None:
            table = weights.reshape(self.counts)
            return lambda v: np.einsum("ij,j->i", table, v), lambda v: np.einsum("ij,i->j", table, v)
        from scipy.sparse import csr_array

        thin = csr_array((weights, self.sides), shape=self.counts)
        thick = csr_array(thin.T)
        return lambda v: np.asarray(thin @ v), lambda v: np.asarray(thick @ v)


def numbered(labels: Whole) -> Whole:
    """Return labels as numbers from 0 without gaps, in their order."""
    there = np.bincount(labels) > 0
    return labels if there.all() else np.asarray((np.cumsum(there) - 1)[labels], dtype=np.int64)


def separated(flows: Array, groups: Sequence[Whole]) -> Flags:
    """Say which pairs without a flow are fitted only by effects that run off to minus infinity.

    Pairs with a flow tie the effects of their two sides together, so that within a connected set of places only one
    constant is free.  A pair without a flow is held when the constants of its two sets can move neither way, that is,
    when a cycle of such pairs leads from one set to the other and back.
    """
    return ~_used(flows, groups)[0]


def _used(flows: Array, groups: Sequence[Whole]) -> tuple[Flags, bool]:
    """Say which pairs are not separated, and whether flows connect all places."""
    some = flows > 0
    if len(groups) == 1:
        return np.asarray(np.bincount(groups[0], flows)[groups[0]] > 0), False
    sets, one, other = _sets(groups, some)
    if sets == 1:
        return np.ones_like(some), True
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pulls = coo_array((np.ones(len(flows)), (one, other)), shape=(sets, sets))
    _, cycles = connected_components(pulls, directed=True, connection="strong")
    return np.asarray(some | (cycles[one] == cycles[other])), False


def fit(who: str, flows: Array, regressors: Sequence[Array], groups: Sequence[Whole], names: Sequence[str]) -> Fit:
    """Fit flows to the exponential of regressors and fixed effects.

    Raises:
        MeasureRefusal: when no flow is above zero, the pairs with a flow alone do not tell the slopes, or fewer pairs
            are used than numbers are estimated.
    """
    if not (flows > 0).any():
        raise MeasureRefusal(who, "no flow is above zero", ways=("name pairs with a flow",))
    used, whole = _used(flows, groups)
    pairs = _placed([numbered(one[used]) for one in groups])
    x = np.stack([pairs.laid(one[used] - one[used].mean()) for one in regressors])
    y = pairs.laid(flows[used])
    count = int(used.sum())
    freedom = count - sum(pairs.counts) - len(x)
    if len(groups) > 1:
        freedom += 1 if whole else _sets(pairs.sides, np.ones(count, dtype=bool))[0]
    _tellable(who, y, x, pairs, names)
    if freedom < 1:
        what = f"{count} pairs are used for {count - freedom} effects and slopes"
        raise MeasureRefusal(who, what, why="nothing is left to judge the fit by", ways=("name more pairs",))
    slopes, weights = _settled(who, y, x, pairs)
    swept = _swept(x, weights, pairs, _effects(who, weights, pairs, 1e-13))
    bread = np.asarray(np.linalg.inv(_crossed(swept, weights)))
    return Fit(slopes, pairs.taken(weights), used, pairs.taken(swept), bread, freedom)


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


def _placed(sides: Sequence[Whole]) -> _Pairs:
    """Lay pairs out as a table when they fill most of it, and none of them stands there twice."""
    counts = tuple(int(one.max()) + 1 for one in sides)
    if len(sides) == 2 and len(sides[0]) >= _FILLED * counts[0] * counts[1]:
        there = sides[0] * counts[1] + sides[1]
        if np.bincount(there).max() == 1:
            return _Pairs(tuple(sides), counts, there)
    return _Pairs(tuple(sides), counts)


def _settled(who: str, y: Array, x: Array, pairs: _Pairs) -> tuple[Array, Array]:
    """Return the slopes and the expected flows where Newton's steps come to rest.

    The first step goes to the weighted regression of a guess, the flows drawn half the way to their mean.
    """
    held = pairs.laid(np.ones(len(pairs.sides[0])))
    guess = (y + y.sum() / held.sum()) / 2
    weights, pull = guess * held, y + guess * held * (np.log(guess) - 1)
    slopes, level, loss, total = np.zeros(len(x)), np.zeros(len(y)), np.inf, float(y.sum())
    for _ in range(_ROUNDS):
        effects = _effects(who, weights, pairs, 1e-2)
        swept = _swept(x, weights, pairs, effects)
        turn = np.linalg.solve(_crossed(swept, weights), np.einsum("ij,j->i", swept, pull))
        step = pairs.spread(np.einsum("ij,i->j", swept, turn), effects(pull, total))
        level, weights, now, part = _stepped(y, held, level, step, loss, pairs)
        slopes = slopes + part * turn
        near = np.abs(part * turn).max() <= _CLOSE * (1 + np.abs(slopes).max())
        if near and abs(loss - now) <= _CLOSE * total:
            return slopes, np.maximum(weights, 1e-300 * held)
        loss, pull = now, y - weights
    what, ways = f"the fit does not settle in {_ROUNDS} rounds", ("look for flows of very different size",)
    raise MeasureRefusal(who, what, ways=ways)


def _stepped(
    y: Array, held: Array, level: Array, step: Array, loss: float, pairs: _Pairs
) -> tuple[Array, Array, float, float]:
    """Go the step, or a half, a quarter ... of it, so that the loss does not rise; say how much of it.

    Then both sides are balanced in turn, which never makes the fit worse and saves about a third of the steps.  With
    one side balanced the loss is, but for what is fixed in it, less the flows times their level.
    """
    part = 1.0
    while True:
        ahead = level + (step if part == 1 else part * step)
        with np.errstate(over="ignore", invalid="ignore"):
            weights = np.exp(ahead)
            weights *= held
            factors = []
            for side, given in enumerate(pairs.sums(y, side) for side in range(len(pairs.sides))):
                factors.append(given / pairs.sums(weights, side))
                pairs.scale(weights, factors[-1], side)
            ahead = pairs.spread(ahead, [np.log(one) for one in factors])
            now = -float(np.einsum("i,i->", y, ahead))
        if part < 1e-6 or (np.isfinite(now) and now <= loss + _CLOSE * abs(now)):
            return ahead, weights, now, part
        part /= 2


def _crossed(rows: Array, weights: Array) -> Array:
    """Return the weighted products of all rows with each other, in one thread: several would wait for each other."""
    return np.asarray(np.einsum("ik,jk,k->ij", rows, rows, weights))


def _sets(sides: Sequence[Whole], linking: Flags) -> tuple[int, Whole, Whole]:
    """Return how many sets of places the linking pairs connect, and the set of both ends of every pair."""
    first, second = sides
    rows, columns = int(first.max()) + 1, int(second.max()) + 1
    one, other = first[linking], second[linking]
    here, there = np.zeros(rows, dtype=bool), np.zeros(columns, dtype=bool)
    here[one[:1]] = True
    for _ in range(4):
        there[other[here[one]]] = True
        here[one[there[other]]] = True
        if here.all() and there.all():
            return 1, np.zeros_like(first), np.zeros_like(second)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    every = rows + columns
    ties = coo_array((np.ones(len(one)), (one, rows + other)), shape=(every, every))
    count, sets = connected_components(ties, directed=False)
    return int(count), sets[first], sets[rows + second]


def _tellable(who: str, y: Array, x: Array, pairs: _Pairs, names: Sequence[str]) -> None:
    """Refuse slopes that the pairs with a flow, at their fixed effects, do not tell."""
    apart = x - ((x * y).sum(axis=1) / y.sum())[:, None]
    size = np.sqrt((apart**2 * y).sum(axis=1))
    flat = size <= 1e-10 * np.sqrt((x**2).max(axis=1) * y.sum())
    scaled = apart / np.where(flat, 1.0, size)[:, None]
    own = _crossed(_swept(scaled, y, pairs, _effects(who, y, pairs, 1e-4)), y)
    if not flat.any() and np.linalg.eigvalsh(own)[0] > 1e-3:
        return
    own = _crossed(_swept(scaled, y, pairs, _effects(who, y, pairs, 1e-13)), y)
    before = [own[at, :at] @ np.linalg.pinv(own[:at, :at], hermitian=True) @ own[:at, at] for at in range(len(x))]
    lost = np.flatnonzero((np.diagonal(own) - np.array(before) < 1e-13) | flat)
    if len(lost):
        what = f"{names[lost[0]]} follows from the fixed effects or the columns before it in the pairs with a flow"
        ways = ("name more pairs with a flow", "use a model with fewer constraints", "take the column out")
        raise MeasureRefusal(who, what, why="the coefficients have no single value", ways=ways)


def _swept(rows: Array, weights: Array, pairs: _Pairs, effects: Effects) -> Array:
    """Take out of rows of numbers their weighted regression on the fixed effects."""
    told = []
    for row in rows:
        heavy = weights * row
        told.append(pairs.spread(row, [-one for one in effects(heavy, float(np.einsum("i,i->", heavy, row)))]))
    return np.stack(told) if len(told) > 1 else told[0][None]


def _effects(who: str, weights: Array, pairs: _Pairs, close: float) -> Effects:
    """Return what regresses weighted numbers on the fixed effects; it is told how large they are, for its rounding.

    Newton's steps correct themselves, so that on the way to the fit it need not be ``close``.
    """
    whole = pairs.sums(weights, 0)
    if len(pairs.sides) == 1:
        return lambda heavy, _: [pairs.sums(heavy, 0) / whole]
    part = pairs.sums(weights, 1)
    across, back = pairs.products(weights)

    def effects(heavy: Array, large: float) -> list[Array]:
        one, two = pairs.sums(heavy, 0), pairs.sums(heavy, 1)
        right, goals = two - back(one / whole), (close**2, 1e-28 * large)
        effect = _solved(who, lambda v: part * v - back(across(v) / whole), right, part, goals)
        return [(one - across(effect)) / whole, effect]

    return effects


def _solved(who: str, system: Product, right: Array, scale: Array, goals: tuple[float, float]) -> Array:
    """Solve for the effects of one side by conjugate gradients; free constants stay as they are."""
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
        ways = ("state the flows in a larger unit", "leave out by name places with hardly any flow")
        what = "flows differ so much in size that the effects of places cannot be told"
        raise MeasureRefusal(who, what, ways=ways)
    return found
