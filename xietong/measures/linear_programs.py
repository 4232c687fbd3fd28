r"""Many small linear programs at once: a few rows, many columns that all programs share, solved exactly by the simplex.

Program *p* looks for the least of its objectives, one after the other, none at the cost of those before it:

.. math:: \min c_p z \quad \text{with} \quad D_p A x + B_p z = b_p, \quad x, z \ge 0

*A* holds the shared columns, which cost nothing; :math:`D_p` scales its rows for the program; :math:`B_p` are columns
of its own, such as slacks.  All programs of a block walk together; a reduced cost is judged against the size of what
it was summed from, so that neither units nor the size of a place matter.  Memory is that of a block, never of all
pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole

__all__ = ["Programs", "Solutions", "solved"]

_CELLS = 1_000_000
_FIRST, _FEW = 64, 128
_PRICE, _PIVOT, _NOTHING, _NOISE = 1e-12, 1e-10, 1e-9, 1e-2
_SLIP, _ROUNDING = 1e-12, 4e-16
_LONGEST = 20_000
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Programs:
    """The programs: ``shared`` is sets x rows x columns, all others begin with one entry a program.

    ``scale`` and ``right`` have rows, ``own`` has rows x columns, each of ``objectives`` a cost for every own column;
    no entry of ``right`` is below zero.  ``sets`` names the set of shared columns of a program, ``barred`` the shared
    column that it may not use (-1 for none).
    """

    shared: Array
    scale: Array
    own: Array
    right: Array
    objectives: Sequence[Array]
    sets: Whole
    barred: Whole

    def part(self, rows: NDArray[np.int64] | slice) -> Programs:
        """Return some of the programs."""
        objectives = [one[rows] for one in self.objectives]
        return Programs(
            self.shared, self.scale[rows], self.own[rows], self.right[rows], objectives, self.sets[rows],
            self.barred[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Solutions:
    """What solves each program: whether anything does, its own variables, and the shared columns that it uses.

    ``own`` is programs x own columns; ``used`` and ``amounts`` are programs x rows: the number of a shared column, or
    -1, and how much of it.  Where a program has no solution or no end, ``feasible`` is false and the rest is nan.
    """

    feasible: Truth
    own: Array
    used: Whole
    amounts: Array


def solved(programs: Programs) -> Solutions:
    """Solve all programs, a block at a time; columns that solved the first ones are tried first by the others."""
    count, columns = len(programs.right), programs.shared.shape[-1]
    copies = programs.shared.shape[1] if len(programs.shared) > 1 else 1
    step = max(1, _CELLS // (copies * (columns + programs.own.shape[-1])))
    tried = np.arange(columns) if columns <= _FEW else np.arange(0)
    found: list[Solutions] = []
    at = 0
    while at < count:
        size = step if len(tried) else min(step, _FIRST)
        walk = _Walk(programs.part(slice(at, at + size)), tried)
        found.append(walk.finish())
        if columns > _FEW:
            tried = np.union1d(tried, found[-1].used[found[-1].used >= 0])
        at += size
    names = ("feasible", "own", "used", "amounts")
    return Solutions(*(np.concatenate([getattr(one, name) for one in found]) for name in names))


def _end(steps: int) -> None:
    """Refuse to walk for ever; by the rule of the lowest number it cannot, but for rounding."""
    if steps > _LONGEST:
        ways = (
            "look for amounts that differ by more than twelve orders of magnitude",
            "leave such a place out by name",
        )
        what = f"a linear program has not ended after {steps} steps"
        raise MeasureRefusal("linear_programs.solved", what, why="rounding hides which step is a gain", ways=ways)


class _Walk:
    """One block of programs on its way: which columns stand in each basis, and which may never come back.

    Columns are numbered: shared ones, own ones, then one artificial one a row, whose sum is the first objective.
    """

    def __init__(self, programs: Programs, tried: Whole) -> None:
        self.all, self.tried = programs, tried
        count, rows, own = programs.own.shape
        self.shared_count, self.rows = programs.shared.shape[-1], rows
        self.artificial = self.shared_count + own
        helpers = np.broadcast_to(np.eye(rows), (count, rows, rows))
        self.own = np.concatenate([np.swapaxes(programs.own, 1, 2), helpers], axis=1)
        self.basis = self._slacks(programs.own)
        self.closed = np.zeros((count, self.artificial + rows), dtype=np.bool_)
        held = programs.barred >= 0
        self.closed[np.flatnonzero(held), programs.barred[held]] = True
        self.lost = np.zeros(count, dtype=np.bool_)

    def _slacks(self, own: Array) -> Whole:
        """Start every row with an own column that stands in it alone, above zero, else with its artificial one."""
        alone = ((own != 0).sum(axis=1, keepdims=True) == 1) & (own > 0)
        slack = alone.argmax(axis=-1) + self.shared_count
        start: Whole = np.where(alone.any(axis=-1), slack, np.arange(self.rows) + self.artificial)
        return start

    def finish(self) -> Solutions:
        """Walk down the objectives in turn, closing after each the columns that would spoil it."""
        none = np.zeros((len(self.basis), self.rows))
        if (self.basis >= self.artificial).any():
            costs = np.concatenate([np.zeros_like(self.all.objectives[0]), none + 1], axis=-1)
            self._descend(costs, last=True)
            short = np.where(self.basis >= self.artificial, self._amounts(), 0.0).sum(axis=-1)
            self.lost |= short > _NOTHING
        self.closed[:, self.artificial :] = True
        for at, objective in enumerate(self.all.objectives, 1):
            self._descend(np.concatenate([objective, none], axis=-1), last=at == len(self.all.objectives))
        amounts = np.where(self.lost[:, None], np.nan, np.maximum(self._amounts(), 0.0))
        own = np.zeros((len(self.basis), self.own.shape[1]))
        mine = self.basis >= self.shared_count
        line, row = np.nonzero(mine)
        own[line, self.basis[line, row] - self.shared_count] = amounts[line, row]
        own[self.lost] = np.nan
        used = np.where(mine | self.lost[:, None], -1, self.basis)
        return Solutions(~self.lost, own[:, : self.artificial - self.shared_count], used, np.where(mine, 0.0, amounts))

    def _columns(self, rows: Whole, wanted: Whole) -> Array:
        """Return the wanted columns of every program, one a line."""
        mine = np.take_along_axis(self.own[rows], np.maximum(wanted - self.shared_count, 0)[..., None], axis=1)
        common = np.minimum(wanted, self.shared_count - 1)
        shared = self.all.shared[self.all.sets[rows][:, None], :, common] * self.all.scale[rows][:, None, :]
        columns: Array = np.where((wanted < self.shared_count)[..., None], shared, mine)
        return columns

    def _amounts(self) -> Array:
        rows = np.arange(len(self.basis))
        columns = np.swapaxes(self._columns(rows, self.basis), 1, 2)
        return np.asarray(np.linalg.solve(columns, self.all.right[..., None])[..., 0], dtype=np.float64)

    def _descend(self, costs: Array, *, last: bool = False) -> None:
        """Exchange columns in the bases of all programs until no open one lowers the costs, then close what adds."""
        still, steps = np.flatnonzero(~self.lost), 0
        duals = np.zeros((len(self.basis), self.rows))
        sizes = np.zeros_like(duals)
        while len(still):
            plain = steps > 20 * (self.rows + self.own.shape[1])
            _end(steps)
            columns = self._columns(still, self.basis[still])
            inverse = np.asarray(np.linalg.inv(columns), dtype=np.float64)
            duals[still], sizes[still] = self._duals(columns, inverse, self.basis[still], costs[still])
            enter = self._entering(still, duals[still], sizes[still], costs[still], plain=plain)
            more = enter >= 0
            still, enter, inverse, steps = still[more], enter[more], inverse[more], steps + 1
            if len(still):
                still = self._exchange(still, enter, np.swapaxes(inverse, 1, 2), plain=plain)
        rows = np.flatnonzero(~self.lost & (not last))
        self.closed[rows] |= self._prices(rows, duals[rows], sizes[rows], costs[rows], None) > _NOTHING

    def _duals(self, columns: Array, inverse: Array, basis: Whole, costs: Array) -> tuple[Array, Array]:
        """Return the duals of each basis, and against what a reduced cost is small: their size and their rounding."""
        mine = np.maximum(basis - self.shared_count, 0)
        held = np.where(basis >= self.shared_count, np.take_along_axis(costs, mine, -1), 0.0)[..., None]
        duals = inverse @ held
        duals = duals + inverse @ (held - columns @ duals)
        rounding = _ROUNDING / _PRICE * (np.abs(inverse) @ (np.abs(columns) @ np.abs(duals) + np.abs(held)))
        size = np.abs(duals) + _NOISE * np.abs(duals).max(axis=1, keepdims=True) + rounding
        return duals[..., 0], size[..., 0]

    def _exchange(self, still: Whole, enter: Whole, inverse: Array, *, plain: bool) -> Whole:
        """Put a column into each basis for one that reaches zero first; without any the program has no end.

        Of those that do so within rounding the one on which the new column stands most squarely goes (Harris).  An
        artificial column that is left at zero once they are closed goes before all others, so that it stays there.
        """
        column = self._columns(still, enter[:, None])[:, 0, :, None]
        held = np.swapaxes(self._columns(still, self.basis[still]), 1, 2)
        way = inverse @ column
        way = (way + inverse @ (column - held @ way))[..., 0]
        noise = _ROUNDING * (np.abs(inverse) @ np.abs(column))[..., 0]
        amounts = np.maximum((inverse @ self.all.right[still][..., None])[..., 0], 0.0)
        down = way > np.maximum(_PIVOT * np.abs(way).max(axis=-1, keepdims=True), noise)
        by = np.where(down, way, 1.0)
        length = np.where(down, amounts, np.inf) / by
        first = length <= (np.where(down, amounts + _SLIP, np.inf) / by).min(axis=-1, keepdims=True)
        stuck = (np.abs(way) > noise + _PIVOT) & (self.basis[still] >= self.artificial) & self.closed[:1, -1]
        way = np.where(stuck, np.inf, way)
        first, down = first | stuck, down | stuck
        order = np.where(stuck, -1, np.where(first & down, self.basis[still], np.iinfo(np.int64).max))
        leave = order.argmin(axis=-1) if plain else np.where(first & down, way, -np.inf).argmax(axis=-1)
        ends = down.any(axis=-1)
        self.lost[still[~ends]] = True
        left: Whole = still[ends]
        self.basis[left, leave[ends]] = enter[ends]
        return left

    def _entering(self, rows: Whole, duals: Array, sizes: Array, costs: Array, *, plain: bool) -> Whole:
        """Return the column that lowers the costs most for its size, -1 for none; the tried ones come first."""
        enter = np.full(len(rows), -1, dtype=np.int64)
        left = np.arange(len(rows))
        for choice in (None,) if plain or len(self.tried) == self.shared_count else (self.tried, None):
            names = np.arange(self.shared_count) if choice is None else choice
            names = np.concatenate([names, np.arange(self.shared_count, self.artificial + self.rows)])
            prices = self._prices(rows[left], duals[left], sizes[left], costs[left], choice)
            best = (prices < -_PRICE).argmax(axis=-1) if plain else prices.argmin(axis=-1)
            lower = np.take_along_axis(prices, best[:, None], -1)[:, 0] < -_PRICE
            enter[left[lower]] = names[best[lower]]
            left = left[~lower]
            if not len(left):
                break
        return enter

    def _prices(self, rows: Whole, duals: Array, sizes: Array, costs: Array, choice: Whole | None) -> Array:
        """Return the reduced costs of shared columns (all, or those chosen) and own ones, each by its size."""
        weights, spans = duals * self.all.scale[rows], sizes * self.all.scale[rows]
        columns = self.all.shared if choice is None else self.all.shared[..., choice]
        if len(columns) == 1:
            price, size = -(weights @ columns[0]), spans @ np.abs(columns[0])
        else:
            taken = columns[self.all.sets[rows]]
            price, size = -(weights[:, None] @ taken)[:, 0], (spans[:, None] @ np.abs(taken))[:, 0]
        own = self.own[rows]
        mine = costs - (own @ duals[..., None])[..., 0]
        full = np.abs(costs) + (np.abs(own) @ sizes[..., None])[..., 0]
        prices = np.concatenate([price, mine], axis=-1) / np.maximum(np.concatenate([size, full], axis=-1), 1e-300)
        closed = self.closed[rows]
        if choice is not None:
            closed = np.concatenate([closed[:, choice], closed[:, self.shared_count :]], axis=-1)
        told: Array = np.where(closed, np.inf, prices)
        return told
