"""Putting several files in place as one: all of them or none, also when the program is cut off, and one at a time.

The files are written into a folder beside their place. Giving that folder its last name is the moment from which they
count: who comes after a cut first finishes what had been begun.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from xietong.errors import PackError

DRAFTS, READY, ENDING = ".import", ".import-ready", ".new"
JOURNAL = "journal.sqlite"
"""The file of a pack that is no part of what it says, and is neither tried nor put."""
_PAUSE = 0.005


@contextmanager
def alone(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Be the only one who puts files into a folder; what another began and did not finish is finished first.

    Another who is at it is waited for as many seconds as ``patience``.

    Raises:
        PackError: when there is no such folder, another is at it, or it cannot be written.
    """
    if not folder.is_dir():
        raise PackError("import", "there is no such folder", where=folder.as_posix())
    lock = os.open(folder, os.O_RDONLY)
    try:
        _locked(lock, time.monotonic() + patience)
        shutil.rmtree(folder / DRAFTS, ignore_errors=True)
        _finish(folder)
        yield
    except BlockingIOError:
        ways = ("wait until it has ended",)
        raise PackError("import", "another import is at work", where=folder.as_posix(), ways=ways) from None
    except OSError as error:
        raise PackError("import", f"cannot be written: {error.strerror}", where=folder.as_posix()) from None
    finally:
        os.close(lock)


def _locked(lock: int, until: float) -> None:
    import fcntl

    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def put(folder: Path, files: Mapping[str, str]) -> None:
    """Put texts into a folder by their names below it; to be called while `alone`."""
    drafts = folder / DRAFTS
    for name, text in files.items():
        draft = drafts / (name + ENDING)
        draft.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    if files:
        for one in (drafts, *(each for each in drafts.rglob("*") if each.is_dir())):
            _settled(one)
        drafts.rename(folder / READY)
        _settled(folder)
        _finish(folder)


def _finish(folder: Path) -> None:
    """Move the files that count to their places."""
    ready = folder / READY
    for draft in sorted(ready.rglob(f"*{ENDING}")):
        place = folder / draft.relative_to(ready).as_posix().removesuffix(ENDING)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)
        _settled(place.parent)
    shutil.rmtree(ready, ignore_errors=True)


def _settled(folder: Path) -> None:
    """Have the names in a folder reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
