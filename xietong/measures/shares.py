"""Shares: totals, parts of a whole, amounts per head, levels against a reference, and weighted means."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Cells, OverParts, OverRegions, OverSectors
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive


@measure(
    label="读数 | Value as read",
    unit="{values}",
    bounds=(None, None),
    reference="Definition (the chosen published value itself).",
    tested="by hand",
)
def value(values: Cells) -> Cells:
    r"""Give the chosen published value itself, so that a figure or a table can show it with its receipt.

    .. math:: y = x

    :math:`x`: the value that the reading of the study chose for each cell.

    Extremes: those of the published values.
    Trap: a table of values as read says nothing about whether two of them may be compared.
    Errors: a cell that is not finite.
    """
    finite("shares.value", values=values)
    return values


@measure(
    label="合计 | Total",
    unit="{amounts}",
    bounds=(None, None),
    reference="Definition (sum over the members of a perimeter).",
    tested="printed",
)
def total(amounts: OverRegions) -> Cells:
    r"""Add an amount over all places of a region.

    .. math:: X = \sum_i x_i

    :math:`x_i`: amount of place *i*, all in one unit, one period and one vintage.

    Extremes: zero when every place has none; negative when balances are added.
    Trap: members must not overlap; a region's published total may cover another perimeter, and the difference is
    explained, never spread over the members.
    Errors: a cell that is not finite.
    """
    finite("shares.total", amounts=amounts)
    added: Cells = amounts.sum(axis=-1)
    return added


@measure(
    label="占比 | Share of a whole",
    unit="1",
    bounds=(0, 1),
    reference="Definition (part over whole).",
    tested="by hand",
    alike=("part", "whole"),
)
def share(part: Cells, whole: Cells) -> Cells:
    r"""Say how much of a whole a part of it makes up.

    .. math:: s = \frac{x}{X}

    :math:`x`: the part; :math:`X`: the whole that contains it.

    Extremes: 0 when the part is nothing, 1 when it is the whole.
    Trap: the whole decides the result (a landing rate over all contracts, over those that leave the city, or over one
    receiver are three rates); two amounts that are not part and whole are compared by ``shares.relative_level``.
    Errors: a part that is not finite; a whole that is not above zero.
    """
    finite("shares.share", part=part)
    positive("shares.share", whole=whole)
    return part / whole


@measure(
    label="构成 | Shares of sectors",
    unit="1",
    bounds=(0, 1),
    reference="Definition (composition: each part over the sum of all parts).",
    tested="printed",
)
def shares(amounts: OverSectors) -> OverSectors:
    r"""Split a total into the shares of its sectors.

    .. math:: s_k = \frac{x_k}{\sum_l x_l}

    :math:`x_k`: amount of sector *k*.

    Extremes: 0 for a sector without activity, 1 when there is no other; the shares of a place add up to 1.
    Trap: the shares of a region come from the sums of its members, not from the mean of the members' shares.
    Errors: an amount that is not finite or below zero; all amounts zero.
    """
    not_negative("shares.shares", amounts=amounts)
    whole = amounts.sum(axis=-1, keepdims=True)
    positive("shares.shares", total_of_amounts=whole)
    parts: OverSectors = amounts / whole
    return parts


@measure(
    label="年平均人口 | Mean of two year-ends",
    unit="{closing}",
    bounds=(0, None),
    reference="Definition (mean of the stock at the end of the year before and at the end of the year).",
    tested="by hand",
    alike=("opening", "closing"),
)
def mid_year(opening: Cells, closing: Cells) -> Cells:
    r"""Give the stock in the middle of a year, the denominator that official figures per head use.

    .. math:: \bar{x} = \frac{x_{t-1} + x_t}{2}

    :math:`x_{t-1}`: stock at the end of the year before; :math:`x_t`: at the end of the year.

    Extremes: both ends when the stock does not move.
    Trap: official figures per head divide by the mean of two year-ends, not by one of them; both ends must stand on one
    census.
    Errors: a cell that is not finite or below zero.
    """
    not_negative("shares.mid_year", opening=opening, closing=closing)
    return (opening + closing) / 2


@measure(
    label="人均量 | Amount per head",
    unit="{amount}/{people}",
    bounds=(None, None),
    reference="Definition (amount over the people it is counted for).",
    tested="printed",
)
def per_head(amount: Cells, people: Cells) -> Cells:
    r"""Divide an amount by the people it belongs to.

    .. math:: y = \frac{x}{p}

    :math:`x`: amount of a period; :math:`p`: people.

    Extremes: zero when there is nothing to divide; no upper limit.
    Trap: people at the end of the year or on average over it, registered or resident, before or after a census: each
    gives another level; amount and people belong to one vintage.
    Errors: an amount that is not finite; people that are not above zero.
    """
    finite("shares.per_head", amount=amount)
    positive("shares.per_head", people=people)
    return amount / people


@measure(
    label="相对水平 | Level relative to a reference",
    unit="1",
    bounds=(None, None),
    reference="Definition (level over the level of the reference).",
    tested="printed",
    alike=("level", "reference"),
)
def relative_level(level: Cells, reference: Cells) -> Cells:
    r"""Compare a level with the level of a reference place or year.

    .. math:: r = \frac{y}{y_0}

    :math:`y`: level; :math:`y_0`: level of the reference.

    Extremes: 1 when both are alike; 0 when the level is zero; no upper limit.
    Trap: a ratio that rises may go with a gap that widens; show ``growth.difference`` beside it.
    Errors: a level that is not finite; a reference that is not above zero.
    """
    finite("shares.relative_level", level=level)
    positive("shares.relative_level", reference=reference)
    return level / reference


@measure(
    label="加权平均 | Weighted mean",
    unit="{values}",
    bounds=(None, None),
    reference="Definition (arithmetic mean with weights).",
    tested="by hand",
)
def weighted_mean(values: OverRegions, weights: OverRegions) -> Cells:
    r"""Average the values of places, each counted by its weight.

    .. math:: \bar{x} = \frac{\sum_i w_i x_i}{\sum_i w_i}

    :math:`x_i`: value of place *i*; :math:`w_i`: its weight, in any unit.

    Extremes: lies between the smallest and the largest value that carries weight.
    Trap: a value per head is averaged with people as weights, a rate of growth with the amounts of the year before.
    Errors: a value that is not finite; a weight below zero; all weights zero.
    """
    finite("shares.weighted_mean", values=values)
    not_negative("shares.weighted_mean", weights=weights)
    weight = weights.sum(axis=-1)
    positive("shares.weighted_mean", total_of_weights=weight)
    mean: Cells = (values * weights).sum(axis=-1) / weight
    return mean


@measure(
    label="最低与最高 | Lowest and highest",
    unit="{values}",
    bounds=(None, None),
    reference="Definition (smallest and largest value).",
    tested="by hand",
    parts=("最低 | lowest", "最高 | highest"),
    replicates=("place",),
)
def extremes(values: OverRegions) -> OverParts:
    r"""Smallest and largest value among places.

    .. math:: \ell = \min_i x_i, \qquad h = \max_i x_i

    :math:`x_i`: value of place *i*.

    Extremes: both are equal when all places are alike.
    Trap: which places they are is not said, and everything between them is ignored.
    Errors: a value that is not finite.
    """
    finite("shares.extremes", values=values)
    ends: OverParts = np.stack([values.min(axis=-1), values.max(axis=-1)], axis=-1)
    return ends
