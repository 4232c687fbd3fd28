"""Columns of a table as the data of a measure: for a file as people have it, and no pack.

Rows run along the first core axis of a parameter, several columns along its last one. A parameter of single cells is
computed row by row. A value is ``COLUMN``, ``COLUMN,COLUMN`` (``*`` and ``?`` stand for any signs), numbers, or
``FILE:COLUMN`` when it stands in another table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.foreign import read_foreign
from xietong.library.labels import Label
from xietong.library.raw import RawTable
from xietong.library.workbooks import BRACKETS, WORKBOOKS, blocks, is_unit
from xietong.measures.axes import ALONE
from xietong.measures.measure import ABSENT, Facts
from xietong.recipes.measuring import Given, Measured, measured, stacked

_NUMBER = re.compile(r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?%?")
ABSENT_SIGNS = ("", "-", "—", "——", "…", "……", "..", "...", "NA", "N/A", "nan", "NaN", "#N/A")


def read_table(path: Path, sheet: str = "", cells: str = "", header: int = 1) -> RawTable:
    """Read a file of others; of a workbook the only block, unless ``sheet`` or ``cells`` name one.

    Raises:
        PackError: when the file cannot be read, or a workbook has several blocks and none is named.
    """
    if path.suffix.lower() not in WORKBOOKS or sheet or cells:
        return read_foreign(path, path.name, sheet, cells, header)
    found = blocks(path, path.name)
    if len(found) == 1:
        return found[0].table
    what = f"the workbook has {len(found)} tables" if found else "the workbook has no table of numbers"
    ways = tuple(f'--sheet "{one.sheet}" --cells {one.cells} --header {one.header}   ({one.title})' for one in found)
    raise PackError("measure", what, where=path.name, ways=ways)


@dataclass
class Reader:
    """The rows of a table that are measured together, and every problem met in them."""

    known: Facts
    table: RawTable
    folder: Path
    named: Mapping[str, str] = field(default_factory=dict)
    errors: list[XietongError] = field(default_factory=list)
    others: dict[str, RawTable] = field(default_factory=dict)
    thousands: set[str] = field(default_factory=set)

    def given(self, parameter: str, text: str, rows: Sequence[int]) -> Given:
        """Return the data of a parameter; cells that cannot be used go to ``errors``.

        Raises:
            UnknownName: when the table has no such column.
            PackError: when the columns do not give what the parameter works over.
        """
        axes = self.known.parameters[parameter]
        numbers = [part.strip() for part in text.split(",")]
        if not any(part in self.table.header for part in (text, *numbers)) and all(map(_NUMBER.fullmatch, numbers)):
            return _literal(numbers, axes)
        table, text, other = self._table(text)
        columns = self._columns(table, text)
        rows = range(len(table.rows)) if other else rows
        if parameter in self.known.labels:
            return self._labels(table, columns[0], rows)
        if len(axes) == 2 and len(columns) == 1 and (axes[1] not in ALONE or axes[1] in self.named):
            return self._pivoted(table, columns[0], rows, axes)
        if len(axes) > 2 or (not axes and len(columns) > 1):
            what = f"{parameter} works over {' × '.join(axes) or 'single cells'}, and {len(columns)} columns are named"
            raise PackError(self.known.name, what, ways=("give an array of that shape from Python",))
        return self._wide(table, columns, rows, axes)

    def _wide(self, table: RawTable, columns: Sequence[str], rows: Sequence[int], axes: tuple[str, ...]) -> Given:
        """Lay columns out as they stand: rows along the first axis, several columns along the last.

        Where the column of labels that is named belongs to the last axis, rows run along that one.
        """
        values = np.array([[self._number(table, row, column) for column in columns] for row in rows])
        names = self._row_names(table, rows, axes[0] if axes else "", columns)
        if len(columns) == 1 and len(axes) < 2:
            unit = _unit(columns[0])
            return Given(values[:, 0], (names,), unit) if axes else Given(values[:, 0], (), unit, front=names)
        if len(axes) == 1:
            return Given(values, (tuple(columns),), front=names)
        if axes[1] in self.named and axes[0] not in self.named:
            return Given(values.T, (tuple(columns), self._row_names(table, rows, axes[1], columns)))
        return Given(values, (tuple(columns) if axes[0] == axes[1] else names, tuple(columns)))

    def _table(self, text: str) -> tuple[RawTable, str, bool]:
        """Return the table in which a parameter stands, the columns asked for, and whether it is another table."""
        file, colon, rest = text.partition(":")
        path = self.folder / file
        if not colon or text in self.table.header or not path.is_file():
            return self.table, text, False
        if file not in self.others:
            self.others[file] = read_table(path)
        return self.others[file], rest, True

    def _columns(self, table: RawTable, text: str) -> list[str]:
        if text in table.header:
            return [text]
        found: list[str] = []
        for part in (part.strip() for part in text.split(",")):
            match = [name for name in table.header if fnmatchcase(name, part)] if part not in table.header else [part]
            if "*" in part:
                match = [name for name in match if self._is_numeric(table, name)]
            if not match:
                raise UnknownName(self.known.name, "column", part, table.header, where=f"{table.name}:1")
            found += match
        return found

    def _is_numeric(self, table: RawTable, name: str) -> bool:
        cells = [_cell(table, row, name) for row in range(len(table.rows))]
        return any(map(_NUMBER.fullmatch, cells)) and all(c in ABSENT_SIGNS or _NUMBER.fullmatch(c) for c in cells)

    def _number(self, table: RawTable, row: int, column: str) -> float:
        text = _cell(table, row, column)
        if text in ABSENT_SIGNS and self.known.absent != ABSENT:
            return float("nan")
        if not _NUMBER.fullmatch(text):
            what = f"{column} is '{text}'" if text else f"{column} is empty"
            ways = ("correct the cell, or leave the row out of the file",)
            self.errors.append(PackError(self.known.name, what, where=table.where(table.lines[row], column), ways=ways))
            return float("nan")
        if "," in text:
            self.thousands.add(column)
        plain = text.replace(",", "")
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)

    def _labels(self, table: RawTable, column: str, rows: Sequence[int]) -> Given:
        texts = [_cell(table, row, column) for row in rows]
        for row, text in zip(rows, texts, strict=True):
            if not text:
                where = table.where(table.lines[row], column)
                self.errors.append(PackError(self.known.name, f"{column} is empty", where=where))
        groups = tuple(dict.fromkeys(texts))
        return Given(np.array([groups.index(text) for text in texts], dtype=np.int64), groups=groups)

    def _row_names(self, table: RawTable, rows: Sequence[int], axis: str, used: Sequence[str]) -> tuple[str, ...]:
        """Return the labels of rows: from the column named for the axis, else from the first that tells them apart."""
        told = self.named.get(axis) or self.named.get("row", "")
        for name in [told] if told else table.header:
            texts = [_cell(table, row, name) for row in rows]
            apart = all(texts) and len(set(texts)) == len(texts)
            if apart and name not in used and (told or not all(map(_NUMBER.fullmatch, texts))):
                return tuple(texts)
            if told:
                seen: dict[str, int] = {}
                for row, text in zip(rows, texts, strict=True):
                    if text in seen or not text:
                        first = f"line {table.lines[seen[text]]} and again" if text in seen else "empty"
                        what, where = f"{name} '{text}' stands {first} here", table.where(table.lines[row], name)
                        self.errors.append(
                            PackError(self.known.name, what, where=where, ways=("--by COLUMN parts rows",))
                        )
                    seen.setdefault(text, row)
        return ()

    def _pivoted(self, table: RawTable, column: str, rows: Sequence[int], axes: tuple[str, ...]) -> Given:
        """Lay one column out over two axes, whose labels stand in columns of their own."""
        missing = [axis for axis in axes if axis not in self.named]
        if missing:
            ways = (
                f"name the columns of labels: {' '.join(f'--{axis} COLUMN' for axis in axes)}",
                "or name several columns",
            )
            what = f"{column} is one column, and it is needed over {' × '.join(axes)}"
            raise PackError(self.known.name, what, where=f"{table.name}:1", ways=ways)
        cells: dict[tuple[str, ...], int] = {}
        for row in rows:
            key = tuple(_cell(table, row, self.named[axis]) for axis in axes)
            if key in cells:
                what = f"{' '.join(key)} stands in line {table.lines[cells[key]]} and again here"
                self.errors.append(PackError(self.known.name, what, where=table.where(table.lines[row])))
            cells.setdefault(key, row)
        names = tuple(tuple(dict.fromkeys(key[at] for key in cells)) for at in range(2))
        values = np.full((len(names[0]), len(names[1])), np.nan)
        for i, first in enumerate(names[0]):
            for j, second in enumerate(names[1]):
                if (first, second) in cells:
                    values[i, j] = self._number(table, cells[first, second], column)
                elif self.known.absent == ABSENT:
                    self.errors.append(PackError(self.known.name, f"no row for {first} {second}", where=table.name))
        return Given(values, names, _unit(column))


def _cell(table: RawTable, row: int, column: str) -> str:
    at, cells = table.header.index(column), table.rows[row]
    return cells[at] if at < len(cells) else ""


def _unit(column: str) -> str:
    """Return the unit that stands in brackets in the name of a column, else the name."""
    return next((text for text in reversed(BRACKETS.findall(column)) if is_unit(text)), column)


def _literal(numbers: Sequence[str], axes: tuple[str, ...]) -> Given:
    values = np.array([float(one.rstrip("%").replace(",", "")) / (100 if one.endswith("%") else 1) for one in numbers])
    return Given(values[0] if len(values) == 1 and not axes else values)


def measure_table(
    known: Facts, path: Path, table: RawTable, options: Mapping[str, str], *, by: str = "", misused: bool = False
) -> Measured:
    """Compute a measure from columns; ``options`` are columns by parameter, columns of labels by axis, and choices.

    With ``by`` it is computed once for every text of that column.

    Raises:
        Problems: with every cell and column that cannot be used, each with its line.
        MeasureRefusal: when a precondition of the measure does not hold.
    """
    axes = {axis for names in known.parameters.values() for axis in names} | {"row"}
    wanted = {name: text for name, text in options.items() if name in known.parameters}
    named = {name: text for name, text in options.items() if name in axes and name not in wanted}
    choices = {name: text for name, text in options.items() if name not in wanted and name not in named}
    reader = Reader(known, table, path.parent, named)
    for column in (*named.values(), *([by] if by else [])):
        if column not in table.header:
            raise UnknownName(known.name, "column", column, table.header, where=f"{table.name}:1")
    parts: dict[str, list[int]] = {}
    for row in range(len(table.rows)):
        parts.setdefault(_cell(table, row, by) if by else "", []).append(row)
    read: dict[str, dict[str, Given]] = {label: {} for label in parts}
    for label, rows in parts.items():
        for name, text in wanted.items():
            try:
                read[label][name] = reader.given(name, text, rows)
            except XietongError as error:
                reader.errors.append(error)
    if errors := list({error.text(): error for error in reader.errors}.values()):
        raise Problems(f"measure {known.name}", errors) if len(errors) > 1 else errors[0]
    results = []
    for label, data in read.items():
        try:
            results.append(measured(known.name, data, choices, misused=misused))
        except XietongError as error:
            error.who += f" for {by} {label}" if by else ""
            raise error.at(table.name) from None
    result = stacked(by, list(read), results) if by else results[0]
    told = tuple(
        Label(f"{column} 的千位分隔符已去掉", f"the signs between thousands of {column} were taken out")
        for column in sorted(reader.thousands)
    )
    return replace(result, warnings=(*result.warnings, *told))
