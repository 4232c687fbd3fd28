"""Editions: one immutable DuckDB file with the ledger and the findings, opened read-only and swapped by digest."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from xietong.errors import EditionError, UnknownName
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.ledger import fill
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.pack import Pack
from xietong.library.pages import publications

if TYPE_CHECKING:
    import duckdb

FORMAT = "2"
_CURRENT = "current"
_LAST = (
    "where true qualify row_number() over (partition by concept, place, destination, period order by excluded,"
    " edition_end is null, benchmark_rank desc, final desc, edition_end desc, edition_start desc nulls last, grade,"
    " position) = 1 order by concept, place, period, row_id"
)
"""The one line of several for every cell that was published last."""


@dataclass(frozen=True)
class Line:
    """One observation of a built edition with the publication it cites."""

    row: int
    concept: str
    place: str
    to: str
    period: str
    value: float
    published: str
    unit_text: str
    flag: Flag
    benchmark: str
    location: str
    note: str
    origin: Origin
    decided: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """A concept as the edition keeps it, with how many lines and places it has, its first and its last period."""

    id: str
    label: Label
    unit: str
    kind: str
    adds: str
    direction: str
    family: str
    definition: Label
    short: Label
    lines: int
    places: int
    first: str
    last: str


@dataclass(frozen=True)
class Vintage:
    """A benchmark as the edition holds it, none for lines without one: counts, years, and the newest publication."""

    benchmark: str
    lines: int
    concepts: int
    first: str
    last: str
    newest: str


def _indicator(row: tuple[Any, ...]) -> Indicator:
    name, zh, en, unit, kind, adds, direction, family, defined_zh, defined_en, short_zh, short_en, *counts = row
    labels = Label(defined_zh, defined_en), Label(short_zh, short_en)
    return Indicator(name, Label(zh, en), unit, kind, adds, direction, family, *labels, *counts)


def _origin(row: tuple[Any, ...]) -> Origin:
    names = ("id", "publisher", "title", "edition", "retrieved", "locator", "licence")
    told = dict(zip(names, row, strict=False))
    access, benchmark, books, url = row[8:12]
    return Origin(
        **told, grade=Grade(row[7]), access=access, benchmark=benchmark, flag=Flag.OBSERVED, books=books, url=url
    )


def _line(row: tuple[Any, ...], origin: Origin) -> Line:
    row_id, concept, place, to, period, value, published, unit_text, flag, benchmark, location, note, _, decided = row
    return Line(
        row_id, concept, place, to, period, value, published, unit_text, Flag(flag), benchmark, location, note, origin,
        tuple(filter(None, decided.split(","))),
    )  # fmt: skip


def edition_digest(pack: str, study: str, findings: Sequence[Finding]) -> str:
    """Return the digest of an edition: format, pack, study and every finding."""
    parts = [FORMAT, pack, study, *(f"{one.id} {one.digest()}" for one in sorted(findings, key=lambda f: f.id))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_edition(folder: Path, pack: Pack, findings: Sequence[Finding], about: Mapping[str, str]) -> Path:
    """Write an edition beside the others, make it the current one, and return its path.

    ``about`` holds at least ``digest``; an edition of that digest that can be opened is left as it is.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"edition-{about['digest'][:12]}.duckdb"
    if not _holds(path, about["digest"]):
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            draft = Path(scratch) / path.name
            with duckdb.connect(str(draft)) as connection:
                fill(connection, pack)
                connection.execute("create table about (key varchar primary key, value varchar)")
                connection.executemany("insert into about values (?, ?)", sorted(about.items()))
                connection.execute(
                    "create table finding (id varchar primary key, place integer, digest varchar, body varchar)"
                )
                rows = [(one.id, at, one.digest(), one.to_json()) for at, one in enumerate(findings)]
                connection.executemany("insert into finding values (?, ?, ?, ?)", rows)
            draft.replace(path)
    pointer = folder / _CURRENT
    pointer.with_suffix(".new").write_text(path.name + "\n", encoding="utf-8")
    pointer.with_suffix(".new").replace(pointer)
    return path


def _holds(path: Path, digest: str) -> bool:
    """Return whether the file is there, can be opened, and is the edition of that digest."""
    if not path.exists():
        return False
    try:
        with Edition.open(path) as edition:
            return edition.digest == digest
    except EditionError:
        return False


def current_edition(folder: Path) -> Path:
    """Return the path of the current edition in ``folder``.

    Raises:
        EditionError: when nothing was built there.
    """
    pointer = folder / _CURRENT
    if pointer.exists() and (path := folder / pointer.read_text(encoding="utf-8").strip()).exists():
        return path
    raise EditionError("edition", f"nothing is built in {folder.as_posix()}", ways=("run 'xietong build' first",))


class Edition:
    """A built edition, read-only."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.connection, self.path = connection, path
        self.about: dict[str, str] = dict(connection.execute("select key, value from about").fetchall())
        bodies = connection.execute("select id, body from finding order by place").fetchall()
        self._bodies: dict[str, str] = dict(bodies)
        self._findings: dict[str, Finding] = {}
        self._seen: dict[int, Line] = {}
        self._decisions: dict[str, dict[str, str]] = {}
        self._labels: dict[str, dict[str, str]] = {}
        self._origins = {row[0]: _origin(row) for row in connection.execute("select * from origin").fetchall()}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an edition.

        Raises:
            EditionError: when the file is absent or of another format.
        """
        import duckdb

        connection = None
        try:
            connection = duckdb.connect(str(path), read_only=True)
            edition = cls(connection, path)
        except duckdb.Error as error:
            if connection is not None:
                connection.close()
            raise EditionError(
                f"edition {path.name}", "this is no edition of xietong", why=str(error).splitlines()[0],
                ways=("run 'xietong build' again",),
            ) from error  # fmt: skip
        if edition.about.get("format") != FORMAT:
            edition.close()
            what = f"format {edition.about.get('format')} instead of {FORMAT}"
            raise EditionError(f"edition {path.name}", what, ways=("run 'xietong build' again",))
        return edition

    @property
    def digest(self) -> str:
        """Return the digest of the edition."""
        return self.about["digest"]

    @property
    def ids(self) -> list[str]:
        """Return the ids of all findings in the order of the study."""
        return list(self._bodies)

    def finding(self, name: str) -> Finding:
        """Return a finding.

        Raises:
            UnknownName: when the edition has none of that id.
        """
        if name not in self._findings:
            if name not in self._bodies:
                raise UnknownName("edition", "finding", name, self._bodies)
            self._findings[name] = Finding.from_json(self._bodies[name])
        return self._findings[name]

    def line(self, row: int) -> Line:
        """Return one observation by its number.

        Raises:
            UnknownName: when the edition has none of that number.
        """
        return self.lines_at([row])[0]

    def lines_at(self, rows: Sequence[int]) -> list[Line]:
        """Return observations by their numbers, those not seen before in one question.

        Raises:
            UnknownName: when the edition has none of a number.
        """
        if missing := sorted({row for row in rows if row not in self._seen}):
            wanted = "where row_id in (select cast(unnest(string_split(?, ',')) as bigint))"
            self._seen |= {line.row: line for line in self._lines(wanted, [",".join(map(str, missing))])}
        for row in missing:
            if row not in self._seen:
                raise UnknownName("edition", "observation", str(row), [])
        return [self._seen[row] for row in rows]

    def lines(self, concept: str) -> list[Line]:
        """Return every vintage of a concept in the order of the pack."""
        return self._lines("where concept = ? order by position", [concept])

    def origins(self) -> list[Origin]:
        """Return every publication that the pack cites."""
        return list(self._origins.values())

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return every concept that has a line, in the order of its id, with what the pack says of it."""
        query = (
            "select c.*, count(*), count(distinct o.place), min(o.period), max(o.period)"
            " from concept c join observation o using (concept) group by all order by concept"
        )
        return {row[0]: _indicator(row) for row in self.connection.execute(query).fetchall()}

    @cached_property
    def vintages(self) -> Sequence[Vintage]:
        """Return every benchmark that lines of the edition stand on, in the order of its name."""
        query = (
            "select benchmark, count(*), count(distinct concept), min(period), max(period),"
            " coalesce(cast(max(edition_start) as varchar), '') from observation group by benchmark order by benchmark"
        )
        return [Vintage(*row) for row in self.connection.execute(query).fetchall()]

    def newest(self, concept: str) -> list[Line]:
        """Return for every place, destination and period of a concept the line that was published last.

        The newest benchmark comes first, on it final before preliminary, then the newest edition and the best grade;
        excluded lines and those of unknown date are only taken where there is no other.
        """
        return self._newest[0].get(concept, [])

    def newest_at(self, place: str) -> list[Line]:
        """Return for every concept and period of a place the line that was published last, as `newest` chooses it."""
        return self._newest[1].get(place, [])

    @cached_property
    def _newest(self) -> tuple[Mapping[str, list[Line]], Mapping[str, list[Line]]]:
        """The lines that were published last by concept and by place, asked for once."""
        concepts, places = dict[str, list[Line]](), dict[str, list[Line]]()
        for one in self._lines(_LAST, []):
            concepts.setdefault(one.concept, []).append(one)
            places.setdefault(one.place, []).append(one)
        return concepts, places

    @cached_property
    def readers(self) -> Mapping[str, list[str]]:
        """Return the findings that read each concept straight from the ledger."""
        found: dict[str, dict[str, None]] = {}
        for name in self.ids:
            for one in self.finding(name).receipt.inputs:
                if one.source.startswith("ledger:"):
                    for concept in one.source.removeprefix("ledger:").split("+"):
                        found.setdefault(concept, {})[name] = None
        return {concept: list(names) for concept, names in found.items()}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Return the level of every place and perimeter that has a line."""
        query = "select code, kind from place where code in (select place from observation) order by code"
        return dict(self.connection.execute(query).fetchall())

    def texts(self) -> list[str]:
        """Return every text that the edition may show: findings, names, labels, publications and notes."""
        told = list(self._bodies.values())
        for table in ("place", "concept", "origin", "decision"):
            for row in self.connection.execute(f"select * from {table}").fetchall():
                told += [one for one in row if isinstance(one, str)]
        query = "select distinct note from observation union select distinct unit_text from observation"
        return told + [row[0] for row in self.connection.execute(query).fetchall()]

    def _lines(self, where: str, parameters: list[Any]) -> list[Line]:
        query = (
            "select row_id, concept, place, destination, period, value, published, unit_text, flag, benchmark,"
            f" location, note, origin, decided from observation {where}"
        )
        return [_line(row, self._origins[row[12]]) for row in self.connection.execute(query, parameters).fetchall()]

    def decision(self, name: str, language: Language = "zh") -> str:
        """Return in one line what was decided on a suspicion: verdict, day, office and reason."""
        if not self._decisions:
            rows = self.connection.execute("select suspicion, zh, en from decision").fetchall()
            self._decisions = {row[0]: {"zh": row[1], "en": row[2]} for row in rows}
        return self._decisions[name][language]

    def names(self, language: Language = "zh") -> dict[str, str]:
        """Return the short names of places and perimeters."""
        return self._named("code", "name", "place", language)

    def concepts(self, language: Language = "zh") -> dict[str, str]:
        """Return the short labels of all concepts."""
        return self._named("concept", "short", "concept", language)

    def _named(self, key: str, column: str, table: str, language: Language) -> dict[str, str]:
        name = f"{table} {language}"
        if name not in self._labels:
            query = f"select {key}, {column}_{language} from {table}"
            self._labels[name] = dict(self.connection.execute(query).fetchall())
        return self._labels[name]

    def cited(self) -> set[str]:
        """Return the ids of the origins whose lines stand behind a finding, or in the rows of a page."""
        told = {(one.publication, one.edition) for name in self.ids for one in publications(self.finding(name).payload)}
        shown = {one.id for one in self._origins.values() if (one.cite(), one.edition) in told}
        rows = {
            int(row) for name in self.ids for one in self.finding(name).receipt.inputs for row in one.series.rows.flat
        }
        return shown | {line.origin.id for line in self.lines_at([row for row in rows if row >= 0])}

    def study(self) -> Mapping[str, Any]:
        """Return what the study told the edition to carry: title, benchmarks and readings."""
        told: dict[str, Any] = json.loads(self.about.get("study", "{}"))
        return told

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
