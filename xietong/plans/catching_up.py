r"""Catching up: the yearly pace that closes a gap, or a share of it, by a given year, against the pace achieved.

For a gap *i* with ratio :math:`r_i` of the one behind to the reference, turned so that it lies below one,

.. math::

    x_i = \ln r_i, \qquad \rho_i = (1 - s)\, x_i, \qquad
    \bar g_i = \ln(1+b_i) + \frac{\rho_i - x_i}{T}, \qquad
    \min_{g,G} G \;\text{s.t.}\; \sum_{t=1}^{T} g_t \ge T \bar g_i,\; g_t \le G,\; |g_t - g_{t-1}| \le r

Sets: gaps :math:`i`, years :math:`t = 1 \dots T` from the last observed one to the horizon.  Data, all from findings:
:math:`r_i` and the growth of both sides from their first to their last observed year; :math:`g_0` is that of the one
behind.  Levers: :math:`s`, the share of the gap (in logs) to be closed; :math:`r`, how far growth may move within a
year; a shift of :math:`b_i`, the growth of the reference.  The program is that of `xietong.plans.pace`.  The least *r*
with which it has a solution is :math:`2 (T \bar g_i - T g_0) / T(T+1)`, so that one out of reach says by how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.plans.pace import Problem, pace

LOOSE = 10.0
"""A ramp that never binds: growth may move by so much within a year, in logs."""


@dataclass(frozen=True)
class Gap:
    """A gap in logs: the ratio (below zero while it is open), the growth of both sides, and since when.

    ``sign`` is -1 where less is better, so that a ratio always has to rise.
    """

    finding: str
    label: Label
    sign: int
    start: float
    growth: float
    reference: float
    since: int
    base: int

    @property
    def open(self) -> bool:
        """Return whether there is a gap at all."""
        return self.start < 0

    def problem(self, horizon: int, share: float, shift: float, ramp: float) -> Problem:
        """Return the program of pace that closes a share of the gap by the horizon."""
        grows = math.expm1(self.reference) + self.sign * shift
        return Problem(self.start, self.growth, horizon - self.base, math.exp(self.start * (1 - share)), grows, ramp)


@dataclass(frozen=True)
class Paced:
    """What one gap takes by one horizon, in logs a year; ``peak`` is absent where the ramp forbids it.

    ``path`` is then the fastest that the ramp allows.  ``price`` is what one more unit of the goal adds to the peak,
    and ``price_of_ramp`` what one more unit of the ramp takes off it.
    """

    gap: Gap
    horizon: int
    whole: float
    part: float
    peak: float | None
    least_ramp: float
    path: tuple[float, ...]
    price: float = 0.0
    price_of_ramp: float = 0.0

    @property
    def extra(self) -> float:
        """Return by how much the pace for the share exceeds that achieved, in logs a year; 0 when it is enough."""
        return max(0.0, self.part - self.gap.growth)


def needed(problem: Problem) -> float:
    """Return the constant growth in logs that reaches the target of a problem of pace."""
    return math.log1p(problem.reference_growth) + (math.log(problem.target) - problem.start) / problem.years


def least_ramp(problem: Problem) -> float:
    """Return the smallest yearly change of growth with which a problem of pace has a solution."""
    lacking = problem.years * (needed(problem) - problem.growth)
    return max(0.0, 2 * lacking / (problem.years * (problem.years + 1)))


def paced(gap: Gap, horizon: int, share: float, shift: float, ramp: float) -> Paced:
    """Solve one gap for one horizon."""
    problem = gap.problem(horizon, share, shift, ramp)
    whole, least = needed(gap.problem(horizon, 1.0, shift, ramp)), least_ramp(problem)
    steps = np.arange(1, problem.years + 1)
    try:
        solution = pace(problem)
    except PlanError:
        fastest = tuple(float(one) for one in problem.growth + ramp * steps)
        return Paced(gap, horizon, whole, needed(problem), None, least, fastest)
    path = tuple(solution.values[f"growth {t}"] for t in steps)
    eased = sum(abs(price) for row, price in solution.binding.items() if row.startswith("ramp"))
    price = solution.binding.get("target", 0.0)
    return Paced(gap, horizon, whole, needed(problem), solution.objective, least, path, price, eased)
