"""Markets: whether prices of places move together, good by good, as they do where goods move freely."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, BetweenRegions, OverRegions
from xietong.measures.measure import measure
from xietong.measures.preconditions import positive

OverRegionsAndGoods: TypeAlias = Annotated[Array, Axes(("place", "good"))]
Divisor: TypeAlias = Literal["sample", "population"]

_PARSLEY = (
    "Parsley, D. C. and Wei, S.-J. (1996), Convergence to the Law of One Price without Trade Barriers or Currency "
    "Fluctuations, Quarterly Journal of Economics 111: 1211-1236; with changes, absolute values and the mean of each "
    "good taken out, as in studies of Chinese provinces (桂琦寒 and others 2006, 世界经济, looked for and not seen)"
)
_LEAST = {"place": 3, "good": 8}
_LEAST_REASON = "one pair has no mean to be held against, and a variance over few goods says nothing"


@measure(
    label="相对价格方差 | Relative-price variance between places",
    unit="1",
    bounds=(0, None),
    reference=f"{_PARSLEY}.",
    tested="by hand",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    spread="由 divisor 决定，样本或总体 | of a sample or of the goods themselves, as divisor says",
    scale_free=("indices",),
    also=("price_variance",),
)
def relative_price_variance(indices: OverRegionsAndGoods, *, divisor: Divisor = "sample") -> BetweenRegions:
    r"""How unevenly prices of two places drift apart from good to good, within a year.

    .. math:: V_{ij} = \operatorname{var}_k (q_{ijk}), \qquad q_{ijk} = |\Delta_{ijk}| - \frac{2}{n (n - 1)}
       \sum_{a < b} |\Delta_{abk}|, \quad \Delta_{ijk} = \ln \pi_{ik} - \ln \pi_{jk}

    :math:`\pi_{ik}`: price index of good *k* in place *i*, the year before as base; :math:`n`: number of places.

    Extremes: 0 when every good drifts apart as far as among all pairs, as with one price index everywhere.
    Trap: indices of the year before only: with price levels, or with an index on a fixed base, it is another measure.
    The mean of each good runs over all pairs given; some authors take neighbours only, and values differ. A low
    variance is also that of two closed places hit by one shock.
    Errors: an index that is not above zero; fewer than two places or goods.
    """
    return _variances("markets.relative_price_variance", indices, divisor)


@measure(
    label="市场分割指数 | Market segmentation of a place",
    unit="1",
    bounds=(0, None),
    reference=f"Mean of markets.relative_price_variance over all other places; {_PARSLEY}.",
    tested="by hand",
    least=_LEAST,
    least_reason=_LEAST_REASON,
    spread="由 divisor 决定，样本或总体 | of a sample or of the goods themselves, as divisor says",
    scale_free=("indices",),
    also=("market_segmentation",),
)
def segmentation(indices: OverRegionsAndGoods, *, divisor: Divisor = "sample") -> OverRegions:
    r"""Average relative-price variance of a place against all others.

    .. math:: S_i = \frac{1}{n - 1} \sum_{j \ne i} V_{ij}

    :math:`V_{ij}`: relative-price variance of the places *i* and *j*, as in markets.relative_price_variance.

    Extremes: 0 when every good drifts apart as far as among all pairs.
    Trap: it depends on who the others are: within a region of three it is not what it is within a nation. Its inverse
    is printed as integration by some, its root by others.
    Errors: those of markets.relative_price_variance.
    """
    variances = _variances("markets.segmentation", indices, divisor)
    mean: OverRegions = variances.sum(axis=-1) / (variances.shape[-1] - 1)
    return mean


def _variances(who: str, indices: Array, divisor: Divisor) -> Array:
    positive(who, "read the index again: the year before is 100, and no change is 100 and not 0", indices=indices)
    places, goods = indices.shape[-2:]
    if places < 2 or goods < 2:
        what = f"there are {places} places and {goods} goods"
        raise MeasureRefusal(who, what, ways=("name at least two of each",))
    logs = np.log(indices)
    apart = np.abs(logs[..., :, None, :] - logs[..., None, :, :])
    apart -= apart.sum(axis=(-3, -2), keepdims=True) / (places * (places - 1))
    variances = apart.var(axis=-1, ddof=1 if divisor == "sample" else 0)
    return np.asarray(np.where(np.eye(places, dtype=bool), 0.0, variances))
