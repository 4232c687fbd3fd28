"""Editions at the desk: found by digest, compared, commented on, signed and archived."""

from __future__ import annotations

from pathlib import Path

from xietong.app import desk
from xietong.errors import EditionError, UnknownName
from xietong.library import reviews
from xietong.library.pages import Page
from xietong.library.reviews import signatures
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


def listed(study: Path, out: Path) -> list[str]:
    """Return a line for each edition that is built: digest, whether it is the current one, who signed it.

    Raises:
        EditionError: when nothing is built.
    """
    folder = desk.folder(study, out)
    current = current_edition(folder)
    told = {one.digest[:12]: one for one in signatures(study)}
    lines = []
    for path in known(folder):
        digest = path.stem.removeprefix(_BEGINS)
        one = told.get(digest)
        standing = f"{one.name}, signed by {one.office} on {one.day}" if one else "draft"
        lines.append(f"{digest}  {standing}{'  (current)' if path == current else ''}")
    return lines


def commented(study: Path, out: Path, on: str, day: str, office: str, text: str) -> str:
    """Add a comment on a finding or a passage of the current edition and return it in one line.

    Raises:
        UnknownName: when the edition has no such finding and the study no such file.
    """
    file = on.rpartition(":")[0] or on
    with desk.open_edition(study, out) as edition:
        if on not in edition.ids and not (study / file).is_file():
            raise UnknownName("comment", "finding or file", on, edition.ids)
        digest = edition.digest[:12]
    return f"comment {reviews.comment(study, digest, on, day, office, text).number} on {on}"


def comment_lines(study: Path, *, only: bool = False) -> list[str]:
    """Return a line for each comment and one for each answer."""
    lines = []
    for one in reviews.comments(study):
        if only and not one.open:
            continue
        lines.append(f"{one.number}. {one.on} ({one.edition}) · {one.office} {one.day}: {one.text}")
        lines += [] if one.open else [f"   → {one.answered_by} {one.answered}: {one.answer}"]
    return lines
