"""A parent's total in a child's row: a county that carries the figures of its city.

Recognised when one of several members has, in at least `PART` of its indicators, exactly the values of the area above it.
An only child may well equal its parent (the districts of a municipality under one heading) and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.places import Gazetteer, Place
from xietong.library.sheets import Figures, Panel

PART = 0.6
FEWEST = 3
LARGE = 100.0
"""Small counts may be the same by chance."""


@detector("下级行写入上级合计 | Parent's total in a child's row")
def parent_total_in_child(case: Case) -> Iterator[Suspicion]:
    """A member that carries the figures of the area above it, though it has siblings."""
    for figures in case.sheets.figures():
        panels, keys = [p for p in figures.panels.values() if p.values.size], set(figures.key.labels)
        for code in figures.key.labels:
            place = case.gazetteer.places.get(code)
            if place is None or place.parent not in keys or _only_child(place, keys, case.gazetteer):
                continue
            both = [p for p in panels if code in p.place_at and place.parent in p.place_at]
            yield from _compared(figures, both, code, place.parent)


def _only_child(place: Place, keys: set[str], gazetteer: Gazetteer) -> bool:
    return sum(one in keys for one in gazetteer.children(place.parent)) < 2


def _compared(figures: Figures, panels: list[Panel], code: str, parent: str) -> Iterator[Suspicion]:
    same, known, shown = 0, 0, []
    for panel in panels:
        child, whole = panel.place_at[code], panel.place_at[parent]
        both = np.isfinite(panel.values[child]) & (panel.values[whole] > LARGE)
        equal = both & (panel.values[child] == panel.values[whole])
        known, same = known + int(both.sum()), same + int(equal.sum())
        shown += [(panel, child, whole, j) for j in np.flatnonzero(equal).tolist()]
    if same >= FEWEST and same >= PART * known:
        panel, child, whole, _j = shown[0]
        names = panel.name(child), panel.name(whole)
        what = Label(
            f"{figures.name}：{names[0]} 的 {same}/{known} 个数值与上级 {names[1]} 完全相同",
            f"{figures.name}: {same} of {known} values of {names[0]} are those of {names[1]} above it",
        )
        evidence = [Evidence(p.where(i, k), f"{p.name(i)}: {p.text(i, k)}") for p, a, b, k in shown[:6] for i in (a, b)]
        yield Suspicion("parent-total-in-child", 0.9, (Cells(figures.name, place=code),), what, tuple(evidence))
