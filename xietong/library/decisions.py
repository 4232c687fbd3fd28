"""Decisions: what a person ruled on a suspicion, kept as text beside the facts, with who, when and why.

::

    [[decision]]
    suspicion = "a1b2c3d4e5"             # the id that the check prints
    detector = "vintage-break"
    verdict = "accept"                   # accept, fix or exclude
    who = "核算处 | Accounts office"      # a role or an office, not a person's data
    when = "2026-11-24"
    why = "普查后修订 | revised after the census"
    cells = [ { table = "gdp.csv", indicator = "gdp.nominal", place = "120000", period = "2018" } ]
    what = "…the sentence of the suspicion…"
    was = "1234.5"                       # only with the verdict fix
    now = "12345"

Entries are added at the end. Of several on one suspicion the last counts and the others are its history.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError, nearest
from xietong.library.documents import Document
from xietong.library.labels import Label, Language

FILE = "decisions.toml"
VERDICTS: Mapping[str, Label] = {
    "accept": Label("照原样接受", "accepted as published"),
    "fix": Label("已改正", "corrected"),
    "exclude": Label("不予读取", "not to be read"),
}
KEYS = ("table", "indicator", "place", "period", "source")
_REQUIRED = ("suspicion", "detector", "verdict", "who", "when", "why", "cells")
_OPTIONAL = ("what", "was", "now")
_ENTRY = re.compile(r"\s*\[\[\s*decision\s*\]\]")


@dataclass(frozen=True)
class CellRange:
    """The cells a decision is about; an empty key means all of them. A table goes by its file's name alone."""

    table: str
    indicator: str = ""
    place: str = ""
    period: str = ""
    source: str = ""

    @property
    def stem(self) -> str:
        """Return the name of the table without folder and ending."""
        return stem(self.table)


def stem(table: str) -> str:
    """Return the name of a table without folder and ending."""
    return table.rpartition("/")[2].removesuffix(".csv")


@dataclass(frozen=True)
class Decision:
    """One ruling; ``where`` is the line of the file on which it begins."""

    suspicion: str
    detector: str
    verdict: str
    who: str
    when: str
    why: str
    cells: tuple[CellRange, ...]
    what: str = ""
    was: str = ""
    now: str = ""
    where: str = ""

    def told(self, language: Language) -> str:
        """Return verdict, day, who and why in one line."""
        verdict = VERDICTS[self.verdict].text(language)
        change = f" ({self.was} → {self.now})" if self.verdict == "fix" else ""
        who, why = Label.parse(self.who).text(language), Label.parse(self.why).text(language)
        return f"{verdict}{change}, {self.when}, {who}: {why}"

    def toml(self) -> str:
        """Return the entry as it stands in the file."""
        keys = ("suspicion", "detector", "verdict", "who", "when", "why")
        lines = [f"{key} = {_quoted(getattr(self, key))}" for key in keys]
        cells = ", ".join(_cell_toml(one) for one in self.cells)
        lines.append(f"cells = [ {cells} ]")
        lines += [f"{key} = {_quoted(getattr(self, key))}" for key in _OPTIONAL if getattr(self, key)]
        return "\n".join(["[[decision]]", *lines, ""])


def _cell_toml(one: CellRange) -> str:
    told = [f"{key} = {_quoted(getattr(one, key))}" for key in KEYS if getattr(one, key)]
    return f"{{ {', '.join(told)} }}"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it; its escapes are those of JSON, but for the delete sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def in_force(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return the decision that counts for every suspicion: the last."""
    return {one.suspicion: one for one in decisions}


def read_decisions(path: Path, shown: str, errors: list[XietongError]) -> list[Decision]:
    """Return the decisions of a file, the oldest first; every problem goes to ``errors``. No file, no decisions."""
    if not path.exists():
        return []
    document = Document.read_into(path, shown, errors)
    entries = document.data.get("decision", [])
    errors += document.demand((), (), ("decision",), lists=("decision",))
    if not isinstance(entries, list):
        return []
    lines = _EntryLines(path, shown) if entries else None
    found: list[Decision] = []
    for at, entry in enumerate(entries):
        problems = list(_problems(entry, f"decision {at + 1}", partial(lines.where, at))) if lines else []
        errors += problems
        if not problems and lines:
            told = {key: str(entry.get(key, "")).strip() for key in (*_REQUIRED[:-1], *_OPTIONAL)}
            cells = tuple(CellRange(**one) for one in entry["cells"])
            found.append(Decision(cells=cells, where=lines.where(at), **told))
    return found


class _EntryLines:
    """The lines on which the entries of a file and their keys begin."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.starts = [at for at, line in enumerate(self.lines) if _ENTRY.match(line)]

    def where(self, entry: int, key: str = "") -> str:
        """Return ``file:line`` of an entry, or of one of its keys."""
        if entry >= len(self.starts):
            return self.shown
        start = self.starts[entry]
        end = self.starts[entry + 1] if entry + 1 < len(self.starts) else len(self.lines)
        keys = (at for at in range(start, end) if key and re.match(rf"\s*{key}\s*=", self.lines[at]))
        return f"{self.shown}:{next(keys, start) + 1}"


Where = Callable[[str], str]
"""Gives ``file:line`` of a key of an entry, of the entry itself for no key."""


def problems(decision: Decision) -> list[XietongError]:
    """Return what is wrong with a decision that stands in no file yet."""
    entry = {key: getattr(decision, key) for key in (*_REQUIRED[:-1], *_OPTIONAL)}
    cells = [{key: getattr(one, key) for key in KEYS} for one in decision.cells]
    return list(_problems({**entry, "cells": cells}, f"decision on {decision.suspicion}", lambda _: ""))


def _problems(entry: Any, who: str, where: Where) -> Iterator[XietongError]:
    """Yield one error for each thing that is wrong with an entry."""
    if not isinstance(entry, dict):
        yield PackError(who, "it must be a table", where=where(""), ways=("write [[decision]] above its keys",))
        return
    yield from _wrong_keys(who, entry, where)
    yield from _wrong_words(who, entry, where)
    yield from _wrong_cells(who, entry.get("cells"), where("cells"))


def _wrong_keys(who: str, entry: Mapping[str, Any], where: Where) -> Iterator[XietongError]:
    for key in (*_REQUIRED, *(("was", "now") if entry.get("verdict") == "fix" else ())):
        told = entry.get(key, "")
        if told == [] or (isinstance(told, str) and not told.strip()):
            what = f"'{key}' is {'empty' if key in entry else 'missing'}"
            yield PackError(who, what, where=where(key), ways=(f"say {key}",))
    for key in entry:
        if key not in _REQUIRED and key not in _OPTIONAL:
            close = nearest(key, [*_REQUIRED, *_OPTIONAL])
            ways = (f"closest: {', '.join(close)}",) if close else ()
            yield PackError(who, f"unknown key '{key}'", where=where(key), ways=ways)
        elif key != "cells" and not isinstance(entry[key], str):
            yield PackError(who, f"'{key}' must be a text in quotes, not {entry[key]}", where=where(key))


def _wrong_words(who: str, entry: Mapping[str, Any], where: Where) -> Iterator[XietongError]:
    verdict, when = entry.get("verdict"), entry.get("when")
    if isinstance(verdict, str) and verdict and verdict not in VERDICTS:
        yield UnknownName(who, "verdict", verdict, VERDICTS, where=where("verdict"))
    if verdict != "fix" and (told := [key for key in ("was", "now") if entry.get(key)]):
        yield PackError(who, f"'{told[0]}' goes with the verdict 'fix' only", where=where(told[0]))
    if isinstance(when, str) and when.strip() and not is_day(when.strip()):
        yield PackError(who, f"'{when}' is no day", where=where("when"), ways=("write it as 2026-11-24",))


def is_day(text: str) -> bool:
    """Return whether a text is a day as ``2026-11-24``."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _wrong_cells(who: str, cells: Any, where: str) -> Iterator[XietongError]:
    if not cells:
        return
    if not isinstance(cells, list) or not all(isinstance(one, dict) for one in cells):
        ways = ('write cells = [ { table = "…", indicator = "…" } ]',)
        yield PackError(who, "'cells' must be a list of tables", where=where, ways=ways)
        return
    for one in cells:
        for key in one:
            if key not in KEYS:
                yield UnknownName(who, "key of a cell", key, KEYS, where=where)
            elif not isinstance(one[key], str):
                yield PackError(who, f"'{key}' of a cell must be a text in quotes, not {one[key]}", where=where)
        if not one.get("table"):
            yield PackError(who, "a cell names no table", where=where, ways=('add table = "…"',))


def repeated(new: Sequence[Decision], before: Iterable[Decision]) -> list[XietongError]:
    """Return one error for each new decision on a suspicion that is already decided."""
    known = in_force(before)
    errors: list[XietongError] = []
    for one in new:
        if (old := known.get(one.suspicion)) is not None:
            what = f"it is already decided: {old.verdict}, {old.when}" + (f" ({old.where})" if old.where else "")
            ways = ("say --again: the last decision counts, the earlier ones stay as history",)
            errors.append(PackError(f"suspicion {one.suspicion}", what, where=one.where, ways=ways))
        known[one.suspicion] = one
    return errors
