"""Conditional permutations: the value of a place stays, all others are dealt anew to its neighbours.

What the neighbours of a place add up to then depends only on how many they are, on their weights, and on the value that
is not dealt: its own.  So all places with as many neighbours share their draws.  Each draw names one place more than
there are neighbours; where a draw holds the place itself, that one takes its seat, which leaves an even draw from all
the others.  With equal weights a draw has one sum for all places: the sums are sorted once, every place looks its own
up, and only the few draws in which it sits itself are counted again.  With other weights the sums of all places under a
block of draws are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from itertools import permutations as every
from math import comb, perm

import numpy as np

from xietong.measures.axes import Array, Whole
from xietong.measures.neighbours import Neighbours
from xietong.measures.rearrangements import ALL, TIE, counted

__all__ = ["lag_tails"]

_CELLS = 1 << 21


def lag_tails(who: str, links: Neighbours, values: Array, permutations: int, seed: int) -> tuple[Array, Array]:
    """Return how often the lag of a place is as high, and as low, as observed when the other values are dealt anew.

    Both are p-values, nan for a place without neighbours.  ``permutations`` of 0 deals in every possible way.

    Raises:
        MeasureRefusal: in the name of ``who``, when the number of permutations gives no p-value.
    """
    centred = values - values.mean()
    scale = TIE * float(np.abs(centred).max())
    plain, sums, lags = links.styled("binary").lag(centred), links.sums, links.lag(centred)
    uneven = links.uneven
    high, low = np.full(links.places, np.nan), np.full(links.places, np.nan)
    for degree in np.unique(links.counts[links.counts > 0]).tolist():
        for equal in (True, False):
            at = np.flatnonzero((links.counts == degree) & (uneven != equal))
            if not len(at):
                continue
            counted(who, permutations, (comb if equal else perm)(links.places - 1, degree))
            shares = np.ones((1, 1)) if equal else links.weights[links.starts[at][:, None] + np.arange(degree)]
            observed, tie = (plain[at], scale * degree) if equal else (lags[at], scale * sums[at])
            deal = _Deal(centred, at, shares, degree, observed - tie, observed + tie)
            high[at], low[at] = deal.all() if permutations == ALL else deal.drawn(permutations, seed)
    return high, low


class _Deal:
    """Places with as many neighbours each, and what these add up to: at least ``floor``, at most ``ceiling``.

    ``shares`` are the weights by place and neighbour, or one cell where they are equal.
    """

    def __init__(self, values: Array, members: Whole, shares: Array, degree: int, floor: Array, ceiling: Array) -> None:
        self.values, self.members, self.shares, self.degree = values, members, shares, degree
        self.floor, self.ceiling = floor, ceiling
        self.row = np.full(len(values), -1)
        self.row[members] = np.arange(len(members))

    @property
    def equal(self) -> bool:
        """Whether the neighbours of a place weigh the same."""
        return self.shares.size == 1

    def all(self) -> tuple[Array, Array]:
        """Deal the other values in every possible way."""
        others = range(len(self.values) - 1)
        ways = combinations(others, self.degree) if self.equal else every(others, self.degree)
        hands = np.array(list(ways), dtype=np.int64)
        high, low = np.empty(len(self.members)), np.empty(len(self.members))
        for at, member in enumerate(self.members):
            sums = (np.delete(self.values, member)[hands] * self.shares[0 if self.equal else at]).sum(axis=1)
            high[at], low[at] = (sums >= self.floor[at]).mean(), (sums <= self.ceiling[at]).mean()
        return high, low

    def drawn(self, permutations: int, seed: int) -> tuple[Array, Array]:
        """Deal at random, the same draws for all places."""
        count = self._sorted if self.equal else self._multiplied
        high, low = count(permutations, seed)
        return (1 + high) / (1 + permutations), (1 + low) / (1 + permutations)

    def _sorted(self, permutations: int, seed: int) -> tuple[Array, Array]:
        sums, high, low = [], np.zeros(len(self.members)), np.zeros(len(self.members))
        for hands in _hands(len(self.values), self.degree, permutations, seed, _CELLS // (self.degree + 1)):
            dealt = self.values[hands]
            sums.append(dealt[:, :-1].sum(axis=1))
            draw, seat, row = self._own(hands)
            was = sums[-1][draw]
            now = was - dealt[draw, seat] + dealt[draw, -1]
            floor, ceiling = self.floor[row], self.ceiling[row]
            high += np.bincount(row, (now >= floor) * 1.0 - (was >= floor), len(high))
            low += np.bincount(row, (now <= ceiling) * 1.0 - (was <= ceiling), len(low))
        ordered = np.sort(np.concatenate(sums))
        below = np.searchsorted(ordered, self.floor, side="left")
        tied = np.flatnonzero(np.append(ordered, np.inf)[below] <= self.ceiling)
        high += permutations - below
        low += below
        low[tied] += np.searchsorted(ordered, self.ceiling[tied], side="right") - below[tied]
        return high, low

    def _multiplied(self, permutations: int, seed: int) -> tuple[Array, Array]:
        high, low = np.zeros(len(self.members)), np.zeros(len(self.members))
        block = _CELLS // max(len(self.members), self.degree + 1)
        for hands in _hands(len(self.values), self.degree, permutations, seed, block):
            dealt = self.values[hands]
            lags = dealt[:, :-1] @ self.shares.T
            draw, seat, row = self._own(hands)
            lags[draw, row] += self.shares[row, seat] * (dealt[draw, -1] - dealt[draw, seat])
            high += (lags >= self.floor).sum(axis=0)
            low += (lags <= self.ceiling).sum(axis=0)
        return high, low

    def _own(self, hands: Whole) -> tuple[Whole, Whole, Whole]:
        """Return draw, seat and row of the places that sit in a draw of their own."""
        rows = self.row[hands[:, :-1]]
        draw, seat = np.nonzero(rows >= 0)
        return draw, seat, rows[draw, seat]


def _hands(places: int, degree: int, permutations: int, seed: int, block: int) -> Iterator[Whole]:
    """Yield blocks of draws: ``degree`` different places and one more, in random order."""
    generator = np.random.default_rng([seed, degree])
    size = degree + 1
    for first in range(0, permutations, max(1, block)):
        rows = min(max(1, block), permutations - first)
        if size * size > places:
            yield np.stack([generator.choice(places, size, replace=False) for _ in range(rows)])
            continue
        hands = generator.integers(places, size=(rows, size))
        while len(again := np.flatnonzero(_repeated(hands))):
            hands[again] = generator.integers(places, size=(len(again), size))
        yield hands


def _repeated(hands: Whole) -> Whole:
    ordered = np.sort(hands, axis=1)
    return np.asarray((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
