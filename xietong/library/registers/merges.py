"""Merges: a person rules that two records are one thing. Nothing is deleted, and every ruling can be undone.

``merges.csv`` is a history: a row says which record is kept, which other one goes with it, on what day, who ruled
so and why; it is undone by filling its last three cells, and ruled again by a new row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xietong.errors import PackError, XietongError
from xietong.library.decisions import is_day
from xietong.library.raw import read_exactly
from xietong.library.registers.links import unknown_item

COLUMNS = ("kept", "other", "day", "who", "why", "undone", "undone_who", "undone_why")
FILE = "merges.csv"


@dataclass(frozen=True)
class Merge:
    """One ruling; ``undone`` is the day on which it was taken back, '' while it is in force."""

    kept: str
    other: str
    day: str
    who: str
    why: str
    undone: str = ""
    undone_who: str = ""
    undone_why: str = ""
    where: str = ""

    def told(self) -> str:
        """Return the ruling in one line."""
        back = f"; undone {self.undone}, {self.undone_who}: {self.undone_why}" if self.undone else ""
        return f"{self.other} → {self.kept}, {self.day}, {self.who}: {self.why}{back}"


def read_merges(
    path: Path, shown: str, classes: Mapping[str, object], refs: Collection[str], errors: list[XietongError]
) -> list[Merge]:
    """Return the rulings of a file, the oldest first; every problem goes to ``errors``. No file, no rulings."""
    if not path.exists():
        return []
    raw = read_exactly(path, shown, COLUMNS, errors)
    found: list[Merge] = []
    for line, record in raw.records(errors):
        one = Merge(**record, where=raw.where(line))
        problems = [error.at(one.where) for error in merge_problems(one, classes, refs)]
        errors += problems
        if not problems:
            found.append(one)
    errors += standing_problems(found)
    return found


def merge_problems(one: Merge, classes: Mapping[str, object], refs: Collection[str]) -> Iterator[XietongError]:
    """Yield one error for each thing that is wrong with a ruling by itself."""
    for ref in (one.kept, one.other):
        if ref not in refs:
            yield unknown_item("merges", ref, classes, refs)
    if one.kept == one.other:
        yield PackError("merges", f"'{one.kept}' is merged with itself", ways=("name two records",))
    elif one.kept.partition(":")[0] != one.other.partition(":")[0]:
        what, ways = f"'{one.kept}' and '{one.other}' are of two classes", ("say how they belong together by a link",)
        yield PackError("merges", what, why="one thing has one class", ways=ways)
    for key in ("who", "why"):
        if not getattr(one, key):
            yield PackError("merges", f"'{key}' is empty", ways=(f"say {key}; an office or a role, no person's name",))
    undone = {key: getattr(one, key) for key in ("undone", "undone_who", "undone_why")}
    for key in (key for key, text in undone.items() if not text and any(undone.values())):
        yield PackError("merges", f"'{key}' is empty", ways=("fill undone, undone_who and undone_why, or none",))
    for day in (one.day, *filter(None, (one.undone,))):
        if not is_day(day):
            yield PackError("merges", f"'{day}' is no day", ways=("write it as 2026-11-24",))


def standing_problems(merges: Iterable[Merge]) -> list[XietongError]:
    """Return what is wrong with the rulings in force taken together: a record merged twice, or into itself."""
    errors: list[XietongError] = []
    into: dict[str, Merge] = {}
    for one in (one for one in merges if not one.undone):
        if (first := into.get(one.other)) is not None:
            what = f"'{one.other}' is already merged into '{first.kept}' ({first.where})"
            ways = (f"merge '{first.kept}' instead", "undo the earlier ruling first")
            errors.append(PackError("merges", what, where=one.where, ways=ways))
        elif _head(one.kept, into) == one.other:
            what = f"'{one.kept}' is itself merged into '{one.other}'"
            errors.append(PackError("merges", what, where=one.where, ways=("undo the earlier ruling first",)))
        else:
            into[one.other] = one
    return errors


def _head(ref: str, into: Mapping[str, Merge]) -> str:
    while ref in into:
        ref = into[ref].kept
    return ref


def heads(merges: Iterable[Merge]) -> dict[str, str]:
    """Return for every merged record the one under which its item goes, by the rulings in force."""
    into = {one.other: one for one in merges if not one.undone}
    return {ref: _head(ref, into) for ref in into}


def as_text(merges: Sequence[Merge]) -> str:
    """Return rulings as ``merges.csv`` keeps them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(one, key) for key in COLUMNS] for one in merges)
    return file.getvalue()
