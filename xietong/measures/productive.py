"""The factors of I - A of an input-output table: every question is a solve, and an inverse is made only when asked for.

A table is productive when some output can serve every final demand (the condition of Hawkins and Simon).  For
coefficients that are not below zero this holds exactly when the column sums of the inverse, one solve, are all above
zero; a table that fails is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole

_WAYS = (
    "read the output again: some sectors together buy more than they make",
    "take imports out of the flows (balancing.domestic_flows)",
)


@dataclass(frozen=True, eq=False)
class Factors:
    """A table with the factors of I - A and the column sums of its inverse."""

    output: Array
    sales: Array
    own: Array
    factors: Array
    pivots: Whole
    columns: Array

    @classmethod
    def of(cls, measure: str, flows: Array, output: Array) -> Factors:
        """Factorise a table.

        Raises:
            MeasureRefusal: when no output can serve a final demand.
        """
        from scipy.linalg import lapack

        table = np.divide(flows, -output, order="F")
        own = -np.diagonal(table).copy()
        table.reshape(-1, order="F")[:: len(output) + 1] += 1.0
        factors, pivots, failed = lapack.dgetrf(table, overwrite_a=1)
        columns = np.zeros_like(output) if failed else lapack.dgetrs(factors, pivots, np.ones_like(output), trans=1)[0]
        if failed or not (np.isfinite(columns) & (columns > 0)).all():
            what, why = "no output serves a final demand with these flows", "the table is not productive"
            raise MeasureRefusal(measure, what, why=f"{why} (Hawkins and Simon)", ways=_WAYS)
        return cls(output, flows.sum(axis=1), own, factors, pivots.astype(np.int64), np.maximum(columns, 1.0))

    def forth(self, demand: Array) -> Array:
        """Return (I - A)^-1 times a demand."""
        return self._solved(demand, 0)

    def back(self, weights: Array) -> Array:
        """Return weights times (I - A)^-1."""
        return self._solved(weights, 1)

    @property
    def rows(self) -> Array:
        """Return the row sums of the Ghosh inverse, each times the output of its sector."""
        return self.forth(self.output)

    def inverse(self) -> Array:
        """Return the inverse itself."""
        return np.maximum(self._solved(np.eye(len(self.output)), 0), 0.0)

    def diagonal(self) -> Array:
        """Return the diagonal of the inverse: two triangular inverses in the place of one, and no product of them."""
        from scipy.linalg import lapack

        parts = self.factors.copy(order="F")
        lapack.dtrtri(parts, lower=1, unitdiag=1, overwrite_c=1)
        lapack.dtrtri(parts, lower=0, overwrite_c=1)
        order = np.arange(len(self.output))
        for row, other in enumerate(self.pivots):
            order[[row, other]] = order[[other, row]]
        found = np.empty(len(order))
        for at, sector in enumerate(order):
            start = max(at + 1, int(sector))
            found[sector] = parts[sector, start:] @ parts[start:, at]
            found[sector] += parts[sector, at] if at >= sector else 0.0
        return found

    def _solved(self, given: Array, trans: int) -> Array:
        from scipy.linalg import lapack

        return np.asarray(lapack.dgetrs(self.factors, self.pivots, given, trans=trans)[0], dtype=np.float64)
