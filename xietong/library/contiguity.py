"""Places that border on each other, by the outlines of the boundary data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xietong.errors import PackError, Problems, UnknownName
from xietong.library.boundaries import entries, outline

__all__ = ["bordering"]

_OVERLAP = 0.01
"""Outlines that share more than this part of the smaller one are not side by side."""


def bordering(codes: Sequence[str], *, corners: bool) -> list[tuple[int, int]]:
    """Return the pairs of positions of places that share a stretch of border, or with ``corners`` a point at least.

    Both directions are named, in order.

    Raises:
        Problems: with every code of which the boundary data has no outline, or every pair of places that overlap.
        UnknownName: when it is a single one.
        PackError: when it is a single pair.
    """
    import shapely

    known = entries()
    if unknown := [UnknownName("neighbours", "outline for code", code, known) for code in codes if code not in known]:
        raise Problems("neighbours", unknown) if len(unknown) > 1 else unknown[0]
    outlines = np.array([outline(code) for code in codes])
    met = shapely.STRtree(outlines).query(outlines, predicate="intersects").T
    first, second = np.array(sorted((i, j) for i, j in met.tolist() if i < j), dtype=np.int64).reshape(-1, 2).T
    shared, areas = shapely.intersection(outlines[first], outlines[second]), shapely.area(outlines)
    over = shapely.area(shared) > _OVERLAP * np.minimum(areas[first], areas[second])
    if over.any():
        _refuse([(codes[one], codes[other]) for one, other in zip(first[over], second[over], strict=True)])
    if not corners:
        long = shapely.length(shared) > 0
        first, second = first[long], second[long]
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return sorted(pair for one, other in pairs for pair in ((one, other), (other, one)))


def _refuse(pairs: Sequence[tuple[str, str]]) -> None:
    why, ways = "who lies in another is no neighbour of it", ("name places of one level",)
    errors = [PackError("neighbours", f"{one} and {other} overlap", why=why, ways=ways) for one, other in pairs]
    raise Problems("neighbours", errors) if len(errors) > 1 else errors[0]
