"""Cells: every value that a pack gives for a concept at a place and time, benchmark by benchmark.

A value is published, a sum over the members of an area, or a rate computed from its two parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from xietong.library.concepts import Concept
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.pack import Pack
from xietong.library.tables import Observation
from xietong.library.units import unit

PARTS = {"sum": Label("成员之和", "sum of the members"), "published": Label("公布值", "published")}


@dataclass(frozen=True)
class Value:
    """A value in the unit of its concept, how far it may be off by rounding, its benchmark, and where it stands."""

    value: Fraction
    half: Fraction
    benchmark: str
    how: Label
    cells: tuple[Observation, ...]


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

    def benchmarks(self, concept: str, period: str) -> set[str]:
        """Return the benchmarks on which a concept has a value at any place in a period."""
        return self._marks.get((concept, period), set())

    @cached_property
    def _marks(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for (concept, _, _, period), row in self._by_cell.items():
            found.setdefault((concept, period), set()).update(one.benchmark for one in row)
        return found

    def values(self, concept: str, place: str, period: str, to: str = "") -> list[Value]:
        """Return every value of a cell: as published, and as the sum of its members, benchmark by benchmark."""
        found = [
            Value(Fraction(one.value), Fraction(one.half_width), one.benchmark, PARTS["published"], (one,))
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
                yield Value(total, half, benchmark, PARTS["sum"], cells)

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
