"""Data and sources: the publications that a document cites, numbered as in the notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xietong.library.explanations import explain, shown
from xietong.library.findings import Finding
from xietong.library.pages import Source, publications
from xietong.library.store import Line
from xietong.publish.citations import citation
from xietong.publish.numbers import Cell, Numbers, entry, located
from xietong.publish.tables import names, plain
from xietong.publish.words import unit_name, word


def reference_list(numbers: Numbers) -> str:
    """Return the cited publications by number as GB/T 7714-2015 has them, with the grade of the copy; then quotes."""
    language = numbers.language
    copy = word("grade", language)
    lines = [
        f"[]{{#ref-{number}}}\\[{number}\\] {plain(citation(origin, language))}"
        f" ({copy}: {origin.grade.label.text(language)})"
        for number, origin in sorted(numbers.references.origins.items())
    ]
    lines += [
        f"[]{{#q-{number}}}{word('quoted', language)} {number}: {text} ← {plain(source)}"
        for (text, source), number in numbers.quoted.items()
    ]
    return "::: small\n" + "\n\n".join(lines) + "\n:::\n"


def number_index(numbers: Numbers) -> str:
    """Return every finding that the report prints: its numbers, how it was made, and the lines it stands on.

    The anchors of all its numbers stand at its entry. After them come the tables and figures with their findings.
    """
    by_finding: dict[str, list[tuple[str, Cell]]] = {}
    for anchor, cell in sorted(numbers.cells.items()):
        by_finding.setdefault(cell.finding.id, []).append((anchor, cell))
    behind = [name for _, names in numbers.shown.values() for name in names]
    every = sorted({*by_finding, *numbers.printed, *behind})
    entries = [_entry(numbers, name, by_finding.get(name, [])) for name in every]
    for anchor, (caption, findings) in numbers.shown.items():
        told = ", ".join(f"[`{name}`](#{entry(name)})" for name in findings)
        made = f"{word('shown', numbers.language)}: {told}" if told else word("counted", numbers.language)
        entries.append(f"[]{{#{anchor}}}{plain(caption)} ← {made}")
    return "::: small\n" + "\n\n".join(entries) + "\n:::\n"


def _entry(numbers: Numbers, name: str, cells: Sequence[tuple[str, Cell]]) -> str:
    """Return the entry of one finding with the anchors of all its numbers."""
    finding = numbers.edition.finding(name)
    anchors = "".join(f"[]{{#{anchor}}}" for anchor in (entry(name), *(anchor for anchor, _ in cells)))
    lines = list({line.location: line for line in explain(numbers.edition, name).leaves()}.values())
    receipt = finding.receipt
    made = f"{receipt.label.text(numbers.language)} `{receipt.measure}@{receipt.code}`"
    read = publications(finding.payload)
    stands = f"{numbers.cited(lines)} {located(lines)}" if lines else _named(read) if read else "—"
    printed = [*(_shown(numbers, cell) for _, cell in cells), *numbers.printed.get(name, {})]
    values = " · ".join(dict.fromkeys(printed)) or word("shown", numbers.language)
    named = " ".join([plain(finding.label.text(numbers.language)), *_unit(numbers, finding)])
    return f"{anchors}**`{name}`** {named}: {values} ← {made} ← {stands}{_decided(numbers, lines)}"


def _named(sources: Sequence[Source]) -> str:
    """Return the lines of registers that a page names, by file; a table that is read whole stands without lines."""
    files: dict[str, set[str]] = {}
    for where in (where for one in sources for where in one.where.split(", ")):
        file, _, line = where.partition(":")
        files.setdefault(file.rpartition("/")[2], set()).update([line] if line else [])
    return "; ".join(f"`{_lines(file, at)}`" for file, at in sorted(files.items()))


def _lines(file: str, at: Iterable[str]) -> str:
    told = ", ".join(sorted(at, key=lambda one: (len(one), one)))
    return f"{file}:{told}" if told else file


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
