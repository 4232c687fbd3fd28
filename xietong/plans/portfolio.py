r"""Portfolio: one budget over the paths of the framework, to meet the most targets; the program is in `plans.efforts`.

The goals are the targets of published plans that can be measured and lie behind, and the gaps of a plan of kind
``gaps`` that do not close as they go.  What effort does to a pace was never measured: effect and cost of every path
are levers.  So the page leads with what does not depend on them.  Effort, budget and cost only ever help or hinder in
one direction, hence

- a goal that is not met by the whole budget with all levers at their best end is met nowhere in the ranges;
- a goal that is met by the whole budget with all levers at their worst end can be met everywhere, if it comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from xietong.errors import PackError, PlanError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import page
from xietong.plans.efforts import Goal, Means, Spent, alone, least_budget, lexicographic, most, sparing, weighted
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.portfolio_page import Found, Standing, sections, waits
from xietong.recipes.measuring import Given, measured

_LEVERS = ("budget", "ramp", "official")
_NONE = 1e-9
_POINT = 100.0
"""Effects are levers in percentage points of yearly pace; the program counts in logs."""


def _levers_of(spec: Mapping[str, Any]) -> Iterable[str]:
    """Return the two levers of each path: what a point of effort does, and what it costs."""
    return [f"{what}_{path}" for path in spec["paths"] for what in ("effect", "cost")]


def solve(case: Case) -> Outcome:
    """Return the effort that leaves the least weighted share of the goals open, and what of that is robust.

    Raises:
        PlanError: when a goal has no entry under ``serves``, or no year is left before the last goal.
    """
    standings = list(_standings(case))
    means = _means(case)
    goals = [one.goal for one in standings if one.goal and one.goal.paths and one.goal.due >= means.first]
    if not goals:
        return _nothing(case, standings)
    best = weighted(goals, means)
    found = Found(
        means, tuple(goals), sparing(goals, means, best), lexicographic(goals, means),
        () if case.brief else _frontier(goals, means),
        _without(goals, means, best), _robust(case, goals), tuple(_times(goal, means) for goal in goals),
    )  # fmt: skip
    total = sum(goal.weight for goal in goals)
    return Outcome(
        best.answer.objective, best.answer.bound, best.answer.gap,
        Label("加权未弥合份额（若假定成立）", "weighted share of the goals left open, if the assumptions hold"),
        Label(f"共 {total:g}", f"of {total:g}"), "min",
        () if case.brief else sections(case, standings, found),
        bindings=tuple(_bindings(best)), checks=tuple(_checks(standings, found, best)), waits=tuple(waits(case)),
        facts=_facts(standings, found), seconds=best.answer.seconds,
    )  # fmt: skip


def _nothing(case: Case, standings: list[Standing]) -> Outcome:
    """Return the outcome where no goal is left that effort could serve."""
    label, unit = (
        Label("加权未弥合份额（若假定成立）", "weighted share of the goals left open, if the assumptions hold"),
        Label("", ""),
    )
    told = sections(case, standings, None)
    return Outcome(0.0, 0.0, 0.0, label, unit, "min", told, waits=tuple(waits(case)), facts=_facts(standings, None))


def _facts(standings: list[Standing], found: Found | None) -> dict[str, float]:
    told = {"official": 0.0, "goals": 0.0, "as it goes": 0.0, "no path": 0.0, "met": 0.0}
    for one in standings:
        told["official"] += one.official
        told["as it goes"] += one.goal is None
        told["no path"] += one.goal is not None and not one.goal.paths
    if found:
        told["goals"], told["met"] = float(len(found.goals)), float(sum(found.weighted.met(found.goals)))
    return told


def _standings(case: Case) -> Iterator[Standing]:
    """Yield every measurable target and gap: the pace needed and achieved, and the goal where it lies behind."""
    for row in case.finding(str(case.spec["targets"])).payload["rows"]:
        if "last" in row:
            yield _target(case, row)
    yield from _gaps(case)


def _gaps(case: Case) -> Iterator[Standing]:
    """Yield the gaps of the plan of gaps with the horizon of this plan.

    Raises:
        PlanError: when that plan does not reach to the horizon.
    """
    payload, horizon = case.finding(str(case.spec["gaps"])).payload, str(case.spec["horizon"])
    facts, found = payload["facts"], False
    labels = {row.finding: row.cells[0] for row in page(payload).section("paces").rows}
    for name, label in labels.items():
        if f"{name}:needed:{horizon}" in facts and isinstance(label, Label):
            found = True
            achieved, base = facts[f"{name}:achieved"], int(facts[f"{name}:base"])
            needed = facts[f"{name}:needed:{horizon}"]
            yield _standing(case, name, label, False, achieved, needed, base, int(horizon), 1)
    if not found:
        what = f"'{case.spec['gaps']}' has no gap with the horizon {horizon}"
        raise PlanError(f"plan {case.name}", what, ways=("name one of its horizons",), where=case.where("horizon"))


def _target(case: Case, row: Mapping[str, Any]) -> Standing:
    sign = -1 if row["operator"] == "<=" else 1
    label, due = Label(*row["label"]), int(str(row["year"]).split("/")[-1])
    achieved = None if row["achieved"] is None else sign * math.log1p(row["achieved"])
    if row["state"] == "met" or row["needed"] is None:
        met = row["state"] == "met"
        return Standing(row["id"], label, True, sign, achieved, None, int(row["at"]), due, met, None)
    needed = sign * math.log1p(row["needed"])
    return _standing(case, row["id"], label, True, achieved or 0.0, needed, int(row["at"]), due, sign)


def _standing(
    case: Case, name: str, label: Label, official: bool, achieved: float, needed: float, base: int, due: int, sign: int
) -> Standing:
    lacking = (due - base) * (needed - achieved)
    goal = None
    if lacking > 0:
        serves = case.spec["serves"]
        if name not in serves:
            what = f"'{name}' lies behind and stands nowhere under 'serves'"
            ways = ("name the paths that serve it, with the reason", "an empty list says that none does")
            raise PlanError(f"plan {case.name}", what, ways=ways, where=case.where("serves"))
        paths = tuple(map(str, serves[name]["paths"]))
        goal = Goal(name, label, lacking, due, paths, case["official"] if official else 1.0, 0 if official else 1)
    return Standing(name, label, official, sign, achieved, needed, base, due, False, goal)


def _means(case: Case, end: int = 0) -> Means:
    """Return what there is to spend: the levers as they stand, all at their best end (1), or at their worst (-1)."""
    paths = tuple(map(str, case.spec["paths"]))

    def at(name: str, better: int = 1) -> float:
        lever = case.levers[name]
        return (lever.low, lever.value, lever.high)[1 + end * better]

    effect = np.array([at(f"effect_{path}") for path in paths]) / _POINT**2
    cost = np.array([at(f"cost_{path}", -1) for path in paths])
    return Means(paths, effect, cost, at("budget"), at("ramp"), int(case.spec["first"]))


def _frontier(goals: list[Goal], means: Means) -> tuple[Spent | None, ...]:
    """Return the least budget for one goal, for two, and so on: exact, each a mixed-integer program."""
    return tuple(least_budget(goals, means, count) for count in range(1, len(goals) + 1))


def _without(goals: list[Goal], means: Means, best: Spent) -> dict[str, float]:
    """Return by how much the objective rises when a path gets no effort; 0 for one that serves no goal."""
    serving = {path for goal in goals for path in goal.paths}
    told = {}
    for at, path in enumerate(means.paths):
        idle = replace(means, effect=np.where(np.arange(len(means.paths)) == at, 0.0, means.effect))
        worse = weighted(goals, idle).answer.objective if path in serving else best.answer.objective
        told[path] = worse - best.answer.objective
    return told


def _robust(case: Case, goals: list[Goal]) -> tuple[str, ...]:
    """Return of each goal whether it is ``out`` of reach, within reach (``in``) or open (``?``) over all the ranges."""
    best, worst = _means(case, 1), _means(case, -1)
    return tuple("in" if alone(one, worst) else "?" if alone(one, best) else "out" for one in goals)


def _times(goal: Goal, means: Means) -> float | None:
    """Return by what factor effects would have to grow for the whole budget to meet a goal; nothing if they are 0."""
    gained = most(goal, means)
    return goal.shortfall / gained if gained > _NONE else None


def _bindings(best: Spent) -> Iterator[Binding]:
    """Yield what one more point of budget, or of change of effort, buys in the year; from the duals of the optimum."""
    unit = Label("份额，每点", "share for each point")
    for block in best.model.row_blocks[len(best.open) :]:
        for position, row in enumerate(block.at):
            price = float(best.answer.duals[row])
            if abs(price) > _NONE:
                named = Label(
                    f"{block.label.zh}（{block.named(position)}）", f"{block.label.en} ({block.named(position)})"
                )
                yield Binding(named, -abs(price), unit, "dual")


def _checks(standings: list[Standing], found: Found, best: Spent) -> Iterator[Check]:
    """Yield the objective again, from the effort alone by plain arithmetic, and from paces by the measure of growth."""
    means, effort = found.means, best.effort
    bases = {one.goal.id: one for one in standings if one.goal}
    plain = measure = 0.0
    for goal in found.goals:
        used = np.arange(effort.shape[1]) + means.first <= goal.due
        serving = np.isin(means.paths, goal.paths)
        gained = float((means.effect[serving, None] * effort[serving][:, used]).sum())
        plain += goal.weight * max(0.0, goal.shortfall - gained) / goal.shortfall
        one = bases[goal.id]
        span, achieved, needed = one.due - one.base, one.achieved or 0.0, one.needed or 0.0
        reached, wanted = (_log_pace(level, span) for level in (achieved * span + gained, needed * span))
        measure += goal.weight * max(0.0, span * (wanted - reached)) / goal.shortfall
    claimed = best.answer.objective
    yield Check(Label("由投入直接复算", "from the effort, by plain arithmetic"), claimed, plain, "sum")
    said = Label("由达到的水平按增速测度复算", "from the levels reached, by the measure of growth")
    yield Check(said, claimed, measure, "growth.compound_annual_growth")


def _log_pace(level: float, span: int) -> float:
    """Return the pace in logs that leads to a level given in logs, by the measure of growth."""
    given = {"first": Given(np.array(1.0)), "last": Given(np.array(math.exp(level)))}
    return math.log1p(measured("growth.compound_annual_growth", given, {"years": float(span)}).value)


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    spec, who = document.table(*path), f"plan {path[1]}"
    errors: list[XietongError] = []
    for key in ("first", "horizon"):
        if not (isinstance(spec[key], str) and spec[key].isdigit() and len(spec[key]) == len("2000")):
            errors.append(
                PackError(who, f"'{key}' must be a year, not {spec[key]!r}", where=document.where(*path, key))
            )
    for name in spec["serves"]:
        at = (*path, "serves", name)
        told = document.demand(at, ("paths", "reason"), lists=("paths",))
        errors += told
        if not told:
            strange = [str(one) for one in document.table(*at)["paths"] if one not in spec["paths"]]
            errors += [UnknownName(who, "path", one, spec["paths"], where=document.where(*at)) for one in strange]
    for key, lever in document.table(*path, "levers").items():
        least = 0.0 if key.startswith("effect_") else _NONE
        if lever["low"] < least:
            what, where = f"the low end {lever['low']} makes no sense", document.where(*path, "levers", key)
            why = "an effect is at least 0; cost, budget, change and weight are above it"
            errors.append(PackError(f"lever {key} of {who}", what, why=why, where=where))
    return errors


PORTFOLIO = Kind(
    solve,
    Label("投入组合", "portfolio of efforts"),
    _LEVERS,
    required=("targets", "gaps", "paths", "serves", "first", "horizon"),
    optional=("scorecard",),
    findings=("targets", "gaps", "scorecard"),
    shapes={"lists": ("paths",), "tables": ("serves",)},
    problems=_problems,
    levers_of=_levers_of,
)
