"""Kinds of figures along time: lines, the releases of a figure, and every vintage of an indicator."""

from __future__ import annotations

from collections.abc import Iterable

from xietong.errors import PublishError
from xietong.library.explanations import explain
from xietong.library.labels import Label
from xietong.library.store import Line as Row
from xietong.publish import charts, spoken
from xietong.publish.drawing import Drawing
from xietong.publish.figure_scene import Scene, Spec, over
from xietong.publish.style import WIDTH
from xietong.publish.words import unit_name, word

__all__ = ["lines", "releases", "vintage_rows", "vintages"]

Points = list[tuple[str, float | None]]


def lines(scene: Scene) -> Drawing:
    """Draw ``parts`` over years; a part with a single value says ``at`` which year."""
    drawn = []
    for part in scene.data["parts"]:
        series = scene.series(part)
        values = over(series, "period") if series.axes else {str(part["at"]): float(series.values)}
        style, points = part.get("style", "solid"), list[tuple[str, float | None]](values.items())
        drawn.append(charts.Line(scene.named(part), points, style, bool(part.get("emphasis", False))))
    return _lined(scene, drawn, scene.axis)


def _lined(scene: Scene, drawn: list[charts.Line], unit: str) -> Drawing:
    """Return lines over all years between the first and the last of any."""
    years = sorted({int(period) for one in drawn for period, _ in one.points})
    categories = [str(year) for year in range(years[0], years[-1] + 1)]
    option = charts.lines(
        drawn, unit=unit, categories=categories, value_range=scene.range, digits=scene.digits, height=scene.height(300)
    )
    told = [
        spoken.over_time(one.name, [(year, dict(one.points).get(year)) for year in categories], scene.digits,
                         scene.language)
        for one in drawn
    ]  # fmt: skip
    return Drawing(option, WIDTH, scene.height(300), spoken.in_unit(unit, scene.language, *told))


def releases(scene: Scene) -> Drawing:
    """Draw ``parts``, each over years: several publications of a year side by side."""
    periods: list[str] = []
    editions = []
    for part in scene.data["parts"]:
        values = over(scene.series(part), "period")
        periods = periods or list(values)
        editions.append(charts.Bars(scene.named(part), [values.get(period) for period in periods]))
    option = charts.releases(periods, editions, unit=scene.axis, value_range=scene.range, digits=scene.digits)
    told = [(period, [(one.name, one.values[at]) for one in editions]) for at, period in enumerate(periods)]
    words = spoken.in_unit(scene.axis, scene.language, spoken.rows(told, scene.digits, scene.language))
    return Drawing(option, WIDTH, scene.height(300), words)


def vintage_rows(spec: Spec, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the published lines of the concept and place of a spec from ``begin`` on, by benchmark.

    Resold tables name no benchmark and stand together under ``''``; so do all others that name none.

    Raises:
        PublishError: when nothing was published.
    """
    place, begin = str(spec.data["place"]), str(spec.data.get("begin", ""))
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.period, row.origin.edition, row.location)):
        if row.place == place and not row.to and row.period.isdigit() and row.period >= begin:
            found.setdefault(row.benchmark, []).append(row)
    if not found:
        raise PublishError(f"figure {spec.id}", f"no line of {spec.data['concept']} for {place}", where=spec.where)
    return dict(sorted(found.items(), key=lambda one: (not one[0], one[1][0].period, one[0])))


def vintages(scene: Scene) -> Drawing:
    """Draw every published value of ``concept`` and ``place``: a line a benchmark, never joined from one to another.

    What the finding reads is drawn in bold; lines that name no benchmark are faint points.
    """
    concept = str(scene.data["concept"])
    known = {key: name for names in scene.edition.study()["benchmarks"].values() for key, name in names.items()}
    name, cell = scene.spec.cells[0]
    read = {line.row for line in explain(scene.edition, name, cell, scene.language).leaves()}
    drawn: list[charts.Line] = []
    loose: Points = []
    found = vintage_rows(scene.spec, scene.edition.lines(concept))
    for benchmark, rows in found.items():
        label = scene.data.get("names", {}).get(benchmark) or known.get(benchmark, benchmark)
        name = (Label.parse(label) if isinstance(label, str) else Label(*label)).text(scene.language)
        bold = any(row.row in read for row in rows)
        for at, points in enumerate(_layers(rows)):
            if benchmark:
                tone = list(found).index(benchmark)
                style = charts.STYLES[tone % len(charts.STYLES)]
                drawn.append(charts.Line("" if at else name, points, style, bold and not at, tone))
            else:
                loose += points
    unit = unit_name(scene.edition.indicators[concept].unit, scene.language)
    drawing = _lined(scene, drawn, unit)
    if loose:
        drawing.option["series"].append(charts.loose_points(loose, drawing.option["xAxis"]["data"]))
        drawing.option["title"] = charts.corner(f"○ {word('no vintage', scene.language)}")
    return drawing


def _layers(rows: Iterable[Row]) -> list[Points]:
    """Return the values of a benchmark, one a year; values that differ within a year stand in layers of their own."""
    by_year: dict[str, dict[float, None]] = {}
    for row in rows:
        by_year.setdefault(row.period, {}).setdefault(round(row.value, 1))
    deepest = max(map(len, by_year.values()))
    return [[(year, list(values)[at]) for year, values in by_year.items() if len(values) > at] for at in range(deepest)]
