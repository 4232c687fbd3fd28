"""Comparison: outcomes of plans side by side, at most five: levers that differ, the objective, the rows that moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Page, Row, Section, page

MOST = 5
"""So many outcomes are compared at most: more than that nobody reads side by side."""
_SAME = 1e-9
_Key = tuple[str, ...]


def compare(payloads: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Page:
    """Return a page that shows outcomes of plans side by side, under the names that the caller gives them.

    Raises:
        PlanError: when there are fewer than two or more than five, or two bear one name.
    """
    _refuse(payloads, names)
    sections = (_results(payloads, names), _levers(payloads, names), *_moved(payloads, names))
    zh, en = "、".join(names), ", ".join(names)
    text = Label(f"{zh} 并排；只列不同之处", f"{en} side by side; only what differs is listed")
    return Page("comparison", Label("方案比较", "Comparison of plans"), text, sections)


def _refuse(payloads: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    who = "comparison"
    if len(payloads) != len(names):
        raise PlanError(who, f"{len(payloads)} outcomes have {len(names)} names", ways=("one name for each",))
    if not 2 <= len(payloads) <= MOST:
        ways = (f"name two to {MOST}",)
        raise PlanError(who, f"{len(payloads)} outcomes cannot be put side by side", ways=ways)
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise PlanError(who, f"two outcomes are called '{twice[0]}'", ways=("give each a name of its own",))


def _columns(names: Sequence[str], digits: int = 0) -> tuple[Column, ...]:
    return tuple(Column(f"of {name}", Label(name, name), digits=digits) for name in names)


def _results(payloads: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Section:
    rows = [
        Row((Label(*label), *(_number(one, key) for one in payloads)))
        for label, key in (
            (("目标值", "objective"), "objective"), (("界", "bound"), "bound"), (("相对差距", "relative gap"), "gap"),
        )
    ]  # fmt: skip
    told = [(_label(one["objective_label"]), _label(one["unit"])) for one in payloads]
    rows.insert(0, Row((Label("目标", "what is counted"), *(label for label, _ in told))))
    rows.insert(1, Row((Label("单位", "unit"), *(unit for _, unit in told))))
    failed = [
        Row((_label(check[0]), *(None if one is not payload else Label("不符", "does not hold") for one in payloads)))
        for payload in payloads
        for check in payload["checks"]
        if not check[4]
    ]
    notes: tuple[Label, ...] = ()
    if len({one["kind"] for one in payloads}) > 1 or len(set(told)) > 1:
        notes = (
            Label(
                "各方案的目标不是一回事，目标值不可比",
                "these plans count different things: their objectives cannot be compared",
            ),
        )
    columns = (Column("what", Label("结果", "result")), *_columns(names, 4))
    return Section("results", Label("结果", "Results"), (), columns, (*rows, *failed), notes)


def _number(one: Mapping[str, Any], key: str) -> float:
    return float(one[key])


def _label(told: Sequence[str]) -> Label:
    return Label(*told)


def _levers(payloads: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Section:
    """Return the levers whose value differs, or that only some of the plans have."""
    by_plan = [{lever["id"]: lever for lever in one["levers"]} for one in payloads]
    every = dict.fromkeys(key for levers in by_plan for key in levers)
    rows = []
    for key in every:
        values: tuple[Cell, ...] = tuple(float(one[key]["value"]) if key in one else None for one in by_plan)
        if _differ(values):
            lever = next(one[key] for one in by_plan if key in one)
            spans = [one[key] for one in by_plan if key in one]
            beyond = any(not one["low"] <= one["value"] <= one["high"] for one in spans)
            told = Label("超出范围", "outside its range") if beyond else None
            rows.append(Row((key, _label(lever["label"]), _label(lever["unit"]), *values, told)))
    columns = (
        Column("lever", Label("假定", "lever")),
        Column("label", Label("含义", "what it is")),
        Column("unit", Label("单位", "unit")),
        *_columns(names, 4),
        Column("range", Label("范围", "range")),
    )
    none = (Label("假定全部相同", "all levers are the same"),) if not rows else ()
    return Section("levers", Label("不同的假定", "Levers that differ"), none, columns, tuple(rows))


def _moved(payloads: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterator[Section]:
    """Yield, for each section of the pages, the rows whose cells differ, a line for each cell that moved."""
    pages = [page(one) for one in payloads]
    titles = {section.id: section.title for one in pages for section in one.sections}
    for name, title in titles.items():
        tables = [{one.id: one for one in told.sections}.get(name) for told in pages]
        rows = tuple(_rows([_cells(table) if table else {} for table in tables]))
        if rows:
            columns = (Column("row", Label("行", "row")), Column("column", Label("列", "column")), *_columns(names, 4))
            yield Section(f"moved {name}", title, (), columns, rows)


def _cells(section: Section) -> dict[_Key, tuple[Label, Label, Cell, str]]:
    """Return every cell by its row and column: the name of the row, the heading, the cell, and the finding."""
    told: dict[_Key, tuple[Label, Label, Cell, str]] = {}
    seen: dict[_Key, int] = {}
    for row in section.rows:
        name = _name(row)
        key = (row.ref or row.finding, name.zh)
        number = seen[key] = seen.get(key, -1) + 1
        said = _leading(row) if len(_leading(row)) < len(row.cells) else ()
        for column, cell in list(zip(section.columns, row.cells, strict=True))[len(said) :]:
            told[(*key, column.id, str(number))] = (name, column.label, cell, row.finding)
    return told


def _leading(row: Row) -> tuple[Label, ...]:
    """Return the leading cells of a row that are no numbers: they say what the row is about."""
    words: list[Label] = []
    for cell in row.cells:
        if isinstance(cell, float | int) or cell is None:
            break
        words.append(cell if isinstance(cell, Label) else Label(cell, cell))
    return tuple(words)


def _name(row: Row) -> Label:
    words = _leading(row)
    return Label(" · ".join(one.zh for one in words), " · ".join(one.en for one in words))


def _rows(tables: Sequence[Mapping[_Key, tuple[Label, Label, Cell, str]]]) -> Iterator[Row]:
    for key in dict.fromkeys(key for table in tables for key in table):
        cells = tuple(table[key][2] if key in table else None for table in tables)
        if _differ(cells):
            name, heading, _, finding = next(table[key] for table in tables if key in table)
            yield Row((name, heading, *cells), finding=finding)


def _differ(cells: Sequence[Cell]) -> bool:
    """Return whether not all cells say the same; numbers that agree to a billionth do."""
    first = cells[0]
    for one in cells[1:]:
        if isinstance(one, float | int) and isinstance(first, float | int):
            if abs(one - first) > _SAME * max(1.0, abs(first)):
                return True
        elif one != first:
            return True
    return False
