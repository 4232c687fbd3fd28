"""Rows shifted by one: from some row on, the values belong to the place in the row above or below.

Recognised with a second table of the same concept: for a run of at least `RUN` neighbouring rows the values fit the next (or
previous) place of the list and not their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.sources_apart import pairs
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Panel

RUN = 3
FITS = 0.03
OFF = 0.08


@detector("行错位 | Rows shifted by one")
def rows_shifted(case: Case) -> Iterator[Suspicion]:
    """A run of rows that carry the values of the row above or below."""
    for one, _, values in pairs(case):
        for j in range(len(one.periods)):
            yield from _shifts(one, values[:, j], j)


def _shifts(panel: Panel, expected: np.ndarray, j: int) -> Iterator[Suspicion]:
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.abs(np.log(panel.values[:, j] / expected)) > OFF
        for by in (-1, 1):
            other = np.roll(expected, -by)
            fits = own & (np.abs(np.log(panel.values[:, j] / other)) < FITS)
            edges = np.flatnonzero(np.diff(np.concatenate(([0], fits.astype(np.int8), [0]))))
            for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                if end - start >= RUN:
                    yield _suspicion(panel, start, end, j, by)


def _suspicion(panel: Panel, start: int, end: int, j: int, by: int) -> Suspicion:
    names = panel.name(start), panel.name(end - 1)
    way = ("下一行", "the row below") if by > 0 else ("上一行", "the row above")
    what = Label(
        f"{panel.indicator}：{panel.periods[j]} 自 {names[0]} 至 {names[1]} 共 {end - start} 行的数值属于{way[0]}",
        f"{panel.indicator}: in {panel.periods[j]} the {end - start} rows from {names[0]} to {names[1]} carry the values of {way[1]}",
    )
    evidence = evidence_at(panel, range(start, end), [j] * (end - start))
    return Suspicion("rows-shifted", 0.9, (cells_at(panel, start, j),), what, evidence)
