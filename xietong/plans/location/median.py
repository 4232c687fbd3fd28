r"""The median: sites that keep the weighted cost of all demands least, with a proven bound.

.. math::

    \min_{y,\theta} \sum_t \omega_t \sum_i w_i \theta_{it} \quad \text{s.t.} \quad
    \theta_{it} \ge D_{ik} - \sum_{j:\, d_{ij} < D_{ik}} (D_{ik} - d_{ij})\, y_{jt}\ \ \forall i,t,k, \quad
    \sum_j y_{jt} = p_t, \quad \sum_j b_j y_{jt} \le B_t, \quad y_{j,t-1} \le y_{jt} \in \{0,1\}

Sets: demands *i*, sites *j*, phases *t*.  Data: :math:`d_{ij}` any cost, infinite where out of reach; :math:`w_i`
people; :math:`\omega_t` what a phase counts; :math:`p_t` sites or :math:`b_j, B_t` prices and budgets.  Variables:
:math:`y_{jt}` open; :math:`\theta_{it}` cost of a demand.  Where some pairs are out of reach, every demand needs one
site within.

Steps: sort; greedy and exchange; prices of demands for a bound and for ruling sites out; the linear program by cuts;
its rounding; the same over the sites in use; and branching on sites, with cuts in every node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from xietong.plans.location.run import Run
from xietong.plans.location.siting import Sited, Siting


def median(
    siting: Siting, *, seconds: float = np.inf, gap: float = 0.0, stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[str], None] = lambda _: None, kept: Mapping[str, Any] | None = None,
    keep: Callable[[Mapping[str, Any]], None] = lambda _: None,
) -> Sited:  # fmt: skip
    """Return the sites of least cost; after ``seconds`` or when ``stopped`` says so, the best found with its bound.

    ``kept`` is the ``kept`` of an earlier run of the same siting: it begins with those sites and that bound.

    Raises:
        PlanError: when no choice of sites is within count, budget and reach.
    """
    return Run(siting, seconds, gap, stopped, progress, kept or {}, keep).go()
