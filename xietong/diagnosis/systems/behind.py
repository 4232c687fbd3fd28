"""What stands behind a number of a finding: the lines of the pack, down through the findings that it was made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xietong.diagnosis.systems.scope import Scope
from xietong.errors import MeasureRefusal
from xietong.library.explanations import restrict
from xietong.library.findings import Finding, Input
from xietong.library.labels import Label
from xietong.library.pages import Source
from xietong.library.series import Series

Cell = Mapping[str, str | Sequence[str]]
"""Labels of axes: one, or several."""


def behind(scope: Scope, name: str, **cell: str) -> tuple[Source, ...]:
    """Return the publications behind a finding, or behind the part of it at ``cell``, each line once."""
    return tuple(Source.of(scope.pack.origins[origin], where) for origin, where in _once(scope, name, cell))


def books(scope: Scope, name: str, **cell: str) -> tuple[str, ...]:
    """Return whose books stand behind a finding or a part of it: ``seller``, ``buyer``, each once."""
    told = (scope.pack.origins[origin].books for origin, _ in _once(scope, name, cell))
    return tuple(dict.fromkeys(one for one in told if one))


def number(scope: Scope, name: str, **cell: str) -> float:
    """Return one number of a finding.

    Raises:
        UnknownName: when there is no such finding, axis or label.
        MeasureRefusal: when an axis is left open, or the finding is a refusal.
    """
    return _series(scope.finding(name)).cell(**cell)


def labels(scope: Scope, name: str, axis: str) -> tuple[str, ...]:
    """Return the labels of an axis of a finding; none when it has no such axis."""
    return next((one.labels for one in _series(scope.finding(name)).axes if one.name == axis), ())


def unit(scope: Scope, name: str) -> Label:
    """Return the unit of a finding, as it is written in Chinese statistics."""
    text = _series(scope.finding(name)).unit
    return Label(text, text)


def named(scope: Scope, place: str) -> Label:
    """Return the name of a place or a perimeter in both languages."""
    return Label(scope.pack.gazetteer.label(place, "zh"), scope.pack.gazetteer.label(place, "en"))


def _series(finding: Finding) -> Series:
    """Return the series of a finding.

    Raises:
        MeasureRefusal: when it has none.
    """
    if finding.series is None:
        raise MeasureRefusal(finding.id, "it holds no numbers", ways=("name a finding that holds numbers",))
    return finding.series


def _once(scope: Scope, name: str, cell: Cell) -> Iterator[tuple[str, str]]:
    rows = dict.fromkeys(_rows(scope, name, cell))
    told = scope.shelf.ledger.connection.execute(
        "select origin, location from observation where row_id in (select unnest(?)) order by position", [list(rows)]
    )
    return iter(told.fetchall())


def _rows(scope: Scope, name: str, cell: Cell) -> Iterator[int]:
    """Yield the numbers of the lines behind a part of a finding."""
    for one in scope.finding(name).receipt.inputs:
        if one.finding:
            yield from _rows(scope, one.finding, _taken(one, cell))
        else:
            yield from (int(row) for row in restrict(one, cell).rows.ravel() if row >= 0)


def _taken(one: Input, cell: Cell) -> Cell:
    """Return which part of the finding behind an input stands behind a cell: what the input took, then the cell."""
    inside = {
        axis: label
        for axis, label in cell.items()
        if axis not in one.over and (axis not in one.select or (isinstance(label, str) and label in one.select[axis]))
    }
    return {**one.select, **inside}
