"""Signing in and out, who one is, the log of what was done, and the gate of a site off the own machine."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from xietong.app.accounts import accounts, any_account
from xietong.app.web.desks import demanded, moved, shown
from xietong.app.web.door import Door, address_of
from xietong.app.web.site import Site
from xietong.errors import AccessError
from xietong.library.registers.accounts import ROLES, VERBS, Account, Done

SHOWN = 200
"""So many lines of the log are shown."""
_OPEN = ("/account", "/static/", "/assets/")
_ONE = threading.Lock()
"""One password is checked at a time: a check takes much memory."""


def routes(site: Site) -> list[Route]:
    """Return the routes of accounts."""

    async def account(request: Request) -> Response:
        visitor = await site.door.visitor(request)
        told = await run_in_threadpool(_log, site) if visitor.account.reviews else []
        there = await run_in_threadpool(any_account, site.door.pack)
        told_all: dict[str, Any] = {
            "log": told,
            "verbs": VERBS,
            "roles": ROLES,
            "there": there,
            "problem": None,
            "next": _next(request),
        }
        return await shown(site, request, "account.html", visitor=visitor, **told_all)

    async def enter(request: Request) -> Response:
        form, visitor = await demanded(site, request)
        try:
            told = (form.text("name"), form.fields.get("password", ""), address_of(request))
            found = await run_in_threadpool(_checked, site.door, *told)
        except AccessError as error:
            more: dict[str, Any] = {
                "log": [],
                "verbs": VERBS,
                "roles": ROLES,
                "there": True,
                "next": _plain(form.text("next")),
            }
            return await shown(site, request, "account.html", error.status, visitor=visitor, problem=error, **more)
        response = moved(request, _plain(form.text("next")) or "/account")
        site.door.enter(response, found)
        return response

    async def leave(request: Request) -> Response:
        _, visitor = await demanded(site, request)
        if visitor.account.name:
            await run_in_threadpool(site.door.write, visitor.account, "signed out", "", request)
        response = moved(request, "/account")
        site.door.leave(response)
        return response

    return [
        Route("/account", account),
        Route("/account/enter", enter, methods=["POST"]),
        Route("/account/leave", leave, methods=["POST"]),
    ]


def _checked(door: Door, name: str, password: str, address: str) -> Account:
    with _ONE:
        return door.sign_in(name, password, address)


def _log(site: Site) -> list[Done]:
    with accounts(site.door.pack) as kept:
        return kept.log(SHOWN)


def _next(request: Request) -> str:
    return _plain(request.query_params.get("next", ""))


def _plain(path: str) -> str:
    """Return a path of this site, '' for anything that could lead elsewhere."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if safe else ""


class Gate:
    """Lets nobody read without an account; for a site that answers on more than the own machine."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or send it to where one signs in."""
        if scope["type"] != "http" or str(scope["path"]).startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            visitor = await self.door.visitor(request)
        except AccessError as error:
            await PlainTextResponse(error.text(), error.status)(scope, receive, send)
            return
        if visitor.account.name:
            await self.app(scope, receive, send)
        elif "text/html" in request.headers.get("accept", "") and request.method == "GET":
            await RedirectResponse(f"/account?next={quote(request.url.path)}", 303)(scope, receive, send)
        else:
            await PlainTextResponse("sign in, or send a token", 401)(scope, receive, send)
