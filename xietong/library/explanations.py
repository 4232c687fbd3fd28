"""Explanations: from one number of a finding down to the lines of the pack and their publications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xietong.errors import UnknownName
from xietong.library.findings import Finding, Input
from xietong.library.labels import Label, Language
from xietong.library.origins import Flag, Grade
from xietong.library.pages import publications
from xietong.library.series import Series
from xietong.library.store import Edition, Line

Labels = str | Sequence[str]
"""One label of an axis, or several of them."""
_INTERNAL = Label("内部资料，此处不列", "internal, not listed here")


@dataclass(frozen=True)
class Node:
    """One step of an explanation; leaves carry the line of the pack."""

    text: str
    children: tuple[Node, ...] = ()
    line: Line | None = None
    finding: str = ""
    cell: Mapping[str, Labels] = field(default_factory=dict)

    def leaves(self) -> Iterator[Line]:
        """Yield the lines of the pack below this step, in order."""
        if self.line is not None:
            yield self.line
        for child in self.children:
            yield from child.leaves()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the tree as indented text."""
        yield "  " * depth + self.text
        for child in self.children:
            yield from child.lines(depth + 1)


def explain(
    edition: Edition, name: str, cell: Mapping[str, Labels] | None = None, language: Language = "zh", *,
    steps: int | None = None,
) -> Node:  # fmt: skip
    """Explain a finding, or the part of it at ``cell`` (one label of an axis, or several), in ``language``.

    With ``steps`` only so many findings are opened one behind the other; those behind them are named.

    Raises:
        UnknownName: when the edition has no such finding, axis or label.
    """
    finding = edition.finding(name)
    cell = dict(cell or {})
    if finding.series is not None:
        for axis in cell:
            finding.series.axis(axis)
        part = finding.series.select(**cell)
        head = _head(edition, finding, part, cell, language)
    else:
        if cell:
            raise UnknownName(f"finding {name}", "axis", next(iter(cell)), [])
        head = f"{name} · {finding.label.text(language)} [{finding.kind}] {finding.payload.get('what', '')}".rstrip()
    if steps == 0:
        return Node(head, finding=name, cell=cell)
    steps = steps and steps - 1
    children = [_input(edition, one, cell, language, steps) for one in finding.receipt.inputs if _behind(one, cell)]
    children += [explain(edition, *one, language, steps=steps) for one in _pointed(finding)]
    children += [
        Node(f"{one.publication} · {one.grade.label.text(language)} · {one.where}")
        for one in publications(finding.payload)
    ]
    if not finding.receipt.inputs and finding.receipt.reference:
        children.append(Node(finding.receipt.reference))
    return Node(head, tuple(children), finding=name, cell=cell)


def _pointed(finding: Finding) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what a verdict or a scorecard points at."""
    for one in (*finding.payload.get("evidence", ()), *finding.payload.get("rows", ())):
        if one.get("finding"):
            yield one["finding"], dict(one.get("select", {}))


def _head(edition: Edition, finding: Finding, part: Series, cell: Mapping[str, Labels], language: Language) -> str:
    receipt = finding.receipt
    names = edition.names(language)
    where = " ".join(names.get(label, label) for label in cell.values() if isinstance(label, str))
    value = f" = {shown(float(part.values), finding.digits)} {part.unit}" if not part.axes else f" [{part.unit}]"
    worst = _worst(part, language)
    choices = "".join(f", {key} = {one}" for key, one in receipt.choices.items())
    made = f"{receipt.measure}@{receipt.code}{choices} ({receipt.tested})"
    return f"{finding.id} {where}".rstrip() + f"{value} · {finding.label.text(language)} · {worst} <- {made}"


def _worst(part: Series, language: Language) -> str:
    flag, grade = Flag(int(part.flags.max(initial=0))), Grade(int(part.grades.max(initial=0)))
    return f"{flag.label.text(language)}, {grade.label.text(language)}"


def shown(value: float, digits: int) -> str:
    """Return a value with a fixed number of decimals."""
    return f"{value:.{digits}f}"


def restrict(one: Input, cell: Mapping[str, Labels]) -> Series:
    """Return the part of an input that stands behind a cell: same labels, except along the axes worked over."""
    series = one.series
    for name, wanted in cell.items():
        if name in [axis.name for axis in series.axes] and name not in one.over:
            labels = series.axis(name).labels
            kept = wanted if isinstance(wanted, str) else tuple(label for label in wanted if label in labels)
            if kept and (not isinstance(kept, str) or kept in labels):
                series = series.select(**{name: kept})
    return series


def _behind(one: Input, cell: Mapping[str, Labels]) -> bool:
    """Return whether an input has anything at a cell: an indicator may have no value in some places and years."""
    axes = {axis.name: axis.labels for axis in one.series.axes if axis.name not in one.over}
    return all(not isinstance(wanted, str) or wanted in axes.get(name, (wanted,)) for name, wanted in cell.items())


def _input(edition: Edition, one: Input, cell: Mapping[str, Labels], language: Language, steps: int | None) -> Node:
    series = restrict(one, cell)
    if one.finding:
        return explain(edition, one.finding, _at_source(edition, one, series, cell), language, steps=steps)
    rows = [int(row) for row in series.rows.ravel() if row >= 0]
    leaves = tuple(leaf(edition, line, language) for line in edition.lines_at(rows))
    return Node(f"{one.parameter}: {one.source} · {one.reading}", leaves)


def _at_source(edition: Edition, one: Input, part: Series, cell: Mapping[str, Labels]) -> dict[str, Labels]:
    """Return the labels that an input took from the finding behind it; none where that has no values."""
    source = edition.finding(one.finding).series
    fixed: dict[str, Labels] = {}
    if source is None:
        return fixed
    taken: dict[str, Labels] = {axis.name: one.select.get(axis.name, axis.labels) for axis in source.axes}
    kept = {axis.name: axis.labels for axis in part.axes}
    for axis in source.axes:
        labels = taken[axis.name]
        if not isinstance(labels, str):
            labels = _before_relabelling(one, axis.name, labels, kept.get(axis.name, cell.get(axis.name, ())))
        if labels != axis.labels:
            fixed[axis.name] = labels
    return fixed


def _before_relabelling(one: Input, axis: str, taken: Sequence[str], wanted: Labels) -> Labels:
    """Return the labels of the source that stand behind the labels of an input, which may have been renamed."""
    renamed = next((known.labels for known in one.series.axes if known.name == axis), tuple(taken))
    source = dict(zip(renamed, taken, strict=True))
    if isinstance(wanted, str):
        return source[wanted]
    return tuple(source[label] for label in wanted)


def leaf(edition: Edition, line: Line, language: Language = "zh") -> Node:
    """Return one line of the pack in words: value as published, publication, standing, grade, file and line."""
    names = edition.names(language)
    where = names.get(line.place, line.place) + (f" → {names.get(line.to, line.to)}" if line.to else "")
    standing = [line.flag.label.text(language), line.origin.grade.label.text(language)]
    standing += [line.benchmark] if line.benchmark else []
    told = [f"{where} {line.period}: {line.published} {line.unit_text}", line.origin.cite(), ", ".join(standing)]
    decided = [edition.decision(name, language) for name in line.decided]
    return Node(" · ".join([*told, line.location, *decided]), line=line)


def public(node: Node, language: Language) -> Node:
    """Return an explanation without what internal publications say; each step left out is said to be."""
    if node.line is not None and node.line.origin.access == "internal":
        return Node(_INTERNAL.text(language))
    return replace(node, children=tuple(public(child, language) for child in node.children))
