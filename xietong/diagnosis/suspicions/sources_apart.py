"""The same concept far apart in two tables: two vintages, two perimeters or two methods under one name.

Each table may be right in itself; whoever takes one for the other is wrong. Values are brought to one unit and compared
cell by cell; cells that agree within `AGREE` are counted as the same figure, rounded or slightly revised.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Evidence, Suspicion, cells_at, detector, listed, spans
from xietong.errors import UnitMismatch, UnknownName
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel
from xietong.library.units import conversion

AGREE = 0.02
FEW = 3
"""So many cells apart are a difference of tables; fewer are another detector's single values."""


def pairs(case: Case) -> Iterator[tuple[Panel, Panel, Floats]]:
    """Yield panels of one concept in two tables, with the second on the cells and in the unit of the first."""
    panels = [p for f in case.sheets.figures() for p in f.panels.values() if p.concept is not None]
    panels = [p for p in panels if not p.figures.meanings[p.indicator].derived]
    for one, other in combinations(panels, 2):
        if one.concept and other.concept and one.concept.id == other.concept.id:
            times = factor(other.unit, one.unit)
            if times is not None:
                yield one, other, other.like(one) * times


def factor(source: str, target: str) -> float | None:
    """Return the factor between two units, None where either is no unit or they measure different things."""
    try:
        return 1.0 if source == target else float(conversion(source, target))
    except (UnitMismatch, UnknownName):
        return None


@detector("同一指标两源相差甚远 | The same indicator far apart in two sources")
def sources_apart(case: Case) -> Iterator[Suspicion]:
    """Two tables give different values for one concept, place and period, beyond rounding and small revisions."""
    for one, other, values in pairs(case):
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.log(values / one.values)
        both = np.isfinite(gap)
        apart = both & (np.abs(gap) > AGREE)
        if apart.sum() >= FEW:
            yield _suspicion(one, other, gap, apart, int(both.sum()))


def _suspicion(one: Panel, other: Panel, gap: Floats, apart: np.ndarray, both: int) -> Suspicion:
    cells = sorted(np.argwhere(apart).tolist(), key=lambda at: -abs(gap[at[0], at[1]]))
    i, j = cells[0]
    names = listed(one.name(at) for at, _ in cells)
    years = spans(one.periods[at] for _, at in cells)
    percent = f"{100 * np.expm1(gap[i, j]):+.0f}%"
    label = one.concept.label if one.concept else Label(one.indicator, one.indicator)
    files = f"{one.figures.name}（{one.indicator}）与 {other.figures.name}（{other.indicator}）"
    what = Label(
        f"{label.zh}：{files}有 {len(cells)}/{both} 格相差超过 2%，最大 {percent}（{one.name(i)} {one.periods[j]}）；涉及 {names}；{years}",
        f"{label.en}: {one.figures.name} ({one.indicator}) and {other.figures.name} ({other.indicator}) differ by more than 2% "
        f"in {len(cells)} of {both} cells, most ({percent}) for {one.name(i)} {one.periods[j]}; {names}; {years}",
    )
    evidence = [e for at in cells[:6] for e in _both(one, other, at[0], at[1])]
    return Suspicion("sources-apart", 0.9, (cells_at(one), cells_at(other)), what, tuple(evidence))


def _both(one: Panel, other: Panel, i: int, j: int) -> list[Evidence]:
    k, m = other.places.index(one.places[i]), other.periods.index(one.periods[j])
    told = f"{one.name(i)} {one.periods[j]}: "
    return [
        Evidence(one.where(i, j), f"{told}{one.text(i, j)} {one.unit}"),
        Evidence(other.where(k, m), f"{told}{other.text(k, m)} {other.unit}"),
    ]
