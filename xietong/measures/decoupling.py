"""Decoupling of a pressure, such as emissions, from output after Tapio: elasticity and the eight states."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Cells, OverPeriods
from xietong.measures.measure import measure
from xietong.measures.preconditions import not_negative, positive

_TAPIO = (
    "Tapio, P. (2005), Towards a theory of decoupling: degrees of decoupling in the EU and the case of road traffic in "
    "Finland between 1970 and 2001, Transport Policy 12(2): 137-151, doi 10.1016/j.tranpol.2005.01.001"
)
_LIMITS = "limits 0, 0.8 and 1.2 as printed in Heliyon 9(9): e19871 (2023), table 3, where a limit is the upper end"
_STATES = (
    "强脱钩 | Strong decoupling",
    "弱脱钩 | Weak decoupling",
    "扩张连结 | Expansive coupling",
    "扩张负脱钩 | Expansive negative decoupling",
    "强负脱钩 | Strong negative decoupling",
    "弱负脱钩 | Weak negative decoupling",
    "衰退连结 | Recessive coupling",
    "衰退脱钩 | Recessive decoupling",
)
_STILL = "产出不变处无定义 | where output has not changed"
_FIRST = "首期及产出不变处无定义 | the first period, and where output has not changed"
_CUTS = (0.8, 1.2)


@measure(
    label="脱钩弹性 | Decoupling elasticity",
    unit="1",
    bounds=(None, None),
    reference=f"{_TAPIO}.",
    tested="by hand",
    undefined=_STILL,
    alike=("pressure_earlier", "pressure_later"),
    also=("tapio", "tapio_elasticity"),
)
def elasticity(pressure_earlier: Cells, pressure_later: Cells, output_earlier: Cells, output_later: Cells) -> Cells:
    r"""Per cent by which a pressure has changed for each per cent by which output has changed.

    .. math:: e = \frac{(C_1 - C_0) / C_0}{(Y_1 - Y_0) / Y_0}

    :math:`C_0, C_1`: pressure before and after; :math:`Y_0, Y_1`: output before and after.

    Extremes: 0 when the pressure has stood still, 1 when both have changed alike; without limit as the change of
    output tends to zero, where there is none.
    Trap: the same number stands for opposite stories: 0.5 is weak decoupling while output grows and weak negative
    decoupling while it falls: read it with ``decoupling.state``. Output is at constant prices.
    Errors: an earlier value that is not finite or not above zero; a later one that is not finite or below zero.
    """
    rates = _rates("decoupling.elasticity", pressure_earlier, pressure_later, output_earlier, output_later)
    return _elasticity(*rates)


@measure(
    label="脱钩状态 | State of decoupling",
    unit="1",
    bounds=(0, 7),
    reference=f"{_TAPIO}; {_LIMITS}.",
    tested="by hand",
    undefined=_STILL,
    alike=("pressure_earlier", "pressure_later"),
    classes=_STATES,
    also=("tapio_state",),
)
def state(pressure_earlier: Cells, pressure_later: Cells, output_earlier: Cells, output_later: Cells) -> Cells:
    r"""Which of the eight states of decoupling the changes of a pressure and of output make.

    .. math:: g = \begin{cases} 0 & e < 0 \\ 1 & 0 \le e \le 0.8 \\ 2 & 0.8 < e \le 1.2 \\ 3 & e > 1.2 \end{cases}
       \quad \text{for } \Delta Y > 0, \qquad g = 4, 5, 6, 7 \text{ in the same way for } \Delta Y < 0

    :math:`e`: elasticity, as in ``decoupling.elasticity``; :math:`\Delta Y`: change of output. While output grows:
    strong and weak decoupling, expansive coupling, expansive negative decoupling; while it falls: strong and weak
    negative decoupling, recessive coupling, recessive decoupling.

    Extremes: 0 when the pressure falls while output grows, 4 when it rises while output falls.
    Trap: the elasticity alone is not enough: when output falls, a low one is bad and a high one good. A pressure that
    stands still counts as weak, a limit to the lower elasticity. Two years far apart hide what happened between them.
    Errors: an earlier value that is not finite or not above zero; a later one that is not finite or below zero.
    """
    return _state(*_rates("decoupling.state", pressure_earlier, pressure_later, output_earlier, output_later))


@measure(
    label="逐期脱钩弹性 | Decoupling elasticity over periods",
    unit="1",
    bounds=(None, None),
    reference=f"{_TAPIO}.",
    tested="by hand",
    least={"period": 2},
    least_reason="a change needs two periods",
    undefined=_FIRST,
    scale_free=("pressure", "output"),
)
def elasticity_over_periods(
    pressure: OverPeriods, output: OverPeriods, *, base: Literal["fixed", "chained"] = "chained"
) -> OverPeriods:
    r"""Per cent by which a pressure has changed for each per cent of output, period by period.

    .. math:: e_t = \frac{(C_t - C_{t'}) / C_{t'}}{(Y_t - Y_{t'}) / Y_{t'}}

    :math:`C_t`: pressure; :math:`Y_t`: output; *t'*: the period before *t* when the ``base`` is ``chained``, the first
    period when it is ``fixed``.

    Extremes: those of ``decoupling.elasticity``; none in the first period.
    Trap: yearly elasticities jump when output hardly changes; their mean is not the elasticity of the whole time.
    Errors: a value that is not finite or not above zero; fewer than two periods.
    """
    return _over_periods("decoupling.elasticity_over_periods", pressure, output, base, of_state=False)


@measure(
    label="逐期脱钩状态 | State of decoupling over periods",
    unit="1",
    bounds=(0, 7),
    reference=f"{_TAPIO}; {_LIMITS}.",
    tested="by hand",
    least={"period": 2},
    least_reason="a change needs two periods",
    undefined=_FIRST,
    classes=_STATES,
    scale_free=("pressure", "output"),
)
def state_over_periods(
    pressure: OverPeriods, output: OverPeriods, *, base: Literal["fixed", "chained"] = "chained"
) -> OverPeriods:
    r"""Which of the eight states of decoupling a pressure and output make, period by period.

    .. math:: g_t = g(e_t, \Delta Y_t)

    :math:`g`: the rule of ``decoupling.state``; :math:`e_t`: elasticity of period *t*; :math:`\Delta Y_t`: change of
    output against the period before when the ``base`` is ``chained``, against the first when it is ``fixed``.

    Extremes: those of ``decoupling.state``; none in the first period.
    Trap: the two bases often give two states for the same year, and both are printed without saying which.
    Errors: a value that is not finite or not above zero; fewer than two periods.
    """
    return _over_periods("decoupling.state_over_periods", pressure, output, base, of_state=True)


def _rates(measure: str, earlier: Array, later: Array, output_earlier: Array, output_later: Array) -> list[Array]:
    positive(measure, pressure_earlier=earlier, output_earlier=output_earlier)
    not_negative(measure, pressure_later=later, output_later=output_later)
    rates = ((later - earlier) / earlier, (output_later - output_earlier) / output_earlier)
    return list(np.broadcast_arrays(*rates))


def _elasticity(pressure: Array, output: Array) -> Array:
    ratio: Array = np.where(output != 0, pressure / np.where(output != 0, output, 1.0), np.nan)
    return ratio


def _state(pressure: Array, output: Array) -> Array:
    ratio = _elasticity(pressure, output)
    degree = np.where(ratio < 0, 0.0, 1.0 + np.searchsorted(_CUTS, ratio, side="left"))
    return np.where(np.isnan(ratio), np.nan, degree + np.where(output < 0, 4.0, 0.0))


def _over_periods(measure: str, pressure: Array, output: Array, base: str, *, of_state: bool) -> Array:
    positive(measure, pressure=pressure, output=output)
    if min(pressure.shape[-1], output.shape[-1]) < 2:
        raise MeasureRefusal(measure, "output has 1 period", why="a change needs two", ways=("name a second period",))
    before = slice(0, 1) if base == "fixed" else slice(0, -1)
    rates = [(one[..., 1:] - one[..., before]) / one[..., before] for one in (pressure, output)]
    found = (_state if of_state else _elasticity)(*np.broadcast_arrays(*rates))
    return np.concatenate([np.full_like(found[..., :1], np.nan), found], axis=-1)
