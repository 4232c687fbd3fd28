"""Jobs: one finding each, with what it needs and what it is made of, run in the order of their needs.

Every room that makes findings hands in jobs; the build runs them, reuses what has not changed, and says why not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.findings import Finding
from xietong.library.ledger import Ledger
from xietong.recipes.study import Study


@dataclass
class Shelf:
    """What a job may read: the study, the ledger, and the findings made so far."""

    study: Study
    ledger: Ledger
    findings: dict[str, Finding] = field(default_factory=dict)

    def finding(self, name: str) -> Finding:
        """Return a finding made so far.

        Raises:
            UnknownName: when none has that id.
        """
        if name not in self.findings:
            raise UnknownName("shelf", "finding", name, self.findings)
        return self.findings[name]


@dataclass(frozen=True)
class Job:
    """How to make one finding; ``parts`` names the digests of all that it is made of apart from ``needs``.

    ``named_at`` says on which line a need is named when the job stands for many lines.
    """

    id: str
    where: str
    needs: tuple[str, ...]
    parts: Callable[[Shelf], Mapping[str, str]]
    run: Callable[[Shelf, str, Mapping[str, str]], Finding]
    named_at: Mapping[str, str] = field(default_factory=dict)


def digest(*texts: str) -> str:
    """Return a short SHA-256 of some texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def key(parts: Mapping[str, str], needs: Iterable[str]) -> str:
    """Return the key of a job: its parts and the keys of the findings that it needs."""
    return digest(*(f"{name}={value}" for name, value in sorted(parts.items())), *needs)


def ordered(jobs: list[Job]) -> list[Job]:
    """Return the jobs in the order given, but each after those that it needs.

    Raises:
        Problems: with every id that stands twice, every need that nothing makes, and a circle.
    """
    by_id: dict[str, Job] = {}
    errors: list[XietongError] = []
    for job in jobs:
        if job.id in by_id:
            what = f"finding '{job.id}' is also made at {by_id[job.id].where}"
            errors.append(PackError("study", what, where=job.where, ways=("rename one of the two",)))
        by_id.setdefault(job.id, job)
    errors += [
        UnknownName(f"finding {job.id}", "finding", need, by_id, where=job.named_at.get(need, job.where))
        for job in jobs
        for need in job.needs
        if need not in by_id
    ]
    if errors:
        raise Problems("study", errors)
    _refuse_circles(list(by_id.values()))
    done: dict[str, Job] = {}
    for job in by_id.values():
        _place(job, by_id, done)
    return list(done.values())


def _place(job: Job, by_id: Mapping[str, Job], done: dict[str, Job]) -> None:
    """Put a job behind those it needs; there are no circles."""
    for need in job.needs:
        if need not in done:
            _place(by_id[need], by_id, done)
    done.setdefault(job.id, job)


def _refuse_circles(waiting: list[Job]) -> None:
    """Raise when jobs are left after taking away, again and again, those that wait for none of the others."""
    left = {job.id for job in waiting}
    while ready := [job for job in waiting if not left.intersection(job.needs)]:
        left -= {job.id for job in ready}
        waiting = [job for job in waiting if job.id in left]
    if waiting:
        circle = _circle(waiting)
        what = f"these findings need each other: {', '.join(job.id for job in circle)}"
        raise Problems("study", [PackError("study", what, where=circle[0].where)])


def _circle(waiting: list[Job]) -> list[Job]:
    """Return the jobs that stand on a circle or between two, leaving out those that nothing else waits for."""
    while True:
        needed = {need for job in waiting for need in job.needs}
        kept = [job for job in waiting if job.id in needed]
        if len(kept) == len(waiting):
            return kept
        waiting = kept
