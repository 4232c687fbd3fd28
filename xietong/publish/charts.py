"""The charts of the house: plain data in, one option dict out, everything that is printed handed in as text.

Charts against time and categories stand here; spans, intervals and releases in ``marks``; networks,
maps and matrices in ``diagrams``. All of them are offered
from this module. A ``None`` is a gap: nothing joins over it. No chart computes a value that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xietong.errors import PublishError
from xietong.publish.axes import (
    Bars,
    Option,
    category_axis,
    frame,
    insist_on_lengths,
    label,
    legend,
    lying_values,
    marker,
    number_text,
    rule,
    value_axis,
    widest,
)
from xietong.publish.diagrams import Link, Node, choropleth, heat, sankey
from xietong.publish.end_labels import offsets
from xietong.publish.marks import Interval, Point, Span, dumbbell, intervals, releases, scatter
from xietong.publish.style import FAINT, INK, MUTED, PAPER, SIZE, WIDTH, colour, lightness, readable

__all__ = [
    "STYLES",
    "Bars",
    "Interval",
    "Line",
    "Link",
    "Node",
    "Option",
    "Point",
    "Span",
    "choropleth",
    "corner",
    "dumbbell",
    "grouped_bars",
    "heat",
    "intervals",
    "lines",
    "loose_points",
    "number_text",
    "releases",
    "rows_height",
    "sankey",
    "scatter",
    "stacked_bars",
]

ROW, ROOM = 30, 78
"""Pixels for one row of a horizontal chart, and for its axis and legend."""
Style = Literal["solid", "dashed", "dotted"]
STYLES: tuple[Style, ...] = ("solid", "dashed", "dotted")
_LEFT = 44
"""Pixels that an axis of values takes on the left, about."""
_ABOVE = 60
"""Pixels above and below the plot of lines."""


@dataclass(frozen=True)
class Line:
    """One line over the categories: (category, value) pairs; a category without a pair, or with ``None``, is a gap.

    ``tone`` is the number of its colour and shape where that is not its place among the lines.
    """

    name: str
    points: Sequence[tuple[str, float | None]]
    style: Style = "solid"
    emphasis: bool = False
    tone: int | None = None


def rows_height(rows: int) -> int:
    """Return a fitting height in pixels for a horizontal chart of so many rows."""
    return ROOM + ROW * max(rows, 2)


def lines(
    series: Sequence[Line],
    *,
    unit: str,
    categories: Sequence[str],
    value_range: tuple[float, float] | None = None,
    digits: int | None = None,
    reference: tuple[float, str] | None = None,
    height: int = 300,
) -> Option:
    """Return lines over ordered categories, each named at its end; labels that would meet are moved apart.

    ``reference`` is a horizontal line with its name: a target, or the base of an index.
    """
    drawn = [
        _line(one, index if one.tone is None else one.tone, categories, digits) for index, one in enumerate(series)
    ]
    if reference and drawn:
        drawn[0]["markLine"] = rule(*reference)
    names = [_end_text(one, categories, digits) for one in series]
    right = widest(names, SIZE) + 18
    moved = offsets([one["data"] for one in drawn], names, WIDTH - right - _LEFT, height - _ABOVE)
    for told, offset in zip(drawn, moved, strict=True):
        told["endLabel"]["offset"] = list(offset)
    return {
        "grid": frame(right=right),
        "xAxis": category_axis(categories, boundaryGap=False),
        "yAxis": value_axis(unit, value_range, scale=value_range is None),
        "series": drawn,
    }


def _line(one: Line, index: int, categories: Sequence[str], digits: int | None) -> Option:
    values = _aligned(one, categories)
    tone, width = colour(index), 3 if one.emphasis else 2
    isolated = _isolated(values)
    named = _end_text(one, categories, digits)
    return {
        "type": "line",
        "name": one.name,
        "data": values,
        "connectNulls": False,
        "showAllSymbol": True,
        "symbolSize": 6 if len(categories) <= 14 or isolated else 4,
        **marker(index),
        "lineStyle": {"color": tone, "width": width, "type": one.style},
        "z": 5 if one.emphasis else 3,
        "endLabel": {
            **label(size=SIZE, tone=readable(tone), distance=8),
            "show": bool(named),
            "fontWeight": "bold" if one.emphasis else "normal",
            "formatter": named,
        },
        "labelLayout": {"moveOverlap": "shiftY"},
    }


def _end_text(one: Line, categories: Sequence[str], digits: int | None) -> str:
    """Return what stands at the end of a line: its name and last value; nothing where it has no name."""
    return f"{one.name} {_last_text(one, categories, digits)}" if one.name else ""


def loose_points(points: Sequence[tuple[str, float | None]], categories: Sequence[str]) -> Option:
    """Return faint rings that belong to no line; those off the axis are left out."""
    data = [[categories.index(at), value] for at, value in points if at in categories]
    style: Option = {"color": PAPER, "borderColor": FAINT, "borderWidth": 1.2, "opacity": 1}
    return {"type": "scatter", "symbol": "circle", "symbolSize": 6, "itemStyle": style, "data": data, "z": 1}


def corner(text: str, *, below: bool = False) -> Option:
    """Return a quiet line of text in the upper corner of a figure on the right, or in the lower one."""
    side: Option = {"bottom": 0} if below else {"top": 0}
    return {"text": text, "right": 0, "textStyle": {**label(tone=MUTED), "fontWeight": "normal"}, **side}


def _aligned(one: Line, categories: Sequence[str]) -> list[float | None]:
    known = dict(one.points)
    if stray := [name for name in known if name not in categories]:
        raise PublishError(
            f"line '{one.name}'", f"points at {', '.join(stray)}, which the axis lacks", why="they would vanish"
        )
    return [known.get(name) for name in categories]


def _isolated(values: Sequence[float | None]) -> bool:
    padded = [None, *values, None]
    return any(
        value is not None and before is None and after is None
        for before, value, after in zip(padded, padded[1:], padded[2:], strict=False)
    )


def _last_text(one: Line, categories: Sequence[str], digits: int | None) -> str:
    values = [value for value in _aligned(one, categories) if value is not None]
    return number_text(values[-1], digits) if values else ""


def grouped_bars(
    groups: Sequence[str],
    series: Sequence[Bars],
    *,
    unit: str,
    value_range: tuple[float, float] | None = None,
    digits: int | None = None,
    reference: tuple[float, str] | None = None,
) -> Option:
    """Return upright bars side by side in each group, with their values on top."""
    insist_on_lengths(groups, series)
    several = len(series) > 1
    drawn = [
        {
            "type": "bar",
            "name": one.name,
            "barMaxWidth": 46,
            "barGap": "12%",
            "itemStyle": {"color": colour(index), "borderColor": PAPER, "borderWidth": 0.5},
            "data": [_valued(value, digits, position="top") for value in one.values],
            "labelLayout": {"hideOverlap": True},
        }
        for index, one in enumerate(series)
    ]
    if reference and drawn:
        drawn[0]["markLine"] = rule(*reference)
    option: Option = {
        "grid": frame(top=58 if several else 34),
        "xAxis": category_axis(groups, ticks=False),
        "yAxis": value_axis(unit, value_range),
        "series": drawn,
    }
    return option | ({"legend": legend([one.name for one in series])} if several else {})


def stacked_bars(
    rows: Sequence[str],
    parts: Sequence[Bars],
    *,
    unit: str,
    as_share: bool = False,
    digits: int | None = None,
    smallest_label: float | None = None,
) -> Option:
    """Return lying bars of parts that add up, values inside; ``as_share`` fixes the axis at 0 to 100.

    Values below ``smallest_label`` carry no text: it would not fit.
    """
    insist_on_lengths(rows, parts)
    drawn = [
        {
            "type": "bar",
            "name": one.name,
            "stack": "whole",
            "barMaxWidth": 22,
            "itemStyle": {"color": colour(index), "borderColor": PAPER, "borderWidth": 1},
            "data": [
                _valued(value, digits, position="inside", tone=_on(colour(index)), floor=smallest_label)
                for value in one.values
            ],
        }
        for index, one in enumerate(parts)
    ]
    bounds = (0.0, 100.0) if as_share else None
    return {
        "legend": legend([one.name for one in parts]),
        "grid": frame(top=34, right=24, bottom=26),
        "xAxis": lying_values(unit, bounds),
        "yAxis": category_axis(rows, ticks=False, inverse=True, axisLabel=label(size=SIZE)),
        "series": drawn,
    }


def _valued(
    value: float | None, digits: int | None, *, position: str, tone: str = INK, floor: float | None = None
) -> Option | None:
    if value is None:
        return None
    shown = floor is None or abs(value) >= floor
    style = label(tone=tone, position=position if value >= 0 or position != "top" else "bottom")
    return {"value": value, "label": {**style, "show": shown, "formatter": number_text(value, digits)}}


def _on(background: str) -> str:
    return INK if lightness(background) > 56 else PAPER
