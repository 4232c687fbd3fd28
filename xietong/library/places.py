"""Places and perimeters: official codes as strings, levels, parents, and named sets of places with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xietong.errors import UnknownName
from xietong.library.labels import Label, Language


@dataclass(frozen=True)
class Place:
    """A jurisdiction with its official code (GB/T 2260 in China)."""

    code: str
    label: Label
    short_zh: str
    level: str
    parent: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class Perimeter:
    """A named set of places with the reason why it is looked at together."""

    id: str
    label: Label
    short: Label
    members: tuple[str, ...]
    reason: Label


@dataclass(frozen=True)
class Gazetteer:
    """All places and perimeters of a pack; both may be named where a figure is published for them."""

    places: Mapping[str, Place]
    perimeters: Mapping[str, Perimeter] = field(default_factory=dict)

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

    def label(self, code: str, language: Language = "zh") -> str:
        """Return the short name of a place or perimeter, or the code itself when it has none."""
        if code in self.perimeters:
            return self.perimeters[code].short.text(language)
        if code in self.places:
            place = self.places[code]
            return place.short_zh if language == "zh" else place.label.en
        return code
