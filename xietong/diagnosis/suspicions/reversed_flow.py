"""A flow read the wrong way: columns whose direction is not stated, or that disagree with another table about which way.

Crawled matrices are stored as first and second city, and out of a city is taken for into it. Recognised by headers that say
"or", and with a second table of the same pairs: when the larger direction of most pairs is the smaller one there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.labels import Label
from xietong.library.sheets import Flows

UNSURE = re.compile(r"_or_|或|/|first|second|^[ab]$|city[12]", re.I)
ENOUGH = 12
AGAINST = -0.4
"""Correlation of the two tables' asymmetries below which one of them is turned round."""


@detector("流向方向不明或相反 | Direction of a flow unstated or reversed")
def reversed_flow(case: Case) -> Iterator[Suspicion]:
    """Columns that do not say which way, or asymmetries that are the reverse of another table's."""
    tables = list(case.sheets.flows())
    for flows in tables:
        names = [name for name in flows.raw.header if UNSURE.search(name)] if flows.raw else []
        if names and not any(flows.role("direction")):
            what = Label(
                f"{flows.name}：列名 {'、'.join(names)} 没有说明哪一端是出发地",
                f"{flows.name}: the columns {', '.join(names)} do not say which end is the origin",
            )
            evidence = (Evidence(flows.where(0), " ".join(flows.raw.rows[0][:3]) if flows.raw and len(flows) else ""),)
            if len(flows):
                yield Suspicion("reversed-flow", 0.75, (Cells(flows.name, names[0]),), what, evidence)
    for one, other in combinations(tables, 2):
        yield from _against(one, other)


def _asymmetry(flows: Flows) -> dict[tuple[str, str], float]:
    """Return the logarithm of each flow over its reverse, for pairs in one order, modes added up."""
    total: dict[tuple[str, str], float] = {}
    for a, b, value in zip(flows.role("from"), flows.role("to"), flows.value.tolist(), strict=True):
        if value > 0:
            key = a.removesuffix("市"), b.removesuffix("市")
            total[key] = total.get(key, 0.0) + value
    return {
        key: float(np.log(total[key] / total[key[::-1]])) for key in total if key < key[::-1] and key[::-1] in total
    }


def _against(one: Flows, other: Flows) -> Iterator[Suspicion]:
    first, second = _asymmetry(one), _asymmetry(other)
    shared = sorted(set(first) & set(second))
    if len(shared) < ENOUGH:
        return
    a, b = np.array([first[key] for key in shared]), np.array([second[key] for key in shared])
    if a.std() < 1e-9 or b.std() < 1e-9:
        return
    together = float(np.corrcoef(a, b)[0, 1])
    if together < AGAINST:
        what = Label(
            f"{one.name} 与 {other.name}：{len(shared)} 对城市的进出差相反（相关 {together:.2f}），其一方向颠倒",
            f"{one.name} and {other.name}: the asymmetries of {len(shared)} pairs are opposite (correlation {together:.2f}); one is reversed",
        )
        evidence = (Evidence(one.where(0), "→".join(shared[0])), Evidence(other.where(0), "→".join(shared[0])))
        yield Suspicion("reversed-flow", 0.8, (Cells(one.name, "from"), Cells(other.name, "from")), what, evidence)
