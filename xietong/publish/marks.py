"""Charts of marks on a plane: spans, intervals, releases of one figure, and dots on two axes of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xietong.publish.axes import (
    Bars,
    Option,
    breadth,
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
from xietong.publish.style import FAINT, INK, PAPER, SIZE, SMALL, WIDTH, colour, readable

__all__ = ["Interval", "Point", "Span", "dumbbell", "intervals", "releases", "scatter"]


_INNER = 0.76
"""The part of an axis of values that lies between the smallest and the largest, with the margins at its ends."""


@dataclass(frozen=True)
class Span:
    """A row of a dumbbell: two values of one thing."""

    label: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Interval:
    """A row of an interval chart: a value between its bounds; one without bounds is a name and no mark."""

    label: str
    low: float | None
    middle: float | None
    high: float | None


@dataclass(frozen=True)
class Point:
    """A labelled dot of a scatter chart."""

    label: str
    across: float
    up: float
    group: str = ""


def dumbbell(
    rows: Sequence[Span],
    *,
    names: tuple[str, str],
    unit: str,
    value_range: tuple[float, float] | None = None,
    digits: int | None = None,
    reference: tuple[float, str] | None = None,
) -> Option:
    """Return two marks a row, joined: before and after, or two vintages of one figure.

    The names of the marks stand above those of the first row where there is room, else in a legend; empty names are
    not printed. ``reference`` is an upright line with its name.
    """
    joined = [
        [{"coord": [row.low, index]}, {"coord": [row.high, index]}]
        for index, row in enumerate(rows)
        if row.low is not None and row.high is not None
    ]
    ends = ([row.low for row in rows], [row.high for row in rows])
    drawn: list[Option] = [
        {
            "type": "scatter",
            "name": name,
            "symbol": "circle" if order else "emptyCircle",
            "symbolSize": 11,
            "itemStyle": {"color": colour(order), "opacity": 1},
            "data": [
                _mark(ends[order][index], index, ends[1 - order][index], digits, colour(order), last=order == 1)
                for index in range(len(rows))
                if ends[order][index] is not None
            ],
            "z": 4,
        }
        for order, name in enumerate(names)
    ]
    drawn[0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "z": 1,
        "lineStyle": {"color": FAINT, "width": 3, "type": "solid"},
        "data": joined,
    }
    head = {} if reference else _heads(rows, names)
    drawn += [head] if head else []
    drawn += [{"type": "scatter", "data": [], "markLine": rule(*reference, vertical=True)}] if reference else []
    option: Option = {"legend": legend(names, swatch=12)} if any(names) and not head else {}
    return option | {
        "grid": frame(top=52 if reference else 34 if any(names) else 14, right=40, bottom=26),
        "xAxis": lying_values(unit, value_range, scale=True, boundaryGap=["12%", "12%"]),
        "yAxis": category_axis(
            [row.label for row in rows], ticks=False, inverse=True,
            axisLabel=label(size=SIZE, margin=_clear(rows, digits, value_range)),
        ),
        "series": drawn,
    }  # fmt: skip


def _clear(rows: Sequence[Span], digits: int | None, value_range: tuple[float, float] | None) -> float:
    """Return how far the names of the rows stand from the axis, so that a value left of its mark does not meet them."""
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    if not ends:
        return 8.0
    low, spread = min(ends), (max(ends) - min(ends)) or 1.0
    begin = value_range[0] if value_range else low - 0.12 * spread
    begin = 0.0 if low >= 0 > begin and not value_range else begin
    wide = (WIDTH - widest([row.label for row in rows], SIZE) - 60) * _INNER / spread
    lefts = [min(pair) for row in rows if (pair := [end for end in (row.low, row.high) if end is not None])]
    return max(8.0, *(breadth(number_text(left, digits)) + 18 - (left - begin) * wide for left in lefts))


def _heads(rows: Sequence[Span], names: tuple[str, str]) -> Option:
    """Return the two names above the marks of the first row, nothing where they would meet or a mark is absent."""
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    low, high = (rows[0].low, rows[0].high) if rows else (None, None)
    if not any(names) or low is None or high is None or max(ends) <= min(ends):
        return {}
    left = widest([row.label for row in rows], SIZE)
    apart = abs(high - low) / (max(ends) - min(ends)) * (WIDTH - left - 60) * _INNER
    if apart < sum(breadth(name) for name in names) / 2 + SMALL:
        return {}
    style = [label(tone=readable(colour(order)), position="top", distance=9, show=True) for order in (0, 1)]
    data: list[Option] = [
        {"value": [value, 0], "label": style[order] | {"formatter": name}}
        for order, (value, name) in enumerate(zip((low, high), names, strict=True))
    ]  # fmt: skip
    bare: Option = {"itemStyle": {"color": "transparent", "opacity": 1}, "silent": True, "z": 4}
    return {"type": "scatter", "symbolSize": 0.1, "data": data, **bare}


def intervals(
    rows: Sequence[Interval],
    *,
    unit: str,
    value_range: tuple[float, float] | None = None,
    digits: int | None = None,
    reference: tuple[float, str] | None = None,
    inverse: bool = False,
) -> Option:
    """Return one value a row between its bounds: ranks under other weights, effects under other designs.

    ``inverse`` puts small values to the right, as for ranks.
    """
    known = [(index, row) for index, row in enumerate(rows) if row.low is not None and row.high is not None]
    bars = [[{"coord": [row.low, index]}, {"coord": [row.high, index]}] for index, row in known]
    caps = [[bound, index] for index, row in known for bound in (row.low, row.high)]
    tone = colour(6)
    drawn: list[Option] = [
        {
            "type": "scatter",
            "symbol": "rect",
            "symbolSize": [2.5, 12],
            "itemStyle": {"color": tone, "opacity": 1},
            "data": caps,
            "markLine": {
                "silent": True,
                "symbol": "none",
                "z": 1,
                "label": {"show": False},
                "lineStyle": {"color": tone, "width": 2.5, "type": "solid"},
                "data": bars,
            },
        },
        {
            "type": "scatter",
            "symbol": "circle",
            "symbolSize": 10,
            "itemStyle": {"color": colour(0), "opacity": 1},
            "data": [_middle(row.middle, index, digits) for index, row in enumerate(rows) if row.middle is not None],
            "z": 4,
        },
    ]
    if reference:
        drawn.append({"type": "scatter", "data": [], "markLine": rule(*reference, vertical=True)})
    return {
        "grid": frame(top=30 if reference else 14, right=32, bottom=26),
        "xAxis": lying_values(unit, value_range, scale=True, inverse=inverse, boundaryGap=["6%", "6%"]),
        "yAxis": category_axis([row.label for row in rows], ticks=False, inverse=True, axisLabel=label(size=SIZE)),
        "series": drawn,
    }


def releases(
    periods: Sequence[str],
    editions: Sequence[Bars],
    *,
    unit: str,
    value_range: tuple[float, float] | None = None,
    digits: int | None = None,
) -> Option:
    """Return every release's value of every period, joined where they differ: the first named left, the last right.

    ``editions`` run from the oldest release to the newest; each carries one value (or ``None``) per period.
    """
    insist_on_lengths(periods, editions)
    drawn: list[Option] = [
        {
            "type": "scatter",
            "name": one.name,
            "symbolSize": 9,
            **marker(index),
            "data": [_release(one, index, place, editions, digits) for place in range(len(periods))],
            "z": 4,
            "labelLayout": {"hideOverlap": True},
        }
        for index, one in enumerate(editions)
    ]
    drawn[0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "z": 1,
        "label": {"show": False},
        "lineStyle": {"color": FAINT, "width": 3, "type": "solid"},
        "data": [pair for place in range(len(periods)) if (pair := _restatement(editions, place))],
    }
    return {
        "legend": legend([one.name for one in editions], swatch=12),
        "grid": frame(top=62, right=24),
        "xAxis": category_axis(periods),
        "yAxis": value_axis(unit, value_range, scale=True),
        "series": drawn,
    }


def scatter(
    points: Sequence[Point],
    *,
    across_unit: str,
    up_unit: str,
    groups: Sequence[str] = (),
) -> Option:
    """Return labelled dots on two axes of values, in one colour and shape per group."""
    order = list(groups) or sorted({point.group for point in points})
    drawn = [
        {
            "type": "scatter",
            "name": group,
            "symbolSize": 9,
            **marker(index),
            "data": [
                {
                    "value": [point.across, point.up],
                    "label": {**label(tone=INK), "show": True, "position": "right", "formatter": point.label},
                }
                for point in points
                if point.group == group
            ],
            "labelLayout": {"hideOverlap": True, "moveOverlap": "shiftY"},
        }
        for index, group in enumerate(order)
    ]
    option: Option = {
        "grid": frame(top=58 if len(order) > 1 else 34, right=90, bottom=26),
        "xAxis": lying_values(across_unit, None, scale=True),
        "yAxis": value_axis(up_unit, None, scale=True),
        "series": drawn,
    }
    return option | ({"legend": legend(order, swatch=12)} if len(order) > 1 else {})


def _middle(value: float, row: int, digits: int | None) -> Option:
    style = label(position="top", distance=4)
    return {"value": [value, row], "label": {**style, "show": True, "formatter": number_text(value, digits)}}


def _mark(value: float | None, row: int, other: float | None, digits: int | None, tone: str, *, last: bool) -> Option:
    """Return a mark with its value on the outer side; of two equal ones only the ``last`` is told."""
    side = "right" if other is None or (value is not None and value >= other) else "left"
    text = number_text(value, digits) if value is not None else ""
    style = label(tone=readable(tone), position=side, distance=7, backgroundColor=PAPER, padding=[0, 1])
    return {"value": [value, row], "label": {**style, "show": value != other or last, "formatter": text}}


def _release(one: Bars, index: int, place: int, editions: Sequence[Bars], digits: int | None) -> Option | None:
    value = one.values[place]
    if value is None:
        return None
    known = [order for order, edition in enumerate(editions) if edition.values[place] is not None]
    style = label(tone=readable(colour(index)), position=_side(editions, known, index, place), distance=6)
    style["fontWeight"] = "bold" if index == known[-1] else "normal"
    first, last = editions[known[0]].values[place], editions[known[-1]].values[place]
    shown = index == known[-1] or (index == known[0] and first != last)
    return {
        "value": value,
        "label": {**style, "show": shown, "formatter": number_text(value, digits)},
    }


def _side(editions: Sequence[Bars], known: Sequence[int], index: int, place: int) -> str:
    first, last = editions[known[0]].values[place], editions[known[-1]].values[place]
    if len(known) == 1 or first == last:
        return "right"
    return "left" if index == known[0] else "right"


def _restatement(editions: Sequence[Bars], place: int) -> list[Option]:
    known = [one.values[place] for one in editions if one.values[place] is not None]
    if len(known) < 2 or known[0] == known[-1]:
        return []
    return [{"coord": [place, known[0]]}, {"coord": [place, known[-1]]}]
