r"""Inequality and neighbourhood: how much of a Gini coefficient lies between places that are no neighbours."""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverParts, OverRegions
from xietong.measures.inequality import gini
from xietong.measures.measure import measure, misuse
from xietong.measures.neighbours import Neighbours, OverLinks, PlacesOfLinks, over_links
from xietong.measures.preconditions import fractions, not_negative, positive
from xietong.measures.rearrangements import rearranged

__all__ = ["gini_times_share", "spatial_gini"]

_ALIKE = 1e-14


@measure(
    label="空间基尼系数 | Spatial Gini coefficient",
    unit="1",
    bounds=(None, None),
    reference="Rey, S. J. and Smith, R. J. (2013), A Spatial Decomposition of the Gini Coefficient, Letters in Spatial "
    "and Resource Sciences 6(2): 55-70, formulas (5) and (6) as cited by the R package lctools; the paper itself was "
    "not seen.",
    tested="peer",
    least={"place": 8},
    least_reason="few places can be arranged in so few ways that hardly any p-value is small",
    spread="置换样本，除数为次数减1；全排列时为次数 | of the permutations, divisor their number less 1 unless all",
    also=("gini_spatial",),
    parts=(
        "基尼系数 | Gini coefficient",
        "邻居之间的部分 | part between neighbours",
        "非邻居之间的部分 | part between others",
        "非邻居部分的份额 | share of the part between others",
        "份额的置换均值 | mean of the share, permutations",
        "份额的置换标准差 | standard deviation of the share, permutations",
        "p值(份额不低于) | p-value, share as high",
        "p值(份额不高于) | p-value, share as low",
        "双侧p值 | two-sided p-value",
        "孤岛数(其各对均为非邻居) | islands: places without neighbours, all of whose pairs are others",
    ),
    scale_free=("values",),
)
def spatial_gini(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    permutations: int = 999,
    seed: int = 1,
) -> OverParts:
    r"""Divide a Gini coefficient into pairs of neighbours and all other pairs, and tell whether the division is chance.

    .. math:: G = \underbrace{\frac{\sum_{i,j} w_{ij} |x_i - x_j|}{2 n^2 \bar{x}}}_{G_n} + \underbrace{
       \frac{\sum_{i,j} (1 - w_{ij}) |x_i - x_j|}{2 n^2 \bar{x}}}_{G_o}, \qquad s = \frac{G_o}{G}

    :math:`x_i`: value of place *i*; :math:`w_{ij}`: 1 for neighbours, 0 for others, or between; :math:`n`: number of
    places; :math:`\bar{x}`: their mean. Values are moved about among the places: :math:`G` stays, :math:`s` changes.

    Extremes: the share is 1 when all neighbours have one value; it is large wherever few pairs are neighbours.
    Trap: the share says nothing without what chance gives: with few neighbours 0.9 is nothing. A share above it says
    that neighbours are alike. PySAL prints G times the share under the name of the share.
    Errors: a value that is not finite or below zero; weights that are not between 0 and 1; values that are all alike; a
    link named twice, of a place to itself, or to a place that does not exist; permutations that are neither 0 nor 99
    or more; 0 with more than nine places.
    """
    who = "spatial_inequality.spatial_gini"
    not_negative(who, values=values)
    fractions(who, "state 1 for neighbours", weights=weights)
    positive(who, mean_of_values=np.asarray(values).mean(axis=-1) if values.size else values)

    def formula(links: Neighbours, values: Array) -> Array:
        whole = float(gini(values, np.ones(len(values))))
        if whole <= _ALIKE:
            raise MeasureRefusal(who, "values are all alike", ways=("say that there is no inequality to divide",))
        scale = 2 * len(values) ** 2 * values.mean()

        def share(rows: Array) -> Array:
            apart = np.abs(rows[:, links.origins] - rows[:, links.others])
            return np.asarray(1 - apart @ links.weights / (scale * whole))

        observed, tails = rearranged(who, values, share, permutations, seed)
        parts = [whole, whole * (1 - observed), whole * observed, observed]
        return np.array([*parts, *tails.parts, float(links.islands.sum())])

    return over_links(who, formula, (values,), origins, destinations, weights)


@misuse(
    spatial_gini,
    label="份额误乘基尼系数 | The share multiplied by the coefficient",
    seen="Python package inequality 1.1.2 (PySAL), Gini_Spatial.wcg_share: the part between others over twice the "
    "squared number of places times their mean, which is no share of G",
)
def gini_times_share(
    values: OverRegions,
    origins: PlacesOfLinks,
    destinations: PlacesOfLinks,
    weights: OverLinks,
    *,
    permutations: int = 999,
    seed: int = 1,
) -> OverParts:
    """Print the part between others where its share is meant."""
    told = spatial_gini(values, origins, destinations, weights, permutations=permutations, seed=seed).copy()
    told[..., 3] = told[..., 2]
    return told
