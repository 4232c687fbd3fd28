"""Rows of a sheet for a register: first seen as a difference, then entered, all of them or none.

The head of a sheet may name columns by the ids of the class or by their labels, Chinese or English. Places may be given
by name where only one carries it. A column that the sheet does not have keeps what stands in the register. What
`register_exports` wrote comes back as it was: its further columns are passed over, and a number that a spreadsheet
wrote otherwise (12.5 for 12.50) is the number that stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xietong.errors import Problems
from xietong.library.guard import unguarded
from xietong.library.imports import tried
from xietong.library.numbers import is_number
from xietong.library.pack import Pack, read_pack
from xietong.library.places import Gazetteer
from xietong.library.placing import alone, put
from xietong.library.raw import RawTable
from xietong.library.register_exports import BEFORE, column_of
from xietong.library.registers.classes import RESERVED, RegisterClass
from xietong.library.registers.differences import Difference, difference
from xietong.library.registers.register import FOLDER, Register
from xietong.library.registers.rows import Row
from xietong.library.workbooks import WORKBOOKS, read_block

HEADS = {"item": ("编号", "Item"), "name": ("名称", "Name"), "place": ("地点", "Place"), "origin": ("来源", "Origin")}


@dataclass(frozen=True)
class Sheet:
    """Where the rows stand: a CSV, or cells of a sheet of a workbook; ``origin`` is the publication of all of them."""

    file: Path
    sheet: str = ""
    cells: str = ""
    header: int = 1
    origin: str = ""


def import_rows(path: Path, kind: str, sheet: Sheet, *, enter: bool = False) -> Difference:
    """Return what the rows of a sheet would do to a register; with ``enter`` they enter when nothing is refused.

    Raises:
        UnknownName: when the pack has no register of the class.
        Problems: when rows are to enter and one is refused; nothing is written then.
        PackError: when the file cannot be read, or another is writing.
    """
    if not enter:
        return _difference(read_pack(path), kind, sheet)
    with alone(path):
        pack = read_pack(path)
        found = _difference(pack, kind, sheet)
        if not found.sound:
            raise Problems(f"register {kind}", found.errors())
        if found.added or found.changed:
            files = {f"{FOLDER}/{kind}.csv": table_with(pack, kind, found)}
            tried(path, files)
            put(path, files)
    return found


def _difference(pack: Pack, kind: str, sheet: Sheet) -> Difference:
    register = pack.registers[kind]
    return difference(register, proposed(sheet, register, pack.gazetteer), pack.gazetteer)


def proposed(sheet: Sheet, register: Register, gazetteer: Gazetteer) -> RawTable:
    """Return the rows of a sheet under the columns of the class.

    Raises:
        PackError: when the file cannot be read.
    """
    if sheet.file.suffix.lower() in WORKBOOKS:
        raw = read_block(sheet.file, sheet.file.name, sheet.sheet, sheet.cells, sheet.header)
    else:
        raw = RawTable.read(sheet.file, sheet.file.name)
    named = _columns(register.kind)
    raw = _as_exported(raw, register.kind)
    header = tuple(named.get(name, name) for name in raw.header)
    raw = replace(raw, header=header)
    if (
        len(set(header)) < len(header)
        or {"item", "name"} - set(header)
        or set(header) - {*RESERVED, *register.kind.attributes}
    ):
        return raw
    return _completed(raw, register, gazetteer, sheet.origin)


def _as_exported(raw: RawTable, kind: RegisterClass) -> RawTable:
    """Return an exported table without the columns that an export adds, under the names of the class."""
    if raw.header[: len(BEFORE)] != BEFORE:
        return raw
    names = {"record": "item", "name": "name", "place": "place", "origin": "origin"}
    names |= {column_of(one): one for one in kind.attributes}
    kept = [at for at, name in enumerate(raw.header) if name in names]
    whole = [row for row in raw.rows if len(row) == len(raw.header)]
    if len(whole) < len(raw.rows):
        return raw
    rows = tuple(tuple(unguarded(row[at]) for at in kept) for row in whole)
    columns = tuple(raw.columns[at] for at in kept) if raw.columns else ()
    return replace(raw, header=tuple(names[raw.header[at]] for at in kept), rows=rows, columns=columns)


def _columns(kind: RegisterClass) -> dict[str, str]:
    """Return the column that each name or label of one means."""
    found = {label: name for name, labels in HEADS.items() for label in labels}
    for name, attribute in kind.attributes.items():
        found |= {attribute.label.zh: name, attribute.label.en: name}
    return found


def _completed(raw: RawTable, register: Register, gazetteer: Gazetteer, origin: str) -> RawTable:
    """Return the rows with every column of the class: what a sheet lacks is what stands in the register, or nothing."""
    names = (*RESERVED, *register.kind.attributes)
    standing = {(row.item, row.origin): row_cells(row) for row in register.rows}
    rows = []
    for cells in raw.rows:
        if len(cells) != len(raw.header):
            rows.append(cells)
            continue
        told = dict(zip(raw.header, cells, strict=True))
        told["origin"] = told.get("origin") or origin
        before = standing.get((told["item"], told["origin"]), [""] * len(names))
        if "place" in told:
            told["place"] = ";".join(code_of(part.strip(), gazetteer) for part in told["place"].split(";"))
        rows.append(tuple(_same_number(told.get(name, old), old) for name, old in zip(names, before, strict=True)))
    at = dict(zip(raw.header, raw.columns, strict=False))
    first = raw.columns[:1]
    return replace(
        raw, header=names, rows=tuple(rows), columns=tuple(at.get(name, *first) for name in names) if first else ()
    )


def _same_number(new: str, old: str) -> str:
    """Return a text, or what stands already when both are the same number."""
    same = new != old and is_number(new) and is_number(old) and "." in old and float(new) == float(old)
    return old if same else new


def code_of(text: str, gazetteer: Gazetteer) -> str:
    """Return the code of a place that only one carries by name; any other text is left as it is."""
    if not text or text in gazetteer.places:
        return text
    found = [code for code in gazetteer.named(text) if code in gazetteer.places]
    return found[0] if len(found) == 1 else text


def row_cells(row: Row) -> list[str]:
    """Return the cells of a row in the order of the class."""
    return [row.item, row.name, ";".join(row.places), row.origin, *row.values]


def table_with(pack: Pack, kind: str, found: Difference) -> str:
    """Return the register's table with the changes in their lines and the new rows at the end."""
    raw = RawTable.read(pack.path / FOLDER / f"{kind}.csv", kind)
    names = (*RESERVED, *pack.registers[kind].kind.attributes)
    changed = {(one.after.item, one.after.origin): one.after for one in found.changed}
    at = {name: index for index, name in enumerate(raw.header)}
    rows: list[Sequence[str]] = []
    for cells in raw.rows:
        new = changed.get((cells[at["item"]], cells[at["origin"]]))
        rows.append(cells if new is None else _ordered(new, names, raw.header))
    rows += [_ordered(row, names, raw.header) for row in found.added]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(raw.header)
    writer.writerows(rows)
    return file.getvalue()


def _ordered(row: Row, names: Sequence[str], header: Sequence[str]) -> list[str]:
    told: Mapping[str, str] = dict(zip(names, row_cells(row), strict=True))
    return [told[name] for name in header]
