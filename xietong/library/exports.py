"""Exports: the observations of a pack as CSV, workbook, Parquet or SDMX-CSV, and a Table Schema for every table.

No text that is written can start a formula in a spreadsheet: in a workbook texts are stored as texts, in a CSV a text
that begins like a formula gets an apostrophe in front. Numbers stay numbers. The same pack gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xietong.errors import UnknownName
from xietong.library.guard import guarded
from xietong.library.pack import Pack
from xietong.library.sdmx import sdmx_csv
from xietong.library.tables import Observation, Table

COLUMNS = (
    "table", "place", "place_name", "to", "concept", "period", "published", "unit_text", "value", "unit", "flag",
    "benchmark", "edition", "publisher", "title", "grade", "origin", "note", "where",
)  # fmt: skip
NUMBERS = ("published", "value")
_PRESENT = datetime(2000, 1, 1, tzinfo=UTC)
"""The date written into workbooks, so that the same pack gives the same bytes."""


def rows_of(pack: Pack, concepts: Sequence[str] = (), *, internal: bool = False) -> tuple[list[dict[str, Any]], int]:
    """Return the observations as rows, and how many were left out because their origin is internal.

    Raises:
        UnknownName: when a concept does not exist.
    """
    for name in concepts:
        if name not in pack.concepts:
            raise UnknownName("export", "concept", name, pack.concepts)
    wanted = [one for one in pack.observations if not concepts or one.concept in concepts]
    kept = [one for one in wanted if internal or pack.origins[one.origin].access != "internal"]
    return [_row(pack, one) for one in kept], len(wanted) - len(kept)


def _row(pack: Pack, one: Observation) -> dict[str, Any]:
    origin = pack.origins[one.origin]
    return {
        "table": one.table.rpartition("/")[2].removesuffix(".csv"),
        "place": one.place,
        "place_name": pack.gazetteer.label(one.place),
        "to": one.to,
        "concept": one.concept,
        "period": one.period,
        "published": one.text,
        "unit_text": one.unit_text,
        "value": one.value,
        "unit": pack.concepts[one.concept].unit,
        "flag": one.flag.name.lower(),
        "benchmark": one.benchmark,
        "edition": origin.edition,
        "publisher": origin.publisher,
        "title": origin.title,
        "grade": origin.grade.name.lower(),
        "origin": one.origin,
        "note": one.note,
        "where": one.where,
    }


def as_csv(
    rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS, numbers: Collection[str] = NUMBERS
) -> bytes:
    """Return rows as CSV in UTF-8 with the mark by which spreadsheets know it; ``numbers`` are columns of numbers."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(row[name]) if name in numbers else guarded(str(row[name])) for name in columns])
    return file.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def as_workbook(
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str] = COLUMNS,
    numbers: Collection[str] = NUMBERS,
    name: str = "observations",
) -> bytes:
    """Return rows as a workbook of one sheet; texts are stored as texts, numbers as numbers, '' is left empty."""
    return as_sheets({name: (rows, columns, numbers)})


Sheet = tuple[Sequence[dict[str, Any]], Sequence[str], Collection[str]]


def as_sheets(sheets: Mapping[str, Sheet], title: str = "xietong") -> bytes:
    """Return a workbook with a sheet for each name: its rows, its columns, and which of them are numbers."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _PRESENT, "title": title})
        bold = book.add_format({"bold": True})
        for name, told in sheets.items():
            _sheet(book.add_worksheet(name), bold, *told)
    return file.getvalue()


def _sheet(
    sheet: Any, bold: Any, rows: Sequence[dict[str, Any]], columns: Sequence[str], numbers: Collection[str]
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, bold)
    for at, row in enumerate(rows, 1):
        for column, key in enumerate(columns):
            if key in numbers and row[key] != "":
                sheet.write_number(at, column, float(row[key]))
            else:
                sheet.write_string(at, column, str(row[key]))
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def as_parquet(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write rows as Parquet: texts as texts, ``value`` as a double, ``published`` as the text that was printed."""
    import duckdb
    import numpy as np

    columns: dict[str, Any] = {}
    for name in COLUMNS:
        told = [row[name] for row in rows]
        columns[name] = np.array(told) if name == "value" else np.array([*told, None], dtype=object)[:-1]
    with duckdb.connect() as connection:
        connection.execute("set pandas_analyze_sample = 0")
        connection.execute("set threads = 1")
        connection.register("told", columns)
        connection.execute(f"copy (select * from told) to '{path.as_posix()}' (format parquet, compression zstd)")


def schemas(pack: Pack) -> dict[str, str]:
    """Return a Frictionless Data Package: ``datapackage.json`` and a Table Schema for every table, as texts by file."""
    files: dict[str, str] = {}
    resources = []
    for table in pack.tables:
        name = table.name.rpartition("/")[2]
        files[f"{name}.schema.json"] = _json(_schema(pack, table))
        resources.append(
            {
                "name": name.lower(), "path": f"tables/{name}.csv", "profile": "tabular-data-resource",
                "title": str(table.title), "encoding": "utf-8", "format": "csv", "mediatype": "text/csv",
                "schema": f"{name}.schema.json",
            }
        )  # fmt: skip
    told = {"profile": "tabular-data-package", "name": pack.id, "title": str(pack.title), "resources": resources}
    files["datapackage.json"] = _json(told)
    return files


def _schema(pack: Pack, table: Table) -> dict[str, Any]:
    header = _header(pack, table)
    places = sorted({one.place for one in table.observations})
    origins = sorted(table.origins)
    texts: dict[str, dict[str, Any]] = {
        "place": {"constraints": {"required": True, "enum": places}},
        "period": {"constraints": {"required": True}},
        "origin": {"constraints": {"required": True, "enum": origins}},
    }
    units = {one.concept: one.unit_text for one in table.observations}
    fields: list[dict[str, Any]] = []
    for name, concept in header:
        if concept:
            told = pack.concepts[concept]
            about = {"title": str(told.label), "description": str(told.definition), "concept": concept}
            fields.append({"name": name, "type": "number", "unit": units.get(concept, told.unit), **about})
        else:
            fields.append({"name": name, "type": "string", **texts.get(name, {})})
    keys = [name for name in ("place", "to", "period", "origin", "base", "benchmark") if name in dict(header)]
    return {"fields": fields, "missingValues": [""], "primaryKey": keys}


def _header(pack: Pack, table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table, each with its concept, '' for what is no value."""
    from xietong.library.documents import Document
    from xietong.library.raw import RawTable

    name = table.name.rpartition("/")[2]
    raw = RawTable.read(pack.path / "tables" / f"{name}.csv", table.name)
    columns = Document.read(pack.path / "tables" / f"{name}.toml", table.name).table("columns")
    return [(one, str(columns[one]["concept"]) if one in columns else "") for one in raw.header]


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


FORMATS = ("csv", "xlsx", "parquet", "sdmx-csv", "schema")


def export(
    pack: Pack, form: str, out: Path, concepts: Sequence[str] = (), *, internal: bool = False
) -> tuple[list[Path], int]:
    """Write a pack in a format into a folder and return the files and how many internal lines were left out.

    Raises:
        UnknownName: when the format or a concept does not exist.
    """
    if form not in FORMATS:
        raise UnknownName("export", "format", form, FORMATS)
    out.mkdir(parents=True, exist_ok=True)
    if form == "schema":
        files = {out / name: text.encode() for name, text in schemas(pack).items()}
        for path, data in files.items():
            path.write_bytes(data)
        return sorted(files), 0
    rows, left = rows_of(pack, concepts, internal=internal)
    path = out / f"{pack.id}.{'sdmx.csv' if form == 'sdmx-csv' else form}"
    if form == "parquet":
        as_parquet(rows, path)
        return [path], left
    writers: dict[str, Callable[[Sequence[dict[str, Any]]], bytes]] = {"csv": as_csv, "xlsx": as_workbook}
    path.write_bytes(writers[form](rows) if form in writers else sdmx_csv(rows, pack).encode())
    return [path], left
