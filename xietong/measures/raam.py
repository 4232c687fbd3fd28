"""The rational agent access model: people weigh travel against crowding until nobody gains by going elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import (
    Array,
    FacilitiesOfPairs,
    OverFacilities,
    OverPairs,
    OverRegions,
    OverRegionsAndParts,
    PlacesOfPairs,
    Whole,
)
from xietong.measures.measure import measure
from xietong.measures.pairs import Pairs, Unreached, over_tables
from xietong.measures.preconditions import at_least, not_negative, positive

_WHO = "raam.raam"
_FIRST, _SHRINK, _LEVELS, _STEPS, _SETTLED = 0.02, 4.0, 14, 60, 0.05
"""First spread as part of the mean cost, how fast it shrinks, most spreads, most steps at one, and when it settled."""


@measure(
    label="理性主体可达代价 | Cost of access of rational agents (RAAM)",
    unit="1",
    bounds=(0, None),
    reference="Saxon, J. and Snow, D. (2020), A Rational Agent Model for the Spatial Accessibility of Primary Health "
    "Care, Annals of the American Association of Geographers 110(1): 205-222, doi 10.1080/24694452.2019.1629870.",
    tested="peer",
    zeros="无供给的设施视为关闭 | a facility without supply is closed",
    undefined="没有可达设施而仍保留的地点 | a place that reaches no open facility and is kept",
    parts=(
        "总代价 | cost of access",
        "出行代价 | of which travel",
        "拥挤代价 | of which crowding",
        "相对间隙 | relative gap to the least cost",
    ),
    scale_free=("people", "supply"),
    also=("rational_agent_access",),
)
def raam(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    travel_scale: float,
    people_per_supply: float = 0.0,
    gap: float = 1e-6,
    unreached: Unreached = "refused",
) -> OverRegionsAndParts:
    r"""Cost of getting served from a place, when everyone goes where travel and crowding together cost least.

    .. math:: A_i = \min_j \left[\frac{D_j}{\rho S_j} + \frac{c_{ij}}{\tau}\right], \qquad D_j = \sum_i x_{ij},
       \quad x = \arg\min_{x \ge 0, \sum_j x_{ij} = P_i} \sum_j \frac{D_j^2}{2 \rho S_j}
       + \sum_{ij} \frac{x_{ij} c_{ij}}{\tau}

    :math:`P_i`: people of place *i*; :math:`S_j`: supply of facility *j*; :math:`x_{ij}`: people of *i* who go to *j*;
    :math:`\tau`: ``travel_scale``, the travel that is as bad as a facility with :math:`\rho` people per unit of supply;
    :math:`\rho`: ``people_per_supply``; 0 takes all people over all supply. The last part is by how much the cost that
    people of the place bear on average lies above the least that any facility offers them; over all people it is at
    most ``gap``. The minimum is unique in :math:`D`, and is found by Newton's method on the prices of crowding.

    Extremes: 1 everywhere without travel and with :math:`\rho` of all; no upper limit.
    Trap: a cost and no supply: high is bad. Everyone is served, however far: a place whose pairs end at a border is
    sent to the facilities inside it. PySAL moves whole persons for a fixed number of rounds, and tells no gap.
    Errors: as ``catchments.two_step``; no people or no supply; a scale not above zero; a gap below 1e-7.
    """
    positive(_WHO, "state the travel that is as bad as a full facility", travel_scale=np.array(travel_scale))
    not_negative(_WHO, people_per_supply=np.array(people_per_supply))
    at_least(_WHO, 1e-7, "state 1e-6, which is finer than any data", gap=np.array(gap))

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        positive(_WHO, total_of_people=people.sum(), total_of_supply=supply.sum())
        ratio = people_per_supply or people.sum() / supply.sum()
        market = _market(pairs, people, supply, travel_scale, ratio, unreached)
        shares = market.equilibrium(gap)
        prices = market.prices(shares)[market.facilities]
        travel, crowding = market.added(shares * market.travel), market.added(shares * prices)
        least = np.minimum.reduceat(prices + market.travel, market.starts)
        parts = np.full((pairs.places, 4), np.nan)
        over = np.maximum(travel + crowding - least, 0) / np.where(least > 0, least, 1)
        parts[market.places] = np.stack([travel + crowding, travel, crowding, over], axis=-1)
        return parts

    return over_tables(_WHO, formula, np.ones_like, people, supply, origins, facilities, costs)


@dataclass(frozen=True)
class _Market:
    """Pairs sorted by place: which places, their people, where each starts, capacity of facilities, travel of pairs."""

    places: Whole
    people: Array
    starts: Whole
    facilities: Whole
    capacity: Array
    travel: Array

    @cached_property
    def rows(self) -> Whole:
        """The position of the place of every pair."""
        lengths = np.diff(np.append(self.starts, len(self.facilities)))
        return np.repeat(np.arange(len(self.starts)), lengths)

    @cached_property
    def weights(self) -> Array:
        """The people of the place of every pair."""
        weights: Array = self.people[self.rows]
        return weights

    def added(self, amounts: Array) -> Array:
        """Add amounts of pairs up to places."""
        sums: Array = np.add.reduceat(amounts, self.starts)
        return sums

    def demand(self, shares: Array) -> Array:
        """Return the people who go to every facility."""
        return np.asarray(np.bincount(self.facilities, self.weights * shares, len(self.capacity)), dtype=np.float64)

    def prices(self, shares: Array) -> Array:
        """Return the cost of crowding at every facility."""
        return self.demand(shares) / self.capacity

    def choose(self, prices: Array, spread: float) -> Array:
        """Return the shares of a place that go to each facility: all to the cheapest as the spread tends to zero."""
        costs = prices[self.facilities] + self.travel
        least = np.minimum.reduceat(costs, self.starts)
        chances = np.exp((least[self.rows] - costs) / spread)
        return chances / self.added(chances)[self.rows]

    def equilibrium(self, gap: float) -> Array:
        """Return shares in equilibrium: narrower and narrower spreads, each from where the two before it point."""
        even = self.weights / self.added(self.capacity[self.facilities])[self.rows]
        first = np.asarray(np.bincount(self.facilities, even, len(self.capacity)), dtype=np.float64)
        least = np.minimum.reduceat(first[self.facilities] + self.travel, self.starts)
        spread, found = _FIRST * float(self.people @ least / self.people.sum()), [first]
        for level in range(_LEVELS):
            ahead = found[-1] + (found[-1] - found[-2]) / _SHRINK if level > 1 else found[-1]
            prices, shares = self.settle(ahead, spread)
            if self.gap(shares) <= gap:
                return shares
            found, spread = [found[-1], prices], spread / _SHRINK
        raise MeasureRefusal(_WHO, f"no equilibrium within a gap of {gap:g}", ways=("state a wider gap",))

    def gap(self, shares: Array) -> float:
        """Return by how much the cost of all people lies above the least that they could bear at these prices."""
        costs = self.prices(shares)[self.facilities] + self.travel
        least = float(self.people @ np.minimum.reduceat(costs, self.starts))
        return float(self.people @ self.added(shares * costs)) / least - 1

    def settle(self, prices: Array, spread: float) -> tuple[Array, Array]:
        """Return the prices at which demand is what the prices say, for one spread, by Newton's method."""
        shares = self.choose(prices, spread)
        for _ in range(_STEPS):
            excess = self.demand(shares) - self.capacity * prices
            if np.abs(excess / self.capacity).max() <= _SETTLED * spread:
                break
            direction = self.newton(shares, excess, spread)
            length, slope = 1.0, float(excess @ direction)
            while True:
                ahead = prices + length * direction
                shares = self.choose(ahead, spread)
                if (self.demand(shares) - self.capacity * ahead) @ direction >= -slope / 4 or length < 1e-6:
                    break
                length /= 2
            prices = ahead
        return prices, shares

    def newton(self, shares: Array, excess: Array, spread: float) -> Array:
        """Return the step of prices: only places that waver between facilities enter its sparse matrix."""
        from scipy import sparse
        from scipy.sparse.linalg import spsolve

        moves = self.weights * shares * (1 - shares)
        kept = moves > 1e-3 * spread * self.capacity[self.facilities]
        at, shape = (self.rows[kept], self.facilities[kept]), (len(self.starts), len(self.capacity))
        parts = sparse.csr_array((shares[kept], at), shape=shape)
        flows = sparse.csr_array(((self.weights * shares)[kept], at), shape=shape)
        own = sparse.diags_array(self.capacity + flows.sum(axis=0) / spread)
        step: Array = spsolve(sparse.csc_array(own - parts.T @ flows / spread), excess)
        return step


def _market(pairs: Pairs, people: Array, supply: Array, scale: float, ratio: float, unreached: str) -> _Market:
    table = pairs.once().in_order(supply > 0)
    starts = np.flatnonzero(np.diff(table.origins, prepend=-1))
    places = table.origins[starts]
    if unreached == "refused":
        lost, left = np.ones(pairs.places, dtype=bool), supply > 0
        lost[places], left[table.facilities] = False, False
        pairs.refuse(lost, "place", "reaches no open facility", "its people have to go somewhere")
        pairs.refuse(left, "facility", "has supply and stands in no pair", "it would vanish without a word")
    positive(_WHO, "add the pairs of places with people", people_who_reach=people[places].sum())
    capacity = np.where(supply > 0, ratio * supply, 1.0)
    return _Market(places, people[places], starts, table.facilities, capacity, table.costs / scale)
