"""Points on the outlines of places, each class with a colour and a shape of its own.

The figure is plain data: ``points`` of longitude, latitude (WGS 84), name and class; ``places`` by code with their
names, ``classes`` with theirs. Without a map review number the map says on itself that it is for internal use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xietong.errors import PublishError
from xietong.library.labels import Language
from xietong.publish.axes import Option, label, legend
from xietong.publish.drawing import Drawing
from xietong.publish.ground import PACKED, Ground
from xietong.publish.maps import on_plane, outlines
from xietong.publish.style import MARKERS, MUTED, PAPER, SMALL, WIDTH, colour

__all__ = ["points_map"]

HEIGHT, SYMBOL = 760, 6


def points_map(figure: Mapping[str, Any], language: Language, ground: Ground = PACKED) -> Drawing:
    """Return a map of points; classes without a point are not in the legend.

    Raises:
        PublishError: when a point is of a class that has no name.
    """
    places, classes = figure["places"], figure["classes"]
    if stray := sorted({str(one[3]) for one in figure["points"]} - set(classes)):
        raise PublishError("map", f"points of {', '.join(stray)}, which are no classes of the figure")
    at = 0 if language == "zh" else 1
    drawn = outlines(list(places), ground=ground)
    shown = [one for one in classes if any(point[3] == one for point in figure["points"])]
    series = [
        _scatter(
            str(classes[one][at]), _positions(list(places), figure["points"], one, ground), list(classes).index(one)
        )
        for one in shown
    ]
    option: Option = {
        "$map": {"name": drawn.name, "geojson": drawn.geojson},
        "title": {"text": ground.note(language), "left": 0, "bottom": 0, "textStyle": _quiet()},
        "legend": legend([str(classes[one][at]) for one in shown]),
        "geo": {
            "map": drawn.name, "nameProperty": "code", "aspectScale": 1, "roam": False, "silent": True,
            "left": "center", "top": 34, "bottom": 24,
            "itemStyle": {"borderColor": MUTED, "borderWidth": 0.6, "areaColor": PAPER},
            "emphasis": {"disabled": True},
            "regions": [_region(code, str(names[at])) for code, names in places.items()],
        },
        "series": series,
    }  # fmt: skip
    return Drawing(option, WIDTH, HEIGHT)


def _quiet() -> Option:
    return {**label(size=SMALL, tone=MUTED), "fontWeight": "normal"}


def _positions(codes: Sequence[str], points: Sequence[Sequence[Any]], kind: str, ground: Ground) -> list[list[float]]:
    degrees = [(float(one[0]), float(one[1])) for one in points if one[3] == kind]
    return [[x, y] for x, y in on_plane(codes, degrees, ground)]


def _scatter(name: str, data: list[list[float]], index: int) -> Option:
    return {
        "type": "scatter", "coordinateSystem": "geo", "name": name, "data": data, "silent": True, "symbolSize": SYMBOL,
        "symbol": MARKERS[index % len(MARKERS)], "itemStyle": {"color": colour(index), "opacity": 0.65},
    }  # fmt: skip


def _region(code: str, name: str) -> Option:
    text = label(textBorderColor=PAPER, textBorderWidth=3)
    return {"name": code, "label": {**text, "show": True, "formatter": name}}
