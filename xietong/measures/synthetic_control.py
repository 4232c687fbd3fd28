"""Synthetic control: what a region would have done without a policy, from a mix of regions that had none.

Weights are fitted on the outcomes before the policy alone; further predictors may be stacked as further periods.  One
number is never the whole answer: fit before, placebos and the donors left out one at a time belong beside it.
"""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverParts, OverPeriods, OverRegions, OverRegionsAndPeriods
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite

_ABADIE = (
    "Abadie, A., Diamond, A. and Hainmueller, J. (2010), Synthetic Control Methods for Comparative Case Studies: "
    "Estimating the Effect of California's Tobacco Control Program, Journal of the American Statistical Association "
    "105(490): 493-505, doi 10.1198/jasa.2009.ap08746"
)
_TWO = {"place": 2, "period": 3}
_TWO_REASON = "one donor is no mix, and the fit needs two periods before the policy and one after"


@measure(
    label="合成控制：供体权重 | Synthetic control: weights of the donors",
    unit="1",
    bounds=(0, 1),
    reference=f"{_ABADIE}; here with the outcomes of all periods before as the only predictors, each counted alike.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    also=("synthetic_weights",),
)
def donor_weights(outcome: OverPeriods, donors: OverRegionsAndPeriods, *, before: int) -> OverRegions:
    r"""Mix of the donors that comes closest to the treated region before the policy.

    .. math:: w = \arg\min_{w \ge 0,\ \sum_j w_j = 1} \sum_{t < T_0} \Big( y_t - \sum_j w_j y_{jt} \Big)^2

    :math:`y_t`: outcome of the treated region; :math:`y_{jt}`: outcome of donor *j*; :math:`T_0`: ``before``, the
    number of periods before the policy.

    Extremes: one donor takes all when it alone is closest; many are exactly zero.
    Trap: with more donors than periods several mixes may fit equally well, and another program may print another one;
    donors that felt the policy themselves (neighbours) must be left out by hand.
    Errors: an outcome that is not finite; fewer than two periods before or none after.
    """
    _checked("synthetic_control.donor_weights", outcome, donors, before)
    return each(lambda y, x: _closest(y[:before], x[:, :before]), (outcome, 1), (donors, 2))


@measure(
    label="合成控制：逐期差距 | Synthetic control: gap in every period",
    unit="{outcome}",
    bounds=(None, None),
    reference=f"{_ABADIE}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    alike=("outcome", "donors"),
    also=("synthetic_gap",),
)
def gap_by_period(outcome: OverPeriods, donors: OverRegionsAndPeriods, *, before: int) -> OverPeriods:
    r"""Outcome of the treated region less that of its synthetic twin, before and after the policy.

    .. math:: \hat{\alpha}_t = y_t - \sum_j w_j y_{jt}

    :math:`y_t`: outcome of the treated region; :math:`w_j`: weight of donor *j*; :math:`y_{jt}`: its outcome.

    Extremes: close to 0 before the policy when the fit is good; of any sign after it.
    Trap: a gap after the policy says little when the gaps before it are of the same size; read it beside the placebos.
    Errors: an outcome that is not finite; fewer than two periods before or none after.
    """
    _checked("synthetic_control.gap_by_period", outcome, donors, before)
    return each(lambda y, x: _gap(y, x, before), (outcome, 1), (donors, 2))


@measure(
    label="合成控制：安慰剂检验 | Synthetic control: placebo test",
    unit="1",
    bounds=(None, None),
    reference=f"{_ABADIE}: the ratio of the errors after and before, and its rank among the placebos.",
    tested="peer",
    least={"place": 9, "period": 3},
    least_reason="with fewer than nine donors no rank among the placebos can reach one in ten",
    undefined="政策前拟合无误差时，误差比无定义 | the ratio is undefined when the fit before the policy has no error",
    parts=(
        "政策后平均差距 | mean gap after", "政策前误差 | error before", "政策后误差 | error after",
        "误差比 | ratio of the errors", "安慰剂p值 | placebo p", "安慰剂个数 | placebos",
    ),
    alike=("outcome", "donors"),
    also=("synthetic_control", "scm"),
)  # fmt: skip
def placebo_test(outcome: OverPeriods, donors: OverRegionsAndPeriods, *, before: int) -> OverParts:
    r"""How the gap of the treated region compares with those of donors treated in name only.

    .. math:: r = \sqrt{\frac{\frac{1}{T - T_0} \sum_{t \ge T_0} \hat{\alpha}_t^2}{\frac{1}{T_0} \sum_{t < T_0}
       \hat{\alpha}_t^2}}, \qquad p = \frac{1 + \#\{j: r_j \ge r\}}{1 + J}

    :math:`\hat{\alpha}_t`: gap in period *t*; :math:`T_0`: periods before the policy; :math:`r_j`: ratio of donor *j*
    when it is fitted by the other donors; :math:`J`: number of donors. Mean gap and errors are in the unit of the
    outcome; ratio and *p* have none.

    Extremes: *p* lies between 1 / (*J* + 1) and 1.
    Trap: the treated region is no donor of the placebos; with few donors *p* cannot be small whatever the effect.
    Errors: an outcome that is not finite; fewer than two periods before or none after; fewer than nine donors.
    """
    _checked("synthetic_control.placebo_test", outcome, donors, before)

    def one(y: Array, x: Array) -> Array:
        gap = _gap(y, x, before)
        error, ratio = _errors(gap, before)
        others = np.array([_errors(_gap(x[j], np.delete(x, j, axis=0), before), before)[1] for j in range(len(x))])
        told = others[~np.isnan(others)]
        rank = np.nan if np.isnan(ratio) else (1 + (told >= ratio).sum()) / (1 + len(told))
        return np.array([gap[before:].mean(), *error, ratio, rank, len(told)])

    return each(one, (outcome, 1), (donors, 2))


@measure(
    label="合成控制：供体敏感性 | Synthetic control: sensitivity to the donors",
    unit="{outcome}",
    bounds=(None, None),
    reference="Abadie, A., Diamond, A. and Hainmueller, J. (2015), Comparative Politics and the Synthetic Control "
    "Method, American Journal of Political Science 59(2): 495-510: the donors are left out one at a time.",
    tested="by hand",
    least={"place": 3, "period": 3},
    least_reason="when one of two donors is left out no mix remains",
    alike=("outcome", "donors"),
)
def without_each_donor(outcome: OverPeriods, donors: OverRegionsAndPeriods, *, before: int) -> OverRegions:
    r"""Mean gap after the policy when one donor is left out, for every donor.

    .. math:: \bar{\alpha}^{(-j)} = \frac{1}{T - T_0} \sum_{t \ge T_0}
       \Big( y_t - \sum_{i \ne j} w_i^{(-j)} y_{it} \Big)

    :math:`w_i^{(-j)}`: weight of donor *i* when *j* is left out; :math:`T_0`: periods before the policy.

    Extremes: equal to the mean gap for every donor whose weight is zero.
    Trap: an effect that changes its sign without one donor rests on that donor.
    Errors: an outcome that is not finite; fewer than two periods before or none after; fewer than three donors.
    """
    _checked("synthetic_control.without_each_donor", outcome, donors, before)

    def one(y: Array, x: Array) -> Array:
        weights = _closest(y[:before], x[:, :before])
        whole = (y - weights @ x)[before:].mean()
        left = [_gap(y, np.delete(x, j, axis=0), before)[before:].mean() if w else whole for j, w in enumerate(weights)]
        return np.array(left)

    return each(one, (outcome, 1), (donors, 2))


def _closest(target: Array, donors: Array) -> Array:
    """Return the weights of the point of a convex hull that lies closest to a target.

    The differences from the target, with a row of ones below, make a problem of least squares without negative
    weights: its solution, divided by its sum, meets the conditions of the first, and is exact.
    """
    from scipy.optimize import nnls

    apart = (donors - target[None, :]).T
    scale = np.abs(apart).max()
    if scale == 0:
        return np.full(len(donors), 1 / len(donors))
    rows = np.vstack([apart / scale, np.ones(len(donors))])
    weights, _ = nnls(rows, np.append(np.zeros(len(target)), 1.0), maxiter=100 * len(donors))
    scaled: Array = weights / weights.sum()
    return scaled


def _gap(outcome: Array, donors: Array, before: int) -> Array:
    return outcome - _closest(outcome[:before], donors[:, :before]) @ donors


def _errors(gap: Array, before: int) -> tuple[tuple[float, float], float]:
    """Return the root mean squares of the gaps before and after the policy, and their ratio."""
    early, late = (float(np.sqrt((part**2).mean())) for part in (gap[:before], gap[before:]))
    return (early, late), late / early if early > 1e-12 * max(1.0, late) else np.nan


def _checked(measure: str, outcome: Array, donors: Array, before: int) -> None:
    finite(measure, outcome=outcome, donors=donors)
    periods = outcome.shape[-1]
    if not 2 <= before < periods:
        raise MeasureRefusal(
            measure,
            f"before is {before} of {periods} periods",
            why="the weights are fitted on the periods before the policy, and the effect is read after it",
            ways=(f"state how many of the periods lie before the policy, from 2 to {periods - 1}",),
        )
