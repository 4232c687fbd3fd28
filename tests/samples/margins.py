"""Random margins and a few known flows of four places, feasible in every combination; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

PLACES, TOTAL = 4, 40.0


def partly_known(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    flows = np.full((*front, PLACES, PLACES), np.nan)
    flows[..., np.arange(PLACES), np.arange(PLACES)] = 0.0
    flows[..., 0, 1] = generator.uniform(0.1, 1.0, front)
    flows[..., 2, 3] = generator.uniform(0.1, 1.0, front)
    margins = np.broadcast_to(np.array([7.0, 9.0, 11.0, 13.0]), (*front, PLACES))
    return {
        "flows": flows,
        "outflows": generator.permuted(margins, axis=-1),
        "inflows": generator.permuted(margins, axis=-1),
    }


def with_total(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {**partly_known(generator, front), "total": np.full(front, TOTAL)}


def with_prior(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    flows, outflows, inflows = partly_known(generator, front).values()
    prior = generator.uniform(0.5, 2.0, (*front, PLACES, PLACES))
    return {"flows": flows, "prior": prior, "outflows": outflows, "inflows": inflows}


DATA = {"margins.cell_bounds": with_total, "margins.ras_estimate": with_prior}
