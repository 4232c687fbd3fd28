"""Coordinates in the datum of a web map: GCJ-02 or BD-09, up to 1.5 km off when drawn as WGS 84.

Recognised by what the table states, or, where it states nothing, by the points themselves: converted from a web datum
markedly more of them lie in the county they state.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.diagnosis.suspicions.outside_place import datum_of
from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector
from xietong.library.boundaries import locate
from xietong.library.datums import wgs_from_bd, wgs_from_gcj
from xietong.library.labels import Label
from xietong.library.sheets import Items

BETTER = 0.02
"""At least this part of the points must come home by the conversion."""
ENOUGH = 40


@detector("坐标系不是 WGS-84 | Coordinates in another datum")
def other_datum(case: Case) -> Iterator[Suspicion]:
    """Points in GCJ-02 or BD-09, stated or shown by where they fall."""
    for items in case.sheets.items():
        stated = [datum_of(text) for text in items.role("datum")]
        rows = [row for row, name in enumerate(stated) if name in ("GCJ-02", "BD-09") and items.role("lon")[row]]
        if rows:
            yield _suspicion(items, rows, stated[rows[0]], 0.85)
        elif not any(stated) and (guess := _guess(items)):
            yield _suspicion(items, list(range(len(items))), guess, 0.65)


def _guess(items: Items) -> str:
    """Return the datum in which clearly more points lie in the county they state, '' when WGS 84 does as well."""
    x, y = (np.array([_number(text) for text in items.role(name)]) for name in ("lon", "lat"))
    codes = np.array(items.role("place_code"))
    known = np.isfinite(x) & np.isfinite(y) & (codes != "")
    if known.sum() < ENOUGH:
        return ""
    x, y, codes = x[known], y[known], codes[known]
    home = {
        name: float(np.mean(np.array(locate(*turn(x, y))) == codes))
        for name, turn in (("WGS-84", lambda a, b: (a, b)), ("GCJ-02", wgs_from_gcj), ("BD-09", wgs_from_bd))
    }
    best = max(home, key=lambda name: home[name])
    return best if home[best] > home["WGS-84"] + BETTER else ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _suspicion(items: Items, rows: list[int], datum: str, confidence: float) -> Suspicion:
    what = Label(
        f"{items.name}：{len(rows)} 条坐标为 {datum}，直接当作 WGS-84 会偏 0.5–1.5 公里",
        f"{items.name}: the points of {len(rows)} entries are in {datum}; drawn as WGS 84 they are 0.5 to 1.5 km off",
    )
    evidence = tuple(
        Evidence(
            items.where(row), f"{items.role('name')[row]} {items.role('lon')[row][:11]},{items.role('lat')[row][:10]}"
        )
        for row in rows[:3]
    )
    return Suspicion("other-datum", confidence, (Cells(items.name, indicator="datum"),), what, evidence)
