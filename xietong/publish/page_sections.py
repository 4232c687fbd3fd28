"""Sections of a system's or plan's page inside the report: the table with its publications, and what holds it up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from xietong.errors import PublishError, UnknownName
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Page, Row, Section, Source, page
from xietong.library.store import Edition
from xietong.library.units import conversion
from xietong.publish import typed_numbers
from xietong.publish.numbers import Numbers
from xietong.publish.page_words import heading, is_number, numeric, printed
from xietong.publish.plan_page import plan_page
from xietong.publish.tables import pipe, plain, plain_run
from xietong.publish.words import with_unit, word

__all__ = [
    "cell", "columns_of", "functions", "lines", "missing", "page_of", "printed_section", "says", "section_of",
    "source_line", "value",
]  # fmt: skip

_PUBLISHERS = 3
_LONG = 120
"""How wide a text cell may be in print, a Chinese sign being two wide; the page of the system has the rest."""


def functions(numbers: Numbers) -> dict[str, Callable[..., str]]:
    """Return the functions that print single facts of a page: a number, a text, how many lines there are."""
    return {
        "value": lambda name, key, row="", column="", digits=None, unit="": value(
            numbers, name, key, row, column, digits, unit
        ),
        "cell": lambda name, section, column, row=1: cell(numbers, name, section, column, row),
        "lines": lambda name, section, **where: lines(numbers, name, section, where),
        "says": lambda name, section: says(numbers, name, section),
    }


def page_of(edition: Edition, name: str) -> Page:
    """Return the page of a finding.

    Raises:
        PublishError: when the finding is no page.
    """
    payload = edition.finding(name).payload
    if "page" not in payload:
        ways = ("name system.… or plan.….result",)
        raise PublishError(name, "this finding is no page of a system or plan", ways=ways)
    return plan_page(payload) if "objective" in payload else page(payload)


def section_of(edition: Edition, name: str, section: str) -> Section:
    """Return a section of the page of a finding.

    Raises:
        PublishError: when the finding is no page.
        UnknownName: when the page has no such section.
    """
    known = {one.id: one for one in page_of(edition, name).sections}
    if section not in known:
        raise UnknownName(name, "section", section, known)
    return known[section]


def printed_section(
    numbers: Numbers,
    section: Section,
    caption: str,
    rows: int,
    columns: Sequence[str],
    *,
    notes: bool = True,
    longest: int = _LONG,
    lacks: bool = True,
) -> str:
    """Return a section as a table, its publications, its notes, and what was not published with the ways to it."""
    language = numbers.language
    parts = []
    if section.columns:
        kept = columns_of(section, columns)
        first = section.rows[:rows]
        parts.append(_table(numbers, section, kept, first, caption, longest))
        left = len(section.rows) - len(first)
        more = [word("more lines", language).format(left)] if left else []
        parts.append(source_line(numbers, first, more))
    if notes and section.notes:
        told = _joined([_sentence(note.text(language), language) for note in section.notes], language)
        parts.append(f"**{word('rests on', language)}** {plain(told)}")
    parts += [_not_published(one, numbers) for one in (section.missing if lacks else ())]
    return "\n\n".join(parts) + "\n"


def _not_published(one: Missing, numbers: Numbers) -> str:
    language = numbers.language
    ways = "; ".join(way.text(language) for way in one.ways)
    text = f"{one.what.text(language)}: {one.why.text(language)}" + (f" ({ways})" if ways else "")
    return f"- **{word('lacking', language)}** {plain(text)}"


def missing(numbers: Numbers, name: str, caption: Callable[[], str] | None) -> str:
    """Return all that a page says was never published or is not known, once each, with why and how to bring it in.

    With a caption it is a table, else a list.
    """
    language = numbers.language
    lacks: dict[tuple[Label, Label], Missing] = {}
    for section in page_of(numbers.edition, name).sections:
        for one in section.missing:
            lacks.setdefault((one.what, one.why), one)
    if caption is None or not lacks:
        return "\n".join(_not_published(one, numbers) for one in lacks.values()) or word("nothing lacks", language)
    rows = []
    for one in lacks.values():
        ways = [one.what, one.why, *one.ways]
        told = [plain(_breakable(way.text(language))) for way in ways]
        rows.append([*told[:2], "; ".join(told[2:]) or "—"])
    heads = [word(key, language) for key in ("lacking", "why", "how to bring it in")]
    return pipe(heads, rows, caption(), left=3, widths=[30, 38, 32])


def _breakable(text: str) -> str:
    """Return a text whose lists of names may break at every comma: a run without spaces would leave its column."""
    return re.sub(r"(?<=\w),(?=\w)", ", ", text)


def says(numbers: Numbers, name: str, section: str) -> str:
    """Return what a section of a page says in its own words, every number linked; the analysis wrote them.

    Raises:
        PublishError: when it says nothing.
    """
    told = section_of(numbers.edition, name, section)
    texts = [_sentence(" ".join(text.text(numbers.language).split()), numbers.language) for text in told.text]
    if not texts:
        raise PublishError(name, f"section '{section}' says nothing in words", ways=("print it: page(…)",))
    return _linked(numbers, name, _joined(texts, numbers.language))


def _linked(numbers: Numbers, name: str, text: str) -> str:
    """Return a text with a link at every number that needs a finding behind it."""
    parts, at = [], 0
    for one in typed_numbers.found(text):
        if not one.rule:
            parts += [plain_run(text[at : one.start]), numbers.whole(name, plain(one.text))]
            at = one.start + len(one.text)
    return "".join([*parts, plain_run(text[at:])])


def _joined(sentences: Sequence[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(sentences)


def _sentence(text: str, language: str) -> str:
    """Return a text as a sentence: with a capital and a full stop."""
    ended = text if text.endswith(("。", ".", "！", "!")) else text + ("。" if language == "zh" else ".")
    return ended[:1].upper() + ended[1:]


def columns_of(section: Section, columns: Sequence[str]) -> list[int]:
    """Return where the named columns stand, in the order in which they are named; all when none is."""
    at = {column.id: order for order, column in enumerate(section.columns)}
    for name in columns:
        if name not in at:
            raise UnknownName(f"section {section.id}", "column", name, at)
    return [at[name] for name in columns] or list(at.values())


def _table(
    numbers: Numbers, section: Section, kept: Sequence[int], rows: Sequence[Row], caption: str, longest: int
) -> str:
    language = numbers.language
    columns = [section.columns[at] for at in kept]
    body = [[_cell(row, at, section.columns[at], numbers, longest) for at in kept] for row in rows]
    if not body:
        body = [[word("empty", language), *[""] * (len(kept) - 1)]]
    heads = [plain(heading(column, language)) for column in columns]
    widths = [_room(head, [line[at] for line in body]) for at, head in enumerate(heads)]
    left = [order for order, at in enumerate(kept) if not numeric(section, at)]
    return pipe(heads, body, caption, left=left, widths=widths)


def _room(head: str, texts: Sequence[str]) -> int:
    """Return how wide a column is to stand: as its widest cell, within limits; a heading may break between words."""
    breaks = max((_wide(word) for word in head.split()), default=0)
    return min(40, max(9, min(breaks, 12), *(_wide(text) for text in texts)))


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _cell(row: Row, at: int, column: Column, numbers: Numbers, longest: int) -> str:
    text = printed(row.cells[at], column, numbers.language)
    return text if is_number(row.cells[at]) else plain(_cut(text, longest))


def _cut(text: str, longest: int) -> str:
    """Return a text that is no wider than it may be, with a sign where it was cut."""
    kept = text
    while _wide(kept) > longest:
        kept = kept[:-1]
    return text if kept == text else f"{kept[:-1]}…"


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


def value(
    numbers: Numbers, name: str, key: str, row: str | int, column: str, digits: int | None, unit: str = ""
) -> str:
    """Return one number of a result: of its payload by key, or of a page by section, row and column.

    A row is named by what stands in its first cell, in either language, by its item, or by its place from 1 on. With a
    ``unit`` the number is converted from that of its column and printed with it.

    Raises:
        UnknownName: when there is no such key, row or column.
        PublishError: when what stands there is no number.
        UnitMismatch: when the column has another kind of unit.
    """
    if not row:
        return numbers.whole(name, _shown(_of_payload(numbers, name, key), digits))
    told, found = _found(numbers, name, key, row, column)
    if not isinstance(found, int | float):
        raise PublishError(name, f"'{row}' has no number under '{column}'")
    if not unit:
        return numbers.whole(name, _shown(float(found), told.digits if digits is None else digits))
    factor = float(conversion(told.unit.zh or "1", unit, name))
    return numbers.whole(name, with_unit(_shown(float(found) * factor, digits), unit, numbers.language))


def _of_payload(numbers: Numbers, name: str, key: str) -> float:
    payload = numbers.edition.finding(name).payload
    found = payload.get(key)
    if not isinstance(found, int | float) or isinstance(found, bool):
        known = [one for one, value in payload.items() if isinstance(value, int | float)]
        raise UnknownName(name, "number of the result", key, known)
    return float(found)


def cell(numbers: Numbers, name: str, section: str, column: str, row: str | int) -> str:
    """Return what a cell of a page says, linked; by default that of the line which the page puts first.

    Raises:
        UnknownName: when there is no such section, row or column.
        PublishError: when nothing stands there.
    """
    told, found = _found(numbers, name, section, row, column)
    if found is None or found == "":
        raise PublishError(name, f"'{row}' has nothing under '{column}'")
    return numbers.whole(name, plain(printed(found, told, numbers.language)), "cell")


def lines(numbers: Numbers, name: str, section: str, where: Mapping[str, str]) -> str:
    """Return how many lines of a section there are, or how many have given texts in given columns, linked.

    Raises:
        UnknownName: when there is no such section or column, or no line ever says so.
    """
    told = section_of(numbers.edition, name, section)
    rows = list(told.rows)
    for column, text in where.items():
        (at,) = columns_of(told, [column])
        if text not in (said := {alias for one in told.rows for alias in _texts(one.cells[at])}):
            raise UnknownName(f"{name} {section}", f"'{column}'", text, said)
        rows = [one for one in rows if text in _texts(one.cells[at])]
    return numbers.whole(name, str(len(rows)))


def _found(numbers: Numbers, name: str, section: str, row: str | int, column: str) -> tuple[Column, Cell]:
    """Return a cell of a page with its column and row."""
    told = section_of(numbers.edition, name, section)
    (at,) = columns_of(told, [column])
    rows: dict[str, Row] = {alias: one for one in told.rows for alias in _aliases(one)}
    rows |= {str(place): one for place, one in enumerate(told.rows, 1)} if isinstance(row, int) else {}
    if str(row) not in rows:
        raise UnknownName(f"{name} {section}", "row", str(row), rows)
    return told.columns[at], rows[str(row)].cells[at]


def _shown(found: float, digits: int | None) -> str:
    places = digits if digits is not None else 0 if found == int(found) else 2
    return f"{found:.{places}f}".replace("-", "−")


def _texts(one: Cell) -> list[str]:
    return [one] if isinstance(one, str) else [one.zh, one.en] if isinstance(one, Label) else []


def _aliases(row: Row) -> list[str]:
    return [*_texts(row.cells[0]), *([row.ref] if row.ref else [])]
