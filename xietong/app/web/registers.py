"""Registers: a search over all of them, one class with filters, map and files, one item with every value it has.

What is internal stays inside: items and rows that only internal publications tell of are counted and not shown.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.web.charted import places_map
from xietong.app.web.site import Site, address, language_of, page_of
from xietong.errors import UnknownName
from xietong.library.labels import Label, Language
from xietong.library.places import Gazetteer
from xietong.library.register_exports import export_register
from xietong.library.registers.items import Item
from xietong.library.registers.points import Point, wgs_point
from xietong.library.registers.register import Register
from xietong.library.registers.search import Hit
from xietong.library.registers.totals import held
from xietong.publish.linked_map import Spot

PAGE = 50
"""So many items stand on a page."""
_AS_FILES = 3
"""So many of the forms go with a site that is written down; those for programs that harvest are asked for."""
_MOST = 20_000
"""More than so many hits are not counted."""
_FORMS = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json", "dc": "application/xml", "lido": "application/xml",
}  # fmt: skip


def routes(site: Site) -> list[Route]:
    """Return the routes of all registers, of a class, of its files and of its items."""

    def kept(make: Callable[[Site, Request], str]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return site.kept(request, lambda: make(site, request), of=site.holdings.mark)

        return answer

    async def taken(request: Request) -> Response:
        kind, form = (str(request.path_params[key]) for key in ("kind", "form"))
        if form not in _FORMS:
            raise UnknownName("register", "format", form, _FORMS)
        body = await site.pages.beside(lambda: _file(site, kind, form, request.query_params.get("place", "")))
        headers = {
            "Content-Disposition": f'attachment; filename="{kind}.{form}{".xml" if form in ("dc", "lido") else ""}"'
        }
        return Response(body, media_type=_FORMS[form], headers=headers)

    return [
        Route("/registers", kept(_all)),
        Route("/registers/{kind}", kept(_class)),
        Route("/registers/{kind}/file/{form}", taken),
        Route("/registers/{kind}/{item:path}", kept(_item)),
    ]


def _file(site: Site, kind: str, form: str, place: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path, _ = export_register(site.holdings.pack, kind, form, Path(folder), site.holdings.today, place=place)
        return path.read_bytes()


def _all(site: Site, request: Request) -> str:
    language, asked = language_of(request), request.query_params.get("q", "").strip()
    registers = site.holdings.pack.registers
    told = [_brief(site, register, language) for register in registers.values()]
    hits = _public(site.holdings.index.search(asked, limit=PAGE)) if asked else []
    return site.text(request, "registers.html", registers=told, q=asked, hits=[_hit(site, h, language) for h in hits])


def _brief(site: Site, register: Register, language: Language) -> dict[str, Any]:
    """Return what a register holds, what was published about how many there are, and what was never published."""
    kind, day = register.kind, site.holdings.today
    totals = [
        {
            "label": one.total.label.text(language), "value": one.total.value, "unit": one.total.unit,
            "date": one.total.date, "counted": one.counted, "listed": one.listed, "source": one.origin.cite(),
        }
        for one in held(register, site.holdings.pack.gazetteer, day)
    ]  # fmt: skip
    never = [(one.label.text(language), one.reason.text(language)) for one in kind.not_published]
    return {
        "id": kind.id, "label": kind.label.text(language), "description": kind.description.text(language),
        "items": len(register), "rows": len(register.rows), "origins": len(kind.origins), "totals": totals,
        "never": never,
    }  # fmt: skip


def _public(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.access != "internal"]


def _hit(site: Site, hit: Hit, language: Language) -> dict[str, str]:
    """Return an item that was found as it is listed: name, places, state, publication, and its address."""
    kind, _, item = hit.ref.partition(":")
    register, label = site.holdings.pack.registers[kind], site.holdings.pack.gazetteer.label
    state = register.kind.states[hit.state].text(language) if hit.state else ""
    return {
        "name": hit.name, "href": item_address(kind, item, language), "kind": register.kind.label.text(language),
        "places": ("、" if language == "zh" else ", ").join(label(code, language) for code in hit.places),
        "state": f"{state} ({hit.since})" if state else "", "source": hit.source, "where": hit.where,
    }  # fmt: skip


def item_address(kind: str, item: str, language: Language) -> str:
    """Return the address of an item."""
    return address(f"/registers/{kind}/{quote(item)}", language)


@dataclass(frozen=True)
class Asked:
    """What an address asks of a class: words, a place, a state, values of attributes, a page."""

    text: str
    place: str
    state: str
    where: Mapping[str, str]
    page: int

    @classmethod
    def of(cls, request: Request, register: Register) -> Asked:
        """Return what an address asks; filters that are left empty ask nothing."""
        query = request.query_params
        where = {key.removeprefix("a."): text for key, text in query.items() if key.startswith("a.") and text}
        text, place, state = (query.get(key, "").strip() for key in ("q", "place", "state"))
        return cls(text, place, state, where, page_of(request))

    def query(self) -> dict[str, str]:
        """Return the filters as they stand in an address."""
        told = {"q": self.text, "place": self.place, "state": self.state}
        return {key: text for key, text in (told | {f"a.{k}": v for k, v in self.where.items()}).items() if text}


def _class(site: Site, request: Request) -> str:
    language, index = language_of(request), site.holdings.index
    register = site.holdings.pack.registers[str(request.path_params["kind"])]
    kind, asked = register.kind, Asked.of(request, register)
    filters: dict[str, Any] = {"kind": kind.id, "place": asked.place, "state": asked.state, "where": asked.where}
    found = index.found(asked.text, **filters, limit=_MOST)
    step = PAGE if site.live else _MOST
    pages = max(1, -(-len(found) // step))
    page = min(asked.page, pages)
    hits = _public(index.hits(found[step * (page - 1) : step * page]))
    return site.text(
        request, "register.html", register=_brief(site, register, language), asked=asked, page=page, pages=pages,
        count=len(found), hits=[_hit(site, hit, language) for hit in hits], choices=_choices(site, register, language),
        map=_map(site, register, index.hits(found), language), kind=kind,
        forms=list(_FORMS)[: None if site.live else _AS_FILES],
    )  # fmt: skip


def _choices(site: Site, register: Register, language: Language) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the filters of a class: name, label and values; places are those of its items with all above them."""
    gazetteer, kind = site.holdings.pack.gazetteer, register.kind
    places = {above for item in register.values() for code in item.places for above in _above(gazetteer, code)}
    told = [
        ("place", Label("地区", "Place").text(language), [(c, gazetteer.label(c, language)) for c in sorted(places)])
    ]
    if kind.states:
        states = [(name, label.text(language)) for name, label in kind.states.items()]
        told.append(("state", Label("状态", "State").text(language), states))
    for one in kind.of_kind("word"):
        words = [(zh, zh if language == "zh" else en) for zh, en in one.words.items()]
        told.append((f"a.{one.id}", one.label.text(language), words))
    return told


def _above(gazetteer: Gazetteer, code: str) -> Iterator[str]:
    """Yield a place and all above it."""
    while code in gazetteer.places:
        yield code
        code = gazetteer.places[code].parent


def _map(site: Site, register: Register, hits: Sequence[Hit], language: Language) -> str:
    """Return a map of the items found that have a point on a known datum, '' when there is none."""
    spots, around = list[Spot](), dict[str, None]()
    gazetteer = site.holdings.pack.gazetteer
    for hit in _public(hits):
        kind, _, item = hit.ref.partition(":")
        point = wgs_point(register[item]) if hit.point else None
        if point:
            spots.append(Spot(point.east, point.north, hit.name, item_address(kind, item, language)))
            around |= dict.fromkeys(_tops(gazetteer, hit.places))
    told = dict.fromkeys(around, (0.0, ""))
    title = f"{register.kind.label.text(language)} ({len(spots)})"
    show = {"register": register.kind.id}
    return places_map(site, told, language, title, spots=spots, plain=True, show=show) if spots else ""


def _tops(gazetteer: Gazetteer, codes: Sequence[str]) -> list[str]:
    """Return the provinces of some places: what lies highest below the nation."""
    chains = ([one for one in _above(gazetteer, code) if gazetteer.places[one].level != "nation"] for code in codes)
    return [chain[-1] for chain in chains if chain]


def _item(site: Site, request: Request) -> str:
    language, pack = language_of(request), site.holdings.pack
    register = pack.registers[str(request.path_params["kind"])]
    whole = register[str(request.path_params["item"])]
    item = whole.public()
    if item is None:
        raise UnknownName(f"register {register.kind.id}", "public item", whole.id, [])
    label = pack.gazetteer.label
    places = [(code, label(code, language)) for code in item.places]
    point = wgs_point(item)
    drawn = _map_of(site, item, point, language) if point else ""
    return site.text(
        request, "item.html", item=item, kind=register.kind, places=places, point=point, drawn=drawn,
        day=site.holdings.today,
        left=len(whole.rows) - len(item.rows), links=_links(site, item, language), label=label,
    )  # fmt: skip


def _map_of(site: Site, item: Item, point: Point, language: Language) -> str:
    told = dict.fromkeys(_tops(site.holdings.pack.gazetteer, item.places), (0.0, ""))
    spot = Spot(point.east, point.north, item.name, item_address(item.kind.id, item.id, language))
    return places_map(site, told, language, item.name, spots=[spot], plain=True)


def _links(site: Site, item: Item, language: Language) -> list[dict[str, Any]]:
    """Return the ties of an item: relation, the other end with its name and address, date, publication, line."""
    registers, told = site.holdings.pack.registers, list[dict[str, Any]]()
    for link in item.links:
        origin = (registers.links.origins or {})[link.origin]
        if origin.access == "internal":
            continue
        kind = registers[link.source.partition(":")[0]].kind
        refs = {"source": link.source, "target": link.target}
        ends = {side: registers.item(ref).public() for side, ref in refs.items()}
        told.append({
            "relation": kind.relations[link.relation].label.text(language), "date": link.date, "origin": origin.cite(),
            "where": link.where, **{side: one.name if one else refs[side] for side, one in ends.items()},
            **{f"{side}_href": one and item_address(one.kind.id, one.id, language) for side, one in ends.items()},
        })  # fmt: skip
    return told
