"""The overview: a map of one indicator, facets with intervals, verdicts, what moved; and two editions compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app import editions
from xietong.app.web.charted import places_map
from xietong.app.web.linked import Linked, referred
from xietong.app.web.site import Site, language_of
from xietong.errors import EditionError, UnknownName
from xietong.library.explanations import shown
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.movements import REASONS, Comparison
from xietong.library.store import Edition
from xietong.publish.chapters import LANGUAGES
from xietong.publish.figures import Spec
from xietong.publish.index_tables import facets
from xietong.publish.page_html import page_body
from xietong.publish.tables import statement, verdict
from xietong.publish.words import unit_name

MEMBERS, FACETS = "framework.members", "index.facets"
SIGNS = {"supported": "✓", "one vintage": "◑", "rounding": "≈", "contradicted": "✗", "mixed": "±"}
"""A sign for each verdict; its word always stands beside it."""
_NAMED = ("current", "previous")


def routes(site: Site) -> list[Route]:
    """Return the routes of the overview, of the list of findings, and of the comparison of editions."""

    async def overview(request: Request) -> Response:
        return site.kept(request, lambda: _overview(site, request))

    async def findings(request: Request) -> Response:
        return site.kept(request, lambda: _findings(site, request))

    async def compare(request: Request) -> Response:
        known = [path.name for path in editions.known(site.folder)]
        return site.kept(request, lambda: _compare(site, request), of=" ".join(known))

    return [Route("/", overview), Route("/findings", findings), Route("/compare", compare)]


def first_pages(site: Site) -> list[str]:
    """Return the overview as readers first see it, in each language."""
    asked = (
        {"type": "http", "path": "/", "query_string": f"language={one}".encode(), "headers": []} for one in LANGUAGES
    )
    return [_overview(site, Request(scope)) for scope in asked]


def _overview(site: Site, request: Request) -> str:
    language = language_of(request)
    linked, ids = Linked(site, language), site.edition.ids
    charted = _charted(site, request.query_params.get("show", ""), language) if MEMBERS in ids else {}
    caption = {"zh": "五个方面的指数，括号内为区间", "en": "Indices of the five facets, intervals in brackets"}[
        language
    ]
    table = linked.blocks(lambda numbers: facets(numbers, FACETS, caption)) if FACETS in ids else ""
    drawn = [linked.figure(spec) for spec in _of_the_facets(site)] if FACETS in ids else []
    claims = [
        (SIGNS[str(finding.payload["verdict"])], verdict(linked.numbers, name), statement(linked.numbers, name), name)
        for name in ids
        if (finding := site.edition.finding(name)).kind == "verdict"
    ]
    subtitle = Label.parse(str(site.about.get("subtitle", ""))).text(language)
    return site.text(
        request, "overview.html", charted=charted, facets=table, figures=drawn, claims=claims, subtitle=subtitle,
        moved=moved(site, language), counts=_counts(site),
    )  # fmt: skip


def _counts(site: Site) -> Mapping[str, int]:
    """Return how much stands behind the pages, by the part of the site that shows it."""
    known = site.edition.indicators
    return {
        "/indicators": len(known), "/places": len(site.edition.places), "lines": sum(c.lines for c in known.values()),
        "/registers": sum(len(one) for one in site.holdings.pack.registers.values()),
        "publications": len(site.edition.origins()), "/findings": len(site.edition.ids),
    }  # fmt: skip


def _of_the_facets(site: Site) -> list[Spec]:
    """Return the figures of the study that draw intervals of the indices."""
    indices = {str(row["finding"]) for row in site.edition.finding(FACETS).payload["rows"] if "finding" in row}
    return [
        spec for spec in site.figures if spec.data["kind"] == "intervals" and {one for one, _ in spec.cells} & indices
    ]


def _charted(site: Site, wanted: str, language: Language) -> dict[str, Any]:
    """Return the map of one indicator of the members' scorecard, and the indicators to choose from."""
    rows = [row for row in site.edition.finding(MEMBERS).payload["rows"] if "last" in row]
    known: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        known.setdefault(row["id"], []).append(row)
    if not known:
        return {}
    chosen = wanted or next(iter(known))
    if chosen not in known:
        raise UnknownName("overview", "indicator", chosen, known)
    told = {row["place"]: (row["last"], _said(row)) for row in known[chosen]}
    one = known[chosen][0]
    title = _titled(one, language)
    periods = sorted({row["to"] for row in known[chosen] if "to" in row})
    drawn = places_map(site, told, language, title, digits=one["digits"])
    labels = {name: Label(*found[0]["label"]).text(language) for name, found in known.items()}
    names = site.edition.names(language)
    values = [(names.get(row["place"], row["place"]), row["place"], _said(row), row) for row in known[chosen]]
    return {"svg": drawn, "title": title, "periods": periods, "labels": labels, "chosen": chosen, "values": values}


def _said(row: Mapping[str, Any]) -> str:
    return shown(row["last"], row["digits"]).replace("-", "−")


def _titled(row: Mapping[str, Any], language: Language) -> str:
    label, unit = Label(*row["label"]).text(language), unit_name(row.get("unit", "1"), language)
    if not unit:
        return label
    return f"{label}（{unit}）" if language == "zh" else f"{label} ({unit})"


def moved(site: Site, language: Language) -> dict[str, Any]:
    """Return in brief what moved since the edition before the current one; nothing when there is none."""
    try:
        path = editions.found("previous", site.study, site.out)
        before = Edition.open(path)
    except EditionError:
        return {}
    with before:
        told = Comparison(before, site.edition)
        moves = list(told.moves())
        why = Counter(reason for one in moves for reason in one.reasons)
        tables = len(told.tables())
    reasons = [(REASONS[key].text(language), count) for key, count in why.most_common()]
    named = dict.fromkeys((one.finding, one.label.text(language)) for one in moves)
    digests = {"before": before.digest[:12], "after": site.edition.digest[:12]}
    return {"numbers": len(moves), "tables": tables, "reasons": reasons, "findings": list(named)[:8]} | digests


def _findings(site: Site, request: Request) -> str:
    language = language_of(request)
    kinds = {
        "series": Label("数值", "values"), "refusal": Label("不予计算", "not computed"),
        "verdict": Label("核对", "verdict"), "table": Label("表", "table"),
    }  # fmt: skip
    numbers = Linked(site, language).numbers

    def row(one: Finding) -> tuple[str, str, str]:
        label = statement(numbers, one.id) if one.kind == "verdict" else one.label.text(language)
        return one.id, label, kinds[one.kind].text(language)

    return site.text(request, "findings.html", findings=[row(site.edition.finding(name)) for name in site.edition.ids])


def _compare(site: Site, request: Request) -> str:
    """Return what moved between two editions of the folder, named by digest, and the form to choose them."""
    language = language_of(request)
    known = [path.stem.removeprefix("edition-") for path in editions.known(site.folder)]
    asked = [request.query_params.get(key, "") or name for key, name in (("before", "previous"), ("after", "current"))]
    for name in asked:
        if name not in _NAMED and not any(one.startswith(name) for one in known):
            raise UnknownName("compare", "edition", name, [*known, *_NAMED])
    page, body = None, ""
    if len(known) > 1 or request.query_params.get("before"):
        page = editions.compared(asked[0], asked[1], site.study, site.out)
        body = page_body(page, language, referred(site, language))
    return site.text(
        request, "compare.html", page=page, body=body, known=known[::-1], before=asked[0], after=asked[1],
        current=site.edition.digest[:12],
    )  # fmt: skip
