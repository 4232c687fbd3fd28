"""Values at places that have neighbours: the statistics of association, and their moments under chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array
from xietong.measures.neighbours import Neighbours, Style

__all__ = ["Placed", "placed", "two_sided"]

_NOTHING = 1e-12
"""A variance below this part of the mean square is rounding."""


@dataclass(frozen=True)
class Placed:
    """Values of the places that have a link, and the links in the style asked for."""

    links: Neighbours
    values: Array
    centred: Array
    islands: int

    @property
    def count(self) -> int:
        """How many places have a link."""
        return len(self.values)

    @property
    def total(self) -> float:
        """The sum of all weights."""
        return float(self.links.weights.sum())

    @property
    def share(self) -> float:
        """The sum of weights over all ordered pairs of places."""
        return self.total / (self.count * (self.count - 1))

    def moran(self, rows: Array) -> Array:
        """Return Moran's I of rows of centred values, which are rearrangements of one another."""
        squares = (self.centred**2).sum()
        return np.asarray((rows * self.links.lag(rows)).sum(axis=1) * self.count / (self.total * squares))

    def geary(self, rows: Array) -> Array:
        """Return Geary's C of rows of centred values."""
        sums = self.links.sums + self.links.turned().sums
        parts = (rows**2 * sums).sum(axis=1) - 2 * (rows * self.links.lag(rows)).sum(axis=1)
        return np.asarray(parts * (self.count - 1) / (2 * self.total * (self.centred**2).sum()))

    def getis_ord(self, rows: Array) -> Array:
        """Return the general G of rows of values."""
        pairs = self.values.sum() ** 2 - (self.values**2).sum()
        return np.asarray((rows * self.links.lag(rows)).sum(axis=1) / pairs)

    def sums(self) -> tuple[float, float, float]:
        """Return the three sums of weights that the moments are made of."""
        matrix, back = self.links.matrix(), self.links.turned()
        first = (self.links.weights**2).sum() + matrix.multiply(back.matrix()).sum()
        return self.total, float(first), float(((self.links.sums + back.sums) ** 2).sum())

    def moran_deviations(self) -> tuple[float, float]:
        """Return the standard deviation of I for normal values, and for values that are moved about."""
        (s0, s1, s2), n = self.sums(), float(self.count)
        mean = 1 / (n - 1) ** 2
        normal = (n * n * s1 - n * s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0)
        b = self._peak()
        first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0)
        second = b * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
        moved = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0)
        return _root(normal - mean, normal), _root(moved - mean, moved)

    def geary_deviations(self) -> tuple[float, float]:
        """Return the standard deviation of C for normal values, and for values that are moved about."""
        (s0, s1, s2), n = self.sums(), float(self.count)
        normal = ((2 * s1 + s2) * (n - 1) - 4 * s0 * s0) / (2 * (n + 1) * s0 * s0)
        b = self._peak()
        first = (n - 1) * s1 * (n * n - 3 * n + 3 - (n - 1) * b)
        second = (n - 1) * s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * b) / 4
        third = s0 * s0 * (n * n - 3 - (n - 1) ** 2 * b)
        return _root(normal, 1), _root((first - second + third) / (n * (n - 2) * (n - 3) * s0 * s0), 1)

    def getis_ord_deviation(self) -> float:
        """Return the standard deviation of G when values are moved about."""
        (s0, s1, s2), n = self.sums(), float(self.count)
        m1, m2, m3, m4 = (float((self.values**power).sum()) for power in (1, 2, 3, 4))
        square = (
            ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0) * m2 * m2
            - ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0) * m4
            - (2 * n * s1 - (n + 3) * s2 + 6 * s0 * s0) * m1 * m1 * m2
            + (4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 * s0) * m1 * m3
            + (s1 - s2 + s0 * s0) * m1**4
        )
        square /= (m1 * m1 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3)
        return _root(square - self.share**2, square)

    def told(self, observed: float, expected: float, normal: float, moved: float) -> Array:
        """Return the parts of a result: the statistic, and its place among those that chance gives."""
        low, high = ((observed - expected) / one for one in (normal, moved))
        return np.array([observed, expected, normal, low, moved, high, two_sided(high), self.islands])

    def _peak(self) -> float:
        return float(self.count * (self.centred**4).sum() / (self.centred**2).sum() ** 2)


def placed(who: str, links: Neighbours, values: Array, style: Style) -> Placed:
    """Leave islands out and take the weights in a style.

    Raises:
        MeasureRefusal: when fewer than four places have a link, or their values are all alike.
    """
    kept = ~links.islands
    inside = values[kept]
    _differ(who, inside)
    return Placed(links.among(kept).styled(style), inside, inside - inside.mean(), int((~kept).sum()))


def _differ(who: str, values: Array) -> None:
    if len(values) < 4:
        ways = ("name more places and their links",)
        raise MeasureRefusal(who, f"{len(values)} places have a link", why="the formula needs four", ways=ways)
    if np.ptp(values) == 0:
        what, why = f"values are all {values[0]:g}", "where all is alike neighbours cannot be more so"
        raise MeasureRefusal(who, what, why=why, ways=("say that all places are alike",))


def two_sided(z: float) -> float:
    """Return the p-value of a standard normal number, both tails."""
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def _root(variance: float, square: float) -> float:
    """Return a standard deviation; nan where nothing is left of the mean square, that is where no order changes it."""
    return float(np.sqrt(variance)) if variance > _NOTHING * square else float("nan")
