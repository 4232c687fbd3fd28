"""A change of rounding in mid-series: from one period on, all values carry fewer digits, so they come from another source.

Yearbook values with their decimals are continued with rounded values from bulletins or from the press. Recognised when the
median number of significant digits over the places of a panel falls by `DROP` or more in one period and stays there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Panel

DROP = 2
STAYS = 3
PLACES = 5
MOST = 100
"""The digits of so many places tell those of all."""


@detector("精度中途变化 | Rounding changes in mid-series")
def precision_changes(case: Case) -> Iterator[Suspicion]:
    """From one period on the values of all places carry fewer digits than before."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            if len(panel.places) >= PLACES and len(panel.periods) >= 2 * STAYS:
                digits = _digits(panel)
                for j in range(STAYS, len(panel.periods) - STAYS + 1):
                    before, after = digits[j - STAYS : j], digits[j:]
                    if before.min() - after.max() >= DROP:
                        yield _suspicion(panel, j, int(np.median(before)), int(np.median(after)))
                        break


def _digits(panel: Panel) -> np.ndarray:
    """Return the median number of significant digits of the values of every period."""
    told, step = [], max(1, len(panel.places) // MOST)
    for j in range(len(panel.periods)):
        texts = [panel.text(i, j) for i in range(0, len(panel.places), step) if np.isfinite(panel.values[i, j])]
        counts = [len(f"{float(text):.15g}".replace(".", "").lstrip("-0").rstrip("0")) for text in texts]
        told.append(float(np.median(counts)) if counts else 0.0)
    return np.array(told)


def _suspicion(panel: Panel, j: int, before: int, after: int) -> Suspicion:
    period = panel.periods[j]
    what = Label(
        f"{panel.indicator}：自 {period} 起各地有效数字由约 {before} 位降为约 {after} 位，疑为换了来源",
        f"{panel.indicator}: from {period} on the values carry about {after} significant digits instead of {before}: another source",
    )
    evidence = evidence_at(panel, [k for k in range(5) for _ in (0, 1)], [j - 1, j] * 5)
    return Suspicion("precision-changes", 0.7, (cells_at(panel, None, j),), what, evidence)
