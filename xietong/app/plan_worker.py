"""A process beside the server in which plans are solved, so that a solver and its Python never hold up a reader.

It is told what to run (``plan``, ``values``, ``ranges``) or to ``stop``, and answers ``progress``, and at last ``done``
with the outcome or ``error`` with the message.  It ends when nobody listens any more.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from xietong.app.plans import Planner
from xietong.errors import XietongError

PATIENT = 19
"""How far it stands back behind those who read (the niceness of the process)."""


def work(line: Connection, study: Path, out: Path) -> None:
    """Solve plans of a study until the line is closed."""
    if hasattr(os, "nice"):
        os.nice(PATIENT)
    asked: queue.Queue[Mapping[str, Any] | None] = queue.Queue()
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(line, asked, stopped), daemon=True).start()
    planner: Planner | None = None
    while (told := asked.get()) is not None:
        try:
            planner = planner or Planner(study, out)
            outcome = planner.run(
                told["plan"], told["values"], ranges=told["ranges"], stopped=stopped.is_set,
                progress=lambda text: line.send({"progress": text}),
            )  # fmt: skip
        except XietongError as error:
            line.send({"error": error.text()})
        else:
            line.send({"done": outcome})


def _listen(line: Connection, asked: queue.Queue[Mapping[str, Any] | None], stopped: threading.Event) -> None:
    while True:
        try:
            told = line.recv()
        except (EOFError, OSError):
            stopped.set()
            asked.put(None)
            return
        if "stop" in told:
            stopped.set()
        else:
            stopped.clear()
            asked.put(told)
