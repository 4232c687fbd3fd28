"""Matching of texts: scores that another program gives, rankings made one, and assignments that are the best there are.

All texts here are made up.
"""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal, PackError, UnknownName
from xietong.measures import matching
from xietong.measures.axes import Array
from xietong.recipes.matching import Party, fits, matched, runs

TITLES = (
    "氢燃料电池膜电极制备技术", "高安全固态电池电解质材料", "工业机器人减速器精密加工", "智能网联汽车激光雷达感知算法",
    "生物医药抗体药物发现平台", "燃料电池汽车热管理系统", "机器人视觉伺服控制算法", "废旧动力电池回收与再生",
)  # fmt: skip
BM25S = [3.2382652237748935, 0.6895803854627244, 0, 0, 0, 3.377296288838574, 0, 0.719186698970963]
"""Python package bm25s, method lucene, k1 1.5, b 0.75, times k1 + 1, for the query 燃料电池."""
BM25S_OF_TWO_WORDS = [0, 0, 2.5486848, 0, 0, 0, 4.5171804, 0]
"""The same, bm25s 0.3.16 in single precision, for 机器人 控制: no pair of signs reaches over the space."""
texts = st.lists(st.text("甲乙丙丁戊", min_size=2, max_size=6), min_size=1, max_size=5)
tables = arrays(np.float64, (3, 3), elements=st.integers(0, 5).map(float))


def entries(told: list[list[int]]) -> dict[str, Array]:
    counted = [(at, term, float(n)) for at, one in enumerate(told) for term, n in Counter(one).items()]
    documents, terms, counts = (np.array(column) for column in zip(*counted, strict=True))
    lengths = np.array([float(len(one)) for one in told])
    return {"counts": counts, "terms": terms, "documents": documents, "lengths": lengths}


def asked(told: list[list[int]], queries: list[list[int]]) -> dict[str, Array]:
    made = entries(told)
    weights = matching.term_weights(**made)
    return {
        "weights": weights,
        **{key: made[key] for key in ("terms", "documents", "lengths")},
        "words": np.array([term for one in queries for term in one]),
        "queries": np.repeat(np.arange(len(queries)), [len(one) for one in queries]),
        "asked": np.array([float(len(one)) for one in queries]),
    }


def numbered(*sides: list[str]) -> list[list[list[int]]]:
    vocabulary: dict[str, int] = {}
    return [
        [[vocabulary.setdefault(word, len(vocabulary)) for run in runs(text) for word in run] for text in side]
        for side in sides
    ]


def test_scores_are_those_of_another_program() -> None:
    titles, queries = numbered(list(TITLES), ["燃料电池", "机器人 控制"])
    found = matching.scores(**asked(titles, queries))
    np.testing.assert_allclose(found[0], BM25S, atol=1e-12)
    np.testing.assert_allclose(found[1], BM25S_OF_TWO_WORDS, atol=1e-6)
    assert found.argmax(axis=1).tolist() == [5, 6]
    best = matching.leading(**asked(titles, queries), count=3)
    assert best[0, :, 0].tolist() == [5, 0, 7]
    assert best[1, :, 0].tolist() == [6, 2, -1]


@given(told=texts, queries=texts)
def test_the_leading_texts_are_the_head_of_all_scores(told: list[str], queries: list[str]) -> None:
    made = asked(*numbered(told, queries))
    every, best = matching.scores(**made), matching.leading(**made, count=3)
    for row, head in zip(every, best, strict=True):
        order = [at for at in sorted(range(len(row)), key=lambda at: (-row[at], at)) if row[at] > 0][:3]
        assert head[: len(order), 0].tolist() == order
        np.testing.assert_allclose(head[: len(order), 1], row[order])
        assert (head[len(order) :] == [-1.0, 0.0]).all()


@given(told=texts, queries=texts)
def test_scores_are_the_weights_of_shared_terms_added(told: list[str], queries: list[str]) -> None:
    told_terms, query_terms = numbered(told, queries)
    made = entries(told_terms)
    weights = matching.term_weights(**made)
    table = {(int(d), int(t)): w for d, t, w in zip(made["documents"], made["terms"], weights, strict=True)}
    expected = [[sum(table.get((at, term), 0.0) for term in one) for at in range(len(told))] for one in query_terms]
    np.testing.assert_allclose(matching.scores(**asked(told_terms, query_terms)), expected, atol=1e-12)


def test_a_rarer_term_weighs_more_and_a_second_one_adds_less() -> None:
    weights = matching.term_weights(**entries([[0, 1, 2], [0, 1, 3], [0, 1, 1]]))
    by = dict(zip([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 3), (2, 0), (2, 1)], weights, strict=True))
    assert by[0, 2] > by[0, 1]
    assert by[0, 1] < by[2, 1] < 2 * by[0, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"documents": np.array([0, 9])}, "documents holds 9"),
        ({"documents": np.array([-1, 0])}, "documents holds -1"),
        ({"counts": np.array([0.0, 1.0])}, "counts is 0"),
        ({"shortening": 1.5}, "shortening 1.5"),
        ({"saturation": -1.0}, "saturation is -1"),
    ],
)
def test_what_is_no_table_of_texts_is_refused(change: dict, said: str) -> None:
    made = entries([[0], [1]])
    with pytest.raises(MeasureRefusal, match=said):
        matching.term_weights(**{**made, **change})


def test_a_word_that_no_query_has_is_refused() -> None:
    made = asked([[0], [1]], [[0]])
    with pytest.raises(MeasureRefusal, match="queries holds 3"):
        matching.scores(**{**made, "queries": np.array([3])})


@given(first=tables, second=tables)
def test_ranks_on_both_sides_do_not_depend_on_the_side(first: Array, second: Array) -> None:
    np.testing.assert_allclose(matching.two_way(first, second).T, matching.two_way(second.T, first.T))


@given(scores=tables, factor=st.floats(0.01, 100))
def test_fusing_takes_ranks_and_no_scores(scores: Array, factor: float) -> None:
    np.testing.assert_allclose(matching.fused(scores), matching.fused(scores * factor))
    np.testing.assert_allclose(matching.fused(scores), matching.fused(scores**3))


@given(scores=tables, capacities=arrays(np.float64, (3,), elements=st.integers(0, 3).map(float)))
def test_no_assignment_is_better(scores: Array, capacities: Array) -> None:
    found = matching.assigned(scores, capacities)
    assert (found.sum(axis=1) <= 1).all()
    assert (found.sum(axis=0) <= capacities).all()
    assert not found[scores == 0].any()
    best = 0.0
    for choice in product(range(-1, 3), repeat=3):
        used = Counter(one for one in choice if one >= 0)
        if all(used[one] <= capacities[one] for one in used):
            best = max(best, sum(scores[need, one] for need, one in enumerate(choice) if one >= 0))
    assert float((scores * found).sum()) == pytest.approx(best)


def test_a_capacity_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match=r"capacity is 1\.5"):
        matching.assigned(np.ones((2, 2)), np.array([1.0, 1.5]))


# --- texts of offers and needs, made up


def test_traditional_and_wide_signs_are_the_same_text() -> None:
    assert runs("工業機器人ＰＥＭ") == runs("工业机器人pem")
    assert runs("甲 乙丙，丁戊己") == [["甲"], ["乙丙"], ["丁戊", "戊己"]]
    assert runs("— ， ") == []


OFFERS = (
    Party("o1", "氢燃料电池膜电极制备", "合成示例", ("氢能",), ("A",), 7, 300, 1),
    Party("o2", "工業機器人減速器加工", "合成示例", ("机器人",), ("B",), 8, 120, 2),
    Party("o3", "机器人视觉控制算法", "合成示例", ("机器人", "软件"), ("A",), 5, None, 1),
)
NEEDS = (
    Party("n1", "燃料电池膜电极", "", ("氢能",), ("C",), 6, 500),
    Party("n2", "机器人减速器与控制", "", ("机器人",), ("A",), 6, 100),
)


def test_the_reasons_of_a_match_add_up_to_its_score() -> None:
    found = matched(OFFERS, NEEDS)
    assert [(one.need.id, one.rank, one.offer.id) for one in found] == [
        ("n1", 1, "o1"), ("n2", 1, "o2"), ("n2", 2, "o3"),
    ]  # fmt: skip
    for one in found:
        assert sum(weight for _, weight in one.shared) == pytest.approx(one.score)
    assert [text for text, _ in found[0].shared] == ["燃料电池膜电极"]
    assert {text for text, _ in found[1].shared} == {"机器人减速器"}
    assert found[1].tests == {"field": True, "place": False, "readiness": True, "budget": False}
    assert found[2].tests == {"field": True, "place": True, "readiness": False, "budget": None}
    assert found[2].given("budget") == "100 / —"


def test_what_is_required_is_left_out_when_it_fails_and_kept_when_it_is_not_told() -> None:
    found = matched(OFFERS, NEEDS, require=["budget"])
    assert [(one.need.id, one.offer.id) for one in found] == [("n1", "o1"), ("n2", "o3")]
    with pytest.raises(UnknownName, match="colour"):
        matched(OFFERS, NEEDS, require=["colour"])


def test_an_offer_serves_no_more_needs_than_it_can() -> None:
    needs = [Party(f"n{at}", "机器人减速器") for at in range(3)]
    offers = [Party("o", "机器人减速器", capacity=2), Party("p", "减速器")]
    found = matched(offers, needs)
    assert Counter(one.offer.id for one in found if one.assigned) == {"o": 2, "p": 1}


def test_an_assigned_offer_is_shown_however_few_are_asked_for() -> None:
    needs = [Party(f"n{at}", "机器人减速器") for at in range(2)]
    offers = [Party("o", "机器人减速器"), Party("p", "减速器")]
    found = matched(offers, needs, count=1)
    assert sum(one.assigned for one in found) == 2
    assert {one.rank for one in found} == {1, 2}


def test_nothing_to_match_is_said() -> None:
    with pytest.raises(PackError, match="no need"):
        matched(OFFERS, [])
    assert matched([Party("o", "甲乙丙")], [Party("n", "丁戊己")]) == []


def test_what_one_side_does_not_tell_is_neither_yes_nor_no() -> None:
    assert fits(Party("n", "甲"), OFFERS[0]) == dict.fromkeys(("field", "place", "readiness", "budget"))
