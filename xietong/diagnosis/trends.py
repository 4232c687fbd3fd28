"""Trends: the series in which a suspicion stands, as written, so that a person sees the neighbouring values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Suspicion
from xietong.library.sheets import Figures, Panel, Sheets

LEAST = 3
"""A line of two points shows no course."""
MOST = 3
"""More lines than these help nobody to decide."""


@dataclass(frozen=True)
class Point:
    """One value of a series, as written and in the unit of the series; ``marked`` when the evidence names it."""

    period: str
    text: str
    value: float
    where: str
    marked: bool


@dataclass(frozen=True)
class Trend:
    """The series of one indicator at one place, in the order of time."""

    table: str
    indicator: str
    place: str
    unit: str
    points: tuple[Point, ...]

    @property
    def converted(self) -> bool:
        """Return whether some values are written in another unit than that of the series."""
        return any(np.isfinite(one.value) and f"{one.value:.12g}" != f"{float(one.text):.12g}" for one in self.points)


def trends(suspicion: Suspicion, sheets: Sheets) -> tuple[Trend, ...]:
    """Return the series that a suspicion names by indicator and place, or in which its evidence stands; a few."""
    told = {one.where for one in suspicion.evidence}
    found: dict[tuple[str, str, str], Trend] = {}
    for cells in suspicion.cells:
        for sheet in (one for one in sheets.figures() if one.name == cells.table and cells.indicator in one.panels):
            panel, rows = sheet.panels[cells.indicator], _rows(sheet, cells.indicator, told)
            places = [cells.place] if cells.place else list(dict.fromkeys(sheet.key[row] for row in rows))
            for place in [place for place in places[:MOST] if place in panel.places]:
                marked = {sheet.period[row] for row in rows if sheet.key[row] == place} | {cells.period}
                found.setdefault((sheet.name, cells.indicator, place), _trend(panel, place, marked))
    return tuple(one for one in found.values() if sum(np.isfinite([p.value for p in one.points])) >= LEAST)[:MOST]


def _rows(sheet: Figures, indicator: str, told: Iterable[str]) -> list[int]:
    """Return the rows of an indicator on the lines that the evidence names."""
    numbers = [int(line) for name, _, line in (one.rpartition(":") for one in told) if name == sheet.name]
    among = sheet.indicator.is_in([indicator]) & np.isin(sheet.line, numbers)
    return [int(row) for row in np.flatnonzero(among)]


def _trend(panel: Panel, place: str, marked: set[str]) -> Trend:
    sheet, i = panel.figures, panel.places.index(place)
    rows = [int(row) for row in panel.rows[i] if row >= 0]
    points = tuple(
        Point(
            sheet.period[row], sheet.text[row], float(sheet.value[row]), sheet.where(row), sheet.period[row] in marked
        )
        for row in rows
    )
    return Trend(sheet.name, panel.indicator, panel.name(i), panel.unit, points)
