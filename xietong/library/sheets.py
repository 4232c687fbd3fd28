"""Sheets: tables seen through a mapping, still as written, in columns and with the line of every row.

Three kinds: `Figures` (a value of an indicator at a place and period), `Items` (the entries of a register) and `Flows`
(a value from one place to another).  A table of a pack and a file as people have it become the same sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xietong.library.concepts import Concept
from xietong.library.names import Names
from xietong.library.raw import RawTable

Floats = NDArray[np.float64]

ITEM_ROLES = (
    "name", "key", "entity", "province", "city", "county", "place_code", "city_code", "lon", "lat", "datum", "address",
    "date", "weight", "source",
)  # fmt: skip
FLOW_ROLES = ("from", "to", "value", "period", "unit", "mode", "direction", "source")


@dataclass(frozen=True)
class Meaning:
    """What an indicator is: the concept it gives figures for, and whether they come from a sample.

    ``sample`` is the part of the population that was asked (``0.1`` for a long form of ten per cent), 0 when unknown or
    complete. ``derived`` says that the compiler computed the figures and no publisher printed them. ``whole_with``
    names the shares that make up the whole together with this one, ``growth_of`` the concept of which it is the index
    with the previous period as 100.
    """

    concept: Concept
    sample: float = 0.0
    derived: bool = False
    whole_with: tuple[str, ...] = ()
    growth_of: str = ""


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of one table in columns; ``text`` is the value as written, ``value`` is nan where that is no number.

    ``place`` and ``code`` are the name and the code as written ('' where the table has none), ``source`` the
    publication, ``line`` the line of the file; ``raw`` is the table itself, when it was read from a file and no pack;
    ``marks`` are further columns that a row of a pack may have: destination, flag, benchmark, note. ``letters`` is the
    column of every value when the table is a block of a workbook.
    """

    name: str
    place: Names
    code: Names
    indicator: Names
    period: Names
    unit: Names
    source: Names
    text: Sequence[str]
    value: NDArray[np.float64]
    line: NDArray[np.int64]
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    raw: RawTable | None = None
    marks: Mapping[str, Names] = field(default_factory=dict)
    letters: Names | None = None

    def __len__(self) -> int:
        return len(self.value)

    def where(self, row: int) -> str:
        """Return ``file:line`` of a row, ``file.xlsx!sheet!B7`` in a workbook."""
        cell = f":{self.line[row]}" if self.letters is None else f"!{self.letters[row]}{self.line[row]}"
        return self.name + cell

    @cached_property
    def key(self) -> Names:
        """What tells places apart: the code, or the name where a row has no code."""
        return Names.of(code or place for code, place in zip(self.code.texts(), self.place.texts(), strict=True))

    @cached_property
    def panels(self) -> Mapping[str, Panel]:
        """The panel of every indicator, in the order of the table."""
        order = np.argsort(self.indicator.at, kind="stable")
        bounds = np.searchsorted(self.indicator.at[order], np.arange(len(self.indicator.labels) + 1))
        return {
            label: Panel.of(self, label, order[bounds[at] : bounds[at + 1]])
            for at, label in enumerate(self.indicator.labels)
        }

    def panel_of(self, concept: str) -> Panel | None:
        """Return the panel of the first indicator that gives figures for a concept, if there is one."""
        for indicator, meaning in self.meanings.items():
            if meaning.concept.id == concept:
                return self.panels[indicator]
        return None

    def concept(self, indicator: str) -> Concept | None:
        """Return the concept that the mapping or the pack gives for an indicator."""
        meaning = self.meanings.get(indicator)
        return meaning.concept if meaning else None


@dataclass(frozen=True, eq=False)
class Panel:
    """One indicator of a table as places by periods: ``values[i, j]``, nan where there is none.

    ``rows[i, j]`` is the row of the table, -1 where there is none; of several rows for one cell the first counts and
    the others stand in ``repeated``. Periods are sorted; places keep the order of the table.
    """

    figures: Figures
    indicator: str
    places: tuple[str, ...]
    periods: tuple[str, ...]
    values: NDArray[np.float64]
    rows: NDArray[np.int64]
    repeated: NDArray[np.int64]

    @classmethod
    def of(cls, figures: Figures, indicator: str, rows: NDArray[np.int64]) -> Panel:
        """Lay the given rows of a table out as a panel."""
        places, place_at = _ranked(figures.key, rows)
        periods, period_at = _ranked(figures.period, rows)
        in_time = np.argsort(np.array(periods), kind="stable")
        period_at = np.argsort(in_time)[period_at]
        shape = (len(places), len(periods))
        cell, first = np.unique(place_at * len(periods) + period_at, return_index=True)
        grid = np.full(shape, -1, dtype=np.int64)
        grid.flat[cell] = rows[first]
        values = np.where(grid >= 0, figures.value[grid], np.nan)
        repeated = rows[grid[place_at, period_at] != rows]
        return cls(figures, indicator, places, tuple(periods[at] for at in in_time), values, grid, repeated)

    @property
    def concept(self) -> Concept | None:
        """The concept of the indicator, where it is known."""
        return self.figures.concept(self.indicator)

    @cached_property
    def place_at(self) -> Mapping[str, int]:
        """The position of every place."""
        return {name: at for at, name in enumerate(self.places)}

    @property
    def unit(self) -> str:
        """The unit of the first cell."""
        row = int(self.rows.max(initial=-1))
        return self.figures.unit[row] if row >= 0 else ""

    def like(self, other: Panel) -> Floats:
        """Return the values laid out on the places and periods of another panel, nan where there is none."""
        period_at = {name: at for at, name in enumerate(self.periods)}
        i = np.array([self.place_at.get(name, -1) for name in other.places], dtype=np.int64)
        j = np.array([period_at.get(name, -1) for name in other.periods], dtype=np.int64)
        found = self.values[np.ix_(i, j)] if self.values.size else np.full((len(i), len(j)), np.nan)
        return np.where((i[:, None] >= 0) & (j[None, :] >= 0), found, np.nan)

    def where(self, place: int, period: int) -> str:
        """Return ``file:line`` of a cell."""
        return self.figures.where(int(self.rows[place, period]))

    def text(self, place: int, period: int) -> str:
        """Return a cell as written, or '' where there is none."""
        row = int(self.rows[place, period])
        return self.figures.text[row] if row >= 0 else ""

    def name(self, place: int) -> str:
        """Return the name that the table gives a place, or its key."""
        row = int(self.rows[place].max())
        return self.figures.place[row] or self.places[place]


def _ranked(names: Names, rows: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the labels that occur in ``rows``, in the order in which they do, and the position of each row's label."""
    used, first, at = np.unique(names.at[rows], return_index=True, return_inverse=True)
    order = np.argsort(first)
    return tuple(names.labels[int(used[one])] for one in order), np.argsort(order)[at]


@dataclass(frozen=True, eq=False)
class Entries:
    """Rows of a table as written: texts by role (those that the table has) and the other columns."""

    name: str
    roles: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]
    line: NDArray[np.int64]
    raw: RawTable | None = None

    def __len__(self) -> int:
        return len(self.line)

    def role(self, name: str) -> tuple[str, ...]:
        """Return the texts of a role, empty texts where the table does not have it."""
        return self.roles.get(name) or ("",) * len(self)

    def where(self, row: int) -> str:
        """Return ``file:line`` of a row."""
        return f"{self.name}:{self.line[row]}"


class Items(Entries):
    """Entries of a register, with the roles `ITEM_ROLES`."""


@dataclass(frozen=True, eq=False)
class Flows(Entries):
    """Flows, with the roles `FLOW_ROLES`; ``value`` is nan where no number."""

    value: NDArray[np.float64] = field(kw_only=True)


Sheet = Figures | Items | Flows


@dataclass(frozen=True)
class Sheets:
    """All sheets of a folder or a pack."""

    all: tuple[Sheet, ...]

    def figures(self) -> Iterator[Figures]:
        """Yield the tables of figures."""
        yield from (one for one in self.all if isinstance(one, Figures))

    def items(self) -> Iterator[Items]:
        """Yield the registers."""
        yield from (one for one in self.all if isinstance(one, Items))

    def flows(self) -> Iterator[Flows]:
        """Yield the tables of flows."""
        yield from (one for one in self.all if isinstance(one, Flows))
