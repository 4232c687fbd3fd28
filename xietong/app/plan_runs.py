"""Runs of plans: started, told of, stopped, kept; one at a time in a process of its own, the others wait."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from xietong.app.plan_worker import work
from xietong.errors import AccessError

KEPT, WAITING, LINES = 60, 8, 200
"""So many runs are kept, so many wait, and so many lines of progress are shown."""
GRACE = 5.0
"""A run that was asked to stop and has not after so many seconds is ended with its process."""
ENDED = ("done", "failed", "stopped")


@dataclass
class Run:
    """One run of a plan: ``state`` is waiting, running, done, failed or stopped; the same values are the same run."""

    id: str
    plan: str
    values: Mapping[str, float]
    ranges: bool
    state: str = "waiting"
    lines: list[str] = field(default_factory=list)
    payload: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    stopping: bool = False
    since: float = field(default_factory=time.monotonic)
    until: float | None = None

    @property
    def seconds(self) -> float:
        """Return for how long it has run, or ran."""
        return (self.until or time.monotonic()) - self.since

    @property
    def ended(self) -> bool:
        """Return whether nothing more will come."""
        return self.state in ENDED

    def told(self) -> dict[str, Any]:
        """Return how it stands as JSON data."""
        keys = ("id", "plan", "state", "lines", "error", "stopping")
        return {key: getattr(self, key) for key in keys} | {"seconds": round(self.seconds, 1), "ended": self.ended}


def run_id(plan: str, values: Mapping[str, float], *, ranges: bool) -> str:
    """Return the id of a run; it comes from what is run and from nothing else."""
    text = json.dumps([plan, sorted(values.items()), ranges])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass
class Runs:
    """The runs of one study; the process that does the ``work`` is started with the first."""

    study: Path
    out: Path
    work: Callable[[Connection, Path, Path], None] = work
    _all: dict[str, Run] = field(default_factory=dict)
    _asked: queue.Queue[Run | None] = field(default_factory=queue.Queue)
    _process: SpawnProcess | None = None
    _line: Connection | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, plan: str, values: Mapping[str, float], *, ranges: bool = False) -> Run:
        """Start a run, or return the one that runs or ran with the same values.

        Raises:
            AccessError: when too many wait.
        """
        name = run_id(plan, values, ranges=ranges)
        with self._lock:
            before = self._all.get(name)
            if before is not None and before.state not in ("failed", "stopped"):
                return before
            if sum(one.state == "waiting" for one in self._all.values()) >= WAITING:
                raise AccessError("too many plans wait to be solved", 429, ways=("come again in a minute",), seconds=60)
            self._all.pop(name, None)
            self._all[name] = run = Run(name, plan, dict(values), ranges)
            for old in [key for key, one in self._all.items() if one.ended][: max(len(self._all) - KEPT, 0)]:
                del self._all[old]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
        self._asked.put(run)
        return run

    def get(self, name: str) -> Run | None:
        """Return a run, None when it is not known, or not any more."""
        return self._all.get(name)

    def of(self, plan: str) -> list[Run]:
        """Return the runs of a plan, the newest first."""
        return [one for one in reversed(list(self._all.values())) if one.plan == plan]

    def stop(self, run: Run) -> None:
        """Ask a run to stop; what was found so far is its outcome, when the plan gives one."""
        with self._lock:
            if run.ended or run.stopping:
                return
            run.stopping = True
            if run.state == "waiting":
                run.state, run.until = "stopped", time.monotonic()
                return
            self._tell({"stop": run.id})
        timer = threading.Timer(GRACE, self._end, (run,))
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the process."""
        self._asked.put(None)
        with self._lock:
            self._kill()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _end(self, run: Run) -> None:
        with self._lock:
            if not run.ended:
                self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _tell(self, told: Mapping[str, Any]) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.send(dict(told))

    def _work(self) -> None:
        while (run := self._asked.get()) is not None:
            if run.state == "waiting":
                self._drive(run)
        self._gone()

    def _drive(self, run: Run) -> None:
        line = self._opened()
        with self._lock:
            run.state, run.since = "running", time.monotonic()
            self._tell({"plan": run.plan, "values": dict(run.values), "ranges": run.ranges})
        told: Mapping[str, Any] = {"progress": ""}
        while "progress" in told:
            run.lines = [*run.lines, *filter(None, [str(told["progress"])])][-LINES:]
            try:
                told = line.recv()
            except (EOFError, OSError):
                self._gone()
                told = {"error": "" if run.stopping else "the process that solves plans has ended"}
        self._finish(run, told)

    def _opened(self) -> Connection:
        """Return the line to the process, and start it where there is none."""
        with self._lock:
            if self._line is None or self._process is None or not self._process.is_alive():
                context = multiprocessing.get_context("spawn")
                self._line, there = context.Pipe()
                told = (there, self.study, self.out)
                self._process = context.Process(target=self.work, args=told, daemon=True)
                self._process.start()
                there.close()
            return self._line

    def _finish(self, run: Run, told: Mapping[str, Any]) -> None:
        run.until = time.monotonic()
        run.payload, run.error = told.get("done", {}), str(told.get("error", ""))
        run.state = "done" if run.payload else "stopped" if run.stopping else "failed"

    def _gone(self) -> None:
        """Clear a process away that has ended or is to end."""
        with self._lock:
            process, line, self._process, self._line = self._process, self._line, None, None
        if process is not None and line is not None:
            line.close()
            process.join(timeout=10)
            process.close()
