"""Plans to be tried: levers to set, a run with progress that can be stopped, its outcome, two outcomes compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xietong.app.pages import written
from xietong.app.plan_runs import Run, Runs
from xietong.app.plans import lever_values, levers_of
from xietong.app.web.analyses import TYPES
from xietong.app.web.desks import demanded, moved, shown
from xietong.app.web.door import Visitor, address_of
from xietong.app.web.site import HEADERS, Site, language_of
from xietong.errors import UnknownName, XietongError
from xietong.library.labels import Label
from xietong.plans.comparison import compare as compare_outcomes
from xietong.plans.plan import Lever
from xietong.publish.page_html import page_body
from xietong.publish.plan_page import plan_page

STUDY = "study"
"""The name of the outcome that the edition has."""


@dataclass
class Plans:
    """The plans of a site that can be tried, and their runs."""

    site: Site
    runs: Runs
    found: dict[str, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        edition = self.site.edition
        names = [one for one in edition.ids if one.startswith("plan.") and one.endswith(".result")]
        payloads = {one.removeprefix("plan.").removesuffix(".result"): edition.finding(one).payload for one in names}
        self.found = {name: told for name, told in payloads.items() if "page" in told}

    def payload(self, request: Request) -> Mapping[str, Any]:
        """Return the outcome that the edition has of the plan that an address names.

        Raises:
            UnknownName: when there is no such plan.
        """
        name = str(request.path_params["name"])
        if name not in self.found:
            raise UnknownName("plans", "plan", name, self.found)
        return self.found[name]

    def run(self, request: Request, name: str = "") -> Run:
        """Return the run that an address names.

        Raises:
            UnknownName: when it is not known, or not any more.
        """
        self.payload(request)
        told, plan = name or str(request.path_params["run"]), str(request.path_params["name"])
        run = self.runs.get(told)
        if run is None or run.plan != plan:
            raise UnknownName(f"plan {plan}", "run", told, [one.id for one in self.runs.of(plan)])
        return run


def routes(site: Site) -> list[Route]:
    """Return the routes of runs of plans."""
    plans = Plans(site, Runs(site.study, site.out))
    site.closing.append(plans.runs.close)
    site.runs = plans.runs
    base = "/plans/{name}"
    return [
        Route(f"{base}/run", _start(plans), methods=["GET", "POST"]),
        Route(f"{base}/runs/{{run}}", _one(plans)),
        Route(f"{base}/runs/{{run}}/state", _state(plans)),
        Route(f"{base}/runs/{{run}}/stop", _stop(plans), methods=["POST"]),
        Route(f"{base}/runs/{{run}}/{{form}}", _taken(plans)),
        Route(f"{base}/compare", _compare(plans)),
    ]


def _start(plans: Plans) -> Any:
    async def start(request: Request) -> Response:
        levers, name = levers_of(plans.payload(request)), str(request.path_params["name"])
        if request.method == "GET":
            typed = {key: text for key, text in request.query_params.items() if key in levers}
            return await _form(plans, request, levers, typed)
        form, visitor = await demanded(plans.site, request)
        typed = {key: form.text(key) for key in levers if form.text(key)}
        plans.site.door.runs.take(address_of(request))
        try:
            told = lever_values(name, levers, list(typed.items()))
        except XietongError as error:
            return await _form(plans, request, levers, typed, visitor=visitor, problem=error.text())
        values = {key: told.get(key, one.value) for key, one in levers.items()}
        run = plans.runs.start(name, values, ranges=bool(form.text("ranges")))
        return moved(request, f"/plans/{name}/runs/{run.id}")

    return start


async def _form(
    plans: Plans, request: Request, levers: Mapping[str, Lever], typed: Mapping[str, str], *,
    visitor: Visitor | None = None, problem: str = "",
) -> Response:  # fmt: skip
    name = str(request.path_params["name"])
    told: dict[str, Any] = {
        "plan": name, "label": Label(*plans.found[name]["title"]), "levers": levers, "typed": typed,
        "problem": problem, "runs": plans.runs.of(name),
    }  # fmt: skip
    return await shown(plans.site, request, "plan_run.html", 422 if problem else 200, visitor=visitor, **told)


def _one(plans: Plans) -> Any:
    async def one(request: Request) -> Response:
        base, run, language = plans.payload(request), plans.run(request), language_of(request)
        levers = levers_of(base)
        body = page_body(plan_page(run.payload), language, ground=plans.site.ground) if run.payload else ""
        told: dict[str, Any] = {
            "plan": run.plan, "label": Label(*base["title"]), "run": run, "body": body, "base": base,
            "moved": {key: one for key, one in levers.items() if run.values.get(key) != one.value},
            "others": [other for other in plans.runs.of(run.plan) if other.id != run.id and other.state == "done"],
            "link": "&".join(f"{key}={value:.12g}" for key, value in run.values.items()),
        }  # fmt: skip
        return await shown(plans.site, request, "plan_outcome.html", **told)

    return one


def _state(plans: Plans) -> Any:
    async def state(request: Request) -> Response:
        return JSONResponse(plans.run(request).told(), headers={**HEADERS, "Cache-Control": "no-store"})

    return state


def _stop(plans: Plans) -> Any:
    async def stop(request: Request) -> Response:
        run = plans.run(request)
        await demanded(plans.site, request)
        plans.runs.stop(run)
        return moved(request, f"/plans/{run.plan}/runs/{run.id}")

    return stop


def _taken(plans: Plans) -> Any:
    async def taken(request: Request) -> Response:
        run, form = plans.run(request), str(request.path_params["form"])
        if form not in ("json", "xlsx") or not run.payload:
            raise UnknownName(f"plan {run.plan}", "format", form, ("json", "xlsx") if run.payload else ())
        content = written(run.payload, form, language_of(request), shown=plan_page(run.payload))
        return Response(content, media_type=TYPES[form], headers={"Content-Disposition": "attachment"})

    return taken


_STUDY = Label("研究的取值", "As the study has it")


def _compare(plans: Plans) -> Any:
    async def compare(request: Request) -> Response:
        base, language = plans.payload(request), language_of(request)
        asked = [request.query_params.get(key, STUDY) for key in ("a", "b")]
        outcomes = [base if one == STUDY else plans.run(request, one).payload for one in asked]
        for name, outcome in zip(asked, outcomes, strict=True):
            if not outcome:
                raise UnknownName(f"plan {base['page']}", "outcome", name, [STUDY])
        names = [_STUDY.text(language) if one == STUDY else one for one in asked]
        names[1] += " *" if names[0] == names[1] else ""
        page = compare_outcomes(outcomes, names)
        told = {"label": Label(*base["title"]), "plan": request.path_params["name"], "body": page_body(page, language)}
        return await shown(plans.site, request, "plan_compare.html", **told)

    return compare
