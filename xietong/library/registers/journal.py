"""The journal of contributions: who gave which file when, what it would do, who ruled on it and why. Nothing leaves it.

What a method has returned is on the disk. A contribution is ruled once, and counts as placed when its rows stand in the
pack; whoever comes after a cut between the two places them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

from xietong.errors import JournalError
from xietong.library.registers.journal_engines import Engine, engine

FORMAT = 1
Verdict = Literal["accepted", "returned"]
_COLUMNS = "c.number, c.kind, c.jurisdiction, c.office, c.moment, c.file, c.sha256, c.reading, c.difference"
_RULED = "r.verdict, r.office, r.jurisdiction, r.moment, r.reason"
_ALL = (
    f"SELECT {_COLUMNS}, p.moment, {_RULED} FROM contributions c LEFT JOIN rulings r ON r.contribution = c.number "
    "LEFT JOIN placings p ON p.contribution = c.number"
)


@dataclass(frozen=True)
class Ruling:
    """What an office of a jurisdiction said about a contribution."""

    verdict: Verdict
    office: str
    jurisdiction: str
    moment: str
    reason: str


@dataclass(frozen=True)
class Contribution:
    """A file that an office gave for a class; ``reading`` says how it is read and ``difference`` what it would do."""

    number: int
    kind: str
    jurisdiction: str
    office: str
    moment: str
    file: str
    sha256: str
    reading: str
    difference: str
    placed: str = ""
    ruling: Ruling | None = None

    @property
    def state(self) -> str:
        """Return ``open``, ``accepted`` or ``returned``."""
        return self.ruling.verdict if self.ruling else "open"

    @property
    def pending(self) -> bool:
        """Return whether it was accepted and its rows are not known to stand in the pack."""
        return self.state == "accepted" and not self.placed


@dataclass(frozen=True)
class Given:
    """A contribution before it is in the journal."""

    kind: str
    jurisdiction: str
    office: str
    file: str
    reading: str
    difference: str
    content: bytes


class Journal:
    """The contributions and rulings of one pack."""

    def __init__(self, kept: Engine) -> None:
        self._engine = kept

    @property
    def engine(self) -> Engine:
        """Return the database, for what stands beside the journal in it."""
        return self._engine

    @classmethod
    def open(cls, place: str | Path, pack: str) -> Self:
        """Open the journal of a pack at a file or an address, and make it where there is none.

        Raises:
            JournalError: when it cannot be opened, is of another pack, or of another format.
        """
        kept = engine(place)
        try:
            if not kept.has_tables():
                with kept.transaction():
                    if not kept.has_tables():
                        for one in kept.schema():
                            kept.rows(one)
                        kept.rows("INSERT INTO journal VALUES (?, ?)", FORMAT, pack)
            _demand_own(kept, pack)
        except BaseException:
            kept.close()
            raise
        return cls(kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def add(self, given: Given) -> int:
        """Write a contribution down and return its number.

        Raises:
            JournalError: when the same file was given before and is open or accepted.
        """
        digest, moment = sha256(given.content).hexdigest(), _now()
        with self._engine.transaction():
            same = f"{_ALL} WHERE c.kind = ? AND c.sha256 = ? AND c.reading = ? ORDER BY c.number"
            for one in map(_contribution, self._engine.rows(same, given.kind, digest, given.reading)):
                if one.state != "returned":
                    what = f"the same file is contribution {one.number} of {one.office}, {one.moment}: {one.state}"
                    ways = (f"look at it: xietong register contribution {one.number}",)
                    raise JournalError("contribution", what, ways=ways, where=given.file)
            ((number,),) = self._engine.rows("SELECT COALESCE(MAX(number), 0) + 1 FROM contributions")
            told = (given.jurisdiction, given.office, moment, given.file, digest, given.reading, given.difference)
            values = (number, given.kind, *told, given.content)
            self._engine.rows(f"INSERT INTO contributions VALUES ({', '.join('?' * len(values))})", *values)
        return int(number)

    def rule(self, number: int, verdict: Verdict, office: str, jurisdiction: str, reason: str) -> None:
        """Write down what was ruled on a contribution.

        Raises:
            JournalError: when there is no such contribution, or it is ruled already.
        """
        with self._engine.transaction():
            self.unruled(number)
            ((order,),) = self._engine.rows("SELECT COALESCE(MAX(number), 0) + 1 FROM rulings")
            told = (order, number, verdict, office, jurisdiction, _now(), reason)
            self._engine.rows("INSERT INTO rulings VALUES (?, ?, ?, ?, ?, ?, ?)", *told)

    def place(self, number: int) -> None:
        """Write down that the rows of an accepted contribution stand in the pack; once is enough."""
        with self._engine.transaction():
            if not self._engine.rows("SELECT 1 FROM placings WHERE contribution = ?", number):
                self._engine.rows("INSERT INTO placings VALUES (?, ?)", number, _now())

    def all(self) -> list[Contribution]:
        """Return every contribution, the oldest first."""
        return [_contribution(row) for row in self._engine.rows(f"{_ALL} ORDER BY c.number")]

    def pending(self) -> list[Contribution]:
        """Return what was accepted and is not known to stand in the pack, in the order of the rulings."""
        asked = f"{_ALL} WHERE r.verdict = 'accepted' AND p.moment IS NULL ORDER BY r.number"
        return [_contribution(row) for row in self._engine.rows(asked)]

    def __getitem__(self, number: int) -> Contribution:
        """Return a contribution.

        Raises:
            JournalError: when there is no such contribution.
        """
        found = self._engine.rows(f"{_ALL} WHERE c.number = ?", number)
        if not found:
            ((last,),) = self._engine.rows("SELECT COALESCE(MAX(number), 0) FROM contributions")
            ways = (f"the journal holds contributions 1 to {last}" if last else "the journal holds none yet",)
            raise JournalError("journal", f"there is no contribution {number}", ways=ways, where=self._engine.shown)
        return _contribution(found[0])

    def unruled(self, number: int) -> Contribution:
        """Return a contribution that is still open.

        Raises:
            JournalError: when there is no such contribution, or it is ruled already.
        """
        one = self[number]
        if one.ruling is not None:
            said = one.ruling
            what = f"it was {said.verdict} by {said.office} ({said.jurisdiction}), {said.moment}"
            why, ways = "a contribution is ruled once", ("contribute what is to be said now as a new file",)
            raise JournalError(f"contribution {number}", what, why=why, ways=ways)
        return one

    def content(self, number: int) -> bytes:
        """Return the bytes of the file of a contribution.

        Raises:
            JournalError: when there is no such contribution, or its bytes are not those that were given.
        """
        one = self[number]
        ((content,),) = self._engine.rows("SELECT content FROM contributions WHERE number = ?", number)
        if sha256(content).hexdigest() != one.sha256:
            raise JournalError(f"contribution {number}", "its bytes are not those given", where=self._engine.shown)
        return bytes(content)


def _demand_own(kept: Engine, pack: str) -> None:
    ((form, owner),) = kept.rows("SELECT format, pack FROM journal")
    if owner != pack:
        ways = ("give each pack a journal of its own: XIETONG_JOURNAL",)
        what = f"this is the journal of pack '{owner}', not of '{pack}'"
        raise JournalError("journal", what, where=kept.shown, ways=ways)
    if form != FORMAT:
        what, ways = f"its format is {form}, not {FORMAT}", ("use the xietong that wrote it",)
        raise JournalError("journal", what, where=kept.shown, ways=ways)


def _contribution(row: tuple[Any, ...]) -> Contribution:
    one = Contribution(*row[:9])
    return replace(one, placed=row[9] or "", ruling=None if row[10] is None else Ruling(*row[10:]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
