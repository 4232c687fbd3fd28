"""Where an item lies: the first point that a row prints, in WGS 84 when the class says on which datum it stands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xietong.library.datums import wgs_from_bd, wgs_from_gcj
from xietong.library.registers.items import Item
from xietong.library.registers.rows import Row


class Point(NamedTuple):
    """Degrees to six digits; ``wgs`` says whether they stand on WGS 84 or as printed on an unknown datum."""

    east: float
    north: float
    wgs: bool
    row: Row


def point_of(item: Item) -> Point | None:
    """Return the first point that a row prints, None where there is none."""
    names = [[one.id for one in item.kind.of_kind(kind)] for kind in ("longitude", "latitude")]
    if not all(names):
        return None
    at = [list(item.kind.attributes).index(each[0]) for each in names]
    for row in item.rows:
        if all(row.values[one] for one in at):
            x, y = (np.array([float(row.values[one])]) for one in at)
            turn = {"GCJ-02": wgs_from_gcj, "BD-09": wgs_from_bd}.get(item.kind.datum)
            x, y = turn(x, y) if turn else (x, y)
            return Point(round(float(x[0]), 6), round(float(y[0]), 6), bool(item.kind.datum), row)
    return None


def wgs_point(item: Item) -> Point | None:
    """Return the point of an item when it is known to stand on WGS 84, None otherwise."""
    found = point_of(item)
    return found if found is not None and found.wgs else None
