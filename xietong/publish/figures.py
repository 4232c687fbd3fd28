"""Figures of a study: ``figures.toml`` names a kind and findings; one spec gives one drawing for all outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xietong.errors import PublishError, UnknownName
from xietong.library.documents import Document
from xietong.library.labels import Label, Language
from xietong.library.series import Series
from xietong.library.store import Edition
from xietong.library.units import conversion
from xietong.publish import charts, marks
from xietong.publish.charts import Option
from xietong.publish.maps import outlines
from xietong.publish.words import unit_name

WIDTH = 720


@dataclass(frozen=True)
class Spec:
    """One figure as a study writes it."""

    id: str
    where: str
    data: Mapping[str, Any]

    @property
    def cells(self) -> list[tuple[str, dict[str, str]]]:
        """Return the findings that the figure shows, each with the labels at which it is cut."""
        parts = [part for part in (*self.data.get("parts", ()), self.data) if "finding" in part]
        return [(str(part["finding"]), {k: str(v) for k, v in part.get("select", {}).items()}) for part in parts]

    @property
    def findings(self) -> list[str]:
        """Return the ids of the findings that the figure shows."""
        return list(dict.fromkeys(name for name, _ in self.cells))

    def text(self, key: str, language: Language) -> str:
        """Return a text of the spec in one language."""
        return Label.parse(str(self.data.get(key, ""))).text(language)


def read_specs(document: Document) -> dict[str, Spec]:
    """Return the figures of a study by id."""
    return {name: Spec(name, document.where(name), spec) for name, spec in document.data.items()}


@dataclass(frozen=True)
class Drawing:
    """A figure's option and size in pixels."""

    option: Option
    width: int
    height: int


def draw(spec: Spec, edition: Edition, language: Language) -> Drawing:
    """Return the drawing of a figure from the findings that it names.

    Raises:
        UnknownName: when the kind does not exist.
        PublishError: when a finding carries no values.
    """
    kind = str(spec.data.get("kind", ""))
    if kind not in _KINDS:
        raise UnknownName(f"figure {spec.id}", "kind", kind, _KINDS, where=spec.where)
    return _KINDS[kind](spec, edition, language)


def _series(edition: Edition, part: Mapping[str, Any], unit: str) -> Series:
    """Return the values that a part shows, cut by its ``select`` and in the figure's unit."""
    found = edition.finding(str(part["finding"])).series
    if found is None:
        raise PublishError(str(part["finding"]), "a figure needs a finding with values")
    found = found.select(**{axis: str(label) for axis, label in part.get("select", {}).items()})
    factor = float(conversion(found.unit, unit, str(part["finding"]))) if unit else 1.0
    return found if factor == 1.0 else _scaled(found, unit, factor)


def _scaled(series: Series, unit: str, factor: float) -> Series:
    return Series(
        series.name, unit, series.axes, series.values * factor, series.flags.copy(), series.grades.copy(),
        series.rows.copy(), series.benchmarks,
    )  # fmt: skip


def _unit(spec: Spec) -> str:
    return str(spec.data.get("unit", ""))


def _axis_unit(spec: Spec, language: Language) -> str:
    return spec.text("axis", language) or unit_name(_unit(spec), language)


def _range(spec: Spec) -> tuple[float, float] | None:
    low_high = spec.data.get("range")
    return (float(low_high[0]), float(low_high[1])) if low_high else None


def _named(part: Mapping[str, Any], language: Language) -> str:
    return Label.parse(str(part.get("name", ""))).text(language)


def _labels(edition: Edition, series: Series, axis: str, language: Language) -> list[str]:
    known = edition.names(language) if axis == "place" else edition.concepts(language)
    return [known.get(label, label) for label in series.axis(axis).labels]


def _over(series: Series, axis: str) -> dict[str, float]:
    if [one.name for one in series.axes] != [axis]:
        names = ", ".join(one.name for one in series.axes) or "a single value"
        raise PublishError(
            series.name, f"the figure wants the axis '{axis}' alone and got {names}", ways=("cut it by select",)
        )
    return dict(zip(series.axis(axis).labels, map(float, series.values), strict=True))


def _lines(spec: Spec, edition: Edition, language: Language) -> Drawing:
    drawn = []
    known: dict[str, None] = {}
    for part in spec.data["parts"]:
        series = _series(edition, part, _unit(spec))
        values = _over(series, "period") if series.axes else {str(part["at"]): float(series.values)}
        known |= dict.fromkeys(values)
        points: list[tuple[str, float | None]] = list(values.items())
        style = part.get("style", "solid")
        drawn.append(charts.Line(_named(part, language), points, style, bool(part.get("emphasis", False))))
    categories = sorted(known)
    option = charts.lines(
        drawn,
        unit=_axis_unit(spec, language),
        categories=[str(year) for year in range(int(categories[0]), int(categories[-1]) + 1)],
        value_range=_range(spec),
        digits=spec.data.get("digits"),
    )
    return Drawing(option, WIDTH, int(spec.data.get("height", 300)))


def _bars(spec: Spec, edition: Edition, language: Language) -> tuple[list[str], list[charts.Bars]]:
    """Return groups and series of a finding over ``across`` (the groups) and ``by`` (the series)."""
    series = _series(edition, spec.data, _unit(spec))
    across, by = str(spec.data["across"]), str(spec.data["by"])
    groups = _labels(edition, series, across, language)
    shown = [
        charts.Bars(name, [series.cell(**{across: group, by: label}) for group in series.axis(across).labels])
        for name, label in zip(_labels(edition, series, by, language), series.axis(by).labels, strict=True)
    ]
    return groups, shown


def _grouped(spec: Spec, edition: Edition, language: Language) -> Drawing:
    groups, shown = _bars(spec, edition, language)
    unit, digits = _axis_unit(spec, language), spec.data.get("digits")
    option = charts.grouped_bars(groups, shown, unit=unit, value_range=_range(spec), digits=digits)
    return Drawing(option, WIDTH, int(spec.data.get("height", 340)))


def _stacked(spec: Spec, edition: Edition, language: Language) -> Drawing:
    rows: list[str] = []
    parts: list[list[float | None]] = []
    names: list[str] = []
    for part in spec.data["parts"]:
        series = _series(edition, part, _unit(spec))
        across, by = str(spec.data["across"]), str(spec.data["by"])
        names = _labels(edition, series, by, language)
        parts = parts or [[] for _ in names]
        for label, text in zip(series.axis(across).labels, _labels(edition, series, across, language), strict=True):
            rows.append(f"{text} {_named(part, language)}".strip())
            for one, inner in zip(parts, series.axis(by).labels, strict=True):
                one.append(series.cell(**{across: label, by: inner}))
    shown = [charts.Bars(name, values) for name, values in zip(names, parts, strict=True)]
    unit, digits = _axis_unit(spec, language), spec.data.get("digits")
    least = spec.data.get("smallest_label")
    whole = _unit(spec) == "%"
    option = charts.stacked_bars(rows, shown, unit=unit, as_share=whole, digits=digits, smallest_label=least)
    return Drawing(option, WIDTH, charts.rows_height(len(rows)))


def _dumbbell(spec: Spec, edition: Edition, language: Language) -> Drawing:
    series = _series(edition, spec.data, _unit(spec))
    first, last = str(spec.data["from"]), str(spec.data["to"])
    rows = [
        charts.Span(text, series.cell(place=place, period=first), series.cell(place=place, period=last))
        for place, text in zip(series.axis("place").labels, _labels(edition, series, "place", language), strict=True)
    ]
    unit, digits = _axis_unit(spec, language), spec.data.get("digits")
    option = charts.dumbbell(rows, names=(first, last), unit=unit, value_range=_range(spec), digits=digits)
    return Drawing(option, WIDTH, charts.rows_height(len(rows)))


def _intervals(spec: Spec, edition: Edition, language: Language) -> Drawing:
    """Return one row a part: a value between its ends, all on the axis ``part``; without a finding a name alone."""
    rows = []
    for part in spec.data["parts"]:
        if "finding" not in part:
            rows.append(marks.Interval(_named(part, language), None, None, None))
            continue
        series = _series(edition, part, _unit(spec))
        low, middle, high = (series.cell(part=name) for name in ("low", series.axis("part").labels[0], "high"))
        rows.append(marks.Interval(_named(part, language), low, middle, high))
    unit, digits = _axis_unit(spec, language), spec.data.get("digits")
    option = marks.intervals(rows, unit=unit, value_range=_range(spec), digits=digits)
    return Drawing(option, WIDTH, charts.rows_height(len(rows)))


def _sankey(spec: Spec, edition: Edition, language: Language) -> Drawing:
    nodes: dict[str, charts.Node] = {}
    links = []
    for part in spec.data["parts"]:
        series = _series(edition, part, _unit(spec))
        ends = []
        for level, key in enumerate(("from", "to")):
            name = f"{key} {part[key]}"
            text = Label.parse(str(part[f"{key}_name"])).text(language) if f"{key}_name" in part else ""
            nodes.setdefault(name, charts.Node(name, text or edition.names(language).get(str(part[key]), ""), level))
            ends.append(name)
        links.append(charts.Link(ends[0], ends[1], float(series.values)))
    option = charts.sankey(list(nodes.values()), links, unit=_axis_unit(spec, language), digits=spec.data.get("digits"))
    return Drawing(option, WIDTH, int(spec.data.get("height", 320)))


def _releases(spec: Spec, edition: Edition, language: Language) -> Drawing:
    periods: list[str] = []
    editions = []
    for part in spec.data["parts"]:
        values = _over(_series(edition, part, _unit(spec)), "period")
        periods = periods or list(values)
        editions.append(charts.Bars(_named(part, language), [values.get(period) for period in periods]))
    unit, digits = _axis_unit(spec, language), spec.data.get("digits")
    option = charts.releases(periods, editions, unit=unit, value_range=_range(spec), digits=digits)
    return Drawing(option, WIDTH, int(spec.data.get("height", 300)))


def _map(spec: Spec, edition: Edition, language: Language) -> Drawing:
    series = _series(edition, spec.data, _unit(spec))
    values: dict[str, float | None] = dict(_over(series, "place"))
    labels = dict(zip(series.axis("place").labels, _labels(edition, series, "place", language), strict=True))
    option = charts.choropleth(
        outlines(list(values)),
        values,
        labels,
        unit=_axis_unit(spec, language),
        breaks=[float(one) for one in spec.data["breaks"]],
        missing=spec.text("missing", language),
        digits=spec.data.get("digits"),
    )
    return Drawing(option, WIDTH, int(spec.data.get("height", 640)))


_KINDS: dict[str, Callable[[Spec, Edition, Language], Drawing]] = {
    "dumbbell": _dumbbell,
    "grouped bars": _grouped,
    "intervals": _intervals,
    "lines": _lines,
    "map": _map,
    "releases": _releases,
    "sankey": _sankey,
    "stacked bars": _stacked,
}

KINDS: Sequence[str] = tuple(_KINDS)
