"""Spatial Markov: whether places move between classes otherwise among poor neighbours than among rich ones.

Every move is counted in the table of the class of its neighbours, which is a quantile of the mean of the neighbours,
by their weights, in the period in which the move starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Protocol, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, OverParts, OverRegionsAndPeriods, Whole
from xietong.measures.markov import EIGHT, FEW, NO_TEST, TESTED, judged
from xietong.measures.measure import measure
from xietong.measures.neighbours import Neighbours, OverLinks, PlacesOfLinks
from xietong.measures.transitions import (
    Quantiles,
    alike,
    among_neighbours,
    panel,
    quantile_classes,
    row_shares,
    tallied,
)  # fmt: skip

OverLags: TypeAlias = Annotated[Array, Axes(("lag", "class", "class"))]
OverLagsAndParts: TypeAlias = Annotated[Array, Axes(("lag", "part"))]

_REY = (
    "Rey, S. J. (2001), Spatial Empirics for Economic Growth and Convergence, Geographical Analysis 33(3): 195-214; as "
    "Spatial_Markov in the Python package giddy"
)
_KANG = (
    "Rey, S. J., Kang, W. and Wolf, L. (2016), The Properties of Tests for Spatial Effects in Discrete Markov Chain "
    "Models of Regional Income Distribution Dynamics, Journal of Geographical Systems 18(4): 377-398"
)
_CLOSE = 1e-9


@measure(
    label="空间马尔可夫转移次数 | Spatial Markov moves",
    unit="1",
    bounds=(0, None),
    reference=f"{_REY}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    scale_free=("values", "weights"),
    also=("spatial_markov_counts",),
)
def lag_counts(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    classes: int = 5, lag_classes: int = 5, quantiles: Quantiles = "pooled", relative: bool = False,
) -> OverLags:  # fmt: skip
    r"""Count moves between classes in one table for each class of the neighbours.

    .. math:: n_{ab}^m = \#\{(i, t) : c_{it} = a,\; c_{i,t+1} = b,\; d_{it} = m\}

    :math:`c_{it}`: class of place *i* in period *t*; :math:`d_{it}`: class of the weighted mean of its neighbours, both
    by quantiles as in markov.quantile_class.

    Extremes: the tables add up to markov.transition_counts.
    Trap: rich places have rich neighbours, so that tables fill unevenly and rows at the edges rest on few moves.
    Errors: those of markov.quantile_class and of the links; a place without neighbours.
    """
    who = "spatial_markov.lag_counts"
    return _over(who, _tables, values, (origins, destinations, weights), classes, lag_classes, quantiles, relative)


@measure(
    label="空间马尔可夫转移概率 | Spatial Markov probabilities",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REY}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined="没有转移的行为空 | nan in a row without moves",
    scale_free=("values", "weights"),
    also=("spatial_markov",),
)
def lag_probabilities(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    classes: int = 5, lag_classes: int = 5, quantiles: Quantiles = "pooled", relative: bool = False,
) -> OverLags:  # fmt: skip
    r"""Share of the moves from each class that lead to each class, for each class of the neighbours.

    .. math:: p_{ab}^m = \frac{n_{ab}^m}{\sum_c n_{ac}^m}

    :math:`n_{ab}^m`: see spatial_markov.lag_counts.

    Extremes: the same table for all classes of the neighbours when they do not matter.
    Trap: differences between the tables are what is looked for and also what few moves give by chance; see
    spatial_markov.lag_significance. It shows who moves where, not that neighbours are the cause.
    Errors: those of spatial_markov.lag_counts.
    """
    who = "spatial_markov.lag_probabilities"
    links = (origins, destinations, weights)
    return row_shares(_over(who, _tables, values, links, classes, lag_classes, quantiles, relative))


@measure(
    label="空间马尔可夫同质性检验 | Spatial Markov test of homogeneity",
    unit="1",
    bounds=(0, None),
    reference=f"{_KANG}; as Spatial_Markov.LR and Q in the Python package giddy.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined=NO_TEST,
    parts=TESTED,
    scale_free=("values", "weights"),
    also=("spatial_markov_test",),
)
def lag_homogeneity(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    classes: int = 5, lag_classes: int = 5, quantiles: Quantiles = "pooled", relative: bool = False,
) -> OverParts:  # fmt: skip
    r"""Test whether the tables of all classes of the neighbours come from one set of probabilities.

    .. math:: LR = 2 \sum_m \sum_{ab} n_{ab}^m \ln \frac{p_{ab}^m}{p_{ab}}

    :math:`n_{ab}^m, p_{ab}^m`: see spatial_markov.lag_counts and lag_probabilities; :math:`p_{ab}`: of all tables.

    Extremes: 0 when all tables have the same shares.
    Trap: places and years are not independent, so that p is too small; spatial_markov.lag_significance draws places
    anew instead.
    Errors: those of spatial_markov.lag_counts.
    """
    who, links = "spatial_markov.lag_homogeneity", (origins, destinations, weights)
    return judged(_over(who, _tables, values, links, classes, lag_classes, quantiles, relative))


@measure(
    label="各邻域等级的检验 | Test of each class of neighbours",
    unit="1",
    bounds=(0, None),
    reference=f"{_KANG}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    undefined=NO_TEST,
    parts=TESTED,
    scale_free=("values", "weights"),
)
def lag_conditional(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    classes: int = 5, lag_classes: int = 5, quantiles: Quantiles = "pooled", relative: bool = False,
) -> OverLagsAndParts:  # fmt: skip
    r"""Test the table of each class of the neighbours against all others together.

    .. math:: Q_m = \sum_{s \in \{m, -m\}} \sum_{ab} n_a^s \frac{(p_{ab}^s - p_{ab})^2}{p_{ab}}

    :math:`n^m`: table of class *m*; :math:`n^{-m}`: sum of the other tables; :math:`p`: shares, of one or of both.

    Extremes: 0 when a table has the shares of the others.
    Trap: giddy holds a table against the sum that it is part of and takes :math:`(k-1)^2` degrees of freedom, where a
    table of *k* rows has :math:`k (k-1)`: its statistic is smaller and its p wrong. As many tests are made as there are
    classes: the smallest p of five is below 0.05 more often than not expected.
    Errors: those of spatial_markov.lag_counts.
    """
    who, links = "spatial_markov.lag_conditional", (origins, destinations, weights)
    tables = _over(who, _tables, values, links, classes, lag_classes, quantiles, relative)
    return judged(np.stack([tables, tables.sum(axis=-3, keepdims=True) - tables], axis=-3))


@measure(
    label="空间马尔可夫置换检验 | Spatial Markov permutation test",
    unit="1",
    bounds=(0, None),
    reference=f"{_REY}, permutations of its parameter of that name; {_KANG}.",
    tested="peer",
    least=EIGHT,
    least_reason=FEW,
    parts=(
        "似然比 | likelihood ratio", "似然比的伪p值 | pseudo p of the likelihood ratio", "卡方 | chi-squared",
        "卡方的伪p值 | pseudo p of chi-squared",
    ),
    scale_free=("values", "weights"),
    also=("spatial_markov_permutation",),
)  # fmt: skip
def lag_significance(
    values: OverRegionsAndPeriods, origins: PlacesOfLinks, destinations: PlacesOfLinks, weights: OverLinks, *,
    classes: int = 5, lag_classes: int = 5, quantiles: Quantiles = "pooled", relative: bool = False,
    permutations: int = 99, seed: int = 1,
) -> OverParts:  # fmt: skip
    r"""How often places that are put anywhere on the map, each with its own history, differ as much by neighbours.

    .. math:: p = \frac{1 + \#\{r : LR_r \ge LR\}}{1 + R}

    :math:`LR_r`: likelihood ratio of spatial_markov.lag_homogeneity after the *r*-th of *R* random exchanges of the
    histories of places; in the same way for chi-squared.

    Extremes: p is never below 1 / (1 + R).
    Trap: what is held against is a map without any order; on any real map neighbours are alike, and a small p says so
    before it says that they matter for moves.
    Errors: those of spatial_markov.lag_counts; fewer than 19 permutations.
    """
    who, links = "spatial_markov.lag_significance", (origins, destinations, weights)
    if permutations < 19:
        why = "with fewer the p-value cannot fall to 0.05"
        raise MeasureRefusal(who, f"permutations is {permutations}", why=why, ways=("state 99 or 999",))

    def inferred(near: Neighbours, panel: Array, own: Whole, k: int, m: int, quantiles: Quantiles) -> Array:
        order = _drawn(len(own), permutations, seed)
        found = np.array([alike(_tables(near, panel[one], own[one], k, m, quantiles))[:2] for one in order])
        reached = (found[1:] >= found[0] * (1 - _CLOSE)).sum(axis=0)
        return np.stack([found[0], (1 + reached) / (1 + permutations)], axis=-1).ravel()

    return _over(who, inferred, values, links, classes, lag_classes, quantiles, relative)


class _Formula(Protocol):
    """What is computed from neighbours, a panel, its classes, how many of them and of the neighbours, and quantiles."""

    def __call__(self, near: Neighbours, panel: Array, own: Whole, k: int, m: int, quantiles: Quantiles, /) -> Array:
        """Return the result for one panel."""
        ...


def _drawn(places: int, permutations: int, seed: int) -> Iterator[Whole]:
    """Yield the places as they are, then in random orders."""
    generator = np.random.default_rng(seed)
    yield np.arange(places)
    for _ in range(permutations):
        yield generator.permutation(places)


def _tables(near: Neighbours, panel: Array, own: Whole, k: int, m: int, quantiles: Quantiles) -> Array:
    """Return the table of moves between *k* classes for each of *m* classes of the neighbours."""
    around = quantile_classes(near.matrix() @ panel, m, quantiles)
    return tallied(own[:, :-1], own[:, 1:], (m, k, k), around[:, :-1])


def _over(
    who: str,
    formula: _Formula,
    values: Array,
    links: tuple[Whole, Whole, Array],
    classes: int,
    lag_classes: int,
    quantiles: Quantiles,
    relative: bool,
) -> Array:
    """Call a formula on neighbours, the panel, its classes, and the choices, for every position in front."""
    panel(who, values, lag_classes)
    given = panel(who, values, classes, relative)

    def one(near: Neighbours, values: Array) -> Array:
        own = quantile_classes(values, classes, quantiles)
        return formula(near, values, own, classes, lag_classes, quantiles)

    return among_neighbours(who, one, given, *links)
