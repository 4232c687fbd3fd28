"""Two outcomes of one plan beside each other: what was reached, the facts, the levers that differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xietong.library.labels import Label
from xietong.library.pages import Column, Page, Row, Section

_WORDS = {
    "bound": Label("界", "Bound"),
    "gap": Label("相对差距", "Relative gap"),
    "levers": Label("不同的假设与选择", "Assumptions and choices that differ"),
    "outcome": Label("结果", "Result"),
    "facts": Label("其他数", "Further numbers"),
    "difference": Label("差", "Difference"),
}


def compared(first: Mapping[str, Any], second: Mapping[str, Any], names: tuple[Label, Label]) -> Page:
    """Return a page with both outcomes and the second less the first."""
    title, unit = Label(*first["title"]), Label(*first["unit"])
    outcome = [
        (Label(*first["objective_label"]), first["objective"], second["objective"], unit),
        (_WORDS["bound"], first["bound"], second["bound"], unit),
        (_WORDS["gap"], first["gap"], second["gap"], Label("", "")),
    ]
    plain = Label("", "")
    shared = [key for key in first["facts"] if key in second["facts"]]
    facts = [(Label(key, key), first["facts"][key], second["facts"][key], plain) for key in shared]
    before = {one["id"]: one for one in first["levers"]}
    levers = [
        (Label(*one["label"]), before[one["id"]]["value"], one["value"], Label(*one["unit"]))
        for one in second["levers"]
        if one["id"] in before and one["value"] != before[one["id"]]["value"]
    ]
    parts = (("outcome", outcome), ("levers", levers), ("facts", facts))
    sections = tuple(_section(key, rows, names) for key, rows in parts if rows)
    return Page(f"{first['page']}-compare", title, Label("两种取值的结果", "Outcomes of two sets of values"), sections)


def _section(key: str, told: list[tuple[Label, float, float, Label]], names: tuple[Label, Label]) -> Section:
    columns = (
        Column("what", Label("项目", "What")),
        *(Column(name, label, digits=4) for name, label in zip(("first", "second"), names, strict=True)),
        Column("difference", _WORDS["difference"], digits=4),
        Column("unit", Label("单位", "Unit")),
    )
    rows = tuple(Row((label, a, b, b - a, unit)) for label, a, b, unit in told)
    return Section(key, _WORDS[key], (), columns, rows)
