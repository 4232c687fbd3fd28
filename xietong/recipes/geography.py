"""Who could go where: pairs of demand and supply with the distance between them, as measures of access take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xietong.measures.access import great_circle
from xietong.recipes.measuring import Given, Measured, measured

__all__ = ["Demand", "Pairs", "Point", "Supply", "nearest_of", "pairs_of", "reached"]

_BLOCK = 1 << 20
"""How many distances are computed at a time: the memory of a long list stays bounded."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Demand:
    """Places with a point in degrees (WGS-84), their people, and the province or other group that each lies in."""

    ids: tuple[str, ...]
    points: tuple[Point, ...]
    people: tuple[float, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Supply:
    """Facilities with a point in degrees (WGS-84), what each offers, and the group that each lies in."""

    ids: tuple[str, ...]
    points: tuple[Point, ...]
    amounts: tuple[float, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Positions of a place and a facility and the kilometres between them, one line for each pair within reach."""

    demand: Demand
    supply: Supply
    origins: NDArray[np.int64]
    facilities: NDArray[np.int64]
    costs: NDArray[np.float64]

    def within_groups(self) -> Pairs:
        """Return the pairs whose place and facility lie in one group, as if its border could not be crossed."""
        same = np.array(self.demand.groups)[self.origins] == np.array(self.supply.groups)[self.facilities]
        return replace(self, origins=self.origins[same], facilities=self.facilities[same], costs=self.costs[same])

    @property
    def given(self) -> Mapping[str, Given]:
        """Return people, supply and pairs as `xietong.recipes.measuring.measured` takes them."""
        return {
            "people": Given(np.array(self.demand.people), (self.demand.ids,), "人"),
            "supply": Given(np.array(self.supply.amounts), (self.supply.ids,), "处"),
            "origins": Given(self.origins),
            "facilities": Given(self.facilities),
            "costs": Given(self.costs, unit="公里"),
        }


def pairs_of(demand: Demand, supply: Supply, *, detour: float = 1.0, reach: float = np.inf) -> Pairs:
    """Return all pairs that are at most ``reach`` kilometres apart, great-circle distance times ``detour``.

    Raises:
        MeasureRefusal: when there is no place or no facility, or a coordinate is none.
    """
    to_longitude, to_latitude = _columns(supply.points)
    step = max(1, _BLOCK // max(len(supply.ids), 1))
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    for first in range(0, max(len(demand.ids), 1), step):
        longitude, latitude = _columns(demand.points[first : first + step])
        costs = great_circle(longitude[:, None], latitude[:, None], to_longitude, to_latitude) * detour
        origins, facilities = np.nonzero(costs <= reach)
        found.append((origins + first, facilities, costs[origins, facilities]))
    origins, facilities, costs = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Pairs(demand, supply, origins.astype(np.int64), facilities.astype(np.int64), costs)


def nearest_of(pairs: Pairs) -> list[int | None]:
    """Return the position of the nearest facility of every place, the first among equals; None without a pair."""
    order = np.lexsort((pairs.facilities, pairs.costs, pairs.origins))
    origins, first = np.unique(pairs.origins[order], return_index=True)
    nearest = dict(zip(origins.tolist(), pairs.facilities[order][first].tolist(), strict=True))
    return [nearest.get(at) for at in range(len(pairs.demand.ids))]


def reached(
    measure: str, pairs: Pairs, choices: Mapping[str, object] | None = None, *, by_group: bool = False
) -> Measured:
    """Compute a measure of access on pairs; ``by_group`` hands over the groups of the places too.

    Raises:
        UnknownName: when there is no such measure.
        MeasureRefusal: when a precondition of the measure does not hold.
    """
    data = dict(pairs.given)
    if by_group:
        names = tuple(dict.fromkeys(pairs.demand.groups))
        numbers = np.array([names.index(one) for one in pairs.demand.groups], dtype=np.int64)
        data["groups"] = Given(numbers, (pairs.demand.ids,), groups=names)
    return measured(measure, data, choices)


def _columns(points: Sequence[Point]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.array(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
