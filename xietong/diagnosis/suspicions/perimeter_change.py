"""A change of perimeter: from one year on the figures of a place are for a larger or smaller area under the same name.

A county becomes a unit of its own, a new area is taken out of a city, a district is merged: product, people and deposits
of the place step in the same year while its neighbours' do not. Recognised when two concepts of one place that do not
contain each other step in the same direction, in one period and one table, by amounts of one order (module `jumps`), or
when the land area steps to a level that it never had before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from xietong.diagnosis.suspicions.jumps import Jump, jumps
from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at, listed
from xietong.library.labels import Label
from xietong.library.sheets import Panel

AREA = ("平方公里", "公顷", "km2", "亩")
"""Units of land; an area that steps is a perimeter that moved, or a slip."""
CROWD = 3
"""When so many places step in one period, the table changed its source and no perimeter moved."""
ALIKE = 2.5
"""One perimeter moves all amounts by about its share; steps that differ by more than this factor have two causes."""
SAME_LEVEL = 0.01


def extensive(panel: Panel) -> bool:
    """Whether the indicator is known to be an amount or a count, and was not computed by the compiler."""
    meaning = panel.figures.meanings.get(panel.indicator)
    return meaning is not None and meaning.concept.kind in ("amount", "count") and not meaning.derived


def lasting(panel: Panel) -> list[Jump]:
    """Return the jumps of a panel that stay, without those that many places make at once."""
    steps = [one for one in jumps(panel) if one.back < 0]
    crowd = {one.period for one in steps if sum(other.period == one.period for other in steps) >= CROWD}
    return [one for one in steps if one.period not in crowd]


def moved(case: Case) -> list[list[Jump]]:
    """Return groups of jumps that one moved perimeter explains."""
    groups: list[list[Jump]] = []
    for figures in case.sheets.figures():
        found: dict[tuple[str, str, float], list[Jump]] = defaultdict(list)
        for panel in filter(extensive, figures.panels.values()):
            for one in lasting(panel):
                found[panel.places[one.place], panel.periods[one.period], np.sign(one.size)].append(one)
        groups += [steps for steps in found.values() if _one_cause(steps)]
    return groups


def _one_cause(steps: Sequence[Jump]) -> bool:
    if any(_is_area(one.panel) and not _seen_before(one) for one in steps):
        return True
    sizes = [abs(one.size) for one in steps]
    concepts = [one.panel.concept for one in steps if one.panel.concept]
    contained = {part for concept in concepts for part in concept.parts}
    return len({c.id for c in concepts} - contained) >= 2 and max(sizes) <= ALIKE * min(sizes)


def _is_area(panel: Panel) -> bool:
    row = int(panel.rows.max(initial=-1))
    return row >= 0 and panel.figures.unit[row] in AREA


def _seen_before(one: Jump) -> bool:
    """Whether the series had been at the level that it steps to: it alternates between two definitions then."""
    series = one.panel.values[one.place]
    earlier = series[: one.period]
    later = series[one.period + 1 :]
    left = series[one.period - 1]
    came_back = np.abs(later / left - 1) < SAME_LEVEL
    return bool((np.abs(earlier / series[one.period] - 1) < SAME_LEVEL).any() or came_back.any())


@detector("统计范围变动 | Change of perimeter")
def perimeter_change(case: Case) -> Iterator[Suspicion]:
    """Two concepts of a place, or its land area, step in the same year: the area behind the name changed."""
    for steps in moved(case):
        first = steps[0]
        name, period = first.panel.name(first.place), first.panel.periods[first.period]
        told = listed(f"{one.panel.indicator} {100 * np.expm1(one.size):+.0f}%" for one in steps)
        what = Label(
            f"{name} {period} 年起 {told} 一并跳变，疑为统计范围改变",
            f"{name}: from {period} on {told} step together; the area behind the name seems to have changed",
        )
        evidence = [e for one in steps for e in evidence_at(one.panel, [one.place] * 2, [one.period - 1, one.period])]
        confidence = 0.8 if len(steps) >= 2 else 0.65
        cells = tuple(cells_at(one.panel, one.place, one.period) for one in steps)
        yield Suspicion("perimeter-change", confidence, cells, what, tuple(evidence[:12]))
