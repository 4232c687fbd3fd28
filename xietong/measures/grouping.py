"""Places in groups: what a decomposition insists on, and sums by group along the last axis."""

from __future__ import annotations

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole

__all__ = ["group_totals", "number_of_groups"]


def number_of_groups(measure: str, way: str, **labels: Whole) -> int:
    """Return how many groups the labels number; refuse labels that are no numbers from 0, and one group alone.

    ``way`` is what may be done without groups.
    """
    (parameter, given), *_ = labels.items()
    values = np.asarray(given)
    if not np.issubdtype(values.dtype, np.integer) or not values.size or values.min() < 0:
        what = f"{parameter} holds what is no number of a group"
        raise MeasureRefusal(measure, what, ways=("number the groups from 0 with whole numbers",))
    low, high = values.min(axis=-1), values.max(axis=-1)
    if (low == high).any():
        at = ", ".join(str(int(position)) for position in np.argwhere(low == high)[0])
        raise MeasureRefusal(
            measure,
            f"{parameter} names a single group{f' at [{at}]' if at else ''}",
            why="a decomposition sets groups against each other",
            ways=("name at least two groups", way),
        )
    return int(values.max()) + 1


def group_totals(groups: Whole, count: int, amounts: Array) -> Array:
    """Return the sums of amounts by group: groups stand last, in place of the places."""
    labels, values = np.broadcast_arrays(groups, amounts)
    rows = int(np.prod(values.shape[:-1]))
    at = labels.reshape(rows, -1) + count * np.arange(rows)[:, None]
    totals: Array = np.bincount(at.ravel(), values.ravel(), rows * count).astype(np.float64, copy=False)
    return totals.reshape(*values.shape[:-1], count)
