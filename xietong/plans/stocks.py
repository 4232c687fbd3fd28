r"""Stocks and flows: the state of a system over time by Euler steps, for many cases at once.

.. math:: x_{t+\Delta} = x_t + \Delta \, f(t, x_t)

:math:`x`: the stocks, any array whose last axis names them; :math:`f`: what flows in less what flows out, per unit of
time; :math:`\Delta`: the step.  With a step of one year and :math:`f = g x` it is growth at the yearly rate *g*,
exactly. The error of a step shrinks with the step and not faster: halve it and see whether the answer moves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xietong.errors import PlanError
from xietong.plans.blocks import Floats

Flow = Callable[[float, Floats], Floats]


def euler(start: Floats, flow: Flow, *, step: float, steps: int) -> Floats:
    """Return the stocks at the start and after every step, with time as the first axis.

    Raises:
        PlanError: when the step is not above zero, or a stock stops being a finite number, with the time of it.
    """
    if not (step > 0 and steps >= 0):
        raise PlanError("stocks", f"a step of {step} taken {steps} times leads nowhere", ways=("a step above zero",))
    path = np.empty((steps + 1, *np.shape(start)))
    path[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for at in range(steps):
            path[at + 1] = path[at] + step * flow(at * step, path[at])
    if not np.isfinite(path).all():
        first = int(np.argmin(np.isfinite(path.reshape(steps + 1, -1)).all(axis=1)))
        ways = ("a smaller step", "levers within their ranges")
        raise PlanError("stocks", f"a stock is no finite number any more at time {first * step:g}", ways=ways)
    return path
