"""Kinds of figures that relate things: flows, the framework, a map, and the figure of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xietong.errors import PublishError
from xietong.library.labels import Label
from xietong.library.pages import Section
from xietong.publish import charts, page_figures, page_sections, spoken
from xietong.publish.drawing import Drawing
from xietong.publish.figure_scene import Scene, over
from xietong.publish.layered_graph import wrapped
from xietong.publish.maps import outlines
from xietong.publish.style import WIDTH
from xietong.publish.words import word

__all__ = ["MAPPED", "framework", "is_map", "mapped", "of_page", "sankey", "shown_section"]

MAPPED = "map"
_COLUMN = 92.0
"""Pixels that the name of a task or path may be wide."""


def sankey(scene: Scene) -> Drawing:
    """Draw ``parts`` of one value each between the ends ``from`` and ``to``."""
    nodes: dict[str, charts.Node] = {}
    links, told = [], []
    for part in scene.data["parts"]:
        ends = []
        for level, key in enumerate(("from", "to")):
            name = f"{key} {part[key]}"
            text = Label.parse(str(part[f"{key}_name"])).text(scene.language) if f"{key}_name" in part else ""
            text = text or scene.edition.names(scene.language).get(str(part[key]), "")
            nodes.setdefault(name, charts.Node(name, text, level))
            ends.append(name)
        value = float(scene.series(part).values)
        links.append(charts.Link(ends[0], ends[1], value))
        told.append((" → ".join(nodes[end].text for end in ends), [("", value)]))
    option = charts.sankey(list(nodes.values()), links, unit=scene.axis, digits=scene.digits)
    words = spoken.in_unit(scene.axis, scene.language, spoken.rows(told, scene.digits, scene.language))
    return Drawing(option, WIDTH, scene.height(320), words)


def mapped(scene: Scene) -> Drawing:
    """Draw a finding over places in classes between ``breaks``; from ``middle`` on in one colour, below in another."""
    series = scene.series(scene.data)
    values: dict[str, float | None] = dict(over(series, "place"))
    names = dict(zip(series.axis("place").labels, scene.labels(series, "place"), strict=True))
    option = charts.choropleth(
        outlines(list(values), ground=scene.ground),
        values,
        {code: _with_value(name, values[code], scene) for code, name in names.items()},
        unit=scene.axis,
        breaks=[float(one) for one in scene.data["breaks"]],
        missing=scene.spec.text("missing", scene.language),
        digits=scene.digits,
        middle=scene.data.get("middle"),
    )
    note = scene.ground.note(scene.language)
    option["title"] = [option["title"], charts.corner(note, below=True)]
    told = spoken.ranked([(names[code], value) for code, value in values.items()], scene.digits, scene.language)
    return Drawing(option, WIDTH, scene.height(640), spoken.in_unit(scene.axis, scene.language, told, note))


def _with_value(name: str, value: float | None, scene: Scene) -> str:
    return name if value is None else f"{name}\n{charts.number_text(value, scene.digits)}"


def framework(scene: Scene) -> Drawing:
    """Draw tasks against paths: of so many indicators how many have data; a task that no path serves is a hole."""
    payload, language = scene.payload(), scene.language
    tasks, paths = _names(payload["tasks"], scene, 2 * _COLUMN), _names(payload["paths"], scene, _COLUMN)
    none, hole = word("no path", language), word("hole", language)
    columns = {**paths, "": none}
    cells: list[list[float | str | None]] = []
    told = []
    for task, name in tasks.items():
        counts = payload["cells"][task]
        hollow = task in payload["holes"]
        row: list[float | str | None] = [_share(counts[path]) for path in columns]
        row = [hole if hollow and path and not cell else cell for path, cell in zip(columns, row, strict=True)]
        cells.append([None if cell == hole else cell for cell in row])
        parts = [f"{columns[path]} {cell}" for path, cell in zip(columns, row, strict=True) if cell and cell != hole]
        told.append((name, [(f"{hole}, {', '.join(parts)}" if hollow else ", ".join(parts), None)]))
    unit = word("with data of all", language)
    option = charts.heat(list(tasks.values()), list(columns.values()), cells, unit=unit, empty=hole)
    gap, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    words = spoken.in_unit(unit, language, gap.join(f"{name}{colon}{parts[0][0]}" for name, parts in told))
    return Drawing(option, WIDTH, scene.height(92 + 46 * len(tasks)), words)


def _share(count: list[int]) -> str:
    """Return how many indicators of a cell have data, of how many; '' where it has no indicator."""
    return f"{count[1]} / {count[0]}" if count[0] else ""


def _names(told: Mapping[str, Any], scene: Scene, wide: float) -> dict[str, str]:
    return {key: "\n".join(wrapped(Label(*label).text(scene.language), wide)) for key, label in told.items()}


def shown_section(scene: Scene) -> Section:
    """Return the section of the page of a system or plan that a figure shows.

    Raises:
        UnknownName: when the page has no such section.
        PublishError: when the finding is no page, or the section has no figure.
    """
    section = page_sections.section_of(scene.edition, str(scene.data["finding"]), str(scene.data["section"]))
    if not section.figure:
        raise PublishError(f"figure {scene.spec.id}", f"section {section.id} has no figure", where=scene.spec.where)
    return section


def of_page(scene: Scene) -> Drawing:
    """Draw the figure of a ``section`` of the page of a system or plan."""
    found = page_figures.drawing_of(shown_section(scene), scene.language, scene.ground)
    return replace(found, height=scene.height(found.height))


def is_map(scene: Scene) -> bool:
    """Return whether a figure is a map, which has a review number."""
    if scene.spec.kind == "page":
        return str(shown_section(scene).figure["kind"]) in page_figures.MAPS
    return scene.spec.kind == MAPPED
