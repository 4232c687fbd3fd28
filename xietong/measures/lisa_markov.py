"""LISA Markov: how places move between the quadrants of Moran's scatterplot, high or low among high or low neighbours.

Quadrants are numbered as in the literature: high among high, low among high, low among low, high among low.  High is
above the mean of the places in that period; neighbours are high when their weighted mean is.  A value at the mean is
low.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenClasses, OverParts, OverRegionsAndPeriods, Whole
from xietong.measures.conditional import lag_tails
from xietong.measures.markov import EIGHT, FEW
from xietong.measures.measure import measure
from xietong.measures.neighbours import Neighbours, OverLinks, PlacesOfLinks
from xietong.measures.transitions import among_neighbours, panel, row_shares, tallied, tested

SignificantMoves: TypeAlias = Annotated[Array, Axes(("class", "class", "part"))]
Inference: TypeAlias = Literal["counted", "moments"]

_REY = (
    "Rey, S. J. (2001), Spatial Empirics for Economic Growth and Convergence, Geographical Analysis 33(3): 195-214; as "
    "LISA_Markov in the Python package giddy"
)
_ANSELIN = "Anselin, L. (1995), Local Indicators of Spatial Association: LISA, Geographical Analysis 27(2): 93-115"
_QUADRANTS = (
    "高-高 | high among high", "低-高 | low among high", "低-低 | low among low", "高-低 | high among low",
)  # fmt: skip
_HIGH = np.array([1, 0, 0, 1])
_AMONG_HIGH = np.array([1, 1, 0, 0])
_CLOSE = 1e-12


@measure(
    label="莫兰散点象限 | Quadrants of Moran's scatterplot",
    unit="1",
    bounds=(0, 3),
    reference=f"{_ANSELIN}; numbered as in the Python package esda, Moran_Local.q, less 1.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    classes=_QUADRANTS,
    scale_free=("values", "weights"),
)
def scatter_quadrants(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks
) -> OverRegionsAndPeriods:
    r"""Quadrant of every place in every period: high or low among neighbours that are high or low.

    .. math:: q_{it} = \left( [z_{it} > 0],\; [\textstyle\sum_j w_{ij} z_{jt} > 0] \right), \qquad z_{it} = x_{it} -
       \bar{x}_t

    :math:`x_{it}`: value of place *i* in period *t*; :math:`\bar{x}_t`: mean of the places; :math:`w_{ij}`: weights,
    which add up to 1 over the neighbours of a place.

    Extremes: half of the places of an evenly spread distribution are high; a few very rich ones leave most of them low.
    Trap: a quadrant says nothing of significance, see lisa_markov.local_significance.
    Errors: a value that is not finite; links that are wrong; a place without neighbours.
    """
    who = "lisa_markov.scatter_quadrants"
    links = (origins, destinations, weights)
    return among_neighbours(
        who, lambda near, panel: _quadrants(near, panel).astype(np.float64), panel(who, values, 2), *links
    )


@measure(
    label="象限转移次数 | Moves between quadrants",
    unit="1",
    bounds=(0, None),
    reference=f"{_REY}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    scale_free=("values", "weights"),
    also=("lisa_markov_counts",),
)
def quadrant_counts(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks
) -> BetweenClasses:
    r"""Count moves from each quadrant (rows) to each quadrant of the next period (columns).

    .. math:: n_{ab} = \#\{(i, t) : q_{it} = a,\; q_{i,t+1} = b\}

    :math:`q_{it}`: see lisa_markov.scatter_quadrants; in the order high among high, low among high, low among low,
    high among low.

    Extremes: all on the diagonal when nothing moves.
    Trap: a place changes its quadrant without moving itself when its neighbours do.
    Errors: those of lisa_markov.scatter_quadrants.
    """
    return _counted("lisa_markov.quadrant_counts", values, (origins, destinations, weights))


@measure(
    label="LISA马尔可夫转移概率 | LISA Markov probabilities",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REY}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined="无人到过的象限整行为空 | a row of nan for a quadrant that nobody was in before the last period",
    scale_free=("values", "weights"),
    also=("lisa_markov",),
)
def quadrant_probabilities(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks
) -> BetweenClasses:
    r"""Share of the moves from each quadrant (rows) that lead to each quadrant of the next period (columns).

    .. math:: p_{ab} = \frac{n_{ab}}{\sum_c n_{ac}}

    :math:`n_{ab}`: see lisa_markov.quadrant_counts.

    Extremes: 1 on the diagonal when nothing moves.
    Trap: quadrants of places whose neighbours are near the mean flicker; see lisa_markov.significant_moves.
    Errors: those of lisa_markov.scatter_quadrants.
    """
    return row_shares(_counted("lisa_markov.quadrant_probabilities", values, (origins, destinations, weights)))


@measure(
    label="自身与邻域转移独立性检验 | Test whether places and their neighbours move independently",
    unit="1",
    bounds=(0, None),
    reference=f"{_REY}; the hypothesis of its chi_2, computed from the chains over time and with the degrees of "
    "freedom of what is estimated.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined="自由度为零时无p值 | no p without a degree of freedom",
    parts=("卡方 | chi-squared", "p值 | p", "自由度 | degrees of freedom"),
    scale_free=("values", "weights"),
    also=("lisa_markov_test",),
)
def independence(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks
) -> OverParts:
    r"""Hold moves between quadrants against what places and their neighbours give if each moves by its own chain.

    .. math:: Q = \sum_{ab} \frac{(n_{ab} - n_a p_{ab}^0)^2}{n_a p_{ab}^0}, \qquad
       p_{ab}^0 = p^{own}_{h(a) h(b)} \, p^{lag}_{l(a) l(b)}

    :math:`n_{ab}`: moves between quadrants; :math:`h, l`: whether the place and its neighbours are high in a quadrant;
    :math:`p^{own}, p^{lag}`: shares of the moves of places, and of their neighbours, between low and high.

    Extremes: 0 when the table of quadrants is exactly the product of the two.
    Trap: four rows of four shares are twelve free numbers, of which the two chains fix four: 8 degrees of freedom, not
    the 9 of giddy 2.3.8, whose chains moreover run from place to place and not from year to year.
    Errors: those of lisa_markov.scatter_quadrants.
    """
    counts = _counted("lisa_markov.independence", values, (origins, destinations, weights))
    own, lag = (row_shares(_merged(counts, high)) for high in (_HIGH, _AMONG_HIGH))
    product = own[..., _HIGH[:, None], _HIGH] * lag[..., _AMONG_HIGH[:, None], _AMONG_HIGH]
    expected = np.nan_to_num(product) * counts.sum(axis=-1, keepdims=True)
    there = expected > 0
    squared = np.where(there, (counts - expected) ** 2 / np.where(there, expected, 1), 0).sum(axis=(-2, -1))
    estimated = sum((np.nan_to_num(one) > 0).sum(axis=(-2, -1)) - (one[..., 0] >= 0).sum(axis=-1) for one in (own, lag))
    rows = counts.sum(axis=-1) > 0
    freedom = np.maximum((there.sum(axis=-1) - 1).clip(0).sum(axis=-1, where=rows) - estimated, 0).astype(np.float64)
    return np.stack([squared, tested(squared, freedom), freedom], axis=-1)


@measure(
    label="逐期局部莫兰p值 | Local Moran's p of every period",
    unit="1",
    bounds=(0, 1),
    reference=f"{_ANSELIN}; its moments in the manner of p_z_sim of the Python package esda, Moran_Local, without the "
    "sampling.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    scale_free=("values", "weights"),
)
def local_significance(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    permutations: int = 99, seed: int = 1, p: Inference = "counted",
) -> OverRegionsAndPeriods:  # fmt: skip
    r"""How likely neighbours dealt from all other places are to be as like, or as unlike, a place as its own are.

    .. math:: p_{it} = \frac{1 + \min(\#\{r : L_r \ge L_{it}\}, \#\{r : L_r \le L_{it}\})}{1 + R} \text{ or }
       \Phi\!\left( -\frac{|L_{it} - \mu_{it}|}{\sigma_{it}} \right), \qquad L_{it} = \sum_j w_{ij} z_{jt}

    :math:`z`: values less their mean; :math:`L_r`: the same with neighbours dealt without replacement in the *r*-th of
    *R* draws, all possible ones when ``permutations`` is 0; :math:`\mu, \sigma`: mean and standard deviation over all
    possible draws, exactly (``moments``, which draws nothing; giddy estimates both from its draws).

    Extremes: never below 1 / (1 + R) when counted; 1 where every draw is alike.
    Trap: p is one-sided; as many tests are made as there are places and periods. Counted, all places with as many
    neighbours share the draws, as good for each alone and dependent on each other.
    Errors: those of lisa_markov.scatter_quadrants; 1 to 98 permutations, or all where they are more than a million.
    """
    who = "lisa_markov.local_significance"

    def one(near: Neighbours, values: Array) -> Array:
        return _local(who, near, values, permutations, seed, p)

    return among_neighbours(who, one, panel(who, values, 2), origins, destinations, weights)


@measure(
    label="显著的象限转移 | Significant moves between quadrants",
    unit="1",
    bounds=(0, None),
    reference=f"{_REY}, its significant_moves.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    parts=("前后均显著 | both", "仅起点显著 | start only", "仅终点显著 | end only", "均不显著 | neither"),
    scale_free=("values", "weights"),
)
def significant_moves(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    permutations: int = 99, seed: int = 1, p: Inference = "counted", level: float = 0.05,
) -> SignificantMoves:  # fmt: skip
    r"""Count moves between quadrants by whether the place was significant before, after, both, or never.

    .. math:: n_{ab}^{s} = \#\{(i, t) : q_{it} = a,\; q_{i,t+1} = b,\;
       ([p_{it} \le \alpha], [p_{i,t+1} \le \alpha]) = s\}

    :math:`q_{it}, p_{it}`: see lisa_markov.scatter_quadrants and local_significance; :math:`\alpha`: ``level``.

    Extremes: the four parts add up to lisa_markov.quadrant_counts.
    Trap: of places without any order 5 of 100 on either side are significant too; nothing is corrected for many tests.
    Errors: those of lisa_markov.local_significance; a level that is not between 0 and 1.
    """
    who = "lisa_markov.significant_moves"
    if not 0 < level < 1:
        raise MeasureRefusal(who, f"level is {level:g}", ways=("state a share between 0 and 1; 0.05 is usual",))

    def one(near: Neighbours, values: Array) -> Array:
        found = _quadrants(near, values)
        plain = (_local(who, near, values, permutations, seed, p) > level).astype(np.int64)
        state = 2 * plain[:, :-1] + plain[:, 1:]
        return np.moveaxis(tallied(found[:, :-1], found[:, 1:], (4, 4, 4), state), 0, -1)

    return among_neighbours(who, one, panel(who, values, 2), origins, destinations, weights)


def _merged(counts: Array, high: Whole) -> Array:
    """Return a table of moves between low and high: rows and columns of quadrants added up."""
    member = np.stack([high == 0, high]).astype(np.float64)
    return np.asarray(member @ counts @ member.T)


def _counted(who: str, values: Array, links: tuple[Whole, Whole, Array]) -> Array:
    def one(near: Neighbours, values: Array) -> Array:
        found = _quadrants(near, values)
        return tallied(found[:, :-1], found[:, 1:], (4, 4))

    return among_neighbours(who, one, panel(who, values, 2), *links)


def _quadrants(near: Neighbours, values: Array) -> Whole:
    moved = values - values.mean(axis=0)
    high, among_high = moved > 0, near.matrix() @ moved > 0
    return np.where(among_high, np.where(high, 0, 1), np.where(high, 3, 2)).astype(np.int64)


def _local(who: str, near: Neighbours, values: Array, permutations: int, seed: int, p: Inference) -> Array:
    """Return the p-value of every place in every period."""
    if p == "moments":
        return _by_moments(near, values - values.mean(axis=0))
    tails = [lag_tails(who, near, one, permutations, seed) for one in values.T]
    return np.stack([np.minimum(high, low) for high, low in tails], axis=-1)


def _by_moments(near: Neighbours, moved: Array) -> Array:
    """Return p-values by the normal distribution with the moments of all ways to deal the other values."""
    from scipy.special import ndtr

    others = len(moved) - 1
    mean = -moved / others
    variance = np.maximum(((moved**2).sum(axis=0) - moved**2) / others - mean**2, 0)
    squares = np.bincount(near.origins, near.weights**2, near.places)[:, None]
    spread = np.sqrt(variance * np.maximum(squares * others - 1, 0) / (others - 1))
    there = spread > _CLOSE * np.abs(moved).max(axis=0)
    apart = np.abs(near.matrix() @ moved - mean) / np.where(there, spread, 1)
    return np.where(there, ndtr(-apart), 1.0)
