"""The life of an edition in the folder of its study: comments and answers, the signature with the hash of its files.

``comments.csv`` and ``editions.csv`` are text for people; both are only added to, but for the answer of a comment.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from xietong.errors import EditionError, Problems, UnknownName, XietongError
from xietong.library.documents import shown as shown_name
from xietong.library.placing import alone, put
from xietong.library.raw import read_exactly

COMMENTS, SIGNATURES = "comments.csv", "editions.csv"
ARCHIVE = "archive"
"""The folder beside the editions that were built, in which those that were signed are kept."""


@dataclass(frozen=True)
class Comment:
    """What an office says on a finding or a passage of an edition, and what was answered."""

    number: str
    edition: str
    on: str
    day: str
    office: str
    text: str
    answered: str = ""
    answered_by: str = ""
    answer: str = ""

    @property
    def open(self) -> bool:
        """Return whether nobody has answered."""
        return not self.answered


@dataclass(frozen=True)
class Signature:
    """An edition that was signed: its name, digest, who signed it when and why, and the SHA-256 of its manifest."""

    name: str
    digest: str
    day: str
    office: str
    reason: str
    manifest: str


def comments(study: Path) -> list[Comment]:
    """Return the comments of a study in the order in which they were given.

    Raises:
        Problems: when the file cannot be read.
    """
    return [Comment(*row) for row in _rows(study, COMMENTS, Comment)]


def signatures(study: Path) -> list[Signature]:
    """Return the editions of a study that were signed, the oldest first.

    Raises:
        Problems: when the file cannot be read.
    """
    return [Signature(*row) for row in _rows(study, SIGNATURES, Signature)]


def signature_of(study: Path, digest: str) -> Signature | None:
    """Return the last signature of an edition, None when it is a draft."""
    return next((one for one in reversed(signatures(study)) if one.digest == digest), None)


def comment(study: Path, edition: str, on: str, day: str, office: str, text: str) -> Comment:
    """Add a comment and return it with its number.

    Raises:
        Problems: when something is not said.
    """
    _insist("comment", {"what it is on": on, "the office": office, "the text": text})
    with alone(study):
        before = comments(study)
        new = Comment(str(len(before) + 1), edition, on, day, office, text)
        _write(study, COMMENTS, Comment, [*before, new])
    return new


def answer(study: Path, number: int, day: str, office: str, text: str) -> Comment:
    """Answer a comment, once, and return it.

    Raises:
        UnknownName: when there is no comment of that number.
        EditionError: when it is answered.
        Problems: when something is not said.
    """
    _insist("answer", {"the office": office, "the text": text})
    with alone(study):
        told = comments(study)
        known = {one.number: at for at, one in enumerate(told)}
        if str(number) not in known:
            raise UnknownName("answer", "comment", str(number), known)
        at = known[str(number)]
        if not told[at].open:
            what = f"comment {number} was answered by {told[at].answered_by} on {told[at].answered}"
            raise EditionError("answer", what, ways=("give another comment",))
        told[at] = replace(told[at], answered=day, answered_by=office, answer=text)
        _write(study, COMMENTS, Comment, told)
    return told[at]


def sign(study: Path, new: Signature) -> None:
    """Add a signature.

    Raises:
        EditionError: when another edition has that name.
        Problems: when something is not said.
    """
    _insist("sign", {"the name": new.name, "the office": new.office, "the reason": new.reason})
    with alone(study):
        before = signatures(study)
        free_name(before, new.name, new.digest)
        _write(study, SIGNATURES, Signature, [*before, new])


def free_name(before: Sequence[Signature], name: str, digest: str) -> None:
    """Refuse a name under which another edition was signed.

    Raises:
        EditionError: naming that edition.
    """
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise EditionError("sign", f"'{name}' is no name of an edition", ways=("letters, digits, '.', '-', as 2024",))
    other = next((one for one in before if one.name == name and one.digest != digest), None)
    if other is not None:
        what = f"'{name}' is the name of edition {other.digest[:12]}, signed by {other.office} on {other.day}"
        raise EditionError("sign", what, ways=("take another name: what was signed stays as it is",))


def _insist(who: str, told: dict[str, str]) -> None:
    errors: list[XietongError] = [
        EditionError(who, f"{name} is empty") for name, text in told.items() if not text.strip()
    ]
    if errors:
        raise Problems(who, errors)


def _rows(study: Path, name: str, kind: type) -> list[tuple[str, ...]]:
    path = study / name
    if not path.exists():
        return []
    errors: list[XietongError] = []
    columns = tuple(one.name for one in fields(kind))
    raw = read_exactly(path, f"{shown_name(study)}/{name}", columns, errors)
    rows = [tuple(record[one] for one in columns) for _, record in raw.records(errors)]
    if errors:
        raise Problems(name, errors)
    return rows


def _write(study: Path, name: str, kind: type, rows: Sequence[Comment] | Sequence[Signature]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([one.name for one in fields(kind)])
    writer.writerows(astuple(row) for row in rows)
    put(study, {name: file.getvalue()})
