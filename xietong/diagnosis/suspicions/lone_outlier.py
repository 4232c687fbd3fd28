"""A lone outlier: one value far off its own series, with the old level back a year or two later; often a slip of the unit.

A factor near a power of ten is a slip of the decimal point or of 万 and 亿; any other factor is a figure of another
definition, another place, or a misprint. Recognised as a jump that is taken back (module `jumps`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.jumps import Jump, jumps
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label

CLEAR = 0.25
"""An outlier by less than this (in logarithms) moves no conclusion."""
FACTOR = 0.12
"""A jump within this of a power of ten (in decimal logarithms) is called a slip of the unit."""
CERTAIN = 12.0
SMALL = 0.05
"""In a series that hardly moves, an outlier by this much counts when it is more than `CERTAIN` times the spread."""


@detector("孤立异常值与数量级错误 | Lone outlier, slip of the unit")
def lone_outlier(case: Case) -> Iterator[Suspicion]:
    """One value, or two in a row, far off the series, which then goes on as before."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            meaning = figures.meanings.get(panel.indicator)
            if meaning is None or not meaning.derived:
                yield from (_suspicion(one) for one in jumps(panel) if one.back >= 0 and _clear(one))


def _clear(one: Jump) -> bool:
    return abs(one.size) >= CLEAR or (abs(one.size) >= SMALL and one.times > CERTAIN)


def _suspicion(one: Jump) -> Suspicion:
    panel, tens = one.panel, one.size / np.log(10)
    slip = round(tens) != 0 and abs(tens - round(tens)) < FACTOR
    name, period, text = panel.name(one.place), panel.periods[one.period], panel.text(one.place, one.period)
    percent = f"{100 * np.expm1(one.size):+.0f}%"
    zh = f"，约为 10 的 {round(tens)} 次方，疑为数量级或小数点错误" if slip else "，次年即回到原来水平"
    en = f", near 10^{round(tens)}: a slip of the unit or the point" if slip else ", and the old level is back after it"
    what = Label(
        f"{panel.indicator}：{name} {period} 的 {text} 偏离前后 {percent}{zh}",
        f"{panel.indicator}: {name} {period} {text} is {percent} off the years around it{en}",
    )
    around = list(range(one.period - 1, one.back + 1))
    confidence = 0.85 if slip else 0.75 if one.times > CERTAIN else 0.6
    evidence = evidence_at(panel, [one.place] * len(around), around)
    return Suspicion("lone-outlier", confidence, (cells_at(panel, one.place, one.period),), what, evidence)
