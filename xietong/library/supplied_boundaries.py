"""Outlines that a publisher brings, of a map that was approved: a GeoJSON file in place of the packed boundaries.

Each feature is a ``Polygon`` or ``MultiPolygon`` in degrees of longitude and latitude (RFC 7946, sections 3.1.6, 3.1.7
and 4) with the official code of its place in the property ``code``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from xietong.errors import PackError, Problems, UnknownName
from xietong.library.boundaries import Floats

__all__ = ["LARGEST", "Supplied", "read_boundaries"]

LARGEST = 60_000_000
"""Bytes of a file of boundaries."""
_CORNERS = 4
"""A ring has at least so many positions, the last equal to the first."""

Polygons = list[list[Floats]]


@dataclass(frozen=True)
class Supplied:
    """Outlines by code, told apart by the digest of their file."""

    digest: str
    shown: str
    areas: Mapping[str, Polygons] = field(compare=False, repr=False)

    def rings_of(self, code: str) -> Polygons:
        """Return the polygons of a place, each as rings of longitude and latitude in degrees.

        Raises:
            UnknownName: when the file lacks the place; a map is never drawn of two sources of boundaries.
        """
        if code not in self.areas:
            raise UnknownName("boundaries", "outline for code", code, self.areas, where=self.shown)
        return self.areas[code]


def read_boundaries(path: Path, shown: str) -> Supplied:
    """Return the outlines of a file.

    Raises:
        PackError: when there is no such file, or it is no GeoJSON.
        Problems: with everything that is wrong with its features.
    """
    if not path.is_file() or path.stat().st_size > LARGEST:
        why = f"it has more than {LARGEST} bytes" if path.is_file() else "there is no such file"
        raise PackError("boundaries", why, where=shown, ways=("name a GeoJSON file inside the folder of the study",))
    data = path.read_bytes()
    try:
        told = json.loads(data)
        features = told["features"] if told["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackError("boundaries", f"this is no GeoJSON: {error!r}", where=shown) from None
    if not isinstance(features, list) or not features:
        raise PackError("boundaries", "this is no collection of features", where=shown)
    areas: dict[str, Polygons] = {}
    problems = [one for at, feature in enumerate(features, 1) for one in _read(feature, at, areas, shown)]
    if problems:
        raise Problems("boundaries", problems)
    return Supplied(hashlib.sha256(data).hexdigest()[:12], shown, areas)


def _read(feature: Any, at: int, areas: dict[str, Polygons], shown: str) -> Iterator[PackError]:
    """Take a feature in, or yield what is wrong with it."""
    who = f"boundaries: feature {at}"
    try:
        code, shape = str(feature["properties"]["code"]), feature["geometry"]
        told = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}[shape["type"]]
        polygons = [[np.array(ring, dtype=np.float64) for ring in polygon] for polygon in told]
    except (KeyError, TypeError, ValueError) as error:
        ways = ("a feature has properties.code and a geometry of type Polygon or MultiPolygon",)
        yield PackError(who, f"it cannot be read: {error!r}"[:160], where=shown, ways=ways)
        return
    if code in areas:
        yield PackError(who, f"the code {code} stands twice", where=shown)
    areas[code] = polygons
    if why := _wrong(polygons):
        yield PackError(who, f"{code}: {why}", where=shown)


def _wrong(polygons: Sequence[Sequence[Floats]]) -> str:
    """Return what is wrong with the rings of a place, '' when nothing is."""
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings or not all(polygons):
        return "it has no ring"
    if any(ring.ndim != 2 or ring.shape[1] not in (2, 3) or len(ring) < _CORNERS for ring in rings):
        return f"a ring has fewer than {_CORNERS} positions of longitude and latitude"
    if any((ring[0] != ring[-1]).any() for ring in rings):
        return "a ring does not end where it begins"
    if not all(np.isfinite(ring).all() and (np.abs(ring[:, :2]) <= (180, 90)).all() for ring in rings):
        return "a position lies outside 180 degrees of longitude or 90 of latitude"
    return ""
