"""The kinds of system, and the jobs that make their pages from ``systems.toml``: ``system.NAME``, a table each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xietong.diagnosis.systems.actions import ACTIONS
from xietong.diagnosis.systems.chains import CHAINS
from xietong.diagnosis.systems.culture import CULTURE
from xietong.diagnosis.systems.flows import FLOWS
from xietong.diagnosis.systems.ports import PORTS
from xietong.diagnosis.systems.relocation import RELOCATION
from xietong.diagnosis.systems.scope import Kind, Scope
from xietong.diagnosis.systems.services import SERVICES
from xietong.diagnosis.systems.transfer import TRANSFER
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

KINDS: Mapping[str, Kind] = {
    "actions": ACTIONS,
    "chains": CHAINS,
    "culture": CULTURE,
    "flows": FLOWS,
    "ports": PORTS,
    "relocation": RELOCATION,
    "services": SERVICES,
    "transfer": TRANSFER,
}
_OWN = ("kind", "label")


def system_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return one job for each ``[system.NAME]`` of ``systems.toml``; problems go to ``errors``."""
    jobs: list[Job] = []
    for document in study.documents("systems"):
        problems = list(_problems(document, study.pack))
        errors += problems
        jobs += [] if problems else [_job(document, name) for name in document.table("system")]
    return jobs


def _problems(document: Document, pack: Pack) -> Iterator[XietongError]:
    yield from document.demand((), ("day", "system"), tables=("system",))
    try:
        date.fromisoformat(str(document.data.get("day", "")))
    except ValueError:
        what = f"'day' must be a day as 2026-11-24, not {document.data.get('day')!r}"
        yield PackError("systems", what, where=document.where("day"))
    for name, spec in document.table("system").items():
        path = ("system", name)
        if spec.get("kind") not in KINDS:
            yield UnknownName(
                f"system {name}", "kind", str(spec.get("kind")), KINDS, where=document.where(*path, "kind")
            )
            continue
        kind = KINDS[spec["kind"]]
        told = list(document.demand(path, (*_OWN, *kind.required), kind.optional, **kind.shapes))
        yield from told
        strange = [one for one in kind.registers if one in spec and spec[one] not in pack.registers]
        for one in strange:
            at = document.where(*path, one)
            yield UnknownName(f"system {name}", "class of register", str(spec[one]), pack.registers, where=at)
        if kind.problems and not told and not strange:
            yield from kind.problems(document, path, pack)


def _job(document: Document, name: str) -> Job:
    spec, where = document.table("system", name), document.where("system", name)
    kind, day = KINDS[spec["kind"]], date.fromisoformat(str(document.data["day"]))
    named_at = {
        str(one): document.where("system", name, key)
        for key in kind.findings
        for one in (spec.get(key, []) if isinstance(spec.get(key), list) else [spec[key]] if key in spec else [])
    }
    text = digest(*kind.texts)

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {
            f"the kind {spec['kind']}": text,
            f"the system at {where.partition(':')[0]}": digest(repr(spec), str(day)),
            "the pack": shelf.study.pack.digest,
        }

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        page = kind.make(Scope(name, document, day, shelf))
        used = dict.fromkeys(one for section in page.sections for one in section.measures)
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        choices = {"day": str(day), **{one: spec[one] for one in spec if one not in _OWN}, "measures": list(used)}
        label = Label.parse(str(spec["label"]))
        receipt = Receipt(f"systems.{spec['kind']}", label, text, "", "by hand", choices, key=key, reasons=reasons)
        return Finding(f"system.{name}", "table", label, 0, Label("", ""), receipt, None, page.payload())

    return Job(f"system.{name}", where, tuple(named_at), parts, run, named_at)
