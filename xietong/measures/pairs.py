"""Tables of pairs: which place can reach which facility at what cost, and sums over them in small blocks.

A table holds one line for each pair that is close enough to matter, whatever border lies between, and never a matrix
of all places by all facilities.  Sums run over blocks of pairs that stay in the processor's cache, so that the memory
beyond the data grows with places and facilities only; a table sorted by place is faster, any order is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures.axes import Array, Whole
from xietong.measures.broadcasting import each
from xietong.measures.preconditions import finite, not_negative, positive

__all__ = ["Decay", "Pairs", "Unreached", "Weight", "decay_weight", "over", "over_tables", "within"]

Weight: TypeAlias = Callable[[Array], Array]
Decay: TypeAlias = Literal["gaussian", "truncated_gaussian", "exponential", "inverse", "steps"]
Unreached: TypeAlias = Literal["refused", "kept"]

_BLOCK = 1 << 15
_TOUCH = "a distance of zero has no inverse: give pairs at one point the cost of getting there, or take another decay"
_KEEP = "state unreached='kept': a place without pairs then has none, and supply that nobody reaches counts for nobody"


@dataclass(frozen=True, slots=True)
class Pairs:
    """One table of pairs with the weight that a cost gives; ``places`` and ``counts`` are how many there are."""

    who: str
    origins: Whole
    facilities: Whole
    costs: Array
    weight: Weight
    places: int
    counts: int
    in_line: bool = False
    """Whether the pairs are known to be sorted by place."""

    def to_facilities(self, amounts: Array | None = None, power: int = 1) -> Array:
        """Add up what the places have, weighted, at the facilities that they reach; the weights alone without."""
        sums = np.zeros(self.counts)
        for origins, facilities, weights in self._blocks(power):
            parts = weights if amounts is None else weights * amounts[origins]
            sums += np.bincount(facilities, parts, self.counts)
        return sums

    def to_places(self, amounts: Array | None = None, power: int = 1) -> Array:
        """Add up what the facilities have, weighted, at the places that reach them; the weights alone without."""
        sums = np.zeros(self.places)
        for origins, facilities, weights in self._blocks(power):
            first = origins.min()
            part = np.bincount(origins - first, weights if amounts is None else weights * amounts[facilities])
            sums[first : first + len(part)] += part
        return sums

    def divided(self, people: Array) -> tuple[Array, Array]:
        """Return the weights of every place together, and the people at the facilities when each place divides its own.

        A sorted table is read once, place by place; any other one twice.
        """
        if not self.in_line:
            choices = self.to_places()
            return choices, self.to_facilities(over(people, choices), power=2)
        choices, sums, first = np.zeros(self.places), np.zeros(self.counts), 0
        while first < len(self.costs):
            last = min(first + _BLOCK, len(self.costs))
            last = int(np.searchsorted(self.origins, self.origins[last - 1], side="right"))  # no place is cut in two
            origins, weights = self.origins[first:last], self.weight(self.costs[first:last])
            here, local = slice(int(origins[0]), int(origins[-1]) + 1), origins - origins[0]
            choices[here] = np.bincount(local, weights)
            weights *= weights
            weights *= over(people[here], choices[here])[local]
            sums += np.bincount(self.facilities[first:last], weights, self.counts)
            first = last
        return choices, sums

    def nearest(self, is_open: NDArray[np.bool_]) -> Array:
        """Return the least cost from every place to a facility that is open; infinite where there is none."""
        least = np.full(self.places, np.inf)
        for at in _slices(len(self.costs)):
            counted = np.where(is_open[self.facilities[at]], self.costs[at], np.inf)
            np.minimum.at(least, self.origins[at], counted)
        return least

    def once(self) -> Pairs:
        """Refuse a pair that stands in the table twice, since its people and its supply would count twice."""
        if not all(self._rises(at) for at in _slices(len(self.costs), overlap=1)):
            keys = np.sort(self.origins * np.int64(self.counts) + self.facilities)
            twice = np.flatnonzero(keys[1:] == keys[:-1])
            if len(twice):
                place, facility = divmod(int(keys[twice[0]]), self.counts)
                raise MeasureRefusal(
                    self.who,
                    f"the pair of place [{place}] and facility [{facility}] stands in the table more than once",
                    why="its people and its supply would be counted twice",
                    ways=("keep one line for each pair, such as that of the quickest way",),
                )
            return self
        return replace(self, in_line=True)

    def in_order(self, usable: NDArray[np.bool_]) -> Pairs:
        """Return the pairs of usable facilities alone, sorted by place and then by facility."""
        kept = np.flatnonzero(usable[self.facilities])
        keys = self.origins[kept] * np.int64(self.counts) + self.facilities[kept]
        kept = kept[np.argsort(keys, kind="stable")]
        return replace(self, origins=self.origins[kept], facilities=self.facilities[kept], costs=self.costs[kept])

    def shared_out(self, supply: Array, demand: Array, unreached: str) -> Array:
        """Divide supply by the demand that reaches it; supply that nobody reaches is refused or counts for nobody."""
        lost = (supply > 0) & ~(demand > 0)
        if unreached == "refused":
            self.refuse(lost, "facility", "has supply that no person reaches", "it would vanish without a word")
        ratio: Array = np.divide(supply, demand, out=np.zeros(self.counts), where=demand > 0)
        return ratio

    def all_named(self, values: Array, unreached: str) -> Array:
        """Return values over places; a place of value zero that no pair names is refused, unless it is to be kept."""
        if unreached == "refused" and not values.all():
            named = np.zeros(self.places, dtype=bool)
            named[self.origins] = True
            self.refuse(~named, "place", "stands in no pair", "a place left out of the table looks like one without")
        return values

    def refuse(self, failed: NDArray[np.bool_], kind: str, what: str, why: str) -> None:
        """Refuse the places or facilities that failed, by their positions and with ways out; nothing when none did."""
        positions = np.flatnonzero(failed)
        if len(positions):
            more = f" ({len(positions)} of {len(failed)}: {', '.join(map(str, positions[:5]))})"
            ways = (f"add the pairs of the {kind}, neighbours across a border too, or widen the catchment", _KEEP)
            raise MeasureRefusal(
                self.who, f"{kind} [{positions[0]}] {what}{more if len(positions) > 1 else ''}", why=why, ways=ways
            )

    def _blocks(self, power: int) -> Iterator[tuple[Whole, Whole, Array]]:
        for at in _slices(len(self.costs)):
            weights = self.weight(self.costs[at])
            yield self.origins[at], self.facilities[at], weights**power if power > 1 else weights

    def _rises(self, at: slice) -> bool:
        keys = self.origins[at] * np.int64(self.counts)
        keys += self.facilities[at]
        return bool((keys[1:] > keys[:-1]).all())


def over(amounts: Array, totals: Array) -> Array:
    """Divide, and give zero where there is nothing to divide by: no weight, no share."""
    shares: Array = np.divide(amounts, totals, out=np.zeros_like(totals), where=totals > 0)
    return shares


def over_tables(
    who: str,
    formula: Callable[[Pairs, Array, Array], Array],
    weight: Weight,
    people: Array,
    supply: Array,
    origins: Whole,
    facilities: Whole,
    costs: Array,
    *,
    inverse: bool = False,
) -> Array:
    """Check people, supply and pairs, and call a formula on every table of pairs with its people and its supply."""
    not_negative(who, people=people, supply=supply)
    least, most = _ends(costs) if costs.size else (np.nan, np.nan)
    if not least >= 0 or not most < np.inf:  # the slow way, which names a cell
        not_negative(who, costs=costs)
    if inverse and not least > 0:
        positive(who, _TOUCH, costs=costs)
    _known(who, "origins", origins, people.shape[-1], "place")
    _known(who, "facilities", facilities, supply.shape[-1], "facility")

    def one(people: Array, supply: Array, origins: Whole, facilities: Whole, costs: Array) -> Array:
        return formula(Pairs(who, origins, facilities, costs, weight, len(people), len(supply)), people, supply)

    return each(one, (people, 1), (supply, 1), (origins, 1), (facilities, 1), (costs, 1))


def within(who: str, max_cost: float) -> Weight:
    """Return the weight of a plain catchment: 1 up to and with ``max_cost``, 0 beyond."""
    not_negative(who, max_cost=np.array(0.0 if max_cost == np.inf else max_cost))
    return lambda costs: (costs <= max_cost).astype(np.float64)


def decay_weight(
    who: str, decay: str, bandwidth: float, max_cost: float, *, power: float, second_step: float, third_step: float
) -> Weight:
    """Return the weight that falls with cost, and is 0 beyond ``max_cost``."""
    if decay not in get_args(Decay):
        raise UnknownName(who, "decay", decay, get_args(Decay))
    positive(who, "state the bandwidth of the decay", bandwidth=np.array(bandwidth))
    positive(who, "state a power above zero", power=np.array(power))
    finite(who, second_step=np.array(second_step), third_step=np.array(third_step))
    within(who, max_cost)
    levels = np.array([1.0, second_step, third_step, 0.0])
    shapes: dict[str, Weight] = {
        "gaussian": _bell,
        "truncated_gaussian": lambda ratio: np.maximum(0.0, (_bell(ratio) - np.exp(-0.5)) / (1 - np.exp(-0.5))),
        "exponential": lambda ratio: np.exp(-ratio),
        "inverse": lambda ratio: ratio**-power,
        "steps": lambda ratio: levels.take(sum((ratio > zone).view(np.int8) for zone in (1, 2, 3))),
    }
    shape = shapes[decay]

    def weight(costs: Array) -> Array:
        weights = shape(costs / bandwidth)
        weights *= costs <= max_cost
        return weights

    return weight


def _bell(ratio: Array) -> Array:
    """Return the Gaussian weight in the place of the ratio, which spares the blocks their temporary arrays."""
    ratio *= ratio
    ratio *= -0.5
    return np.exp(ratio, out=ratio)


def _slices(length: int, overlap: int = 0) -> Iterator[slice]:
    return (slice(first, min(first + _BLOCK, length) + overlap) for first in range(0, length, _BLOCK))


def _ends(values: NDArray[Any]) -> tuple[Any, Any]:
    """Return the least and the largest value in one pass over memory; nan where one is nan."""
    flat = values.reshape(-1)
    least = most = flat[0]
    for at in _slices(len(flat)):
        block = flat[at]
        least, most = np.minimum(least, block.min()), np.maximum(most, block.max())
    return least, most


def _known(who: str, name: str, labels: Whole, count: int, axis: str) -> None:
    if not labels.size:
        raise MeasureRefusal(who, f"{name} has no cell", ways=("name at least one pair",))
    for found in map(int, _ends(labels)):
        if not 0 <= found < count:
            raise MeasureRefusal(
                who,
                f"{name} names {axis} [{found}], and there are {count}",
                why=f"a pair names the position of its {axis}, counted from 0",
                ways=(f"give every {axis} that a pair names a cell of its own, beyond a border too",),
            )
