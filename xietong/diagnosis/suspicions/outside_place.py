"""Coordinates outside the place that the entry states: a slip of the geocoder, or a namesake in another city.

The point is located among all counties of the country; province and city are compared with what the entry states in its
columns and in its address. A point elsewhere within one city is told once for the table, as lists and geocoders draw
districts differently. Points in the sea or abroad are outside as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.boundaries import Entry, distance_km, entries, locate
from xietong.library.datums import wgs_from_bd, wgs_from_gcj
from xietong.library.labels import Label
from xietong.library.sheets import Items

DATUMS = ("BD-09", "GCJ-02", "WGS-84")
NEAR_KM = 3.0
"""Boundaries are simplified and some datums are guessed; a point so near to its place may lie in it."""
FEW = 3


@dataclass(frozen=True)
class Spot:
    """An entry with the place it states and the one its point lies in."""

    row: int
    stated: str
    found: str
    code: str


def points(items: Items) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude in WGS 84, converted from the datum that each entry states."""
    x, y = (np.array([_number(text) for text in items.role(name)]) for name in ("lon", "lat"))
    stated = np.array([datum_of(text) for text in items.role("datum")], dtype=object)
    for name, turn in (("BD-09", wgs_from_bd), ("GCJ-02", wgs_from_gcj)):
        rows = (stated == name) & np.isfinite(x) & np.isfinite(y)
        if rows.any():
            x[rows], y[rows] = turn(x[rows], y[rows])
    return x, y


def datum_of(text: str) -> str:
    """Return the datum that is named first in a text, '' when none is."""
    at = {name: text.upper().replace("-", "").find(name.replace("-", "")) for name in DATUMS}
    named = {name: where for name, where in at.items() if where >= 0}
    return min(named, key=lambda name: named[name], default="")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


@detector("坐标落在所属地之外 | Coordinates outside the place")
def outside_place(case: Case) -> Iterator[Suspicion]:
    """An entry whose point lies in another province or city than it states, or in none."""
    for items in case.sheets.items():
        x, y = points(items)
        if np.isfinite(x).any():
            known = np.flatnonzero(np.isfinite(x) & np.isfinite(y)).tolist()
            codes = dict(zip(known, locate(x[known], y[known]), strict=True))
            yield from _cities(items, codes, x, y)
            yield from _counties(items, codes, x, y)


def _cities(items: Items, codes: dict[int, str], x: np.ndarray, y: np.ndarray) -> Iterator[Suspicion]:
    for row, code in codes.items():
        found = entries().get(code)
        stated = _stated(items, row)
        if found is None or not stated:
            continue
        away = [one for one in stated if not _within(found, one)]
        if len(away) == len(stated) and away and _far(away[-1], x[row], y[row]):
            yield _told(items, row, found, away[-1], x[row], y[row])


def _stated(items: Items, row: int) -> list[str]:
    """Return codes of provinces and cities that an entry states, in its columns and at the head of its address."""
    codes: list[str] = []
    for text in (items.role("province")[row], items.role("city")[row], items.role("address")[row][:12]):
        for code, name in _named():
            if text and (text == name or text.startswith(name) or (len(name) > 2 and name in text[:9])):
                codes.append(code)
    return sorted(dict.fromkeys(codes), key=lambda code: not code.endswith("0000"))[-1:]


_NAMES: list[tuple[str, str]] = []


def _named() -> Sequence[tuple[str, str]]:
    if not _NAMES:
        _NAMES.extend((code, one.name) for code, one in entries().items() if one.level != "district")
    return _NAMES


def _within(found: Entry, code: str) -> bool:
    place = entries()[code]
    return place.name in (found.province, found.city)


def _far(code: str, x: float, y: float) -> bool:
    return distance_km(code, float(x), float(y)) > NEAR_KM


def _told(items: Items, row: int, found: Entry, code: str, x: float, y: float) -> Suspicion:
    name, stated = items.role("name")[row], entries()[code].name
    where = found.province if found.city == found.province else f"{found.province}{found.city}"
    km = distance_km(code, float(x), float(y))
    what = Label(
        f"{items.name}：{name} 应在 {stated}，坐标却落在 {where}{found.name}，距 {stated} {km:.0f} 公里",
        f"{items.name}: {name} belongs to {stated}, but its point lies in {where}{found.name}, {km:.0f} km away",
    )
    told = f"{name} {items.role('address')[row]} {items.role('lon')[row]},{items.role('lat')[row]}"
    cells = Cells(items.name, place=name)
    return Suspicion("outside-place", 0.92 if km > 30 else 0.8, (cells,), what, (Evidence(items.where(row), told),))


def _counties(items: Items, codes: dict[int, str], x: np.ndarray, y: np.ndarray) -> Iterator[Suspicion]:
    stated = items.role("place_code")
    wrong = [
        row
        for row, code in codes.items()
        if stated[row] and code and stated[row] != code and stated[row] in entries() and stated[row][:4] == code[:4]
        and _far(stated[row], x[row], y[row])
    ]  # fmt: skip
    if len(wrong) >= FEW:
        names = listed(items.role("name")[row] for row in wrong)
        what = Label(
            f"{items.name}：{len(wrong)} 条的坐标不在所填区县内：{names}",
            f"{items.name}: the points of {len(wrong)} entries are not in the county they state: {names}",
        )
        shown = tuple(
            Evidence(items.where(row), f"{items.role('name')[row]}: {stated[row]} ≠ {codes[row]}") for row in wrong[:12]
        )
        yield Suspicion("outside-place", 0.75, (Cells(items.name, indicator="place_code"),), what, shown)
