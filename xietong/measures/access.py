"""Access to services without competition: what is in reach, how far the nearest is, and how many people are covered.

All take one table of pairs of a place and a facility with the cost of travel between them, whatever border lies
between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from xietong.measures.axes import (
    Array,
    Cells,
    FacilitiesOfPairs,
    GroupsOfRegions,
    OverFacilities,
    OverGroups,
    OverPairs,
    OverParts,
    OverRegions,
    PlacesOfPairs,
    Whole,
)
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.pairs import Pairs, Unreached, Weight, decay_weight, over_tables, within
from xietong.measures.preconditions import finite, not_negative, positive

_HANSEN = (
    "Hansen, W. G. (1959), How Accessibility Shapes Land Use, Journal of the American Institute of Planners 25(2): "
    "73-76; as a package: Pereira, R. H. M. and Herszenhut, D., accessibility: Transport Accessibility Measures (R)."
)
_CLOSED = "无供给的设施视为关闭 | a facility without supply is closed"
_NO_PEOPLE = "人口为零的一类 | a class without people"
EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth in kilometres."""


@measure(
    label="累积机会 | Cumulative opportunities",
    unit="{supply}",
    bounds=(0, None),
    reference=_HANSEN,
    tested="by hand",
    also=("cumulative", "gravity_access", "hansen"),
)
def cumulative_opportunities(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    max_cost: float,
    decay: Literal["binary", "gaussian", "truncated_gaussian", "exponential", "inverse", "steps"] = "binary",
    bandwidth: float = 0.0,
    power: float = 1.0,
    second_step: float = 0.68,
    third_step: float = 0.22,
    unreached: Unreached = "refused",
) -> OverRegions:
    r"""Supply that a place can reach, all of it within a threshold alike or the near more than the far.

    .. math:: O_i = \sum_{j:\, c_{ij} \le c_0} S_j\, w_{ij}

    :math:`S_j`: supply of facility *j*; :math:`c_{ij}`: cost of travel of a pair; :math:`c_0`: ``max_cost``, itself
    within reach; :math:`w_{ij}`: 1 for binary, else the weight of ``catchments.enhanced_two_step`` with this
    ``bandwidth``. ``people`` only say which places there are.

    Extremes: 0 where nothing is within reach; all supply where everything is.
    Trap: nobody competes, so that the sum over places has no meaning and a crowded centre looks best; a few minutes
    around the threshold decide: show a second one.
    Errors: as ``catchments.enhanced_two_step``; a decay without its bandwidth.
    """
    who = "access.cumulative_opportunities"
    steps = {"power": power, "second_step": second_step, "third_step": third_step}
    weight = within(who, max_cost) if decay == "binary" else decay_weight(who, decay, bandwidth, max_cost, **steps)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        return pairs.once().all_named(pairs.to_places(supply), unreached)

    inverse = decay == "inverse"
    return over_tables(who, formula, weight, people, supply, origins, facilities, costs, inverse=inverse)


@measure(
    label="最近设施的代价 | Cost to the nearest facility",
    unit="{costs}",
    bounds=(0, None),
    reference="Definition (least cost of travel to an open facility).",
    tested="by hand",
    zeros=_CLOSED,
    undefined="没有可达设施的地点 | a place that no pair joins to an open facility",
    also=("time_to_closest", "nearest", "cost_to_closest"),
)
def nearest_cost(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
) -> OverRegions:
    r"""Travel from a place to the nearest facility that is open.

    .. math:: n_i = \min_{j:\, S_j > 0} c_{ij}

    :math:`c_{ij}`: cost of travel of a pair; :math:`S_j`: supply of facility *j*. ``people`` only say which places
    there are.

    Extremes: 0 at a facility; not a number where no pair leads to an open facility.
    Trap: the nearest facility may be full or across a border that its users may not cross; a table of pairs that was
    cut at a radius has no nearest facility for the places that matter most.
    Errors: people, supply or costs not finite or below zero; a label without a cell.
    """

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        least = pairs.nearest(supply > 0)
        return np.where(np.isfinite(least), least, np.nan)

    return over_tables("access.nearest_cost", formula, np.ones_like, people, supply, origins, facilities, costs)


@measure(
    label="服务人口覆盖率 | Share of people covered",
    unit="1",
    bounds=(0, 1),
    reference="Definition (people of places whose nearest open facility is within a threshold, over all people).",
    tested="by hand",
    zeros=_CLOSED,
    scale_free=("people",),
    also=("service_coverage", "population_coverage"),
)
def coverage(
    people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    max_cost: float,
) -> Cells:
    r"""Share of people who have an open facility within a threshold, such as a circle of fifteen minutes.

    .. math:: C(t) = \frac{\sum_{i:\, n_i \le t} P_i}{\sum_i P_i}

    :math:`P_i`: people of place *i*; :math:`n_i`: cost to its nearest open facility; :math:`t`: ``max_cost``, itself
    within reach.

    Extremes: 0 when nobody has a facility within the threshold, 1 when everybody has; it never falls as *t* grows.
    Trap: a whole place is covered or not, so that large places jump; a place that no pair names counts as not covered,
    since pairs beyond a radius are rightly left out.
    Errors: as ``access.nearest_cost``; no people; a threshold below zero.
    """
    who = "access.coverage"
    near = within(who, max_cost)

    def formula(pairs: Pairs, people: Array, supply: Array) -> Array:
        positive(who, total_of_people=people.sum())
        return np.asarray((people * near(pairs.nearest(supply > 0))).sum() / people.sum())

    return over_tables(who, formula, near, people, supply, origins, facilities, costs)


@measure(
    label="分组覆盖率 | Share of people covered, by group of places",
    unit="1",
    bounds=(0, 1),
    reference="Definition (as access.coverage, within every group of places).",
    tested="by hand",
    zeros=_CLOSED,
    undefined="人口为零的一组 | a group without people",
    scale_free=("people",),
)
def coverage_by_group(
    people: OverRegions,
    groups: GroupsOfRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    max_cost: float,
) -> OverGroups:
    r"""Share of people covered in every group of places, such as provinces; facilities of all groups count for all.

    .. math:: C_g(t) = \frac{\sum_{i \in g:\, n_i \le t} P_i}{\sum_{i \in g} P_i}

    :math:`P_i`: people of place *i*; :math:`n_i`: cost to its nearest open facility, in its own group or another;
    :math:`t`: ``max_cost``, itself within reach.

    Extremes: 0 when nobody of the group has a facility within the threshold, 1 when everybody has.
    Trap: a group is where people live, not whose facility they use: cutting the pairs at the border of a group lowers
    its coverage. Weighted by people, the groups give the coverage of all.
    Errors: as ``access.coverage``, but for a group without people, which has no share.
    """
    who = "access.coverage_by_group"
    near, count = within(who, max_cost), int(groups.max(initial=0)) + 1
    not_negative(who, people=people)
    covered = over_tables(who, _covered(near), near, people, supply, origins, facilities, costs)

    def one(groups: Whole, people: Array, covered: Array) -> Array:
        inside, totals = np.bincount(groups, people * covered, count), np.bincount(groups, people, count)
        return _share(inside.astype(np.float64), totals.astype(np.float64))

    return each(one, (groups, 1), (people, 1), (covered, 1))


@measure(
    label="城乡覆盖率 | Share of urban and of rural people covered",
    unit="1",
    bounds=(0, 1),
    reference="Definition (as access.coverage, for the urban and the rural people of the same places).",
    tested="by hand",
    zeros=_CLOSED,
    undefined=_NO_PEOPLE,
    parts=("全部 | all", "城镇 | urban", "乡村 | rural"),
)
def urban_rural_coverage(
    urban_people: OverRegions,
    rural_people: OverRegions,
    supply: OverFacilities,
    origins: PlacesOfPairs,
    facilities: FacilitiesOfPairs,
    costs: OverPairs,
    *,
    max_cost: float,
) -> OverParts:
    r"""Share of all, of urban and of rural people who have an open facility within a threshold.

    .. math:: C_c(t) = \frac{\sum_{i:\, n_i \le t} P_{ic}}{\sum_i P_{ic}}

    :math:`P_{ic}`: people of class *c* in place *i*; :math:`n_i`: cost to the nearest open facility; :math:`t`:
    ``max_cost``, itself within reach.

    Extremes: 0 when nobody of a class has a facility within the threshold, 1 when everybody has.
    Trap: urban and rural people of one place get its one travel cost, so that a gap inside a place is not seen: use
    places that are small enough.
    Errors: as ``access.coverage``, but for a class without people, which has no share.
    """
    who = "access.urban_rural_coverage"
    near = within(who, max_cost)
    not_negative(who, urban_people=urban_people, rural_people=rural_people)
    everyone = urban_people + rural_people
    covered = over_tables(who, _covered(near), near, everyone, supply, origins, facilities, costs)
    classes = np.stack(np.broadcast_arrays(everyone, urban_people, rural_people), axis=-2)
    totals, inside = classes.sum(axis=-1), (classes * covered[..., None, :]).sum(axis=-1)
    return _share(inside, totals)


@measure(
    label="球面距离 | Great-circle distance",
    unit="公里",
    bounds=(0, np.pi * EARTH_RADIUS),
    reference="Sinnott, R. W. (1984), Virtues of the Haversine, Sky and Telescope 68(2): 159; mean radius of the Earth "
    "of the International Union of Geodesy and Geophysics.",
    tested="peer",
    also=("haversine",),
)
def great_circle(from_longitude: Cells, from_latitude: Cells, to_longitude: Cells, to_latitude: Cells) -> Cells:
    r"""Straight distance over the globe between two points, in kilometres.

    .. math:: d = 2 R \arcsin \sqrt{\sin^2 \frac{\varphi_2 - \varphi_1}{2} + \cos \varphi_1 \cos \varphi_2
       \sin^2 \frac{\lambda_2 - \lambda_1}{2}}

    :math:`\lambda`: longitude and :math:`\varphi`: latitude of both points, in degrees; :math:`R`: 6371.0088 km.

    Extremes: 0 for one point; half the circumference, 20015 km, for opposite points.
    Trap: a sphere is wrong by up to half a per cent, and no road is straight: as travel it is a lower bound. Points of
    one map datum only: those of Chinese web maps are shifted by hundreds of metres.
    Errors: a longitude beyond 180 or a latitude beyond 90 degrees, or a coordinate that is not finite.
    """
    who = "access.great_circle"
    finite(who, from_longitude=from_longitude, from_latitude=from_latitude)
    finite(who, to_longitude=to_longitude, to_latitude=to_latitude)
    not_negative(who, degrees_within_180=180 - np.maximum(np.abs(from_longitude), np.abs(to_longitude)))
    not_negative(who, degrees_within_90=90 - np.maximum(np.abs(from_latitude), np.abs(to_latitude)))
    first, second = np.radians(from_latitude), np.radians(to_latitude)
    east = np.sin(np.radians(to_longitude - from_longitude) / 2) ** 2
    root = np.sin((second - first) / 2) ** 2 + np.cos(first) * np.cos(second) * east
    distance: Cells = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(root, 0, 1)))
    return distance


def _covered(near: Weight) -> Callable[[Pairs, Array, Array], Array]:
    return lambda pairs, _, supply: near(pairs.nearest(supply > 0))


def _share(inside: Array, totals: Array) -> Array:
    """Divide, and give no number where there are no people."""
    none = np.full(np.broadcast_shapes(inside.shape, totals.shape), np.nan)
    share: Array = np.divide(inside, totals, out=none, where=totals > 0)
    return share
