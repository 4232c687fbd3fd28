"""Claims: sentences with a test; each gets a verdict, its evidence and its counter-evidence.

An *equals* claim states a number: it is held against every vintage that could be meant.  A *trend* claim states a
direction: it is held against every indicator that could show it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from xietong.diagnosis.evidence import Pointer, in_unit
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.numbers import read_number
from xietong.library.units import unit
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

VERDICTS = {
    "supported": Label("成立", "supported"),
    "one vintage": Label("仅在一种口径下成立", "supported by one vintage only"),
    "rounding": Label("系截尾所致", "truncated, not rounded"),
    "contradicted": Label("不成立", "contradicted"),
    "mixed": Label("证据不一", "mixed evidence"),
}
_MOVES = ("rises", "falls", "stays")
_REQUIRED = ("statement", "kind", "evidence")
_OPTIONAL = ("stated", "unit", "want", "note")


def claim_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return one job for each claim of ``claims.toml``; problems go to ``errors``."""
    jobs = []
    for document in study.documents("claims"):
        for name in document.data:
            problems = _problems(document, name)
            errors += problems
            if not problems:
                jobs.append(_job(document, name))
    return jobs


def _problems(document: Document, name: str) -> list[XietongError]:
    errors = document.demand((name,), _REQUIRED, _OPTIONAL, lists=("evidence",))
    if errors:
        return errors
    spec = document.table(name)
    kinds = {"equals": ("stated", "unit"), "trend": ("want",)}
    kind = str(spec.get("kind", ""))
    if kind not in kinds:
        return [*errors, UnknownName(name, "kind of claim", kind, kinds, where=document.where(name, "kind"))]
    where = document.where(name)
    errors += [PackError(name, f"'{key}' is missing", where=where) for key in kinds[kind] if key not in spec]
    wanted = ("finding",) if kind == "equals" else ("finding", "from", "to")
    if not spec["evidence"]:
        errors.append(PackError(name, "no evidence is named", where=document.where(name, "evidence")))
    errors += [
        PackError(name, f"evidence {number} names no '{key}'", where=document.where(name, "evidence"))
        for number, one in enumerate(spec["evidence"], 1)
        for key in wanted
        if not isinstance(one, Mapping) or key not in one
    ]
    if "want" in spec and str(spec["want"]) not in _MOVES:
        errors.append(UnknownName(name, "direction", str(spec["want"]), _MOVES, where=document.where(name, "want")))
    return errors + _number_problems(document, name)


def _number_problems(document: Document, name: str) -> list[XietongError]:
    spec, errors = document.table(name), list[XietongError]()
    checks: Mapping[str, Callable[[str], object]] = {"stated": read_number, "unit": unit}
    for key, check in checks.items():
        if key in spec:
            try:
                check(str(spec[key]))
            except XietongError as error:
                errors.append(error.at(document.where(name, key)))
    return errors


def _job(document: Document, name: str) -> Job:
    spec = document.table(name)
    pointers = [Pointer.parse(one) for one in spec["evidence"]]
    needs = tuple(dict.fromkeys(one.finding for one in pointers))
    text = digest(inspect.getsource(sys.modules[__name__]))

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the audit of claims": text, f"the claim at {document.shown}": digest(repr(spec))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        payload = _equals(spec, pointers, shelf) if spec["kind"] == "equals" else _trend(spec, pointers, shelf)
        receipt = Receipt(
            "diagnosis.claims",
            Label("论断核对", "audit of claims"),
            text,
            "",
            "by hand",
            key=key,
            reasons=tuple(f"{part}={value}" for part, value in sorted(made_of.items())),
        )
        note = Label.parse(str(spec.get("note", "")))
        return Finding(name, "verdict", Label.parse(str(spec["statement"])), 0, note, receipt, None, payload)

    return Job(name, document.where(name), needs, parts, run)


def _equals(spec: Mapping[str, Any], pointers: list[Pointer], shelf: Shelf) -> dict[str, Any]:
    stated, name = read_number(str(spec["stated"])).value, str(spec["unit"])
    evidence = []
    for pointer in pointers:
        value = in_unit(pointer.series(shelf), name)
        evidence.append(_evidence(pointer, shelf) | {"value": value, "unit": name, "outcome": _compare(stated, value)})
    outcomes = [one["outcome"] for one in evidence]
    good = [outcome for outcome in outcomes if outcome != "contradicted"]
    if not good:
        verdict = "contradicted"
    elif len(good) < len(outcomes):
        verdict = "one vintage"
    else:
        verdict = "rounding" if "rounding" in good else "supported"
    return {"kind": "equals", "stated": str(spec["stated"]), "unit": name, "verdict": verdict, "evidence": evidence}


def _compare(stated: Decimal, value: float) -> str:
    step = Decimal(1).scaleb(int(stated.as_tuple().exponent))
    exact = Decimal(repr(value))
    if exact.quantize(step, rounding=ROUND_HALF_UP) == stated:
        return "supported"
    return "rounding" if exact.quantize(step, rounding=ROUND_DOWN) == stated else "contradicted"


def _trend(spec: Mapping[str, Any], pointers: list[Pointer], shelf: Shelf) -> dict[str, Any]:
    evidence = []
    for pointer, told in zip(pointers, spec["evidence"], strict=True):
        series = pointer.series(shelf)
        first, last = series.cell(period=str(told["from"])), series.cell(period=str(told["to"]))
        moved = "rises" if last > first else "falls" if last < first else "stays"
        outcome = "supported" if moved == spec["want"] else "contradicted"
        span = {"from": str(told["from"]), "to": str(told["to"]), "first": first, "last": last, "unit": series.unit}
        evidence.append(_evidence(pointer, shelf) | span | {"moved": moved, "outcome": outcome})
    good = sum(one["outcome"] == "supported" for one in evidence)
    verdict = "supported" if good == len(evidence) else "mixed" if good else "contradicted"
    return {"kind": "trend", "want": str(spec["want"]), "verdict": verdict, "evidence": evidence}


def _evidence(pointer: Pointer, shelf: Shelf) -> dict[str, Any]:
    label = shelf.finding(pointer.finding).label if not pointer.label.zh else pointer.label
    return {"finding": pointer.finding, "select": dict(pointer.select), "label": [label.zh, label.en]}
