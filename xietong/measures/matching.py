"""Matching texts: scores of documents for queries, several rankings made one, and who is given what.

A text is a list of terms, each a whole number; nothing here knows what a term is.  Texts stand as entries of a sparse
table: for each entry a text, a term in it, and how often it stands there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array, Axes, Labels, Whole
from xietong.measures.broadcasting import each
from xietong.measures.measure import measure
from xietong.measures.preconditions import at_least, not_negative, positive

OverEntries: TypeAlias = Annotated[Array, Axes(("entry",))]
TermsOfEntries: TypeAlias = Annotated[Whole, Axes(("entry",)), Labels("term")]
DocumentsOfEntries: TypeAlias = Annotated[Whole, Axes(("entry",)), Labels("document")]
OverDocuments: TypeAlias = Annotated[Array, Axes(("document",))]
OverWords: TypeAlias = Annotated[Array, Axes(("word",))]
TermsOfWords: TypeAlias = Annotated[Whole, Axes(("word",)), Labels("term")]
QueriesOfWords: TypeAlias = Annotated[Whole, Axes(("word",)), Labels("query")]
OverQueries: TypeAlias = Annotated[Array, Axes(("query",))]
OverQueriesAndDocuments: TypeAlias = Annotated[Array, Axes(("query", "document"))]
OverQueriesRanksAndParts: TypeAlias = Annotated[Array, Axes(("query", "rank", "part"))]
OverRankingsAndDocuments: TypeAlias = Annotated[Array, Axes(("ranking", "document"))]
OverNeedsAndOffers: TypeAlias = Annotated[Array, Axes(("need", "offer"))]
OverOffers: TypeAlias = Annotated[Array, Axes(("offer",))]

_ROBERTSON = (
    "Robertson, S. and Zaragoza, H. (2009), The Probabilistic Relevance Framework: BM25 and Beyond, Foundations and "
    "Trends in Information Retrieval 3(4): 333-389, doi 10.1561/1500000019; inverse document frequency with 1 inside "
    "the logarithm, as in Lucene, so that no weight is below zero."
)
_COUNTED = "count a term that stands in a text at least once, and leave out one that does not"


@measure(
    label="词项在文本中的BM25权重 | BM25 weight of a term in a text",
    unit="1",
    bounds=(0, None),
    reference=_ROBERTSON,
    tested="peer",
    also=("bm25_weights",),
)
def term_weights(
    counts: OverEntries,
    terms: TermsOfEntries,
    documents: DocumentsOfEntries,
    lengths: OverDocuments,
    *,
    saturation: float = 1.5,
    shortening: float = 0.75,
) -> OverEntries:
    r"""Weigh each term of a text by what it adds to the score of that text when a query has it.

    .. math:: w_{td} = \ln \Bigl( 1 + \frac{N - n_t + 0.5}{n_t + 0.5} \Bigr)
       \frac{f_{td} \, (k + 1)}{f_{td} + k \, (1 - b + b \, l_d / \bar{l})}

    :math:`f_{td}`: how often term *t* stands in text *d*; :math:`n_t`: texts that have the term; *N*: all texts;
    :math:`l_d`: terms of the text, :math:`\bar{l}` on average; *k*: ``saturation``; *b*: ``shortening``.

    Extremes: near 0 for a term that all texts have; no more than k + 1 times the logarithm, however often a term
    stands.
    Trap: the rarity of a term in a hundred texts says little; a term of the office's language may look like one of
    the subject. Scores of different collections cannot be compared.
    Errors: a count or a length of zero or below; an entry whose text or term is no position; a saturation below zero
    or a shortening outside 0 to 1.
    """
    positive("matching.term_weights", _COUNTED, counts=counts, lengths=lengths)
    _fit("matching.term_weights", saturation, shortening)

    def weigh(found: Array, of: Whole, into: Whole, long: Array) -> Array:
        _within("matching.term_weights", documents=(into, len(long)))
        holding = np.bincount(of)
        rarity = np.log1p((len(long) - holding + 0.5) / (holding + 0.5))
        norm = saturation * (1 - shortening + shortening * long / long.mean())
        weights: Array = rarity[of] * found * (saturation + 1) / (found + norm[into])
        return weights

    return each(weigh, (counts, 1), (terms, 1), (documents, 1), (lengths, 1))


@measure(
    label="BM25得分 | BM25 score",
    unit="1",
    bounds=(0, None),
    reference=_ROBERTSON,
    tested="peer",
    also=("bm25",),
)
def scores(
    weights: OverEntries,
    terms: TermsOfEntries,
    documents: DocumentsOfEntries,
    lengths: OverDocuments,
    words: TermsOfWords,
    queries: QueriesOfWords,
    asked: OverQueries,
) -> OverQueriesAndDocuments:
    r"""How well every text answers every query: the weights of the terms that they share, added up.

    .. math:: s_{qd} = \sum_{t \in q} w_{td}

    :math:`w_{td}`: weight of term *t* in text *d*, from matching.term_weights; *q*: the words of a query, each as
    often as it stands there. ``lengths`` and ``asked`` are how many terms texts and queries have; they say how many
    of both there are.

    Extremes: 0 where no term is shared.
    Trap: a table of all texts times all queries; for many of both take matching.leading, which keeps the best only.
    A longer query has higher scores: compare the texts of one query, not the queries of one text.
    Errors: a weight below zero; an entry or a word whose position is outside.
    """
    not_negative("matching.scores", weights=weights, lengths=lengths, asked=asked)

    def score(*given: Any) -> Array:
        dense: Array = _product("matching.scores", *given).toarray()
        return dense

    return each(score, *_both(weights, terms, documents, lengths, words, queries, asked))


@measure(
    label="得分最高的文本 | Leading texts",
    unit="1",
    bounds=(-1, None),
    reference=_ROBERTSON,
    tested="peer",
    parts=("文本序号 | position of the text", "得分 | score"),
)
def leading(
    weights: OverEntries,
    terms: TermsOfEntries,
    documents: DocumentsOfEntries,
    lengths: OverDocuments,
    words: TermsOfWords,
    queries: QueriesOfWords,
    asked: OverQueries,
    *,
    count: int,
) -> OverQueriesRanksAndParts:
    r"""Name the texts with the highest scores for every query, best first, without a table of all texts.

    .. math:: s_{q(1)} \ge s_{q(2)} \ge \dots \ge s_{q(c)} > 0, \qquad s_{qd} = \sum_{t \in q} w_{td}

    :math:`s_{q(r)}`: score of the text on rank *r*; *c*: ``count``; all else as for matching.scores.

    Extremes: position -1 and score 0 on the ranks for which no text shares a term. Of equal scores the first text
    stands first.
    Trap: the last rank is cut off: a text that is not listed may have the score of the last one.
    Errors: a weight below zero; an entry or a word whose position is outside; a count below one.
    """
    not_negative("matching.leading", weights=weights, lengths=lengths, asked=asked)
    at_least("matching.leading", 1, count=np.array(float(count)))

    def best(*given: Any) -> Array:
        return _best(_product("matching.leading", *given), int(count))

    return each(best, *_both(weights, terms, documents, lengths, words, queries, asked))


@measure(
    label="倒数名次融合 | Reciprocal rank fusion",
    unit="1",
    bounds=(0, None),
    reference="Cormack, G. V., Clarke, C. L. A. and Buettcher, S. (2009), Reciprocal Rank Fusion Outperforms Condorcet "
    "and Individual Rank Learning Methods, SIGIR 2009: 758-759, doi 10.1145/1571941.1572114; ties share a mean rank.",
    tested="by hand",
    zeros="零分即未列入该名单 | a score of zero is not on the list",
    scale_free=("scores",),
)
def fused(scores: OverRankingsAndDocuments, *, constant: float = 60.0) -> OverDocuments:
    r"""One score out of several rankings: what counts is the rank in each, whatever its scores measure.

    .. math:: F_d = \sum_{r :\, s_{rd} > 0} \frac{1}{k + \rho_r(d)}

    :math:`s_{rd}`: score of document *d* in ranking *r*; :math:`\rho_r(d)`: its rank there, 1 for the highest; *k*:
    ``constant``, which keeps the first ranks from deciding alone.

    Extremes: 0 for a document that no ranking lists; the number of rankings over k + 1 for one that leads them all.
    Trap: how far apart scores were is lost: a clear lead and a narrow one count alike.
    Errors: a score below zero or not finite; a constant below zero.
    """
    not_negative("matching.fused", scores=scores, constant=np.array(constant))
    fusion: OverDocuments = _reciprocal(scores, -1, constant).sum(axis=-2)
    return fusion


@measure(
    label="双向名次融合 | Two-way reciprocal ranks",
    unit="1",
    bounds=(0, None),
    reference="Cormack, G. V., Clarke, C. L. A. and Buettcher, S. (2009), Reciprocal Rank Fusion Outperforms Condorcet "
    "and Individual Rank Learning Methods, SIGIR 2009: 758-759, doi 10.1145/1571941.1572114; here of the list of a "
    "need and the list of an offer.",
    tested="by hand",
    zeros="零分即未列入该名单 | a score of zero is not on the list",
    scale_free=("for_needs", "for_offers"),
)
def two_way(
    for_needs: OverNeedsAndOffers, for_offers: OverNeedsAndOffers, *, constant: float = 60.0
) -> OverNeedsAndOffers:
    r"""Fuse for every pair the rank of the offer for the need with the rank of the need for the offer.

    .. math:: F_{ij} = \frac{[s_{ij} > 0]}{k + \rho_i(j)} + \frac{[z_{ij} > 0]}{k + \rho_j(i)}

    :math:`s_{ij}`: score of offer *j* for need *i*; :math:`z_{ij}`: score of need *i* for offer *j*;
    :math:`\rho_i(j)`: rank of the offer in the row of the need; :math:`\rho_j(i)`: rank of the need in the column of
    the offer, 1 for the highest; *k*: ``constant``.

    Extremes: 0 for a pair that neither lists; 2 over k + 1 for a pair in which each is the other's first.
    Trap: scores of two needs cannot be compared, their ranks can; a need with few offers has high ranks all the same.
    Errors: a score below zero or not finite; a constant below zero.
    """
    not_negative("matching.two_way", for_needs=for_needs, for_offers=for_offers, constant=np.array(constant))
    there = _reciprocal(for_needs, -1, constant)
    back = _reciprocal(for_offers, -2, constant)
    fusion: OverNeedsAndOffers = there + back
    return fusion


@measure(
    label="需求与成果的指派 | Assignment of needs to offers",
    unit="1",
    bounds=(0, 1),
    reference="Crouse, D. F. (2016), On Implementing 2D Rectangular Assignment Algorithms, IEEE Transactions on "
    "Aerospace and Electronic Systems 52(4): 1679-1696, doi 10.1109/TAES.2016.140952; an offer stands as often as it "
    "can serve.",
    tested="by hand",
    zeros="零分的配对不指派 | a pair with a score of zero is never assigned",
    scale_free=("scores",),
)
def assigned(scores: OverNeedsAndOffers, capacities: OverOffers) -> OverNeedsAndOffers:
    r"""Pair needs and offers for the highest sum of scores: one offer a need, as many needs an offer as it can serve.

    .. math:: \max_x \sum_{ij} s_{ij} x_{ij} = \sum_{ij} s_{ij} x^*_{ij}, \quad \sum_j x_{ij} \le 1, \;
       \sum_i x_{ij} \le c_j, \; x_{ij} \in \{0, 1\}

    :math:`s_{ij}`: score of offer *j* for need *i*; :math:`c_j`: how many needs offer *j* can serve; the result is
    :math:`x^*`, 1 where a pair is assigned.

    Extremes: all zero when no pair has a score; every need its best offer when capacities do not bind.
    Trap: best for all together is not best for each: a need may be given its second choice. Several assignments may
    have the same sum; which of them is returned depends on the order of needs and offers.
    Errors: a score below zero or not finite; a capacity that is no whole number or below zero.
    """
    not_negative("matching.assigned", scores=scores, capacities=capacities)
    if (broken := capacities[capacities != np.floor(capacities)]).size:
        raise MeasureRefusal("matching.assigned", f"a capacity is {broken[0]:g}", ways=("give whole numbers",))
    from scipy.optimize import linear_sum_assignment

    def assign(table: Array, serves: Array) -> Array:
        columns = np.repeat(np.arange(len(serves)), np.minimum(serves, len(table)).astype(np.int64))
        needs, chosen = linear_sum_assignment(table[:, columns], maximize=True)
        pairs = np.zeros_like(table)
        pairs[needs, columns[chosen]] = 1.0
        return np.where(table > 0, pairs, 0.0)

    return each(assign, (scores, 2), (capacities, 1))


def _reciprocal(scores: Array, axis: int, constant: float) -> Array:
    """Return 1 over constant plus rank along an axis, 0 for a score of zero."""
    from scipy.stats import rankdata

    ranks = rankdata(-scores, axis=axis, method="average")
    told: Array = np.where(scores > 0, 1.0 / (constant + ranks), 0.0)
    return told


def _both(
    weights: Array, terms: Whole, documents: Whole, lengths: Array, words: Whole, queries: Whole, asked: Array
) -> list[tuple[NDArray[np.generic], int]]:
    return [(one, 1) for one in (weights, terms, documents, lengths, words, queries, asked)]


def _product(
    who: str, weights: Array, terms: Whole, documents: Whole, lengths: Array, words: Whole, queries: Whole, asked: Array
) -> Any:
    from scipy.sparse import csr_array

    _within(who, documents=(documents, len(lengths)), queries=(queries, len(asked)))
    vocabulary = int(max(terms.max(), words.max())) + 1
    _within(who, terms=(terms, vocabulary), words=(words, vocabulary))
    texts = csr_array((weights, (terms, documents)), shape=(vocabulary, len(lengths)))
    wanted = csr_array((np.ones(len(words)), (queries, words)), shape=(len(asked), vocabulary))
    return wanted @ texts


def _best(table: Any, count: int) -> Array:
    """Return the highest scores of every row of a sparse table, of equal ones the first columns."""
    result = np.zeros((table.shape[0], count, 2))
    result[..., 0] = -1.0
    for row, (start, end) in enumerate(pairwise(table.indptr)):
        columns, found = table.indices[start:end], table.data[start:end]
        least = np.partition(found, -count)[-count] if len(found) > count else 0.0
        kept = np.flatnonzero((found >= least) & (found > 0))
        kept = kept[np.lexsort((columns[kept], -found[kept]))][:count]
        result[row, : len(kept)] = np.stack([columns[kept], found[kept]], axis=-1)
    return result


def _within(who: str, **positions: tuple[Whole, int]) -> None:
    for name, (told, count) in positions.items():
        if (outside := told[(told < 0) | (told >= count)]).size:
            what = f"{name} holds {outside[0]}; there are {count}"
            raise MeasureRefusal(who, what, ways=("positions are counted from 0",))


def _fit(who: str, saturation: float, shortening: float) -> None:
    if saturation < 0 or not 0 <= shortening <= 1:
        what = f"saturation is {saturation:g} and shortening {shortening:g}"
        raise MeasureRefusal(who, what, ways=("state a saturation of 0 or above and a shortening between 0 and 1",))
