"""Random tables with zeros and totals that some table of the same pattern has; all synthetic."""

from __future__ import annotations

import numpy as np

from samples.input_output import tables
from xietong.measures.axes import Array

ROWS, COLUMNS = 4, 5


def balanced(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    """Return a table and the totals of another one with the same zeros; all sums are alike, so that totals mix."""
    shape = (*front, ROWS, COLUMNS)
    table, other = generator.uniform(1.0, 9.0, shape), generator.uniform(1.0, 9.0, shape)
    table[..., 0, 1] = other[..., 0, 1] = 0.0
    other *= 100 / other.sum(axis=(-2, -1), keepdims=True)
    return {"table": table, "row_totals": other.sum(axis=-1), "column_totals": other.sum(axis=-2)}


def signed(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    """Return the same with a negative cell."""
    data = balanced(generator, front)
    data["table"][..., 2, 3] *= -0.5
    return data


def moved(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    table = signed(generator, front)["table"]
    return {"table": table, "balanced": table * generator.uniform(0.5, 2.0, table.shape)}


DATA = {
    "balancing.ras": balanced,
    "balancing.gras": signed,
    "balancing.information_gain": moved,
    "balancing.domestic_flows": tables("domestic_demand", "imports"),
    "balancing.closing_gap": tables("demand", "value_added"),
}
