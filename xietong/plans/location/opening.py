"""The first choice of sites, phase by phase, within count, budget and reach; and what is better near a choice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices, Model
from xietong.plans.location.interchange import Exchange
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.siting import Siting
from xietong.plans.solving import solve

Sets = tuple[Indices, ...]
FAR = 100.0
"""A pair out of reach counts, while searching, so many times the dearest pair within reach."""


class Opening:
    """Search in the neighbourhood of sites; ``near`` may be given where all pairs are within reach."""

    def __init__(self, siting: Siting, near: Nearness) -> None:
        self.siting = siting
        reached = np.isfinite(siting.costs)
        self.whole = bool(reached.all())
        far = FAR * float(siting.costs[reached].max()) + 1.0
        self.costs = siting.costs if self.whole else np.where(reached, siting.costs, far)
        self.near = near if self.whole else Nearness.of(self.costs)

    def first(self) -> Sets:
        """Return a good choice of sites.

        Raises:
            PlanError: when there is none within count, budget and reach.
        """
        found = [self._forward(), *([self._backward()] if self.siting.phases > 1 else [])]
        best = min(found, key=self.siting.value)
        return best if np.isfinite(self.siting.value(best)) else self.better(self._possible())

    def better(self, sets: Sets) -> Sets:
        """Return sites that no single exchange makes better where there is one phase; else the same sites."""
        if self.siting.phases > 1:
            return sets
        found = (self._exchange(self.siting.fixed).improve(sets[0], self.siting.fixed, *self._money(0)),)
        return min((found, sets), key=self.siting.value)

    def filled(self, open_: Floats) -> Sets:
        """Return sites near a fractional choice of one phase: the most open ones, then greedy, then exchange."""
        count = self.siting.counts[0] if self.siting.counts else len(open_)
        ranked = [one for one in np.argsort(-open_, kind="stable") if open_[one] > 0.5 and one not in self.siting.fixed]
        chosen, (prices, budget) = [*self.siting.fixed], self._money(0)
        for one in ranked[: count - len(chosen)]:
            if prices is None or prices[[*chosen, one]].sum() <= budget + 1e-9:
                chosen.append(int(one))
        return self.better((self._exchange(()).greedy(chosen, count, prices, budget),))

    def _exchange(self, held: Sequence[int], only: Indices | None = None) -> Exchange:
        movable = np.ones(self.costs.shape[1], bool)
        if only is not None:
            movable[:] = False
            movable[only] = True
        return Exchange(self.costs, self.siting.weights, self.near, movable)

    def _money(self, phase: int) -> tuple[Floats | None, float]:
        return (self.siting.prices, self.siting.budgets[phase]) if self.siting.budgets else (None, np.inf)

    def _step(self, phase: int, held: Sequence[int], only: Indices | None = None) -> Indices:
        """Return the sites of a phase among ``only``, with those that are held."""
        search, (prices, budget) = self._exchange(held, only), self._money(phase)
        count = self.siting.counts[phase] if self.siting.counts else self.costs.shape[1]
        return search.improve(search.greedy(held, count, prices, budget), held, prices, budget)

    def _forward(self) -> Sets:
        held, sets = list(self.siting.fixed), []
        for phase in range(self.siting.phases):
            sets.append(self._step(phase, held))
            held = sets[-1].tolist()
        return tuple(sets)

    def _backward(self) -> Sets:
        sets = [self._step(self.siting.phases - 1, self.siting.fixed)]
        for phase in range(self.siting.phases - 2, -1, -1):
            sets.append(self._step(phase, self.siting.fixed, sets[-1]))
        return tuple(reversed(sets))

    def _possible(self) -> Sets:
        """Return any choice that serves everyone, by an integer program over reach, count and budget alone."""
        siting = self.siting
        model, width = Model(siting.name), siting.costs.shape[1]
        low = np.zeros((siting.phases, width))
        low[:, list(siting.fixed)] = 1.0
        y = model.columns(
            Label("开设的选址", "sites opened"), (siting.phases, width), cost=1.0, low=low, high=1.0, integer=True
        )
        demand, site = np.nonzero(np.isfinite(siting.costs))
        count = len(siting.weights)
        for phase in range(siting.phases):
            model.rows(
                Label("每处需求在可达范围内有一处", "one site within reach of every demand"),
                count,
                [(demand, y[phase, site], 1.0)],
                low=1.0,
            )
        limits(model, siting, y)
        values = solve(model).values[y]
        return tuple(np.flatnonzero(one > 0.5) for one in values)


def limits(model: Model, siting: Siting, y: Indices) -> None:
    """Add to a program the rows of count, budget and order of phases over columns of sites by phase."""
    for phase in range(siting.phases):
        row = np.zeros(y.shape[1], np.int64)
        if siting.counts:
            model.rows(Label("选址数", "number of sites"), 1, [(row, y[phase], 1.0)], high=siting.counts[phase])
        if siting.budgets:
            model.rows(Label("预算", "budget"), 1, [(row, y[phase], siting.prices)], high=siting.budgets[phase])
        if phase:
            at = np.arange(y.shape[1])
            terms = [(at, y[phase], 1.0), (at, y[phase - 1], -1.0)]
            model.rows(Label("已开设的不撤", "what is open stays open"), at.size, terms, low=0.0)
