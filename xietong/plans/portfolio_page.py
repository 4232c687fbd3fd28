"""What a portfolio shows: first what no assumption can change, then the effort, what it buys, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.plans.efforts import Goal, Means, Spent, years
from xietong.plans.plan import Case

PERCENT, POINTS = Label("%", "%"), Label("点", "points")


@dataclass(frozen=True)
class Standing:
    """A target or gap as it goes: paces in logs a year in the direction wanted, and the goal where it lies behind."""

    id: str
    label: Label
    official: bool
    sign: int
    achieved: float | None
    needed: float | None
    base: int
    due: int
    met: bool
    goal: Goal | None


@dataclass(frozen=True)
class Found:
    """What was solved: both forms, the frontier, each path left out, what is robust, and how much effect is enough."""

    means: Means
    goals: tuple[Goal, ...]
    weighted: Spent
    ranked: Spent
    frontier: tuple[Spent | None, ...]
    without: Mapping[str, float]
    robust: tuple[str, ...]
    enough: tuple[float | None, ...]


_STATES = {
    "met": Label("已达到", "met"),
    "goes": Label("保持已有速度即可", "met if the pace is kept up"),
    "none": Label("没有路径对应", "no path serves it"),
    "late": Label("投入开始前已到期", "due before any effort begins"),
    "out": Label("任何假定下都达不到", "out of reach at every point of the ranges"),
    "in": Label("任何假定下都可达到（如优先）", "within reach at every point of the ranges, if it comes first"),
    "?": Label("取决于假定", "depends on the assumptions"),
}
LEAD = Label(
    "投入对速度有多大作用、花费多少，从未公布也未测量，全部是本研究的假定；因此先列不依赖假定的结论，其后各表都以假定为前提。",
    "What effort does to a pace, and what it costs, was never published or measured: all of it is assumed by this "
    "study. So "
    "what does not depend on it comes first, and every table after it is an if.",
)


GIVEN = Label(
    "差距目标按差距规划的假定取值；那里弥合多少、对照方多快变了，落后的目标也会变",
    "the goals on gaps stand as the plan of gaps assumes them; another share to be closed there gives other goals here",
)


def state(one: Standing, found: Found | None, first: int) -> str:
    """Return the key of what can be said of a target or gap over all the ranges."""
    if one.goal is None:
        return "met" if one.met else "goes"
    if not one.goal.paths:
        return "none"
    if one.goal.due < first or found is None:
        return "late"
    return found.robust[[goal.id for goal in found.goals].index(one.id)]


def sections(case: Case, standings: list[Standing], found: Found | None) -> tuple[Section, ...]:
    """Return the sections of the page; without a goal that effort could serve, only where things stand."""
    first = _standings(case, standings, found)
    then = (_goals(found), _effort(case, found), _frontier(case, found)) if found else ()
    last = _absent(case)
    return (first, *then, last) if last.missing else (first, *then)


def _percent(one: Standing, pace: float | None) -> float | None:
    return None if pace is None else 100 * math.expm1(one.sign * pace)


def _standings(case: Case, standings: list[Standing], found: Found | None) -> Section:
    first = int(case.spec["first"])
    kinds = Label("规划目标", "target of a plan"), Label("本研究所设差距目标", "goal on a gap, set by this study")
    rows = [
        Row(
            (
                one.id, one.label, kinds[not one.official], str(one.due), _percent(one, one.achieved),
                _percent(one, one.needed), ", ".join(one.goal.paths) if one.goal else None,
                _STATES[state(one, found, first)],
            ),
            finding="targets" if one.official else one.id,
        )
        for one in standings
    ]  # fmt: skip
    columns = (
        Column("id", Label("编号", "id")),
        Column("label", Label("目标", "target or gap")),
        Column("kind", Label("性质", "kind")),
        Column("due", Label("期限", "by")),
        Column("achieved", Label("已有年均速度", "pace achieved"), PERCENT, 2),
        Column("needed", Label("所需年均速度", "pace needed"), PERCENT, 2),
        Column("paths", Label("对应路径", "paths")),
        Column("state", Label("不依赖假定的结论", "what holds whatever is assumed")),
    )
    title = Label("不依赖假定的结论", "What no assumption changes")
    return Section(
        "standing", title, (LEAD, _counted(case, standings, found)), columns, tuple(rows),
        notes=(*_reasons(case, standings), GIVEN), measures=("growth.compound_annual_growth",),
    )  # fmt: skip


def _counted(case: Case, standings: list[Standing], found: Found | None) -> Label:
    counts = case.finding(str(case.spec["targets"])).payload["counts"]
    official = [one for one in standings if one.official]
    told = [state(one, found, int(case.spec["first"])) for one in official]
    held, behind = sum(one in ("met", "goes") for one in told), sum(one not in ("met", "goes") for one in told)
    return Label(
        f"{counts['all']} 项规划目标中，可计量的 {len(official)} 项：{held} 项已达到或保持速度即可，{behind} 项落后；"
        f"其余 {counts['all'] - len(official)} 项没有数据、未取得原文或只有文字。差距目标不是官方目标。",
        f"Of {counts['all']} targets of plans {len(official)} can be measured: {held} are met or will be at the "
        f"pace so far, "
        f"{behind} {'lies' if behind == 1 else 'lie'} behind; the other {counts['all'] - len(official)} have no "
        f"data, were "
        "not retrieved or are words only. The goals on gaps are no official ones.",
    )


def _reasons(case: Case, standings: list[Standing]) -> Iterator[Label]:
    """Yield why a path serves a goal, or why none does."""
    for one in standings:
        if one.goal:
            reason = Label.parse(str(case.spec["serves"][one.id]["reason"]))
            yield Label(f"{one.id}：{reason.zh}", f"{one.id}: {reason.en}")


def _goals(found: Found) -> Section:
    rows = [
        Row(
            (
                goal.id, goal.label, goal.weight, 100 * found.weighted.open[at] / goal.shortfall,
                100 * found.ranked.open[at] / goal.shortfall, found.enough[at],
            ),
            finding=goal.id if goal.rank else "targets",
        )
        for at, goal in enumerate(found.goals)
    ]  # fmt: skip
    columns = (
        Column("id", Label("编号", "id")), Column("goal", Label("落后的目标", "goal that lies behind")),
        Column("weight", Label("权重", "weight"), digits=1),
        Column("weighted", Label("加权解：未弥合", "weighted: left open"), PERCENT, 1),
        Column("ranked", Label("分级解：未弥合", "by rank: left open"), PERCENT, 1),
        Column("enough", Label("全部投入于此，作用须为假定的几倍", "with all effort, effect needed over that assumed"),
               Label("倍", "times"), 2),
    )  # fmt: skip
    notes = (
        Label(
            "同一路径的投入同时作用于它对应的各项目标，当年见效，停止即失效：偏乐观",
            "effort on a path serves all its goals at once, works in its year and ends with it: this is on the kind "
            "side",
        ),
        Label(
            "分级解：先规划目标，再差距目标，后者不得使前者退让",
            "by rank: targets of plans first, then gaps, and those before give up nothing",
        ),
    )
    return Section("goals", Label("目标规划的解", "Goal programming"), (), columns, tuple(rows), notes)


def _effort(case: Case, found: Found) -> Section:
    names = _names(case)
    span = years(found.goals, found.means)
    rows = [
        Row((path, names.get(path, path), *map(float, found.weighted.effort[at]), found.without[path]))
        for at, path in enumerate(found.means.paths)
    ]
    columns = (
        Column("path", Label("路径", "path")), Column("name", Label("名称", "name")),
        *(Column(str(year), Label(str(year), str(year)), POINTS, 1) for year in span),
        Column("without", Label("不投入则目标值增加", "without it the objective rises by"), digits=3),
    )  # fmt: skip
    idle = [path for path in found.means.paths if not any(path in goal.paths for goal in found.goals)]
    told = ", ".join(idle)
    notes = (
        (Label(f"没有落后目标对应的路径：{told}", f"paths that serve no goal that lies behind: {told}"),)
        if idle
        else ()
    )
    text = Label("在不让任何目标退让的解中取投入最少者", "of all optima the one with the least effort")
    return Section("effort", Label("各路径逐年投入", "Effort by path and year"), (text,), columns, tuple(rows), notes)


def _names(case: Case) -> dict[str, Label]:
    if "scorecard" not in case.spec:
        return {}
    return {key: Label(*told) for key, told in case.finding(str(case.spec["scorecard"])).payload["paths"].items()}


def _frontier(case: Case, found: Found) -> Section:
    rows, points = [], []
    for count, spent in enumerate(found.frontier, 1):
        met = (
            ", ".join(g.id for g, one in zip(found.goals, spent.met(found.goals), strict=True) if one)
            if spent
            else None
        )
        told: Cell = spent.budget if spent else Label("多少都不够", "no budget is enough")
        rows.append(Row((str(count), told, spent.answer.bound if spent else None, met)))
        points += [[spent.budget, count]] if spent else []
    columns = (
        Column("count", Label("达到的目标数", "goals met")),
        Column("budget", Label("每年至少投入", "least budget of a year"), POINTS, 1),
        Column("bound", Label("界", "bound"), POINTS, 1),
        Column("which", Label("哪些", "which")),
    )
    text = Label(
        f"ε 约束前沿，逐个精确求解；假定的每年总投入为 {case['budget']:g} 点",
        f"epsilon-constraint frontier, each point solved exactly; the budget assumed is {case['budget']:g} points a "
        f"year",
    )
    figure = {
        "kind": "frontier",
        "x": ["每年投入", "budget of a year"],
        "y": ["达到的目标数", "goals met"],
        "points": points,
    }
    return Section(
        "frontier", Label("预算与达到的目标数", "Budget and goals met"), (text,), columns, tuple(rows), figure=figure
    )


def waits(case: Case) -> Iterator[Missing]:
    """Yield the table that the plan waits for: what the paths cost and what they do."""
    yield Missing(
        Label("各路径的投入、费用与成效", "inputs, costs and effects of each path"),
        Label("未见公布；现为假定", "never published; assumed for now"),
        (
            Label(
                "补充：各路径项目的年度投资与评估结果", "bring in: yearly investment of the programmes, and evaluations"
            ),
        ),
    )


def _absent(case: Case) -> Section:
    """Return the targets that cannot enter, each with the table that is missing."""
    told = [
        Missing(
            Label(f"{row['id']} {row['label'][0]}", f"{row['id']} {row['label'][1]}"),
            Label("没有数据，不能列入组合", "no data, so it cannot enter the portfolio"),
            (Label(f"补充：{row['missing'][0]}", f"bring in: {row['missing'][1]}"),),
        )
        for row in case.finding(str(case.spec["targets"])).payload["rows"]
        if row["state"] == "no data"
    ]
    return Section("absent", Label("没有数据的规划目标", "Targets without data"), missing=tuple(told))
