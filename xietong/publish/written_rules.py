"""What a number in a written report stands for: the rules, each by where the number stands and what it leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Final

from xietong.library.labels import Label
from xietong.publish.typed_numbers import RULES, found
from xietong.publish.words import word
from xietong.publish.written_known import AS_SHARE, IN_DRAWINGS, Known, Place, Values, bare, located
from xietong.publish.written_parts import Number, Piece, Run, Written, numbers, printed_value

__all__ = ["KINDS", "Judge", "Ruling"]

KINDS: Final[dict[str, Label]] = {
    "cell": Label("一个单元格的数", "a cell of a finding"),
    "finding": Label("一项结果的数", "a number of a finding"),
    "beside": Label("同一结果、紧邻的数，如区间", "a number beside a cell of its finding, such as its interval"),
    "row": Label("表中一行所据结果的数", "a number of the row of the finding behind a table"),
    "drawing": Label("图所据结果的数", "a number of the findings behind a figure"),
    "scale": Label("图的刻度", "the scale of a figure"),
    "specified": Label("图的设定所写的数，如分级", "a number of the specification of a figure, such as a class"),
    "words": Label("结果、登记或出版物的原话", "words of a finding, a register or a publication"),
    "lines": Label("数据包的行", "lines of the pack"),
    "code": Label("结果和算法的代号", "the name of a finding or a measure"),
    "reference": Label("文献序号", "the number of a publication"),
    "publication": Label("文献的题名与日期", "title and date of a publication"),
    "note": Label("脚注号", "the number of a note"),
    "label": Label("图、表、标题的号", "the number of a figure, table or heading"),
    "contents": Label("目录与页码", "contents and pages"),
    "quoted": Label("引他人的数，已标明", "a number of others, marked as quoted"),
    "edition": Label("版本号与日期", "the edition and its date"),
    "left": Label("未列行数", "how many lines are left"),
    **{f"text {name}": label for name, (label, _) in RULES.items()},
}
"""What a number may be, and how a report of the check calls it."""

_REFERENCE = re.compile(r"^\s*\[(\d+)\]")
_HEADING = re.compile(r"^\s*\d+(?:\.\d+)*(?=\s|$)")
_STOP = re.compile(r"[；;。：，、,()（）·|]|[:.](?=\s)|\s[—–-]\s")
_AROUND: Final = 8
"""Signs on each side of a number that have to be those of the edition."""
_WORDS: Final = 3
"""Signs among them that are no digits: fewer are no words."""
_EVEN: Final = 1e-9
_SCALE: Final = 3
"""Evenly spaced numbers in a row that make a scale."""


@dataclass(frozen=True)
class Ruling:
    """What a number is, or with an empty ``kind`` why it is nothing."""

    kind: str
    why: str = ""


class Judge:
    """Rules on the numbers of one file by what its edition knows."""

    def __init__(self, known: Known, written: Written) -> None:
        self.known, self.behind, self.written = known, known.behind, written
        self._is: dict[tuple[int, str], bool] = {}
        self._spans: tuple[Piece, list[tuple[int, int, str]]] | None = None
        self._rules: Mapping[str, Callable[[Piece, Number], str]] = {
            "note": self._noted,
            "cell": self._celled,
            "source": self._left,
            "drawing": self._drawn,
            "heading": self._headed,
            "contents": self._listed,
            "furniture": self._listed,
        }

    def ruling(self, piece: Piece, number: Number) -> Ruling:
        """Return what a number of a piece is."""
        run = piece.runs[number.run]
        if run.kind == "mark":
            known = run.text.strip() in self._notes
            return Ruling("note") if known else Ruling("", f"there is no note {run.text.strip()}")
        if run.kind == "page":
            return Ruling("contents")
        if run.kind == "code":
            return self._coded(piece, run.text)
        if run.target:
            return self._linked(piece, number)
        first = self._covered if piece.role == "cover" else self._own
        for rule in (first, self._excused, self._rules.get(piece.role), self._said):
            if rule is not None and (kind := rule(piece, number)):
                return Ruling(kind)
        return Ruling("", "it leads to no finding and no rule of the house excuses it")

    # --- linked numbers

    def _linked(self, piece: Piece, number: Number) -> Ruling:
        run = piece.runs[number.run]
        entry = self.written.at.get(run.target)
        if entry is None:
            outside = "://" in run.target
            return Ruling("words") if outside and self._said(piece, number) else Ruling("", "its link leads nowhere")
        if run.target in self.behind.places:
            return self._of_cell(entry, number, run.text, self.behind.places[run.target])
        if name := self._finding(entry):
            unit = run.text[number.start + len(number.text) :]
            held = self.behind.values(name).hold(number, AS_SHARE if not unit.strip(" %") else IN_DRAWINGS)
            if held or bare(run.text) in self.known.words:
                return Ruling("finding")
            return Ruling("", f"the finding {name} has no such value")
        return self._to_text(piece, number, entry)

    def _of_cell(self, entry: Piece, number: Number, text: str, places: list[Place]) -> Ruling:
        """Return whether a number is the value of the cell that it leads to, at the digits and in the unit printed."""
        unit = text[number.start + len(number.text) :]
        named = self._finding(entry)
        for place in places:
            if place.finding.id != named:
                continue
            if place.holds(number, unit, self.known.language):
                dated = self.behind.dated(place)
                return Ruling("cell") if dated else Ruling("", f"no dated publication stands behind {named}")
            if place.finding.series is None and bare(text) in self.known.words:
                return Ruling("words")
        told = " ".join(f"{place.finding.id} {' '.join(place.labels)} = {place.value:.10g}" for place in places[:2])
        return Ruling("", f"its link leads to {told}")

    def _to_text(self, piece: Piece, number: Number, entry: Piece) -> Ruling:
        """Return whether a link leads to the publication, label, quote, note or heading that it says."""
        text = piece.runs[number.run].text.strip()
        match = _REFERENCE.match(entry.text)
        if match:
            return Ruling("reference") if match[1] == text else Ruling("", f"it leads to publication {match[1]}")
        if entry.text.strip().startswith(word("quoted", self.known.language)):
            marked = bare(piece.text).find(bare(text) + bare(word("quoted mark", self.known.language))) >= 0
            return Ruling("quoted") if marked and bare(text) in bare(entry.text) else Ruling("", "no mark of a quote")
        if bare(entry.text).startswith(bare(text)):
            return Ruling("contents" if entry.role == "heading" else "label")
        if piece.role == "contents":
            return Ruling("contents") if bare(text).startswith(bare(entry.text)) else Ruling("", "no such heading")
        return Ruling("note") if entry.role == "note" or piece.role == "note" else Ruling("", "its link says another")

    # --- names and lines of the pack

    def _coded(self, piece: Piece, text: str) -> Ruling:
        if text.strip() in self.behind.codes:
            return Ruling("code")
        lines = {one for part in text.split(";") for one in located(part)}
        name = self._owner(piece)
        behind = self.behind.lines(name, self._place(piece)) if name else frozenset()
        if lines and lines <= behind:
            return Ruling("lines")
        if not lines and bare(text) in self.known.words:
            return Ruling("words")
        strange = sorted(lines - behind)
        return Ruling("", f"{', '.join(strange[:3]) or text} does not stand behind {name or 'a finding'}")

    def _owner(self, piece: Piece) -> str:
        """Return the finding that an entry tells of, or to whose number a note belongs."""
        if piece.role == "note":
            entry = self.written.at.get(piece.shown)
            return self._finding(entry) if entry is not None else ""
        return self._finding(piece)

    def _place(self, piece: Piece) -> Place | None:
        places = self.behind.places.get(piece.shown, []) if piece.role == "note" else []
        return places[0] if places and places[0].finding.series is not None else None

    def _finding(self, entry: Piece) -> str:
        """Return the finding whose entry a piece is: its name stands first, in type of code."""
        first = next((run for run in entry.runs if run.text.strip()), None)
        name = first.text.strip() if first is not None and first.kind == "code" else ""
        return name if name in self.behind.findings else ""

    # --- rules for what is not linked

    def _own(self, piece: Piece, number: Number) -> str:
        """Return what a number of an entry of the appendix is: of its finding, its publication or its quote."""
        if name := self._finding(piece):
            return "finding" if self.behind.values(name).hold(number, AS_SHARE) else self._label_of(name, number)
        match = _REFERENCE.match(piece.text)
        if match:
            first = number.run == 0 and number.start <= match.start(1)
            return "reference" if first else self._published(piece, number)
        quoted = piece.text.strip().startswith(word("quoted", self.known.language))
        return "quoted" if quoted and any(one.startswith("q-") for one in piece.anchors) else ""

    def _label_of(self, name: str, number: Number) -> str:
        series = self.behind.findings[name].series
        labels = [label for axis in series.axes for label in axis.labels] if series is not None else []
        return "finding" if any(number.text in label for label in labels) else ""

    def _published(self, piece: Piece, number: Number) -> str:
        text = bare(piece.text)
        for one in self.behind.origins:
            if bare(one.title) in text:
                told = bare(f"{one.publisher} {one.title} {one.edition} {one.retrieved} {one.locator} {one.url}")
                if number.text in told:
                    return "publication"
        return ""

    def _excused(self, piece: Piece, number: Number) -> str:
        """Return the rule of the house for prose that excuses a number: a period, a base, an order, a name."""
        if self._spans is None or self._spans[0] is not piece:
            spans = [(one.start, one.start + len(one.text), one.rule) for one in found(piece.text) if one.rule]
            self._spans = (piece, spans)
        at = sum(len(run.text) for run in piece.runs[: number.run]) + number.start
        rule = next((rule for start, end, rule in self._spans[1] if start <= at < end), "")
        return f"text {rule}" if rule else ""

    def _said(self, piece: Piece, number: Number) -> str:
        """Return whether a number stands among words that the edition says verbatim, whole or between two stops."""
        text = piece.runs[number.run].text
        before, behind = text[: number.start], text[number.start + len(number.text) :]
        clause = _STOP.split(before)[-1], _STOP.split(behind)[0]
        return "words" if any(self._verbatim(number.text, *one) for one in ((before, behind), clause)) else ""

    def _verbatim(self, number: str, before: str, behind: str) -> bool:
        before, behind = bare(before)[-_AROUND:], bare(behind)[:_AROUND]
        enough = sum(not sign.isdigit() for sign in before + behind) >= _WORDS
        return enough and before + number + behind in self.known.words

    def _noted(self, piece: Piece, number: Number) -> str:
        name = self._owner(piece)
        finding = self.behind.findings.get(name)
        told = (
            bare(f"{finding.label.text(self.known.language)}{finding.note.text(self.known.language)}")
            if finding
            else ""
        )
        return "words" if number.text in told else ""

    def _celled(self, piece: Piece, number: Number) -> str:
        """Return whether a number of a table stands beside its cell, or in the row of a finding behind the table."""
        if self._beside(piece, number):
            return "beside"
        for name in self._behind(piece):
            if self._is_row(piece.row, name):
                return "row"
            series = self.behind.findings[name].series
            if series is not None and self.behind.values(name).hold(number, AS_SHARE):
                return "row"
        return ""

    def _is_row(self, row: int, name: str) -> bool:
        """Return whether what a row of a table holds beside its links is what one row of a finding holds."""
        if (row, name) not in self._is:
            told = [one for cell in self._table_rows.get(row, ()) for one in self._open(cell)]
            rows = self.behind.rows(name)
            self._is[row, name] = any(all(values.hold(one, AS_SHARE) for one in told) for values in rows)
        return self._is[row, name]

    def _beside(self, piece: Piece, number: Number) -> bool:
        """Return whether a row leads to a cell of whose finding the number is one that differs in one label at most."""
        targets = dict.fromkeys(run.target for cell in self._table_rows.get(piece.row, ()) for run in cell.runs)
        return any(values.hold(number, AS_SHARE) for target in targets for values in self._near(target))

    def _near(self, target: str) -> Iterator[Values]:
        """Yield the values near the cell that a link leads to; where links lead to entries only, all of the finding."""
        if target in self.behind.places:
            yield self.behind.near(self.behind.places[target][0])
        elif (entry := self.written.at.get(target)) is not None and (name := self._finding(entry)):
            yield self.behind.values(name)

    def _open(self, cell: Piece) -> Iterator[Number]:
        """Yield the numbers of a cell that only the row of the finding can explain."""
        for one in numbers(cell):
            run = cell.runs[one.run]
            if not (
                run.target or run.kind or self._excused(cell, one) or self._said(cell, one) or self._beside(cell, one)
            ):
                yield one

    def _behind(self, piece: Piece) -> list[str]:
        """Return the findings that the entry of a table or figure names."""
        entry = self.written.at.get(piece.shown)
        runs = entry.runs if entry is not None else ()
        return [run.text.strip() for run in runs if run.kind == "code" and run.text.strip() in self.behind.findings]

    @cached_property
    def _table_rows(self) -> dict[int, list[Piece]]:
        rows: dict[int, list[Piece]] = {}
        for piece in self.written.pieces:
            if piece.role == "cell":
                rows.setdefault(piece.row, []).append(piece)
        return rows

    def _left(self, piece: Piece, number: Number) -> str:
        """Return whether a source line tells how many lines of the result the table above it leaves out."""
        shown = [rows for rows in self._table_rows.values() if rows[0].shown == piece.shown]
        total = Number(str(int(number.value) + len(shown) - 1), 0, 0) if number.value == number.value // 1 else number
        return "left" if any(self.behind.values(name).hold(total, (1.0,)) for name in self._behind(piece)) else ""

    def _drawn(self, piece: Piece, number: Number) -> str:
        """Return whether a number of a drawing is one of its findings, of its specification, or of a scale."""
        if any(self.behind.values(name).hold(number, IN_DRAWINGS) for name in self._behind(piece)):
            return "drawing"
        entry = self.written.at.get(piece.shown)
        if entry is not None and self.known.specified(entry.text).hold(number, (1.0,)):
            return "specified"
        return "scale" if id(piece) in self._scales else ""

    @cached_property
    def _scales(self) -> frozenset[int]:
        """Return the pieces of drawings that make scales: bare numbers in a row, evenly spaced."""
        drawn = [piece for piece in self.written.pieces if piece.role == "drawing" and piece.text.strip()]
        marks: set[int] = set()
        run: list[tuple[int, float]] = []
        for piece in [*drawn, Piece("drawing", (Run("end"),))]:
            value = printed_value(piece.text.strip().rstrip("%"))
            if isfinite(value) and (len(run) < 2 or abs(value - 2 * run[-1][1] + run[-2][1]) < _EVEN):
                run.append((id(piece), value))
                continue
            marks |= {one for one, _ in run} if len(run) >= _SCALE else set()
            run = [*run[-1:], (id(piece), value)] if isfinite(value) else []
        return frozenset(marks)

    def _covered(self, piece: Piece, number: Number) -> str:
        """Return whether a number of the cover stands in the digest of the edition or in the date of a publication."""
        at = sum(len(run.text) for run in piece.runs[: number.run]) + number.start
        dates = {one.edition for one in self.behind.origins if one.edition and one.edition in piece.text}
        ends = ((match.start(), match.end()) for one in (self.digest, *dates) for match in re.finditer(one, piece.text))
        return "edition" if any(start <= at < end for start, end in ends) else ""

    @property
    def digest(self) -> str:
        """Return the digest of the edition as a cover prints it."""
        return self.behind.edition.digest[:12]

    def _headed(self, piece: Piece, number: Number) -> str:
        match = _HEADING.match(piece.text)
        return "label" if match and number.run == 0 and number.start < match.end() else ""

    def _listed(self, piece: Piece, number: Number) -> str:
        return "contents"

    @cached_property
    def _notes(self) -> frozenset[str]:
        return frozenset(piece.note for piece in self.written.pieces if piece.note)
