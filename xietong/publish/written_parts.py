"""What a stranger reads in a written report: pieces of text, where each stands, and where its parts lead.

A reader of a format gives pieces in the order of reading: a heading, a paragraph, a cell of a table, a caption, a note,
a text inside a drawing. Nothing in it comes from the program that wrote the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

__all__ = ["ASIDE", "Number", "Piece", "Run", "Written", "joined", "numbers", "placed", "printed_value"]

ASIDE = frozenset(("contents", "cover", "drawing", "furniture", "note"))
"""Roles that are no part of the running text: each format repeats, draws or places them in its own way."""

_NUMBER = re.compile(r"[−-]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?|[⁰¹²³⁴-⁹₀-₉①-⓿❶-➓¼-¾⅐-⅞]+")
_SIGNED = re.compile(r"[\w.)%]$")


@dataclass(frozen=True)
class Run:
    """A stretch of a piece of one kind, with the anchor that it leads to.

    The kinds are plain, ``code``, the ``mark`` of a note, the number of a ``page``, and what is only ``said``.
    """

    text: str
    target: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of the text: its role, its runs, the anchors in it, its row of a table, and what it belongs to.

    ``shown`` is the anchor of the entry of the table or figure, of a note that of the number that it is a note to.
    """

    role: str
    runs: tuple[Run, ...]
    anchors: tuple[str, ...] = ()
    row: int = 0
    note: str = ""
    section: str = ""
    shown: str = ""

    @cached_property
    def text(self) -> str:
        """Return the words of the piece."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Number:
    """One number: its text, the run that it stands in and where in it."""

    text: str
    run: int
    start: int

    @property
    def value(self) -> float:
        """Return its value; a sign that is no decimal digit has none."""
        return printed_value(self.text)

    @property
    def digits(self) -> int:
        """Return how many decimals it shows."""
        return len(self.text.partition(".")[2])


@dataclass
class Written:
    """A written file as it was read: its name, its pieces, and each anchor with the piece in which it stands."""

    name: str
    pieces: list[Piece]
    at: dict[str, Piece] = field(init=False)

    def __post_init__(self) -> None:
        self.at = {anchor: piece for piece in reversed(self.pieces) for anchor in piece.anchors}


def printed_value(text: str) -> float:
    """Return the value of a number as it is printed; ``nan`` for signs such as ½ or ②."""
    try:
        return float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        return float("nan")


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs with neighbours of one kind and one target joined, so that no number is cut in two."""
    out: list[Run] = []
    for run in runs:
        if out and (out[-1].target, out[-1].kind) == (run.target, run.kind):
            out[-1] = replace(run, text=out[-1].text + run.text)
        elif run.text:
            out.append(run)
    return tuple(out)


def numbers(piece: Piece) -> Iterator[Number]:
    """Yield every number of a piece in order; a dash behind a word or a number joins and is no sign."""
    for order, run in enumerate(piece.runs):
        for match in _NUMBER.finditer(run.text):
            text, start = match[0], match.start()
            if text[0] in "−-" and _SIGNED.search(run.text[:start]):
                text, start = text[1:], start + 1
            yield Number(text, order, start)


def placed(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with section, table, figure, and the number to which a note belongs."""
    owners = {
        run.text.strip(): before.target
        for piece in pieces
        for before, run in zip(piece.runs, piece.runs[1:], strict=False)
        if run.kind == "mark"
    }
    told = {piece.text.partition("←")[0].strip(): piece for piece in pieces if "←" in piece.text and piece.anchors}
    out: list[Piece] = []
    section = shown = ""
    for piece in pieces:
        if piece.role == "heading":
            section, shown = piece.text.strip(), ""
        if piece.role == "caption":
            entry = told.get(piece.text.strip())
            shown = next((run.target for run in piece.runs if run.target), entry.anchors[0] if entry else "")
        mine = owners.get(piece.note, "") if piece.note else shown
        out.append(_set(piece, section, mine if piece.role != "drawing" else ""))
    return _drawn(out)


def _set(piece: Piece, section: str, shown: str) -> Piece:
    return Piece(piece.role, piece.runs, piece.anchors, piece.row, piece.note, section, shown)


def _drawn(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with each drawing given the caption that stands next to it: right before it, else behind it."""
    behind, before, told = "", "", [piece.role for piece in pieces if piece.text.strip()]
    shown = [piece.shown for piece in pieces if piece.text.strip()]
    after: list[str] = []
    for role, one in zip(reversed(told), reversed(shown), strict=True):
        behind = one if role == "caption" else behind
        after.append(behind)
    after.reverse()
    out, at, last = [], 0, ""
    for piece in pieces:
        if piece.role == "drawing" and piece.text.strip():
            before = before if last == "drawing" else shown[at - 1] if last == "caption" else after[at]
            out.append(replace(piece, shown=before))
        else:
            out.append(piece)
        if piece.text.strip():
            last, at = piece.role, at + 1
    return out
