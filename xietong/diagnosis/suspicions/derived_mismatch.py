r"""A computed series that does not follow from the series beside it: a ratio of other figures, or an index of others.

The concept says of which two it is the quotient, or of which it is the index with the previous period as 100. The scale of
the units is read off the table: the power of ten nearest to the median of :math:`r_{it} / (a_{it} / b_{it})`. Cells that differ by
more than `CLOSE` were computed from other figures: another vintage, another perimeter, another year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xietong.diagnosis.suspicions.suspicion import (
    Case,
    Suspicion,
    cells_at,
    detector,
    evidence_at,
    listed,
    short,
    spans,
)
from xietong.library.labels import Label
from xietong.library.sheets import Floats, Panel

CLOSE = 0.01
MOST = 0.5
"""When more than half of all cells differ, the relation was declared wrongly and nothing is said of single cells."""


@detector("派生指标与其来源不符 | Derived series inconsistent with its inputs")
def derived_mismatch(case: Case) -> Iterator[Suspicion]:
    """A quotient or an index differs from what the figures beside it give."""
    for figures in case.sheets.figures():
        for indicator, meaning in figures.meanings.items():
            panel = figures.panels[indicator]
            inputs = [one for one in map(figures.panel_of, meaning.concept.ratio) if one is not None]
            if len(inputs) == 2:
                with np.errstate(divide="ignore", invalid="ignore"):
                    yield from _told(
                        panel, _scaled(panel.values, inputs[0].like(panel) / inputs[1].like(panel)), inputs
                    )
            source = figures.panel_of(meaning.growth_of) if meaning.growth_of else None
            if source is not None:
                yield from _told(panel, 100 * _growth(source.like(panel)), [source])


def _scaled(values: Floats, expected: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(values / expected)
    ratio = ratio[np.isfinite(ratio)]
    return np.asarray(expected * (10.0 ** round(float(np.median(ratio))) if ratio.size else 1.0))


def _growth(values: Floats) -> Floats:
    grown = np.full_like(values, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown[:, 1:] = values[:, 1:] / values[:, :-1]
    return grown


def _told(panel: Panel, expected: Floats, inputs: Sequence[Panel]) -> Iterator[Suspicion]:
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(panel.values / expected - 1)
    known = np.isfinite(off)
    wrong = known & (off > CLOSE)
    if not wrong.any():
        return
    if wrong.sum() > MOST * known.sum():
        yield _suspicion(panel, [(i, j) for i, j in np.argwhere(wrong).tolist()], expected, inputs, None, 0.6)
        return
    for i in np.flatnonzero(wrong.any(axis=1)).tolist():
        cells = [(i, j) for j in np.flatnonzero(wrong[i]).tolist()]
        yield _suspicion(panel, cells, expected, inputs, i, 0.85)


def _suspicion(
    panel: Panel,
    cells: Sequence[tuple[int, int]],
    expected: Floats,
    inputs: Sequence[Panel],
    place: int | None,
    confidence: float,
) -> Suspicion:
    with np.errstate(divide="ignore", invalid="ignore"):
        i, j = max(cells, key=lambda at: abs(panel.values[at[0], at[1]] / expected[at[0], at[1]] - 1))
    names, years = listed(panel.name(at) for at, _ in cells), spans(panel.periods[at] for _, at in cells)
    of = " / ".join(one.indicator for one in inputs)
    what = Label(
        f"{panel.indicator}：{names} {years} 与 {of} 算出的不符，如 {panel.name(i)} {panel.periods[j]} 为 {panel.text(i, j)}，应为 {short(expected[i, j])}",
        f"{panel.indicator}: for {names} in {years} it does not follow from {of}; {panel.name(i)} {panel.periods[j]} reads "
        f"{panel.text(i, j)} instead of {short(expected[i, j])}",
    )
    evidence = list(evidence_at(panel, [i], [j]))
    for one in inputs:
        if panel.places[i] in one.places and panel.periods[j] in one.periods:
            evidence += evidence_at(one, [one.places.index(panel.places[i])], [one.periods.index(panel.periods[j])])
    return Suspicion("derived-mismatch", confidence, (cells_at(panel, place),), what, tuple(evidence))
