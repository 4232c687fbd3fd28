"""2,000 queries on 95,559 short names, the ten best of each: ours beside a plain inverted index in Python.

Names and queries are synthetic: runs of 4 to 12 signs, drawn by how often a sign of rank r occurs, about 1 / r. Both sides
have the weights of all terms ready; both must name the same texts with the same scores.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures import matching

NAMES, QUERIES, BEST, SIGNS = 95_559, 2_000, 10, 3_000


def names(count: int, seed: int) -> list[list[int]]:
    """Return synthetic names as the numbers of their pairs of signs."""
    generator = np.random.default_rng(seed)
    chances = 1 / np.arange(1, SIGNS + 1)
    signs = generator.choice(SIGNS, (count, 12), p=chances / chances.sum())
    lengths = generator.integers(4, 13, count)
    return [[a * SIGNS + b for a, b in pairwise(row[:n].tolist())] for row, n in zip(signs, lengths, strict=True)]


def given(texts: list[list[int]], queries: list[list[int]]) -> dict[str, Any]:
    """Return texts and queries as the measure takes them, terms counted from 0."""
    known: dict[int, int] = {}
    for one in (*texts, *queries):
        for term in one:
            known.setdefault(term, len(known))
    entries = [(at, known[term], n) for at, one in enumerate(texts) for term, n in Counter(one).items()]
    documents, terms, counts = (np.array(column) for column in zip(*entries, strict=True))
    lengths = np.array([float(len(one)) for one in texts])
    return {
        "weights": matching.term_weights(counts.astype(float), terms, documents, lengths),
        "terms": terms,
        "documents": documents,
        "lengths": lengths,
        "words": np.array([known[term] for one in queries for term in one]),
        "queries": np.repeat(np.arange(len(queries)), [len(one) for one in queries]),
        "asked": np.array([float(len(one)) for one in queries]),
    }


def plain(made: dict[str, Any]) -> Callable[[], list[list[tuple[int, float]]]]:
    """Return a search in plain Python: for each term the texts that have it, with their weights."""
    postings: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for term, document, weight in zip(*(made[key].tolist() for key in ("terms", "documents", "weights")), strict=True):
        postings[term].append((document, weight))
    asked: dict[int, list[int]] = defaultdict(list)
    for query, term in zip(made["queries"].tolist(), made["words"].tolist(), strict=True):
        asked[query].append(term)

    def run() -> list[list[tuple[int, float]]]:
        found = []
        for query in range(len(made["asked"])):
            scores: dict[int, float] = defaultdict(float)
            for term in asked[query]:
                for document, weight in postings.get(term, ()):
                    scores[document] += weight
            found.append(sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:BEST])
        return found

    return run


def ours(made: dict[str, Any]) -> Callable[[], Any]:
    return lambda: matching.leading(**made, count=BEST)


def races() -> Iterator[Race]:
    """Yield the race against the plain index."""
    made = given(names(NAMES, 1), names(QUERIES, 2))
    mine, other = ours(made)(), plain(made)()
    for row, expected in zip(mine, other, strict=True):
        np.testing.assert_allclose(row[: len(expected), 1], [score for _, score in expected], rtol=1e-9)
    work = f"BM25, the {BEST} best of {NAMES:,} names for {QUERIES:,} queries, pairs of signs"
    yield race(work, "an inverted index in plain Python, written out here", 5, ours(made), plain(made))


def growths() -> Iterator[Growth]:
    """Yield searches and weights at growing numbers of names."""
    sizes = [20_000, 95_559, 400_000]
    made = {size: given(names(size, 1), names(QUERIES, 2)) for size in sizes}
    yield growth(f"the {BEST} best names for {QUERIES:,} queries", "names", sizes, lambda size: ours(made[size]))
    keys = ("terms", "documents", "lengths")

    def weights(size: int) -> Callable[[], Any]:
        taken = {key: made[size][key] for key in keys}
        counts = np.ones(len(taken["terms"]))
        return lambda: matching.term_weights(counts, **taken)

    yield growth("BM25 weights of all terms", "names", sizes, weights)
