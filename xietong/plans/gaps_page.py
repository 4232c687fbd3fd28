"""What a plan of gaps shows: the pace of each gap, the spreads, the gaps without data, and the path as a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.library.series import Axis, Series
from xietong.plans.catching_up import Gap, Paced
from xietong.plans.plan import Case

PERCENT = Label("%", "%")
CLOSED = Label("没有差距", "no gap")
ENOUGH = Label("按已有速度够", "enough as it is")
WORSENING = Label("够，但只因对照方变差", "enough, but only since the reference gets worse")
FASTER = Label("须加快", "has to be faster")
BEYOND = Label("超出增速变动范围", "faster than growth may move")


@dataclass(frozen=True)
class Spread:
    """A measure of dispersion: its last value, its yearly change so far, and what each horizon needs."""

    finding: str
    label: Label
    since: int
    base: int
    last: float
    digits: int
    achieved: float
    wanted: Mapping[int, float]


def verdict(one: Paced) -> Label:
    """Return whether the pace achieved closes the share in time, and if not whether growth can move so far."""
    if one.extra <= 0:
        return WORSENING if one.gap.growth < 0 and one.gap.reference < one.gap.growth else ENOUGH
    return BEYOND if one.peak is None else FASTER


def sections(case: Case, gaps: list[Gap], told: list[Paced], spreads: list[Spread]) -> tuple[Section, ...]:
    """Return the sections of the page; those without rows are left out."""
    every = [_paces(case, gaps, told), _spreads(case, spreads), _absent(case)]
    return tuple(one for one in every if one.rows or one.missing)


def _rate(gap: Gap, growth: float | None) -> float | None:
    """Return a growth in logs as a yearly rate in per cent, in the direction in which it is observed."""
    return None if growth is None else 100 * math.expm1(gap.sign * growth)


def _paces(case: Case, gaps: list[Gap], told: list[Paced]) -> Section:
    rows = [
        Row(
            (
                one.gap.label, str(one.gap.base), str(one.horizon), 100 * math.exp(one.gap.sign * one.gap.start),
                _rate(one.gap, one.gap.growth), _rate(one.gap, one.gap.reference), _rate(one.gap, one.whole),
                _rate(one.gap, one.part), _rate(one.gap, one.peak), 100 * one.least_ramp, verdict(one),
            ),
            finding=one.gap.finding,
        )
        for one in told
    ]  # fmt: skip
    rows += [_closed(gap) for gap in gaps if not gap.open]
    share = f"{100 * case['share']:.0f}%"
    columns = (
        Column("gap", Label("差距", "gap")), Column("base", Label("末次观测年", "last observed")),
        Column("horizon", Label("期限", "by")), Column("ratio", Label("比例", "ratio"), PERCENT, 1),
        Column("achieved", Label("已有年均速度", "pace achieved"), PERCENT, 2),
        Column("reference", Label("对照方年均速度", "pace of the reference"), PERCENT, 2),
        Column("whole", Label("全部弥合所需", "to close it all"), PERCENT, 2),
        Column("part", Label(f"弥合 {share} 所需", f"to close {share}"), PERCENT, 2),
        Column("peak", Label("增速渐变时的峰值", "peak, growth moving gradually"), PERCENT, 2),
        Column("ramp", Label("可行的最小年变动", "least move of growth"), Label("百分点", "points"), 2),
        Column("verdict", Label("判断", "verdict")),
    )  # fmt: skip
    return Section(
        "paces", Label("各项差距所需的年均速度", "The pace that each gap takes"), (_counted(told),), columns,
        tuple(rows), _notes(case), measures=("growth.compound_annual_growth",),
    )  # fmt: skip


def _counted(told: list[Paced]) -> Label:
    """Return the sentence that stands above the table."""
    years = sorted({one.horizon for one in told})
    zh, en = [], []
    for year in years:
        of = [one for one in told if one.horizon == year]
        enough = sum(one.extra <= 0 for one in of)
        beyond = sum(one.extra > 0 and one.peak is None for one in of)
        zh.append(f"到 {year} 年，{len(of)} 项差距中 {enough} 项按已有速度够，{beyond} 项在假定的增速变动内做不到")
        en.append(
            f"by {year}, of {len(of)} gaps {enough} close the share as they go, {beyond} need growth to move more"
        )
    return Label("；".join(zh) + "。", "; ".join(en) + ".")


def _closed(gap: Gap) -> Row:
    ratio = 100 * math.exp(gap.sign * gap.start)
    grown = _rate(gap, gap.growth), _rate(gap, gap.reference)
    nothing: tuple[Cell, ...] = (None,) * 4
    return Row((gap.label, str(gap.base), None, ratio, *grown, *nothing, CLOSED), finding=gap.finding)


def _notes(case: Case) -> tuple[Label, ...]:
    return (
        Label(
            "弥合多少、对照方今后的速度和增速一年能变动多少，都是本研究的假定，不是官方目标",
            "how much is to be closed, how the reference grows from now on and how far growth may move in a year are "
            "assumptions of this study and no official targets",
        ),
        Label(
            "速度按当年价、以各项自己的观测年计；比例弥合以对数计",
            "paces are at current prices, counted from the years observed of each; shares of a gap are in logs",
        ),
    )


def _spreads(case: Case, spreads: list[Spread]) -> Section:
    years = [int(one) for one in case.spec["horizons"]]
    share = f"{100 * case['share']:.0f}%"
    columns = (
        Column("spread", Label("离散指标", "measure of dispersion")),
        Column("base", Label("末次观测年", "last observed")),
        Column("last", Label("末次观测值", "last value"), digits=4),
        Column("achieved", Label("已有年均变化", "change a year so far"), PERCENT, 2),
        *(
            Column(f"by {year}", Label(f"到 {year} 年降 {share} 所需", f"to fall by {share} by {year}"), PERCENT, 2)
            for year in years
        ),
    )
    rows = tuple(
        Row(
            (one.label, str(one.base), one.last, 100 * one.achieved, *(100 * one.wanted[year] for year in years)),
            finding=one.finding,
        )
        for one in spreads
    )
    return Section("spreads", Label("离散程度", "Dispersion"), (), columns, rows)


def _absent(case: Case) -> Section:
    """Return the gaps of the framework that have no data, each with the table that is missing."""
    return Section("absent", Label("没有数据的差距", "Gaps without data"), missing=tuple(absent(case)))


def absent(case: Case) -> Iterator[Missing]:
    """Yield the indicators of the facet that have no data, from the scorecard that the plan names."""
    if "scorecard" not in case.spec:
        return
    for row in case.finding(str(case.spec["scorecard"])).payload["rows"]:
        if row["facet"] == case.spec.get("facet") and row["state"] == "no data":
            why = Label("未见公布的逐年数，不作推算", "no yearly figures were found, and none are made up")
            way = Label(f"补充：{row['missing'][0]}", f"bring in: {row['missing'][1]}")
            yield Missing(Label(f"{row['id']} {row['label'][0]}", f"{row['id']} {row['label'][1]}"), why, (way,))


def scenario(case: Case, told: list[Paced]) -> Series:
    """Return the ratio of each gap from its last observed year to the last horizon, as a scenario."""
    years = list(range(min(one.gap.base for one in told), max(one.horizon for one in told) + 1)) if told else []
    values = np.full((len(told), len(years)), np.nan)
    for row, one in enumerate(told):
        shift = math.log1p(math.expm1(one.gap.reference) + one.gap.sign * case["shift"])
        ratio = one.gap.start + np.concatenate([[0.0], np.cumsum(np.array(one.path) - shift)])
        at = one.gap.base - years[0]
        values[row, at : at + ratio.size] = np.exp(one.gap.sign * ratio)
    flags = np.where(np.isfinite(values), int(Flag.SCENARIO), int(Flag.ABSENT)).astype(np.uint8)
    axes = (Axis("gap", tuple(one.gap.finding for one in told)), Axis("period", tuple(map(str, years))))
    grades, rows = np.full(values.shape, int(Grade.ASSUMED), np.uint8), np.full(values.shape, -1, np.int64)
    return Series(f"plan.{case.name}.levels", "1", axes, values, flags, grades, rows, {})
