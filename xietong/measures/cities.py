"""Structure of cities: how sizes fall with rank, how much the first stands out, and how many centres there are.

Sizes are sorted inside; the order in which places come makes no difference, and places of equal size share nothing but
their size.  Where a number of ``largest`` is asked for, 0 takes every place.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, Cells, OverParts, OverRegions
from xietong.measures.least_squares import Errors, fit
from xietong.measures.measure import measure, misuse
from xietong.measures.networks import links_between
from xietong.measures.preconditions import positive

_RANK = (
    "Gabaix, X. and Ibragimov, R. (2011), Rank - 1/2: A Simple Way to Improve the OLS Estimation of Tail Exponents, "
    "Journal of Business and Economic Statistics 29(1): 24-39, read in its abstract as NBER Technical Working Paper 342"
)
_HILL = (
    "Hill, B. M. (1975), A Simple General Approach to Inference about the Tail of a Distribution, Annals of Statistics "
    "3(5): 1163-1174"
)
_PRIMACY = (
    "Jefferson, M. (1939), The Law of the Primate City, Geographical Review 29(2): 226-232, for the index of two "
    "cities; those of four and of eleven as defined in Chinese textbooks of urban geography (四城市指数、十一城市指数)"
)
_GREEN = (
    "Green, N. (2007), Functional Polycentricity: A Formal Definition in Terms of Social Network Analysis, Urban "
    "Studies 44(11): 2077-2103; its abstract was read, the formula in works that use it"
)
_BURGER = (
    "Burger, M. and Meijers, E. (2012), Form Follows Function? Linking Morphological and Functional Polycentricity, "
    "Urban Studies 49(5): 1127-1149; its abstract was read, page of the formula not found"
)
_EIGHT = {"place": 8}
_EIGHT_REASON = "with fewer than eight cities the error of an exponent is half of it"


@measure(
    label="齐普夫指数（位序减二分之一） | Zipf exponent by rank less a half",
    unit="1",
    bounds=(None, None),
    reference=f"{_RANK}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    parts=("指数 | exponent", "标准误 | standard error", "截距 | intercept", "R平方 | R squared", "城市数 | cities"),
    scale_free=(),
    also=("zipf_exponent", "rank_size"),
)
def zipf(sizes: OverRegions, *, largest: int = 0) -> OverParts:
    r"""How fast the number of cities falls with their size; 1 is the law of Zipf.

    .. math:: \ln (r_i - \tfrac{1}{2}) = a - \zeta \ln S_i + \varepsilon_i, \qquad
       \operatorname{se}(\zeta) = \zeta \sqrt{2 / n}

    :math:`S_i`: size of a city; :math:`r_i`: its rank, 1 for the largest; :math:`n`: number of cities used, the
    ``largest`` so many.

    Extremes: large when cities are alike, near 0 when one dwarfs the others.
    Trap: with 13 cities the error is 39% of the exponent, so that hardly any law is ruled out. R squared is near 1 for
    any sorted numbers and proves nothing. The cut-off decides the exponent: try several. Administrative areas are not
    cities.
    Errors: a size that is not above zero; sizes that are all alike; fewer than eight cities left.
    """
    who = "cities.zipf"
    logs = np.log(_sorted(who, sizes, largest))
    slope, line, explained = _line(who, logs, np.log(np.arange(logs.shape[-1]) + 0.5))
    count = np.full_like(slope, logs.shape[-1])
    return np.stack([-slope, np.abs(slope) * np.sqrt(2 / count), line, explained, count], axis=-1)


@misuse(
    zipf,
    label="用位序本身及普通标准误 | Plain rank and the usual standard error",
    seen="the regression that Gabaix and Ibragimov (2011) correct: biased in small samples, its error far too small",
)
def _plain_rank(sizes: OverRegions, *, largest: int = 0) -> OverParts:
    logs = np.log(_sorted("cities.zipf", sizes, largest))
    count = logs.shape[-1]
    ranks = np.broadcast_to(np.log(np.arange(count) + 1.0), logs.shape)
    line, slope, error, _, _, explained = fit(ranks, logs[..., None])
    return np.stack([-slope, error, line, explained, np.full_like(slope, count)], axis=-1)


@measure(
    label="希尔估计量 | Hill estimator of the tail exponent",
    unit="1",
    bounds=(0, None),
    reference=f"{_HILL}; divided by n - 2 instead of n - 1 so that it has no bias for a Pareto tail, error by the "
    "variance of the inverse gamma distribution.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    parts=("指数 | exponent", "标准误 | standard error", "城市数 | cities"),
    scale_free=("sizes",),
)
def hill(sizes: OverRegions, *, largest: int = 0) -> OverParts:
    r"""Exponent of the tail by likelihood: how fast the number of cities falls with their size.

    .. math:: \hat{\zeta} = \frac{n - 2}{\sum_{i=1}^{n-1} \ln (S_i / S_n)}, \qquad
       \operatorname{se} = \frac{\hat{\zeta}}{\sqrt{n - 3}}

    :math:`S_1 \ge \dots \ge S_n`: sizes; :math:`n`: number of cities used, the ``largest`` so many.

    Extremes: large when cities are alike, near 0 when one dwarfs the others.
    Trap: it weighs the smaller cities most, and the smallest one is the cut-off itself; beside cities.zipf it shows
    whether the tail is a power at all: where they differ by more than their errors it is not.
    Errors: a size that is not above zero; sizes that are all alike; fewer than eight cities left.
    """
    who = "cities.hill"
    logs = np.log(_sorted(who, sizes, largest))
    count = logs.shape[-1]
    above = (logs[..., :-1] - logs[..., -1:]).sum(axis=-1)
    positive(who, "cities of one size have no tail", spread_of_sizes=above)
    exponent = (count - 2) / above
    return np.stack([exponent, exponent / np.sqrt(count - 3), np.full_like(exponent, count)], axis=-1)


@measure(
    label="首位度 | Primacy",
    unit="1",
    bounds=(0, None),
    reference=f"{_PRIMACY}.",
    tested="peer",
    least={"place": 2},
    least_reason="one city is first among none",
    scale_free=("sizes",),
)
def primacy(sizes: OverRegions, *, cities: Literal["two", "four", "eleven", "all"]) -> Cells:
    r"""How much the largest city stands out from the next.

    .. math:: P_2 = \frac{S_1}{S_2}, \qquad P_4 = \frac{S_1}{S_2 + S_3 + S_4}, \qquad
       P_{11} = \frac{2 S_1}{\sum_{i=2}^{11} S_i}, \qquad P = \frac{S_1}{\sum_i S_i}

    :math:`S_1 \ge S_2 \ge \dots`: sizes of cities; ``all`` is the share of the largest in all that are named.

    Extremes: under Zipf's law 2, about 0.92 and about 0.99; the textbooks round the last two to 1.
    Trap: a region with two capitals has a low index of two and may still be dominated by both; the share of ``all``
    moves with every city that is added.
    Errors: a size that is not above zero; fewer cities than the index names.
    """
    who = "cities.primacy"
    count = {"two": 2, "four": 4, "eleven": 11, "all": 0}[cities]
    if sizes.shape[-1:] and 0 < sizes.shape[-1] < count:
        what, ways = f"sizes has {sizes.shape[-1]} cities", ("name more cities", "take the index of two")
        raise MeasureRefusal(who, what, why=f"the index names {count}", ways=ways)
    positive(who, sizes=sizes)
    ordered = -np.sort(-sizes, axis=-1)
    first, rest = ordered[..., 0], ordered[..., 1 : count or None].sum(axis=-1)
    if not count:
        return np.asarray(first / (first + rest))
    return np.asarray((2 if count == 11 else 1) * first / rest)


@measure(
    label="形态多中心度（位序规模斜率） | Morphological polycentricity, slope of size on rank",
    unit="1",
    bounds=(0, None),
    reference=f"{_BURGER}.",
    tested="peer",
    least={"place": 2},
    least_reason="one city has no slope",
    scale_free=("sizes",),
    also=("morphological_polycentricity",),
)
def rank_size_slope(sizes: OverRegions, *, largest: int = 0) -> Cells:
    r"""How steeply size falls with rank: the flatter, the more the region has several centres of like size.

    .. math:: \ln S_i = a - q \ln r_i + \varepsilon_i

    :math:`S_i`: size of a city; :math:`r_i`: its rank, 1 for the largest; the slope is :math:`q`. Given the flows that
    reach each city from the others of the region instead of people, it is the functional side of the same.

    Extremes: 0 when all cities are alike (many centres); no upper limit (one centre).
    Trap: it depends on how many cities are taken: compare regions at one number of ``largest``, or as a mean over
    several. It is not 1 over the exponent of cities.zipf, for errors lie on the other side.
    Errors: a size that is not above zero; fewer than two cities.
    """
    logs = np.log(_sorted("cities.rank_size_slope", sizes, largest, least=2))
    ranks = np.log(np.arange(logs.shape[-1]) + 1.0)
    away = ranks - ranks.mean()
    return np.asarray(np.maximum(-(logs * away).sum(axis=-1) / (away**2).sum(), 0.0))


@measure(
    label="功能多中心度 | Functional polycentricity",
    unit="1",
    bounds=(0, 1),
    reference=f"{_GREEN}.",
    tested="by hand",
    least={"place": 3},
    least_reason="between two places a tie is alike at both ends",
    spread="各地自身的标准差 | of the places themselves",
)
def functional_polycentricity(links: BetweenRegions, *, strongest: float = 0.0) -> Cells:
    r"""How evenly ties fall on the places, times how close the network is to its full strength.

    .. math:: P = \left( 1 - \frac{\sigma_s}{\sigma_{\max}} \right) \Delta, \qquad \sigma_{\max} = \frac{s_{\max}}{2},
       \qquad \Delta = \frac{\sum_{i \ne j} w_{ij}}{n (n - 1)\, w_{\max}}

    :math:`w_{ij}`: strength from place *i* to *j*; :math:`s_i`: all that leaves and reaches place *i*;
    :math:`\sigma_s`: standard deviation of :math:`s_i`; :math:`\sigma_{\max}`: that of a network of two places of which
    one has no tie and the other the largest strength; :math:`w_{\max}`: ``strongest`` tie that can be, 0 for the
    strongest that there is.

    Extremes: 0 without ties, 1 when all pairs have the strongest tie both ways.
    Trap: with the strongest tie of each year as the measure, the value falls when the strongest grows: state one
    ``strongest`` for all years. Density makes most of it, and that depends on which ties were counted.
    Errors: a strength below zero or not finite; a place tied to itself; no tie; a tie above ``strongest``.
    """
    who = "cities.functional_polycentricity"
    table = links_between(who, links)
    top = table.max(axis=(-2, -1))
    positive(who, "name places between which there is a tie", strongest_tie=top)
    if strongest and not strongest >= top.max():
        what, ways = f"strongest is {strongest:g} and a tie is {top.max():g}", ("state the strongest tie of all years",)
        raise MeasureRefusal(who, what, ways=ways)
    strength = table.sum(axis=-1) + table.sum(axis=-2)
    even = 1 - strength.std(axis=-1) / (strength.max(axis=-1) / 2)
    places = table.shape[-1]
    dense = table.sum(axis=(-2, -1)) / (places * (places - 1) * (strongest or top))
    return np.asarray(np.clip(even, 0.0, 1.0) * dense)


@measure(
    label="吉布拉回归 | Gibrat regression",
    unit="1",
    bounds=(None, None),
    reference="Gibrat's law of proportional growth, regression of the logarithm of later on that of earlier size; for "
    "cities: Eeckhout, J. (2004), Gibrat's Law for (All) Cities, American Economic Review 94(5): 1429-1451, page of "
    "the equation not found.",
    tested="peer",
    least=_EIGHT,
    least_reason="with fewer than eight cities a slope of 1 is never ruled out",
    undefined="各地增长完全符合一条线时检验无定义 | the test is undefined when growth lies on one line exactly",
    parts=("斜率 | slope", "标准误 | standard error", "对1的t值 | t against 1", "p值 | p", "R平方 | R squared"),
    scale_free=("earlier", "later"),
)
def gibrat(earlier: OverRegions, later: OverRegions, *, errors: Errors = "hc1") -> OverParts:
    r"""Whether large cities grew faster or slower than small ones.

    .. math:: \ln S_{i,t+1} = a + \beta \ln S_{it} + \varepsilon_i, \qquad H_0: \beta = 1

    :math:`S_{it}, S_{i,t+1}`: size of a city before and after.

    Extremes: 1 when growth does not go with size; above 1 large cities grow faster, below 1 they fall back.
    Trap: an error in the earlier size draws the slope below 1 by itself; a change of boundaries does as well. With a
    dozen cities no slope between 0.9 and 1.1 is told from 1.
    Errors: a size that is not above zero; earlier sizes that are all alike.
    """
    from scipy.special import stdtr

    who = "cities.gibrat"
    positive(who, earlier=earlier, later=later)
    first, second = np.broadcast_arrays(np.log(earlier), np.log(later))
    _line(who, first, second)
    _, slope, error, _, _, explained = fit(second, first[..., None], errors)
    told = error > 1e-12 * np.abs(slope)
    t = (slope - 1) / np.where(told, error, np.nan)
    p = 2 * stdtr(first.shape[-1] - 2, -np.abs(t))
    return np.stack([slope, error, t, p, explained], axis=-1)


def _sorted(who: str, sizes: Array, largest: int, least: int = 8) -> Array:
    """Return the largest sizes, falling."""
    positive(who, "leave out by name the place that has none", sizes=sizes)
    count = sizes.shape[-1]
    kept = count if largest == 0 else largest
    if not least <= kept <= count:
        ways = (f"state 0 for all, or from {least} to {count}",)
        raise MeasureRefusal(who, f"largest is {largest} of {count} cities", ways=ways)
    return np.asarray(-np.sort(-sizes, axis=-1)[..., :kept])


def _line(who: str, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Return slope, intercept and R squared of a line, refused where x does not vary."""
    apart, moved = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    square = (apart**2).sum(axis=-1)
    if (square <= 1e-20 * (x**2).sum(axis=-1)).any():
        raise MeasureRefusal(
            who, "all cities are of one size", why="a line needs two sizes", ways=("name more cities",)
        )
    slope = (apart * moved).sum(axis=-1) / square
    around = (moved**2).sum(axis=-1)
    explained = slope**2 * square / np.where(around > 0, around, np.nan)
    return slope, y.mean(axis=-1) - slope * x.mean(axis=-1), explained
