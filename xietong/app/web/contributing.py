"""Contributing to a register: a file or a form row by row, shown as a difference before it is sent to the journal."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app import entries
from xietong.app.entered import Entered, all_entered, entered
from xietong.app.web.desks import demanded, moved, shown
from xietong.app.web.door import Visitor
from xietong.app.web.forms import Form, Upload
from xietong.app.web.site import Site
from xietong.errors import PackError, XietongError
from xietong.library import contributions
from xietong.library.contributions import Entry
from xietong.library.registers.accounts import Account
from xietong.library.registers.differences import Difference

LARGEST = 2_000_000
"""Bytes of a file of rows."""
_READING = ("sheet", "cells", "header", "origin")


@dataclass(frozen=True)
class Draft:
    """A file that is about to be contributed, how it is read, and what it would do."""

    upload: Upload
    told: dict[str, str]
    entries: list[Entry]
    difference: Difference

    @property
    def packed(self) -> str:
        """Return the file as a form carries it."""
        return base64.b64encode(self.upload.content).decode()


def routes(site: Site) -> list[Route]:
    """Return the routes of contributions."""

    async def listed(request: Request) -> Response:
        pack = await run_in_threadpool(site.pack.read)
        counts = {name: len(register) for name, register in pack.registers.items()}
        return await shown(site, request, "contribute_list.html", kinds=all_entered(pack), counts=counts)

    async def form(request: Request) -> Response:
        kind, item = await _kind(site, request), request.query_params.get("item", "")
        pack = await run_in_threadpool(site.pack.read)
        first = [{"item": item, "from": item}] if item else []
        return await _form(site, request, kind, entries.standing(pack, kind.id, item) if item and kind.rows else first)

    async def given(request: Request) -> Response:
        kind = await _kind(site, request)
        form, visitor = await demanded(site, request)
        account = site.door.demand(visitor)
        rows = entries.rows(kind.columns, form.fields, _count(form))
        try:
            draft = await run_in_threadpool(_draft, site, kind, form)
            if not form.text("send") or not draft.difference.sound:
                return await _shown(site, request, kind, draft, rows, visitor)
            number = await run_in_threadpool(_send, site, kind, draft, account)
        except XietongError as error:
            problem = error.text()
            return await _form(site, request, kind, rows, visitor=visitor, problem=problem, status=422)
        await run_in_threadpool(site.door.write, account, "contributed", f"{kind.id} {number}", request)
        return moved(request, f"/review/{number}?given=1")

    return [
        Route("/contribute", listed),
        Route("/contribute/{kind}", form),
        Route("/contribute/{kind}", given, methods=["POST"]),
    ]


async def _kind(site: Site, request: Request) -> Entered:
    pack = await run_in_threadpool(site.pack.read)
    return entered(pack, str(request.path_params["kind"]))


def _count(form: Form) -> int:
    text = form.text("rows")
    return min(int(text), entries.ROWS) if text.isdecimal() else 1


async def _form(
    site: Site, request: Request, kind: Entered, rows: list[dict[str, str]], *, problem: str = "",
    status: int = 200, visitor: Visitor | None = None,
) -> Response:  # fmt: skip
    asked = request.query_params.get("rows", "")
    count = max(len(rows), min(int(asked), entries.ROWS) if asked.isdecimal() else 1, 1)
    pack = await run_in_threadpool(site.pack.read)
    told: dict[str, Any] = {
        "kind": kind, "fields": kind.fields, "rows": rows, "count": count,
        "problem": problem, "places": pack.gazetteer, "largest": LARGEST // 1_000_000, "most": entries.ROWS,
    }  # fmt: skip
    return await shown(site, request, "contribute.html", status, visitor=visitor, **told)


async def _shown(
    site: Site, request: Request, kind: Entered, draft: Draft, rows: list[dict[str, str]], visitor: Visitor
) -> Response:
    """Show what a file would do; where a row is refused, with every reason."""
    refused = [error.text() for error in draft.difference.errors()]
    told: dict[str, Any] = {
        "kind": kind, "draft": draft, "rows": rows, "refused": refused, "fields": kind.fields,
        "differences": entries.differences(draft.entries, kind.fields, kind.origins),
    }  # fmt: skip
    return await shown(site, request, "contribute_draft.html", 422 if refused else 200, visitor=visitor, **told)


def _draft(site: Site, kind: Entered, form: Form) -> Draft:
    """Return what the file of a form, or its rows, would do.

    Raises:
        PackError: when it has neither, or the file cannot be read or is too large.
    """
    told = {key: form.text(key) for key in _READING}
    upload = form.carried() or form.files.get("file")
    if upload is None or not upload.content:
        typed = entries.rows(kind.columns, form.fields, _count(form))
        if not typed:
            raise PackError("contribution", "there is no file and no row", ways=("choose a file or fill in a row",))
        upload, told = Upload("form.csv", entries.as_file(kind.columns, typed)), {**told, "origin": ""}
    if len(upload.content) > LARGEST:
        raise PackError("contribution", f"the file has more than {LARGEST / 1e6:g} MB", ways=("send it in parts",))
    with entries.sheet(upload.name, upload.content, told) as sheet:
        found, difference = contributions.previewed(site.pack.path, kind.id, sheet)
    return Draft(upload, told, found, difference)


def _send(site: Site, kind: Entered, draft: Draft, account: Account) -> int:
    with entries.sheet(draft.upload.name, draft.upload.content, draft.told) as sheet:
        told = (site.pack.path, kind.id, sheet, account.office, account.jurisdiction)
        return contributions.contribute(*told)[0].number
