"""Kernels and their widths: what densities and conditional densities are made of."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array

__all__ = [
    "Floor", "Kernel", "Rule", "by_rule", "chosen_width", "effective", "kernel_sums", "weighted_deviation",
]  # fmt: skip

Kernel: TypeAlias = Literal["gaussian", "epanechnikov"]
Rule: TypeAlias = Literal["silverman", "scott", "normal reference", "sheather-jones"]
Floor: TypeAlias = Literal["none", "zero"]

_BINS = 1000
_BLOCK = 2**21
"""Numbers of a block of points times values."""


def kernel_sums(values: Array, weights: Array, points: Array, kernel: Kernel, width: float, floor: Floor) -> Array:
    """Return the weighted sum of kernels at every point; a floor of zero mirrors each value at it."""
    total = np.zeros(len(points))
    step = max(1, _BLOCK // len(points))
    for start in range(0, len(values), step):
        some, shares = values[start : start + step], weights[start : start + step]
        total += heights((points[:, None] - some) / width, kernel) @ shares
        if floor == "zero":
            total += heights((points[:, None] + some) / width, kernel) @ shares
    return total


def heights(distance: Array, kernel: Kernel) -> Array:
    """Return a kernel of standard deviation 1 at these distances."""
    if kernel == "gaussian":
        return np.asarray(np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi))
    return np.asarray(3 / (4 * np.sqrt(5)) * np.maximum(1 - distance**2 / 5, 0))


def chosen_width(who: str, width: float) -> float:
    """Return a width that was stated, 0 when a rule is to give it.

    Raises:
        MeasureRefusal: when it is below zero or no number.
    """
    if not 0 <= width < np.inf:
        raise MeasureRefusal(who, f"width is {width:g}", ways=("state a width above zero, or 0 for the rule",))
    return width


def by_rule(who: str, values: Array, rule: Rule) -> float:
    """Return the width that a rule gives.

    Raises:
        MeasureRefusal: for values without spread.
    """
    count, deviation = len(values), float(values.std(ddof=1)) if len(values) > 1 else 0.0
    low, high = np.quantile(values, [0.25, 0.75])
    if not deviation > 0:
        ways = ("state a width", "leave the year out by name and with a reason")
        raise MeasureRefusal(who, "all values are the same", why="no rule gives a width without spread", ways=ways)
    between = float(high - low)
    if rule == "silverman":
        return float(0.9 * min(deviation, between / 1.34 or deviation) * count**-0.2)
    if rule == "sheather-jones":
        return _sheather_jones(who, values, min(deviation, between / 1.349 or deviation))
    factor = (4 / 3) ** 0.2 if rule == "normal reference" else 1.0
    return float(factor * deviation * count**-0.2)


def effective(shares: Array) -> float:
    """Return how many places of equal weight would be as many as these."""
    return float(1 / (shares**2).sum())


def weighted_deviation(who: str, values: Array, shares: Array) -> float:
    """Return the standard deviation with weights that add up to 1, corrected for their number.

    Raises:
        MeasureRefusal: for values without spread, or one place with all the weight.
    """
    mean = shares @ values
    squared, free = shares @ (values - mean) ** 2, 1 - (shares**2).sum()
    if not (squared > 0 and free > 0):
        why = "no rule gives a width without spread"
        raise MeasureRefusal(who, "all places with a weight have one value", why=why, ways=("state a width",))
    return float(np.sqrt(squared / free))


def _sheather_jones(who: str, values: Array, scale: float) -> float:
    """Solve for the width at which the plug-in estimate of roughness gives back that width."""
    from scipy.optimize import brentq
    from scipy.signal import fftconvolve

    count = len(values)
    step = float(np.ptp(values)) * 1.01 / _BINS
    binned = np.bincount(((values - values.min()) / step).astype(np.int64), minlength=_BINS).astype(np.float64)
    pairs = np.rint(fftconvolve(binned, binned[::-1])[_BINS - 1 :])
    pairs[0] = (binned * (binned - 1)).sum() / 2
    apart = step * np.arange(_BINS)

    def roughness(width: float, order: int) -> float:
        square = (apart / width) ** 2
        if order == 4:
            polynomial, own = square**2 - 6 * square + 3, 3
        else:
            polynomial, own = square**3 - 15 * square**2 + 45 * square - 15, -15
        total = 2 * (pairs * np.exp(-square / 2) * polynomial).sum() + count * own
        return float(total / (count * (count - 1) * width ** (order + 1) * np.sqrt(2 * np.pi)))

    fourth = roughness(1.24 * scale * count ** (-1 / 7), 4)
    sixth = -roughness(1.23 * scale * count ** (-1 / 9), 6)
    ratio = 1.357 * (fourth / sixth) ** (1 / 7) if fourth > 0 and sixth > 0 else np.nan

    def excess(width: float) -> float:
        rough = roughness(ratio * width ** (5 / 7), 4)
        return float((1 / (2 * np.sqrt(np.pi) * count * rough)) ** 0.2 - width) if rough > 0 else np.inf

    high = 1.144 * scale * count**-0.2
    low = 0.1 * high
    for _ in range(40):
        if np.isfinite(ratio) and excess(low) > 0 > excess(high):
            return float(brentq(excess, low, high, xtol=1e-9 * high))
        low, high = low / 1.2, high * 1.2
    what, ways = "the equation of sheather-jones has no solution", ("state another rule", "state a width")
    raise MeasureRefusal(who, what, why="the values are too few or too alike", ways=ways)
