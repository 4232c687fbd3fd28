"""Densities of a distribution by kernels: how wide to smooth, where the mass lies, and how many modes there are.

The width of a kernel is its standard deviation, whatever its shape, so that one rule serves all.  Where values cannot
lie below zero, the mass that a kernel would put there is folded back (``floor`` of ``zero``).
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverParts, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive
from xietong.measures.smoothing import (
    Floor,
    Kernel,
    Rule,
    by_rule,
    chosen_width,
    effective,
    kernel_sums,
    weighted_deviation,
)  # fmt: skip

OverPoints: TypeAlias = Annotated[Array, Axes(("point",))]
WeightedRule: TypeAlias = Literal["scott", "normal reference"]

_SILVERMAN = "Silverman, B. W. (1986), Density Estimation for Statistics and Data Analysis, Chapman and Hall"
_SHEATHER = (
    "Sheather, S. J. and Jones, M. C. (1991), A Reliable Data-based Bandwidth Selection Method for Kernel Density "
    "Estimation, Journal of the Royal Statistical Society B 53: 683-690"
)
_RULES = f"{_SILVERMAN}; {_SHEATHER}; silverman and sheather-jones as bw.nrd0 and bw.SJ of R, the others as scipy"
_EIGHT = {"place": 8}
_FEW = "a curve through fewer places shows each of them, and not a distribution"
_GRID = 512
_COUNTED = 1e-12


@measure(
    label="核密度带宽 | Bandwidth of a kernel density",
    unit="{values}",
    bounds=(0, None),
    reference=f"{_RULES}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_FEW,
    also=("kernel_bandwidth",),
)
def bandwidth(values: OverRegions, *, rule: Rule = "silverman") -> Cells:
    r"""Width of the kernel that a rule gives for these values.

    .. math:: h = 0.9 \min\!\left( s, \frac{IQR}{1.34} \right) n^{-1/5}

    :math:`s`: standard deviation with divisor *n* - 1; :math:`IQR`: distance of the quartiles; that is ``silverman``.
    ``scott`` is :math:`s\, n^{-1/5}` and ``normal reference`` :math:`(4/3)^{1/5}` times that. ``sheather-jones`` solves
    the equation of a plug-in estimate of the roughness, from a thousand bins.

    Extremes: 0 is refused; the first three grow with the spread.
    Trap: the same name stands for different rules: silverman of scipy is the normal reference here. The last three
    smooth two humps into one more readily than sheather-jones does.
    Errors: a value that is not finite; values without any spread.
    """
    who = "densities.bandwidth"
    finite(who, values=values)
    return each(lambda one: np.asarray(by_rule(who, one, rule)), (values, 1))


@measure(
    label="密度估计点 | Points at which a density is drawn",
    unit="{values}",
    bounds=(None, None),
    reference="Evenly spaced from three widths below the lowest value to three above the highest, as density of R.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_FEW,
)
def density_points(
    values: OverRegions, *, rule: Rule = "silverman", count: int = 100, floor: Floor = "none"
) -> OverPoints:
    r"""Evenly spaced points that cover the values and what kernels add at the ends.

    .. math:: g_k = a + \frac{k}{m - 1} (b - a), \qquad a = \min x - 3 h, \quad b = \max x + 3 h

    :math:`h`: densities.bandwidth; :math:`m`: ``count``; with a ``floor`` of zero *a* is not below zero.

    Extremes: the first and the last point lie outside the values.
    Trap: years that are compared need the same points: take them from all years together.
    Errors: those of densities.bandwidth; fewer than two points.
    """
    who = "densities.density_points"
    finite(who, values=values)
    if count < 2:
        raise MeasureRefusal(who, f"count is {count}", ways=("state 2 or more; 100 draws a curve",))

    def points(one: Array) -> Array:
        width = by_rule(who, one, rule)
        low = one.min() - 3 * width
        return np.linspace(max(low, 0.0) if floor == "zero" else low, one.max() + 3 * width, count)

    return each(points, (values, 1))


@measure(
    label="核密度 | Kernel density",
    unit="1/{values}",
    bounds=(0, None),
    reference=f"{_SILVERMAN}; reflection at a boundary in section 2.10 (page not looked up); as "
    "scipy.stats.gaussian_kde.",
    tested="peer",
    least=_EIGHT,
    least_reason=_FEW,
    also=("kde",),
)
def kernel_density(
    values: OverRegions, points: OverPoints, *,
    kernel: Kernel = "gaussian", rule: Rule = "silverman", width: float = 0.0, floor: Floor = "none",
) -> OverPoints:  # fmt: skip
    r"""Density of the values at given points.

    .. math:: f(g) = \frac{1}{n h} \sum_i K\!\left( \frac{g - x_i}{h} \right)

    :math:`K`: gaussian, or epanechnikov with a standard deviation of 1; :math:`h`: ``width``, or when that is 0, the
    ``rule`` of densities.bandwidth.

    Extremes: 0 far from all values; it integrates to 1 over all points that hold them.
    Trap: every place counts alike, whatever its people (densities.weighted_density). Without ``floor`` some mass lies
    below zero for shares and incomes that cannot.
    Errors: those of densities.bandwidth; a value or point below zero where the floor is zero; a width below zero.
    """
    who = "densities.kernel_density"
    finite(who, values=values, points=points)
    _above(who, floor, values=values, points=points)

    def curve(values: Array, points: Array) -> Array:
        weights = np.full(len(values), 1 / len(values))
        used = chosen_width(who, width) or by_rule(who, values, rule)
        return kernel_sums(values, weights, points, kernel, used, floor) / used

    return each(curve, (values, 1), (points, 1))


@measure(
    label="加权核密度 | Weighted kernel density",
    unit="1/{values}",
    bounds=(0, None),
    reference=f"{_SILVERMAN}; weights as in scipy.stats.gaussian_kde.",
    tested="peer",
    least=_EIGHT,
    least_reason=_FEW,
    scale_free=("weights",),
)
def weighted_density(
    values: OverRegions, weights: OverRegions, points: OverPoints, *,
    kernel: Kernel = "gaussian", rule: WeightedRule = "scott", width: float = 0.0, floor: Floor = "none",
) -> OverPoints:  # fmt: skip
    r"""Density of the values at given points, each place with its weight, such as its people.

    .. math:: f(g) = \frac{1}{h} \sum_i w_i K\!\left( \frac{g - x_i}{h} \right), \qquad \sum_i w_i = 1, \quad
       n_w = \frac{1}{\sum_i w_i^2}

    :math:`w_i`: share of place *i* in all weights; :math:`K, h`: as in densities.kernel_density, with the weighted
    standard deviation and :math:`n_w` in place of *n*.

    Extremes: those of densities.kernel_density.
    Trap: with people as weights it is the distribution of people over means of places, not of people's incomes.
    Errors: those of densities.kernel_density; weights below zero or all on one place.
    """
    who = "densities.weighted_density"
    finite(who, values=values, points=points)
    not_negative(who, weights=weights)
    positive(who, total_of_weights=weights.sum(axis=-1))
    _above(who, floor, values=values, points=points)

    def curve(values: Array, weights: Array, points: Array) -> Array:
        shares = weights / weights.sum()
        spread = weighted_deviation(who, values, shares) * effective(shares) ** -0.2
        used = chosen_width(who, width) or spread * ((4 / 3) ** 0.2 if rule == "normal reference" else 1)
        return kernel_sums(values, shares, points, kernel, used, floor) / used

    return each(curve, (values, 1), (weights, 1), (points, 1))


@measure(
    label="峰数 | Number of modes",
    unit="1",
    bounds=(1, None),
    reference=f"{_SILVERMAN}.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_FEW,
    scale_free=("values",),
)
def modes(values: OverRegions, *, rule: Rule = "silverman", width: float = 0.0) -> Cells:
    r"""Count the peaks of the gaussian density.

    .. math:: m(h) = \#\{g : f_h(g) = \max \text{ nearby}\}

    :math:`f_h`: density of the values with width *h*, see densities.kernel_density, on 512 points.

    Extremes: 1 with a wide kernel; as many as there are different values with a narrow one.
    Trap: it says as much of the width as of the values; densities.mode_test tells whether a further peak is chance.
    Errors: those of densities.kernel_density.
    """
    who = "densities.modes"
    finite(who, values=values)

    def count(one: Array) -> Array:
        used = chosen_width(who, width) or by_rule(who, one, rule)
        points = np.linspace(one.min() - used, one.max() + used, _GRID)
        heights = kernel_sums(one, np.full(len(one), 1 / len(one)), points, "gaussian", used, "none")
        return np.asarray(_peaks(heights[None])[0], dtype=np.float64)

    return each(count, (values, 1))


@measure(
    label="多峰检验 | Test of the number of modes",
    unit="1",
    bounds=(0, None),
    reference="Silverman, B. W. (1981), Using Kernel Density Estimates to Investigate Multimodality, Journal of the "
    "Royal Statistical Society B 43: 97-99.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_FEW,
    parts=("临界带宽（标准差） | critical width, in standard deviations", "p值 | p"),
    scale_free=("values",),
    also=("silverman_test",),
)
def mode_test(values: OverRegions, *, most: int = 1, replications: int = 999, seed: int = 1) -> OverParts:
    r"""Test whether the distribution has no more than so many modes.

    .. math:: h_k = \min\{h : m(h) \le k\}, \qquad p = \frac{1 + \#\{r : m(x^r, h_k) > k\}}{1 + R}

    :math:`m`: see densities.modes; :math:`k`: ``most``; :math:`x^r`: the *r*-th of *R* samples drawn from the density
    of width :math:`h_k`, scaled back to the variance of the values.

    Extremes: a small p refuses *k* modes for more; p is never below 1 / (1 + R).
    Trap: it is cautious: for one mode p is above its true level (Hall and York 2001). Two modes of the places are not
    two clubs over time.
    Errors: those of densities.bandwidth; fewer than one mode; fewer than 99 replications.
    """
    who = "densities.mode_test"
    finite(who, values=values)
    if most < 1 or replications < 99:
        what = f"most is {most} and replications is {replications}"
        ways = ("state 1 mode or more, and 999 replications",)
        raise MeasureRefusal(who, what, ways=ways)
    return each(lambda one: _tested(who, one, most, replications, seed), (values, 1))


def _above(who: str, floor: Floor, **data: Array) -> None:
    if floor == "zero":
        not_negative(who, "state floor = none where values may lie below zero", **data)


def _peaks(heights: Array) -> Array:
    """Count the local maxima of every row; a flat top counts once, and steps that are rounding do not."""
    steps = np.diff(heights, axis=-1, prepend=0, append=0)
    noise = _COUNTED * np.maximum(np.append(heights, np.zeros((len(heights), 1)), axis=-1), 1e-300)
    signs = np.where(np.abs(steps) > noise, np.sign(steps), 0)
    counted = np.empty(len(heights))
    for at, row in enumerate(signs):
        told = row[row != 0]
        counted[at] = ((told[:-1] > 0) & (told[1:] < 0)).sum()
    return counted


def _tested(who: str, values: Array, most: int, replications: int, seed: int) -> Array:
    spread = values.std(ddof=1)
    positive(who, spread_of_values=spread)
    scaled = np.sort((values - values.mean()) / spread)
    low, high = 0.001, 4.0
    while high - low > 1e-4 * high:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _count(scaled[None], middle)[0] > most else (low, middle)
    generator = np.random.default_rng(seed)
    drawn = generator.choice(scaled, (replications, len(scaled)))
    noise = generator.standard_normal(drawn.shape)
    samples = (drawn + high * noise) / np.sqrt(1 + high**2)
    return np.array([high, (1 + (_count(samples, high) > most).sum()) / (1 + replications)])


def _count(samples: Array, width: float) -> Array:
    """Return the number of modes of every row, from values that are shared between neighbouring points."""
    edge = np.abs(samples).max() + width
    at = (samples + edge) * ((_GRID - 1) / (2 * edge))
    below = np.minimum(at.astype(np.int64), _GRID - 2)
    rows = below + _GRID * np.arange(len(samples))[:, None]
    part = at - below
    size = _GRID * len(samples)
    binned = np.bincount(rows.ravel(), (1 - part).ravel(), size).astype(np.float64)
    binned += np.bincount(rows.ravel() + 1, part.ravel(), size)
    points = np.linspace(-edge, edge, _GRID)
    kernel = np.exp(-(((points[:, None] - points) / width) ** 2) / 2)
    smooth: Array = binned.reshape(len(samples), _GRID) @ kernel
    return _peaks(smooth)
