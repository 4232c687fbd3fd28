"""Which records are compared at all: those that share a key, or two rare pairs of signs.

Comparing a million records with each other takes 5·10¹¹ comparisons. A block is what shares a key; one larger than its
cap is not compared and is counted, so that nothing is left out in silence. A pair of signs that only one name has
brings nothing together and is passed over: a wrong sign makes two such pairs, and the name is found by its others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

RARE = 4
"""How many of its rarest pairs of signs a name is looked up by, two at a time."""
KEY_CAP, RARE_CAP = 200, 40
_BINS = 1 << 25


@dataclass(frozen=True)
class Blocks:
    """Pairs of records as two columns, and how many records stood in blocks too large to be compared."""

    one: Ints
    other: Ints
    left_out: int


def key_pairs(keys: Sequence[Iterable[str]]) -> Blocks:
    """Return the pairs of records that share a key."""
    numbers: dict[str, int] = {}
    told = [(numbers.setdefault(key, len(numbers)), at) for at, some in enumerate(keys) for key in some]
    columns = np.array(told, dtype=np.int64).reshape(-1, 2)
    return _pairs(columns[:, 0], columns[:, 1], KEY_CAP)


def rare_pairs(forms: Sequence[str], owners: Sequence[int]) -> Blocks:
    """Return the pairs of owners of which a form shares two of its rarest pairs of signs."""
    lengths = np.array([len(form) for form in forms], dtype=np.int64)
    signs = np.frombuffer("".join(forms).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    if len(signs) < 2:
        return Blocks(np.empty(0, np.int64), np.empty(0, np.int64), 0)
    form = np.repeat(np.arange(len(forms)), lengths)
    inside = form[:-1] == form[1:]
    grams = ((signs[:-1] * 1_000_003) ^ (signs[1:] * 7919))[inside] % _BINS
    form = form[:-1][inside]
    counts = np.bincount(grams, minlength=_BINS)[grams]
    useful = counts > 1
    grams, form, counts = grams[useful], form[useful], counts[useful]
    order = np.lexsort((grams, counts, form))
    grams, form = grams[order], form[order]
    starts = np.searchsorted(form, np.arange(len(forms)))
    rank = np.arange(len(form)) - starts[form]
    table = np.full((len(forms), RARE), -1, dtype=np.int64)
    table[form[rank < RARE], rank[rank < RARE]] = grams[rank < RARE]
    owned = np.array(owners, dtype=np.int64)
    keys, rows = [], []
    for a, b in combinations(range(RARE), 2):
        both = (table[:, a] >= 0) & (table[:, b] >= 0) & (table[:, a] != table[:, b])
        low, high = np.minimum(table[both, a], table[both, b]), np.maximum(table[both, a], table[both, b])
        keys.append(low * _BINS + high)
        rows.append(owned[both])
    return _pairs(np.concatenate(keys), np.concatenate(rows), RARE_CAP)


def _pairs(keys: Ints, rows: Ints, cap: int) -> Blocks:
    """Return the pairs of different rows with equal keys, each once, from blocks that are not above the cap."""
    if not len(keys):
        return Blocks(rows, rows, 0)
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    again = np.r_[False, (keys[1:] == keys[:-1]) & (rows[1:] == rows[:-1])]
    keys, rows = keys[~again], rows[~again]
    begins = np.r_[True, keys[1:] != keys[:-1]]
    sizes = np.diff(np.r_[np.flatnonzero(begins), len(keys)])
    size = np.repeat(sizes, sizes)
    left_out = len(np.unique(rows[size > cap]))
    keys, rows = keys[size <= cap], rows[size <= cap]
    one, other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for apart in range(1, int(min(cap, sizes.max()))):
        same = keys[apart:] == keys[:-apart]
        if not same.any():
            break
        one.append(rows[:-apart][same])
        other.append(rows[apart:][same])
    first, second = np.concatenate(one), np.concatenate(other)
    low, high = np.minimum(first, second), np.maximum(first, second)
    span = int(rows.max(initial=0)) + 1
    pairs = np.unique(low * span + high)
    return Blocks(pairs // span, pairs % span, left_out)


def joined(blocks: Sequence[Blocks], count: int) -> Blocks:
    """Return the pairs of several blocks, each once."""
    pairs = np.unique(np.concatenate([one.one * count + one.other for one in blocks]))
    return Blocks(pairs // count, pairs % count, sum(one.left_out for one in blocks))
