"""Links between named places, as the measures of spatial association take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.library.contiguity import bordering
from xietong.measures import nearness
from xietong.recipes.measuring import Given

__all__ = ["KERNELS", "TIES", "Links", "along_borders", "nearest", "weighted", "within"]

_WHO = "neighbours"
KERNELS = ("uniform", "triangular", "epanechnikov", "quartic", "gaussian", "inverse")
TIES = ("all", "first")


@dataclass(frozen=True, eq=False)
class Links:
    """Places by name, and links between their positions; kilometres where points were given, nan else."""

    names: tuple[str, ...]
    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    weights: NDArray[np.float64]
    kilometres: NDArray[np.float64]

    @property
    def given(self) -> Mapping[str, Given]:
        """The links as `xietong.recipes.measuring.measured` takes them, beside values of the same places."""
        return {
            "origins": Given(self.origins),
            "destinations": Given(self.destinations),
            "weights": Given(self.weights),
        }

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


def along_borders(codes: Sequence[str], *, corners: bool) -> Links:
    """Link places that share a stretch of border (rook), or with ``corners`` a point at least (queen).

    Raises:
        Problems: with every code of which the boundary data has no outline.
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
