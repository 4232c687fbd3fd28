"""One run of a median: first choice, prices, linear program by cuts, branching; best value and bound throughout."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import numpy as np

from xietong.plans.blocks import Floats, Indices
from xietong.plans.location.cuts import Master, critical
from xietong.plans.location.multipliers import Pricing
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.opening import Opening, Sets
from xietong.plans.location.siting import Sited, Siting
from xietong.plans.solving import watch

CLOSE, WHOLE = 1e-6, 1e-6
"""Value and bound that agree to this part are the same where costs are no whole numbers."""
LEAST = 1e-6
"""A cut is added when it is violated by more than this part of the mean cost."""


@dataclass(order=True)
class Node:
    """A part of all plans: a bound of what is in it, its number, and which columns of sites are closed and open."""

    bound: float
    number: int
    closed: Indices = field(compare=False)
    opened: Indices = field(compare=False)


class Run:
    """The state of one run; bounds and programs are in units in which the mean cost of the first choice is one."""

    def __init__(
        self, siting: Siting, seconds: float, gap: float, stopped: Callable[[], bool], progress: Callable[[str], None],
        kept: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None],
    ) -> None:  # fmt: skip
        self.siting, self.gap, self.progress, self.keep = siting, gap, progress, keep
        self.begun, self.until = monotonic(), monotonic() + seconds
        self._stopped = stopped
        self.final, self.rounds, self.nodes = False, 0, 0
        near = Nearness.of(siting.costs)
        self.opening = Opening(siting, near)
        told = tuple(np.array(one, np.int64) for one in kept.get("open", ()))
        self.sets: Sets = self.opening.better(told) if told else self.opening.first()
        self.value = siting.value(self.sets)
        self._scale(near)
        self.bound = max(0.0, float(kept.get("bound", 0.0)) / self.unit)
        self.step = (1.0 - 1e-6 if siting.whole else CLOSE * self.value) / self.unit
        self.closed = np.zeros((siting.phases, near.width), bool)
        self.opened = self.closed.copy()
        self.opened[:, list(siting.fixed)] = True
        self._tell("first choice")

    def _scale(self, near: Nearness) -> None:
        siting = self.siting
        people = float(siting.stress.sum() * siting.weights.sum())
        mean = self.value / people if people and self.value else 1.0
        heavy, most = float(siting.weights.mean()) or 1.0, float(siting.stress.max()) or 1.0
        self.mean, self.unit = mean, mean * heavy * most
        self.near = Nearness(near.order, near.sorted / mean, near.width)
        self.weights, self.stress = siting.weights / heavy, siting.stress / most

    @property
    def known(self) -> float:
        """Return the best value in the units of the run."""
        return self.value / self.unit

    @property
    def limit(self) -> float:
        """Return what a plan must stay below to be better than the best known."""
        return self.known - max(self.step, self.gap * self.known)

    def stopped(self) -> bool:
        """Return whether someone said so or time is over."""
        return self._stopped() or monotonic() > self.until

    def done(self) -> bool:
        """Return whether nothing is left to do, or no time to do it."""
        return self.final or self.bound > self.limit or self.stopped()

    def _tell(self, what: str) -> None:
        self.progress(f"{what}: {self.value:.6g}, at least {self.bound * self.unit:.6g}")
        self.keep(self.state())

    def state(self) -> dict[str, Any]:
        """Return what resumes this run."""
        return {"open": [one.tolist() for one in self.sets], "bound": self.bound * self.unit}

    def _offer(self, sets: Sets) -> float:
        """Take sites that are better than the best known, and return the best value."""
        if (value := self.siting.value(sets)) < self.value:
            self.sets, self.value = sets, value
        return self.known

    def price(self) -> None:
        """Bound by prices of the demands, and rule sites out; only where a number of sites is the one limit."""
        if self.siting.phases > 1 or self.siting.budgets or not self.opening.whole:
            return
        pricing = Pricing(self.near, self.weights, self.siting.counts[0], self.opened[0], self.known, self.step)
        costs = np.sort(self.opening.costs[:, self.sets[0]] / self.mean, axis=1)
        start = costs[:, :2].mean(axis=1)
        pricing.search(start, lambda one: self._offer(self.opening.better((np.sort(one),))), self.stopped)
        self.bound = max(self.bound, pricing.bound)
        self.closed, self.opened = pricing.closed[None], pricing.opened[None]
        self.prices = pricing.prices
        self._tell(f"prices, {self._left()} sites left")

    def _left(self) -> int:
        return int((~self.closed & ~self.opened).sum())

    def go(self) -> Sited:
        """Do one step after the other until the best choice is proven or time is over."""
        for step in (self.price, self.relax, self.narrow, self.branch):
            if not self.done():
                step()
        return self.sited()

    def relax(self) -> None:
        """Solve the linear program by cuts; every round gives a bound, rules sites out and may round to better ones."""
        self.near = self.near.only(np.flatnonzero(~self.closed.all(axis=0)))
        self.master = Master(self.near, self.weights, self.stress, self.siting)
        watch(self.master.solver, self.stopped)
        self._first_cuts()
        while not self.done() and self._solve():
            self.rounds += 1
            self.bound = max(self.bound, self.least)
            self._rule_out()
            added = self.master.separate(self.values, LEAST)
            if self.siting.phases == 1 and (self.rounds % 4 == 1 or not added):
                self._offer(self.opening.filled(self.values[: self.master.width]))
            if not added:
                break
        self._tell(f"linear program, {self._left()} sites left")

    def _first_cuts(self) -> None:
        rows = np.arange(len(self.weights))
        for phase in range(self.siting.phases):
            open_ = np.zeros(self.siting.costs.shape[1])
            open_[self.sets[phase]] = 1.0
            self.master.cut(phase, rows, critical(self.near, open_))
            open_[self.sets[phase]] = 0.5
            self.master.cut(phase, rows, critical(self.near, open_))
        if (prices := getattr(self, "prices", None)) is not None:
            ranks = np.clip(self.near.ranks(prices / np.maximum(self.weights, 1e-12)), 0, self.near.width - 1)
            self.master.cut(0, rows, ranks)

    def _solve(self) -> bool:
        """Solve what stands in the master and return whether that worked: its value, columns and reduced costs."""
        solver = self.master.solver
        if np.isfinite(self.until):
            solver.setOptionValue("time_limit", solver.getRunTime() + max(0.01, self.until - monotonic()))
        solver.run()
        if str(solver.modelStatusToString(solver.getModelStatus())) != "Optimal":
            return False
        told = solver.getSolution()
        self.values, self.least = np.array(told.col_value), float(solver.getInfo().objective_function_value)
        self.reduced = np.array(told.col_dual)[: self.master.sites]
        return True

    def _decided(self, low: Floats, high: Floats) -> tuple[Indices, Indices]:
        """Return the columns of sites that no better plan has open, and those that none has closed."""
        closed = (self.least + self.reduced > self.limit) & (self.reduced > 0) & (low < 1)
        opened = (self.least - self.reduced > self.limit) & (self.reduced < 0) & (high > 0)
        return np.flatnonzero(closed | (high == 0)), np.flatnonzero(opened | (low == 1))

    def _rule_out(self) -> None:
        """Close and open for good what the reduced costs of the linear program decide."""
        closed, opened = self._decided(self.opened.ravel() * 1.0, 1.0 - self.closed.ravel())
        self.closed.ravel()[closed] = True
        self.opened.ravel()[opened] = True
        self.master.between(self.opened.ravel() * 1.0, 1.0 - self.closed.ravel())

    def narrow(self) -> None:
        """Solve the same over the sites that the linear program or the best choice uses: a better choice, no bound."""
        if self.siting.phases > 1 or self.siting.budgets or self.done():
            return
        used = self.values[: self.master.width] > 1e-4
        used[[*self.sets[0].tolist(), *self.siting.fixed]] = True
        some = np.flatnonzero(used)
        if 2 * some.size > self._left():
            return
        at = np.full(used.size, -1)
        at[some] = np.arange(some.size)
        part = replace(self.siting, costs=self.siting.costs[:, some], fixed=tuple(at[list(self.siting.fixed)].tolist()))
        seconds = 0.25 * (self.until - monotonic())
        run = Run(part, seconds, self.gap, self.stopped, lambda _: None, {"open": [at[self.sets[0]]]}, lambda _: None)
        self._offer((some[run.go().sites],))
        self._rule_out()
        self._tell(f"the sites in use, {self._left()} sites left")

    def branch(self) -> None:
        """Branch on sites that are open in part, the node of least bound first; cuts found in a node hold in all."""
        waiting = [Node(self.bound, 0, *map(np.flatnonzero, (self.closed.ravel(), self.opened.ravel())))]
        while waiting and not self.stopped():
            self.bound = max(self.bound, min(waiting[0].bound, self.known))
            node = heapq.heappop(waiting)
            if node.bound > self.limit:
                break
            for child in self._node(node):
                heapq.heappush(waiting, child)
            if self.nodes % 50 == 0:
                self._tell(f"{self.nodes} nodes, {len(waiting)} waiting")
        else:
            self.final = not waiting

    def _node(self, node: Node) -> list[Node]:
        """Solve one node and return what it leaves: two nodes, or none when nothing better can be in it."""
        low, high = np.zeros(self.master.sites), np.ones(self.master.sites)
        high[node.closed], low[node.opened] = 0.0, 1.0
        self.master.between(low, high)
        self.nodes += 1
        if not self._cut_down(LEAST * 100):
            return []
        open_ = self.values[: self.master.sites]
        if self.siting.phases == 1 and self.nodes % 20 == 1:
            self._offer(self.opening.filled(open_))
        part = np.minimum(open_, 1 - open_)
        if part.max() < WHOLE and not self._cut_down(LEAST):
            return []
        open_ = self.values[: self.master.sites]
        part = np.minimum(open_, 1 - open_)
        if part.max() < WHOLE:
            self._offer(tuple(np.flatnonzero(one > 0.5) for one in open_.reshape(self.closed.shape)))
            return []
        closed, opened = self._decided(low, high)
        at = int(np.argmax(part))
        return [
            Node(self.least, 2 * self.nodes, np.append(closed, at), opened),
            Node(self.least, 2 * self.nodes + 1, closed, np.append(opened, at)),
        ]

    def _cut_down(self, least: float) -> bool:
        """Solve and add cuts until none is violated; return whether something better may still be in the node."""
        while self._solve():
            if self.least > self.limit:
                return False
            if not self.master.separate(self.values, least):
                return True
        return self.stopped()

    def sited(self) -> Sited:
        """Return the best sites with the best bound."""
        bound = min(self.bound, self.known) * self.unit
        exact = self.bound > self.known - self.step * (1 + 1e-9) or self.final
        serving = self.sets[-1][self.opening.costs[:, self.sets[-1]].argmin(axis=1)]
        facts = {"rounds": float(self.rounds), "nodes": float(self.nodes), "sites left": float(self._left())}
        bound, seconds = self.value if exact else bound, monotonic() - self.begun
        return Sited(self.sets, serving, self.value, bound, seconds, exact, facts, self.state())
