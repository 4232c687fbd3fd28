r"""Pace: the smallest peak growth that closes a gap by a given year, starting from today's growth.

.. math::

    \min_{g,G} G \quad \text{s.t.} \quad
    x_t = x_{t-1} + g_t - b, \quad g_t \le G, \quad |g_t - g_{t-1}| \le r, \quad x_T \ge \ln \rho

Sets: years :math:`t = 1 \dots T` after the base year.  Data: :math:`x_0`, the log of the member's level over the
reference's in the base year; :math:`g_0`, the member's log growth so far; both findings.  Assumptions of the study:
:math:`b`, log growth of the reference; :math:`\rho`, the level to reach; :math:`r`, how fast growth itself may change.
Without the last the answer is the constant pace :math:`b + (\ln\rho - x_0)/T`; with it, the ramp shows.
"""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from xietong.diagnosis.evidence import in_unit, values_of
from xietong.errors import PackError, PlanError, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Input, Receipt
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.series import Axis, Series
from xietong.plans.program import Program, Solution, solve
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

_REQUIRED = ("label", "levels", "growth", "member", "reference", "base", "horizon", "assumptions")
_LOWEST = {"target": 0.0, "reference_growth": -1.0, "ramp": -1e-12}
_ASSUMPTIONS = ("target", "reference_growth", "ramp")


@dataclass(frozen=True)
class Problem:
    """The numbers of one case: logs of level and growth, years to go, and the three assumptions."""

    start: float
    growth: float
    years: int
    target: float
    reference_growth: float
    ramp: float


def pace(problem: Problem) -> Solution:
    """Return the optimum of one case; ``values`` holds ``peak`` and ``growth 1`` … ``growth T`` in logs.

    Raises:
        PlanError: when no pace within the ramp reaches the target in time.
    """
    program = Program("pace")
    program.column("peak", cost=1.0, low=-1.0)
    steps = range(1, problem.years + 1)
    for t in steps:
        program.column(f"growth {t}", low=-1.0)
        program.row(f"peak {t}", {f"growth {t}": 1.0, "peak": -1.0}, high=0.0)
        before = {f"growth {t - 1}": -1.0} if t > 1 else {}
        since = problem.growth if t == 1 else 0.0
        program.row(f"ramp {t}", {f"growth {t}": 1.0} | before, low=since - problem.ramp, high=since + problem.ramp)
    needed = math.log(problem.target) - problem.start + problem.years * math.log1p(problem.reference_growth)
    program.row("target", {f"growth {t}": 1.0 for t in steps}, low=needed)
    return solve(program)


def pace_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of each plan under ``[pace]`` of ``plans.toml``; problems go to ``errors``."""
    jobs: list[Job] = []
    for document in study.documents("plans"):
        for name in document.table("pace"):
            problems = _problems(document, name)
            errors += problems
            if not problems:
                jobs += _jobs(document, name)
    return jobs


def _problems(document: Document, name: str) -> list[XietongError]:
    errors = document.demand(("pace", name), _REQUIRED, ("note",), tables=("assumptions",))
    path, spec = ("pace", name, "assumptions"), document.table("pace", name)
    errors += document.demand(path, _ASSUMPTIONS)
    for key in document.table(*path):
        errors += _assumption_problems(document, (*path, key))
    for key in ("base", "horizon"):
        if key in spec and not re.fullmatch("[0-9]{4}", str(spec[key])):
            what = f"'{key}' must be a year, not {spec[key]!r}"
            errors.append(PackError(f"plan {name}", what, where=document.where("pace", name, key)))
    if not errors and int(spec["horizon"]) <= int(spec["base"]):
        what = f"the horizon {spec['horizon']} does not lie after the base year {spec['base']}"
        errors.append(PackError(f"plan {name}", what, where=document.where("pace", name, "horizon")))
    return errors


def _assumption_problems(document: Document, path: tuple[str, ...]) -> list[XietongError]:
    numbers, key, where = ("value", "low", "high"), path[-1], document.where(*path)
    errors = document.demand(path, ("label", *numbers, "reason"), numbers=numbers)
    if errors:
        return errors
    spec = document.table(*path)
    if not spec["low"] <= spec["value"] <= spec["high"]:
        what = f"the value {spec['value']} lies outside its own range, {spec['low']} to {spec['high']}"
        errors.append(PackError(f"assumption {key}", what, where=where))
    if key in _LOWEST and min(spec[one] for one in numbers) <= _LOWEST[key]:
        what = f"the lowest value, {min(spec[one] for one in numbers)}, is one that the program cannot hold"
        errors.append(PackError(f"assumption {key}", what, where=where, why="a target is above 0, growth above -1"))
    if not str(spec["reason"]).strip():
        errors.append(PackError(f"assumption {key}", "the reason is empty", where=where))
    return errors


def _jobs(document: Document, name: str) -> list[Job]:
    spec, where = document.table("pace", name), document.where("pace", name)
    needs = (str(spec["levels"]), str(spec["growth"]))
    text = digest(inspect.getsource(sys.modules[__name__]))

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the program of pace": text, f"the plan at {document.shown}": digest(repr(spec))}

    def receipt(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Receipt:
        choices = {key: dict(one) for key, one in spec["assumptions"].items()}
        told = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        label = Label("追赶速度规划", "plan of pace")
        return Receipt("plans.pace", label, text, "", "by hand", choices, _inputs(spec, shelf), key, told)

    def levels(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        solution = pace(_problem(spec, shelf))
        series = _path(spec, solution, shelf, f"plan.{name}.levels")
        return Finding(series.name, "series", _label(spec), 0, _note(spec), receipt(shelf, key, made_of), series)

    def result(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        payload = _result(spec, shelf)
        return Finding(
            f"plan.{name}.result", "table", _label(spec), 1, _note(spec), receipt(shelf, key, made_of), None, payload
        )

    return [
        Job(f"plan.{name}.levels", where, needs, parts, levels),
        Job(f"plan.{name}.result", where, (*needs, f"plan.{name}.levels"), parts, result),
    ]


def _label(spec: Mapping[str, Any]) -> Label:
    return Label.parse(str(spec["label"]))


def _note(spec: Mapping[str, Any]) -> Label:
    return Label.parse(str(spec.get("note", "")))


def _inputs(spec: Mapping[str, Any], shelf: Shelf) -> tuple[Input, Input]:
    """Return the levels in the base year and the member's growth so far, the two findings that a plan stands on."""
    base = {"period": str(spec["base"])}
    member = {"place": str(spec["member"])}
    levels, growth = (values_of(shelf.finding(str(spec[key]))) for key in ("levels", "growth"))
    return (
        Input("levels", f"finding:{spec['levels']}", "", ("place",), base, levels.select(**base)),
        Input("growth", f"finding:{spec['growth']}", "", (), member, growth.select(**member)),
    )


def _problem(spec: Mapping[str, Any], shelf: Shelf, **instead: float) -> Problem:
    levels, growth = (one.series for one in _inputs(spec, shelf))
    member, reference = (levels.cell(place=str(spec[who])) for who in ("member", "reference"))
    rate = in_unit(growth, "1")
    assumed = {key: float(spec["assumptions"][key]["value"]) for key in _ASSUMPTIONS} | instead
    start = math.log(member / reference)
    return Problem(start, math.log1p(rate), int(spec["horizon"]) - int(spec["base"]), **assumed)


def _path(spec: Mapping[str, Any], solution: Solution, shelf: Shelf, name: str) -> Series:
    """Return the levels of member and reference in every year to the horizon, flagged as a scenario."""
    series = _inputs(spec, shelf)[0].series
    problem = _problem(spec, shelf)
    base = int(spec["base"])
    years = tuple(str(base + t) for t in range(problem.years + 1))
    member, reference = str(spec["member"]), str(spec["reference"])
    grown = np.cumsum([0.0, *(solution.values[f"growth {t}"] for t in range(1, problem.years + 1))])
    values = np.stack(
        [
            series.cell(place=member) * np.exp(grown),
            series.cell(place=reference) * (1 + problem.reference_growth) ** np.arange(problem.years + 1),
        ]
    )
    shape = values.shape
    axes = (Axis("place", (member, reference)), Axis("period", years))
    flags, grades = np.full(shape, int(Flag.SCENARIO), np.uint8), np.full(shape, int(Grade.ASSUMED), np.uint8)
    rows = np.full(shape, -1, np.int64)
    return Series(name, series.unit, axes, values, flags, grades, rows, series.benchmarks)


def _result(spec: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    problem = _problem(spec, shelf)
    solution = pace(problem)
    assumptions = spec["assumptions"]
    corners: list[float | None] = []
    for choice in product(*((assumptions[key]["low"], assumptions[key]["high"]) for key in _ASSUMPTIONS)):
        try:
            case = _problem(spec, shelf, **dict(zip(_ASSUMPTIONS, map(float, choice), strict=True)))
            corners.append(math.expm1(pace(case).objective))
        except PlanError:
            corners.append(None)
    reached = [one for one in corners if one is not None]
    growth = [math.expm1(solution.values[f"growth {t}"]) for t in range(1, problem.years + 1)]
    return {
        "peak": math.expm1(solution.objective),
        "growth": dict(zip((str(int(spec["base"]) + t) for t in range(1, problem.years + 1)), growth, strict=True)),
        "so_far": math.expm1(problem.growth),
        "start": math.exp(problem.start),
        "constant": math.expm1(
            (math.log(problem.target) - problem.start) / problem.years + math.log1p(problem.reference_growth)
        ),
        "bound": solution.bound,
        "gap": solution.gap,
        "binding": dict(solution.binding),
        "price_of_target": solution.binding.get("target", 0.0),
        "low": min(reached) if reached else None,
        "high": max(reached) if reached else None,
        "infeasible": sum(one is None for one in corners),
        "cases": len(corners),
        "assumptions": {key: dict(one) for key, one in assumptions.items()},
        "base": str(spec["base"]),
        "horizon": str(spec["horizon"]),
    }
