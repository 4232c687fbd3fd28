"""Places: a list by level, and of each its role and scorecard, its newest values, what lies inside it, its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.web.linked import Linked
from xietong.app.web.overview import MEMBERS
from xietong.app.web.site import Site, language_of
from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.store import Line
from xietong.publish.framework_tables import members, side_by_side
from xietong.publish.words import with_unit

_PEERS = 14
"""More peers than these are listed, not put side by side."""
LEVELS = {
    "nation": Label("全国", "Nation"), "province": Label("省级", "Provinces"), "city": Label("地级市", "Cities"),
    "county": Label("区县", "Counties"), "zone": Label("开发区", "Zones"), "perimeter": Label("口径范围", "Perimeters"),
}  # fmt: skip


def routes(site: Site) -> list[Route]:
    """Return the routes of the list of places and of each place."""

    async def listed(request: Request) -> Response:
        return site.kept(request, lambda: _list(site, request), of=site.holdings.mark)

    async def one(request: Request) -> Response:
        return site.kept(request, lambda: _one(site, request), of=site.holdings.mark)

    return [Route("/places", listed), Route("/places/{code}", one)]


def _levels(gazetteer: Gazetteer) -> dict[str, list[str]]:
    """Return all codes by level; perimeters last."""
    found: dict[str, list[str]] = {}
    for place in gazetteer.places.values():
        found.setdefault(place.level, []).append(place.code)
    return found | ({"perimeter": list(gazetteer.perimeters)} if gazetteer.perimeters else {})


def level_name(level: str, language: Language) -> str:
    """Return the name of a level; one that the site does not know keeps its own."""
    return LEVELS[level].text(language) if level in LEVELS else level


def _list(site: Site, request: Request) -> str:
    language, gazetteer = language_of(request), site.holdings.pack.gazetteer
    have = site.edition.places
    groups = [
        (level_name(level, language), [(code, gazetteer.label(code, language), code in have) for code in codes])
        for level, codes in _levels(gazetteer).items()
    ]
    payload = _members(site)
    named = [(code, gazetteer.label(code, language)) for code in payload.get("places", ())]
    return site.text(request, "places.html", groups=groups, members=named)


def _members(site: Site) -> Mapping[str, Any]:
    return site.edition.finding(MEMBERS).payload if MEMBERS in site.edition.ids else {}


def _one(site: Site, request: Request) -> str:
    language, code = language_of(request), str(request.path_params["code"])
    pack = site.holdings.pack
    gazetteer = pack.gazetteer
    if code not in gazetteer:
        raise UnknownName("places", "place", code, [*gazetteer.places, *gazetteer.perimeters])
    label = gazetteer.label(code, language)
    told = {
        "code": code, "label": label, "full": _full(gazetteer, code, language), "values": _values(site, code),
        "around": _around(gazetteer, code, language), "names": site.edition.names(language), "with_unit": with_unit,
        "concepts": site.edition.indicators, "inside": _inside(site, code, language),
    }  # fmt: skip
    return site.text(request, "place.html", **told, **_scored(site, code, label, language))


def _full(gazetteer: Gazetteer, code: str, language: Language) -> str:
    """Return the whole name of a place with its level, or of a perimeter with its reason."""
    if code in gazetteer.perimeters:
        one = gazetteer.perimeters[code]
        return f"{one.label.text(language)} · {one.reason.text(language)}"
    place = gazetteer.places[code]
    return f"{place.label.text(language)} · {level_name(place.level, language)}"


Named = list[tuple[str, str]]


def _around(gazetteer: Gazetteer, code: str, language: Language) -> dict[str, Named]:
    """Return what a place lies in, what lies in it, and the perimeters that have it as a member."""
    place, area = gazetteer.places.get(code), gazetteer.perimeters.get(code)
    above = [place.parent] if place and place.parent in gazetteer.places else []
    below = gazetteer.children(code) if place else list(area.members) if area else []
    around = [one.id for one in gazetteer.perimeters.values() if code in one.members]
    parts = (("above", above), ("below", below), ("around", around))
    return {key: [(one, gazetteer.label(one, language)) for one in codes] for key, codes in parts}


def _scored(site: Site, code: str, label: str, language: Language) -> dict[str, Any]:
    """Return the scorecard of a member and those of its level side by side; '' where it is no member."""
    payload, gazetteer = _members(site), site.holdings.pack.gazetteer
    linked = Linked(site, language)
    if code not in payload.get("places", ()):
        return {"card": "", "beside": "", "peers": []}
    card = linked.blocks(lambda numbers: members(numbers, MEMBERS, label, code))

    def level(one: str) -> str:
        return gazetteer.places[one].level if one in gazetteer.places else ""

    peers = [one for one in payload["places"] if level(one) == level(code)]
    title = {"zh": "同级成员并列", "en": "Members of the same level"}[language]
    many = len(peers) > _PEERS or len(peers) < 2
    beside = "" if many else linked.blocks(lambda numbers: side_by_side(numbers, MEMBERS, title, peers))
    named = [(one, gazetteer.label(one, language)) for one in peers if one != code]
    return {"card": card, "beside": beside, "peers": named}


def _values(site: Site, code: str) -> Sequence[Line]:
    """Return the newest line of every indicator of a place, flows by their other end."""
    last: dict[tuple[str, str], Line] = {}
    for one in site.edition.newest_at(code):
        if one.origin.access == "internal":
            continue
        key = (one.concept, one.to)
        if key not in last or span(last[key].period).end <= span(one.period).end:
            last[key] = one
    return list(last.values())


def _inside(site: Site, code: str, language: Language) -> list[tuple[str, str, int]]:
    """Return class, name and count of the items of every register that lie in a place."""
    index, found = site.holdings.index, []
    for name, register in site.holdings.pack.registers.items():
        count = len(index.found(kind=name, place=code, limit=len(register))) if len(register) else 0
        found += [(name, register.kind.label.text(language), count)] if count else []
    return found
