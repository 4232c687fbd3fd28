"""Accounting identities on published totals: what left has arrived, gone elsewhere or ceased, or stays unexplained.

A total that was never published is not a number, and it is never taken as zero: it leaves an interval.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.measures.axes import Array, Axes, Cells, OverParts
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative

OverDestinations: TypeAlias = Annotated[Array, Axes(("destination",))]

_WHO = "accounting.remainder"


@measure(
    label="流出与去向的余额 | Remainder of what left over where it went",
    unit="{outflow}",
    bounds=(None, None),
    reference="Definition (one equation of an account: outflow less inflows by destination, with interval arithmetic "
    "for rounding and for entries that are not known); no work was found that states it for relocations.",
    tested="by hand",
    absent="未公布的去向放宽余额的下界，从不作零 | a destination that was not published widens the remainder, and is "
    "never zero",
    undefined="流出未公布时余额未知 | the remainder when the outflow was not published",
    alike=("outflow", "outflow_rounding", "destinations", "rounding"),
    parts=(
        "已公布去向之和 | sum of the destinations published",
        "流出至少 | outflow at least",
        "余额下界 | remainder at least",
        "余额上界 | remainder at most",
    ),
    also=("unexplained_remainder", "balance"),
)
def remainder(
    outflow: Cells, outflow_rounding: Cells, destinations: OverDestinations, rounding: OverDestinations
) -> OverParts:
    r"""Give what of an outflow its published destinations leave unexplained, as an interval.

    .. math:: R = O - \sum_{j \in K} D_j - \sum_{j \notin K} D_j, \qquad
       R \in \left[ \min(0, \underline{G}),\ \overline{G} \right] \text{ if some } j \notin K,
       \text{ else } \left[ \underline{G},\ \overline{G} \right], \qquad
       \underline{G}, \overline{G} = O - \sum_{j \in K} D_j \mp \Bigl(h + \sum_{j \in K} h_j\Bigr)

    :math:`O`: what left; :math:`D_j`: what destination *j* received, those who ceased counted as one; :math:`K`: the
    destinations that were published; :math:`h, h_j`: half a unit of the last digit printed, ``outflow_rounding`` and
    ``rounding``; :math:`\underline{G}, \overline{G}`: gap that is left for all that is not known. A destination that is
    not known takes between nothing and the whole gap. The parts are the sum over *K*, the least that must have left
    for it, and the two ends of the remainder.

    Extremes: both ends 0 when all is published exactly and the account closes; below 0 when more arrived than left,
    which shows two scopes; not a number without an outflow, when only the least outflow is known.
    Trap: a round floor such as *over 2800* is no number plus or minus a half: say so beside the result. Closing to zero
    proves nothing when one list was made out of the other.
    Errors: an amount or a rounding below zero or infinite; a rounding that is missing beside an amount.
    """
    left, known = ~np.isnan(outflow), ~np.isnan(destinations)
    amounts, halves = np.where(known, destinations, 0.0), np.where(known, rounding, 0.0)
    not_negative(_WHO, outflow=np.where(left, outflow, 0.0), outflow_rounding=np.where(left, outflow_rounding, 0.0))
    not_negative(_WHO, destinations=amounts, rounding=halves)
    received, slack = amounts.sum(axis=-1), halves.sum(axis=-1)
    least = np.maximum(received - slack, 0.0)
    gap, width = outflow - received, outflow_rounding + slack
    low = np.where(known.all(axis=-1), gap - width, np.minimum(0.0, gap - width))
    ends = (np.where(left, end, np.nan) for end in (low, gap + width))
    parts: OverParts = np.stack(np.broadcast_arrays(received, least, *ends), axis=-1)
    return parts
