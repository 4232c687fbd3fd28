"""The observatory: one built edition in the browser, on 127.0.0.1 unless asked; modules of ``web`` add the routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from xietong.app.accounts import any_account
from xietong.app.oai import Records
from xietong.app.web import (
    analyses,
    api,
    auditing,
    checking,
    contributing,
    framework,
    indicators,
    measuring,
    overview,
    places,
    planning,
    reading,
    registers,
    reviewing,
    signing,
    typeface,
)
from xietong.app.web.ahead import made_ahead, made_first
from xietong.app.web.desks import refused
from xietong.app.web.signing import Gate
from xietong.app.web.site import NAVIGATION, STATIC, Site
from xietong.errors import AccessError, JournalError, UnknownName, XietongError
from xietong.publish.assets_index import ASSETS

HOST = "127.0.0.1"
LOOPBACK = (HOST, "::1", "localhost")
_READ = (overview, reading, framework, indicators, places, registers, typeface)
_WORK = (planning, analyses, signing, contributing, reviewing, checking, auditing, measuring, api)
_PARTS = (*_READ, *_WORK)


def application(study: Path, out: Path, host: str = HOST, *, secure: bool = False) -> Starlette:
    """Return the application over the current edition of a study; off the own machine nobody reads without an account.

    Raises:
        EditionError: when nothing is built.
        JournalError: when it is to answer on another address and there are no accounts.
    """
    inside = host in LOOPBACK
    site = Site(study, out, secure, inside)
    if not inside and not any_account(site.pack.path):
        what, why = f"it would answer on {host}, and there are no accounts", "everybody in the network could write"
        ways = ("make accounts: xietong account add NAME", f"or stay on the own machine: --host {HOST}")
        raise JournalError("serve", what, why=why, ways=ways)
    routes = [route for part in _PARTS for route in part.routes(site)]
    answered = {route.path for route in routes}
    site.shown = {path: label for path, label in NAVIGATION.items() if path in answered}

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    gate = [] if inside else [Middleware(Gate, door=site.door)]
    told = Starlette(
        routes=[
            *routes,
            Route("/oai", Records(study).answer, methods=["GET", "POST"]),
            Mount("/assets", StaticFiles(directory=ASSETS)),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000), *gate],
        exception_handlers={
            UnknownName: site.not_found, AccessError: refused(site), XietongError: site.failed, 404: site.nowhere,
        },
        lifespan=life,
    )  # fmt: skip
    told.state.site = site
    return told


def run(
    app: Starlette, port: int, host: str = HOST, certificate: Path | None = None, key: Path | None = None
) -> None:  # fmt: skip
    """Serve until interrupted, on 127.0.0.1 unless said, encrypted with a certificate.

    A page of every kind is made before the first reader can come, all others while nobody waits.
    """

    async def both() -> None:
        await made_first(app.state.site, app)
        ahead = asyncio.create_task(made_ahead(app.state.site, app))
        settings = uvicorn.Config(
            app, host=host, port=port, log_level="warning", ssl_certfile=certificate, ssl_keyfile=key
        )  # fmt: skip
        await uvicorn.Server(settings).serve()
        ahead.cancel()

    with suppress(KeyboardInterrupt):
        asyncio.run(both())
