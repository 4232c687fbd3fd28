"""Division of labour: likeness of structures, distance between them, and concentration of sectors."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Cells, OverRegionsAndSectors, OverSectors
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
    also=("lq",),
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
