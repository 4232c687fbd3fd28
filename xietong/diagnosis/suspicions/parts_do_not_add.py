"""Parts that do not add up to their total, or shares that do not make up the whole.

The concept says of which parts it is the sum, or which shares make up the whole together with it. A difference within
the rounding of the printed digits is none; nor is a part that the table leaves out everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import (
    Case,
    Evidence,
    Suspicion,
    cells_at,
    detector,
    evidence_at,
    listed,
    short,
    spans,
)
from xietong.library.labels import Label
from xietong.library.sheets import Figures, Floats, Panel

RELATIVE = 0.002
"""Yearbooks round totals and parts apart from each other; up to this part of the total is rounding."""
SHARES = 0.003
"""Three shares rounded to a tenth of a percent may miss the whole by this much."""


@detector("分项之和不等于合计 | Parts that do not add up")
def parts_do_not_add(case: Case) -> Iterator[Suspicion]:
    """The parts of a total, or the shares of a whole, add up to something else."""
    for figures in case.sheets.figures():
        for indicator, meaning in figures.meanings.items():
            panel = figures.panels[indicator]
            if parts := [figures.panel_of(one) for one in meaning.concept.parts]:
                yield from _sums(panel, [one for one in parts if one is not None], len(parts))
            if meaning.whole_with:
                yield from _shares(figures, panel, meaning.whole_with)


def _sums(panel: Panel, parts: list[Panel], wanted: int) -> Iterator[Suspicion]:
    if len(parts) < wanted or not parts:
        return
    values = np.stack([one.like(panel) for one in parts])
    total = np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))
    with np.errstate(invalid="ignore"):
        off = np.abs(total - panel.values)
        wrong = off > np.maximum(RELATIVE * np.abs(panel.values), 0.5 * wanted * _step(panel))
    wrong &= ~np.isnan(values).any(axis=0) | (np.isnan(values).sum(axis=0) <= wanted // 4)
    yield from _told(panel, parts, wrong, total, panel.values)


def _step(panel: Panel) -> float:
    """Return one unit of the last digit that most cells print."""
    texts = [panel.text(i, j) for i, j in np.argwhere(panel.rows >= 0)[:50].tolist()]
    digits = [len(text.rstrip("0").partition(".")[2]) for text in texts]
    return 10.0 ** -max(digits, default=0) if max(digits, default=0) <= 4 else 0.0


def _shares(figures: Figures, panel: Panel, others: tuple[str, ...]) -> Iterator[Suspicion]:
    parts = [panel, *(one for one in map(figures.panel_of, others) if one is not None)]
    if len(parts) <= len(others):
        return
    total = np.sum([one.like(panel) for one in parts], axis=0)
    known = total[np.isfinite(total)]
    if not known.size:
        return
    whole = 100.0 if np.median(known) > 10 else 1.0
    with np.errstate(invalid="ignore"):
        wrong = (np.abs(total - whole) > SHARES * whole) & (total != 0)
    yield from _told(panel, parts, wrong, total, np.full_like(total, whole))


def _told(panel: Panel, parts: list[Panel], wrong: np.ndarray, total: Floats, wanted: Floats) -> Iterator[Suspicion]:
    """Yield one suspicion for each place that is wrong in a few periods, or one for all when many are."""
    places = np.flatnonzero(wrong.any(axis=1)).tolist()
    groups = [places] if len(places) > max(4, len(panel.places) // 3) else [[i] for i in places]
    for group in filter(None, groups):
        cells = [(i, j) for i in group for j in np.flatnonzero(wrong[i]).tolist()]
        i, j = max(cells, key=lambda at: abs(total[at] / wanted[at] - 1) if wanted[at] else 1)
        names, years = listed(panel.name(at) for at in group), spans(panel.periods[at] for _, at in cells)
        what = Label(
            f"{panel.indicator}：{names} {years} 分项之和 {short(total[i, j])} 不等于 {short(wanted[i, j])}（{panel.name(i)} {panel.periods[j]}，共 {len(cells)} 格）",
            f"{panel.indicator}: for {names} in {years} the parts add up to {short(total[i, j])} and not to {short(wanted[i, j])} "
            f"({panel.name(i)} {panel.periods[j]}; {len(cells)} cells)",
        )
        shown = [panel, *(one for one in parts if one is not panel)]
        evidence = [e for one in shown for e in _at(one, panel, i, j)]
        place = group[0] if len(group) == 1 else None
        yield Suspicion(
            "parts-do-not-add",
            0.92,
            (cells_at(panel, place, j if len(cells) == 1 else None),),
            what,
            tuple(evidence[:12]),
        )


def _at(one: Panel, panel: Panel, i: int, j: int) -> tuple[Evidence, ...]:
    if panel.places[i] not in one.places or panel.periods[j] not in one.periods:
        return ()
    return evidence_at(one, [one.places.index(panel.places[i])], [one.periods.index(panel.periods[j])])
