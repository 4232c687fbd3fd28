"""A linear or mixed-integer program in blocks of columns and rows over arrays; `xietong.plans.solving` solves it.

`xietong.plans.program` reads best for a handful of named rows; this one carries millions of terms, takes cuts after a
solve, and says in the planner's words which constraints bind and which contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from xietong.library.labels import Label

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Columns or rows that belong together: their label, where they start, and a name for each."""

    label: Label
    at: Indices
    names: tuple[str, ...]

    def named(self, position: int) -> str:
        """Return the name of one of them, '' where the block has no names."""
        return self.names[position] if self.names else ""


@dataclass
class Model:
    r"""Minimise :math:`c^\top x` subject to :math:`l \le A x \le u`, bounds on :math:`x`, and some of it integer."""

    name: str
    column_blocks: list[Block] = field(default_factory=list)
    row_blocks: list[Block] = field(default_factory=list)
    _costs: list[Floats] = field(default_factory=list)
    _bounds: list[tuple[Floats, Floats]] = field(default_factory=list)
    _integer: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    _limits: list[tuple[Floats, Floats]] = field(default_factory=list)
    _terms: list[tuple[Indices, Indices, Floats]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return sum(block.at.size for block in self.column_blocks)

    @property
    def height(self) -> int:
        """Return how many rows there are."""
        return sum(block.at.size for block in self.row_blocks)

    def columns(
        self, label: Label, shape: int | tuple[int, ...], *, cost: Any = 0.0, low: Any = 0.0, high: Any = np.inf,
        integer: bool = False, names: Sequence[str] = (),
    ) -> Indices:  # fmt: skip
        """Add a block of variables and return their indices in the given shape; costs and bounds broadcast to it."""
        dims = (shape,) if isinstance(shape, int) else shape
        at = self.width + np.arange(int(np.prod(dims)), dtype=np.int64)
        self.column_blocks.append(Block(label, at, tuple(names)))
        cost, low, high = (np.broadcast_to(np.asarray(one, float), dims).ravel().copy() for one in (cost, low, high))
        self._costs.append(cost)
        self._bounds.append((low, high))
        self._integer.append(np.full(at.size, integer))
        return at.reshape(dims)

    def rows(
        self, label: Label, count: int, terms: Sequence[tuple[Any, Any, Any]], *, low: Any = -np.inf,
        high: Any = np.inf, names: Sequence[str] = (),
    ) -> Indices:  # fmt: skip
        """Add constraints; each of ``terms`` is rows counted from 0, columns and coefficients, broadcast together."""
        start = self.height
        at = start + np.arange(count, dtype=np.int64)
        self.row_blocks.append(Block(label, at, tuple(names)))
        lowest, highest = (np.broadcast_to(np.asarray(one, float), (count,)).copy() for one in (low, high))
        self._limits.append((lowest, highest))
        for row, column, value in terms:
            rows, columns, values = np.broadcast_arrays(np.asarray(row), np.asarray(column), np.asarray(value, float))
            self._terms.append((rows.ravel() + start, columns.ravel().astype(np.int64), values.ravel()))
        return at

    def relaxed(self, block: Block, position: int, by: float) -> Model:
        """Return the program with one limit moved outwards by ``by``: what a relaxation buys is the difference."""
        low, high = self.limits()
        at = int(block.at[position])
        low[at], high[at] = low[at] - by, high[at] + by
        parts = np.split(np.arange(self.height), np.cumsum([one.at.size for one in self.row_blocks])[:-1])
        return Model(
            self.name, self.column_blocks, self.row_blocks, self._costs, self._bounds, self._integer,
            [(low[part], high[part]) for part in parts], self._terms,
        )  # fmt: skip

    def costs(self) -> Floats:
        """Return the cost of every column."""
        return np.concatenate(self._costs) if self._costs else np.zeros(0)

    def bounds(self) -> tuple[Floats, Floats]:
        """Return the lowest and highest value of every column."""
        return _joined(self._bounds)

    def limits(self) -> tuple[Floats, Floats]:
        """Return the lowest and highest value of every row."""
        return _joined(self._limits)

    def integers(self) -> npt.NDArray[np.bool_]:
        """Return which columns take whole numbers only."""
        return np.concatenate(self._integer) if self._integer else np.zeros(0, bool)

    def matrix(self) -> Any:
        """Return the coefficients as a sparse matrix, rows by columns; terms of the same cell add up."""
        from scipy.sparse import coo_matrix

        empty = [np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)]
        parts = zip(*self._terms, strict=True) if self._terms else ([one] for one in empty)
        rows, columns, values = (np.concatenate(part) for part in parts)
        return coo_matrix((values, (rows, columns)), shape=(self.height, self.width)).tocsr()


def _joined(parts: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    low, high = ([part[side] for part in parts] for side in (0, 1))
    return (np.concatenate(low), np.concatenate(high)) if parts else (np.zeros(0), np.zeros(0))
