"""Imports: tables of others, read through a confirmed mapping, become tables of a pack, all of them or none.

The rows are sorted by place and period, so that the same file gives the same table in whatever order its rows stand.
The whole pack is read with the new tables before anything is put in place.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.mapping import MARKS, Mappings, TableMapping, read_sheets
from xietong.library.numbers import is_number
from xietong.library.pack import Pack, read_pack
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.sheets import Figures
from xietong.library.tables import ORIGIN_REQUIRED

_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?\s*年?")
_MONTH = re.compile(r"((?:19|20)[0-9]{2})\s*年\s*([0-9]{1,2})\s*月")
_QUARTER = re.compile(r"((?:19|20)[0-9]{2})\s*年?\s*(?:第?([1-4一二三四])季度|Q([1-4]))")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FOUR = {"一": "1", "二": "2", "三": "3", "四": "4"}


@dataclass(frozen=True)
class Imported:
    """One table as it goes into the pack: its name, the text of its CSV and of its sidecar, and how many values."""

    name: str
    table: str
    sidecar: str
    values: int
    changed: bool


def import_tables(folder: Path, mappings: Mappings, pack: Path) -> list[Imported]:
    """Put the tables of a mapping into a pack; tables that are there and would not change are left as they are.

    Raises:
        Problems: with every problem of files, mapping, and the pack with the new tables; nothing is written then.
    """
    old = read_pack(pack)
    errors = [error for table in mappings.tables for error in _incomplete(table, mappings.shown)]
    if errors:
        raise Problems(f"import {mappings.shown}", errors)
    made: list[Imported] = []
    for table, sheet in zip(mappings.tables, read_sheets(folder, mappings).all, strict=True):
        if isinstance(sheet, Figures):
            made.append(_imported(table, sheet, old, errors))
    if errors:
        raise Problems(f"import {mappings.shown}", errors)
    _tried(pack, made)
    _put(pack, [one for one in made if one.changed])
    return made


def _incomplete(table: TableMapping, shown: str) -> Iterator[XietongError]:
    who = f"table {table.name}"
    if table.kind != "figures":
        ways = ("registers and flows are checked, and not imported yet",)
        yield PackError(who, f"a table of {table.kind} cannot be imported", where=shown, ways=ways)
    if not _NAME.fullmatch(table.name):
        ways = ("name it with small letters, digits and hyphens: [tables.gdp-cities]",)
        yield PackError(who, "the name is no name of a file", where=shown, ways=ways)
    for key in ORIGIN_REQUIRED:
        if not table.origin.get(key):
            ways = (f"fill in {key} = … under [tables.{table.name}.origin]",)
            yield PackError(
                who, f"the publication has no {key}", why="a figure has a publication", where=shown, ways=ways
            )


Cells = dict[tuple[str, ...], dict[tuple[str, str], tuple[str, str]]]
"""Rows by place, period and marks, each with concept and unit, number and line."""


def _imported(table: TableMapping, figures: Figures, pack: Pack, errors: list[XietongError]) -> Imported:
    cells: Cells = {}
    periods = {text: _period(text) for text in figures.period.labels}
    named = set(zip(figures.code.texts(), figures.place.texts(), strict=True))
    places = {key: _place(*key, pack.gazetteer) for key in named}
    for row in range(len(figures)):
        text, where = _number(figures.text[row], table), figures.where(row)
        place = places[figures.code[row], figures.place[row]]
        problems = list(_problems(figures, row, text, place, pack))
        errors += [problem.at(where) for problem in problems]
        if text and not problems:
            concept = (table.indicators.get(figures.indicator[row], figures.indicator[row]), figures.unit[row])
            marks = (figures.marks[role][row] if role in figures.marks else "" for role in MARKS)
            line = cells.setdefault((place[0], periods[figures.period[row]], *marks), {})
            first = line.setdefault(concept, (text, where))
            if first[1] != where and first[0] != text:
                told = f"{concept[0]} {figures.place[row] or place[0]} {figures.period[row]}"
                what, ways = f"{told} is {first[0]} at {first[1]} and {text} here", ("keep one of the two",)
                errors.append(PackError(f"table {table.name}", what, where=where, ways=ways))
    names = _columns(sorted({concept for line in cells.values() for concept in line}))
    text, sidecar = _csv(names, cells), _sidecar(table, names)
    target = pack.path / "tables" / f"{table.name}.csv"
    same = target.exists() and target.read_text(encoding="utf-8") == text
    same = same and target.with_suffix(".toml").read_text(encoding="utf-8") == sidecar
    return Imported(table.name, text, sidecar, sum(map(len, cells.values())), not same)


def _problems(figures: Figures, row: int, text: str, place: Sequence[str], pack: Pack) -> Iterator[XietongError]:
    if not text:
        return
    who = f"table {figures.name}"
    if not is_number(text):
        ways = ('name the sign between thousands: thousands = ","', "name what stands for nothing: missing = [ … ]")
        yield PackError(who, f"'{figures.text[row]}' is no plain number", ways=ways)
    if len(place) != 1:
        told = figures.code[row] or figures.place[row]
        known = [*pack.gazetteer.places, *(p.label.zh for p in pack.gazetteer.places.values())]
        if place:
            yield PackError(who, f"'{told}' names several places: {', '.join(place)}", ways=("give codes",))
        else:
            yield UnknownName(who, "place", told, known)
    try:
        span(_period(figures.period[row]), who)
    except PackError as error:
        yield error


def _number(text: str, table: TableMapping) -> str:
    """Return a number as it is printed, '' for what the mapping says is missing."""
    if text in table.missing:
        return ""
    return text.replace(table.thousands, "") if table.thousands else text


def _place(code: str, name: str, gazetteer: Gazetteer) -> list[str]:
    """Return the codes of a place given by code or name, blanks inside the name aside."""
    if code:
        return [code] if code in gazetteer else []
    plain = re.sub(r"\s", "", name)
    if plain in gazetteer:
        return [plain]
    found = gazetteer.named(plain)
    standing = [one for one in found if one not in gazetteer.places or not gazetteer.places[one].valid_to]
    return standing or found


def _period(text: str) -> str:
    """Return a period as packs write it: 2023, 2023-06, 2023-Q1; any other text is left as it is."""
    if match := _YEAR.fullmatch(text):
        return match[1]
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02d}"
    if match := _QUARTER.fullmatch(text):
        quarter = match[2] or match[3]
        return f"{match[1]}-Q{_FOUR.get(quarter, quarter)}"
    return text


def _columns(units: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return a column name for every concept and unit."""
    names: dict[tuple[str, str], str] = {}
    for concept, unit in units:
        plain = concept.replace(".", "_")
        names[concept, unit] = plain if plain not in names.values() else f"{plain}_{len(names)}"
    return names


def _csv(names: Mapping[tuple[str, str], str], cells: Cells) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    used = [at for at in range(len(MARKS)) if any(key[at + 2] for key in cells)]
    writer.writerow(["place", "period", *(MARKS[at] for at in used), *names.values(), "origin"])
    for key in sorted(cells):
        marks = (key[at + 2] for at in used)
        writer.writerow([*key[:2], *marks, *(cells[key].get(concept, ("", ""))[0] for concept in names), "source"])
    return file.getvalue()


def _sidecar(table: TableMapping, names: Mapping[tuple[str, str], str]) -> str:
    lines = [f"title = {_quoted(table.title or table.name)}", f"note = {_quoted(table.note)}"]
    for (concept, unit), column in names.items():
        lines += ["", f"[columns.{column}]", f"concept = {_quoted(concept)}", f"unit = {_quoted(unit)}"]
    lines += ["", "[origins.source]", *(f"{key} = {_quoted(text)}" for key, text in table.origin.items() if text)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _tried(pack: Path, made: Sequence[Imported]) -> None:
    """Read the pack as it would be.

    Raises:
        Problems: with every problem it would have.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / pack.resolve().parent.name / pack.resolve().name
        shutil.copytree(pack, folder)
        for one in made:
            (folder / "tables" / f"{one.name}.toml").write_text(one.sidecar, encoding="utf-8")
            (folder / "tables" / f"{one.name}.csv").write_text(one.table, encoding="utf-8")
        read_pack(folder)


def _put(pack: Path, made: Sequence[Imported]) -> None:
    """Put tables in place: both files are written beside it first, and the CSV, without which no line is read, last."""
    with tempfile.TemporaryDirectory(dir=pack, prefix=".import-") as scratch:
        for one in made:
            for ending, text in (("toml", one.sidecar), ("csv", one.table)):
                draft = Path(scratch) / f"{one.name}.{ending}"
                draft.write_text(text, encoding="utf-8", newline="\n")
        for ending in ("toml", "csv"):
            for one in made:
                (Path(scratch) / f"{one.name}.{ending}").replace(pack / "tables" / f"{one.name}.{ending}")
