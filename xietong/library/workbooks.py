"""Workbooks as yearbooks print them: several blocks on a sheet, titles with units, merged heads of many rows, notes.

A block is what empty rows and columns leave together. Its first rows of text are title and unit, the rows above the
first row of numbers its head, the rows of text after the last one its notes. Merged cells are read as if each cell had
the text, head rows are joined by " / ", and labels merged over rows hold for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from xietong.errors import PackError, UnknownName
from xietong.library.raw import RawTable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
NUMBER = re.compile(r"[-+]?[0-9][0-9,，]*(?:\.[0-9]+)?%?")
NOTES = re.compile(r"^\s*(注|说明|资料来源|数据来源|来源|备注|Note|Source)", re.I)
UNIT = re.compile(r"(?:单\s*位|Unit)\s*[:：]\s*([^\s()（）]+)", re.I)
_RANGE = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")
_FULL = str.maketrans("０１２３４５６７８９．－，％", "0123456789.-,%")


@dataclass(frozen=True)
class Block:
    """One table of a sheet: its cells as ``A4:H20``, the rows of its head, what stands above and below it."""

    sheet: str
    cells: str
    header: int
    title: str
    unit: str
    notes: tuple[str, ...]
    table: RawTable


@dataclass(frozen=True)
class _Sheet:
    """The cells of a sheet as text; merged cells are filled."""

    name: str
    grid: tuple[tuple[str, ...], ...]


def blocks(path: Path, shown: str) -> list[Block]:
    """Return every block of every sheet that holds numbers.

    Raises:
        PackError: when the file is absent or no workbook.
    """
    return [block for sheet in _sheets(path, shown) for block in _blocks(sheet, shown)]


def read_block(path: Path, shown: str, sheet: str, cells: str, header: int) -> RawTable:
    """Read the cells of a sheet (all of it without ``cells``) as a raw table with ``header`` rows of head.

    Raises:
        PackError: when the file is absent or no workbook, or the cells are written wrongly.
        UnknownName: when there is no such sheet.
    """
    sheets = {one.name: one for one in _sheets(path, shown)}
    name = sheet or next(iter(sheets), "")
    if name not in sheets:
        raise UnknownName("workbook", "sheet", name, sheets, where=shown)
    grid = sheets[name].grid
    top, left, bottom, right = 0, 0, len(grid) - 1, max(map(len, grid), default=1) - 1
    if cells:
        match = _RANGE.fullmatch(cells)
        if match is None:
            raise PackError("workbook", f"'{cells}' is no range of cells", where=shown, ways=("write it as A4:H20",))
        left, right = _column(match[1]), _column(match[3])
        top, bottom = int(match[2]) - 1, int(match[4]) - 1
    return _table(grid, f"{shown}!{name}", (top, left, bottom, right), header)


def _sheets(path: Path, shown: str) -> list[_Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.exists():
        raise PackError("workbook", "the file does not exist", where=shown)
    try:
        book = CalamineWorkbook.from_path(str(path))
        return [_sheet(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except CalamineError as error:
        ways = ("save it as .xlsx, or as CSV in UTF-8",)
        raise PackError("workbook", f"this is no workbook: {error}", where=shown, ways=ways) from None


def _sheet(sheet: Any) -> _Sheet:
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(grid) and left < len(grid[top]):
            for row in grid[top : bottom + 1]:
                row[left : right + 1] = [grid[top][left]] * len(row[left : right + 1])
    return _Sheet(sheet.name, tuple(tuple(row) for row in grid))


def _text(cell: Any) -> str:
    """Return a cell as it reads: whole numbers without a point, dates as ISO writes them, widths made one."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\n", " ").replace("\u3000", " ").strip().translate(_FULL)


def _blocks(sheet: _Sheet, shown: str) -> list[Block]:
    found = []
    for top, bottom in _runs([any(row) for row in sheet.grid]):
        rows = sheet.grid[top : bottom + 1]
        width = max(map(len, rows))
        for left, right in _runs([any(at < len(row) and row[at] for row in rows) for at in range(width)]):
            block = _block(sheet, shown, (top, left, bottom, right))
            if block is not None:
                found.append(block)
    return _with_titles(sheet, found)


def _runs(filled: Sequence[bool]) -> list[tuple[int, int]]:
    """Return first and last position of every run of true."""
    runs: list[tuple[int, int]] = []
    for at, one in enumerate(filled):
        if one and runs and runs[-1][1] == at - 1:
            runs[-1] = runs[-1][0], at
        elif one:
            runs.append((at, at))
    return runs


def _block(sheet: _Sheet, shown: str, area: tuple[int, int, int, int]) -> Block | None:
    top, left, bottom, right = area
    rows = [
        [*row[left : right + 1], *[""] * (right + 1 - len(row))][: right - left + 1]
        for row in sheet.grid[top : bottom + 1]
    ]
    numeric = [sum(bool(NUMBER.fullmatch(cell)) for cell in row[1:]) for row in rows]
    data = [at for at, count in enumerate(numeric) if count and not _years(rows[at])]
    if not data or right == left:
        return None
    titles = [at for at in range(data[0]) if len({cell for cell in rows[at] if cell}) <= 1 and at < data[0] - 1]
    first = max(titles, default=-1) + 1
    last = data[-1]
    above = [next(filter(None, rows[at]), "") for at in titles]
    notes = tuple(" ".join(dict.fromkeys(filter(None, row))) for row in rows[last + 1 :])
    unit = next((match[1] for text in (*above, *notes) if (match := UNIT.search(text))), "")
    place = (top + first, left, top + last, right)
    header = data[0] - first
    cells = f"{_letters(left)}{place[0] + 1}:{_letters(right)}{place[2] + 1}"
    title = " ".join(_title(text) for text in above).strip()
    return Block(
        sheet.name, cells, header, title, unit, notes, _table(sheet.grid, f"{shown}!{sheet.name}", place, header)
    )


def _with_titles(sheet: _Sheet, found: list[Block]) -> list[Block]:
    """Give a block without title the lone text that stands above it, beyond an empty row."""
    told = []
    for block in found:
        title, unit = block.title, block.unit
        match = _RANGE.fullmatch(block.cells)
        at = int(match[2]) - 2 if match else -1
        while at >= 0 and not (title and unit) and len({cell for cell in sheet.grid[at] if cell}) <= 1:
            text = next(filter(None, sheet.grid[at]), "")
            unit = unit or (UNIT.search(text) or [""] * 2)[1]
            rest = _title(text)
            title = title or ("" if NOTES.match(rest) else rest)
            at -= 1
        told.append(Block(block.sheet, block.cells, block.header, title, unit, block.notes, block.table))
    return told


def _title(text: str) -> str:
    """Return a title without the unit and the brackets that it stood in."""
    return re.sub(r"[（(]\s*[）)]", "", UNIT.sub("", text)).strip()


def _years(row: Sequence[str]) -> bool:
    """Whether a row is a head of years."""
    numbers = [cell for cell in row[1:] if NUMBER.fullmatch(cell)]
    return (
        bool(numbers) and all(re.fullmatch(r"(19|20)\d\d", cell) for cell in numbers) and not NUMBER.fullmatch(row[0])
    )


def _table(grid: Sequence[Sequence[str]], name: str, area: tuple[int, int, int, int], header: int) -> RawTable:
    top, left, bottom, right = area
    width = right - left + 1
    rows = [tuple([*row[left : right + 1], *[""] * width][:width]) for row in grid[top : bottom + 1]]
    head = tuple(" / ".join(dict.fromkeys(filter(None, (row[at] for row in rows[:header])))) for at in range(width))
    body = [(top + at + 1, row) for at, row in enumerate(rows) if at >= header and any(row)]
    return RawTable(name, _unlike(head), tuple(row for _, row in body), tuple(line for line, _ in body))


def _unlike(names: Sequence[str]) -> tuple[str, ...]:
    """Give names that stand twice or not at all a number, so that each column can be named."""
    seen: dict[str, int] = {}
    told = []
    for at, text in enumerate(names):
        name = text or f"column {at + 1}"
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return tuple(told)


def _column(letters: str) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - 64
    return number - 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
