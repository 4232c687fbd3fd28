"""Adding decisions to their file: at the end, under a lock, all of them or none, and never at the cost of another."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xietong.errors import PackError, Problems, XietongError
from xietong.library.decisions import Decision, problems, read_decisions, repeated

PATIENCE = 10.0
"""Seconds to wait for another that is writing: a write takes milliseconds."""
_PAUSE = 0.02


def add_decisions(path: Path, shown: str, new: Sequence[Decision], *, again: bool = False) -> None:
    """Add decisions at the end of a file; what stands there, comments too, is kept as it is.

    Raises:
        Problems: when the file or a decision has problems, or a suspicion is decided already and ``again`` is not said.
        PackError: when another keeps the file locked, or the folder cannot be written.
    """
    try:
        with _locked(path, shown):
            errors: list[XietongError] = [error for one in new for error in problems(one)]
            before = read_decisions(path, shown, errors)
            errors += [] if again or errors else repeated(new, before)
            if errors:
                raise Problems(f"decisions {shown}", errors)
            _replace(path, _joined(path.read_text(encoding="utf-8") if path.exists() else "", new))
    except OSError as error:
        raise PackError("decisions", f"the file cannot be written: {error.strerror}", where=shown) from None


def _joined(before: str, new: Sequence[Decision]) -> str:
    if before and not before.endswith("\n"):
        before += "\n"
    return "\n".join([before, *(one.toml() for one in new)] if before else [one.toml() for one in new])


def _replace(path: Path, text: str) -> None:
    """Put a text in the place of a file: whoever reads sees the old one or the new one, whole."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _locked(path: Path, shown: str) -> Iterator[None]:
    """Hold the lock of a file: a file beside it that only one can create."""
    lock = path.with_name(path.name + ".lock")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > until:
                ways = (f"if no other is deciding, a run was cut off: remove {lock.name} beside it",)
                raise PackError("decisions", "another is writing the file", where=shown, ways=ways) from None
            time.sleep(_PAUSE)
    try:
        yield
    finally:
        lock.unlink()
