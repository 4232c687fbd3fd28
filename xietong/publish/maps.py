r"""Outlines of places on an equal-area plane, read from the packed boundary data and simplified together.

The plane is Albers' equal-area conic with two standard parallels. For latitude :math:`\varphi` and longitude
:math:`\lambda` on the ellipsoid WGS 84,

.. math:: \rho = \frac{a \sqrt{C - n q}}{n},\quad \theta = n (\lambda - \lambda_0),\quad
   x = \rho \sin\theta,\quad y = \rho_0 - \rho \cos\theta

with :math:`q` the authalic function of the latitude (J. P. Snyder, Map Projections: A Working Manual,
U.S. Geological Survey Professional Paper 1395, 1987, section 14).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from xietong.errors import PublishError
from xietong.library.boundaries import entries, entry
from xietong.publish.ground import PACKED, Ground

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Outlines", "Plane", "albers", "fitted_plane", "on_plane", "outlines"]

Floats = npt.NDArray[np.float64]

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


def outlines(codes: Sequence[str], tolerance: float = 1.0, ground: Ground = PACKED) -> Outlines:
    """Return the outlines of places by official code, simplified to about ``tolerance`` kilometres.

    Neighbours are simplified together, so that they still share one line. Codes of provinces, cities and districts
    may be mixed as long as they do not overlap.
    """
    return _outlines(tuple(codes), tolerance, ground)


def on_plane(
    codes: Sequence[str], points: Sequence[tuple[float, float]], ground: Ground = PACKED
) -> list[tuple[float, float]]:
    """Return points of longitude and latitude in kilometres on the plane on which these places are outlined."""
    degrees = np.array(points, dtype=np.float64).reshape(-1, 2)
    x, y = albers(degrees[:, 0], degrees[:, 1], _plane(tuple(codes), ground))
    return [(round(float(east) / 1000, 3), round(float(north) / 1000, 3)) for east, north in zip(x, y, strict=True)]


@cache
def _plane(codes: tuple[str, ...], ground: Ground) -> Plane:
    return fitted_plane([ring[:, :2] for code in codes for rings in ground.rings_of(code) for ring in rings])


@cache
def _outlines(codes: tuple[str, ...], tolerance: float, ground: Ground) -> Outlines:
    import shapely

    areas = [ground.rings_of(code) for code in codes]
    plane = _plane(codes, ground)
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
    names = {code: entry(code).name if code in entries() else code for code in codes}
    return Outlines(f"outlines-{digest}", codes, geojson, centres, names)


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
