"""Weights on several bases: shares of some entities add up to one, of others to two or to a half, and some lie outside.

Shares of products taken from reports that break turnover down twice, by product and by region, add up to a multiple of the
whole. Recognised by weights below 0 or above 1, placeholders repeated over and over, and sums that miss the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.names import Names
from xietong.library.sheets import Items

MISSES = 0.1
PART = 0.1
REPEATED = 0.1


@detector("权重基数混用 | Weights on several bases")
def weight_bases(case: Case) -> Iterator[Suspicion]:
    """Weights of entities that do not add up to one whole, lie outside it, or are placeholders."""
    for items in case.sheets.items():
        if any(items.role("weight")) and any(items.role("entity")):
            yield from _checked(items)


def _checked(items: Items) -> Iterator[Suspicion]:
    weights = np.array([float(text) if text else np.nan for text in items.role("weight")])
    entity = Names.of(items.role("entity"))
    sums = np.bincount(entity.at, np.nan_to_num(weights), len(entity.labels))
    off = np.flatnonzero(np.abs(sums - 1) > MISSES)
    if len(off) > PART * len(sums):
        worst = entity.labels[int(off[np.argmax(np.abs(sums[off] - 1))])]
        rows = [row for row, text in enumerate(items.role("entity")) if text == worst]
        what = Label(
            f"{items.name}：{len(off)}/{len(sums)} 个主体的权重之和不为 1（{worst} 为 {sums.max():.2f}），基数混用",
            f"{items.name}: the weights of {len(off)} of {len(sums)} entities do not add up to 1 ({worst}: {sums.max():.2f}): several bases",
        )
        yield Suspicion("weight-bases", 0.9, (Cells(items.name, "weight"),), what, _evidence(items, rows))
    outside = np.flatnonzero((weights < 0) | (weights > 1 + 1e-6)).tolist()
    if outside:
        what = Label(
            f"{items.name}：{len(outside)} 个权重小于 0 或大于 1",
            f"{items.name}: {len(outside)} weights are below 0 or above 1",
        )
        yield Suspicion("weight-bases", 0.9, (Cells(items.name, "weight", "outside"),), what, _evidence(items, outside))
    text, count = Counter(items.role("weight")).most_common(1)[0]
    if count > REPEATED * len(items):
        rows = [row for row, one in enumerate(items.role("weight")) if one == text]
        what = Label(
            f"{items.name}：权重 {text} 重复 {count} 次，是占位值而非实测",
            f"{items.name}: the weight {text} stands {count} times: a placeholder",
        )
        yield Suspicion(
            "weight-bases", 0.85, (Cells(items.name, "weight", "placeholder"),), what, _evidence(items, rows)
        )


def _evidence(items: Items, rows: list[int]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(items.where(row), f"{items.role('name')[row]} {items.role('weight')[row]}") for row in rows[:12]
    )
