"""Slacks: what is left beyond the common factor, and the measure of efficiency that counts every slack (SBM)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.measures.axes import Array, OverRegions, OverRegionsAndInputs, OverRegionsAndOutputs
from xietong.measures.broadcasting import each
from xietong.measures.efficiency import CCR, PLACES, UNITS, ZEROS, ccr, sides
from xietong.measures.envelopment import Orientation, Returns, Side, projected, slack_based
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import positive

SBM = (
    "Tone, K. (2001), A slacks-based measure of efficiency in data envelopment analysis, European Journal of "
    "Operational Research 130(3): 498-509"
)
NO_ZEROS = "拒绝（松弛按本地数量计） | refused (a slack is counted in parts of the place's own amount)"
ABOVE = "a slack is counted in parts of the amount: leave the input or output out by name, or use efficiency.ccr"
Scale = Literal["constant", "variable"]
_STEPS = CCR + "; the two steps: Coelli, T., A Guide to DEAP Version 2.1, CEPA Working Paper 96/08."


@measure(
    label="投入松弛 | Slacks of inputs",
    unit="{inputs}",
    bounds=(0, None),
    reference=_STEPS,
    tested="printed",
    zeros=ZEROS,
    scale_free=("outputs",),
    **PLACES,
)
def input_slacks(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> OverRegionsAndInputs:
    r"""How much of each input a place could still save after all inputs were cut, or all outputs raised, by its factor.

    .. math:: s_i^- = \theta_o x_{io} - \sum_j \lambda_j x_{ij}

    :math:`\theta_o`: factor of its inputs, 1 with orientation ``output``; :math:`\lambda_j`: weights of its peers,
    chosen so that the sum of all slacks, each in parts of the place's own amount, is largest.

    Extremes: 0 where the factor is all; up to the whole input.
    Trap: slacks that are made largest in raw units depend on the units; these do not.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("slacks.input_slacks", inputs=inputs, outputs=outputs)
    return each(lambda x, y: projected(Side(x, y), orientation, returns)[1], (inputs, 2), (outputs, 2))


@measure(
    label="产出松弛 | Slacks of outputs",
    unit="{outputs}",
    bounds=(0, None),
    reference=_STEPS,
    tested="by hand",
    zeros=ZEROS,
    scale_free=("inputs",),
    **PLACES,
)
def output_slacks(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    *,
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> OverRegionsAndOutputs:
    r"""How much more of each output a place could yield after inputs were cut, or outputs raised, by its factor.

    .. math:: s_r^+ = \sum_j \lambda_j y_{rj} - \varphi_o y_{ro}

    :math:`\varphi_o`: factor of its outputs, 1 with orientation ``input``; :math:`\lambda_j`: as in
    ``slacks.input_slacks``.

    Extremes: 0 where the factor is all; no upper limit.
    Trap: a place with a score of 1 and a slack is not efficient.
    Errors: an amount that is not finite or below zero; a place without any input or any output.
    """
    sides("slacks.output_slacks", inputs=inputs, outputs=outputs)
    return each(lambda x, y: projected(Side(x, y), orientation, returns)[2], (inputs, 2), (outputs, 2))


@measure(
    label="SBM效率（基于松弛） | SBM efficiency (slacks-based measure)",
    unit="1",
    bounds=(0, 1),
    reference=SBM + ".",
    tested="peer",
    zeros=NO_ZEROS,
    scale_free=UNITS,
    **PLACES,
)
def sbm(inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, returns: Scale = "constant") -> OverRegions:
    r"""Efficiency that counts every input that could be saved and every output that is missed, each by itself.

    .. math:: \rho_o = \min \frac{1 - \frac{1}{m} \sum_i s_i^- / x_{io}}{1 + \frac{1}{s} \sum_r s_r^+ / y_{ro}} \quad
       \text{with} \quad x_o = X \lambda + s^-, \quad y_o = Y \lambda - s^+, \quad \lambda, s \ge 0

    :math:`m, s`: number of inputs and of outputs; variable returns add :math:`\sum_j \lambda_j = 1`.

    Extremes: 1 only for a place that is efficient and has no slack; never above the CCR score.
    Trap: a single amount close to zero weighs as much as all others, since slacks are parts of it.
    Errors: an amount that is not finite or not above zero.
    """
    positive("slacks.sbm", ABOVE, inputs=inputs, outputs=outputs)

    def scores(x: Array, y: Array) -> Array:
        return np.clip(slack_based(Side(x, y), Side(x, y), returns), 0.0, 1.0)

    return each(scores, (inputs, 2), (outputs, 2))


@misuse(
    sbm,
    label="以径向得分代替 | The radial score in its place",
    seen="tables of CCR scores read as if they held the slacks; Tone (2001) sets both beside each other",
)
def _radial_instead(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, *, returns: Scale = "constant"
) -> OverRegions:
    return ccr(inputs, outputs)
