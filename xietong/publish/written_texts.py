"""Rules for numbers of a written report that lead nowhere: what the words around them and their place say they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from xietong.library.origins import Origin
from xietong.publish.typed_numbers import Found, found
from xietong.publish.words import word
from xietong.publish.written_known import AS_SHARE, Behind, Known, bare
from xietong.publish.written_parts import Number, Piece, Written

__all__ = ["REFERENCE", "Read", "Texts"]

REFERENCE = re.compile(r"^\s*\[(\d+)\]")
"""How a publication of the list begins."""

_HEADING = re.compile(r"^\s*\d+(?:\.\d+)*(?=\s|$)")
_STOP = re.compile(r"[；;。：，、,()（）·|]|[:.](?=\s)|\s[—–-]\s")
_NUMBERED = re.compile(r"^(?:[图表]|Figures?|Tables?)\s*\d")
_AROUND: Final = 8
"""Signs on each side of a number that have to be those of the edition."""
_WORDS: Final = 3
"""Signs among them that are no digits: fewer are no words."""
_KNOWN: Final = frozenset(("cell", "cover", "drawing", "note", "source"))
"""Roles of texts that the program puts together: a name or a day in them is one that the edition has."""


@dataclass
class Read:
    """A written file together with what its edition knows; what several rules ask of both."""

    known: Known
    written: Written

    @property
    def behind(self) -> Behind:
        """Return what stands behind the findings."""
        return self.known.behind

    @property
    def digest(self) -> str:
        """Return the digest of the edition as a cover prints it."""
        return self.behind.edition.digest[:12]

    def finding(self, entry: Piece | None) -> str:
        """Return the finding whose entry a piece is: its name stands first, in type of code; else nothing."""
        first = next((run for run in entry.runs if run.text.strip()), None) if entry is not None else None
        name = first.text.strip() if first is not None and first.kind == "code" else ""
        return name if name in self.behind.findings else ""

    def owner(self, piece: Piece) -> str:
        """Return the finding that an entry tells of, or to whose number a note belongs."""
        return self.finding(self.written.at.get(piece.shown) if piece.role == "note" else piece)

    def shown(self, piece: Piece) -> list[str]:
        """Return the findings that the entry of a table or figure names."""
        entry = self.written.at.get(piece.shown)
        runs = entry.runs if entry is not None else ()
        return [run.text.strip() for run in runs if run.kind == "code" and run.text.strip() in self.behind.findings]

    def quoted(self, piece: Piece) -> bool:
        """Return whether a piece is an entry of the list of quotes."""
        return piece.text.strip().startswith(word("quoted", self.known.language)) and bool(piece.anchors)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Return the numbers of all tables and figures as their captions begin."""
        told = (found(piece.text.strip()) for piece in self.written.pieces if piece.role == "caption")
        return frozenset(bare(one.text) for many in told for one in many if one.start == 0)


class Texts:
    """The rules for words: entries of the appendix, publications, periods and names, what is said verbatim."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self._spans: tuple[Piece, list[Found]] | None = None

    def entry(self, piece: Piece, number: Number) -> str:
        """Return what a number of an entry of the appendix is: of its finding, its publication or its quote."""
        if name := self.read.finding(piece):
            if self.read.behind.values(name).hold(number, AS_SHARE) or self._labels(name, number):
                return "finding"
            return self.noted(piece, number) or self.said(piece, number)
        match = REFERENCE.match(piece.text)
        if match:
            return "reference" if _at(piece, number) == match.start(1) else self._published(piece, number)
        return "quoted" if self.read.quoted(piece) else ""

    def is_entry(self, piece: Piece) -> bool:
        """Return whether a piece is an entry of the appendix: nothing else excuses a number in it."""
        return bool(self.read.finding(piece) or REFERENCE.match(piece.text))

    def _labels(self, name: str, number: Number) -> bool:
        finding = self.read.behind.findings[name]
        labels = [label for axis in finding.series.axes for label in axis.labels] if finding.series is not None else []
        return any(number.text in label for label in labels)

    def _published(self, piece: Piece, number: Number) -> str:
        """Return whether a number of the list of publications stands in what the pack says of that publication."""
        text, at = bare(piece.text), len(bare(piece.text[: _at(piece, number)]))
        for one in self.read.behind.origins:
            if bare(one.title) in text and any(start <= at < end for start, end in _spans(one, text)):
                return "publication"
        return ""

    def excused(self, piece: Piece, number: Number) -> str:
        """Return the rule of the house for prose that excuses a number: a period, a base, an order, a name."""
        one = self._rule(piece, number)
        return f"text {one.rule}" if one is not None and not self.strange(piece, number) else ""

    def strange(self, piece: Piece, number: Number) -> str:
        """Return the label, name or day around a number when the report has no such label, or the edition no such name.

        Prose may name what it likes; what the program puts together, as the cells of tables, may not.
        """
        one = self._rule(piece, number)
        if one is None or (piece.role == "cover" and self.covered(piece, number)):
            return ""
        if one.rule == "label" and _NUMBERED.match(one.text):
            return "" if bare(one.text) in self.read.labels else one.text
        told = piece.role in _KNOWN and one.rule in ("name", "date")
        return one.text if told and not self.read.known.names(bare(one.text)) else ""

    def _rule(self, piece: Piece, number: Number) -> Found | None:
        if self._spans is None or self._spans[0] is not piece:
            self._spans = (piece, [one for one in found(piece.text) if one.rule])
        at = _at(piece, number)
        return next((one for one in self._spans[1] if one.start <= at < one.start + len(one.text)), None)

    def whole(self, text: str) -> bool:
        """Return whether a text, which must be more than a number, is said verbatim."""
        told = bare(text)
        return sum(not sign.isdigit() for sign in told) >= _WORDS and told in self.read.known.words

    def said(self, piece: Piece, number: Number) -> str:
        """Return whether a number stands among words that the edition says verbatim, whole or between two stops."""
        text = piece.runs[number.run].text
        before, behind = text[: number.start], text[number.start + len(number.text) :]
        clause = _STOP.split(before)[-1], _STOP.split(behind)[0]
        return "words" if any(self._verbatim(number.text, *one) for one in ((before, behind), clause)) else ""

    def _verbatim(self, number: str, before: str, behind: str) -> bool:
        before, behind = bare(before)[-_AROUND:], bare(behind)[:_AROUND]
        enough = sum(not sign.isdigit() for sign in before + behind) >= _WORDS
        return enough and before + number + behind in self.read.known.words

    def noted(self, piece: Piece, number: Number) -> str:
        """Return whether a number of a note or an entry stands in the name or the remark of its finding."""
        finding = self.read.behind.findings.get(self.read.owner(piece))
        language = self.read.known.language
        told = f"{finding.label.text(language)}{finding.note.text(language)}" if finding is not None else ""
        return "words" if number.text in bare(told) else ""

    def covered(self, piece: Piece, number: Number) -> str:
        """Return whether a number of the cover stands in the digest of the edition or in the date of a publication."""
        at = _at(piece, number)
        dates = {one.edition for one in self.read.behind.origins if one.edition and one.edition in piece.text}
        ends = (one.span() for told in (self.read.digest, *dates) for one in re.finditer(re.escape(told), piece.text))
        return "edition" if any(start <= at < end for start, end in ends) else ""

    def headed(self, piece: Piece, number: Number) -> str:
        """Return whether a number is that of a heading."""
        match = _HEADING.match(piece.text)
        return "label" if match and _at(piece, number) < match.end() else ""


def _at(piece: Piece, number: Number) -> int:
    """Return where a number stands in the words of a piece."""
    return sum(len(run.text) for run in piece.runs[: number.run]) + number.start


def _spans(origin: Origin, text: str) -> list[tuple[int, int]]:
    """Return where a text without spaces holds what the pack says of a publication."""
    page = re.search(r"第\s*([0-9A-Z]+)\s*版", origin.locator)
    told = (origin.publisher, origin.title, origin.edition, origin.retrieved, origin.url, page[1] if page else "")
    return [one.span() for part in told if part for one in re.finditer(re.escape(bare(part)), text)]
