"""Numbers of the text: a reference to a cell of a finding becomes text, footnote and link to its explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xietong.errors import PublishError
from xietong.library.explanations import Node, explain, shown
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.series import Series
from xietong.library.store import Edition, Line
from xietong.library.units import conversion
from xietong.publish.words import with_unit, word

_PUBLISHERS = 2


@dataclass(frozen=True)
class Cell:
    """One cell of a finding as the text refers to it."""

    finding: Finding
    select: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Return the id of its explanation in the document."""
        parts = [self.finding.id, *(label for _, label in self.select)]
        return "n-" + re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")

    def check(self) -> None:
        """Refuse a cell of a series that does not exist or leaves an axis open; other findings have no cells."""
        if self.finding.series is not None:
            _ = self.series

    @property
    def series(self) -> Series:
        """Return the cell as a series without axes.

        Raises:
            PublishError: when the finding carries no values or an axis is left open.
        """
        if self.finding.series is None:
            raise PublishError(self.finding.id, f"this finding is a {self.finding.kind} and has no number")
        part = self.finding.series.select(**dict(self.select))
        if part.axes:
            names = ", ".join(f"{axis.name} ({axis.labels[0]} … {axis.labels[-1]})" for axis in part.axes)
            raise PublishError(self.finding.id, f"the reference leaves {names} open", ways=("name one label of each",))
        return part


@dataclass
class References:
    """The publications that a document cites, numbered in the order in which they are first cited."""

    numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    origins: dict[int, Origin] = field(default_factory=dict)

    def number(self, origin: Origin) -> int:
        """Return the number of a publication; two tables of a pack that cite one publication share it."""
        number = self.numbers.setdefault((origin.publisher, origin.title, origin.edition), len(self.numbers) + 1)
        self.origins.setdefault(number, origin)
        return number


@dataclass
class Numbers:
    """All references of one document: notes are written once per cell, explanations once per cell.

    ``printed`` holds the texts that were printed of a finding as a whole, ``shown`` the findings behind each table and
    figure by its anchor, ``quoted`` what others said and where.
    """

    edition: Edition
    language: Language
    cells: dict[str, Cell] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    printed: dict[str, dict[str, None]] = field(default_factory=dict)
    shown: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    quoted: dict[tuple[str, str], int] = field(default_factory=dict)
    references: References = field(default_factory=References)

    def cell(self, finding: str, select: Mapping[str, object]) -> Cell:
        """Return the cell that a reference names and remember it for the appendix, its axes in the finding's order.

        Raises:
            PublishError: when another cell has the same anchor, so that the two would share one note.
        """
        found = self.edition.finding(finding)
        order = [axis.name for axis in found.series.axes] if found.series is not None else []
        axes = sorted(select, key=lambda axis: order.index(axis) if axis in order else len(order))
        cell = Cell(found, tuple((axis, str(select[axis])) for axis in axes))
        cell.check()
        known = self.cells.setdefault(cell.anchor, cell)
        if (known.finding.id, known.select) != (cell.finding.id, cell.select):
            what = f"its reference and one to {known.finding.id} would both be called '{cell.anchor}'"
            raise PublishError(finding, what, why="one note would stand for two numbers", ways=("rename a finding",))
        return known

    def text(self, cell: Cell, unit: str = "", digits: int | None = None) -> str:
        """Return the value in ``unit`` with ``digits`` decimals, and the unit's name."""
        series = cell.series
        factor = float(conversion(series.unit, unit, cell.finding.id)) if unit else 1.0
        value = shown(float(series.values) * factor, cell.finding.digits if digits is None else digits)
        return with_unit(value.replace("-", "−"), unit or series.unit, self.language)

    def number(
        self, finding: str, *, unit: str = "", digits: int | None = None, note: bool = True, **select: object
    ) -> str:
        """Return a number of the text as Markdown: linked to its explanation, with a footnote where it first stands."""
        cell = self.cell(finding, select)
        linked = f"[{self.text(cell, unit, digits)}](#{cell.anchor}){{.num}}"
        return linked + (self.note(cell) if note else "")

    def whole(self, finding: str, text: str, kind: str = "num") -> str:
        """Return a text that was taken from a finding as a whole, linked to its entry, which repeats it."""
        self.edition.finding(finding)
        self.printed.setdefault(finding, {}).setdefault(text)
        return f"[{text}](#{entry(finding)}){{.{kind}}}"

    def behind(self, key: str, label: str, caption: str, findings: Sequence[str]) -> str:
        """Return the number of a table or figure, linked to an entry that names the findings behind it."""
        self.shown[f"s-{key}"] = (f"{label} {caption}", tuple(dict.fromkeys(findings)))
        return f"[{label}](#s-{key}){{.shown}}"

    def quote(self, text: str, source: str) -> str:
        """Return a number that others state, marked as theirs and linked to where they state it.

        Raises:
            PublishError: when the source is not told.
        """
        if not source.strip():
            raise PublishError("chapter", f"'{text}' is quoted from nowhere", ways=("name author, title and year",))
        number = self.quoted.setdefault((text, source), len(self.quoted) + 1)
        return f"[{text}](#q-{number}){{.quoted}}{word('quoted mark', self.language)}"

    def refusal(self, finding: str) -> str:
        """Return why a figure is not given, with a footnote on what met; an error when the finding is no refusal."""
        cell = self.cell(finding, {})
        payload = cell.finding.payload
        if cell.finding.kind != "refusal":
            raise PublishError(finding, "the text says that no figure is given, but there is one")
        return f"[{Label(*payload['reason']).text(self.language)}](#{cell.anchor}){{.refusal}}" + self.note(cell)

    def note(self, cell: Cell) -> str:
        """Return the mark of a cell's footnote where the cell first stands, and nothing afterwards."""
        if cell.anchor in self.noted:
            return ""
        self.noted[cell.anchor] = self.footnote(cell)
        return f"[^{cell.anchor}]"

    def footnote(self, cell: Cell) -> str:
        """Return the footnote of a cell: what it is, how it was made, where it comes from, and its standing."""
        node = explain(self.edition, cell.finding.id, dict(cell.select), self.language)
        gap = "；" if self.language == "zh" else "; "
        parts = [cell.finding.label.text(self.language)]
        parts += [cell.finding.note.text(self.language)] if cell.finding.note.zh else []
        parts += [benchmarks] if (benchmarks := self._benchmarks(node)) else []
        if cell.finding.series is not None and cell.finding.receipt.measure != "shares.value":
            receipt = cell.finding.receipt
            tested = f"{word('tested', self.language)}: {word(receipt.tested, self.language)}"
            parts.append(f"{word('measure', self.language)}: {receipt.label.text(self.language)} ({tested})")
        parts.append(f"{word('source', self.language)}: {self.sources(node.leaves())}")
        if cell.finding.series is not None:
            parts.append(standing(cell.series, self.language))
        return gap.join(parts)

    def _benchmarks(self, node: Node) -> str:
        """Return the names of the benchmarks that the lines behind an explanation stand on."""
        named: dict[str, str] = {}
        for names in self.edition.study()["benchmarks"].values():
            named |= {key: Label(*label).text(self.language) for key, label in names.items()}
        used = dict.fromkeys(line.benchmark for line in node.leaves() if line.benchmark)
        gap = "、" if self.language == "zh" else ", "
        return gap.join(named.get(one, one) for one in used)

    def sources(self, lines: Iterable[Line]) -> str:
        """Return who published the lines, the numbers of the publications, and file and lines of the pack."""
        told = list({line.location: line for line in lines}.values())
        if not told:
            return word("unknown", self.language)
        return f"{self.cited(told)}{', ' if self.language == 'en' else '，'}{located(told)}"

    def cited(self, lines: Sequence[Line]) -> str:
        """Return the first publishers of some lines and the numbers of all their publications."""
        publishers = list(dict.fromkeys(line.origin.publisher for line in lines))
        numbers = sorted({self.references.number(line.origin) for line in lines})
        comma, more = ("、", "等") if self.language == "zh" else (", ", " and others")
        named = comma.join(publishers[:_PUBLISHERS]) + (more if len(publishers) > _PUBLISHERS else "")
        parts = ["–".join(f"[{end}](#ref-{end})" for end in dict.fromkeys((run[0], run[-1]))) for run in runs(numbers)]
        return f"{named} \\[{', '.join(parts)}\\]"

    def notes(self) -> str:
        """Return the definitions of all footnotes."""
        return "\n\n".join(f"[^{anchor}]: {text}" for anchor, text in self.noted.items())


def entry(finding: str) -> str:
    """Return the anchor of a finding's entry in the index of numbers."""
    return "f-" + re.sub(r"[^a-z0-9]+", "-", finding.lower()).strip("-")


def located(lines: Iterable[Line]) -> str:
    """Return the lines of the pack by file, neighbours joined: ``gdp.csv:2-5, 9``."""
    files: dict[str, list[int]] = {}
    for line in lines:
        file, _, number = line.location.rpartition(":")
        files.setdefault(file.rpartition("/")[2], []).append(int(number))
    return "; ".join(f"`{file}:{_joined(sorted(set(numbers)))}`" for file, numbers in files.items())


def _joined(numbers: Sequence[int]) -> str:
    return ", ".join("-".join(str(end) for end in dict.fromkeys((run[0], run[-1]))) for run in runs(numbers))


def runs(numbers: Sequence[int]) -> list[list[int]]:
    """Return sorted numbers as runs of neighbours."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return parts


def standing(series: Series, language: Language) -> str:
    """Return the worst flag and the worst grade of a cell in words."""
    flag, grade = Flag(int(series.flags.max())), Grade(int(series.grades.max()))
    comma = "，" if language == "zh" else ", "
    return f"{flag.label.text(language)}{comma}{word('grade', language)}: {grade.label.text(language)}"
