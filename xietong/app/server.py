"""The observatory: one built edition in the browser, read-only, on 127.0.0.1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from xietong.app import desk
from xietong.app.oai import Records
from xietong.errors import EditionError, UnknownName, XietongError
from xietong.library.explanations import explain, shown
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.store import Edition
from xietong.publish.assets_index import ASSETS
from xietong.publish.numbers import Numbers
from xietong.publish.tables import statement, verdict
from xietong.publish.words import unit_name

HOST = "127.0.0.1"
_REPORTS = {f"report.{language}.{form}" for language in ("zh", "en") for form in ("html", "docx", "pdf")}


def application(study: Path, out: Path) -> Starlette:
    """Return the application over the current edition of a study.

    Raises:
        EditionError: when nothing is built.
    """
    site = _Site(desk.open_edition(study, out), desk.folder(study, out))
    return Starlette(
        routes=[
            Route("/", site.overview),
            Route("/finding/{name}", site.finding),
            Route("/report/{file}", site.report),
            Route("/oai", Records(study).answer, methods=["GET", "POST"]),
            Mount("/assets", StaticFiles(directory=ASSETS)),
        ],
        exception_handlers={UnknownName: site.not_found, XietongError: site.failed},
    )


def run(site: Starlette, port: int) -> None:
    """Serve until interrupted, on 127.0.0.1 only."""
    uvicorn.run(site, host=HOST, port=port, log_level="warning")


class _Site:
    """The pages over one edition."""

    def __init__(self, edition: Edition, folder: Path) -> None:
        self.edition, self.folder = edition, folder
        loader = FileSystemLoader(Path(__file__).parent / "templates")
        self.templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)

    def _page(self, template: str, language: Language, status: int = 200, **context: Any) -> HTMLResponse:
        about = self.edition.study()["about"]
        title = Label.parse(str(about["title"])).text(language)
        page = self.templates.get_template(template).render(
            language=language, title=title, edition=self.edition.digest[:12], **context
        )
        return HTMLResponse(page, status_code=status)

    async def overview(self, request: Request) -> Response:
        """Show what the edition holds: reports, claims with verdicts, every finding."""
        language = _language(request)
        numbers = Numbers(self.edition, language)
        findings = [self.edition.finding(name) for name in self.edition.ids]
        claims = [(f.id, statement(numbers, f.id), verdict(numbers, f.id)) for f in findings if f.kind == "verdict"]
        reports = sorted(name for name in _REPORTS if (self.folder / name).exists())
        listed = [(f.id, f.label.text(language), f.kind) for f in findings if f.kind != "verdict"]
        return self._page("overview.html", language, claims=claims, findings=listed, reports=reports)

    async def finding(self, request: Request) -> Response:
        """Show a finding with all its values and, for one cell, the way down to the lines of the pack."""
        language = _language(request)
        name = str(request.path_params["name"])
        cell = {key: value for key, value in request.query_params.items() if key != "language"}
        found = self.edition.finding(name)
        tree = explain(self.edition, name, cell, language)
        values = _values(self.edition, found, language)
        unit = unit_name(found.series.unit, language) if found.series is not None else ""
        label, note = found.label.text(language), found.note.text(language)
        told: dict[str, Any] = {"name": name, "label": label, "note": note, "unit": unit, "values": values}
        return self._page("finding.html", language, **told, tree=tree, cell=cell)

    async def report(self, request: Request) -> Response:
        """Hand out a written report."""
        name = str(request.path_params["file"])
        path = self.folder / name
        if name not in _REPORTS or not path.exists():
            raise UnknownName("report", "file", name, _REPORTS)
        return FileResponse(path)

    async def not_found(self, request: Request, error: Exception) -> Response:
        """Say what does not exist and what is closest."""
        return self._page("problem.html", _language(request), 404, text=str(error))

    async def failed(self, request: Request, error: Exception) -> Response:
        """Say what went wrong."""
        status = 503 if isinstance(error, EditionError) else 500
        return self._page("problem.html", _language(request), status, text=str(error))


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("language") == "en" else "zh"


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
