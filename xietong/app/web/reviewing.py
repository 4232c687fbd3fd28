"""Reviewing what offices contributed: the list, one with difference and file, accepted or returned with a reason."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app import entries
from xietong.app.entered import all_entered
from xietong.app.web.desks import demanded, moved, shown
from xietong.app.web.door import Visitor
from xietong.app.web.site import HEADERS, Site
from xietong.errors import UnknownName, XietongError
from xietong.library import contributions
from xietong.library.labels import Label
from xietong.library.registers.journal import Contribution

STATES = {
    "open": Label("待定", "open"),
    "accepted": Label("已接受", "accepted"),
    "returned": Label("已退回", "returned"),
}


def routes(site: Site) -> list[Route]:
    """Return the routes of reviews."""

    async def listed(request: Request) -> Response:
        found, left = await run_in_threadpool(contributions.contributions, site.pack.path)
        kind, state = (request.query_params.get(key, "") for key in ("class", "state"))
        those = [one for one in reversed(found) if kind in ("", one.kind) and state in ("", one.state)]
        pack = await run_in_threadpool(site.pack.read)
        told: dict[str, Any] = {
            "found": [(one, len(contributions.entries(one))) for one in those], "left": [one.text() for one in left],
            "states": STATES, "kinds": sorted({one.kind for one in found}), "kind": kind, "state": state,
            "registers": pack.registers, "label": pack.gazetteer.label,
        }  # fmt: skip
        return await shown(site, request, "review_list.html", **told)

    async def one(request: Request) -> Response:
        return await _one(site, request, await _contribution(site, request))

    async def file(request: Request) -> Response:
        found = await _contribution(site, request)
        _, content = await run_in_threadpool(contributions.contribution, site.pack.path, found.number)
        headers = {**HEADERS, "Content-Disposition": "attachment", "Cache-Control": "no-store"}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def ruled(request: Request) -> Response:
        found = await _contribution(site, request)
        form, visitor = await demanded(site, request)
        account = site.door.demand(visitor, reviews=True)
        verdict, reason = form.text("verdict"), form.text("reason")
        if verdict not in ("accepted", "returned"):
            raise UnknownName("review", "verdict", verdict, ("accepted", "returned"))
        rule = contributions.accept if verdict == "accepted" else contributions.send_back
        told = (site.pack.path, found.number, account.office, account.jurisdiction, reason)
        try:
            await run_in_threadpool(rule, *told)
        except XietongError as error:
            now = await _contribution(site, request)
            status = 409 if now.state != "open" else 422
            return await _one(site, request, now, visitor=visitor, status=status, problem=error.text(), reason=reason)
        what = " ".join(filter(None, (f"{found.kind} {found.number}", reason)))
        await run_in_threadpool(site.door.write, account, verdict, what, request)
        return moved(request, f"/review/{found.number}")

    return [
        Route("/review", listed),
        Route("/review/{number:int}", one),
        Route("/review/{number:int}", ruled, methods=["POST"]),
        Route("/review/{number:int}/file", file),
    ]


async def _contribution(site: Site, request: Request) -> Contribution:
    """Return the contribution that an address names.

    Raises:
        UnknownName: when there is none of that number.
    """
    number = int(request.path_params["number"])
    found, _ = await run_in_threadpool(contributions.contributions, site.pack.path)
    known = {one.number: one for one in found}
    if number not in known:
        raise UnknownName("review", "contribution", str(number), map(str, known))
    return known[number]


async def _one(
    site: Site, request: Request, found: Contribution, *, visitor: Visitor | None = None, status: int = 200,
    problem: str = "", reason: str = "",
) -> Response:  # fmt: skip
    pack = await run_in_threadpool(site.pack.read)
    kind = next((told for told in all_entered(pack) if told.id == found.kind), None)
    named = (kind.fields, kind.origins) if kind else ((), {})
    told: dict[str, Any] = {
        "one": found, "kind": kind, "label": pack.gazetteer.label, "states": STATES, "problem": problem,
        "reason": reason, "differences": entries.differences(contributions.entries(found), *named),
        "given": "given" in request.query_params,
    }  # fmt: skip
    return await shown(site, request, "review.html", status, visitor=visitor, **told)
