"""Assumptions of a system: a value, the range within which it is defensible, and the reason."""

from __future__ import annotations

from dataclasses import dataclass

from xietong.diagnosis.systems.scope import Scope
from xietong.errors import PackError, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label

_NUMBERS = ("value", "low", "high")


@dataclass(frozen=True)
class Assumption:
    """What a study assumes, from the lowest value that it would defend to the highest, and why; where it says so."""

    label: Label
    value: float
    low: float
    high: float
    reason: Label
    where: str


def assumption(scope: Scope, name: str) -> Assumption:
    """Return an assumption of a system by its name under ``assumptions``."""
    spec = scope.document.table(*scope.path, "assumptions", name)
    value, low, high = (float(spec[one]) for one in _NUMBERS)
    reason, where = Label.parse(str(spec["reason"])), scope.where("assumptions", name)
    return Assumption(Label.parse(str(spec["label"])), value, low, high, reason, where)


def assumption_problems(document: Document, path: tuple[str, ...], names: tuple[str, ...]) -> list[XietongError]:
    """Return one error for each assumption that is missing, unknown, without a reason, or not above zero in order."""
    errors = document.demand((*path, "assumptions"), names, tables=names)
    for name in () if errors else names:
        at = (*path, "assumptions", name)
        found = document.demand(at, ("label", *_NUMBERS, "reason"), numbers=_NUMBERS)
        spec, who, where = document.table(*at), f"assumption {name}", document.where(*at)
        if not found and not 0 < spec["low"] <= spec["value"] <= spec["high"]:
            told = f"low {spec['low']}, value {spec['value']} and high {spec['high']} are not above zero in this order"
            found.append(PackError(who, told, where=where, ways=("state a range around the value",)))
        if not found and not str(spec["reason"]).strip():
            found.append(PackError(who, "the reason is empty", where=where))
        errors += found
    return errors
