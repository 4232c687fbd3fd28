"""Python's way in: open a pack or a study, read series out of it, ask any cell where it comes from, and measure.

::

    import xietong

    book = xietong.open("packs/region")              # or a short name: looked for in packs/ and studies/
    gdp = book.read("gdp.nominal", places="region", periods="2014..2023", benchmark={"economic": "census-2018"})
    gdp.to_pandas()
    print(gdp.explain(place="110000", period="2023"))
    print(xietong.measure("theil", incomes=frame["gdp"], people=frame["people"]))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xietong.errors import PackError, UnknownName
from xietong.library import frames
from xietong.library.labels import Label, Language
from xietong.library.ledger import Ledger, Selection, fill, row_number
from xietong.library.pack import Pack, read_pack
from xietong.library.periods import years
from xietong.library.readings import RULES, Reading
from xietong.library.registers.candidates import THRESHOLD, Candidate, candidates
from xietong.library.registers.register import Registers
from xietong.library.registers.search import Hit, Index, index_in_memory
from xietong.library.series import Series
from xietong.library.tables import Observation
from xietong.recipes import notes
from xietong.recipes.measuring import Facts, Given, Measured, facts, measured

if TYPE_CHECKING:
    from xietong.library.concepts import Concept
    from xietong.library.places import Perimeter, Place
    from xietong.library.registers.journal import Contribution

FOLDERS = ("packs", "studies")


@dataclass(frozen=True, eq=False, repr=False)
class Result(Measured):
    """What a measure gives on bare data: ``.value`` or ``.values`` with ``.axes``, shown with its note and source."""

    def __repr__(self) -> str:
        """Return result, warnings, method and source."""
        return notes.as_text(self, "en")

    def _repr_html_(self) -> str:
        return notes.as_html(self, "en")

    def note(self, language: Language = "zh") -> str:
        """Return result, warnings, method and source in Chinese or English."""
        return notes.as_text(self, language)


def measure(name: str, /, *, misused: bool = False, **given: Any) -> Result:
    """Compute a measure on arrays, lists, or columns of pandas, polars and xarray.

    Parameters and choices are given by name, as `xietong measure NAME` lists them. Data with labels, such as a pandas
    Series with its index, must have the same labels in the same order; groups may be texts. ``misused`` shows the wrong
    numbers that circulate beside the right one.

    Raises:
        UnknownName: when there is no such measure.
        Problems: with every parameter and choice that is missing, unknown or of the wrong kind.
        MeasureRefusal: when axes disagree or a precondition of the measure does not hold.
    """
    known = facts(name)
    data = {one: _given(known, one, value) for one, value in given.items() if one in known.parameters}
    choices = {one: value for one, value in given.items() if one not in known.parameters}
    return Result(**vars(measured(name, data, choices, misused=misused)))


def _given(known: Facts, parameter: str, value: Any) -> Given:
    """Return the data of a parameter with the labels that a frame gives it.

    Raises:
        PackError: when a cell is no number.
    """
    axes = known.parameters[parameter]
    array = np.asarray(value)
    names = tuple(_names(value, array.ndim)[max(array.ndim - len(axes), 0) :])
    if known.labels.get(parameter, "group") != "group" and np.issubdtype(array.dtype, np.integer):
        return Given(array.astype(np.int64), names)
    if parameter in known.labels:
        groups, at = np.unique(array, return_inverse=True)
        return Given(at.reshape(array.shape).astype(np.int64), names, groups=tuple(map(str, groups)))
    try:
        return Given(array.astype(np.float64), names, str(getattr(value, "name", "") or ""))
    except (TypeError, ValueError) as error:
        raise PackError(known.name, f"{parameter} holds what is no number: {error}") from None


def _names(value: Any, axes: int) -> list[tuple[str, ...]]:
    """Return the labels of each axis of a frame, empty where it has none or only row numbers."""
    if hasattr(value, "dims") and hasattr(value, "coords"):
        return [tuple(map(str, value.coords[one].values)) if one in value.coords else () for one in value.dims]
    told: list[tuple[str, ...]] = []
    for key in ("index", "columns"):
        labels = getattr(value, key, ())
        plain = callable(labels) or type(labels).__name__ == "RangeIndex"
        told.append(() if plain else tuple(map(str, labels)))
    return told[:axes]


@dataclass(frozen=True, repr=False)
class Answer(Series):
    """A series that was read from a book: it can be shown, handed to other libraries, and asked for its lines."""

    book: Book | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """Return a small table."""
        return frames.as_text(self, self._names)

    def _repr_html_(self) -> str:
        return frames.as_html(self, self._names)

    @property
    def _names(self) -> Mapping[str, str]:
        return self.book.names if self.book else {}

    def to_pandas(self) -> Any:
        """Return a pandas Series indexed by the axes, nan where absent.

        Raises:
            PackError: when pandas is not installed.
        """
        return frames.to_pandas(self)

    def to_polars(self) -> Any:
        """Return a long polars frame: the axes, value, unit, flag and grade.

        Raises:
            PackError: when polars is not installed.
        """
        return frames.to_polars(self)

    def to_xarray(self) -> Any:
        """Return an xarray DataArray with the axes, flags and grades as coordinates.

        Raises:
            PackError: when xarray is not installed.
        """
        return frames.to_xarray(self)

    def explain(self, **labels: str | Sequence[str]) -> str:
        """Return the lines of the pack behind the series, or behind the part with the given labels.

        Raises:
            UnknownName: when the series has no such axis or label.
        """
        part = self.select(**labels)
        rows = [int(row) for row in part.rows.ravel() if row >= 0]
        return "\n".join(self.book.line(row) for row in rows) if self.book else ""


class Book:
    """An opened pack, with the readings of its study when a study was opened."""

    def __init__(self, pack: Pack, readings: Mapping[str, Reading]) -> None:
        import duckdb

        self.pack, self.readings = pack, dict(readings)
        self._connection = duckdb.connect()
        fill(self._connection, pack)
        self._ledger = Ledger(self._connection, pack)
        self._rows: dict[int, Observation] = {}
        self._index: Index | None = None

    def __repr__(self) -> str:
        told = (
            f"{len(self.pack.tables)} tables, {len(self.pack.observations)} observations, {len(self.concepts)} concepts"
        )
        return f"<xietong {self.pack.id}: {told}>"

    @property
    def concepts(self) -> Mapping[str, Concept]:
        """The concepts of the pack by id."""
        return self.pack.concepts

    @property
    def places(self) -> Mapping[str, Place]:
        """The places of the pack by code."""
        return self.pack.gazetteer.places

    @property
    def perimeters(self) -> Mapping[str, Perimeter]:
        """The perimeters of the pack by id."""
        return self.pack.gazetteer.perimeters

    @property
    def registers(self) -> Registers:
        """The registers of the pack by class; ``registers["hospital"]["4111010001"]`` is one item."""
        return self.pack.registers

    def search(self, text: str = "", **filters: Any) -> list[Hit]:
        """Return the items of the registers that a text finds; see `xietong.library.registers.search.Index.search`.

        Raises:
            UnknownName: when a filter names a class, place, state, attribute or word that does not exist.
        """
        if self._index is None:
            self._index = index_in_memory(self.pack.registers, self.pack.gazetteer, self.pack.digest, date.today())
        return self._index.search(text, **filters)

    def candidates(self, kind: str, threshold: float = THRESHOLD) -> tuple[Candidate, ...]:
        """Return the pairs of items of a class that may be one thing, the surest first; nothing is merged.

        Raises:
            UnknownName: when there is no such class.
        """
        return candidates(self.pack.registers[kind], self.pack.gazetteer, threshold).all

    def contributions(self) -> tuple[Contribution, ...]:
        """Return what offices contributed to the registers and what was ruled on it, the oldest first.

        Raises:
            JournalError: when the journal of the pack cannot be read.
        """
        from xietong.library.contributions import contributions

        return tuple(contributions(self.pack.path)[0])

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return [table.name for table in self.pack.tables]

    @property
    def names(self) -> Mapping[str, str]:
        """Short names of places and perimeters by code."""
        gazetteer = self.pack.gazetteer
        return {code: gazetteer.label(code) for code in (*gazetteer.places, *gazetteer.perimeters)}

    def read(
        self,
        concept: str,
        places: str | Sequence[str] | None = None,
        periods: str | Sequence[str] | None = None,
        reading: str | Reading = "latest",
        *,
        benchmark: Mapping[str, str] | None = None,
        resale: str = "",
        to: str = "",
    ) -> Answer:
        """Read a concept: places by periods, absent cells flagged and never filled.

        ``places`` are codes or names, or a perimeter, which stands for its members; without them all that have a value.
        ``periods`` is a list, one period, or a range as ``2014..2023``. ``reading`` is ``latest``, ``first``,
        ``as_of 2024-06-30``, ``origin TABLE:ORIGIN``, a reading of the study by name, or a `Reading`. ``resale`` is the
        reason for which figures of unknown origin may be read.

        Raises:
            UnknownName: when a concept, place, perimeter or reading does not exist.
            AmbiguousCell: when two values of equal standing disagree.
        """
        if concept not in self.concepts:
            raise UnknownName("read", "concept", concept, self.concepts)
        rule = self._reading(reading, benchmark or {}, resale)
        codes = self._places(places, concept)
        selection = Selection((concept,), codes, self._periods(periods, concept), self._place(to) if to else "")
        series = self._ledger.series(selection, rule)
        return Answer(**vars(series), book=self)

    def line(self, row: int) -> str:
        """Return one observation in words: place, period, value as printed, publication, standing, file and line."""
        if not self._rows:
            self._rows = {row_number(one): one for one in self.pack.observations}
        one = self._rows[row]
        origin, label = self.pack.origins[one.origin], self.pack.gazetteer.label
        where = label(one.place) + (f" → {label(one.to)}" if one.to else "")
        standing = ", ".join(filter(None, (one.flag.label.en, origin.grade.label.en, one.benchmark)))
        return " · ".join([f"{where} {one.period}: {one.text} {one.unit_text}", origin.cite(), standing, one.where])

    def _place(self, text: str) -> str:
        """Return the code of a place or perimeter that is given by code or name.

        Raises:
            UnknownName: when nothing carries the name, or several do.
        """
        if text in self.pack.gazetteer:
            return text
        found = self.pack.gazetteer.named(text)
        if len(found) != 1:
            known = found or [*self.places, *self.perimeters, *(self.names.values())]
            raise UnknownName("read", "place" if not found else "single place", text, known)
        return found[0]

    def _places(self, places: str | Sequence[str] | None, concept: str) -> tuple[str, ...]:
        if places is None:
            return tuple(dict.fromkeys(one.place for one in self.pack.observations if one.concept == concept))
        if isinstance(places, str):
            code = self._place(places)
            return self.perimeters[code].members if code in self.perimeters else (code,)
        return tuple(map(self._place, places))

    def _periods(self, periods: str | Sequence[str] | None, concept: str) -> tuple[str, ...]:
        if periods is None:
            return tuple(sorted({one.period for one in self.pack.observations if one.concept == concept}))
        told = [periods] if isinstance(periods, str) else list(periods)
        return tuple(one for text in told for one in years(str(text)))

    def _reading(self, reading: str | Reading, benchmark: Mapping[str, str], resale: str) -> Reading:
        if isinstance(reading, str) and reading in self.readings:
            reading = self.readings[reading]
        if isinstance(reading, str):
            reading = self._rule(reading)
        changes: dict[str, Any] = {"resale": resale} if resale else {}
        return replace(reading, benchmark={**reading.benchmark, **benchmark}, **changes)

    def _rule(self, text: str) -> Reading:
        """Return the reading that a text asks for.

        Raises:
            UnknownName: when there is no such rule, or no such publication.
        """
        rule, _, more = text.partition(" ")
        if rule not in RULES:
            known = ("latest", "first", "as_of 2024-06-30", "origin TABLE:ORIGIN", *self.readings)
            raise UnknownName("read", "reading", text, known)
        day, origins = (more.strip(), ()) if rule != "origin" else ("", tuple(more.split()))
        for one in origins:
            if one not in self.pack.origins:
                raise UnknownName("read", "origin", one, self.pack.origins)
        return Reading(text, Label(text, text), rule, "asked for", day=day, origins=origins)

    def close(self) -> None:
        """Close the ledger and the index."""
        self._connection.close()
        if self._index is not None:
            self._index.close()


def open_book(path: str | Path) -> Book:
    """Open a pack or a study by folder, or by a short name that is looked for in ``packs`` and ``studies``.

    Raises:
        Problems: with every problem of the pack or the study.
        PackError: when there is no such folder.
    """
    folder = Path(path)
    found = [one for one in (folder, *(Path(kind) / folder for kind in FOLDERS)) if _is_ours(one)]
    if not found:
        ways = ("name a folder that holds pack.toml or study.toml", "or stand where packs/ and studies/ are")
        raise PackError("open", f"there is no pack and no study '{path}'", ways=ways)
    if (found[0] / "study.toml").exists():
        from xietong.recipes.study import read_study

        study = read_study(found[0])
        return Book(study.pack, study.readings)
    return Book(read_pack(found[0]), {})


def _is_ours(folder: Path) -> bool:
    return (folder / "pack.toml").exists() or (folder / "study.toml").exists()
