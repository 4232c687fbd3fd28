"""The framework of a study: tasks, paths, facets and indicators, its matrix with the holes, and its scorecard."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from xietong.diagnosis.evidence import Pointer
from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.series import Series
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

_PARTS = ("tasks", "paths", "facets")
_INDICATOR = ("label", "task", "path", "facet", "direction")
_MORE = ("members", "roles", "versions")
STATES = {
    "better": Label("改善", "better"),
    "worse": Label("转差", "worse"),
    "flat": Label("持平", "unchanged"),
    "neither": Label("无优劣方向", "no direction"),
    "single": Label("仅一期", "one period only"),
    "no data": Label("无数据", "no data"),
}


def framework_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of the matrix and the scorecard; problems go to ``errors``."""
    documents = study.documents("framework")
    if not documents:
        return []
    document = documents[0]
    found = problems(document)
    errors += found
    return [] if found else [_job(document, "framework.matrix", _matrix), _job(document, "framework.scorecard", _card)]


def problems(document: Document) -> list[XietongError]:
    """Return what is wrong with a framework; what it says of members, roles and versions is read elsewhere."""
    tables = (*_PARTS, "indicators")
    errors = document.demand((), ("version", "label", *tables), ("note", *_MORE), tables=(*tables, *_MORE))
    errors += [
        error for part in _PARTS for name in document.table(part) for error in document.demand((part, name), ("label",))
    ]
    known = {name[:-1]: list(document.table(name)) for name in _PARTS}
    for name in document.table("indicators"):
        path = ("indicators", name)
        errors += document.demand(path, _INDICATOR, ("evidence", "missing", "core", "members"), tables=("evidence",))
        spec, where = document.table(*path), document.where(*path)
        if "evidence" in spec and "finding" not in document.table(*path, "evidence"):
            errors.append(PackError(f"indicator {name}", "the evidence names no 'finding'", where=where))
        if ("evidence" in spec) == ("missing" in spec):
            what = "either 'evidence' or 'missing' is wanted: what shows it, or which table would"
            errors.append(PackError(f"indicator {name}", what, where=where))
        allowed = known | {"path": [*known["path"], ""], "direction": ["more", "less", "neither"]}
        errors += [
            UnknownName(f"indicator {name}", key, str(spec[key]), names, where=where)
            for key, names in allowed.items()
            if key in spec and str(spec[key]) not in names
        ]
    return errors


def _job(document: Document, name: str, make: Callable[[Document, Shelf], dict[str, Any]]) -> Job:
    indicators = document.table("indicators")
    needs = tuple(dict.fromkeys(str(one["evidence"]["finding"]) for one in indicators.values() if "evidence" in one))
    text = digest(inspect.getsource(sys.modules[__name__]))

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the scorecard": text, f"the framework at {document.shown}": digest(repr(document.data))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        receipt = Receipt(
            "diagnosis.framework",
            Label("任务路径框架", "framework"),
            text,
            "",
            "by hand",
            key=key,
            reasons=tuple(f"{part}={value}" for part, value in sorted(made_of.items())),
        )
        label = Label.parse(str(document.data["label"]))
        note = Label.parse(str(document.data.get("note", "")))
        return Finding(name, "table", label, 0, note, receipt, None, make(document, shelf))

    return Job(name, document.where("indicators"), needs if make is _card else (), parts, run)


def _labels(document: Document, part: str) -> dict[str, list[str]]:
    found = {name: Label.parse(str(spec["label"])) for name, spec in document.table(part).items()}
    return {name: [label.zh, label.en] for name, label in found.items()}


def _matrix(document: Document, shelf: Shelf) -> dict[str, Any]:
    """Count, for every task and path, the indicators it has and those with data; a task without a path is a hole."""
    cells: dict[str, dict[str, list[int]]] = {}
    for task in document.table("tasks"):
        cells[task] = {path: [0, 0] for path in (*document.table("paths"), "")}
        for one in document.table("indicators").values():
            if one["task"] == task:
                cells[task][str(one["path"])][0] += 1
                cells[task][str(one["path"])][1] += "evidence" in one
    holes = [task for task, row in cells.items() if not any(row[path][0] for path in document.table("paths"))]
    return {
        "version": str(document.data["version"]),
        **{part: _labels(document, part) for part in _PARTS},
        "cells": cells,
        "holes": holes,
    }


def _card(document: Document, shelf: Shelf) -> dict[str, Any]:
    rows = []
    errors: list[XietongError] = []
    for name, spec in document.table("indicators").items():
        label = Label.parse(str(spec["label"]))
        row: dict[str, Any] = {
            "id": name,
            "label": [label.zh, label.en],
            **{key: str(spec[key]) for key in ("task", "path", "facet", "direction")},
            "core": bool(spec.get("core", False)),
        }
        try:
            rows.append(row | (_state(spec, shelf) if "evidence" in spec else _no_data(spec)))
        except XietongError as error:
            errors.append(error.at(document.where("indicators", name)))
    if errors:
        raise Problems(document.shown, errors)
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    return {"rows": rows, "counts": counts, **{part: _labels(document, part) for part in _PARTS}}


def _no_data(spec: Mapping[str, Any]) -> dict[str, Any]:
    missing = Label.parse(str(spec["missing"]))
    return {"state": "no data", "missing": [missing.zh, missing.en]}


def _state(spec: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    pointer = Pointer.parse(spec["evidence"])
    return state_of(pointer, pointer.series(shelf), str(spec["direction"]), shelf)


def state_of(pointer: Pointer, series: Series, direction: str, shelf: Shelf) -> dict[str, Any]:
    """Return first and last value of a series over periods (or its single value), and how it moved."""
    told: dict[str, Any] = {"finding": pointer.finding, "select": dict(pointer.select), "unit": series.unit}
    if not series.axes:
        return told | {"state": "single", "last": float(series.values), "digits": shelf.finding(pointer.finding).digits}
    periods = series.axis("period").labels
    first, last = series.cell(period=periods[0]), series.cell(period=periods[-1])
    return told | {
        "state": _moved(series, direction, first, last),
        "first": first,
        "last": last,
        "from": periods[0],
        "to": periods[-1],
        "digits": shelf.finding(pointer.finding).digits,
    }


def _moved(series: Series, direction: str, first: float, last: float) -> str:
    if len(series.axis("period").labels) == 1:
        return "single"
    if direction == "neither":
        return "neither"
    if first == last:
        return "flat"
    return "better" if (last > first) == (direction == "more") else "worse"
