"""Binding: from labelled series to the bare arrays of a measure; labels must be identical, never reindexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, MissingCell, MixedBenchmarks, UnitMismatch
from xietong.library.labels import Label
from xietong.library.ledger import Ledger
from xietong.library.series import Axis, Series
from xietong.library.units import conversion, unit
from xietong.measures.measure import ABSENT, Facts
from xietong.recipes.adjacency import by_rule, takes_links


@dataclass(frozen=True)
class Bound:
    """Arrays ready for a measure, the axes in front of its core axes, and the core axes by name."""

    arrays: Mapping[str, NDArray[np.float64] | NDArray[np.int64]]
    front: tuple[Axis, ...]
    core: Mapping[str, Axis]
    series: Mapping[str, Series]


def bind(
    who: str, facts: Facts, series: Mapping[str, Series], labels: Mapping[str, Mapping[str, str]] | None = None,
    links: str = "",
) -> Bound:  # fmt: skip
    """Transpose every series to the axes that the measure declares, core axes last, other axes broadcast in front.

    ``labels`` say for every parameter of labels to which group each label of its axis belongs, ``links`` the rule by
    which places are neighbours.

    Raises:
        MeasureRefusal: when a core axis is absent, labels differ, or a precondition of the measure does not hold.
    """
    linked = takes_links(facts)
    data = [name for name in facts.parameters if name not in facts.labels and name not in linked]
    fitted = {name: _ratio(_named(series[name], facts.parameters[name])) for name in data}
    fitted = _alike(who, facts, fitted)
    front: dict[str, tuple[Axis, str]] = {}
    core: dict[str, tuple[Axis, str]] = {}
    for name, one in fitted.items():
        wanted = facts.parameters[name]
        have = [axis.name for axis in one.axes]
        if absent := [axis for axis in wanted if axis not in have]:
            what = f"{name} ({one.name}) has no axis '{absent[0]}', only {', '.join(have) or 'a single value'}"
            raise MeasureRefusal(
                who, what, ways=(f"{facts.name} works over '{absent[0]}': give a list or a range there",)
            )
        for axis in one.axes:
            _meet(who, core if axis.name in wanted else front, axis, f"{name} ({one.name})")
    inner = {name: axis for name, (axis, _) in core.items()}
    enough(who, facts, {name: len(axis.labels) for name, axis in inner.items()})
    axes = tuple(axis for axis, _ in front.values())
    arrays: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        name: _array(one, axes, facts.parameters[name]) for name, one in fitted.items()
    }
    if linked:
        given = by_rule(who, inner["place"].labels, links).arrays
        arrays |= {name: given[name] for name in linked}
    for name in (one for one in facts.labels if one not in linked):
        arrays[name], groups = _grouped(who, name, inner[facts.parameters[name][0]], (labels or {}).get(name, {}))
        inner.setdefault("group", groups)
    if facts.parts:
        inner["part"] = Axis("part", tuple(Label.parse(one).en for one in facts.parts))
    return Bound(arrays, axes, inner, fitted)


def _grouped(who: str, name: str, axis: Axis, told: Mapping[str, str]) -> tuple[NDArray[np.int64], Axis]:
    """Return the number of the group of every label of an axis, and the groups in the order in which they occur.

    Raises:
        MeasureRefusal: naming every label that is in no group.
    """
    if absent := [one for one in axis.labels if one not in told]:
        what = f"{name} names no group for {', '.join(absent)}"
        raise MeasureRefusal(who, what, ways=(f"state labels.{name} for every label of '{axis.name}'",))
    groups = tuple(dict.fromkeys(told[one] for one in axis.labels))
    return np.array([groups.index(told[one]) for one in axis.labels], dtype=np.int64), Axis("group", groups)


def _named(series: Series, wanted: tuple[str, ...]) -> Series:
    """Let an axis of several concepts serve as the sectors or systems that a measure works over."""
    have = [axis.name for axis in series.axes]
    absent = [name for name in wanted if name not in have]
    if len(absent) == 1 and "concept" in have:
        axes = tuple(Axis(absent[0], axis.labels) if axis.name == "concept" else axis for axis in series.axes)
        return replace(series, axes=axes)
    return series


def _ratio(series: Series) -> Series:
    """Turn percentages into plain ratios, which is what every measure takes."""
    if not unit(series.unit).is_ratio or series.unit == "1":
        return series
    return replace(series, unit="1", values=scaled(series.values, conversion(series.unit, "1")))


def scaled(values: NDArray[np.float64], factor: Fraction) -> NDArray[np.float64]:
    """Return values times a factor, rounded once where numerator or denominator is 1."""
    result: NDArray[np.float64] = values * float(factor.numerator) / float(factor.denominator)
    return result


def _alike(who: str, facts: Facts, series: dict[str, Series]) -> dict[str, Series]:
    if not facts.alike:
        return series
    first = series[facts.alike[0]]
    for name in facts.alike[1:]:
        other = series[name]
        try:
            factor = conversion(other.unit, first.unit, who)
        except UnitMismatch as error:
            what = f"{facts.alike[0]} is in {first.unit} and {name} in {other.unit}"
            raise UnitMismatch(who, what, why=f"{facts.name} compares the two; {error.why}") from error
        series[name] = replace(other, unit=first.unit, values=scaled(other.values, factor))
    return series


def _meet(who: str, known: dict[str, tuple[Axis, str]], axis: Axis, name: str) -> None:
    first, owner = known.setdefault(axis.name, (axis, name))
    if first.labels != axis.labels:
        same = sorted(first.labels) == sorted(axis.labels)
        raise MeasureRefusal(
            who,
            f"{owner} and {name} disagree on axis '{axis.name}'" + (": same labels in another order" if same else ""),
            why=f"{list(first.labels)} against {list(axis.labels)}",
            ways=(
                "select the same labels in the same order; a measure never reindexes",
                "relabel = {…} if that is meant",
            ),
        )


def enough(who: str, facts: Facts, lengths: Mapping[str, int]) -> None:
    """Refuse when an axis has fewer labels than the measure needs.

    Raises:
        MeasureRefusal: with the reason that the measure gives.
    """
    for name, least in facts.needed(lengths).items():
        if lengths.get(name, least) < least:
            per = f" = {facts.needs[name]}" if name in facts.least_per else ""
            what = f"{facts.name} over {lengths[name]} '{name}'; it needs at least {least}{per}"
            ways = ["use cities or counties instead of provinces" if name == "place" else f"give more on '{name}'"]
            ways += [f"name fewer {' and '.join(f'{of}s' for of in facts.least_per[name][1])}"] if per else []
            raise MeasureRefusal(who, what, why=facts.least_reason, ways=tuple(ways))


def within_bounds(who: str, facts: Facts, values: NDArray[np.float64], axes: Sequence[Axis]) -> None:
    """Refuse results that are no number, unless the measure takes absent cells, or outside its bounds.

    Raises:
        MeasureRefusal: naming the first such cell.
    """
    low, high = facts.bounds
    slack = 1e-9
    strict = facts.absent == ABSENT and not facts.undefined
    wrong = ~np.isfinite(values) if strict else np.isinf(values)
    if low is not None:
        wrong |= values < low - slack
    if high is not None:
        wrong |= values > high + slack
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0])
        cell = ", ".join(f"{axis.name} {axis.labels[int(i)]}" for axis, i in zip(axes, at, strict=True))
        raise MeasureRefusal(who, f"{values[at]} at {cell or 'its only cell'} is outside [{low}, {high}]")


def apart(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return axes with names of their own: the second axis of places is ``to``, that of another kind ``other KIND``."""
    told: list[Axis] = []
    for axis in axes:
        twice = any(one.name == axis.name for one in told)
        told.append(Axis("to" if axis.name == "place" else f"other {axis.name}", axis.labels) if twice else axis)
    return tuple(told)


def _array(series: Series, front: tuple[Axis, ...], core: tuple[str, ...]) -> NDArray[np.float64]:
    order = [axis.name for axis in series.axes]
    kept = [axis.name for axis in front if axis.name in order]
    moved = np.transpose(series.values, [order.index(name) for name in (*kept, *core)])
    shape = [len(axis.labels) if axis.name in kept else 1 for axis in front]
    return moved.reshape([*shape, *moved.shape[len(kept) :]])


def worst(bound: Bound, facts: Facts, plane: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return, for every cell of the result, the worst flag or grade of the cells that it used."""
    result = np.zeros(shape, dtype=np.uint8)
    inner = len(shape) - len(bound.front)
    for name, one in bound.series.items():
        plain = replace(one, values=getattr(one, plane).astype(float))
        array = _array(plain, bound.front, facts.parameters[name])
        over = tuple(range(len(bound.front), array.ndim))
        reduced = array.max(axis=over) if over else array
        result = np.maximum(result, reduced.reshape(reduced.shape + (1,) * inner).astype(np.uint8))
    return result


def refuse_absent(
    who: str, series: Series, single: Mapping[str, str], ledger: Ledger, reading: str, where: str
) -> list[MissingCell]:
    """Return one error for each absent cell of an input; ``single`` holds the labels of axes that it does not have.

    Where a decision keeps the lines of the cell from being read, the error names it.
    """
    words = ledger.pack.gazetteer
    errors = []
    for cell in series.missing():
        at = {**single, **cell}
        place = words.label(at["place"]) + (f" → {words.label(at['to'])}" if at.get("to") else "")
        what = f"no value of {at['concept']} {place} {at['period']} under reading '{reading}'"
        ways = ("add the published line to the pack", "choose another reading or other periods; nothing is filled")
        why = ledger.unread(at["concept"], at["place"], at.get("to", ""), at["period"])
        errors.append(MissingCell(who, what, why=why, ways=ways, where=where))
    return errors


def refuse_mixed(who: str, series: Mapping[str, Series]) -> None:
    """Raise when the inputs of one formula stand on two benchmarks of one family.

    Raises:
        MixedBenchmarks: naming both benchmarks, a line of each, and the ways out.
    """
    met: dict[str, dict[str, str]] = {}
    for one in series.values():
        for family, names in one.benchmarks.items():
            met.setdefault(family, {}).update(names)
    for family, names in met.items():
        if len(names) > 1:
            raise MixedBenchmarks(who, family, names)
