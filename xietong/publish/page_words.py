"""How cells of a page are printed, and the fixed words around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xietong.library.explanations import shown
from xietong.library.labels import Label, Language
from xietong.library.pages import Cell, Column, Row, Section, Source

WORDS: Mapping[str, Label] = {
    "sources": Label("出处", "Sources"),
    "notes": Label("可靠性与假设", "How far it holds"),
    "missing": Label("未公布或缺数据", "Not published, or not there"),
    "ways": Label("补充办法", "How to bring it in"),
    "formulas": Label("算式", "Formulas"),
    "more": Label("其余 {} 行未列", "{} more lines"),
    "empty": Label("没有条目", "no entries"),
    "none": Label("—", "—"),
    "contents": Label("目录", "Contents"),
    "skip": Label("跳到正文", "Skip to the content"),
    "as of": Label("状态截至", "states as of"),
    "filter": Label("筛选本表", "Filter this table"),
    "figure": Label("图", "Figure"),
}


def said(key: str, language: Language) -> str:
    """Return one of the fixed words."""
    return WORDS[key].text(language)


def heading(column: Column, language: Language) -> str:
    """Return the heading of a column with its unit."""
    unit, label = column.unit.text(language), column.label.text(language)
    return f"{label}（{unit}）" if unit and language == "zh" else f"{label} ({unit})" if unit else label


def printed(cell: Cell, column: Column, language: Language) -> str:
    """Return a cell as it is printed; a number has the digits of its column and a true minus sign."""
    if cell is None:
        return said("none", language)
    if isinstance(cell, Label):
        return cell.text(language)
    if isinstance(cell, str):
        return cell
    return shown(cell, column.digits).replace("-", "−")


def is_number(cell: Cell) -> bool:
    """Return whether a cell is a number."""
    return isinstance(cell, int | float)


def numeric(section: Section, at: int) -> bool:
    """Return whether a column holds a number."""
    return any(is_number(row.cells[at]) for row in section.rows)


def numbered(section: Section) -> dict[Source, int]:
    """Return every source of a section once, numbered in the order in which the rows name them."""
    told = dict.fromkeys(source for row in section.rows for source in row.sources)
    return {source: at for at, source in enumerate(told, 1)}


def marks(row: Row, numbers: Mapping[Source, int]) -> str:
    """Return the numbers of a row's sources, runs drawn together: ``1–3, 7``."""
    at = sorted(numbers[source] for source in row.sources)
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in _runs(list(dict.fromkeys(at))))


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def cited(source: Source, language: Language) -> str:
    """Return a source on one line: publication, grade of the copy, line of the pack."""
    return f"{source.publication} · {source.grade.label.text(language)} · {source.where}"
