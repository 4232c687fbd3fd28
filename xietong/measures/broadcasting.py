"""Axes in front for formulas that work on one table at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from xietong.measures.axes import Array

__all__ = ["each"]


def each(formula: Callable[..., Array], *data: tuple[NDArray[np.generic], int]) -> Array:
    """Call a formula once for every position of the axes in front, and stack what it returns.

    Every array comes with the number of its core axes; the axes before them broadcast against each other.
    """
    fronts = [array.shape[: array.ndim - core] for array, core in data]
    front = np.broadcast_shapes(*fronts)
    if not front:
        return np.asarray(formula(*(array for array, _ in data)))
    spread = [np.broadcast_to(a, (*front, *a.shape[a.ndim - core :])) for a, core in data]
    results: Sequence[Array] = [np.asarray(formula(*(a[at] for a in spread))) for at in np.ndindex(*front)]
    return np.stack(results).reshape((*front, *results[0].shape))
