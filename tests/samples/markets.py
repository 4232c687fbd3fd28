"""Random price indices of six places and nine goods around 100; all synthetic."""

from __future__ import annotations

import numpy as np

from xietong.measures.axes import Array


def prices(generator: np.random.Generator, front: tuple[int, ...]) -> dict[str, Array]:
    return {"indices": generator.uniform(95.0, 108.0, (*front, 6, 9))}


DATA = {"markets.relative_price_variance": prices, "markets.segmentation": prices}
