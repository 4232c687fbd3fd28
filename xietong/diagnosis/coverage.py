"""Coverage: each element of a programme's text, what is done about it, and where it is answered or what is missing.

A programme asks for more than statistics can show.  Every element is *shown*, with the findings, indicators, claims,
plans or registers that answer it, *missing*, with the table or register that would, or *partly shown* with both.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.registers.register import Registers
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

STATES = {
    "shown": Label("已呈现", "shown"),
    "partial": Label("部分呈现", "partly shown"),
    "missing": Label("缺数据", "data missing"),
}
REGISTER = "register:"
"""How evidence names a register of the pack: ``register:heritage``."""
DOES = {
    "measure": Label("测算", "measure"),
    "register": Label("登记", "register"),
    "plan": Label("规划", "plan"),
    "watch": Label("监测", "watch"),
    "publish": Label("发布", "publish"),
}
_REQUIRED = ("label", "count", "sections", "elements")
_OPTIONAL = ("note",)
_ELEMENT = ("label", "section", "does")
_STATES = ("evidence", "missing")


def coverage_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the job of ``coverage.toml``; problems go to ``errors``."""
    documents = study.documents("coverage")
    if not documents:
        return []
    document, indicators = documents[0], _indicators(study)
    registers = study.pack.registers
    problems = [*_problems(document), *_element_problems(document, indicators, registers)]
    errors += problems
    return [] if problems else [_job(document, indicators, registers)]


def _indicators(study: Study) -> Mapping[str, Mapping[str, Any]]:
    """Return the indicators of the framework by their ids."""
    return {name: spec for one in study.documents("framework")[:1] for name, spec in one.table("indicators").items()}


def _problems(document: Document) -> list[XietongError]:
    """Return what is wrong with the sections and with the numbers of the elements."""
    errors = document.demand((), _REQUIRED, _OPTIONAL, tables=("sections", "elements"), counts=("count",))
    errors += [one for name in document.table("sections") for one in document.demand(("sections", name), ("label",))]
    if errors:
        return errors
    wanted = {str(number) for number in range(1, int(document.data["count"]) + 1)}
    elements = list(document.table("elements"))
    where = document.where("count")
    errors += [PackError("coverage", f"element {one} is missing", where=where) for one in _sorted(wanted - {*elements})]
    errors += [
        PackError("coverage", f"'{one}' is no number from 1 to {len(wanted)}", where=document.where("elements", one))
        for one in elements
        if one not in wanted
    ]
    return errors


def _sorted(numbers: set[str]) -> list[str]:
    return sorted(numbers, key=int)


def _element_problems(
    document: Document, indicators: Mapping[str, Mapping[str, Any]], registers: Registers
) -> Iterator[XietongError]:
    for number in document.table("elements"):
        path, who = ("elements", number), f"element {number}"
        yield from document.demand(path, _ELEMENT, _STATES, lists=("does", "evidence"))
        spec, where = document.table(*path), document.where(*path)
        if not ("evidence" in spec or "missing" in spec):
            what = "'evidence' or 'missing' is wanted, or both: what shows it, and which table or register would"
            yield PackError(who, what, where=where)
        if "evidence" in spec and not spec["evidence"]:
            yield PackError(who, "no evidence is named", where=document.where(*path, "evidence"))
        for key, known in (("section", document.table("sections")), ("does", DOES)):
            told = spec.get(key, [])
            for one in told if isinstance(told, list) else [str(told)]:
                if one not in known:
                    yield UnknownName(who, key, str(one), known, where=document.where(*path, key))
        strange = [one for one in _registers(spec) if one not in registers]
        where = document.where(*path, "evidence") if "evidence" in spec else where
        yield from (UnknownName(who, "register", one, registers, where=where) for one in strange)
        for one in _names(spec):
            if one in indicators and "evidence" not in indicators[one]:
                what = f"indicator {one} has no data itself"
                ways = ("name another", "say what is missing")
                yield PackError(who, what, where=document.where(*path, "evidence"), ways=ways)


def _names(spec: Mapping[str, Any]) -> list[str]:
    """Return the findings and indicators that an element names."""
    return [one for one in _evidence(spec) if not one.startswith(REGISTER)]


def _registers(spec: Mapping[str, Any]) -> list[str]:
    """Return the classes of the registers that an element names."""
    return [one.removeprefix(REGISTER) for one in _evidence(spec) if one.startswith(REGISTER)]


def _evidence(spec: Mapping[str, Any]) -> list[str]:
    told = spec.get("evidence", [])
    return [str(one) for one in told] if isinstance(told, list) else []


def _finding_of(name: str, indicators: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the finding behind a name: that of an indicator, or the name itself."""
    return str(indicators[name]["evidence"]["finding"]) if name in indicators else name


def _job(document: Document, indicators: Mapping[str, Mapping[str, Any]], registers: Registers) -> Job:
    text = digest(inspect.getsource(sys.modules[__name__]))
    named_at: dict[str, str] = {}
    for number, spec in document.table("elements").items():
        for one in _names(spec):
            named_at.setdefault(_finding_of(one, indicators), document.where("elements", number, "evidence"))
    used = {
        one: indicators[one]
        for spec in document.table("elements").values()
        for one in _names(spec)
        if one in indicators
    }

    named = {one for spec in document.table("elements").values() for one in _registers(spec)}
    labels = {one: [kind.label.zh, kind.label.en] for one in sorted(named) for kind in (registers[one].kind,)}

    def parts(shelf: Shelf) -> Mapping[str, str]:
        told = digest(repr(document.data), repr(used), repr(labels))
        return {"the coverage": text, f"the elements at {document.shown}": told}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        label = Label("要素覆盖", "coverage of elements")
        receipt = Receipt("diagnosis.coverage", label, text, "", "by hand", key=key, reasons=reasons)
        title, note = (Label.parse(str(document.data.get(one, ""))) for one in ("label", "note"))
        return Finding("coverage", "table", title, 0, note, receipt, None, _table(document, indicators, labels, shelf))

    return Job("coverage", document.where("elements"), tuple(named_at), parts, run, named_at)


def _table(
    document: Document, indicators: Mapping[str, Mapping[str, Any]], labels: Mapping[str, list[str]], shelf: Shelf
) -> dict[str, Any]:
    rows = []
    for number in _sorted({*document.table("elements")}):
        spec = document.table("elements", number)
        row = {
            "number": int(number),
            "label": _pair(spec["label"]),
            "section": str(spec["section"]),
            "does": [str(one) for one in spec["does"]],
            "state": _state(spec),
            "shown_by": [_shown_by(one, indicators, shelf) for one in _names(spec)],
            "registers": [{"class": one, "label": labels[one]} for one in _registers(spec)],
        }
        rows.append(row | ({"missing": _pair(spec["missing"])} if "missing" in spec else {}))
    sections = {name: _pair(spec["label"]) for name, spec in document.table("sections").items()}
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    by_section = {
        name: {state: sum((row["section"], row["state"]) == (name, state) for row in rows) for state in STATES}
        for name in sections
    }
    return {"rows": rows, "sections": sections, "counts": counts | {"all": len(rows)}, "by_section": by_section}


def _state(spec: Mapping[str, Any]) -> str:
    if "evidence" not in spec:
        return "missing"
    return "partial" if "missing" in spec else "shown"


def _shown_by(name: str, indicators: Mapping[str, Mapping[str, Any]], shelf: Shelf) -> dict[str, Any]:
    """Return what answers an element: its id, the finding behind it, and its label."""
    finding = shelf.finding(_finding_of(name, indicators))
    label = Label.parse(str(indicators[name]["label"])) if name in indicators else finding.label
    return {"id": name, "finding": finding.id, "label": [label.zh, label.en]}


def _pair(text: object) -> list[str]:
    label = Label.parse(str(text))
    return [label.zh, label.en]
