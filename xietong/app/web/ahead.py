"""The pages of a site made ahead while nobody waits, so that whoever comes first does not wait for them either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from xietong.app.web.framework import MATRIX
from xietong.app.web.site import Site
from xietong.errors import XietongError
from xietong.publish.chapters import LANGUAGES

_SYSTEM = "system."
_READ = ("/", "/framework", "/indicators", "/places", "/systems", "/registers", "/plans")
"""The parts whose first page is the same for every reader."""


def addresses(site: Site) -> Iterator[str]:
    """Yield the pages of a site but for items of registers, those that are opened most first, in each language."""
    edition, pack = site.edition, site.holdings.pack
    paths = [*(one for one in _READ if one in site.shown), "/findings"]
    if MATRIX in edition.ids:
        paths += [f"/framework/{name}" for part in ("tasks", "paths") for name in edition.finding(MATRIX).payload[part]]
    paths += [f"/systems/{one.removeprefix(_SYSTEM)}" for one in edition.ids if one.startswith(_SYSTEM)]
    paths += [f"/registers/{kind}" for kind in pack.registers]
    paths += [f"/indicators/{name}" for name in edition.indicators]
    paths += [f"/places/{code}" for code in edition.places]
    paths += [f"/finding/{name}" for name in edition.ids]
    yield from (f"{path}?language={language}" for path in paths for language in LANGUAGES)


def one_of_each_kind(pages: Iterable[str]) -> list[str]:
    """Return the first page of every part of the site and the first below it, in each language."""
    kinds: dict[tuple[str, ...], str] = {}
    for page in pages:
        path, _, query = page.partition("?")
        kinds.setdefault((path.split("/")[1], str(path.count("/")), query), page)
    return list(kinds.values())


async def made_first(site: Site, app: ASGIApp) -> None:
    """Ask for a page of every kind before anybody can: what they share is read then, and nobody waits for it."""
    await _made(await site.pages.beside(lambda: one_of_each_kind(addresses(site))), app)


async def made_ahead(site: Site, app: ASGIApp) -> None:
    """Ask the application for every page, one after another; it keeps them. A page that fails fails when asked for."""
    await _made(await site.pages.beside(lambda: list(addresses(site))), app)


async def _made(pages: Iterable[str], app: ASGIApp) -> None:
    for address in pages:
        with suppress(XietongError):
            await app(asked(address), _nothing, _dropped)


def asked(address: str) -> Scope:
    """Return what a server passes on when somebody asks for an address."""
    path, _, query = address.partition("?")
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")], "client": ("localhost", 0), "server": None,
        "state": {},
    }  # fmt: skip


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _dropped(_: Message) -> None:
    """Let go of an answer that nobody waits for."""
