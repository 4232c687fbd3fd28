"""Economic complexity of synthetic counties and products, against rounds of reflections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures.complexity import economic_complexity, product_complexity

COUNTIES, PRODUCTS = 2_843, 97


def structure(places: int) -> Any:
    """Return synthetic amounts: larger places have more, and the rarer products."""
    generator = np.random.default_rng(21)
    reach, hard = generator.uniform(0, 1, (places, 1)), np.linspace(0, 1, PRODUCTS)
    return generator.lognormal(0.0, 1.0, (places, PRODUCTS)) * np.exp(3 * reach * hard)


def races() -> Iterator[Race]:
    """Yield the race: both indices from amounts to values."""
    import pandas as pd
    from economic_complexity import complexity, rca

    amounts = structure(COUNTIES)
    frame = pd.DataFrame(amounts)

    def ours() -> Any:
        return economic_complexity(amounts), product_complexity(amounts)

    def theirs() -> Any:
        return complexity(rca(frame))

    for found, peer in zip(ours(), theirs(), strict=True):
        assert np.corrcoef(found, peer)[0, 1] > 0.999
    note = "the peer takes 20 rounds of reflections, ours the eigenvector; their orders agree"
    work = f"ECI and PCI, {COUNTIES:,} x {PRODUCTS}"
    yield race(work, "Datawheel economic-complexity 0.3.0", 1, ours, theirs, note=note)


def growths() -> Iterator[Growth]:
    """Yield the index at growing numbers of places."""

    def index(places: int) -> Any:
        amounts = structure(places)
        return lambda: economic_complexity(amounts)

    yield growth(f"ECI, {PRODUCTS} products", "places", (2_843, 11_372, 45_488), index)
