"""The kinds of plan, and the jobs that solve those of ``plans.toml``: ``plan.NAME.result``, and its scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from xietong.errors import PackError, PlanError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Input, Receipt
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Page
from xietong.plans.beds import BEDS_KIND
from xietong.plans.culture_circle import CULTURE_CIRCLE
from xietong.plans.gaps import GAPS
from xietong.plans.joint_research import JOINT_RESEARCH
from xietong.plans.landing import LANDING
from xietong.plans.plan import Case, Kind, Lever, Outcome
from xietong.plans.portfolio import PORTFOLIO
from xietong.plans.ports import PORTS
from xietong.plans.relocation import RELOCATION
from xietong.plans.scenarios import SCENARIOS
from xietong.plans.services import SERVICES
from xietong.plans.university_places import UNIVERSITY_PLACES
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

KINDS: Mapping[str, Kind] = {
    "beds": BEDS_KIND,
    "culture_circle": CULTURE_CIRCLE,
    "gaps": GAPS,
    "joint_research": JOINT_RESEARCH,
    "landing": LANDING,
    "portfolio": PORTFOLIO,
    "ports": PORTS,
    "relocation": RELOCATION,
    "scenarios": SCENARIOS,
    "services": SERVICES,
    "university_places": UNIVERSITY_PLACES,
}
_OWN = ("kind", "label", "text", "levers")
_NUMBERS = ("value", "low", "high")


def plan_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of each ``[plan.NAME]`` of ``plans.toml``; problems go to ``errors``."""
    jobs: list[Job] = []
    for document in study.documents("plans"):
        for name in document.table("plan"):
            problems = list(plan_problems(document, name, study.pack))
            errors += problems
            jobs += [] if problems else _jobs(document, name)
    return jobs


def plan_problems(document: Document, name: str, pack: Pack) -> Iterator[XietongError]:
    """Yield what is wrong with the choices and the levers of a plan."""
    path, who = ("plan", name), f"plan {name}"
    spec = document.table(*path)
    if spec.get("kind") not in KINDS:
        yield UnknownName(who, "kind", str(spec.get("kind")), KINDS, where=document.where(*path, "kind"))
        return
    kind = KINDS[spec["kind"]]
    shapes = {key: tuple(names) for key, names in kind.shapes.items()}
    shapes["tables"] = (*shapes.get("tables", ()), "levers")
    told = document.demand(path, (*_OWN, *kind.required), kind.optional, **shapes)
    yield from told
    if told:
        return
    more = tuple(kind.levers_of(spec)) if kind.levers_of else ()
    told = document.demand((*path, "levers"), (*kind.levers, *more))
    told += [error for key in spec["levers"] for error in _lever_problems(document, (*path, "levers", key))]
    for one in kind.registers:
        if one in spec and spec[one] not in pack.registers:
            at = document.where(*path, one)
            told.append(UnknownName(who, "class of register", str(spec[one]), pack.registers, where=at))
    yield from told
    if kind.problems and not told:
        yield from kind.problems(document, path, pack)


def _lever_problems(document: Document, path: tuple[str, ...]) -> list[XietongError]:
    where, who = document.where(*path), f"lever {path[-1]} of plan {path[1]}"
    errors = document.demand(path, ("label", *_NUMBERS, "reason"), ("unit",), numbers=_NUMBERS)
    if errors:
        return errors
    spec = document.table(*path)
    if not spec["low"] <= spec["value"] <= spec["high"]:
        what = f"the value {spec['value']} lies outside its own range, {spec['low']} to {spec['high']}"
        errors.append(PackError(who, what, where=where))
    if not str(spec["reason"]).strip():
        errors.append(PackError(who, "the reason is empty", where=where))
    return errors


def case(document: Document, name: str, shelf: Shelf) -> Case:
    """Return a plan of a study with its levers as they stand."""
    levers = {}
    for key, spec in document.table("plan", name, "levers").items():
        label, unit, reason = (Label.parse(str(spec.get(one, ""))) for one in ("label", "unit", "reason"))
        value, low, high = (float(spec[one]) for one in _NUMBERS)
        where = document.where("plan", name, "levers", key)
        levers[key] = Lever(key, label, unit, value, low, high, reason, where)
    return Case(name, document, shelf, levers)


def needs(document: Document, name: str) -> dict[str, str]:
    """Return the findings that a plan reads, with the line that names each."""
    spec = document.table("plan", name)
    named_at: dict[str, str] = {}
    for key in KINDS[spec["kind"]].findings:
        told = spec.get(key, [])
        for one in told if isinstance(told, list) else [told]:
            named_at[str(one)] = document.where("plan", name, key)
    return named_at


def _jobs(document: Document, name: str) -> list[Job]:
    spec, where = document.table("plan", name), document.where("plan", name)
    kind, named_at = KINDS[spec["kind"]], needs(document, name)
    text = _program()

    def parts(shelf: Shelf) -> Mapping[str, str]:
        told = digest(repr(spec), *_files(document, name))
        return {"the programs of the plans": text, f"the plan at {where}": told, "the pack": shelf.study.pack.digest}

    def receipt(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Receipt:
        choices = {key: dict(one) if isinstance(one, Mapping) else one for key, one in spec.items() if key not in _OWN}
        choices |= {lever: one["value"] for lever, one in spec["levers"].items()}
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        inputs = _inputs(document, name, shelf)
        return Receipt(f"plans.{spec['kind']}", kind.label, text, "", "by hand", choices, inputs, key, reasons)

    def finding(part: str, make: Callable[[Case], tuple[Any, Mapping[str, Any]]]) -> Job:
        def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
            series, payload = make(case(document, name, shelf))
            what, label = "table" if series is None else "series", Label.parse(str(spec["label"]))
            told = Label.parse(str(spec["text"]))
            return Finding(f"plan.{name}.{part}", what, label, 1, told, receipt(shelf, key, made_of), series, payload)

        return Job(f"plan.{name}.{part}", where, tuple(named_at), parts, run, named_at)

    jobs = [finding("result", lambda one: (None, payload(one, kind, ranges=True)))]
    return [*jobs, finding("levels", lambda one: (kind.solve(one).series, {}))] if kind.scenario else jobs


@cache
def _program() -> str:
    """Return the digest of all programs: a kind may stand in several modules, and each rests on the solver's."""
    return digest(*(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py"))))


def _files(document: Document, name: str) -> list[str]:
    """Return the texts of the files beside the document that a plan names, so that a changed one makes it stale."""
    spec = document.table("plan", name)
    paths = [document.path.parent / str(spec[key]) for key in KINDS[spec["kind"]].files if key in spec]
    return [path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "" for path in paths]


def _inputs(document: Document, name: str, shelf: Shelf) -> tuple[Input, ...]:
    """Return the findings that a plan reads, for the receipt and the way down to the lines of the pack."""
    spec, found = document.table("plan", name), []
    for key in KINDS[spec["kind"]].findings:
        told = spec.get(key, [])
        for one in told if isinstance(told, list) else [told]:
            if (series := shelf.finding(str(one)).series) is not None:
                found.append(Input(key, f"finding:{one}", "", tuple(axis.name for axis in series.axes), {}, series))
    return tuple(found)


def payload(one: Case, kind: Kind, *, ranges: bool) -> dict[str, Any]:
    """Solve a plan and return its outcome as JSON data: a page with its numbers, levers, prices and checks.

    With ``ranges`` it is solved again with each lever at both ends of its range.  No clock is in it.
    """
    outcome = kind.solve(one)
    spec = one.spec
    page = Page(one.name, Label.parse(str(spec["label"])), Label.parse(str(spec["text"])), outcome.sections)
    return page.payload() | {
        "kind": spec["kind"],
        "objective": outcome.objective,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "objective_label": _pair(outcome.label),
        "unit": _pair(outcome.unit),
        "sense": outcome.sense,
        "facts": dict(outcome.facts),
        "points": [dict(point) for point in outcome.points],
        "bindings": [[_pair(b.label), b.price, _pair(b.unit), b.kind, b.by] for b in outcome.bindings],
        "checks": [[_pair(c.label), c.claimed, c.found, c.by, c.holds] for c in outcome.checks],
        "waits": [[_pair(m.what), _pair(m.why), [_pair(way) for way in m.ways]] for m in outcome.waits],
        "levers": [_lever(lever) for lever in one.levers.values()],
        "ranges": [_range(one, kind, lever) for lever in one.levers.values()] if ranges else [],
    }


def _range(one: Case, kind: Kind, lever: Lever) -> dict[str, Any]:
    """Return the objective and the facts with a lever at both ends of its range, None where there is no solution."""

    def at(value: float) -> tuple[float | None, Mapping[str, float]]:
        try:
            outcome = kind.solve(replace(one.moved({lever.id: value}), brief=True))
        except PlanError:
            return None, {}
        return outcome.objective, outcome.facts

    (low, below), (high, above) = at(lever.low), at(lever.high)
    facts = {name: [below.get(name), above.get(name)] for name in sorted({*below, *above})}
    return {"lever": lever.id, "low": low, "high": high, "facts": facts}


def _lever(one: Lever) -> dict[str, Any]:
    return {
        "id": one.id, "label": _pair(one.label), "unit": _pair(one.unit), "value": one.value, "low": one.low,
        "high": one.high, "reason": _pair(one.reason), "where": one.where,
    }  # fmt: skip


def _pair(label: Label) -> list[str]:
    return [label.zh, label.en]


__all__ = ["KINDS", "Outcome", "case", "needs", "payload", "plan_jobs", "plan_problems"]
