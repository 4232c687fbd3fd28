"""Location quotients on other scales: symmetric, additive, and in standard deviations.

All hold the amount of a sector in a place against the amount that it would have if every place had the mix of all.
"""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverRegionsAndSectors
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_LEAST = {"place": 2, "sector": 2}
_LEAST_REASON = "one place is its own reference, and one sector has every share"


@measure(
    label="对称区位商 | Symmetric location quotient",
    unit="1",
    bounds=(-1, 1),
    reference="Laursen, K. (2015), Revealed comparative advantage and the alternatives as measures of international "
    "specialization, Eurasian Business Review 5: 99-115.",
    tested="by hand",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    scale_free=("amounts",),
    also=("symmetric_lq", "rsca"),
)
def symmetric_location_quotient(amounts: OverRegionsAndSectors) -> OverRegionsAndSectors:
    r"""Location quotient on a scale that has its middle at zero and ends on both sides.

    .. math:: S_{ik} = \frac{LQ_{ik} - 1}{LQ_{ik} + 1}, \qquad
       LQ_{ik} = \frac{x_{ik} / \sum_l x_{il}}{\sum_j x_{jk} / \sum_{j,l} x_{jl}}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`LQ_{ik}`: location quotient.

    Extremes: -1 when the sector is absent, 0 when the place holds exactly its part, tends to 1 for a great quotient.
    Trap: twice and half its part are equally far from zero, but the sum over places says nothing; a small place
    reaches a high value with one firm.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount at all.
    """
    expected = _expected("quotients.symmetric_location_quotient", amounts)
    quotient: OverRegionsAndSectors = (amounts - expected) / (amounts + expected)
    return quotient


@measure(
    label="标准化显示性比较优势（加法区位商） | Normalised location quotient (NRCA)",
    unit="1",
    bounds=(-0.25, 0.25),
    reference="Yu, R., Cai, J. and Leung, P. (2009), The normalized revealed comparative advantage index, The Annals "
    "of Regional Science 43: 267-282.",
    tested="by hand",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    scale_free=("amounts",),
    also=("normalised_lq", "nrca"),
)
def normalised_location_quotient(amounts: OverRegionsAndSectors) -> OverRegionsAndSectors:
    r"""How much more of a sector a place has than its part, as a share of everything in all places.

    .. math:: N_{ik} = \frac{x_{ik}}{X} - \frac{\sum_l x_{il} \sum_j x_{jk}}{X^2}, \qquad X = \sum_{j,l} x_{jl}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`X`: amount of all sectors in all places.

    Extremes: 0 when the place holds exactly its part; between -1/4 and 1/4, reached with two places of equal size.
    Trap: size counts: it adds up to 0 over places and over sectors and can be compared, but values are tiny and a
    great place leads every list.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount at all.
    """
    expected = _expected("quotients.normalised_location_quotient", amounts)
    quotient: OverRegionsAndSectors = (amounts - expected) / amounts.sum(axis=(-2, -1), keepdims=True)
    return quotient


@measure(
    label="标准差区位商 | Standardised location quotient",
    unit="1",
    bounds=(None, None),
    reference="O'Donoghue, D. and Gleave, B. (2004), A note on methods for measuring industrial agglomeration, "
    "Regional Studies 38(4): 419-427, doi 10.1080/03434002000213932; here without a cut-off.",
    tested="by hand",
    least={"place": 3, "sector": 2},
    least_reason="of two places each is one standard deviation from the mean",
    spread="ddof=0为总体（除数n），ddof=1为样本（除数n-1） | ddof=0: of the places themselves, ddof=1: of a sample",
    undefined="各地区位商相同时无标准差 | no value where all places have one quotient",
    scale_free=("amounts",),
    also=("slq",),
)
def standardised_location_quotient(amounts: OverRegionsAndSectors, *, ddof: int = 1) -> OverRegionsAndSectors:
    r"""Location quotient in standard deviations from the mean of all places, sector by sector.

    .. math:: Z_{ik} = \frac{LQ_{ik} - \overline{LQ}_k}{s_k}, \qquad
       LQ_{ik} = \frac{x_{ik} / \sum_l x_{il}}{\sum_j x_{jk} / \sum_{j,l} x_{jl}}

    :math:`x_{ik}`: amount of sector *k* in place *i*; :math:`LQ_{ik}`: location quotient; :math:`\overline{LQ}_k, s_k`:
    its plain mean and standard deviation over places, with divisor *n* - ``ddof``.

    Extremes: 0 at the mean of places, which is not a quotient of 1; no limits.
    Trap: a bound such as 1.96 marks agglomerations only where quotients are spread normally, which they seldom are;
    with *n* places none can lie further out than about the root of *n*.
    Errors: an amount that is not finite or below zero; a place or a sector with no amount at all; fewer than three
    places; a ``ddof`` other than 0 or 1.
    """
    who = "quotients.standardised_location_quotient"
    if ddof not in (0, 1):
        ways = ("state 0 for all places of a region, or 1 for a sample of them",)
        raise MeasureRefusal(who, f"ddof is {ddof}", ways=ways)
    quotients = amounts / _expected(who, amounts)
    if amounts.shape[-2] < 3:
        why, ways = "of two places each is one standard deviation from the mean", ("name a third place",)
        raise MeasureRefusal(who, f"there are {amounts.shape[-2]} places", why=why, ways=ways)
    spread = quotients.std(axis=-2, ddof=ddof, keepdims=True)
    apart = quotients - quotients.mean(axis=-2, keepdims=True)
    standardised: OverRegionsAndSectors = apart / np.where(spread > 1e-12, spread, np.nan)
    return standardised


def _expected(who: str, amounts: Array) -> Array:
    """Return what each place would have of each sector, had it the mix of all places."""
    not_negative(who, amounts=amounts)
    places, sectors = amounts.sum(axis=-1, keepdims=True), amounts.sum(axis=-2, keepdims=True)
    positive(who, total_of_place=places, total_of_sector=sectors)
    expected: Array = places * sectors / sectors.sum(axis=-1, keepdims=True)
    return expected
