"""The edition that a report says its changes against: one that is named, or the one that was signed last before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xietong.errors import EditionError
from xietong.library.reviews import ARCHIVE, signatures
from xietong.library.store import Edition
from xietong.publish.changes import Earlier


@contextmanager
def earlier(study: Path, folder: Path, digest: str, since: Path | None = None) -> Iterator[Earlier]:
    """Yield the edition to compare with, open while it is used.

    Without ``since`` a draft in the build folder does not count: what a report says depends on what was signed, and
    not on what happened to be built before.

    Raises:
        EditionError: when the edition ``since`` cannot be opened.
    """
    if since is not None:
        with Edition.open(since) as edition:
            yield Earlier(edition.digest[:12], edition)
        return
    last = next((one for one in reversed(signatures(study)) if one.digest != digest), None)
    if last is None:
        yield Earlier()
        return
    archived = folder / ARCHIVE / f"{last.name}-{last.digest[:12]}" / f"edition-{last.digest[:12]}.duckdb"
    signed = _opened(archived)
    try:
        yield Earlier(last.name, signed)
    finally:
        if signed is not None:
            signed.close()


def _opened(path: Path) -> Edition | None:
    try:
        return Edition.open(path)
    except EditionError:
        return None
