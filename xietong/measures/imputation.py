"""Imputation: an absent cell (nan) gets a number by a rule that is named, and ``gaps`` says which cells those are.

Filled cells are invented numbers: they are marked in every table and figure that rests on them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xietong.measures.axes import (
    Array,
    GroupsOfRegions,
    OverPeriods,
    OverRegionsAndIndicators,
    OverRegionsAndPeriods,
)
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, positive

_COINR = "R package COINr 1.1.14"
_NONE = "leave the indicator or the place out by name, or give the group to another one"


@measure(
    label="缺失标记 | Gaps",
    unit="1",
    bounds=(0, 1),
    reference="Definition (1 where no observation gives a value).",
    tested="by hand",
    absent="记为1 | counted as 1",
    scale_free=("values",),
)
def gaps(values: OverRegionsAndIndicators) -> OverRegionsAndIndicators:
    r"""Mark the cells that no observation gives, so that filled numbers can be told from read ones.

    .. math:: g_{ij} = 1 \text{ where } x_{ij} \text{ is absent, else } 0

    :math:`x_{ij}`: value of place *i* on indicator *j*.

    Extremes: 0 where there is a value, 1 where there is none.
    Trap: the mean over places is the share of absent cells of an indicator; above a third no rule makes up for it.
    Errors: an infinite cell.
    """
    return (~_held("imputation.gaps", values)).astype(np.float64)


@measure(
    label="以均值填补 | Filled with the mean of the indicator",
    unit="{values}",
    bounds=(None, None),
    reference=f"{_COINR}, i_mean().",
    tested="by hand",
    absent="以指标均值填补，imputation.gaps 标出 | filled with the mean of the indicator, marked by imputation.gaps",
)
def filled_by_mean(values: OverRegionsAndIndicators) -> OverRegionsAndIndicators:
    r"""Give a place without a value the mean of the places that have one.

    .. math:: x'_{ij} = \frac{1}{n_j} \sum_{k: x_{kj} \text{ held}} x_{kj} \text{ where } x_{ij} \text{ is absent}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`n_j`: number of places that have one.

    Extremes: the values themselves when none is absent.
    Trap: it moves the place to the middle, and lowers spread, correlations and weights from data.
    Errors: an infinite cell; an indicator without any value.
    """
    held = _held("imputation.filled_by_mean", values)
    count = held.sum(axis=-2, keepdims=True)
    positive("imputation.filled_by_mean", _NONE, values_of_indicator=count[..., 0, :].astype(np.float64))
    filled: Array = np.where(held, values, np.where(held, values, 0.0).sum(axis=-2, keepdims=True) / count)
    return filled


@measure(
    label="以中位数填补 | Filled with the median of the indicator",
    unit="{values}",
    bounds=(None, None),
    reference=f"{_COINR}, i_median().",
    tested="by hand",
    absent="以指标中位数填补，由 gaps 标出 | filled with the median of the indicator, marked by imputation.gaps",
)
def filled_by_median(values: OverRegionsAndIndicators) -> OverRegionsAndIndicators:
    r"""Give a place without a value the one in the middle of those that there are.

    .. math:: x'_{ij} = \operatorname{median}_{k: x_{kj} \text{ held}} x_{kj} \text{ where } x_{ij} \text{ is absent}

    :math:`x_{ij}`: value of place *i* on indicator *j*.

    Extremes: the values themselves when none is absent.
    Trap: less moved by an outlier than the mean, but the place still lands in the middle of the field.
    Errors: an infinite cell; an indicator without any value.
    """
    held = _held("imputation.filled_by_median", values)
    count = held.sum(axis=-2).astype(np.float64)
    positive("imputation.filled_by_median", _NONE, values_of_indicator=count)
    filled: Array = np.where(held, values, np.nanmedian(values, axis=-2, keepdims=True))
    return filled


@measure(
    label="以组均值填补 | Filled with the mean of the group",
    unit="{values}",
    bounds=(None, None),
    reference=f"{_COINR}, i_mean_grp().",
    tested="by hand",
    absent="以组内均值填补，imputation.gaps 标出 | filled with the mean of the group, marked by imputation.gaps",
)
def filled_by_group_mean(values: OverRegionsAndIndicators, groups: GroupsOfRegions) -> OverRegionsAndIndicators:
    r"""Give a place without a value the mean of the places of its group that have one.

    .. math:: x'_{ij} = \frac{1}{n_{gj}} \sum_{k \in g(i): x_{kj} \text{ held}} x_{kj} \text{ where } x_{ij}
       \text{ is absent}

    :math:`x_{ij}`: value of place *i* on indicator *j*; :math:`g(i)`: its group; :math:`n_{gj}`: number of its places
    that have a value.

    Extremes: the values themselves when none is absent.
    Trap: the group decides the number: a group by income for an indicator of income is a circle.
    Errors: an infinite cell; a group in which no place has a value while one of its places lacks it.
    """
    who = "imputation.filled_by_group_mean"
    held = _held(who, values)
    members = (np.arange(groups.max() + 1)[:, None] == groups[..., None, :]).astype(np.float64)
    count, total = members @ held.astype(np.float64), members @ np.where(held, values, 0.0)
    mine = np.swapaxes(members, -1, -2)
    around = mine @ count
    positive(who, _NONE, values_of_group=np.where(held, 1.0, around))
    filled: Array = np.where(held, values, mine @ (total / np.maximum(count, 1)))
    return filled


@measure(
    label="按时间线性填补 | Filled along a line in time",
    unit="{values}",
    bounds=(None, None),
    reference=f"Linear interpolation, as one of the rules of the {_COINR}, impute_panel(), and numpy 2.4.6, interp().",
    tested="peer",
    absent="两端之间线性填补，由 gaps 标出 | filled on a line between the years around, marked by gaps",
)
def filled_along_time(
    values: OverRegionsAndPeriods, years: OverPeriods, *, beyond_ends: bool = False
) -> OverRegionsAndPeriods:
    r"""Give a year without a value the point on the line between the nearest years before and after it.

    .. math:: x'_t = x_a + (x_b - x_a) \frac{t - a}{b - a}

    :math:`x_t`: value of year *t*; :math:`a`, :math:`b`: the nearest years before and after that have one. With
    ``beyond_ends`` the first and last value are held before and after them; without, such a gap is refused.

    Extremes: the values themselves when none is absent.
    Trap: a line hides a break: a census, a crisis or a move between two years; growth rates across it are invented too.
    Errors: an infinite cell; years that do not rise; a place without any value; a gap at an end, unless it is held.
    """
    who = "imputation.filled_along_time"
    held = _held(who, values)
    finite(who, years=years)
    positive(who, "give the years in order, each once", step_of_years=np.diff(years, axis=-1))
    shape = np.broadcast_shapes(years[..., None, :].shape, values.shape)
    values, held = np.broadcast_to(values, shape), np.broadcast_to(held, shape)
    spread = np.broadcast_to(years[..., None, :], shape)
    before, after = _around(held)
    missing = (before < 0) | (after == values.shape[-1])
    open_ends = (before < 0) & (after == values.shape[-1]) if beyond_ends else missing & ~held
    positive(who, "choose beyond_ends, or leave the place out by name", years_around=np.where(open_ends, 0.0, 1.0))
    before, after = np.where(before < 0, after, before), np.where(after == values.shape[-1], before, after)
    low, high = np.take_along_axis(values, before, axis=-1), np.take_along_axis(values, after, axis=-1)
    start, end = np.take_along_axis(spread, before, axis=-1), np.take_along_axis(spread, after, axis=-1)
    filled: Array = np.where(
        held, values, low + (high - low) * (spread - start) / np.where(end > start, end - start, 1)
    )
    return filled


def _held(measure: str, values: Array) -> NDArray[np.bool_]:
    absent = np.isnan(values)
    finite(measure, values=np.where(absent, 0.0, values))
    return ~absent


def _around(held: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nearest position with a value before (-1: none) and after (the length: none) every position."""
    length = held.shape[-1]
    position = np.broadcast_to(np.arange(length), held.shape)
    before = np.maximum.accumulate(np.where(held, position, -1), axis=-1)
    after = np.minimum.accumulate(np.where(held, position, length)[..., ::-1], axis=-1)[..., ::-1]
    return before, after
