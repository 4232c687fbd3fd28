"""Gravity: the linkage between places that their size and distance suggest, its direction, and the reach of markets.

All of these are models of what size and distance suggest; none of them is an observed flow.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

_FANG = "as in 方大春、马为彪 (2018), 经济与管理 2018(4), art. no. 1003-3890(2018)04-0020-07"
_ZHAO = (
    "赵宏波、马延吉 (2013), 老工业基地城市可达性及经济联系格局研究——以吉林省为例, 地理科学 33(11): 1316-1322, "
    "doi 10.13249/j.cnki.sgs.2013.011.1316"
)
_TWO = {"place": 2}
_TWO_REASON = "a linkage is between two places"
_APART = "state the distance between the two places; two places at one point are one place"


@measure(
    label="引力联系强度 | Gravity linkage",
    unit="点",
    bounds=(0, None),
    reference="Zipf, G. K. (1946), The P1 P2/D Hypothesis: On the Intercity Movement of Persons, American Sociological "
    f"Review 11(6): 677-686; people and output as the mass of a place: {_ZHAO}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    also=("economic_linkage",),
)
def linkage(people: OverRegions, output: OverRegions, distances: BetweenRegions, *, decay: float) -> BetweenRegions:
    r"""Strength of the tie between two places that their people, output and distance suggest, alike both ways.

    .. math:: F_{ij} = \frac{\sqrt{P_i G_i} \sqrt{P_j G_j}}{d_{ij}^{\,b}}, \qquad F_{ii} = 0

    :math:`P_i`: people of place *i*; :math:`G_i`: its output; :math:`d_{ij}`: distance or time from *i* to *j*;
    :math:`b`: ``decay``, the exponent of distance, often 2 and never measured by this formula.

    Extremes: 0 with a place that has no people or no output; no upper limit as two places draw together.
    Trap: a model value is no flow: it rises with output by construction, and so proves no growing tie. Its unit has no
    meaning, only ratios of cells have; the exponent and the choice of kilometres or hours decide the ranking. The
    diagonal of ``distances`` is not read.
    Errors: people or output below zero; a distance between two places that is not above zero; decay not above zero.
    """
    mass = _mass("gravity.linkage", people, output)
    ties = mass[..., :, None] * mass[..., None, :]
    return _apart(ties * _decayed("gravity.linkage", distances, decay))


@measure(
    label="有方向的引力联系强度 | Directed gravity linkage",
    unit="点",
    bounds=(0, None),
    reference="The gravity model with the share in joint output as its coefficient, in wide use for networks of "
    f"Chinese cities: {_FANG}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def directed_linkage(
    people: OverRegions, output: OverRegions, distances: BetweenRegions, *, decay: float
) -> BetweenRegions:
    r"""Strength of the tie from one place to another, the larger economy having the larger part of what joins them.

    .. math:: F_{ij} = k_{ij} \frac{\sqrt{P_i G_i} \sqrt{P_j G_j}}{d_{ij}^{\,b}}, \qquad
       k_{ij} = \frac{G_i}{G_i + G_j}, \qquad F_{ii} = 0

    :math:`P_i`: people of place *i*; :math:`G_i`: its output; :math:`d_{ij}`: distance or time from *i* to *j*;
    :math:`b`: ``decay``, the exponent of distance, often 2 and never measured by this formula.

    Extremes: 0 with a place that has no people or no output; half of the symmetric linkage between equal economies.
    Trap: a model value is no flow, and its direction is nothing but the ratio of the two outputs: with the same
    distance both ways the two directions of a pair add up to the symmetric linkage. The diagonal of ``distances`` is
    not read.
    Errors: people below zero; output that is not above zero; a distance between two places that is not above zero;
    decay not above zero.
    """
    positive("gravity.directed_linkage", output=output)
    mass = _mass("gravity.directed_linkage", people, output)
    ties = mass[..., :, None] * mass[..., None, :]
    part = output[..., :, None] / (output[..., :, None] + output[..., None, :])
    return _apart(part * ties * _decayed("gravity.directed_linkage", distances, decay))


@measure(
    label="引力联系总量 | Total gravity linkage of a place",
    unit="点",
    bounds=(0, None),
    reference=f"Definition (sum of the linkages of a place), used in {_ZHAO}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def total_linkage(linkages: BetweenRegions) -> OverRegions:
    r"""All ties of a place to the others together, in the direction from it.

    .. math:: F_i = \sum_{j \ne i} F_{ij}

    :math:`F_{ij}`: linkage from place *i* to place *j*.

    Extremes: 0 for a place without ties; no upper limit.
    Trap: it depends on which places are in the table: a town beside a city outside the table seems to have no ties.
    Errors: a linkage below zero or not finite; a place tied to itself.
    """
    links = _linkages("gravity.total_linkage", linkages)
    total: OverRegions = links.sum(axis=-1)
    return total


@measure(
    label="隶属度 | Membership: share of a place's ties by partner",
    unit="1",
    bounds=(0, 1),
    reference=f"Direction of ties by membership: {_ZHAO}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("linkages",),
    also=("subordination",),
)
def membership(linkages: BetweenRegions) -> BetweenRegions:
    r"""Share of each partner in all ties of a place: to whom the place belongs.

    .. math:: M_{ij} = \frac{F_{ij}}{\sum_{k \ne i} F_{ik}}

    :math:`F_{ij}`: linkage from place *i* to place *j*.

    Extremes: 0 without a tie, 1 with one partner alone; each row adds up to 1.
    Trap: a row says how a place divides its ties and nothing of how many it has; a column does not add up to anything.
    Errors: a linkage below zero or not finite; a place tied to itself; a place without any tie.
    """
    links = _linkages("gravity.membership", linkages)
    total = links.sum(axis=-1, keepdims=True)
    positive("gravity.membership", "leave out the place that has no tie", total_of_linkages=total)
    share: BetweenRegions = links / total
    return share


@measure(
    label="市场潜力 | Market potential",
    unit="点",
    bounds=(0, None),
    reference="Harris, C. D. (1954), The Market as a Factor in the Localization of Industry in the United States, "
    "Annals of the Association of American Geographers 44(4): 315-348.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    also=("market_access", "potential"),
)
def market_potential(
    masses: OverRegions,
    distances: BetweenRegions,
    *,
    own: Literal["counted", "left out"],
    decay: float = 1.0,
    form: Literal["power", "exponential"] = "power",
) -> OverRegions:
    r"""Size of the markets that a place can reach, each counted less the farther it lies.

    .. math:: A_i = \sum_j M_j f(d_{ij}), \qquad f(d) = d^{-b} \;\text{or}\; f(d) = e^{-b d}

    :math:`M_j`: output, income or people of place *j*; :math:`d_{ij}`: distance or time from *i* to *j*; :math:`b`:
    ``decay``; :math:`f`: ``form``. The own market, *j* = *i*, is ``counted`` with the distance on the diagonal, or
    ``left out``.

    Extremes: 0 when no other place has a market; no upper limit as distances shrink.
    Trap: the distance within a place decides the result of a large city, and there is no agreed one; without the own
    market the capital comes out poor and its neighbours rich. State which.
    Errors: a mass below zero; a distance that is read and not above zero (power) or below zero; decay not above zero.
    """
    not_negative("gravity.market_potential", masses=masses)
    weights = _decayed("gravity.market_potential", distances, decay, form=form, own=own == "counted")
    potential: OverRegions = ((weights if own == "counted" else _apart(weights)) * masses[..., None, :]).sum(axis=-1)
    return potential


def _mass(measure: str, people: Array, output: Array) -> Array:
    not_negative(measure, people=people, output=output)
    mass: Array = np.sqrt(people) * np.sqrt(output)
    return mass


def _decayed(measure: str, distances: Array, decay: float, *, form: str = "power", own: bool = False) -> BetweenRegions:
    """Return the weight of every distance; without ``own`` the diagonal is not read and weighs 1."""
    if not (np.isfinite(decay) and decay > 0):
        raise MeasureRefusal(
            measure, f"decay is {decay:g}", why="distance must count against a tie", ways=("2 is usual",)
        )
    finite(measure, distances=distances)
    read = distances if own else np.where(np.eye(distances.shape[-1], dtype=bool), 1.0, distances)
    if form == "power":
        positive(measure, _APART, distances=read)
        weights: BetweenRegions = read**-decay
    else:
        not_negative(measure, distances=read)
        weights = np.exp(-decay * read)
    return weights


def _apart(table: Array) -> BetweenRegions:
    """Return the table with a diagonal of zeros."""
    return np.where(np.eye(table.shape[-1], dtype=bool), 0.0, table)


def _linkages(measure: str, linkages: Array) -> Array:
    not_negative(measure, linkages=linkages)
    own = np.diagonal(linkages, axis1=-2, axis2=-1)
    if own.any():
        raise MeasureRefusal(
            measure,
            f"linkages is {own[own != 0][0]:g} on the diagonal",
            why="a place has no tie to itself here",
            ways=("set the diagonal to zero by name",),
        )
    return linkages
