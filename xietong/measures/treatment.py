"""Treatment of indicators before they are scored: skewness and kurtosis, outliers drawn in, logarithms and powers.

An absent cell (nan) is left out of every mean, extreme and count and stays absent; nothing is filled here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, OverIndicators, OverRegionsAndIndicators
from xietong.measures.measure import measure, misuse
from xietong.measures.preconditions import at_least, finite, positive

_COINR = "R package COINr 1.1.14"
_LEFT_OUT = "不计入且保持缺失 | left out, and stays absent"
_SPREAD = "由 sample 选定：样本校正或总体 | as chosen by sample: corrected for a sample or of the places"
_CONSTANT = "leave an indicator out that is the same everywhere, by name"
_SHORT = "use more places, or leave the indicator out by name"


@measure(
    label="偏度 | Skewness",
    unit="1",
    bounds=(None, None),
    reference=f"Sample skewness G1 as in {_COINR}, check_SkewKurt(), where above 2 together with a kurtosis above 3.5 "
    "asks for treatment.",
    tested="peer",
    least={"place": 3},
    least_reason="the correction for a sample divides by the number of places less two",
    absent=_LEFT_OUT,
    spread=_SPREAD,
    scale_free=("values",),
)
def skewness(values: OverRegionsAndIndicators, *, sample: bool = True) -> OverIndicators:
    r"""Tell whether an indicator has a long tail of high values (above 0) or of low ones (below 0).

    .. math:: G_1 = \frac{\sqrt{n (n-1)}}{n - 2} \, \frac{m_3}{m_2^{3/2}}, \qquad
       m_r = \frac{1}{n} \sum_i (x_i - \bar{x})^r

    :math:`x_i`: value of place *i*; :math:`\bar{x}`: plain mean; :math:`n`: number of places with a value. Without
    ``sample`` the first factor is left out.

    Extremes: 0 when both tails are alike; :math:`\sqrt{n}` when one of *n* places has all.
    Trap: packages differ in the correction, and with few places it moves an indicator across a threshold.
    Errors: an infinite cell; fewer than three values; an indicator that is the same everywhere.
    """
    lined, held = _lined("treatment.skewness", values, 3)
    skew, _ = _moments(lined, held, corrected=sample)
    return skew.reshape(*values.shape[:-2], values.shape[-1])


@measure(
    label="峰度（超额） | Kurtosis, in excess of the normal",
    unit="1",
    bounds=(-6, None),
    reference=f"Sample excess kurtosis G2 as in {_COINR}, check_SkewKurt().",
    tested="peer",
    least={"place": 4},
    least_reason="the correction for a sample divides by the number of places less three",
    absent=_LEFT_OUT,
    spread=_SPREAD,
    scale_free=("values",),
)
def kurtosis(values: OverRegionsAndIndicators, *, sample: bool = True) -> OverIndicators:
    r"""Tell whether a few places lie far from all others (well above 0).

    .. math:: G_2 = \frac{n - 1}{(n-2)(n-3)} \left[(n + 1) \left(\frac{m_4}{m_2^2} - 3\right) + 6\right]

    :math:`m_r`: mean of the *r*-th powers of the distances to the mean; :math:`n`: number of places with a value.
    Without ``sample`` it is :math:`m_4 / m_2^2 - 3`.

    Extremes: near -2 when half of the places have one value and half another; 0 for a normal distribution.
    Trap: others print it without subtracting 3, and thresholds are then not comparable.
    Errors: an infinite cell; fewer than four values; an indicator that is the same everywhere.
    """
    lined, held = _lined("treatment.kurtosis", values, 4)
    _, peak = _moments(lined, held, corrected=sample)
    return peak.reshape(*values.shape[:-2], values.shape[-1])


@measure(
    label="缩尾处理后的值 | Values after winsorising",
    unit="{values}",
    bounds=(None, None),
    reference=f"{_COINR}, winsorise() with its limits 2 and 3.5 and at most 5 points.",
    tested="by hand",
    least={"place": 4},
    least_reason="kurtosis needs four places",
    absent=_LEFT_OUT,
)
def winsorised(
    values: OverRegionsAndIndicators, *, most: int = 5, skewness_limit: float = 2.0, kurtosis_limit: float = 3.5
) -> OverRegionsAndIndicators:
    r"""Draw the farthest places of an indicator in to the next one, until its tail is no longer extreme.

    .. math:: x_{(n)} \leftarrow x_{(n-1)} \text{ while } |G_1| > g \text{ and } G_2 > k, \qquad x' = x

    :math:`x_{(n)}`: the highest value when the skewness :math:`G_1` is zero or above, else the lowest; :math:`G_2`:
    excess kurtosis; :math:`g`, :math:`k`: their limits. ``most`` points are drawn in at most; places that tie go
    together.

    Extremes: the values themselves when no indicator is beyond both limits.
    Trap: drawn-in places tie with the next one and lose their distance to it; ``treatment.winsorised_places`` says how
    many they are. When ``most`` is reached the indicator may still be beyond the limits: take a logarithm instead.
    Errors: an infinite cell; fewer than four values; an indicator that is, or would become, the same everywhere.
    """
    _counting("treatment.winsorised", most)
    return _winsorise("treatment.winsorised", values, most, skewness_limit, kurtosis_limit)


@measure(
    label="缩尾处理的地区数 | Places drawn in by winsorising",
    unit="1",
    bounds=(0, None),
    reference=f"{_COINR}, winsorise() with its limits 2 and 3.5 and at most 5 points: its nwin.",
    tested="peer",
    least={"place": 4},
    least_reason="kurtosis needs four places",
    absent=_LEFT_OUT,
    scale_free=("values",),
)
def winsorised_places(
    values: OverRegionsAndIndicators, *, most: int = 5, skewness_limit: float = 2.0, kurtosis_limit: float = 3.5
) -> OverIndicators:
    r"""Count the places of an indicator that winsorising draws in.

    .. math:: n' = \#\{i: x'_i \ne x_i\}

    :math:`x_i`: value of place *i*; :math:`x'_i`: the same after ``treatment.winsorised``.

    Extremes: 0 when an indicator needs no treatment; ``most``, or a little more when places tie.
    Trap: a count of zero says that one of the two limits is kept, not that there is no outlier.
    Errors: an infinite cell; fewer than four values; an indicator that is, or would become, the same everywhere.
    """
    who = "treatment.winsorised_places"
    _counting(who, most)
    treated = _winsorise(who, values, most, skewness_limit, kurtosis_limit)
    count: Array = ((treated != values) & ~np.isnan(values)).sum(axis=-2).astype(np.float64)
    return count


@measure(
    label="对数变换（COIN工具） | Logarithm of the COIN Tool",
    unit="1",
    bounds=(None, None),
    reference=f"{_COINR}, log_CT() (shift by a hundredth of the range) and log_CT_orig() (shift by one).",
    tested="by hand",
    absent=_LEFT_OUT,
)
def coin_tool_logarithm(
    values: OverRegionsAndIndicators, *, shift: Literal["hundredth_of_range", "one"]
) -> OverRegionsAndIndicators:
    r"""Compress the high values of an indicator, counted from its lowest one.

    .. math:: x'_i = \ln(x_i - \min_k x_k + a)

    :math:`x_i`: value of place *i*; :math:`a`: a hundredth of the range of the indicator, or one.

    Extremes: :math:`\ln a` for the lowest place.
    Trap: with a shift of one the result depends on the unit; with a hundredth of the range the lowest place is pushed
    far from the others.
    Errors: an infinite cell; an indicator that is the same everywhere.
    """
    above, width = _above("treatment.coin_tool_logarithm", values)
    logarithm: Array = np.log(above + (width / 100 if shift == "hundredth_of_range" else 1.0))
    return logarithm


@measure(
    label="对数变换（全球创新指数） | Logarithm of the Global Innovation Index",
    unit="1",
    bounds=(0, None),
    reference=f"{_COINR}, log_GII(), after the spreadsheet of the Global Innovation Index 2020.",
    tested="by hand",
    absent=_LEFT_OUT,
)
def innovation_index_logarithm(values: OverRegionsAndIndicators) -> OverRegionsAndIndicators:
    r"""Compress the high values of an indicator so that its lowest place has 0 and the highest keeps its logarithm.

    .. math:: x'_i = \ln\left(\frac{(M - 1)(x_i - m)}{M - m} + 1\right)

    :math:`x_i`: value of place *i*; :math:`M`, :math:`m`: the highest and the lowest value.

    Extremes: 0 for the lowest place, :math:`\ln M` for the highest.
    Trap: it depends on the unit; when the highest value is below 1 it would turn the order of the places round.
    Errors: an infinite cell; an indicator that is the same everywhere, or whose highest value is not above 1.
    """
    who = "treatment.innovation_index_logarithm"
    above, width = _above(who, values)
    highest = np.nanmax(values, axis=-2, keepdims=True)
    way = "state the values in a smaller unit, or take treatment.coin_tool_logarithm"
    positive(who, way, highest_value_less_one=highest[..., 0, :] - 1)
    logarithm: Array = np.log((highest - 1) * above / width + 1)
    return logarithm


@misuse(
    innovation_index_logarithm,
    label="变换后未返回 | Computed and not returned",
    seen="R package COINr, log_GII() in R/treat.R, commit 0889f05: the transformed vector is computed, the one that "
    "was given is returned and marked as treated",
)
def untouched_values(values: OverRegionsAndIndicators) -> OverRegionsAndIndicators:
    """Return the values as they came."""
    return values


@measure(
    label="博克斯-考克斯变换 | Box-Cox transformation",
    unit="1",
    bounds=(None, None),
    reference=f"Box and Cox's power family, as in {_COINR}, boxcox(), which by default first moves the lowest value to "
    "one.",
    tested="peer",
    absent=_LEFT_OUT,
    zeros="拒绝，除非先把最低值移到1 | refused, unless the lowest value is moved to one first",
)
def box_cox(
    values: OverRegionsAndIndicators, *, power: float, lowest: Literal["kept", "moved_to_one"]
) -> OverRegionsAndIndicators:
    r"""Bend an indicator by a power; a power of zero is the logarithm.

    .. math:: x'_i = \frac{x_i^\lambda - 1}{\lambda} \;(\lambda \ne 0), \qquad x'_i = \ln x_i \;(\lambda = 0)

    :math:`x_i`: value of place *i*, or its distance to the lowest plus one; :math:`\lambda`: ``power``.

    Extremes: 0 where the value is 1.
    Trap: the power is chosen beforehand and printed; one that is fitted to the sample moves with each new place.
    Errors: an infinite cell; a value that is not above zero when the lowest is kept.
    """
    who = "treatment.box_cox"
    _present(who, values)
    base = values - np.nanmin(values, axis=-2, keepdims=True) + 1 if lowest == "moved_to_one" else values
    positive(who, "choose lowest = 'moved_to_one'", values=np.where(np.isnan(base), 1.0, base))
    bent: Array = np.log(base) if power == 0 else (base**power - 1) / power
    return bent


def _present(measure: str, values: Array) -> NDArray[np.bool_]:
    """Return where there is a value; an indicator without any is refused."""
    absent = np.isnan(values)
    finite(measure, values=np.where(absent, 0.0, values))
    at_least(measure, 1, _SHORT, values_of_indicator=(~absent).sum(axis=-2).astype(np.float64))
    return ~absent


def _above(measure: str, values: Array) -> tuple[Array, Array]:
    """Return values above the lowest of their indicator, and the range."""
    _present(measure, values)
    low = np.nanmin(values, axis=-2, keepdims=True)
    width = np.nanmax(values, axis=-2, keepdims=True) - low
    positive(measure, _CONSTANT, range_of_values=width[..., 0, :])
    return values - low, width


def _lined(measure: str, values: Array, least: int) -> tuple[Array, NDArray[np.bool_]]:
    """Return indicators as rows, all axes in front among them, with zeros where there is no value."""
    held = _present(measure, values)
    at_least(measure, least, _SHORT, values_of_indicator=held.sum(axis=-2).astype(np.float64))
    _above(measure, values)
    places = values.shape[-2]
    rows = np.swapaxes(np.where(held, values, 0.0), -1, -2).reshape(-1, places)
    return rows, np.swapaxes(held, -1, -2).reshape(-1, places)


def _moments(rows: Array, held: NDArray[np.bool_], *, corrected: bool) -> tuple[Array, Array]:
    """Return skewness and excess kurtosis of every row."""
    n = held.sum(axis=-1)
    away = np.where(held, rows - (rows.sum(axis=-1) / n)[:, None], 0.0)
    squares = away * away
    second = squares.sum(axis=-1) / n
    third, fourth = (squares * away).sum(axis=-1) / n, (squares * squares).sum(axis=-1) / n
    skew, peak = third / second**1.5, fourth / second**2 - 3
    if corrected:
        skew = skew * np.sqrt(n * (n - 1.0)) / (n - 2)
        peak = (n - 1) / ((n - 2) * np.maximum(n - 3, 1)) * ((n + 1) * peak + 6)
    return skew, peak


def _counting(measure: str, most: int) -> None:
    at_least(measure, 1, "draw in one place at least", most=np.array(float(most)))


def _winsorise(measure: str, values: Array, most: int, skewness_limit: float, kurtosis_limit: float) -> Array:
    rows, held = _lined(measure, values, 4)
    rows, before = rows.copy(), rows
    open_rows = np.arange(len(rows))
    while len(open_rows):
        now, there = rows[open_rows], held[open_rows]
        skew, peak = _moments(now, there, corrected=True)
        moved = (now != before[open_rows]).sum(axis=-1)
        failing = (np.abs(skew) > skewness_limit) & (peak > kurtosis_limit) & (moved < most)
        open_rows = open_rows[failing]
        if len(open_rows):
            rows[open_rows] = _drawn_in(measure, now[failing], there[failing], skew[failing] >= 0)
    shape = (*values.shape[:-2], values.shape[-1], values.shape[-2])
    treated: Array = np.swapaxes(np.where(held, rows, np.nan).reshape(shape), -1, -2)
    return treated


def _drawn_in(measure: str, rows: Array, held: NDArray[np.bool_], high: NDArray[np.bool_]) -> Array:
    sign = np.where(high, 1.0, -1.0)[:, None]
    turned = np.where(held, rows * sign, -np.inf)
    top = turned == turned.max(axis=-1, keepdims=True)
    following = np.where(top, -np.inf, turned).max(axis=-1, keepdims=True)
    left = (turned < following).any(axis=-1, where=held)
    if not left.all():
        raise MeasureRefusal(
            measure,
            f"an indicator has two values only, {following[~left][0, 0] * sign[~left][0, 0]:g} the more frequent",
            why="drawing its outliers in would make it the same everywhere",
            ways=("score it as yes or no", "leave the indicator out by name"),
        )
    return np.where(top, following * sign, rows)
