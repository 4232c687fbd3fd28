"""Floating catchment areas: supply per person that a place reaches, when all who reach a facility compete for it.

All take one table of pairs of a place and a facility with the cost of travel between them, whatever border lies
between: leaving out the neighbours' facilities, or their people, is the error that these measures suffer most.
"""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array, FacilitiesOfPairs, OverFacilities, OverPairs, OverRegions, PlacesOfPairs
from xietong.measures.measure import measure
from xietong.measures.pairs import Decay, Pairs, Unreached, decay_weight, over, over_tables, within
from xietong.measures.preconditions import positive

_LUO_WANG = (
    "Luo, W. and Wang, F. (2003), Measures of Spatial Accessibility to Health Care in a GIS Environment: Synthesis and "
    "a Case Study in the Chicago Region, Environment and Planning B 30(6): 865-884, doi 10.1068/b29120."
)
_LUO_QI = (
    "Luo, W. and Qi, Y. (2009), An Enhanced Two-Step Floating Catchment Area (E2SFCA) Method for Measuring Spatial "
    "Accessibility to Primary Care Physicians, Health & Place 15(4): 1100-1107, doi 10.1016/j.healthplace.2009.06.002."
)
_WAN = (
    "Wan, N., Zou, B. and Sternberg, T. (2012), A Three-Step Floating Catchment Area Method for Analyzing Spatial "
    "Access to Health Services, International Journal of Geographical Information Science 26(6): 1073-1089, "
    "doi 10.1080/13658816.2011.624987."
)
_PAEZ = (
    "Páez, A., Higgins, C. D. and Vivona, S. F. (2019), Demand and Level of Service Inflation in Floating Catchment "
    "Area (FCA) Methods, PLOS ONE 14(6): e0218773, doi 10.1371/journal.pone.0218773."
)
_SOUKHOV = (
    "Soukhov, A., Páez, A., Higgins, C. D. and Mohamed, M. (2023), Introducing Spatial Availability, a Singly-"
    "Constrained Measure of Competitive Accessibility, PLOS ONE 18(1): e0278468, doi 10.1371/journal.pone.0278468."
)
_ZEROS = (
    "无人可达而有供给的设施默认拒绝；人口为零的地点仍有可达性 | "
    "supply that no person reaches is refused by default; a place without people still has access"
)


@measure(
    label="两步移动搜索可达性 | Access by two-step floating catchments (2SFCA)",
    unit="{supply}/{people}",
    bounds=(0, None),
    reference=_LUO_WANG,
    tested="peer",
    zeros=_ZEROS,
    also=("2sfca", "two_stage_fca"),
)
def two_step(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    max_cost: float,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Supply per person within reach of a place, shared with all the people within reach of the same facilities.

    .. math:: A_i = \sum_{j:\, c_{ij} \le c_0} R_j, \qquad R_j = \frac{S_j}{\sum_{k:\, c_{kj} \le c_0} P_k}

    :math:`P_k`: people of place *k*; :math:`S_j`: supply of facility *j*; :math:`c_{ij}`: cost of travel of a pair, in
    minutes or kilometres; :math:`c_0`: ``max_cost``, which is itself within reach.

    Extremes: 0 where nothing is within reach; all supply over all people everywhere when everyone reaches everything.
    Trap: people times access adds up to the supply within reach, so that pairs across a border must be in the table on
    both sides: neighbours' people as well as neighbours' facilities. Inside the threshold near and far count alike, and
    everybody counts in full at every facility in reach: ``catchments.balanced`` stands beside it.
    Errors: people, supply or costs not finite or below zero; a pair named twice; a label without a cell; unless
    ``unreached`` is kept, a place that no pair names or supply that no person reaches.
    """
    who = "catchments.two_step"

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        return _access(pairs.once(), people, supply, unreached)

    return over_tables(who, formula, within(who, max_cost), people, supply, origins, facilities, costs)


@measure(
    label="增强两步移动搜索可达性 | Access by enhanced two-step catchments (E2SFCA)",
    unit="{supply}/{people}",
    bounds=(0, None),
    reference=f"{_LUO_QI} As a gravity measure with continuous decay: {_LUO_WANG}",
    tested="peer",
    zeros=_ZEROS,
    also=("e2sfca", "enhanced_two_stage_fca", "gaussian_2sfca", "gravity_2sfca"),
)
def enhanced_two_step(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    decay: Decay,
    bandwidth: float,
    max_cost: float,
    power: float = 1.0,
    second_step: float = 0.68,
    third_step: float = 0.22,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Supply per person within reach of a place, where near facilities and near people count for more than far ones.

    .. math:: A_i = \sum_j R_j\, w_{ij}, \qquad R_j = \frac{S_j}{\sum_k P_k\, w_{kj}}, \qquad w_{ij} = f(c_{ij} / b)

    :math:`P_k`: people of place *k*; :math:`S_j`: supply of facility *j*; :math:`b`: ``bandwidth``; :math:`f`:
    ``decay`` up to and with ``max_cost``, 0 beyond. With :math:`r = c/b`: gaussian :math:`e^{-r^2/2}`;
    truncated_gaussian :math:`(e^{-r^2/2} - e^{-1/2}) / (1 - e^{-1/2})`, 0 from *b* on; exponential :math:`e^{-r}`;
    inverse :math:`r^{-\text{power}}`; steps 1, ``second_step``, ``third_step`` in three zones of width *b*, 0 beyond.

    Extremes: 0 where nothing is within reach; all supply over all people everywhere when everyone is equally near.
    Trap: two Gaussian weights are in use, and *b* means another thing in each: name the one that was taken. A weight
    that only falls in the second step would break the sum, people times access equal to the supply within reach.
    Errors: as ``catchments.two_step``; a bandwidth or power not above zero; a cost of zero under inverse decay.
    """
    who = "catchments.enhanced_two_step"
    steps = {"power": power, "second_step": second_step, "third_step": third_step}
    weight = decay_weight(who, decay, bandwidth, max_cost, **steps)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        return _access(pairs.once(), people, supply, unreached)

    inverse = decay == "inverse"
    return over_tables(who, formula, weight, people, supply, origins, facilities, costs, inverse=inverse)


@measure(
    label="三步移动搜索可达性 | Access by three-step floating catchments (3SFCA)",
    unit="{supply}/{people}",
    bounds=(0, None),
    reference=_WAN,
    tested="peer",
    zeros=_ZEROS,
    also=("3sfca", "three_stage_fca"),
)
def three_step(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    decay: Decay,
    bandwidth: float,
    max_cost: float,
    power: float = 1.0,
    second_step: float = 0.68,
    third_step: float = 0.22,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Supply per person within reach, where the people of a place divide themselves between the facilities in reach.

    .. math:: A_i = \sum_j G_{ij} R_j w_{ij}, \qquad R_j = \frac{S_j}{\sum_k G_{kj} P_k w_{kj}}, \qquad
       G_{ij} = \frac{w_{ij}}{\sum_l w_{il}}

    :math:`G_{ij}`: probability that the people of place *i* select facility *j*; :math:`P_k`: people of place *k*;
    :math:`S_j`: supply of facility *j*; :math:`w_{ij}`: weight of a pair, as for ``catchments.enhanced_two_step``.

    Extremes: 0 where nothing is within reach; one place with one facility has supply over people at any weight.
    Trap: the selection counts facilities within ``max_cost`` only; PySAL's divides by the weights of all pairs of its
    table. A facility twice as large draws nobody more: the selection knows distance alone.
    Errors: as ``catchments.enhanced_two_step``.
    """
    who = "catchments.three_step"
    steps = {"power": power, "second_step": second_step, "third_step": third_step}
    weight = decay_weight(who, decay, bandwidth, max_cost, **steps)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        choices, demand = pairs.once().divided(people)
        access = over(pairs.to_places(pairs.shared_out(supply, demand, unreached), power=2), choices)
        return pairs.all_named(access, unreached)

    inverse = decay == "inverse"
    return over_tables(who, formula, weight, people, supply, origins, facilities, costs, inverse=inverse)


@measure(
    label="平衡移动搜索可达性 | Access by balanced floating catchments (BFCA)",
    unit="{supply}/{people}",
    bounds=(0, None),
    reference=_PAEZ,
    tested="by hand",
    zeros=_ZEROS,
    also=("bfca", "balanced_fca"),
)
def balanced(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    decay: Decay,
    bandwidth: float,
    max_cost: float,
    power: float = 1.0,
    second_step: float = 0.68,
    third_step: float = 0.22,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Supply per person within reach, where every person counts once and every level of service is given out once.

    .. math:: A_i = \sum_j R_j \frac{w_{ij}}{\sum_k w_{kj}}, \qquad
       R_j = \frac{S_j}{\sum_k P_k\, w_{kj} / \sum_l w_{kl}}

    :math:`P_k`: people of place *k*; :math:`S_j`: supply of facility *j*; :math:`R_j`: its level of service;
    :math:`w_{ij}`: weight of a pair, as for ``catchments.enhanced_two_step``.

    Extremes: 0 where nothing is within reach; access of all places adds up to the levels of service of all facilities.
    Trap: the level of service is divided between places, so that splitting a place in two halves the access of both:
    compare results of one set of places only. People times access does not add up to supply; that sum is kept by
    ``catchments.spatial_availability``.
    Errors: as ``catchments.enhanced_two_step``.
    """
    who = "catchments.balanced"
    steps = {"power": power, "second_step": second_step, "third_step": third_step}
    weight = decay_weight(who, decay, bandwidth, max_cost, **steps)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        choices = pairs.once().to_places()
        demand = pairs.to_facilities(over(people, choices))
        service = pairs.shared_out(supply, demand, unreached)
        access = pairs.to_places(over(service, pairs.to_facilities()))
        return pairs.all_named(access, unreached)

    inverse = decay == "inverse"
    return over_tables(who, formula, weight, people, supply, origins, facilities, costs, inverse=inverse)


@measure(
    label="空间可用量 | Spatial availability",
    unit="{supply}",
    bounds=(0, None),
    reference=_SOUKHOV,
    tested="peer",
    zeros="人口为零的地点分得零 | a place without people is given nothing",
    also=("availability", "singly_constrained_accessibility"),
)
def spatial_availability(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    decay: Decay,
    bandwidth: float,
    max_cost: float,
    power: float = 1.0,
    second_step: float = 0.68,
    third_step: float = 0.22,
    size_effect: float = 1.0,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Amount of supply that falls to a place when every facility is divided by the size and nearness of places.

    .. math:: V_i = \sum_j S_j \frac{P_i^{\alpha} w_{ij}}{\sum_k P_k^{\alpha} w_{kj}}

    :math:`P_i`: people of place *i*; :math:`S_j`: supply of facility *j*; :math:`\alpha`: ``size_effect``, 1 when
    people count alike; :math:`w_{ij}`: weight of a pair, as for ``catchments.enhanced_two_step``.

    Extremes: 0 where nothing is within reach; the amounts of all places add up to all supply within reach.
    Trap: it is an amount, not a rate: over people it is, with :math:`\alpha = 1`, the access of
    ``catchments.enhanced_two_step`` with the same weight.
    Errors: as ``catchments.enhanced_two_step``; a size effect that is not above zero.
    """
    who = "catchments.spatial_availability"
    positive(who, "state 1 where people count alike", size_effect=np.array(size_effect))
    steps = {"power": power, "second_step": second_step, "third_step": third_step}
    weight = decay_weight(who, decay, bandwidth, max_cost, **steps)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        sizes = people**size_effect
        return sizes * _access(pairs.once(), sizes, supply, unreached)

    inverse = decay == "inverse"
    return over_tables(who, formula, weight, people, supply, origins, facilities, costs, inverse=inverse)


def _access(pairs: Pairs, people: Array, supply: Array, unreached: str) -> Array:
    ratio = pairs.shared_out(supply, pairs.to_facilities(people), unreached)
    return pairs.all_named(pairs.to_places(ratio), unreached)
