"""Numerator and denominator of different perimeters: one of the two steps, the other does not, and the ratio takes it all.

People without a new area over land with it, deposits of a smaller city over the product of the larger one. Recognised with a
declared ratio: in one place and period the one input makes a lasting jump (module `jumps`) and the other none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.jumps import Jump, jumps
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Figures, Panel

LEAST = 0.15
"""A step of less than this moves a ratio less than revisions do."""


@detector("分子分母统计范围不同 | Numerator and denominator of different perimeters")
def perimeters_differ(case: Case) -> Iterator[Suspicion]:
    """One input of a ratio steps in a year in which the other does not."""
    for figures in case.sheets.figures():
        for indicator, meaning in figures.meanings.items():
            if meaning.concept.ratio and meaning.concept.kind != "share":
                yield from _ratio(figures, figures.panels[indicator], meaning.concept.ratio)


def _ratio(figures: Figures, panel: Panel, inputs: tuple[str, ...]) -> Iterator[Suspicion]:
    found = [figures.panel_of(one) for one in inputs]
    if found[0] is None or found[1] is None or any(figures.meanings[one.indicator].derived for one in found if one):
        return
    steps = [{(s.panel.places[s.place], s.panel.periods[s.period]): s for s in jumps(one)} for one in found if one]
    for at, step in steps[0].items():
        if at not in steps[1] and step.back < 0 and abs(step.size) >= LEAST and at[0] in panel.places:
            yield _suspicion(panel, step, found[1])


def _suspicion(panel: Panel, step: Jump, other: Panel) -> Suspicion:
    name, period = step.panel.name(step.place), step.panel.periods[step.period]
    percent = f"{100 * np.expm1(step.size):+.0f}%"
    what = Label(
        f"{panel.indicator}：{name} {period} 的 {step.panel.indicator} 跳变 {percent} 而 {other.indicator} 不变，分子分母范围或口径不同",
        f"{panel.indicator}: in {period} {step.panel.indicator} of {name} steps by {percent} and {other.indicator} does not: "
        "two perimeters or vintages in one ratio",
    )
    evidence = list(evidence_at(step.panel, [step.place] * 2, [step.period - 1, step.period]))
    if step.panel.places[step.place] in other.places and period in other.periods:
        i, j = other.places.index(step.panel.places[step.place]), other.periods.index(period)
        evidence += evidence_at(other, [i, i], [j - 1, j]) if j else []
    cells = (
        cells_at(panel, panel.places.index(step.panel.places[step.place]), panel.periods.index(period))
        if period in panel.periods
        else cells_at(panel)
    )
    return Suspicion("perimeters-differ", 0.8, (cells,), what, tuple(evidence))
