"""A definition that alternates: the series goes to another level and comes back to the old one, more than once.

An area with and without a county, residents and registered people, two bureaus taking turns: the values are not noisy,
they are two series spliced. Recognised when a series leaves a level by more than `APART`, returns to it within `SAME`, and does
so at least `RETURNS` times.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel

SAME = 0.0005
APART = 0.003
LARGE = 0.15
"""For a series that moves every year: it alternates when it crosses this far down and up again, over and over."""
RETURNS = 2
SWINGS = 5
FEWEST = 6


@detector("定义来回切换 | Definition alternating in a series")
def definition_alternates(case: Case) -> Iterator[Suspicion]:
    """A series that leaves a level and comes back to it, again and again."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            meaning = figures.meanings.get(panel.indicator)
            if panel.values.shape[1] < FEWEST or (meaning is not None and meaning.derived):
                continue
            for i, series in enumerate(panel.values):
                known = np.flatnonzero(np.isfinite(series) & (series > 0))
                if len(known) >= FEWEST and (turns := _turns(series[known])):
                    yield _suspicion(panel, i, [int(known[at]) for at in turns])


def _turns(series: Floats) -> list[int]:
    """Return the positions where the series comes back to a level that it had left, or swings from side to side."""
    moved = np.abs(np.diff(np.log(series)))
    if (moved <= SAME).mean() >= 0.3:
        regimes = [0, *(np.flatnonzero(moved > APART) + 1).tolist()]
        levels = [float(series[at]) for at in regimes]
        back = [
            at
            for k, at in enumerate(regimes)
            if any(abs(levels[k] / old - 1) <= SAME for old in levels[: max(0, k - 1)])
        ]
        return back if len(back) >= RETURNS else []
    steps = np.diff(np.log(series))
    swing = (steps[1:] * steps[:-1] < 0) & (np.minimum(np.abs(steps[1:]), np.abs(steps[:-1])) > 4 * LARGE)
    return (np.flatnonzero(swing) + 1).tolist() if swing.sum() >= SWINGS else []


def _suspicion(panel: Panel, i: int, turns: list[int]) -> Suspicion:
    name = panel.name(i)
    periods = [panel.periods[j] for j in turns]
    levels = sorted({panel.text(i, j) for j in turns} | {panel.text(i, max(0, j - 1)) for j in turns})
    what = Label(
        f"{panel.indicator}：{name} 在 {'、'.join(levels[:4])} 之间来回（{'、'.join(periods)}），疑为两种口径交替",
        f"{panel.indicator}: {name} goes back and forth between {', '.join(levels[:4])} ({', '.join(periods)}): two definitions take turns",
    )
    at = sorted({j for turn in turns for j in (max(0, turn - 1), turn)})
    return Suspicion("definition-alternates", 0.75, (cells_at(panel, i),), what, evidence_at(panel, [i] * len(at), at))
