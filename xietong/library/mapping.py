"""Mappings: what the columns of files as people have them mean, written down once in a small TOML.

::

    gazetteer = "../packs/region"               # a pack whose places and perimeters are known, beside the mapping

    [tables.city-gdp]
    file = "city_gdp.csv"                       # a CSV (UTF-8 or GB18030), or a workbook with sheet and cells
    kind = "figures"                            # figures, items or flows
    columns = { place = "place", code = "adcode", indicator = "indicator", period = "year", value = "value" }
    constants = { unit = "亿元" }               # a role that is the same in every row
    indicators = { "地区生产总值_名义" = "gdp.nominal" }      # names in the table that mean a concept
    count_units = ["人", "户"]                  # other indicators in these units are counts that add up over places

    [tables.city-wide]
    file = "city_wide.csv"
    kind = "figures"
    columns = { place = "地区" }
    values = { "GDP（亿元）2023" = { indicator = "GDP", unit = "亿元", period = "2023" } }   # a column per indicator

    [tables.yearbook]                           # a block of a workbook, and what its import into a pack needs
    file = "yearbook.xlsx"
    sheet = "2-1"
    cells = "A4:H20"
    header = 2                                  # rows of its head, which are joined by " / "
    kind = "figures"
    columns = { place = "地区" }
    values = { "GDP / 2023" = { indicator = "gdp.nominal", unit = "亿元", period = "2023" } }
    thousands = ","                             # a sign inside numbers that is to be taken out
    missing = ["-", "…"]                        # what stands where nothing was published
    origin = { publisher = "…", title = "…", locator = "…", licence = "…", grade = "official", access = "public" }

    [tables.indicators-down]                    # an indicator a row, a year or a place a column
    file = "one_city.csv"
    kind = "figures"
    columns = { indicator = "指标" }
    constants = { place = "110000" }
    values = { "2022" = { period = "2022" }, "2023" = { period = "2023" } }
    indicators = { "地区生产总值（亿元）" = "gdp.nominal" }
    units = { "地区生产总值（亿元）" = "亿元" }    # units that stand in the names of indicators
    [tables.indicators-down.origins."年鉴"]      # several publications: by what stands in the column of the role source
    publisher = "…"

    [concepts."gdp.nominal"]                    # what the check may rely on; keys as in a pack, all optional
    kind = "amount"
    adds = "sum"
    parts = ["gdp.primary", "gdp.secondary", "gdp.tertiary"]
    sample = 0.1                                # figures from a sample of ten per cent
    derived = true                              # computed by the compiler, printed by no publisher
    whole_with = ["share.second", "share.third"]   # shares that make up the whole together with this one
    growth_of = "gdp.real"                      # an index, previous period = 100, of that concept
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from xietong.errors import Problems, UnknownName, XietongError
from xietong.library.concepts import Concept
from xietong.library.documents import Document
from xietong.library.documents import shown as shown_name
from xietong.library.foreign import read_foreign
from xietong.library.gazetteer import read_gazetteer
from xietong.library.labels import Label
from xietong.library.names import Names
from xietong.library.places import Gazetteer
from xietong.library.raw import RawTable
from xietong.library.sdmx import is_sdmx, roled
from xietong.library.sheets import FLOW_ROLES, ITEM_ROLES, Figures, Flows, Items, Meaning, Sheet, Sheets
from xietong.library.tables import ORIGIN_OPTIONAL, ORIGIN_REQUIRED

FIGURE_ROLES = ("place", "code", "indicator", "period", "unit", "source", "value")
MARKS = ("to", "flag", "benchmark", "note")
KINDS: Mapping[str, tuple[str, ...]] = {"figures": FIGURE_ROLES + MARKS, "items": ITEM_ROLES, "flows": FLOW_ROLES}
_TABLE_OPTIONAL = (
    "columns", "constants", "values", "indicators", "count_units", "sheet", "cells", "header", "note", "title",
    "origin", "thousands", "missing", "units", "origins",
)  # fmt: skip
_CONCEPT = ("label", "unit", "kind", "adds", "parts", "ratio", "sample", "derived", "whole_with", "growth_of")


@dataclass(frozen=True)
class TableMapping:
    """How one table is read: role to column, role to constant, and for wide tables column to what it holds."""

    name: str
    file: str
    kind: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    indicators: Mapping[str, str]
    count_units: tuple[str, ...] = ()
    sheet: str = ""
    cells: str = ""
    header: int = 1
    title: str = ""
    note: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)
    thousands: str = ""
    missing: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def number(self, text: str, unit: str) -> str:
        """Return a number as printed less the signs the mapping states: thousands, what is missing, % of the unit %."""
        if text in self.missing:
            return ""
        whole, point, decimals = text.partition(".")
        if self.thousands and _grouped(whole, self.thousands):
            text = whole.replace(self.thousands, "") + point + decimals
        return text.removesuffix("%") if unit == "%" else text


def _grouped(whole: str, sign: str) -> bool:
    """Return whether a sign stands in a whole number where a sign between thousands stands: 1,5 has none."""
    first, *others = whole.lstrip("+-").split(sign)
    return 0 < len(first) <= 3 and all(len(one) == 3 for one in others)


@dataclass(frozen=True)
class Mappings:
    """All tables of a mapping, what it says about concepts, and the places it knows."""

    shown: str
    tables: tuple[TableMapping, ...]
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer({}))


def read_mappings(path: Path) -> Mappings:
    """Read a mapping.

    Raises:
        Problems: with every problem of the file, each with its line.
    """
    shown = f"{shown_name(path.parent)}/{path.name}"
    errors: list[XietongError] = []
    document = Document.read_into(path, shown, errors)
    errors += document.demand((), ("tables",), ("gazetteer", "concepts", "note"), tables=("tables", "concepts"))
    tables = [_table(document, name, errors) for name in document.table("tables")]
    meanings = {name: _meaning(document, name, errors) for name in document.table("concepts")}
    gazetteer = Gazetteer({})
    if folder := document.data.get("gazetteer"):
        gazetteer = read_gazetteer(path.parent / str(folder), shown_name(path.parent / str(folder)), errors)
    if errors:
        raise Problems(f"mapping {shown}", errors)
    return Mappings(shown, tuple(tables), meanings, gazetteer)


def _table(document: Document, name: str, errors: list[XietongError]) -> TableMapping:
    spec, at = document.table("tables", name), ("tables", name)
    errors += document.demand(
        at, ("file", "kind"), _TABLE_OPTIONAL,
        tables=("columns", "constants", "values", "indicators", "origin", "units", "origins"), counts=("header",),
        lists=("count_units", "missing"),
    )  # fmt: skip
    kind = str(spec.get("kind", ""))
    if kind not in KINDS:
        errors.append(UnknownName(f"table {name}", "kind", kind, KINDS, where=document.where(*at, "kind")))
    roles = KINDS.get(kind, ())
    for key in ("columns", "constants"):
        for role in document.table(*at, key):
            if roles and role not in roles:
                errors.append(UnknownName(f"table {name}", "role", role, roles, where=document.where(*at, key, role)))
    named = "indicator" in {**document.table(*at, "columns"), **document.table(*at, "constants")}
    for column in document.table(*at, "values"):
        told = FIGURE_ROLES[:-1] if named else [role for role in FIGURE_ROLES[:-1] if role != "indicator"]
        errors += document.demand((*at, "values", column), () if named else ("indicator",), told)
    errors += document.demand((*at, "origin"), (), (*ORIGIN_REQUIRED, *ORIGIN_OPTIONAL))
    for source in document.table(*at, "origins"):
        errors += document.demand((*at, "origins", source), (), (*ORIGIN_REQUIRED, *ORIGIN_OPTIONAL))
    values = {column: _texts(document.table(*at, "values", column)) for column in document.table(*at, "values")}
    file, sheet, cells, title, note, thousands = (
        str(spec.get(key, "")) for key in ("file", "sheet", "cells", "title", "note", "thousands")
    )
    columns, constants, indicators, origin, units = (
        _texts(document.table(*at, key)) for key in ("columns", "constants", "indicators", "origin", "units")
    )
    origins = {source: _texts(document.table(*at, "origins", source)) for source in document.table(*at, "origins")}
    count_units, missing = (tuple(str(one) for one in spec.get(key, ())) for key in ("count_units", "missing"))
    return TableMapping(
        name, file, kind, columns, constants, values, indicators, count_units, sheet, cells, int(spec.get("header", 1)),
        title, note, origin, thousands, missing, units, origins,
    )  # fmt: skip


def _texts(table: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in table.items()}


def _meaning(document: Document, name: str, errors: list[XietongError]) -> Meaning:
    problems = document.demand(("concepts", name), (), _CONCEPT, lists=("parts", "whole_with"), numbers=("sample",))
    errors += problems
    spec = {} if problems else document.table("concepts", name)
    ratio = tuple(one.strip() for one in str(spec["ratio"]).split(" / ")) if "ratio" in spec else ()
    parts = tuple(str(one) for one in spec.get("parts", ()))
    told = {key: str(spec.get(key, "")) for key in ("unit", "kind", "adds")}
    concept = _plain_concept(name, str(spec.get("label", name)), parts=parts, ratio=ratio, **told)
    whole_with = tuple(str(one) for one in spec.get("whole_with", ()))
    growth_of, derived = str(spec.get("growth_of", "")), bool(spec.get("derived", False))
    return Meaning(concept, float(spec.get("sample", 0.0)), derived, whole_with, growth_of)


def read_sheets(folder: Path, mappings: Mappings) -> Sheets:
    """Read the files of a folder as a mapping says.

    Raises:
        Problems: when a file cannot be read or a column of the mapping is missing; nothing is returned then.
    """
    errors: list[XietongError] = []
    sheets = [sheet for table in mappings.tables for sheet in _sheet(folder, table, mappings, errors)]
    if errors:
        raise Problems(f"mapping {mappings.shown}", errors)
    return Sheets(tuple(sheets))


def _sheet(folder: Path, table: TableMapping, mappings: Mappings, errors: list[XietongError]) -> Iterator[Sheet]:
    try:
        raw = read_foreign(folder / table.file, table.file, table.sheet, table.cells, table.header)
    except XietongError as error:
        errors.append(error)
        return
    if is_sdmx(raw):
        try:
            raw = roled(raw)
        except XietongError as error:
            errors.append(error)
            return
        table = replace(table, columns=table.columns or {role: role for role in raw.header})
    wanted = [*table.columns.values(), *table.values]
    missing = [name for name in wanted if name not in raw.header]
    who, where = f"table {table.name}", f"{raw.name}:1"
    errors += [UnknownName(who, "column", name, raw.header, where=where) for name in missing]
    if not missing:
        yield _READERS[table.kind](raw, table, mappings)


def _column(raw: RawTable, name: str) -> tuple[str, ...]:
    at = raw.header.index(name)
    return tuple(row[at] if at < len(row) else "" for row in raw.rows)


def _figures(raw: RawTable, table: TableMapping, mappings: Mappings) -> Figures:
    """Lay a table out long: a wide one gives a block of rows for each of its columns of values."""
    roles, _ = _roles(raw, table)
    count = len(raw.rows)
    if table.units and "unit" not in roles:
        roles["unit"] = tuple(table.units.get(text, "") for text in roles.get("indicator", ("",) * count))
    wide = [(column, told, _column(raw, column)) for column, told in table.values.items()]
    wide = wide or [(table.columns.get("value", ""), {}, roles.get("value", ("",) * count))]
    blocks = [(told, values) for _, told, values in wide]
    columns: dict[str, list[str]] = {
        role: [text for told, _ in blocks for text in _told(role, told, roles, count)] for role in FIGURE_ROLES[:-1]
    }
    texts = [text for _, values in blocks for text in values]
    named = {role: Names.of(column) for role, column in columns.items()}
    marks = {role: Names.of(roles[role] * len(blocks)) for role in MARKS if role in roles}
    letters = Names.of(raw.letters(column) for column, _, _ in wide for _ in range(count)) if raw.columns else None
    plain = [table.number(text, unit) for text, unit in zip(texts, named["unit"].texts(), strict=True)]
    return Figures(
        raw.name, text=texts, value=_numbers(plain), line=np.tile(np.array(raw.lines, dtype=np.int64), len(blocks)),
        meanings=_meanings(named["indicator"], named["unit"], table, mappings), raw=raw, marks=marks, letters=letters,
        **named,
    )  # fmt: skip


def _told(role: str, told: Mapping[str, str], roles: Mapping[str, tuple[str, ...]], count: int) -> tuple[str, ...]:
    return (told[role],) * count if role in told else roles.get(role, ("",) * count)


def _meanings(indicators: Names, units: Names, table: TableMapping, mappings: Mappings) -> dict[str, Meaning]:
    """Return what the mapping says of every indicator; what is in a unit of counts adds up over places by default."""
    found: dict[str, Meaning] = {}
    for at, label in enumerate(indicators.labels):
        concept = table.indicators.get(label, label)
        unit = units[int(np.argmax(indicators.at == at))]
        if concept in mappings.meanings:
            found[label] = mappings.meanings[concept]
        elif unit in table.count_units:
            found[label] = Meaning(_plain_concept(f"{table.name}:{label}", label, unit=unit, kind="count", adds="sum"))
    return found


def _plain_concept(name: str, label: str, **told: Any) -> Concept:
    words = Label.parse(label)
    return Concept(name, words, direction="neither", benchmarks="", definition=words, short=words, **told)


def _roles(raw: RawTable, table: TableMapping) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the texts of every role, and those of the columns that have none."""
    roles = {role: (text,) * len(raw.rows) for role, text in table.constants.items()}
    roles |= {role: _column(raw, column) for role, column in table.columns.items()}
    used = set(table.columns.values())
    return roles, {name: _column(raw, name) for name in raw.header if name not in used}


def _items(raw: RawTable, table: TableMapping, _: Mappings) -> Items:
    return Items(raw.name, *_roles(raw, table), np.array(raw.lines, dtype=np.int64), raw)


def _flows(raw: RawTable, table: TableMapping, _: Mappings) -> Flows:
    roles, attributes = _roles(raw, table)
    values = _numbers(roles.get("value", ("",) * len(raw.rows)))
    return Flows(raw.name, roles, attributes, np.array(raw.lines, dtype=np.int64), raw, value=values)


_READERS: Mapping[str, Callable[[RawTable, TableMapping, Mappings], Sheet]] = {
    "figures": _figures,
    "items": _items,
    "flows": _flows,
}


def _numbers(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([_number(text) for text in texts], dtype=np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
