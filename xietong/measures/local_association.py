r"""Local association: where neighbours are alike, where high or low values lie together, and which of it is chance.

Every place is judged by conditional permutations: its own value stays, the values of all others are dealt anew to its
neighbours.  The p-value is (r + 1) / (m + 1) for m random deals of which r reach what was observed, or r / m when
``permutations`` is 0, which deals in every possible way.  A place without neighbours has no result; an island, which
no other place names either, has no part in the mean.  Many places are many tests: ``significance.false_discovery``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import UnknownName
from xietong.measures.association import placed
from xietong.measures.axes import Array, OverRegions, OverRegionsAndParts
from xietong.measures.conditional import lag_tails
from xietong.measures.measure import measure
from xietong.measures.neighbours import Neighbours, OverLinks, PlacesOfLinks, Style, over_links
from xietong.measures.preconditions import finite, fractions, positive
from xietong.measures.rearrangements import two_sided
from xietong.measures.significance import step_up

Sides: TypeAlias = Literal["two", "one"]
Correction: TypeAlias = Literal["false_discovery", "none"]

_EIGHT = {"place": 8}
_EIGHT_REASON = "the values of few places can be dealt in so few ways that hardly any p-value is small"
_ANSELIN = (
    "Anselin, L. (1995), Local Indicators of Spatial Association - LISA, Geographical Analysis 27(2): 93-115, formula "
    "(12), p. 99 (as cited by the R package spdep; the paper itself was not seen)"
)
_ORD_GETIS = (
    "Ord, J. K. and Getis, A. (1995), Local Spatial Autocorrelation Statistics: Distributional Issues and an "
    "Application, Geographical Analysis 27(4): 286-306 (page of the formula not found)"
)
_ALONE = "没有邻居的地方为空 | nan for a place without neighbours"
_GREATER, _LESS = "p值(更相似) | p-value, as alike or more", "p值(更相异) | p-value, as unlike or more"
_BOTH = "双侧p值 | two-sided p-value"


@measure(
    label="局部莫兰指数(LISA) | Local Moran's I (LISA)",
    unit="1",
    bounds=(None, None),
    reference=f"{_ANSELIN}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    undefined=_ALONE,
    spread="各地自身的标准差 | of the places themselves",
    also=("lisa",),
    parts=(
        "局部莫兰指数 | local Moran's I",
        "标准化值 | standardised value",
        "邻居的标准化值之和(加权) | standardised values of the neighbours, weighted",
        _GREATER,
        _LESS,
        _BOTH,
    ),
    scale_free=("values",),
)
def local_moran(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Tell for every place whether its neighbours are like it (above 0) or unlike it (below 0).

    .. math:: I_i = z_i \sum_j w_{ij} z_j, \qquad z_i = \frac{x_i - \bar{x}}{s}, \qquad
       s^2 = \frac{1}{n} \sum_i (x_i - \bar{x})^2

    :math:`x_i`: value of place *i*; :math:`w_{ij}`: weight of its neighbour *j*; :math:`n`: places that have a link.
    The sum over all places is Moran's I times the sum of weights.

    Extremes: 0 for a place at the mean, or whose neighbours are at the mean together.
    Trap: others divide by n - 1 instead of n and print another number with the same p-value; some print the smaller of
    both tails as if it were two-sided, which doubles what is found. Two p-values are not independent.
    Errors: as ``spatial.moran``; permutations that are neither 0 nor 99 or more; 0 where more than a million deals
    would be enumerated for a place.
    """
    who = "local_association.local_moran"
    finite(who, values=values)

    def formula(links: Neighbours, values: Array) -> Array:
        return _spread(links, _lisa(who, links, values, values, style, permutations, seed))

    return over_links(who, formula, (values,), origins, destinations, weights)


@measure(
    label="双变量局部莫兰指数 | Bivariate local Moran's I",
    unit="1",
    bounds=(None, None),
    reference="Anselin, L., Syabri, I. and Smirnov, O. (2002), Visualizing Multivariate Spatial Correlation with "
    f"Dynamically Linked Windows, CSISS; page of the formula not found. With one indicator: {_ANSELIN}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    undefined=_ALONE,
    spread="各地自身的标准差 | of the places themselves",
    also=("local_moran_bv", "bivariate_lisa"),
    parts=(
        "双变量局部莫兰指数 | bivariate local Moran's I",
        "标准化值 | standardised value",
        "邻居另一指标的标准化值之和(加权) | standardised others of the neighbours, weighted",
        _GREATER,
        _LESS,
        _BOTH,
    ),
    scale_free=("values", "others"),
)
def local_bivariate_moran(
    values: OverRegions,
    others: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Tell for every place whether another indicator of its neighbours goes with its value (above 0) or against it.

    .. math:: I_i = z_i \sum_j w_{ij} u_j, \qquad z_i = \frac{x_i - \bar{x}}{s_x}, \qquad
       u_j = \frac{y_j - \bar{y}}{s_y}

    :math:`x_i`: value of place *i*; :math:`y_j`: other value of its neighbour *j*; :math:`w_{ij}`: weight; :math:`s_x,
    s_y`: standard deviations of the places. The others are dealt anew, but for that of the place itself.

    Extremes: the local Moran's I when both are the same indicator.
    Trap: where both indicators go together in one place, their clusters look like an influence of one place on another.
    Errors: as ``local_association.local_moran``.
    """
    who = "local_association.local_bivariate_moran"
    finite(who, values=values, others=others)

    def formula(links: Neighbours, values: Array, others: Array) -> Array:
        return _spread(links, _lisa(who, links, values, others, style, permutations, seed))

    return over_links(who, formula, (values, others), origins, destinations, weights)


@measure(
    label="局部关联类型 | Kinds of local association",
    unit="1",
    bounds=(0, 4),
    reference=f"Quadrants of the Moran scatterplot: {_ANSELIN}; false discoveries: Benjamini, Y. and Hochberg, Y. "
    "(1995), Journal of the Royal Statistical Society B 57(1): 289-300.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    undefined=_ALONE,
    also=("lisa_clusters",),
    classes=(
        "不显著 | not significant",
        "高—高 | high among high",
        "低—高 | low among high",
        "低—低 | low among low",
        "高—低 | high among low",
    ),
    scale_free=("values",),
)
def quadrants(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    level: float = 0.05,
    sides: Sides = "two",
    correction: Correction = "false_discovery",
    permutations: int = 999,
    seed: int = 1,
) -> OverRegions:
    r"""Name the places of a map of clusters: high among high, low among low, and the two kinds that stand out.

    .. math:: c_i = \begin{cases} 1 & z_i > 0,\; \ell_i > 0 \\ 2 & z_i \le 0,\; \ell_i > 0 \\ 3 & z_i \le 0,\;
       \ell_i \le 0 \\ 4 & z_i > 0,\; \ell_i \le 0 \end{cases} \text{ where } p_i \le \alpha, \qquad c_i = 0
       \text{ elsewhere}, \qquad \ell_i = \sum_j w_{ij} z_j

    :math:`z_i`: standardised value of place *i*; :math:`w_{ij}`: weight; :math:`p_i`: p-value of
    ``local_association.local_moran``, of both tails or of the nearer one, with ``false_discovery`` after Benjamini and
    Hochberg; :math:`\alpha`: ``level``.

    Extremes: all not significant where values lie at random, but for a few.
    Trap: one-sided and without correction, as maps of clusters are mostly drawn, a tenth of all places is significant
    at 0.05 when nothing is there. After the correction p-values must be small: with 999 permutations none is below
    0.001, and of many places one alone cannot pass; state more permutations.
    Errors: as ``local_association.local_moran``; a level that is not between 0 and 1.
    """
    who = "local_association.quadrants"
    finite(who, values=values)
    fractions(who, "state a level such as 0.05", level=np.array(level))
    for name, word, words in (
        ("sides", sides, ("two", "one")),
        ("correction", correction, ("false_discovery", "none")),
    ):
        if word not in words:
            raise UnknownName(who, name, word, words)

    def formula(links: Neighbours, values: Array) -> Array:
        _, z, lag, greater, less, both = _lisa(who, links, values, values, style, permutations, seed).T
        p = both if sides == "two" else np.minimum(greater, less)
        p = step_up(p) if correction == "false_discovery" else p
        kind = np.where(z > 0, np.where(lag > 0, 1.0, 4.0), np.where(lag > 0, 2.0, 3.0))
        found: Array = _spread(links, np.where(np.isnan(p), np.nan, np.where(p <= level, kind, 0.0)))
        return found

    return over_links(who, formula, (values,), origins, destinations, weights)


_HOT = (
    "标准化Gi(z值) | standardised G, z",
    "双侧p值(正态近似) | two-sided p-value, normal approximation",
    "p值(更高) | p-value, as high or higher",
    "p值(更低) | p-value, as low or lower",
    "双侧p值(置换) | two-sided p-value, permutations",
)


@measure(
    label="局部G(不含自身) | Local G of the neighbours",
    unit="1",
    bounds=(None, None),
    reference=f"{_ORD_GETIS}: G without the place itself, standardised.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    undefined=_ALONE,
    spread="除该地外各地自身的标准差 | of the other places themselves",
    also=("gi", "local_g"),
    parts=_HOT,
    scale_free=("values",),
)
def local_getis_ord(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    permutations: int = 999,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Tell for every place whether its neighbours are high (hot, above 0) or low (cold), whatever it is itself.

    .. math:: G_i = \frac{\sum_{j \ne i} w_{ij} x_j - W_i \bar{x}_{(i)}}{s_{(i)} \sqrt{[(n - 1) S_{1i} - W_i^2] /
       (n - 2)}}, \qquad W_i = \sum_j w_{ij}, \qquad S_{1i} = \sum_j w_{ij}^2

    :math:`x_j`: value of place *j*; :math:`w_{ij}`: weight; :math:`\bar{x}_{(i)}, s_{(i)}`: mean and standard deviation
    of all places but *i*, divisor n - 1; :math:`n`: places that have a link.

    Extremes: 0 when the neighbours have the mean of the others.
    Trap: a place may be cold and lie in a hot spot. With few neighbours it is far from normal: read the permutations.
    A hot spot of totals is often only where large places lie: take rates.
    Errors: as ``local_association.local_moran``.
    """
    who = "local_association.local_getis_ord"
    finite(who, values=values)

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed(who, links, values, style)
        n, x, sums = float(one.count), one.centred, one.links.sums
        mean = -x / (n - 1)
        variance = ((x**2).sum() - x**2) / (n - 1) - mean**2
        square = (n - 1) * _squares(one.links) - sums**2
        z = _over(one.links.lag(x) - sums * mean, variance * square / (n - 2))
        return _spread(links, _hot(who, one.links, x, z, permutations, seed))

    return over_links(who, formula, (values,), origins, destinations, weights)


@measure(
    label="局部G*(含自身) | Local G* of the place and its neighbours",
    unit="1",
    bounds=(None, None),
    reference=f"{_ORD_GETIS}: G* with the place itself, standardised.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    undefined=_ALONE,
    spread="各地自身的标准差 | of the places themselves",
    also=("gi_star", "local_g_star", "hot_spots"),
    parts=_HOT,
    scale_free=("values",),
)
def local_getis_ord_star(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    style: Style,
    own_weight: float = 1.0,
    permutations: int = 999,
    seed: int = 1,
) -> OverRegionsAndParts:
    r"""Tell for every place whether it and its neighbours together are high (hot, above 0) or low (cold).

    .. math:: G_i^* = \frac{\sum_j w_{ij} x_j - W_i \bar{x}}{s \sqrt{[n S_{1i} - W_i^2] / (n - 1)}}, \qquad
       W_i = \sum_j w_{ij}, \qquad S_{1i} = \sum_j w_{ij}^2, \qquad w_{ii} > 0

    :math:`x_j`: value of place *j*; :math:`w_{ij}`: weight, :math:`w_{ii}` being ``own_weight`` before the weights of a
    place are divided by their sum, and 1 with ``binary``; :math:`\bar{x}, s`: mean and standard deviation of the
    places; :math:`n`: places that have a link.

    Extremes: 0 when the place and its neighbours have the mean of all.
    Trap: the place itself is part of what is found, so that one high value alone makes a hot spot of few neighbours.
    The permutations hold its value and deal those of the others: they test the neighbours, not the place.
    Errors: as ``local_association.local_moran``; an own weight that is not above zero.
    """
    who = "local_association.local_getis_ord_star"
    finite(who, values=values)
    positive(who, "state 1, or the weight of a place itself in a kernel", own_weight=np.array(own_weight))

    def formula(links: Neighbours, values: Array) -> Array:
        one = placed(who, links, values, "binary" if style == "binary" else "given")
        with_own = one.links.with_own(own_weight).styled(style)
        n, x, sums = float(one.count), one.centred, with_own.sums
        z = _over(with_own.lag(x), (x**2).mean() * (n * _squares(with_own) - sums**2) / (n - 1))
        return _spread(links, _hot(who, one.links, x, z, permutations, seed))

    return over_links(who, formula, (values,), origins, destinations, weights)


def _lisa(
    who: str, links: Neighbours, values: Array, others: Array, style: Style, permutations: int, seed: int
) -> Array:
    """Return the parts of the local statistic for the places that have a link; one column a part."""
    first = placed(who, links, values, style)
    second = first if others is values else placed(who, links, others, style)
    z, u = first.centred / first.centred.std(), second.centred / second.centred.std()
    lag = first.links.lag(u)
    above, below = lag_tails(who, first.links, u, permutations, seed)
    greater = np.where(z > 0, above, np.where(z < 0, below, 1.0))
    less = np.where(z > 0, below, np.where(z < 0, above, 1.0))
    return _known(first.links, np.stack([z * lag, z, lag, greater, less, two_sided(greater, less)], axis=-1))


def _hot(who: str, links: Neighbours, values: Array, z: Array, permutations: int, seed: int) -> Array:
    """Return the parts of the local G: z, its normal p-value, and the p-values of the neighbours dealt anew."""
    from scipy.special import ndtr

    above, below = lag_tails(who, links, values, permutations, seed)
    return _known(links, np.stack([z, 2 * ndtr(-np.abs(z)), above, below, two_sided(above, below)], axis=-1))


def _known(links: Neighbours, parts: Array) -> Array:
    """Return parts with nan for places without neighbours."""
    return np.where((links.counts > 0)[:, None], parts, np.nan)


def _spread(links: Neighbours, found: Array) -> Array:
    """Put what was found for the places that have a link back among all places; islands are nan."""
    told = np.full((links.places, *found.shape[1:]), np.nan)
    told[~links.islands] = found
    return told


def _squares(links: Neighbours) -> Array:
    return np.asarray(np.bincount(links.origins, links.weights**2, links.places), dtype=np.float64)


def _over(part: Array, variance: Array) -> Array:
    """Divide by the root of a variance; nan where there is none, as for a place that has all others as neighbours."""
    known: NDArray[np.bool_] = variance > 1e-12 * np.abs(variance).max()
    return np.where(known, part, np.nan) / np.sqrt(np.where(known, variance, 1.0))
