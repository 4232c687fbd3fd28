"""What a library of culture holds: two registers, the places of a study, and the published totals of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xietong.diagnosis.systems.scope import Scope
from xietong.errors import PackError
from xietong.library.findings import Finding
from xietong.library.labels import Label
from xietong.library.pages import Source
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.library.registers.totals import Held, held, within
from xietong.library.series import Series
from xietong.library.units import conversion
from xietong.recipes.measuring import Given, measured


@dataclass(frozen=True)
class Holdings:
    """The registers of a library by the choices of its system."""

    scope: Scope
    heritage: Register
    sites: Register

    @classmethod
    def of(cls, scope: Scope) -> Holdings:
        """Return the holdings that a system names."""
        return cls(scope, scope.register("heritage"), scope.register("sites"))

    @property
    def registers(self) -> tuple[Register, ...]:
        """Return the registers, the one with totals first; one that stands for both is counted once."""
        return tuple({one.kind.id: one for one in (self.heritage, self.sites)}.values())

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The members of the perimeter of the study."""
        return self.scope.pack.gazetteer.perimeters[str(self.scope.spec["places"])].members

    @cached_property
    def residents(self) -> Series:
        """The finding of residents: one number for each place.

        Raises:
            PackError: when it has other axes than places.
        """
        name = str(self.scope.spec["residents"])
        series = series_of(self.scope.finding(name))
        if [axis.name for axis in series.axes] != ["place"]:
            what = f"'{name}' has the axes {', '.join(axis.name for axis in series.axes) or 'none'}"
            ways = ("name a finding with one number for each place",)
            raise PackError(f"system {self.scope.name}", what, where=self.scope.where("residents"), ways=ways)
        return series

    @cached_property
    def cities(self) -> tuple[str, ...]:
        """The places of the finding of residents."""
        return tuple(self.residents.axis("place").labels)

    @cached_property
    def areas(self) -> Mapping[str, set[str]]:
        """The codes inside each member and each place of the finding of residents."""
        return {code: within(code, self.scope.pack.gazetteer) for code in (*self.members, *self.cities)}

    @cached_property
    def totals(self) -> tuple[Held, ...]:
        """The published totals beside what is listed on the day of the study."""
        return tuple(held(self.heritage, self.scope.pack.gazetteer, self.scope.day))

    def label(self, code: str) -> Label:
        """Return the name of a place or perimeter in both languages, the code itself when nothing carries it."""
        label = self.scope.pack.gazetteer.label
        return Label(label(code), label(code, "en")) if code else Label("", "")

    def together(self, codes: Sequence[str]) -> Label:
        """Return the names of places in a row."""
        labels = [self.label(code) for code in codes]
        return Label("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))

    def word(self, text: str) -> Label:
        """Return a word of the kind of heritage in both languages."""
        words = self.heritage.kind.attributes[str(self.scope.spec["grade"])].words
        return Label(text, words.get(text, text))

    def kinds(self, register: Register) -> list[tuple[str, Label]]:
        """Return the kinds of a register, each word with its label, after that of the class where it is a sign."""
        one = register.kind
        words = one.attributes[str(self.scope.spec["grade"])].words
        plain = {word: Label(word, english) for word, english in words.items()}
        return [
            (word, Label(f"{one.label.zh} {word}", f"{one.label.en} {label.en}") if label.zh == label.en else label)
            for word, label in plain.items()
        ]

    def says(self, item: Item, word: str) -> bool:
        """Return whether some publication gives an item a kind."""
        return any(word == value.text for value in item[str(self.scope.spec["grade"])])

    def lies_in(self, item: Item, code: str) -> bool:
        """Return whether an item has a place inside another."""
        return any(place in self.areas[code] for place in item.places)

    def members_of(self, item: Item) -> list[str]:
        """Return the members in which an item lies."""
        return [code for code in self.members if self.lies_in(item, code)]

    def grouped(self) -> dict[tuple[str, str], list[Held]]:
        """Return the totals by kind and place, each group by date."""
        found: dict[tuple[str, str], list[Held]] = {}
        for one in self.totals:
            word = one.total.where.get(str(self.scope.spec["grade"]), "")
            found.setdefault((word, one.total.place), []).append(one)
        return {key: sorted(group, key=lambda one: one.total.date) for key, group in found.items()}


def series_of(finding: Finding) -> Series:
    """Return the series of a finding.

    Raises:
        PackError: when it has none.
    """
    if finding.series is None:
        raise PackError(f"finding {finding.id}", "it is no series of figures", ways=("name a finding with values",))
    return finding.series


def per_head(counts: Sequence[float], people: Sequence[float], unit: str) -> list[float]:
    """Return counts per hundred thousand people, by `shares.per_head`; ``unit`` is that of the people."""
    hundred_thousands = np.array(people) * float(conversion(unit, "人")) / 1e5
    data = {"amount": Given(np.array(counts, dtype=np.float64)), "people": Given(hundred_thousands)}
    return [float(one) for one in measured("shares.per_head", data).values]


def share_of(part: float, whole: float) -> float:
    """Return a part over its whole, by `shares.share`."""
    return measured("shares.share", {"part": Given(np.array(part)), "whole": Given(np.array(whole))}).value


def publications(items: Sequence[Item]) -> tuple[Source, ...]:
    """Return the publications of many items, each with the first of its lines."""
    found: dict[str, Source] = {}
    for item in items:
        for row in item.rows:
            found.setdefault(row.origin, Source.of(item.kind.origins[row.origin], row.where))
    return tuple(found.values())
