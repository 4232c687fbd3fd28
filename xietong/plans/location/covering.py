r"""Coverage: the fewest sites that reach everyone, the most people reached by some, and the shortest longest way.

.. math::

    \text{all: } \min \sum_j b_j y_j,\ \sum_{j:\, d_{ij} \le r} y_j \ge 1 \ \forall i; \qquad
    \text{most: } \max \sum_i w_i z_i,\ z_i \le \sum_{j:\, d_{ij} \le r} y_j; \qquad
    \text{centre: } \min r \text{ such that } p \text{ sites reach everyone}

:math:`d_{ij}`: cost; :math:`r`: reach; :math:`w_i`: people; :math:`b_j`: price of a site, one where none is given;
:math:`y_j`: open; :math:`z_i`: reached.  The set covering problem is that of Toregas et al. (1971), the maximal
covering that of Church and ReVelle (1974); the centre is a bisection over the costs with a set covering at each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices, Model
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.opening import Opening, limits
from xietong.plans.location.siting import Sited, Siting
from xietong.plans.solving import solve

Stop = Callable[[], bool]


def cover_all(siting: Siting, reach: float, *, seconds: float = np.inf, stopped: Stop | None = None) -> Sited:
    """Return the fewest (or cheapest) sites with one within reach of every demand; counts are not asked.

    Raises:
        PlanError: when a demand has no site within reach.
    """
    begun = monotonic()
    model, y = _covering(siting, reach)
    answer = solve(model, seconds=seconds, stopped=stopped)
    sites = np.flatnonzero(answer.values[y] > 0.5)
    value = float(siting.prices[sites].sum()) if siting.prices.size else float(sites.size)
    return Sited(
        (sites,), _serving(siting, sites), value, min(value, answer.bound), monotonic() - begun, answer.optimal
    )


def _covering(siting: Siting, reach: float) -> tuple[Model, Indices]:
    asked = np.flatnonzero(siting.weights > 0)
    near = siting.costs[asked] <= reach
    if (alone := np.flatnonzero(~near.any(axis=1))).size:
        what = f"{alone.size} demands have no site within {reach:g}, the first at position {asked[alone[0]]}"
        raise PlanError(f"plan {siting.name}", what, ways=("raise the reach", "add candidate sites near them"))
    model, width = Model(siting.name), near.shape[1]
    low = np.zeros(width)
    low[list(siting.fixed)] = 1.0
    cost = siting.prices if siting.prices.size else 1.0
    y = model.columns(Label("开设的选址", "sites opened"), width, cost=cost, low=low, high=1.0, integer=True)
    rows, sites = np.nonzero(np.unique(near, axis=0))
    label = Label("每处需求在半径内有一处", "one site within reach of every demand")
    model.rows(label, int(rows.max()) + 1, [(rows, y[sites], 1.0)], low=1.0)
    return model, y


def _serving(siting: Siting, sites: Indices) -> Indices:
    if not sites.size:
        return np.full(len(siting.weights), -1)
    return np.asarray(sites[siting.costs[:, sites].argmin(axis=1)], np.int64)


def cover_most(
    siting: Siting, reach: float, *, seconds: float = np.inf, gap: float = 0.0, stopped: Stop | None = None
) -> Sited:
    """Return the sites within count and budget that have most people within reach; ``value`` are those people.

    Raises:
        PlanError: when count and budget contradict the sites that stand.
    """
    begun = monotonic()
    model, (count, width) = Model(siting.name), siting.costs.shape
    low = np.zeros((siting.phases, width))
    low[:, list(siting.fixed)] = 1.0
    y = model.columns(
        Label("开设的选址", "sites opened"), (siting.phases, width), low=low, high=1.0, integer=True
    )  # fmt: skip
    people = -np.outer(siting.stress, siting.weights)
    z = model.columns(Label("够得着的人", "people reached"), (siting.phases, count), cost=people, high=1.0)
    demand, site = np.nonzero(siting.costs <= reach)
    for phase in range(siting.phases):
        terms = [(demand, y[phase, site], 1.0), (np.arange(count), z[phase], -1.0)]
        model.rows(Label("有一处在半径内才算", "counted only with a site within reach"), count, terms, low=0.0)
    limits(model, siting, y)
    answer = solve(model, seconds=seconds, gap=gap, stopped=stopped)
    sets = tuple(np.flatnonzero(one > 0.5) for one in answer.values[y])
    value = reached(siting, sets, reach)
    bound = value if answer.optimal and gap == 0 else max(value, -answer.bound)
    return Sited(sets, _serving(siting, sets[-1]), value, bound, monotonic() - begun, answer.optimal and gap == 0)


def reached(siting: Siting, sets: tuple[Indices, ...], reach: float) -> float:
    """Return the people within reach of some sites, by plain evaluation."""
    inside = [
        (siting.costs[:, one] <= reach).any(axis=1) if len(one) else np.zeros(len(siting.weights), bool) for one in sets
    ]
    return float(sum(stress * siting.weights[one].sum() for stress, one in zip(siting.stress, inside, strict=True)))


def centre(siting: Siting, *, seconds: float = np.inf, stopped: Stop | None = None) -> Sited:
    """Return the sites, within a count, of the shortest longest way; ``value`` is that way.

    Raises:
        PlanError: when even all that may be opened leave someone out of reach, or a budget is given.
    """
    if siting.budgets or siting.phases > 1:
        raise PlanError(f"plan {siting.name}", "a centre takes one number of sites, no budget and no phases")
    begun, asked = monotonic(), siting.weights > 0
    sites = Opening(siting, Nearness.of(siting.costs)).first()[0]
    costs = siting.costs[asked]
    levels = np.unique(costs[np.isfinite(costs)])
    high = int(np.searchsorted(levels, costs[:, sites].min(axis=1).max()))
    low = int(np.searchsorted(levels, costs.min(axis=1).max()))
    plain, until = replace(siting, prices=np.zeros(0)), begun + seconds
    while low < high and monotonic() < until and not (stopped and stopped()):
        middle = (low + high) // 2
        found = cover_all(plain, levels[middle], seconds=max(0.01, until - monotonic()), stopped=stopped)
        if found.value <= siting.counts[0]:
            sites = found.sites
            high = int(np.searchsorted(levels, costs[:, sites].min(axis=1).max()))
        elif found.bound > siting.counts[0] + 1e-6:
            low = middle + 1
        else:
            break
    return Sited(
        (sites,), _serving(siting, sites), float(levels[high]), float(levels[low]), monotonic() - begun, low == high
    )  # fmt: skip


def longest(costs: Floats, weights: Floats, sites: Indices) -> float:
    """Return the longest way of anyone, by plain evaluation."""
    return float(costs[weights > 0][:, sites].min(axis=1).max())
