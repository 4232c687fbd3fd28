"""The check of written reports: every number of a page, a Word file and a PDF stands for something in the edition.

The files are read as a stranger reads them, with nothing from the program that wrote them. A number resolves when it
leads to a finding that has it, at its digits and in its unit, or when the place where it stands says what it is: a
period, the number of a note, a line of the pack, a word of a publication. The formats of one language must hold the
same numbers in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xietong.errors import PublishError, UnknownName
from xietong.library.labels import Language
from xietong.library.store import Edition
from xietong.publish.figures import Spec
from xietong.publish.written_known import Behind, Known
from xietong.publish.written_parts import ASIDE, Number, Piece, Written, numbers
from xietong.publish.written_rules import Judge

__all__ = ["Checked", "check_files", "read_written"]

_AROUND: Final = 30
"""Signs of the text that a message shows on each side of a number."""
_WAYS: Final = (
    "refer to a finding: {{ number('id', …) }}",
    "mark what others say: {{ quoted('…', 'author, title, year') }}",
    "write the report again: xietong report",
)


@dataclass(frozen=True)
class Checked:
    """What was found in one written file: how many numbers of each kind, and what is wrong."""

    name: str
    kinds: Mapping[str, int]
    problems: tuple[PublishError, ...] = ()

    @property
    def count(self) -> int:
        """Return how many numbers the file holds."""
        return sum(self.kinds.values())

    def line(self) -> str:
        """Return the result on one line: ``report.en.docx: 9260 numbers, all resolve``."""
        told = f"{len(self.problems)} problems" if self.problems else "all resolve"
        return f"{self.name}: {self.count} numbers, {told}"


@dataclass
class _File:
    written: Written
    judge: Judge
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[PublishError] = field(default_factory=list)


def read_written(path: Path) -> Written:
    """Return a written file as a stranger reads it.

    Raises:
        UnknownName: when its ending is none that a report has.
        PublishError: when a PDF has no tags.
    """
    readers = _readers()
    ending = path.suffix.lstrip(".")
    if ending not in readers:
        raise UnknownName(path.name, "format", ending, readers)
    return readers[ending](path)


def _readers() -> dict[str, Callable[[Path], Written]]:
    from xietong.publish.written_html import read_html
    from xietong.publish.written_pdf import read_pdf
    from xietong.publish.written_word import read_word

    return {"html": read_html, "docx": read_word, "pdf": read_pdf}


def check_files(edition: Edition, files: Mapping[Path, Language], specs: Mapping[str, Spec]) -> list[Checked]:
    """Return what was found in each written file of an edition; files of one language are held against each other.

    ``specs`` are the specifications of the figures of the study: the classes of a map stand there.
    """
    behind = Behind(edition)
    known = {language: Known(behind, language, specs) for language in dict.fromkeys(files.values())}
    read: dict[Language, list[_File]] = {}
    for path, language in files.items():
        written = read_written(path)
        one = _File(written, Judge(known[language], written))
        _rule(one)
        read.setdefault(language, []).append(one)
    for group in read.values():
        for other in group[1:]:
            other.problems += _differences(group[0].written, other.written)
    return [Checked(one.written.name, dict(one.kinds), tuple(one.problems)) for group in read.values() for one in group]


def _rule(file: _File) -> None:
    if not any(file.judge.read.digest in piece.text for piece in file.written.pieces if piece.role == "cover"):
        what = f"its cover does not name edition {file.judge.read.digest}"
        why = "it was written from another edition, or its cover was changed"
        file.problems.append(PublishError(file.written.name, what, why=why, ways=_WAYS[-1:]))
    for piece in file.written.pieces:
        for number in numbers(piece):
            ruling = file.judge.ruling(piece, number)
            file.kinds[ruling.kind or "nothing"] += 1
            if not ruling.kind:
                file.problems.append(_problem(file.written.name, piece, number, ruling.why))


def _problem(name: str, piece: Piece, number: Number, why: str) -> PublishError:
    at = sum(len(run.text) for run in piece.runs[: number.run]) + number.start
    around = " ".join(piece.text[max(0, at - _AROUND) : at + len(number.text) + _AROUND].split())
    where = f"{name}, {piece.section}" if piece.section else name
    return PublishError(f"{where}", f"the number '{number.text}' in '{around}' stands for nothing", why=why, ways=_WAYS)


def _differences(first: Written, other: Written) -> Iterator[PublishError]:
    """Yield the first place at which two formats of one report part, in the text and in the notes."""
    for told, mine, theirs in (
        ("text", _sequence(first, _running), _sequence(other, _running)),
        ("notes", _sequence(first, _noted), _sequence(other, _noted)),
    ):
        at = next((at for at, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a[0] != b[0]), None)
        at = min(len(mine), len(theirs)) if at is None and len(mine) != len(theirs) else at
        if at is not None:
            yield PublishError(
                other.name,
                f"its {told} parts from {first.name} at number {at + 1}:"
                f" {_told(mine, at)} there, {_told(theirs, at)} here",
                why="the formats of one report hold the same numbers in the same order",
                ways=("write the report again: xietong report",),
            )


def _told(numbers_: Sequence[tuple[str, Piece]], at: int) -> str:
    if at >= len(numbers_):
        return "nothing"
    text, piece = numbers_[at]
    return f"'{text}' in '{' '.join(piece.text.split())[:60]}'"


def _sequence(written: Written, wanted: Callable[[Piece], bool]) -> list[tuple[str, Piece]]:
    """Return the numbers of some pieces in order; notes by their number."""
    kept = sorted((piece for piece in written.pieces if wanted(piece)), key=lambda one: int(one.note or 0))
    return [
        (number.text, piece)
        for piece in kept
        for number in numbers(piece)
        if piece.runs[number.run].kind not in ("mark", "said")
    ]


def _running(piece: Piece) -> bool:
    return piece.role not in ASIDE


def _noted(piece: Piece) -> bool:
    return piece.role == "note"
