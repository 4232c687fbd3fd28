"""Synergy of a composite system (复合系统协同度): order of parameters and of systems, and how it grows.

The order of a parameter is its place between its worst and its best limit.  The synergy compares the order of all
systems between two periods; it says nothing of their levels.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import (
    Array,
    Axes,
    Cells,
    GroupsOfIndicators,
    OverGroups,
    OverIndicators,
    OverPeriods,
    OverSystems,
)
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, fractions, not_negative, positive

OverPeriodsAndSystems: TypeAlias = Annotated[Array, Axes(("period", "system"))]

_MODEL = (
    "孟庆松、韩文秀, model of the composite system (复合系统协调度模型), as reviewed by 赵文韬 (2019, 文章编号 "
    "1006-4311(2019)02-0191-03), and applied to regions by 金浩、李娜 (2016) and 赵琳琳、张贵祥 (2020)"
)
_TWO = {"system": 2}
_TWO_REASON = "synergy is between systems"
_ORDER = "take the order of the system from synergy.order_of_systems, between 0 and 1"


@measure(
    label="序参量有序度 | Order of a parameter",
    unit="1",
    bounds=(0, 1),
    reference=f"{_MODEL}.",
    tested="by hand",
    alike=("values", "worst", "best"),
)
def order_of_parameters(values: OverIndicators, worst: OverIndicators, best: OverIndicators) -> OverIndicators:
    r"""Place of each order parameter between its worst and its best limit.

    .. math:: u_j = \frac{e_j - b_j}{a_j - b_j}

    :math:`e_j`: value of parameter *j*; :math:`b_j`: its ``worst`` limit; :math:`a_j`: its ``best`` limit. The best
    limit of a parameter that should be small lies below the worst one; no direction is stated besides.

    Extremes: 0 at the worst limit, 1 at the best.
    Trap: limits are chosen by the study and decide the result; limits taken from the sample, often the extremes less
    or plus a tenth, move with every year that is added.
    Errors: a value or limit that is not finite; two limits that are equal; a value outside its limits.
    """
    who = "synergy.order_of_parameters"
    finite(who, values=values, worst=worst, best=best)
    positive(who, "state two different limits", distance_of_limits=np.abs(best - worst))
    order: OverIndicators = (values - worst) / (best - worst)
    fractions(who, "widen the limits so that they hold every value of the study", order_of_values=order)
    return order


@measure(
    label="子系统有序度 | Order of systems",
    unit="1",
    bounds=(0, 1),
    reference=f"{_MODEL}: geometric mean or weighted sum.",
    tested="by hand",
    zeros="几何平均时任一序参量为零则子系统为零 | in the geometric mean one parameter of zero makes its system zero",
    scale_free=("weights",),
)
def order_of_systems(
    order: OverIndicators,
    weights: OverIndicators,
    groups: GroupsOfIndicators,
    *,
    mean: Literal["geometric", "linear"] = "geometric",
) -> OverGroups:
    r"""Order of each system as the mean of its order parameters, geometric or linear.

    .. math:: u_g = \prod_{j \in g} u_j^{\lambda_j} \quad \text{or} \quad u_g = \sum_{j \in g} \lambda_j u_j, \qquad
       \lambda_j = \frac{w_j}{\sum_{k \in g} w_k}

    :math:`u_j`: order of parameter *j*; :math:`w_j`: its weight, in any unit, of which only the share within its
    system *g* counts; with equal weights the ``geometric`` mean is the plain one.

    Extremes: lies between the lowest and the highest order of its parameters.
    Trap: the two means give different orders of systems, and papers use either; the geometric one falls to 0 with one
    parameter at its worst limit.
    Errors: an order that is not finite or outside 0 to 1; a weight below zero; a system without weight.
    """
    who = "synergy.order_of_systems"
    fractions(who, "take the order from synergy.order_of_parameters", order=order)
    not_negative(who, weights=weights)
    members = groups[..., None] == np.arange(int(groups.max()) + 1)
    weight = weights[..., None] * members
    total = weight.sum(axis=-2, keepdims=True)
    positive(who, "give each system a parameter that carries weight", total_of_weights=total)
    share = weight / total
    if mean == "linear":
        added: OverGroups = (share * order[..., None]).sum(axis=-2)
        return added
    level: OverGroups = np.prod(order[..., None] ** share, axis=-2)
    return level


@measure(
    label="复合系统协同度（两期） | Synergy between two periods",
    unit="1",
    bounds=(-1, 1),
    reference=f"{_MODEL}.",
    tested="by hand",
    least=_TWO,
    least_reason=_TWO_REASON,
    zeros="任一子系统无变化则结果为零 | one system without change makes the result zero",
)
def synergy_of_two(earlier: OverSystems, later: OverSystems) -> Cells:
    r"""How far all systems together have gained or lost order between two periods.

    .. math:: S = \theta \left( \prod_{s=1}^{k} | u_s^1 - u_s^0 | \right)^{1/k}, \qquad
       \theta = \begin{cases} 1 & u_s^1 \ge u_s^0 \text{ for all } s \\ -1 & \text{otherwise} \end{cases}

    :math:`u_s^0, u_s^1`: order of system *s* before and after; :math:`k`: number of systems.

    Extremes: 1 when all go from 0 to 1, -1 when all go from 1 to 0; 0 when one has not changed.
    Trap: one small decline turns the sign of everything, and two declines do not turn it back; a system that stands
    still hides all others. It says nothing of levels: two systems at 0.9 that stand still have none.
    Errors: an order that is not finite or outside 0 to 1; fewer than two systems.
    """
    fractions("synergy.synergy_of_two", _ORDER, earlier=earlier, later=later)
    return _synergy("synergy.synergy_of_two", later - earlier)


@measure(
    label="复合系统协同度 | Synergy of a composite system",
    unit="1",
    bounds=(-1, 1),
    reference=f"{_MODEL}; fixed and moving base.",
    tested="by hand",
    least={"system": 2, "period": 2},
    least_reason="synergy is between systems and compares two periods",
    zeros="任一子系统无变化则结果为零 | one system without change makes the result zero",
    undefined="首期无可比之期 | the first period has none before it",
)
def synergy(order: OverPeriodsAndSystems, *, base: Literal["fixed", "chained"] = "fixed") -> OverPeriods:
    r"""How far all systems together have gained or lost order, period by period.

    .. math:: S_t = \theta_t \left( \prod_{s=1}^{k} | u_{s,t} - u_{s,t'} | \right)^{1/k}, \qquad
       \theta_t = \begin{cases} 1 & u_{s,t} \ge u_{s,t'} \text{ for all } s \\ -1 & \text{otherwise} \end{cases}

    :math:`u_{s,t}`: order of system *s* in period *t*; :math:`k`: number of systems; *t'*: the first period when the
    ``base`` is ``fixed``, the period before *t* when it is ``chained``.

    Extremes: 1 when all go from 0 to 1, -1 when all go from 1 to 0; 0 when one has not changed.
    Trap: the two bases tell different stories and stand side by side in good papers: on a fixed base the degree rises
    while the chained one stays low. One small decline turns the sign of everything; it says nothing of levels.
    Errors: an order that is not finite or outside 0 to 1; fewer than two systems or periods.
    """
    who = "synergy.synergy"
    fractions(who, _ORDER, order=order)
    if order.shape[-2] < 2:
        raise MeasureRefusal(who, "order has 1 period", why="a change needs two", ways=("name a second period",))
    before = order[..., :1, :] if base == "fixed" else order[..., :-1, :]
    degree = _synergy(who, order[..., 1:, :] - before)
    return np.concatenate([np.full_like(degree[..., :1], np.nan), degree], axis=-1)


def _synergy(measure: str, change: Array) -> Array:
    systems = change.shape[-1]
    if systems < 2:
        raise MeasureRefusal(measure, f"order has {systems} system", why=_TWO_REASON, ways=("name a second system",))
    size = np.prod(np.abs(change) ** (1 / systems), axis=-1)
    degree: Array = np.where((change < 0).any(axis=-1) & (size > 0), -size, size)
    return degree
