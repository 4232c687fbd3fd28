"""Entries geocoded to one point: the geocoder did not find them and gave the middle of the city instead.

Recognised when at least `FEW` entries with different names and different addresses share a point to the last digit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.labels import Label
from xietong.library.sheets import Items

FEW = 3


@detector("多条共用一个坐标 | Several entries at one point")
def geocoded_to_centre(case: Case) -> Iterator[Suspicion]:
    """Entries with different addresses that share one point: the middle of a city, and no address."""
    for items in case.sheets.items():
        at: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, point in enumerate(zip(items.role("lon"), items.role("lat"), strict=True)):
            if all(point):
                at[point].append(row)
        groups = [rows for rows in at.values() if _different(items, rows) >= FEW]
        if groups:
            yield _suspicion(items, groups)


def _different(items: Items, rows: list[int]) -> int:
    """Return how many different addresses the entries have, each without one counting as one of its own."""
    return len({items.role("address")[row] or f"{row}" for row in rows})


def _suspicion(items: Items, groups: list[list[int]]) -> Suspicion:
    count, names = sum(map(len, groups)), listed(items.role("name")[row] for rows in groups for row in rows)
    what = Label(
        f"{items.name}：{count} 条地址不同却共用 {len(groups)} 个坐标，疑为定位到城市中心：{names}",
        f"{items.name}: {count} entries with different addresses share {len(groups)} points, probably the middle of a city: {names}",
    )
    shown = [row for rows in groups for row in rows][:12]
    evidence = tuple(
        Evidence(
            items.where(row), f"{items.role('name')[row]} {items.role('lon')[row][:11]},{items.role('lat')[row][:10]}"
        )
        for row in shown
    )
    return Suspicion("geocoded-to-centre", 0.85, (Cells(items.name, indicator="lon"),), what, evidence)
