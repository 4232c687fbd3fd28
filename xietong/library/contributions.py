"""Contributions to a register: given, seen as a difference, accepted into the pack or returned, and kept in a journal.

What is accepted is first written into the journal and then put into the pack. Who comes after a cut between the two
puts it there. A row that no longer is what the contributor saw is not written over: the contribution is refused.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from xietong.errors import JournalError, PackError, Problems, UnknownName, XietongError
from xietong.library.contributed_lines import new_lines, takes_lines, with_lines
from xietong.library.documents import Document
from xietong.library.imports import tried
from xietong.library.pack import Pack, read_pack
from xietong.library.places import Gazetteer
from xietong.library.placing import JOURNAL, alone, put
from xietong.library.raw import RawTable
from xietong.library.register_imports import Sheet, code_of, proposed, row_cells, table_with
from xietong.library.registers.classes import RESERVED
from xietong.library.registers.differences import Difference, difference
from xietong.library.registers.journal import Contribution, Given, Journal
from xietong.library.registers.journal_engines import PATIENCE, SCHEME
from xietong.library.registers.register import FOLDER, Register
from xietong.library.registers.rows import Row
from xietong.library.registers.totals import within

SETTING = "XIETONG_JOURNAL"
"""The setting that names another file, or a database as ``postgresql://…``."""


@dataclass(frozen=True)
class Entry:
    """A row that a contribution writes: where it stood in the file, the cells before (none: it is new) and after."""

    where: str
    before: Mapping[str, str] | None
    after: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """Item and publication."""
        return self.after["item"], self.after["origin"]

    @property
    def places(self) -> set[str]:
        """The places of the row, before and after."""
        told = (side["place"] for side in (self.before, self.after) if side is not None)
        return {code for text in told for code in text.split(";") if code}

    def line(self) -> str:
        """Return the row in one line, with what it changes."""
        name = f"{self.after['item']} {self.after['name']} ({self.after['origin']})"
        if self.before is None:
            return f"+ {name} · {self.where}"
        before = self.before
        told = (f"{key} {before.get(key, '') or '—'} → {text or '—'}" for key, text in self.after.items()
                if text != before.get(key, ""))  # fmt: skip
        return f"~ {name}: {', '.join(told)} · {self.where}"


def entries(one: Contribution) -> list[Entry]:
    """Return the rows that a contribution writes."""
    return [Entry(**told) for told in json.loads(one.difference)]


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """Open the journal of a pack.

    Raises:
        PackError: when there is no such folder.
        JournalError: when it cannot be opened or is of another pack.
    """
    if not path.is_dir():
        raise PackError("journal", "there is no such folder", where=path.as_posix())
    named = os.environ.get(SETTING, "")
    name = Document.read_into(path / "pack.toml", path.name, []).data.get("id", path.resolve().name)
    with Journal.open(named if named.startswith(SCHEME) else Path(named) if named else path / JOURNAL, name) as one:
        yield one


def contribute(path: Path, kind: str, sheet: Sheet, office: str, jurisdiction: str) -> tuple[Contribution, Difference]:
    """Check a file against a register and write it into the journal; the register itself stays as it is.

    Raises:
        Problems: when a row is refused; nothing is written then.
        JournalError: when it says nothing new, the same file was given before, or no office is named.
        UnknownName: when there is no such class or jurisdiction.
        PackError: when the file cannot be read.
    """
    try:
        content = sheet.file.read_bytes()
    except OSError as error:
        raise PackError("contribution", f"cannot be read: {error.strerror}", where=sheet.file.as_posix()) from None
    _demand("contribution", office=office)
    with alone(path, PATIENCE), opened(path) as journal:
        settle(path, journal)
        pack = read_pack(path)
    place = jurisdiction_of(jurisdiction, pack.gazetteer)
    if takes_lines(kind):
        return _contribute_lines(path, pack, kind, sheet, content, Speaker(office, place))
    register = pack.registers[kind]
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / sheet.file.name
        copy.write_bytes(content)
        found = difference(register, proposed(replace(sheet, file=copy), register, pack.gazetteer), pack.gazetteer)
    if not found.sound:
        raise Problems(f"contribution to {kind}", found.errors())
    if not found.added and not found.changed:
        what = f"it says nothing that is not in the register: {len(found.same)} rows, all as they stand"
        raise JournalError("contribution", what, where=sheet.file.name, ways=("there is nothing to contribute",))
    return _kept(path, kind, sheet, content, Speaker(office, place), _entries(found, register)), found


class Speaker(NamedTuple):
    """The office that gives something, and the place for which it speaks."""

    office: str
    place: str


def _kept(path: Path, kind: str, sheet: Sheet, content: bytes, speaker: Speaker, told: Sequence[Entry]) -> Contribution:
    """Write what was given into the journal."""
    reading = {key: getattr(sheet, key) for key in ("sheet", "cells", "header", "origin")}
    read, written = (json.dumps(one, ensure_ascii=False) for one in (reading, [asdict(entry) for entry in told]))
    given = Given(kind, speaker.place, speaker.office, sheet.file.name, read, written, content)
    with opened(path) as journal:
        return journal[journal.add(given)]


def _contribute_lines(
    path: Path, pack: Pack, kind: str, sheet: Sheet, content: bytes, speaker: Speaker
) -> tuple[Contribution, Difference]:
    """Check lines of states or links against the pack and write them into the journal."""
    told, same = new_lines(pack, kind, sheet)
    if not told:
        what = f"it says nothing that is not there: {same} lines, all as they stand"
        raise JournalError("contribution", what, where=sheet.file.name, ways=("there is nothing to contribute",))
    _try(path, with_lines(pack, kind, [record for _, record in told]))
    found = [Entry(where, None, record) for where, record in told]
    return _kept(path, kind, sheet, content, speaker, found), Difference((), (), (), (), standing=same)


def previewed(path: Path, kind: str, sheet: Sheet) -> tuple[list[Entry], Difference]:
    """Return what a file would write into a register, row by row, and the whole difference; nothing is kept.

    Raises:
        UnknownName: when there is no such class.
        Problems: when a line of states or links cannot enter.
        PackError: when the file cannot be read.
    """
    pack = read_pack(path)
    if takes_lines(kind):
        told, same = new_lines(pack, kind, sheet)
        _try(path, with_lines(pack, kind, [record for _, record in told]))
        return [Entry(where, None, record) for where, record in told], Difference((), (), (), (), standing=same)
    register = pack.registers[kind]
    found = difference(register, proposed(sheet, register, pack.gazetteer), pack.gazetteer)
    return _entries(found, register), found


def accept(path: Path, number: int, office: str, jurisdiction: str, reason: str = "") -> Contribution:
    """Accept a contribution: write the ruling into the journal and its rows into the pack.

    Raises:
        JournalError: when it is ruled already, does not exist, or no office is named.
        Problems: when the jurisdiction does not contain its places, or a row cannot enter as things stand now.
    """
    _demand(f"contribution {number}", office=office, reason=reason or None)
    with alone(path, PATIENCE), opened(path) as journal:
        settle(path, journal)
        one, pack = journal.unruled(number), read_pack(path)
        place = jurisdiction_of(jurisdiction, pack.gazetteer)
        errors = list(_outside(one, place, pack.gazetteer))
        files = _files(one, pack, errors)
        if errors:
            raise Problems(f"contribution {number}", errors)
        _try(path, files)
        journal.rule(number, "accepted", office, place, reason)
        put(path, files)
        journal.place(number)
        return journal[number]


def send_back(path: Path, number: int, office: str, jurisdiction: str, reason: str) -> Contribution:
    """Return a contribution to its office with a reason; the register stays as it is.

    Raises:
        JournalError: when it is ruled already, does not exist, or something is not said.
        Problems: when no row lies whole in the jurisdiction, and it was not given by it.
    """
    _demand(f"contribution {number}", office=office, reason=reason)
    with alone(path, PATIENCE), opened(path) as journal:
        settle(path, journal)
        one, gazetteer = journal.unruled(number), read_pack(path).gazetteer
        place = jurisdiction_of(jurisdiction, gazetteer)
        errors = list(_outside(one, place, gazetteer))
        if len(errors) == len(entries(one)) and place != one.jurisdiction:
            raise Problems(f"contribution {number}", errors)
        journal.rule(number, "returned", office, place, reason)
        return journal[number]


def contributions(path: Path) -> tuple[list[Contribution], list[XietongError]]:
    """Return all contributions of a pack, and what keeps accepted rows out of it, should there be any.

    Raises:
        JournalError: when the journal cannot be opened.
        PackError: when there is no such pack.
    """
    if not os.environ.get(SETTING) and path.is_dir() and not (path / JOURNAL).exists():
        return [], []
    with opened(path) as journal:
        left = _settled(path, journal)
        return journal.all(), left


def finish(path: Path) -> None:
    """Put into a pack what was accepted and cut off before it stood there; whoever writes into a register begins so.

    Raises:
        Problems: when something that was accepted cannot be put there.
    """
    if left := contributions(path)[1]:
        raise Problems("contributions", left)


def contribution(path: Path, number: int) -> tuple[Contribution, bytes]:
    """Return a contribution and the bytes of its file.

    Raises:
        JournalError: when there is no such contribution.
    """
    with opened(path) as journal:
        _settled(path, journal)
        return journal[number], journal.content(number)


def _settled(path: Path, journal: Journal) -> list[XietongError]:
    """Settle when there is something to settle."""
    if not journal.pending():
        return []
    with alone(path, PATIENCE):
        return settle(path, journal)


def settle(path: Path, journal: Journal) -> list[XietongError]:
    """Put into the pack what was accepted and cut off before it stood there; return what could not be put and why.

    To be called while `alone`. Rows that stand there already are left as they are.
    """
    left: list[XietongError] = []
    for one in journal.pending():
        errors: list[XietongError] = []
        files = _files(one, read_pack(path), errors)
        if errors:
            left += errors
            continue
        try:
            _try(path, files)
        except Problems as problems:
            left += problems.errors
            continue
        put(path, files)
        journal.place(one.number)
    return left


def _try(path: Path, files: Mapping[str, str]) -> None:
    if files:
        tried(path, files)


def jurisdiction_of(text: str, gazetteer: Gazetteer) -> str:
    """Return the code of a place by code or by a name that only one carries.

    Raises:
        UnknownName: when there is no such place.
    """
    code = code_of(text, gazetteer)
    if code not in gazetteer.places:
        raise UnknownName("jurisdiction", "place", text, gazetteer.places)
    return code


def _demand(who: str, **told: str | None) -> None:
    """Demand that everything is said, in one line each; what need not be said may be None."""
    for key, text in told.items():
        if text is not None and not text.strip():
            raise JournalError(who, f"'{key}' is empty", ways=(f"say {key}; an office or a role, no person's name",))
        if not (text or "").isprintable():
            what, ways = f"'{key}' is more than one line, or has signs that do not print", ("say it in one line",)
            raise JournalError(who, what, ways=ways)


def _entries(found: Difference, register: Register) -> list[Entry]:
    """Return the rows that a difference writes, in the order of the file."""
    names = (*RESERVED, *register.kind.attributes)

    def told(row: Row) -> dict[str, str]:
        return dict(zip(names, row_cells(row), strict=True))

    changed = [Entry(one.after.where, told(one.before), told(one.after)) for one in found.changed]
    return [*changed, *(Entry(row.where, None, told(row)) for row in found.added)]


def _outside(one: Contribution, place: str, gazetteer: Gazetteer) -> Iterator[XietongError]:
    """Yield one error for each row that an office of a place has no say about."""
    inside, top = within(place, gazetteer), gazetteer.places[place].parent not in gazetteer.places
    for entry in entries(one):
        item, outside = entry.after["item"], sorted(entry.places - inside)
        ways: tuple[str, ...] = ("an office of a place that contains them all rules", "or one file per jurisdiction")
        if outside:
            shown = ", ".join(f"{code} ({gazetteer.label(code)})" for code in outside)
            what = f"'{item}' lies in {shown}, outside {place} ({gazetteer.label(place)})"
        elif not entry.places and not top:
            what, ways = f"'{item}' has no place", ("an office of the place above all others rules",)
        else:
            continue
        yield JournalError(f"contribution {one.number}", what, why="an office rules on its own places", ways=ways)


def _files(one: Contribution, pack: Pack, errors: list[XietongError]) -> dict[str, str]:
    """Return the table with the rows of a contribution, none when they all stand there; problems go to ``errors``."""
    if takes_lines(one.kind):
        return with_lines(pack, one.kind, [entry.after for entry in entries(one)])
    if one.kind not in pack.registers:
        errors.append(UnknownName(f"contribution {one.number}", "class", one.kind, pack.registers))
        return {}
    found = _found(one, pack.registers[one.kind], pack.gazetteer)
    errors += found.errors()
    errors += _moved(one, found, (*RESERVED, *pack.registers[one.kind].kind.attributes))
    if errors or not (found.added or found.changed):
        return {}
    return {f"{FOLDER}/{one.kind}.csv": table_with(pack, one.kind, found)}


def _found(one: Contribution, register: Register, gazetteer: Gazetteer) -> Difference:
    """Return what a contribution would do as things stand now; the class may have changed since."""
    told = entries(one)
    names = tuple(dict.fromkeys((*RESERVED, *register.kind.attributes, *(key for each in told for key in each.after))))
    rows = tuple(tuple(each.after.get(name, "") for name in names) for each in told)
    return difference(register, RawTable(f"contribution {one.number}", names, rows, (*range(1, len(rows) + 1),)),
                      gazetteer)  # fmt: skip


def _moved(one: Contribution, found: Difference, names: Sequence[str]) -> Iterator[XietongError]:
    """Yield one error for each row that is no longer what the contributor saw."""
    seen = {each.key: each for each in entries(one)}
    now: Sequence[tuple[Row, Row | None]] = [
        *((each.after, each.before) for each in found.changed), *((row, None) for row in found.added),
    ]  # fmt: skip
    for row, standing in now:
        entry = seen[row.item, row.origin]
        if told := _changes(entry, standing, names):
            what = f"'{row.item}' of '{row.origin}' is not what it was when the file came: {', '.join(told)}"
            ways = ("return it, and contribute again on what stands now",)
            where = standing.where if standing else None
            yield JournalError(f"contribution {one.number}", what, ways=ways, where=where)


def _changes(entry: Entry, standing: Row | None, names: Sequence[str]) -> list[str]:
    """Return how a row that stands differs from the one that the contributor saw."""
    if standing is None:
        return [] if entry.before is None else ["it is gone"]
    if entry.before is None:
        return ["there was none"]
    now, before = dict(zip(names, row_cells(standing), strict=True)), entry.before
    return [
        f"{key} is '{text}', was '{before.get(key, '')}'" for key, text in now.items() if text != before.get(key, "")
    ]
