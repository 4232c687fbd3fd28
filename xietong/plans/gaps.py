"""Gaps: what yearly pace closes each gap of the framework by given years, in one table, against the pace achieved.

The program of one gap stands in `xietong.plans.catching_up`; this kind reads the gaps from findings over places and
years (``levels``), from ratios that are gaps by themselves (``ratios``) and from measures of dispersion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from xietong.diagnosis.evidence import values_of
from xietong.errors import PackError, PlanError, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.series import Series
from xietong.plans.blocks import Floats
from xietong.plans.catching_up import LOOSE, Gap, Paced, paced
from xietong.plans.gaps_page import Spread, scenario, sections
from xietong.plans.pace import pace
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.recipes.measuring import Given, measured


def solve(case: Case) -> Outcome:
    """Return the pace that each gap takes by each horizon, and how far the pace achieved falls short.

    Raises:
        PlanError: when a finding has no two years in which both places are observed, or its last lies after a horizon.
    """
    gaps = list(_gaps(case))
    years = [int(one) for one in case.spec["horizons"]]
    levers = case["share"], case["shift"], case["ramp"]
    told = [paced(gap, year, *levers) for gap in gaps if gap.open for year in years]
    last = [one for one in told if one.horizon == max(years)]
    claimed = [_claimed(one, case) for one in last]
    objective = 100 * sum(claimed) / max(1, len(last))
    found = 100 * sum(_found(one, case) for one in last) / max(1, len(last))
    return Outcome(
        objective,
        objective,
        0.0,
        Label(f"到 {max(years)} 年平均还要加快", f"mean of what the pace lacks, by {max(years)}"),
        Label("百分点/年", "points a year"),
        "min",
        sections(case, gaps, told, list(_spreads(case))),
        checks=(
            Check(
                Label("复算：补足差距部分的年均速度", "the pace again, from the levels it leads to"),
                objective,
                found,
                "growth.compound_annual_growth",
            ),
        ),
        bindings=tuple(_bindings(last)),
        facts=dict(_facts(gaps, told)),
        series=scenario(case, last),
    )


def _bindings(last: list[Paced]) -> Iterator[Binding]:
    """Yield what one more hundredth of a goal costs in peak growth, and what a point more of the ramp takes off it."""
    unit = Label("百分点/年，每 1%", "points a year for each 1%")
    for one in last:
        zh, en = one.gap.label.zh, one.gap.label.en
        if one.price > 0:
            yield Binding(Label(f"{zh}：目标提高", f"{en}: a higher goal"), one.price, unit, "dual")
        if one.price_of_ramp > 0:
            eased = Label(f"{zh}：放宽增速变动", f"{en}: growth may move more")
            yield Binding(
                eased, -one.price_of_ramp, Label("百分点/年，每百分点", "points a year for each point"), "dual"
            )


def _claimed(one: Paced, case: Case) -> float:
    """Return what the pace lacks as a yearly rate, from the optimum of the program without a ramp."""
    free = pace(one.gap.problem(one.horizon, case["share"], case["shift"], LOOSE)).objective
    return max(0.0, math.expm1(free) - math.expm1(one.gap.growth))


def _found(one: Paced, case: Case) -> float:
    """Return the same from the level that is to be reached, by the measure of growth."""
    problem = one.gap.problem(one.horizon, case["share"], case["shift"], LOOSE)
    reached = problem.target * (1 + problem.reference_growth) ** problem.years
    rate = _growth(math.exp(problem.start), reached, problem.years)
    return max(0.0, rate - math.expm1(one.gap.growth))


def _growth(first: float, last: float, years: int) -> float:
    given = {"first": Given(np.array(first)), "last": Given(np.array(last))}
    return measured("growth.compound_annual_growth", given, {"years": float(years)}).value


def _facts(gaps: list[Gap], told: list[Paced]) -> Iterator[tuple[str, float]]:
    """Yield, in logs a year of the ratio, what was achieved and what each horizon needs; other plans read them."""
    for gap in gaps:
        yield f"{gap.finding}:achieved", gap.growth - gap.reference
        yield f"{gap.finding}:base", float(gap.base)
    for one in told:
        yield f"{one.gap.finding}:needed:{one.horizon}", one.part - one.gap.reference


def _gaps(case: Case) -> Iterator[Gap]:
    less = {str(one) for one in case.spec.get("less", ())}
    member, reference = str(case.spec["member"]), str(case.spec["reference"])
    for key in ("levels", "ratios"):
        for name in map(str, case.spec.get(key, ())):
            finding = case.finding(name)
            series = values_of(finding).select(place=[member, reference] if key == "levels" else [member])
            yield _gap(case, key, finding, series, -1 if name in less else 1)


def _spreads(case: Case) -> Iterator[Spread]:
    """Yield the measures of dispersion with their growth, and what makes them fall by the share in time."""
    for name in map(str, case.spec.get("dispersions", ())):
        finding = case.finding(name)
        labels, values = _observed(case, "dispersions", finding, values_of(finding), ["period"])
        first, last = int(labels[0]), int(labels[-1])
        achieved = _growth(float(values[0]), float(values[-1]), last - first)
        left = 1 - case["share"]
        wanted = {int(one): left ** (1 / (int(one) - last)) - 1 for one in case.spec["horizons"]}
        yield Spread(name, finding.label, first, last, float(values[-1]), finding.digits, achieved, wanted)


def _gap(case: Case, key: str, finding: Finding, series: Series, sign: int) -> Gap:
    labels, values = _observed(case, key, finding, series, ["place", "period"])
    first, last, ends = int(labels[0]), int(labels[-1]), values[:, [0, -1]]
    if key == "ratios":
        ends = np.vstack([ends, [1.0, 1.0]])
    growth = [sign * math.log1p(_growth(float(row[0]), float(row[1]), last - first)) for row in ends]
    start = sign * math.log(ends[0, 1] / ends[1, 1])
    return Gap(finding.id, finding.label, sign, start, growth[0], growth[1], first, last)


def _observed(case: Case, key: str, finding: Finding, series: Series, axes: list[str]) -> tuple[list[str], Floats]:
    """Return the years in which all is observed, and the values of those years, the years last.

    Raises:
        PlanError: when there are fewer than two, a value is not above zero, or a horizon is not later.
    """
    who, where = f"plan {case.name}", case.where(key)
    if [axis.name for axis in series.axes] != axes:
        told = ", ".join(axis.name for axis in series.axes)
        raise PlanError(who, f"'{finding.id}' stands over {told}; {' and '.join(axes)} is wanted", where=where)
    labels = series.axis("period").labels
    full = [at for at in range(len(labels)) if np.isfinite(series.values[..., at]).all()]
    values = series.values[..., full]
    if len(full) < 2 or (values <= 0).any():
        what = f"'{finding.id}' has {len(full)} years in which all its places have a value"
        raise PlanError(who, what, why="a pace takes two years, with values above zero", where=where)
    if late := [one for one in case.spec["horizons"] if int(one) <= int(labels[full[-1]])]:
        what = f"'{finding.id}' is observed in {labels[full[-1]]}, not before {', '.join(late)}"
        raise PlanError(who, what, ways=("name a later horizon",), where=where)
    return [labels[at] for at in full], values


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    spec, who = document.table(*path), f"plan {path[1]}"
    errors: list[XietongError] = []
    for one in spec["horizons"]:
        if not (isinstance(one, str) and one.isdigit() and len(one) == len("2000")):
            errors.append(PackError(who, f"'{one}' is no year", where=document.where(*path, "horizons")))
    if not spec["horizons"] or not (spec.get("levels") or spec.get("ratios")):
        what = "a horizon and a finding under 'levels' or 'ratios' are wanted"
        errors.append(PackError(who, what, where=document.where(*path)))
    known = [*spec.get("levels", ()), *spec.get("ratios", ())]
    for one in spec.get("less", ()):
        if one not in known:
            what = f"'{one}' under 'less' stands neither under 'levels' nor under 'ratios'"
            errors.append(PackError(who, what, where=document.where(*path, "less")))
    return errors + _lever_problems(document, path)


_LIMITS: Mapping[str, tuple[float, float, str]] = {
    "share": (0.0, 1.0, "it is a share of the gap, above 0 and up to 1"),
    "ramp": (0.0, math.inf, "growth has to be able to move"),
    "shift": (-0.5, 0.5, "it is added to a yearly growth, 0.01 for one point"),
}


def _lever_problems(document: Document, path: tuple[str, ...]) -> list[XietongError]:
    errors: list[XietongError] = []
    for key, (least, most, why) in _LIMITS.items():
        lever: Mapping[str, Any] = document.table(*path, "levers", key)
        if not least < lever["low"] <= lever["high"] <= most:
            what, where = (
                f"the range {lever['low']} to {lever['high']} is too wide",
                document.where(*path, "levers", key),
            )
            errors.append(PackError(f"lever {key} of plan {path[1]}", what, why=why, where=where))
    return errors


GAPS = Kind(
    solve,
    Label("差距与速度", "gaps and the pace that closes them"),
    ("share", "shift", "ramp"),
    required=("member", "reference", "horizons"),
    optional=("levels", "ratios", "less", "dispersions", "scorecard", "facet"),
    findings=("levels", "ratios", "dispersions", "scorecard"),
    shapes={"lists": ("levels", "ratios", "less", "dispersions", "horizons")},
    problems=_problems,
    scenario=True,
)
