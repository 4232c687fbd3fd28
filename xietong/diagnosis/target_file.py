"""The file of targets as people edit it: every target read into typed form, with all problems at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xietong.diagnosis.evidence import Pointer
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.numbers import is_number
from xietong.library.origins import Grade
from xietong.library.places import Gazetteer
from xietong.library.units import unit

NATURES = {
    "binding": Label("约束性", "binding"),
    "expected": Label("预期性", "expected"),
    "goal": Label("愿景", "goal"),
    "draft": Label("草案", "draft"),
    "outcome": Label("实绩", "outcome"),
    "mixed": Label("多项", "several"),
}
OPERATORS = {
    ">=": Label("≥", "≥"),
    "<=": Label("≤", "≤"),
    "=": Label("为", "at"),
    "about": Label("约", "about"),
    "words": Label("文字表述", "in words"),
}
_BOUNDS = (">=", "<=")
_REQUIRED = ("label", "area", "nature", "operator", "source")
_OPTIONAL = ("value", "unit", "year", "base", "note", "rule", "evidence", "missing", "retrieved", "holds")
_SOURCE_REQUIRED = ("short", "publisher", "title")
_SOURCE_OPTIONAL = ("date", "grade", "locator")
_BASE = ("value", "year", "vintage")
_YEARS = re.compile(r"[0-9]{4}(/[0-9]{4})?")


@dataclass(frozen=True)
class Target:
    """One target as written, with the line where it stands."""

    id: str
    spec: Mapping[str, Any]
    shown: str
    where: str
    evidence_where: str
    source: Mapping[str, Any]

    @property
    def grade(self) -> Grade:
        """How close the copy that was read is to the publisher."""
        return _grades().get(str(self.source.get("grade", "")), Grade.ASSUMED)

    @property
    def publication(self) -> str:
        """Who set the target, in which publication, and when, as far as that is known."""
        parts = [Label.parse(str(self.source[key])).zh for key in ("publisher", "title")]
        parts += [str(self.source.get(key, "")) for key in ("date", "locator")]
        return "，".join([parts[0], f"《{parts[1]}》", *(part for part in parts[2:] if part)])

    @property
    def label(self) -> Label:
        """What is to be reached, in words."""
        return Label.parse(str(self.spec["label"]))

    @property
    def note(self) -> Label:
        """A remark that is printed with the target."""
        return Label.parse(str(self.spec.get("note", "")))

    @property
    def missing(self) -> Label:
        """Which table would show it."""
        return Label.parse(str(self.spec.get("missing", "")))

    @property
    def operator(self) -> str:
        """How the observed value is compared with the target's."""
        return str(self.spec["operator"])

    @property
    def value(self) -> str:
        """The number to reach, in the digits of the publication."""
        return str(self.spec.get("value", ""))

    @property
    def unit(self) -> str:
        """The unit of the number."""
        return str(self.spec.get("unit", ""))

    @property
    def due(self) -> int:
        """The last year by which it is to be reached."""
        return int(str(self.spec["year"])[-4:])

    @property
    def base(self) -> Mapping[str, Any]:
        """Where the plan starts: value, year and vintage, as far as they are known."""
        base: Mapping[str, Any] = self.spec.get("base", {})
        return base

    @property
    def evidence(self) -> bool:
        """Whether a finding shows it."""
        return "evidence" in self.spec

    @property
    def pointer(self) -> Pointer:
        """What shows it."""
        return Pointer.parse(self.spec["evidence"])

    @property
    def measurable(self) -> bool:
        """Whether a number is held against a finding."""
        return self.evidence and self.operator in _BOUNDS

    @property
    def holds(self) -> bool:
        """Whether the target stays in force after its year."""
        return bool(self.spec.get("holds", False))

    @property
    def retrieved(self) -> bool:
        """Whether the publication was read."""
        return bool(self.spec.get("retrieved", True))

    def told(self) -> dict[str, Any]:
        """Return what a table prints of the target itself."""
        spec, pairs = (
            self.spec,
            {key: Label.parse(str(self.spec.get(key, ""))) for key in ("label", "note", "rule", "area")},
        )
        return {
            "id": self.id,
            **{key: [label.zh, label.en] for key, label in pairs.items()},
            **{key: str(spec.get(key, "")) for key in ("nature", "operator", "value", "unit", "year", "source")},
            "base": {key: str(value) for key, value in self.base.items()},
        }


def read_targets(document: Document, gazetteer: Gazetteer, errors: list[XietongError]) -> list[Target]:
    """Return the targets of a document; problems go to ``errors``."""
    errors += document.demand((), ("label", "sources", "targets"), ("note",), tables=("sources", "targets"))
    for name in document.table("sources"):
        errors += document.demand(("sources", name), _SOURCE_REQUIRED, _SOURCE_OPTIONAL)
    errors += _grade_problems(document)
    targets = []
    for name in document.table("targets"):
        problems = list(_problems(document, name, gazetteer))
        errors += problems
        if not problems:
            path = ("targets", name)
            where, evidence = document.where(*path), document.where(*path, "evidence")
            source = document.table("sources", str(document.table(*path)["source"]))
            targets.append(Target(name, document.table(*path), document.shown, where, evidence, source))
    return targets


def _grades() -> Mapping[str, Grade]:
    return {grade.name.lower(): grade for grade in Grade if grade is not Grade.ASSUMED}


def _grade_problems(document: Document) -> Iterator[XietongError]:
    for name, spec in document.table("sources").items():
        if isinstance(spec, Mapping) and (told := str(spec.get("grade", ""))) and told not in _grades():
            where = document.where("sources", name, "grade")
            yield UnknownName(f"source {name}", "grade", told, _grades(), where=where)


def _problems(document: Document, name: str, gazetteer: Gazetteer) -> Iterator[XietongError]:
    path, who = ("targets", name), f"target {name}"
    yield from document.demand(path, _REQUIRED, _OPTIONAL, tables=("base", "evidence"))
    spec = document.table(*path)
    known = {
        "nature": list(NATURES),
        "operator": list(OPERATORS),
        "source": list(document.table("sources")),
        "area": [*gazetteer.places, *gazetteer.perimeters],
    }
    for key, names in known.items():
        told = str(spec.get(key, ""))
        if key in spec and told not in names and not (key == "area" and "|" in told):
            yield UnknownName(who, key, told, names, where=document.where(*path, key))
    yield from _state_problems(document, path, who)
    yield from _value_problems(document, path, who)
    if isinstance(spec.get("base"), Mapping):
        yield from document.demand((*path, "base"), (), _BASE)


def _state_problems(document: Document, path: tuple[str, ...], who: str) -> Iterator[XietongError]:
    """Yield what keeps a target from having exactly one state."""
    spec, where = document.table(*path), document.where(*path)
    words = spec.get("operator") == "words"
    said = [key for key in ("evidence", "missing") if key in spec]
    said += ["retrieved"] if spec.get("retrieved", True) is False else []
    if len(said) > 1 or (not said and not words):
        what = "one of 'evidence', 'missing' and 'retrieved = false' is wanted"
        yield PackError(
            who, what, where=where, why="a target has one state", ways=("say what shows it, or what is missing",)
        )
    if words and "retrieved" not in said and not str(spec.get("rule", "")).strip():
        what = "a target in words has no rule"
        yield PackError(who, what, where=where, ways=("add rule = '…': what would count as reached",))
    for key in ("retrieved", "holds"):
        if key in spec and not isinstance(spec[key], bool):
            yield PackError(who, f"'{key}' must be true or false, not {spec[key]!r}", where=document.where(*path, key))
    evidence = spec.get("evidence")
    if isinstance(evidence, Mapping) and "finding" not in evidence:
        yield PackError(who, "the evidence names no 'finding'", where=document.where(*path, "evidence"))
    if evidence is not None and spec.get("operator") not in (*_BOUNDS, "words"):
        what = f"a target with the operator '{spec.get('operator')}' is not held against a finding"
        yield PackError(
            who, what, where=document.where(*path, "evidence"), ways=("use >= or <=", "say what is missing")
        )


def _value_problems(document: Document, path: tuple[str, ...], who: str) -> Iterator[XietongError]:
    spec = document.table(*path)
    if spec.get("operator") != "words" and spec.get("retrieved", True) is not False:
        wanted = ("value", "unit", "year") if "evidence" in spec else ("value", "unit")
        for key in wanted:
            if key not in spec:
                yield PackError(who, f"'{key}' is missing", where=document.where(*path), ways=(f"add {key} = '…'",))
    if spec.get("operator") in _BOUNDS and "value" in spec and not is_number(str(spec["value"])):
        yield PackError(who, f"'{spec['value']}' is not a plain number", where=document.where(*path, "value"))
    if "year" in spec and not _YEARS.fullmatch(str(spec["year"])):
        what = f"'{spec['year']}' is neither a year nor a span such as 2026/2030"
        yield PackError(who, what, where=document.where(*path, "year"))
    if "evidence" in spec and "unit" in spec:
        try:
            unit(str(spec["unit"]))
        except UnknownName as error:
            yield error.at(document.where(*path, "unit"))
