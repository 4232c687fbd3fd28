"""What margins say of cells that nobody published: exact bounds of each, and an estimate that lies between them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, Cells, OverRegions
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative

BetweenRegionsAndParts: TypeAlias = Annotated[Array, Axes(("place", "place", "part"))]

_TWO = {"place": 2}
_TWO_REASON = "a flow is between two places"
_EXACT = 1e-9
"""What a total may be off by, as a part of the largest one, and still be met."""
_SWEEPS = 20_000
_READ_AGAIN = "read the cell again in the source; leave it absent when nobody gives it"


@measure(
    label="未知流量的上下界 | Bounds of unknown flows",
    unit="{flows}",
    bounds=(0, None),
    reference="Fréchet bounds; with other cells known, linear programs over the transportation polytope. Dobra, A. and "
    "Fienberg, S. E. (2000), Bounds for Cell Entries in Contingency Tables Given Marginal Totals and Decomposable "
    "Graphs, PNAS 97(22): 11885-11892.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent="空缺即未知，正是所求 | an absent cell is unknown, and is what is asked for",
    undefined="没有总数限定上界时为空 | nan where no total limits the upper bound",
    alike=("flows", "outflows", "inflows", "total"),
    parts=("下界 | lower bound", "上界 | upper bound"),
)
def cell_bounds(
    flows: BetweenRegions, outflows: OverRegions, inflows: OverRegions, total: Cells, *, rounding: float = 0.0
) -> BetweenRegionsAndParts:
    r"""Least and greatest value that each unknown flow can have, given the totals and flows that are known.

    .. math:: \underline{T}_{ij} = \min T_{ij}, \quad \overline{T}_{ij} = \max T_{ij} \quad\text{over all}\quad
       T \ge 0, \; \sum_j T_{ij} = O_i, \; \sum_i T_{ij} = I_j, \; \sum_{ij} T_{ij} = T

    :math:`T_{ij}`: flow from place *i* to place *j*; :math:`O_i`: all that leaves *i*; :math:`I_j`: all that reaches
    *j*; :math:`T`: all flows, each of them known or unknown. ``rounding`` is what a printed total may be off by.

    Extremes: both bounds are the value of a known flow; equal bounds solve an unknown one.
    Trap: the bounds are exact for one cell at a time: all upper bounds together are no table. A diagonal that totals
    leave out is a known zero. With all cells unknown and all totals known the bounds are max(0, O + I - T) and
    min(O, I); else two linear programs a cell are solved, which suits tens of places.
    Errors: a known number below zero or infinite; totals that no table of flows can meet, with the amount they miss.
    """
    given = {"flows": flows, "outflows": outflows, "inflows": inflows, "total": total}
    for name, known in given.items():
        named: dict[str, Array] = {name: np.where(np.isnan(known), 0.0, known)}
        not_negative("margins.cell_bounds", _READ_AGAIN, **named)

    def bounds(table: Array, out: Array, into: Array, whole: Array) -> Array:
        if np.isnan(table).all() and not np.isnan([*out, *into]).any() and rounding == 0:
            return _frechet(out, into, whole)
        return _programs(table, out, into, whole, rounding)

    return each(bounds, (flows, 2), (outflows, 1), (inflows, 1), (np.asarray(total), 0))


@measure(
    label="未知流量的RAS估计 | RAS estimate of unknown flows",
    unit="{flows}",
    bounds=(0, None),
    reference="Bacharach, M. (1970), Biproportional Matrices and Input-Output Change, Cambridge University Press; as "
    "the table of greatest entropy: Wilson, A. G. (1970), Entropy in Urban and Regional Modelling, Pion.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    absent="流量空缺即待估，其他参数空缺则拒绝 | an absent flow is estimated; anything else absent is refused",
    alike=("flows", "outflows", "inflows"),
    also=("ipf", "biproportional"),
)
def ras_estimate(
    flows: BetweenRegions, prior: BetweenRegions, outflows: OverRegions, inflows: OverRegions
) -> BetweenRegions:
    r"""Unknown flows as a prior table would have them, scaled so that every total is met; known flows stay.

    .. math:: T_{ij} = r_i \, A_{ij} \, s_j \;\text{for unknown cells},\quad \sum_j T_{ij} = O_i, \;
       \sum_i T_{ij} = I_j

    :math:`A_{ij}`: ``prior``, an older table or all ones; :math:`r_i, s_j`: the factors that meet the totals;
    :math:`O_i`: all that leaves place *i*; :math:`I_j`: all that reaches place *j*.

    Extremes: a prior that meets the totals is its own estimate; a zero of the prior stays zero.
    Trap: an estimate, no observation: with a prior of ones it is the most even table there is, and shows no tie that
    the totals do not force. Print it with margins.cell_bounds, between which it lies.
    Errors: a known number below zero or infinite; totals of both sides that differ; totals that cannot be met.
    """
    who = "margins.ras_estimate"
    not_negative(who, flows=np.where(np.isnan(flows), 0.0, flows), prior=prior, outflows=outflows, inflows=inflows)
    return each(_scaled, (flows, 2), (prior, 2), (outflows, 1), (inflows, 1))


def _frechet(out: Array, into: Array, whole: Array) -> Array:
    known = out.sum() if np.isnan(whole) else float(whole)
    off = max(abs(out.sum() - into.sum()), abs(out.sum() - known))
    if off > _EXACT * max(known, 1e-300):
        raise _unmet("margins.cell_bounds", off)
    lower = np.maximum(0.0, out[:, None] + into - known)
    return np.stack([lower, np.minimum(out[:, None], into)], axis=-1)


def _programs(table: Array, out: Array, into: Array, whole: Array, rounding: float) -> Array:
    unknown = np.isnan(table)
    weights, targets = _totals(table, unknown, np.array([*out, *into, float(whole)]))
    scale = max(np.abs(targets).max(initial=0.0), np.nanmax(table, initial=0.0), rounding, 1e-300)
    bounds = np.repeat(np.where(unknown, 0.0, table)[..., None], 2, axis=-1)
    solved = _range_of_cells(weights, targets / scale, rounding / scale, scale)
    bounds[unknown] = solved * scale
    return bounds


def _totals(table: Array, unknown: NDArray[np.bool_], printed: Array) -> tuple[Array, Array]:
    """Return which unknown cells each known total adds up, and what is left for them of it."""
    places = len(table)
    rows, columns = np.nonzero(unknown)
    weights = np.zeros((2 * places + 1, len(rows)))
    weights[rows, np.arange(len(rows))] = weights[places + columns, np.arange(len(rows))] = weights[-1] = 1.0
    known = np.where(unknown, 0.0, table)
    left = printed - np.array([*known.sum(axis=1), *known.sum(axis=0), known.sum()])
    return weights[~np.isnan(printed)], left[~np.isnan(printed)]


def _range_of_cells(weights: Array, targets: Array, rounding: float, scale: float) -> Array:
    """Minimise and maximise every unknown cell; a table that was found on the way spares the programs it answers."""
    from scipy.optimize import linprog

    totals, cells = weights.shape
    limits = np.concatenate([targets + rounding, rounding - targets])
    both = np.concatenate([weights, -weights])
    slack = -np.eye(2 * totals)
    cost = np.repeat([0.0, 1.0], [cells, 2 * totals])
    first = linprog(cost, A_ub=np.hstack([both, slack]), b_ub=limits) if totals else None
    if first is not None and first.fun > _EXACT:
        raise _unmet("margins.cell_bounds", first.fun * scale)
    limits = limits + (0.0 if first is None else max(first.fun, 0.0))
    start = first.x[:cells] if first is not None else np.zeros(cells)
    ceiling = np.where(weights > 0, np.maximum(targets + rounding, 0.0)[:, None], np.inf).min(axis=0, initial=np.inf)
    low, high = start.copy(), np.where(np.isinf(ceiling), np.nan, start)
    for cell in range(cells):
        aim = np.zeros(cells)
        for sign, done in ((1.0, low[cell] <= 0), (-1.0, not high[cell] < ceiling[cell])):
            if not done:
                aim[cell] = sign
                found = linprog(aim, A_ub=both, b_ub=limits).x
                low, high = np.minimum(low, found), np.where(np.isnan(high), high, np.maximum(high, found))
    both_ends: Array = np.maximum(np.stack([low, high], axis=-1), 0.0)
    return both_ends


def _scaled(table: Array, prior: Array, out: Array, into: Array) -> Array:
    unknown = np.isnan(table)
    known = np.where(unknown, 0.0, table)
    rows, columns = out - known.sum(axis=1), into - known.sum(axis=0)
    allowed = _EXACT * max(out.sum(), into.sum(), 1e-300)
    off = max(abs(out.sum() - into.sum()), -rows.min(), -columns.min())
    if off > allowed:
        raise _unmet("margins.ras_estimate", off)
    rows, columns, cells = np.maximum(rows, 0.0), np.maximum(columns, 0.0), np.where(unknown, prior, 0.0)
    for _ in range(_SWEEPS):
        cells = cells * _factors(rows, cells.sum(axis=1))[:, None]
        cells = cells * _factors(columns, cells.sum(axis=0))
        off = np.abs(cells.sum(axis=1) - rows).max() + np.abs(cells.sum(axis=0) - columns).max()
        if off <= allowed / 1000:
            return known + cells
    raise _unmet("margins.ras_estimate", float(off))


def _factors(targets: Array, sums: Array) -> Array:
    factors: Array = np.where(sums > 0, targets, 0.0) / np.where(sums > 0, sums, 1.0)
    return factors


def _unmet(measure: str, amount: float) -> MeasureRefusal:
    return MeasureRefusal(
        measure,
        f"no table of flows meets these totals: they miss by {amount:g}",
        why="a flow is never below zero, and known flows, rows and columns must fit together",
        ways=(
            "read totals and flows from one register, one year and one perimeter",
            "give what is rounded in print as rounding, where margins.cell_bounds is asked",
            "a zero in a prior stays a zero: give a small number where a flow may be",
        ),
    )
