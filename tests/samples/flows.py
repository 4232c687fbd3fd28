"""Random flows of seven places, and sales of which a part lands nearby; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def landing(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {
        "landed": generator.uniform(1.0, 2.0, front),
        "sold_outside": generator.uniform(2.0, 4.0, front),
        "sold": generator.uniform(4.0, 9.0, front),
    }


DATA = {"flows.landing_rate": landing}
