"""What a workbook shows and its values do not tell: hidden rows and sheets, error cells, how a number is printed.

The reader of values gives ``0.065`` for a cell that prints ``6.5%``, ``7534`` for one that prints ``7534.0``, a day for
one that prints a year, and nothing for ``#N/A``.  This module reads styles and cells itself, as far as that needs.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
"""Parts of a number format that print no digit: texts in quotes, escaped signs, colours, blanks."""
_PLAIN = re.compile(r"#?,?#*0+(?:\.(0+))?(%?)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATES = {4: re.compile(r"y+年?"), 7: re.compile(r"y+[-/.年]?m+月?")}
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """How a format prints: a number with so many decimals, as per cent or not; of a date the first ``date`` signs."""

    decimals: int
    percent: bool = False
    date: int = 0

    def told(self, text: str) -> str:
        """Return a number or date as the cell prints it; digits that the format hides are kept, none is rounded."""
        if self.date or not _NUMBER.fullmatch(text):
            return text[: self.date] if self.date and _DAY.fullmatch(text) else text
        number = Decimal(text) * (100 if self.percent else 1)
        plain = f"{number:f}"
        whole, _, decimals = plain.partition(".")
        decimals = decimals.rstrip("0").ljust(self.decimals, "0")
        return whole + (f".{decimals}" if decimals else "") + ("%" if self.percent else "")


@dataclass
class Marks:
    """What one sheet shows beyond its values; rows and columns are counted from 0."""

    hidden: bool = False
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    forms: dict[tuple[int, int], Form] = field(default_factory=dict)


def read_marks(path: Path) -> dict[str, Marks]:
    """Return the marks of every sheet of an ``.xlsx`` by its name.

    Raises:
        zipfile.BadZipFile: when the file is no archive.
        KeyError: when a part is missing.
        expat.ExpatError: when a part is no XML.
    """
    with zipfile.ZipFile(path) as book:
        forms = _forms(book.read("xl/styles.xml")) if "xl/styles.xml" in book.namelist() else []
        targets: dict[str, str] = {}
        _parse(book.read("xl/_rels/workbook.xml.rels"), lambda _, told: targets.update(_target(told)))
        sheets: list[Attributes] = []
        _parse(book.read("xl/workbook.xml"), lambda tag, told: sheets.append(told) if tag == "sheet" else None)
        found: dict[str, Marks] = {}
        for told in sheets:
            identity = next(text for key, text in told.items() if key.rpartition(":")[2] == "id")
            part = posixpath.normpath(posixpath.join("xl", targets[identity].removeprefix("/xl/")))
            marks = found[told["name"]] = Marks(hidden=told.get("state", "visible") != "visible")
            if part in book.namelist():
                _cells(book.read(part), forms, marks)
    return found


def _target(told: Attributes) -> dict[str, str]:
    return {told["Id"]: told["Target"]} if "Id" in told else {}


def _parse(
    data: bytes, start: Callable[[str, Attributes], object], text: Callable[[str], object] | None = None
) -> None:
    """Call ``start`` with the name and the attributes of every element, ``text`` with what stands between them."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, told: start(tag.rpartition(":")[2], told)
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


def _forms(data: bytes) -> list[Form | None]:
    """Return how each style of cells prints numbers, None where that is no plain number."""
    codes, styles, inside = dict(_BUILT_IN), list[Form | None](), [False]

    def start(tag: str, told: Attributes) -> None:
        if tag == "numFmt":
            codes[int(told["numFmtId"])] = told["formatCode"]
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles"):
            inside[0] = tag == "cellXfs"
        elif tag == "xf" and inside[0]:
            styles.append(_form(codes.get(int(told.get("numFmtId", "0")), "")))

    _parse(data, start)
    return styles


def _form(code: str) -> Form | None:
    plain = _ASIDE.sub("", code.partition(";")[0]).strip()
    match = _PLAIN.fullmatch(plain)
    if match is not None:
        return Form(len(match[1] or ""), bool(match[2]))
    date = next((signs for signs, form in _DATES.items() if form.fullmatch(re.sub(r'["\\]', "", code.lower()))), 0)
    return Form(0, percent="%" in plain, date=date) if date or "%" in plain else None


def _cells(data: bytes, forms: list[Form | None], marks: Marks) -> None:
    """Note hidden rows and columns, error cells and printed forms of a sheet."""
    failed: list[tuple[int, int]] = []

    def start(tag: str, told: Attributes) -> None:
        if tag == "row" and told.get("hidden") in ("1", "true"):
            marks.rows.append(int(told["r"]) - 1)
        elif tag == "col" and told.get("hidden") in ("1", "true"):
            marks.columns.extend(range(int(told["min"]) - 1, min(int(told["max"]), 1 << 14)))
        elif tag == "c":
            at, style = position(told["r"]), int(told.get("s", "0"))
            failed[:] = [at] if told.get("t") == "e" else []
            form = forms[style] if style < len(forms) else None
            if form is not None and told.get("t", "n") in ("n", ""):
                marks.forms[at] = form
        elif tag == "v" and failed:
            marks.errors[failed[0]] = ""

    def text(told: str) -> None:
        if failed and failed[0] in marks.errors:
            marks.errors[failed[0]] += told.strip()

    _parse(data, start, text)


def position(cell: str) -> tuple[int, int]:
    """Return row and column of a cell such as ``B7``, counted from 0.

    Raises:
        ValueError: when the text names no cell.
    """
    match = _CELL.fullmatch(cell)
    if match is None:
        raise ValueError(cell)
    column = 0
    for sign in match[1]:
        column = column * 26 + ord(sign) - 64
    return int(match[2]) - 1, column - 1


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    told = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        told = chr(65 + rest) + told
    return told
