"""Every error that xietong raises on purpose, in one tree.

::

    XietongError                 who, what, why, the ways out, and where
    ├── Problems                 several errors at once; nothing is reported one by one
    ├── PackError                a line of a pack or a study that cannot be read as it stands
    ├── UnknownName              a concept, place, unit, measure or finding that does not exist; the nearest are offered
    ├── UnitMismatch             two units that cannot be converted into each other
    ├── MissingCell              a cell that a formula needs and no observation gives
    ├── AmbiguousCell            two observations of equal standing and different value
    ├── MixedBenchmarks          one formula, two benchmarks of the same accounts
    ├── MeasureRefusal           a measure whose precondition does not hold
    ├── EditionError             a built edition that is absent, stale or of another format
    ├── JournalError             a contribution or a ruling that the journal of a pack cannot take
    ├── AccessError              a request without the account, the role or the form that it needs, or one too many
    ├── HarvestError             a repository that cannot be harvested, or answers against the protocol
    ├── PlanError                a program without a solution, or an assumption without a reason
    └── PublishError             a chapter, figure or template that cannot be rendered
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AccessError",
    "AmbiguousCell",
    "EditionError",
    "HarvestError",
    "JournalError",
    "MeasureRefusal",
    "MissingCell",
    "MixedBenchmarks",
    "PackError",
    "PlanError",
    "Problems",
    "PublishError",
    "UnitMismatch",
    "UnknownName",
    "XietongError",
    "nearest",
]


_FEW = 8
"""So many names are all listed when one of them is misspelt."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the known names most like ``name``, best first; of those that are as like, the ones that begin alike."""
    close = get_close_matches(name, sorted(known), n=8 * count, cutoff=0.3)

    def apart(one: str) -> tuple[float, int, str]:
        begins = next((at for at, (a, b) in enumerate(zip(one, name, strict=False)) if a != b), len(one))
        return -SequenceMatcher(None, one, name).ratio(), -begins, one

    return sorted(close, key=apart)[:count]


class XietongError(Exception):
    """Who, what with the values, why it matters, the ways out; ``where`` is ``file:line`` for what people edit."""

    def __init__(
        self, who: str, what: str, *, why: str = "", ways: Sequence[str] = (), where: str | Path | None = None
    ) -> None:
        self.who, self.what, self.why, self.ways = who, what, why, tuple(ways)
        self.where = str(where) if where is not None else ""
        super().__init__(self.text())

    def at(self, where: str | Path) -> Self:
        """Say where the cause stands, unless the error says so itself, and return the error."""
        self.where = self.where or str(where)
        self.args = (self.text(),)
        return self

    def text(self) -> str:
        """Return the message as it is printed: one line of fact, then why, then each way out on its own line."""
        place = f"{self.where}: " if self.where else ""
        lines = [f"{place}{self.who}: {self.what}"]
        if self.why:
            lines.append(f"  why: {self.why}")
        lines += [f"  way out: {way}" for way in self.ways]
        return "\n".join(lines)


class Problems(XietongError):
    """Several errors of one job, reported together."""

    def __init__(self, who: str, errors: Sequence[XietongError]) -> None:
        self.errors = tuple(errors)
        super().__init__(who, f"{len(self.errors)} problem{'s' if len(self.errors) != 1 else ''}")

    def text(self) -> str:
        """Return the count and then every message in full."""
        return "\n".join([f"{self.who}: {self.what}", *(error.text() for error in self.errors)])


class PackError(XietongError):
    """A line of a pack or a study cannot be read as it stands."""


class UnknownName(XietongError):
    """A name that nothing carries; the three nearest are offered, and all where they are few."""

    def __init__(
        self, who: str, kind: str, name: str, known: Iterable[str], *, where: str | Path | None = None
    ) -> None:
        names = list(dict.fromkeys(known))
        close = nearest(name, names)
        ways = [f"closest: {', '.join(close)}"] if close else []
        if len(close) < len(names) <= _FEW:
            ways.append(f"all: {', '.join(names)}")
        super().__init__(who, f"no {kind} '{name}'", ways=ways, where=where)


class UnitMismatch(XietongError):
    """Two units cannot be converted into each other."""


class MissingCell(XietongError):
    """A formula needs a cell that no observation gives."""


class AmbiguousCell(XietongError):
    """Two observations of equal standing give different values for one cell."""


class MixedBenchmarks(XietongError):
    """One formula would mix values of two benchmarks; ``names`` maps each to the line of one of its cells."""

    def __init__(self, who: str, family: str, names: Mapping[str, str]) -> None:
        self.family, self.names = family, dict(sorted(names.items()))
        shown = " and ".join(f"'{name or 'none stated'}' ({where})" for name, where in self.names.items())
        super().__init__(
            who,
            f"one formula would mix the {family} benchmarks {shown}",
            why="the difference between the two revisions would be read as a change of the region",
            ways=(
                f"read both on one benchmark: benchmark = {{ {family} = '…' }} in the reading",
                "state mixed = 'reason' when the revision itself is what is measured",
                "state refused = 'reason' when the report is to say that no figure can be given",
            ),
        )


class MeasureRefusal(XietongError):
    """A precondition of a measure does not hold."""


class EditionError(XietongError):
    """A built edition is absent, stale or of another format."""


class JournalError(XietongError):
    """The journal of a pack cannot take a contribution or a ruling, or cannot be read."""


class AccessError(XietongError):
    """A request of the observatory lacks the account, the role or the form that it needs; ``status`` is its answer."""

    def __init__(self, what: str, status: int, *, ways: Sequence[str] = (), seconds: int = 0) -> None:
        self.status, self.seconds = status, seconds
        super().__init__("access", what, ways=ways)


class HarvestError(XietongError):
    """A repository of records cannot be harvested, or answers against the protocol."""


class PlanError(XietongError):
    """A plan has no solution or an assumption has no reason."""


class PublishError(XietongError):
    """A chapter, figure or template cannot be rendered."""
