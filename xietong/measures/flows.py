"""Flows between places: two books of one flow, what lands where, what is mutual, and how the balance stands.

A flow stands in the row of the place that sells or sends and in the column of the place that buys or receives.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, Cells, GroupsOfRegions, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_MIRROR = (
    "Mirror figures of trade: Javorsek, M. (2016), Asymmetries in International Merchandise Trade Statistics, ARTNeT "
    "Working Paper 156"
)
_TWO = {"place": 2}
_TWO_REASON = "a flow is between two places"


@measure(
    label="两册对账后的流量 | Flow reconciled from two books",
    unit="{sellers_book}",
    bounds=(0, None),
    reference=f"{_MIRROR}; the rule is a choice and stands in the receipt.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("sellers_book", "buyers_book"),
)
def reconciled(
    sellers_book: BetweenRegions,
    buyers_book: BetweenRegions,
    *,
    rule: Literal["mean", "seller", "buyer", "larger", "smaller"],
) -> BetweenRegions:
    r"""One flow out of the two that seller and buyer report, by a stated rule.

    .. math:: T_{ij} = \tfrac{1}{2} (S_{ij} + B_{ij}), \; S_{ij}, \; B_{ij}, \; \max(S_{ij}, B_{ij})
       \;\text{or}\; \min(S_{ij}, B_{ij})

    :math:`S_{ij}`: flow from place *i* to place *j* as *i* reports it; :math:`B_{ij}`: the same flow as *j* reports it.

    Extremes: both books and the result are the same when the books agree.
    Trap: the result is reconciled, not measured; registers differ by what they count (all contracts, or those that
    were registered for a tax relief), so that a mean may be the value of nothing.
    Errors: a flow below zero or not finite.
    """
    not_negative("flows.reconciled", sellers_book=sellers_book, buyers_book=buyers_book)
    sellers, buyers = np.broadcast_arrays(sellers_book, buyers_book)
    if rule in ("seller", "buyer"):
        chosen: BetweenRegions = (sellers if rule == "seller" else buyers).copy()
        return chosen
    if rule == "mean":
        middle: BetweenRegions = (sellers + buyers) / 2
        return middle
    end: BetweenRegions = np.maximum(sellers, buyers) if rule == "larger" else np.minimum(sellers, buyers)
    return end


@measure(
    label="两册差异率 | Relative difference of two books",
    unit="1",
    bounds=(-2, 2),
    reference=f"{_MIRROR}; here over the mean of both, so that neither book is taken for the true one.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="两册均为零时差异计零 | no difference where both books say zero",
    alike=("sellers_book", "buyers_book"),
)
def discrepancy(sellers_book: BetweenRegions, buyers_book: BetweenRegions) -> BetweenRegions:
    r"""How far the seller's figure lies above the buyer's, over the mean of both.

    .. math:: D_{ij} = \frac{S_{ij} - B_{ij}}{(S_{ij} + B_{ij}) / 2}

    :math:`S_{ij}`: flow from place *i* to place *j* as *i* reports it; :math:`B_{ij}`: the same flow as *j* reports it.

    Extremes: 0 when the books agree; 2 when only the seller reports a flow, -2 when only the buyer does.
    Trap: a zero in a book may be a flow that nobody reported; that is an absent cell and no zero.
    Errors: a flow below zero or not finite.
    """
    not_negative("flows.discrepancy", sellers_book=sellers_book, buyers_book=buyers_book)
    middle = (sellers_book + buyers_book) / 2
    difference: BetweenRegions = (sellers_book - buyers_book) / np.where(middle > 0, middle, 1.0)
    return difference


@measure(
    label="两册总差异率 | Total discrepancy of two books",
    unit="1",
    bounds=(0, 2),
    reference=f"{_MIRROR}; here over the mean of both, so that neither book is taken for the true one.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("sellers_book", "buyers_book"),
)
def total_discrepancy(sellers_book: BetweenRegions, buyers_book: BetweenRegions) -> Cells:
    r"""How much of all flows the two books put differently.

    .. math:: D = \frac{\sum_{ij} |S_{ij} - B_{ij}|}{\sum_{ij} (S_{ij} + B_{ij}) / 2}

    :math:`S_{ij}`: flow from place *i* to place *j* as *i* reports it; :math:`B_{ij}`: the same flow as *j* reports it.

    Extremes: 0 when the books agree cell by cell; 2 when no flow stands in both.
    Trap: two totals that agree prove little, since differences of cells cancel in them; here they do not.
    Errors: a flow below zero or not finite; both books empty.
    """
    not_negative("flows.total_discrepancy", sellers_book=sellers_book, buyers_book=buyers_book)
    middle = ((sellers_book + buyers_book) / 2).sum(axis=(-2, -1))
    positive("flows.total_discrepancy", "name places with a flow", mean_total=middle)
    difference: Cells = np.abs(sellers_book - buyers_book).sum(axis=(-2, -1)) / middle
    return difference


@measure(
    label="成果落地率 | Landing rate",
    unit="1",
    bounds=(0, 1),
    reference="Definition (part that lands in the region, over a denominator that is named).",
    tested="by hand",
    alike=("landed", "sold_outside", "sold"),
)
def landing_rate(
    landed: Cells, sold_outside: Cells, sold: Cells, *, denominator: Literal["all sold", "sold outside"]
) -> Cells:
    r"""Share of what a place sells that lands in the region around it.

    .. math:: r = \frac{L}{S} \;\text{or}\; \frac{L}{S_o}

    :math:`L`: sold to the other places of the region; :math:`S`: ``all sold``, at home, too; :math:`S_o`: ``sold
    outside`` the place itself. The denominator is chosen by ``denominator``.

    Extremes: 0 when nothing lands; 1 when everything does.
    Trap: both rates are printed under one name, and one year has been given as 8.8 % and as 15.1 %; a rate without its
    denominator says nothing. The value of contracts is no transfer of knowledge, and one contract can move a year.
    Errors: an amount below zero; a denominator of zero; landed above sold_outside, or sold_outside above sold.
    """
    not_negative("flows.landing_rate", landed=landed, sold_outside=sold_outside, sold=sold)
    _part_of("flows.landing_rate", landed=landed, sold_outside=sold_outside)
    _part_of("flows.landing_rate", sold_outside=sold_outside, sold=sold)
    landed, sold_outside, sold = np.broadcast_arrays(landed, sold_outside, sold)
    whole = {"all sold": {"sold": sold}, "sold outside": {"sold_outside": sold_outside}}[denominator]
    positive("flows.landing_rate", "leave out the year or place that sells nothing", **whole)
    rate: Cells = landed / next(iter(whole.values()))
    return rate


@measure(
    label="组内落地率 | Landing rate within groups",
    unit="1",
    bounds=(0, 1),
    reference="Definition (as flows.landing_rate, read from a whole table of flows).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("flows",),
)
def landing_rate_within(
    flows: BetweenRegions, groups: GroupsOfRegions, *, denominator: Literal["all sold", "sold outside"]
) -> OverRegions:
    r"""Share of what each place sells that lands with the other places of its group.

    .. math:: r_i = \frac{\sum_{j \ne i,\; g_j = g_i} T_{ij}}{\sum_j T_{ij}} \;\text{or}\;
       \frac{\sum_{j \ne i,\; g_j = g_i} T_{ij}}{\sum_{j \ne i} T_{ij}}

    :math:`T_{ij}`: flow from place *i* to place *j*, on the diagonal what is sold at home; :math:`g_i`: group of place
    *i*. ``all sold`` counts the diagonal in the denominator, ``sold outside`` does not.

    Extremes: 0 when nothing lands in the group, 1 when all does.
    Trap: the rest of the country belongs into the table, as a place with a group of its own; without it the rate is too
    high. Rows turned into columns give the share that a buyer has from its group, another figure.
    Errors: a flow below zero or not finite; a place that sells nothing.
    """
    not_negative("flows.landing_rate_within", flows=flows)
    away = ~np.eye(flows.shape[-1], dtype=bool)
    near = (groups[..., :, None] == groups[..., None, :]) & away
    whole = (flows * (away | (denominator == "all sold"))).sum(axis=-1)
    positive("flows.landing_rate_within", "leave out the place that sells nothing", total_of_flows=whole)
    rate: OverRegions = (flows * near).sum(axis=-1) / whole
    return rate


@measure(
    label="相互流量合计 | Mutual flow",
    unit="{flows}",
    bounds=(0, None),
    reference="Definition (sum of the flows between different places).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def mutual_total(flows: BetweenRegions) -> Cells:
    r"""All flows between different places of a region together.

    .. math:: M = \sum_{i \ne j} T_{ij}

    :math:`T_{ij}`: flow from place *i* to place *j*.

    Extremes: 0 when every place keeps to itself; no upper limit.
    Trap: it says nothing of direction: one seller alone can make it up; flows.reciprocity shows that.
    Errors: a flow below zero or not finite.
    """
    not_negative("flows.mutual_total", flows=flows)
    away = ~np.eye(flows.shape[-1], dtype=bool)
    total: Cells = (flows * away).sum(axis=(-2, -1))
    return total


@measure(
    label="互惠度 | Reciprocity of flows",
    unit="1",
    bounds=(0, 1),
    reference="Squartini, T., Picciolo, F., Ruzzenenti, F. and Garlaschelli, D. (2013), Reciprocity of Weighted "
    "Networks, Scientific Reports 3: 2729.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("flows",),
)
def reciprocity(flows: BetweenRegions) -> Cells:
    r"""Share of the flows between places that is answered by a flow the other way.

    .. math:: r = \frac{\sum_{i \ne j} \min(T_{ij}, T_{ji})}{\sum_{i \ne j} T_{ij}}

    :math:`T_{ij}`: flow from place *i* to place *j*.

    Extremes: 0 when all flows run one way, 1 when every pair is balanced.
    Trap: places of unequal size send unequal flows without any want of cooperation; the authors compare the value with
    that of a random network of the same sizes.
    Errors: a flow below zero or not finite; no flow between different places.
    """
    not_negative("flows.reciprocity", flows=flows)
    between = flows * ~np.eye(flows.shape[-1], dtype=bool)
    total = between.sum(axis=(-2, -1))
    positive("flows.reciprocity", "name places with a flow between them", total_of_flows=total)
    answered: Cells = np.minimum(between, np.swapaxes(between, -1, -2)).sum(axis=(-2, -1)) / total
    return answered


@measure(
    label="净流出 | Net flow",
    unit="{flows}",
    bounds=(None, None),
    reference="Definition (what leaves a place less what reaches it).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def net_flow(flows: BetweenRegions) -> OverRegions:
    r"""Subtract what a place buys from the others from what it sells to them.

    .. math:: N_i = \sum_j T_{ij} - \sum_j T_{ji}

    :math:`T_{ij}`: flow from place *i* to place *j*.

    Extremes: 0 for a balanced place; the places add up to 0.
    Trap: the balance closes over the places of the table only; with the rest of the world left out, a place that buys
    there and sells here looks like a source.
    Errors: a flow below zero or not finite.
    """
    not_negative("flows.net_flow", flows=flows)
    net: OverRegions = flows.sum(axis=-1) - flows.sum(axis=-2)
    return net


@measure(
    label="最大流量占比 | Share of the largest flow",
    unit="1",
    bounds=(0, 1),
    reference="Definition (largest flow over all flows between different places).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("flows",),
)
def largest_flow_share(flows: BetweenRegions) -> Cells:
    r"""How much of all flows between places the largest single one makes up.

    .. math:: c = \frac{\max_{i \ne j} T_{ij}}{\sum_{i \ne j} T_{ij}}

    :math:`T_{ij}`: flow from place *i* to place *j*.

    Extremes: 1 / (*n* (*n* - 1)) when all flows are alike, 1 when there is a single one.
    Trap: it falls as places are divided up; compare it over years of one table only.
    Errors: a flow below zero or not finite; no flow between different places.
    """
    not_negative("flows.largest_flow_share", flows=flows)
    between = flows * ~np.eye(flows.shape[-1], dtype=bool)
    total = between.sum(axis=(-2, -1))
    positive("flows.largest_flow_share", "name places with a flow between them", total_of_flows=total)
    share: Cells = between.max(axis=(-2, -1)) / total
    return share


@measure(
    label="往返不对称度 | Asymmetry of the two directions",
    unit="1",
    bounds=(-1, 1),
    reference="Definition (difference of the two directions over their sum).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    undefined="两个方向都没有流量时为空 | nan where no flow runs either way",
    scale_free=("flows",),
)
def asymmetry(flows: BetweenRegions) -> BetweenRegions:
    r"""Compare for every pair what goes one way with what comes back.

    .. math:: A_{ij} = \frac{T_{ij} - T_{ji}}{T_{ij} + T_{ji}}

    :math:`T_{ij}`: flow from place *i* to place *j*.

    Extremes: 0 when as much comes back; 1 when all runs from *i* to *j*, -1 when all runs the other way.
    Trap: of a table whose direction is not sure only the size means something, not the sign; of small flows neither
    does.
    Errors: a flow below zero or not finite.
    """
    not_negative("flows.asymmetry", flows=flows)
    back = np.swapaxes(flows, -1, -2)
    both = flows + back
    share: BetweenRegions = np.where(both > 0, (flows - back) / np.where(both > 0, both, 1.0), np.nan)
    return share


def _part_of(measure: str, **amounts: Array) -> None:
    """Refuse a part, named first, that is above its whole, named second."""
    (name, part), (whole_name, whole) = amounts.items()
    part, whole = np.broadcast_arrays(part, whole)
    above = np.argwhere(part > whole * (1 + 1e-9))
    if len(above):
        index = tuple(int(position) for position in above[0])
        what = f"{name} is {part[index]:g} and {whole_name} is {whole[index]:g}"
        ways = ("read both from one register and one year",)
        raise MeasureRefusal(measure, what, why=f"{name} is a part of {whole_name}", ways=ways)
