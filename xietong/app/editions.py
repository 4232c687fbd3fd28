"""Editions at the desk: found by digest, compared, commented on, signed and archived."""

from __future__ import annotations

from pathlib import Path

from xietong.app import desk
from xietong.errors import EditionError, UnknownName
from xietong.library.pages import Page
from xietong.library.store import Edition, current_edition
from xietong.publish.comparison_page import comparison_page

_BEGINS = "edition-"


def known(folder: Path) -> list[Path]:
    """Return the editions in a folder, the oldest first."""
    return sorted(folder.glob(f"{_BEGINS}*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def found(name: str, study: Path, out: Path) -> Path:
    """Return an edition by its file, by the start of its digest, or by ``current`` and ``previous``.

    Raises:
        EditionError: when nothing is built, or there is no edition before the current one.
        UnknownName: when none, or more than one, has that digest.
    """
    if Path(name).is_file():
        return Path(name)
    folder = desk.folder(study, out)
    current = current_edition(folder)
    if name == "current":
        return current
    others = [path for path in known(folder) if path != current]
    if name == "previous":
        if not others:
            raise EditionError("compare", f"{folder.as_posix()} holds one edition only", ways=("name a file",))
        return others[-1]
    fits = [path for path in known(folder) if path.stem.removeprefix(_BEGINS).startswith(name)]
    if len(fits) != 1:
        digests = [path.stem.removeprefix(_BEGINS) for path in fits or known(folder)]
        raise UnknownName("edition", "single edition" if fits else "edition", name, digests)
    return fits[0]


def compared(before: str, after: str, study: Path, out: Path) -> Page:
    """Return the page of what moved between two editions.

    Raises:
        EditionError: when one is absent or of another format.
    """
    with (
        Edition.open(found(before, study, out)) as old,
        Edition.open(found(after, study, out)) as new,
    ):
        return comparison_page(old, new, study)
