"""Indicators: a list to search, and of each the trend with every vintage, a map, the lines, the sources, a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.web.charted import apart, places_map
from xietong.app.web.overview import MEMBERS
from xietong.app.web.site import Site, language_of, page_of
from xietong.errors import UnknownName
from xietong.library.exports import as_csv
from xietong.library.labels import Label, Language
from xietong.library.origins import Grade, Origin
from xietong.library.periods import span
from xietong.library.spelling import folded
from xietong.library.store import Indicator, Line
from xietong.publish.vintage_drawing import Mark, vintage_drawing
from xietong.publish.words import unit_name, with_unit

PAGE = 200
"""So many lines stand in the table at once."""
_SHOWN = 4
"""So many places are drawn when the address names none."""
_COLUMNS = (
    "concept", "place", "place_name", "to", "period", "published", "unit_text", "value", "unit", "flag", "benchmark",
    "publisher", "title", "edition", "retrieved", "locator", "grade", "note", "where",
)  # fmt: skip
KINDS = {
    "amount": Label("总量", "amount"), "rate": Label("比率", "rate"), "share": Label("比重", "share"),
    "index": Label("指数", "index"), "score": Label("得分", "score"), "count": Label("数目", "count"),
}  # fmt: skip
DIRECTIONS = {
    "more": Label("越高越好", "more is better"), "less": Label("越低越好", "less is better"),
    "neither": Label("无好坏之分", "neither is better"),
}  # fmt: skip


def routes(site: Site) -> list[Route]:
    """Return the routes of the list, of one indicator and of its lines as a file."""

    async def listed(request: Request) -> Response:
        return site.kept(request, lambda: _list(site, request))

    async def one(request: Request) -> Response:
        return site.kept(request, lambda: _one(site, request), of=site.holdings.mark)

    async def lines(request: Request) -> Response:
        body = await site.pages.beside(lambda: _csv(site, Asked.of(site, request)))
        name = str(request.path_params["concept"])
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    return [
        Route("/indicators", listed),
        Route("/indicators/{concept}", one),
        Route("/indicators/{concept}/csv", lines),
    ]


def _list(site: Site, request: Request) -> str:
    language, asked = language_of(request), request.query_params.get("q", "").strip()
    used, words = site.edition.readers, folded(asked).split()
    groups: dict[str, list[tuple[Indicator, int]]] = {}
    for one in site.edition.indicators.values():
        findings = used.get(one.id, [])
        labels = [str(site.edition.finding(name).label) for name in findings]
        told = folded(" ".join((one.id, str(one.label), str(one.definition), str(one.short), *findings, *labels)))
        if all(word in told for word in words):
            groups.setdefault(one.id.partition(".")[0], []).append((one, len(findings)))
    found = [
        (name, label)
        for name in site.edition.ids
        if words and all(w in folded(f"{name} {(label := site.edition.finding(name).label)}") for w in words)
    ]
    named = [(name, label.text(language)) for name, label in found]
    return site.text(request, "indicators.html", groups=groups, q=asked, found=named, unit=unit_name)


@dataclass(frozen=True)
class Asked:
    """What an address asks of an indicator: places, years, the period of the map, the page of the table."""

    concept: Indicator
    lines: tuple[Line, ...]
    places: tuple[str, ...]
    drawn: tuple[str, ...]
    begin: str
    end: str
    at: str
    page: int
    whole: bool = False

    @classmethod
    def of(cls, site: Site, request: Request) -> Asked:
        """Return what an address asks.

        Raises:
            UnknownName: when it names an indicator, a place or a period that the ledger does not have.
        """
        name, known = str(request.path_params["concept"]), site.edition.indicators
        if name not in known:
            raise UnknownName("indicators", "indicator", name, known)
        lines = tuple(one for one in site.edition.lines(name) if one.origin.access != "internal")
        have = dict.fromkeys(one.place for one in lines)
        wanted = [one for text in request.query_params.getlist("place") for one in text.split(",") if one]
        periods = sorted({one.period for one in lines})
        for one in wanted:
            if one not in have:
                raise UnknownName(f"indicator {name}", "place", one, have)
        begin, end, at = (request.query_params.get(key, "") for key in ("from", "to", "at"))
        for one in (begin, end):
            if one and not one.isdecimal():
                raise UnknownName(f"indicator {name}", "year", one, sorted({period[:4] for period in periods}))
        if at and at not in periods:
            raise UnknownName(f"indicator {name}", "period", at, periods)
        drawn, whole = tuple(wanted) or _first(site, have), request.query_params.get("area") == "all"
        places = drawn if site.live else tuple(dict.fromkeys((*drawn, *sorted(have))))
        return cls(known[name], lines, places, drawn, begin, end, at, page_of(request), whole)

    def inside(self, one: Line) -> bool:
        """Return whether a line is of the places and years that were asked for."""
        when = span(one.period)
        begun = not self.begin or when.end.year >= int(self.begin)
        return one.place in self.places and begun and (not self.end or when.start.year <= int(self.end))

    @property
    def chosen(self) -> list[Line]:
        """Return the lines of the places and years, by place and period."""
        order = {place: at for at, place in enumerate(self.places)}
        return sorted(filter(self.inside, self.lines), key=lambda o: (order[o.place], o.to, o.period))


def _first(site: Site, have: Mapping[str, object]) -> tuple[str, ...]:
    """Return the places that are drawn unasked: members of the framework that have lines, else the first that do."""
    members = site.edition.finding(MEMBERS).payload["places"] if MEMBERS in site.edition.ids else []
    levels = site.edition.places
    told = [one for one in members if one in have] or sorted(have)
    return tuple([one for one in told if levels.get(one) == levels.get(told[0])][:_SHOWN])


def _one(site: Site, request: Request) -> str:
    language, asked = language_of(request), Asked.of(site, request)
    concept, rows = asked.concept, asked.chosen
    step = PAGE if site.live else max(1, len(rows))
    begin = step * (min(asked.page, max(1, -(-len(rows) // step))) - 1)
    names, label = site.edition.names(language), concept.label.text(language)
    unit = unit_name(concept.unit, language)
    vintages = _benchmarks(site, language)
    title = f"{label}（{unit}）" if unit and language == "zh" else f"{label} ({unit})" if unit else label
    traced = [one for one in rows if one.place in asked.drawn]
    drawn = vintage_drawing(_marks(traced, names, vintages, language), title=title, unit=unit) if traced else ""
    readers = site.edition.readers.get(concept.id, [])
    told: dict[str, Any] = {
        "concept": concept, "label": label, "unit": unit, "names": names, "vintages": vintages, "drawn": drawn,
        "rows": rows[begin : begin + step], "all": len(rows), "begin": begin, "step": step, "asked": asked,
        "kind": KINDS[concept.kind].text(language), "direction": DIRECTIONS[concept.direction].text(language),
        "adds": _adds(site, concept, language), "map": _map(site, asked, language, title), "of": _levels(site, asked),
        "sources": _sources(rows), "read": [(name, site.edition.finding(name)) for name in readers],
        "keys": _keys(traced, vintages), "with_unit": with_unit, "cite": _citation(site, asked, language),
    }  # fmt: skip
    return site.text(request, "indicator.html", **told)


def _benchmarks(site: Site, language: Language) -> dict[str, str]:
    families = site.edition.study()["benchmarks"].values()
    return {key: Label(*label).text(language) for names in families for key, label in names.items()}


def _keys(rows: Sequence[Line], vintages: Mapping[str, str]) -> list[str]:
    """Return the vintages that are drawn, in the order of their dashes."""
    return [vintages.get(one, one) for one in dict.fromkeys(row.benchmark for row in rows)]


def who(one: Line, names: Mapping[str, str]) -> str:
    """Return the place of a line, or both ends of a flow."""
    ends = [one.place, one.to] if one.to else [one.place]
    return " → ".join(names.get(code, code) for code in ends)


def _marks(
    rows: Sequence[Line], names: Mapping[str, str], vintages: Mapping[str, str], language: Language
) -> list[Mark]:
    told = []
    for one in rows:
        value = with_unit(one.published, one.unit_text, language)
        vintage = vintages.get(one.benchmark, one.benchmark)
        parts = (value, vintage, one.flag.label.text(language), one.origin.cite())
        text = " · ".join(filter(None, parts))
        line = f"{one.to} {one.benchmark or one.origin.id}"
        told.append(Mark(who(one, names), one.period, vintage, line, one.value, text, f"#r{one.row}"))
    return told


def _adds(site: Site, concept: Indicator, language: Language) -> str:
    if concept.adds == "sum":
        return Label("可跨地区相加", "adds up over places").text(language)
    if concept.adds == "never":
        return Label("不可跨地区相加", "never adds up over places").text(language)
    weight = concept.adds.removeprefix("weighted by ")
    named = site.edition.concepts(language).get(weight, weight)
    return Label(f"以“{named}”加权平均", f"mean weighted by {named}").text(language)


def _map(site: Site, asked: Asked, language: Language, title: str) -> dict[str, Any]:
    """Return the map of one period, the newest with at least half as many places as the fullest, unless asked for."""
    newest = [one for one in site.edition.newest(asked.concept.id) if not one.to and one.origin.access != "internal"]
    gazetteer = site.holdings.pack.gazetteer
    near = {one.place for one in newest} if asked.whole else _near(site, newest)
    by_period: dict[str, dict[str, Line]] = {}
    for one in (line for line in newest if line.place in near):
        by_period.setdefault(one.period, {})[one.place] = one
    drawn = {period: apart(list(lines), gazetteer) for period, lines in by_period.items()}
    full = max((len(codes) for codes in drawn.values()), default=0)
    fit = [period for period, codes in drawn.items() if len(codes) > 1 and 2 * len(codes) >= full]
    at = asked.at or max(fit, key=lambda period: (span(period).end, period), default="")
    if at not in by_period or len(drawn[at]) < 2:
        return {
            "svg": "",
            "at": at,
            "periods": sorted(period for period, codes in drawn.items() if len(codes) > 1),
            "more": False,
        }
    told = {code: (one.value, f"{one.value:.10g}".replace("-", "−")) for code, one in by_period[at].items()}
    svg = places_map(site, told, language, f"{title}, {at}")
    values = [by_period[at][code] for code in drawn[at]]
    periods = sorted(period for period, codes in drawn.items() if len(codes) > 1)
    more = len({one.place for one in newest}) > len(near)
    return {"svg": svg, "at": at, "periods": periods, "values": values, "more": more}


def _near(site: Site, newest: Sequence[Line]) -> set[str]:
    """Return the places inside the members of the framework that have a line; all places where fewer than two do."""
    members = set(site.edition.finding(MEMBERS).payload["places"]) if MEMBERS in site.edition.ids else set()
    places, have = site.holdings.pack.gazetteer.places, {one.place for one in newest}

    def inside(code: str) -> bool:
        return code in members or (code in places and inside(places[code].parent))

    near = {code for code in have if inside(code)}
    return near if len(near) > 1 else have


def _levels(site: Site, asked: Asked) -> dict[str, list[str]]:
    """Return the places that have a line, by level."""
    levels, found = site.edition.places, dict[str, list[str]]()
    for code in sorted({one.place for one in asked.lines}):
        found.setdefault(levels.get(code, "place"), []).append(code)
    return found


def _sources(rows: Sequence[Line]) -> dict[Grade, list[Origin]]:
    """Return the publications behind some lines, each once, by the grade of the copy, the best first."""
    found: dict[Grade, dict[tuple[str, str, str], Origin]] = {}
    for one in rows:
        origin = one.origin
        found.setdefault(origin.grade, {}).setdefault((origin.publisher, origin.title, origin.edition), origin)
    return {grade: list(found[grade].values()) for grade in sorted(found)}


def _citation(site: Site, asked: Asked, language: Language) -> str:
    title = Label.parse(str(site.about["title"])).text(language)
    label, edition = asked.concept.label.text(language), site.edition.digest[:12]
    return Label(
        f"{title}. {label}（{asked.concept.id}）. 版本 {edition}.",
        f"{title}. {label} ({asked.concept.id}). Edition {edition}.",
    ).text(language)


def _csv(site: Site, asked: Asked) -> bytes:
    names = site.edition.names("zh")
    rows = [
        {
            "concept": one.concept, "place": one.place, "place_name": names.get(one.place, one.place), "to": one.to,
            "period": one.period, "published": one.published, "unit_text": one.unit_text, "value": one.value,
            "unit": asked.concept.unit, "flag": one.flag.name.lower(), "benchmark": one.benchmark,
            "publisher": one.origin.publisher, "title": one.origin.title, "edition": one.origin.edition,
            "retrieved": one.origin.retrieved, "locator": one.origin.locator, "grade": one.origin.grade.name.lower(),
            "note": one.note, "where": one.location,
        }
        for one in asked.chosen
    ]  # fmt: skip
    return as_csv(rows, _COLUMNS, ("published", "value"))
