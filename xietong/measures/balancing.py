"""Preparing a table of flows: whether it closes, what of it is made inside, and bringing it to new totals.

RAS keeps the table as near to the old one as the totals allow, near in the sense of the information gain; GRAS is the
same for tables with negative cells.  Both multiply rows by :math:`r` and columns by :math:`s` in turn; a cell of zero
stays zero, so that totals which the pattern of zeros cannot reach are refused with what is left over.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenSectors, Cells, OverSectors
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive

OverSellers: TypeAlias = Annotated[Array, Axes(("seller",))]
OverBuyers: TypeAlias = Annotated[Array, Axes(("buyer",))]
OverSellersAndBuyers: TypeAlias = Annotated[Array, Axes(("seller", "buyer"))]

_RAS = (
    "Stone, R. and Brown, A. (1962), A Computable Model of Economic Growth, Chapman and Hall; also called iterative "
    "proportional fitting (Deming, W. E. and Stephan, F. F. 1940)"
)
_GRAS = (
    "Junius, T. and Oosterhaven, J. (2003), The Solution of Updating or Regionalizing a Matrix with both Positive and "
    "Negative Entries, Economic Systems Research 15: 87-96; Lenzen, M., Wood, R. and Gallego, B. (2007), Some Comments "
    "on the GRAS Method, ibid. 19: 461-465"
)
_TEMURSHOEV = (
    "Temurshoev, U., Miller, R. E. and Bouwmeester, M. C. (2013), A Note on the GRAS Method, ibid. 25: 361-367"
)
_ROUNDS = 100_000


@measure(
    label="RAS平衡 | Balancing by RAS",
    unit="{table}",
    bounds=(0, None),
    reference=f"{_RAS}.",
    tested="peer",
    zeros="零保持为零 | a zero stays zero",
    alike=("table", "row_totals", "column_totals"),
    scale_free=("table",),
    also=("iterative_proportional_fitting",),
)
def ras(
    table: OverSellersAndBuyers, row_totals: OverSellers, column_totals: OverBuyers, *, tolerance: float = 1e-10
) -> OverSellersAndBuyers:
    r"""Find the table that has the new totals and lies nearest to the old one.

    .. math:: x_{ij} = r_i \, a_{ij} \, s_j, \qquad r_i = \frac{u_i}{\sum_j a_{ij} s_j}, \quad
       s_j = \frac{v_j}{\sum_i r_i a_{ij}}

    :math:`a_{ij}`: the old table; :math:`u_i, v_j`: the new totals of rows and columns. Rounds go on until no total is
    missed by more than ``tolerance`` of the sum of all.

    Extremes: a table that has the totals already is left as it is; multiplying the old table changes nothing.
    Trap: it spreads whatever is wrong in the totals over all cells, and what is known of one cell is lost unless it is
    taken out first. It shows no error: balancing.information_gain says how far the table was moved.
    Errors: a number below zero; totals of rows and columns that differ; a row or column of zeros that is to have a
    total; totals that the pattern of zeros cannot reach.
    """
    who = "balancing.ras"
    not_negative(who, "take balancing.gras, which knows negative cells", table=table)
    not_negative(who, row_totals=row_totals, column_totals=column_totals)
    _prepared(who, table, row_totals, column_totals, tolerance)
    return each(lambda a, u, v: _ras(who, a, u, v, tolerance), (table, 2), (row_totals, 1), (column_totals, 1))


@measure(
    label="GRAS平衡 | Balancing by GRAS",
    unit="{table}",
    bounds=(None, None),
    reference=f"{_GRAS}; rows and columns without a positive cell: {_TEMURSHOEV}.",
    tested="peer",
    zeros="零保持为零 | a zero stays zero",
    alike=("table", "row_totals", "column_totals"),
    scale_free=(),
    also=("generalised_ras",),
)
def gras(
    table: OverSellersAndBuyers, row_totals: OverSellers, column_totals: OverBuyers, *, tolerance: float = 1e-10
) -> OverSellersAndBuyers:
    r"""Find the table with the new totals and the old signs that lies nearest to the old one.

    .. math:: x_{ij} = \begin{cases} r_i \, a_{ij} \, s_j & a_{ij} \ge 0 \\ a_{ij} / (r_i s_j) & a_{ij} < 0 \end{cases},
       \qquad r_i = \frac{u_i + \sqrt{u_i^2 + 4 p_i n_i}}{2 p_i}

    :math:`a_{ij}`: the old table; :math:`u_i`: new total of row *i*; :math:`p_i, n_i`: sums of its positive cells times
    :math:`s_j`, and of its negative cells, without their sign, over :math:`s_j`; :math:`s_j` likewise by columns. A row
    without a positive cell has :math:`r_i = -n_i / u_i`.

    Extremes: RAS when no cell is below zero; a table that has the totals already is left as it is.
    Trap: a cell never changes its sign; the older form of the objective (2003) has another optimum than the one of 2007
    that is used here. A large negative cell can be blown up to reach a small total.
    Errors: totals of rows and columns that differ; a row or column whose cells cannot give the sign of its total;
    totals that the pattern of zeros cannot reach.
    """
    who = "balancing.gras"
    finite(who, table=table, row_totals=row_totals, column_totals=column_totals)
    _prepared(who, table, row_totals, column_totals, tolerance)
    return each(lambda a, u, v: _gras(who, a, u, v, tolerance), (table, 2), (row_totals, 1), (column_totals, 1))


@measure(
    label="平衡的信息增益 | Information gain of a balanced table",
    unit="{table}",
    bounds=(0, None),
    reference=f"{_GRAS}; without negative cells the relative entropy of Kullback and Leibler for tables of any total.",
    tested="peer",
    alike=("table", "balanced"),
    also=("entropy_of_balancing",),
)
def information_gain(table: OverSellersAndBuyers, balanced: OverSellersAndBuyers) -> Cells:
    r"""How far a table was moved; RAS and GRAS make it as small as the totals allow.

    .. math:: H = \sum_{i,j} |a_{ij}| \left( z_{ij} \ln z_{ij} - z_{ij} + 1 \right), \qquad z_{ij} = x_{ij} / a_{ij}

    :math:`a_{ij}`: the old table; :math:`x_{ij}`: the balanced one; :math:`0 \ln 0 = 0`.

    Extremes: 0 when nothing was moved; no upper limit.
    Trap: it has the unit of the table, so that tables of different size are not compared; some leave out the last two
    terms, which changes the value, and not the optimum only when the totals are fixed.
    Errors: a cell that is zero in the old table and not in the new one; a cell that has changed its sign.
    """
    who = "balancing.information_gain"
    finite(who, table=table, balanced=balanced)
    old, new = np.broadcast_arrays(table, balanced)
    wrong = np.argwhere((old * new < 0) | ((old == 0) & (new != 0)))
    if len(wrong):
        at = tuple(int(position) for position in wrong[0])
        what = f"table is {old[at]:g} and balanced {new[at]:g} at [{', '.join(map(str, at))}]"
        raise MeasureRefusal(who, what, why="balancing keeps zeros and signs", ways=("give both tables in one order",))
    ratio = new / np.where(old == 0, 1.0, old)
    gain = np.abs(old) * (ratio * np.log(np.where(ratio > 0, ratio, 1.0)) - ratio + 1)
    return np.asarray(np.maximum(gain.sum(axis=(-2, -1)), 0.0))


@measure(
    label="国内流量(按比例剔除进口) | Domestic flows, imports taken out in proportion",
    unit="{flows}",
    bounds=(0, None),
    reference="Definition (proportional imports: every user buys the same share of a product from outside).",
    tested="by hand",
    least={"sector": 2},
    least_reason="with one sector there is nothing between sectors",
    alike=("flows", "domestic_demand", "imports"),
)
def domestic_flows(flows: BetweenSectors, domestic_demand: OverSectors, imports: OverSectors) -> BetweenSectors:
    r"""Take out of the flows of a table with competitive imports what came from outside.

    .. math:: z_{ij}^{d} = (1 - m_i) z_{ij}, \qquad m_i = \frac{M_i}{\sum_k z_{ik} + d_i}

    :math:`z_{ij}`: flows at home and from outside together; :math:`d_i`: final demand inside (no exports);
    :math:`M_i`: imports of product *i*.

    Extremes: the flows themselves without imports; 0 when all of a product is imported.
    Trap: one share for every user is an assumption: machines import more than cooks do. For a province, what comes from
    other provinces is an import too, and is often larger than what comes from abroad.
    Errors: a number below zero; a product that nobody inside uses; imports above all use inside (re-exports).
    """
    who = "balancing.domestic_flows"
    not_negative(who, flows=flows)
    not_negative(who, domestic_demand=domestic_demand, imports=imports)
    use = flows.sum(axis=-1) + domestic_demand
    positive(who, "leave out by name the product that nobody uses", use_inside=use)
    not_negative(who, "take re-exports out of the imports", use_without_imports=use * (1 + 1e-12) - imports)
    share = np.minimum(imports / use, 1.0)
    return np.asarray((1 - share)[..., :, None] * flows)


@measure(
    label="投入产出表闭合差 | Gap between rows and columns of a table",
    unit="1",
    bounds=(None, None),
    reference="Accounting identity: what a sector sells is what it buys and its value added.",
    tested="by hand",
    least={"sector": 2},
    least_reason="with one sector there is nothing between sectors",
    alike=("flows", "demand", "value_added"),
)
def closing_gap(flows: BetweenSectors, demand: OverSectors, value_added: OverSectors) -> OverSectors:
    r"""How far the row of each sector lies from its column, relative to the row.

    .. math:: c_i = \frac{(\sum_j z_{ij} + f_i) - (\sum_j z_{ji} + v_i)}{\sum_j z_{ij} + f_i}

    :math:`z_{ij}`: flows; :math:`f_i`: final demand, net of imports; :math:`v_i`: value added.

    Extremes: 0 for a table that closes; below 0 when more is bought than sold.
    Trap: tables are published with a column of errors: unless it is added to final demand, every multiplier rests on
    an output that neither side has. A gap in one sector only is most often a row of value added that was left out.
    Errors: a number that is not finite; a sector that sells nothing.
    """
    who = "balancing.closing_gap"
    finite(who, flows=flows, demand=demand, value_added=value_added)
    rows = flows.sum(axis=-1) + demand
    positive(who, "leave out by name the sector that sells nothing", total_of_row=rows)
    gap: OverSectors = (rows - flows.sum(axis=-2) - value_added) / rows
    return gap


def _prepared(measure: str, table: Array, rows: Array, columns: Array, tolerance: float) -> None:
    """Refuse totals that do not fit the table or each other."""
    if not 0 < tolerance < 1:
        raise MeasureRefusal(measure, f"tolerance is {tolerance:g}", ways=("state a small number above zero",))
    if table.shape[-2:] != (rows.shape[-1], columns.shape[-1]):
        what = f"table has the shape {table.shape}, row_totals {rows.shape} and column_totals {columns.shape}"
        raise MeasureRefusal(measure, what, ways=("give one total for each row and each column",))
    sums = rows.sum(axis=-1), columns.sum(axis=-1)
    scale = np.maximum(np.abs(rows).sum(axis=-1), np.abs(columns).sum(axis=-1))
    if (np.abs(sums[0] - sums[1]) > 1e-9 * scale).any():
        what = f"the rows add up to {np.ravel(sums[0])[0]:.10g} and the columns to {np.ravel(sums[1])[0]:.10g}"
        ways = ("scale one side to the sum of the other by name, and say which side is trusted",)
        raise MeasureRefusal(measure, what, why="a table has one sum", ways=ways)


def _ras(measure: str, table: Array, rows: Array, columns: Array, tolerance: float) -> Array:
    """Balance by factors of rows and columns alone; the table is read twice a round and written once, at the end."""
    for name, totals, sums in (("row", rows, table.sum(axis=1)), ("column", columns, table.sum(axis=0))):
        _reachable(measure, name, totals, (totals > 0) & (sums == 0))
    by_column = np.ones_like(columns)
    goal, last = tolerance * rows.sum(), np.inf
    for turn in range(_ROUNDS):
        by_row = _over(rows, np.einsum("ij,j->i", table, by_column))
        reached = np.einsum("ij,i->j", table, by_row)
        missed = float(np.abs(reached * by_column - columns).max())
        by_column = _over(columns, reached)
        if missed <= goal:
            found = table * by_column
            found *= by_row[:, None]
            return found
        last = _still(measure, turn, missed, last)
    raise _stuck(measure, missed)


def _gras(measure: str, table: Array, rows: Array, columns: Array, tolerance: float) -> Array:
    above, below = np.maximum(table, 0.0), np.maximum(-table, 0.0)
    for name, axis, totals in (("row", 1, rows), ("column", 0, columns)):
        can = above.sum(axis=axis) > 0, below.sum(axis=axis) > 0
        _reachable(measure, name, totals, ((totals > 0) & ~can[0]) | ((totals < 0) & ~can[1]))
        _reachable(measure, name, totals, (totals == 0) & (can[0] ^ can[1]))
    by_column = np.ones_like(columns)
    goal, last = tolerance * max(np.abs(rows).sum(), np.abs(columns).sum()), np.inf
    for turn in range(_ROUNDS):
        by_row = _root(rows, above @ by_column, below @ (1 / by_column))
        up, down = above.T @ by_row, below.T @ (1 / by_row)
        missed = float(np.abs(up * by_column - down / by_column - columns).max())
        by_column = _root(columns, up, down)
        if missed <= goal:
            factor = by_row[:, None] * by_column
            return np.asarray(above * factor - below / factor)
        last = _still(measure, turn, missed, last)
    raise _stuck(measure, missed)


def _over(totals: Array, sums: Array) -> Array:
    """Return the factors of rows or columns; one without cells has the factor 1."""
    return np.asarray(np.where(sums > 0, totals / np.where(sums > 0, sums, 1.0), 1.0))


def _root(totals: Array, up: Array, down: Array) -> Array:
    """Return the factor r above zero with r up - down / r = total; 1 for one without cells."""
    both = (totals + np.sqrt(totals**2 + 4 * up * down)) / (2 * np.where(up > 0, up, 1.0))
    only_down = down / np.where(totals < 0, -totals, 1.0)
    stable = 2 * down / np.where(totals < 0, np.sqrt(totals**2 + 4 * up * down) - totals, 1.0)
    found = np.where(up > 0, np.where(totals < 0, stable, both), only_down)
    return np.asarray(np.where((up > 0) | (down > 0), found, 1.0))


def _reachable(measure: str, name: str, totals: Array, wrong: Array) -> None:
    found = np.flatnonzero(wrong)
    if len(found):
        what = f"{name} {int(found[0])} is to add up to {totals[found[0]]:g} and has no cell for it"
        more = f" ({len(found)} {name}s)" if len(found) > 1 else ""
        ways = (
            f"state a first guess for a cell of the {name}",
            f"leave the {name} out, or set its total to zero, by name",
        )
        raise MeasureRefusal(
            measure, what + more, why="a cell of zero stays zero, and none changes its sign", ways=ways
        )


def _still(measure: str, turn: int, missed: float, last: float) -> float:
    """Look every thousand rounds whether the totals still come nearer."""
    if turn % 1000:
        return last
    if not missed < 0.999 * last:
        raise _stuck(measure, missed)
    return missed


def _stuck(measure: str, missed: float) -> MeasureRefusal:
    what, why = f"a total is still missed by {missed:.6g}", "the pattern of zeros does not allow these totals"
    ways = ("look for a block of rows whose columns cannot take their totals", "fill a zero by name with a first guess")
    return MeasureRefusal(measure, what, why=why, ways=ways)
