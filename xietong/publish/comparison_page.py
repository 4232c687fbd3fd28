"""Two editions side by side as a page: the numbers that moved and why, the sentences and the figures they changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xietong.errors import XietongError
from xietong.library.documents import shown as shown_name
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.movements import REASONS, Comparison, Move
from xietong.library.pages import Cell, Column, Page, Row, Section, Source
from xietong.library.store import Edition
from xietong.publish.chapters import LANGUAGES, figure_document, read_chapters
from xietong.publish.figures import Spec, read_specs
from xietong.publish.ground import PACKED
from xietong.publish.report import Desk
from xietong.publish.template import rendered

LINES = 12
"""So many lines of the ledger are named behind one number; more are counted."""
_NOTE = re.compile(r"\[\^[^\]]*\]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?")


def comparison_page(before: Edition, after: Edition, study: Path) -> Page:
    """Return what moved from one edition to the next; sentences are those of the study's chapters as they stand."""
    told = Comparison(before, after)
    moves = list(told.moves())
    tables = told.tables()
    names = {move.finding for move in moves} | {finding.id for finding, _ in tables}
    shown = shown_name(study)
    specs = read_specs(figure_document(study, shown))
    title = Label(
        f"版本 {before.digest[:12]} 与 {after.digest[:12]}", f"Editions {before.digest[:12]} and {after.digest[:12]}"
    )
    text = Label(
        "哪些数变了，为什么变，哪些句子和图随之改变",
        "Which numbers moved, why, and which sentences and figures changed",
    )
    sections = (
        _summary(moves, tables), _numbers(told, moves), _tables(tables),
        *(_passages(told, study, language, names, specs) for language in LANGUAGES),
        _figures(specs, names),
    )  # fmt: skip
    return Page("compare", title, text, sections)


def _reasons(keys: Sequence[str]) -> Label:
    labels = [REASONS[one] for one in keys]
    return Label("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))


def _summary(moves: Sequence[Move], tables: Sequence[object]) -> Section:
    columns = (Column("why", Label("原因", "Why")), Column("numbers", Label("变动的数", "Numbers that moved")))
    rows = tuple(Row((label, sum(key in move.reasons for move in moves))) for key, label in REASONS.items())
    text = Label(
        f"{len(moves)} 个数、{len(tables)} 张表或判断不同；一个数可有几个原因",
        f"{len(moves)} numbers and {len(tables)} tables or verdicts differ; a number may have several reasons",
    )
    return Section("summary", Label("概况", "In brief"), (text,), columns, rows)


def _numbers(told: Comparison, moves: Sequence[Move]) -> Section:
    digits = max((move.digits for move in moves), default=0)
    columns = (
        Column("finding", Label("结果", "Finding")),
        Column("cell", Label("单元", "Cell")),
        Column("before", Label("原为", "Before"), digits=digits),
        Column("after", Label("现为", "After"), digits=digits),
        Column("change", Label("变动", "Change"), digits=digits),
        Column("unit", Label("单位", "Unit")),
        Column("why", Label("原因", "Why")),
    )
    rows = []
    for move in moves:
        ends = (move.before, move.after)
        change = None if move.before is None or move.after is None else move.after - move.before
        where = " · ".join(move.cell.values())
        cells: tuple[Cell, ...] = (move.label, where, *ends, change, move.unit, _reasons(move.reasons))
        rows.append(Row(cells, _behind(told, move), "", move.finding))
    note = Label(
        "原因由两版的收据相比得出：来源行的值、地区范围、算式的文本、研究的选择；它说有哪些，不说各占多少",
        "Reasons come from the two receipts (lines, places, text of the formula, choices): which, not how much of each",
    )
    return Section("numbers", Label("变动的数", "Numbers that moved"), (), columns, tuple(rows), (note,))


def _behind(told: Comparison, move: Move) -> tuple[Source, ...]:
    """Return the lines behind a number that are not the same in both editions."""
    was, now = (
        {edition.line(row) for row in rows} for edition, rows in zip((told.before, told.after), move.rows, strict=True)
    )
    changed = sorted(was ^ now, key=lambda one: (one.location, one not in was))
    return tuple(
        Source.of(one.origin, f"{one.location}: {one.published} {one.unit_text}".strip()) for one in changed[:LINES]
    )


def _tables(tables: Sequence[tuple[Finding, tuple[str, ...]]]) -> Section:
    columns = (Column("what", Label("表或判断", "Table or verdict")), Column("why", Label("原因", "Why")))
    rows = tuple(Row((one.label, _reasons(why)), finding=one.id) for one, why in tables)
    return Section("tables", Label("变动的表与判断", "Tables and verdicts that changed"), (), columns, rows)


def _passages(told: Comparison, study: Path, language: Language, names: set[str], specs: Mapping[str, Spec]) -> Section:
    columns = (
        Column("where", Label("文件", "File")),
        Column("before", Label("原文", "Before")),
        Column("after", Label("现文", "After")),
    )
    rows = []
    for chapter in read_chapters(study, shown_name(study), language):
        for line, block in _blocks(chapter.text):
            if any(f'"{name}"' in block for name in names):
                old, new = (_plain(edition, language, specs, block) for edition in (told.before, told.after))
                if old != new:
                    rows.append(Row((f"{chapter.shown}:{line}", old, new)))
    title = Label(f"变动的段落（{language}）", f"Passages that changed ({language})")
    return Section(f"passages-{language}", title, (), columns, tuple(rows))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the passages of a chapter with the line on which each begins."""
    line, block = 1, list[str]()
    for number, one in enumerate([*text.splitlines(), ""], 1):
        if one.strip():
            line = line if block else number
            block.append(one)
        elif block:
            yield line, "\n".join(block)
            block = []


def _plain(edition: Edition, language: Language, specs: Mapping[str, Spec], block: str) -> str | None:
    """Return a passage as an edition prints it, without notes and links; None when the edition lacks what it names."""
    try:
        text = rendered(block, "chapter", Desk(edition, language, specs, PACKED).functions())
    except XietongError:
        return None
    return " ".join(_LINK.sub(r"\1", _NOTE.sub("", text)).split())


def _figures(specs: Mapping[str, Spec], names: set[str]) -> Section:
    columns = (Column("figure", Label("图", "Figure")), Column("because", Label("所用的结果", "Findings it shows")))
    changed = [(spec, [one for one in spec.findings if one in names]) for spec in specs.values()]
    rows = tuple(
        Row((Label(spec.text("caption", "zh"), spec.text("caption", "en")), ", ".join(used)))
        for spec, used in changed
        if used
    )
    return Section("figures", Label("变动的图", "Figures that changed"), (), columns, rows)
