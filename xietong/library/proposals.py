"""Proposals: what the columns of a file seem to mean, written as a mapping that a person looks through and confirms.

Nothing is imported on a proposal: the publication is left empty, and an import refuses while it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from xietong.errors import PackError
from xietong.library.foreign import read_foreign
from xietong.library.imports import written_period
from xietong.library.pack import Pack
from xietong.library.periods import span
from xietong.library.raw import RawTable
from xietong.library.sdmx import is_sdmx, roled
from xietong.library.tables import ORIGIN_REQUIRED
from xietong.library.units import unit
from xietong.library.workbooks import BRACKETS, MISSING, NUMBER, WORKBOOKS, Block, blocks, is_unit

YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(?:[.][0-9]+)?")
NUMBERED = re.compile(r"^\s*(?:[0-9一二三四五六七八九十]+[-–.、．\s])+\s*")
PLACES, NUMBERS = 0.5, 0.5
"""Parts of the cells of a column that must be places, or numbers, for it to be called so."""
CLOSE = 0.35
"""A concept less alike than this is not proposed."""
ENGLISH = {
    "100 million yuan": "亿元", "10 000 yuan": "万元", "10000 yuan": "万元", "yuan": "元", "10 000 persons": "万人",
    "10000 persons": "万人", "persons": "人", "person": "人", "10 000 tons": "万吨", "tons": "吨", "percent": "%",
}  # fmt: skip
"""Units as English yearbooks of China print them."""


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
    raw = read_foreign(path, path.name)
    remarks = () if raw.encoding == "utf-8" else (f"read as {raw.encoding.upper()}",)
    return Block("", "", 1, path.stem, "", (), raw, remarks)


def _table(block: Block, file: str, pack: Pack, taken: set[str]) -> str:
    name = _name(block.title or block.sheet or Path(file).stem, taken)
    lines = [f"\n[tables.{name}]", *(f"# {remark}" for remark in block.remarks), f"file = {_quoted(file)}"]
    if block.cells:
        lines += [f"sheet = {_quoted(block.sheet)}", f"cells = {_quoted(block.cells)}", f"header = {block.header}"]
    lines += ['kind = "figures"', f"title = {_quoted(block.title or name)}", f"note = {_quoted(' '.join(block.notes))}"]
    if is_sdmx(block.table):
        raw = roled(block.table)
        return "\n".join([*lines, *_indicators(raw, "indicator", "", pack, name), *_origins(raw, "source", name)])
    raw, roles = block.table, _roles(block.table, pack)
    constants = _constants(block, roles, pack)
    lines += [f"columns = {_inline(roles)}", f"constants = {_inline(constants)}"]
    cells = [cell for row in raw.rows for cell in row]
    lines.append(f'thousands = "{"," if any(map(THOUSANDS.fullmatch, cells)) else ""}"')
    lines.append(f"missing = [{', '.join(_quoted(one) for one in MISSING if one in cells)}]")
    if "value" not in roles:
        lines += [_value(column, block, roles, pack) for column in _valued(raw, roles)]
    if "indicator" in roles:
        told = "unit" in roles or "unit" in constants
        lines += _indicators(raw, roles["indicator"], "" if told else block.unit or "?", pack, name)
    return "\n".join([*lines, *_origins(raw, roles.get("source", ""), name)])


def _inline(told: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {_quoted(text)}" for key, text in told.items()) + " }"


def _constants(block: Block, roles: Mapping[str, str], pack: Pack) -> dict[str, str]:
    """Return what the title says of all rows: period, place, and the unit of a column of values."""
    told: dict[str, str] = {}
    across = [column for column in block.table.header if column not in roles.values()]
    period = (YEAR.search(block.title) or ["", ""])[1]
    if period and "period" not in roles and not any(_period(column) for column in across):
        told["period"] = period
    if not {"place", "code"} & set(roles) and not any(_place(column, pack) for column in across):
        told |= _only_place(block.title, pack)
    if block.unit and "value" in roles and "unit" not in roles:
        told["unit"] = _known(block.unit)
    return told


def _valued(raw: RawTable, roles: Mapping[str, str]) -> list[str]:
    """Return the columns of values: those of numbers that have no role."""
    return [
        column
        for at, column in enumerate(raw.header)
        if column not in roles.values() and _part(raw, at, lambda cell: bool(NUMBER.fullmatch(cell))) >= NUMBERS
    ]


def _roles(raw: RawTable, pack: Pack) -> dict[str, str]:
    """Return which column is place, code, period, indicator, value, unit or source, by its name and its cells."""
    found: dict[str, str] = {}
    codes = pack.gazetteer.places
    tests: dict[str, Callable[[str], bool]] = {
        "code": lambda cell: cell in codes,
        "place": lambda cell: bool(pack.gazetteer.named(cell) or pack.gazetteer.named(cell.replace(" ", ""))),
        "period": lambda cell: bool(_period(cell, whole=True)),
    }
    for role, test in tests.items():
        for at, column in enumerate(raw.header):
            if column not in found.values() and _part(raw, at, test) >= PLACES and not _period(column):
                found[role] = column
                break
    named = {
        "indicator": ("indicator", "item", "指标", "指标名称", "项目"), "unit": ("unit", "单位", "计量单位"),
        "value": ("value", "数值", "值", "obs_value"), "source": ("source", "来源", "资料来源", "数据来源"),
    }  # fmt: skip
    for role, names in named.items():
        match = next((column for column in raw.header if re.sub(r"\s", "", column).lower() in names), "")
        if match and match not in found.values():
            found[role] = match
    if "indicator" not in found:
        found.pop("value", None)
    return found


def _period(text: str, *, whole: bool = False) -> str:
    """Return the period that a text names, or of which it is a part, '' when there is none."""
    for part in (text.strip(), *(() if whole else map(str.strip, text.split("/")))):
        written = written_period(part)
        if re.match(r"(19|20)\d\d(?![0-9])", written):
            try:
                span(written)
            except PackError:
                continue
            return written
    return "" if whole else (YEAR.search(text) or ["", ""])[1]


def _place(text: str, pack: Pack) -> str:
    """Return the part of a head that names a place, '' when there is none."""
    parts = (part.strip() for part in text.split(" / "))
    return next((part for part in parts if part and pack.gazetteer.named(re.sub(r"\s", "", part))), "")


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


def _value(column: str, block: Block, roles: Mapping[str, str], pack: Pack) -> str:
    """Return the line for a column of values: indicator, unit, place and period, and how sure the concept is."""
    period, place = _period(column), "" if {"place", "code"} & set(roles) else _place(column, pack)
    cells = {key: text for key, text in (("period", period), ("place", place)) if text}
    if "indicator" in roles:
        return f"values.{_quoted(column)} = {_inline(cells)}"
    parts = (YEAR.sub("", BRACKETS.sub("", part)).strip(" /年") for part in column.split(" / "))
    words = " ".join(part for part in parts if part and part != place and not _period(part)) or _words(block.title)
    per_cent = any(row[block.table.header.index(column)].endswith("%") for row in block.table.rows)
    told = next((text for text in BRACKETS.findall(column) if is_unit(text)), "%" if per_cent else _known(block.unit))
    concept, score = _concept(words, told, pack)
    cells = {"indicator": concept or words, "unit": told or (pack.concepts[concept].unit if concept else "")} | cells
    remarks = [f"{pack.concepts[concept].label.zh}, {score:.2f}" if concept else "no concept is like it"]
    if not told:
        remarks.append("the unit is not stated" + (", this is the concept's" if concept else ""))
    elif not is_unit(told):
        remarks.append("the unit is none that packs know")
    return f"values.{_quoted(column)} = {_inline(cells)}   # {'; '.join(remarks)}"


def _words(title: str) -> str:
    """Return a title without its number, brackets and years."""
    return YEAR.sub("", NUMBERED.sub("", BRACKETS.sub("", title))).strip()


def _known(text: str) -> str:
    """Return a unit as packs write it, or the text itself when it is none."""
    return ENGLISH.get(" ".join(text.lower().split()), text)


def _indicators(raw: RawTable, column: str, stated: str, pack: Pack, name: str) -> list[str]:
    """Return the lines for the names of indicators that stand in rows, with units when they are ``stated`` there."""
    at = raw.header.index(column)
    concepts, units = [f"\n[tables.{name}.indicators]"], [f"\n[tables.{name}.units]"]
    for label in dict.fromkeys(row[at] for row in raw.rows if row[at]):
        told = next((text for text in BRACKETS.findall(label) if is_unit(text)), _known(stated.strip("?")))
        concept, score = _concept(BRACKETS.sub("", label), told, pack)
        remark = f"{pack.concepts[concept].label.zh}, {score:.2f}" if concept else "no concept is like it"
        concepts.append(f"{_quoted(label)} = {_quoted(concept or label)}   # {remark}")
        own = pack.concepts[concept].unit if concept else ""
        units.append(f"{_quoted(label)} = {_quoted(told or own)}" + ("" if told else "   # not stated, the concept's"))
    return [*concepts, *(units if stated else ())]


def _origins(raw: RawTable, column: str, name: str) -> list[str]:
    """Return the tables of publications, left empty: one, or one for every text in the column of sources."""
    at = raw.header.index(column) if column else -1
    sources = sorted({row[at] for row in raw.rows}) if column else []
    keys = [f"origins.{_quoted(source)}" for source in sources] if any(sources) else ["origin"]
    remark = "   # the publication: who, what, when, where in it, and how close this copy is to it"
    lines: list[str] = []
    for key in keys:
        lines += [f"\n[tables.{name}.{key}]{remark}", *(f'{one} = ""' for one in (*ORIGIN_REQUIRED, "edition"))]
    return lines


def _concept(words: str, told: str, pack: Pack) -> tuple[str, float]:
    """Return the concept most like some words whose unit can be that told, '' when none is like it."""
    words = words.strip().lower()
    best, most = "", 0.0
    for key, concept in pack.concepts.items():
        names = (key, concept.label.zh, concept.label.en, concept.short.zh, concept.short.en)
        plain = (BRACKETS.sub("", name).strip().lower() for name in names)
        score = max(1.0 if words == one else SequenceMatcher(None, words, one).ratio() for one in plain)
        if told and is_unit(told) and unit(told).dimension != unit(concept.unit).dimension:
            score -= 0.4
        if score > most:
            best, most = key, score
    return (best, most) if most >= CLOSE else ("", most)


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
