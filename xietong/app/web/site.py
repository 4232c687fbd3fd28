"""What every page of the observatory shares: the edition, the frame with its navigation, languages, kept pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from xietong.app import desk
from xietong.app.packs import KeptPack
from xietong.app.plan_runs import Runs
from xietong.app.web.door import Door
from xietong.errors import EditionError
from xietong.library.documents import Document
from xietong.library.labels import Label, Language
from xietong.library.store import Edition

NAVIGATION: Mapping[str, Label] = {
    "/": Label("概览", "Overview"),
    "/framework": Label("任务与路径", "Tasks and paths"),
    "/indicators": Label("指标", "Indicators"),
    "/places": Label("地区", "Places"),
    "/systems": Label("系统", "Systems"),
    "/registers": Label("名录", "Registers"),
    "/plans": Label("规划", "Plans"),
    "/measures": Label("测算", "Measures"),
    "/audit": Label("文本核对", "Audit"),
    "/check": Label("数据检查", "Data check"),
    "/contribute": Label("供稿", "Contribute"),
    "/review": Label("审核", "Review"),
    "/report": Label("报告", "Report"),
    "/api": Label("接口", "API"),
    "/account": Label("账户", "Account"),
}
"""The parts of the observatory in order; one that nothing answers is not shown."""
KEPT = 2000
"""So many finished pages are kept in memory; an edition never changes, so a kept page is never stale."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass
class Site:
    """One study with its current edition, opened once; pages are made from the edition and kept."""

    study: Path
    out: Path
    secure: bool = False
    inside: bool = True
    edition: Edition = field(init=False)
    door: Door = field(init=False)
    pack: KeptPack = field(init=False)
    shown: dict[str, Label] = field(default_factory=dict)
    runs: Runs | None = None
    closing: list[Callable[[], None]] = field(default_factory=list)
    _kept: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.edition = desk.open_edition(self.study, self.out)
        self.pack = KeptPack(
            self.study / str(Document.read(self.study / "study.toml", "study.toml").data.get("pack", ""))
        )
        self.door = Door(self.pack.path, self.secure)
        loader = FileSystemLoader(Path(__file__).parent.parent / "templates")
        self.templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)

    @property
    def folder(self) -> Path:
        """Return where the editions and reports of the study are."""
        return desk.folder(self.study, self.out)

    @property
    def about(self) -> Mapping[str, Any]:
        """Return what the study says of itself."""
        told: Mapping[str, Any] = self.edition.study()["about"]
        return told

    def page(self, request: Request, template: str, status: int = 200, **told: Any) -> HTMLResponse:
        """Return a page in the frame of the site."""
        return HTMLResponse(self.text(request, template, **told), status, HEADERS)

    def text(self, request: Request, template: str, **told: Any) -> str:
        """Return a page in the frame of the site as text."""
        language = language_of(request)
        other: Language = "en" if language == "zh" else "zh"
        return self.templates.get_template(template).render(
            language=language, title=Label.parse(str(self.about["title"])).text(language),
            edition=self.edition.digest[:12], inside=self.inside, here=request.url.path,
            navigation=self._navigation(request.url.path, language),
            switch=str(request.url.include_query_params(language=other).query), **told,
        )  # fmt: skip

    def kept(self, request: Request, make: Callable[[], str]) -> Response:
        """Return a page that depends on nothing but the edition and the address, made once."""
        key = (request.url.path, str(request.url.query))
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = make().encode()
        return HTMLResponse(self._kept[key], headers=HEADERS)

    def _navigation(self, path: str, language: Language) -> list[tuple[str, str, bool]]:
        inside = max((one for one in self.shown if path == one or path.startswith(f"{one.rstrip('/')}/")), key=len)
        return [(one, label.text(language), one == inside) for one, label in self.shown.items()]

    def close(self) -> None:
        """End what runs beside the site."""
        while self.closing:
            self.closing.pop()()

    async def not_found(self, request: Request, error: Exception) -> Response:
        """Say what does not exist and what is closest."""
        return self.page(request, "problem.html", 404, text=str(error))

    async def failed(self, request: Request, error: Exception) -> Response:
        """Say what went wrong."""
        return self.page(request, "problem.html", 503 if isinstance(error, EditionError) else 500, text=str(error))


def language_of(request: Request) -> Language:
    """Return the language that the address asks for; Chinese when it asks for none."""
    return "en" if request.query_params.get("language") == "en" else "zh"
