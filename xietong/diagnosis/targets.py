"""Targets of plans: nature, area, value and year, held against what is observed; a wish in words has a written rule.

A target with a number and a finding gets three findings of its own: the level to reach, the yearly growth it *needed*
from the last observed value on, and the growth *achieved* from the base year to the last, both by the measure
``growth.compound_annual_growth``.  Where a pace makes no sense the finding is a refusal that says why.

The states, in the order in which they are tried: *not retrieved*, the publication was not read; *no data*, the table
that is missing is named; *not measurable*, the target is words, or has one observed value only; *met*, the observed
value satisfies it, in its year or before; *on pace*, the pace achieved, kept up, is enough; else *behind*.  A target is
held against the last value that is not younger than its year; one that ``holds`` after its year, against the newest.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

from xietong.diagnosis.evidence import in_unit
from xietong.diagnosis.target_file import Target, read_targets
from xietong.errors import MeasureRefusal, Problems, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.origins import Flag
from xietong.library.series import Series
from xietong.recipes.derive import derive
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.steps import InputSpec, measure_text, planned_step
from xietong.recipes.study import Study

STATES = {
    "met": Label("已达到", "met"),
    "on pace": Label("进度够", "on pace"),
    "behind": Label("进度不够", "behind"),
    "not measurable": Label("不可计量", "not measurable"),
    "no data": Label("无数据", "no data"),
    "not retrieved": Label("未取得原文", "not retrieved"),
}
_MEASURE = "growth.compound_annual_growth"
_WHY = {
    "met": Label("已达到，不再需要速度", "it is met: no pace is needed"),
    "over": Label("期限已过", "its year is over"),
    "single": Label("只有一期观测值", "there is one observed value only"),
}
_OF_NEEDED = Label("目标要求的年均速度", "growth a year that the target asks for")
_OF_ACHIEVED = Label("已有的年均速度", "growth a year so far")


def target_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of ``targets.toml``: three for each target with a number and a finding, and the table of all."""
    documents = study.documents("targets")
    if not documents:
        return []
    problems: list[XietongError] = []
    targets = read_targets(documents[0], study.pack.gazetteer, problems)
    errors += problems
    if problems:
        return []
    text = digest(inspect.getsource(sys.modules[__name__]))
    jobs = [job for one in targets if one.measurable for job in _jobs(one, text)]
    return [*jobs, _table_job(documents[0], targets, text)]


def _jobs(target: Target, text: str) -> list[Job]:
    """Return the jobs of the level that a target sets and of the two paces."""
    needs = (target.pointer.finding, f"target.{target.id}.level")

    def parts(shelf: Shelf) -> Mapping[str, str]:
        told = {"the audit of targets": text, f"measure {_MEASURE}": digest(measure_text(_MEASURE))}
        return told | {f"the target at {target.shown}": digest(repr(target.spec), repr(target.source))}

    def level(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        return _level(target, _receipt(text, key, made_of, target.publication))

    def needed(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        seen = _Seen(target, shelf)
        why = "met" if seen.met else "over" if int(seen.at) >= target.due else ""
        ends = (seen.input("first", seen.at), InputSpec("last", needs[1], "", "", {}, {}))
        return _pace("needed", target, shelf, key, made_of, why, ends, target.due - int(seen.at))

    def achieved(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        seen = _Seen(target, shelf)
        ends = (seen.input("first", seen.start), seen.input("last", seen.at))
        why = "single" if seen.start == seen.at else ""
        return _pace("achieved", target, shelf, key, made_of, why, ends, int(seen.at) - int(seen.start))

    where, named_at = target.where, {target.pointer.finding: target.evidence_where}
    return [
        Job(needs[1], where, (), parts, level),
        Job(f"target.{target.id}.needed", where, needs, parts, needed, named_at),
        Job(f"target.{target.id}.achieved", where, needs, parts, achieved, named_at),
    ]


def _receipt(text: str, key: str, made_of: Mapping[str, str], reference: str = "") -> Receipt:
    reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
    label = Label("目标核对", "audit of targets")
    return Receipt("diagnosis.targets", label, text, reference, "by hand", key=key, reasons=reasons)


def _level(target: Target, receipt: Receipt) -> Finding:
    """Shelve the level that a target sets; it is no observation and bears the grade of the copy that was read."""
    import numpy as np

    name = f"target.{target.id}.level"
    flags, grades = np.array(int(Flag.SCENARIO), np.uint8), np.array(int(target.grade), np.uint8)
    series = Series(name, target.unit, (), np.array(float(target.value)), flags, grades, np.array(-1, np.int64), {})
    digits = len(target.value.partition(".")[2])
    return Finding(name, "series", target.label, digits, target.note, receipt, series)


def _pace(
    kind: str, target: Target, shelf: Shelf, key: str, made_of: Mapping[str, str], why: str,
    ends: tuple[InputSpec, InputSpec], years: int,
) -> Finding:  # fmt: skip
    """Shelve a yearly growth between two ends, or why there is none."""
    about = _OF_NEEDED if kind == "needed" else _OF_ACHIEVED
    label = Label(f"{target.label.zh}：{about.zh}", f"{target.label.en}: {about.en}")
    name = f"target.{target.id}.{kind}"
    if why:
        receipt = _receipt(str(made_of["the audit of targets"]), key, made_of)
        reason = [_WHY[why].zh, _WHY[why].en]
        payload = {"kind": "precondition", "what": _WHY[why].en, "why": "", "reason": reason}
        return Finding(name, "refusal", label, 0, target.note, receipt, None, payload)
    step = planned_step(name, target.where, label, _MEASURE, ends, {"years": float(years)}, unit="%", digits=2)
    return derive(step, shelf, key, made_of)


class _Seen:
    """What is observed of a target: its series over years, the year it is held against, and where the pace begins."""

    def __init__(self, target: Target, shelf: Shelf) -> None:
        self.target, self.pointer = target, target.pointer
        self.series = target.pointer.series(shelf)
        years = self._years()
        self.at = years[-1]
        base = str(target.base.get("year", ""))
        self.start = base if base in years[:-1] else years[0]
        self.last = self.series.cell(period=self.at)
        level = in_unit(_level(target, _receipt("", "", {})).series or self.series, self.series.unit)
        self.met = self.last >= level if target.operator == ">=" else self.last <= level

    def _years(self) -> list[str]:
        who, axes = f"target {self.target.id}", [axis.name for axis in self.series.axes]
        if axes != ["period"]:
            what = f"a path over years is wanted, but {', '.join(axes) or 'one value'} is open"
            raise MeasureRefusal(who, what, ways=("name one label of each other axis in the evidence",))
        labels = self.series.axis("period").labels
        if wrong := [label for label in labels if not (label.isdigit() and len(label) == len("2000"))]:
            raise MeasureRefusal(who, f"'{wrong[0]}' is no year", ways=("point at a finding over years",))
        years = [label for label in labels if self.target.holds or int(label) <= self.target.due]
        if not years:
            what = f"every observed value is younger than {self.target.due}"
            raise MeasureRefusal(who, what, ways=("point at earlier values", "state holds = true if it stays in force"))
        return years

    def input(self, parameter: str, period: str) -> InputSpec:
        """Return one year of the observed series as the input of a measure."""
        return InputSpec(parameter, self.pointer.finding, "", "", {**self.pointer.select, "period": period}, {})


def _table_job(document: Document, targets: list[Target], text: str) -> Job:
    needs = {one.pointer.finding: one.evidence_where for one in targets if one.evidence}
    paces = [f"target.{one.id}.{kind}" for one in targets if one.measurable for kind in ("level", "needed", "achieved")]

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the audit of targets": text, f"the targets at {document.shown}": digest(repr(document.data))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        label, note = (Label.parse(str(document.data.get(one, ""))) for one in ("label", "note"))
        return Finding(
            "targets", "table", label, 0, note, _receipt(text, key, made_of), None, _table(document, targets, shelf)
        )

    return Job("targets", document.where("targets"), (*needs, *paces), parts, run, needs)


def _table(document: Document, targets: list[Target], shelf: Shelf) -> dict[str, Any]:
    rows, errors = [], list[XietongError]()
    for one in targets:
        try:
            rows.append(one.told() | _judged(one, shelf))
        except XietongError as error:
            errors.append(error.at(one.evidence_where))
    if errors:
        raise Problems(document.shown, errors)
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    sources = {name: {key: str(text) for key, text in one.items()} for name, one in document.table("sources").items()}
    return {"rows": rows, "counts": counts | {"all": len(rows)}, "sources": sources}


def _judged(target: Target, shelf: Shelf) -> dict[str, Any]:
    if not target.retrieved:
        return {"state": "not retrieved"}
    if target.missing.zh:
        return {"state": "no data", "missing": [target.missing.zh, target.missing.en]}
    if not target.measurable:
        return {"state": "not measurable"} | _claimed(target, shelf)
    seen = _Seen(target, shelf)
    paces = {kind: _value(shelf.finding(f"target.{target.id}.{kind}")) for kind in ("needed", "achieved")}
    told = {
        "finding": target.pointer.finding,
        "select": {**target.pointer.select, "period": seen.at},
        "last": seen.last,
        "at": seen.at,
        "from": seen.start,
        "observed_unit": seen.series.unit,
        "digits": shelf.finding(target.pointer.finding).digits,
    }
    return told | paces | {"state": _state(target, seen, paces["needed"], paces["achieved"])}


def _claimed(target: Target, shelf: Shelf) -> dict[str, Any]:
    """Return the claim that tests the measurable clause of a target in words."""
    if not target.evidence:
        return {}
    claim = shelf.finding(target.pointer.finding)
    if claim.kind != "verdict":
        what = f"'{claim.id}' is a {claim.kind}: a target in words is held against a claim"
        raise MeasureRefusal(f"target {target.id}", what, ways=("name a claim of claims.toml",))
    return {"finding": claim.id, "select": {}}


def _value(finding: Finding) -> float | None:
    return None if finding.series is None else in_unit(finding.series, "1")


def _state(target: Target, seen: _Seen, needed: float | None, achieved: float | None) -> str:
    if seen.met:
        return "met"
    if needed is None:
        return "behind"
    if achieved is None:
        return "not measurable"
    return "on pace" if (achieved >= needed if target.operator == ">=" else achieved <= needed) else "behind"
