"""Concentration: how unlike the whole a place or a sector is spread, and on how few a total rests.

A place is *specialised* when its sectors are unlike those of the whole; a sector is *concentrated* (localised) when its
places are.  The two are one formula read along the other axis.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverRegions, OverRegionsAndSectors, OverSectors
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_FARHAUER = (
    "after Farhauer, O. and Kröll, A. (2013), Standorttheorien: Regional- und Stadtökonomik in Theorie und Praxis"
)
_HOOVER = (
    "Hoover, E. M. (1936), The Measurement of Industrial Localization, The Review of Economics and Statistics 18: "
    "162-171"
)
_SECTORS, _PLACES = {"sector": 2}, {"place": 2}
_ONE_SECTOR, _ONE_PLACE = "with one sector every structure is the same", "one place holds every sector alone"
_WHOLE = "read the cell again in the source, or leave a label that has nothing out by name and with a reason"


@measure(
    label="专业化基尼系数 | Gini coefficient of specialisation",
    unit="1",
    bounds=(0, 1),
    reference=f"R package REAT 3.0.3, gini.spec, {_FARHAUER}.",
    tested="peer",
    least=_SECTORS,
    least_reason=_ONE_SECTOR,
    scale_free=("place", "whole"),
    replicates=("sector",),
    also=("gini_spec",),
)
def gini_of_specialisation(place: OverSectors, whole: OverSectors) -> Cells:
    r"""Inequality of the location quotients of a place over its sectors.

    .. math:: G = \frac{2}{n^2 \bar{R}} \sum_{r=1}^{n} r\,(R_r - \bar{R}), \qquad
       R_k = \frac{x_k / \sum_l x_l}{w_k / \sum_l w_l}

    :math:`x_k, w_k`: amount of sector *k* in the place and in the whole; :math:`R_r`: location quotient on rank *r*,
    from the lowest; :math:`\bar{R}`: plain mean; :math:`n`: number of sectors.

    Extremes: 0 for a place like the whole; 1 - 1 / *n* when it has one sector alone.
    Trap: every sector counts the same, so that a tiny one with a great quotient rules it; it cannot reach 1.
    Errors: an amount that is not finite or below zero; a place with no amount; a sector that the whole has not.
    """
    return _gini_of_quotients("concentration.gini_of_specialisation", "place", place, whole)


@measure(
    label="空间集中基尼系数 | Gini coefficient of spatial concentration",
    unit="1",
    bounds=(0, 1),
    reference=f"R package REAT 3.0.3, gini.conc, {_FARHAUER}.",
    tested="peer",
    least=_PLACES,
    least_reason=_ONE_PLACE,
    scale_free=("sector", "whole"),
    replicates=("place",),
    also=("gini_conc", "locational_gini"),
)
def gini_of_concentration(sector: OverRegions, whole: OverRegions) -> Cells:
    r"""Inequality of the location quotients of a sector over places.

    .. math:: G = \frac{2}{n^2 \bar{C}} \sum_{r=1}^{n} r\,(C_r - \bar{C}), \qquad
       C_i = \frac{x_i / \sum_j x_j}{w_i / \sum_j w_j}

    :math:`x_i, w_i`: amount of the sector and of everything in place *i*; :math:`C_r`: location quotient on rank *r*,
    from the lowest; :math:`\bar{C}`: plain mean; :math:`n`: number of places.

    Extremes: 0 for a sector spread as everything is; 1 - 1 / *n* when one place has all of it.
    Trap: the locational Gini of Krugman is half of a Gini, and others weigh places by size; here each place counts the
    same, a small one as much as the capital.
    Errors: an amount that is not finite or below zero; a sector with no amount; a place that has nothing at all.
    """
    return _gini_of_quotients("concentration.gini_of_concentration", "sector", sector, whole)


@measure(
    label="胡佛专业化系数 | Hoover coefficient of specialisation",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HOOVER}.",
    tested="by hand",
    least=_SECTORS,
    least_reason=_ONE_SECTOR,
    scale_free=("place", "whole"),
    replicates=("sector",),
)
def coefficient_of_specialisation(place: OverSectors, whole: OverSectors) -> Cells:
    r"""Share of a place that would have to change its sector for the place to be like the whole.

    .. math:: S = \frac{1}{2} \sum_k \left| \frac{x_k}{\sum_l x_l} - \frac{w_k}{\sum_l w_l} \right|

    :math:`x_k, w_k`: amount of sector *k* in the place and in the whole.

    Extremes: 0 for a place like the whole; 1 when the whole has none of its sectors, so below 1 for a part of it.
    Trap: it is half of the Krugman index against the whole with the place in it; a large place is near to itself.
    Errors: an amount that is not finite or below zero; a place or a whole with no amount.
    """
    return _half_distance("concentration.coefficient_of_specialisation", "place", place, whole)


@measure(
    label="胡佛地方化系数 | Hoover coefficient of localisation",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HOOVER}.",
    tested="peer",
    least=_PLACES,
    least_reason=_ONE_PLACE,
    scale_free=("sector", "whole"),
    replicates=("place",),
)
def coefficient_of_localisation(sector: OverRegions, whole: OverRegions) -> Cells:
    r"""Share of a sector that would have to move for it to be spread as everything is.

    .. math:: L = \frac{1}{2} \sum_i \left| \frac{x_i}{\sum_j x_j} - \frac{w_i}{\sum_j w_j} \right|

    :math:`x_i, w_i`: amount of the sector and of everything (or of people, or land) in place *i*.

    Extremes: 0 for a sector spread as the whole; 1 when the whole is nowhere where the sector is.
    Trap: what the whole is decides: employment, people and land give three answers. Neighbours and strangers count the
    same, so that the map may change without it.
    Errors: an amount that is not finite or below zero; a sector or a whole with no amount.
    """
    return _half_distance("concentration.coefficient_of_localisation", "sector", sector, whole)


@measure(
    label="克鲁格曼空间集中指数 | Krugman index of spatial concentration",
    unit="1",
    bounds=(0, 2),
    reference=f"R package REAT 3.0.3, krugman.conc2, {_FARHAUER}.",
    tested="by hand",
    least={"place": 2, "sector": 2},
    least_reason="one place holds every sector alone, and one sector has no other to be held against",
    scale_free=("amounts",),
)
def krugman_concentration(
    amounts: OverRegionsAndSectors, *, reference: Literal["mean_of_others", "sum_of_others", "all"] = "mean_of_others"
) -> OverSectors:
    r"""Distance between the spread of each sector over places and that of the other sectors.

    .. math:: K_k = \sum_i \left| c_{ik} - r_{ik} \right|, \qquad c_{ik} = \frac{x_{ik}}{\sum_j x_{jk}}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`r_{ik}`: share of the place in the ``reference``: the
    plain mean of its shares in the other sectors (``mean_of_others``), in those together (``sum_of_others``), or in all
    sectors with this one (``all``).

    Extremes: 0 for a sector spread as the reference, 2 when no place has both.
    Trap: the reference is rarely named; against ``all`` a large sector is near to itself.
    Errors: an amount that is not finite or below zero; a sector with no amount; a single sector.
    """
    who = "concentration.krugman_concentration"
    not_negative(who, amounts=amounts)
    sectors, totals = amounts.shape[-1], amounts.sum(axis=-2, keepdims=True)
    positive(who, total_of_sector=totals)
    if sectors < 2:
        why, ways = "there is no other to be held against", ("name a second sector",)
        raise MeasureRefusal(who, "there is one sector", why=why, ways=ways)
    shares = amounts / totals
    if reference == "mean_of_others":
        others = (shares.sum(axis=-1, keepdims=True) - shares) / (sectors - 1)
    else:
        others = amounts.sum(axis=-1, keepdims=True) - (amounts if reference == "sum_of_others" else 0)
        others = others / others.sum(axis=-2, keepdims=True)
    distances: OverSectors = np.abs(shares - others).sum(axis=-2)
    return distances


@measure(
    label="标准化赫芬达尔指数 | Normalised Herfindahl index",
    unit="1",
    bounds=(0, 1),
    reference="Definition (Herfindahl index on a scale from equal parts to one part); formula as in the R package REAT "
    "3.0.3, herf with coefnorm = TRUE.",
    tested="peer",
    least=_SECTORS,
    least_reason="the index of one part is 1 whatever it is",
    scale_free=("amounts",),
    also=("normalised_hhi",),
)
def normalised_herfindahl(amounts: OverSectors) -> Cells:
    r"""Concentration of a total on few of its parts, on one scale for lists of every length.

    .. math:: H' = \frac{H - 1/n}{1 - 1/n}, \qquad H = \sum_k \left( \frac{x_k}{\sum_l x_l} \right)^2

    :math:`x_k`: amount of sector (port, firm) *k*; :math:`n`: number of parts, those with nothing too.

    Extremes: 0 when all parts are equal, 1 when one has everything.
    Trap: parts with nothing count in *n*, so that the list belongs beside the result.
    Errors: an amount that is not finite or below zero; all amounts zero; a single part.
    """
    who, number = "concentration.normalised_herfindahl", amounts.shape[-1]
    index = _herfindahl(who, amounts)
    if number < 2:
        why, ways = "the index of one part is 1 whatever it is", ("name a second part",)
        raise MeasureRefusal(who, "there is one part", why=why, ways=ways)
    normalised: Cells = (index - 1 / number) / (1 - 1 / number)
    return normalised


@measure(
    label="等效数 | Equivalent number of equal parts",
    unit="1",
    bounds=(1, None),
    reference="Definition (inverse of the Herfindahl index), as in the R package REAT 3.0.3, herf with output = eq.",
    tested="by hand",
    least=_SECTORS,
    least_reason="the index of one part is 1 whatever it is",
    scale_free=("amounts",),
    also=("inverse_herfindahl",),
)
def equivalent_number(amounts: OverSectors) -> Cells:
    r"""How many parts of equal size would be as concentrated as these.

    .. math:: N = \left[ \sum_k \left( \frac{x_k}{\sum_l x_l} \right)^2 \right]^{-1}

    :math:`x_k`: amount of sector (port, firm) *k*.

    Extremes: 1 when one part has everything, the number of parts when all are equal.
    Trap: parts with nothing do not count; it is seldom whole.
    Errors: an amount that is not finite or below zero; all amounts zero.
    """
    return 1 / _herfindahl("concentration.equivalent_number", amounts)


def _herfindahl(who: str, amounts: Array) -> Array:
    not_negative(who, amounts=amounts)
    total = amounts.sum(axis=-1, keepdims=True)
    positive(who, total_of_amounts=total)
    index: Array = ((amounts / total) ** 2).sum(axis=-1)
    return index


def _totals(who: str, name: str, part: Array, whole: Array) -> tuple[Array, Array]:
    """Return the totals of a part, called by the name of its parameter, and of the whole."""
    totals = {f"total_of_{name}": part.sum(axis=-1, keepdims=True), "total_of_whole": whole.sum(axis=-1, keepdims=True)}
    for key, total in totals.items():
        positive(who, _WHOLE, **{key: total})
    return totals[f"total_of_{name}"], totals["total_of_whole"]


def _gini_of_quotients(who: str, name: str, part: Array, whole: Array) -> Array:
    not_negative(who, _WHOLE, **{name: part})
    positive(who, _WHOLE, whole=whole)
    total, of_whole = _totals(who, name, part, whole)
    quotients = np.sort(part / total / (whole / of_whole), axis=-1)
    number, mean = quotients.shape[-1], quotients.mean(axis=-1, keepdims=True)
    ranked = np.arange(1, number + 1) * (quotients - mean)
    coefficient: Array = 2 * ranked.sum(axis=-1) / (number**2 * mean[..., 0])
    return coefficient


def _half_distance(who: str, name: str, part: Array, whole: Array) -> Array:
    not_negative(who, _WHOLE, **{name: part, "whole": whole})
    total, of_whole = _totals(who, name, part, whole)
    distance: Array = np.abs(part / total - whole / of_whole).sum(axis=-1) / 2
    return distance
