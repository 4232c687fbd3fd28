"""Cells missing of one place alone: a few indicators that every other place of the table has.

A row was cut, a column shifted, or a cell lost in copying. Recognised in tables of one period: a place lacks at least `FEW`
indicators that at least `NEARLY_ALL` of the places have.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.labels import Label
from xietong.library.sheets import Figures

FEW = 2
NEARLY_ALL = 0.97
PLACES = 30
"""In a shorter table one place more or less is no pattern."""


@detector("个别地方缺格 | Cells missing of one place")
def missing_cells(case: Case) -> Iterator[Suspicion]:
    """A place without some indicators that nearly all places of the table have."""
    for figures in case.sheets.figures():
        if len(figures.period.labels) == 1 and len(figures.key.labels) >= PLACES:
            yield from _missing(figures)


def _missing(figures: Figures) -> Iterator[Suspicion]:
    there = np.zeros((len(figures.key.labels), len(figures.indicator.labels)), dtype=bool)
    there[figures.key.at, figures.indicator.at] = np.isfinite(figures.value)
    common = there.mean(axis=0) >= NEARLY_ALL
    for at in np.flatnonzero((~there & common).sum(axis=1) >= FEW).tolist():
        lacks = [figures.indicator.labels[j] for j in np.flatnonzero(~there[at] & common).tolist()]
        row = int(np.argmax(figures.key.at == at))
        name = figures.place[row] or figures.key.labels[at]
        what = Label(
            f"{figures.name}：{name} 缺 {len(lacks)} 个几乎各地都有的指标：{listed(lacks)}",
            f"{figures.name}: {name} lacks {len(lacks)} indicators that nearly all places have: {listed(lacks)}",
        )
        evidence = (Evidence(figures.where(row), f"{name}: {figures.indicator[row]} {figures.text[row]}"),)
        yield Suspicion("missing-cells", 0.7, (Cells(figures.name, place=figures.key.labels[at]),), what, evidence)
