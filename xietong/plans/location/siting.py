"""What is asked when sites are placed, and what is answered: one statement for medians with phases and budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from xietong.errors import PlanError
from xietong.plans.blocks import Floats, Indices

Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Siting:
    """Demand in rows, candidate sites in columns, and what limits the choice.

    ``costs`` is any matrix, infinite where a site may not serve a demand; ``weights`` are people; ``counts`` is how
    many sites are open after each phase, those that stand already among them; ``fixed`` are those that stand already;
    ``prices`` and ``budgets`` limit what may be spent by the end of each phase; ``emphasis`` is what a phase counts.
    Either counts or budgets may be empty, not both.
    """

    costs: Floats
    weights: Floats
    counts: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()
    prices: Floats = field(default_factory=lambda: np.zeros(0))
    budgets: tuple[float, ...] = ()
    emphasis: tuple[float, ...] = ()
    name: str = "location"

    def __post_init__(self) -> None:
        """Refuse what cannot be read as a siting.

        Raises:
            PlanError: with the first thing that does not fit, and its values.
        """
        for told, what in self._faults():
            if told:
                raise PlanError(f"plan {self.name}", what)
        if (alone := np.flatnonzero(~np.isfinite(self.costs).any(axis=1))).size:
            what = f"{alone.size} demands have no site within reach, the first at position {alone[0]}"
            raise PlanError(f"plan {self.name}", what, ways=("raise the reach", "add candidate sites near them"))

    def _faults(self) -> list[tuple[bool, str]]:
        rows, columns = self.costs.shape
        spread = {len(one) for one in (self.counts, self.budgets, self.emphasis) if one}
        placed = len(set(self.fixed))
        steps = [*zip(self.counts, self.counts[1:], strict=False), *zip(self.budgets, self.budgets[1:], strict=False)]
        return [
            (not self.counts and not self.budgets, "neither a number of sites nor a budget is given"),
            (len(spread) > 1, f"counts, budgets and emphasis tell of different numbers of phases: {sorted(spread)}"),
            (self.weights.shape != (rows,), f"{self.weights.size} weights for {rows} demands"),
            (bool((self.weights < 0).any() or np.isnan(self.weights).any()), "a weight is below zero or no number"),
            (bool(np.isnan(self.costs).any() or (self.costs < 0).any()), "a cost is below zero or no number"),
            (any(not 0 <= one < columns for one in self.fixed), f"a fixed site is none of the {columns} candidates"),
            (bool(self.budgets) and self.prices.shape != (columns,), f"{self.prices.size} prices for {columns} sites"),
            (bool((self.prices < 0).any()), "a price is below zero"),
            (any(not max(1, placed) <= one <= columns for one in self.counts),
             f"{list(self.counts)} sites are asked for; {placed} stand already and there are {columns} candidates"),
            (any(later < before for before, later in steps), "a later phase has fewer sites or less money than before"),
        ]  # fmt: skip

    @property
    def phases(self) -> int:
        """Return how many phases there are."""
        return len(self.counts or self.budgets)

    @property
    def stress(self) -> Floats:
        """Return what each phase counts."""
        return np.array(self.emphasis or (1.0,) * self.phases)

    @cached_property
    def whole(self) -> bool:
        """Return whether every value of a choice of sites is a whole number, so that a gap below one proves it."""
        reached = self.costs[np.isfinite(self.costs)]
        parts = (reached, self.weights, self.stress)
        return all(bool((part == np.rint(part)).all()) for part in parts)

    def value(self, sets: Sequence[npt.ArrayLike]) -> float:
        """Return the cost of sites, a set for each phase, by plain evaluation: every demand goes to the cheapest."""
        nearest = [self.costs[:, np.asarray(one, np.int64)].min(axis=1) for one in sets]
        with np.errstate(invalid="ignore"):
            told = [np.where(self.weights > 0, self.weights * one, 0.0).sum() for one in nearest]
        return float(self.stress @ np.array(told))


@dataclass(frozen=True)
class Sited:
    """Sites by phase with value, proven bound and relative gap; ``kept`` resumes an interrupted run.

    ``serving`` is the site of each demand in the last phase; ``exact`` says that the value is proven least.
    """

    open: tuple[Indices, ...]
    serving: Indices
    value: float
    bound: float
    seconds: float
    exact: bool
    facts: Mapping[str, float] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Return the distance of value and bound relative to the value."""
        return abs(self.value - self.bound) / max(abs(self.value), 1e-12)

    @property
    def sites(self) -> Indices:
        """Return the sites of the last phase."""
        return self.open[-1]
