"""What a detector says and what it looks at.

A detector is a function from a `Case` to suspicions, marked with `detector`. It repairs nothing. Its confidence is the
chance, by its author's judgement on real tables, that a person who looks will call the thing a defect.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xietong.library.collector import at_rest
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.sheets import Panel, Sheets

LEAST = 0.5
"""Below this confidence a detector stays silent: it would cry wolf more often than not."""


@dataclass(frozen=True)
class Cells:
    """The cells a suspicion is about; an empty key means all of them."""

    table: str
    indicator: str = ""
    place: str = ""
    period: str = ""
    source: str = ""


@dataclass(frozen=True)
class Evidence:
    """One line of a file and what it shows."""

    where: str
    text: str


@dataclass(frozen=True)
class Suspicion:
    """One thing that looks wrong: what it is about (stable, free of line numbers), what is said, and what shows it."""

    detector: str
    confidence: float
    cells: tuple[Cells, ...]
    what: Label
    evidence: tuple[Evidence, ...]

    @property
    def id(self) -> str:
        """Return the name by which a decision refers to it; it survives another order of rows and other lines."""
        told = "\0".join((self.detector, *(repr(one) for one in self.cells)))
        return hashlib.blake2b(told.encode(), digest_size=5).hexdigest()


SHOWN = 12
"""So many lines of evidence are given at most; the sentence tells the count."""


def cells_at(panel: Panel, place: int | None = None, period: int | None = None) -> Cells:
    """Return the cells of a panel, of one of its places, or one of its cells."""
    return Cells(
        panel.figures.name,
        panel.indicator,
        "" if place is None else panel.places[place],
        "" if period is None else panel.periods[period],
    )


def evidence_at(panel: Panel, places: Iterable[int], periods: Iterable[int]) -> tuple[Evidence, ...]:
    """Return place, period and text of cells, pair by pair, those that exist, as far as they are shown."""
    pairs = [(i, j) for i, j in zip(places, periods, strict=True) if panel.rows[i, j] >= 0]
    return tuple(
        Evidence(panel.where(i, j), f"{panel.name(i)} {panel.periods[j]}: {panel.indicator} {panel.text(i, j)}")
        for i, j in pairs[:SHOWN]
    )


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names in one line, the first few and how many more."""
    told = list(dict.fromkeys(names))
    return "、".join(told[:most]) + (f" +{len(told) - most}" if len(told) > most else "")


def spans(periods: Iterable[str]) -> str:
    """Return periods in one line, runs of years as first–last."""
    runs: list[list[str]] = []
    for period in sorted(set(periods)):
        if runs and period.isdigit() and runs[-1][-1].isdigit() and int(period) == int(runs[-1][-1]) + 1:
            runs[-1].append(period)
        else:
            runs.append([period])
    return listed([run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs])


def short(value: float) -> str:
    """Return a computed number as people write it: six digits that count, never a power of ten."""
    return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:.6g}"


@dataclass(frozen=True)
class Case:
    """What lies before the detectors: the sheets, and the places and perimeters they should know."""

    sheets: Sheets
    gazetteer: Gazetteer


Find = Callable[[Case], Iterable[Suspicion]]


@dataclass(frozen=True)
class Detector:
    """A named detector with its label and the first line of what it looks for."""

    id: str
    label: Label
    looks_for: str
    find: Find


_DETECTORS: dict[str, Detector] = {}


def detector(label: str) -> Callable[[Find], Find]:
    """Mark a function as a detector; its id is the function's name with hyphens."""

    def mark(find: Find) -> Find:
        name = find.__name__.replace("_", "-")
        _DETECTORS[name] = Detector(name, Label.parse(label), (find.__doc__ or "").splitlines()[0], find)
        return find

    return mark


def detectors() -> list[Detector]:
    """Return all detectors, by id; every module beside this one is one of them."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        importlib.import_module(f"{__package__}.{module.name}")
    return [_DETECTORS[name] for name in sorted(_DETECTORS)]


def suspect(case: Case) -> Iterator[Suspicion]:
    """Yield what every detector suspects, detector by detector, the most certain first."""
    for one in detectors():
        with at_rest():
            found = [suspicion for suspicion in one.find(case) if suspicion.confidence >= LEAST]
        yield from sorted(found, key=lambda s: (-s.confidence, s.cells[0].table, s.what.zh))
