"""Candidates: every value that a pack gives for what a statement may mean, each with its benchmark and its lines.

A value is published, a sum over the members of an area, or follows from two of them: a change, a share, a ratio.  Two
values are put together only when they stand on one benchmark; where they do not, the candidate says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xietong.diagnosis.audit.cells import PARTS, Cells, Value
from xietong.diagnosis.audit.ranks import groups, rank
from xietong.diagnosis.audit.statement import Statement
from xietong.library.concepts import Concept
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.tables import Observation
from xietong.library.units import unit

MOST = 40
"""Candidates of a statement that are looked at; more would be another question."""


@dataclass(frozen=True)
class Candidate:
    """What a statement may be held against: a value in the statement's own unit, told in words."""

    value: Fraction
    half: Fraction
    benchmarks: tuple[str, ...]
    label: Label
    cells: tuple[Observation, ...]
    comparable: bool = True


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
        yield from _levels(cells, told, concept, sources)
        if told.summed and place == told.places[0]:
            yield from _added(cells, told, concept)
    elif told.kind in ("growth", "increment", "points", "average"):
        for start, to in sources:
            yield from _changes(cells, told, concept, start, to)
    elif told.kind == "rank":
        yield from _ranks(cells, told, concept, place)
    elif told.kind == "gap":
        yield from _gaps(cells, told, concept, place)
    elif told.whole:
        yield from _parts(cells, told, concept, place)
    elif told.kind in ("share", "relative", "multiple"):
        yield from _ratios(cells, told, concept, place)


def _levels(cells: Cells, told: Statement, concept: Concept, sources: Sequence[tuple[str, str]]) -> Iterator[Candidate]:
    """Yield what is published, and where nothing is, what a rate would be."""
    for start, to in sources:
        for one in cells.values(concept.id, start, told.period, to) or cells.computed(concept.id, start, told.period):
            scale = _scale(concept, told)
            yield _candidate(told, concept, one.value * scale, one.half * scale, (one,), one.how)


def _added(cells: Cells, told: Statement, concept: Concept) -> Iterator[Candidate]:
    """Yield the sum over the places that a total adds up, benchmark by benchmark, where each has a value."""
    rows = [cells.values(concept.id, place, told.period) for place in told.summed]
    for mark in dict.fromkeys(one.benchmark for row in rows for one in row):
        chosen = [next((one for one in row if one.benchmark == mark), None) for row in rows]
        parts = [one for one in chosen if one]
        if len(parts) == len(rows):
            scale = _scale(concept, told)
            value, half = (sum((getattr(one, key) for one in parts), Fraction(0)) * scale for key in ("value", "half"))
            yield _candidate(told, concept, value, half, parts, Label("所列各地之和", "sum of the places listed"))


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
    computed = told.nominal and concept.prices == "current"
    for other in () if computed else cells.pack.concepts.values():
        if other.change_of == concept.id and unit(other.unit).is_ratio == unit(told.quantity.unit or "点").is_ratio:
            for when in _spans(told):
                for one in cells.values(other.id, place, when, to):
                    scale = _scale(other, told)
                    yield _candidate(told, other, one.value * scale * told.sign, one.half * scale, (one,), one.how)
    if not (told.period and told.base) or (told.real and concept.prices == "current"):
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
    if told.kind == "multiple" and told.flow and concept.id in cells.flows:
        yield from _flows_over(cells, told, concept, place)
        return
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
                    Label("由两数相除", "computed as a ratio") if one.how in PARTS.values() else one.how,
                )


def _flows_over(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield how many times as large as in its base year a flow is."""
    for start, to in _ends(cells, told, concept, place):
        for one in cells.values(concept.id, start, told.period, to):
            for first in (first for first in cells.values(concept.id, start, told.base, to) if first.value):
                value = one.value / first.value * _percent(told)
                half = (one.half / first.value + one.value * first.half / first.value**2) * _percent(told)
                yield _candidate(told, concept, value, half, (one, first), Label("由两数相除", "computed as a ratio"))


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


def _ranks(cells: Cells, told: Statement, concept: Concept, place: str) -> Iterator[Candidate]:
    """Yield the rank of a place among its peers on every benchmark on which all of them have a value."""
    for group in groups(cells.pack, place, told.of):
        rows = {code: cells.values(concept.id, code, told.period) for code in group.places}
        if not all(rows.values()):
            rows = {code: list(cells.computed(concept.id, code, told.period)) for code in group.places}
        for mine in rows[place]:
            alike = {
                code: [one for one in row if (one.benchmark, one.how) == (mine.benchmark, mine.how)]
                for code, row in rows.items()
                if code != place
            }
            if all(alike.values()):
                peers = [row[0] for row in alike.values()]
                value = Fraction(rank(mine.value, [one.value for one in peers], told.sign))
                how = Label(f"在{group.label.zh}的位次", f"rank among {group.label.en}")
                yield _candidate(told, concept, value, Fraction(0), (mine, *peers), how)


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
