"""What a number in a written report stands for: the rules, each by where the number stands and what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from xietong.library.labels import Label
from xietong.publish.typed_numbers import RULES
from xietong.publish.words import word
from xietong.publish.written_known import AS_SHARE, IN_DRAWINGS, Known, Place, bare, located
from xietong.publish.written_parts import Number, Piece, Written
from xietong.publish.written_tables import Drawings, Tables
from xietong.publish.written_texts import REFERENCE, Read, Texts

__all__ = ["KINDS", "Judge", "Ruling"]

KINDS: Final[dict[str, Label]] = {
    "cell": Label("结果的一个单元格", "a cell of a finding"),
    "finding": Label("一项结果的数", "a number of a finding"),
    "beside": Label("同一结果、紧邻的数，如区间", "a number beside a cell of its finding, such as its interval"),
    "row": Label("表中一行所据结果的数", "a number of the row of the finding behind a table"),
    "drawing": Label("图所据结果的数", "a number of the findings behind a figure"),
    "specified": Label("图的设定所写的数，如分级", "a number of the specification of a figure, such as a class"),
    "scale": Label("图的刻度", "the scale of a figure"),
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

_NOTHING: Final = "it leads to no finding and no rule of the house excuses it"


@dataclass(frozen=True)
class Ruling:
    """What a number is, or with an empty ``kind`` why it is nothing."""

    kind: str
    why: str = ""


class Judge:
    """Rules on the numbers of one file by what its edition knows."""

    def __init__(self, known: Known, written: Written) -> None:
        self.read = Read(known, written)
        self.texts = Texts(self.read)
        self.tables = Tables(self.read, lambda cell, one: self.texts.excused(cell, one) or self.texts.said(cell, one))
        self.drawings = Drawings(self.read)
        self._notes = {piece.note for piece in written.pieces if piece.note}
        self._rules: Mapping[str, Callable[[Piece, Number], str]] = {
            "note": self.texts.noted,
            "cell": self.tables.celled,
            "drawing": self.drawings.drawn,
            "heading": self.texts.headed,
            "contents": lambda _, __: "contents",
            "furniture": lambda _, __: "contents",
        }

    def ruling(self, piece: Piece, number: Number) -> Ruling:
        """Return what a number of a piece is."""
        run = piece.runs[number.run]
        if run.kind == "mark":
            return self._marked(piece, run.text.strip(), run.target)
        if run.kind == "page":
            return Ruling("contents")
        if run.kind == "code":
            return self._coded(piece, run.text)
        return self._linked(piece, number) if run.target else self._plain(piece, number)

    def _plain(self, piece: Piece, number: Number) -> Ruling:
        """Rule on a number that leads nowhere; in an entry of the appendix nothing but the entry explains it."""
        texts = self.texts
        if texts.is_entry(piece):
            kind = texts.entry(piece, number)
            return Ruling(kind) if kind else Ruling("", "what this entry is about has no such number")
        if strange := texts.strange(piece, number):
            return Ruling("", f"the edition has no '{strange}'")
        first = texts.covered if piece.role == "cover" else texts.entry
        own = self._rules.get(piece.role) or (self.tables.left if self._is_source(piece) else None)
        kinds = (rule(piece, number) for rule in (first, texts.excused, own, texts.said) if rule is not None)
        kind = next((kind for kind in kinds if kind), "")
        return Ruling(kind, "" if kind else _NOTHING)

    def _is_source(self, piece: Piece) -> bool:
        return piece.role == "source" or piece.text.strip().startswith(word("source", self.read.known.language))

    def _marked(self, piece: Piece, text: str, target: str) -> Ruling:
        """Rule on the mark of a note: the note that it leads to, or before which it stands, has its number."""
        entry = piece if piece.note else self.read.written.at.get(target)
        led = entry is None or not entry.note or entry.note == text
        return Ruling("note") if led and text in self._notes else Ruling("", f"there is no note {text} where it leads")

    def _linked(self, piece: Piece, number: Number) -> Ruling:
        run = piece.runs[number.run]
        entry = self.read.written.at.get(run.target)
        if entry is None:
            said = "://" in run.target and self.texts.said(piece, number)
            return Ruling("words") if said else Ruling("", "its link leads nowhere")
        if run.target in self.read.behind.places:
            return self._of_cell(entry, number, run.text, self.read.behind.places[run.target])
        if name := self.read.finding(entry):
            return self._of_finding(entry, number, run.text, name, run.target)
        return self._to_text(piece, run.text.strip(), entry)

    def _of_cell(self, entry: Piece, number: Number, text: str, places: list[Place]) -> Ruling:
        """Rule on a number that leads to a cell: it is its value, at the digits and in the unit printed."""
        unit, named = text[number.start + len(number.text) :], self.read.finding(entry)
        for place in (one for one in places if one.finding.id == named):
            if place.holds(number, unit, self.read.known.language):
                dated = self.read.behind.dated(place)
                return Ruling("cell") if dated else Ruling("", f"no dated publication stands behind {named}")
            if place.finding.series is None and self.texts.whole(text):
                return Ruling("words")
        told = "; ".join(f"{one.finding.id} {' '.join(one.labels)} = {one.value:.10g}" for one in places[:2])
        return Ruling("", f"its link leads to {told}")

    def _of_finding(self, entry: Piece, number: Number, text: str, name: str, target: str) -> Ruling:
        """Rule on a number taken from a finding as a whole: the finding has it, and its entry repeats it."""
        unit = text[number.start + len(number.text) :].strip(" %")
        held = self.read.behind.values(name).hold(number, IN_DRAWINGS if unit else AS_SHARE)
        repeated = not target.startswith("f-") or _repeats(entry.text, text)
        if (held and repeated) or self.texts.whole(text):
            return Ruling("finding")
        return Ruling(
            "", f"the finding {name} has no such value" if not held else f"the entry of {name} does not repeat it"
        )

    def _to_text(self, piece: Piece, text: str, entry: Piece) -> Ruling:
        """Rule on a link to a publication, a label, a quote, a note or a heading: it is what the link says."""
        match = REFERENCE.match(entry.text)
        if match:
            return Ruling("reference") if match[1] == text else Ruling("", f"it leads to publication {match[1]}")
        if self.read.quoted(entry):
            marked = bare(text) + bare(word("quoted mark", self.read.known.language)) in bare(piece.text)
            return Ruling("quoted") if marked and bare(text) in bare(entry.text) else Ruling("", "no mark of a quote")
        if bare(entry.text).startswith(bare(text)):
            return Ruling("contents" if entry.role == "heading" else "label")
        if piece.role == "contents" and bare(text).startswith(bare(entry.text)):
            return Ruling("contents")
        return Ruling("note") if "note" in (entry.role, piece.role) else Ruling("", "its link says another")

    def _coded(self, piece: Piece, text: str) -> Ruling:
        """Rule on type of code: the name of a finding or a measure, or all lines of a file that stand behind."""
        if text.strip() in self.read.behind.codes:
            return Ruling("code")
        lines = {one for part in text.split(";") for one in located(part)}
        if not lines and self.texts.whole(text):
            return Ruling("words")
        name, place = self.read.owner(piece), self._place(piece)
        behind = self.read.behind.lines(name, place) if name else frozenset()
        files = {one.partition(":")[0] for one in lines}
        whole = {one for one in behind if one.partition(":")[0] in files}
        exact = place is not None or piece.role != "note"
        if lines and (lines == whole if exact else lines <= whole):
            return Ruling("lines")
        strange = ", ".join(sorted(lines ^ whole)[:3]) or text
        return Ruling("", f"the lines behind {name or 'it'} are others: {strange}")

    def _place(self, piece: Piece) -> Place | None:
        places = self.read.behind.places.get(piece.shown, []) if piece.role == "note" else []
        return places[0] if places and places[0].finding.series is not None else None


def _repeats(entry: str, text: str) -> bool:
    """Return whether an entry lists a text among its values, which stand before the arrow with dots between them."""
    values = [one.strip() for one in entry.partition("←")[0].split("·")]
    return any(one == text.strip() or one.endswith(f": {text.strip()}") for one in values)
