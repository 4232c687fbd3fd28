"""Candidates: every value that a pack gives for what a statement may mean, each with its benchmark and its lines.

A value is published, a sum over the members of an area, or follows from two of them: a change, a share, a ratio.  Two
values are put together only when they stand on one benchmark; where they do not, the candidate says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xietong.diagnosis.audit.statements import Statement
from xietong.library.concepts import Concept
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.pack import Pack
from xietong.library.tables import Observation
from xietong.library.units import unit

MOST = 40
"""Candidates of a statement that are looked at; more would be another question."""
_PARTS = {"sum": Label("成员之和", "sum of the members"), "published": Label("公布值", "published")}


@dataclass(frozen=True)
class Value:
    """A value in the unit of its concept, how far it may be off by rounding, its benchmark, and where it stands."""

    value: Fraction
    half: Fraction
    benchmark: str
    how: Label
    cells: tuple[Observation, ...]


@dataclass(frozen=True)
class Candidate:
    """What a statement may be held against: a value in the statement's own unit, told in words."""

    value: Fraction
    half: Fraction
    benchmarks: tuple[str, ...]
    label: Label
    cells: tuple[Observation, ...]
    comparable: bool = True


@dataclass(frozen=True)
class Cells:
    """The observations of a pack by concept, place, destination and period; excluded and resold ones are left out."""

    pack: Pack

    @cached_property
    def _by_cell(self) -> dict[tuple[str, str, str, str], list[Observation]]:
        found: dict[tuple[str, str, str, str], list[Observation]] = {}
        gone = self._excluded
        for one in self.pack.observations:
            if (
                self.origins[one.origin].grade is not Grade.RESALE
                and (one.table, one.place, one.period, one.concept) not in gone
            ):
                found.setdefault((one.concept, one.place, one.to, one.period), []).append(one)
        return found

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """Every publication by its id."""
        return self.pack.origins

    @cached_property
    def _excluded(self) -> set[tuple[str, str, str, str]]:
        return {
            (cell.table.removesuffix(".csv"), cell.place, cell.period, cell.indicator.partition(" (")[0])
            for decision in self.pack.decisions
            if decision.verdict == "exclude"
            for cell in decision.cells
        }

    def periods(self, concept: str, place: str, to: str = "") -> list[str]:
        """Return the periods for which a concept has a value at a place itself."""
        return sorted({key[3] for key in self._by_cell if key[:3] == (concept, place, to)})

    def values(self, concept: str, place: str, period: str, to: str = "") -> list[Value]:
        """Return every value of a cell: as published, and as the sum of its members, benchmark by benchmark."""
        found = [
            Value(Fraction(one.value), Fraction(one.half_width), one.benchmark, _PARTS["published"], (one,))
            for one in self._by_cell.get((concept, place, to, period), ())
        ]
        return _precise([*_once(found), *self._sums(concept, place, period, to)])

    def _sums(self, concept: str, place: str, period: str, to: str) -> Iterator[Value]:
        members = self.pack.gazetteer.perimeters.get(place)
        if members is None or self.pack.concepts[concept].adds != "sum" or members.without:
            return
        rows = [self._by_cell.get((concept, code, to, period), ()) for code in members.members]
        for benchmark in dict.fromkeys(one.benchmark for row in rows for one in row):
            chosen = [self._best([one for one in row if one.benchmark == benchmark]) for row in rows]
            if all(chosen):
                cells = tuple(one for one in chosen if one)
                total = sum((Fraction(one.published.value) * _factor(one) for one in cells), Fraction(0))
                half = sum((Fraction(one.half_width) for one in cells), Fraction(0))
                yield Value(total, half, benchmark, _PARTS["sum"], cells)

    def _best(self, row: Sequence[Observation]) -> Observation | None:
        """Return the value of best standing: final before preliminary, the newest edition, the best grade."""
        return max(
            row,
            key=lambda one: (
                one.flag <= Flag.REVISED, self.origins[one.origin].edition, -self.origins[one.origin].grade,
                -one.half_width,
            ),
            default=None,
        )  # fmt: skip


def _factor(one: Observation) -> Fraction:
    """Return the factor from the printed number to the unit of the concept, exact where the float allows it."""
    printed = Fraction(one.published.value)
    return Fraction(one.value / float(printed)).limit_denominator(10**12) if printed else Fraction(1)


def _once(values: Iterable[Value]) -> list[Value]:
    """Put values together that are the same on one benchmark: their lines stand beside each other."""
    found: dict[tuple[float, str], Value] = {}
    for one in values:
        key = (float(one.value), one.benchmark)
        first = found.get(key)
        cells = (*first.cells, *one.cells) if first else one.cells
        half = min(first.half, one.half) if first else one.half
        found[key] = Value(one.value, half, one.benchmark, one.how, cells)
    return list(found.values())


def _precise(values: list[Value]) -> list[Value]:
    """Leave out a value that only rounds a more precise one on the same benchmark."""
    return [
        one
        for one in values
        if not any(
            other.half < one.half and other.benchmark == one.benchmark and abs(other.value - one.value) <= one.half
            for other in values
        )
    ]


def candidates(cells: Cells, told: Statement) -> list[Candidate]:
    """Return everything the pack has on what a statement may mean, in the statement's unit."""
    found: list[Candidate] = []
    for concept in told.concepts:
        for place in told.places:
            found += _of(cells, told, cells.pack.concepts[concept], place)
    return found[:MOST]


def _of(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    sources = _ends(told, concept, place)
    if told.kind == "level":
        for start, to in sources:
            for one in cells.values(concept.id, start, told.period, to):
                yield _candidate(
                    told, concept, one.value * _scale(concept, told), one.half * _scale(concept, told), (one,), one.how
                )
    elif told.kind in ("growth", "increment", "points", "average"):
        for start, to in sources:
            yield from _changes(cells, told, concept, start, to)
    elif told.kind in ("share", "relative", "multiple"):
        yield from _ratios(cells, told, concept, place)


def _ends(told: Statement, concept: Concept, place: str) -> list[tuple[str, str]]:
    """Return origin and destination of a statement about a flow, both ways where the sentence leaves it open."""
    if not (told.flow and concept.id.endswith(".flow")):
        return [(place, "")]
    others = told.of or ("",)
    return [(other, place) for other in others] + [(place, other) for other in others if other]


def _scale(concept: Concept, told: Statement) -> Fraction:
    """Return the factor from the unit of a concept to that of a statement, people in a rate left aside."""
    mine = unit(concept.unit)
    if not told.quantity.unit:
        return Fraction(1)
    return mine.factor / unit(told.quantity.unit).factor


def _changes(cells: Cells, told: Statement, concept: Concept, place: str, to: str) -> Iterator[Candidate]:
    """Yield published changes on the year before, and changes between two values on one benchmark."""
    if told.period and told.base == str(int(told.period) - 1):
        for other in cells.pack.concepts.values():
            if other.change_of == concept.id and told.kind in ("growth", "increment", "points"):
                for one in cells.values(other.id, place, told.period, to):
                    scale = _scale(other, told)
                    yield _candidate(told, other, one.value * scale * told.sign, one.half * scale, (one,), one.how)
    if not (told.period and told.base):
        return
    late, early = cells.values(concept.id, place, told.period, to), cells.values(concept.id, place, told.base, to)
    span = int(told.period) - int(told.base)
    for one, first in ((one, first) for one in late for first in early):
        if told.kind in ("increment", "points"):
            scale = _scale(concept, told)
            value, half = (one.value - first.value) * scale * told.sign, (one.half + first.half) * scale
        elif not first.value or span < 1:
            continue
        elif told.kind == "average":
            rate = float(one.value / first.value) ** (1 / span) - 1
            value, half = Fraction(rate * 100).limit_denominator(10**9) * told.sign, Fraction(0)
        else:
            scale = _percent(told)
            value = (one.value / first.value - 1) * scale * told.sign
            half = scale * (one.half / first.value + one.value * first.half / first.value**2)
        yield _candidate(told, concept, value, half, (one, first), Label("由两期算出", "computed from two periods"))


def _percent(told: Statement) -> Fraction:
    return 1 / unit(told.quantity.unit or "1").factor


def _ratios(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield shares of a whole, levels relative to another place, and multiples of another period."""
    scale = _percent(told)
    if told.kind == "share":
        yield from _published_shares(cells, told, concept, place)
    whole = [(other, told.period) for other in told.of] or [(_parent(cells.pack, place), told.period)]
    if told.kind == "multiple":
        whole = [(place, told.base)]
    parts = cells.values(concept.id, place, told.period)
    for code, period in whole:
        for one, total in ((one, total) for one in parts for total in cells.values(concept.id, code, period)):
            if total.value:
                value = one.value / total.value * scale
                half = scale * (one.half / total.value + one.value * total.half / total.value**2)
                yield _candidate(told, concept, value, half, (one, total), Label("由两数相除", "computed as a ratio"))


def _published_shares(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    for other in cells.pack.concepts.values():
        if other.share_of == concept.id:
            factor = _scale(other, told)
            for one in cells.values(other.id, place, told.period):
                yield _candidate(told, other, one.value * factor, one.half * factor, (one,), one.how)


def _parent(pack: Pack, place: str) -> str:
    if place in pack.gazetteer.places:
        return pack.gazetteer.places[place].parent or place
    members = pack.gazetteer.perimeters[place].members if place in pack.gazetteer.perimeters else ()
    return pack.gazetteer.places[members[0]].parent if members else place


def _candidate(
    told: Statement, concept: Concept, value: Fraction, half: Fraction, parts: Sequence[Value], how: Label
) -> Candidate:
    names = tuple(dict.fromkeys(one.benchmark for one in parts))
    label = Label(f"{concept.short.zh}，{how.zh}", f"{concept.short.en}, {how.en}")
    cells = tuple(cell for one in parts for cell in one.cells)
    return Candidate(value, half, names, label, cells, comparable=len(names) == 1 or not concept.benchmarks)
