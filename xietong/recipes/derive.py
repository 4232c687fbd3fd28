"""Derive: fetch the inputs of a step, refuse what must not be mixed, call the measure once, and write the receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, MixedBenchmarks, Problems, XietongError
from xietong.library.findings import Finding, Input, Receipt
from xietong.library.labels import Label
from xietong.library.ledger import Selection
from xietong.library.series import Axis, Series
from xietong.library.units import conversion
from xietong.measures.measure import ABSENT, Facts
from xietong.recipes.binding import Bound, apart, bind, refuse_absent, refuse_mixed, scaled, within_bounds, worst
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.steps import InputSpec, Step


def job(step: Step) -> Job:
    """Return the job that makes the finding of a step."""
    needs = tuple(dict.fromkeys(one.finding for one in step.inputs if one.finding))
    return Job(
        step.id, step.where, needs,
        lambda shelf: _parts(step, shelf), lambda shelf, key, parts: derive(step, shelf, key, parts),
    )  # fmt: skip


def _parts(step: Step, shelf: Shelf) -> Mapping[str, str]:
    parts = {
        f"measure {step.facts.name}": digest(step.facts.text),
        f"the step at {step.where.rpartition(':')[0]}": digest(repr(step.raw)),
    }
    for one in step.inputs:
        if not one.finding:
            series = _from_ledger(one, shelf)
            reading = shelf.study.readings[one.reading]
            parts[f"cells of {series.name} ({one.parameter})"] = digest(series.digest(), repr(reading))
    return parts


def derive(step: Step, shelf: Shelf, key: str = "", parts: Mapping[str, str] | None = None) -> Finding:
    """Return the finding of a step.

    Raises:
        Problems: with every absent cell of every input.
        MixedBenchmarks: when one formula would mix two benchmarks and the study gives no reason.
        MeasureRefusal: when labels disagree, a precondition does not hold or a result is out of bounds.
    """
    inputs = tuple(_fetch(step, one, shelf) for one in step.inputs)
    series = {one.parameter: one.series for one in inputs}
    receipt = Receipt(
        step.facts.name, Label.parse(step.facts.label), digest(step.facts.text), step.facts.reference,
        step.facts.tested, {**step.choices, **step.labels, **_linked(step)}, inputs, key,
        tuple(f"{name}={value}" for name, value in sorted((parts or {}).items())),
    )  # fmt: skip
    if step.refused is not None:
        return _refusal(step, series, receipt, shelf)
    if not step.mixed:
        refuse_mixed(step.id, series)
        refuse_two_readings(step.id, inputs, shelf)
    result = _call(step, series)
    return Finding(step.id, "series", step.label, step.digits, step.note, receipt, result)


def _linked(step: Step) -> Mapping[str, str]:
    return {"links": step.links} if step.links else {}


def _fetch(step: Step, spec: InputSpec, shelf: Shelf) -> Input:
    if spec.finding:
        finding = shelf.finding(spec.finding)
        if finding.series is None:
            raise MeasureRefusal(step.id, f"finding '{spec.finding}' is a {finding.kind} and carries no values")
        series = finding.series.select(**spec.select)
        reading = ""
        source = f"finding:{spec.finding}"
    else:
        series = _from_ledger(spec, shelf)
        reading = shelf.study.readings[spec.reading].describe()
        source = f"ledger:{series.name}"
        single = {axis: label for axis, label in spec.select.items() if isinstance(label, str)} | {"to": spec.to}
        absent = refuse_absent(step.id, series, single, shelf.ledger, spec.reading, step.where)
        if absent and step.facts.absent == ABSENT:
            raise Problems(step.id, absent)
    over = step.facts.parameters[spec.parameter]
    for name, labels in spec.relabel.items():
        axis = series.axis(name)
        if len(axis.labels) != len(labels):
            raise MeasureRefusal(step.id, f"relabel gives {len(labels)} labels for {len(axis.labels)} on '{name}'")
        series = replace(series, axes=tuple(Axis(name, labels) if one.name == name else one for one in series.axes))
    return Input(spec.parameter, source, reading, over, spec.select, series)


def _from_ledger(spec: InputSpec, shelf: Shelf) -> Series:
    def labels(axis: str) -> tuple[str, ...]:
        wanted = spec.select[axis]
        return (wanted,) if isinstance(wanted, str) else wanted

    single = {axis: isinstance(spec.select[axis], str) for axis in ("concept", "place", "period")}
    selection = Selection(
        labels("concept"),
        labels("place"),
        labels("period"),
        spec.to,
        single["concept"],
        single["place"],
        single["period"],
    )
    return shelf.ledger.series(selection, shelf.study.readings[spec.reading])


def refuse_two_readings(who: str, inputs: Sequence[Input], shelf: Shelf) -> None:
    """Raise when one concept comes in by two rules of choice, be it through findings made before.

    Raises:
        MeasureRefusal: naming the concept and both readings.
    """
    met: dict[str, str] = {}
    for concept, reading in _read(inputs, shelf):
        first = met.setdefault(concept, reading)
        if first != reading:
            raise MeasureRefusal(
                who, f"two readings of {concept} meet: '{first}' and '{reading}'",
                why="two rules of choice in one formula compare editions, not the region",
                ways=("use one reading", "state mixed = 'reason'"),
            )  # fmt: skip


def _read(inputs: Sequence[Input], shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Yield every concept behind some inputs with the rule by which it was read."""
    left, seen = list(inputs), set[str]()
    while left:
        one = left.pop(0)
        if not one.finding:
            yield from ((concept, one.reading) for concept in one.source.removeprefix("ledger:").split("+"))
        elif one.finding not in seen:
            seen.add(one.finding)
            left += shelf.finding(one.finding).receipt.inputs


def _core(bound: Bound, facts: Facts, values: NDArray[np.float64]) -> list[Axis]:
    """Return the core axes of a result; one that no input has, such as classes, is numbered from 1."""
    lengths = dict(zip(facts.result, values.shape[values.ndim - len(facts.result) :], strict=True))
    numbered = {name: Axis(name, tuple(str(n) for n in range(1, length + 1))) for name, length in lengths.items()}
    return [bound.core.get(name, numbered[name]) for name in facts.result]


def _call(step: Step, series: Mapping[str, Series]) -> Series:
    facts, who = step.facts, f"{step.id} = {step.facts.name}"
    bound = bind(who, facts, series, step.labels, step.links)
    values = np.asarray(facts.function(**bound.arrays, **step.choices), dtype=float)
    axes = apart((*bound.front, *_core(bound, facts, values)))
    shape = tuple(len(axis.labels) for axis in axes)
    values = np.broadcast_to(values, shape) if values.shape != shape else values
    within_bounds(who, facts, values, axes)
    made = _unit(facts, bound.series)
    shown = step.unit or made
    benchmarks: dict[str, dict[str, str]] = {}
    for one in series.values():
        for family, names in one.benchmarks.items():
            benchmarks.setdefault(family, {}).update(names)
    return Series(
        step.id, shown, axes, scaled(values, conversion(made, shown, who)),
        worst(bound, facts, "flags", shape), worst(bound, facts, "grades", shape), np.full(shape, -1, dtype=np.int64),
        benchmarks,
    )  # fmt: skip


def _unit(facts: Facts, series: Mapping[str, Series]) -> str:
    text = facts.unit.format(**{name: one.unit for name, one in series.items()})
    top, *bottom = text.split("/")
    return "/".join([top, *(part for part in bottom if part != "1")])


def _refusal(step: Step, series: Mapping[str, Series], receipt: Receipt, shelf: Shelf) -> Finding:
    """Return the finding that says why no figure is given; that one can be given after all is an error."""
    reason = step.refused or Label("", "")
    try:
        refuse_mixed(step.id, series)
        refuse_two_readings(step.id, receipt.inputs, shelf)
        _call(step, series)
    except MixedBenchmarks as error:
        names = shelf.study.pack.benchmarks[error.family].names
        payload = {
            "kind": "mixed benchmarks",
            "what": error.what,
            "family": error.family,
            "benchmarks": [[*_told(names, name), where] for name, where in error.names.items()],
        }
    except MeasureRefusal as error:
        payload = {"kind": "precondition", "what": error.what, "why": error.why}
    else:
        raise _not_refused(step)
    payload |= {"reason": [reason.zh, reason.en]}
    return Finding(step.id, "refusal", step.label, step.digits, step.note, receipt, None, payload)


def _told(names: Mapping[str, Label], name: str) -> tuple[str, str]:
    label = names[name] if name in names else Label("未注明口径", "benchmark not stated")
    return label.zh, label.en


def _not_refused(step: Step) -> XietongError:
    return MeasureRefusal(
        step.id, "the study expects a refusal, but the figure can be computed", why="the stated reason no longer holds",
        ways=("remove 'refused' and print the figure",),
    )  # fmt: skip
