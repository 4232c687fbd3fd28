"""Coupling coordination of systems: degree of coupling, level, and both together; the usual and two corrected forms.

All take scores between 0 and 1 with equal weights; weights stand in ``weighted_coordination``.  A score of zero makes
most couplings zero, and on a scale drawn from the sample the last place always has one: scores come from goalposts that
are fixed beforehand.
"""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverSystems
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import fractions, positive

_WANG = (
    "王淑佳、孔伟、任亮、治丹丹、戴彬婷 (2021), 国内耦合协调度模型的误区及修正, 自然资源学报 36(3): 793-810, "
    "doi 10.31497/zrzyxb.20210319"
)
_FAN = (
    "Fan et al. (2024), 统计与决策 2024(22), doi 10.13546/j.cnki.tjyjc.2024.22.007, as written in the vignette "
    "ccd of the R package coupling 0.1 (CRAN)"
)
_LIU = "刘春林 (2017), 耦合度计算的常见错误分析: about half of 379 papers compute the degree of coupling wrongly"
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
    degree: Cells = np.prod(scores ** (1 / systems), axis=-1) / scores.mean(axis=-1)
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
    ranks = 2 * np.arange(1, systems + 1) - systems - 1
    apart = np.sort(scores, axis=-1) @ (ranks * 2 / (systems * (systems - 1)))
    relative = np.prod((scores / scores.max(axis=-1, keepdims=True)) ** (1 / (systems - 1)), axis=-1)
    degree: Cells = np.sqrt((1 - apart) * relative)
    return degree


@measure(
    label="耦合度（离差修正） | Degree of coupling by deviation (Fan)",
    unit="1",
    bounds=(0, 1),
    reference=f"{_FAN}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    spread="总体，除数为n | of the systems themselves, divisor n",
    replicates=("system",),
    also=("fan",),
)
def fan_coupling(scores: OverSystems) -> Cells:
    r"""Evenness of the scores of several systems as their distance from their mean; a score of zero spoils nothing.

    .. math:: C'' = 1 - 2 \sqrt{\frac{n \sum_s U_s^2 - \left(\sum_s U_s\right)^2}{n^2}}
       = 1 - 2 \sqrt{\frac{1}{n} \sum_s \left(U_s - \bar{U}\right)^2}

    :math:`U_s`: score of system *s*; :math:`\bar{U}`: their mean; :math:`n`: number of systems.

    Extremes: 1 when all scores are equal, also when all are zero; 0 when one half is at 0 and the other at 1. For two
    systems it is 1 less their difference.
    Trap: only the difference counts: 0.1 against 0.2 is as even as 0.8 against 0.9, where the usual degree sees one
    double the other. Not comparable with the other two degrees.
    Errors: a score that is not finite or outside 0 to 1; fewer than two systems.
    """
    _enough("coordination.fan_coupling", scores)
    degree: Cells = 1 - 2 * scores.std(axis=-1, ddof=0)
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


@measure(
    label="耦合协调度（离差修正） | Coupling coordination by deviation (Fan)",
    unit="1",
    bounds=(0, 1),
    reference=f"{_FAN}; equal weights.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    replicates=("system",),
)
def fan_coupling_coordination(scores: OverSystems) -> Cells:
    r"""Evenness and level of several systems together, with the degree of coupling by deviation.

    .. math:: D'' = \sqrt{C''\,T}

    :math:`C''`: degree of coupling by deviation; :math:`T`: mean score.

    Extremes: 0 when all scores are zero, 1 when all scores are 1.
    Trap: not comparable with the usual or the corrected form; it depends on how the scores were scaled.
    Errors: a score that is not finite or outside 0 to 1; fewer than two systems.
    """
    _enough("coordination.fan_coupling_coordination", scores)
    return np.sqrt(fan_coupling(scores) * comprehensive(scores))


@misuse(coupling, label="丢失系数n | The factor n is lost", seen=f"{_WANG}: 丢失系数; {_LIU}.")
def coupling_without_factor(scores: OverSystems) -> Cells:
    """Take the root of the product over the sum, so that even scores give 1/n and no longer 1."""
    found: Cells = coupling(scores) / scores.shape[-1]
    return found


@misuse(coupling, label="丢失n次方根 | The n-th root is lost", seen=f"{_WANG}: 书写错误; {_LIU}.")
def coupling_without_root(scores: OverSystems) -> Cells:
    """Leave the ratio of product and mean without its root, which makes every value too low."""
    found: Cells = coupling(scores) ** scores.shape[-1]
    return found


@misuse(coupling, label="多系统误用两系统公式 | The formula of two systems for more of them", seen=f"{_LIU}.")
def coupling_with_factor_of_two(scores: OverSystems) -> Cells:
    """Take twice the square root of the product over the sum whatever the number of systems."""
    found: Cells = 2 * np.sqrt(np.prod(scores, axis=-1)) / scores.sum(axis=-1)
    return found


@misuse(coupling_coordination, label="丢失系数n | The factor n is lost", seen=f"{_WANG}: 丢失系数; {_LIU}.")
def coordination_without_factor(scores: OverSystems) -> Cells:
    """Put the coupling that lost its factor n into the coordination."""
    return np.sqrt(coupling_without_factor(scores) * comprehensive(scores))


@misuse(coupling_coordination, label="丢失n次方根 | The n-th root is lost", seen=f"{_WANG}: 书写错误; {_LIU}.")
def coordination_without_root(scores: OverSystems) -> Cells:
    """Put the coupling that lost its root into the coordination."""
    return np.sqrt(coupling_without_root(scores) * comprehensive(scores))


def _enough(measure: str, scores: Array) -> int:
    fractions(measure, _SCALE, scores=scores)
    systems = int(scores.shape[-1])
    if systems < 2:
        raise MeasureRefusal(measure, f"scores has {systems} system", why=_TWO_REASON, ways=("name a second system",))
    return systems


def _systems(measure: str, scores: Array) -> int:
    systems = _enough(measure, scores)
    positive(measure, "where no system has begun there is no coupling to speak of", best_score=scores.max(axis=-1))
    return systems
