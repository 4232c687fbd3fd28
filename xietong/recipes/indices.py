"""Indices: from findings to scores by every normalisation, reading and treatment of gaps, and measures of robustness.

The scores stand on a scale of 100 points.  Goalposts are those of the study; other normalisations are drawn from the
places and periods of the index and brought to the scale of the first by ``robustness.common_scale``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, PackError, Problems, XietongError
from xietong.library.findings import Input, Receipt
from xietong.library.labels import Label
from xietong.library.origins import Flag
from xietong.library.series import Axis, Series
from xietong.measures.measure import facts
from xietong.recipes.binding import enough, refuse_mixed, scaled
from xietong.recipes.derive import refuse_two_readings
from xietong.recipes.jobs import Shelf, digest

UNIT = "点"
POINTS = Fraction(100)
PLACES_OF_DECIMALS = 9
"""Values are kept to so many decimals: sums of floats may differ beyond them between machines."""
NORMALISATIONS = {
    "goalposts": Label("目标值区间", "goalposts"),
    "min-max": Label("期内极差", "min-max over the period"),
    "z": Label("Z 分数", "z scores"),
}
MISSING = {
    "present": Label("只用当年有数的指标，不沿用上年", "the indicators of each year alone, none carried over"),
    "complete": Label("有缺数的指标全部不用", "indicators with gaps left out throughout"),
}
MEANS = {"arithmetic": Label("算术平均", "arithmetic mean"), "geometric": Label("几何平均", "geometric mean")}
FACTORS = ("normalisation", "reading", "missing", "aggregation", "weights")
VALUES, CHANGES, RANKS = ("value", "median", "low", "high"), ("change", "low", "high"), (
    "rank", "low", "high", "kept",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Where some cells of an indicator come from; ``place`` says whose they are when the finding has no places."""

    finding: str
    select: Mapping[str, str]
    place: str = ""


@dataclass(frozen=True)
class Variant:
    """One reading of an indicator, with the goalposts that go with it."""

    label: Label
    parts: tuple[Part, ...]
    worst: float
    best: float


@dataclass(frozen=True)
class Indicator:
    """An indicator with data: the reading of the study first, then the others."""

    id: str
    where: str
    label: Label
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Choices:
    """What is varied and how far; of each list the first is that of the index as published."""

    normalisation: tuple[str, ...]
    aggregation: tuple[str, ...]
    missing: tuple[str, ...]
    beyond: str
    weight_spread: float
    replications: int
    runs: int
    low: float
    high: float
    seed: int


@dataclass(frozen=True)
class Recipe:
    """One index: of places, or of the region or a pair when ``places`` is empty."""

    id: str
    where: str
    places: tuple[str, ...]
    periods: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    choices: Choices
    mixed: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the findings that the index is made of."""
        parts = (part for one in self.indicators for variant in one.variants for part in variant.parts)
        return tuple(dict.fromkeys(part.finding for part in parts))


@dataclass(frozen=True)
class Option:
    """One choice that differs from the index as published."""

    factor: str
    label: Label


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of an index by every choice, with all that travels beside them."""

    recipe: Recipe
    values: NDArray[np.float64]
    inputs: tuple[Input, ...]
    present: NDArray[np.int64]
    complete: int
    flags: NDArray[np.uint8]
    grades: NDArray[np.uint8]
    benchmarks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: tuple[Option, ...] = ()


def scores(recipe: Recipe, shelf: Shelf) -> Scores:
    """Return the scores of an index.

    Raises:
        Problems: with every indicator whose findings do not fit.
        MixedBenchmarks: when its indicators stand on two benchmarks of one family and the study gives no reason.
        MeasureRefusal: when a scale cannot be drawn, or two readings of one concept meet.
    """
    errors: list[XietongError] = []
    taken = [_taken(recipe, one, shelf, errors) for one in recipe.indicators]
    if errors:
        raise Problems(recipe.id, errors)
    nominal = [variants[0] for variants in taken]
    inputs = tuple(one for readings in nominal for one in readings.inputs)
    if not recipe.mixed:
        refuse_mixed(recipe.id, {f"{at} {one.parameter}": one.series for at, one in enumerate(inputs)})
        refuse_two_readings(recipe.id, inputs, shelf)
    benchmarks: dict[str, dict[str, str]] = {}
    for one in inputs:
        for family, names in one.series.benchmarks.items():
            benchmarks.setdefault(family, {}).update(names)
    tables, read = _tables(recipe, taken)
    treated, missing = _treated(recipe, tables)
    there = ~np.isnan(np.stack([one.values for one in nominal]))
    return Scores(
        recipe, treated, inputs, there.sum(axis=0), int(there.all(axis=(1, 2)).sum()),
        np.where(there.any(axis=0), _worst(nominal, "flags"), int(Flag.ABSENT)).astype(np.uint8),
        _worst(nominal, "grades"), benchmarks, (*_options(recipe, read, missing),),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Taken:
    """The cells of one reading of an indicator on places and periods, absent where no finding has them."""

    values: NDArray[np.float64]
    flags: NDArray[np.uint8]
    grades: NDArray[np.uint8]
    inputs: tuple[Input, ...]


def _taken(recipe: Recipe, one: Indicator, shelf: Shelf, errors: list[XietongError]) -> list[_Taken]:
    found = []
    for variant in one.variants:
        try:
            found.append(_cells(recipe, one, variant, shelf))
        except XietongError as error:
            errors.append(error.at(one.where))
    return found


def _cells(recipe: Recipe, one: Indicator, variant: Variant, shelf: Shelf) -> _Taken:
    places = recipe.places or ("",)
    shape = (len(places), len(recipe.periods))
    values = np.full(shape, np.nan)
    flags, grades = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    inputs = []
    for part in variant.parts:
        series = _series(recipe, part, shelf)
        inputs.append(Input(one.id, f"finding:{part.finding}", "", (), part.select, series))
        own = [axis.name for axis in series.axes]
        for i, j in np.ndindex(shape):
            at = {"place": places[i], "period": recipe.periods[j]}
            if all(at[name] in series.axis(name).labels for name in own):
                cell = series.select(**{name: at[name] for name in own})
                if not np.isnan(values[i, j]):
                    what = f"two findings give {' '.join(label for label in at.values() if label)} of {one.id}"
                    raise MeasureRefusal(recipe.id, what, ways=("take one of them out of the list",))
                values[i, j], flags[i, j], grades[i, j] = cell.values, cell.flags, cell.grades
    if len(np.unique(values[~np.isnan(values)])) < 2:
        what = f"{one.id} has fewer than two different values in the places and periods of the index"
        ways = ("state 'missing' in place of the evidence", "choose other periods")
        raise MeasureRefusal(recipe.id, what, ways=ways)
    return _Taken(values, flags, grades, tuple(inputs))


def _series(recipe: Recipe, part: Part, shelf: Shelf) -> Series:
    """Return the series of a finding on places and periods, as the index wants it."""
    finding = shelf.finding(part.finding)
    if finding.series is None:
        what = f"finding '{part.finding}' is a {finding.kind} and carries no values"
        raise MeasureRefusal(recipe.id, what, ways=("point at another finding",))
    series = finding.series.select(**part.select)
    if part.place:
        series = replace(
            series, axes=(Axis("place", (part.place,)), *series.axes), values=series.values[None],
            flags=series.flags[None], grades=series.grades[None], rows=series.rows[None],
        )  # fmt: skip
    wanted, have = {"period", *(("place",) if recipe.places else ())}, {axis.name for axis in series.axes}
    if have != wanted:
        what = f"{part.finding} stands on {', '.join(sorted(have)) or 'no axis'}, and the index on {sorted(wanted)}"
        raise MeasureRefusal(
            recipe.id, what, ways=("select one label of each other axis", "say whose it is: as = 'PLACE'")
        )
    return series


def _tables(recipe: Recipe, taken: Sequence[Sequence[_Taken]]) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """Return scores by normalisation and reading, and the indicator and variant of each further reading."""
    own = [
        [_scored(recipe, indicator, variant, one) for variant, one in zip(indicator.variants, variants, strict=True)]
        for indicator, variants in zip(recipe.indicators, taken, strict=True)
    ]
    read = [(j, at) for j, variants in enumerate(own) for at in range(1, len(variants))]
    tables = []
    for changed in (None, *read):
        columns = [variants[changed[1] if changed and changed[0] == j else 0] for j, variants in enumerate(own)]
        table = np.stack(columns, axis=-1)
        scale = facts("robustness.common_scale").function
        tables.append(scaled(np.asarray(scale(table)) if len(table) > 1 else table, POINTS))
    return np.stack(tables, axis=1), read


def _scored(recipe: Recipe, indicator: Indicator, variant: Variant, one: _Taken) -> NDArray[np.float64]:
    """Return the scores of one reading of an indicator by every normalisation: [normalisation, place, period]."""
    there = ~np.isnan(one.values)
    column, sign = one.values[there][:, None], np.array([1.0 if variant.best > variant.worst else -1.0])
    posts = {"worst": np.array([variant.worst]), "best": np.array([variant.best])}
    result = np.full((len(recipe.choices.normalisation), *one.values.shape), np.nan)
    for at, name in enumerate(recipe.choices.normalisation):
        try:
            if name == "goalposts":
                made = facts("normalisation.goalposts").function(column, **posts, beyond=recipe.choices.beyond)
            elif name == "min-max":
                made = facts("normalisation.min_max").function(column, sign)
            else:
                made = facts("normalisation.z_scores").function(column, sign, sample=False)
        except XietongError as error:
            raise error.at(indicator.where) from error
        result[at][there] = np.asarray(made)[:, 0]
    return result


def _treated(recipe: Recipe, tables: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return scores by normalisation, reading and treatment of gaps; without a gap there is one treatment."""
    gaps = np.isnan(tables).any(axis=(0, 1, 2, 3))
    missing = recipe.choices.missing if gaps.any() else recipe.choices.missing[:1]
    if "complete" in missing and gaps.all():
        what = "every indicator has a gap, so that leaving out those with gaps leaves none"
        raise PackError(recipe.id, what, where=recipe.where, ways=('state missing = ["present"] for this index',))
    whole = np.where(gaps, np.nan, tables)
    return np.stack([whole if name == "complete" else tables for name in missing], axis=2), missing


def _options(recipe: Recipe, read: Sequence[tuple[int, int]], missing: Sequence[str]) -> list[Option]:
    """Return every single choice that differs, in the order of ``robustness.single_choices``."""
    choices, indicators = recipe.choices, recipe.indicators
    options = [Option("normalisation", NORMALISATIONS[name]) for name in choices.normalisation[1:]]
    options += [Option("reading", indicators[j].variants[at].label) for j, at in read]
    options += [Option("missing", MISSING[name]) for name in missing[1:]]
    options += [Option("aggregation", MEANS[name]) for name in choices.aggregation[1:]]
    for zh, en in (("权重上调", "weight raised"), ("权重下调", "weight lowered"), ("不计", "left out")):
        options += [Option("weights", Label(f"{one.label.zh}{zh}", f"{one.label.en}: {en}")) for one in indicators]
    return options


def _worst(taken: Sequence[_Taken], plane: str) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = np.max([getattr(one, plane) for one in taken], axis=0)
    return found


def choices_of(recipe: Recipe, name: str) -> dict[str, Any]:
    """Return the choices of a study as a measure of robustness takes them."""
    one = recipe.choices
    means = "_or_".join(one.aggregation)
    told: dict[str, Any] = {"aggregation": means, "weight_spread": one.weight_spread}
    if name != "single_choices":
        told |= {"replications": one.runs if name.endswith("sensitivity") else one.replications, "seed": one.seed}
    if name.startswith("index_"):
        told |= {"low": one.low, "high": one.high}
    return told


def robust(found: Scores, name: str) -> NDArray[np.float64]:
    """Return what a measure of robustness says of an index with equal weights.

    Raises:
        MeasureRefusal: when a precondition of the measure does not hold, such as scores above zero.
    """
    known = facts(f"robustness.{name}")
    enough(found.recipe.id, known, {"place": found.values.shape[3]})
    weights = np.ones(found.values.shape[-1])
    try:
        made = known.function(found.values, weights, **choices_of(found.recipe, name))
    except XietongError as error:
        raise error.at(found.recipe.where) from error
    rounded: NDArray[np.float64] = np.asarray(made, dtype=np.float64).round(PLACES_OF_DECIMALS)
    return rounded


def as_series(found: Scores, name: str, measure: str, parts: Sequence[str], unit: str) -> Series:
    """Return what a measure says of an index as a series: places and periods, where it has them, and ``parts``.

    Without ``parts`` the series is the last part of the result alone.
    """
    recipe, values = found.recipe, robust(found, measure)
    values = values[..., : len(parts)] if parts else values[..., -1]
    flags, grades = found.flags, found.grades
    axes = [Axis("place", recipe.places), Axis("period", recipe.periods)]
    if values.ndim - bool(parts) == 1:
        ends = [0, -1]
        flags, grades, axes = flags[:, ends].max(axis=1), grades[:, ends].max(axis=1), axes[:1]
    planes = [flags, grades]
    if parts:
        planes = [np.repeat(one[..., None], len(parts), axis=-1) for one in planes]
        axes.append(Axis("part", tuple(parts)))
    planes[0] = np.where(np.isnan(values), int(Flag.ABSENT), planes[0]).astype(np.uint8)
    if not recipe.places:
        values, planes, axes = np.asarray(values[0]), [np.asarray(one[0]) for one in planes], axes[1:]
    rows = np.full(values.shape, -1, dtype=np.int64)
    return Series(name, unit, tuple(axes), values, planes[0], planes[1], rows, found.benchmarks)


def receipt(found: Scores, measure: str, key: str, made_of: Mapping[str, str]) -> Receipt:
    """Return the receipt of a finding that a measure of robustness made of an index."""
    known = facts(f"robustness.{measure}")
    told = tuple(f"{name}={value}" for name, value in sorted(made_of.items()))
    posts = {one.id: [one.variants[0].worst, one.variants[0].best] for one in found.recipe.indicators}
    choices = choices_of(found.recipe, measure) | {
        "normalisation": list(found.recipe.choices.normalisation), "missing": list(found.recipe.choices.missing),
        "goalposts": posts,
    }  # fmt: skip
    return Receipt(
        known.name, Label.parse(known.label), digest(known.text), known.reference, known.tested, choices,
        found.inputs, key, told,
    )  # fmt: skip


def code() -> dict[str, str]:
    """Return the digests of the formulas behind every index."""
    texts = {name: facts(f"{name}").text for name in ("robustness.index_values", "normalisation.goalposts")}
    texts["variants"] = inspect.getsource(sys.modules["xietong.measures.variants"])
    return {f"measure {name}": digest(text) for name, text in texts.items()}
