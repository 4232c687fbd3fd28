"""Proposals: what the columns of a file seem to mean, written as a mapping that a person looks through and confirms.

Nothing is imported on a proposal: the publication is left empty, and an import refuses while it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from xietong.errors import UnknownName
from xietong.library.foreign import read_foreign
from xietong.library.pack import Pack
from xietong.library.raw import RawTable
from xietong.library.tables import ORIGIN_REQUIRED
from xietong.library.units import unit
from xietong.library.workbooks import NUMBER, WORKBOOKS, Block, blocks

YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
BRACKETS = re.compile(r"[（(]([^（）()]+)[）)]")
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(?:[.][0-9]+)?")
PLACES, NUMBERS = 0.5, 0.5
"""Parts of the cells of a column that must be places, or numbers, for it to be called so."""
CLOSE = 0.35
"""A concept less alike than this is not proposed."""
MISSING = ("-", "--", "—", "——", "…", "……", "...", "..", "/", "n.a.", "N/A", "NA", "缺", "暂无")


def propose(path: Path, pack: Pack) -> str:
    """Return the text of a mapping for every block of a workbook, or for a CSV.

    Raises:
        PackError: when the file cannot be read.
    """
    found = blocks(path, path.name) if path.suffix.lower() in WORKBOOKS else [_whole(path)]
    head = [
        f"# Proposed for {path.name}: look through every line, correct it, and fill in the publication; then",
        f"# xietong import {path.name} --mapping THIS FILE --pack PACK",
    ]
    taken: set[str] = set()
    return "\n".join([*head, *(_table(block, path.name, pack, taken) for block in found)]) + "\n"


def _whole(path: Path) -> Block:
    return Block("", "", 1, path.stem, "", (), read_foreign(path, path.name))


def _table(block: Block, file: str, pack: Pack, taken: set[str]) -> str:
    name = _name(block.title or block.sheet or Path(file).stem, taken)
    raw, lines = block.table, [f"\n[tables.{name}]", f"file = {_quoted(file)}"]
    if block.cells:
        lines += [f"sheet = {_quoted(block.sheet)}", f"cells = {_quoted(block.cells)}", f"header = {block.header}"]
    lines += ['kind = "figures"', f"title = {_quoted(block.title or name)}", f"note = {_quoted(' '.join(block.notes))}"]
    roles = _roles(raw, pack)
    lines.append("columns = { " + ", ".join(f"{role} = {_quoted(column)}" for role, column in roles.items()) + " }")
    period = (YEAR.search(block.title) or ["", ""])[1]
    constants = {} if "period" in roles or not period else {"period": period}
    if "place" not in roles and "code" not in roles:
        constants |= _only_place(block.title, pack)
    if "value" in roles:
        constants |= {"unit": block.unit} if block.unit and "unit" not in roles else {}
    lines.append("constants = { " + ", ".join(f"{k} = {_quoted(v)}" for k, v in constants.items()) + " }")
    cells = [cell for row in raw.rows for cell in row]
    lines.append(f'thousands = "{"," if any(map(THOUSANDS.fullmatch, cells)) else ""}"')
    lines.append(f"missing = [{', '.join(_quoted(one) for one in MISSING if one in cells)}]")
    if "value" in roles:
        lines += _indicators(raw, roles, pack, name)
    else:
        used = set(roles.values())
        lines += [
            _value(column, block, pack)
            for at, column in enumerate(raw.header)
            if column not in used and _part(raw, at, lambda cell: bool(NUMBER.fullmatch(cell))) >= NUMBERS
        ]
    lines += [
        f"\n[tables.{name}.origin]   # the publication: who, what, when, where in it, and how close this copy is to it"
    ]
    lines += [f'{key} = ""' for key in (*ORIGIN_REQUIRED, "edition")]
    return "\n".join(lines)


def _roles(raw: RawTable, pack: Pack) -> dict[str, str]:
    """Return which column is place, code, period, indicator, value, unit or source, by its name and its cells."""
    found: dict[str, str] = {}
    codes = pack.gazetteer.places
    tests: dict[str, Callable[[str], bool]] = {
        "code": lambda cell: cell in codes,
        "place": lambda cell: bool(pack.gazetteer.named(cell.replace(" ", ""))),
        "period": lambda cell: bool(YEAR.fullmatch(cell)),
    }
    for role, test in tests.items():
        for at, column in enumerate(raw.header):
            if column not in found.values() and _part(raw, at, test) >= PLACES:
                found[role] = column
                break
    named = {
        "indicator": ("indicator", "指标", "项目"), "value": ("value", "数值", "值", "obs_value"),
        "unit": ("unit", "单位"), "source": ("source", "来源"),
    }  # fmt: skip
    for role, names in named.items():
        match = next((column for column in raw.header if column.lower() in names), "")
        if match and match not in found.values():
            found[role] = match
    if "indicator" not in found:
        found.pop("value", None)
    return found


def _part(raw: RawTable, at: int, test: Callable[[str], bool]) -> float:
    cells = [row[at] for row in raw.rows if at < len(row) and row[at] and row[at] not in MISSING]
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def _only_place(title: str, pack: Pack) -> dict[str, str]:
    gazetteer = pack.gazetteer
    names = {p.label.zh: code for code, p in gazetteer.places.items()} | {
        p.short_zh: c for c, p in gazetteer.places.items()
    }
    known = max((name for name in names if len(name) > 1 and name in title), key=len, default="")
    return {"place": names[known]} if known else {}


def _value(column: str, block: Block, pack: Pack) -> str:
    """Return the line for a column of values: its indicator, unit and period, and how sure the concept is."""
    period = (YEAR.search(column) or ["", ""])[1]
    words = YEAR.sub("", BRACKETS.sub("", column)).strip(" /年") or block.title
    told = next((text for text in BRACKETS.findall(column) if _is_unit(text)), block.unit)
    concept, score = _concept(words, told, pack)
    remark = "" if told or not concept else "; the unit is not stated, this is the concept's"
    told = told or (pack.concepts[concept].unit if concept else "")
    cells = {"indicator": concept or words, "unit": told, **({"period": period} if period else {})}
    line = f"values.{_quoted(column)} = {{ " + ", ".join(f"{k} = {_quoted(v)}" for k, v in cells.items()) + " }"
    return line + (
        f"   # {pack.concepts[concept].label.zh}, {score:.2f}{remark}" if concept else "   # no concept is like it"
    )


def _indicators(raw: RawTable, roles: dict[str, str], pack: Pack, name: str) -> list[str]:
    at = raw.header.index(roles["indicator"])
    lines = [f"\n[tables.{name}.indicators]"]
    for label in dict.fromkeys(row[at] for row in raw.rows):
        concept, score = _concept(BRACKETS.sub("", label), "", pack)
        lines.append(f"{_quoted(label)} = {_quoted(concept or label)}   # {score:.2f}")
    return lines


def _concept(words: str, told: str, pack: Pack) -> tuple[str, float]:
    """Return the concept most like some words whose unit can be that told, '' when none is like it."""
    words = words.strip().lower()
    best, most = "", 0.0
    for key, concept in pack.concepts.items():
        names = (key, concept.label.zh, concept.label.en, concept.short.zh, concept.short.en)
        plain = (BRACKETS.sub("", name).strip().lower() for name in names)
        score = max(1.0 if words == one else SequenceMatcher(None, words, one).ratio() for one in plain)
        if told and _is_unit(told) and unit(told).dimension != unit(concept.unit).dimension:
            score -= 0.4
        if score > most:
            best, most = key, score
    return (best, most) if most >= CLOSE else ("", most)


def _is_unit(text: str) -> bool:
    try:
        unit(text)
    except UnknownName:
        return False
    return True


def _name(text: str, taken: set[str]) -> str:
    """Return a key for a table that no other has."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()
    plain = plain if re.search("[a-z]", plain) else f"table-{plain}".strip("-")
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name)
    return name


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
