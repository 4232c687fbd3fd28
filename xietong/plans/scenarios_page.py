"""What a scenario shows: the fan, what moves it most, the ranges beside what was observed, and the past run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xietong.diagnosis.evidence import in_unit, values_of
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Row, Section
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BANDS = ((0.9, 0.05, 0.95), (0.5, 0.25, 0.75))
"""The bands of a fan: how many of the draws lie inside, and the quantiles of its two edges."""
_SAME = 5e-4
PERCENT = Label("%", "%")


@dataclass(frozen=True)
class Past:
    """What was observed: years, places, levels (year by place), their score, and growth over spans by place.

    ``windows`` holds the lowest, the overall and the highest yearly growth.
    """

    years: tuple[int, ...]
    places: tuple[str, ...]
    levels: Floats
    scores: Floats
    unit: str
    finding: str
    windows: Floats


@dataclass(frozen=True)
class Cloud:
    """All draws: levers (draw by lever), runs (year, draw, place), scores (year, draw), and the run of the values.

    ``moves`` has a row for each of the ``free`` levers: first-order and total index, the score at its two ends.
    ``calm`` is the score in the last year of the same draws with the pull, which nothing observed bears out, held at
    its value.
    """

    names: list[str]
    levers: Floats
    runs: Floats
    scores: Floats
    baseline: Floats
    values: Floats
    free: list[int]
    moves: Floats | None
    calm: Floats | None = None


def sections(case: Case, past: Past, cloud: Cloud) -> tuple[Section, ...]:
    """Return the sections of the page."""
    return (
        _fan(case, past, cloud),
        _moves(case, past, cloud),
        _ranges(case, past, cloud),
        _hindcast(case, past, cloud),
    )


def _unit(case: Case) -> Label:
    unit = str(case.spec["score"].get("unit", ""))
    return Label(unit, unit)


def _label(case: Case) -> Label:
    return Label.parse(str(case.spec["score"].get("label", case.spec["label"])))


def _edges(cloud: Cloud, share: float) -> Floats:
    return np.asarray(np.quantile(cloud.scores, share, axis=1, method="inverted_cdf"))


def _fan(case: Case, past: Past, cloud: Cloud) -> Section:
    base, label = past.years[-1], _label(case)
    edges = {share: _edges(cloud, share) for share in QUANTILES}
    rows = [
        Row((str(base + at), *(float(edges[share][at]) for share in QUANTILES), float(cloud.baseline[at])))
        for at in range(len(cloud.scores))
    ]
    columns = (
        Column("year", Label("年份", "year")),
        *(Column(f"q{share:g}", Label(f"{100 * share:g}% 分位", f"{100 * share:g}th percentile"), _unit(case), 2)
          for share in QUANTILES),
        Column("baseline", Label("各项取设定值", "all levers at their values"), _unit(case), 2),
    )  # fmt: skip
    above = float((cloud.scores[-1] > past.scores[-1]).mean())
    horizon = str(case.spec["horizon"])
    low, high = float(edges[0.05][-1]), float(edges[0.95][-1])
    unit = case.spec["score"].get("unit", "")
    text = Label(
        f"{horizon} 年十分之九的情景落在 {low:.2f} 至 {high:.2f}{unit} 之间（{base} 年为 "
        f"{past.scores[-1]:.2f}{unit}）；"
        f"高于 {base} 年的占 {100 * above:.0f}%。区间取决于假定的范围，不是概率。",
        f"Nine in ten runs end in {horizon} between {low:.2f} and {high:.2f}{unit} ({past.scores[-1]:.2f}{unit} in "
        f"{base}); "
        f"{100 * above:.0f}% end above {base}. A band says what the ranges assumed lead to and is no probability.",
    )
    notes = [Label(
        "各项假定彼此独立抽取；实际上各地同涨同落，相对差距的区间因此偏宽",
        "levers are drawn independently; in fact places move together, so that the band of a ratio is on the wide side",
    )]  # fmt: skip
    if cloud.calm is not None:
        notes.insert(0, _calm(case, past, cloud.calm))
    return Section(
        "fan", label, (text,), columns, tuple(rows), tuple(notes), measures=(str(case.spec["score"]["measure"]),),
        figure=figure(case, past, cloud),
    )  # fmt: skip


def _calm(case: Case, past: Past, scores: Floats) -> Label:
    """Return what the band is without the one lever that nothing observed bears out."""
    low, high = (float(np.quantile(scores, share, method="inverted_cdf")) for share in (0.05, 0.95))
    above, name, value = 100 * float((scores > past.scores[-1]).mean()), case.levers["pull"].label, case["pull"]
    return Label(
        f"“{name.zh}”未曾观测，是纯假定；若保持设定值 {value:g}，十分之九落在 {low:.2f} 至 {high:.2f}，"
        f"高于末次观测的占 {above:.0f}%",
        f"“{name.en}” was never observed and is assumed; held at its value {value:g}, nine in ten runs end between "
        f"{low:.2f} "
        f"and {high:.2f}, and {above:.0f}% above the last value observed",
    )


def figure(case: Case, past: Past, cloud: Cloud) -> Mapping[str, Any]:
    """Return the fan as JSON data: what was observed, then bands; None in the years that have no value."""
    base, horizon = past.years[-1], past.years[-1] + len(cloud.scores) - 1
    periods = list(range(past.years[0], horizon + 1))
    seen = dict(zip(past.years, map(float, past.scores), strict=True))
    before: list[float | None] = [None] * (base - periods[0])

    def line(share: float) -> list[float | None]:
        return [*before, *map(float, _edges(cloud, share))]

    label = _label(case)
    return {
        "kind": "fan",
        "label": [label.zh, label.en],
        "unit": str(case.spec["score"].get("unit", "")),
        "periods": [str(year) for year in periods],
        "observed": [seen.get(year) for year in periods],
        "bands": [[share, line(low), line(high)] for share, low, high in BANDS],
        "median": line(0.5),
    }


def _moves(case: Case, past: Past, cloud: Cloud) -> Section:
    columns = (
        Column("lever", Label("假定", "lever")),
        Column("first", Label("主效应", "first order"), digits=3),
        Column("total", Label("总效应", "total"), digits=3),
        Column("low", Label("取低端时", "at its low end"), _unit(case), 2),
        Column("high", Label("取高端时", "at its high end"), _unit(case), 2),
    )
    title = Label("哪个假定最起作用", "Which lever moves it most")
    if cloud.moves is None:
        text = Label("没有假定在变动", "no lever varies")
        return Section("moves", title, (text,), columns)
    order = np.argsort(-cloud.moves[:, 0], kind="stable")
    named = [case.levers[cloud.names[cloud.free[at]]].label for at in order]
    rows = tuple(Row((label, *map(float, cloud.moves[at]))) for label, at in zip(named, order, strict=True))
    most = 100 * float(cloud.moves[order[0], 0])
    zh, en = named[0].zh, named[0].en
    text = Label(
        f"{case.spec['horizon']} 年结果的方差中，{zh} 单独占 {most:.0f}%",
        f"of the variance of the outcome in {case.spec['horizon']}, “{en}” alone accounts for {most:.0f}%",
    )
    return Section("moves", title, (text,), columns, rows, measures=("sensitivity.sobol_indices",))


def _ranges(case: Case, past: Past, cloud: Cloud) -> Section:
    rows = []
    for at, name in enumerate(cloud.names):
        lever = case.levers[name]
        ends = (100 * lever.low, 100 * lever.value, 100 * lever.high)
        seen: tuple[Cell, ...] = (None,) * 3
        if at < len(past.places):
            low, overall, high = (float(one) for one in past.windows[:, at])
            seen = (100 * low, 100 * overall, 100 * high)
            same = abs(low - lever.low) < _SAME and abs(high - lever.high) < _SAME
            told = Label("同观测", "as observed") if same else Label("与观测不同", "other than observed")
        else:
            told = Label("未观测，纯假定", "never observed, assumed")
        rows.append(Row((lever.label, *ends, *seen, told, lever.reason)))
    columns = (
        Column("lever", Label("假定", "lever")), Column("low", Label("低", "low"), PERCENT, 2),
        Column("value", Label("值", "value"), PERCENT, 2), Column("high", Label("高", "high"), PERCENT, 2),
        Column("seen low", Label("观测最低", "lowest observed"), PERCENT, 2),
        Column("seen", Label("观测全期", "all years observed"), PERCENT, 2),
        Column("seen high", Label("观测最高", "highest observed"), PERCENT, 2),
        Column("told", Label("与观测相比", "beside the observed")), Column("reason", Label("理由", "reason")),
    )  # fmt: skip
    span = f"{case.spec['window']}"
    text = Label(
        f"观测的最低与最高：任意 {span} 年（或其后最近的观测年）的年均速度",
        f"lowest and highest observed: mean growth over any {span} years, or up to the next year observed",
    )
    return Section(
        "ranges",
        Label("假定与观测到的变动", "Ranges beside what was observed"),
        (text,),
        columns,
        tuple(rows),
        measures=("growth.compound_annual_growth",),
    )


def _hindcast(case: Case, past: Past, cloud: Cloud) -> Section:
    rates = cloud.values[: len(past.places)]
    score = [float(one) for one in past.scores]
    spans = np.array(past.years) - past.years[0]
    again = past.levels[0] * (1 + rates) ** spans[:, None]
    rows = [
        Row((str(year), float(past.levels[at].sum()), published, _off(float(past.levels[at].sum()), published),
             score[at], float(again[at].sum()), 100 * (float(again[at].sum()) / float(past.levels[at].sum()) - 1)))
        for at, (year, published) in enumerate(zip(past.years, _published(case, past), strict=True))
    ]  # fmt: skip
    unit = Label(past.unit, past.unit)
    columns = (
        Column("year", Label("年份", "year")), Column("sum", Label("各地相加", "sum of the places"), unit, 1),
        Column("published", Label("所据总数", "total it is held against"), unit, 1),
        Column("off", Label("相差", "difference"), PERCENT, 3), Column("score", _label(case), _unit(case), 2),
        Column("again", Label("按设定速度从首年推算", "run from the first year at the values"), unit, 1),
        Column("again off", Label("推算与观测相差", "run over observed"), PERCENT, 2),
    )  # fmt: skip
    notes = () if "total" in case.spec else (
        Label("人均量不相加；相加一列只用来核对推算", "levels per head do not add up; the sum only checks the run"),
    )  # fmt: skip
    title = Label("基线与已公布数", "Baseline against what was published")
    return Section("baseline", title, (), columns, tuple(rows), notes)


def _off(sum_: float, published: float | None) -> float | None:
    return None if published is None else 100 * (sum_ / published - 1)


def _published(case: Case, past: Past) -> Iterator[float | None]:
    if "total" not in case.spec:
        yield from [None] * len(past.years)
        return
    series = values_of(case.finding(str(case.spec["total"])))
    for year in past.years:
        there = str(year) in series.axis("period").labels
        yield in_unit(series.select(period=str(year)), past.unit) if there else None
