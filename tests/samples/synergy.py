"""Orders between 0 and 1 of systems, and values between two limits either way round (synthetic)."""

from __future__ import annotations

from typing import Any

import numpy as np

from xietong.measures.axes import Array

PARAMETERS = 4


def limits(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    shape = (*front, PARAMETERS)
    down = np.arange(PARAMETERS) % 2 == 1
    low, high = generator.uniform(1, 2, shape), generator.uniform(8, 9, shape)
    return {
        "values": generator.uniform(3, 7, shape),
        "worst": np.where(down, high, low),
        "best": np.where(down, low, high),
    }


DATA: dict[str, Any] = {"synergy.order_of_parameters": limits}
