"""Undesirable outputs: places that are judged by what they should not yield as well, such as emissions."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array, OverRegions, OverRegionsAndBads, OverRegionsAndInputs, OverRegionsAndOutputs
from xietong.measures.broadcasting import each
from xietong.measures.efficiency import sides
from xietong.measures.envelopment import Side, directional, slack_based
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import positive
from xietong.measures.slacks import ABOVE, NO_ZEROS, Scale, sbm

THREE: dict[str, Any] = {
    "least_per": {"place": (3, ("input", "output", "bad"))},
    "least_reason": "with fewer places most find weights that put them first (rule of three times inputs and outputs)",
}
CHUNG = (
    "Chung, Y. H., Färe, R. and Grosskopf, S. (1997), Productivity and Undesirable Outputs: A Directional Distance "
    "Function Approach, Journal of Environmental Management 51(3): 229-240"
)
THREE_UNITS = ("inputs", "outputs", "bads")
BADS = (
    "投入、产出照算，非期望产出须大于零 | inputs and outputs are taken as they are; bad outputs are above zero, since "
    "the cut is a part of them"
)


def three(who: str, **data: Array) -> None:
    """Refuse amounts that the directional distance cannot take: see ``efficiency.sides``; ``…bads`` are above zero."""
    bads = {name: values for name, values in data.items() if name.endswith("bads")}
    sides(who, **{name: values for name, values in data.items() if name not in bads})
    positive(who, "leave a bad output that a place does not have out, or the place by name", **bads)


@measure(
    label="含非期望产出的SBM效率 | SBM efficiency with undesirable outputs",
    unit="1",
    bounds=(0, 1),
    reference="Tone, K. (2003), Dealing with undesirable outputs in DEA: A Slacks-Based Measure (SBM) approach, GRIPS "
    "Research Report Series I-2003-0005.",
    tested="peer",
    zeros=NO_ZEROS,
    scale_free=THREE_UNITS,
    also=("undesirable_sbm",),
    **THREE,
)
def sbm_undesirable(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    bads: OverRegionsAndBads,
    *,
    returns: Scale = "constant",
) -> OverRegions:
    r"""Efficiency that counts inputs saved, good outputs missed and bad outputs avoided, each by itself.

    .. math:: \rho_o = \min \frac{1 - \frac{1}{m} \sum_i s_i^- / x_{io}}{1 + \frac{1}{s_1 + s_2} \big( \sum_r s_r^g /
       y_{ro}^g + \sum_k s_k^b / y_{ko}^b \big)} \quad \text{with} \quad x_o = X \lambda + s^-, \quad y_o^g = Y^g
       \lambda - s^g, \quad y_o^b = Y^b \lambda + s^b

    :math:`y^g, y^b`: good and bad outputs, :math:`s_1, s_2` of them; :math:`\lambda, s \ge 0`; variable returns add
    :math:`\sum_j \lambda_j = 1`.

    Extremes: 1 for a place at which nothing can be saved, gained or avoided.
    Trap: a bad output entered as one more input stands in the numerator instead and gives another score; it also means
    that more of it could be swallowed in exchange for less of a true input. Turned into a good one by taking it from a
    constant, the score depends on the constant; here nothing is shifted.
    Errors: an amount that is not finite or not above zero.
    """
    positive("undesirable.sbm_undesirable", ABOVE, inputs=inputs, outputs=outputs, bads=bads)

    def scores(x: Array, y: Array, b: Array) -> Array:
        side = Side(x, y, b)
        return np.clip(slack_based(side, side, returns), 0.0, 1.0)

    return each(scores, (inputs, 2), (outputs, 2), (bads, 2))


@misuse(
    sbm_undesirable,
    label="非期望产出当作投入 | Bad outputs entered as inputs",
    seen="one of the ways to deal with bad outputs that Tone (2003) compares his measure with",
)
def _bads_as_inputs(
    inputs: OverRegionsAndInputs,
    outputs: OverRegionsAndOutputs,
    bads: OverRegionsAndBads,
    *,
    returns: Scale = "constant",
) -> OverRegions:
    front = np.broadcast_shapes(inputs.shape[:-1], bads.shape[:-1])
    both = [np.broadcast_to(one, (*front, one.shape[-1])) for one in (inputs, bads)]
    return sbm(np.concatenate(both, axis=-1), outputs, returns=returns)


@measure(
    label="方向距离函数 | Directional distance",
    unit="1",
    bounds=(0, 1),
    reference=CHUNG + ".",
    tested="by hand",
    zeros=BADS,
    scale_free=THREE_UNITS,
    **THREE,
)
def directional_distance(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, bads: OverRegionsAndBads
) -> OverRegions:
    r"""By which part a place could raise its good outputs and cut its bad ones at once.

    .. math:: D_o = \max \beta \quad \text{with} \quad X \lambda \le x_o, \quad Y^g \lambda \ge (1 + \beta) y_o^g, \quad
       Y^b \lambda = (1 - \beta) y_o^b, \quad \lambda \ge 0

    :math:`y^g, y^b`: good and bad outputs; bad ones can only be cut together with good ones (weak disposability), so
    that their row is an equation. Returns to scale are constant.

    Extremes: 0 on the frontier, so that more is worse; 1 where all bads could vanish while goods double.
    Trap: it is an inefficiency, not an efficiency; with bads as freely disposable inputs their row would be
    :math:`\le`, and cutting them would cost nothing. A frontier of bads can slope down: a place may be on it although
    it should yield less of everything.
    Errors: an amount that is not finite or below zero; a bad that is not above zero; a place without input or output.
    """
    three("undesirable.directional_distance", inputs=inputs, outputs=outputs, bads=bads)

    def distances(x: Array, y: Array, b: Array) -> Array:
        side = Side(x, y, b)
        return np.clip(directional(side, side), 0.0, 1.0)

    return each(distances, (inputs, 2), (outputs, 2), (bads, 2))


@misuse(
    directional_distance,
    label="坏产出可自由处置 | Bads that can be cut for nothing",
    seen="Julia package DataEnvelopmentAnalysis.jl, whose test of malmluen() is met with an inequality for the bads "
    "and not as the equation of Chung and others (1997)",
)
def _freely_disposable(
    inputs: OverRegionsAndInputs, outputs: OverRegionsAndOutputs, bads: OverRegionsAndBads
) -> OverRegions:
    def distances(x: Array, y: Array, b: Array) -> Array:
        return directional(Side(x, y, b), Side(x, y, b), free=True)

    return each(distances, (inputs, 2), (outputs, 2), (bads, 2))
