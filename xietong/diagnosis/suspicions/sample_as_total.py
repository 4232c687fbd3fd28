"""A sample beside complete counts: long-form figures in the same unit as the figures of the whole.

A census asks a tenth of the households the long form; its employed people, occupations and rooms stand in the same
table and in the same unit as the people counted. Whoever divides the one by the other is wrong by a factor of ten.
Recognised when the mapping says so, or when a name says long form or sample and complete counts stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.labels import Label
from xietong.library.sheets import Figures, Flows, Items

SAYS = re.compile(r"长表|抽样|样本|long.?form|sample", re.I)


@detector("抽样数当作总数 | Sample taken for a total")
def sample_as_total(case: Case) -> Iterator[Suspicion]:
    """Figures of a sample stand beside complete counts in one unit."""
    for sheet in case.sheets.all:
        if isinstance(sheet, Figures):
            yield from _figures(sheet)
        elif not isinstance(sheet, Flows):
            yield from _items(sheet)


def _figures(figures: Figures) -> Iterator[Suspicion]:
    labels = figures.indicator.labels
    sampled = [one for one in labels if SAYS.search(one) or (one in figures.meanings and figures.meanings[one].sample)]
    units = {figures.panels[one].unit for one in sampled}
    whole = [one for one in labels if one not in sampled and figures.panels[one].unit in units]
    if sampled and whole:
        part = next((figures.meanings[one].sample for one in sampled if one in figures.meanings), 0.0)
        row = int(np.argmax(figures.indicator.at == labels.index(sampled[0])))
        evidence = tuple(
            Evidence(
                figures.where(int(np.argmax(figures.indicator.at == labels.index(one)))),
                f"{one}: {figures.text[int(np.argmax(figures.indicator.at == labels.index(one)))]}",
            )
            for one in (whole[0], *sampled[:8])
        )
        yield _suspicion(figures.name, sampled, units, part, evidence or (Evidence(figures.where(row), ""),))


def _items(items: Items) -> Iterator[Suspicion]:
    sampled = [name for name in items.attributes if SAYS.search(name)]
    if sampled and len(items):
        evidence = tuple(Evidence(items.where(0), f"{name}: {items.attributes[name][0]}") for name in sampled)
        yield _suspicion(items.name, sampled, set(), 0.0, evidence)


def _suspicion(
    name: str, sampled: list[str], units: set[str], part: float, evidence: tuple[Evidence, ...]
) -> Suspicion:
    zh, en = (f"（{part:.0%} 抽样）", f" ({part:.0%} sample)") if part else ("", "")
    what = Label(
        f"{name}：{len(sampled)} 个抽样指标{zh}与全数指标并列（{listed(sampled, 4)}），不可当作总数或直接相除",
        f"{name}: {len(sampled)} figures from a sample{en} stand beside complete counts ({listed(sampled, 4)}); they are no totals",
    )
    return Suspicion("sample-as-total", 0.8, (Cells(name, indicator=sampled[0]),), what, evidence)
