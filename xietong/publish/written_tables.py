"""Rules for numbers of a written report in its tables and drawings: what the findings behind them hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from math import isfinite
from typing import Final

from xietong.publish.written_known import AS_PRINTED, AS_SHARE, IN_DRAWINGS, Values
from xietong.publish.written_parts import Number, Piece, Run, numbers, printed_value
from xietong.publish.written_texts import Read

__all__ = ["Drawings", "Tables"]

_SCALE: Final = 3
"""Evenly spaced numbers in a row that make a scale."""
_EVEN: Final = 1e-9

Excuse = Callable[[Piece, Number], str]


class Tables:
    """The rules for cells and for what stands below a table; ``excuse`` says which numbers need no finding anyway."""

    def __init__(self, read: Read, excuse: Excuse) -> None:
        self.read, self.excuse = read, excuse
        self._is: dict[tuple[int, str], bool] = {}

    def celled(self, piece: Piece, number: Number) -> str:
        """Return whether a number of a table stands beside its cell, or in the row of a finding behind the table."""
        if self._beside(piece, number):
            return "beside"
        for name in self.read.shown(piece):
            series = self.read.behind.findings[name].series
            if self._is_row(piece.row, name) or (series is not None and self._holds(name, number)):
                return "row"
        return ""

    def _holds(self, name: str, number: Number) -> bool:
        return self.read.behind.values(name).hold(number, AS_SHARE)

    def _is_row(self, row: int, name: str) -> bool:
        """Return whether what a row of a table holds beside its links is what one row of a finding holds."""
        if (row, name) not in self._is:
            told = [one for cell in self._rows.get(row, ()) for one in self._open(cell)]
            rows = self.read.behind.rows(name)
            self._is[row, name] = any(all(values.hold(one, AS_SHARE) for one in told) for values in rows)
        return self._is[row, name]

    def _open(self, cell: Piece) -> Iterator[Number]:
        """Yield the numbers of a cell that only the row of the finding can explain."""
        for one in numbers(cell):
            run = cell.runs[one.run]
            if not (run.target or run.kind or self.excuse(cell, one) or self._beside(cell, one)):
                yield one

    def _beside(self, piece: Piece, number: Number) -> bool:
        """Return whether a row leads to a cell of whose finding the number is one that differs in one label at most."""
        targets = dict.fromkeys(run.target for cell in self._rows.get(piece.row, ()) for run in cell.runs)
        return any(values.hold(number, AS_SHARE) for target in targets for values in self._near(target))

    def _near(self, target: str) -> Iterator[Values]:
        """Yield the values near the cell that a link leads to; where links lead to entries only, all of the finding."""
        behind = self.read.behind
        if target in behind.places:
            yield behind.near(behind.places[target][0])
        elif name := self.read.finding(self.read.written.at.get(target)):
            yield behind.values(name)

    @cached_property
    def _rows(self) -> dict[int, list[Piece]]:
        rows: dict[int, list[Piece]] = {}
        for piece in self.read.written.pieces:
            if piece.role == "cell":
                rows.setdefault(piece.row, []).append(piece)
        return rows

    def left(self, piece: Piece, number: Number) -> str:
        """Return whether a source line tells how many lines of the result the table above it leaves out."""
        shown = sum(rows[0].shown == piece.shown for rows in self._rows.values()) - 1
        total = Number(str(round(number.value) + shown), 0, 0) if isfinite(number.value) else number
        held = any(self.read.behind.values(name).hold(total, AS_PRINTED) for name in self.read.shown(piece))
        return "left" if held else ""


class Drawings:
    """The rules for what stands inside a figure."""

    def __init__(self, read: Read) -> None:
        self.read = read

    def drawn(self, piece: Piece, number: Number) -> str:
        """Return whether a number of a drawing is one of its findings, of its specification, or of a scale."""
        if any(self.read.behind.values(name).hold(number, IN_DRAWINGS) for name in self.read.shown(piece)):
            return "drawing"
        entry = self.read.written.at.get(piece.shown)
        if entry is not None and self.read.known.specified(entry.text).hold(number, AS_PRINTED):
            return "specified"
        return "scale" if id(piece) in self._scales else ""

    @cached_property
    def _scales(self) -> frozenset[int]:
        """Return the pieces of drawings that make scales: bare numbers in a row, evenly spaced."""
        drawn = [piece for piece in self.read.written.pieces if piece.role == "drawing" and piece.text.strip()]
        marks: set[int] = set()
        run: list[tuple[int, float]] = []
        for piece in [*drawn, Piece("drawing", (Run("end"),))]:
            value = printed_value(piece.text.strip().rstrip("%"))
            if isfinite(value) and (len(run) < 2 or abs(value - 2 * run[-1][1] + run[-2][1]) < _EVEN):
                run.append((id(piece), value))
                continue
            marks |= {one for one, _ in run} if len(run) >= _SCALE else set()
            run = [*run[-1:], (id(piece), value)] if isfinite(value) else []
        return frozenset(marks)
