"""Who counts as near: links between points on the globe by number, by distance, and weights that fall with distance.

Distances are great circles in kilometres, from longitudes and latitudes in degrees.  Points are sought in a tree, so
that the memory grows with the links that are found.  Two distances that differ by less than their rounding are equal,
and what happens then is stated: a limit is itself within reach, and of places equally far the *k*-th nearest takes all,
or those that come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures.access import EARTH_RADIUS, great_circle
from xietong.measures.axes import Array, Whole
from xietong.measures.preconditions import positive

__all__ = ["Kernel", "Near", "Ties", "kernel_weights", "nearest", "within"]

Ties: TypeAlias = Literal["all", "first"]
Kernel: TypeAlias = Literal["uniform", "triangular", "epanechnikov", "quartic", "gaussian", "inverse"]

_CHORD = 1e-13
"""Chords of the unit sphere that differ by less are equal: less than a micrometre on the ground."""
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Near:
    """Links in order of origin and destination, with the kilometres of each."""

    origins: Whole
    destinations: Whole
    kilometres: Array


def nearest(who: str, longitudes: Array, latitudes: Array, count: int, *, ties: Ties = "all") -> Near:
    """Link every place to its ``count`` nearest; of places as far as the last, to ``all`` or to the ``first``.

    Raises:
        MeasureRefusal: when a coordinate is none, or ``count`` is not between 1 and the number of other places.
        UnknownName: when ``ties`` is another word.
    """
    if ties not in get_args(Ties):
        raise UnknownName(who, "ties", ties, get_args(Ties))
    points = _points(who, longitudes, latitudes)
    if not 1 <= count < len(points):
        ways = (f"state a number between 1 and {len(points) - 1}",)
        raise MeasureRefusal(who, f"count is {count}, and there are {len(points)} places", ways=ways)
    from scipy.spatial import cKDTree

    tree = cKDTree(points)
    chords, found = tree.query(points, k=min(count + 2, len(points)))
    limit = chords[:, count] + _CHORD
    tied = chords[:, count + 1] <= limit if chords.shape[1] > count + 1 else np.zeros(len(points), dtype=bool)
    own = np.arange(len(points))
    plain = own[~tied]
    pairs = [(np.repeat(plain, count + 1), found[plain, : count + 1].ravel())]
    for place, around in zip(own[tied], tree.query_ball_point(points[tied], limit[tied]), strict=True):
        others = np.array(sorted(around))
        chord = np.linalg.norm(points[others] - points[place], axis=1)
        others, chord = others[others != place], chord[others != place]
        if ties == "first":
            inner = chord < chords[place, count] - _CHORD
            others = np.concatenate([others[inner], others[~inner][: count - int(inner.sum())]])
        pairs.append((np.full(len(others), place), others))
    return _links(longitudes, latitudes, *(np.concatenate(side) for side in zip(*pairs, strict=True)))


def within(who: str, longitudes: Array, latitudes: Array, kilometres: float) -> Near:
    """Link all places that are at most ``kilometres`` apart; a place with nobody that near is left without links.

    Raises:
        MeasureRefusal: when a coordinate is none, or the distance is not above zero.
    """
    points = _points(who, longitudes, latitudes)
    positive(who, "state a distance above zero", kilometres=np.array(kilometres))
    from scipy.spatial import cKDTree

    reach = 2 * np.sin(min(kilometres / (2 * EARTH_RADIUS), np.pi / 2))
    pairs = cKDTree(points).query_pairs(reach * (1 + _EQUAL) + _CHORD, output_type="ndarray")
    near = _links(longitudes, latitudes, np.concatenate(pairs.T), np.concatenate(pairs.T[::-1]))
    kept = near.kilometres <= kilometres * (1 + _EQUAL)
    return Near(near.origins[kept], near.destinations[kept], near.kilometres[kept])


def kernel_weights(who: str, near: Near, kernel: Kernel, bandwidth: float | None = None, power: float = 1.0) -> Array:
    """Return weights that fall with distance *d*: with *r* = *d* / ``bandwidth``, or over the farthest of each place.

    Uniform 1; triangular 1 - r; epanechnikov 1 - r²; quartic (1 - r²)²; all of them 0 from r = 1 on, which leaves the
    farthest of each place out where it is the bandwidth; gaussian exp(-r² / 2); inverse d to the power of -``power``.

    Raises:
        MeasureRefusal: when the bandwidth is not above zero, or two places at one point have no inverse distance.
        UnknownName: when there is no such kernel.
    """
    if kernel not in get_args(Kernel):
        raise UnknownName(who, "kernel", kernel, get_args(Kernel))
    if kernel == "inverse":
        positive(who, "two places at one point: take another kernel, or join them", kilometres=near.kilometres)
        return np.asarray(near.kilometres**-power)
    if bandwidth is not None:
        positive(who, "state a bandwidth in kilometres", bandwidth=np.array(bandwidth))
    farthest = np.zeros(int(near.origins.max(initial=-1)) + 1)
    np.maximum.at(farthest, near.origins, near.kilometres)
    scale = farthest[near.origins] if bandwidth is None else np.full(len(near.origins), bandwidth)
    ratio = np.divide(near.kilometres, scale, out=np.zeros_like(near.kilometres), where=scale > 0)
    if kernel == "gaussian":
        return np.asarray(np.exp(-(ratio**2) / 2))
    inside = np.maximum(0.0, 1 - ratio if kernel == "triangular" else 1 - ratio**2)
    if kernel == "uniform":
        return (ratio <= 1 + _EQUAL).astype(np.float64)
    return np.asarray(inside**2 if kernel == "quartic" else inside)


def _points(who: str, longitudes: Array, latitudes: Array) -> Array:
    """Return points on the unit sphere.

    Raises:
        MeasureRefusal: when a coordinate is none, or there are fewer than two places.
    """
    if len(longitudes) < 2:
        raise MeasureRefusal(who, f"there are {len(longitudes)} places", ways=("name at least two",))
    great_circle(longitudes, latitudes, longitudes, latitudes)
    east, north = np.radians(longitudes), np.radians(latitudes)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def _links(longitudes: Array, latitudes: Array, origins: Whole, destinations: Whole) -> Near:
    """Return links in order, without those of a place to itself, and their kilometres."""
    apart = origins != destinations
    origins, destinations = origins[apart].astype(np.int64), destinations[apart].astype(np.int64)
    order = np.lexsort((destinations, origins))
    origins, destinations = origins[order], destinations[order]
    ends = longitudes[origins], latitudes[origins], longitudes[destinations], latitudes[destinations]
    return Near(origins, destinations, great_circle(*ends) if len(origins) else np.zeros(0))
