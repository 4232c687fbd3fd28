"""Build: read a study, run the jobs of every room, reuse what has not changed, and write one edition."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xietong.errors import EditionError, PackError, Problems, XietongError
from xietong.library.findings import Finding
from xietong.library.ledger import Ledger, fill
from xietong.library.store import FORMAT, Edition, current_edition, edition_digest, write_edition
from xietong.recipes.derive import job as step_job
from xietong.recipes.jobs import Job, Shelf, digest, key, ordered
from xietong.recipes.steps import read_steps
from xietong.recipes.study import Study, read_study

_NAMED = 3
_IS = ("is", "are")
Room = Callable[[Study, list[XietongError]], list[Job]]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Staleness:
    """One finding that the current edition does not hold as it would be made now, and why."""

    id: str
    reasons: tuple[str, ...]


class BuildFailed(Problems):
    """The build found problems; ``failed`` are the findings concerned, with those that need them."""

    def __init__(self, who: str, errors: Sequence[XietongError], failed: Sequence[str]) -> None:
        self.failed = tuple(failed)
        super().__init__(who, errors)


@dataclass(frozen=True)
class Built:
    """A finished build: where it is, its digest, and what was run rather than reused."""

    path: Path
    digest: str
    stale: tuple[Staleness, ...]
    count: int


def measure_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the jobs of the study's own findings."""
    return [step_job(step) for step in read_steps(study, errors)]


def build(path: Path, folder: Path, rooms: Sequence[Room], progress: Progress, *, dry: bool = False) -> Built:
    """Build the study in ``path`` into ``folder``; with ``dry`` only say what is stale and why.

    Raises:
        Problems: with every problem of pack and study, or ``BuildFailed`` when findings cannot be made.
    """
    import duckdb

    progress("reading pack and study")
    study = read_study(path)
    errors: list[XietongError] = []
    jobs = [job for room in (measure_jobs, *rooms) for job in room(study, errors)]
    if errors:
        raise Problems(f"study {study.shown}", errors)
    jobs = ordered(jobs)
    old = _old_findings(folder)
    with duckdb.connect() as connection:
        fill(connection, study.pack)
        pack = study.pack
        progress(
            f"{len(pack.observations)} observations of {len(pack.publications)} publications; {len(jobs)} findings"
        )
        shelf = Shelf(study, Ledger(connection, study.pack))
        stale = _run(jobs, shelf, old)
    findings = [shelf.findings[job.id] for job in jobs]
    gone = [Staleness(name, ("it is no longer in the study",)) for name in old if name not in shelf.findings]
    whole = edition_digest(study.pack.digest, study.digest(), findings)
    about = {"digest": whole, "format": FORMAT, "study": _told(study), "pack": study.pack.digest}
    target = folder / f"edition-{whole[:12]}.duckdb" if dry else write_edition(folder, study.pack, findings, about)
    return Built(target, whole, (*stale, *gone), len(findings))


def _old_findings(folder: Path) -> dict[str, Finding]:
    try:
        with Edition.open(current_edition(folder)) as edition:
            return {name: edition.finding(name) for name in edition.ids}
    except EditionError:
        return {}


def _told(study: Study) -> str:
    benchmarks = {
        family: {name: [label.zh, label.en] for name, label in one.names.items()}
        for family, one in study.pack.benchmarks.items()
    }
    readings = {r.name: [r.label.zh, r.label.en, r.describe(), r.reason] for r in study.readings.values()}
    about = {key: value for key, value in study.about.data.items() if isinstance(value, str | list)}
    return json.dumps(
        {"about": about, "benchmarks": benchmarks, "readings": readings, "pack": study.pack.title.zh},
        ensure_ascii=False,
    )


def _run(jobs: Sequence[Job], shelf: Shelf, old: Mapping[str, Finding]) -> list[Staleness]:
    errors: list[XietongError] = []
    failed: dict[str, tuple[str, ...]] = {}
    stale: dict[str, Staleness] = {}
    for job in jobs:
        if blocked := [need for need in job.needs if need in failed]:
            failed[job.id] = tuple(blocked)
            continue
        try:
            _one(job, shelf, old, stale)
        except Problems as problems:
            errors += problems.errors
            failed[job.id] = ()
        except XietongError as error:
            errors.append(error.at(job.where))
            failed[job.id] = ()
    if errors:
        blocked_by = [f"{name} (needs {', '.join(needs)})" for name, needs in failed.items() if needs]
        if blocked_by:
            errors.append(PackError("build", f"not made because of the above: {'; '.join(blocked_by)}"))
        raise BuildFailed(f"study {shelf.study.shown}", errors, list(failed))
    return list(stale.values())


def _one(job: Job, shelf: Shelf, old: Mapping[str, Finding], stale: dict[str, Staleness]) -> None:
    parts = {"xietong itself": _itself(), **job.parts(shelf)}
    now = key(parts, (shelf.findings[need].receipt.key for need in job.needs))
    before = old.get(job.id)
    if before is not None and before.receipt.key == now:
        shelf.findings[job.id] = before
        return
    stale[job.id] = Staleness(job.id, _reasons(job, parts, before, stale))
    shelf.findings[job.id] = job.run(shelf, now, parts)


@cache
def _itself() -> str:
    """Return the digest of the code that reads, binds, judges and plans, so that no change of it meets old results."""
    package = Path(__file__).parent.parent
    rooms = ("library", "recipes", "diagnosis", "plans")
    return digest(
        *(file.read_text(encoding="utf-8") for room in rooms for file in sorted((package / room).rglob("*.py")))
    )


def _reasons(
    job: Job, parts: Mapping[str, str], before: Finding | None, stale: Mapping[str, Staleness]
) -> tuple[str, ...]:
    if before is None:
        return ("it is not in the current edition",)
    known = dict(one.rpartition("=")[::2] for one in before.receipt.reasons)
    reasons = [f"{name} changed" for name, value in parts.items() if known.get(name) != value]
    needed = [need for need in job.needs if need in stale]
    more = f" and {len(needed) - _NAMED} more" if len(needed) > _NAMED else ""
    reasons += [f"it needs {', '.join(needed[:_NAMED])}{more}, which {_IS[len(needed) > 1]} stale"] if needed else []
    return tuple(reasons) or (f"what it needs changed ({digest(*job.needs)})",)
