"""Values filled in and passed off as observed: a run on a straight line, a constant growth, or a value held still.

Nature and accounts do not draw straight lines: `RUN` differences in a row that agree to the last printed digit, or that many
equal growth rates, were computed. Nor does a figure that moves every year elsewhere stay the same to the last digit for
`HELD` periods. Indicators of which most places hold still (areas, limits) are left alone, and so are series that are
known to be computed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Suspicion, cells_at, detector, evidence_at
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel

RUN = 2
HELD = 4
SAME = 1e-6
"""Relative difference up to which two differences or growth rates are the same."""
STILL = 0.15
"""When more than this part of all steps are zero, holding still is ordinary."""
DIGITS = 4
"""A value of fewer significant digits may repeat by chance."""


@detector("插值冒充实测 | Interpolated values passed off as observed")
def interpolated(case: Case) -> Iterator[Suspicion]:
    """A run of a series on a straight line, at constant growth, or held still to the last digit."""
    for figures in case.sheets.figures():
        for panel in figures.panels.values():
            meaning = figures.meanings.get(panel.indicator)
            if panel.values.shape[1] > RUN + 1 and not (meaning is not None and meaning.derived):
                yield from _runs(panel)


def _runs(panel: Panel) -> Iterator[Suspicion]:
    values = panel.values
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.diff(values, axis=1)
        rates = values[:, 1:] / values[:, :-1]
        moves = np.isfinite(steps)
        still = bool(moves.sum()) and (steps == 0).sum() > STILL * moves.sum()
        tolerance = SAME * np.abs(values[:, 1:])
        line = np.abs(np.diff(steps, axis=1)) <= np.maximum(tolerance[:, 1:], 1e-12)
        curve = np.abs(np.diff(rates, axis=1)) <= SAME
    line, curve = line & (steps[:, 1:] != 0), curve & (steps[:, 1:] != 0)
    for kind, same, least in (("line", line, RUN), ("growth", curve & ~line, RUN), ("held", steps == 0, HELD - 1)):
        if kind == "held" and still:
            continue
        for i, start, length in _stretches(same, least):
            last = start + length + (0 if kind == "held" else 1)
            if _precise(panel, i, start):
                yield _suspicion(panel, kind, i, start, last)


def _stretches(same: np.ndarray, least: int) -> Iterator[tuple[int, int, int]]:
    """Yield row, first column and length of every run of at least ``least`` true cells."""
    for i in np.flatnonzero(same.sum(axis=1) >= least).tolist():
        edges = np.flatnonzero(np.diff(np.concatenate(([0], same[i].astype(np.int8), [0]))))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if end - start >= least:
                yield i, start, end - start


def _precise(panel: Panel, i: int, j: int) -> bool:
    digits = panel.text(i, j).replace(".", "").replace("-", "").strip("0")
    return len(digits) >= DIGITS


def _suspicion(panel: Panel, kind: str, i: int, start: int, last: int) -> Suspicion:
    name, years = panel.name(i), f"{panel.periods[start]}–{panel.periods[last]}"
    zh, en = {
        "line": ("逐年等差", "lie on a straight line"),
        "growth": ("逐年等比", "grow at exactly one rate"),
        "held": ("数值不变", "do not move"),
    }[kind]
    values: Floats = panel.values[i, start : last + 1]
    what = Label(
        f"{panel.indicator}：{name} {years} 共 {len(values)} 期{zh}，疑为插值或照抄",
        f"{panel.indicator}: the {len(values)} values of {name} in {years} {en}: filled in or carried over",
    )
    evidence = evidence_at(panel, [i] * len(values), range(start, last + 1))
    cells = cells_at(panel, i, start)
    return Suspicion("interpolated", 0.85 if len(values) > HELD else 0.7, (cells,), what, evidence)
