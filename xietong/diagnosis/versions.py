"""Versions of a framework: what became of each point of an earlier edition, and what the present one has anew."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from xietong.diagnosis.framework import problems
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

BECAME = {
    "path": Label("仍有路径", "has a path"),
    "task": Label("只剩任务，没有路径", "a task is left, no path"),
    "gone": Label("未再列入", "not taken up"),
    "new": Label("新增", "new"),
}
_VERSION = ("label", "paths", "succeeds")


def version_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the job of the versions; problems go to ``errors``, those of the framework itself do not."""
    documents = study.documents("framework")
    if not documents or "versions" not in documents[0].data or problems(documents[0]):
        return []
    document = documents[0]
    found = [one for name in document.table("versions") for one in _version_problems(document, name)]
    errors += found
    return [] if found else [_job(document)]


def _version_problems(document: Document, name: str) -> Iterator[XietongError]:
    path, who = ("versions", name), f"version {name}"
    if name == str(document.data["version"]):
        yield PackError(who, "this is the version of the framework itself", where=document.where(*path))
    yield from document.demand(path, _VERSION, ("note",), tables=("paths", "succeeds"))
    points, succeeds = document.table(*path, "paths"), document.table(*path, "succeeds")
    for point in points:
        yield from document.demand((*path, "paths", point), ("label",))
        if point not in succeeds:
            ways = (f"add {point} = [] if nothing took it up",)
            what = f"'succeeds' does not say what took up {point}"
            yield PackError(who, what, where=document.where(*path, "succeeds"), ways=ways)
    known = [*document.table("tasks"), *document.table("paths")]
    for point, told in succeeds.items():
        where = document.where(*path, "succeeds", point)
        if point not in points:
            yield UnknownName(who, "point", point, points, where=where)
        if not isinstance(told, list):
            yield PackError(who, f"'{point}' must be a list, not {told!r}", where=where)
            continue
        for one in told:
            if str(one) not in known:
                yield UnknownName(who, "task or path", str(one), known, where=where)


def _job(document: Document) -> Job:
    text = digest(inspect.getsource(sys.modules[__name__]))

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the versions": text, f"the framework at {document.shown}": digest(repr(document.data))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        name = Label("任务路径框架：版本", "framework: versions")
        receipt = Receipt("diagnosis.versions", name, text, "", "by hand", key=key, reasons=reasons)
        notes = [Label.parse(str(one.get("note", ""))) for one in document.table("versions").values()]
        note = Label("；".join(one.zh for one in notes if one.zh), "; ".join(one.en for one in notes if one.en))
        label = Label("框架版本之间的变化", "What changed between versions of the framework")
        return Finding("framework.versions", "table", label, 0, note, receipt, None, _payload(document))

    return Job("framework.versions", document.where("versions"), (), parts, run)


def _payload(document: Document) -> dict[str, Any]:
    """Return what became of every point, then the tasks and paths that take up none of the points of a version."""
    rows = [row for name in document.table("versions") for row in _rows(document, name)]
    counts = {state: sum(row["state"] == state for row in rows) for state in BECAME}
    return {
        "version": str(document.data["version"]),
        "versions": {name: _pair(spec["label"]) for name, spec in document.table("versions").items()},
        "names": {
            name: _pair(spec["label"]) for part in ("tasks", "paths") for name, spec in document.table(part).items()
        },
        "rows": rows,
        "counts": counts | {"points": len(rows) - counts["new"]},
    }


def _rows(document: Document, name: str) -> Iterator[dict[str, Any]]:
    tasks, paths = list(document.table("tasks")), list(document.table("paths"))
    succeeds = {
        point: [str(one) for one in told] for point, told in document.table("versions", name, "succeeds").items()
    }
    for point, spec in document.table("versions", name, "paths").items():
        by = {
            "tasks": [one for one in tasks if one in succeeds[point]],
            "paths": [one for one in paths if one in succeeds[point]],
        }
        state = "path" if by["paths"] else "task" if by["tasks"] else "gone"
        yield {"version": name, "point": point, "label": _pair(spec["label"]), **by, "state": state}
    taken = {one for told in succeeds.values() for one in told}
    for part, names in (("tasks", tasks), ("paths", paths)):
        for one in names:
            if one not in taken:
                yield {"version": name, "point": "", "tasks": [], "paths": [], "state": "new"} | {part: [one]}


def _pair(text: object) -> list[str]:
    label = Label.parse(str(text))
    return [label.zh, label.en]
