"""The systems and the plans of a study: a list of each, and the page of one, with its tables to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app.pages import written
from xietong.app.web.linked import referred
from xietong.app.web.site import Site, language_of
from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.pages import Page, page
from xietong.publish.page_html import page_body
from xietong.publish.page_tables import page_geojson
from xietong.publish.plan_page import plan_page

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SYSTEM, _PLAN, _RESULT = "system.", "plan.", ".result"


def routes(site: Site) -> list[Route]:
    """Return the routes of systems and plans."""
    systems = {one.removeprefix(_SYSTEM): one for one in site.edition.ids if one.startswith(_SYSTEM)}
    plans = {
        one.removeprefix(_PLAN).removesuffix(_RESULT): one
        for one in site.edition.ids
        if one.startswith(_PLAN) and one.endswith(_RESULT) and "page" in site.edition.finding(one).payload
    }
    return [*_pages(site, "systems", systems, page), *_pages(site, "plans", plans, plan_page)]


def _body(site: Site, whole: Page, language: Language) -> str:
    """Return a page whose rows lead to their items and findings."""
    return page_body(whole, language, referred(site, language), site.ground)


def _pages(
    site: Site, where: str, findings: Mapping[str, str], shown: Callable[[Mapping[str, Any]], Page]
) -> list[Route]:
    """Return a route that lists pages, and one that shows or hands out each."""

    def payload(request: Request) -> Mapping[str, Any]:
        name = str(request.path_params["name"])
        if name not in findings:
            raise UnknownName(where, "page", name, findings)
        return site.edition.finding(findings[name]).payload

    async def listed(request: Request) -> Response:
        language = language_of(request)
        entries = [(f"/{where}/{name}", page(site.edition.finding(one).payload)) for name, one in findings.items()]
        return site.kept(request, lambda: site.text(request, "pages.html", where=where, pages=entries, say=language))

    async def one(request: Request) -> Response:
        told, language = payload(request), language_of(request)
        whole = shown(told)
        name = findings[str(request.path_params["name"])]
        return site.kept(
            request,
            lambda: site.text(request, "analysis.html", page=whole, body=_body(site, whole, language), name=name),
        )

    async def taken(request: Request) -> Response:
        told, form = payload(request), str(request.path_params["form"])
        if form not in TYPES:
            raise UnknownName(where, "format", form, TYPES)
        section, language = request.query_params.get("section", ""), language_of(request)
        content = (
            page_geojson(told).encode()
            if form == "geojson"
            else written(told, form, language, shown=shown(told), section=section, ground=site.ground)
        )
        return Response(content, media_type=TYPES[form], headers={"Content-Disposition": "attachment"})

    return [
        Route(f"/{where}", listed),
        Route(f"/{where}/{{name}}", one),
        Route(f"/{where}/{{name}}/{{form}}", taken),
    ]
