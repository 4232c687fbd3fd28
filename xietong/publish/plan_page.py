"""The outcome of a plan as a page: what it reached and how sure, what binds, what it rests on, who checked it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Page, Row, Section, page

SENSES = {
    "min": Label("越小越好", "the less the better"),
    "max": Label("越大越好", "the more the better"),
    "none": Label("情景，不求最优", "a scenario: nothing is optimised"),
}
KINDS = {
    "dual": Label("影子价格：极限多一单位，目标的变化", "shadow price: what one more unit of the limit changes"),
    "relaxed": Label("放宽后重新求解所得的变化", "solved a second time with the limit moved"),
}
_PROVEN = 1e-9


def plan_page(payload: Mapping[str, Any]) -> Page:
    """Return the page of an outcome: the result first, then its own sections, then what it rests on."""
    whole = page(payload)
    after = (_bindings(payload), _levers(payload), _checks(payload))
    sections = (_result(payload), *whole.sections, *(one for one in after if one.rows))
    return Page(whole.id, whole.title, whole.text, sections)


def objective_digits(value: float) -> int:
    """Return how many digits behind the point show four figures of a value."""
    size = abs(value)
    return next((digits for digits, limit in enumerate((1000, 100, 10, 1)) if size >= limit), 4)


def surety(payload: Mapping[str, Any]) -> Label:
    """Return how sure the value of an outcome is: proven, within a gap of its bound, or a scenario without either."""
    if payload["sense"] == "none":
        return SENSES["none"]
    if payload["gap"] <= _PROVEN:
        return Label("已证明最优：界与值相等", "proven optimal: bound and value agree")
    return Label(f"尚差 {payload['gap']:.3%}", f"within {payload['gap']:.3%} of the bound")


def _result(payload: Mapping[str, Any]) -> Section:
    value, unit = float(payload["objective"]), Label(*payload["unit"])
    digits = objective_digits(value)
    name = Label(*payload["objective_label"])
    rows = [Row((name, value, unit, SENSES[payload["sense"]]))]
    if payload["sense"] != "none":
        rows.append(Row((Label("界", "Bound"), float(payload["bound"]), unit, surety(payload))))
    columns = (
        Column("what", Label("项目", "What")),
        Column("value", Label("值", "Value"), digits=digits),
        Column("unit", Label("单位", "Unit")),
        Column("note", Label("说明", "Note")),
    )
    waits = tuple(
        Missing(Label(*what), Label(*why), tuple(Label(*way) for way in ways)) for what, why, ways in payload["waits"]
    )
    text = Label("规划的目标值与证明的界", "The value of the plan's objective and the bound that is proven")
    texts = (text,) if payload["sense"] != "none" else ()
    return Section("result", Label("结果", "Result"), texts, columns, tuple(rows), missing=waits)


def _bindings(payload: Mapping[str, Any]) -> Section:
    told = payload["bindings"]
    digits = max((objective_digits(price) for _, price, *_ in told), default=2)
    columns = (
        Column("what", Label("约束", "Constraint")),
        Column("price", Label("每单位的价格", "Price of one unit"), digits=digits),
        Column("unit", Label("单位", "Unit")),
        Column("by", Label("放宽幅度", "Moved by"), digits=2),
        Column("how", Label("算法", "How")),
    )
    rows = tuple(Row((Label(*label), price, Label(*unit), by, KINDS[kind])) for label, price, unit, kind, by in told)
    return Section("binding", Label("起约束作用的条件", "What binds"), (), columns, rows)


def _levers(payload: Mapping[str, Any]) -> Section:
    ranges = {one["lever"]: one for one in payload["ranges"]}
    digits = objective_digits(float(payload["objective"]))
    columns = (
        Column("lever", Label("假设或选择", "Assumption or choice")),
        Column("value", Label("取值", "Value"), digits=3),
        Column("low", Label("下限", "Low"), digits=3),
        Column("high", Label("上限", "High"), digits=3),
        Column("unit", Label("单位", "Unit")),
        Column("at_low", Label("取下限时的目标值", "Objective at the low end"), digits=digits),
        Column("at_high", Label("取上限时的目标值", "Objective at the high end"), digits=digits),
        Column("reason", Label("理由", "Reason")),
        Column("where", Label("行", "Line")),
        Column("id", Label("名称", "Name")),
    )
    rows = []
    for one in payload["levers"]:
        ends = [ranges.get(one["id"], {}).get(side) for side in ("low", "high")]
        cells: tuple[Cell, ...] = (
            Label(*one["label"]), one["value"], one["low"], one["high"], Label(*one["unit"]), *ends,
            Label(*one["reason"]), one["where"], one["id"],
        )  # fmt: skip
        rows.append(Row(cells))
    outside = [Label(*one["label"]) for one in payload["levers"] if not one["low"] <= one["value"] <= one["high"]]
    notes = [
        Label(f"{one.zh} 的取值在研究给出的区间之外", f"{one.en} lies outside the range that the study gives")
        for one in outside
    ]
    if ranges:
        notes.append(
            Label(
                "逐项取区间两端重新求解，其余不变；无解记作“—”",
                "Solved again with each at both ends of its range, the others unchanged; a dash is no solution",
            )
        )
    title = Label("所依据的假设与选择", "What it rests on")
    return Section("levers", title, (), columns, tuple(rows), tuple(notes))


def _checks(payload: Mapping[str, Any]) -> Section:
    columns = (
        Column("what", Label("核对", "Check")),
        Column("claimed", Label("规划所称", "Claimed by the plan"), digits=6),
        Column("found", Label("独立重算", "Found independently"), digits=6),
        Column("holds", Label("是否相符", "Agrees")),
        Column("by", Label("以何重算", "By")),
    )
    yes, no = Label("相符", "yes"), Label("不符", "no")
    rows = tuple(
        Row((Label(*label), claimed, found, yes if holds else no, by))
        for label, claimed, found, by, holds in payload["checks"]
    )
    return Section("checks", Label("独立核对", "Checked independently"), (), columns, rows)
