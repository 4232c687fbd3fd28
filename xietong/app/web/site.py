"""What every page of the observatory shares: the edition, the frame with its navigation, languages, kept pages."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from xietong.app import desk
from xietong.app.packs import KeptPack
from xietong.app.plan_runs import Runs
from xietong.app.web.door import Door
from xietong.app.web.holdings import Holdings
from xietong.errors import EditionError, UnknownName
from xietong.library.documents import Document
from xietong.library.labels import Label, Language
from xietong.library.store import Edition
from xietong.publish.chapters import LANGUAGES, figure_document
from xietong.publish.figures import Spec, read_specs
from xietong.publish.ground import Ground, ground_of

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
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
KEPT = 48 * 1024 * 1024
"""So many bytes of finished pages are kept, packed as sent; an edition never changes, so none is ever stale."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


_LAST_PAGE = 100_000
REPORTS = frozenset(f"report.{language}.{form}" for language in LANGUAGES for form in ("html", "docx", "pdf"))
Key = tuple[str, str, str]
Told = TypeVar("Told")


class Pages:
    """Finished pages, packed, the oldest dropped first; and the one thread that makes pages and reads the edition."""

    def __init__(self, most: int = KEPT) -> None:
        self.most, self.size = most, 0
        self.all: dict[Key, bytes] = {}
        self.maker = ThreadPoolExecutor(1, "pages")

    async def beside(self, make: Callable[[], Told]) -> Told:
        """Return what the maker makes, while the loop goes on answering."""
        return await asyncio.get_running_loop().run_in_executor(self.maker, make)

    def made(self, key: Key, make: Callable[[], str]) -> bytes:
        """Return a page, made now unless another asker had it made meanwhile; called by the maker alone."""
        if key not in self.all:
            packed = gzip.compress(make().encode(), 6, mtime=0)
            while self.all and self.size + len(packed) > self.most:
                self.size -= len(self.all.pop(next(iter(self.all))))
            self.all[key] = packed
            self.size += len(packed)
        return self.all[key]


class Kept(Response):
    """A page that is kept, or that will be when it was asked for once."""

    def __init__(self, pages: Pages, key: Key, make: Callable[[], str], asked: Mapping[str, str]) -> None:
        self.pages, self.key, self.make, self.asked = pages, key, make, asked
        self.background = None
        self.status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page, or say that it is the one that the asker has."""
        packed = self.pages.all.get(self.key)
        if packed is None:
            packed = await self.pages.beside(lambda: self.pages.made(self.key, self.make))
        await answered(packed, self.asked)(scope, receive, send)


def answered(packed: bytes, asked: Mapping[str, str], media: str = "text/html; charset=utf-8") -> Response:
    """Return packed text as an answer: with a mark by which it is known again, unpacked for those who ask for that."""
    mark = f'"{sha256(packed).hexdigest()[:20]}"'
    headers = {**HEADERS, "ETag": mark, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if asked.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    if "gzip" not in asked.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), media_type=media, headers=headers)
    return Response(packed, media_type=media, headers=headers | {"Content-Encoding": "gzip"})


@dataclass
class Site:
    """One study with its current edition, opened once; pages are made from the edition and kept."""

    study: Path
    out: Path
    secure: bool = False
    inside: bool = True
    day: date | None = None
    """The day of a site that is written down, None for one that is served: it has no forms, and each page holds all."""
    reports: frozenset[str] = REPORTS
    edition: Edition = field(init=False)
    door: Door = field(init=False)
    pack: KeptPack = field(init=False)
    shown: dict[str, Label] = field(default_factory=dict)
    runs: Runs | None = None
    closing: list[Callable[[], None]] = field(default_factory=list)
    pages: Pages = field(default_factory=Pages)
    drawn: dict[tuple[str, Language], str] = field(default_factory=dict)
    holdings: Holdings = field(init=False)

    def __post_init__(self) -> None:
        self.edition = desk.open_edition(self.study, self.out)
        path = self.study / str(Document.read(self.study / "study.toml", "study.toml").data.get("pack", ""))
        self.pack = KeptPack(path)
        self.door = Door(self.pack.path, self.secure)
        self.holdings = Holdings(path.resolve(), self.out, self.day)
        loader = FileSystemLoader(TEMPLATES)
        self.templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, auto_reload=False
        )

    @property
    def live(self) -> bool:
        """Return whether somebody answers: a page may ask again, compute and send."""
        return self.day is None

    @property
    def folder(self) -> Path:
        """Return where the editions and reports of the study are."""
        return desk.folder(self.study, self.out)

    @cached_property
    def figures(self) -> list[Spec]:
        """Return the figures of the study."""
        return list(read_specs(figure_document(self.study, self.study.name)).values())

    @cached_property
    def ground(self) -> Ground:
        """Return what the maps of the study stand on."""
        return ground_of(self.edition, self.study)

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
            edition=self.edition.digest[:12], within_machine=self.inside, here=request.url.path, to=links(language),
            live=self.live,
            navigation=self._navigation(request.url.path, language), t=told_in(language),
            switch=str(request.url.include_query_params(language=other).query), **told,
        )  # fmt: skip

    def kept(self, request: Request, make: Callable[[], str], of: str = "") -> Response:
        """Return a page that depends on the address, the edition and ``of`` alone, made once.

        Pages are made by one thread beside the loop: who asks for a finished page does not wait for one in the making.
        """
        key = (request.url.path, str(request.url.query), of)
        return Kept(self.pages, key, make, request.headers)

    def _navigation(self, path: str, language: Language) -> list[tuple[str, str, bool]]:
        inside = max((one for one in self.shown if path == one or path.startswith(f"{one.rstrip('/')}/")), key=len)
        return [(one, label.text(language), one == inside) for one, label in self.shown.items()]

    def close(self) -> None:
        """End what runs beside the site."""
        while self.closing:
            self.closing.pop()()

    async def not_found(self, request: Request, error: Exception) -> Response:
        """Say what does not exist and what is closest."""
        return self.page(request, "problem.html", 404, text=str(error), absent=True)

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Say that an address leads nowhere, and which parts there are."""
        known = {path.removeprefix("/"): path for path in self.shown if path != "/"}
        told = UnknownName("observatory", "page", request.url.path.removeprefix("/"), known)
        return self.page(request, "problem.html", 404, text=str(told), absent=True)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Say what went wrong."""
        status = 503 if isinstance(error, EditionError) else 500
        return self.page(request, "problem.html", status, text=str(error), absent=False)


def language_of(request: Request) -> Language:
    """Return the language that the address asks for; Chinese when it asks for none."""
    return "en" if request.query_params.get("language") == "en" else "zh"


def page_of(request: Request) -> int:
    """Return the number of the page of a long list that an address asks for; 1 when it asks for none that can be."""
    told = request.query_params.get("page", "1")
    return int(told) if told.isdecimal() and 0 < int(told) < _LAST_PAGE else 1


def told_in(language: Language) -> Callable[[str, str], str]:
    """Return what templates choose a text by: the Chinese or the English one."""
    return lambda zh, en: zh if language == "zh" else en


def links(language: Language) -> Callable[..., str]:
    """Return what templates make addresses by: path and query, in the language of the page."""
    return lambda path, **query: address(path, language, **query)


def address(path: str, language: Language, **query: object) -> str:
    """Return an address inside the site in a language; queries that are empty are left out."""
    return _address(path, language, tuple((key, str(one)) for key, one in query.items() if one not in ("", None)))


@lru_cache(10_000)
def _address(path: str, language: Language, query: tuple[tuple[str, str], ...]) -> str:
    begin, mark, anchor = path.partition("#")
    return f"{begin}?{urlencode((*query, ('language', language)))}{mark}{anchor}"
