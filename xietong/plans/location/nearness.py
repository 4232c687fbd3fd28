"""The sites of every demand in the order of their cost: sorted once, read by everything that follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xietong.plans.blocks import Floats, Indices


@dataclass(frozen=True, eq=False)
class Nearness:
    """``order`` holds the sites from the nearest on, ``sorted`` their costs; both demand by rank."""

    order: Indices
    sorted: Floats
    width: int

    @classmethod
    def of(cls, costs: Floats) -> Nearness:
        """Sort a matrix of costs."""
        order = np.argsort(costs, axis=1, kind="stable")
        return cls(order, np.take_along_axis(costs, order, axis=1), costs.shape[1])

    def within(self, limit: Floats) -> tuple[Indices, Indices, Floats]:
        """Return demand, site and cost of every pair that costs less than the limit of its demand."""
        ranks = self.ranks(limit)
        width = int(ranks.max(initial=0))
        inside = np.arange(width) < ranks[:, None]
        rows = np.repeat(np.arange(len(ranks)), ranks)
        return rows, self.order[:, :width][inside], self.sorted[:, :width][inside]

    def ranks(self, limit: Floats) -> Indices:
        """Return how many sites of each demand cost less than its limit."""
        low = np.zeros(len(limit), np.int64)
        high = np.full(len(limit), self.width, np.int64)
        rows = np.arange(len(limit))
        while (open_rows := low < high).any():
            middle = (low + high) // 2
            below = self.sorted[rows, np.minimum(middle, self.width - 1)] < limit
            low = np.where(open_rows & below, middle + 1, low)
            high = np.where(open_rows & ~below, middle, high)
        return low

    def only(self, sites: Indices) -> Nearness:
        """Return the same with some of the sites alone, under their old numbers."""
        kept = np.zeros(int(self.order.max(initial=-1)) + 1, bool)
        kept[sites] = True
        inside = kept[self.order]
        shape = (len(self.order), len(sites))
        return Nearness(self.order[inside].reshape(shape), self.sorted[inside].reshape(shape), len(sites))
