"""Places that border on each other, by the outlines of the boundary data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xietong.errors import Problems, UnknownName
from xietong.library.boundaries import entries, outline

__all__ = ["bordering"]


def bordering(codes: Sequence[str], *, corners: bool) -> list[tuple[int, int]]:
    """Return the pairs of positions of places that share a stretch of border, or with ``corners`` a point at least.

    Both directions are named, in order.

    Raises:
        Problems: with every code of which the boundary data has no outline.
        UnknownName: when it is a single one.
    """
    import shapely

    known = entries()
    if unknown := [UnknownName("neighbours", "outline for code", code, known) for code in codes if code not in known]:
        raise Problems("neighbours", unknown) if len(unknown) > 1 else unknown[0]
    outlines = np.array([outline(code) for code in codes])
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    first, second = first[first < second], second[first < second]
    if not corners:
        shared = shapely.intersection(outlines[first], outlines[second])
        long = (shapely.length(shared) > 0) | (shapely.area(shared) > 0)
        first, second = first[long], second[long]
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return sorted(pair for one, other in pairs for pair in ((one, other), (other, one)))
