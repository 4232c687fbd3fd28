"""Figures of a page: a section's ``figure`` is plain data with a ``kind``; each kind has one drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from xietong.errors import UnknownName
from xietong.library.labels import Language
from xietong.library.pages import Section
from xietong.publish import page_drawings as drawn
from xietong.publish.drawing import Drawing
from xietong.publish.engine import figure_engine
from xietong.publish.ground import PACKED, Ground
from xietong.publish.layered_graph import layered_graph
from xietong.publish.points_map import points_map

MAPS: Mapping[str, Callable[[Mapping[str, Any], Language, Ground], Drawing]] = {
    "places_map": drawn.places_of,
    "points_map": points_map,
}
"""The drawing of each kind of map, which has a ground as well."""

KINDS: Mapping[str, Callable[[Mapping[str, Any], Language], Drawing]] = {
    "bars": drawn.bars_of,
    "chord": drawn.ties_of,
    "fan": drawn.fan_of,
    "frontier": drawn.frontier_of,
    "funnel": drawn.funnel_of,
    "layered_graph": layered_graph,
    "lines": drawn.lines_of,
    "matrix": drawn.matrix_of,
    "sankey": drawn.layers_of,
}
"""The drawing of each kind of figure, from its data and the language of its words."""


def drawing_of(section: Section, language: Language, ground: Ground = PACKED) -> Drawing:
    """Return the drawing of the figure of a section, with the words of the section for those who cannot see it.

    Raises:
        UnknownName: when its kind does not exist.
    """
    kind = str(section.figure.get("kind", ""))
    if kind not in (known := (*KINDS, *MAPS)):
        raise UnknownName(f"section {section.id}", "kind of figure", kind, known)
    drawn = MAPS[kind](section.figure, language, ground) if kind in MAPS else KINDS[kind](section.figure, language)
    words = [one.text(language) for one in section.text] + ([ground.note(language)] if kind in MAPS else [])
    return replace(drawn, told=" ".join([*words, *([drawn.told] if drawn.told else [])]))


def figure_svg(section: Section, language: Language, ground: Ground = PACKED) -> str:
    """Return the figure of a section as SVG with alternative text, '' where it has none.

    Raises:
        UnknownName: when its kind does not exist.
    """
    if not section.figure:
        return ""
    one, title = drawing_of(section, language, ground), section.title.text(language)
    return figure_engine().svg(one.option, one.width, one.height, title=title, description=one.told)
