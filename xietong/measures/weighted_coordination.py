"""Coordination with unequal weights of systems, and grades of coordination.

Weights belong in the level and nowhere else: a weight inside the coupling makes even scores uneven.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.measures.axes import Cells, OverSystems
from xietong.measures.coordination import corrected_coupling, coupling, fan_coupling
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import fractions, not_negative, positive

_WANG = "王淑佳、孔伟、任亮、治丹丹、戴彬婷 (2021), 国内耦合协调度模型的误区及修正, 自然资源学报 36(3): 793-810"
_SCALE = "score each system between 0 and 1 against fixed goalposts"
_TWO = {"system": 2}
_TWO_REASON = "coupling is between systems"
_FORMS = {"usual": coupling, "corrected": corrected_coupling, "fan": fan_coupling}
_CUTS = np.arange(1, 10) / 10


@measure(
    label="加权综合发展水平 | Comprehensive level, weighted",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: the comprehensive index with weights.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    scale_free=("weights",),
    replicates=("system",),
)
def weighted_level(scores: OverSystems, weights: OverSystems) -> Cells:
    r"""Mean level of several systems, each counted by its weight.

    .. math:: T = \frac{\sum_s a_s U_s}{\sum_s a_s}

    :math:`U_s`: score of system *s*; :math:`a_s`: its weight, in any unit.

    Extremes: 0 when all scores that carry weight are zero, 1 when they are all at the upper goalpost.
    Trap: a high level of one system makes up for a low one of another; the coupling says whether it does.
    Errors: a score that is not finite or outside 0 to 1; a weight below zero; all weights zero.
    """
    fractions("weighted_coordination.weighted_level", _SCALE, scores=scores)
    not_negative("weighted_coordination.weighted_level", weights=weights)
    total = weights.sum(axis=-1)
    positive("weighted_coordination.weighted_level", total_of_weights=total)
    level: Cells = (weights * scores).sum(axis=-1) / total
    return level


@measure(
    label="加权耦合协调度 | Coupling coordination, weighted",
    unit="1",
    bounds=(0, 1),
    reference=f"{_WANG}: weights in the comprehensive index alone.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一得分为零则结果为零（离差修正除外） | one score of zero makes the result zero, but for the form fan",
    scale_free=("weights",),
)
def weighted_coupling_coordination(
    scores: OverSystems, weights: OverSystems, *, form: Literal["usual", "corrected", "fan"] = "usual"
) -> Cells:
    r"""Evenness and level of several systems together, where some systems count more than others.

    .. math:: D = \sqrt{C(U)\,T}, \qquad T = \frac{\sum_s a_s U_s}{\sum_s a_s}

    :math:`U_s`: score of system *s*; :math:`a_s`: its weight, in any unit; :math:`C`: degree of coupling of the scores
    without weights, in the ``form`` of ``coordination.coupling``, ``corrected_coupling`` or ``fan_coupling``.

    Extremes: 0 when one score is zero (in the forms usual and corrected), 1 when all scores are 1.
    Trap: weights inside the degree of coupling are one of four misuses that are documented; with equal weights the
    result is ``coordination.coupling_coordination`` or its corrected form.
    Errors: a score that is not finite or outside 0 to 1; all scores zero (but for fan); a weight below zero; all
    weights zero; fewer than two systems.
    """
    fractions("weighted_coordination.weighted_coupling_coordination", _SCALE, scores=scores)
    not_negative("weighted_coordination.weighted_coupling_coordination", weights=weights)
    positive("weighted_coordination.weighted_coupling_coordination", total_of_weights=weights.sum(axis=-1))
    return np.sqrt(_FORMS[form](scores) * weighted_level(scores, weights))


@misuse(
    weighted_coupling_coordination, label="权重误入耦合度 | Weights inside the coupling", seen=f"{_WANG}: 错用权重."
)
def coordination_with_weights_in_coupling(
    scores: OverSystems, weights: OverSystems, *, form: Literal["usual", "corrected", "fan"] = "usual"
) -> Cells:
    """Take the coupling of weighted scores, so that even scores with unequal weights seem uneven."""
    shares = weights / weights.sum(axis=-1, keepdims=True)
    return np.sqrt(_FORMS[form](shares * scores) * weighted_level(scores, weights))


@measure(
    label="协调等级（十级） | Grade of coordination, ten classes",
    unit="1",
    bounds=(0, 9),
    reference="Ten classes of equal width as printed by 田深圳、李雪铭、杨俊、张威、郭建科 (2021), 地理学报 76(4): 781,"
    " table 1; other limits are in print, such as classes of width 0.01 between 0.17 and 0.23: 魏璐瑶、陈晓红 (2017), "
    "地理科学 37(7): 1032, table 2.",
    tested="printed",
    classes=(
        "极度失调 | Extreme imbalance",
        "严重失调 | Severe imbalance",
        "中度失调 | Moderate imbalance",
        "轻度失调 | Slight imbalance",
        "濒临失调 | On the verge of imbalance",
        "勉强协调 | Bare coordination",
        "初级协调 | Primary coordination",
        "中级协调 | Intermediate coordination",
        "良好协调 | Good coordination",
        "优质协调 | Superior coordination",
    ),
)
def coordination_grade(degree: Cells, *, border: Literal["lower", "upper"] = "lower") -> Cells:
    r"""Sort a degree of coordination into one of ten classes of equal width, by a convention of the literature.

    .. math:: g = \lceil 10\,D \rceil - 1

    :math:`D`: degree of coordination, between 0 and 1; a degree on a limit belongs to the ``lower`` class, as in the
    table that is cited (0.5 is on the verge), or to the ``upper`` one (0.5 is bare coordination).

    Extremes: class 0 from 0 to 0.1, class 9 above 0.9.
    Trap: the limits are a convention and several sets of them are in print, so the same degree has another name in
    another paper; the degree itself hangs on the scaling of the scores. Show the number beside the name.
    Errors: a degree that is not finite or outside 0 to 1.
    """
    fractions("weighted_coordination.coordination_grade", degree=degree)
    grade: Cells = np.searchsorted(_CUTS, degree, side="left" if border == "lower" else "right").astype(np.float64)
    return grade
