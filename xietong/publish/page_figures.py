"""Figures of a page: a section's ``figure`` is plain data with a ``kind``; each kind has one drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.pages import Section
from xietong.publish import page_drawings as drawn
from xietong.publish.engine import figure_engine
from xietong.publish.figures import Drawing
from xietong.publish.layered_graph import layered_graph
from xietong.publish.points_map import points_map

KINDS: Mapping[str, Callable[[Mapping[str, Any], Language], Drawing]] = {
    "bars": drawn.bars_of,
    "chord": drawn.ties_of,
    "fan": drawn.fan_of,
    "frontier": drawn.frontier_of,
    "funnel": drawn.funnel_of,
    "layered_graph": layered_graph,
    "lines": drawn.lines_of,
    "matrix": drawn.matrix_of,
    "places_map": drawn.places_of,
    "points_map": points_map,
    "sankey": drawn.layers_of,
}
"""The drawing of each kind of figure, from its data and the language of its words."""


def figure_svg(section: Section, language: Language) -> str:
    """Return the figure of a section as SVG with alternative text, '' where it has none.

    Raises:
        UnknownName: when its kind does not exist.
    """
    if not section.figure:
        return ""
    kind = str(section.figure.get("kind", ""))
    if kind not in KINDS:
        raise UnknownName(f"section {section.id}", "kind of figure", kind, KINDS)
    drawing = KINDS[kind](section.figure, language)
    spoken = " ".join(one.text(language) for one in section.text)
    title = section.title.text(language)
    return figure_engine().svg(drawing.option, drawing.width, drawing.height, title=title, description=spoken)
