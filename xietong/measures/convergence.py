"""Convergence: whether places that are behind grow faster (beta), how fast gaps close, and when they are halved.

Growth is per year and in logarithms throughout, so that with a coefficient *b* over *T* years the speed is
-ln(1 + *b T*) / *T*.  Beta convergence is a regression, and below eight places it carries no statistics.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Cells, OverParts, OverRegions
from xietong.measures.least_squares import Errors, fit, refuse_dependent
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import finite, positive

OverRegionsAndControls: TypeAlias = Annotated[Array, Axes(("place", "control"))]

_BARRO = "Barro, R. J. and Sala-i-Martin, X. (1992), Convergence, Journal of Political Economy 100(2): 223-251"
_SEEN = "R package REAT 3.0.3, betaconv.speed: 0.02 a year over 20 years comes out as 0.00083"
_LEAST = 8
_EIGHT = {"place": _LEAST}
_EIGHT_REASON = "a slope over three provinces carries no statistics"
_LOGARITHM = "leave a place or year without a positive value out by name and with a reason: zero has no logarithm"
_ZEROS = "拒绝 | refused"
_NO_SPEED = "1+βT不大于零时无速度 | no speed where 1 + beta T is not above zero"
_NO_HALF_LIFE = "速度不大于零时无半衰期 | no half-life where there is no speed above zero"
_NO_VALUE = (
    "1+βT不大于零时无速度，速度不大于零时无半衰期；残差为零时无t和p，各地增速相同时无R² | no speed where 1 + beta T is "
    "not above zero, no half-life without a speed above zero; no t and p where the fit is exact, nor with a robust "
    "error where a control is for one place alone; no R squared where all places grow alike"
)
_PARTS = (
    "截距 | Intercept", "β系数 | Beta", "标准误 | Standard error", "t值 | t", "p值（双侧） | p, two-sided",
    "R² | R squared", "地区数 | Observations", "收敛速度（每年） | Speed per year", "半衰期（年） | Half-life in years",
)  # fmt: skip


@measure(
    label="β收敛 | Beta convergence",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}; heteroscedasticity-robust errors: MacKinnon, J. G. and White, H. (1985), Some "
    "heteroskedasticity-consistent covariance matrix estimators with improved finite sample properties, Journal of "
    "Econometrics 29(3): 305-325.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZEROS,
    undefined=_NO_VALUE,
    alike=("initial", "final"),
    parts=_PARTS,
    also=("absolute_beta", "absolute_beta_convergence"),
)
def beta_convergence(
    initial: OverRegions, final: OverRegions, *, years: float, errors: Errors = "classical"
) -> OverParts:
    r"""Regress growth per year on where places began: below zero, those behind grew faster.

    .. math:: \frac{1}{T} \ln \frac{y_i}{x_i} = a + b \ln x_i + e_i, \qquad
       \lambda = -\frac{\ln(1 + b T)}{T}, \quad H = \frac{\ln 2}{\lambda}

    :math:`x_i, y_i`: first and last value per head of place *i*; :math:`T`: years between them (``years``); :math:`a`:
    intercept; :math:`b`: beta; :math:`e_i`: residual; :math:`\lambda`: speed; :math:`H`: half-life.

    Extremes: a beta of -1 / *T* takes all places to one level, 0 leaves their order to chance; above 0 they diverge.
    Trap: ln(1 + *b*) in place of ln(1 + *b T*) makes the speed of twenty years tiny. The half-life is that of gaps in
    logarithms, not in levels. Noise in the first year alone gives a beta below zero (Galton), and neighbours are not
    independent observations.
    Errors: a value that is not finite or not above zero; fewer than eight places; the same start everywhere.
    """
    controls = np.zeros((initial.shape[-1], 0))
    return _beta_parts("convergence.beta_convergence", initial, final, controls, years, errors)


@measure(
    label="条件β收敛 | Conditional beta convergence",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}; robust errors as in convergence.beta_convergence.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZEROS,
    undefined=_NO_VALUE,
    alike=("initial", "final"),
    scale_free=("controls",),
    parts=_PARTS,
    also=("conditional_beta",),
)
def conditional_beta_convergence(
    initial: OverRegions,
    final: OverRegions,
    controls: OverRegionsAndControls,
    *,
    years: float,
    errors: Errors = "classical",
) -> OverParts:
    r"""Regress growth per year on where places began, among places that are alike in the controls.

    .. math:: \frac{1}{T} \ln \frac{y_i}{x_i} = a + b \ln x_i + \sum_c g_c z_{ic} + e_i, \qquad
       \lambda = -\frac{\ln(1 + b T)}{T}, \quad H = \frac{\ln 2}{\lambda}

    :math:`x_i, y_i`: first and last value per head of place *i*; :math:`T`: years between them (``years``);
    :math:`z_{ic}`: control *c* of place *i*, taken as it is given; :math:`a`: intercept; :math:`b`: beta;
    :math:`g_c`: coefficient of the control; :math:`e_i`: residual; :math:`\lambda`: speed; :math:`H`: half-life.

    Extremes: as for beta convergence.
    Trap: places close in to levels of their own, which may lie as far apart as before. One dummy for the east and one
    for the west together say the same as the intercept: leave one out. Controls measured after the first year may be
    results of growth.
    Errors: a value that is not finite or not above zero; fewer than eight places; a control that follows from
    the start and the other controls; as many coefficients as places.
    """
    who = "convergence.conditional_beta_convergence"
    return _beta_parts(who, initial, final, controls, years, errors)


@measure(
    label="β系数 | Beta coefficient",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}.",
    tested="peer",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZEROS,
    alike=("initial", "final"),
)
def beta(initial: OverRegions, final: OverRegions, *, years: float) -> Cells:
    r"""By how much growth per year is lower where the start was higher by one in logarithms.

    .. math:: b = \frac{\sum_i (\ln x_i - \overline{\ln x})\, g_i}{\sum_i (\ln x_i - \overline{\ln x})^2}, \qquad
       g_i = \frac{1}{T} \ln \frac{y_i}{x_i}

    :math:`x_i, y_i`: first and last value per head of place *i*; :math:`T`: years between them (``years``).

    Extremes: -1 / *T* when all places reach one level, 0 when growth has nothing to do with the start.
    Trap: it depends on the length of the span: betas of ten and of twenty years are compared by their speed.
    Errors: a value that is not finite or not above zero; fewer than eight places; the same start everywhere.
    """
    return _beta_parts("convergence.beta", initial, final, np.zeros((initial.shape[-1], 0)), years, "classical")[..., 1]


@measure(
    label="收敛速度 | Speed of convergence",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZEROS,
    undefined=_NO_SPEED,
    alike=("initial", "final"),
    also=("speed_of_convergence", "convergence_speed"),
)
def speed(initial: OverRegions, final: OverRegions, *, years: float) -> Cells:
    r"""Share of a gap, in logarithms, that closes in a year.

    .. math:: \lambda = -\frac{\ln(1 + b T)}{T}, \qquad
       b = \frac{\sum_i (\ln x_i - \overline{\ln x}) \ln (y_i / x_i)}{T \sum_i (\ln x_i - \overline{\ln x})^2}

    :math:`b`: beta of growth per year; :math:`x_i, y_i`: first and last value per head of place *i*; :math:`T`: years
    between them (``years``).

    Extremes: 0 when growth has nothing to do with the start, below 0 when places diverge; without limit as beta
    tends to -1 / *T*.
    Trap: ln(1 + *b*) in place of ln(1 + *b T*) circulates, in a package too; it is right only for one year.
    Errors: a value that is not finite or not above zero; fewer than eight places; the same start everywhere.
    """
    return _beta_parts("convergence.speed", initial, final, np.zeros((initial.shape[-1], 0)), years, "classical")[
        ..., 7
    ]


@measure(
    label="收敛半衰期 | Half-life of gaps",
    unit="年",
    bounds=(0, None),
    reference=f"{_BARRO}.",
    tested="by hand",
    least=_EIGHT,
    least_reason=_EIGHT_REASON,
    zeros=_ZEROS,
    undefined=_NO_HALF_LIFE,
    alike=("initial", "final"),
)
def half_life(initial: OverRegions, final: OverRegions, *, years: float) -> Cells:
    r"""Years in which half of a gap in logarithms closes, were the speed of the span to last.

    .. math:: H = \frac{\ln 2}{\lambda}, \qquad \lambda = -\frac{\ln(1 + b T)}{T}

    :math:`\lambda`: speed; :math:`b`: beta of growth per year; :math:`T`: years between first and last value.

    Extremes: tends to 0 as beta tends to -1 / *T*, without limit as the speed tends to 0.
    Trap: half of a gap in logarithms is not half of a gap in levels: a place at a quarter stands at a half then.
    Errors: a value that is not finite or not above zero; fewer than eight places; the same start everywhere.
    """
    controls = np.zeros((initial.shape[-1], 0))
    return _beta_parts("convergence.half_life", initial, final, controls, years, "classical")[..., 8]


@measure(
    label="由β求收敛速度 | Speed of convergence that a beta implies",
    unit="1",
    bounds=(None, None),
    reference=f"{_BARRO}.",
    tested="by hand",
    undefined=_NO_SPEED,
)
def implied_speed(coefficient: Cells, *, years: float) -> Cells:
    r"""Turn a published beta of growth per year into the share of a gap that closes in a year.

    .. math:: \lambda = -\frac{\ln(1 + b T)}{T}

    :math:`b`: beta (``coefficient``), below zero for convergence; :math:`T`: years of the span (``years``).

    Extremes: 0 for a beta of 0; below 0 for a beta above 0; nan from -1 / *T* downwards.
    Trap: a beta of growth over the whole span, not per year, is divided by *T* first; authors who write the slope with
    a minus in front of it give it the other sign.
    Errors: a coefficient that is not finite; ``years`` that are not above zero.
    """
    finite("convergence.implied_speed", coefficient=coefficient)
    positive("convergence.implied_speed", years=np.asarray(years, dtype=np.float64))
    return _speed(coefficient, years)


@misuse(speed, label="漏乘年数的收敛速度 | Speed without the years inside the logarithm", seen=_SEEN)
def _speed_without_years(initial: OverRegions, final: OverRegions, *, years: float) -> Cells:
    return -np.log(1 + beta(initial, final, years=years)) / years


@misuse(implied_speed, label="漏乘年数的收敛速度 | Speed without the years inside the logarithm", seen=_SEEN)
def _implied_speed_without_years(coefficient: Cells, *, years: float) -> Cells:
    return -np.log(1 + coefficient) / years


def _speed(coefficient: Array, years: float) -> Array:
    kept = 1 + np.asarray(coefficient, dtype=np.float64) * years
    speed: Array = -np.log(np.where(kept > 0, kept, np.nan)) / years
    return speed


def _beta_parts(who: str, initial: Array, final: Array, controls: Array, years: float, errors: Errors) -> OverParts:
    positive(who, _LOGARITHM, initial=initial, final=final, years=np.asarray(years, dtype=np.float64))
    if controls.shape[-1]:
        finite(who, controls=controls)
    start = np.log(initial)
    growth = (np.log(final) - start) / years
    front = np.broadcast_shapes(start.shape[:-1], controls.shape[:-2])
    places = start.shape[-1]
    regressors = np.concatenate(
        [
            np.broadcast_to(start, (*front, places))[..., None],
            np.broadcast_to(controls, (*front, *controls.shape[-2:])),
        ],
        axis=-1,
    )
    _refuse_few(who, places, regressors.shape[-1])
    names = ("initial", *(f"control [{number}]" for number in range(controls.shape[-1])))
    refuse_dependent(who, regressors, names)
    estimates = np.broadcast_arrays(*fit(growth, regressors, errors))
    speed = _speed(estimates[1], years)
    half = np.log(2) / np.where(speed > 0, speed, np.nan)
    return np.stack([*estimates, np.full_like(speed, places), speed, half], axis=-1)


def _refuse_few(who: str, places: int, slopes: int) -> None:
    if places < max(_LEAST, slopes + 2):
        raise MeasureRefusal(
            who,
            f"there are {places} places for {slopes + 1} coefficients",
            why=_EIGHT_REASON,
            ways=("take cities or counties of the region, or all provinces of the nation", "name fewer controls"),
        )
