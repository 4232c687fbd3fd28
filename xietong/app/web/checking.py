"""The data check in the browser: suspicions to work through, each with its evidence, decided by a reviewer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xietong.app import inspect
from xietong.app.checking import KeptCheck, demand_say, table_of
from xietong.app.inspect import Checked
from xietong.app.web.desks import demanded, moved, shown
from xietong.app.web.door import Visitor
from xietong.app.web.site import Site, language_of
from xietong.diagnosis.inspection import INTERNAL, Judged, covered
from xietong.diagnosis.trends import trends
from xietong.errors import UnknownName, XietongError
from xietong.library.decisions import VERDICTS
from xietong.library.labels import Label
from xietong.publish.trend_drawing import charts, drawing

_TYPED = ("verdict", "why", "was", "now")
STATES = {"": Label("全部", "all"), "open": Label("未决定", "open"), "decided": Label("已决定", "decided")}


def routes(site: Site) -> list[Route]:
    """Return the routes of the check."""
    kept = KeptCheck(site.pack.path)

    async def listed(request: Request) -> Response:
        checked = await run_in_threadpool(kept.read)
        asked = {key: request.query_params.get(key, "") for key in ("detector", "table", "state", "text")}
        groups = [
            (detector, [one for one in judged if _wanted(one, asked, language_of(request))])
            for detector, judged in checked.inspection.groups
        ]
        told: dict[str, Any] = {
            "inspection": checked.inspection, "groups": [one for one in groups if one[1]], "asked": asked,
            "states": STATES, "detectors": [detector for detector, _ in checked.inspection.groups],
            "tables": sorted({table_of(one.suspicion) for one in checked.inspection.judged}), "internal": INTERNAL,
            "notes": list(checked.inspection.notes()), "summary": checked.summary(),
        }  # fmt: skip
        return await shown(site, request, "check.html", **told)

    async def one(request: Request) -> Response:
        checked = await run_in_threadpool(kept.read)
        return await _one(site, request, checked)

    async def decided(request: Request) -> Response:
        form, visitor = await demanded(site, request)
        account = site.door.demand(visitor, reviews=True)
        checked = await run_in_threadpool(kept.read)
        judged = _judged(checked, str(request.path_params["suspicion"]))
        demand_say(account, judged.suspicion, await run_in_threadpool(site.pack.read))
        told = {key: form.text(key) for key in ("why", "was", "now")}
        verdict, day = form.text("verdict"), datetime.now(UTC).date().isoformat()
        try:
            ruling = inspect.ruling(checked, judged.suspicion.id, verdict, who=account.office, when=day, **told)
            await run_in_threadpool(_decide, checked, ruling, bool(form.text("again")))
        except XietongError as error:
            now = await run_in_threadpool(kept.read)
            more = {"problem": error.text(), "typed": {**told, "verdict": verdict}}
            return await _one(site, request, now, visitor=visitor, status=422, **more)
        what = f"{judged.suspicion.id} {verdict}"
        await run_in_threadpool(site.door.write, account, "decided", what, request)
        return moved(request, f"/check/{judged.suspicion.id}")

    return [
        Route("/check", listed),
        Route("/check/{suspicion}", one),
        Route("/check/{suspicion}", decided, methods=["POST"]),
    ]


def _decide(checked: Checked, ruling: Any, again: bool) -> None:
    inspect.decide(checked, [ruling], again=again)


def _wanted(one: Judged, asked: dict[str, str], language: Any) -> bool:
    suspicion = one.suspicion
    words = f"{suspicion.id} {suspicion.what.text(language)} {' '.join(told.text for told in suspicion.evidence)}"
    return (
        asked["detector"] in ("", suspicion.detector)
        and asked["table"] in ("", table_of(suspicion))
        and asked["state"] in ("", "decided" if one.decided else "open")
        and asked["text"].casefold() in words.casefold()
    )


def _judged(checked: Checked, name: str) -> Judged:
    """Return a suspicion with its decisions.

    Raises:
        UnknownName: when nothing of that id is suspected.
    """
    known = {one.suspicion.id: one for one in checked.inspection.judged}
    if name not in known:
        raise UnknownName("check", "suspicion", name, known)
    return known[name]


async def _one(
    site: Site, request: Request, checked: Checked, *, visitor: Visitor | None = None, status: int = 200, **more: Any
) -> Response:
    judged = _judged(checked, str(request.path_params["suspicion"]))
    order = [one.suspicion.id for _, group in checked.inspection.groups for one in group if not one.decided]
    at = order.index(judged.suspicion.id) + 1 if judged.suspicion.id in order else 0
    told: dict[str, Any] = {
        "one": judged, "internal": INTERNAL, "verdicts": VERDICTS, "problem": "",
        "typed": dict.fromkeys(_TYPED, ""), "drawing": drawing,
        "charts": charts(trends(judged.suspicion, checked.inspection.sheets)),
        "rows": covered(judged.suspicion.cells, checked.inspection.sheets),
        "label": (await run_in_threadpool(site.pack.read)).gazetteer.label,
        "detector": next(one for one, _ in checked.inspection.groups if one.id == judged.suspicion.detector),
        "following": order[at] if at < len(order) else "", "left": len(order), **more,
    }  # fmt: skip
    return await shown(site, request, "suspicion.html", status, visitor=visitor, **told)
