"""Contributions that are lines and not rows of a class: dated states with evidence, and links between items.

A line is only added: what a publication said stays. ``CLASS.states`` are the states of a class, ``links`` the links.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.pack import Pack
from xietong.library.raw import RawTable
from xietong.library.register_imports import Sheet
from xietong.library.registers import links, states
from xietong.library.registers.register import FOLDER
from xietong.library.workbooks import WORKBOOKS, read_block

STATES = ".states"


def takes_lines(kind: str) -> bool:
    """Return whether a kind of contribution is lines: ``links``, or ``CLASS.states``."""
    return kind == links.FILE or kind.endswith(STATES)


def columns_of(kind: str) -> tuple[str, ...]:
    """Return the columns of the lines."""
    return links.COLUMNS if kind == links.FILE else states.COLUMNS


def new_lines(pack: Pack, kind: str, sheet: Sheet) -> tuple[list[tuple[str, dict[str, str]]], int]:
    """Return the lines of a sheet that do not stand in the pack, each with its place in the file, and how many do.

    ``item``, ``name`` and ``place`` of the item that a line is about are added: an office rules on its own places.

    Raises:
        UnknownName: when the pack has no such class.
        Problems: when columns are missing or unknown, or a line names no item that there is.
        PackError: when the file cannot be read.
    """
    name = kind.removesuffix(STATES)
    if kind != links.FILE and name not in pack.registers:
        raise UnknownName("contribution", "class", name, pack.registers)
    raw, columns = _read(sheet), columns_of(kind)
    errors: list[XietongError] = []
    if set(raw.header) - {"origin"} != set(columns) - {"origin"}:
        what = f"the columns are {', '.join(raw.header)}; wanted are {', '.join(columns)}"
        raise Problems(f"contribution to {kind}", [PackError(kind, what, where=f"{sheet.file.name}:1")])
    standing = set(_standing(pack, kind))
    told, same = list[tuple[str, dict[str, str]]](), 0
    for line, record in raw.records(errors):
        one = {key: record.get(key, "") for key in columns} | {"origin": record.get("origin", "") or sheet.origin}
        if tuple(one[key] for key in columns) in standing:
            same += 1
            continue
        refs = (one["from"], one["to"]) if kind == links.FILE else (f"{name}:{one['item']}",)
        places = _places(pack, refs, raw.where(line), errors)
        told.append((raw.where(line), {**one, "item": refs[0], "name": " ".join(refs[1:]), "place": ";".join(places)}))
    if errors:
        raise Problems(f"contribution to {kind}", errors)
    return told, same


def _read(sheet: Sheet) -> RawTable:
    if sheet.file.suffix.lower() in WORKBOOKS:
        return read_block(sheet.file, sheet.file.name, sheet.sheet, sheet.cells, sheet.header)
    return RawTable.read(sheet.file, sheet.file.name)


def _places(pack: Pack, refs: Sequence[str], where: str, errors: list[XietongError]) -> list[str]:
    """Return the places of the items that a line is about."""
    found: dict[str, None] = {}
    for ref in refs:
        try:
            found |= dict.fromkeys(pack.registers.item(ref).places)
        except UnknownName as error:
            errors.append(error.at(where))
    return list(found)


def _standing(pack: Pack, kind: str) -> list[tuple[str, ...]]:
    path, columns = _path(pack, kind), columns_of(kind)
    if not path.exists():
        return []
    raw = RawTable.read(path, path.name)
    return [tuple(record[key] for key in columns) for _, record in raw.records([])]


def _path(pack: Pack, kind: str) -> Path:
    return pack.path / FOLDER / f"{kind}.csv"


def with_lines(pack: Pack, kind: str, told: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the file with further lines at its end, no file when all of them stand there."""
    columns, standing = columns_of(kind), _standing(pack, kind)
    wanted = [tuple(one[key] for key in columns) for one in told]
    if kind != links.FILE:
        at = columns.index("item")
        wanted = [(*one[:at], one[at].partition(":")[2], *one[at + 1 :]) for one in wanted]
    new = [one for one in wanted if one not in standing]
    if not new:
        return {}
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([columns, *standing, *new])
    return {f"{FOLDER}/{kind}.csv": file.getvalue()}
