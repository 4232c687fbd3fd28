"""Sets the tables of a Word file: columns by what stands in them, whole rows, repeated heads, and type by the room.

A table whose words stay whole on an upright page in the size of table text is set so; otherwise in the smaller size;
otherwise, and when rows would grow tall for want of width, its page is turned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt

from xietong.publish.column_widths import Need, lines, needs, shares
from xietong.publish.word_styles import FRAMES

if TYPE_CHECKING:
    from docx.oxml.table import CT_Row
    from docx.oxml.text.paragraph import CT_P
    from docx.table import Table

__all__ = ["Layout", "Paper", "layout", "set_table"]

SIZES = {"": 9.5, " Small": 8.0}
"""Points of table text, by the ending of its styles."""
GAPS = {"": 8.5, " Small": 4.0}
"""Points that the margins of a cell take."""
TALL = 5.0
"""Lines that rows may take on average before the page of a table is turned."""
WHOLE = 22
"""A table of at most so many lines is neither divided between pages nor parted from its source line."""
NARROW = '<w:tblCellMar {ns}><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
TEXT = ("Body Text", "First Paragraph", "Compact")
BELOW = Pt(8)
"""What separates a table from the text that follows it."""


@dataclass(frozen=True)
class Paper:
    """The width of the text on an upright page and on a turned one."""

    upright: Length
    turned: Length


@dataclass(frozen=True)
class Layout:
    """How a table is set: on a turned page or not, in which size, with which part of the line for each column."""

    turned: bool
    size: str
    parts: tuple[float, ...]
    lines: tuple[int, ...]


def layout(rows: Sequence[Sequence[str]], paper: Paper) -> Layout:
    """Return how a table with these cells is set."""
    wanted = needs(rows)
    chosen = _tried(rows, wanted, paper, *_first_fit(wanted, paper))
    if not chosen.turned and _tall(chosen):
        turned = _tried(rows, wanted, paper, turned=True, size=chosen.size)
        return turned if not _tall(turned) else chosen
    return chosen


def _room(paper: Paper, turned: bool, size: str) -> tuple[float, float]:
    """Return the line and the margins of a cell in em of the size."""
    across = paper.turned if turned else paper.upright
    return across.pt / SIZES[size], GAPS[size] / SIZES[size]


def _first_fit(wanted: Sequence[Need], paper: Paper) -> tuple[bool, str]:
    """Return the first setting in which columns read well, upright, or hold their words, upright or turned."""
    easy, least = [one.easy for one in wanted], [one.least for one in wanted]
    tried = [(False, size, easy) for size in SIZES]
    tried += [(turned, size, least) for turned in (False, True) for size in SIZES]
    for turned, size, columns in tried:
        room, gap = _room(paper, turned, size)
        if sum(columns) + gap * len(columns) <= room:
            return turned, size
    return True, list(SIZES)[-1]


def _tried(rows: Sequence[Sequence[str]], wanted: Sequence[Need], paper: Paper, turned: bool, size: str) -> Layout:
    room, gap = _room(paper, turned, size)
    parts = shares(wanted, room, gap)
    return Layout(turned, size, tuple(parts), tuple(lines(rows, parts, room, gap)))


def _tall(chosen: Layout) -> bool:
    return sum(chosen.lines) / len(chosen.lines) > TALL


def set_table(table: Table, paper: Paper, styles: Mapping[str, str]) -> Layout | None:
    """Set one table of the body and return its layout; a framed text keeps the type of the text and has none.

    ``styles`` gives the id of every style by its name.
    """
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_width(table)
    for row in table._tbl.tr_lst:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _part_from_text(table, styles)
    if table.style is not None and table.style.name in FRAMES:
        _set_columns(table, [1.0], paper.upright)
        return None
    chosen = layout([_texts(row) for row in table._tbl.tr_lst], paper)
    _set_columns(table, chosen.parts, paper.turned if chosen.turned else paper.upright)
    if chosen.size:
        _narrow(table)
    _set_type(table, chosen, styles)
    return chosen


def _texts(row: CT_Row) -> list[str]:
    return ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.tc_lst]


def _set_width(table: Table) -> None:
    properties = table._tbl.tblPr
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")


def _set_columns(table: Table, parts: Sequence[float], across: Length) -> None:
    """Give the grid and every cell its width in twentieths of a point."""
    widths = [Pt(round(part * across.pt * 20) / 20) for part in parts]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=False):
            cell.width = width


def _narrow(table: Table) -> None:
    margins = parse_xml(NARROW.format(ns=nsdecls("w")))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    table._tbl.tblPr.append(margins) if look is None else look.addprevious(margins)


def _set_type(table: Table, chosen: Layout, styles: Mapping[str, str]) -> None:
    """Set style and cohesion of every paragraph: a small table is whole, a long one keeps its first and last rows."""
    whole, last = sum(chosen.lines) <= WHOLE, len(chosen.lines) - 1
    for at, row in enumerate(table._tbl.tr_lst):
        head = row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
        style = styles[("Table Head" if head else "Table Text") + chosen.size]
        held = whole or (at in (0, 1, last - 1) and at < last)
        for paragraph in _paragraphs(row):
            paragraph.style = style
            paragraph.get_or_add_pPr().keepNext_val = held


def _paragraphs(row: CT_Row) -> Iterator[CT_P]:
    for cell in row.tc_lst:
        yield from cell.iter(qn("w:p"))


def _part_from_text(table: Table, styles: Mapping[str, str]) -> None:
    """Leave a space between a table and the text that follows without a source line."""
    after = table._tbl.getnext()
    if after is not None and after.tag == qn("w:p") and after.style in {styles[name] for name in TEXT}:
        after.get_or_add_pPr().spacing_before = BELOW
