"""Random accounts with three destinations, two of which may be unknown; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array

DESTINATIONS = 3


def account(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {
        "outflow": generator.uniform(10.0, 90.0, front),
        "outflow_rounding": generator.uniform(0.0, 0.5, front),
        "destinations": generator.uniform(1.0, 40.0, (*front, DESTINATIONS)),
        "rounding": generator.uniform(0.0, 0.5, (*front, DESTINATIONS)),
    }


DATA = {"accounting.remainder": account}
