"""Steps: what a study writes about one finding, read into typed form with all problems reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.periods import span, years
from xietong.library.units import unit
from xietong.measures.measure import Facts, facts
from xietong.recipes.adjacency import read_rule, takes_links
from xietong.recipes.study import Study

_LEDGER = ("concept", "concepts", "place", "places", "period", "periods", "to", "reading", "relabel")
_FINDING = ("finding", "concept", "concepts", "place", "places", "period", "periods", "relabel", "scenario")
_REQUIRED = ("label", "measure", "digits", "inputs")
_OPTIONAL = ("unit", "note", "choices", "labels", "links", "mixed", "refused")
_AXES = {"concept": "concepts", "place": "places", "period": "periods", "scenario": "scenarios"}


@dataclass(frozen=True)
class InputSpec:
    """One input as written: from the ledger by a reading, or from another finding; ``select`` maps axes to labels."""

    parameter: str
    finding: str
    reading: str
    to: str
    select: Mapping[str, str | tuple[str, ...]]
    relabel: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """One finding as a study asks for it."""

    id: str
    where: str
    label: Label
    facts: Facts
    unit: str
    digits: int
    note: Label
    choices: Mapping[str, float | str]
    mixed: str
    refused: Label | None
    inputs: tuple[InputSpec, ...]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


def read_steps(study: Study, errors: list[XietongError]) -> list[Step]:
    """Return the steps of all files in ``findings/``; problems go to ``errors``."""
    steps = []
    for document in study.documents("findings"):
        for name in document.data:
            problems = _shape(document, name)
            if not problems:
                try:
                    steps.append(_step(study, document, name, problems))
                except XietongError as error:
                    problems.append(PackError(name, error.what, ways=error.ways, where=document.where(name, "measure")))
            errors += problems
    return steps


def planned_step(
    name: str, where: str, label: Label, measure: str, inputs: tuple[InputSpec, ...],
    choices: Mapping[str, float | str], *, unit: str, digits: int,
) -> Step:  # fmt: skip
    """Return a step that another room plans, from findings only; it is derived like one that a study writes."""
    return Step(name, where, label, facts(measure), unit, digits, Label("", ""), choices, "", None, inputs)


def measure_text(measure: str) -> str:
    """Return the text of a measure's module, whose digest says when a step that was planned is stale."""
    return facts(measure).text


def _shape(document: Document, name: str) -> list[XietongError]:
    """Return one error for each key of a step that is missing, unknown or of the wrong type."""
    inputs, choices = list(document.table(name, "inputs")), list(document.table(name, "choices"))
    labels = list(document.table(name, "labels"))
    errors = document.demand((name,), _REQUIRED, _OPTIONAL, counts=("digits",), tables=("inputs", "choices", "labels"))
    errors += document.demand((name, "labels"), (), labels, tables=labels)
    errors += document.demand((name, "choices"), (), choices)
    errors += document.demand((name, "inputs"), (), inputs, tables=inputs)
    if not errors and document.table(name)["digits"] < 0:
        errors.append(PackError(name, "'digits' is below zero", where=document.where(name, "digits")))
    if text := str(document.table(name).get("unit", "")):
        try:
            unit(text)
        except UnknownName as error:
            errors.append(error.at(document.where(name, "unit")))
    return errors


def _step(study: Study, document: Document, name: str, errors: list[XietongError]) -> Step:
    spec = document.table(name)
    known = facts(str(spec["measure"]))
    errors += _agree(document, name, known)
    refused = spec.get("refused")
    inputs = tuple(_input(study, document, (name, "inputs", parameter), errors) for parameter in spec["inputs"])
    errors += _apart(document, name, inputs)
    return Step(
        name, document.where(name), Label.parse(str(spec["label"])), known,
        str(spec.get("unit", "")), int(spec["digits"]), Label.parse(str(spec.get("note", ""))),
        _chosen(document, name, known, errors),
        str(spec.get("mixed", "")), Label.parse(str(refused)) if refused else None,
        inputs, {k: {str(a): str(b) for a, b in v.items()} for k, v in spec.get("labels", {}).items()},
        str(spec.get("links", "")), spec,
    )  # fmt: skip


def _chosen(document: Document, name: str, known: Facts, errors: list[XietongError]) -> dict[str, float | str]:
    """Return the choices of a step as its measure takes them; one of the wrong kind goes to ``errors``."""
    told: dict[str, float | str] = {}
    for one, value in document.table(name, "choices").items():
        if one in known.choices:
            try:
                told[one] = known.choices[one].read(f"{name} = {known.name}", one, value)
            except XietongError as error:
                errors.append(error.at(document.where(name, "choices", one)))
    return told


def _apart(document: Document, name: str, inputs: tuple[InputSpec, ...]) -> list[XietongError]:
    """Return an error when the choice ``years`` is not the number of years between the two inputs."""
    stated = document.table(name, "choices").get("years")
    periods = [one.select.get("period") for one in inputs]
    ends = [int(period) for period in periods if isinstance(period, str) and period.isdigit()]
    if stated is None or len(ends) != 2 or abs(ends[1] - ends[0]) == stated:
        return []
    what = f"years = {stated}, but {ends[0]} and {ends[1]} lie {abs(ends[1] - ends[0])} years apart"
    return [PackError(name, what, where=document.where(name, "choices"))]


def _agree(document: Document, name: str, known: Facts) -> list[XietongError]:
    choices, who = document.table(name, "choices"), f"{name} = {known.name}"
    errors: list[XietongError] = []
    linked = takes_links(known)
    data = tuple(one for one in known.parameters if one not in known.labels and one not in linked)
    groups = tuple(one for one in known.labels if one not in linked)
    errors += _linked(document, name, who, linked)
    for kind, key, wanted in (("input", "inputs", data), ("labels", "labels", groups)):
        given = document.table(name, key)
        errors += [
            UnknownName(who, kind, one, wanted, where=document.where(name, key, one))
            for one in given
            if one not in wanted
        ]
        errors += [
            PackError(
                who, f"{kind} '{one}' is missing", where=document.where(name), ways=(f"add [{name}.{key}.{one}]",)
            )
            for one in wanted
            if one not in given
        ]
    errors += [
        UnknownName(who, "choice", one, known.choices, where=document.where(name, "choices", one))
        for one in choices
        if one not in known.choices
    ]
    errors += [
        PackError(
            who, f"choice '{one}' is missing", where=document.where(name), ways=(f"add choices = {{ {one} = … }}",)
        )
        for one, choice in known.choices.items()
        if choice.default is None and one not in choices
    ]
    return errors


def _linked(document: Document, name: str, who: str, linked: tuple[str, ...]) -> list[XietongError]:
    """Return an error when the rule of links is missing, is none, or the measure takes no links."""
    text, where = document.table(name).get("links", ""), document.where(name, "links")
    if bool(linked) != bool(text):
        what = "'links' is missing" if linked else f"{who} takes no links"
        ways = ("links = 'border', 'corner', 'nearest 4' or 'kilometres 60'",) if linked else ("leave 'links' out",)
        return [PackError(who, what, where=where if text else document.where(name), ways=ways)]
    try:
        if linked:
            read_rule(who, str(text))
    except XietongError as error:
        return [error.at(where)]
    return []


def _input(study: Study, document: Document, path: tuple[str, ...], errors: list[XietongError]) -> InputSpec:
    spec, where = document.table(*path), document.where(*path)
    finding = str(spec.get("finding", ""))
    errors += document.demand(
        path, () if finding else ("reading",), _FINDING if finding else _LEDGER, tables=("relabel",)
    )
    select: dict[str, str | tuple[str, ...]] = {}
    for axis, plural in _AXES.items():
        if axis in spec and plural in spec:
            errors.append(PackError(path[0], f"both '{axis}' and '{plural}' are given", where=where))
        if axis in spec:
            select[axis] = str(spec[axis])
        elif plural in spec:
            select[axis] = _labels(study, axis, spec[plural], where, errors)
    if not finding:
        errors += [
            PackError(path[0], f"neither '{axis}' nor '{_AXES[axis]}' is given", where=where)
            for axis in ("concept", "place", "period")
            if axis not in select
        ]
        if (reading := str(spec.get("reading", ""))) and reading not in study.readings:
            errors.append(UnknownName(path[0], "reading", reading, study.readings, where=where))
        errors += _unknown(study, path[0], select, str(spec.get("to", "")), where)
    given = document.table(*path, "relabel")
    relabel = {str(axis): _labels(study, str(axis), text, where, errors) for axis, text in given.items()}
    return InputSpec(path[-1], finding, str(spec.get("reading", "")), str(spec.get("to", "")), select, relabel)


def _unknown(
    study: Study, who: str, select: Mapping[str, str | tuple[str, ...]], to: str, where: str
) -> list[XietongError]:
    """Return one error for each concept or place that the pack does not know and each period that is no date."""
    pack = study.pack
    places = [*pack.gazetteer.places, *pack.gazetteer.perimeters]

    def labels(axis: str) -> tuple[str, ...]:
        taken = select.get(axis, ())
        return (taken,) if isinstance(taken, str) else taken

    named = {"concept": (labels("concept"), list(pack.concepts)), "place": (labels("place"), places)}
    named["destination"] = ((to,) if to else (), places)
    errors: list[XietongError] = [
        UnknownName(who, axis, one, known, where=where)
        for axis, (taken, known) in named.items()
        for one in taken
        if one not in known
    ]
    for period in labels("period"):
        try:
            span(period, who)
        except PackError as error:
            errors.append(error.at(where))
    return errors


def _labels(study: Study, axis: str, text: object, where: str, errors: list[XietongError]) -> tuple[str, ...]:
    """Expand a perimeter into its members, ``2014..2023`` into years; a list stays as it is."""
    if isinstance(text, list):
        labels = tuple(str(one) for one in text)
        twice = sorted({one for one in labels if labels.count(one) > 1})
        errors += [PackError("study", f"'{one}' stands twice on axis '{axis}'", where=where) for one in twice]
        if not labels:
            errors.append(PackError("study", f"the list for axis '{axis}' is empty", where=where))
        return labels
    if not isinstance(text, str):
        what = f"axis '{axis}' wants a list, a range or a perimeter, not {text!r}"
        errors.append(PackError("study", what, where=where))
        return ()
    if axis == "place":
        if text not in study.pack.gazetteer.perimeters:
            errors.append(UnknownName("study", "perimeter", text, study.pack.gazetteer.perimeters, where=where))
            return ()
        return study.pack.gazetteer.perimeters[text].members
    return tuple(years(text))
