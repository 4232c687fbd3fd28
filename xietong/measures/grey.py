"""Grey relation after Deng: how closely series follow a reference, point by point and on the whole."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, OverIndicators, OverPeriods
from xietong.measures.measure import measure
from xietong.measures.preconditions import finite, positive

OverIndicatorsAndPeriods: TypeAlias = Annotated[Array, Axes(("indicator", "period"))]
Scaling: TypeAlias = Literal["initial", "mean", "interval", "none"]

_DENG = (
    "Deng, J. (1982), Control problems of grey systems, Systems & Control Letters 1(5): 288-294, and Deng, J. (1989), "
    "Introduction to grey system theory, The Journal of Grey System 1(1): 1-24; scaled by initial value, mean or "
    "interval as in Liu, S., Yang, Y. and Forrest, J. (2016), Grey Data Analysis: Methods, Models and Applications"
)
_TWO = {"period": 2}
_TWO_REASON = "a series of one point has no course"


@measure(
    label="灰色关联系数 | Grey relational coefficients",
    unit="1",
    bounds=(0, 1),
    reference=f"{_DENG}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
)
def grey_coefficients(
    reference: OverPeriods, compared: OverIndicatorsAndPeriods, *, rho: float = 0.5, scaling: Scaling = "initial"
) -> OverIndicatorsAndPeriods:
    r"""How close each series is to the reference at each point, among all series that are compared.

    .. math:: \xi_i(t) = \frac{\min_j \min_s \Delta_j(s) + \rho \max_j \max_s \Delta_j(s)}
       {\Delta_i(t) + \rho \max_j \max_s \Delta_j(s)}, \qquad \Delta_i(t) = | x'_0(t) - x'_i(t) |

    :math:`x'_0`: the reference; :math:`x'_i`: series *i*; both divided by their first value (``scaling`` ``initial``),
    by their mean (``mean``), moved to 0 to 1 between their least and greatest value (``interval``) or taken as they are
    (``none``); :math:`\rho`: resolution coefficient ``rho``, above 0 and at most 1, by convention 0.5.

    Extremes: 1 where the distance is the least of all; all 1 when every series is the reference.
    Trap: the least and the greatest distance are those of all series together: one more series changes the
    coefficients of the others.
    Errors: a value that is not finite; a ``rho`` outside its range; a series that cannot be scaled, as its first value
    or mean is zero or below, or it is constant.
    """
    return _coefficients("grey.grey_coefficients", reference, compared, rho, scaling)


@measure(
    label="灰色关联度 | Grey relational degree",
    unit="1",
    bounds=(0, 1),
    reference=f"{_DENG}.",
    tested="peer",
    least=_TWO,
    least_reason=_TWO_REASON,
    also=("gra", "grey_relation"),
)
def grey_degree(
    reference: OverPeriods, compared: OverIndicatorsAndPeriods, *, rho: float = 0.5, scaling: Scaling = "initial"
) -> OverIndicators:
    r"""How closely each series follows the reference on the whole, among all series that are compared.

    .. math:: \gamma_i = \frac{1}{n} \sum_{t=1}^{n} \xi_i(t)

    :math:`\xi_i(t)`: coefficient of series *i* at point *t*, as in ``grey.grey_coefficients``, with its ``scaling`` and
    ``rho``; :math:`n`: number of points.

    Extremes: 1 when every series is the reference; never 0: with ``rho`` of 0.5 no coefficient is below 1/3.
    Trap: ranks, not sizes: the degree of a series depends on ``rho``, on the scaling and on the other series, and the
    order of series may turn with any of them. It does not see the sign of a relation.
    Errors: a value that is not finite; a ``rho`` outside its range; a series that cannot be scaled, as its first value
    or mean is zero or below, or it is constant.
    """
    degree: OverIndicators = _coefficients("grey.grey_degree", reference, compared, rho, scaling).mean(axis=-1)
    return degree


def _coefficients(measure: str, reference: Array, compared: Array, rho: float, scaling: str) -> Array:
    finite(measure, reference=reference, compared=compared)
    if not 0 < rho <= 1:
        raise MeasureRefusal(measure, f"rho is {rho:g}", why="it lies above 0 and is at most 1", ways=("state 0.5",))
    scaled = _scaled(measure, "compared", compared, scaling)
    apart = np.abs(_scaled(measure, "reference", reference, scaling)[..., None, :] - scaled)
    least, most = (end(axis=(-2, -1), keepdims=True) for end in (apart.min, apart.max))
    width = np.where(most > 0, rho * most, 1.0)
    coefficients: Array = (least + width) / (apart + width)
    return coefficients


def _scaled(measure: str, name: str, series: Array, scaling: str) -> Array:
    if scaling == "none":
        return series
    if scaling == "interval":
        low = series.min(axis=-1, keepdims=True)
        span = series.max(axis=-1, keepdims=True) - low
        positive(measure, "leave a constant series out", **{f"span_of_{name}": span})
        moved: Array = (series - low) / span
        return moved
    base = series[..., :1] if scaling == "initial" else series.mean(axis=-1, keepdims=True)
    positive(measure, "scale by interval instead", **{f"{scaling}_of_{name}": base})
    relative: Array = series / base
    return relative
