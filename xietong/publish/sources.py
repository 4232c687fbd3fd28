"""Data and sources: the publications that a document cites, numbered as in the notes."""

from __future__ import annotations

from collections.abc import Iterable

from xietong.library.explanations import explain, shown
from xietong.library.findings import Finding
from xietong.library.labels import Language
from xietong.library.store import Line
from xietong.publish.numbers import Cell, Numbers, References, located
from xietong.publish.tables import names
from xietong.publish.words import unit_name, word


def reference_list(references: References, language: Language) -> str:
    """Return the cited publications: number, publisher, title, date, and the grade of the copy that was read."""
    gap = "．" if language == "zh" else ". "
    lines = []
    for number, origin in sorted(references.origins.items()):
        told = [origin.publisher, f"《{origin.title}》", origin.edition or word("unknown", language)]
        lines.append(f"[]{{#ref-{number}}}\\[{number}\\] {gap.join([*told, origin.grade.label.text(language)])}")
    return "::: small\n" + "\n\n".join(lines) + "\n:::\n"


def number_index(numbers: Numbers) -> str:
    """Return every finding that the text refers to: its numbers, how it was made, and the lines it stands on.

    The anchors of all its numbers stand at its entry.
    """
    by_finding: dict[str, list[tuple[str, Cell]]] = {}
    for anchor, cell in sorted(numbers.cells.items()):
        by_finding.setdefault(cell.finding.id, []).append((anchor, cell))
    entries = []
    for name, cells in by_finding.items():
        finding = cells[0][1].finding
        anchors = "".join(f"[]{{#{anchor}}}" for anchor, _ in cells)
        lines = list({line.location: line for line in explain(numbers.edition, name).leaves()}.values())
        receipt = finding.receipt
        made = f"{receipt.label.text(numbers.language)} `{receipt.measure}@{receipt.code}`"
        stands = f"{numbers.cited(lines)} {located(lines)}" if lines else "—"
        values = " · ".join(dict.fromkeys(_shown(numbers, cell) for _, cell in cells))
        named = " ".join([finding.label.text(numbers.language), *_unit(numbers, finding)])
        entries.append(f"{anchors}**`{name}`** {named}: {values} ← {made} ← {stands}{_decided(numbers, lines)}")
    return "::: small\n" + "\n\n".join(entries) + "\n:::\n"


def _decided(numbers: Numbers, lines: Iterable[Line]) -> str:
    """Return what people decided about the lines, each decision once."""
    names = dict.fromkeys(name for line in lines for name in line.decided)
    told = [numbers.edition.decision(name, numbers.language) for name in names]
    return f" ({word('decided', numbers.language)}: {'; '.join(told)})" if told else ""


def _unit(numbers: Numbers, finding: Finding) -> list[str]:
    """Return the unit of a finding in brackets, once for all its numbers."""
    name = unit_name(finding.series.unit, numbers.language) if finding.series is not None else ""
    return [f"({name})"] if name else []


def _shown(numbers: Numbers, cell: Cell) -> str:
    """Return the labels and the bare value of a cell; a refusal says so, a plan or a verdict names its kind."""
    if cell.finding.series is None:
        return word("refused" if cell.finding.kind == "refusal" else cell.finding.kind, numbers.language)
    labels = [names(numbers, axis, [label])[0] for axis, label in cell.select]
    value = shown(float(cell.series.values), cell.finding.digits).replace("-", "−")
    return " ".join([*labels, value])
