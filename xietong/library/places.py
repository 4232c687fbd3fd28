"""Places and perimeters: official codes as strings, levels, parents, what became of a code, and sets of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.library.periods import span

CHANGES = ("renamed", "recoded", "merged", "split", "upgraded", "reduced")


@dataclass(frozen=True)
class Place:
    """A jurisdiction with its official code (GB/T 2260 in China); a bound that is empty is not known to exist."""

    code: str
    label: Label
    short_zh: str
    level: str
    parent: str
    valid_from: str
    valid_to: str

    def stands(self, period: str) -> bool:
        """Return whether the code may have been in force at any time of a period, by the bounds that are known."""
        when = span(period)
        begun = not self.valid_from or span(self.valid_from).start <= when.end
        return begun and (not self.valid_to or when.start <= span(self.valid_to).end)


@dataclass(frozen=True)
class Change:
    """What became of a code: its area went ``into`` other codes at a time, as a publication says."""

    code: str
    when: str
    kind: str
    into: tuple[str, ...]
    note: Label
    source: str


@dataclass(frozen=True)
class Perimeter:
    """A named set of places, less those taken out, with the reason why it is looked at together."""

    id: str
    label: Label
    short: Label
    members: tuple[str, ...]
    reason: Label
    without: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gazetteer:
    """All places and perimeters of a pack; both may be named where a figure is published for them."""

    places: Mapping[str, Place]
    perimeters: Mapping[str, Perimeter] = field(default_factory=dict)
    changes: Sequence[Change] = ()

    def __contains__(self, code: str) -> bool:
        return code in self.places or code in self.perimeters

    def members(self, name: str, who: str) -> list[str]:
        """Return the member codes of a perimeter.

        Raises:
            UnknownName: when no perimeter has that name.
        """
        if name not in self.perimeters:
            raise UnknownName(who, "perimeter", name, self.perimeters)
        return list(self.perimeters[name].members)

    def children(self, code: str) -> list[str]:
        """Return the codes whose parent a place is, in the order of the pack."""
        return list(self._below.get(code, ()))

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self.places.values():
            found.setdefault(one.parent, []).append(one.code)
        return found

    def successors(self, code: str) -> list[Change]:
        """Return what is known to have become of a code."""
        return [change for change in self.changes if change.code == code]

    def named(self, text: str) -> list[str]:
        """Return the codes and perimeters that carry a name: full, short or English."""
        found = [p.code for p in self.places.values() if text in (p.code, p.label.zh, p.short_zh, p.label.en)]
        return found + [p.id for p in self.perimeters.values() if text in (p.id, p.short.zh, p.short.en)]

    def label(self, code: str, language: Language = "zh") -> str:
        """Return the short name of a place or perimeter, or the code itself when it has none."""
        if code in self.perimeters:
            return self.perimeters[code].short.text(language)
        if code in self.places:
            place = self.places[code]
            return place.short_zh if language == "zh" else place.label.en
        return code
