"""Values moved about among places at random, or in every possible way, and how often that reaches what was observed.

``permutations`` is how many random rearrangements are drawn; 0 asks for all of them, which only few places allow.  A
p-value of *r* rearrangements out of *m* is (r + 1) / (m + 1) when they are drawn, since the observed one is one more,
and r / m when all are there, since the observed one is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from itertools import permutations as every
from math import factorial

import numpy as np

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Whole

__all__ = ["ALL", "ALLOWED", "TIE", "Tails", "counted", "rearranged", "two_sided"]

ALL = 0
"""So many permutations ask for all."""
ALLOWED = 1_000_000
"""As many rearrangements are enumerated at most."""
TIE = 1e-10
"""Two sums of the same values in another order may differ by this part of the largest."""
_CELLS = 1 << 20


@dataclass(frozen=True)
class Tails:
    """What the rearrangements gave: their mean and spread, and how often they reached the observed from either side."""

    mean: float
    deviation: float
    greater: float
    less: float

    @property
    def both(self) -> float:
        """The two-sided p-value."""
        return float(two_sided(np.array(self.greater), np.array(self.less)))

    @property
    def parts(self) -> list[float]:
        """Mean, standard deviation, and the p-values: as high, as low, either."""
        return [self.mean, self.deviation, self.greater, self.less, self.both]


def two_sided(greater: Array, less: Array) -> Array:
    """Return twice the smaller of two one-sided p-values, at most 1."""
    return np.asarray(np.minimum(1.0, 2 * np.minimum(greater, less)))


def counted(who: str, permutations: int, ways: int) -> None:
    """Refuse a number of permutations that cannot give a p-value, or all of them where they are too many.

    ``ways`` is how many rearrangements there are.

    Raises:
        MeasureRefusal: when it is neither 0 nor 99 or more, or 0 and more than a million would be enumerated.
    """
    if permutations != ALL and permutations < 99:
        why, ways_out = "with fewer the p-value cannot fall to 0.01", ("state 99, 999 or 9999, or 0 for all of them",)
        raise MeasureRefusal(who, f"permutations is {permutations}", why=why, ways=ways_out)
    if permutations == ALL and ways > ALLOWED:
        what = f"permutations is 0, and there are {ways:,} rearrangements" if ways < 10**18 else "permutations is 0"
        why = f"all are enumerated up to {ALLOWED:,}"
        raise MeasureRefusal(who, what, why=why, ways=("state how many are drawn at random, such as 999",))


def rearranged(
    who: str, values: Array, statistic: Callable[[Array], Array], permutations: int, seed: int
) -> tuple[float, Tails]:
    """Return a statistic of values as they stand, and what it is when the values are moved about.

    ``statistic`` takes rows of values, places last, and gives one number a row.

    Raises:
        MeasureRefusal: as ``counted`` does.
    """
    counted(who, permutations, factorial(min(len(values), 20)))
    drawn = np.concatenate([statistic(values[rows]) for rows in _orders(len(values), permutations, seed)])
    observed = float(statistic(values[None])[0])
    tie = TIE * max(abs(observed), float(np.abs(drawn).max()))
    extra = 0 if permutations == ALL else 1
    reached = [
        (extra + int(hit.sum())) / (extra + len(drawn)) for hit in (drawn >= observed - tie, drawn <= observed + tie)
    ]
    return observed, Tails(float(drawn.mean()), float(drawn.std(ddof=extra)), *reached)


def _orders(places: int, permutations: int, seed: int) -> Iterator[Whole]:
    """Yield blocks of orders of the places, one a row."""
    block = max(1, _CELLS // places)
    if permutations == ALL:
        orders = every(range(places))
        while rows := list(islice(orders, block)):
            yield np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * places).reshape(-1, places)
        return
    generator = np.random.default_rng(seed)
    for first in range(0, permutations, block):
        count = min(block, permutations - first)
        yield generator.permuted(np.broadcast_to(np.arange(places), (count, places)), axis=1)
