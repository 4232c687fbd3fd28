"""Coupling coordination of systems: degree of coupling, level, and both together; the usual and the corrected form.

All take scores between 0 and 1 with equal weights.  A score of zero makes every coupling zero, and on a scale drawn
from the sample the last place always has one: scores come from goalposts that are fixed beforehand.
"""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverSystems
from xietong.measures.measure import measure
from xietong.measures.preconditions import fractions, positive

_WANG = (
    "王淑佳、孔伟、任亮、治丹丹、戴彬婷 (2021), 国内耦合协调度模型的误区及修正, 自然资源学报 36(3): 793-810, "
    "doi 10.31497/zrzyxb.20210319"
)
_TWO = {"system": 2}
_TWO_REASON = "coupling is between systems"
_SCALE = "score each system between 0 and 1 against fixed goalposts"


@measure(
    label="耦合度 | Degree of coupling",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the usual model in its normative form.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一得分为零则结果为零 | one score of zero makes the result zero",
)
def coupling(scores: OverSystems) -> Cells:
    r"""Evenness of the scores of several systems, whatever their level.

    .. math:: C = \frac{n \left(\prod_s U_s\right)^{1/n}}{\sum_s U_s}

    :math:`U_s`: score of system *s*; :math:`n`: number of systems.

    Extremes: 1 when all scores are equal, also when all are bad; 0 when one score is zero.
    Trap: most values crowd close to 1; the factor *n* and the *n*-th root are often lost, and the factor of two systems
    is used for three. Weights have no place in it.
    Errors: a score that is not finite or outside 0 to 1; all scores zero; fewer than two systems.
    """
    systems = _systems("coordination.coupling", scores)
    degree: Cells = systems * np.prod(scores, axis=-1) ** (1 / systems) / scores.sum(axis=-1)
    return degree


@measure(
    label="修正耦合度 | Degree of coupling, corrected",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the modified model.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一得分为零则结果为零 | one score of zero makes the result zero",
)
def corrected_coupling(scores: OverSystems) -> Cells:
    r"""Evenness of the scores of several systems, on a scale that uses its whole length.

    .. math:: C' = \sqrt{\left[1 - \frac{\sum_{s>t} |U_s - U_t|}{n (n-1) / 2}\right]
       \left[\prod_s \frac{U_s}{\max_t U_t}\right]^{1/(n-1)}}

    :math:`U_s`: score of system *s*; :math:`n`: number of systems.

    Extremes: 1 when all scores are equal, also when all are bad; 0 when one score is zero.
    Trap: not comparable with the usual degree of coupling; for two systems it is never above it, for four it may be.
    Errors: a score that is not finite or outside 0 to 1; all scores zero; fewer than two systems.
    """
    systems = _systems("coordination.corrected_coupling", scores)
    apart = np.abs(scores[..., :, None] - scores[..., None, :]).sum(axis=(-2, -1)) / (systems * (systems - 1))
    relative = np.prod(scores / scores.max(axis=-1, keepdims=True), axis=-1)
    degree: Cells = np.sqrt((1 - apart) * relative ** (1 / (systems - 1)))
    return degree


@measure(
    label="综合发展水平 | Comprehensive level",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the comprehensive index, here with equal weights.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def comprehensive(scores: OverSystems) -> Cells:
    r"""Mean level of several systems, each counted equally.

    .. math:: T = \frac{1}{n} \sum_s U_s

    :math:`U_s`: score of system *s*; :math:`n`: number of systems.

    Extremes: 0 when all scores are zero, 1 when all are at the upper goalpost.
    Trap: weights, where a study wants them, belong here and not in the coupling.
    Errors: a score that is not finite or outside 0 to 1.
    """
    fractions("coordination.comprehensive", _SCALE, scores=scores)
    level: Cells = scores.mean(axis=-1)
    return level


@measure(
    label="耦合协调度 | Coupling coordination",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the usual model in its normative form, equal weights.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一得分为零则结果为零 | one score of zero makes the result zero",
)
def coupling_coordination(scores: OverSystems) -> Cells:
    r"""Evenness and level of several systems together.

    .. math:: D = \sqrt{C\,T}

    :math:`C`: degree of coupling; :math:`T`: mean score.

    Extremes: 0 when one score is zero, 1 when all scores are 1.
    Trap: it depends on how the scores were scaled, so that values of two studies are not compared; classes of it are
    conventions, and several sets of limits are in use.
    Errors: a score that is not finite or outside 0 to 1; all scores zero; fewer than two systems.
    """
    _systems("coordination.coupling_coordination", scores)
    return np.sqrt(coupling(scores) * comprehensive(scores))


@measure(
    label="修正耦合协调度 | Coupling coordination, corrected",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the modified model, equal weights.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一得分为零则结果为零 | one score of zero makes the result zero",
)
def corrected_coupling_coordination(scores: OverSystems) -> Cells:
    r"""Evenness and level of several systems together, with the corrected degree of coupling.

    .. math:: D' = \sqrt{C'\,T}

    :math:`C'`: corrected degree of coupling; :math:`T`: mean score.

    Extremes: 0 when one score is zero, 1 when all scores are 1.
    Trap: not comparable with the usual form; it depends on how the scores were scaled.
    Errors: a score that is not finite or outside 0 to 1; all scores zero; fewer than two systems.
    """
    _systems("coordination.corrected_coupling_coordination", scores)
    return np.sqrt(corrected_coupling(scores) * comprehensive(scores))


def _systems(measure: str, scores: Array) -> int:
    fractions(measure, _SCALE, scores=scores)
    systems = int(scores.shape[-1])
    if systems < 2:
        raise MeasureRefusal(measure, f"scores has {systems} system", why=_TWO_REASON, ways=("name a second system",))
    positive(measure, "where no system has begun there is no coupling to speak of", best_score=scores.max(axis=-1))
    return systems
