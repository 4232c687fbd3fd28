r"""Equity as another matrix of costs: one solver for the mean, for Kolm-Pollak and for envy.

.. math::

    K = \frac{1}{\kappa} \ln \sum_i f_i e^{\kappa d_i}
    \quad\Rightarrow\quad \min K \iff \min \sum_i w_i e^{\kappa d_i}, \qquad
    E = \sum_i w_i \left(d_i + \lambda \max(0, d_i - d^\ast)^2\right)

:math:`d_i`: cost of demand *i*; :math:`f_i`: its share of all people :math:`w`; :math:`\kappa`: aversion, one over
the unit of cost; :math:`\lambda`: what envy beyond :math:`d^\ast` weighs.  The first is exact (A Scalable
Optimization Approach for Equitable Facility Location, arXiv 2401.15452): the logarithm does not move the optimum.  A
least Gini is not offered: it is also reached by serving everyone equally badly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import PlanError
from xietong.plans.location.siting import Siting

Equity: TypeAlias = Literal["mean", "kolm-pollak", "envy"]
HIGHEST = 600.0
"""Aversion times the spread of costs at most: beyond it the exponential of the dearest pair is no number any more."""


@dataclass(frozen=True)
class Fair:
    """A siting with transformed costs, and how a value or bound of it reads in the unit of the costs."""

    siting: Siting
    level: Callable[[float], float]


def fair(
    siting: Siting, equity: Equity = "mean", *, kappa: float = 0.0, beyond: float = 0.0, weight: float = 0.0
) -> Fair:
    """Return the siting whose median is the fair choice; an aversion of 0 is the mean.

    Raises:
        PlanError: when a parameter is below zero, or the aversion too high for these costs.
    """
    if min(kappa, beyond, weight) < 0:
        what = f"kappa {kappa:g}, beyond {beyond:g} and weight {weight:g} must not be below zero"
        raise PlanError(f"plan {siting.name}", what)
    people = float(siting.weights.sum() * siting.stress.sum())
    if equity == "envy":
        finite = np.where(np.isfinite(siting.costs), siting.costs, 0.0)
        costs = siting.costs + weight * np.maximum(0.0, finite - beyond) ** 2
        return Fair(replace(siting, costs=costs), lambda value: value / people)
    if equity == "mean" or kappa == 0:
        return Fair(siting, lambda value: value / people)
    reached = siting.costs[np.isfinite(siting.costs)]
    low, high = float(reached.min()), float(reached.max())
    if kappa * (high - low) > HIGHEST:
        what = f"an aversion of {kappa:g} on costs from {low:g} to {high:g} cannot be computed"
        raise PlanError(
            f"plan {siting.name}", what, ways=(f"stay below {HIGHEST / (high - low):.3g}", "place a centre")
        )
    bent = replace(siting, costs=np.exp(kappa * (siting.costs - low)))
    return Fair(bent, lambda value: low + float(np.log(value / people)) / kappa)
