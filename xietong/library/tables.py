"""Tables of a pack: a CSV as published, its sidecar, and the observations in it, each with ``file:line``."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.concepts import Benchmarks, Concept
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.numbers import Published, read_number
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.units import conversion

RESERVED = ("place", "to", "period", "base", "origin", "flag", "benchmark", "note")
_ORIGIN_REQUIRED = ("publisher", "title", "licence", "grade", "access", "locator")
_ORIGIN_OPTIONAL = ("edition", "retrieved", "benchmark", "flag", "books", "url")


@dataclass(frozen=True)
class RawTable:
    """Cells of a CSV before anything is typed: ``rows[i]`` stands at line ``lines[i]`` of ``name``."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    @classmethod
    def read(cls, path: Path, shown: str) -> RawTable:
        """Read a CSV in UTF-8, keeping the line number of every row."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            numbered = [(reader.line_num, tuple(cell.strip() for cell in row)) for row in reader]
        numbered = [(line, row) for line, row in numbered if any(row)]
        header = numbered[0][1] if numbered else ()
        return cls(shown, header, tuple(row for _, row in numbered[1:]), tuple(line for line, _ in numbered[1:]))

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield line number and cells by column name."""
        for line, row in zip(self.lines, self.rows, strict=True):
            yield line, dict(zip(self.header, row, strict=False))


@dataclass(frozen=True)
class Observation:
    """One published value of one concept at one place and period, as the pack's line ``where`` gives it."""

    where: str
    table: str
    place: str
    to: str
    period: str
    concept: str
    published: Published
    unit_text: str
    value: float
    half_width: float
    flag: Flag
    benchmark: str
    origin: str
    note: str


@dataclass(frozen=True)
class Vocabulary:
    """The names a table may use."""

    concepts: Mapping[str, Concept]
    gazetteer: Gazetteer
    benchmarks: Mapping[str, Benchmarks]


@dataclass(frozen=True)
class Table:
    """A table with its title, note, origins and observations."""

    name: str
    title: Label
    note: Label
    origins: Mapping[str, Origin]
    observations: tuple[Observation, ...]


def read_table(csv_path: Path, shown: str, words: Vocabulary, errors: list[XietongError]) -> Table:
    """Read one CSV and its sidecar; every problem goes to ``errors`` and the readable rest is returned."""
    raw = RawTable.read(csv_path, f"{shown}.csv")
    try:
        sidecar = Document.read(csv_path.with_suffix(".toml"), f"{shown}.toml")
    except PackError as error:
        errors.append(error)
        return Table(shown, Label.parse(shown), Label.parse(""), {}, ())
    errors += sidecar.demand((), ("title", "columns", "origins"), ("note",))
    errors += _check_header(raw, sidecar)
    origins = _origins(sidecar, csv_path.stem, errors)
    observations: list[Observation] = []
    for line, record in raw.records():
        if len(raw.rows[raw.lines.index(line)]) != len(raw.header):
            what = f"{len(raw.rows[raw.lines.index(line)])} cells under {len(raw.header)} column names"
            errors.append(PackError("table", what, where=f"{raw.name}:{line}", ways=("quote a cell that has commas",)))
            continue
        observations += _row(record, f"{raw.name}:{line}", sidecar, origins, words, errors)
    errors += _duplicates(observations)
    title, note = str(sidecar.data.get("title", shown)), str(sidecar.data.get("note", ""))
    return Table(shown, Label.parse(title), Label.parse(note), origins, tuple(observations))


def _check_header(raw: RawTable, sidecar: Document) -> list[XietongError]:
    columns = sidecar.table("columns")
    errors: list[XietongError] = []
    known = [*RESERVED, *columns]
    for name in raw.header:
        if name not in known:
            errors.append(UnknownName("table", "column in the sidecar", name, known, where=f"{raw.name}:1"))
    for name in ("place", "period", "origin", *columns):
        if name not in raw.header:
            errors.append(PackError("table", f"column '{name}' is missing", where=f"{raw.name}:1"))
    for name in columns:
        errors += sidecar.demand(("columns", name), ("concept", "unit"), ("label",))
    return errors


def _origins(sidecar: Document, stem: str, errors: list[XietongError]) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for key, spec in sidecar.table("origins").items():
        problems = sidecar.demand(("origins", key), _ORIGIN_REQUIRED, _ORIGIN_OPTIONAL)
        errors += problems
        if not problems:
            try:
                found[key] = _origin(f"{stem}:{key}", spec)
            except XietongError as error:
                errors.append(error.at(sidecar.where("origins", key)))
    return found


def _origin(identity: str, spec: Mapping[str, Any]) -> Origin:
    for key in ("edition", "retrieved"):
        if spec.get(key):
            span(str(spec[key]), f"origin {identity}, {key}")
    grades = {grade.name.lower(): grade for grade in Grade if grade is not Grade.ASSUMED}
    if spec["grade"] not in grades:
        raise UnknownName(f"origin {identity}", "grade", str(spec["grade"]), grades)
    if spec["access"] not in ("public", "internal"):
        raise UnknownName(f"origin {identity}", "access", str(spec["access"]), ("public", "internal"))
    return Origin(
        id=identity,
        **{key: str(spec[key]) for key in ("publisher", "title", "locator", "licence", "access")},
        **{key: str(spec.get(key, "")) for key in ("edition", "retrieved", "benchmark", "books", "url")},
        grade=grades[str(spec["grade"])],
        flag=_flag(str(spec.get("flag", "observed")), f"origin {identity}"),
    )


def _flag(text: str, who: str) -> Flag:
    flags = {flag.name.lower(): flag for flag in Flag if flag not in (Flag.ABSENT, Flag.SCENARIO)}
    if text not in flags:
        raise UnknownName(who, "flag", text, flags)
    return flags[text]


def _row(
    record: Mapping[str, str],
    where: str,
    sidecar: Document,
    origins: Mapping[str, Origin],
    words: Vocabulary,
    errors: list[XietongError],
) -> Iterator[Observation]:
    problems = _row_problems(record, where, origins, words)
    errors += problems
    if problems:
        return
    for column, spec in sidecar.table("columns").items():
        text = record.get(column, "")
        if not text or "concept" not in spec or "unit" not in spec:
            continue
        try:
            yield _cell(record, text, where, (str(spec["concept"]), str(spec["unit"])), origins, words)
        except XietongError as error:
            errors.append(error.at(where))


def _row_problems(
    record: Mapping[str, str], where: str, origins: Mapping[str, Origin], words: Vocabulary
) -> list[XietongError]:
    errors: list[XietongError] = []
    places = [*words.gazetteer.places, *words.gazetteer.perimeters]
    for column in ("place", "to"):
        if (code := record.get(column, "")) and code not in words.gazetteer:
            errors.append(UnknownName("table", "place", code, places, where=where))
    if not record.get("place"):
        errors.append(PackError("table", "the place is empty", where=where))
    try:
        span(record.get("period", ""), "table")
    except PackError as error:
        errors.append(PackError("table", error.what, ways=error.ways, where=where))
    if record.get("origin", "") not in origins:
        errors.append(UnknownName("table", "origin in the sidecar", record.get("origin", ""), origins, where=where))
    return errors


def _cell(
    record: Mapping[str, str],
    text: str,
    where: str,
    meaning: tuple[str, str],
    origins: Mapping[str, Origin],
    words: Vocabulary,
) -> Observation:
    name, unit_text = meaning
    if name not in words.concepts:
        raise UnknownName("table", "concept", name, words.concepts)
    concept, origin, published = words.concepts[name], origins[record["origin"]], read_number(text)
    factor = conversion(unit_text, concept.unit, f"concept {name}")
    flag = _flag(record["flag"], "table") if record.get("flag") else origin.flag
    return Observation(
        where=where,
        table=where.rpartition(":")[0],
        place=record["place"],
        to=record.get("to", ""),
        period=record["period"],
        concept=name,
        published=published,
        unit_text=unit_text,
        value=float(Fraction(published.value) * factor),
        half_width=float(Fraction(published.half_width) * factor),
        flag=flag,
        benchmark=_benchmark(record, origin, concept, words),
        origin=origin.id,
        note=record.get("note", ""),
    )


def _benchmark(record: Mapping[str, str], origin: Origin, concept: Concept, words: Vocabulary) -> str:
    benchmark = record.get("benchmark") or record.get("base") or origin.benchmark
    if not concept.benchmarks:
        return ""
    family = words.benchmarks.get(concept.benchmarks)
    if family is None:
        raise UnknownName(f"concept {concept.id}", "family of benchmarks", concept.benchmarks, words.benchmarks)
    if benchmark and benchmark not in family.order:
        raise UnknownName(f"concept {concept.id}", f"benchmark of '{family.id}'", benchmark, family.order)
    return benchmark


def _duplicates(observations: list[Observation]) -> list[XietongError]:
    seen: dict[tuple[str, ...], Observation] = {}
    errors: list[XietongError] = []
    for one in observations:
        key = (one.concept, one.place, one.to, one.period, one.origin, one.benchmark)
        if key in seen:
            what = f"{one.concept} {one.place} {one.period} of origin '{one.origin}' also stands at {seen[key].where}"
            errors.append(PackError("table", what, ways=("keep one of the two lines",), where=one.where))
        seen.setdefault(key, replace(one))
    return errors
