"""The findings with the way down to their lines, and the written reports with the editions they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from xietong.app import editions
from xietong.app.web.linked import Linked, explained
from xietong.app.web.site import Site, address, language_of
from xietong.errors import UnknownName
from xietong.library.explanations import Node, explain, public, shown
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.store import Edition
from xietong.publish.tables import statement, verdict
from xietong.publish.words import unit_name


def routes(site: Site) -> list[Route]:
    """Return the routes of findings and reports."""

    async def finding(request: Request) -> Response:
        return site.kept(request, lambda: _finding(site, request))

    async def report(request: Request) -> Response:
        name = str(request.path_params["file"])
        path = site.folder / name
        if name not in site.reports or not path.exists():
            raise UnknownName("report", "file", name, site.reports)
        return FileResponse(path)

    async def reports(request: Request) -> Response:
        return site.page(request, "reports.html", **_reports(site))

    return [
        Route("/finding/{name}", finding),
        Route("/report", reports),
        Route("/report/{file}", report),
    ]


def _reports(site: Site) -> dict[str, Any]:
    """Return the written reports with their sizes, and the editions of the folder, the newest first."""
    written = {name: path.stat().st_size for name in sorted(site.reports) if (path := site.folder / name).exists()}
    known = [path.stem.removeprefix("edition-") for path in reversed(editions.known(site.folder))]
    return {"written": written, "known": known, "current": site.edition.digest[:12]}


def _finding(site: Site, request: Request) -> str:
    """Return a finding with all its values, its figures and, for one cell, the way down to the lines of the pack."""
    language = language_of(request)
    name = str(request.path_params["name"])
    cell = {key: value for key, value in request.query_params.items() if key != "language"}
    found, linked = site.edition.finding(name), Linked(site, language)
    series, receipt = found.series, found.receipt
    tree = public(explain(site.edition, name, cell, language, steps=None if site.live else 1), language)
    judged = (statement(linked.numbers, name), verdict(linked.numbers, name)) if found.kind == "verdict" else ()
    reason = Label(*found.payload["reason"]).text(language) if found.kind == "refusal" else ""
    figures = [linked.figure(spec) for spec in site.figures if name in spec.findings]
    told: dict[str, Any] = {
        "name": name, "label": judged[0] if judged else found.label.text(language), "note": found.note.text(language),
        "unit": unit_name(series.unit, language) if series is not None else "", "axes": series.axes if series else (),
        "values": _values(site.edition, found, language), "judged": judged, "reason": reason, "figures": figures,
        "receipt": receipt, "method": receipt.label.text(language), "page": _page_of(site, name),
        "way": _way(language), "each": [] if site.live else _each(site, found, language),
    }  # fmt: skip
    return site.text(request, "finding.html", **told, tree=tree, cell=cell)


def _way(language: Language) -> Callable[[Node], str]:
    """Return what says where the line or the finding of a step has its place."""

    def way(node: Node) -> str:
        if node.line is not None:
            return address(f"/indicators/{node.line.concept}#r{node.line.row}", language, place=node.line.place)
        if not node.finding:
            return ""
        cell = {axis: label for axis, label in node.cell.items() if isinstance(label, str)}
        return explained(node.finding, cell if len(cell) == len(node.cell) else {}, language)

    return way


def _each(site: Site, found: Finding, language: Language) -> list[Node]:
    """Return the first step of the explanation of every cell of a finding, in the order of its values."""
    edition = site.edition
    edition.lines_at(sorted({int(row) for one in found.receipt.inputs for row in one.series.rows.flat if row >= 0}))
    cells = [at for _, _, at in _values(edition, found, language)]
    return [public(explain(edition, found.id, at, language, steps=1), language) for at in cells]


def _page_of(site: Site, name: str) -> str:
    """Return the path of the page that shows a finding whole, '' when it has none."""
    kind, _, rest = name.partition(".")
    if kind == "system":
        return f"/systems/{rest}"
    if kind == "plan" and "page" in site.edition.finding(name).payload:
        return f"/plans/{rest.removesuffix('.result')}"
    return "/framework" if kind in ("framework", "coverage", "targets") else ""


def _values(edition: Edition, finding: Finding, language: Language) -> list[tuple[list[str], str, dict[str, str]]]:
    """Return labels, value and coordinates of every cell of a finding."""
    series = finding.series
    if series is None:
        return []
    names = edition.names(language) | edition.concepts(language)
    cells = []
    for index in _indices(series.values.shape):
        at = series.coordinates(index)
        labels = [names.get(label, label) for label in at.values()]
        cells.append((labels, shown(float(series.values[index]), finding.digits).replace("-", "−"), at))
    return cells


def _indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for length in shape:
        places = [(*place, at) for place in places for at in range(length)]
    return places
