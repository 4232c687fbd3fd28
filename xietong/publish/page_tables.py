"""A page as data: CSV of one section, a workbook with a sheet for each, JSON, GeoJSON of its sites."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from xietong.errors import UnknownName
from xietong.library.exports import as_csv, as_sheets
from xietong.library.labels import Language
from xietong.library.pages import Page, Section
from xietong.publish.page_words import cited, heading, is_number, printed

_AFTER = ("ref", "finding", "sources")


def page_csv(page: Page, section: str, language: Language) -> bytes:
    """Return one section as CSV, each line with its item or finding and its sources.

    Raises:
        UnknownName: when the page has no such section, or none was named and there are several tables.
    """
    told = {one.id: one for one in page.sections if one.columns}
    if not section and len(told) == 1:
        section = next(iter(told))
    if section not in told:
        raise UnknownName(f"page {page.id}", "section", section, told)
    rows, columns, numbers = _rows(told[section], language)
    return as_csv(rows, columns, numbers)


def page_workbook(page: Page, language: Language) -> bytes:
    """Return a page as a workbook: a sheet for every table, and one with texts, notes and what is missing."""
    sheets = {one.id[:31]: _rows(one, language) for one in page.sections if one.columns}
    return as_sheets({**sheets, "notes": _notes(page, language)}, page.title.text(language))


def page_json(payload: Mapping[str, Any]) -> str:
    """Return the payload of a page."""
    return json.dumps(payload, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def page_geojson(payload: Mapping[str, Any]) -> str:
    """Return the sites of a plan in WGS 84, every further fact of a site among its properties."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]},
            "properties": {key: value for key, value in point.items() if key not in ("longitude", "latitude")},
        }
        for point in payload.get("points", ())
    ]
    told = {"type": "FeatureCollection", "name": payload["page"], "features": features}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _rows(section: Section, language: Language) -> tuple[list[dict[str, Any]], list[str], set[str]]:
    heads = _apart([heading(column, language) for column in section.columns])
    numbers = {
        head
        for at, head in enumerate(heads)
        if any(is_number(row.cells[at]) for row in section.rows)
        and all(row.cells[at] is None or is_number(row.cells[at]) for row in section.rows)
    }
    rows = []
    for row in section.rows:
        told: dict[str, Any] = {}
        for head, cell, column in zip(heads, row.cells, section.columns, strict=True):
            told[head] = "" if cell is None else cell if head in numbers else printed(cell, column, language)
        listed = "; ".join(cited(source, language) for source in row.sources)
        rows.append(told | dict(zip(_AFTER, (row.ref, row.finding, listed), strict=True)))
    return rows, [*heads, *_AFTER], numbers


def _apart(heads: Sequence[str]) -> list[str]:
    """Return headings of which no two are the same."""
    seen: dict[str, int] = dict.fromkeys(_AFTER, 1)
    told = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        told.append(head if seen[head] == 1 else f"{head} {seen[head]}")
    return told


def _notes(page: Page, language: Language) -> tuple[list[dict[str, Any]], list[str], set[str]]:
    rows = [{"section": "", "kind": "text", "text": page.text.text(language)}]
    for section in page.sections:
        parts = [("title", section.title), *(("text", one) for one in section.text)]
        parts += [("note", one) for one in section.notes]
        rows += [{"section": section.id, "kind": kind, "text": label.text(language)} for kind, label in parts]
        for one in section.missing:
            text = ": ".join(label.text(language) for label in (one.what, one.why))
            ways = "; ".join(way.text(language) for way in one.ways)
            rows.append({"section": section.id, "kind": "missing", "text": f"{text} → {ways}" if ways else text})
    return rows, ["section", "kind", "text"], set()
