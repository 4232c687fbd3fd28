"""A good choice of sites fast: greedy addition, then the best exchange of two until none helps.

The gain of opening one site while closing another is taken from nearest and second nearest open site alone, as in the
fast interchange of Whitaker (1983) in the form of Resende and Werneck (2007, "A fast swap-based local search
procedure for location problems", Annals of Operations Research 150: 205-230); only pairs nearer than the second
nearest take part.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xietong.plans.blocks import Floats, Indices
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.siting import Truths


class Exchange:
    """Local search on finite costs: ``weights`` are people, ``movable`` marks sites that may be opened or closed."""

    def __init__(self, costs: Floats, weights: Floats, near: Nearness, movable: Truths) -> None:
        self.costs, self.weights, self.near, self.movable = costs, weights, near, movable

    def greedy(
        self, opened: Sequence[int], count: int, prices: Floats | None = None, budget: float = np.inf
    ) -> Indices:
        """Return sites: those given and, one after the other, the one that saves most (for its price)."""
        chosen = list(opened)
        nearest = self.costs[:, chosen].min(axis=1) if chosen else np.full(len(self.costs), self._far())
        left = budget - (float(prices[chosen].sum()) if prices is not None else 0.0)
        while len(chosen) < count:
            rows, sites, costs = self.near.within(nearest)
            saved = self.weights[rows] * (nearest[rows] - costs)
            gain: Floats = np.bincount(sites, saved, self.costs.shape[1]).astype(np.float64)
            able = self.movable.copy()
            able[chosen] = False
            if prices is not None:
                able &= prices <= left + 1e-9
                gain = gain / np.maximum(prices, 1e-12)
            if not able.any():
                break
            best = int(np.argmax(np.where(able, gain, -np.inf)))
            if prices is not None:
                left -= float(prices[best])
            chosen.append(best)
            nearest = np.minimum(nearest, self.costs[:, best])
        return np.array(sorted(chosen), np.int64)

    def _far(self) -> float:
        return 2.0 * float(self.near.sorted[:, -1].max()) + 1.0

    def improve(
        self, sites: Indices, fixed: Sequence[int] = (), prices: Floats | None = None, budget: float = np.inf
    ) -> Indices:
        """Return sites that no exchange of one open for one closed makes better."""
        chosen = np.array(sites, np.int64)
        held = np.isin(chosen, np.asarray(fixed, np.int64))
        if held.all():
            return np.sort(chosen)
        first, nearest, second = self._two(chosen)
        for _ in range(20 * len(chosen) + 100):
            profit = self._profits(chosen, first, nearest, second)
            profit[held] = -np.inf
            profit[:, ~self.movable] = -np.inf
            profit[:, chosen] = -np.inf
            if prices is not None:
                spare = budget - prices[chosen].sum()
                profit[prices[None, :] - prices[chosen][:, None] > spare + 1e-9] = -np.inf
            out, into = np.unravel_index(int(np.argmax(profit)), profit.shape)
            if profit[out, into] <= 1e-9 * max(1.0, float(self.weights @ nearest)):
                break
            chosen[out] = into
            first, nearest, second = self._two(chosen)
        return np.sort(chosen)

    def _two(self, chosen: Indices) -> tuple[Indices, Floats, Floats]:
        """Return which of the chosen is nearest, its cost, and that of the second nearest."""
        costs = self.costs[:, chosen]
        first = costs.argmin(axis=1)
        rows = np.arange(len(costs))
        nearest = costs[rows, first]
        costs[rows, first] = self._far()
        return first, nearest, costs.min(axis=1)

    def _profits(self, chosen: Indices, first: Indices, nearest: Floats, second: Floats) -> Floats:
        """Return what closing each chosen site and opening each other one saves, chosen by all."""
        count, width = len(chosen), self.costs.shape[1]
        rows, sites, costs = self.near.within(second)
        people = self.weights[rows]
        gain = np.bincount(sites, people * np.maximum(0.0, nearest[rows] - costs), width)
        loss = np.bincount(first, self.weights * (second - nearest), count)
        back = people * (second[rows] - np.maximum(nearest[rows], costs))
        extra = np.bincount(first[rows] * width + sites, back, count * width).reshape(count, width)
        return np.asarray(gain[None, :] - loss[:, None] + extra, np.float64)
