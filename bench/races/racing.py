"""Races: ours and a peer's in turn, in one process, and the ratio pair by pair; and how cost grows with size."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Race:
    """Seconds of both sides, run by run in turn; a peer too slow to repeat has fewer runs, and the note says so."""

    work: str
    peer: str
    goal: float
    ours: Sequence[float]
    theirs: Sequence[float]
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """How many times faster ours was, for each pair; against the median of the peer where it ran less often."""
        other = list(self.theirs) if len(self.theirs) == len(self.ours) else [statistics.median(self.theirs)] * len(self.ours)
        return [slow / fast for slow, fast in zip(other, self.ours, strict=True)]


@dataclass(frozen=True)
class Growth:
    """Seconds and peak megabytes (of arrays) at growing sizes."""

    work: str
    unit: str
    sizes: Sequence[int]
    seconds: Sequence[float]
    megabytes: Sequence[float] = field(default=())


def seconds(call: Callable[[], Any]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def race(
    work: str, peer: str, goal: float, ours: Callable[[], Any], theirs: Callable[[], Any], *, runs: int = 5, peer_runs: int = 0,
    warm: bool = True, note: str = "",
) -> Race:
    """Run both in turn; the first call of each is not counted unless ``warm`` is off for a peer that takes minutes."""
    ours()
    if warm:
        theirs()
    fast, slow = [], []
    for run in range(runs):
        fast.append(seconds(ours))
        if run < (peer_runs or runs):
            slow.append(seconds(theirs))
    return Race(work, peer, goal, fast, slow, note)


def growth(work: str, unit: str, sizes: Sequence[int], make: Callable[[int], Callable[[], Any]], *, runs: int = 3) -> Growth:
    """Time a call at each size (median of runs) and take the peak of what it allocates, in a run of its own."""
    told, memory = [], []
    for size in sizes:
        call = make(size)
        call()
        told.append(statistics.median(seconds(call) for _ in range(runs)))
        tracemalloc.start()
        call()
        memory.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    return Growth(work, unit, list(sizes), told, memory)
