"""Search in an index: any run of signs, pinyin whole or by initials, variants of characters, and filters.

Answers come in five tiers: the name or the code itself, names that begin so, names that hold it, codes, and everything
else: pinyin and texts. Inside a tier short names come first, then by spelling, class and id; the same index gives the
same order.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from xietong.errors import EditionError, UnknownName
from xietong.library.places import Gazetteer
from xietong.library.registers.index import FORMAT, fill
from xietong.library.registers.register import Registers
from xietong.library.registers.sound import read_syllables
from xietong.library.registers.tokens import INITIALS, TEXTS, code_tokens, mark, pair_tokens, sign_token
from xietong.library.spelling import folded, folded_code, numbered

LIMIT = 20
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Hit:
    """An item that was found, with the publication and date of the name that is shown."""

    ref: str
    name: str
    places: tuple[str, ...]
    state: str
    since: str
    source: str
    edition: str
    grade: str
    access: str
    point: tuple[str, ...]
    where: str

    @classmethod
    def of(cls, row: Sequence[str]) -> Hit:
        """Return the hit of a row of the index."""
        kind, item, name, places, state, since, source, edition, grade, access, point, line = row
        several = (tuple(filter(None, text.split(";"))) for text in (places, point))
        there = next(several)
        return cls(
            f"{kind}:{item}", name, there, state, since, source, edition, grade, access, next(several), line,
        )  # fmt: skip


class Index:
    """A built index, read-only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.about: dict[str, str] = dict(connection.execute("select key, value from about").fetchall())

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index.

        Raises:
            EditionError: when the file is absent or of another format.
        """
        try:
            index = cls(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            what, ways = "this is no index of registers", ("build it again",)
            raise EditionError(f"index {path.name}", what, why=str(error), ways=ways) from None
        if index.about.get("format") != FORMAT:
            index.close()
            what = f"format {index.about.get('format')} instead of {FORMAT}"
            raise EditionError(f"index {path.name}", what, ways=("build it again",))
        return index

    def holds(self, digest: str, day: date) -> bool:
        """Return whether the index is of a pack of that digest and its states are those of a day."""
        until = self.about["until"]
        return self.about["digest"] == digest and self.about["day"] <= day.isoformat() < (until or "9999")

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """The classes with their states and attributes."""
        told: dict[str, Any] = json.loads(self.about["words"])
        return told

    @cached_property
    def places(self) -> Mapping[str, list[str]]:
        """The names of places and perimeters by code, the one that is shown first."""
        told: dict[str, list[str]] = json.loads(self.about["places"])
        return told

    def search(
        self, text: str = "", *, kind: str = "", place: str = "", state: str = "",
        where: Mapping[str, str] | None = None, limit: int = LIMIT,
    ) -> list[Hit]:  # fmt: skip
        """Return the items that a text finds among those that the filters leave, best first.

        ``kind`` is a class; ``place`` a code, a perimeter or a name, with everything inside it; ``where`` asks for
        values of attributes. Several words must all be found.

        Raises:
            UnknownName: when there is no such class, place, state, attribute or word.
        """
        return self.hits(self.found(text, kind=kind, place=place, state=state, where=where, limit=limit))

    def found(
        self, text: str = "", *, kind: str = "", place: str = "", state: str = "",
        where: Mapping[str, str] | None = None, limit: int = LIMIT,
    ) -> list[int]:  # fmt: skip
        """Return the entries that `search` finds, as numbers to count or to look up by `hits`, best first."""
        filters = self._filters(kind, place, state, where or {})
        found: dict[int, None] = {}
        words = [word for word in map(folded, text.split()) if word]
        if text.strip() and not words:
            return []
        for tier in _tiers(words) if words else [""]:
            asked = " AND ".join(filter(None, (f"({tier})" if tier else "", *filters)))
            if len(found) >= limit:
                break
            found |= dict.fromkeys(self._ids(asked, limit + len(found)))
        return list(found)[:limit]

    def hits(self, entries: Sequence[int]) -> list[Hit]:
        """Return the items of some entries."""
        return [self._hit(entry) for entry in entries]

    def _ids(self, asked: str, limit: int) -> list[int]:
        if asked:
            query = "select rowid from words where words match ? order by rowid limit ?"
            return [row[0] for row in self.connection.execute(query, (asked, limit))]
        return [row[0] for row in self.connection.execute("select id from entry order by id limit ?", (limit,))]

    def _hit(self, entry: int) -> Hit:
        row = self.connection.execute("select * from entry where id = ?", (entry,)).fetchone()
        return Hit.of(row[1:])

    def _filters(self, kind: str, place: str, state: str, where: Mapping[str, str]) -> list[str]:
        if kind and kind not in self.words:
            raise UnknownName("search", "class", kind, self.words)
        kinds = [self.words[kind]] if kind else list(self.words.values())
        states = {one for told in kinds for one in told["states"]}
        if state and state not in states:
            raise UnknownName("search", "state", state, states)
        told = [mark("class", kind)] if kind else []
        told += [mark("state", state)] if state else []
        told += [mark("place", self._place(place))] if place else []
        for name, text in where.items():
            told.append(mark("attribute", name, self._value(name, text, kinds)))
        return [f"marks : {one}" for one in told]

    def _value(self, name: str, text: str, kinds: Sequence[Mapping[str, Any]]) -> str:
        """Return the value of an attribute as the index keeps it."""
        known = {one for told in kinds for one in told["attributes"]}
        if name not in known:
            raise UnknownName("search", "attribute", name, known)
        words = [word for told in kinds for word in told["attributes"].get(name, ())]
        if words and text not in words:
            raise UnknownName("search", f"word of {name}", text, words)
        return text if text in self.places else folded(text)

    def _place(self, text: str) -> str:
        if text in self.places:
            return text
        found = [code for code, names in self.places.items() if text in names]
        if len(found) != 1:
            known = found or [*self.places, *(names[0] for names in self.places.values())]
            raise UnknownName("search", "single place" if found else "place", text, known)
        return found[0]

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def index_in_memory(registers: Registers, gazetteer: Gazetteer, digest: str, day: date) -> Index:
    """Return an index that stands in no file, for registers of some thousand items."""
    connection = sqlite3.connect(":memory:")
    fill(connection, registers, gazetteer, digest, day)
    return Index(connection)


def _tiers(words: Sequence[str]) -> Iterator[str]:
    """Yield what each tier asks the index for."""
    joined = "".join(words)
    yield f"marks : ({' OR '.join(mark('name', form) for form in (joined, numbered(joined), folded_code(joined)))})"
    begins = f"name : ^ {_phrase(words[0])}" if len(words[0]) > 1 else f"marks : {mark('begins', words[0])}"
    yield " AND ".join((begins, *map(_in_names, words[1:])))
    yield " AND ".join(map(_in_names, words))
    yield " AND ".join(f"({_in_names(word)} OR {_in_codes(word)})" for word in words)
    every = " AND ".join(f"({_anywhere(word)})" for word in words)
    spoken = " OR ".join(_spoken(joined)) if len(words) > 1 and _LETTERS.fullmatch(joined) else ""
    yield f"({every}) OR {spoken}" if spoken else every


def _phrase(text: str, column: str = "") -> str:
    return _quoted(pair_tokens(text, column))


def _quoted(tokens: Sequence[str]) -> str:
    return f'"{" ".join(tokens)}"'


def _in_names(word: str) -> str:
    if len(word) == 1:
        return f"signs : {sign_token(word)}"
    forms = dict.fromkeys((word, numbered(word)))
    return f"({' OR '.join(f'name : {_phrase(form)}' for form in forms)})"


def _in_codes(word: str) -> str:
    if len(word) == 1:
        return f"signs : {sign_token(word)}"
    forms = dict.fromkeys((word, folded_code(word)))
    return f"({' OR '.join(f'code : {_quoted(code_tokens(form))}' for form in forms)})"


def _anywhere(word: str) -> str:
    told = [_in_names(word), _in_codes(word)]
    if len(word) > 1:
        told.append(f"text : {_phrase(word, TEXTS)}")
    return " OR ".join([*told, *_spoken(word)])


def _spoken(word: str) -> list[str]:
    """Return what finds a word of letters as pinyin: by initials, and by every way to part it into syllables."""
    if not _LETTERS.fullmatch(word) or len(word) == 1:
        return []
    told = [f"initials : {_phrase(word, INITIALS)}"]
    for reading in read_syllables(word):
        told.append(f"sound : {' + '.join(reading)} *")
    return told
