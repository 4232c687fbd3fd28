"""Least squares with an intercept for measures that are regressions: the fit, its errors, and columns that are refused.

Regressors stand in the last axis and observations before it; axes in front are fits of their own.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array

__all__ = ["Errors", "fit", "refuse_dependent"]

Errors: TypeAlias = Literal["classical", "hc0", "hc1", "hc2", "hc3"]
"""How the standard error is estimated: one variance for all, or robust against unequal ones."""


def refuse_dependent(who: str, regressors: Array, names: tuple[str, ...]) -> None:
    """Refuse a column that is constant or follows from those before it, and name it."""
    centred = regressors - regressors.mean(axis=-2, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=-2))
    constant = size <= 1e-12 * np.sqrt((regressors**2).sum(axis=-2))
    corner = np.linalg.qr(centred / np.where(constant, 1, size)[..., None, :], mode="r")
    dependent = np.argwhere(constant | (np.abs(np.diagonal(corner, axis1=-2, axis2=-1)) < 1e-9))
    if len(dependent):
        name = names[dependent[0][-1]]
        raise MeasureRefusal(
            who,
            f"{name} is the same in all places, or follows from the columns before it",
            why="the coefficients have no single value",
            ways=(f"take {name} out or measure it otherwise; of dummies that cover all places one is left out",),
        )


def fit(
    outcome: Array, regressors: Array, errors: Errors = "classical"
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the intercept, the first slope, its standard error, t, two-sided p, and R squared."""
    from scipy.special import stdtr

    observations = regressors.shape[-2]
    freedom = observations - regressors.shape[-1] - 1
    means, mean = regressors.mean(axis=-2), outcome.mean(axis=-1)
    centred, moved = regressors - means[..., None, :], outcome - mean[..., None]
    turned, corner = np.linalg.qr(centred)
    inverse = np.swapaxes(np.linalg.solve(corner, np.swapaxes(turned, -1, -2)), -1, -2)
    slopes = (inverse * moved[..., None]).sum(axis=-2)
    squared = (moved - (centred * slopes[..., None, :]).sum(axis=-1)) ** 2
    if errors == "classical":
        weights = squared.sum(axis=-1, keepdims=True) / freedom
    else:
        free = 1 - 1 / observations - (turned**2).sum(axis=-1)
        free = np.where(free > 1e-12, free, np.nan)
        weights = squared * {"hc0": 1, "hc1": observations / freedom, "hc2": 1 / free, "hc3": 1 / free**2}[errors]
    error = np.sqrt((inverse[..., 0] ** 2 * weights).sum(axis=-1))
    t = slopes[..., 0] / np.where(error > 0, error, np.nan)
    total = (moved**2).sum(axis=-1)
    explained = 1 - squared.sum(axis=-1) / np.where(total > 0, total, np.nan)
    return mean - (means * slopes).sum(axis=-1), slopes[..., 0], error, t, 2 * stdtr(freedom, -np.abs(t)), explained
