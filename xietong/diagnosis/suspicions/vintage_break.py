"""A break of vintage: a census or a cleaning rewrote the later years of a series and not the earlier ones.

Compilers append each new yearbook to what they have; after an economic census the new years stand on the new accounts and
the old ones do not, and the series steps by up to a third between two years in which the economy did nothing unusual.
Recognised as a lasting jump of an amount or a count against its own years (module `jumps`), in one place or, when a whole
table changes its source, in several at once. That another table has no jump there speaks for it; that every other table
has the same one speaks for a real event. A jump that other concepts of the place share is a change of perimeter.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.jumps import Jump, jumps
from xietong.diagnosis.suspicions.perimeter_change import extensive, moved
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at, listed
from xietong.library.labels import Label
from xietong.library.sheets import Panel

TOGETHER = 3
"""So many places breaking in one period are one break of the table."""
SAME = 0.02
"""Two tables within this (in decimal logarithms) carry one figure."""
START, FAR, FALL, ELSEWHERE, MANY = 0.42, 0.12, 0.12, 0.2, 0.15
"""Confidence of a jump; what is added for twice the least distance, for a fall, for a calm other table, for many places."""


@detector("年份口径断点 | Break of vintage inside a series")
def vintage_break(case: Case) -> Iterator[Suspicion]:
    """A lasting step of an amount or a count between two periods, as a revision of only the later ones leaves it."""
    explained: dict[int, set[tuple[int, int]]] = {}
    for one in (one for steps in moved(case) for one in steps):
        explained.setdefault(id(one.panel), set()).add((one.place, one.period))
    panels = [p for f in case.sheets.figures() for p in f.panels.values() if extensive(p)]
    found = {id(panel): [one for one in jumps(panel) if one.back < 0] for panel in panels}
    for panel in panels:
        known = explained.get(id(panel), set()) | _of_the_whole(panel, panels, found)
        steps = [one for one in found[id(panel)] if (one.place, one.period) not in known]
        for period in sorted({one.period for one in steps}):
            at_once = [one for one in steps if one.period == period]
            groups = [at_once] if len(at_once) >= TOGETHER else [[one] for one in at_once]
            for group in groups:
                yield _suspicion(group, [p for p in panels if _comparable(p, panel)], found)


def _of_the_whole(panel: Panel, panels: list[Panel], found: dict[int, list[Jump]]) -> set[tuple[int, int]]:
    """Return places and periods in which the total of the same table jumps, which is said once."""
    wholes = [
        p
        for p in panels
        if p.figures is panel.figures and p.concept and panel.concept and panel.concept.id in p.concept.parts
    ]
    jumped = {(p.places[one.place], p.periods[one.period]) for p in wholes for one in found[id(p)]}
    return {
        (panel.places.index(place), panel.periods.index(period))
        for place, period in jumped
        if place in panel.places and period in panel.periods
    }


def _comparable(one: Panel, other: Panel) -> bool:
    both = one.concept, other.concept
    return one is not other and both[0] is not None and both[1] is not None and both[0].id == both[1].id


def _suspicion(group: list[Jump], others: list[Panel], found: dict[int, list[Jump]]) -> Suspicion:
    group = sorted(group, key=lambda one: -abs(one.size))
    largest, panel = group[0], group[0].panel
    period = largest.period
    calm, same = _elsewhere(largest, others, found)
    confidence = START + FAR * (largest.times > 10) + MANY * (len(group) >= TOGETHER)
    confidence += FALL * (panel.values[largest.place, period] < 0.97 * panel.values[largest.place, period - 1])
    confidence += ELSEWHERE * (calm - same)
    names = listed(panel.name(one.place) for one in group)
    years, percent = f"{panel.periods[period - 1]}→{panel.periods[period]}", f"{100 * np.expm1(largest.size):+.0f}%"
    what = Label(
        f"{panel.indicator}：{names} {years} 与前后走势相差最多 {percent}，疑为口径修订或统计范围只改了一侧",
        f"{panel.indicator}: {names} {years} leaves its path by up to {percent}; a revision or another perimeter seems to hold on one side only",
    )
    at = [(one.place, j) for one in group for j in (period - 1, period)]
    cells = cells_at(panel, largest.place if len(group) < TOGETHER else None, period)
    return Suspicion("vintage-break", min(confidence, 0.95), (cells,), what, evidence_at(panel, *zip(*at, strict=True)))


def _elsewhere(one: Jump, others: list[Panel], found: dict[int, list[Jump]]) -> tuple[bool, bool]:
    """Return whether a table of the same concept is calm there, and whether one makes the same jump."""
    place, period = one.panel.places[one.place], one.panel.periods[one.period]
    calm = same = False
    for other in others:
        if place not in other.places or period not in other.periods:
            continue
        i, j = other.places.index(place), other.periods.index(period)
        if np.isnan(other.values[i, j]) or j == 0 or np.isnan(other.values[i, j - 1]):
            continue
        jumped = any((step.place, step.period) == (i, j) for step in found[id(other)])
        same, calm = same or jumped, calm or (not jumped and _one_series(one, other, i, j))
    return calm, same and not calm


def _one_series(one: Jump, other: Panel, i: int, j: int) -> bool:
    """Whether the other table agrees with this one before or after the jump, up to the unit: it is the same series."""
    mine = one.panel.values[one.place, one.period - 1 : one.period + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.log10(mine / other.values[i, j - 1 : j + 1])
    return bool((np.abs(apart - np.round(apart)) < SAME).any())
