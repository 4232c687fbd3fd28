"""The ledger: all observations of a pack in one DuckDB database, and the reading of series out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xietong.errors import AmbiguousCell, UnitMismatch, UnknownName
from xietong.library.collector import at_rest
from xietong.library.decisions import Decision, in_force
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.pack import Pack
from xietong.library.periods import span
from xietong.library.readings import Reading, condition, standing
from xietong.library.series import Axis, Series
from xietong.library.tables import Observation

if TYPE_CHECKING:
    import duckdb

SCHEMA = """
create table observation (
    row_id bigint primary key, position integer, concept varchar, place varchar, destination varchar, period varchar,
    value double, half_width double, published varchar, unit_text varchar, flag utinyint, final boolean,
    family varchar, benchmark varchar, benchmark_rank tinyint, origin varchar,
    edition_start date, edition_end date, grade utinyint, location varchar, note varchar, excluded boolean,
    decided varchar
);
create table origin (
    origin varchar primary key, publisher varchar, title varchar, edition varchar, retrieved varchar, locator varchar,
    licence varchar, grade utinyint, access varchar, benchmark varchar, books varchar, url varchar
);
create table decision (
    suspicion varchar primary key, verdict varchar, decided_on varchar, zh varchar, en varchar, what varchar
);
create table place (code varchar primary key, name_zh varchar, name_en varchar, kind varchar);
create table concept (
    concept varchar primary key, label_zh varchar, label_en varchar, unit varchar, kind varchar, adds varchar,
    direction varchar, family varchar, definition_zh varchar, definition_en varchar, short_zh varchar, short_en varchar
);
"""

_CHOOSE = """
with wanted as (
    select * from observation
    where concept = ? and destination = ?
      and place in (select unnest(string_split(?, chr(31)))) and period in (select unnest(string_split(?, chr(31))))
      and {condition}
), ranked as (
    select *, rank() over cell as standing,
        first_value(value) over line as best, first_value(half_width) over line as best_width,
        first_value(benchmark) over line as best_benchmark, first_value(location) over line as best_location
    from wanted window cell as (partition by place, period order by {standing}),
        line as (partition by place, period order by {standing}, half_width, value, position)
), able as (
    select *, standing = 1 and abs(value - best) > greatest(half_width, best_width) * 1.000001 as differs,
        first_value(value) over choice as chosen, first_value(half_width) over choice as chosen_width,
        first_value(standing) over choice as chosen_standing, first_value(location) over choice as chosen_location
    from ranked
    where benchmark = best_benchmark and (abs(value - best) <= best_width * 1.000001 or standing = 1)
    window choice as (partition by place, period order by half_width, standing, value, flag desc, origin, position)
)
select place, period, row_id, value, flag, grade, family, benchmark, location,
    case when differs then best_location
         when standing = chosen_standing and abs(value - chosen) > greatest(half_width, chosen_width) * 1.000001
         then chosen_location end as rival
from able
order by place, period, half_width, standing, value, flag desc, origin, position
"""


@dataclass(frozen=True)
class Selection:
    """What to read: concepts, places and periods; ``one_*`` says that an axis has a single label and is dropped."""

    concepts: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[str, ...]
    to: str = ""
    one_concept: bool = True
    one_place: bool = False
    one_period: bool = False


@at_rest()
def fill(connection: duckdb.DuckDBPyConnection, pack: Pack) -> None:
    """Create the tables of the ledger and insert what the pack states, in the order of its files."""
    connection.execute(SCHEMA)
    connection.execute("set pandas_analyze_sample = 0")  # columns of objects are texts: nothing is to be guessed
    if pack.observations:
        _insert(connection, "observation", _observation_columns(pack))
    origins = sorted(pack.publications.values(), key=lambda origin: origin.id)
    keys = ("id", "publisher", "title", "edition", "retrieved", "locator", "licence", "grade", "access", "benchmark",
            "books", "url")  # fmt: skip
    _insert(connection, "origin", {key: [getattr(origin, key) for origin in origins] for key in keys})
    told = list(in_force(pack.decisions).values())
    decisions = [(d.suspicion, d.verdict, d.when, d.told("zh"), d.told("en"), d.what) for d in told]
    if decisions:
        _insert(connection, "decision", dict(enumerate(zip(*decisions, strict=True))))
    for one in told:
        _mark(connection, one)
    places = [(p.code, p.short_zh, p.label.en, p.level) for p in pack.gazetteer.places.values()]
    places += [(p.id, p.short.zh, p.short.en, "perimeter") for p in pack.gazetteer.perimeters.values()]
    _insert(connection, "place", dict(enumerate(zip(*places, strict=True))))
    concepts = [
        (c.id, *_pair(c.label), *told, *_pair(c.definition), *_pair(c.short))
        for c in pack.concepts.values()
        for told in [(c.unit, c.kind, c.adds, c.direction, c.benchmarks)]
    ]
    _insert(connection, "concept", dict(enumerate(zip(*concepts, strict=True))))


def _pair(label: Label) -> tuple[str, str]:
    return label.zh, label.en


def _insert(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[Any, Sequence[Any]]) -> None:
    """Insert columns; the engine reads arrays in place, and casts them to the types of the table."""
    names = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    told = {f"c{at}": _array(column) for at, column in enumerate(columns.values())}
    connection.register("told", told)
    connection.execute(f"insert into {table} ({', '.join(names)}) select {', '.join(told)} from told")
    connection.unregister("told")


def _array(column: Sequence[Any]) -> NDArray[Any]:
    """Return a column as an array: numbers and truths as they are, all else as objects, none as null."""
    kinds = {type(one) for one in column[:1]}
    plain = kinds <= {int, float, bool} and bool(kinds)
    return np.array(column) if plain else np.array([*column, None], dtype=object)[:-1]


def row_number(one: Observation) -> int:
    """Return a number that stays the same as long as the line and its meaning do, whatever other tables hold."""
    told = "\0".join((one.where, one.concept, one.place, one.to, one.period))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=7).digest(), "big")


def _observation_columns(pack: Pack) -> dict[str, Sequence[Any]]:
    observations, origins = pack.observations, pack.origins
    if not observations:
        return {}
    where, _, place, to, period, concept, text, unit_text, value, half, flag, benchmark, origin, note = zip(
        *observations, strict=True
    )
    editions = {key: span(one.edition) if one.edition else None for key, one in origins.items()}
    begins = {key: one.start.isoformat() if one else None for key, one in editions.items()}
    ends = {key: one.end.isoformat() if one else None for key, one in editions.items()}
    families = {key: one.benchmarks for key, one in pack.concepts.items()}
    orders = {name: {one: at for at, one in enumerate(family.order)} for name, family in pack.benchmarks.items()}
    family = [families[one] for one in concept]
    return {
        "row_id": [row_number(one) for one in observations],
        "position": list(range(len(observations))),
        "concept": concept,
        "place": place,
        "destination": to,
        "period": period,
        "value": value,
        "half_width": half,
        "published": text,
        "unit_text": unit_text,
        "flag": [int(one) for one in flag],
        "final": [one < Flag.PRELIMINARY for one in flag],
        "family": family,
        "benchmark": benchmark,
        "rank": [orders.get(one, {}).get(name, -1) for one, name in zip(family, benchmark, strict=True)],
        "origin": origin,
        "edition_start": [begins[one] for one in origin],
        "edition_end": [ends[one] for one in origin],
        "grade": [int(origins[one].grade) for one in origin],
        "location": where,
        "note": note,
        "excluded": [False] * len(observations),
        "decided": [""] * len(observations),
    }


_CELLS = """(
    contains(location, ?) and ? in ('', concept, concept || ' [' || benchmark || ']')
    and ? in ('', place) and ? in ('', period) and ? in ('', origin)
)"""


def _mark(connection: duckdb.DuckDBPyConnection, decision: Decision) -> None:
    """Mark the observations that a decision is about; an indicator may be named with its benchmark."""
    keys = [(f"/{one.stem}.csv:", one.indicator, one.place, one.period, one.source) for one in decision.cells]
    connection.execute(
        "update observation set excluded = excluded or ?, decided = concat_ws(',', nullif(decided, ''), ?) where "
        + " or ".join([_CELLS] * len(keys)),
        [decision.verdict == "exclude", decision.suspicion, *(text for key in keys for text in key)],
    )


class Ledger:
    """Read series by a reading; the connection is only read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pack: Pack) -> None:
        self.connection, self.pack = connection, pack

    def series(self, selection: Selection, reading: Reading) -> Series:
        """Return the chosen value of every cell, absent cells flagged.

        Raises:
            UnknownName: when a concept, place or perimeter does not exist.
            UnitMismatch: when several concepts are kept in different units.
            AmbiguousCell: when two values of equal standing disagree for one cell.
        """
        self._know(selection)
        parts = [self._plane(concept, selection, reading) for concept in selection.concepts]
        benchmarks: dict[str, dict[str, str]] = {}
        for part in parts:
            for family, names in part["benchmarks"].items():
                benchmarks.setdefault(family, {}).update(names)
        axes = [
            (Axis("concept", selection.concepts), selection.one_concept),
            (Axis("place", selection.places), selection.one_place),
            (Axis("period", selection.periods), selection.one_period),
        ]
        planes = {}
        for key in ("values", "flags", "grades", "rows"):
            stacked = np.stack([part[key] for part in parts])
            planes[key] = stacked.reshape([len(axis.labels) for axis, one in axes if not one])
        kept = tuple(axis for axis, one in axes if not one)
        unit = self._unit(selection.concepts)
        return Series("+".join(selection.concepts), unit, kept, benchmarks=benchmarks, **planes)

    def unread(self, concept: str, place: str, to: str, period: str) -> str:
        """Return the lines of a cell that are not read and the decisions that say so, '' where there are none."""
        rows = self.connection.execute(
            "select location, decided from observation where excluded and concept = ? and place = ?"
            " and destination = ? and period = ? order by position",
            [concept, place, to, period],
        ).fetchall()
        known = in_force(self.pack.decisions)
        told = [(location, known[name]) for location, decided in rows for name in decided.split(",")]
        return "; ".join(
            f"{location} is excluded at {one.where}: {one.told('en')}"
            for location, one in told
            if one.verdict == "exclude"
        )

    def _unit(self, concepts: Sequence[str]) -> str:
        """Return the unit of concepts that stand on one axis; they must be kept in one and the same."""
        first = concepts[0]
        unit = self.pack.concepts[first].unit
        for other in concepts[1:]:
            if self.pack.concepts[other].unit != unit:
                what = f"{first} is kept in {unit} and {other} in {self.pack.concepts[other].unit}"
                ways = ("read the two by two inputs or two findings",)
                raise UnitMismatch("ledger", what, why="one axis of concepts carries one unit", ways=ways)
        return unit

    def _know(self, selection: Selection) -> None:
        for concept in selection.concepts:
            if concept not in self.pack.concepts:
                raise UnknownName("ledger", "concept", concept, self.pack.concepts)
        gazetteer = self.pack.gazetteer
        for place in (*selection.places, *([selection.to] if selection.to else [])):
            if place not in gazetteer:
                raise UnknownName("ledger", "place", place, [*gazetteer.places, *gazetteer.perimeters])

    def _plane(self, concept: str, selection: Selection, reading: Reading) -> dict[str, Any]:
        where, values = condition(reading)
        query = _CHOOSE.format(condition=where, standing=standing(reading))
        parameters = [concept, selection.to, "\x1f".join(selection.places), "\x1f".join(selection.periods), *values]
        shape = (len(selection.places), len(selection.periods))
        plane: dict[str, Any] = {
            "values": np.full(shape, np.nan),
            "flags": np.full(shape, int(Flag.ABSENT), dtype=np.uint8),
            "grades": np.full(shape, int(Grade.OFFICIAL), dtype=np.uint8),
            "rows": np.full(shape, -1, dtype=np.int64),
            "benchmarks": {},
        }
        places = {name: at for at, name in enumerate(selection.places)}
        periods = {name: at for at, name in enumerate(selection.periods)}
        seen: set[tuple[int, int]] = set()
        for place, period, row, value, flag, grade, family, benchmark, location, rival in self.connection.execute(
            query, parameters
        ).fetchall():
            cell = (places[place], periods[period])
            if rival is not None:
                raise _ambiguous(concept, place, period, reading, (rival, location))
            if cell in seen:
                continue
            seen.add(cell)
            plane["values"][cell], plane["flags"][cell] = value, flag
            plane["grades"][cell], plane["rows"][cell] = grade, row
            if family:
                plane["benchmarks"].setdefault(family, {}).setdefault(benchmark, location)
        return plane


def _ambiguous(concept: str, place: str, period: str, reading: Reading, at: tuple[str, str]) -> AmbiguousCell:
    return AmbiguousCell(
        f"reading {reading.name}",
        f"{concept} {place} {period} has two values of equal standing: {at[0]} and {at[1]}",
        why="same benchmark, status, edition and grade; taking one would be a silent choice",
        ways=("give one of the two origins its edition date", "read by origin: rule = 'origin', origins = […]"),
    )
