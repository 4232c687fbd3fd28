"""Efficiency by data envelopment analysis: places against what the best of them do with as much, without any prices.

A score is a factor of all inputs (orientation ``input``) or one over a factor of all outputs (``output``), so that 1
is best either way round.  A score of 1 alone does not make a place efficient: what is left beyond the factor are its
slacks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, BetweenRegions, OverRegions, OverRegionsAndInputs, OverRegionsAndOutputs
from xietong.measures.broadcasting import each
from xietong.measures.envelopment import Orientation, Returns, Side, projected, radial, weights
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import not_negative

CCR = (
    "Charnes, A., Cooper, W. W. and Rhodes, E. (1978), Measuring the efficiency of decision making units, European "
    "Journal of Operational Research 2(6): 429-444"
)
BCC = (
    "Banker, R. D., Charnes, A. and Cooper, W. W. (1984), Some Models for Estimating Technical and Scale "
    "Inefficiencies in Data Envelopment Analysis, Management Science 30(9): 1078-1092"
)
PLACES: dict[str, Any] = {
    "least_per": {"place": (3, ("input", "output"))},
    "least_reason": "with fewer places most find weights that put them first (rule of three times inputs and outputs)",
}
ZEROS = (
    "照算；但每地须至少有一项投入和一项产出大于零 | taken as they are; but every place has at least one input and one "
    "output above zero"
)
UNITS = ("inputs", "outputs")
_ONE = 1e-9


def sides(who: str, **data: Array) -> None:
    """Refuse amounts that are not finite or below zero, and places with no input, or no output, at all."""
    not_negative(who, "an amount below zero has no share in a factor: choose a quantity that is zero or above", **data)
    for name, values in data.items():
        empty = np.argwhere(~(values > 0).any(axis=-1))
        if len(empty):
            at = ", ".join(str(int(one)) for one in empty[0])
            why = "without any input a place would be infinitely good, without any output it has nothing to judge"
            ways = ("leave the place out by name and with a reason",)
            raise MeasureRefusal(who, f"all {name} are 0 at [{at}]", why=why, ways=ways)


def score(inputs: Array, outputs: Array, orientation: Orientation, returns: Returns) -> Array:
    """Return the score of every place of one table among all of them."""
    side = Side(inputs, outputs)
    factors = radial(side, side, orientation, returns)
    return factors if orientation == "input" else 1 / factors


@measure(
    label="CCR效率（规模报酬不变） | CCR efficiency (constant returns to scale)",
    unit="1",
    bounds=(0, 1),
    reference=CCR + ".",
    tested="printed",
    zeros=ZEROS,
    scale_free=UNITS,
    also=("dea",),
    **PLACES,
)
def ccr(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation = "input"
) -> OverRegions:
    r"""Share of its inputs with which a place could do, if it did as well as the best, at whatever size.

    .. math:: \theta_o = \min \theta \quad \text{with} \quad \sum_j \lambda_j x_{ij} \le \theta x_{io}, \quad
       \sum_j \lambda_j y_{rj} \ge y_{ro}, \quad \lambda \ge 0

    :math:`x_{ij}, y_{rj}`: inputs and outputs of place *j*; :math:`\lambda_j`: how much of it stands behind the point
    at which place *o* is measured.

    Extremes: 1 on the frontier; towards 0 where others do the same with almost nothing.
    Trap: with constant returns both orientations give the same score; some packages print the output-oriented one as
    its inverse, 1 or above. A score of 1 may hide slacks: see ``efficiency.status``. A program in raw units with
    amounts of very different size loses its tolerance in a solver; here every row is counted in the place's own
    amounts.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.ccr", inputs=inputs, outputs=outputs)
    return each(lambda x, y: score(x, y, orientation, "constant"), (inputs, 2), (outputs, 2))


@misuse(
    ccr,
    label="产出导向的原始因子 | The factor of outputs as if it were a score",
    seen="R package deaR 1.5.3, model_basic(orientation = 'oo'), prints the factor of outputs, 1 or above",
)
def _factor_of_outputs(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation = "input"
) -> OverRegions:
    return 1 / ccr(inputs, outputs, orientation=orientation)


@measure(
    label="BCC效率（规模报酬可变） | BCC efficiency (variable returns to scale)",
    unit="1",
    bounds=(0, 1),
    reference=BCC + ".",
    tested="printed",
    zeros=ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def bcc(inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation) -> OverRegions:
    r"""Efficiency of a place among places of its size: pure technical efficiency.

    .. math:: \theta_o = \min \theta \quad \text{with} \quad \sum_j \lambda_j x_{ij} \le \theta x_{io}, \quad
       \sum_j \lambda_j y_{rj} \ge y_{ro}, \quad \sum_j \lambda_j = 1, \quad \lambda \ge 0

    Symbols as in ``efficiency.ccr``; with orientation ``output`` it is one over the largest :math:`\varphi` with
    :math:`\sum_j \lambda_j x_{ij} \le x_{io}` and :math:`\sum_j \lambda_j y_{rj} \ge \varphi y_{ro}`.

    Extremes: never below the CCR score; 1 for the place with the least of an input or the most of an output, whatever
    else it does.
    Trap: the two orientations give different scores here, so the orientation is stated, not assumed. The largest and
    the smallest place are on the frontier for want of others.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.bcc", inputs=inputs, outputs=outputs)
    return each(lambda x, y: score(x, y, orientation, "variable"), (inputs, 2), (outputs, 2))


@misuse(
    bcc,
    label="另一导向的得分 | The score of the other orientation",
    seen="packages that assume an orientation where none is stated: R package Benchmarking takes 'in', deaR 'io', and "
    "their scores under variable returns are not those of 'output'",
)
def _other_orientation(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation
) -> OverRegions:
    return bcc(inputs, outputs, orientation="output" if orientation == "input" else "input")


@measure(
    label="规模效率 | Scale efficiency",
    unit="1",
    bounds=(0, 1),
    reference=BCC + "; as CCR over BCC: Coelli, T., A Guide to DEAP Version 2.1, CEPA Working Paper 96/08.",
    tested="by hand",
    zeros=ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def scale_efficiency(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation
) -> OverRegions:
    r"""Part of the inefficiency that is due to the size of a place alone.

    .. math:: S_o = \frac{\theta_o^{CCR}}{\theta_o^{BCC}}

    :math:`\theta_o^{CCR}, \theta_o^{BCC}`: its scores at constant and at variable returns, in one orientation.

    Extremes: 1 where a place has the most productive size; lower the further from it.
    Trap: it does not say whether the place is too large or too small: ``efficiency.returns_to_scale`` does.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.scale_efficiency", inputs=inputs, outputs=outputs)
    return np.minimum(ccr(inputs, outputs) / bcc(inputs, outputs, orientation=orientation), 1.0)


@measure(
    label="规模报酬 | Returns to scale",
    unit="1",
    bounds=(0, 2),
    reference="Färe, R., Grosskopf, S. and Lovell, C. A. K. (1985), The Measurement of Efficiency of Production, "
    "Kluwer Nijhoff; as used in Coelli, T., A Guide to DEAP Version 2.1, CEPA Working Paper 96/08.",
    tested="by hand",
    classes=("递增 | increasing", "不变 | constant", "递减 | decreasing"),
    zeros=ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def returns_to_scale(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, orientation: Orientation
) -> OverRegions:
    r"""Whether a place would gain by growing (0), has its best size (1), or would gain by shrinking (2).

    .. math:: R_o = 1 \text{ if } \theta^{CCR} = \theta^{BCC}, \quad 0 \text{ if } \theta^{CCR} = \theta^{NIRS} <
       \theta^{BCC}, \quad 2 \text{ otherwise}

    :math:`\theta^{NIRS}`: score with :math:`\sum_j \lambda_j \le 1`, at returns that do not increase.

    Extremes: three classes.
    Trap: it belongs to the point at which the place is measured, so the two orientations may differ for an inefficient
    place. Scores that differ by less than 1e-9 count as equal.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.returns_to_scale", inputs=inputs, outputs=outputs)
    constant, variable = ccr(inputs, outputs), bcc(inputs, outputs, orientation=orientation)
    fewer = each(lambda x, y: score(x, y, orientation, "nonincreasing"), (inputs, 2), (outputs, 2))
    grow = np.where(fewer - constant <= _ONE, 0.0, 2.0)
    return np.where(variable - constant <= _ONE, 1.0, grow)


@measure(
    label="有效性类别 | Kind of efficiency",
    unit="1",
    bounds=(0, 2),
    reference=CCR + "; the two steps: Coelli, T., A Guide to DEAP Version 2.1, CEPA Working Paper 96/08.",
    tested="by hand",
    classes=("无效 | inefficient", "弱有效（有松弛） | weakly efficient (slacks are left)", "有效 | efficient"),
    zeros=ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def status(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> OverRegions:
    r"""Whether a place is efficient (2), efficient but for slacks (1), or not efficient (0).

    .. math:: E_o = 2 \text{ if } \theta_o = 1 \text{ and } \sum_i s_i^- + \sum_r s_r^+ = 0, \quad 1 \text{ if }
       \theta_o = 1, \quad 0 \text{ otherwise}

    :math:`s_i^-, s_r^+`: the largest slacks of inputs and outputs beyond the factor, as in ``slacks.input_slacks``.

    Extremes: three classes.
    Trap: a score of 1 is read as efficient although another place needs less of one input or yields more of one output:
    the factor moves all of them together and cannot see it.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.status", inputs=inputs, outputs=outputs)

    def kind(x: Array, y: Array) -> Array:
        factor, saved, gained, _ = projected(Side(x, y), orientation, returns)
        left = (saved > _ONE * x.max(axis=0)).any(axis=-1) | (gained > _ONE * y.max(axis=0)).any(axis=-1)
        return np.where(np.abs(factor - 1) > _ONE, 0.0, np.where(left, 1.0, 2.0))

    return each(kind, (inputs, 2), (outputs, 2))


@misuse(
    status,
    label="只看得分为一 | A score of 1 taken for efficient",
    seen="tables that print the factor alone, such as R package Benchmarking, dea(), whose SLACK is FALSE unless set",
)
def _slacks_ignored(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> OverRegions:
    found = each(lambda x, y: score(x, y, orientation, returns), (inputs, 2), (outputs, 2))
    return np.where(np.abs(found - 1) > _ONE, 0.0, 2.0)


@measure(
    label="参照地权重 | Weights of the peers",
    unit="1",
    bounds=(0, None),
    reference=CCR + "; the two steps: Coelli, T., A Guide to DEAP Version 2.1, CEPA Working Paper 96/08.",
    tested="printed",
    zeros=ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def peer_weights(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> BetweenRegions:
    r"""How much of every other place (column) stands behind the point at which a place (row) is measured.

    .. math:: (\lambda_{o1}, \dots, \lambda_{on}) = \text{weights of the program of } o \text{ after both steps}

    :math:`\lambda_{oj}`: weight of place *j* for place *o*; the second step makes slacks as large as they can be.

    Extremes: an efficient place is its own only peer, with weight 1. With variable returns every row adds up to 1.
    Trap: where several sets of peers do as well, one of them is told; peers are examples, and no ranking.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("efficiency.peer_weights", inputs=inputs, outputs=outputs)

    def table(x: Array, y: Array) -> Array:
        return weights(projected(Side(x, y), orientation, returns)[-1], len(x))

    return each(table, (inputs, 2), (outputs, 2))
