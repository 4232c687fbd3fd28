"""Super-efficiency: places judged against all others but themselves, so that those on the frontier differ."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array, OverRegions, OverRegionsAndInputs, OverRegionsAndOutputs
from xietong.measures.broadcasting import each
from xietong.measures.efficiency import PLACES, UNITS, ZEROS, sides
from xietong.measures.envelopment import Orientation, Returns, Side, radial, slack_based, super_slack_based
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import positive
from xietong.measures.slacks import ABOVE, NO_ZEROS, Scale, sbm

_RADIAL = (
    "Andersen, P. and Petersen, N. C. (1993), A procedure for ranking efficient units in data envelopment analysis, "
    "Management Science 39: 1261-1264"
)
_INFEASIBLE = "Seiford, L. M. and Zhu, J. (1999), Infeasibility of super-efficiency data envelopment analysis models"
_UNDEFINED = (
    "其余各地的任何组合都达不到该地（线性规划不可行），不记为1，也不剔除 | no combination of the other places "
    "reaches the place (its program is infeasible); it is not set to 1 and not left out"
)
_FRONTIER = 1e-9


def _without(inputs: Array, outputs: Array, orientation: Orientation, returns: Returns) -> Array:
    side = Side(inputs, outputs)
    factors = radial(side, side, orientation, returns, barred=True)
    return factors if orientation == "input" else 1 / np.where(factors > 0, factors, np.nan)


@measure(
    label="超效率CCR | Super-efficiency, constant returns",
    unit="1",
    bounds=(0, None),
    reference=_RADIAL + ".",
    tested="peer",
    zeros=ZEROS,
    undefined=_UNDEFINED,
    scale_free=UNITS,
    **PLACES,
)
def super_ccr(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation = "input"
) -> OverRegions:
    r"""How far a place could raise its inputs, or let its outputs fall, before the others catch up with it.

    .. math:: \theta_o = \min \theta \quad \text{with} \quad \sum_{j \ne o} \lambda_j x_{ij} \le \theta x_{io}, \quad
       \sum_{j \ne o} \lambda_j y_{rj} \ge y_{ro}, \quad \lambda \ge 0

    Symbols as in ``efficiency.ccr``; the place itself is left out of its reference.

    Extremes: below 1 it is the CCR score; above 1 for a place without which the frontier would be another.
    Trap: it tells how unlike the others a place is, which is not how good it is: look at large values for errors first.
    With constant returns it is infeasible only where a place alone has an output, or alone needs none of an input.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("super_efficiency.super_ccr", inputs=inputs, outputs=outputs)
    return each(lambda x, y: _without(x, y, orientation, "constant"), (inputs, 2), (outputs, 2))


@measure(
    label="超效率BCC | Super-efficiency, variable returns",
    unit="1",
    bounds=(0, None),
    reference=_RADIAL + "; " + _INFEASIBLE + ".",
    tested="peer",
    zeros=ZEROS,
    undefined=_UNDEFINED,
    scale_free=UNITS,
    **PLACES,
)
def super_bcc(inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation) -> OverRegions:
    r"""Super-efficiency among places of its size; undefined where no mix of the others reaches the place.

    .. math:: \theta_o = \min \theta \quad \text{with} \quad \sum_{j \ne o} \lambda_j x_{ij} \le \theta x_{io}, \quad
       \sum_{j \ne o} \lambda_j y_{rj} \ge y_{ro}, \quad \sum_{j \ne o} \lambda_j = 1, \quad \lambda \ge 0

    Symbols as in ``efficiency.ccr``.

    Extremes: below 1 it is the BCC score; undefined (nan) for the place with the most of an output under orientation
    ``input``, and for that with the least of an input under ``output``.
    Trap: an infeasible place is neither efficient with score 1 nor to be left out of a mean: count it beside the
    result, or use ``super_efficiency.super_sbm``, which always has a value.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("super_efficiency.super_bcc", inputs=inputs, outputs=outputs)
    return each(lambda x, y: _without(x, y, orientation, "variable"), (inputs, 2), (outputs, 2))


@misuse(
    super_bcc,
    label="不可行记为1 | An infeasible place set to 1",
    seen="a filling of gaps against Chen, Y. (2005), European Journal of Operational Research 161(2): 545-551, by "
    "whom an infeasible place is among the most super-efficient, and not at 1",
)
def _infeasible_as_one(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation
) -> OverRegions:
    return np.nan_to_num(super_bcc(inputs, outputs, orientation=orientation), nan=1.0)


@measure(
    label="超效率SBM | Super-efficiency SBM",
    unit="1",
    bounds=(0, None),
    reference="Tone, K. (2002), A slacks-based measure of super-efficiency in data envelopment analysis, European "
    "Journal of Operational Research 143: 32-41.",
    tested="peer",
    zeros=NO_ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def super_sbm(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, returns: Scale = "constant"
) -> OverRegions:
    r"""For an efficient place, how far it stands before the others; for another one its SBM score.

    .. math:: \delta_o = \min \frac{\frac{1}{m} \sum_i \bar{x}_i / x_{io}}{\frac{1}{s} \sum_r \bar{y}_r / y_{ro}} \quad
       \text{with} \quad \bar{x} \ge \sum_{j \ne o} \lambda_j x_j, \quad \bar{y} \le \sum_{j \ne o} \lambda_j y_j, \quad
       \bar{x} \ge x_o, \quad \bar{y} \le y_o, \quad \lambda \ge 0

    :math:`\bar{x}, \bar{y}`: the nearest point that the others reach with no less input and no more output; variable
    returns add :math:`\sum_{j \ne o} \lambda_j = 1`. Places with :math:`\rho_o < 1` keep :math:`\rho_o` of
    ``slacks.sbm``.

    Extremes: 1 or above for efficient places; always feasible.
    Trap: it jumps where a place becomes efficient, and overstates where the nearest point is only weakly efficient; it
    is not ``super_efficiency.super_ccr`` with slacks, and the two may rank differently.
    Errors: an amount that is not finite or not above zero.
    """
    positive("super_efficiency.super_sbm", ABOVE, inputs=inputs, outputs=outputs)

    def scores(x: Array, y: Array) -> Array:
        side = Side(x, y)
        plain = slack_based(side, side, returns)
        return np.where(plain > 1 - _FRONTIER, np.maximum(super_slack_based(side, side, returns), 1.0), plain)

    return each(scores, (inputs, 2), (outputs, 2))


@misuse(
    super_sbm,
    label="有效者一律为1 | All efficient places at 1",
    seen="rankings by the SBM score of Tone (2001), in which efficient places cannot be told apart: the reason for "
    "which Tone (2002) measures super-efficiency",
)
def _cut_at_one(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, returns: Scale = "constant"
) -> OverRegions:
    return sbm(inputs, outputs, returns=returns)
