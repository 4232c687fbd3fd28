"""Tables of a pack: a CSV as published, its sidecar, and the observations in it, each with ``file:line``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.concepts import Benchmarks, Concept
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.numbers import Published, is_number, read_number
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.raw import RawTable
from xietong.library.units import conversion

RESERVED = ("place", "to", "period", "base", "origin", "flag", "benchmark", "note")
ORIGIN_REQUIRED = ("publisher", "title", "licence", "grade", "access", "locator")
ORIGIN_OPTIONAL = ("edition", "retrieved", "benchmark", "flag", "books", "url")
_GRADES = {grade.name.lower(): grade for grade in Grade if grade is not Grade.ASSUMED}
_FLAGS = {flag.name.lower(): flag for flag in Flag if flag not in (Flag.ABSENT, Flag.SCENARIO)}
_ACCESS = ("public", "internal")


class Observation(NamedTuple):
    """One published value of one concept at one place and period, as the pack's line ``where`` gives it.

    ``text`` is the number as printed; a million of these are kept, so that each is a plain tuple.
    """

    where: str
    table: str
    place: str
    to: str
    period: str
    concept: str
    text: str
    unit_text: str
    value: float
    half_width: float
    flag: Flag
    benchmark: str
    origin: str
    note: str

    @property
    def published(self) -> Published:
        """Return the number as printed, with its exact decimal value."""
        return read_number(self.text)


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
    try:
        sidecar = Document.read(csv_path.with_suffix(".toml"), f"{shown}.toml")
        raw = RawTable.read(csv_path, f"{shown}.csv")
    except PackError as error:
        errors.append(error)
        return Table(shown, Label.parse(shown), Label.parse(""), {}, ())
    errors += sidecar.demand((), ("title", "columns", "origins"), ("note",), tables=("columns", "origins"))
    errors += _check_header(raw, sidecar)
    columns = _columns(sidecar, words, errors)
    origins = read_origins(sidecar, csv_path.stem, words.benchmarks, errors)
    reader = _Rows(raw, columns, sidecar.table("origins"), origins, words)
    observations = [one for line, record in raw.records(errors) for one in reader.read(line, record, errors)]
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
    for name in sorted({name for name in raw.header if raw.header.count(name) > 1}):
        errors.append(PackError("table", f"column '{name}' stands twice", where=f"{raw.name}:1"))
    return errors


def _columns(
    sidecar: Document, words: Vocabulary, errors: list[XietongError]
) -> dict[str, tuple[Concept, str, Fraction]]:
    """Return concept, unit and factor of every column that can be read; the rest goes to ``errors``."""
    found: dict[str, tuple[Concept, str, Fraction]] = {}
    for column, spec in sidecar.table("columns").items():
        problems = sidecar.demand(("columns", column), ("concept", "unit"), ("label",))
        errors += problems
        if problems:
            continue
        concept, unit_text = words.concepts.get(str(spec["concept"])), str(spec["unit"])
        if concept is None:
            where = sidecar.where("columns", column, "concept")
            errors.append(UnknownName("table", "concept", str(spec["concept"]), words.concepts, where=where))
            continue
        try:
            found[column] = concept, unit_text, conversion(unit_text, concept.unit, f"concept {concept.id}")
        except XietongError as error:
            errors.append(error.at(sidecar.where("columns", column, "unit")))
    return found


def read_origins(
    sidecar: Document, stem: str, families: Mapping[str, Benchmarks], errors: list[XietongError]
) -> dict[str, Origin]:
    """Return the publications of a sidecar by key; their ids begin with ``stem``, every problem goes to ``errors``."""
    found: dict[str, Origin] = {}
    for key, spec in sidecar.table("origins").items():
        problems = sidecar.demand(("origins", key), ORIGIN_REQUIRED, ORIGIN_OPTIONAL)
        problems += _origin_problems(sidecar, key, f"origin {stem}:{key}", families)
        errors += problems
        if not problems:
            found[key] = _origin(f"{stem}:{key}", spec)
    return found


def _origin_problems(sidecar: Document, key: str, who: str, families: Mapping[str, Benchmarks]) -> list[XietongError]:
    spec, errors = sidecar.table("origins", key), list[XietongError]()
    benchmarks = [name for family in families.values() for name in family.order]
    choices = {"grade": _GRADES, "access": _ACCESS, "flag": _FLAGS, "benchmark": ("", *benchmarks)}
    for name, known in choices.items():
        if name in spec and str(spec[name]) not in known:
            where = sidecar.where("origins", key, name)
            errors.append(UnknownName(who, name, str(spec[name]), known, where=where))
    for name in ("edition", "retrieved"):
        if spec.get(name):
            try:
                span(str(spec[name]), f"{who}, {name}")
            except PackError as error:
                errors.append(error.at(sidecar.where("origins", key, name)))
    return errors


def _origin(identity: str, spec: Mapping[str, Any]) -> Origin:
    return Origin(
        id=identity,
        **{key: str(spec[key]) for key in ("publisher", "title", "locator", "licence", "access")},
        **{key: str(spec.get(key, "")) for key in ("edition", "retrieved", "benchmark", "books", "url")},
        grade=_GRADES[str(spec["grade"])],
        flag=_flag(str(spec.get("flag", "observed")), f"origin {identity}"),
    )


def _flag(text: str, who: str) -> Flag:
    if text not in _FLAGS:
        raise UnknownName(who, "flag", text, _FLAGS)
    return _FLAGS[text]


class _Column:
    """A column of values: its concept and unit, and the exact factor to the unit of the concept."""

    def __init__(self, name: str, concept: Concept, unit_text: str, factor: Fraction) -> None:
        self.name, self.concept, self.unit_text = name, concept, unit_text
        self.over, self.under = factor.numerator, factor.denominator
        self.halves: dict[int, float] = {}

    def value(self, text: str) -> tuple[float, float]:
        """Return value and half width in the unit of the concept, each the float nearest to the exact quotient.

        Raises:
            PackError: when the text is not a plain decimal number.
        """
        whole, _, decimals = text.partition(".")
        if not is_number(text):
            read_number(text)
        places = len(decimals)
        half = self.halves.get(places)
        if half is None:
            half = self.halves[places] = 5 * self.over / (10 ** (places + 1) * self.under)
        if self.over == self.under:
            return float(text), half
        return int(whole + decimals) * self.over / (10**places * self.under), half


class _Rows:
    """Reads the rows of one table; what was found in order once (a place, a period) is not looked at again."""

    def __init__(
        self,
        raw: RawTable,
        columns: Mapping[str, tuple[Concept, str, Fraction]],
        declared: Mapping[str, Any],
        origins: Mapping[str, Origin],
        words: Vocabulary,
    ) -> None:
        self.name, self.declared, self.origins, self.words = raw.name, declared, origins, words
        self.columns = [_Column(name, *meaning) for name, meaning in columns.items()]
        self.sound: set[tuple[str, str, str, str]] = set()
        self.benchmarks: dict[tuple[str, str, str, str], str] = {}

    def read(self, line: int, record: Mapping[str, str], errors: list[XietongError]) -> Iterator[Observation]:
        """Yield the observations of a row; every problem goes to ``errors``."""
        where, place, to = f"{self.name}:{line}", record.get("place", ""), record.get("to", "")
        period, origin = record.get("period", ""), record.get("origin", "")
        key = place, to, period, origin
        if key not in self.sound:
            problems = _row_problems(record, where, self.declared, self.words)
            errors += problems
            if not problems:
                self.sound.add(key)
        source = self.origins.get(origin) if key in self.sound else None
        try:
            flag = _flag(record["flag"], "table") if record.get("flag") else source.flag if source else Flag.OBSERVED
        except UnknownName as error:
            source = None
            errors.append(error.at(where))
        for column in self.columns:
            text = record.get(column.name, "")
            if not text:
                continue
            try:
                value, half = column.value(text)
                if source is not None:
                    benchmark = self._benchmark(record, source, column.concept)
                    yield Observation(
                        where, self.name, place, to, period, column.concept.id, text, column.unit_text, value, half,
                        flag, benchmark, source.id, record.get("note", ""),
                    )  # fmt: skip
            except XietongError as error:
                errors.append(error.at(where))

    def _benchmark(self, record: Mapping[str, str], origin: Origin, concept: Concept) -> str:
        key = record.get("benchmark", ""), record.get("base", ""), origin.id, concept.id
        if key not in self.benchmarks:
            self.benchmarks[key] = _benchmark(record, origin, concept, self.words)
        return self.benchmarks[key]


def _row_problems(
    record: Mapping[str, str], where: str, declared: Mapping[str, Any], words: Vocabulary
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
    if not record.get("origin"):
        errors.append(PackError("table", "the origin is empty", where=where))
    elif record["origin"] not in declared:
        errors.append(UnknownName("table", "origin in the sidecar", record["origin"], declared, where=where))
    return errors


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
        first = seen.setdefault(key, one)
        if first is not one:
            what = f"{one.concept} {one.place} {one.period} of origin '{one.origin}' also stands at {first.where}"
            errors.append(PackError("table", what, ways=("keep one of the two lines",), where=one.where))
    return errors
