"""Literature: what studies by others found, design by design, so that no single number stands for an effect."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

from xietong.errors import UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

SIGNS = {
    "more": Label("正", "positive"),
    "less": Label("负", "negative"),
    "mixed": Label("不一", "mixed"),
    "none": Label("不显著", "not significant"),
    "method": Label("只论方法", "on method only"),
}
_STUDY = ("study", "year", "design", "result", "sign")


def literature_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return one job for each table of ``literature.toml``; problems go to ``errors``."""
    jobs = []
    for document in study.documents("literature"):
        for name in document.data:
            problems = _problems(document, name)
            errors += problems
            if not problems:
                jobs.append(_job(document, name))
    return jobs


def _problems(document: Document, name: str) -> list[XietongError]:
    errors = document.demand((name,), ("label", "studies"), ("note",), tables=("studies",))
    for one in document.table(name, "studies") if not errors else ():
        path = (name, "studies", one)
        errors += document.demand(path, _STUDY, ("seen",))
        sign = str(document.table(*path).get("sign", ""))
        if sign not in SIGNS:
            errors.append(UnknownName(f"study {one}", "sign", sign, SIGNS, where=document.where(*path, "sign")))
    return errors


def _job(document: Document, name: str) -> Job:
    text, spec = digest(inspect.getsource(sys.modules[__name__])), document.table(name)

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the literature": text, f"the studies at {document.shown}": digest(repr(spec))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        label = Label("文献中的结果", "results of others")
        receipt = Receipt("diagnosis.literature", label, text, "", "by hand", key=key, reasons=reasons)
        title, note = (Label.parse(str(spec.get(one, ""))) for one in ("label", "note"))
        return Finding(name, "table", title, 0, note, receipt, None, _table(document, name))

    return Job(name, document.where(name), (), parts, run)


def _table(document: Document, name: str) -> dict[str, Any]:
    rows = []
    for one in document.table(name, "studies").values():
        told = {key: Label.parse(str(one[key])) for key in ("study", "design", "result")}
        seen = Label.parse(str(one.get("seen", "")))
        rows.append(
            {key: [label.zh, label.en] for key, label in told.items()}
            | {"year": str(one["year"]), "sign": str(one["sign"]), "seen": [seen.zh, seen.en]}
        )
    counts = {sign: sum(row["sign"] == sign for row in rows) for sign in SIGNS}
    return {"rows": rows, "counts": counts | {"all": len(rows)}}
