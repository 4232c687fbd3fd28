"""Members on different vintages in one table: some places carry the revised series and others the one it replaced.

Totals, shares and rankings of such a table compare what was revised with what was not. Recognised with two other tables
of the same concept that disagree with each other: in one period the table follows the first of them for some places and
the second for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from xietong.diagnosis.suspicions.sources_apart import pairs
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at, listed, spans
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel

FOLLOWS = 0.03
"""Within this (in logarithms) the table follows another."""
APART = 0.06
"""Two tables that differ by less are no two vintages."""
PERIODS = 2
"""One period may be a coincidence."""


@detector("成员间混用口径 | Members on different vintages")
def mixed_vintages(case: Case) -> Iterator[Suspicion]:
    """In one table some places follow one vintage of a concept and others another, in the same years."""
    beside: dict[int, tuple[Panel, list[tuple[Panel, Floats]]]] = {}
    for one, other, values in pairs(case):
        beside.setdefault(id(one), (one, []))[1].append((other, values))
        turned = one.like(other) * _scale(one.values, values)
        beside.setdefault(id(other), (other, []))[1].append((one, turned))
    for panel, others in beside.values():
        found = [_split(panel, first, second) for first, second in combinations(others, 2)]
        best = max(found, key=lambda split: len(split[0]) + len(split[1]), default=None)
        if best is not None and len({j for _, j in best[0]} & {j for _, j in best[1]}) >= PERIODS:
            yield _suspicion(panel, *best)


def _scale(one: Floats, other: Floats) -> float:
    """Return the power of ten between two layouts of one concept in two units."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(other / one)
    ratio = ratio[np.isfinite(ratio)]
    return 10.0 ** -round(float(np.median(ratio))) if ratio.size else 1.0


Split = tuple[list[tuple[int, int]], list[tuple[int, int]], Panel, Panel]


def _split(panel: Panel, first: tuple[Panel, Floats], second: tuple[Panel, Floats]) -> Split:
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = np.log(first[1] / panel.values), np.log(second[1] / panel.values)
        differ = np.abs(np.log(first[1] / second[1])) > APART
        follows = [differ & (np.abs(one) < FOLLOWS) for one in (a, b)]
    shared = [j for j in range(panel.values.shape[1]) if follows[0][:, j].any() and follows[1][:, j].any()]
    cells = [[(int(i), j) for j in shared for i in np.flatnonzero(one[:, j])] for one in follows]
    return cells[0], cells[1], first[0], second[0]


def _suspicion(
    panel: Panel, first: list[tuple[int, int]], second: list[tuple[int, int]], one: Panel, other: Panel
) -> Suspicion:
    names = [listed(panel.name(i) for i, _ in cells) for cells in (first, second)]
    years = spans(panel.periods[j] for _, j in (*first, *second))
    files = one.figures.name, other.figures.name
    what = Label(
        f"{panel.indicator}：{years} 年 {names[0]} 与 {files[0]} 一致，{names[1]} 却与 {files[1]} 一致，两表口径不同，成员之间不可比",
        f"{panel.indicator}: in {years} {names[0]} follow {files[0]} but {names[1]} follow {files[1]}, which stands on another "
        "vintage; the members cannot be compared",
    )
    at = [*first[:6], *second[:6]]
    evidence = evidence_at(panel, [i for i, _ in at], [j for _, j in at])
    return Suspicion("mixed-vintages", 0.8, (cells_at(panel),), what, evidence)
