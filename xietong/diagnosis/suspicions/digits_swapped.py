"""Two neighbouring digits exchanged: 13742 for 13472.

Recognised in series that hold still: a value that differs from the one before or after it by nothing but the exchange of
two neighbouring digits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Panel

CALM = 0.3
"""A series of which at least this part of the steps is zero holds still."""
DIGITS = 4


@detector("相邻数字颠倒 | Neighbouring digits exchanged")
def digits_swapped(case: Case) -> Iterator[Suspicion]:
    """A value that is the one beside it with two neighbouring digits exchanged."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            steps = np.diff(panel.values, axis=1)
            known = np.isfinite(steps).sum(axis=1)
            calm = (steps == 0).sum(axis=1) >= np.maximum(CALM * known, 2)
            for i in np.flatnonzero(calm).tolist():
                yield from _swaps(panel, i)


def _swaps(panel: Panel, i: int) -> Iterator[Suspicion]:
    values = panel.values[i]
    usual = {v for v in values[np.isfinite(values)].tolist() if (values == v).sum() >= 3}
    told: set[float] = set()
    for j in np.flatnonzero(np.isfinite(values)).tolist():
        if values[j] in told:
            continue
        beside = [values[k] for k in (j - 1, j + 1) if 0 <= k < len(values)]
        right = next((v for v in beside if v in usual and v != values[j] and _exchanged(values[j], v)), None)
        if right is not None and (values == values[j]).sum() < (values == right).sum():
            told.add(values[j])
            yield _suspicion(panel, i, j, right)


def _exchanged(one: float, other: float) -> bool:
    a, b = f"{one:.15g}", f"{other:.15g}"
    if len(a) != len(b) or len(a.replace(".", "")) < DIGITS:
        return False
    differ = [k for k in range(len(a)) if a[k] != b[k]]
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )


def _suspicion(panel: Panel, i: int, j: int, right: float) -> Suspicion:
    name, period = panel.name(i), panel.periods[j]
    what = Label(
        f"{panel.indicator}：{name} {period} 的 {panel.text(i, j)} 与相邻年份的 {right:.15g} 只差相邻两位颠倒",
        f"{panel.indicator}: {name} {period} {panel.text(i, j)} is {right:.15g} of the years beside it with two digits exchanged",
    )
    around = [k for k in (j - 1, j, j + 1) if 0 <= k < len(panel.periods)]
    evidence = evidence_at(panel, [i] * len(around), around)
    return Suspicion("digits-swapped", 0.85, (cells_at(panel, i, j),), what, evidence)
