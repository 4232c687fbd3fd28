"""Panel approach: what a region would have done without a policy, by regression on regions that had none.

The controls are chosen among all their sets, by a criterion that charges for every one; unlike in a synthetic control
their coefficients may be negative and need not add up to one, and there is an intercept.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverParts, OverPeriods, OverRegions, OverRegionsAndPeriods, Whole
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite

Criterion: TypeAlias = Literal["AICc", "AIC", "BIC"]

_HSIAO = (
    "Hsiao, C., Ching, H. S. and Wan, S. K. (2012), A Panel Data Approach for Program Evaluation: Measuring the "
    "Benefits of Political and Economic Integration of Hong Kong with Mainland China, Journal of Applied Econometrics "
    "27(5): 705-740, doi 10.1002/jae.1230; criteria as in the R package pampe 1.1.2 (Vega-Bayo 2015, R Journal 7(2))"
)
_LEAST = {"place": 2, "period": 8}
_REASON = "one control leaves nothing to choose, and few periods before the policy fit anything"


@dataclass(frozen=True)
class _Chosen:
    """A set of controls with its regression before the policy; ``inverse`` is that of the moments."""

    at: Whole
    coefficients: Array
    criterion: float
    squares: float
    inverse: Array


@measure(
    label="面板方法：对照地区系数 | Panel approach: coefficients of the controls",
    unit="1",
    bounds=(None, None),
    reference=f"{_HSIAO}.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    also=("regression_control",),
)
def coefficients(
    outcome: OverPeriods, controls: OverRegionsAndPeriods, *, before: int, criterion: Criterion = "AICc"
) -> OverRegions:
    r"""Which controls follow the treated region best before the policy, and with what coefficient.

    .. math:: \min_{M} \; T_0 \ln \frac{\mathrm{RSS}_M}{T_0} + 2K + \frac{2K (K + 1)}{T_0 - K - 1}, \qquad
       \mathrm{RSS}_M = \min_{a, b} \sum_{t < T_0} \Big( y_t - a - \sum_{j \in M} b_j y_{jt} \Big)^2

    :math:`y_t`: outcome of the treated region; :math:`y_{jt}`: outcome of control *j*; :math:`M`: a set of them;
    :math:`T_0`: ``before``, the periods before the policy; :math:`K`: controls in the set and two more. ``AIC`` leaves
    the last term out, ``BIC`` has :math:`K \ln T_0` in place of :math:`2K`. Every set is judged.

    Extremes: 0 for a control that is not chosen; no control at all when none helps.
    Trap: a choice among thousands of sets fits chance; a control that felt the policy carries the effect into what
    would have been. AIC takes too many with a dozen periods.
    Errors: an outcome that is not finite; fewer periods before the policy than controls and five; none after it.
    """
    who = "panel_approach.coefficients"
    _checked(who, outcome, controls, before)

    def one(y: Array, x: Array) -> Array:
        found = _best(y[:before], x[:, :before], criterion)
        told = np.zeros(len(x))
        told[found.at] = found.coefficients[1:]
        return told

    return each(one, (outcome, 1), (controls, 2))


@measure(
    label="面板方法：逐期效应 | Panel approach: effect in every period",
    unit="{outcome}",
    bounds=(None, None),
    reference=f"{_HSIAO}.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    alike=("outcome", "controls"),
)
def effect_by_period(
    outcome: OverPeriods, controls: OverRegionsAndPeriods, *, before: int, criterion: Criterion = "AICc"
) -> OverPeriods:
    r"""Outcome of the treated region less what its chosen controls predict, before and after the policy.

    .. math:: \hat{\Delta}_t = y_t - \hat{a} - \sum_{j \in M} \hat{b}_j y_{jt}

    :math:`y_t`: outcome of the treated region; :math:`\hat{a}, \hat{b}_j`: fitted before the policy; :math:`M`: the
    chosen controls.

    Extremes: residuals before the policy, which add up to zero; of any sign after it.
    Trap: residuals before the policy are small by choice; they are no measure of how far the prediction can miss.
    Errors: an outcome that is not finite; fewer periods before the policy than controls and five; none after it.
    """
    who = "panel_approach.effect_by_period"
    _checked(who, outcome, controls, before)

    def one(y: Array, x: Array) -> Array:
        return y - _predicted(_best(y[:before], x[:, :before], criterion), x)

    return each(one, (outcome, 1), (controls, 2))


@measure(
    label="面板方法：逐期预测误差 | Panel approach: error of prediction in every period",
    unit="{outcome}",
    bounds=(0, None),
    reference=f"{_HSIAO}; the error of a prediction by least squares, the set of controls taken as given.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    alike=("outcome", "controls"),
)
def prediction_error(
    outcome: OverPeriods, controls: OverRegionsAndPeriods, *, before: int, criterion: Criterion = "AICc"
) -> OverPeriods:
    r"""Tell how far what is predicted for a period can miss by chance alone.

    .. math:: e_t = s \sqrt{1 + x_t^{\top} (X^{\top} X)^{-1} x_t}, \qquad s^2 = \frac{\mathrm{RSS}_M}{T_0 - |M| - 1}

    :math:`x_t`: 1 and the outcomes of the chosen controls in period *t*; :math:`X`: the same before the policy;
    :math:`s`: standard error of the fit; :math:`T_0`: periods before the policy.

    Extremes: near the error of the fit where the controls are as they used to be; large where they go far off.
    Trap: it holds for the set that was chosen and knows nothing of the choice, nor of periods that hang together: it is
    too small. A crisis that hits the controls alone makes it large, and rightly so.
    Errors: an outcome that is not finite; fewer periods before the policy than controls and five; none after it.
    """
    who = "panel_approach.prediction_error"
    _checked(who, outcome, controls, before)

    def one(y: Array, x: Array) -> Array:
        found = _best(y[:before], x[:, :before], criterion)
        rows = _rows(x[found.at])
        spread = found.squares / (before - rows.shape[1])
        return np.asarray(np.sqrt(spread * (1 + np.einsum("ti,ij,tj->t", rows, found.inverse, rows))))

    return each(one, (outcome, 1), (controls, 2))


@measure(
    label="面板方法：平均效应 | Panel approach: mean effect",
    unit="1",
    bounds=(None, None),
    reference=f"{_HSIAO}.",
    tested="peer",
    least=_LEAST,
    least_reason=_REASON,
    undefined="政策后仅一期或拟合无误差时无定义 | errors and tests with one period after, or a perfect fit",
    parts=(
        "平均效应 | mean effect", "标准误 | standard error", "t值 | t", "p值 | p",
        "效应的标准差 | spread of the effects", "截距 | intercept", "R平方 | R squared", "准则值 | criterion",
        "所选对照数 | controls chosen", "拟合误差 | error of the fit", "留一误差 | leave-one-out error",
    ),
    also=("panel_data_approach", "hcw"),
)  # fmt: skip
def mean_effect(
    outcome: OverPeriods, controls: OverRegionsAndPeriods, *, before: int, criterion: Criterion = "AICc"
) -> OverParts:
    r"""Mean effect after the policy with the error of its prediction, and how good the fit before it was.

    .. math:: \bar{\Delta} = \frac{1}{T_1} \sum_{t \ge T_0} \hat{\Delta}_t, \qquad \operatorname{se}^2 = s^2 \left(
       \frac{1}{T_1} + \bar{x}^{\top} (X^{\top} X)^{-1} \bar{x} \right)

    :math:`\hat{\Delta}_t`: effect in period *t*; :math:`T_1`: periods after the policy; :math:`\bar{x}`: 1 and the mean
    of the chosen controls after it; :math:`X`: the same before; :math:`s`: error of the fit. Leave-one-out error: each
    period before the policy predicted from a fit without it, root mean square, the set kept. *t* has as many degrees of
    freedom as the fit.

    Extremes: 0 when the controls predict all that came.
    Trap: the mean over the spread of the effects is in use as a *t* and is none: the spread is no standard error, and
    over the root of the periods it forgets the error of the fit. A leave-one-out error far above that of the fit says
    that the choice fits chance.
    Errors: an outcome that is not finite; fewer periods before the policy than controls and five; none after it.
    """
    who = "panel_approach.mean_effect"
    _checked(who, outcome, controls, before)

    def one(y: Array, x: Array) -> Array:
        return _summary(y, x, _best(y[:before], x[:, :before], criterion), before)

    return each(one, (outcome, 1), (controls, 2))


@measure(
    label="面板方法：剔除一个对照 | Panel approach: without each control",
    unit="{outcome}",
    bounds=(None, None),
    reference=f"{_HSIAO}: sensitivity to the controls, chosen again without one of them.",
    tested="by hand",
    least={"place": 3, "period": 8},
    least_reason="when one of two controls is left out nothing is left to choose",
    alike=("outcome", "controls"),
)
def without_each_control(
    outcome: OverPeriods, controls: OverRegionsAndPeriods, *, before: int, criterion: Criterion = "AICc"
) -> OverRegions:
    r"""Mean effect after the policy when one control may not be chosen, for every control.

    .. math:: \bar{\Delta}^{(-j)} = \frac{1}{T_1} \sum_{t \ge T_0} \Big( y_t - \hat{a}^{(-j)} - \sum_{i \in M^{(-j)}}
       \hat{b}_i^{(-j)} y_{it} \Big)

    :math:`M^{(-j)}`: the set chosen without control *j*; :math:`T_1`: periods after the policy.

    Extremes: equal to the mean effect for every control that is not chosen.
    Trap: an effect that changes its sign without one control rests on that control.
    Errors: an outcome that is not finite; fewer periods before the policy than controls and five; none after it.
    """
    who = "panel_approach.without_each_control"
    _checked(who, outcome, controls, before)

    def one(y: Array, x: Array) -> Array:
        whole = _best(y[:before], x[:, :before], criterion)

        def mean(left: Array, found: _Chosen) -> float:
            return float((y - _predicted(found, left))[before:].mean())

        told = np.full(len(x), mean(x, whole))
        for at in whole.at:
            left = np.delete(x, at, axis=0)
            told[at] = mean(left, _best(y[:before], left[:, :before], criterion))
        return told

    return each(one, (outcome, 1), (controls, 2))


def _summary(y: Array, x: Array, found: _Chosen, before: int) -> Array:
    """Return all that is told of a mean effect."""
    from scipy.special import stdtr

    gap, rows = y - _predicted(found, x), _rows(x[found.at])
    effects, middle = gap[before:], rows[before:].mean(axis=0)
    freedom = before - rows.shape[1]
    spread = found.squares / freedom
    error = np.sqrt(spread * (1 / len(effects) + middle @ found.inverse @ middle))
    around = ((y[:before] - y[:before].mean()) ** 2).sum()
    told = error > 1e-12 * max(float(np.abs(y).max()), 1e-300)
    t = effects.mean() / error if told else np.nan
    leverage = np.einsum("ti,ij,tj->t", rows[:before], found.inverse, rows[:before])
    left = np.sqrt(((gap[:before] / np.maximum(1 - leverage, 1e-12)) ** 2).mean())
    many = effects.std(ddof=1) if len(effects) > 1 else np.nan
    return np.array([
        effects.mean(), error if told else np.nan, t, 2 * stdtr(freedom, -abs(t)), many, found.coefficients[0],
        1 - found.squares / around if around > 0 else np.nan, found.criterion, len(found.at), np.sqrt(spread), left,
    ])  # fmt: skip


def _rows(controls: Array) -> Array:
    return np.column_stack([np.ones(controls.shape[1]), controls.T])


def _predicted(found: _Chosen, controls: Array) -> Array:
    return np.asarray(_rows(controls[found.at]) @ found.coefficients)


def _price(periods: int, controls: int, criterion: Criterion) -> float:
    """Return what a criterion charges for a set of controls of this size."""
    k = controls + 2
    if criterion == "BIC":
        return float(k * np.log(periods))
    return 2.0 * k + (2.0 * k * (k + 1) / (periods - k - 1) if criterion == "AICc" else 0.0)


def _best(y: Array, x: Array, criterion: Criterion) -> _Chosen:
    """Return the set of controls of the least criterion, by branch and bound over all sets, the most hopeful first.

    A node is a set of controls of which some are fixed.  No set below it has smaller residuals than all of it has, nor
    pays for fewer controls than are fixed: that is its bound.
    """
    periods, count = len(y), len(x)
    size = np.sqrt(((x - x.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
    moved = (x - x.mean(axis=1, keepdims=True)) / np.where(size > 0, size, 1.0)[:, None]
    away = y - y.mean()
    moments, cross, total = moved @ moved.T, moved @ away, float((away**2).sum())
    least = 1e-14 * max(total, 1e-300)

    def judged(kept: tuple[int, ...]) -> tuple[float, Array]:
        """Return the squares left by a set, and by how much they grow when each of it is left out."""
        if not kept:
            return max(total, least), np.zeros(0)
        at = np.array(kept)
        inverse = np.linalg.pinv(moments[np.ix_(at, at)], hermitian=True)
        slopes = inverse @ cross[at]
        return max(total - float(slopes @ cross[at]), least), slopes**2 / np.maximum(np.diagonal(inverse), 1e-300)

    def worth(squares: float, number: int) -> float:
        return periods * float(np.log(squares / periods)) + _price(periods, number, criterion)

    ticket = itertools.count()
    squares, losses = judged(tuple(range(count)))
    best, chosen = np.inf, tuple(range(count))
    heap = [(-np.inf, next(ticket), (), tuple(range(count)), squares, losses)]
    while heap:
        bound, _, fixed, free, squares, losses = heapq.heappop(heap)
        if bound >= best:
            break
        value = worth(squares, len(fixed) + len(free))
        if value < best - 1e-12:
            best, chosen = value, tuple(sorted(fixed + free))
        ranked = [free[at] for at in np.argsort(-losses[len(fixed) :], kind="stable")]
        for at in range(len(ranked)):
            kept, rest = (*fixed, *ranked[:at]), tuple(ranked[at + 1 :])
            left, grown = judged(kept + rest)
            bound = worth(left, len(kept))
            if bound < best:
                heapq.heappush(heap, (bound, next(ticket), kept, rest, left, grown))
    return _fitted(y, x, np.array(chosen, dtype=np.int64), criterion)


def _fitted(y: Array, x: Array, at: Whole, criterion: Criterion) -> _Chosen:
    rows = _rows(x[at])
    found = np.asarray(np.linalg.lstsq(rows, y, rcond=None)[0], dtype=np.float64)
    squares = float(((y - rows @ found) ** 2).sum())
    floor = max(squares, 1e-300)
    value = len(y) * float(np.log(floor / len(y))) + _price(len(y), len(at), criterion)
    return _Chosen(at, found, value, squares, np.asarray(np.linalg.pinv(rows.T @ rows, hermitian=True)))


def _checked(who: str, outcome: Array, controls: Array, before: int) -> None:
    finite(who, outcome=outcome, controls=controls)
    periods, count = outcome.shape[-1], controls.shape[-2]
    if not count + 5 <= before < periods:
        raise MeasureRefusal(
            who,
            f"before is {before} of {periods} periods with {count} controls",
            why="all controls together must leave something to judge them by",
            ways=(f"state from {count + 5} to {periods - 1} periods before the policy", "name fewer controls"),
        )
