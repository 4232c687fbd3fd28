"""Stochastic kernels: the density of later values for every value now, and where it leads if it stays as it is."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, OverRegionsAndPeriods
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative
from xietong.measures.smoothing import Floor, Kernel, Rule, by_rule, heights

OverPoints: TypeAlias = Annotated[Array, Axes(("point",))]
BetweenPoints: TypeAlias = Annotated[Array, Axes(("point", "point"))]

_QUAH = (
    "Quah, D. (1997), Empirics for Growth and Distribution: Stratification, Polarization, and Convergence Clubs, "
    "Journal of Economic Growth 2(1): 27-59 (page of the formula not found)"
)
_LEAST = {"place": 8, "period": 2}
_FEW = "a surface over few places shows each of them, and not a distribution"


@measure(
    label="条件核密度（随机核） | Stochastic kernel",
    unit="1/{values}",
    bounds=(0, None),
    reference=f"{_QUAH}; as KDEMultivariateConditional in the Python package statsmodels.",
    tested="peer",
    least=_LEAST,
    least_reason=_FEW,
    undefined="附近没有任何地方的行为空 | a row of nan where no place was anywhere near",
    also=("stochastic_kernel", "conditional_density"),
)
def conditional(
    values: OverRegionsAndPeriods, points: OverPoints, *,
    ahead: int = 1, kernel: Kernel = "gaussian", rule: Rule = "silverman", floor: Floor = "none",
) -> BetweenPoints:  # fmt: skip
    r"""Density of the value some periods later (columns) of a place that now has a given value (rows).

    .. math:: f(g' \mid g) = \frac{\sum_{it} K\!\left( \frac{g - x_{it}}{h} \right) \frac{1}{h'}
       K\!\left( \frac{g' - x_{i,t+s}}{h'} \right)}{\sum_{it} K\!\left( \frac{g - x_{it}}{h} \right)}

    :math:`x_{it}`: value of place *i* in period *t*; :math:`s`: ``ahead``; :math:`h, h'`: widths by the ``rule`` for
    all values now and for all later ones; :math:`K, ` ``floor``: as in densities.kernel_density.

    Extremes: a ridge along the diagonal when places stay, along a level when all converge to it.
    Trap: rows at the ends rest on one or two places. Values are best taken over the mean of their year, or growth of
    all looks like mobility.
    Errors: a value or point that is not finite, below zero where the floor is zero; ``ahead`` not shorter than the
    series; values without spread.
    """
    who = "stochastic_kernels.conditional"
    _checked(who, values, points, ahead, floor)
    return each(
        lambda panel, points: _conditional(who, panel, points, ahead, kernel, rule, floor), (values, 2), (points, 1)
    )


@measure(
    label="遍历密度 | Ergodic density",
    unit="1/{values}",
    bounds=(0, None),
    reference=f"{_QUAH}.",
    tested="by hand",
    least=_LEAST,
    least_reason=_FEW,
)
def ergodic_density(
    values: OverRegionsAndPeriods, points: OverPoints, *,
    ahead: int = 1, kernel: Kernel = "gaussian", rule: Rule = "silverman", floor: Floor = "none",
) -> OverPoints:  # fmt: skip
    r"""Density in the long run, if the stochastic kernel stayed as it is.

    .. math:: \phi(g') = \int f(g' \mid g)\, \phi(g)\, dg, \qquad \int \phi(g)\, dg = 1

    :math:`f`: see stochastic_kernels.conditional; integrals are sums of trapezia over the points, and each row is
    scaled to the mass that the points hold.

    Extremes: one peak where all converge, two where the middle empties.
    Trap: it is the steady state of a smoothed chain: smoothing itself moves mass apart in every step, so that the
    result is wider than the data. It is no forecast.
    Errors: those of stochastic_kernels.conditional; points that do not rise or where no place is near; points that
    hold less than half of what a row says; a distribution that falls apart.
    """
    who = "stochastic_kernels.ergodic_density"
    _checked(who, values, points, ahead, floor)
    if (np.diff(points, axis=-1) <= 0).any() or points.shape[-1] < 3:
        raise MeasureRefusal(who, "points do not rise", ways=("give three points or more, from low to high",))

    def density(panel: Array, points: Array) -> Array:
        return _ergodic(who, _conditional(who, panel, points, ahead, kernel, rule, floor), points)

    return each(density, (values, 2), (points, 1))


def _checked(who: str, values: Array, points: Array, ahead: int, floor: Floor) -> None:
    finite(who, values=values, points=points)
    if floor == "zero":
        not_negative(who, "state floor = none where values may lie below zero", values=values, points=points)
    if not 1 <= ahead < values.shape[-1]:
        what = f"ahead is {ahead} with {values.shape[-1]} periods"
        raise MeasureRefusal(who, what, ways=("state 1 or more, and fewer than there are periods",))


def _conditional(who: str, panel: Array, points: Array, ahead: int, kernel: Kernel, rule: Rule, floor: Floor) -> Array:
    now, later = panel[:, :-ahead].ravel(), panel[:, ahead:].ravel()
    first, second = by_rule(who, now, rule), by_rule(who, later, rule)
    near = heights((points[:, None] - now) / first, kernel)
    after = heights((points[:, None] - later) / second, kernel)
    if floor == "zero":
        near += heights((points[:, None] + now) / first, kernel)
        after += heights((points[:, None] + later) / second, kernel)
    mass = near.sum(axis=1, keepdims=True)
    there = mass > 1e-12
    return np.where(there, near @ after.T / (second * np.where(there, mass, 1)), np.nan)


def _ergodic(who: str, density: Array, points: Array) -> Array:
    empty = np.flatnonzero(np.isnan(density[:, 0]))
    if len(empty):
        what, ways = f"no place is near {points[empty[0]]:g}", ("give points among the values",)
        raise MeasureRefusal(who, what, why="nothing says where it leads", ways=ways)
    gaps = np.diff(points)
    share = (np.append(gaps, 0.0) + np.append(0.0, gaps)) / 2
    chain = density * share
    held = chain.sum(axis=1)
    if (held < 0.5).any():
        at = int(np.argmin(held))
        what = f"the points hold {held[at]:.2g} of what {points[at]:g} leads to"
        raise MeasureRefusal(who, what, why="the rest would be lost", ways=("give more points, and further out",))
    chain /= held[:, None]
    values = np.linalg.solve((np.eye(len(points)) - chain + 1).T, np.ones(len(points)))
    if not (values > -1e-9).all():
        what = "the distribution falls apart into parts that never mix"
        why = "each part has a long run of its own"
        raise MeasureRefusal(who, what, why=why, ways=("smooth more", "measure parts alone"))
    return np.asarray(np.maximum(values, 0) / share)
