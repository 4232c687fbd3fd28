r"""A bound and sites that can be ruled out before any linear program: every demand is given a price for being served.

.. math::

    L(\lambda) = \sum_i \lambda_i + \min_{|S| = p} \sum_{j \in S} \rho_j, \qquad
    \rho_j = \sum_i \min(0,\, w_i d_{ij} - \lambda_i)

Any prices :math:`\lambda` give a lower bound; a subgradient search raises it.  A site outside :math:`S` whose
exchange with the worst of :math:`S` would lift the bound above a known value is closed in every better plan, and one
of :math:`S` that cannot be missed is open in every better plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from xietong.plans.blocks import Floats, Indices
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.siting import Truths

ROUNDS, PATIENCE = 400, 12
"""So many steps at most (fewer for small problems), and so many without a better bound before the step is halved."""


@dataclass
class Pricing:
    """The best bound so far with its prices; what is closed and what is open in every plan better than ``known``."""

    near: Nearness
    weights: Floats
    count: int
    held: Truths
    known: float
    step: float = 1.0
    bound: float = -np.inf
    prices: Floats = field(default_factory=lambda: np.zeros(0))
    chosen: Indices = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Begin with nothing ruled out."""
        self.closed, self.opened = np.zeros(self.held.size, bool), self.held.copy()

    def search(self, start: Floats, improve: Callable[[Indices], float], stopped: Callable[[], bool]) -> None:
        """Raise the bound; ``improve`` is shown sites now and then and returns the best value known."""
        prices, pace, idle, drift = start * self.weights, 1.0, 0, np.zeros(start.size)
        for at in range(min(ROUNDS, 40 + self.near.order.size // 1000)):
            value, slope, chosen = self._at(prices)
            better = value > self.bound + 1e-6 * abs(self.bound) if np.isfinite(self.bound) else True
            if value > self.bound:
                self.bound, self.prices, self.chosen = value, prices.copy(), chosen
            idle = 0 if better else idle + 1
            if at % 40 == 39:
                self.known = min(self.known, improve(self.chosen))
            if idle >= PATIENCE:
                pace, idle, prices, drift = pace / 2, 0, self.prices.copy(), np.zeros(start.size)
                continue
            drift = 0.6 * drift + slope
            norm = float(drift @ drift)
            if self.bound > self.known - self.step or pace < 0.004 or norm == 0 or stopped():
                break
            prices = np.maximum(0.0, prices + 1.2 * pace * max(self.known - value, 1e-9) / norm * drift)

    def _at(self, prices: Floats) -> tuple[float, Floats, Indices]:
        """Return the bound at some prices, its slope, and the sites that attain it; rule out what that allows."""
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = np.where(self.weights > 0, prices / self.weights, 0.0)
        rows, sites, costs = self.near.within(limit)
        saved = np.bincount(sites, prices[rows] - self.weights[rows] * costs, self.held.size)
        reduced: Floats = -saved.astype(np.float64)
        reduced[self.closed] = 0.0
        free = np.flatnonzero(~self.opened & ~self.closed)
        wanted = self.count - int(self.opened.sum())
        ranked = free[np.argsort(reduced[free], kind="stable")]
        chosen = np.concatenate([np.flatnonzero(self.opened), ranked[:wanted]])
        value = float(prices.sum() + reduced[chosen].sum())
        served = np.zeros(self.held.size, bool)
        served[chosen] = True
        times = np.bincount(rows[served[sites]], minlength=prices.size)
        slope: Floats = np.where(self.weights > 0, 1.0 - times, 0.0)
        if 0 < wanted < ranked.size:
            self._rule_out(value, reduced, ranked, wanted)
        return value, slope, chosen

    def _rule_out(self, value: float, reduced: Floats, ranked: Indices, wanted: int) -> None:
        best_out, worst_in = reduced[ranked[wanted]], reduced[ranked[wanted - 1]]
        limit = self.known - self.step + 1e-7 * abs(self.known)
        inside, outside = ranked[:wanted], ranked[wanted:]
        self.closed[outside[value - worst_in + reduced[outside] > limit]] = True
        self.opened[inside[value + best_out - reduced[inside] > limit]] = True
