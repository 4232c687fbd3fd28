"""Workbooks as yearbooks print them: several blocks on a sheet, titles with units, merged heads of many rows, notes.

A block is what empty rows and columns leave together. Its first rows of text are title and unit, the rows above the
first row of numbers its head, the rows of text after the last one its notes. Merged cells are read as if each cell had
the text, head rows are joined by " / ", and labels merged over rows hold for each of them. A cell reads as it prints:
``6.5%`` and not 0.065, ``#N/A`` and not nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.parsers import expat

from xietong.errors import PackError, UnknownName
from xietong.library.raw import RawTable
from xietong.library.units import unit as unit_of
from xietong.library.workbook_marks import Marks, letters, position, read_marks

OLD_WORKBOOKS = (".xls", ".xlsb", ".ods")
"""Workbooks whose error cells and per cents cannot be told from their values: they are to be saved as .xlsx."""
WORKBOOKS = (".xlsx", ".xlsm", *OLD_WORKBOOKS)
NUMBER = re.compile(r"[-+]?[0-9][0-9,， ]*(?:\.[0-9]+)?%?")
MISSING = ("-", "--", "—", "——", "…", "……", "...", "..", "/", "n.a.", "N/A", "NA", "缺", "暂无")
NOTES = re.compile(r"^\s*(注|说明|资料来源|数据来源|来源|备注|Note|Source)", re.I)
UNIT = re.compile(r"(?:单\s*位|Unit)\s*[:：]\s*([^()（）]+)", re.I)
BRACKETS = re.compile(r"[（(]([^（）()]+)[）)]")
_RANGE = re.compile(r"([A-Z]+[0-9]+):([A-Z]+[0-9]+)")
_FULL = str.maketrans("０１２３４５６７８９．－，％", "0123456789.-,%")


@dataclass(frozen=True)
class Block:
    """One table of a sheet: its cells as ``A4:H20``, the rows of its head, what stands above and below it.

    ``remarks`` say what a reader of the sheet does not see, such as hidden rows.
    """

    sheet: str
    cells: str
    header: int
    title: str
    unit: str
    notes: tuple[str, ...]
    table: RawTable
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sheet:
    """The cells of a sheet as text; merged cells are filled."""

    name: str
    grid: tuple[tuple[str, ...], ...]
    marks: Marks


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
        (top, left), (bottom, right) = position(match[1]), position(match[2])
    return _table(grid, f"{shown}!{name}", (top, left, bottom, right), header)


def _sheets(path: Path, shown: str) -> list[_Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.exists():
        raise PackError("workbook", "the file does not exist", where=shown)
    if path.suffix.lower() in OLD_WORKBOOKS:
        what = f"error cells and per cents of {path.suffix} cannot be told from its values"
        raise PackError("workbook", what, where=shown, ways=("save it as .xlsx", "or as CSV in UTF-8"))
    try:
        book, marks = CalamineWorkbook.from_path(str(path)), read_marks(path)
        return [_sheet(book.get_sheet_by_name(name), marks[name]) for name in book.sheet_names if name in marks]
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, expat.ExpatError) as error:
        ways = ("save it as .xlsx, or as CSV in UTF-8",)
        raise PackError("workbook", f"this is no workbook: {error}", where=shown, ways=ways) from None


def _sheet(sheet: Any, marks: Marks) -> _Sheet:
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), form in marks.forms.items():
        if row < len(grid) and column < len(grid[row]):
            grid[row][column] = form.told(grid[row][column])
    for (row, column), text in marks.errors.items():
        grid += [[] for _ in range(row + 1 - len(grid))]
        grid[row] += [""] * (column + 1 - len(grid[row]))
        grid[row][column] = text
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(grid) and left < len(grid[top]):
            for cells in grid[top : bottom + 1]:
                cells[left : right + 1] = [grid[top][left]] * len(cells[left : right + 1])
    return _Sheet(sheet.name, tuple(tuple(row) for row in grid), marks)


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
    valued = [sum(map(_is_value, row[1:])) for row in rows]
    data = [at for at, count in enumerate(valued) if count and not _years(rows[at])]
    if not data or right == left or not any(NUMBER.fullmatch(cell) for at in data for cell in rows[at][1:]):
        return None
    titles = [at for at in range(data[0]) if len({cell for cell in rows[at] if cell}) <= 1 and at < data[0] - 1]
    first = max(titles, default=-1) + 1
    above = [next(filter(None, rows[at]), "") for at in titles]
    notes = tuple(" ".join(dict.fromkeys(filter(None, row))) for row in rows[data[-1] + 1 :])
    place = (top + first, left, top + data[-1], right)
    header = data[0] - first
    cells = f"{letters(left)}{place[0] + 1}:{letters(right)}{place[2] + 1}"
    title = " ".join(_title(text) for text in above).strip()
    table = _table(sheet.grid, f"{shown}!{sheet.name}", place, header)
    unit = next(filter(None, map(_unit, (*above, *notes))), "")
    return Block(sheet.name, cells, header, title, unit, notes, table, tuple(_remarks(sheet.marks, place)))


def _is_value(cell: str) -> bool:
    """Whether a cell is what stands under a head: a number, what stands for a missing one, or an error."""
    return bool(NUMBER.fullmatch(cell)) or cell in MISSING or cell.startswith("#")


def _remarks(marks: Marks, place: tuple[int, int, int, int]) -> Iterator[str]:
    """Yield what a reader of the sheet does not see of a block, and its error cells."""
    top, left, bottom, right = place
    if marks.hidden:
        yield "the sheet is hidden"
    rows = [str(row + 1) for row in marks.rows if top <= row <= bottom]
    columns = [letters(column) for column in marks.columns if left <= column <= right]
    inside = [(at, text) for at, text in marks.errors.items() if top <= at[0] <= bottom and left <= at[1] <= right]
    errors = [f"{letters(column)}{row + 1} {text}" for (row, column), text in inside]
    for told, texts in (("hidden rows", rows), ("hidden columns", columns), ("error cells", errors)):
        if texts:
            yield f"{told}: {', '.join(texts)}"


def _with_titles(sheet: _Sheet, found: list[Block]) -> list[Block]:
    """Give blocks the lone texts beyond an empty row: title and unit above where they have none, notes below."""
    return [_with_notes(sheet, _with_title(sheet, block)) for block in found]


def _lone(sheet: _Sheet, row: int) -> str | None:
    """Return the only text of a row ('' for an empty one), None when there are several or no such row."""
    texts = {cell for cell in sheet.grid[row] if cell} if 0 <= row < len(sheet.grid) else {"", None}
    return next(iter(texts), "") if len(texts) <= 1 else None


def _with_title(sheet: _Sheet, block: Block) -> Block:
    title, unit, at = block.title, block.unit, position(block.cells.partition(":")[0])[0] - 1
    while not (title and unit) and (text := _lone(sheet, at)) is not None and not NOTES.match(text):
        title, unit, at = title or _title(text), unit or _unit(text), at - 1
    return replace(block, title=title, unit=unit)


def _with_notes(sheet: _Sheet, block: Block) -> Block:
    at = position(block.cells.partition(":")[2])[0] + 1 + len(block.notes)
    notes = list(block.notes)
    while (text := _lone(sheet, at)) is not None and (not text or NOTES.match(text)):
        notes, at = [*notes, *([text] if text else [])], at + 1
    unit = block.unit or next(filter(None, map(_unit, notes)), "")
    return replace(block, notes=tuple(notes), unit=unit)


def is_unit(text: str) -> bool:
    """Return whether a text is a unit; a bare number in brackets is none."""
    try:
        unit_of(text)
    except UnknownName:
        return False
    return not text.isdigit()


def _unit(text: str) -> str:
    """Return the unit that a title or a note states: after 'Unit:', or in brackets when that is a unit."""
    if match := UNIT.search(text):
        told = match[1].strip()
        first = told.split()[0] if told else ""
        return first if is_unit(first) else told
    return next((told for told in reversed(BRACKETS.findall(text)) if is_unit(told)), "")


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
    columns = tuple(letters(left + at) for at in range(width))
    return RawTable(name, _unlike(head), tuple(row for _, row in body), tuple(line for line, _ in body), columns)


def _unlike(names: Sequence[str]) -> tuple[str, ...]:
    """Give names that stand twice or not at all a number, so that each column can be named."""
    seen: dict[str, int] = {}
    told = []
    for at, text in enumerate(names):
        name = text or f"column {at + 1}"
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return tuple(told)
