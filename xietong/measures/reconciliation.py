"""Totals from several books held against one another: what each flow can still be, and whether the totals can all hold.

A table of flows with its totals is a circulation: a place sends to its row, the rows to the columns, the columns to the
grand total, and that back.  Whatever crosses a cut through it one way crosses it the other way, too, so that every cut
bounds what it separates; over all cuts the bounds are exact (Hoffman's theorem), and no program is solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, Cells, OverParts, OverPeriods, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, fractions, not_negative, positive

BetweenRegionsAndParts: TypeAlias = Annotated[Array, Axes(("place", "place", "part"))]

_HOFFMAN = (
    "Hoffman, A. J. (1960), Some Recent Applications of the Theory of Linear Inequalities to Extremal Combinatorial "
    "Analysis, Proceedings of Symposia in Applied Mathematics 10: 113-127 (circulations); the diagonal is left out."
)
_ABSENT = "空缺即未知 | an absent cell is unknown"
_TWO = {"place": 2}
_TWO_REASON = "a flow is between two places"
_MOST = 6
"""Places up to which all cuts are tried: 2 ** (2 n + 2) of them."""
_EXACT = 1e-9
"""What totals may miss one another by, as a part of the largest number, and still agree."""
_GIVEN = ("flows", "outflows", "inflows", "total")


@measure(
    label="两册流量的精确上下界 | Exact bounds of flows in two books",
    unit="{flows}",
    bounds=(0, None),
    reference=_HOFFMAN,
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent=_ABSENT,
    undefined="没有总数限定上界时为空 | nan where no total limits the upper bound",
    alike=_GIVEN,
    parts=("下界 | lower bound", "上界 | upper bound"),
)
def possible_flows(
    flows: BetweenRegions, outflows: OverRegions, inflows: OverRegions, total: Cells, *, rounding: float = 0.0
) -> BetweenRegionsAndParts:
    r"""Least and greatest value of every flow between different places that the known flows and totals leave open.

    .. math:: \max_{X \ni ij} \Bigl( \sum_{a \to X} l_a - \sum_{X \to a \ne ij} u_a \Bigr) = \underline{T}_{ij}
       \le T_{ij} \le \overline{T}_{ij} =
       \min_{X \ni ij} \Bigl( \sum_{a \to X} u_a - \sum_{X \to a \ne ij} l_a \Bigr)

    :math:`X`: a cut, a set of rows, columns and totals that the flow from place *i* to place *j* leaves; :math:`l_a,
    u_a`: the bounds of a flow or a total that enters or leaves it, both the printed number give or take ``rounding``
    where there is one, else 0 and no limit. ``total`` is the sum of all flows between different places.

    Extremes: equal bounds are a flow that follows from the totals; 0 and the whole rest are a flow of which nothing
    is known.
    Trap: reconciled, not measured: totals of the seller's and of the buyer's book stand in one table. Bounds hold for
    one flow at a time. They are exact for any pattern of known totals; a known sum of some cells that is no row or
    column has no place.
    Errors: more than six places; a number below zero or infinite; totals that cannot all hold, with the amount they
    miss.
    """
    _checked("reconciliation.possible_flows", flows, outflows, inflows, total)

    def bounds(table: Array, out: Array, into: Array, whole: Array) -> Array:
        arcs = _arcs(table, out, into, float(whole), rounding)
        if (off := _gap(arcs)) > 0:
            raise _unmet("reconciliation.possible_flows", off)
        places = len(table)
        low, high = (end[: places * places].reshape(places, places) for end in _limits(arcs))
        return np.stack([low, np.where(np.isinf(high), np.nan, high)], axis=-1)

    return each(bounds, (flows, 2), (outflows, 1), (inflows, 1), (np.asarray(total), 0))


@measure(
    label="总数之间的矛盾额 | Contradiction of totals",
    unit="{flows}",
    bounds=(0, None),
    reference=_HOFFMAN,
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent=_ABSENT,
    alike=_GIVEN,
)
def contradiction(
    flows: BetweenRegions, outflows: OverRegions, inflows: OverRegions, total: Cells, *, rounding: float = 0.0
) -> Cells:
    r"""How far the totals are from holding together: by how much more must leave some cut than can enter it.

    .. math:: D = \max_X \Bigl( \sum_{X \to a} l_a - \sum_{a \to X} u_a \Bigr)

    :math:`X`: a set of rows, columns and totals; :math:`l_a, u_a`: the bounds of what enters or leaves it, both the
    printed number give or take ``rounding`` where there is one, else 0 and no limit.

    Extremes: 0 when some table of flows meets all that is known.
    Trap: it says that totals contradict, not which of them is wrong; leave them out one at a time and see which of them
    the contradiction goes with. Two totals may agree by chance and both count something else.
    Errors: more than six places; a number below zero or infinite.
    """
    _checked("reconciliation.contradiction", flows, outflows, inflows, total)

    def gap(table: Array, out: Array, into: Array, whole: Array) -> Array:
        return np.asarray(_gap(_arcs(table, out, into, float(whole), rounding)))

    return each(gap, (flows, 2), (outflows, 1), (inflows, 1), (np.asarray(total), 0))


@measure(
    label="未能归属的流量 | Flow that no cell claims",
    unit="{flows}",
    bounds=(0, None),
    reference="Definition (the total less what the known flows and totals place for certain).",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent=_ABSENT,
    undefined="合计无从得出时为空 | nan where the total is not known and does not follow",
    alike=_GIVEN,
)
def unplaced(
    flows: BetweenRegions, outflows: OverRegions, inflows: OverRegions, total: Cells, *, rounding: float = 0.0
) -> Cells:
    r"""Leave of all flows what remains when each has the least that it must have.

    .. math:: R = \overline{T} - \sum_{i \ne j} \underline{T}_{ij}

    :math:`\overline{T}`: the greatest value of all flows together; :math:`\underline{T}_{ij}`: the least of the flow
    from place *i* to place *j*.

    Extremes: 0 when every flow is known or follows; the whole total when nothing is known of any.
    Trap: it is no flow of its own but shared among the cells whose bounds differ, and nobody has said how.
    Errors: more than six places; a number below zero or infinite; totals that cannot all hold, with the amount they
    miss.
    """
    _checked("reconciliation.unplaced", flows, outflows, inflows, total)

    def left(table: Array, out: Array, into: Array, whole: Array) -> Array:
        arcs = _arcs(table, out, into, float(whole), rounding)
        if (off := _gap(arcs)) > 0:
            raise _unmet("reconciliation.unplaced", off)
        low, high = _limits(arcs)
        rest = high[-1] - low[: len(table) ** 2].sum()
        return np.asarray(np.nan if np.isinf(rest) else max(rest, 0.0))

    return each(left, (flows, 2), (outflows, 1), (inflows, 1), (np.asarray(total), 0))


@measure(
    label="分期相加与公布合计之差 | Periods added against a published total",
    unit="{parts}",
    bounds=(None, None),
    reference="Definition (rounding of n + 1 printed numbers: each may be off by half a unit of its last digit).",
    tested="by hand",
    alike=("parts", "whole"),
    parts=("差额 | difference", "舍入解释不了的部分 | what rounding does not explain"),
)
def adding_up(parts: OverPeriods, whole: Cells, *, rounding: float) -> OverParts:
    r"""How far a published total lies above its published parts, and how much of that rounding cannot explain.

    .. math:: d = W - \sum_t p_t, \qquad e = \operatorname{sgn}(d) \max(0, |d| - (n + 1) r)

    :math:`W`: published total; :math:`p_t`: published part of period *t*; *n*: number of periods; *r*: ``rounding``,
    half a unit of the last printed digit.

    Extremes: e is 0 when rounding alone may have made the difference.
    Trap: a difference is no error: a year may have been revised after it was published. It shows that total and parts
    are of two editions, and that the latest part is not to be had as total less the others.
    Errors: a number that is not finite.
    """
    finite("reconciliation.adding_up", parts=parts, whole=whole)
    difference = np.asarray(whole) - parts.sum(axis=-1)
    allowed = (parts.shape[-1] + 1) * rounding + 1e-12 * np.abs(whole)
    beyond = np.sign(difference) * np.maximum(np.abs(difference) - allowed, 0.0)
    result: OverParts = np.stack([difference, beyond], axis=-1)
    return result


@measure(
    label="由占比反推的总额 | Whole that a printed share implies",
    unit="{part}",
    bounds=(0, None),
    reference="Definition (part over share, with the interval that the rounding of both leaves).",
    tested="by hand",
    parts=("反推值 | implied value", "下限 | lower end", "上限 | upper end"),
)
def implied_whole(part: Cells, share: Cells, *, part_rounding: float, share_rounding: float) -> OverParts:
    r"""Name the whole of which a printed part is a printed share, and how far rounding leaves it open.

    .. math:: W = \frac{p}{s}, \qquad \frac{p - r_p}{s + r_s} \le W \le \frac{p + r_p}{s - r_s}

    :math:`p`: printed part; :math:`s`: printed share, a plain ratio; :math:`r_p, r_s`: ``part_rounding`` and
    ``share_rounding``, half a unit of the last printed digit of each.

    Extremes: the part itself when the share is 1.
    Trap: implied, not published: a share of three digits leaves a range of a third of a per cent and more. To divide
    the part by this whole gives the share back and tests nothing.
    Errors: a part below zero; a share that is not above its rounding, or above 1.
    """
    not_negative("reconciliation.implied_whole", part=part)
    fractions("reconciliation.implied_whole", share=share)
    positive(
        "reconciliation.implied_whole", "name a share above its rounding", share_less_rounding=share - share_rounding
    )
    part, share = np.broadcast_arrays(part, share)
    low, high = np.maximum(part - part_rounding, 0.0) / (share + share_rounding), part + part_rounding
    result: OverParts = np.stack([part / share, low, high / (share - share_rounding)], axis=-1)
    return result


@dataclass(frozen=True)
class _Arcs:
    """Every flow of the circulation with its bounds: cells row by row, outflows, inflows, and the total."""

    low: Array
    high: Array


def _checked(who: str, flows: Array, outflows: Array, inflows: Array, total: Array) -> None:
    for name, known in zip(_GIVEN, (flows, outflows, inflows, total), strict=True):
        given: dict[str, Array] = {name: np.where(np.isnan(known), 0.0, known)}
        not_negative(who, "read the cell again in the source; leave it absent when nobody gives it", **given)
    if flows.shape[-1] > _MOST:
        what = f"flows has {flows.shape[-1]} places, and all cuts are tried for up to {_MOST}"
        raise MeasureRefusal(who, what, ways=("take margins.cell_bounds, which solves programs", "join small places"))


def _arcs(table: Array, out: Array, into: Array, whole: float, rounding: float) -> _Arcs:
    places = len(table)
    cells = np.where(np.eye(places, dtype=bool), 0.0, table).ravel()
    totals = np.array([*out, *into, whole])
    known = np.concatenate([cells, totals])
    slack = np.where(np.append(np.eye(places).ravel(), np.zeros(len(totals))) > 0, 0.0, rounding)
    low, high = np.maximum(known - slack, 0.0), known + slack
    return _Arcs(np.where(np.isnan(known), 0.0, low), np.where(np.isnan(known), np.inf, high))


@lru_cache(maxsize=_MOST)
def _cuts(places: int) -> tuple[Array, Array]:
    """Return which arcs leave and which enter every set of nodes: source, rows, columns, sink."""
    source, sink = 0, 2 * places + 1
    rows, columns = np.arange(1, places + 1), np.arange(places + 1, 2 * places + 1)
    tails = np.concatenate([np.repeat(rows, places), np.full(places, source), columns, [sink]])
    heads = np.concatenate([np.tile(columns, places), rows, np.full(places, sink), [source]])
    sets = (np.arange(2 ** (2 * places + 2))[:, None] >> np.arange(2 * places + 2)) & 1
    inside = sets.astype(bool)
    leaves, enters = inside[:, tails] & ~inside[:, heads], inside[:, heads] & ~inside[:, tails]
    return leaves.astype(np.float64), enters.astype(np.float64)


def _gap(arcs: _Arcs) -> float:
    leaves, enters = _cuts(_places(arcs))
    bounded = enters @ np.isinf(arcs.high) == 0
    off = float(np.max((leaves @ arcs.low - enters @ _finite(arcs))[bounded], initial=0.0))
    return off if off > _EXACT * max(float(_finite(arcs).max()), 1e-300) else 0.0


def _limits(arcs: _Arcs) -> tuple[Array, Array]:
    """Return the least and the greatest that every arc can carry."""
    leaves, enters = _cuts(_places(arcs))
    infinite, high = np.isinf(arcs.high), _finite(arcs)
    most = np.where(enters @ infinite > 0, np.inf, enters @ high - leaves @ arcs.low)
    upper = np.min(np.where(leaves > 0, most[:, None] + arcs.low, np.inf), axis=0)
    others = (leaves @ infinite)[:, None] - infinite > 0
    least = (enters @ arcs.low - leaves @ high)[:, None] + high
    lower = np.max(np.where((leaves > 0) & ~others, least, 0.0), axis=0)
    lower = np.maximum(lower, arcs.low)
    return lower, np.maximum(np.minimum(upper, arcs.high), lower)


def _places(arcs: _Arcs) -> int:
    """Return the number of places, of which there are n * n cells, 2 n totals, and one: (n + 1) squared."""
    return int(np.sqrt(len(arcs.low))) - 1


def _finite(arcs: _Arcs) -> Array:
    finite_ends: Array = np.where(np.isinf(arcs.high), 0.0, arcs.high)
    return finite_ends


def _unmet(who: str, amount: float) -> MeasureRefusal:
    return MeasureRefusal(
        who,
        f"no table of flows meets these totals: they miss one another by {amount:g}",
        why="what leaves the places of one book must be what reaches those of the other",
        ways=(
            "ask reconciliation.contradiction without one total after the other",
            "state what printed numbers may be off by as rounding",
            "keep the totals of the two registers apart",
        ),
    )
