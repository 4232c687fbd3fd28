"""Notes: a measured result in words, with formula, policies, source and warnings, as text, HTML or plain data."""

from __future__ import annotations

import html
import inspect
import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.library.frames import aligned, html_table
from xietong.library.labels import Label, Language
from xietong.library.series import Axis
from xietong.measures.measure import Facts
from xietong.recipes.measuring import Measured

ACROSS = 8
"""An axis with at most so many labels stands across the table."""
DIGITS = 6
"""Significant digits of a printed number."""
WORDS: Mapping[str, Label] = {
    name: Label(zh, en)
    for name, zh, en in (
        ("formula", "公式", "formula"), ("unit", "单位", "unit"), ("bounds", "取值范围", "bounds"),
        ("absent", "缺失值", "absent cells"), ("zeros", "零值", "zeros"), ("spread", "离差", "spread"),
        ("undefined", "无定义", "undefined"),
        ("choices", "选项", "choices"), ("trap", "易错处", "trap"), ("tested", "核对依据", "tested"),
        ("source", "出处", "source"), ("warning", "提醒", "warning"), ("needs", "至少需要", "needs at least"),
        ("over", "计算范围", "over"), ("misused", "常见误用", "as commonly misused"), ("data", "数据", "data"),
        ("printed", "公布结果", "published result"), ("peer", "同类软件", "peer package"),
        ("by hand", "手算例", "by hand"),
        ("required", "须注明", "must be stated"),
        ("same", "对这些数据结果相同", "the same for these data"),
        ("also", "又名", "also called"), ("labels", "分组", "groups"),
    )
}  # fmt: skip


def word(name: str, language: Language) -> str:
    """Return a heading in a language."""
    return WORDS[name].text(language)


def as_text(one: Measured, language: Language) -> str:
    """Return result, warnings, method and source for a terminal."""
    lines = [_title(one.facts, language), "", *_result(one, one.values, language)]
    for label, seen, values in one.misused:
        same = np.allclose(values, one.values, equal_nan=True)
        shown = [word("same", language)] if same else _result(one, values, language)
        lines += ["", f"{word('misused', language)}: {label.text(language)} ({seen})", *shown]
    lines += ["", *(f"{word('warning', language)}: {told.text(language)}" for told in one.warnings)]
    lines += [f"{name}: {text}" for name, text in _notes(one, language)]
    return "\n".join(lines).rstrip() + "\n"


def as_html(one: Measured, language: Language) -> str:
    """Return result, warnings, method and source for a notebook, every text escaped."""
    parts = [html_table(_title(one.facts, language), _rows(one, one.values, language))]
    for label, seen, values in one.misused:
        caption = f"{word('misused', language)}: {label.text(language)} ({seen})"
        parts.append(html_table(caption, _rows(one, values, language)))
    told = [(word("warning", language), warning.text(language)) for warning in one.warnings]
    items = "".join(
        f"<li>{html.escape(name)}: {html.escape(text)}</li>" for name, text in (*told, *_notes(one, language))
    )
    return f"{''.join(parts)}<ul>{items}</ul>"


def as_data(one: Measured) -> dict[str, Any]:
    """Return everything as plain data, for JSON."""
    known = one.facts
    return {
        "measure": known.name, "label": known.label, "unit": one.unit, "over": dict(one.counts),
        "choices": dict(one.choices), "axes": {axis.name: list(axis.labels) for axis in one.axes},
        "values": _plain(one.values), "classes": list(known.classes),
        "warnings": [str(told) for told in one.warnings],
        "misused": [
            {"label": str(label), "seen": seen, "values": _plain(values)} for label, seen, values in one.misused
        ],
        "formula": known.formula, "absent": known.absent, "zeros": known.zeros, "spread": known.spread,
        "undefined": known.undefined,
        "tested": known.tested, "reference": known.reference,
    }  # fmt: skip


def records(one: Measured) -> list[list[str]]:
    """Return a long table with its head: the axes and the value, and the class where the result is one."""
    head = [*(axis.name for axis in one.axes), "value", *(["class"] if one.facts.classes else [])]
    cells = itertools.product(*(axis.labels for axis in one.axes))
    rows = [head]
    for labels, value in zip(cells, one.values.ravel(), strict=True):
        told = [_class(one.facts, float(value), "zh")] if one.facts.classes else []
        rows.append([*labels, "" if np.isnan(value) else repr(float(value)), *told])
    return rows


def described(known: Facts, language: Language) -> str:
    """Return what a measure is and what it takes, for who asks before measuring."""
    parameters = [
        f"  --{one.replace('_', '-')}  {' × '.join(axes) or '1'}"
        + (f" ({word('labels', language)})" if one in known.labels else "")
        for one, axes in known.parameters.items()
    ]
    choices = []
    for one, choice in known.choices.items():
        default = word("required", language) if choice.default is None else str(choice.default)
        choices.append(f"  --{one.replace('_', '-')}  {' | '.join(choice.words) or choice.kind.__name__} ({default})")
    summary = [known.summary] if language == "en" else []
    notes = [f"{name}: {text}" for name, text in _facts(known, language)]
    return (
        "\n".join(
            [_title(known, language), *summary, "", f"{word('data', language)}:", *parameters, *choices, "", *notes]
        )
        + "\n"
    )


def _title(known: Facts, language: Language) -> str:
    return f"{Label.parse(known.label).text(language)} · {known.name}"


def _notes(one: Measured, language: Language) -> list[tuple[str, str]]:
    over = ", ".join(f"{count} {axis}" for axis, count in one.counts.items())
    told = [(word("over", language), over)] if over else []
    if one.choices:
        told.append((word("choices", language), ", ".join(f"{name} = {value}" for name, value in one.choices.items())))
    return told + _facts(one.facts, language)


def _facts(known: Facts, language: Language) -> list[tuple[str, str]]:
    def said(text: str) -> str:
        return Label.parse(text).text(language)

    low, high = ("" if bound is None else f"{bound:g}" for bound in known.bounds)
    trap = re.search(r"Trap:(.*?)(?=\n\s*(?:Extremes|Errors):|\Z)", inspect.getdoc(known.function) or "", re.DOTALL)
    needs = ", ".join(f"{least} {axis}" for axis, least in known.needs.items())
    told = [
        ("also", ", ".join(known.also)), ("formula", known.formula), ("bounds", f"[{low}, {high}]"),
        ("needs", f"{needs}: {known.least_reason}" if needs else ""),
        ("absent", said(known.absent)), ("zeros", said(known.zeros)), ("spread", said(known.spread)),
        ("undefined", said(known.undefined)),
        ("trap", " ".join(trap.group(1).split()).replace("``", "") if trap else ""),
        ("tested", word(known.tested, language)), ("source", known.reference),
    ]  # fmt: skip
    return [(word(name, language), text) for name, text in told if text]


def _result(one: Measured, values: NDArray[np.float64], language: Language) -> list[str]:
    if not one.axes:
        return [_number(one, float(values), language) + (f" {one.unit}" if one.unit != "1" else "")]
    unit = [f"[{one.unit}]"] if one.unit != "1" and not one.facts.classes else []
    return [*unit, *aligned(_rows(one, values, language))]


def _rows(one: Measured, values: NDArray[np.float64], language: Language) -> list[list[str]]:
    """Return a result as a table with its head, the last axis across when it is short."""
    across = (
        one.axes[-1] if one.axes and 1 < len(one.axes[-1].labels) <= ACROSS and len(one.axes) > 1 else Axis("", ("",))
    )
    if len(one.axes) == 1 and one.axes[0].name == "part":
        across = Axis("", ("",))
    down = one.axes[:-1] if across.labels != ("",) else one.axes
    table = values.reshape(-1, len(across.labels))
    rows = [[" ".join(axis.name for axis in down), *(_said(label, across.name, language) for label in across.labels)]]
    for labels, numbers in zip(itertools.product(*(axis.labels for axis in down)), table, strict=True):
        name = " ".join(_said(label, axis.name, language) for label, axis in zip(labels, down, strict=True))
        rows.append([name, *(_number(one, float(number), language) for number in numbers)])
    return rows


def _said(label: str, axis: str, language: Language) -> str:
    return Label.parse(label).text(language) if axis == "part" else label


def _number(one: Measured, value: float, language: Language) -> str:
    if np.isnan(value):
        return "·"
    return _class(one.facts, value, language) if one.facts.classes else f"{value:.{DIGITS}g}"


def _class(known: Facts, value: float, language: Language) -> str:
    return "" if np.isnan(value) else Label.parse(known.classes[int(value)]).text(language)


def _plain(values: NDArray[np.float64]) -> Any:
    """Return numbers as nested lists, None where absent."""
    nested = values.astype(object)
    nested[np.isnan(values)] = None
    return nested.tolist()
