"""Measuring without a pack: a measure on bare data, with what must be said beside its result.

The data come as arrays with labels for their core axes; `xietong.recipes.columns` makes them from tables, and
`xietong.api.measure` from arrays and frames of Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, PackError, Problems, UnknownName, XietongError
from xietong.library.labels import Label
from xietong.library.series import Axis
from xietong.measures.axes import ALONE
from xietong.measures.measure import ZEROS, Facts, all_measures, facts, misuses
from xietong.recipes.binding import apart, enough, within_bounds

__all__ = ["Facts", "Given", "Measured", "all_measures", "facts", "measured", "stacked"]


@dataclass(frozen=True)
class Given:
    """The values of one parameter: axes in front, then its core axes, with their labels where they are known.

    ``unit`` is what the column says of its unit; ``groups`` are the names to which the numbers of a parameter of labels
    belong, and ``front`` the labels of the only axis in front, when there is one.
    """

    values: NDArray[np.float64] | NDArray[np.int64]
    names: tuple[tuple[str, ...], ...] = ()
    unit: str = ""
    groups: tuple[str, ...] = ()
    front: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """A result with its axes and all that is printed beside it."""

    facts: Facts
    values: NDArray[np.float64]
    axes: tuple[Axis, ...]
    unit: str
    choices: Mapping[str, float | str]
    counts: Mapping[str, int]
    warnings: tuple[Label, ...] = ()
    misused: tuple[tuple[Label, str, NDArray[np.float64]], ...] = field(default=())

    @property
    def value(self) -> float:
        """The only number of the result.

        Raises:
            MeasureRefusal: when there are several.
        """
        if self.values.size != 1:
            what = f"the result has {self.values.size} numbers, on {', '.join(axis.name for axis in self.axes)}"
            raise MeasureRefusal(self.facts.name, what, ways=("take them from .values, with .axes",))
        return float(self.values.ravel()[0])

    def __float__(self) -> float:
        """Return the only number."""
        return self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the numbers as an array."""
        return np.array(self.values, dtype=dtype, copy=True if copy is None else copy)

    def to_pandas(self) -> Any:
        """Return a pandas Series indexed by the axes.

        Raises:
            PackError: when pandas is not installed.
        """
        from xietong.library.frames import library

        pandas = library("pandas")
        labels, names = [axis.labels for axis in self.axes], [axis.name for axis in self.axes]
        index = pandas.MultiIndex.from_product(labels, names=names) if len(labels) > 1 else None
        if len(labels) == 1:
            index = pandas.Index(labels[0], name=names[0])
        return pandas.Series(self.values.ravel().copy(), index=index, name=self.facts.name)


def measured(
    name: str, data: Mapping[str, Given], choices: Mapping[str, object] | None = None, *, misused: bool = False
) -> Measured:
    """Compute a measure on bare data; with ``misused`` the wrong numbers that circulate stand beside the right one.

    Raises:
        UnknownName: when there is no such measure.
        Problems: with every parameter and choice that is missing, unknown or of the wrong kind.
        MeasureRefusal: when axes disagree or a precondition of the measure does not hold.
    """
    known = facts(name)
    chosen = _chosen(known, data, choices or {})
    data = {parameter: _single(known.parameters[parameter], given) for parameter, given in data.items()}
    core = _axes(known, data)
    enough(known.name, known, {axis: len(labels) for axis, labels in core.items()})
    arrays = {parameter: _positions(known, parameter, data[parameter], core) for parameter in known.parameters}
    values = np.asarray(known.function(**arrays, **chosen), dtype=np.float64)
    axes = _result_axes(known, data, core, values)
    within_bounds(known.name, known, values, axes)
    wrong = [
        (Label.parse(one.label), one.seen, np.asarray(one.function(**arrays, **chosen), dtype=np.float64))
        for one in (misuses(known.name) if misused else ())
    ]
    shown = known.unit.format(**{one: given.unit or one for one, given in data.items()})
    counts = {axis: len(labels) for axis, labels in core.items()}
    return Measured(
        known, values, axes, shown, chosen, counts, tuple(_warnings(known, data, values, misused)), tuple(wrong)
    )


def _chosen(known: Facts, data: Mapping[str, Given], choices: Mapping[str, object]) -> dict[str, float | str]:
    errors: list[XietongError] = [
        UnknownName(known.name, "parameter or choice", one, [*known.parameters, *known.choices])
        for one in (*data, *choices)
        if one not in known.parameters and one not in known.choices
    ]
    errors += [
        PackError(known.name, f"'{one}' over {' × '.join(axes) or 'single cells'} is missing", ways=(f"give {one}",))
        for one, axes in known.parameters.items()
        if one not in data
    ]
    told: dict[str, float | str] = {}
    for one, choice in known.choices.items():
        if one in choices:
            try:
                told[one] = choice.read(known.name, one, choices[one])
            except XietongError as error:
                errors.append(error)
        elif choice.default is None:
            ways = (f"state {one} = {' or '.join(choice.words) or 'a number'}; it is a choice, so nothing is assumed",)
            errors.append(PackError(known.name, f"the choice '{one}' is not stated", ways=ways))
        else:
            told[one] = choice.default
    if errors:
        raise Problems(known.name, errors) if len(errors) > 1 else errors[0]
    return told


def _single(axes: tuple[str, ...], given: Given) -> Given:
    """Return values with the last axis added where they are those of a single input or output."""
    lone = axes[-1:] and axes[-1] in ALONE and given.values.ndim == len(axes) - 1
    return replace(given, values=given.values[..., None]) if lone else given


def _axes(known: Facts, data: Mapping[str, Given]) -> dict[str, tuple[str, ...]]:
    """Return the labels of every core axis, numbers from 1 where nobody names them.

    Raises:
        MeasureRefusal: when two parameters disagree on an axis.
    """
    lengths: dict[str, tuple[int, str]] = {}
    labels: dict[str, tuple[tuple[str, ...], str]] = {}
    for parameter, axes in known.parameters.items():
        given = data[parameter]
        if given.values.ndim < len(axes):
            what = f"{parameter} has {given.values.ndim} axes; it works over {' × '.join(axes)}"
            raise MeasureRefusal(known.name, what, ways=(f"give values over {' × '.join(axes)}",))
        for at, axis in enumerate(axes):
            length = given.values.shape[given.values.ndim - len(axes) + at]
            first, owner = lengths.setdefault(axis, (length, parameter))
            if first != length:
                what = f"{owner} has {first} on '{axis}' and {parameter} has {length}"
                raise MeasureRefusal(known.name, what, ways=("give both for the same labels in the same order",))
            names = given.names[at] if at < len(given.names) else ()
            if names:
                told, owner = labels.setdefault(axis, (names, parameter))
                if told != names:
                    same = ": the same labels in another order" if sorted(told) == sorted(names) else ""
                    what = f"{owner} and {parameter} disagree on the labels of '{axis}'{same}"
                    ways = ("sort both alike; a measure never reindexes",)
                    raise MeasureRefusal(known.name, what, why=f"{list(told)[:5]} against {list(names)[:5]}", ways=ways)
    return {axis: labels[axis][0] if axis in labels else _numbers(n) for axis, (n, _) in lengths.items()}


def _positions(
    known: Facts, parameter: str, given: Given, core: Mapping[str, tuple[str, ...]]
) -> NDArray[np.float64] | NDArray[np.int64]:
    """Return the values of a parameter; where they are labels of another axis, the positions on that axis.

    Raises:
        Problems: with every label that the axis does not have.
    """
    axis = known.labels.get(parameter, "group")
    if axis == "group" or axis not in core:
        return given.values
    if not given.groups:
        outside = given.values[(given.values < 0) | (given.values >= len(core[axis]))]
        if outside.size:
            what = f"{parameter} holds {outside[0]}; there are {len(core[axis])} on '{axis}'"
            raise MeasureRefusal(known.name, what, ways=("positions are counted from 0",))
        return given.values
    at = {label: position for position, label in enumerate(core[axis])}
    if unknown := [UnknownName(known.name, f"{axis} in {parameter}", one, at) for one in given.groups if one not in at]:
        raise Problems(known.name, unknown) if len(unknown) > 1 else unknown[0]
    return np.array([at[one] for one in given.groups], dtype=np.int64)[given.values.astype(np.int64)]


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _result_axes(
    known: Facts, data: Mapping[str, Given], core: Mapping[str, tuple[str, ...]], values: NDArray[np.float64]
) -> tuple[Axis, ...]:
    """Return the axes of a result: those in front by number, then its core axes."""
    groups = next((data[one].groups for one in known.labels if data[one].groups), ())
    front = values.shape[: values.ndim - len(known.result)]
    axes = [Axis(f"row {at}", _numbers(n)) for at, n in enumerate(front, 1)]
    if len(front) == 1:
        names = next((one.front for one in data.values() if len(one.front) == front[0]), _numbers(front[0]))
        axes = [Axis("row", names)]
    for axis, length in zip(known.result, values.shape[len(front) :], strict=True):
        if axis == "part":
            labels = known.parts
        elif axis in core and len(core[axis]) == length:
            labels = core[axis]
        else:
            labels = groups if len(groups) == length else _numbers(length)
        axes.append(Axis(axis, tuple(labels)))
    return apart(axes)


def stacked(name: str, labels: Sequence[str], results: Sequence[Measured]) -> Measured:
    """Return several results of one measure as one, with a further axis in front.

    Raises:
        MeasureRefusal: when the results stand on different axes.
    """
    first = results[0]
    for label, one in zip(labels, results, strict=True):
        if one.axes != first.axes:
            what = f"the results for {name} {labels[0]} and {label} stand on different labels"
            ways = (f"keep the places that every {name} has", f"measure every {name} alone")
            raise MeasureRefusal(first.facts.name, what, ways=ways)
    warnings = list(dict.fromkeys(told for one in results for told in one.warnings))
    for axis in first.counts:
        counts = [one.counts[axis] for one in results]
        if min(counts) != max(counts):
            told = f"{min(counts)}–{max(counts)}"
            warnings.append(Label(f"各{name}的 {axis} 数目不同：{told}", f"the number of {axis}s differs: {told}"))
    wrong = tuple(
        (label, seen, np.stack([one.misused[at][2] for one in results]))
        for at, (label, seen, _) in enumerate(first.misused)
    )
    axes = (Axis(name, tuple(labels)), *first.axes)
    values = np.stack([one.values for one in results])
    return replace(first, values=values, axes=axes, warnings=tuple(warnings), misused=wrong)


def _warnings(known: Facts, data: Mapping[str, Given], values: NDArray[np.float64], misused: bool) -> list[Label]:
    """Return what a reader of the result has to know of these data."""
    told = []
    if known.undefined and (count := int(np.isnan(values).sum())):
        rule = Label.parse(known.undefined)
        told.append(
            Label(f"结果有 {count} 处无定义：{rule.zh}", f"{count} cells of the result are undefined: {rule.en}")
        )
    policies = (("zeros", known.zeros if known.zeros != ZEROS else ""), ("absent", known.absent))
    for kind, policy in policies:
        for parameter, given in data.items():
            if parameter in known.labels or not policy:
                continue
            found = int((given.values == 0).sum() if kind == "zeros" else np.isnan(given.values).sum())
            if found:
                rule = Label.parse(policy)
                what = ("零值", "zero") if kind == "zeros" else ("缺失", "absent")
                told.append(
                    Label(
                        f"{parameter} 有 {found} 个{what[0]}：{rule.zh}",
                        f"{found} cells of {parameter} are {what[1]}: {rule.en}",
                    )
                )
    if known.tested == "by hand":
        told.append(
            Label(
                "仅以手算例核对，未见公布结果或同类软件的值可对",
                "tested by hand only: no published or peer value was found",
            )
        )
    if (count := len(misuses(known.name))) and not misused:
        told.append(
            Label(
                f"此式常被用错，有 {count} 种；可并排列出",
                f"{count} wrong forms of it circulate; they can be shown beside it",
            )
        )
    return told
