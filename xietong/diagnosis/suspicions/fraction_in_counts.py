"""A fraction among counts: 0.94 people where all other places have whole numbers; a slip of the point or of the column.

Recognised in an indicator in which nearly every value is whole: the few that are not were divided, shifted, or taken from
a column of shares.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Panel

WHOLE = 0.98
FEWEST = 20


@detector("计数中出现小数 | Fractions among counts")
def fraction_in_counts(case: Case) -> Iterator[Suspicion]:
    """A value with decimals in an indicator whose values are whole numbers."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            if panel.concept is not None and panel.concept.kind != "count":
                continue
            known = np.isfinite(panel.values)
            broken = known & (np.abs(panel.values - np.round(panel.values)) > 1e-9)
            if known.sum() >= FEWEST and 0 < broken.sum() <= (1 - WHOLE) * known.sum():
                yield from (_suspicion(panel, i, j) for i, j in np.argwhere(broken).tolist())


def _suspicion(panel: Panel, i: int, j: int) -> Suspicion:
    name, text = panel.name(i), panel.text(i, j)
    what = Label(
        f"{panel.indicator}：{name} {panel.periods[j]} 为 {text}，而其他各地都是整数，疑为小数点错位或错列",
        f"{panel.indicator}: {name} {panel.periods[j]} is {text} while all other values are whole: a slip of the point or the column",
    )
    return Suspicion("fraction-in-counts", 0.93, (cells_at(panel, i, j),), what, evidence_at(panel, [i], [j]))
