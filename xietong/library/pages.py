"""Pages: what an analysis shows, as typed tables whose every row names the lines that it came from.

A page is the payload of a finding of kind ``table``; the command line, the web and the report show the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xietong.library.labels import Label
from xietong.library.origins import Grade, Origin

Cell = str | float | Label | None
"""A text as published, a number, a text in both languages, or nothing."""
NOTHING = Label("", "")


@dataclass(frozen=True)
class Source:
    """A publication, when it came out, the grade of the copy that was read, and the line of the pack."""

    publication: str
    edition: str
    grade: Grade
    where: str

    @classmethod
    def of(cls, origin: Origin, where: str) -> Source:
        """Return the source of a line with its publication."""
        return cls(origin.cite(), origin.edition, origin.grade, where)


@dataclass(frozen=True)
class Column:
    """One column: its heading, the unit of its numbers, and how many digits stand behind the point."""

    id: str
    label: Label
    unit: Label = NOTHING
    digits: int = 0


@dataclass(frozen=True)
class Row:
    """One line: a cell for each column, the lines it came from, the item ``class:item`` or the finding it shows."""

    cells: tuple[Cell, ...]
    sources: tuple[Source, ...] = ()
    ref: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Missing:
    """What was never published or is not known, why, and how it can be brought in."""

    what: Label
    why: Label
    ways: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading, what the table says in words, the table, what it rests on, and what is missing.

    ``figure`` is a mapping with a ``kind`` that `xietong.publish.page_figures` draws; ``measures`` are the ids of the
    formulas that were used, ``notes`` say how fragile the result is and what was assumed.
    """

    id: str
    title: Label
    text: tuple[Label, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Label, ...] = ()
    missing: tuple[Missing, ...] = ()
    measures: tuple[str, ...] = ()
    figure: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A title, what the page answers in one paragraph, and its sections in order."""

    id: str
    title: Label
    text: Label
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section:
        """Return a section by its id.

        Raises:
            KeyError: when the page has none of that id.
        """
        return {one.id: one for one in self.sections}[name]

    def payload(self) -> dict[str, Any]:
        """Return the page as JSON data; `page` reads it back."""
        return {
            "page": self.id,
            "title": _label(self.title),
            "text": _label(self.text),
            "sections": [_section(one) for one in self.sections],
        }


def page(payload: Mapping[str, Any]) -> Page:
    """Return the page of a payload."""
    sections = tuple(_read_section(one) for one in payload["sections"])
    return Page(payload["page"], Label(*payload["title"]), Label(*payload["text"]), sections)


def publications(payload: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return every publication of the page of a payload, each at the first line that cites it; none when it is none."""
    if "page" not in payload:
        return ()
    found: dict[tuple[str, str], Source] = {}
    for one in page(payload).sections:
        for source in (source for row in one.rows for source in row.sources):
            found.setdefault((source.publication, source.edition), source)
    return tuple(found.values())


def _label(label: Label) -> list[str]:
    return [label.zh, label.en]


def _labels(labels: Sequence[Label]) -> list[list[str]]:
    return [_label(one) for one in labels]


def _read_labels(told: Sequence[Sequence[str]]) -> tuple[Label, ...]:
    return tuple(Label(*one) for one in told)


def _section(one: Section) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": _label(one.title),
        "text": _labels(one.text),
        "columns": [[c.id, _label(c.label), _label(c.unit), c.digits] for c in one.columns],
        "rows": [
            {
                "cells": [_label(cell) if isinstance(cell, Label) else cell for cell in row.cells],
                "sources": [[s.publication, s.edition, int(s.grade), s.where] for s in row.sources],
                "ref": row.ref,
                "finding": row.finding,
            }
            for row in one.rows
        ],
        "notes": _labels(one.notes),
        "missing": [[_label(m.what), _label(m.why), _labels(m.ways)] for m in one.missing],
        "measures": list(one.measures),
        "figure": dict(one.figure),
    }


def _read_section(told: Mapping[str, Any]) -> Section:
    columns = tuple(Column(name, Label(*label), Label(*unit), digits) for name, label, unit, digits in told["columns"])
    rows = tuple(
        Row(
            tuple(Label(*cell) if isinstance(cell, list) else cell for cell in row["cells"]),
            tuple(Source(text, edition, Grade(grade), where) for text, edition, grade, where in row["sources"]),
            row["ref"],
            row["finding"],
        )
        for row in told["rows"]
    )
    missing = tuple(Missing(Label(*what), Label(*why), _read_labels(ways)) for what, why, ways in told["missing"])
    title, text, notes = Label(*told["title"]), _read_labels(told["text"]), _read_labels(told["notes"])
    return Section(told["id"], title, text, columns, rows, notes, missing, tuple(told["measures"]), told["figure"])
