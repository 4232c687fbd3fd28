"""Ports: who handles which cargo, how the ports of a coast divide the work, and which places each of them serves."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, OverFacilities, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

OverCargoes: TypeAlias = Annotated[Array, Axes(("cargo",))]
OverFacilitiesAndCargoes: TypeAlias = Annotated[Array, Axes(("facility", "cargo"))]
OverRegionsAndFacilities: TypeAlias = Annotated[Array, Axes(("place", "facility"))]
Form: TypeAlias = Literal["power", "exponential"]

_HERFINDAHL = "Sum of squared shares, named after O. C. Herfindahl and A. O. Hirschman, here over ports and cargoes."
_HUFF = (
    "Huff, D. L. (1964), Defining and Estimating a Trading Area, Journal of Marketing 28(3): 34-38; forms of decay as "
    "in the manual of the R package MCI 1.3.3, huff.shares"
)
_TWO = {"facility": 2}
_TWO_REASON = "with one port there is nothing to divide"
_NO_CARGO = "leave out by name the port or cargo without any throughput"


@measure(
    label="港口分货类市场份额 | Market share of a port by cargo",
    unit="1",
    bounds=(0, 1),
    reference="Definition (throughput of a port over that of all ports, cargo by cargo).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("throughput",),
)
def market_share(throughput: OverFacilitiesAndCargoes) -> OverFacilitiesAndCargoes:
    r"""Share of each port in all that the ports handle of a cargo.

    .. math:: s_{pc} = \frac{x_{pc}}{\sum_q x_{qc}}

    :math:`x_{pc}`: throughput of cargo *c* in port *p*.

    Extremes: 0 when the port does not handle the cargo, 1 when no other does; each cargo adds up to 1.
    Trap: the ports that are named make the market: with or without a neighbouring province every share is another.
    Errors: a throughput below zero or not finite; a cargo that no port handles.
    """
    not_negative("ports.market_share", throughput=throughput)
    total = throughput.sum(axis=-2, keepdims=True)
    positive("ports.market_share", _NO_CARGO, total_of_cargo=total)
    share: OverFacilitiesAndCargoes = throughput / total
    return share


@measure(
    label="货类集中度(HHI) | Concentration of a cargo over ports (HHI)",
    unit="1",
    bounds=(0, 1),
    reference=_HERFINDAHL,
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("throughput",),
    also=("port_hhi",),
)
def cargo_concentration(throughput: OverFacilitiesAndCargoes) -> OverCargoes:
    r"""How far each cargo is in the hands of few ports.

    .. math:: H_c = \sum_p s_{pc}^2, \qquad s_{pc} = \frac{x_{pc}}{\sum_q x_{qc}}

    :math:`x_{pc}`: throughput of cargo *c* in port *p*.

    Extremes: 1 / *n* when *n* ports share the cargo evenly, 1 when one port handles all of it.
    Trap: concentration is neither good nor bad: it may be a division of work or a missing competitor. Tonnes and boxes
    of the same ports give different values; the lower end depends on how many ports are named.
    Errors: a throughput below zero or not finite; a cargo that no port handles.
    """
    not_negative("ports.cargo_concentration", throughput=throughput)
    total = throughput.sum(axis=-2, keepdims=True)
    positive("ports.cargo_concentration", _NO_CARGO, total_of_cargo=total)
    concentration: OverCargoes = ((throughput / total) ** 2).sum(axis=-2)
    return concentration


@measure(
    label="港口货类专业化(HHI) | Specialisation of a port on cargoes (HHI)",
    unit="1",
    bounds=(0, 1),
    reference=_HERFINDAHL,
    tested="by hand",
    least={"cargo": 2},
    least_reason="with one cargo there is nothing to specialise in",
    scale_free=("throughput",),
)
def port_specialisation(throughput: OverFacilitiesAndCargoes) -> OverFacilities:
    r"""How far each port lives by few cargoes.

    .. math:: H_p = \sum_c t_{pc}^2, \qquad t_{pc} = \frac{x_{pc}}{\sum_d x_{pd}}

    :math:`x_{pc}`: throughput of cargo *c* in port *p*, all cargoes in one unit.

    Extremes: 1 / *m* when *m* cargoes are alike, 1 when the port handles a single one.
    Trap: cargoes must be in one unit and must not overlap: boxes do not add to tonnes, and the tonnes in boxes stand
    under containers only. Finer classes lower every value.
    Errors: a throughput below zero or not finite; a port without any cargo.
    """
    not_negative("ports.port_specialisation", throughput=throughput)
    total = throughput.sum(axis=-1, keepdims=True)
    positive("ports.port_specialisation", _NO_CARGO, total_of_port=total)
    specialisation: OverFacilities = ((throughput / total) ** 2).sum(axis=-1)
    return specialisation


@measure(
    label="哈夫腹地概率 | Hinterland probabilities after Huff",
    unit="1",
    bounds=(0, 1),
    reference=f"{_HUFF}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("attractiveness",),
    also=("huff",),
)
def hinterland_probability(
    attractiveness: OverFacilities,
    distances: OverRegionsAndFacilities,
    *,
    decay: float,
    attraction: float = 1.0,
    form: Form = "power",
) -> OverRegionsAndFacilities:
    r"""Probability that cargo of a place goes through each port, by the size of the ports and their distance.

    .. math:: P_{ij} = \frac{A_j^{\alpha} f(d_{ij})}{\sum_k A_k^{\alpha} f(d_{ik})}, \qquad
       f(d) = d^{-b} \;\text{or}\; f(d) = e^{-b d}

    :math:`A_j`: attractiveness of port *j*, its throughput say; :math:`d_{ij}`: distance, time or cost from place *i*;
    :math:`b`: ``decay``; :math:`\alpha`: ``attraction``; :math:`f`: ``form``.

    Extremes: 0 for a port without attractiveness; 1 when the others have none; each place adds up to 1.
    Trap: with throughput as attractiveness the model finds again what it was given; ports that are not named get
    nothing. Power and exponential decay differ most far inland, and their exponents have different units: fit both.
    Errors: attractiveness below zero, or zero for all ports; a distance that is not above zero (power) or below zero;
    decay or attraction not above zero.
    """
    return _probability("ports.hinterland_probability", attractiveness, distances, decay, attraction, form)


@measure(
    label="期望腹地规模 | Expected hinterland of a port",
    unit="{amounts}",
    bounds=(0, None),
    reference=f"{_HUFF}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("attractiveness",),
)
def hinterland(
    amounts: OverRegions,
    attractiveness: OverFacilities,
    distances: OverRegionsAndFacilities,
    *,
    decay: float,
    attraction: float = 1.0,
    form: Form = "power",
) -> OverFacilities:
    r"""Cargo, people or output that a port can expect from all places.

    .. math:: H_j = \sum_i W_i P_{ij}

    :math:`W_i`: cargo, people or output of place *i*; :math:`P_{ij}`: probability of port *j* there, as in
    ports.hinterland_probability, with ``decay``, ``attraction`` and ``form``.

    Extremes: 0 for a port without attractiveness; all ports together have the sum of the places.
    Trap: a model of competition, no count of cargo; against the throughput that is observed it shows which port draws
    more or less than its place and size suggest.
    Errors: an amount below zero or not finite; those of ports.hinterland_probability.
    """
    not_negative("ports.hinterland", amounts=amounts)
    probability = _probability("ports.hinterland", attractiveness, distances, decay, attraction, form)
    expected: OverFacilities = (amounts[..., :, None] * probability).sum(axis=-2)
    return expected


@measure(
    label="腹地平均运距 | Mean haul of a port's hinterland",
    unit="{distances}",
    bounds=(0, None),
    reference=f"Definition (mean distance, weighted by the expected cargo); {_HUFF}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    undefined="没有腹地的港口为空 | nan for a port without any hinterland",
    scale_free=("amounts", "attractiveness"),
)
def mean_haul(
    amounts: OverRegions,
    attractiveness: OverFacilities,
    distances: OverRegionsAndFacilities,
    *,
    decay: float,
    attraction: float = 1.0,
    form: Form = "power",
) -> OverFacilities:
    r"""Distance that the expected cargo of a port travels on land, on average.

    .. math:: \bar{d}_j = \frac{\sum_i W_i P_{ij} d_{ij}}{\sum_i W_i P_{ij}}

    :math:`W_i`: cargo, people or output of place *i*; :math:`P_{ij}`: probability of port *j* there, as in
    ports.hinterland_probability; :math:`d_{ij}`: distance from place *i*.

    Extremes: between the distances of the nearest and the farthest place; undefined without any hinterland.
    Trap: a port with a long haul is no worse for it: a large port draws from far because it is large.
    Errors: an amount below zero or not finite; those of ports.hinterland_probability.
    """
    not_negative("ports.mean_haul", amounts=amounts)
    probability = _probability("ports.mean_haul", attractiveness, distances, decay, attraction, form)
    cargo = amounts[..., :, None] * probability
    total = cargo.sum(axis=-2)
    haul: OverFacilities = (cargo * distances).sum(axis=-2) / np.where(total > 0, total, np.nan)
    return haul


def _probability(
    measure: str, attractiveness: Array, distances: Array, decay: float, attraction: float, form: Form
) -> OverRegionsAndFacilities:
    """Compute in logarithms, so that a steep decay over long distances does not turn every port into zero."""
    for name, value in (("decay", decay), ("attraction", attraction)):
        if not (np.isfinite(value) and value > 0):
            ways = ("state a number above zero",)
            raise MeasureRefusal(measure, f"{name} is {value:g}", why="size must draw and distance deter", ways=ways)
    not_negative(measure, attractiveness=attractiveness)
    finite(measure, distances=distances)
    positive(measure, "name a port that has some", largest_attractiveness=attractiveness.max(axis=-1))
    if form == "power":
        positive(measure, "state the distance within the place, or take form = 'exponential'", distances=distances)
    else:
        not_negative(measure, distances=distances)
    deterrence = np.log(distances) if form == "power" else distances
    with np.errstate(divide="ignore"):
        utility = attraction * np.log(attractiveness)[..., None, :] - decay * deterrence
    weights = np.exp(utility - utility.max(axis=-1, keepdims=True))
    probability: OverRegionsAndFacilities = weights / weights.sum(axis=-1, keepdims=True)
    return probability
