"""The observatory: one built edition in the browser, on 127.0.0.1; each module of ``web`` adds its routes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from xietong.app.oai import Records
from xietong.app.web import analyses, framework, indicators, overview, places, reading, registers, typeface
from xietong.app.web.ahead import made_ahead
from xietong.app.web.site import NAVIGATION, Site
from xietong.errors import UnknownName, XietongError
from xietong.publish.assets_index import ASSETS

HOST = "127.0.0.1"
_PARTS = (overview, reading, analyses, framework, indicators, places, registers, typeface)
_STYLE = Path(__file__).parent / "static"


def application(study: Path, out: Path) -> Starlette:
    """Return the application over the current edition of a study.

    Raises:
        EditionError: when nothing is built.
    """
    site = Site(study, out)
    routes = [route for part in _PARTS for route in part.routes(site)]
    answered = {route.path for route in routes}
    site.shown = {path: label for path, label in NAVIGATION.items() if path in answered}
    app = Starlette(
        routes=[
            *routes,
            Route("/oai", Records(study).answer, methods=["GET", "POST"]),
            Mount("/assets", StaticFiles(directory=ASSETS)),
            Mount("/static", StaticFiles(directory=_STYLE)),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={UnknownName: site.not_found, XietongError: site.failed, 404: site.nowhere},
    )
    app.state.site = site
    return app


def run(app: Starlette, port: int) -> None:
    """Serve until interrupted, on 127.0.0.1 only; pages are made ahead meanwhile."""

    async def both() -> None:
        ahead = asyncio.create_task(made_ahead(app.state.site, app))
        await uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="warning")).serve()
        ahead.cancel()

    with suppress(KeyboardInterrupt):
        asyncio.run(both())
