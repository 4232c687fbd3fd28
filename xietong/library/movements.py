"""What moved between two editions of a study: every number, with why: data, perimeter, formula or choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from xietong.library.findings import Finding, Input
from xietong.library.labels import Label
from xietong.library.series import Series
from xietong.library.store import Edition

REASONS: Mapping[str, Label] = {
    "data": Label("数据", "data"),
    "perimeter": Label("口径范围", "perimeter"),
    "formula": Label("算式", "formula"),
    "choice": Label("选择", "choice"),
    "follows": Label("所据的结果变动", "what it stands on moved"),
    "new": Label("新增", "new"),
    "gone": Label("不再有", "gone"),
}
_SAME = 1e-12
_ITSELF, _PACK, _CELLS = "xietong itself", "the pack", "cells of"
"""Parts of a receipt as recipes name them."""


@dataclass(frozen=True)
class Move:
    """A number of a finding that is another now; None where an edition has none. ``rows`` are the lines behind it."""

    finding: str
    label: Label
    cell: Mapping[str, str]
    before: float | None
    after: float | None
    unit: str
    digits: int
    reasons: tuple[str, ...]
    rows: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


@dataclass
class Comparison:
    """Two editions held against each other; ``before`` and ``after`` stay open while it is used."""

    before: Edition
    after: Edition
    _why: dict[str, frozenset[str]] = field(default_factory=dict)

    def moves(self) -> Iterator[Move]:
        """Yield every number that moved, in the order of the later edition, then those that are gone."""
        for name in self.after.ids:
            yield from self._moves(name)
        for name in (one for one in self.before.ids if one not in self.after.ids):
            yield from _alone(self.before.finding(name), "gone")

    def tables(self) -> list[tuple[Finding, tuple[str, ...]]]:
        """Return the verdicts, refusals and tables of both editions whose content is another, with why."""
        both = [name for name in self.after.ids if name in self.before.ids]
        changed = [
            name for name in both if self.before.finding(name).payload != self.after.finding(name).payload
        ]  # fmt: skip
        return [(self.after.finding(name), self.reasons(name)) for name in changed]

    def reasons(self, name: str) -> tuple[str, ...]:
        """Return why a finding may have moved: what differs in its receipt and in those it stands on."""
        return tuple(one for one in REASONS if one in self._reasons(name)) or ("follows",)

    def _reasons(self, name: str) -> frozenset[str]:
        if name not in self._why:
            self._why[name] = frozenset()
            self._why[name] = frozenset(self._found(name))
        return self._why[name]

    def _found(self, name: str) -> Iterator[str]:
        if name not in self.before.ids or name not in self.after.ids:
            yield "new" if name in self.after.ids else "gone"
            return
        old, new = self.before.finding(name).receipt, self.after.finding(name).receipt
        if old.measure != new.measure:
            yield "formula"
        known = {one.parameter: one for one in old.inputs}
        for one in new.inputs:
            if one.parameter not in known or known[one.parameter].source != one.source:
                yield "choice"
            else:
                yield from _between(known[one.parameter], one)
            if one.finding:
                yield from self._reasons(one.finding)
        yield from self._apart(old.reasons, new.reasons)

    def _apart(self, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
        """Yield what the changed parts of a receipt say: the pack, a line that a person chose, or a text of code."""
        parts = [dict(one.rpartition("=")[::2] for one in told) for told in (old, new)]
        for part, value in parts[1].items():
            if part != _ITSELF and not part.startswith(_CELLS) and parts[0].get(part, value) != value:
                yield "data" if part == _PACK else "choice" if " at " in part else "formula"

    def _moves(self, name: str) -> Iterator[Move]:
        after = self.after.finding(name)
        if name not in self.before.ids:
            yield from _alone(after, "new")
            return
        before = self.before.finding(name)
        if before.series is None or after.series is None:
            if after.series is not None:
                yield from _alone(after, "new")
            elif before.series is not None:
                yield from _alone(before, "gone")
            return
        yield from self._cells(before, after, before.series, after.series)

    def _cells(self, old: Finding, new: Finding, before: Series, after: Series) -> Iterator[Move]:
        was, now = _values(before), _values(after)
        same = before.unit == after.unit
        for cell in dict.fromkeys((*now, *was)):
            one, other = was.get(cell), now.get(cell)
            if same and _equal(one, other):
                continue
            why = ("new",) if cell not in was else ("gone",) if cell not in now else self.reasons(new.id)
            yield Move(
                new.id, new.label, dict(cell), one, other, after.unit, new.digits, why,
                (_lines(old, dict(cell)), _lines(new, dict(cell))),
            )  # fmt: skip


Key = tuple[tuple[str, str], ...]


def _values(series: Series) -> dict[Key, float | None]:
    """Return every cell of a series by its labels, None where it is absent."""
    keys = product(*([(axis.name, label) for label in axis.labels] for axis in series.axes))
    values = (None if np.isnan(value) else float(value) for value in series.values.ravel())
    return dict(zip(keys, values, strict=True))


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME * max(1.0, abs(one), abs(other))


def _between(old: Input, new: Input) -> Iterator[str]:
    """Yield what differs between two inputs of one parameter."""
    if (old.reading, old.select) != (new.reading, new.select):
        yield "choice"
    if new.finding:
        return
    was, now = _values(old.series), _values(new.series)
    for axis in new.series.axes:
        before = next((one.labels for one in old.series.axes if one.name == axis.name), ())
        if set(before) != set(axis.labels):
            yield "perimeter" if axis.name == "place" else "choice"
    if any(not _equal(was[cell], now[cell]) for cell in was.keys() & now.keys()):
        yield "data"


def _alone(finding: Finding, why: str) -> Iterator[Move]:
    """Yield the numbers of a finding that only one edition has."""
    if finding.series is None:
        return
    for cell, value in _values(finding.series).items():
        before, after = (None, value) if why == "new" else (value, None)
        yield Move(finding.id, finding.label, dict(cell), before, after, finding.series.unit, finding.digits, (why,))


def _lines(finding: Finding, cell: Mapping[str, str]) -> tuple[int, ...]:
    """Return the observations of the ledger that stand directly behind a cell."""
    from xietong.library.explanations import restrict

    parts = [restrict(one, cell) for one in finding.receipt.inputs if not one.finding]
    return tuple(dict.fromkeys(int(row) for part in parts for row in part.rows.ravel() if row >= 0))
