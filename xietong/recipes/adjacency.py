"""Links between named places, as the measures of spatial association take them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.boundaries import label_point
from xietong.library.contiguity import bordering
from xietong.measures import nearness
from xietong.measures.measure import Facts

__all__ = ["Links", "along_borders", "by_rule", "nearest", "read_rule", "takes_links", "weighted", "within"]

_WHO = "neighbours"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BORDERS = ("border", "corner")
_NUMBERED = ("nearest", "kilometres")


@dataclass(frozen=True, eq=False)
class Links:
    """Places by name, and links between their positions; kilometres where points were given, nan else."""

    names: tuple[str, ...]
    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    weights: NDArray[np.float64]
    kilometres: NDArray[np.float64]

    @property
    def arrays(self) -> Mapping[str, Any]:
        """The links by parameter of a measure."""
        return {"origins": self.origins, "destinations": self.destinations, "weights": self.weights}

    @property
    def islands(self) -> tuple[str, ...]:
        """The places that no link names."""
        met = {*self.origins.tolist(), *self.destinations.tolist()}
        return tuple(name for at, name in enumerate(self.names) if at not in met)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many neighbours each place has."""
        met = Counter(self.origins.tolist())
        return tuple(met[at] for at in range(len(self.names)))


def takes_links(known: Facts) -> tuple[str, ...]:
    """Return the parameters of a measure that run along links between places."""
    return tuple(name for name, axes in known.parameters.items() if axes == ("link",))


def read_rule(who: str, text: str) -> tuple[str, float]:
    """Return the word and the number of a rule: border, corner, nearest 4, kilometres 60.

    Raises:
        UnknownName: when the rule starts with another word.
        MeasureRefusal: when a number is missing, is none, or stands where none belongs.
    """
    word, _, number = text.partition(" ")
    if word not in (*_BORDERS, *_NUMBERED):
        raise UnknownName(who, "rule of links", word, (*_BORDERS, *_NUMBERED))
    if (word in _BORDERS) != (not number) or (number and not _NUMBER.fullmatch(number)):
        ways = ("links = 'border', 'corner', 'nearest 4' or 'kilometres 60'",)
        raise MeasureRefusal(who, f"links is '{text}'", ways=ways)
    return word, float(number or 0)


def by_rule(who: str, codes: Sequence[str], text: str) -> Links:
    """Link places by a rule; points are those at which the boundary data would write their names.

    Raises:
        UnknownName: when there is no such rule, or no outline of a place.
        Problems: when there is none of several places.
        MeasureRefusal: when the rule cannot be read, or there are not so many places.
    """
    word, number = read_rule(who, text)
    if word in _BORDERS:
        return along_borders(codes, corners=word == "corner")
    points = [label_point(code) for code in codes]
    return nearest(codes, points, int(number)) if word == "nearest" else within(codes, points, number)


def along_borders(codes: Sequence[str], *, corners: bool) -> Links:
    """Link places that share a stretch of border (rook), or with ``corners`` a point at least (queen).

    Raises:
        Problems: with every code of which the boundary data has no outline, or every pair of places that overlap.
        MeasureRefusal: when a place is named twice.
    """
    pairs = np.array(bordering(_once(codes), corners=corners), dtype=np.int64).reshape(-1, 2)
    return Links(tuple(codes), pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), np.full(len(pairs), np.nan))


def nearest(names: Sequence[str], points: Sequence[tuple[float, float]], count: int, *, ties: str = "all") -> Links:
    """Link every place to its nearest ones; points are longitude and latitude in degrees.

    Raises:
        MeasureRefusal: when a coordinate is none, a place is named twice, or there are not so many others.
        UnknownName: when ``ties`` is neither ``all`` nor ``first``.
    """
    longitudes, latitudes = _columns(points)
    near = nearness.nearest(_WHO, longitudes, latitudes, count, ties=cast("nearness.Ties", ties))
    return _linked(names, near)


def within(names: Sequence[str], points: Sequence[tuple[float, float]], kilometres: float) -> Links:
    """Link all places that are at most so many kilometres apart.

    Raises:
        MeasureRefusal: when a coordinate is none, a place is named twice, or the distance is not above zero.
    """
    longitudes, latitudes = _columns(points)
    return _linked(names, nearness.within(_WHO, longitudes, latitudes, kilometres))


def weighted(links: Links, kernel: str, *, bandwidth: float | None = None, power: float = 1.0) -> Links:
    """Return links with weights that fall with distance, without those of weight zero.

    Raises:
        MeasureRefusal: when the links have no distances, or the bandwidth is not above zero.
        UnknownName: when there is no such kernel.
    """
    if np.isnan(links.kilometres).any():
        ways = ("link by points: nearest or within",)
        raise MeasureRefusal(_WHO, "links along borders have no distance to weigh", ways=ways)
    near = nearness.Near(links.origins, links.destinations, links.kilometres)
    weights = nearness.kernel_weights(_WHO, near, cast("nearness.Kernel", kernel), bandwidth, power)
    kept = weights > 0
    return replace(
        links, origins=links.origins[kept], destinations=links.destinations[kept], weights=weights[kept],
        kilometres=links.kilometres[kept],
    )  # fmt: skip


def _linked(names: Sequence[str], near: nearness.Near) -> Links:
    return Links(_once(names), near.origins, near.destinations, np.ones(len(near.origins)), near.kilometres)


def _once(names: Sequence[str]) -> tuple[str, ...]:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        what = f"{', '.join(twice[:5])} {'is' if len(twice) == 1 else 'are'} named twice"
        raise MeasureRefusal(_WHO, what, why="a link names one place", ways=("keep one row for each place",))
    return tuple(names)


def _columns(points: Sequence[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.array(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
