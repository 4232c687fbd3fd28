"""What the pages that write or compute share: the visitor, a page that is kept nowhere, a form that was demanded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xietong.app.web.door import Visitor
from xietong.app.web.forms import Form, read_form
from xietong.app.web.site import Site, language_of
from xietong.errors import AccessError

Answer = Callable[[Request], Awaitable[Response]]


async def shown(
    site: Site, request: Request, template: str, status: int = 200, *, visitor: Visitor | None = None, **told: Any
) -> Response:
    """Return a page for the visitor that asks: with the mark of its forms, and kept nowhere on the server."""
    visitor = visitor or await site.door.visitor(request)
    told = {"visitor": visitor, "mark": site.door.mark(visitor), **told}
    response = site.page(request, template, status, **told)
    response.headers["Cache-Control"] = "no-store" if visitor.account.name else "private, no-cache"
    site.door.keep(response, visitor)
    return response


async def demanded(site: Site, request: Request) -> tuple[Form, Visitor]:
    """Return the form of a request and who sends it.

    Raises:
        AccessError: when it is too large, no form, or was not given out to the visitor.
    """
    visitor = await site.door.visitor(request)
    form = await read_form(request)
    site.door.demand_form(request, form, visitor)
    return form, visitor


def moved(request: Request, path: str, anchor: str = "") -> RedirectResponse:
    """Send a browser to another page of the site, in the language of this one."""
    mark = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{mark}language={language_of(request)}{anchor}", 303)


def refused(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a request without the account, role or form that it needs."""

    async def answer(request: Request, error: Exception) -> Response:
        told = error if isinstance(error, AccessError) else AccessError(str(error), 403)
        response = site.page(request, "refused.html", told.status, error=told)
        if told.seconds:
            response.headers["Retry-After"] = str(told.seconds)
        return response

    return answer
