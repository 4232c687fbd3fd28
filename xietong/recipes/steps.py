"""Steps: what a study writes about one finding, read into typed form with all problems reported at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.periods import years
from xietong.measures.measure import Facts, facts
from xietong.recipes.study import Study

_LEDGER = ("concept", "concepts", "place", "places", "period", "periods", "to", "reading", "relabel")
_FINDING = ("finding", "concept", "concepts", "place", "places", "period", "periods", "relabel", "scenario")
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
    choices: Mapping[str, float]
    mixed: str
    refused: Label | None
    inputs: tuple[InputSpec, ...]
    raw: Mapping[str, Any] = field(default_factory=dict)


def read_steps(study: Study, errors: list[XietongError]) -> list[Step]:
    """Return the steps of all files in ``findings/``; problems go to ``errors``."""
    steps = []
    for document in study.documents("findings"):
        for name in document.data:
            problems = document.demand(
                (name,), ("label", "measure", "digits", "inputs"), ("unit", "note", "choices", "mixed", "refused")
            )
            if not problems:
                try:
                    steps.append(_step(study, document, name, problems))
                except XietongError as error:
                    problems.append(PackError(name, error.what, ways=error.ways, where=document.where(name, "measure")))
            errors += problems
    return steps


def _step(study: Study, document: Document, name: str, errors: list[XietongError]) -> Step:
    spec = document.table(name)
    known = facts(str(spec["measure"]))
    errors += _agree(document, name, known)
    refused = spec.get("refused")
    return Step(
        name, document.where(name), Label.parse(str(spec["label"])), known, str(spec.get("unit", "")), int(spec["digits"]),
        Label.parse(str(spec.get("note", ""))), {k: float(v) for k, v in spec.get("choices", {}).items()},
        str(spec.get("mixed", "")), Label.parse(str(refused)) if refused else None,
        tuple(_input(study, document, (name, "inputs", parameter), errors) for parameter in spec["inputs"]), spec,
    )  # fmt: skip


def _agree(document: Document, name: str, known: Facts) -> list[XietongError]:
    given, choices = document.table(name, "inputs"), document.table(name, "choices")
    who = f"{name} = {known.name}"
    errors: list[XietongError] = [
        UnknownName(who, "input", one, known.parameters, where=document.where(name, "inputs", one))
        for one in given
        if one not in known.parameters
    ]
    errors += [
        PackError(who, f"input '{one}' is missing", where=document.where(name), ways=(f"add [{name}.inputs.{one}]",))
        for one in known.parameters
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
        for one, default in known.choices.items()
        if default == "required" and one not in choices
    ]
    return errors


def _input(study: Study, document: Document, path: tuple[str, ...], errors: list[XietongError]) -> InputSpec:
    spec, where = document.table(*path), document.where(*path)
    finding = str(spec.get("finding", ""))
    errors += document.demand(path, () if finding else ("reading",), _FINDING if finding else _LEDGER)
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
    relabel = {str(k): _labels(study, str(k), v, where, errors) for k, v in spec.get("relabel", {}).items()}
    return InputSpec(path[-1], finding, str(spec.get("reading", "")), str(spec.get("to", "")), select, relabel)


def _labels(
    study: Study, axis: str, text: str | Sequence[str], where: str, errors: list[XietongError]
) -> tuple[str, ...]:
    """Expand a perimeter into its members, ``2014..2023`` into years; a list stays as it is."""
    if not isinstance(text, str):
        return tuple(str(one) for one in text)
    if axis == "place":
        if text not in study.pack.gazetteer.perimeters:
            errors.append(UnknownName("study", "perimeter", text, study.pack.gazetteer.perimeters, where=where))
            return ()
        return study.pack.gazetteer.perimeters[text].members
    return tuple(years(text))
