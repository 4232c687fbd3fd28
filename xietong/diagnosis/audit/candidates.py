"""Candidates: every value that a pack gives for what a statement may mean, each with its benchmark and its lines.

A value is published, a sum over the members of an area, or follows from two of them: a change, a share, a ratio.  Two
values are put together only when they stand on one benchmark; where they do not, the candidate says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xietong.diagnosis.audit.statement import Statement
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
    def _moments(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The days of a year for which a concept has values, such as that of a census."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for concept, _, _, period in self._by_cell:
            if len(period) == len("2020-11-01"):
                found.setdefault((concept, period[:4]), {})[period] = None
        return {key: tuple(days) for key, days in found.items()}

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

    @cached_property
    def flows(self) -> frozenset[str]:
        """The concepts that the pack has from one place to another."""
        return frozenset(key[0] for key in self._by_cell if key[2])

    def periods(self, concept: str, place: str, to: str = "") -> list[str]:
        """Return the periods for which a concept has a value at a place itself."""
        return sorted({key[3] for key in self._by_cell if key[:3] == (concept, place, to)})

    def values(self, concept: str, place: str, period: str, to: str = "") -> list[Value]:
        """Return every value of a cell: as published, and as the sum of its members, benchmark by benchmark."""
        found = [
            Value(Fraction(one.value), Fraction(one.half_width), one.benchmark, _PARTS["published"], (one,))
            for when in (period, *self._moments.get((concept, period), ()))
            for one in self._by_cell.get((concept, place, to, when), ())
        ]
        return _precise([*_once(found), *self._sums(concept, place, period, to)])

    def computed(self, concept: str, place: str, period: str) -> Iterator[Value]:
        """Yield what a rate would be as its numerator over its denominator, each of its vintages and times apart.

        A denominator that counts what there is at the end of a year is also taken from the year before.
        """
        known = self.pack.concepts
        if not (known[concept].ratio and period.isdigit()):
            return
        above, below = (known[name] for name in known[concept].ratio)
        stock = below.kind == "count" and above.kind == "amount"
        factor = unit(above.unit).factor / unit(below.unit).factor / unit(known[concept].unit).factor
        for one in self.values(above.id, place, period):
            for when in (period, str(int(period) - 1))[: 2 if stock else 1]:
                for under in (under for under in self.values(below.id, place, when) if under.value):
                    if below.benchmarks == above.benchmarks and under.benchmark != one.benchmark:
                        continue
                    value = one.value / under.value * factor
                    half = factor * (one.half / under.value + one.value * under.half / under.value**2)
                    how = self._over(below, when, under.benchmark)
                    yield Value(value, half, one.benchmark, how, (*one.cells, *under.cells))

    def _over(self, below: Concept, when: str, benchmark: str) -> Label:
        """Say by what a computed rate divides: of which time and on which benchmark."""
        family = self.pack.benchmarks.get(below.benchmarks)
        mark = family.names.get(benchmark) if family else None
        zh = f"以 {when} 年的{below.short.zh}为分母" + (f"（{mark.zh}）" if mark else "")
        en = f"over the {below.short.en} of {when}" + (f" ({mark.en})" if mark else "")
        return Label(zh, en)

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
    sources = _ends(cells, told, concept, place)
    if told.kind == "level":
        for start, to in sources:
            published = cells.values(concept.id, start, told.period, to)
            for one in published or cells.computed(concept.id, start, told.period):
                scale = _scale(concept, told)
                yield _candidate(told, concept, one.value * scale, one.half * scale, (one,), one.how)
    elif told.kind in ("growth", "increment", "points", "average"):
        for start, to in sources:
            yield from _changes(cells, told, concept, start, to)
    elif told.kind == "gap":
        yield from _gaps(cells, told, concept, place)
    elif told.whole:
        yield from _parts(cells, told, concept, place)
    elif told.kind in ("share", "relative", "multiple"):
        yield from _ratios(cells, told, concept, place)


def _ends(cells: Cells, told: Statement, concept: Concept, place: str) -> list[tuple[str, str]]:
    """Return origin and destination of a statement about a flow, both ways where the sentence leaves it open."""
    if not (told.flow and concept.id in cells.flows):
        return [(place, "")]
    others = told.of or ("",)
    return [(other, place) for other in others] + [(place, other) for other in others if other]


def _scale(concept: Concept, told: Statement) -> Fraction:
    """Return the factor from the unit of a concept to that of a statement; what a rate is counted by is left aside."""
    mine = unit(concept.unit)
    if not told.quantity.unit:
        return mine.factor if concept.kind == "count" else Fraction(1)
    theirs = unit(told.quantity.unit)
    if mine.dimension != theirs.dimension:
        mine = unit(concept.unit.partition("/")[0])
    return mine.factor / theirs.factor


def _changes(cells: Cells, told: Statement, concept: Concept, place: str, to: str) -> Iterator[Candidate]:
    """Yield published changes on the year before or over a span, and changes between two values on one benchmark."""
    for other in cells.pack.concepts.values():
        if other.change_of == concept.id and unit(other.unit).is_ratio == unit(told.quantity.unit or "点").is_ratio:
            for when in _spans(told):
                for one in cells.values(other.id, place, when, to):
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


def _spans(told: Statement) -> list[str]:
    """Return the periods under which a published change may stand; the first year of a span is its base or the next."""
    if not (told.period and told.base):
        return []
    last, first = int(told.period), int(told.base)
    spans = [f"{first}/{last}", f"{first + 1}/{last}"] if last - first > 1 else []
    return [*([told.period] if last - first == 1 and told.kind != "average" else []), *spans]


def _percent(told: Statement) -> Fraction:
    return 1 / unit(told.quantity.unit or "1").factor


def _ratios(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield shares of a whole, levels relative to another place, and multiples of another period."""
    scale = _percent(told)
    if told.kind == "share":
        yield from _published_shares(cells, told, concept, place)
        within = list(_shares_within(cells, told, concept, place)) if not told.of else []
        yield from within
        if within:
            return
    whole = [(other, told.period) for other in told.of] or [(_parent(cells.pack, place), told.period)]
    if told.kind == "multiple":
        whole = [(place, told.base)]
    for code, period in whole:
        for one, total in _pairs(cells, concept, (place, told.period), (code, period)):
            if total.value:
                value = one.value / total.value * scale
                half = scale * (one.half / total.value + one.value * total.half / total.value**2)
                yield _candidate(
                    told,
                    concept,
                    value,
                    half,
                    (one, total),
                    Label("由两数相除", "computed as a ratio") if one.how in _PARTS.values() else one.how,
                )


def _gaps(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield by how much a value is larger or smaller than that of another place, as such or in per cent."""
    for other in told.of:
        for one, rest in _pairs(cells, concept, (place, told.period), (other, told.period)):
            if told.quantity.unit == "%" and rest.value:
                value, half = (one.value / rest.value - 1) * 100, 100 * (one.half + rest.half) / rest.value
            else:
                scale = _scale(concept, told)
                value, half = (one.value - rest.value) * scale, (one.half + rest.half) * scale
            how = Label("两地之差", "difference between places")
            yield _candidate(told, concept, value * told.sign, half, (one, rest), how)


def _parts(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield the share that one concept has in another at the same place and time."""
    for name in told.whole:
        whole = cells.pack.concepts[name]
        if unit(whole.unit).dimension != unit(concept.unit).dimension or name == concept.id:
            continue
        scale = unit(concept.unit).factor / unit(whole.unit).factor * _percent(told)
        for one in cells.values(concept.id, place, told.period):
            for all_ in (all_ for all_ in cells.values(name, place, told.period) if all_.value):
                value = one.value / all_.value * scale
                half = scale * (one.half / all_.value + one.value * all_.half / all_.value**2)
                how = Label(f"占{whole.short.zh}", f"over {whole.short.en}")
                yield _candidate(told, concept, value, half, (one, all_), how)


def _pairs(cells: Cells, concept: Concept, part: tuple[str, str], whole: tuple[str, str]) -> list[tuple[Value, Value]]:
    """Return the values of two cells pair by pair; a rate that is not published for both is computed for both alike."""
    ones, totals = cells.values(concept.id, *part), cells.values(concept.id, *whole)
    if ones and totals:
        return [(one, total) for one in ones for total in totals]
    ones, totals = list(cells.computed(concept.id, *part)), list(cells.computed(concept.id, *whole))
    return [(one, total) for one in ones for total in totals if one.how == total.how]


def _published_shares(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    for other in cells.pack.concepts.values():
        if other.share_of == concept.id:
            factor = _scale(other, told)
            for one in cells.values(other.id, place, told.period):
                yield _candidate(told, other, one.value * factor, one.half * factor, (one,), one.how)


def _shares_within(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield the share of a concept in the whole that it is a part of, at the same place: published and computed."""
    for other in cells.pack.concepts.values():
        if other.ratio[:1] == (concept.id,) and unit(other.unit).is_ratio:
            factor = _scale(other, told)
            found = [*cells.values(other.id, place, told.period), *cells.computed(other.id, place, told.period)]
            for one in found:
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
