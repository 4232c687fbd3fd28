"""Random texts of a few terms each, every text with a term of every query; all synthetic."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

TEXTS, TERMS, QUERIES = 5, 4, 3
Front = tuple[int, ...]


def entries(generator: Generator, front: Front) -> dict[str, Any]:
    documents, terms = np.repeat(np.arange(TEXTS), TERMS), np.tile(np.arange(TERMS), TEXTS)
    return {
        "counts": generator.integers(1, 4, (*front, len(terms))).astype(np.float64),
        "terms": np.broadcast_to(terms, (*front, len(terms))).copy(),
        "documents": np.broadcast_to(documents, (*front, len(terms))).copy(),
        "lengths": generator.uniform(4, 12, (*front, TEXTS)),
    }


def asked(generator: Generator, front: Front) -> dict[str, Any]:
    given = entries(generator, front)
    words = np.array([0, 1, 1, 2, 3])
    return {
        "weights": given.pop("counts") / 7,
        **given,
        "words": np.broadcast_to(words, (*front, 5)).copy(),
        "queries": np.broadcast_to([0, 0, 1, 1, 2], (*front, 5)).copy(),
        "asked": np.broadcast_to([2.0, 2.0, 1.0], (*front, QUERIES)).copy(),
    }


def rankings(generator: Generator, front: Front) -> dict[str, Any]:
    return {"scores": generator.uniform(0.1, 1, (*front, 3, 6))}


def pairs(generator: Generator, front: Front) -> dict[str, Any]:
    return {"scores": generator.uniform(0.1, 1, (*front, 6, 4)), "capacities": np.full((*front, 4), 2.0)}


def two_lists(generator: Generator, front: Front) -> dict[str, Any]:
    return {name: generator.uniform(0.1, 1, (*front, 6, 4)) for name in ("for_needs", "for_offers")}


DATA = {
    "matching.two_way": two_lists,
    "matching.term_weights": entries,
    "matching.scores": asked,
    "matching.leading": asked,
    "matching.fused": rankings,
    "matching.assigned": pairs,
}
ORDERED = {
    "matching.term_weights": {"document"},
    "matching.scores": {"document", "query"},
    "matching.leading": {"document", "query"},
}
LENGTHS = {"matching.leading": {"rank": 2}}
CHOICES = {"matching.leading": {"count": 2}}
