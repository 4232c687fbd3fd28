"""Entries for a register as a form gives them: fields out of the class, rows as a file, and what they change."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xietong.library.contributions import Entry
from xietong.library.labels import Label
from xietong.library.origins import Origin
from xietong.library.pack import Pack
from xietong.library.register_imports import HEADS, Sheet, row_cells
from xietong.library.registers.classes import RESERVED, RegisterClass

ROWS = 20
"""So many rows a form has at most; more come as a file."""
_HINTS = {
    "number": Label("数字，如 12.5", "a number, such as 12.5"),
    "date": Label("如 2023、2023-06、2023-06-30", "such as 2023, 2023-06, 2023-06-30"),
    "longitude": Label("十进制度", "degrees with a decimal point"),
    "latitude": Label("十进制度", "degrees with a decimal point"),
    "place": Label("代码或名称", "a code or a name"),
    "code": Label("代码", "a code"),
}
_MANY = Label("多个以分号隔开", "several parted by semicolons")


@dataclass(frozen=True)
class Field:
    """A field of a form: a column of the class; ``words`` are what may be chosen, none where one writes."""

    id: str
    label: Label
    hint: Label
    required: bool
    words: Mapping[str, Label]


def fields(kind: RegisterClass) -> list[Field]:
    """Return the fields of a row: item, name, place and publication, then what the class says of an item."""
    origins = {name: Label(one.cite(), one.cite()) for name, one in kind.origins.items()}
    hints = {
        "item": Label("本类中唯一的编号", "an id that is unique in the class"),
        "name": Label("如出版物所印", "as the publication prints it"),
        "place": Label("代码或名称，多个以分号隔开", "a code or a name, several parted by semicolons"),
        "origin": Label("类中列出的出版物", "a publication that the class lists"),
    }
    told = [Field(one, Label(*HEADS[one]), hints[one], True, origins if one == "origin" else {}) for one in RESERVED]
    for one in kind.attributes.values():
        hint = _HINTS.get(one.kind, Label("", ""))
        if one.many:
            hint = Label("；".join(filter(None, (hint.zh, _MANY.zh))), "; ".join(filter(None, (hint.en, _MANY.en))))
        words = {word: Label(word, english) for word, english in one.words.items()} if not one.many else {}
        unit = Label(f"{one.label.zh}（{one.unit}）", f"{one.label.en} ({one.unit})") if one.unit else one.label
        told.append(Field(one.id, unit, hint, False, words))
    return told


def rows(names: Sequence[str], typed: Mapping[str, str], count: int) -> list[dict[str, str]]:
    """Return the rows of a form whose fields are called ``NUMBER.COLUMN``; a row without anything in it is left out."""
    told = [{name: _plain(typed.get(f"{at}.{name}", "")) for name in names} for at in range(min(count, ROWS))]
    return [row for row in told if any(text for name, text in row.items() if name != "origin")]


def _plain(text: str) -> str:
    return " ".join(text.split())


def standing(pack: Pack, kind: str, item: str) -> list[dict[str, str]]:
    """Return the rows of an item as they stand, to be corrected.

    Raises:
        UnknownName: when there is no such class or item.
    """
    names = [one.id for one in fields(pack.registers[kind].kind)]
    return [dict(zip(names, row_cells(row), strict=True)) for row in pack.registers.item(f"{kind}:{item}").rows]


def as_file(names: Sequence[str], told: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows as the file that they would be."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([names, *([row[name] for name in names] for row in told)])
    return out.getvalue().encode()


@contextmanager
def sheet(name: str, content: bytes, told: Mapping[str, str]) -> Iterator[Sheet]:
    """Put a file that was sent where it can be read, for as long as it is needed."""
    header = told.get("header", "1")
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / name
        file.write_bytes(content)
        rows_of_head = int(header) if header.isdecimal() and 0 < int(header) < 20 else 1
        yield Sheet(file, told.get("sheet", ""), told.get("cells", ""), rows_of_head, told.get("origin", ""))


@dataclass(frozen=True)
class Shown:
    """A row of a difference: what it is about, whether it is new, and each cell before and after."""

    item: str
    name: str
    origin: str
    where: str
    new: bool
    cells: tuple[tuple[Label, str, str], ...]


def differences(entries: Sequence[Entry], told: Sequence[Field], origins: Mapping[str, Origin]) -> list[Shown]:
    """Return what rows change, cell by cell; of a new row every cell that says something."""
    labels = {one.id: one.label for one in told}
    found = []
    for one in entries:
        before = one.before or {}
        cells = tuple(
            (labels.get(key, Label(key, key)), before.get(key, ""), text)
            for key, text in one.after.items()
            if text != before.get(key, "")
        )
        after = one.after
        item = after.get("item") or " → ".join(filter(None, (after.get("source"), after.get("target"))))
        named = after.get("origin", "")
        origin = origins[named].cite() if named in origins else named
        found.append(Shown(item, after.get("name") or item, origin, one.where, one.before is None, cells))
    return found
