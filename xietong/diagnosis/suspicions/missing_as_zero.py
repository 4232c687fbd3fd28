"""Missing written as zero: a figure that was not published stands as 0 and pulls every mean and total down.

Recognised as a zero in a series whose other values are far from zero: a place that had and will have the thing does not
lose all of it for a year. Indicators of which many places truly have none (small counts) are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at, listed, spans
from xietong.library.labels import Label
from xietong.library.sheets import Panel

RARE = 0.05
"""When more than this part of all cells are zero, zero is an ordinary value of the indicator."""
SMALL = 20.0
"""A series whose typical value is below this many times its smallest step may well touch zero."""


@detector("缺失写成零 | Missing written as zero")
def missing_as_zero(case: Case) -> Iterator[Suspicion]:
    """A zero in a series that is otherwise far from zero."""
    for figures in case.sheets.figures():
        found = [(panel, cells) for panel in figures.panels.values() if (cells := _zeros(panel))]
        if found:
            yield _suspicion(found)


def _zeros(panel: Panel) -> list[tuple[int, int]]:
    """Return the zeros of a panel whose places are far from zero at all other times."""
    zero, known = panel.values == 0, np.isfinite(panel.values)
    if not zero.any() or zero.sum() > RARE * known.sum() or panel.values.shape[1] < 2:
        return []
    texts = [panel.text(i, j) for i, j in np.argwhere(panel.rows >= 0)[:50].tolist()]
    step = 10.0 ** -max(len(text.partition(".")[2]) for text in texts)
    others = np.where(zero | ~known, np.nan, np.abs(panel.values))
    return [
        (i, j)
        for i, j in np.argwhere(zero).tolist()
        if not np.isnan(others[i]).all() and np.nanmin(others[i]) > SMALL * step
    ]


def _suspicion(found: list[tuple[Panel, list[tuple[int, int]]]]) -> Suspicion:
    panel, _cells = found[0]
    names = listed(one.name(i) for one, at in found for i, _ in at)
    years = spans(one.periods[j] for one, at in found for _, j in at)
    labels = listed(one.indicator for one, _ in found)
    what = Label(
        f"{panel.figures.name}：{labels} 中 {names} {years} 为 0，其余年份远离 0，疑为缺失",
        f"{panel.figures.name}: {labels} is 0 for {names} in {years}, while all other periods are far from zero: missing",
    )
    evidence = [e for one, at in found for e in evidence_at(one, [i for i, _ in at], [j for _, j in at])]
    told = tuple(cells_at(one, i, j) for one, at in found for i, j in at[:6])
    return Suspicion("missing-as-zero", 0.9, told, what, tuple(evidence[:12]))
