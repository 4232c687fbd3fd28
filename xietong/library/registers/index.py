"""The index of the registers: one SQLite file, built from a pack and never edited; search reads it.

Entries stand in the order in which they are shown (short names first), so that an answer of twenty needs no sorting of
a hundred thousand. What filters ask for (class, place with all above it, words, state) are tokens like any other.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

from xietong.library.places import Gazetteer
from xietong.library.registers.classes import RegisterClass
from xietong.library.registers.items import Item
from xietong.library.registers.kinds import day_of
from xietong.library.registers.register import Registers
from xietong.library.registers.sound import initials, syllables
from xietong.library.registers.tokens import BARRIER, INITIALS, TEXTS, codes_of_all, mark, pairs_of_all, signs_of_all
from xietong.library.registers.totals import within
from xietong.library.spelling import folded, folded_code, numbered

FORMAT = "2"
_ENTRY = "id integer primary key, class, item, name, places, state, since, source, edition, grade, access, point, line"
_WORDS = "name, code, text, signs, sound, initials, marks"
_BATCH = 20_000


class Entry(NamedTuple):
    """What is shown of an item, and what it is found by; ``spelled`` are its names, also with numerals in digits."""

    shown: tuple[str, ...]
    names: tuple[str, ...]
    spelled: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    marks: tuple[str, ...]


def build_index(registers: Registers, gazetteer: Gazetteer, path: Path, digest: str, day: date) -> None:
    """Build the index of the registers as they stand on a day; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        draft = Path(scratch) / path.name
        with closing(sqlite3.connect(draft)) as connection:
            fill(connection, registers, gazetteer, digest, day)
        draft.replace(path)


def fill(connection: sqlite3.Connection, registers: Registers, gazetteer: Gazetteer, digest: str, day: date) -> None:
    """Write the index of the registers through a connection."""
    for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -200000"):
        connection.execute(f"pragma {pragma}")
    connection.execute(f"create table entry ({_ENTRY})")
    connection.execute(f"create virtual table words using fts5({_WORDS}, content='', columnsize=0, tokenize=\"ascii\")")
    areas = _Areas(gazetteer)
    order = _order(registers)
    for start in range(0, len(order), _BATCH):
        items = (registers[kind][item] for _, _, kind, item in order[start : start + _BATCH])
        part = list(enumerate((_entry(item, areas, day) for item in items), start + 1))
        connection.executemany(f"insert into entry values ({'?, ' * 12}?)", ((at, *one.shown) for at, one in part))
        connection.executemany(
            f"insert into words (rowid, {_WORDS}) values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((at, *_words(one)) for at, one in part),
        )
    connection.execute("insert into words (words) values ('optimize')")
    connection.execute("create table about (key text primary key, value text)")
    connection.executemany("insert into about values (?, ?)", _about(registers, gazetteer, digest, day).items())
    connection.commit()


def _about(registers: Registers, gazetteer: Gazetteer, digest: str, day: date) -> dict[str, str]:
    begins = (day_of(one.date, "state").start for register in registers.values() for one in register.states)
    ahead = [one.isoformat() for one in begins if one > day]
    words = {
        name: {
            "states": {key: [label.zh, label.en] for key, label in one.kind.states.items()},
            "attributes": {key: list(a.words) for key, a in one.kind.attributes.items()},
        }
        for name, one in registers.items()
    }
    return {
        "format": FORMAT, "digest": digest, "day": day.isoformat(), "until": min(ahead, default=""),
        "words": json.dumps(words, ensure_ascii=False), "places": json.dumps(_named(gazetteer), ensure_ascii=False),
    }  # fmt: skip


def _named(gazetteer: Gazetteer) -> dict[str, list[str]]:
    """Return the names of every place and perimeter, the one that is shown first."""
    found = {one.code: [one.short_zh, one.label.zh, one.label.en] for one in gazetteer.places.values()}
    return found | {one.id: [one.short.zh, one.label.zh, one.short.en] for one in gazetteer.perimeters.values()}


class _Areas:
    """For every place the codes and perimeters inside which it lies."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.places = gazetteer.places
        self.perimeters = {name: within(name, gazetteer) for name in gazetteer.perimeters}
        self.found: dict[str, tuple[str, ...]] = {}

    def over(self, code: str) -> tuple[str, ...]:
        """Return the place itself, those above it, and the perimeters that it belongs to."""
        if code not in self.found:
            above = [code]
            while (one := self.places.get(above[-1])) is not None and one.parent and one.parent not in above:
                above.append(one.parent)
            named = [name for name, inside in self.perimeters.items() if code in inside]
            self.found[code] = (*above, *named)
        return self.found[code]


def _order(registers: Registers) -> list[tuple[int, str, str, str]]:
    """Return length and spelling of the name, class and id of every item, in the order in which they are shown."""
    named = ((kind, item, folded(registers[kind][item].name)) for kind in registers for item in registers[kind])
    return sorted((len(name), name, kind, item) for kind, item, name in named)


def _entry(item: Item, areas: _Areas, day: date) -> Entry:
    kind = item.kind
    at = {name: index for index, name in enumerate(kind.attributes)}
    texts = [folded(row.values[at[a.id]]) for a in kind.of_kind("text") for row in item.rows]
    codes = [form for a in kind.of_kind("code") for row in item.rows for form in _code_forms(row.values[at[a.id]])]
    names = tuple(dict.fromkeys(folded(one.name) for one in (item.leading, *item.rows)))
    state = item.state(day) if item.states else None
    marks = {mark("class", kind.id), *(mark("name", one) for one in (*names, *codes))}
    marks.update(mark("begins", one[:1]) for one in names)
    marks.update(mark("place", area) for place in item.places for area in areas.over(place))
    marks.update(mark("state", state.state) for state in (state,) if state)
    marks.update(_attribute_marks(item, kind, areas))
    spelled = tuple(dict.fromkeys((*names, *map(numbered, names))))
    marks.update(mark("name", one) for one in spelled)
    return Entry(
        _shown(item, state.state if state else "", state.date if state else "", at), names, spelled,
        tuple(dict.fromkeys((folded(item.id), *codes))), tuple(filter(None, texts)), tuple(sorted(marks)),
    )  # fmt: skip


def _code_forms(text: str) -> tuple[str, ...]:
    return tuple(form for part in text.split(";") for form in (folded(part), folded_code(part)) if form)


def _shown(item: Item, state: str, since: str, at: Mapping[str, int]) -> tuple[str, ...]:
    origin = item.origin
    return (
        item.kind.id, item.id, item.name, ";".join(item.places), state, since, origin.cite(),
        origin.edition or origin.retrieved, origin.grade.name.lower(), origin.access, ";".join(_point(item, at)),
        item.leading.where,
    )  # fmt: skip


def _point(item: Item, at: Mapping[str, int]) -> tuple[str, ...]:
    """Return longitude and latitude of the first row that has both, as printed."""
    kinds = [[one.id for one in item.kind.of_kind(kind)] for kind in ("longitude", "latitude")]
    if all(kinds):
        for row in item.rows:
            point = tuple(row.values[at[names[0]]] for names in kinds)
            if all(point):
                return point
    return ()


def _attribute_marks(item: Item, kind: RegisterClass, areas: _Areas) -> Iterator[str]:
    for index, attribute in enumerate(kind.attributes.values()):
        for text in {row.values[index] for row in item.rows} - {""}:
            for part in attribute.parts(text):
                if attribute.kind == "place":
                    yield from (mark("attribute", attribute.id, area) for area in areas.over(part))
                elif attribute.kind not in ("longitude", "latitude"):
                    yield mark("attribute", attribute.id, folded(part))


def _words(one: Entry) -> tuple[str, ...]:
    readings = [reading for name in one.names for reading in syllables(name)]
    return (
        pairs_of_all(one.spelled), codes_of_all(one.codes), pairs_of_all(one.texts, TEXTS),
        signs_of_all((*one.spelled, *one.codes)), f" {BARRIER} ".join(" ".join(_syllables(told)) for told in readings),
        pairs_of_all((initials(told) for told in readings), INITIALS), " ".join(one.marks),
    )  # fmt: skip


def _syllables(reading: Iterable[str]) -> Iterator[str]:
    """Yield the syllables that the tokenizer keeps whole, in place of others a barrier."""
    return (one if one.isascii() and one.isalnum() else BARRIER for one in reading)
