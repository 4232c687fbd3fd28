"""Who is next to whom: links between places as three parallel arrays, and what is computed along them.

A link has an origin, a destination and a weight.  It says that the destination is a neighbour of the origin; the other
way round is a link of its own.  Links are put in order once (by origin, then destination) and kept in that compressed
form, so that the memory grows with links and never with places times places.  The order in which links come is no
matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal, UnknownName
from xietong.measures.axes import Array, Axes, Labels, Whole
from xietong.measures.broadcasting import each
from xietong.measures.preconditions import not_negative

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Neighbours", "OverLinks", "PlacesOfLinks", "Style", "neighbours", "over_links"]

OverLinks: TypeAlias = Annotated[Array, Axes(("link",))]
PlacesOfLinks: TypeAlias = Annotated[Whole, Axes(("link",)), Labels("place")]
Style: TypeAlias = Literal["row", "binary", "given"]
"""Weights divided by their sum over the neighbours of a place, all of them 1, or as they were given."""

_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The neighbours of every place: those of place *i* stand at ``starts[i]`` to ``starts[i + 1]``, in order."""

    starts: Whole
    others: Whole
    weights: Array

    @property
    def places(self) -> int:
        """How many places there are, those without neighbours too."""
        return len(self.starts) - 1

    @property
    def counts(self) -> Whole:
        """How many neighbours each place has."""
        return np.diff(self.starts)

    @property
    def origins(self) -> Whole:
        """The place of every link whose neighbour it names."""
        return np.repeat(np.arange(self.places), self.counts)

    @property
    def islands(self) -> NDArray[np.bool_]:
        """Which places have no neighbour and are nobody's neighbour."""
        alone: NDArray[np.bool_] = (self.counts == 0) & (np.bincount(self.others, minlength=self.places) == 0)
        return alone

    @property
    def sums(self) -> Array:
        """The weights of all neighbours of each place together."""
        return self.lag(np.ones(self.places))

    def lag(self, values: Array) -> Array:
        """Add up, for each place, what its neighbours have times their weights; places stand last.

        A place without neighbours has 0: whoever wants nothing there looks at ``counts``.
        """
        rows = values.reshape(-1, self.places)
        sums: Array = (self.matrix() @ rows.T).T
        return np.ascontiguousarray(sums).reshape(values.shape)

    def styled(self, style: Style) -> Neighbours:
        """Return the same neighbours with other weights.

        Raises:
            UnknownName: when there is no such style.
        """
        if style not in get_args(Style):
            raise UnknownName("neighbours", "style of weights", style, get_args(Style))
        if style == "given":
            return self
        if style == "binary":
            return replace(self, weights=np.ones_like(self.weights))
        return replace(self, weights=self.weights / np.repeat(self.sums, self.counts))

    def turned(self) -> Neighbours:
        """Return the links the other way round."""
        order = np.argsort(self.others, kind="stable")
        starts = np.searchsorted(self.others[order], np.arange(self.places + 1))
        return Neighbours(starts.astype(np.int64), self.origins[order], self.weights[order])

    def symmetric(self) -> bool:
        """Say whether every link stands there both ways, with one weight."""
        back = self.turned()
        same = np.array_equal(self.starts, back.starts) and np.array_equal(self.others, back.others)
        return same and bool(np.allclose(self.weights, back.weights, rtol=_CLOSE, atol=0))

    @property
    def uneven(self) -> NDArray[np.bool_]:
        """Which places have neighbours of different weights."""
        first = self.weights[np.minimum(self.starts[:-1], len(self.weights) - 1)]
        apart = np.flatnonzero(self.weights != np.repeat(first, self.counts))
        return np.asarray(np.bincount(self.origins[apart] if len(apart) else apart, minlength=self.places) > 0)

    def among(self, kept: NDArray[np.bool_]) -> Neighbours:
        """Return the links between the places that are kept, which are numbered anew in their order."""
        inside = kept[self.origins] & kept[self.others]
        number = np.cumsum(kept) - 1
        counts = np.bincount(self.origins[inside], minlength=self.places)[kept]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Neighbours(starts, number[self.others[inside]], self.weights[inside])

    def with_own(self, weight: float) -> Neighbours:
        """Return the links with one more for each place, to itself."""
        own = np.arange(self.places)
        origins, others = np.concatenate([self.origins, own]), np.concatenate([self.others, own])
        order = np.lexsort((others, origins))
        weights = np.concatenate([self.weights, np.full(self.places, weight)])[order]
        return _compressed(origins[order], others[order], weights, self.places)

    def matrix(self) -> csr_array:
        """Return the links as a sparse matrix of scipy: row *i* holds the neighbours of place *i*."""
        from scipy.sparse import csr_array

        return csr_array((self.weights, self.others, self.starts), shape=(self.places, self.places))


def neighbours(who: str, places: int, origins: Whole, destinations: Whole, weights: Array) -> Neighbours:
    """Put links in order; a link of weight 0 is none and is left out.

    Raises:
        MeasureRefusal: in the name of ``who``, for a place that does not exist, a link named twice, a link of a place
            to itself, a weight that is below zero or not finite, or when no link is left.
    """
    not_negative(who, weights=weights)
    for name, ends in (("origins", origins), ("destinations", destinations)):
        _known(who, name, ends, places)
    own = np.flatnonzero(origins == destinations)
    if len(own):
        what = f"link [{own[0]}] leads from place [{origins[own[0]]}] to itself{_more(own, origins)}"
        ways = ("leave links of places to themselves out: what needs them adds them",)
        raise MeasureRefusal(who, what, why="nobody is its own neighbour", ways=ways)
    there = weights > 0
    if not there.any():
        raise MeasureRefusal(who, "no link has a weight above zero", ways=("name at least one pair of neighbours",))
    keys = origins * np.int64(places) + destinations
    if not (keys[1:] > keys[:-1]).all():
        order = np.argsort(keys, kind="stable")
        keys, there = keys[order], there[order]
        origins, destinations, weights = origins[order], destinations[order], weights[order]
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if len(twice):
            start, end = divmod(int(keys[twice[0]]), places)
            what = f"the link from place [{start}] to place [{end}] stands there more than once{_more(twice, origins)}"
            raise MeasureRefusal(who, what, why="its weight would count twice", ways=("keep one line for each link",))
    if not there.all():
        origins, destinations, weights = origins[there], destinations[there], weights[there]
    return _compressed(origins, destinations, weights, places)


def over_links(
    who: str,
    formula: Callable[..., Array],
    values: tuple[Array, ...],
    origins: Whole,
    destinations: Whole,
    weights: Array,
) -> Array:
    """Call ``formula(neighbours, *values)`` for every position of the axes in front; ``values`` are over places.

    Raises:
        MeasureRefusal: as ``neighbours`` does.
    """
    not_negative(who, weights=weights)
    places = values[0].shape[-1]

    def one(origins: Whole, destinations: Whole, weights: Array, *values: Array) -> Array:
        return formula(neighbours(who, places, origins, destinations, weights), *values)

    return each(one, (origins, 1), (destinations, 1), (weights, 1), *((array, 1) for array in values))


def _compressed(origins: Whole, others: Whole, weights: Array, places: int) -> Neighbours:
    """Return links that are in order as neighbours."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(origins, minlength=places))])
    return Neighbours(starts, others, weights)


def _known(who: str, name: str, ends: Whole, places: int) -> None:
    if not ends.size:
        raise MeasureRefusal(who, f"{name} has no cell", ways=("name at least one link",))
    if not np.issubdtype(ends.dtype, np.integer):
        raise MeasureRefusal(who, f"{name} holds no whole numbers", ways=("number the places from 0",))
    outside = np.flatnonzero((ends < 0) | (ends >= places))
    if len(outside):
        what = f"{name} names place [{ends[outside[0]]}], and there are {places}{_more(outside, ends)}"
        ways = ("give every place that a link names a cell of its own", "leave the links to places outside out")
        raise MeasureRefusal(who, what, why="a link names the position of its place, counted from 0", ways=ways)


def _more(failed: Whole, links: Whole) -> str:
    return f" ({len(failed)} of {len(links)} links)" if len(failed) > 1 else ""
