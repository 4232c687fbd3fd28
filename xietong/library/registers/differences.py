"""Proposed rows against those that stand: what would be added or changed, and what is refused with every reason.

The seam for whatever proposes rows: a sheet, a form, a journal. It writes nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xietong.errors import XietongError
from xietong.library.places import Gazetteer
from xietong.library.raw import RawTable
from xietong.library.registers.register import Register
from xietong.library.registers.rows import Row, checked_rows, header_problems


@dataclass(frozen=True)
class Change:
    """A row of an item and a publication that stands already, and what the proposal would write there."""

    before: Row
    after: Row

    def columns(self, attributes: Iterable[str]) -> list[str]:
        """Return the columns that differ."""
        pairs = zip(attributes, self.before.values, self.after.values, strict=True)
        differ = [name for name, before, after in pairs if before != after]
        return [
            *(name for name in ("name", "places") if getattr(self.before, name) != getattr(self.after, name)), *differ,
        ]  # fmt: skip


@dataclass(frozen=True)
class Refused:
    """A proposed row that cannot enter, with every reason."""

    record: Mapping[str, str]
    reasons: tuple[XietongError, ...]


@dataclass(frozen=True)
class Difference:
    """What a proposal would do; ``problems`` are of the table as a whole, ``standing`` counts lines that are there."""

    added: tuple[Row, ...]
    changed: tuple[Change, ...]
    same: tuple[Row, ...]
    refused: tuple[Refused, ...]
    problems: tuple[XietongError, ...] = ()
    standing: int = 0

    @property
    def sound(self) -> bool:
        """Return whether nothing is refused."""
        return not self.refused and not self.problems

    def errors(self) -> list[XietongError]:
        """Return every reason for which something is refused."""
        return [*self.problems, *(reason for one in self.refused for reason in one.reasons)]


def difference(register: Register, proposed: RawTable, gazetteer: Gazetteer) -> Difference:
    """Compare proposed rows with those of a register, by item and publication."""
    problems = header_problems(proposed, register.kind)
    if problems:
        return Difference((), (), (), (), tuple(problems))
    standing = {(row.item, row.origin): row for row in register.rows}
    added, changed, same, refused = list[Row](), list[Change](), list[Row](), list[Refused]()
    for record, row, reasons in checked_rows(proposed, register.kind, gazetteer, problems):
        if row is None:
            refused.append(Refused(record, tuple(reasons)))
            continue
        before = standing.get((row.item, row.origin))
        if before is None:
            added.append(row)
        elif before[2:] == row[2:]:
            same.append(before)
        else:
            changed.append(Change(before, row))
    told = {id(reason) for one in refused for reason in one.reasons}
    ragged = tuple(one for one in problems if id(one) not in told)
    return Difference(tuple(added), tuple(changed), tuple(same), tuple(refused), ragged)
