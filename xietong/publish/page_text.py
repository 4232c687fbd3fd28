"""A page as text for a terminal: aligned tables, numbered sources under each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from xietong.library.labels import Language
from xietong.library.pages import Page, Section
from xietong.publish.page_words import cited, heading, marks, numbered, numeric, printed, said

WIDE = 36
"""The widest a column of text is printed; more is cut and ends in ``…``."""
LIMIT = 30


def page_text(page: Page, language: Language, limit: int = LIMIT) -> str:
    """Return a page as text; of every table no more than ``limit`` lines, and it says how many are left."""
    lines = [page.title.text(language), *_wrapped(page.text.text(language))]
    for section in page.sections:
        lines += ["", f"## {section.title.text(language)} [{section.id}]", *_section(section, language, limit)]
    return "\n".join(lines) + "\n"


def _section(section: Section, language: Language, limit: int) -> Iterator[str]:
    for told in section.text:
        yield from _wrapped(told.text(language))
    numbers = numbered(section)
    if section.columns:
        yield from _table(section, language, limit)
    for note in section.notes:
        yield from _wrapped(f"* {note.text(language)}", "  ")
    for one in section.missing:
        yield from _wrapped(f"? {one.what.text(language)}: {one.why.text(language)}", "  ")
        for way in one.ways:
            yield from _wrapped(f"  → {way.text(language)}", "    ")
    if section.measures:
        yield f"{said('formulas', language)}: {', '.join(section.measures)}"
    listed = {source for row in section.rows[:limit] for source in row.sources}
    for source, at in numbers.items():
        if source in listed:
            yield f"[{at}] {cited(source, language)}"


def _table(section: Section, language: Language, limit: int) -> Iterator[str]:
    numbers, rows = numbered(section), section.rows[:limit]
    body = [
        [
            *(_cut(printed(cell, column, language)) for cell, column in zip(row.cells, section.columns, strict=True)),
            f"[{marks(row, numbers)}]" if row.sources else row.finding,
        ]
        for row in rows
    ]
    head = [*(heading(column, language) for column in section.columns), ""]
    right = [*(numeric(section, at) for at in range(len(section.columns))), False]
    widths = [max(_width(line[at]) for line in (head, *body)) for at in range(len(head))]
    yield _line(head, widths, right)
    yield "─" * (sum(widths) + 2 * (len(widths) - 1))
    for line in body:
        yield _line(line, widths, right)
    if not rows:
        yield said("empty", language)
    if left := len(section.rows) - len(rows):
        yield said("more", language).format(left)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [
        " " * (width - _width(cell)) + cell if flush else cell + " " * (width - _width(cell))
        for cell, width, flush in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip()


def _width(text: str) -> int:
    """Return the columns of a terminal that a text takes: two for a wide sign."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(text: str) -> str:
    flat, kept = " ".join(text.split()), ""
    if _width(flat) <= WIDE:
        return flat
    for sign in flat:
        if _width(kept + sign) > WIDE - 1:
            break
        kept += sign
    return f"{kept}…"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Return a text in lines; Chinese is left whole, for a terminal breaks it itself."""
    if any(east_asian_width(sign) == "W" for sign in text):
        return [text]
    return textwrap.wrap(text, 110, subsequent_indent=indent) if text else []
