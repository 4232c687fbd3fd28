"""Envelopment programs: a place against what all places of a reference together could do with its inputs.

Every program speaks of the place's own amounts: a row of inputs or outputs is divided by what the place has there, so
that units and the size of a place do not matter.  Where the place has nothing, the row is divided by the largest
amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from xietong.measures.axes import Array, Whole
from xietong.measures.linear_programs import Programs, Solutions, solved

__all__ = [
    "Orientation",
    "Returns",
    "Side",
    "directional",
    "projected",
    "radial",
    "slack_based",
    "super_slack_based",
    "weights",
]

Orientation: TypeAlias = Literal["input", "output"]
Returns: TypeAlias = Literal["constant", "variable", "nonincreasing", "nondecreasing"]
_NONE = 1e-12
_SUMS = {"variable": 0.0, "nonincreasing": 1.0, "nondecreasing": -1.0}


@dataclass(frozen=True)
class Side:
    """Inputs, good outputs and bad outputs of places: each is places x kinds, or sets x places x kinds."""

    inputs: Array
    outputs: Array
    bads: Array | None = None


@dataclass(frozen=True)
class _Rows:
    """What all programs are built from: shared columns with their signs, and the scale of every place."""

    shared: Array
    scale: Array
    present: Array
    sets: Whole

    def programs(self, own: Array, right: Array, objectives: list[Array], barred: bool) -> Programs:
        count = len(self.scale)
        held = np.arange(count) if barred else np.full(count, -1)
        return Programs(self.shared, self.scale, own, right, objectives, self.sets, held)


def radial(places: Side, among: Side, orientation: Orientation, returns: Returns, *, barred: bool = False) -> Array:
    """Return by how much every place can shrink its inputs, or stretch its outputs, nan where no factor does.

    ``among`` are the places against which it is judged, without itself where it is ``barred``; or sets of them, against
    each of which every place is judged: the factors then are sets x places.  With constant returns the factor of inputs
    is one over that of outputs, whose program starts from a solution.
    """
    inverse = orientation == "input" and returns == "constant"
    rows, own, right, factor, _ = _radial(places, among, "output" if inverse else orientation, returns)
    factors = solved(rows.programs(own, right, [factor], barred)).own[:, 0]
    if inverse:
        factors = np.where(factors > _NONE, 1 / np.where(factors > _NONE, factors, 1.0), np.nan)
    return factors.reshape((*among.inputs.shape[:-2], len(places.inputs)))


def projected(places: Side, orientation: Orientation, returns: Returns) -> tuple[Array, Array, Array, Solutions]:
    """Return the factor of every place, the slacks of its inputs and outputs beyond it, and the solutions.

    In a second step, which leaves the factor alone, the sum of the slacks is made as large as it can be, each counted
    in parts of the place's own amount.
    """
    rows, own, right, factor, left = _radial(places, places, orientation, returns)
    found = solved(rows.programs(own, right, [factor, left], barred=False))
    m, s = places.inputs.shape[-1], places.outputs.shape[-1]
    slacks = found.own[:, 1 : 1 + m + s] / rows.scale[:, : m + s]
    return found.own[:, 0], slacks[:, :m], slacks[:, m:], found


def _radial(
    places: Side, among: Side, orientation: Orientation, returns: Returns
) -> tuple[_Rows, Array, Array, Array, Array]:
    """Return rows, own columns (factor, slacks), right side, what both steps make least: factor, then less slack."""
    first = orientation == "input"
    rows = _rows(places, among, (1.0, 1.0) if first else (1.0, -1.0))
    m, s, count = places.inputs.shape[-1], places.outputs.shape[-1], len(rows.scale)
    moved, kept = (slice(0, m), slice(m, m + s)) if first else (slice(m, m + s), slice(0, m))
    own = np.zeros((count, m + s, 1 + m + s))
    own[:, moved, 0] = (-1.0 if first else 1.0) * rows.present[:, moved]
    own[:, :, 1:] = np.diag([1.0] * m + [-1.0 if first else 1.0] * s)
    right = np.zeros((count, m + s))
    right[:, kept] = rows.present[:, kept]
    factor = np.zeros((count, 1 + m + s))
    factor[:, 0] = 1.0 if first else -1.0
    left = np.zeros_like(factor)
    left[:, 1:] = -1.0
    return _summed(rows, own, right, factor, left, returns)


def slack_based(places: Side, among: Side, returns: Returns) -> Array:
    """Return the slack-based measure of every place, bad outputs counted with the good ones (Charnes-Cooper form)."""
    rows = _rows(places, among, (1.0, -1.0, 1.0))
    m, count, kinds = places.inputs.shape[-1], len(rows.scale), rows.scale.shape[-1]
    good = slice(m, m + places.outputs.shape[-1])
    own = np.zeros((count, kinds + 1, 1 + kinds))
    own[:, :kinds, 0] = -1.0
    own[:, good, 0] = 1.0
    own[:, :kinds, 1:] = np.eye(kinds)
    own[:, kinds, 0] = 1.0
    own[:, kinds, 1 + m :] = 1 / (kinds - m)
    cost = np.zeros((count, 1 + kinds))
    cost[:, 0], cost[:, 1 : 1 + m] = 1.0, -1 / m
    return _ratio(rows, own, cost, returns, barred=False)


def super_slack_based(places: Side, among: Side, returns: Returns) -> Array:
    """Return how far every place may fall back, on average of its inputs and outputs, until the others reach it."""
    rows = _rows(places, among, (1.0, -1.0))
    m, s, count = places.inputs.shape[-1], places.outputs.shape[-1], len(rows.scale)
    kinds = m + s
    own = np.zeros((count, kinds + 1, 1 + 2 * kinds))
    own[:, :m, 0], own[:, m:kinds, 0], own[:, kinds, 0] = -1.0, 1.0, 1.0
    own[:, :kinds, 1 : 1 + kinds] = -np.eye(kinds)
    own[:, :kinds, 1 + kinds :] = np.eye(kinds)
    own[:, kinds, 1 + m : 1 + kinds] = -1 / s
    cost = np.zeros((count, 1 + 2 * kinds))
    cost[:, 0], cost[:, 1 : 1 + m] = 1.0, 1 / m
    return _ratio(rows, own, cost, returns, barred=True)


def directional(places: Side, among: Side, *, free: bool = False) -> Array:
    """Return by how much of its own amounts every place can raise goods and cut bads at once; below zero when beyond.

    Bads can only be cut with goods (weak disposability): their row is an equation, unless they are ``free`` to be cut.
    Nan where no cut reaches the frontier.
    """
    rows = _rows(places, among, (1.0, 1.0, 1.0))
    m, s, count = places.inputs.shape[-1], places.outputs.shape[-1], len(rows.scale)
    kinds = rows.scale.shape[-1]
    slack = kinds if free else m + s
    own = np.zeros((count, kinds, 2 + slack))
    own[:, m : m + s, 0] = -rows.present[:, m : m + s]
    own[:, m + s :, 0] = rows.present[:, m + s :]
    own[:, :, 1] = -own[:, :, 0]
    own[:, :slack, 2:] = np.diag([1.0] * m + [-1.0] * s + [1.0] * (slack - m - s))
    cost = np.zeros((count, 2 + slack))
    cost[:, :2] = -1.0, 1.0
    found = solved(rows.programs(own, rows.present.copy(), [cost], barred=False))
    distances: Array = found.own[:, 0] - found.own[:, 1]
    return distances


def weights(found: Solutions, places: int) -> Array:
    """Return how much of every other place the point holds that a place is measured at: places x places."""
    table = np.zeros((len(found.used), places))
    line, row = np.nonzero(found.used >= 0)
    table[line, found.used[line, row]] = found.amounts[line, row]
    table[~found.feasible] = np.nan
    return table


def _rows(places: Side, among: Side, signs: tuple[float, ...]) -> _Rows:
    """Stack the kinds of amounts, each with its sign; every place meets every set of references."""

    def stacked(side: Side) -> Array:
        parts = [one for one in (side.inputs, side.outputs, side.bads) if one is not None]
        return np.concatenate(parts, axis=-1)

    own, others = stacked(places), stacked(among)
    widths = [one.shape[-1] for one in (places.inputs, places.outputs, places.bads) if one is not None]
    others = others.reshape((-1, *others.shape[-2:]))
    largest = np.maximum(own.max(axis=0), others.max(axis=(0, 1)))
    scale = 1 / np.where(own > 0, own, np.where(largest > 0, largest, 1.0))
    sign = np.repeat(np.array(signs[: len(widths)]), widths)
    shared = np.ascontiguousarray(np.swapaxes(others * sign, 1, 2))
    sets = np.repeat(np.arange(len(others)), len(own))
    times = (len(others), 1)
    return _Rows(shared, np.tile(scale, times), np.tile((own > 0).astype(np.float64), times), sets)


def _summed(
    rows: _Rows, own: Array, right: Array, cost: Array, left: Array, returns: Returns
) -> tuple[_Rows, Array, Array, Array, Array]:
    """Add the row that holds the sum of weights to one, at most one or at least one; none for constant returns."""
    if returns == "constant":
        return rows, own, right, cost, left
    count, extra = len(own), int(_SUMS[returns] != 0)
    wide = np.zeros((count, own.shape[1] + 1, own.shape[2] + extra))
    wide[:, :-1, : own.shape[2]] = own
    if extra:
        wide[:, -1, -1] = _SUMS[returns]
    padding = np.zeros((count, extra))
    return (
        _with_sum(rows), wide, np.concatenate([right, np.ones((count, 1))], axis=1),
        np.concatenate([cost, padding], axis=1), np.concatenate([left, padding], axis=1),
    )  # fmt: skip


def _with_sum(rows: _Rows) -> _Rows:
    """Return the rows with one more in which every place counts once."""
    sets, _, columns = rows.shared.shape
    shared = np.concatenate([rows.shared, np.ones((sets, 1, columns))], axis=1)
    one = np.ones((len(rows.scale), 1))
    return _Rows(shared, np.concatenate([rows.scale, one], axis=1), np.concatenate([rows.present, one], 1), rows.sets)


def _ratio(rows: _Rows, own: Array, cost: Array, returns: Returns, *, barred: bool) -> Array:
    """Solve a program whose last own row holds its denominator to one; the first own column is that scale."""
    empty = np.zeros((len(rows.shared), 1, rows.shared.shape[-1]))
    one = np.ones((len(rows.scale), 1))
    shared, scale = np.concatenate([rows.shared, empty], axis=1), np.concatenate([rows.scale, one], axis=1)
    right = np.zeros((len(own), own.shape[1]))
    right[:, -1] = 1.0
    if returns == "variable":
        shared = np.concatenate([shared, empty + 1], axis=1)
        scale = np.concatenate([scale, one], axis=1)
        tied = np.zeros((len(own), 1, own.shape[2]))
        tied[:, 0, 0] = -1.0
        own, right = np.concatenate([own, tied], axis=1), np.concatenate([right, 0 * one], axis=1)
    found = solved(_Rows(shared, scale, rows.present, rows.sets).programs(own, right, [cost], barred))
    scores: Array = np.where(found.feasible, (np.nan_to_num(found.own) * cost).sum(axis=-1), np.nan)
    return scores
