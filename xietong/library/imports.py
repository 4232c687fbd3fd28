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
from dataclasses import dataclass, field
from pathlib import Path

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.mapping import MARKS, Mappings, TableMapping, read_sheets
from xietong.library.numbers import is_number
from xietong.library.pack import Pack, read_pack
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.placing import JOURNAL, alone, put
from xietong.library.sheets import Figures
from xietong.library.tables import ORIGIN_REQUIRED, RESERVED
from xietong.library.units import conversion

_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?\s*年?")
_MONTH = re.compile(r"((?:19|20)[0-9]{2})\s*年\s*([0-9]{1,2})\s*月")
_QUARTER = re.compile(r"((?:19|20)[0-9]{2})\s*年?\s*(?:第?([1-4一二三四])季度|Q([1-4]))")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_FOUR = {"一": "1", "二": "2", "三": "3", "四": "4"}


@dataclass(frozen=True)
class Imported:
    """One table as it goes into the pack: name, texts of CSV and sidecar, how many values, and how many before."""

    name: str
    table: str
    sidecar: str
    values: int
    before: int
    changed: bool


def import_tables(folder: Path, mappings: Mappings, pack: Path) -> list[Imported]:
    """Put the tables of a mapping into a pack; tables that are there and would not change are left as they are.

    Raises:
        Problems: with every problem of files, mapping, and the pack with the new tables; nothing is written then.
        PackError: when another import is at work on the pack.
    """
    with alone(pack):
        old = read_pack(pack)
        errors = [error for table in mappings.tables for error in _incomplete(table, mappings.shown)]
        if errors:
            raise Problems(f"import {mappings.shown}", errors)
        made = [
            _imported(table, sheet, old, errors)
            for table, sheet in zip(mappings.tables, read_sheets(folder, mappings).all, strict=True)
            if isinstance(sheet, Figures)
        ]
        if errors:
            raise Problems(f"import {mappings.shown}", errors)
        new = [one for one in made if one.changed]
        if new:
            files = {f"tables/{one.name}.csv": one.table for one in new}
            files |= {f"tables/{one.name}.toml": one.sidecar for one in new}
            tried(pack, files)
            put(pack, files)
    return made


def _incomplete(table: TableMapping, shown: str) -> Iterator[XietongError]:
    who = f"table {table.name}"
    if table.kind != "figures":
        ways = ("registers and flows are checked, and not imported yet",)
        yield PackError(who, f"a table of {table.kind} cannot be imported", where=shown, ways=ways)
    if not _NAME.fullmatch(table.name):
        ways = ("name it with small letters, digits and hyphens: [tables.gdp-cities]",)
        yield PackError(who, "the name is no name of a file", where=shown, ways=ways)
    told = {f'origins."{source}"': origin for source, origin in table.origins.items()} or {"origin": table.origin}
    for place, origin in told.items():
        for key in (key for key in ORIGIN_REQUIRED if not origin.get(key)):
            what, ways = f"the publication has no {key}", (f"fill in {key} = … under [tables.{table.name}.{place}]",)
            yield PackError(who, what, why="a figure has a publication", where=shown, ways=ways)


Key = tuple[str, ...]
"""Place, period, marks and origin: what tells the rows of a table of a pack apart."""


@dataclass
class _Rows:
    """The rows of a table that is being made: by key, each with concept and unit, number and line."""

    table: TableMapping
    pack: Pack
    errors: list[XietongError]
    cells: dict[Key, dict[tuple[str, str], tuple[str, str]]] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    places: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    sound: dict[tuple[str, str], bool] = field(default_factory=dict)

    def add(self, figures: Figures, row: int) -> None:
        """Add a value; every problem goes to ``errors``, one of a whole row or column only once."""
        unit, where = figures.unit[row], figures.where(row)
        text = self.table.number(figures.text[row], unit)
        if not text:
            return
        indicator, line = figures.indicator[row], str(figures.line[row])
        concept = self.table.indicators.get(indicator, indicator)
        period = self._period(figures.period[row], where, line)
        place = self._place((figures.code[row], figures.place[row], period), where, line)
        origin = self._origin(figures.source[row], where)
        sound = self._is_sound(concept, unit, where)
        if not is_number(text):
            ways = ('name the sign between thousands: thousands = ","', "name what stands for nothing: missing = [ … ]")
            self._tell(PackError(self._who, f"'{figures.text[row]}' is no plain number", ways=ways), where, where)
        elif sound and place and period and origin:
            marks = (figures.marks[role][row] if role in figures.marks else "" for role in MARKS)
            cells = self.cells.setdefault((place, period, *marks, origin), {})
            first = cells.setdefault((concept, unit), (text, where))
            if first[1] != where:
                told = f"{concept} {figures.place[row] or place} {figures.period[row]}"
                what = f"{told} is {first[0]} at {first[1]} and {text} here"
                self._tell(PackError(self._who, what, ways=("keep one of the two",)), where, where)

    @property
    def _who(self) -> str:
        return f"table {self.table.name}"

    def _tell(self, error: XietongError, where: str, once: str) -> None:
        """Report an error unless the same was reported ``once`` for this row or column."""
        if (error.what, once) not in self.told:
            self.told.add((error.what, once))
            self.errors.append(error.at(where))

    def _period(self, text: str, where: str, line: str) -> str:
        """Return a period as packs write it, '' when the text is none, which is reported."""
        try:
            span(written_period(text), self._who)
        except PackError as error:
            self._tell(error, where, line)
            return ""
        return written_period(text)

    def _place(self, told: tuple[str, str, str], where: str, line: str) -> str:
        """Return the code of a place given by code, name and period, '' when it is none or several: reported."""
        if told not in self.places:
            self.places[told] = _places(*told, self.pack.gazetteer)
        found, text = self.places[told], told[0] or told[1]
        if len(found) > 1:
            what = f"'{text}' names several places: {', '.join(found)}"
            self._tell(PackError(self._who, what, ways=("give codes",)), where, line)
        elif not found:
            known = [*self.pack.gazetteer.places, *(p.label.zh for p in self.pack.gazetteer.places.values())]
            self._tell(UnknownName(self._who, "place", text, known), where, line)
        return found[0] if len(found) == 1 else ""

    def _origin(self, source: str, where: str) -> str:
        """Return the key of a row's publication, '' when the mapping has none for it, which is reported."""
        if not self.table.origins:
            return "source"
        if source not in self.table.origins:
            self._tell(UnknownName(self._who, "publication", source, self.table.origins), where, source)
            return ""
        return _origin_keys(self.table)[source]

    def _is_sound(self, concept: str, unit: str, where: str) -> bool:
        """Return whether a concept exists and can be in a unit; if not, it is reported where it first stands."""
        if (concept, unit) not in self.sound:
            try:
                if concept not in self.pack.concepts:
                    raise UnknownName(self._who, "concept", concept, self.pack.concepts)
                conversion(unit, self.pack.concepts[concept].unit, f"{self._who}, {concept}")
                self.sound[concept, unit] = True
            except XietongError as error:
                self._tell(error, where, where)
                self.sound[concept, unit] = False
        return self.sound[concept, unit]


def _imported(table: TableMapping, figures: Figures, pack: Pack, errors: list[XietongError]) -> Imported:
    rows, count = _Rows(table, pack, errors), len(errors)
    for row in range(len(figures)):
        rows.add(figures, row)
    if not rows.cells and len(errors) == count:
        errors.append(PackError(f"table {table.name}", "it holds no value", where=f"{figures.name}:1"))
    old = next((one for one in pack.tables if one.name.rpartition("/")[2] == table.name), None)
    names = _columns(sorted({concept for line in rows.cells.values() for concept in line}))
    text, sidecar = _csv(names, rows.cells), _sidecar(table, names)
    target = pack.path / "tables" / f"{table.name}.csv"
    same = old is not None and target.read_bytes() == text.encode()
    same = same and target.with_suffix(".toml").read_bytes() == sidecar.encode()
    told = {(one.get("publisher"), one.get("title")) for one in (table.origins or {"": table.origin}).values()}
    if old is not None and not told & {(one.publisher, one.title) for one in old.origins.values()}:
        what = "the pack has a table of this name from another publication"
        ways = (f"name it otherwise: [tables.{table.name}-2]", f"or remove tables/{table.name}.csv and .toml first")
        errors.append(PackError(f"table {table.name}", what, where=f"{old.name}.csv", ways=ways))
    before = len(old.observations) if old is not None else 0
    return Imported(table.name, text, sidecar, sum(map(len, rows.cells.values())), before, not same)


def _places(code: str, name: str, period: str, gazetteer: Gazetteer) -> list[str]:
    """Return the codes of a place given by code or name, blanks inside the name aside.

    Of several codes that carry a name those count that stand in the period.
    """
    if code:
        return [code] if code in gazetteer else []
    plain = re.sub(r"\s", "", name)
    found = [plain] if plain in gazetteer else gazetteer.named(plain) or gazetteer.named(name)
    if len(found) < 2 or not period:
        return found
    standing = [one for one in found if one in gazetteer.perimeters or gazetteer.places[one].stands(period)]
    return standing or found


def written_period(text: str) -> str:
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
        taken = plain in RESERVED or plain in names.values()
        names[concept, unit] = f"{plain}_{len(names)}" if taken else plain
    return names


def _origin_keys(table: TableMapping) -> dict[str, str]:
    """Return the key in the sidecar of every publication by what the rows call it."""
    return {source: f"source-{at}" for at, source in enumerate(sorted(table.origins), 1)}


def _csv(names: Mapping[tuple[str, str], str], cells: Mapping[Key, Mapping[tuple[str, str], tuple[str, str]]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    used = [at for at in range(len(MARKS)) if any(key[at + 2] for key in cells)]
    writer.writerow(["place", "period", *(MARKS[at] for at in used), *names.values(), "origin"])
    for key in sorted(cells):
        marks = (key[at + 2] for at in used)
        writer.writerow([*key[:2], *marks, *(cells[key].get(concept, ("", ""))[0] for concept in names), key[-1]])
    return file.getvalue()


def _sidecar(table: TableMapping, names: Mapping[tuple[str, str], str]) -> str:
    lines = [f"title = {_quoted(table.title or table.name)}", f"note = {_quoted(table.note)}"]
    for (concept, unit), column in names.items():
        key = column if _BARE.fullmatch(column) else _quoted(column)
        lines += ["", f"[columns.{key}]", f"concept = {_quoted(concept)}", f"unit = {_quoted(unit)}"]
    keys = _origin_keys(table)
    origins = {keys[source]: table.origins[source] for source in sorted(table.origins)} or {"source": table.origin}
    for key, origin in origins.items():
        lines += ["", f"[origins.{key}]", *(f"{name} = {_quoted(text)}" for name, text in origin.items() if text)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it; its escapes are those of JSON, but for the delete sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def tried(pack: Path, files: Mapping[str, str]) -> None:
    """Read the pack as it would be with some files, by their names below it.

    Raises:
        Problems: with every problem it would have.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / pack.resolve().parent.name / pack.resolve().name
        shutil.copytree(pack, folder, ignore=shutil.ignore_patterns(f"{JOURNAL}*"))
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        read_pack(folder)
