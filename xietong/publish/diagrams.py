"""Networks, maps and matrices in the house style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from xietong.errors import PublishError
from xietong.publish.axes import Option, category_axis, label, number_text, widest
from xietong.publish.maps import Outlines
from xietong.publish.style import BELOW, FAINT, GRID, INK, MUTED, PAPER, RAMP, SIZE, colour, lightness

__all__ = ["NOTE", "Link", "Node", "choropleth", "heat", "sankey"]

BAND = 0.3
"""Opacity of a band."""

NOTE, LINE = 24, 15
"""Pixels below a map for what it stands on, and from line to line of a label."""

HATCH = {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 5], "rotation": -0.7854, "color": FAINT}


@dataclass(frozen=True)
class Node:
    """A node of a flow diagram; ``text`` is printed beside it as it stands, ``level`` is its column from the left."""

    name: str
    text: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Link:
    """A band from one node to another, as wide as its value."""

    source: str
    target: str
    value: float
    text: str = ""


def sankey(nodes: Sequence[Node], links: Sequence[Link], *, unit: str, digits: int | None = None) -> Option:
    """Return bands between nodes, each with its value at its waist."""
    known = {node.name for node in nodes}
    if stray := sorted({end for link in links for end in (link.source, link.target)} - known):
        raise PublishError("flow diagram", f"links to {', '.join(stray)}, which are no nodes")
    sources = {link.source for link in links}
    tones = {node.name: colour(index) for index, node in enumerate(nodes)}
    final = [node.text or node.name for node in nodes if node.name not in sources]
    first = [node.text or node.name for node in nodes if node.level == 0]
    return {
        "title": {"text": unit, "left": 0, "top": 0, "textStyle": {**label(tone=MUTED), "fontWeight": "normal"}},
        "series": [
            {
                "type": "sankey",
                "left": widest(first, SIZE) + 10 if first else 4,
                "right": widest(final, SIZE) + 14,
                "top": 30,
                "bottom": 10,
                "nodeWidth": 14,
                "nodeGap": 14,
                "layoutIterations": 32,
                "draggable": False,
                "silent": True,
                "nodes": [*(_node(node, tones[node.name]) for node in nodes), *_values(links, tones, digits)],
                "links": [half for link in links for half in _halves(link, tones[link.source])],
                "label": label(size=SIZE),
            }
        ],
    }


def _node(node: Node, tone: str) -> Option:
    level: Option = {} if node.level is None else {"depth": 2 * node.level}
    return {
        "name": node.name,
        "itemStyle": {"color": tone, "borderWidth": 0},
        "label": {"formatter": node.text or node.name, **({"position": "left"} if node.level == 0 else {})},
        **level,
    }


def _between(link: Link) -> str:
    return f"{link.source}→{link.target}"


def _values(links: Sequence[Link], tones: Mapping[str, str], digits: int | None) -> list[Option]:
    """Return a waist for every band: there the bands stand one above the other, and their values cannot collide."""
    return [
        {
            "name": _between(link),
            "itemStyle": {"color": tones[link.source], "opacity": BAND, "borderWidth": 0},
            "label": {**label(position="inside"), "formatter": link.text or number_text(link.value, digits)},
        }
        for link in links
    ]


def _halves(link: Link, tone: str) -> list[Option]:
    style = {"color": tone, "opacity": BAND, "curveness": 0.5}
    ends = ((link.source, _between(link)), (_between(link), link.target))
    return [{"source": start, "target": end, "value": link.value, "lineStyle": style} for start, end in ends]


def choropleth(
    outlines: Outlines,
    values: Mapping[str, float | None],
    labels: Mapping[str, str],
    *,
    unit: str,
    breaks: Sequence[float],
    missing: str,
    digits: int | None = None,
    middle: float | None = None,
) -> Option:
    """Return a map in classes from light to dark; places without a value are hatched grey and named in the legend.

    ``breaks`` are the inner bounds between classes, rising: n breaks give n + 1 classes. ``labels`` (by code) are
    printed on the map; a place without one stays silent. ``missing`` is the legend's word for no value. From
    ``middle``, one of the breaks, values are shaded upwards in one colour and downwards in another.
    """
    if len(breaks) + 1 > len(RAMP) or list(breaks) != sorted(set(breaks)):
        raise PublishError(
            "map", f"breaks {list(breaks)}", why=f"they must rise, and at most {len(RAMP)} classes can be told apart"
        )
    tones = class_tones(len(breaks) + 1) if middle is None else _parted_tones(breaks, middle)
    pieces = _classes(breaks, tones, digits)
    data = [
        _place(code, values.get(code), labels.get(code, ""), _tone(values.get(code), breaks, tones))
        for code in outlines.codes
    ]
    if any(values.get(code) is None for code in outlines.codes):
        pieces.append({"value": -1, "label": missing, "color": GRID})
    return {
        "$map": {"name": outlines.name, "geojson": outlines.geojson},
        "title": {
            "text": unit,
            "left": 0,
            "bottom": 26 * len(pieces) * 0.8 + 12 + NOTE,
            "textStyle": {**label(tone=MUTED), "fontWeight": "normal"},
        },
        "visualMap": _map_legend(pieces, has_gap=len(pieces) > len(breaks) + 1),
        "series": [
            {
                "type": "map",
                "map": outlines.name,
                "nameProperty": "code",
                "aspectScale": 1,
                "roam": False,
                "silent": True,
                "selectedMode": False,
                "left": "center",
                "top": 6,
                "bottom": NOTE,
                "itemStyle": {"borderColor": MUTED, "borderWidth": 0.6, "areaColor": GRID},
                "label": {**label(), "show": False},
                "emphasis": {"disabled": True},
                "data": data,
            }
        ],
    }


def _map_legend(pieces: Sequence[Option], *, has_gap: bool) -> Option:
    """Return the classes from high to low, the swatch of places without a value last."""
    classes = pieces[:-1] if has_gap else pieces
    return {
        "type": "piecewise",
        "show": True,
        "seriesIndex": [],
        "selectedMode": False,
        "dimension": 0,
        "left": 0,
        "bottom": NOTE,
        "orient": "vertical",
        "itemWidth": 22,
        "itemHeight": 13,
        "itemGap": 7,
        "itemSymbol": "rect",
        "textStyle": label(),
        "pieces": [*reversed(classes), *([pieces[-1]] if has_gap else [])],
    }


def class_tones(count: int) -> list[str]:
    """Return the colours of so many classes, from little to much."""
    step = (len(RAMP) - 1) / max(count - 1, 1)
    return [RAMP[round(index * step)] for index in range(count)]


def _parted_tones(breaks: Sequence[float], middle: float) -> list[str]:
    """Return the colours of classes on both sides of a bound, palest beside it."""
    if middle not in breaks:
        raise PublishError(
            "map", f"the middle {middle:g} is none of the breaks {list(breaks)}", why="no class ends there"
        )
    under = list(breaks).index(middle) + 1
    if under > len(BELOW):
        raise PublishError("map", f"{under} classes below {middle:g}", why=f"at most {len(BELOW)} can be told apart")
    return [*reversed(BELOW[:under]), *class_tones(len(breaks) + 1 - under)]


def class_texts(breaks: Sequence[float], digits: int | None) -> list[str]:
    """Return what a legend says of the classes between bounds: below the first, between two, from the last on."""
    texts = [number_text(value, digits) for value in breaks]
    between = [f"{low} – {high}" for low, high in pairwise(texts)]
    return [f"< {texts[0]}", *between, f"≥ {texts[-1]}"] if texts else []


def _classes(breaks: Sequence[float], tones: Sequence[str], digits: int | None) -> list[Option]:
    if not breaks:
        return [{"min": 0, "label": "", "color": tones[0]}]
    ranges = class_texts(breaks, digits)
    return [{"value": index, "label": text, "color": tones[index]} for index, text in enumerate(ranges)]


def _tone(value: float | None, breaks: Sequence[float], tones: Sequence[str]) -> str | None:
    return None if value is None else tones[sum(value >= bound for bound in breaks)]


def _place(code: str, value: float | None, text: str, tone: str | None) -> Option:
    style: Option = {"areaColor": tone} if tone else {"areaColor": GRID, "decal": HATCH}
    ink = PAPER if tone and lightness(tone) < 56 else INK
    halo: dict[str, Any] = {"textBorderColor": tone if ink == PAPER else PAPER, "textBorderWidth": 2}
    shown: Option = {**label(tone=ink, lineHeight=LINE, **halo), "show": bool(text), "formatter": text}
    return {"name": code, "value": value, "itemStyle": style, "label": shown}


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | str | None]],
    *,
    unit: str,
    empty: str,
    breaks: Sequence[float] = (),
    digits: int | None = None,
) -> Option:
    """Return a matrix with its values printed; a cell of ``None`` is hatched and says ``empty``.

    Numbers are shaded by class (``breaks`` as for a map); a text is printed on plain ground, none on paper.
    """
    tones = class_tones(len(breaks) + 1)
    data = [
        _cell(cells[row][column], row, column, empty, breaks, tones, digits)
        for row in range(len(rows))
        for column in range(len(columns))
    ]
    top = 30 + SIZE * max((name.count("\n") + 1 for name in columns), default=1)
    bare: dict[str, Any] = {
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": label(size=SIZE, interval=0),
    }
    return {
        "title": {"text": unit, "left": 0, "top": 0, "textStyle": {**label(tone=MUTED), "fontWeight": "normal"}},
        "grid": {"left": widest(rows, SIZE) + 14, "right": 8, "top": top, "bottom": 6},
        "xAxis": category_axis(columns, position="top", **bare),
        "yAxis": category_axis(rows, inverse=True, **bare),
        "series": [{"type": "heatmap", "data": data, "silent": True, "emphasis": {"disabled": True}}],
        "visualMap": {"show": False, "min": 0, "max": 1, "seriesIndex": []},
    }


def _cell(
    value: float | str | None,
    row: int,
    column: int,
    empty: str,
    breaks: Sequence[float],
    tones: Sequence[str],
    digits: int | None,
) -> Option:
    text = empty if value is None else value if isinstance(value, str) else number_text(value, digits)
    tone = (RAMP[0] if value else PAPER) if isinstance(value, str) else _tone(value, breaks, tones)
    style: Option = {"borderColor": PAPER, "borderWidth": 2, "color": tone or PAPER}
    if value is None:
        style |= {"decal": HATCH}
    ground: dict[str, Any] = {"backgroundColor": PAPER, "padding": [3, 5], "borderRadius": 3} if value is None else {}
    ink = MUTED if tone is None else PAPER if lightness(tone) < 56 else INK
    return {
        "value": [column, row, 0],
        "itemStyle": style,
        "label": {**label(size=SIZE, tone=ink, lineHeight=LINE + 2, **ground), "show": True, "formatter": text},
    }
