"""Moves between ranks: who takes whose rank, and which rank follows on which, without any border between classes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, OverRegionsAndPeriods, Whole
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite
from xietong.measures.transitions import row_shares, tallied

BetweenRanks: TypeAlias = Annotated[Array, Axes(("rank", "rank"))]
Ties: TypeAlias = Literal["refused", "in the order given"]

_REY = (
    "Rey, S. J. (2014), Rank-based Markov Chains for Regional Income Distribution Dynamics, Journal of Geographical "
    "Systems 16(2): 115-137"
)
_FEW = {"place": 3, "period": 3}
_REASON = "two places can only change places, and one move says nothing of a chance"


@measure(
    label="全序马尔可夫 | Full-rank Markov",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REY}; as FullRank_Markov in the Python package giddy.",
    tested="peer",
    least=_FEW,
    least_reason=_REASON,
    scale_free=("values",),
    also=("full_rank_markov",),
)
def full_rank(values: OverRegionsAndPeriods, *, ties: Ties = "refused") -> BetweenRanks:
    r"""Share of the times that the place of one rank (rows) has another rank (columns) in the next period.

    .. math:: p_{ab} = \frac{1}{T - 1} \#\{t : r_{t+1}(i) = b \text{ for the place } i \text{ with } r_t(i) = a\}

    :math:`r_t(i)`: rank of place *i* in period *t*, 1 for the highest value; :math:`T`: number of periods.

    Extremes: 1 on the diagonal when the order never changes.
    Trap: a row rests on as many moves as there are steps of time, few as a rule; a table of as many rows as places says
    little about any one cell.
    Errors: a value that is not finite; two equal values in one period, unless ties are taken in the order given.
    """
    ranks = _ranks("rank_markov.full_rank", values, ties)
    places = values.shape[-2]
    return row_shares(tallied(ranks[..., :-1], ranks[..., 1:], (places, places)))


@measure(
    label="地区位次马尔可夫 | Geo-rank Markov",
    unit="1",
    bounds=(0, 1),
    reference=f"{_REY}; as GeoRank_Markov in the Python package giddy.",
    tested="peer",
    least=_FEW,
    least_reason=_REASON,
    scale_free=("values",),
    also=("geo_rank_markov",),
)
def geo_rank(values: OverRegionsAndPeriods, *, ties: Ties = "refused") -> BetweenRegions:
    r"""Share of the times that the rank of one place (rows) is held by another place (columns) in the next period.

    .. math:: p_{ij} = \frac{1}{T - 1} \#\{t : r_t(i) = r_{t+1}(j)\}

    :math:`r_t(i)`: rank of place *i* in period *t*; :math:`T`: number of periods.

    Extremes: 1 on the diagonal when the order never changes.
    Trap: places far apart on the map and close in rank exchange ranks; it says nothing of their being neighbours.
    Errors: a value that is not finite; two equal values in one period, unless ties are taken in the order given.
    """
    ranks = _ranks("rank_markov.geo_rank", values, ties)
    holders = np.argsort(ranks, axis=-2)
    places = values.shape[-2]
    return row_shares(tallied(holders[..., :-1], holders[..., 1:], (places, places)))


def _ranks(who: str, values: Array, ties: Ties) -> Whole:
    """Return ranks from 0 for the highest value of each period; of equal values the later place ranks higher."""
    finite(who, values=values)
    if min(values.shape[-2:]) < 2:
        raise MeasureRefusal(who, "values has a single place or period", ways=("name a second place and period",))
    order = np.argsort(values, axis=-2, kind="stable")
    if ties == "refused":
        same = np.argwhere(np.diff(np.take_along_axis(values, order, axis=-2), axis=-2) == 0)
        if len(same):
            at, period = same[0][-2:]
            first, second = np.sort(order[tuple(same[0][:-2])][at : at + 2, period])
            what = f"values of places [{first}] and [{second}] are equal in period [{period}]"
            ways = ("give more digits", "state ties = in the order given")
            raise MeasureRefusal(who, what, why="equal values have no order of ranks", ways=ways)
    places = values.shape[-2]
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(places - 1, -1, -1)[:, None], axis=-2)
    return ranks
