"""A series: values on named axes with unit, flags, grades, and the lines they stand on.

Immutable; arithmetic is not defined on it, on purpose: a formula is a measure, and a recipe binds the two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.origins import Flag


@dataclass(frozen=True)
class Axis:
    """A named axis with its labels in order."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Values (``nan`` where absent) on ``axes``; ``rows`` holds observation numbers, or -1 where there is none.

    ``benchmarks`` maps a family to the benchmarks that its cells stand on, each with one example ``file:line``.
    """

    name: str
    unit: str
    axes: tuple[Axis, ...]
    values: NDArray[np.float64]
    flags: NDArray[np.uint8]
    grades: NDArray[np.uint8]
    rows: NDArray[np.int64]
    benchmarks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for plane in (self.values, self.flags, self.grades, self.rows):
            plane.setflags(write=False)

    def axis(self, name: str) -> Axis:
        """Return the axis called ``name``.

        Raises:
            UnknownName: when the series has no such axis.
        """
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise UnknownName(f"series {self.name}", "axis", name, [axis.name for axis in self.axes])

    def select(self, **labels: str | Sequence[str]) -> Series:
        """Return the part with the given labels; one label drops its axis, a list keeps it in the given order."""
        series = self
        for name, wanted in labels.items():
            series = series._take(name, wanted)
        return series

    def _take(self, name: str, wanted: str | Sequence[str]) -> Series:
        axis = self.axis(name)
        place = self.axes.index(axis)
        chosen = [wanted] if isinstance(wanted, str) else list(wanted)
        for label in chosen:
            if label not in axis.labels:
                raise UnknownName(f"series {self.name}", f"{name}", label, axis.labels)
        index: int | list[int] = [axis.labels.index(label) for label in chosen]
        axes = list(self.axes)
        if isinstance(wanted, str):
            index = axis.labels.index(wanted)
            axes.pop(place)
        else:
            axes[place] = Axis(name, tuple(chosen))
        return replace(
            self,
            axes=tuple(axes),
            values=np.asarray(np.take(self.values, index, axis=place)),
            flags=np.asarray(np.take(self.flags, index, axis=place)),
            grades=np.asarray(np.take(self.grades, index, axis=place)),
            rows=np.asarray(np.take(self.rows, index, axis=place)),
        )

    def cell(self, **labels: str) -> float:
        """Return one value.

        Raises:
            MeasureRefusal: when an axis is left open.
        """
        part = self.select(**labels)
        if part.axes:
            names = ", ".join(axis.name for axis in part.axes)
            raise MeasureRefusal(self.name, f"one cell is wanted, but {names} is open", ways=(f"name one {names}",))
        return float(part.values)

    def missing(self) -> list[dict[str, str]]:
        """Return the coordinates of the cells that are absent."""
        return [self.coordinates(tuple(index)) for index in np.argwhere(self.flags == Flag.ABSENT)]

    def coordinates(self, index: Sequence[int]) -> dict[str, str]:
        """Return axis name and label of a position."""
        return {axis.name: axis.labels[int(at)] for axis, at in zip(self.axes, index, strict=True)}

    def digest(self) -> str:
        """Return the SHA-256 of all that the series states, down to the lines it stands on."""
        benchmarks = sorted((family, sorted(names.items())) for family, names in self.benchmarks.items())
        sha = hashlib.sha256(repr((self.unit, self.axes, benchmarks)).encode())
        for plane in (self.values, self.flags, self.grades, self.rows):
            sha.update(np.ascontiguousarray(plane).tobytes())
        return sha.hexdigest()
