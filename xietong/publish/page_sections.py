"""Sections of a system's or plan's page inside the report: the table with its publications, and what holds it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xietong.errors import PublishError, UnknownName
from xietong.library.labels import Label
from xietong.library.pages import Column, Row, Section, Source, page
from xietong.library.store import Edition
from xietong.publish.numbers import Numbers
from xietong.publish.page_words import heading, is_number, numeric, printed
from xietong.publish.plan_page import plan_page
from xietong.publish.tables import pipe, plain
from xietong.publish.words import word

__all__ = ["kept", "printed_section", "section_of", "source_line", "value"]

_PUBLISHERS = 3
_LONG = 60
"""Signs of a text cell that are printed; the page of the system has the rest."""


def section_of(edition: Edition, name: str, section: str) -> Section:
    """Return a section of the page of a finding.

    Raises:
        PublishError: when the finding is no page.
        UnknownName: when the page has no such section.
    """
    payload = edition.finding(name).payload
    if "page" not in payload:
        raise PublishError(
            name, "this finding is no page of a system or plan", ways=("name system.… or plan.….result",)
        )
    told = plan_page(payload) if "objective" in payload else page(payload)
    known = {one.id: one for one in told.sections}
    if section not in known:
        raise UnknownName(name, "section", section, known)
    return known[section]


def printed_section(
    numbers: Numbers, section: Section, caption: str, rows: int, columns: Sequence[str], *, notes: bool = True
) -> str:
    """Return a section as a table, its publications, its notes, and what was not published with the ways to it."""
    language = numbers.language
    parts = []
    if section.columns:
        shown = kept(section, columns)
        first = section.rows[:rows]
        parts.append(_table(numbers, section, shown, first, caption))
        left = len(section.rows) - len(first)
        more = [word("more lines", language).format(left)] if left else []
        parts.append(source_line(numbers, first, more))
    if notes and section.notes:
        told = " ".join(_ended(note.text(language), language) for note in section.notes)
        parts.append(f"**{word('rests on', language)}** {plain(told)}")
    for one in section.missing:
        ways = "; ".join(way.text(language) for way in one.ways)
        text = f"{one.what.text(language)}: {one.why.text(language)}" + (f" ({ways})" if ways else "")
        parts.append(f"- **{word('not published', language)}** {plain(text)}")
    return "\n\n".join(parts) + "\n"


def _ended(text: str, language: str) -> str:
    return text if text.endswith(("。", ".", "！", "!")) else text + ("。" if language == "zh" else ".")


def kept(section: Section, columns: Sequence[str]) -> list[int]:
    """Return where the named columns stand, in the order in which they are named; all when none is."""
    at = {column.id: order for order, column in enumerate(section.columns)}
    for name in columns:
        if name not in at:
            raise UnknownName(f"section {section.id}", "column", name, at)
    return [at[name] for name in columns] or list(at.values())


def _table(numbers: Numbers, section: Section, shown: Sequence[int], rows: Sequence[Row], caption: str) -> str:
    language = numbers.language
    columns = [section.columns[at] for at in shown]
    body = [[_cell(row, at, section.columns[at], numbers) for at in shown] for row in rows]
    if not body:
        body = [[word("empty", language), *[""] * (len(shown) - 1)]]
    heads = [plain(heading(column, language)) for column in columns]
    texts = [[heads[at], *(line[at] for line in body)] for at in range(len(shown))]
    widths = [min(40, max(6, *(_wide(text) for text in column))) for column in texts]
    left = next((order for order, at in enumerate(shown) if numeric(section, at)), len(shown))
    return pipe(heads, body, caption, left=left, widths=widths)


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _cell(row: Row, at: int, column: Column, numbers: Numbers) -> str:
    text = printed(row.cells[at], column, numbers.language)
    return text if is_number(row.cells[at]) else plain(text if len(text) <= _LONG else f"{text[: _LONG - 1]}…")


def source_line(numbers: Numbers, rows: Iterable[Row], more: Sequence[str] = (), note: str = "") -> str:
    """Return the source line: the publications behind the rows by name, and how many lines are left."""
    language = numbers.language
    sources = dict.fromkeys(source for row in rows for source in row.sources)
    told = list(dict.fromkeys(_publication(source) for source in sources))
    names = [*told[:_PUBLISHERS], *([word("and", language).rstrip(",")] if len(told) > _PUBLISHERS else [])]
    gap = "；" if language == "zh" else "; "
    cited = plain(gap.join(names)) if told else word("computed", language)
    line = gap.join([f"{word('source', language)}: {cited}", *more]) + note
    return f"::: source\n{line}\n:::\n"


def _publication(source: Source) -> str:
    return (
        source.publication.split("，《")[0]
        if "，《" not in source.publication
        else "《".join(source.publication.split("》")[0].split("，《")) + "》"
    )


def value(numbers: Numbers, name: str, key: str, row: str, column: str, digits: int | None) -> str:
    """Return one number of a result: of its payload by key, or of a page by section, row and column.

    A row is named by what stands in its first cell, in either language, or by its item.

    Raises:
        UnknownName: when there is no such key, row or column.
        PublishError: when what stands there is no number.
    """
    payload = numbers.edition.finding(name).payload
    if not row:
        found = payload.get(key)
        if not isinstance(found, int | float) or isinstance(found, bool):
            known = [one for one, value in payload.items() if isinstance(value, int | float)]
            raise UnknownName(name, "number of the result", key, known)
        return numbers.whole(name, _shown(float(found), digits))
    section = section_of(numbers.edition, name, key)
    (at,) = kept(section, [column])
    rows = {alias: one for one in section.rows for alias in _aliases(one)}
    if row not in rows:
        raise UnknownName(f"{name} {key}", "row", row, rows)
    cell = rows[row].cells[at]
    if not isinstance(cell, int | float):
        raise PublishError(name, f"'{row}' has no number under '{column}'")
    told = section.columns[at]
    return numbers.whole(name, _shown(float(cell), told.digits if digits is None else digits))


def _shown(found: float, digits: int | None) -> str:
    places = digits if digits is not None else 0 if found == int(found) else 2
    return f"{found:.{places}f}".replace("-", "−")


def _aliases(row: Row) -> list[str]:
    first = row.cells[0]
    told = [first] if isinstance(first, str) else [first.zh, first.en] if isinstance(first, Label) else []
    return [*told, *([row.ref] if row.ref else [])]
