r"""The closest-first cuts of a median, and the live linear program that takes them.

.. math::

    \theta_i \;\ge\; D_{ik} - \sum_{j:\, d_{ij} < D_{ik}} (D_{ik} - d_{ij})\, y_j

:math:`D_{ik}`: cost of the *k*-th nearest site of demand *i*; :math:`y_j`: whether site *j* is open.  For given
:math:`y` the strongest of them stands where the sites from the nearest on add up to one (Durán-Mateluna, Alès and
Elloumi 2023, An efficient Benders decomposition for the p-median problem, European Journal of Operational Research
308(1), doi 10.1016/j.ejor.2022.11.033): found by one running sum along the sorted sites, for all demands at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.plans.blocks import Floats, Indices
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.siting import Siting


def critical(near: Nearness, open_: Floats) -> Indices:
    """Return for each demand the rank at which its sites, from the nearest on, add up to one."""
    ranks = np.full(len(near.order), near.width - 1, np.int64)
    left = np.arange(len(ranks))
    width = min(near.width, 64)
    while left.size:
        total = np.cumsum(open_[near.order[left, :width]], axis=1)
        full = total[:, -1] >= 1 - 1e-9
        ranks[left[full]] = (total[full] >= 1 - 1e-9).argmax(axis=1)
        left = left[~full] if width < near.width else left[:0]
        width = min(near.width, 4 * width)
    last = np.isfinite(near.sorted).sum(axis=1) - 1
    return np.asarray(np.minimum(ranks, last), np.int64)


class Master:
    """Columns of sites, phase by phase, then of the cost of each demand; rows are added and the basis is kept."""

    def __init__(self, near: Nearness, weights: Floats, stress: Floats, siting: Siting) -> None:
        import highspy

        self.near, self.phases, self.width = near, siting.phases, siting.costs.shape[1]
        self.rows_of = len(weights)
        self.solver = solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("threads", 1)
        sites, demands = self.phases * self.width, self.phases * self.rows_of
        low = np.concatenate([np.zeros(sites), np.tile(near.sorted[:, 0], self.phases)])
        high = np.concatenate([np.ones(sites), np.full(demands, np.inf)])
        cost = np.concatenate([np.zeros(sites), np.outer(stress, weights).ravel()])
        none = np.zeros(0, np.int32)
        solver.addCols(sites + demands, cost, low, high, 0, np.zeros(sites + demands, np.int32), none, np.zeros(0))
        self.sites, self.demands = sites, demands
        self.known: set[tuple[int, int, int]] = set()
        self._limits(siting)

    def _limits(self, siting: Siting) -> None:
        """Add what limits the sites: count, budget, order of phases, and one site within reach of every demand."""
        at = np.arange(self.width)
        for phase in range(self.phases):
            start = phase * self.width
            if siting.counts:
                self.row(start + at, np.ones(self.width), siting.counts[phase], siting.counts[phase])
            if siting.budgets:
                self.row(start + at, siting.prices, high=siting.budgets[phase])
            for one in at if phase else ():
                self.row([start + one, start - self.width + one], [1.0, -1.0], low=0.0)
            for row in np.flatnonzero(~np.isfinite(siting.costs).all(axis=1)):
                inside = np.flatnonzero(np.isfinite(siting.costs[row]))
                self.row(start + inside, np.ones(inside.size), low=1.0)

    def row(self, columns: Any, values: Any, low: float = -np.inf, high: float = np.inf) -> None:
        """Add one constraint on sites."""
        at, told = np.asarray(columns, np.int32), np.asarray(values, float)
        self.solver.addRow(float(low), float(high), at.size, at, told)

    def between(self, low: Floats, high: Floats) -> None:
        """Set the bounds of the columns of sites."""
        self.solver.changeColsBounds(self.sites, np.arange(self.sites, dtype=np.int32), low, high)

    def cut(self, phase: int, rows: Indices, ranks: Indices) -> int:
        """Add the cuts of some demands at some ranks, each once, and return how many were new."""
        told = list(zip([phase] * rows.size, rows.tolist(), ranks.tolist(), strict=True))
        new = np.array([one not in self.known for one in told], bool)
        self.known.update(told)
        rows, ranks = rows[new], ranks[new]
        if not rows.size:
            return 0
        width = int(ranks.max()) + 1
        levels = self.near.sorted[rows, ranks]
        drops = levels[:, None] - self.near.sorted[rows, :width]
        inside = (drops > 0) & (np.arange(width) < ranks[:, None])
        sizes = inside.sum(axis=1) + 1
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        columns, values = np.zeros(sizes.sum(), np.int32), np.ones(sizes.sum())
        heads = np.zeros(sizes.sum(), bool)
        heads[starts] = True
        columns[heads] = self.sites + phase * self.rows_of + rows
        columns[~heads] = phase * self.width + self.near.order[rows, :width][inside]
        values[~heads] = drops[inside]
        high = np.full(rows.size, np.inf)
        self.solver.addRows(rows.size, levels, high, columns.size, starts.astype(np.int32), columns, values)
        return int(rows.size)

    def separate(self, values: Floats, least: float) -> int:
        """Add every strongest cut that a point violates by more than ``least``, and return how many."""
        added = 0
        for phase in range(self.phases):
            open_ = values[phase * self.width : (phase + 1) * self.width]
            costs = values[self.sites + phase * self.rows_of :][: self.rows_of]
            ranks = critical(self.near, open_)
            short = self._levels(open_, ranks) - costs > least
            added += self.cut(phase, np.flatnonzero(short), ranks[short])
        return added

    def _levels(self, open_: Floats, ranks: Indices) -> Floats:
        """Return what each demand costs at least when sites are open in part."""
        width = int(ranks.max()) + 1
        levels = self.near.sorted[np.arange(ranks.size), ranks]
        with np.errstate(invalid="ignore"):
            drops = np.maximum(0.0, levels[:, None] - self.near.sorted[:, :width])
        told: Floats = levels - (drops * open_[self.near.order[:, :width]]).sum(axis=1)
        return told
