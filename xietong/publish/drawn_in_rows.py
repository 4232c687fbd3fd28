"""Kinds of figures in rows: bars, dumbbells, intervals, and what each assumption of a plan moves."""

from __future__ import annotations

from collections.abc import Sequence

from xietong.errors import PublishError
from xietong.library.labels import Label
from xietong.publish import charts, marks, page_sections, spoken
from xietong.publish.drawing import Drawing
from xietong.publish.figure_scene import Part, Scene
from xietong.publish.page_words import heading, printed
from xietong.publish.style import WIDTH
from xietong.publish.words import word

__all__ = ["dumbbell", "grouped", "intervals", "ranges", "stacked"]


def _told(scene: Scene, rows: Sequence[tuple[str, Sequence[tuple[str, float | None]]]]) -> str:
    return spoken.in_unit(scene.axis, scene.language, spoken.rows(rows, scene.digits, scene.language))


def grouped(scene: Scene) -> Drawing:
    """Draw a finding over ``across``, the axis of the groups, and ``by``, the axis within a group."""
    series = scene.series(scene.data)
    across, by = str(scene.data["across"]), str(scene.data["by"])
    groups = scene.labels(series, across)
    shown = [
        charts.Bars(name, [series.cell(**{across: group, by: label}) for group in series.axis(across).labels])
        for name, label in zip(scene.labels(series, by), series.axis(by).labels, strict=True)
    ]
    option = charts.grouped_bars(groups, shown, unit=scene.axis, value_range=scene.range, digits=scene.digits)
    told = [(group, [(one.name, one.values[at]) for one in shown]) for at, group in enumerate(groups)]
    return Drawing(option, WIDTH, scene.height(340), _told(scene, told))


def stacked(scene: Scene) -> Drawing:
    """Draw ``parts`` as lying bars whose pieces add up; below ``smallest_label`` a piece has no text."""
    rows: list[str] = []
    pieces: list[list[float | None]] = []
    names: list[str] = []
    across, by = str(scene.data["across"]), str(scene.data["by"])
    for part in scene.data["parts"]:
        series = scene.series(part)
        names = scene.labels(series, by)
        pieces = pieces or [[] for _ in names]
        for label, text in zip(series.axis(across).labels, scene.labels(series, across), strict=True):
            rows.append(f"{text} {scene.named(part)}".strip())
            for one, inner in zip(pieces, series.axis(by).labels, strict=True):
                one.append(series.cell(**{across: label, by: inner}))
    shown = [charts.Bars(name, values) for name, values in zip(names, pieces, strict=True)]
    least, whole = scene.data.get("smallest_label"), scene.unit == "%"
    option = charts.stacked_bars(
        rows, shown, unit=scene.axis, as_share=whole, digits=scene.digits, smallest_label=least
    )
    told = [(row, [(one.name, one.values[at]) for one in shown]) for at, row in enumerate(rows)]
    return Drawing(option, WIDTH, charts.rows_height(len(rows)), _told(scene, told))


def dumbbell(scene: Scene) -> Drawing:
    """Draw two values a row: of the places of a finding, of ``parts``, or of the rows of a ``section`` of a page."""
    if "section" in scene.data:
        names, rows = _of_section(scene)
    elif "parts" in scene.data:
        names = (word("first", scene.language), word("last", scene.language))
        rows = [row for part in scene.data["parts"] for row in _of_part(scene, part)]
    else:
        first, last = str(scene.data["from"]), str(scene.data["to"])
        series = scene.series(scene.data)
        names, places = (first, last), zip(series.axis("place").labels, scene.labels(series, "place"), strict=True)
        rows = [
            charts.Span(text, series.cell(place=place, period=first), series.cell(place=place, period=last))
            for place, text in places
        ]
    option = charts.dumbbell(rows, names=names, unit=scene.axis, value_range=scene.range, digits=scene.digits)
    told = [(row.label, [(names[0], row.low), (names[1], row.high)]) for row in rows]
    return Drawing(option, WIDTH, charts.rows_height(len(rows)) + (14 if names[0] else 0), _told(scene, told))


def _of_part(scene: Scene, part: Part) -> list[charts.Span]:
    """Return the row of a part over years, named with the two years that it shows."""
    series, first, last = scene.series(part), str(part["from"]), str(part["to"])
    name = f"{scene.named(part)} {first}→{last}"
    return [charts.Span(name, series.cell(period=first), series.cell(period=last))]


def _of_section(scene: Scene) -> tuple[tuple[str, str], list[charts.Span]]:
    """Return the two columns ``from`` and ``to`` of the rows that ``where`` keeps, named by the column ``row``."""
    section = page_sections.section_of(scene.edition, str(scene.data["finding"]), str(scene.data["section"]))
    at = {column.id: order for order, column in enumerate(section.columns)}
    first, last, row = (page_sections.columns_of(section, [str(scene.data[key])])[0] for key in ("from", "to", "row"))
    wanted = {
        page_sections.columns_of(section, [key])[0]: str(value) for key, value in scene.data.get("where", {}).items()
    }
    found = []
    for one in section.rows:
        if all(printed(one.cells[key], section.columns[key], "en") == value for key, value in wanted.items()):
            ends = [float(cell) if isinstance(cell := one.cells[end], int | float) else None for end in (first, last)]
            found.append(charts.Span(printed(one.cells[row], section.columns[row], scene.language), *ends))
    if not found:
        raise PublishError(f"figure {scene.spec.id}", f"no row is left of {', '.join(at)}", where=scene.spec.where)
    heads = [heading(section.columns[end], scene.language) for end in (first, last)]
    return (heads[0], heads[1]), found


def intervals(scene: Scene) -> Drawing:
    """Draw one row a part: a value between its ends, all on the axis ``part``; without a finding a name alone."""
    rows = []
    for part in scene.data["parts"]:
        if "finding" not in part:
            rows.append(marks.Interval(scene.named(part), None, None, None))
            continue
        series = scene.series(part)
        low, middle, high = (series.cell(part=name) for name in ("low", series.axis("part").labels[0], "high"))
        rows.append(marks.Interval(scene.named(part), low, middle, high))
    option = marks.intervals(rows, unit=scene.axis, value_range=scene.range, digits=scene.digits)
    ends = [word(key, scene.language) for key in ("value", "low end", "high end")]
    told = [
        (row.label, list(zip(ends, (row.middle, row.low, row.high), strict=True)))
        for row in rows if row.middle is not None
    ]  # fmt: skip
    return Drawing(option, WIDTH, charts.rows_height(len(rows)), _told(scene, told))


def ranges(scene: Scene) -> Drawing:
    """Draw what a plan reaches with each assumption at either end of its range, the one that moves it most on top.

    Raises:
        PublishError: when the finding is no outcome of a plan.
    """
    payload, language = scene.payload(), scene.language
    if "ranges" not in payload:
        raise PublishError(str(scene.data["finding"]), "this is no outcome of a plan", where=scene.spec.where)
    levers = {one["id"]: Label(*one["label"]).text(language) for one in payload["levers"]}
    spans = [charts.Span(levers.get(one["lever"], one["lever"]), one["low"], one["high"]) for one in payload["ranges"]]
    spans.sort(key=lambda one: -abs(one.high - one.low) if one.low is not None and one.high is not None else -1e300)
    unit = (
        scene.axis or f"{Label(*payload['objective_label']).text(language)}, {Label(*payload['unit']).text(language)}"
    )
    reached = float(payload["objective"])
    names = (word("at low end", language), word("at high end", language))
    digits = scene.digits
    option = charts.dumbbell(
        spans, names=names, unit=unit, value_range=scene.range, digits=digits,
        reference=(reached, f"{word('as assumed', language)} {charts.number_text(reached, digits)}"),
    )  # fmt: skip
    told = [(one.label, [(names[0], one.low), (names[1], one.high)]) for one in spans]
    words = spoken.in_unit(unit, language, f"{word('as assumed', language)} {charts.number_text(reached, digits)}",
                           spoken.rows(told, digits, language))  # fmt: skip
    return Drawing(option, WIDTH, charts.rows_height(len(spans)) + 24, words)
