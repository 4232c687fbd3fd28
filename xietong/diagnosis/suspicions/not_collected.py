"""Not collected is not none: whole places without an entry in a register that has many for their neighbours.

A list put together from several offices has no hospital in a city of nine million, because that office's list was not found.
Recognised when at least `FEW` cities of a province have no entry while the others have `MANY` on average.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xietong.diagnosis.suspicions.outside_place import points
from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.boundaries import entries, locate
from xietong.library.labels import Label
from xietong.library.sheets import Items

FEW = 3
MANY = 10.0


@detector("整地未采集 | Whole places not collected")
def not_collected(case: Case) -> Iterator[Suspicion]:
    """Cities without a single entry in a register that has many for the cities beside them."""
    for items in case.sheets.items():
        cities = _cities(items)
        for parent in sorted({one.parent for one in case.gazetteer.places.values() if one.level == "city"}):
            beside = [case.gazetteer.places[code].label.zh for code in case.gazetteer.children(parent)]
            beside = [name for name in beside if name.endswith("市") and _is_city(name)]
            have = [cities[name] for name in beside if cities[name]]
            lack = [name for name in beside if not cities[name]]
            if len(lack) >= FEW and have and sum(have) / len(have) >= MANY:
                yield _suspicion(items, lack, sum(have) / len(have))


def _cities(items: Items) -> Counter[str]:
    """Return how many entries each city has, by the city stated or else by the point or the code of the county."""
    x, y = points(items)
    codes = locate(x, y) if any(items.role("lon")) else [""] * len(items)
    found: Counter[str] = Counter()
    for stated, code, county in zip(items.role("city"), codes, items.role("place_code"), strict=True):
        one = entries().get(code or county)
        found[one.city if one is not None else stated if stated.endswith("市") else f"{stated}市"] += 1
    return found


def _is_city(name: str) -> bool:
    """Whether a name is that of a city of the official list."""
    return any(one.level == "city" and one.name == name for one in entries().values())


def _suspicion(items: Items, names: list[str], mean: float) -> Suspicion:
    what = Label(
        f"{items.name}：{listed(names)} 一条也没有，而同省其他市平均 {mean:.0f} 条，疑为未采集而非没有",
        f"{items.name}: not one entry for {listed(names)}, while the other cities have {mean:.0f} on average: not collected, not none",
    )
    return Suspicion(
        "not-collected",
        0.85,
        (Cells(items.name, place=names[0]),),
        what,
        (Evidence(items.where(0), items.role("source")[0][:60]),),
    )
