"""Offers and needs brought together: their texts as pairs of signs, scores by measures, and the reason for each match.

Texts are folded (traditional characters, widths, look-alikes, case) and cut into overlapping pairs of signs, so that no
segmenter and no dictionary decides what can be found. The numbers come from ``measures.matching``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xietong.errors import PackError, UnknownName
from xietong.library.labels import Label
from xietong.library.spelling import folded
from xietong.recipes.measuring import Given, measured

MEASURES = ("matching.term_weights", "matching.scores", "matching.two_way", "matching.assigned")
"""The formulas that stand behind a match."""
TESTS: Mapping[str, Label] = {
    "field": Label("领域相同", "same field"),
    "place": Label("同地", "same place"),
    "readiness": Label("成熟度够", "ready enough"),
    "budget": Label("预算够", "within budget"),
}
"""What is compared beside the text."""
FITS = {True: Label("是", "yes"), False: Label("否", "no"), None: Label("未说明", "not told")}


@dataclass(frozen=True)
class Party:
    """An offer or a need: its text, and what is known beside it; ``money`` is a price or a budget, in one unit."""

    id: str
    name: str
    text: str = ""
    fields: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    readiness: float | None = None
    money: float | None = None
    capacity: int = 1
    where: str = ""

    @property
    def words(self) -> list[list[str]]:
        """Return the pairs of signs of name and text, run by run."""
        return runs(f"{self.name} {self.text}")


@dataclass(frozen=True)
class Match:
    """An offer for a need: its rank, its score by text, the ranks of both lists fused, and why.

    ``shared`` are the runs of signs that both texts have, with what each adds to the score; they add up to it.
    ``tests`` say of field, place, readiness and budget whether they fit, None where one side does not tell.
    """

    need: Party
    offer: Party
    rank: int
    score: float
    fused: float
    shared: tuple[tuple[str, float], ...]
    tests: Mapping[str, bool | None] = field(default_factory=dict)
    assigned: bool = False

    def given(self, test: str) -> str:
        """Return what need and offer say of a test, ``6 / 8``; a dash where one says nothing."""
        return f"{_said(self.need, test)} / {_said(self.offer, test)}"


def runs(text: str) -> list[list[str]]:
    """Return the pairs of signs of a text, folded, run by run of letters and digits; a lone sign stands for itself."""
    told = (folded(run) for run in "".join(sign if sign.isalnum() else " " for sign in text).split())
    return [[a + b for a, b in pairwise(run)] or [run] for run in told if run]


def fits(need: Party, offer: Party) -> dict[str, bool | None]:
    """Return for each of `TESTS` whether an offer fits a need, None where one of them does not tell."""
    return {
        "field": bool({*need.fields} & {*offer.fields}) if need.fields and offer.fields else None,
        "place": bool({*need.places} & {*offer.places}) if need.places and offer.places else None,
        "readiness": None if None in (need.readiness, offer.readiness) else _least(need.readiness, offer.readiness),
        "budget": None if None in (need.money, offer.money) else _least(offer.money, need.money),
    }


def matched(
    offers: Sequence[Party], needs: Sequence[Party], *, count: int = 5, require: Sequence[str] = ()
) -> list[Match]:
    """Return the best offers for each need, at most ``count``, in the order of needs and ranks.

    A pair that fails one of the tests in ``require`` is left out; one of which it is not known stays, and says so.

    Raises:
        UnknownName: when a test is none of `TESTS`.
        PackError: when there is no offer or no need.
    """
    for one in require:
        if one not in TESTS:
            raise UnknownName("match", "test", one, TESTS)
    for kind, parties in (("offer", offers), ("need", needs)):
        if not parties:
            raise PackError("match", f"there is no {kind}", ways=(f"bring {kind}s in: one a line, with a name",))
    vocabulary = _vocabulary([*offers, *needs])
    tests = {(n, o): fits(need, offer) for n, need in enumerate(needs) for o, offer in enumerate(offers)}
    open_pairs = np.ones((len(needs), len(offers)), dtype=bool)
    for pair, told in tests.items():
        open_pairs[pair] = all(told[one] is not False for one in require)
    supply, demand = _Texts.of(offers, vocabulary), _Texts.of(needs, vocabulary)
    score = np.where(open_pairs, supply.scores(demand), 0.0)
    back = np.where(open_pairs, demand.scores(supply).T, 0.0)
    fused = measured("matching.two_way", {"for_needs": Given(score), "for_offers": Given(back)}).values
    capacities = Given(np.array([float(one.capacity) for one in offers]))
    given = measured("matching.assigned", {"scores": Given(fused), "capacities": capacities}).values
    found = []
    for n, need in enumerate(needs):
        order = sorted(np.flatnonzero(fused[n] > 0).tolist(), key=lambda o: (-fused[n, o], -score[n, o], o))
        kept = [*order[:count], *(o for o in order[count:] if given[n, o])]
        for o in kept:
            shared = tuple(supply.shared(o, need.words, vocabulary))
            numbers = (order.index(o) + 1, float(score[n, o]), float(fused[n, o]))
            found.append(Match(need, offers[o], *numbers, shared, tests[n, o], bool(given[n, o])))
    return found


def _said(party: Party, test: str) -> str:
    number = {"readiness": party.readiness, "budget": party.money}.get(test)
    several = {"field": party.fields, "place": party.places}.get(test, ())
    return "、".join(several) or ("—" if number is None else f"{number:g}")


def _least(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low <= high


def _vocabulary(parties: Sequence[Party]) -> dict[str, int]:
    words = (word for party in parties for run in party.words for word in run)
    return {word: at for at, word in enumerate(dict.fromkeys(words))}


@dataclass(frozen=True)
class _Texts:
    """Texts as a sparse table: an entry for each text and term, with its weight."""

    terms: NDArray[np.int64]
    documents: NDArray[np.int64]
    lengths: NDArray[np.float64]
    weights: NDArray[np.float64]
    words: NDArray[np.int64]
    queries: NDArray[np.int64]

    @classmethod
    def of(cls, parties: Sequence[Party], vocabulary: Mapping[str, int]) -> _Texts:
        told = [[vocabulary[word] for run in party.words for word in run] for party in parties]
        counted = [(at, term, float(n)) for at, one in enumerate(told) for term, n in Counter(one).items()]
        documents, terms, counts = (np.array(column) for column in zip(*counted, strict=True))
        lengths = np.array([float(len(one)) for one in told])
        weights = measured(
            "matching.term_weights",
            {
                "counts": Given(counts),
                "terms": Given(terms),
                "documents": Given(documents),
                "lengths": Given(lengths),
            },
        )
        words = np.array([term for one in told for term in one])
        queries = np.repeat(np.arange(len(told)), [len(one) for one in told])
        return cls(terms, documents, lengths, weights.values, words, queries)

    def scores(self, asking: _Texts) -> NDArray[np.float64]:
        """Return the score of each of these texts for each of those that ask, a row for each of the latter."""
        data = {
            "weights": Given(self.weights),
            "terms": Given(self.terms),
            "documents": Given(self.documents),
            "lengths": Given(self.lengths),
            "words": Given(asking.words),
            "queries": Given(asking.queries),
            "asked": Given(asking.lengths),
        }
        return measured("matching.scores", data).values

    def shared(
        self, document: int, asked: list[list[str]], vocabulary: Mapping[str, int]
    ) -> Iterator[tuple[str, float]]:
        """Yield the runs of signs of a query that a text has, pairs that follow each other put together, best first."""
        entries = np.flatnonzero(self.documents == document)
        weight = dict(zip(self.terms[entries].tolist(), self.weights[entries].tolist(), strict=True))
        found: dict[str, float] = {}
        for run in asked:
            text, added = "", 0.0
            for word in [*run, ""]:
                known = weight.get(vocabulary[word]) if word else None
                if known is None:
                    found[text] = found.get(text, 0.0) + added
                    text, added = "", 0.0
                else:
                    text, added = text + word[-1] if text else word, added + known
        found.pop("", None)
        yield from sorted(((text, float(added)) for text, added in found.items()), key=lambda one: (-one[1], one[0]))
