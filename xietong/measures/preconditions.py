"""What a formula insists on before it computes: numbers that are finite, of the right sign, or fractions.

Nothing is dropped, shifted or filled; the refusal names the measure, the parameter, the cell and a way out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array

__all__ = ["at_least", "directed", "finite", "fractions", "not_negative", "positive"]

_READ_AGAIN = "read the cell again in the source, or leave its place or year out by name and with a reason"


def finite(measure: str, **data: Array) -> None:
    """Refuse empty arrays and cells that are no number or infinite."""
    _insist(measure, data, np.isfinite, "a finite number", _READ_AGAIN)


def positive(measure: str, way: str = _READ_AGAIN, **data: Array) -> None:
    """Refuse cells that are not finite or not above zero; ``way`` is the way out for such a cell."""
    finite(measure, **data)
    _insist(measure, data, lambda values: values > 0, "above zero", way)


def not_negative(measure: str, way: str = _READ_AGAIN, **data: Array) -> None:
    """Refuse cells that are not finite or below zero."""
    if all(np.size(one) and np.min(one) >= 0 and np.max(one) < np.inf for one in data.values()):
        return
    finite(measure, **data)
    _insist(measure, data, lambda values: values >= 0, "zero or above", way)


def at_least(measure: str, low: float, way: str = _READ_AGAIN, **data: Array) -> None:
    """Refuse cells that are not finite or below ``low``."""
    finite(measure, **data)
    _insist(measure, data, lambda values: values >= low, f"{low:g} or above", way)


def fractions(measure: str, way: str = _READ_AGAIN, **data: Array) -> None:
    """Refuse cells that are not finite or outside 0 to 1."""
    finite(measure, **data)
    _insist(measure, data, lambda values: (values >= 0) & (values <= 1), "between 0 and 1", way)


def directed(measure: str, **data: Array) -> None:
    """Refuse directions of indicators that are neither 1 (more is better) nor -1 (less is better)."""
    finite(measure, **data)
    _insist(measure, data, lambda values: np.abs(values) == 1, "1 or -1", "state 1 for more is better, -1 for less")


def _insist(
    measure: str, data: dict[str, Array], holds: Callable[[Array], NDArray[np.bool_]], rule: str, way: str
) -> None:
    for parameter, given in data.items():
        values = np.asarray(given)
        if not values.size:
            raise MeasureRefusal(measure, f"{parameter} has no cell", ways=("name at least one cell",))
        failed = np.argwhere(~holds(values))
        if len(failed):
            index = tuple(int(position) for position in failed[0])
            place = f" at [{', '.join(map(str, index))}]" if index else ""
            more = f" ({len(failed)} of {values.size} cells)" if len(failed) > 1 else ""
            raise MeasureRefusal(
                measure,
                f"{parameter} is {values[index]:g}{place}{more}",
                why=f"the formula needs {parameter} to be {rule}",
                ways=(way,),
            )
