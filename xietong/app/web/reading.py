"""The overview, the findings with the way down to their lines, and the written reports."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from xietong.app.web.site import Site, language_of
from xietong.errors import UnknownName
from xietong.library.explanations import explain, shown
from xietong.library.findings import Finding
from xietong.library.labels import Language
from xietong.library.store import Edition
from xietong.publish.numbers import Numbers
from xietong.publish.tables import statement, verdict
from xietong.publish.words import unit_name

_REPORTS = {f"report.{language}.{form}" for language in ("zh", "en") for form in ("html", "docx", "pdf")}


def routes(site: Site) -> list[Route]:
    """Return the routes of overview, findings and reports."""

    async def overview(request: Request) -> Response:
        return site.kept(request, lambda: _overview(site, request))

    async def finding(request: Request) -> Response:
        return site.kept(request, lambda: _finding(site, request))

    async def report(request: Request) -> Response:
        name = str(request.path_params["file"])
        path = site.folder / name
        if name not in _REPORTS or not path.exists():
            raise UnknownName("report", "file", name, _REPORTS)
        return FileResponse(path)

    return [Route("/", overview), Route("/finding/{name}", finding), Route("/report/{file}", report)]


def _overview(site: Site, request: Request) -> str:
    """Return what the edition holds: reports, claims with verdicts, every finding."""
    language = language_of(request)
    numbers = Numbers(site.edition, language)
    findings = [site.edition.finding(name) for name in site.edition.ids]
    claims = [(f.id, statement(numbers, f.id), verdict(numbers, f.id)) for f in findings if f.kind == "verdict"]
    reports = sorted(name for name in _REPORTS if (site.folder / name).exists())
    listed = [(f.id, f.label.text(language), f.kind) for f in findings if f.kind != "verdict"]
    return site.text(request, "overview.html", claims=claims, findings=listed, reports=reports)


def _finding(site: Site, request: Request) -> str:
    """Return a finding with all its values and, for one cell, the way down to the lines of the pack."""
    language = language_of(request)
    name = str(request.path_params["name"])
    cell = {key: value for key, value in request.query_params.items() if key != "language"}
    found = site.edition.finding(name)
    tree = explain(site.edition, name, cell, language)
    values = _values(site.edition, found, language)
    unit = unit_name(found.series.unit, language) if found.series is not None else ""
    label, note = found.label.text(language), found.note.text(language)
    told: dict[str, Any] = {"name": name, "label": label, "note": note, "unit": unit, "values": values}
    return site.text(request, "finding.html", **told, tree=tree, cell=cell)


def _values(edition: Edition, finding: Finding, language: Language) -> list[tuple[str, str, dict[str, str]]]:
    """Return label, value and coordinates of every cell of a finding."""
    series = finding.series
    if series is None:
        return []
    names = edition.names(language) | edition.concepts(language)
    cells = []
    for index in _indices(series.values.shape):
        at = series.coordinates(index)
        text = " · ".join(names.get(label, label) for label in at.values())
        cells.append((text, shown(float(series.values[index]), finding.digits), at))
    return cells


def _indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for length in shape:
        places = [(*place, at) for place in places for at in range(length)]
    return places
