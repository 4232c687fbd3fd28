"""The ledger of actions: how many of each kind and path, how far each has come, and which indicator each should move.

A word of the register ties an action to a path, the study ties the word to a path of its framework, and the framework
ties paths to indicators.  Nothing says that the action moved the indicator: the page sets them side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xietong.diagnosis.systems.scope import Kind, Scope, sources
from xietong.errors import PackError, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Cell, Column, Missing, Page, Row, Section
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register

_CONTRIBUTE = Label(
    "按登记模板补充：xietong register contribute",
    "bring it in with the form of the register: xietong register contribute",
)


def actions(scope: Scope) -> Page:
    """Return the page of an action register: the ledger, the counts by path and state, the indicators beside them."""
    register = scope.register("register")
    items = sorted(register.values(), key=lambda one: (_first(one, "path"), _begun(one), one.id))
    sections = (_by_path(scope, register, items), _ledger(scope, register, items))
    return Page(scope.name, register.kind.label, register.kind.description, sections)


def _first(item: Item, attribute: str) -> str:
    values = item[attribute] if attribute in item.kind.attributes else ()
    return values[0].text if values else ""


def _begun(item: Item) -> str:
    return item.history[0].date if item.history else ""


def _ledger(scope: Scope, register: Register, items: list[Item]) -> Section:
    names = [one for one in ("kind", "path", "parties", "content") if one in register.kind.attributes]
    columns = (
        Column("name", Label("事项", "Action")),
        *(Column(one, register.kind.attributes[one].label) for one in names),
        Column("state", Label("状态", "State")),
        Column("date", Label("状态日期", "Since")),
        Column("evidence", Label("依据", "Evidence")),
    )
    return Section(
        "ledger",
        Label("台账", "The ledger"),
        (Label(f"{len(items)} 项，状态截至 {scope.day}", f"{len(items)} actions, states as of {scope.day}"),),
        columns,
        tuple(_line(scope, item, names) for item in items),
        missing=tuple(Missing(one.label, one.reason, (_CONTRIBUTE,)) for one in register.kind.not_published),
    )


def _line(scope: Scope, item: Item, names: list[str]) -> Row:
    state = item.state(scope.day)
    label = item.kind.states[state.state] if state else Label("未见依据", "no evidence")
    told = (state.date, state.evidence) if state else ("", "")
    return Row((item.name, *(_worded(scope, item, one) for one in names), label, *told), sources(item), item.ref)


def _worded(scope: Scope, item: Item, attribute: str) -> Label | str:
    """Return a value in both languages where the class has a word for it, a place by its name, other text as it is."""
    text, known = _first(item, attribute), item.kind.attributes[attribute]
    if known.kind == "place":
        labels = scope.pack.gazetteer.label
        zh, en = ([labels(one, language) for one in known.parts(text)] for language in ("zh", "en"))
        return Label("、".join(zh), ", ".join(en))
    return Label(text, known.words[text]) if text in known.words else text


def _by_path(scope: Scope, register: Register, items: list[Item]) -> Section:
    framework = scope.shelf.study.documents("framework")[0]
    paths: dict[str, Label] = {name: Label.parse(str(one["label"])) for name, one in framework.table("paths").items()}
    indicators, named = framework.table("indicators"), scope.spec["paths"]
    states = register.kind.states
    columns = (
        Column("path", Label("路径", "Path")),
        Column("count", Label("事项", "Actions")),
        *(Column(name, label) for name, label in states.items()),
        Column("none", Label("未见依据", "No evidence")),
        Column("moves", Label("应推动的指标（有数据）", "Indicators it should move (with data)")),
    )
    rows = []
    for name in (*paths, ""):
        inside = [one for one in items if named.get(_first(one, "path"), "") == name]
        counts = [sum(_state(scope, one) == state for one in inside) for state in (*states, "")]
        label = paths.get(name, Label("报告未点名路径", "No path named by the report"))
        cells: tuple[Cell, ...] = (label, len(inside), *counts, _moves(indicators, name))
        rows.append(Row(cells, tuple(dict.fromkeys(one for item in inside for one in sources(item)))))
    note = Label(
        "并列不等于因果：表中没有任何一行说明某项行动改变了某个指标",
        "Side by side is not cause: no line of this table says that an action moved an indicator",
    )
    text = Label("每条路径登记了多少事项、走到哪一步", "How many actions each path has, and how far they have come")
    return Section("paths", Label("按路径", "By path"), (text,), columns, tuple(rows), (note,))


def _state(scope: Scope, item: Item) -> str:
    state = item.state(scope.day)
    return state.state if state else ""


def _moves(indicators: Mapping[str, Any], path: str) -> Label:
    """Return the indicators of a path that have data, by their labels."""
    inside = [one for one in indicators.values() if path and one.get("path") == path and "evidence" in one]
    labels = [Label.parse(str(one["label"])) for one in inside]
    return Label("；".join(one.zh for one in labels), "; ".join(one.en for one in labels))


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return one error for each word of the register that the choices do not tie to a path of the framework."""
    spec = document.table(*path)
    attribute = pack.registers[spec["register"]].kind.attributes.get("path")
    words = attribute.words if attribute else {}
    return [
        PackError(
            f"system {path[-1]}", f"'{one}' of the register is tied to no path", where=document.where(*path, "paths")
        )
        for one in words
        if one not in spec["paths"]
    ]


ACTIONS = Kind(
    actions, required=("register", "paths"), registers=("register",), shapes={"tables": ("paths",)}, problems=_problems
)
