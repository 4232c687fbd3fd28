"""Rows of a register: one line per item and publication, with ``file:line``, every cell as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.places import Gazetteer
from xietong.library.raw import RawTable
from xietong.library.registers.classes import RESERVED, RegisterClass
from xietong.library.registers.kinds import value_problem

_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Row(NamedTuple):
    """What one publication says of one item; ``values`` stand in the order of the attributes of the class."""

    where: str
    item: str
    name: str
    places: tuple[str, ...]
    origin: str
    values: tuple[str, ...]


def read_rows(
    path: Path, shown: str, one: RegisterClass, known: Gazetteer, errors: list[XietongError]
) -> tuple[list[Row], set[str]]:
    """Read ``CLASS.csv``: its rows without a problem, and every item that is named; problems go to ``errors``."""
    try:
        raw = RawTable.read(path, shown)
    except PackError as error:
        errors.append(error)
        return [], set()
    errors += header_problems(raw, one)
    rows, items = list[Row](), set[str]()
    for record, row, _ in checked_rows(raw, one, known, errors):
        items.add(record.get("item", ""))
        if row is not None:
            rows.append(row)
    return rows, items


def header_problems(raw: RawTable, one: RegisterClass) -> list[XietongError]:
    """Return one error for each column that is missing, unknown or stands twice."""
    who, names, where = f"register {one.id}", [*RESERVED, *one.attributes], f"{raw.name}:1"
    errors: list[XietongError] = [
        UnknownName(who, "attribute of the class", name, names, where=where) for name in raw.header if name not in names
    ]
    errors += [PackError(who, f"column '{name}' is missing", where=where) for name in names if name not in raw.header]
    twice = sorted({name for name in raw.header if raw.header.count(name) > 1})
    return errors + [PackError(who, f"column '{name}' stands twice", where=where) for name in twice]


def checked_rows(
    raw: RawTable, one: RegisterClass, known: Gazetteer, errors: list[XietongError]
) -> Iterator[tuple[Mapping[str, str], Row | None, list[XietongError]]]:
    """Yield every record with its row, None when it has problems, and these; they go to ``errors`` as well."""
    checker = RowChecker(one, known)
    for line, record in raw.records(errors):
        row, problems = checker.row(record, raw.where(line))
        errors += problems
        yield record, row, problems


class RowChecker:
    """Turns records into rows of one class; what was found in order once is not looked at again."""

    def __init__(self, one: RegisterClass, known: Gazetteer) -> None:
        self.one, self.known = one, known
        self.who = f"register {one.id}"
        self.sound: set[tuple[str, str]] = set()
        self.seen: dict[tuple[str, str], str] = {}

    def row(self, record: Mapping[str, str], where: str) -> tuple[Row | None, list[XietongError]]:
        """Return the row of a record, or None and what is wrong with it."""
        item, origin = record.get("item", ""), record.get("origin", "")
        places = tuple(one.strip() for one in record.get("place", "").split(";") if one.strip())
        problems = [error.at(where) for error in self._problems(record, item, origin, places)]
        first = self.seen.setdefault((item, origin), where)
        if first != where and item and origin:
            what, ways = f"item '{item}' of origin '{origin}' also stands at {first}", ("keep one of the two lines",)
            problems.append(PackError(self.who, what, where=where, ways=ways))
        if problems:
            return None, problems
        values = tuple(record.get(name, "") for name in self.one.attributes)
        return Row(where, item, record["name"], places, origin, values), []

    def _problems(
        self, record: Mapping[str, str], item: str, origin: str, places: tuple[str, ...]
    ) -> Iterator[XietongError]:
        if not _ITEM.fullmatch(item):
            what = f"'{item}' is no id of an item" if item else "the item is empty"
            yield PackError(self.who, what, ways=("write letters, digits, '.', '_' and '-' as in 4111010001 or h0001",))
        if not record.get("name"):
            yield PackError(self.who, "the name is empty", ways=("write the name as published",))
        if not origin:
            yield PackError(self.who, "the origin is empty", ways=("name the publication as the class lists it",))
        elif origin not in self.one.origins:
            yield UnknownName(self.who, "origin of the class", origin, self.one.origins)
        for place in places:
            if place not in self.known.places:
                yield UnknownName(self.who, "place", place, self.known.places)
        for name, attribute in self.one.attributes.items():
            text = record.get(name, "")
            if not text or attribute.kind in ("text", "code") or (name, text) in self.sound:
                continue
            told = [
                value_problem(attribute.kind, part, f"{self.who}, {name}", attribute.words, self.known.places)
                for part in attribute.parts(text)
            ]
            if not any(told):
                self.sound.add((name, text))
            yield from (error for error in told if error is not None)
