"""The drawings of the figures that pages carry: plain data in, a drawing of the house out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xietong.library.labels import Language
from xietong.publish import spoken
from xietong.publish.axes import Bars, Option, category_axis, frame, label, number_text, value_axis
from xietong.publish.charts import Line, corner, grouped_bars, lines, rows_height
from xietong.publish.diagrams import Link, Node, choropleth, heat, sankey
from xietong.publish.drawing import Drawing
from xietong.publish.ground import PACKED, Ground
from xietong.publish.maps import outlines
from xietong.publish.marks import Point, scatter
from xietong.publish.style import FAINT, INK, MUTED, PAPER, RAMP, SIZE, WIDTH, colour
from xietong.publish.words import unit_name

Figure = Mapping[str, Any]
STATES = {"published": ("公布", "published"), "follows": ("由此得出", "follows"), "open": ("只有界", "bounds only")}
_COLOURED = 3
"""So many nodes of a chord diagram have a colour."""
_QUARTERS = (0.2, 0.4, 0.6, 0.8)


def said(pair: Sequence[str], language: Language) -> str:
    """Return one of a pair of texts, Chinese and English."""
    return str(pair[0] if language == "zh" else pair[1])


def unit_of(told: str | Sequence[str], language: Language) -> str:
    """Return a unit as the report names it; one that a figure tells in Chinese alone is translated."""
    zh, en = (told, told) if isinstance(told, str) else (told[0], told[-1])
    return unit_name(zh, language) if zh == en else said((zh, en), language)


def lines_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``series``, each with ``label``, ``unit`` and ``points`` of period and value, over all years between."""
    drawn = [
        Line(said(one["label"], language), [(str(at), value) for at, value in one["points"]])
        for one in figure["series"]
    ]
    years = sorted(int(at) for one in drawn for at, _ in one.points)
    units = dict.fromkeys(unit_of(one["unit"], language) for one in figure["series"])
    categories = [str(year) for year in range(years[0], years[-1] + 1)]
    return Drawing(lines(drawn, unit=" / ".join(units), categories=categories), WIDTH, 340)


def matrix_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``cells`` between ``labels``: a value, or the two bounds where nothing fixes it, with its standing."""
    names = [said(one, language) for one in figure["labels"]]
    grid: list[list[float | str | None]] = [[None] * len(names) for _ in names]
    for cell in figure["cells"]:
        low, high = cell["low"], cell["high"]
        fixed = low is not None and high is not None and abs(high - low) < 1e-6
        text = number_text(low, 1) if fixed else f"{_end(low)} – {_end(high)}"
        grid[cell["from"]][cell["to"]] = f"{text}\n{said(STATES[cell['state']], language)}"
    axes = f"{said(figure['rows'], language)} → {said(figure['columns'], language)}"
    option = heat(names, names, grid, unit=f"{axes} ({unit_of(figure['unit'], language)})", empty="—")
    return Drawing(option, WIDTH, 90 + 80 * len(names))


def _end(value: float | None) -> str:
    return "?" if value is None else number_text(value, 1)


def funnel_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``stages`` from the first to the last, each with its published value; hatched where there is none.

    The stages have units of their own, so that no width stands for a number.
    """
    names, cells = [], list[list[float | str | None]]()
    for at, stage in enumerate(figure["stages"], 1):
        unit = unit_of(stage["unit"], language)
        names.append(f"{at} {said(stage['label'], language)}")
        cells.append([None if stage["value"] is None else f"{number_text(stage['value'])} {unit}".strip()])
    none = said(("未公布", "not published"), language)
    return Drawing(
        heat(names, [said(("公布的数", "published number"), language)], cells, unit="", empty=none),
        WIDTH,
        60 + 46 * len(names),
    )


def ties_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``links`` of two ``nodes`` and a value as bands between arcs of a circle, as wide as the value.

    The nodes with the most ties have a colour of their own, and their bands have it; all others are grey.
    """
    names = [said(one, language) for one in figure["nodes"]]
    strength = [0.0] * len(names)
    for one, other, value in figure["links"]:
        strength[one] += value
        strength[other] += value
    order = sorted(range(len(names)), key=lambda at: (-strength[at], at))
    tones = {at: colour(place) if place < _COLOURED else FAINT for place, at in enumerate(order)}
    tied = [at for at in range(len(names)) if strength[at] > 0]
    data = [{"name": names[at], "itemStyle": {"color": tones[at]}} for at in tied]
    links = [
        {
            "source": names[min(one, other, key=order.index)], "target": names[max(one, other, key=order.index)],
            "value": value,
        }
        for one, other, value in figure["links"] if value > 0
    ]  # fmt: skip
    series: Option = {
        "type": "chord", "silent": True, "data": data, "links": links, "center": ["50%", "52%"],
        "radius": ["74%", "80%"], "padAngle": 2, "minAngle": 1, "startAngle": 90,
        "label": {**label(size=SIZE), "show": True, "position": "outside", "distance": 5},
        "itemStyle": {"borderColor": PAPER, "borderWidth": 1}, "lineStyle": {"color": "source", "opacity": 0.5},
    }  # fmt: skip
    unit = unit_of(figure["unit"], language)
    names_told = [(f"{names[one]} – {names[other]}", value) for one, other, value in figure["links"]]
    told = spoken.in_unit(unit, language, spoken.ranked(names_told, None, language))
    return Drawing({"title": _quiet_title(unit), "series": [series]}, WIDTH, 460, told)


def layers_of(figure: Figure, language: Language) -> Drawing:
    """Draw the first of ``layers``: from its ``nodes`` on the left to those on the right, as wide as ``links``."""
    layer = figure["layers"][0]
    names = [said(one, language) for one in layer["nodes"]]
    used = {("from", one) for one, _, _ in layer["links"]} | {("to", other) for _, other, _ in layer["links"]}
    nodes = [Node(f"{side} {at}", names[at], 0 if side == "from" else 1) for side, at in sorted(used)]
    links = [Link(f"from {one}", f"to {other}", value) for one, other, value in layer["links"] if value > 0]
    unit = f"{said(layer['label'], language)} ({unit_of(layer['unit'], language)})"
    return Drawing(sankey(nodes, links, unit=unit), WIDTH, 340)


def places_of(figure: Figure, language: Language, ground: Ground = PACKED) -> Drawing:
    """Draw ``values`` by code of place on a map in five classes of as many places each."""
    values: dict[str, float | None] = dict(figure["values"])
    breaks = fifths([value for value in values.values() if value is not None])
    unit = f"{said(figure['label'], language)} ({unit_of(figure['unit'], language)})"
    missing = said(("无数据", "no data"), language)
    option = choropleth(outlines(list(values), ground=ground), values, {}, unit=unit, breaks=breaks, missing=missing)
    option["title"] = [option["title"], corner(ground.note(language), below=True)]
    option["series"][0]["left"] = 190
    return Drawing(option, WIDTH, 700)


def fifths(values: Sequence[float]) -> list[float]:
    """Return the inner bounds of five classes of as many values each; fewer where values are equal."""
    told = sorted(values)
    return sorted({told[int(part * (len(told) - 1))] for part in _QUARTERS} - {told[0]}) if told else []


def frontier_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``points`` of two values on axes called ``x`` and ``y``; a third entry of a point is its name."""
    points = [
        Point(str(more[0]) if more else "", float(across), float(up), "")
        for across, up, *more in figure["points"]
    ]  # fmt: skip
    option = scatter(points, across_unit=said(figure["x"], language), up_unit=said(figure["y"], language))
    return Drawing(option, WIDTH, 360)


def bars_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``series`` with a ``label`` and ``values`` over ``rows``, in one ``unit``."""
    rows = [said(one, language) for one in figure["rows"]]
    shown = [Bars(said(one["label"], language), one["values"]) for one in figure["series"]]
    return Drawing(grouped_bars(rows, shown, unit=unit_of(figure["unit"], language)), WIDTH, max(340, rows_height(4)))


def fan_of(figure: Figure, language: Language) -> Drawing:
    """Draw ``bands`` of share, lows and highs over ``periods``, and ``observed`` values before them: never one line."""
    periods = [str(one) for one in figure["periods"]]
    series: list[Option] = []
    for index, (share, low, high) in enumerate(sorted(figure["bands"], key=lambda band: -band[0])):
        tone = RAMP[min(index + 1, len(RAMP) - 1)]
        bare: Option = {"type": "line", "stack": f"band {share}", "symbol": "none", "silent": True}
        series.append({**bare, "lineStyle": {"opacity": 0}, "data": list(low)})
        apart = [None if a is None or b is None else b - a for a, b in zip(low, high, strict=True)]
        area: Option = {"areaStyle": {"color": tone, "opacity": 0.75}, "lineStyle": {"opacity": 0}}
        series.append({**bare, **area, "name": f"{share:.0%}", "data": apart})
    seen: Option = {"type": "line", "data": list(figure["observed"]), "symbolSize": 5, "itemStyle": {"color": INK}}
    series.append({**seen, "lineStyle": {"color": INK, "width": 2}, "z": 5})
    unit = unit_of(figure.get("unit", ""), language)
    shares = ", ".join(f"{share:.0%}" for share, *_ in sorted(figure["bands"]))
    bands = said(
        (f"由深到浅：{shares} 的抽样落在其中", f"from dark to light: {shares} of the draws lie inside"), language
    )
    axes: Option = {"xAxis": category_axis(periods, boundaryGap=False), "yAxis": value_axis(unit, None, scale=True)}
    seen_name = said(("观测", "observed"), language)
    told = [spoken.over_time(seen_name, zip(periods, figure["observed"], strict=True), 1, language)]
    for share, low, high in sorted(figure["bands"]):
        ends = " – ".join(number_text(end[-1], 1) for end in (low, high))
        told.append(f"{share:.0%} {periods[-1]}: {ends}")
    words = spoken.in_unit(unit, language, *told)
    return Drawing({"grid": frame(right=24), **axes, "title": corner(bands), "series": series}, WIDTH, 340, words)


def _quiet_title(text: str) -> Option:
    return {"text": text, "left": 0, "top": 0, "textStyle": {**label(tone=MUTED), "fontWeight": "normal"}}
