"""Axes, margins and labels that every chart shares."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xietong.errors import PublishError
from xietong.publish.style import FAINT, FAMILY, GRID, INK, MARKERS, MUTED, SMALL, colour

__all__ = [
    "Bars",
    "Option",
    "breadth",
    "category_axis",
    "frame",
    "insist_on_lengths",
    "label",
    "legend",
    "lying_values",
    "marker",
    "number_text",
    "rule",
    "value_axis",
    "widest",
]

Option = dict[str, Any]


@dataclass(frozen=True)
class Bars:
    """One value per group or row, under one name; ``None`` is absent."""

    name: str
    values: Sequence[float | None]


def number_text(value: float, digits: int | None = None) -> str:
    """Return a value as printed on a figure: ``digits`` decimals, or as many as it has (ten significant at most)."""
    text = f"{value:.{digits}f}" if digits is not None else f"{value:.10g}"
    return text.replace("-", "−")


def breadth(text: str, size: float = SMALL) -> float:
    """Return roughly how many pixels a line of text takes; wide characters are one em."""
    em = sum(1.0 if unicodedata.east_asian_width(symbol) in "WF" else 0.58 for symbol in text)
    return em * size


def widest(texts: Iterable[str], size: float = SMALL) -> int:
    """Return the breadth of the longest text, rounded up."""
    return int(max((breadth(line, size) for text in texts for line in text.split("\n")), default=0)) + 1


def label(*, size: int = SMALL, tone: str = INK, **more: object) -> Option:
    """Return a label style."""
    return {"fontFamily": FAMILY, "fontSize": size, "color": tone, **more}


def category_axis(names: Sequence[str], *, ticks: bool = True, **more: object) -> Option:
    """Return an axis of names: years, groups, places."""
    return {
        "type": "category",
        "data": list(names),
        "axisLine": {"show": True, "lineStyle": {"color": FAINT}},
        "axisTick": {"show": ticks, "alignWithLabel": True, "lineStyle": {"color": FAINT}},
        "axisLabel": label(tone=MUTED),
        **more,
    }


def value_axis(unit: str, value_range: tuple[float, float] | None = None, **more: object) -> Option:
    """Return an axis of values with its unit as title."""
    bounds: Option = {"min": value_range[0], "max": value_range[1]} if value_range else {}
    return {
        "type": "value",
        "name": unit,
        "nameTextStyle": label(tone=MUTED, align="left", padding=[0, 0, 2, 0]),
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": label(tone=MUTED, formatter="{value}"),
        "splitLine": {"lineStyle": {"color": GRID}},
        **bounds,
        **more,
    }


def frame(*, left: int = 8, right: int = 16, top: int = 34, bottom: int = 8) -> Option:
    """Return the plot's margins; labels of axes are kept inside them."""
    return {
        "left": left,
        "right": right,
        "top": top,
        "bottom": bottom,
        "outerBoundsMode": "same",
        "outerBoundsContain": "axisLabel",
    }


def legend(names: Sequence[str], *, left: int | str = "left", swatch: int = 22) -> Option:
    """Return a legend on top, for what cannot carry its name itself."""
    return {
        "show": True,
        "data": list(names),
        "top": 0,
        "left": left,
        "itemGap": 16,
        "itemWidth": swatch,
        "itemHeight": 10,
        "textStyle": label(tone=INK),
    }


def rule(value: float, text: str, *, vertical: bool = False) -> Option:
    """Return a thin dashed line of reference, with its name: a target, a mean, zero."""
    return {
        "silent": True,
        "symbol": "none",
        "animation": False,
        "lineStyle": {"color": MUTED, "type": "dashed", "width": 1},
        "label": label(tone=MUTED, position="start" if vertical else "insideEndTop", formatter=text),
        "data": [{"xAxis" if vertical else "yAxis": value}],
    }


def marker(index: int) -> Mapping[str, Any]:
    """Return shape and colour of the series at ``index``."""
    return {"symbol": MARKERS[index % len(MARKERS)], "itemStyle": {"color": colour(index), "opacity": 1}}


def insist_on_lengths(rows: Sequence[str], series: Sequence[Bars]) -> None:
    """Refuse series that do not carry one value per row."""
    for one in series:
        if len(one.values) != len(rows):
            raise PublishError(
                f"series '{one.name}'", f"{len(one.values)} values for {len(rows)} rows: {', '.join(rows)}"
            )


def lying_values(unit: str, value_range: tuple[float, float] | None, **more: object) -> Option:
    """Return a lying axis of values with its unit below."""
    axis = value_axis(unit, value_range, nameLocation="middle", nameGap=30, **more)
    return axis | {"nameTextStyle": label(tone=MUTED)}
