"""Growth: differences, rates, chains of rates, and what a release implies for the year before."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array, Cells, OverPeriods, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import at_least, finite, not_negative, positive


@measure(
    label="增量 | Difference",
    unit="{later}",
    bounds=(None, None),
    reference="Definition (later minus earlier).",
    tested="printed",
    alike=("later", "earlier"),
)
def difference(later: Cells, earlier: Cells) -> Cells:
    r"""Subtract the earlier value from the later one.

    .. math:: d = x_1 - x_0

    :math:`x_1`: later value; :math:`x_0`: earlier value.

    Extremes: zero without change, negative for a fall.
    Trap: the difference of two percentages is in percentage points; the two values stand on one benchmark.
    Errors: a value that is not finite.
    """
    finite("growth.difference", later=later, earlier=earlier)
    return later - earlier


@measure(
    label="增长率 | Growth rate",
    unit="1",
    bounds=(-1, None),
    reference="Definition (change over the earlier value).",
    tested="printed",
    alike=("later", "earlier"),
)
def growth(later: Cells, earlier: Cells) -> Cells:
    r"""Relate the change between two values to the earlier one.

    .. math:: g = \frac{x_1}{x_0} - 1

    :math:`x_1`: later value; :math:`x_0`: earlier value.

    Extremes: -1 when everything is lost, 0 without change; no upper limit.
    Trap: of values at current prices it mixes volume and price; it is for the whole span, not for a year.
    Errors: a later value below zero; an earlier value that is not above zero.
    """
    not_negative("growth.growth", later=later)
    positive("growth.growth", earlier=earlier)
    return later / earlier - 1


@measure(
    label="年均增长率 | Compound annual growth rate",
    unit="1",
    bounds=(-1, None),
    reference="US Bureau of Economic Analysis, Regional Economic Accounts, definitions: compound annual growth rate.",
    tested="printed",
    alike=("first", "last"),
)
def compound_annual_growth(first: Cells, last: Cells, *, years: float) -> Cells:
    r"""Find the steady yearly rate that leads from the first value to the last.

    .. math:: g = \left(\frac{x_T}{x_0}\right)^{1/T} - 1

    :math:`x_0`: first value; :math:`x_T`: last value; :math:`T`: years between them (``years``).

    Extremes: -1 when nothing is left, 0 when first and last are equal.
    Trap: from 2013 to 2023 there are ten years, not eleven; only the two ends count, so an unusual end year decides
    the result.
    Errors: a first value that is not above zero; a last value below zero; ``years`` that are not above zero.
    """
    positive("growth.compound_annual_growth", first=first, years=np.asarray(years, dtype=np.float64))
    not_negative("growth.compound_annual_growth", last=last)
    rate: Cells = (last / first) ** (1 / years) - 1
    return rate


@measure(
    label="定基指数（环比连乘） | Chained index",
    unit="点",
    bounds=(0, None),
    reference="Definition (running product of yearly growth factors).",
    tested="by hand",
)
def chained_index(rates: OverPeriods, *, start: float = 100.0) -> OverPeriods:
    r"""Chain yearly rates into an index that stands at ``start`` before the first rate.

    .. math:: I_t = I_0 \prod_{u=1}^{t} (1 + g_u)

    :math:`g_u`: rate of year *u* against the year before; :math:`I_0`: value before the first rate (``start``).

    Extremes: zero from the year in which everything is lost; constant when all rates are zero.
    Trap: rates rounded to one digit drift over the years; the index of several regions is not the mean of theirs.
    Errors: a rate that is not finite or below -1; a start that is not above zero.
    """
    _rates("growth.chained_index", rates)
    positive("growth.chained_index", start=np.asarray(start, dtype=np.float64))
    return start * (1 + rates).cumprod(axis=-1)


@measure(
    label="累计增长率 | Growth over a chain of years",
    unit="1",
    bounds=(-1, None),
    reference="Definition (product of yearly growth factors, less one).",
    tested="by hand",
)
def chained_growth(rates: OverPeriods) -> Cells:
    r"""Chain yearly rates into the growth over all of them.

    .. math:: G = \prod_{t=1}^{T} (1 + g_t) - 1

    :math:`g_t`: rate of year *t* against the year before.

    Extremes: -1 when everything is lost in any year, 0 when all rates are zero.
    Trap: the sum of the rates is not the growth; the error grows with the rates and the years.
    Errors: a rate that is not finite or below -1.
    """
    _rates("growth.chained_growth", rates)
    grown: Cells = np.prod(1 + rates, axis=-1) - 1
    return grown


@measure(
    label="年均速度 | Mean annual rate",
    unit="1",
    bounds=(-1, None),
    reference="Definition (geometric mean of yearly growth factors, less one).",
    tested="by hand",
)
def mean_annual_rate(rates: OverPeriods) -> Cells:
    r"""Average yearly rates so that the mean, chained, gives the same growth.

    .. math:: \bar{g} = \left[\prod_{t=1}^{T} (1 + g_t)\right]^{1/T} - 1

    :math:`g_t`: rate of year *t*; :math:`T`: number of rates.

    Extremes: lies between the smallest and the largest rate; -1 when everything is lost in any year.
    Trap: the arithmetic mean of the rates is above it unless all rates are equal.
    Errors: a rate that is not finite or below -1.
    """
    _rates("growth.mean_annual_rate", rates)
    mean: Cells = np.prod(1 + rates, axis=-1) ** (1 / rates.shape[-1]) - 1
    return mean


@measure(
    label="加权增长率 | Growth of a region from its members",
    unit="1",
    bounds=(-1, None),
    reference="Definition (Laspeyres mean of the members' rates, weights of the year before at its prices).",
    tested="by hand",
)
def weighted_growth(rates: OverRegions, base_amounts: OverRegions) -> Cells:
    r"""Combine the members' real rates into the rate of the region.

    .. math:: g = \frac{\sum_i x_i g_i}{\sum_i x_i}

    :math:`g_i`: rate of member *i*; :math:`x_i`: its amount of the year before at the prices of that year.

    Extremes: lies between the smallest and the largest rate of a member with weight.
    Trap: amounts of the same year give a rate that is too high, since the faster member already weighs more.
    Errors: a rate that is not finite or below -1; an amount below zero; all amounts zero.
    """
    _rates("growth.weighted_growth", rates)
    not_negative("growth.weighted_growth", base_amounts=base_amounts)
    base = base_amounts.sum(axis=-1)
    positive("growth.weighted_growth", total_of_base_amounts=base)
    combined: Cells = (rates * base_amounts).sum(axis=-1) / base
    return combined


@measure(
    label="上年修订值（由公布增量倒推） | Level of the year before, as a release implies it",
    unit="{level}",
    bounds=(None, None),
    reference="Definition (published level less published change).",
    tested="printed",
    alike=("level", "change"),
)
def restated_previous(level: Cells, change: Cells) -> Cells:
    r"""Find the level of the year before that stands behind a published level and change.

    .. math:: x_{t-1} = x_t - d_t

    :math:`x_t`: published level; :math:`d_t`: published change against the year before.

    Extremes: equals the level when the change is zero.
    Trap: it may differ from the level that was published a year earlier; both are kept, under their releases.
    Errors: a value that is not finite.
    """
    finite("growth.restated_previous", level=level, change=change)
    return level - change


def _rates(measure: str, rates: Array) -> None:
    at_least(measure, -1.0, way="write rates as plain ratios: 0.05 for a rise of five in a hundred", rates=rates)
