"""Two places whose values were exchanged in one period: each stands where the other should.

A row slips while a table is pasted together, and for one year the figures of two places change places. Recognised when,
in one period, two places leave their own level in such a way that each fits the other's: exchanged, both lie within
`FITS` of the years before and after; as they stand, both are off by more than `OFF`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel

OFF = 0.4
"""Logarithm by which both values leave their own series."""
FITS = 0.15
"""Logarithm within which they fit the other's."""


@detector("两地数值互换 | Values of two places exchanged")
def values_swapped(case: Case) -> Iterator[Suspicion]:
    """In one period two places carry each other's value."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            if panel.values.shape[1] >= 3:
                yield from _swaps(panel)


def _neighbours(values: Floats) -> Floats:
    """Return the mean logarithm of the values just before and just after, nan where either is absent."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(values > 0, values, np.nan))
    level = np.full_like(logs, np.nan)
    level[:, 1:-1] = (logs[:, :-2] + logs[:, 2:]) / 2
    return level


def _swaps(panel: Panel) -> Iterator[Suspicion]:
    level = _neighbours(panel.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(panel.values > 0, panel.values, np.nan))
        off = np.abs(logs - level) > OFF
    for j in np.flatnonzero(off.sum(axis=0) >= 2).tolist():
        for a, b in combinations(np.flatnonzero(off[:, j]).tolist(), 2):
            if abs(logs[a, j] - level[b, j]) < FITS and abs(logs[b, j] - level[a, j]) < FITS:
                yield _suspicion(panel, a, b, j)


def _suspicion(panel: Panel, a: int, b: int, j: int) -> Suspicion:
    names, period = (panel.name(a), panel.name(b)), panel.periods[j]
    what = Label(
        f"{panel.indicator}：{period} 年 {names[0]} 的 {panel.text(a, j)} 与 {names[1]} 的 {panel.text(b, j)} 疑为互换",
        f"{panel.indicator}: in {period} the {panel.text(a, j)} of {names[0]} and the {panel.text(b, j)} of {names[1]} "
        "seem to have been exchanged",
    )
    around = [j - 1, j, j + 1]
    evidence = evidence_at(panel, [a] * 3 + [b] * 3, around + around)
    return Suspicion("values-swapped", 0.9, (cells_at(panel, a, j), cells_at(panel, b, j)), what, evidence)
