"""Moves between classes from one period to the next: quantiles, counts, shares, and whether several tables are alike.

Classes are numbered from 0, the lowest.  A value that lies on the border of two classes belongs to the lower one, so
that equal values always share a class; where many are equal, a class may stay empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole
from xietong.measures.broadcasting import each
from xietong.measures.neighbours import Neighbours, neighbours
from xietong.measures.preconditions import finite, not_negative

__all__ = ["Quantiles", "alike", "among_neighbours", "panel", "quantile_classes", "row_shares", "tallied", "tested"]

Quantiles: TypeAlias = Literal["every period", "pooled"]
"""Whether borders of classes are drawn anew in every period, or once for all places and periods together."""


def panel(who: str, values: Array, classes: int, relative: bool = False) -> Array:
    """Return values over places and periods, over the mean of the places of each period when ``relative``.

    Raises:
        MeasureRefusal: for a value that is not finite, fewer than two periods or classes, or a mean of zero.
    """
    finite(who, values=values)
    if values.shape[-1] < 2:
        raise MeasureRefusal(who, f"values has {values.shape[-1]} period", ways=("name a second period",))
    if not 2 <= classes <= values.shape[-2]:
        what = f"classes is {classes} with {values.shape[-2]} places"
        raise MeasureRefusal(who, what, ways=("state 2 or more, and no more than there are places; 4 or 5 is usual",))
    if not relative:
        return values
    mean = values.mean(axis=-2, keepdims=True)
    if (mean <= 0).any():
        what, ways = "the mean of the places is not above zero in some period", ("state relative = false",)
        raise MeasureRefusal(who, what, why="values are divided by it", ways=ways)
    return np.asarray(values / mean)


def quantile_classes(values: Array, classes: int, quantiles: Quantiles) -> Whole:
    """Return the class of every place in every period: how many borders its value lies above."""
    axes = (-2, -1) if quantiles == "pooled" else (-2,)
    borders = np.quantile(values, np.arange(1, classes) / classes, axis=axes, keepdims=True)
    found = np.zeros(values.shape, dtype=np.int64)
    for border in borders:
        found += values > border
    return found


def tallied(before: Whole, after: Whole, shape: tuple[int, ...], regime: Whole | None = None) -> Array:
    """Count pairs of states along the last two axes; with ``regime`` in tables of their own.

    ``shape`` is that of the table of one row of the axes in front.
    """
    states, size = shape[-1], int(np.prod(shape))
    codes = before * states + after
    if regime is not None:
        codes = codes + regime * states**2
    front = codes.shape[:-2]
    rows = int(np.prod(front))
    at = codes.reshape(rows, -1) + size * np.arange(rows)[:, None]
    return np.bincount(at.ravel(), minlength=rows * size).astype(np.float64).reshape(*front, *shape)


def row_shares(counts: Array) -> Array:
    """Return the share of every count in its row, nan in rows without any."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), np.nan)


def alike(tables: Array) -> tuple[Array, Array, Array]:
    """Return the likelihood ratio, chi-squared and degrees of freedom of the hypothesis that tables have equal shares.

    Tables stand on the third axis from the end.  A row counts as many tables as have any in it, less 1, times the
    classes that it leads to in all tables together, less 1.
    """
    pooled = row_shares(tables.sum(axis=-3, keepdims=True))
    total = tables.sum(axis=-1, keepdims=True)
    expected = total * np.nan_to_num(pooled)
    there = expected > 0
    safe: NDArray[np.float64] = np.where(there, expected, 1.0)
    squared = np.where(there, (tables - expected) ** 2 / safe, 0.0).sum(axis=(-3, -2, -1))
    ratio = np.where(tables > 0, tables, safe) / safe
    likelihood = 2 * (tables * np.log(ratio)).sum(axis=(-3, -2, -1))
    regimes = (total[..., 0] > 0).sum(axis=-2)
    reached = (tables.sum(axis=-3) > 0).sum(axis=-1)
    freedom = (np.maximum(regimes - 1, 0) * np.maximum(reached - 1, 0)).sum(axis=-1)
    return likelihood, squared, freedom.astype(np.float64)


def tested(statistic: Array, freedom: Array) -> Array:
    """Return the chance of a chi-squared above the statistic, nan without any degree of freedom."""
    from scipy.special import chdtrc

    return np.asarray(chdtrc(np.where(freedom > 0, freedom, np.nan), statistic))


def among_neighbours(
    who: str, formula: Callable[[Neighbours, Array], Array], values: Array, *links: Whole | Array
) -> Array:
    """Call a formula for every position of the axes in front, with weights that add up to 1 for each place.

    ``values`` are over places and periods; ``links`` are origins, destinations and weights.

    Raises:
        MeasureRefusal: for links that are wrong, or a place without neighbours.
    """
    not_negative(who, weights=np.asarray(links[2]))

    def one(values: Array, origins: Whole, destinations: Whole, weights: Array) -> Array:
        near = neighbours(who, values.shape[-2], origins, destinations, weights)
        alone = np.flatnonzero(near.counts == 0)
        if len(alone):
            more = f" ({len(alone)} of {near.places} places)" if len(alone) > 1 else ""
            ways = ("give it neighbours, the nearest places say", "leave it out by name and with a reason")
            raise MeasureRefusal(who, f"place [{alone[0]}] has no neighbour{more}", why="nothing is around", ways=ways)
        return formula(near.styled("row"), values)

    return each(one, (values, 2), *((array, 1) for array in links))
