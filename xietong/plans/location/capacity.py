r"""Sites with capacities: who is served where, in part or whole, when the nearest site may be full.

.. math::

    \min \sum_{ij} w_i d_{ij} x_{ij} \quad \text{s.t.} \quad \sum_j x_{ij} = 1,\quad
    \sum_i l_i x_{ij} \le C_j y_j,\quad 0 \le x_{ij} \le y_j,\quad \sum_j y_j \le p,\ y_j \in \{0,1\}

:math:`x_{ij}`: the part of demand *i* served at site *j*; :math:`l_i`: what it takes of the capacity :math:`C_j`, its
people where nothing else is said; the rest as for the median.  Only the *K* nearest sites of each demand have a
column, and one more that stands for all farther ones at the cost of the next: that is a lower bound, and exact as
soon as no demand uses it.  *K* is doubled until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices, Model
from xietong.plans.location.nearness import Nearness
from xietong.plans.location.opening import limits
from xietong.plans.location.siting import Sited, Siting
from xietong.plans.solving import solve

CAPACITY, OPENED = Label("容量", "capacity"), Label("开设的选址", "sites opened")


@dataclass(frozen=True, eq=False)
class Served:
    """Sites, and the part of each demand that each of them serves: three arrays side by side.

    ``fullness`` is the load of each open site over its capacity; ``prices`` are the shadow prices of the capacities of
    given sites: what one more unit saves.
    """

    sited: Sited
    demands: Indices
    places: Indices
    parts: Floats
    fullness: Floats
    prices: Floats


def allocate(
    siting: Siting, capacities: Floats, *, loads: Floats | None = None, whole: bool = False, seconds: float = np.inf,
    gap: float = 0.0, stopped: Callable[[], bool] | None = None, nearest: int = 16,
) -> Served:  # fmt: skip
    """Return the sites and the service of least cost within capacities; ``whole`` keeps each demand at one site.

    Raises:
        PlanError: when the capacity that may be opened is too small, told by the constraints that clash.
    """
    begun = monotonic()
    near, loads = Nearness.of(siting.costs), siting.weights if loads is None else loads
    given = np.ones(near.width) if len(set(siting.fixed)) == near.width else None
    while True:
        nearest = min(nearest, near.width)
        model, y, columns, rows, sites = _program(siting, near, capacities, loads, nearest, whole, given)
        answer = solve(model, seconds=seconds, gap=gap, stopped=stopped)
        parts = answer.values[columns]
        if nearest == near.width or not (parts[sites < 0] > 1e-7).any():
            break
        nearest *= 2
    used = (sites >= 0) & (parts > 1e-7)
    rows, sites, parts = rows[used], sites[used], parts[used]
    opened = np.flatnonzero(answer.values[y[0]] > 0.5)
    value = float((siting.weights[rows] * siting.costs[rows, sites] * parts).sum())
    serving = np.full(len(siting.weights), -1)
    order = np.argsort(parts, kind="stable")
    serving[rows[order]] = sites[order]
    exact = answer.optimal and gap == 0
    sited = Sited((opened,), serving, value, value if exact else min(value, answer.bound), monotonic() - begun, exact)
    prices = _prices(siting, near, capacities, loads, nearest, opened)
    load = np.bincount(sites, loads[rows] * parts, near.width)
    return Served(sited, rows, sites, parts, load[opened] / np.maximum(capacities[opened], 1e-12), prices)


def _program(
    siting: Siting,
    near: Nearness,
    capacities: Floats,
    loads: Floats,
    nearest: int,
    whole: bool,
    given: Floats | None = None,
) -> tuple[Model, Indices, Indices, Indices, Indices]:
    """Return the program, its columns of sites and of service, and the demand and site of each (-1: farther)."""
    count, model = len(siting.weights), Model(siting.name)
    low = np.zeros((1, near.width))
    low[:, list(siting.fixed)] = 1.0
    low, high = (low, 1.0) if given is None else (given, given)
    y = model.columns(OPENED, (1, near.width), low=low, high=high, integer=given is None)
    width = nearest + (nearest < near.width)
    rows, ranks = np.repeat(np.arange(count), width), np.tile(np.arange(width), count)
    costs, sites = near.sorted[rows, ranks], np.where(ranks < nearest, near.order[rows, ranks], -1)
    able = np.isfinite(costs)
    rows, sites, costs = rows[able], sites[able], costs[able]
    x = model.columns(
        Label("服务份额", "part served"), rows.size, cost=siting.weights[rows] * costs, high=1.0, integer=whole
    )  # fmt: skip
    model.rows(Label("人人有处可去", "everyone is served"), count, [(rows, x, 1.0)], low=1.0, high=1.0)
    close = np.flatnonzero(sites >= 0)
    at = np.arange(near.width)
    load = [(sites[close], x[close], loads[rows[close]]), (at, y[0], -capacities)]
    model.rows(CAPACITY, near.width, load, high=0.0)
    if given is not None:
        return model, y, x, rows, sites
    tied = [(np.arange(close.size), x[close], 1.0), (np.arange(close.size), y[0, sites[close]], -1.0)]
    model.rows(Label("只在开设处服务", "served only where a site is open"), close.size, tied, high=0.0)
    limits(model, siting, y)
    return model, y, x, rows, sites


def _prices(siting: Siting, near: Nearness, capacities: Floats, loads: Floats, nearest: int, opened: Indices) -> Floats:
    """Return what one more unit of capacity saves at each open site while the sites stay: duals of the service."""
    given = np.zeros(near.width)
    given[opened] = 1.0
    model = _program(siting, near, capacities, loads, nearest, False, given)[0]
    at = next(one.at for one in model.row_blocks if one.label == CAPACITY)
    return np.asarray(-solve(model).duals[at][opened], float)
