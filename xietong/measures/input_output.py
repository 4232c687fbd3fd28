r"""Input-output: what final demand sets in motion, how sectors hang together, and what goes when one of them goes.

A table has sellers in rows and buyers in columns.  With the flows :math:`z_{ij}` from sector *i* to sector *j* and the
output :math:`x_j`, the input coefficients are :math:`a_{ij} = z_{ij} / x_j`, the output coefficients :math:`b_{ij} =
z_{ij} / x_i`, and :math:`L = (I - A)^{-1}` is the Leontief inverse.  It is computed only where it is asked for:
multipliers are one solve with the factors of :math:`I - A`, output may be a power series, and extraction takes nothing
but the sums and the diagonal of *L*.  A table of several regions is one whose sectors are named by region and sector.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenSectors, OverSectors
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, not_negative, positive
from xietong.measures.productive import Factors

Method: TypeAlias = Literal["factors", "series"]
Definition: TypeAlias = Literal["complete", "intersectoral", "purchases", "sales", "sales_ghosh"]

_BOOK = (
    "Miller, R. E. and Blair, P. D. (2009), Input-Output Analysis: Foundations and Extensions, 2nd ed., Cambridge UP"
)
_GHOSH = "Ghosh, A. (1958), Input-Output Approach in an Allocation System, Economica 25(97): 58-64"
_NO_MODEL = (
    "Oosterhaven, J. (1988), On the Plausibility of the Supply-Driven Input-Output Model, Journal of Regional Science "
    "28(2): 203-217"
)
_RASMUSSEN = "Rasmussen, P. N. (1956), Studies in Inter-Sectoral Relations, North-Holland"
_TWO = {"sector": 2}
_TWO_REASON = "with one sector there is nothing between sectors"
_NEGATIVE = "move a negative flow into final demand by name, or balance the table with balancing.gras first"
_IDLE = "leave out by name the sector without output"


@measure(
    label="列昂惕夫逆矩阵 | Leontief inverse",
    unit="1",
    bounds=(0, None),
    reference=f"{_BOOK}, chapter 2, example after Table 2.3.",
    tested="printed",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
    also=("total_requirements",),
)
def leontief_inverse(flows: BetweenSectors, output: OverSectors) -> BetweenSectors:
    r"""Output of each sector (row) that one unit of final demand for another (column) takes, directly and indirectly.

    .. math:: L = (I - A)^{-1}, \qquad a_{ij} = z_{ij} / x_j

    :math:`z_{ij}`: what sector *j* buys from sector *i*; :math:`x_j`: output of sector *j*.

    Extremes: the unit matrix when sectors buy nothing from each other; no upper limit.
    Trap: a table with competitive imports counts purchases from abroad as if they were made at home, and every element
    is too high; take balancing.domestic_flows first. For a question about sums or one demand no inverse is needed.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """
    return _each("input_output.leontief_inverse", flows, output, lambda one: one.inverse())


@measure(
    label="最终需求引致的产出 | Output for a final demand",
    unit="{demand}",
    bounds=(None, None),
    reference=f"{_BOOK}, chapter 2, example after Table 2.3; power series: section 2.4.",
    tested="printed",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
    also=("leontief_output",),
)
def output_for_demand(
    flows: BetweenSectors,
    output: OverSectors,
    demand: OverSectors,
    *,
    method: Method = "factors",
    tolerance: float = 1e-10,
) -> OverSectors:
    r"""Output of every sector that a final demand sets in motion, with the coefficients of a table.

    .. math:: x = (I - A)^{-1} f = \sum_{k=0}^{\infty} A^k f, \qquad a_{ij} = z_{ij} / x_j^0

    :math:`z_{ij}, x_j^0`: flows and output of the table; :math:`f`: final demand, a change of it may be negative.
    ``method`` is one solve with the factors, or the series, which stops when what is left out is below ``tolerance``
    of the output.

    Extremes: the demand itself when sectors buy nothing from each other; the demand of the table gives its own output.
    Trap: coefficients stay as they are, whatever the demand: no substitution, no scale, no limit of capacity. With
    competitive imports the effect leaks abroad and the result is too high.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve; a series that does
    not converge because a sector buys all that it makes.
    """
    who = "input_output.output_for_demand"
    finite(who, demand=demand)
    if method == "series":
        _checked(who, flows, output)
        if not 0 < tolerance < 1:
            raise MeasureRefusal(who, f"tolerance is {tolerance:g}", ways=("state a small number above zero",))
        return each(lambda z, x, f: _series(who, z, x, f, tolerance), (flows, 2), (output, 1), (demand, 1))
    return _each(who, flows, output, lambda one, f: one.forth(f), demand)


@measure(
    label="产出乘数 | Output multiplier",
    unit="1",
    bounds=(1, None),
    reference=f"{_BOOK}: column sums of the Leontief inverse.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
)
def output_multiplier(flows: BetweenSectors, output: OverSectors) -> OverSectors:
    r"""Output of all sectors together that one unit of final demand for a sector takes.

    .. math:: m_j = \sum_i \ell_{ij}, \qquad m^\top = \mathbf{1}^\top (I - A)^{-1}

    :math:`\ell_{ij}`: element of the Leontief inverse of the flows and the output.

    Extremes: 1 for a sector that buys from none; no upper limit.
    Trap: it counts the same value at every step of a chain, so it is no value added and no benefit; it says nothing of
    how large the demand can become. Competitive imports inflate it.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """
    return _each("input_output.output_multiplier", flows, output, lambda one: one.columns)


@measure(
    label="高希逆矩阵 | Ghosh inverse",
    unit="1",
    bounds=(0, None),
    reference=f"{_GHOSH}; numbers of the Python package pymrio, tests/test_math.py.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
)
def ghosh_inverse(flows: BetweenSectors, output: OverSectors) -> BetweenSectors:
    r"""How the value of a unit of primary input in each sector (row) is found again in the output of each (column).

    .. math:: G = (I - B)^{-1} = \hat{x}^{-1} L \, \hat{x}, \qquad b_{ij} = z_{ij} / x_i

    :math:`z_{ij}`: what sector *j* buys from sector *i*; :math:`x_i`: output of sector *i*; :math:`L`: Leontief's.

    Extremes: the unit matrix when sectors sell nothing to each other; no upper limit.
    Trap: it is no model of output: read so, buyers would make more of one input without any more of the others, at no
    need of labour (Oosterhaven 1988). It describes where value goes, or prices that follow costs.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """
    return _each(
        "input_output.ghosh_inverse", flows, output, lambda one: one.inverse() / one.output[:, None] * one.output
    )


@measure(
    label="高希投入乘数 | Ghosh input multiplier",
    unit="1",
    bounds=(1, None),
    reference=f"{_GHOSH}; row sums of the Ghosh inverse; why it is no output model: {_NO_MODEL}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
)
def ghosh_multiplier(flows: BetweenSectors, output: OverSectors) -> OverSectors:
    r"""Value of output, over all sectors, in which a unit of primary input of a sector is found again.

    .. math:: m_i = \sum_j g_{ij}, \qquad G = (I - B)^{-1}, \quad b_{ij} = z_{ij} / x_i

    :math:`g_{ij}`: element of the Ghosh inverse; :math:`z_{ij}, x_i`: flows and output.

    Extremes: 1 for a sector that sells to final users only; no upper limit.
    Trap: it is not the output that more supply would bring about; the supply-driven quantity model was shown to be
    implausible (Oosterhaven 1988). Read it as a forward linkage.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """
    return _each("input_output.ghosh_multiplier", flows, output, lambda one: one.forth(one.output) / one.output)


@measure(
    label="后向关联(影响力系数) | Backward linkage (power of dispersion)",
    unit="1",
    bounds=(0, None),
    reference=f"{_RASMUSSEN}; {_BOOK}, chapter 12.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
    also=("power_of_dispersion",),
)
def backward_linkage(flows: BetweenSectors, output: OverSectors) -> OverSectors:
    r"""How much a sector draws on the others, against the mean of all sectors.

    .. math:: u_j = \frac{\sum_i \ell_{ij}}{\frac{1}{n} \sum_{i,j} \ell_{ij}}

    :math:`\ell_{ij}`: element of the Leontief inverse; :math:`n`: number of sectors.

    Extremes: the mean of all is 1; above 1 the sector draws more than the mean.
    Trap: the mean is not weighted, so that a tiny sector counts as much as a large one and the result changes when
    sectors are joined or split.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """
    return _each("input_output.backward_linkage", flows, output, lambda one: one.columns / one.columns.mean())


@measure(
    label="前向关联(感应度系数) | Forward linkage",
    unit="1",
    bounds=(0, None),
    reference=f"{_BOOK}, chapter 12; row sums of the Ghosh inverse, or of Leontief's ({_RASMUSSEN}).",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
    also=("sensitivity_of_dispersion",),
)
def forward_linkage(
    flows: BetweenSectors, output: OverSectors, *, inverse: Literal["ghosh", "leontief"] = "ghosh"
) -> OverSectors:
    r"""How much the others draw on a sector, against the mean of all sectors.

    .. math:: v_i = \frac{\sum_j g_{ij}}{\frac{1}{n} \sum_{i,j} g_{ij}}

    :math:`g_{ij}`: element of the Ghosh inverse, or of the Leontief inverse when ``inverse`` is ``leontief``;
    :math:`n`: number of sectors.

    Extremes: the mean of all is 1; above 1 the sector is drawn on more than the mean.
    Trap: both inverses are in use under one name. Row sums of Leontief's ask what a unit of demand for every sector
    alike would take, a demand that no economy has; those of Ghosh's are shares and no output model.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """

    def linkage(one: Factors) -> Array:
        rows = one.forth(one.output) / one.output if inverse == "ghosh" else one.forth(np.ones_like(one.output))
        return np.asarray(rows / rows.mean())

    return _each("input_output.forward_linkage", flows, output, linkage)


@measure(
    label="假设抽取法损失 | Loss by hypothetical extraction",
    unit="{output}",
    bounds=(0, None),
    reference="Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The Regional Extraction Method: EC "
    "Input-Output Comparisons, Economic Systems Research 5(2): 185-206; definitions as in the manual of the R package "
    "ioanalysis, extraction; closed forms by one update of the inverse.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
    also=("hypothetical_extraction",),
)
def extraction_loss(flows: BetweenSectors, output: OverSectors, *, definition: Definition = "complete") -> OverSectors:
    r"""Output of all sectors together that would be gone without a sector, for every sector at once.

    .. math:: T_j = \frac{x_j \sum_i \ell_{ij}}{\ell_{jj}}, \quad
       T_j^{b} = \frac{x_j (\sum_i \ell_{ij} - 1)}{\ell_{jj}}, \quad
       T_j^{s} = \frac{\sum_i \ell_{ij} \sum_k z_{jk}}{\ell_{jj}}, \quad
       T_j^{g} = \frac{x_j (\sum_k g_{jk} - 1)}{\ell_{jj}}

    :math:`\ell, g`: elements of the Leontief and Ghosh inverses; :math:`x_j`: output; :math:`z_{jk}`: sales to *k*.
    ``definition``: ``complete`` takes away the row, the column and the final demand of the sector (:math:`T`);
    ``intersectoral`` leaves it what it sells to itself and to final users, :math:`T_j - f_j / (1 - a_{jj})`;
    ``purchases`` takes away its column only (:math:`T^b`), ``sales`` its row in Leontief's model (:math:`T^s`),
    ``sales_ghosh`` its row in Ghosh's (:math:`T^g`).

    Extremes: the own output of a sector without ties under ``complete``, 0 under the others.
    Trap: the definitions are mixed up in the literature and differ by whole sectors, so the definition belongs beside
    the number; what is lost is not what would be lost, since others would step in. Losses of two sectors do not add up.
    Errors: a flow below zero; an output that is not above zero; a table that no output can serve.
    """

    def loss(one: Factors) -> Array:
        sales, diagonal = one.sales, one.diagonal()
        if definition == "purchases":
            return np.asarray(one.output * (one.columns - 1) / diagonal)
        if definition == "sales":
            return np.asarray(one.columns * sales / diagonal)
        if definition == "sales_ghosh":
            return np.asarray((one.rows - one.output) / diagonal)
        kept = (one.output - sales) / (1 - one.own) if definition == "intersectoral" else 0.0
        return np.asarray(np.maximum(one.output * one.columns / diagonal - kept, 0.0))

    return _each("input_output.extraction_loss", flows, output, loss)


@measure(
    label="完全排放系数 | Emission multiplier",
    unit="{emissions}/{output}",
    bounds=(0, None),
    reference=f"{_BOOK}; numbers of the Python package pymrio, calc_M in tests/test_math.py.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output"),
)
def emission_multiplier(flows: BetweenSectors, output: OverSectors, emissions: OverSectors) -> OverSectors:
    r"""Emissions of all sectors together for one unit of final demand for a sector.

    .. math:: \mu^\top = e^\top (I - A)^{-1}, \qquad e_i = E_i / x_i

    :math:`E_i`: emissions of sector *i* (or water, energy, people at work); :math:`x_i`: its output.

    Extremes: the own intensity of a sector that buys from none; 0 without emissions.
    Trap: imports are taken as made by the technology at home; emissions of households themselves are in no sector.
    Errors: a flow or emission below zero; an output that is not above zero; a table that no output can serve.
    """
    who = "input_output.emission_multiplier"
    not_negative(who, emissions=emissions)
    return _each(who, flows, output, lambda one, e: one.back(e / one.output), emissions)


@measure(
    label="隐含排放 | Embodied emissions",
    unit="{emissions}",
    bounds=(None, None),
    reference=f"{_BOOK}; the multiplier of input_output.emission_multiplier times final demand.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("flows", "output", "demand"),
    also=("embodied_carbon",),
)
def embodied_emissions(
    flows: BetweenSectors, output: OverSectors, emissions: OverSectors, demand: OverSectors
) -> OverSectors:
    r"""Emissions, wherever they arise, for the sake of the final demand for each sector.

    .. math:: q_j = f_j \sum_i e_i \ell_{ij}, \qquad e_i = E_i / x_i

    :math:`f_j`: final demand; :math:`E_i, x_i`: emissions and output; :math:`\ell_{ij}`: as in the Leontief inverse.

    Extremes: with the final demand of the table itself it adds up to the emissions of all sectors.
    Trap: what final users emit themselves is left out; say whether it is added. Exports are part of final demand, so
    that the result answers for buyers elsewhere too; imports are taken as made at home.
    Errors: a flow or emission below zero; an output that is not above zero; a table that no output can serve.
    """
    who = "input_output.embodied_emissions"
    not_negative(who, emissions=emissions)
    finite(who, demand=demand)
    return _each(who, flows, output, lambda one, e, f: one.back(e / one.output) * f, emissions, demand)


def _checked(measure: str, flows: Array, output: Array) -> None:
    """Refuse what is no table of flows: not square, below zero, or a sector without output."""
    not_negative(measure, _NEGATIVE, flows=flows)
    positive(measure, _IDLE, output=output)
    sectors = output.shape[-1]
    if flows.shape[-2:] != (sectors, sectors):
        ways = ("give one row, one column and one output for each sector",)
        raise MeasureRefusal(measure, f"flows has the shape {flows.shape} and output {output.shape}", ways=ways)


def _each(measure: str, flows: Array, output: Array, ask: Callable[..., Array], *more: Array) -> Array:
    """Factorise every table of the axes in front and ask the factors, with further data over sectors."""
    _checked(measure, flows, output)
    given = ((flows, 2), (output, 1), *((one, 1) for one in more))
    return each(lambda z, x, *rest: ask(Factors.of(measure, z, x), *rest), *given)


def _series(measure: str, flows: Array, output: Array, demand: Array, tolerance: float) -> Array:
    """Add up rounds of demand until those left out are small: each is at most the last times the largest share."""
    share = float((flows.sum(axis=0) / output).max())
    if share >= 1:
        what, why = f"a sector buys {share:.4g} of its output", "the rounds of the series need not become smaller"
        raise MeasureRefusal(measure, what, why=why, ways=("state method = 'factors'",))
    total, last = demand.astype(np.float64), demand.astype(np.float64)
    while np.abs(last).sum() * share / (1 - share) > tolerance * np.abs(total).sum():
        last = flows @ (last / output)
        total = total + last
    return total
