"""Division of labour: likeness of structures, distance between them, and what a place or a list is specialised in."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, Cells, OverRegions, OverRegionsAndSectors, OverSectors
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_TWO = {"sector": 2}
_TWO_REASON = "with one sector every structure is the same"


@measure(
    label="产业结构相似系数 | Structural similarity (UNIDO)",
    unit="1",
    bounds=(0, 1),
    reference="Similarity coefficient that studies of regional structure ascribe to UNIDO; its first printing was "
    "looked for and not found.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("a", "b"),
    scale_free=("a", "b"),
    replicates=("sector",),
    also=("unido",),
)
def structural_similarity(a: OverSectors, b: OverSectors) -> Cells:
    r"""Likeness of the sector structures of two places.

    .. math:: S_{ab} = \frac{\sum_k a_k b_k}{\sqrt{\sum_k a_k^2 \sum_k b_k^2}}

    :math:`a_k, b_k`: amount or share of sector *k* in the two places; size cancels.

    Extremes: 1 for equal structures, 0 when no sector is in both.
    Trap: it is ruled by the largest sectors: with three sectors any two places look alike, so that the number of
    sectors belongs beside the result; likeness of sectors is not likeness of products.
    Errors: an amount that is not finite or below zero; a place with no amount.
    """
    not_negative("specialisation.structural_similarity", a=a, b=b)
    lengths = np.sqrt((a**2).sum(axis=-1)), np.sqrt((b**2).sum(axis=-1))
    positive("specialisation.structural_similarity", size_of_a=lengths[0], size_of_b=lengths[1])
    similarity: Cells = (a * b).sum(axis=-1) / (lengths[0] * lengths[1])
    return similarity


@measure(
    label="克鲁格曼专业化指数 | Krugman specialisation index",
    unit="1",
    bounds=(0, 2),
    reference="Krugman, P. (1991), Geography and Trade, MIT Press, p. 76.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("a", "b"),
    scale_free=("a", "b"),
    replicates=("sector",),
)
def krugman(a: OverSectors, b: OverSectors) -> Cells:
    r"""Distance between the sector structures of two places.

    .. math:: K_{ab} = \sum_k \left| \frac{a_k}{\sum_l a_l} - \frac{b_k}{\sum_l b_l} \right|

    :math:`a_k, b_k`: amount of sector *k* in the two places.

    Extremes: 0 for equal structures, 2 when no sector is in both.
    Trap: some authors halve it; against a group, the group may include or leave out the place itself, which changes it.
    Errors: an amount that is not finite or below zero; a place with no amount.
    """
    not_negative("specialisation.krugman", a=a, b=b)
    totals = a.sum(axis=-1, keepdims=True), b.sum(axis=-1, keepdims=True)
    positive("specialisation.krugman", total_of_a=totals[0], total_of_b=totals[1])
    distance: Cells = np.abs(a / totals[0] - b / totals[1]).sum(axis=-1)
    return distance


@measure(
    label="区位商 | Location quotient",
    unit="1",
    bounds=(0, None),
    reference="Isard, W. (1960), Methods of Regional Analysis: An Introduction to Regional Science, MIT Press; formula "
    "as in the manual of the R package REAT 3.0.3, locq.",
    tested="peer",
    least={"place": 2, "sector": 2},
    least_reason="one place is its own reference, and one sector has every share",
    scale_free=("amounts",),
    also=("lq", "balassa"),
)
def location_quotient(amounts: OverRegionsAndSectors) -> OverRegionsAndSectors:
    r"""Share of a sector in a place, relative to its share in all places together.

    .. math:: LQ_{ik} = \frac{x_{ik} / \sum_l x_{il}}{\sum_j x_{jk} / \sum_{j,l} x_{jl}}

    :math:`x_{ik}`: amount of sector *k* in place *i*.

    Extremes: 0 when the sector is absent, 1 when the place holds exactly its part; no fixed upper limit.
    Trap: the reference is the sum of the places given, so that a nation stands in the table as one more place (the
    rest); a small place reaches a high quotient with one firm.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount at all.
    """
    not_negative("specialisation.location_quotient", amounts=amounts)
    places, sectors = amounts.sum(axis=-1, keepdims=True), amounts.sum(axis=-2, keepdims=True)
    positive("specialisation.location_quotient", total_of_place=places, total_of_sector=sectors)
    quotient: OverRegionsAndSectors = amounts / places / (sectors / sectors.sum(axis=-1, keepdims=True))
    return quotient


@measure(
    label="赫芬达尔指数 | Herfindahl index",
    unit="1",
    bounds=(0, 1),
    reference="Definition (sum of squared shares), named after O. C. Herfindahl and A. O. Hirschman; formula as in the "
    "manual of the R package REAT 3.0.3, herf.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("amounts",),
    also=("hhi",),
)
def herfindahl(amounts: OverSectors) -> Cells:
    r"""Concentration of a total on few of its parts.

    .. math:: H = \sum_k s_k^2, \qquad s_k = \frac{x_k}{\sum_l x_l}

    :math:`x_k`: amount of sector (port, firm) *k*.

    Extremes: 1 / *n* when all *n* parts are equal, 1 when one has everything.
    Trap: the lower end depends on the number of parts, so that lists of different length are not compared; tonnes and
    boxes of the same ports give different results.
    Errors: an amount that is not finite or below zero; all amounts zero.
    """
    not_negative("specialisation.herfindahl", amounts=amounts)
    total = amounts.sum(axis=-1, keepdims=True)
    positive("specialisation.herfindahl", total_of_amounts=total)
    concentration: Cells = ((amounts / total) ** 2).sum(axis=-1)
    return concentration


@measure(
    label="产业结构相似系数矩阵 | Structural similarity of all pairs of places (UNIDO)",
    unit="1",
    bounds=(0, 1),
    reference="specialisation.structural_similarity for every two places of a table.",
    tested="by hand",
    least={"place": 2, "sector": 2},
    least_reason=_TWO_REASON,
    scale_free=("amounts",),
    replicates=("sector",),
    also=("similarity_matrix", "unido_matrix"),
)
def structural_similarities(amounts: OverRegionsAndSectors) -> BetweenRegions:
    r"""Likeness of the sector structures of every two places.

    .. math:: S_{ij} = \frac{\sum_k x_{ik} x_{jk}}{\sqrt{\sum_k x_{ik}^2 \sum_k x_{jk}^2}}

    :math:`x_{ik}`: amount or share of sector *k* in place *i*; size cancels.

    Extremes: 1 for equal structures, as of a place with itself; 0 when no sector is in both.
    Trap: it is ruled by the largest sectors, and with few sectors any two places look alike; a mean over the matrix
    leaves out the diagonal, or it is too high.
    Errors: an amount that is not finite or below zero; a place with no amount.
    """
    not_negative("specialisation.structural_similarities", amounts=amounts)
    lengths = np.sqrt((amounts**2).sum(axis=-1, keepdims=True))
    positive("specialisation.structural_similarities", size_of_place=lengths)
    directions = amounts / lengths
    similarities: BetweenRegions = np.minimum(directions @ np.swapaxes(directions, -1, -2), 1)
    return similarities


@measure(
    label="克鲁格曼专业化指数矩阵 | Krugman index of all pairs of places",
    unit="1",
    bounds=(0, 2),
    reference="Krugman, P. (1991), Geography and Trade, MIT Press; for every two places of a table.",
    tested="by hand",
    least={"place": 2, "sector": 2},
    least_reason=_TWO_REASON,
    scale_free=("amounts",),
    replicates=("sector",),
    also=("krugman_matrix",),
)
def krugman_distances(amounts: OverRegionsAndSectors) -> BetweenRegions:
    r"""Distance between the sector structures of every two places.

    .. math:: K_{ij} = \sum_k \left| s_{ik} - s_{jk} \right|, \qquad s_{ik} = \frac{x_{ik}}{\sum_l x_{il}}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`s_{ik}`: its share in the place.

    Extremes: 0 for equal structures, as of a place with itself; 2 when no sector is in both.
    Trap: some authors halve it; the finer the sectors are drawn, the larger it is.
    Errors: an amount that is not finite or below zero; a place with no amount.
    """
    from scipy.spatial.distance import cdist

    shares = _structures("specialisation.krugman_distances", amounts)
    return each(lambda table: cdist(table, table, "cityblock"), (shares, 2))


@measure(
    label="对区域的克鲁格曼专业化指数 | Krugman index of each place against its region",
    unit="1",
    bounds=(0, 2),
    reference="Krugman, P. (1991), Geography and Trade, MIT Press; against the mean of others as in the R package REAT "
    "3.0.3, krugman.spec2, after Farhauer, O. and Kröll, A. (2013), Standorttheorien.",
    tested="peer",
    least={"place": 2, "sector": 2},
    least_reason="one place has no other to be held against, and with one sector every structure is the same",
    scale_free=("amounts",),
    also=("krugman_region",),
)
def krugman_against_region(
    amounts: OverRegionsAndSectors, *, reference: Literal["mean_of_others", "sum_of_others", "all"] = "mean_of_others"
) -> OverRegions:
    r"""Distance between the sector structure of each place and that of the region around it.

    .. math:: K_i = \sum_k \left| s_{ik} - r_{ik} \right|, \qquad s_{ik} = \frac{x_{ik}}{\sum_l x_{il}}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`r_{ik}`: share of the sector in the ``reference``: the
    plain mean of the shares of the other places (``mean_of_others``), their amounts together (``sum_of_others``), or
    the amounts of the whole region with the place itself (``all``).

    Extremes: 0 for a place like its region, 2 when no sector of it is elsewhere; below 2 against ``all``.
    Trap: all three references are in use and rarely named; against ``all`` a large place is near to itself.
    Errors: an amount that is not finite or below zero; a place with no amount; a single place.
    """
    shares = _structures("specialisation.krugman_against_region", amounts)
    places = amounts.shape[-2]
    if places < 2:
        who, ways = "specialisation.krugman_against_region", ("name a second place",)
        raise MeasureRefusal(who, "there is one place", why="there is no other to be held against", ways=ways)
    if reference == "mean_of_others":
        region = (shares.sum(axis=-2, keepdims=True) - shares) / (places - 1)
    else:
        region = amounts.sum(axis=-2, keepdims=True) - (amounts if reference == "sum_of_others" else 0)
        region = region / region.sum(axis=-1, keepdims=True)
    distances: OverRegions = np.abs(shares - region).sum(axis=-1)
    return distances


@measure(
    label="结构变动度 | Structural change",
    unit="1",
    bounds=(0, 1),
    reference="Norm of absolute values, called index of Michaely (1962) or Stoikov (1966), with the factor one half.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("earlier", "later"),
    scale_free=("earlier", "later"),
    replicates=("sector",),
    also=("michaely", "norm_of_absolute_values"),
)
def structural_change(earlier: OverSectors, later: OverSectors) -> Cells:
    r"""Share of a whole that has moved from some sectors to others between two years.

    .. math:: C = \frac{1}{2} \sum_k \left| \frac{y_k}{\sum_l y_l} - \frac{x_k}{\sum_l x_l} \right|

    :math:`x_k, y_k`: earlier and later amount of sector *k*.

    Extremes: 0 when no share has moved, 1 when no sector of the first year is left.
    Trap: moves inside a sector are not seen, so it grows with the number of sectors; at current prices a change of
    prices counts too, and two steps may add up to more than the whole way.
    Errors: an amount that is not finite or below zero; a year with no amount.
    """
    not_negative("specialisation.structural_change", earlier=earlier, later=later)
    totals = earlier.sum(axis=-1, keepdims=True), later.sum(axis=-1, keepdims=True)
    positive("specialisation.structural_change", total_of_earlier=totals[0], total_of_later=totals[1])
    moved: Cells = np.abs(later / totals[1] - earlier / totals[0]).sum(axis=-1) / 2
    return moved


def _structures(who: str, amounts: Array) -> Array:
    """Return the share of every sector in its place."""
    not_negative(who, amounts=amounts)
    totals = amounts.sum(axis=-1, keepdims=True)
    positive(who, total_of_place=totals)
    shares: Array = amounts / totals
    return shares
