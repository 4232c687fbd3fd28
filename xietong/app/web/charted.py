"""Places on a map: which of those with a value are drawn, so that none lies over another, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xietong.app.web.site import Site, address
from xietong.library.boundaries import entries
from xietong.library.labels import Language
from xietong.library.places import Gazetteer
from xietong.publish.linked_map import Area, Spot, linked_map

Told = Mapping[str, tuple[float, str]]
"""Value and text of places by code."""


def apart(codes: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """Return those of some places that are drawn: outlined, and none inside another.

    The places inside one stand for it when at least half of them are there; else it stands for them.
    """
    known = [code for code in dict.fromkeys(codes) if code in gazetteer.places and code in entries()]
    have, ways = set(known), dict[str, None]()
    for code in known:
        at = code
        while at in gazetteer.places and at not in ways:
            ways[at] = None
            at = gazetteer.places[at].parent

    def drawn(code: str) -> list[str]:
        inside = gazetteer.children(code)
        below = [told for child in inside if child in ways and (told := drawn(child))]
        parts = [one for child in below for one in child]
        if code not in have or (parts and 2 * len(below) >= len(inside)):
            return parts
        return [code]

    above = [one for one, place in gazetteer.places.items() if one in ways and place.parent not in gazetteer.places]
    return [one for code in above for one in drawn(code)]


def places_map(
    site: Site, told: Told, language: Language, title: str, *, spots: Sequence[Spot] = (), digits: int | None = None,
    plain: bool = False, show: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Return the map of some places, '' where none of them has an outline; ``show`` goes with every link."""
    gazetteer = site.holdings.pack.gazetteer
    codes = apart(list(told), gazetteer)
    if not codes:
        return ""
    names = site.edition.names(language)
    areas = [
        Area(
            code, names.get(code, code), told[code][1], None if plain else told[code][0],
            address(f"/places/{code}", language, **(show or {})),
        )
        for code in codes
    ]  # fmt: skip
    return linked_map(areas, language, title=title, spots=spots, ground=site.ground, digits=digits, plain=plain)
