r"""Spatial association: whether places that are next to each other are alike, over all places together.

Links say who is next to whom: origin, destination and weight.  Each measure asks in which ``style`` the weights are
taken, since that decides the result: ``row`` divides the weights of a place by their sum, so that all places count
alike; ``binary`` makes every link 1, so that a place counts by the number of its neighbours; ``given`` leaves them as
they are.  A place without any link is an island: it has no part in mean, variance or number of places, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import numpy as np

from xietong.errors import UnknownName
from xietong.measures.association import placed, two_sided
from xietong.measures.axes import Array, OverParts, OverRegions
from xietong.measures.measure import measure
from xietong.measures.neighbours import Neighbours, OverLinks, PlacesOfLinks, Style, over_links
from xietong.measures.preconditions import finite, not_negative
from xietong.measures.rearrangements import rearranged

Statistic: TypeAlias = Literal["moran", "geary", "getis_ord"]

EIGHT = {"place": 8}
EIGHT_REASON = "few places can be arranged in so few ways that hardly any p-value is small"
ISLANDS = "孤岛数(无邻居,不计入) | islands: places without neighbours, left out"
_CLIFF_ORD = "Cliff, A. D. and Ord, J. K. (1981), Spatial Processes: Models and Applications, Pion"
_SAID = "page as cited by the R package spdep; the book itself was not seen"
_GETIS_ORD = (
    "Getis, A. and Ord, J. K. (1992), The Analysis of Spatial Association by Use of Distance Statistics, Geographical "
    "Analysis 24(3): 189-206, p. 195, with the erratum in 25 (1993): 276, both as cited by the R package spdep"
)
_NORMAL = (
    "正态假设下的标准差 | standard deviation, normal values",
    "正态假设下的z值 | z, normal values",
    "随机化假设下的标准差 | standard deviation, values moved about",
    "随机化假设下的z值 | z, values moved about",
    "双侧p值(随机化,正态近似) | two-sided p-value, values moved about, normal approximation",
    ISLANDS,
)
_DRAWN = (
    "置换均值 | mean of permutations",
    "置换标准差 | standard deviation of permutations",
    "p值(不低于) | p-value, as high",
    "p值(不高于) | p-value, as low",
    "双侧p值 | two-sided p-value",
    ISLANDS,
)
_CONSTANT = "任何排列都给出同一数值时z与p为空 | z and p are nan where every arrangement gives the same number"
_SPREAD = (
    "置换样本，除数为次数减1；全排列时为次数 | of the permutations, divisor their number - 1, or their number when all"
)
_MOVED = "1 + r over 1 + m for m random permutations, r over m when permutations is 0, which takes all of them"


@measure(
    label="莫兰指数I | Moran's I",
    unit="1",
    bounds=(None, None),
    reference=f"Moran, P. A. P. (1950), Notes on Continuous Stochastic Phenomena, Biometrika 37(1/2): 17-23; moments: "
    f"{_CLIFF_ORD}, p. 21 ({_SAID}).",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    undefined=_CONSTANT,
    also=("morans_i", "moran_i"),
    parts=("莫兰指数I | Moran's I", "期望值 | expectation", *_NORMAL),
    scale_free=("values",),
)
def moran(
    values: OverRegions, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *, style: Style
) -> OverParts:
    r"""Tell whether neighbours are alike (above the expectation) or unlike (below it).

    .. math:: I = \frac{n}{S_0} \frac{\sum_{i,j} w_{ij} (x_i - \bar{x})(x_j - \bar{x})}{\sum_i (x_i - \bar{x})^2},
       \qquad E(I) = -\frac{1}{n - 1}, \qquad S_0 = \sum_{i,j} w_{ij}

    :math:`x_i`: value of place *i*; :math:`w_{ij}`: weight of its neighbour *j*; :math:`n`: places that have a link.

    Extremes: those of the weights: with ``row`` mostly between -1 and 1, which no rule guarantees; 0 is not the
    expectation, -1 / (n - 1) is.
    Trap: without n over the sum of weights it is right for ``row`` alone. A rate of small places varies by chance and
    hides association; a trend over the whole map is association too. Links that go one way only count half.
    Errors: a value or weight that is not finite; values that are all alike; fewer than four places with links; a link
    named twice, of a place to itself, or to a place that does not exist.
    """

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed("spatial.moran", links, values, style)
        deviations, peaked = one.moran_deviations()
        return one.told(float(one.moran(one.centred[None])[0]), -1 / (one.count - 1), deviations, peaked)

    finite("spatial.moran", values=values)
    return over_links("spatial.moran", formula, (values,), origins, destinations, weights)


@measure(
    label="吉尔里指数C | Geary's C",
    unit="1",
    bounds=(None, None),
    reference=f"Geary, R. C. (1954), The Contiguity Ratio and Statistical Mapping, The Incorporated Statistician 5(3): "
    f"115-145; moments: {_CLIFF_ORD}, p. 21 ({_SAID}).",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    undefined=_CONSTANT,
    also=("gearys_c", "geary_c"),
    parts=("吉尔里指数C | Geary's C", "期望值 | expectation", *_NORMAL),
    scale_free=("values",),
)
def geary(
    values: OverRegions, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *, style: Style
) -> OverParts:
    r"""Tell whether neighbours differ less (below 1) or more (above 1) than any two places do.

    .. math:: C = \frac{n - 1}{2 S_0} \frac{\sum_{i,j} w_{ij} (x_i - x_j)^2}{\sum_i (x_i - \bar{x})^2}, \qquad
       E(C) = 1, \qquad S_0 = \sum_{i,j} w_{ij}

    :math:`x_i`: value of place *i*; :math:`w_{ij}`: weight of its neighbour *j*; :math:`n`: places that have a link.

    Extremes: 0 when all neighbours have one value; no fixed upper limit.
    Trap: low is alike, the other way round than Moran's I, and some print z with its sign turned: here it is
    (C - 1) over its deviation. Squares make it hang on a few large steps.
    Errors: as ``spatial.moran``.
    """

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed("spatial.geary", links, values, style)
        deviations, peaked = one.geary_deviations()
        return one.told(float(one.geary(one.centred[None])[0]), 1.0, deviations, peaked)

    finite("spatial.geary", values=values)
    return over_links("spatial.geary", formula, (values,), origins, destinations, weights)


@measure(
    label="盖蒂斯-奥德总体G | Getis and Ord's general G",
    unit="1",
    bounds=(None, None),
    reference=f"{_GETIS_ORD}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    zeros="照算，但负值拒绝 | taken as they are; values below zero are refused",
    undefined=_CONSTANT,
    also=("general_g", "global_g"),
    parts=(
        "总体G | general G",
        "期望值 | expectation",
        "标准差(随机化) | standard deviation, values moved about",
        "z值 | z",
        "双侧p值(正态近似) | two-sided p-value, normal approximation",
        ISLANDS,
    ),
    scale_free=("values",),
)
def getis_ord(
    values: OverRegions, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *, style: Style
) -> OverParts:
    r"""Tell whether high values lie together (above the expectation) or low ones (below it).

    .. math:: G = \frac{\sum_{i \ne j} w_{ij} x_i x_j}{\sum_{i \ne j} x_i x_j}, \qquad
       E(G) = \frac{S_0}{n (n - 1)}, \qquad S_0 = \sum_{i,j} w_{ij}

    :math:`x_i`: value of place *i*, zero or above; :math:`w_{ij}`: weight of its neighbour *j*; :math:`n`: places that
    have a link.

    Extremes: 0 when no two neighbours are both above zero; with ``binary`` at most 1.
    Trap: values need a true zero: adding a number to all of them changes G, unlike Moran's I. The first print of its
    variance has a 3 where the erratum has a 6, and programs differ by that. The authors mean ``binary`` weights.
    Errors: as ``spatial.moran``; a value below zero.
    """

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed("spatial.getis_ord", links, values, style)
        observed, expected, deviation = float(one.getis_ord(one.values[None])[0]), one.share, one.getis_ord_deviation()
        z = (observed - expected) / deviation
        return np.array([observed, expected, deviation, z, two_sided(z), one.islands])

    not_negative("spatial.getis_ord", values=values)
    return over_links("spatial.getis_ord", formula, (values,), origins, destinations, weights)


@measure(
    label="空间关联的置换检验 | Permutation test of spatial association",
    unit="1",
    bounds=(None, None),
    reference=f"{_CLIFF_ORD}: values moved about among the places; page not found. P-values: {_MOVED}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    spread=_SPREAD,
    also=("moran_permutation", "geary_permutation"),
    parts=("统计量 | statistic", *_DRAWN),
    scale_free=("values",),
)
def permutation_test(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    statistic: Statistic,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverParts:
    r"""Tell how often values that are moved about among the places reach a statistic of association.

    .. math:: p_+ = \frac{1 + \#\{r : T_r \ge T\}}{1 + m}, \qquad p_- = \frac{1 + \#\{r : T_r \le T\}}{1 + m}, \qquad
       p = \min(1, 2 p_+, 2 p_-)

    :math:`T`: Moran's I, Geary's C or the general G of the values as they stand; :math:`T_r`: the same after the *r*-th
    of :math:`m` rearrangements; with ``permutations`` of 0 all of them, and then without the ones.

    Extremes: no one-sided p-value is below 1 / (1 + m).
    Trap: a p-value of random permutations carries the error of the draw; the seed is a choice and stands in the
    receipt. For Geary's C likeness is in the lower tail. It tests that values fell on places at random, which a
    trend refutes as well as neighbourhood does.
    Errors: as the statistic; permutations that are neither 0 nor 99 or more; 0 with more than nine places.
    """
    who = "spatial.permutation_test"
    if statistic not in get_args(Statistic):
        raise UnknownName(who, "statistic", statistic, get_args(Statistic))

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed(who, links, values, style)
        given = one.values if statistic == "getis_ord" else one.centred
        observed, tails = rearranged(who, given, getattr(one, statistic), permutations, seed)
        return np.array([observed, *tails.parts, one.islands])

    (not_negative if statistic == "getis_ord" else finite)(who, values=values)
    return over_links(who, formula, (values,), origins, destinations, weights)


@measure(
    label="双变量莫兰指数 | Bivariate Moran's I",
    unit="1",
    bounds=(None, None),
    reference="Wartenberg, D. (1985), Multivariate Spatial Correlation: A Method for Exploratory Geographical "
    f"Analysis, Geographical Analysis 17(4): 263-283; page of the formula not found. P-values: {_MOVED}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    spread=_SPREAD,
    also=("moran_bv",),
    parts=("双变量莫兰指数 | bivariate Moran's I", *_DRAWN),
    scale_free=("values", "others"),
)
def bivariate_moran(
    values: OverRegions,
    others: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverParts:
    r"""Tell whether one indicator of a place goes with another indicator of its neighbours.

    .. math:: I_{xy} = \frac{n}{S_0} \frac{\sum_{i,j} w_{ij} (x_i - \bar{x})(y_j - \bar{y})}
       {\sqrt{\sum_i (x_i - \bar{x})^2 \sum_j (y_j - \bar{y})^2}}

    :math:`x_i`: value of place *i*; :math:`y_j`: other value of its neighbour *j*; :math:`w_{ij}`: weight;
    :math:`S_0`: sum of weights; :math:`n`: places that have a link. The others are moved about, the values stay.

    Extremes: Moran's I when both are the same indicator.
    Trap: it is high wherever two indicators go together in the same place and one of them is clustered: it is no sign
    that one place acts on the next. Exchanging the two changes it where links go one way only, or weigh by row.
    Errors: as ``spatial.moran``; permutations that are neither 0 nor 99 or more; 0 with more than nine places.
    """
    who = "spatial.bivariate_moran"

    def formula(links: Neighbours, values: Array, others: Array) -> Array:
        first, second = placed(who, links, values, style), placed(who, links, others, style)
        scale = first.count / first.total / np.sqrt((first.centred**2).sum() * (second.centred**2).sum())
        pull = first.links.turned().lag(first.centred) * scale
        observed, tails = rearranged(who, second.centred, lambda rows: rows @ pull, permutations, seed)
        return np.array([observed, *tails.parts, first.islands])

    finite(who, values=values, others=others)
    return over_links(who, formula, (values, others), origins, destinations, weights)


@measure(
    label="连接计数 | Join counts",
    unit="1",
    bounds=(0, None),
    reference=f"{_CLIFF_ORD}, p. 20 ({_SAID}): joins of two marked places, and their number without replacement. "
    f"P-values: {_MOVED}.",
    tested="peer",
    least=EIGHT,
    least_reason=EIGHT_REASON,
    zeros="零为无标记 | zero is a place without the mark",
    parts=(
        "有—有连接数 | joins of marked with marked",
        "无—无连接数 | joins of unmarked with unmarked",
        "有—无连接数 | joins of marked with unmarked",
        "有—有期望值 | expected, marked with marked",
        "无—无期望值 | expected, unmarked with unmarked",
        "有—无期望值 | expected, marked with unmarked",
        "p值(有—有不少于) | p-value, as many marked with marked",
        "p值(无—无不少于) | p-value, as many unmarked with unmarked",
        "p值(有—无不多于) | p-value, as few marked with unmarked",
        ISLANDS,
    ),
)
def join_counts(
    marks: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverParts:
    r"""Count the links between places that have a mark, such as being poor or having a port, and those that have not.

    .. math:: J_{11} = \frac{1}{2} \sum_{i,j} w_{ij} x_i x_j, \qquad J_{10} = \frac{1}{2} \sum_{i,j} w_{ij}
       (x_i - x_j)^2, \qquad E(J_{11}) = \frac{S_0}{2} \frac{n_1 (n_1 - 1)}{n (n - 1)}

    :math:`x_i`: 1 for a place with the mark, else 0; :math:`w_{ij}`: weight; :math:`S_0`: sum of weights; :math:`n`:
    places that have a link, :math:`n_1` of them marked.

    Extremes: no join of marked places where no two of them are neighbours; half the sum of weights when all are marked.
    Trap: a join is counted once and stands in the links both ways: links that go one way only count half. The three
    counts are not three tests: they add up to half the sum of weights.
    Errors: a mark that is neither 0 nor 1; marks that are all alike; otherwise as ``spatial.moran``.
    """
    who = "spatial.join_counts"

    def formula(links: Neighbours, marks: Array) -> Array:
        one = placed(who, links, marks, style)
        half, shares = one.total / 2, _shares(one.count, float(one.values.sum()))
        tails = [rearranged(who, one.values, _joins(one.links, kind), permutations, seed) for kind in range(3)]
        reached = [tails[0][1].greater, tails[1][1].greater, tails[2][1].less]
        return np.array([*(found for found, _ in tails), *(half * share for share in shares), *reached, one.islands])

    finite(who, marks=marks)
    not_marks = np.where((marks == 0) | (marks == 1), 0.0, -1.0)
    not_negative(who, "state 1 for a place with the mark and 0 for one without", marks_0_or_1=not_marks)
    return over_links(who, formula, (marks,), origins, destinations, weights)


def _joins(links: Neighbours, kind: int) -> Callable[[Array], Array]:
    """Return what counts the joins of rows of marks: both marked, none, or one of them."""

    def count(rows: Array) -> Array:
        first, second = ((rows, rows), (1 - rows, 1 - rows), (rows, 1 - rows))[kind]
        joins = (first * links.lag(second)).sum(axis=1)
        return np.asarray((joins + (second * links.lag(first)).sum(axis=1)) / 2 if kind == 2 else joins / 2)

    return count


def _shares(count: int, marked: float) -> tuple[float, float, float]:
    """Return the shares of all ordered pairs of places that are both marked, both not, and mixed."""
    pairs, bare = count * (count - 1), count - marked
    return marked * (marked - 1) / pairs, bare * (bare - 1) / pairs, 2 * marked * bare / pairs
