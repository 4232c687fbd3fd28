"""QAP: how often chance is taken for a tie, the collinear case for which it was made, and exactness for few places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import qap
from xietong.measures.axes import Array
from xietong.measures.measure import misuses

AWAY = ~np.eye(9, dtype=bool)


def relation(generator: np.random.Generator, count: int = 9) -> Array:
    """Return a relation whose cells hang together by sender and receiver."""
    return np.asarray(
        generator.normal(size=(count, 1)) + generator.normal(size=(1, count)) + generator.normal(0, 0.5, (count, count))
    )


def test_chance_is_taken_for_a_tie_as_often_as_it_should_and_far_more_often_when_pairs_are_counted() -> None:
    generator = np.random.default_rng(3)
    told, naive = [], []
    for seed in range(200):
        first, second = relation(generator), relation(generator)
        told.append(qap.regression(first, second[None], permutations=199, seed=seed)[0, 2])
        naive.append(misuses("qap.regression")[0].function(first, second[None])[0, 2])
    assert 0.01 < (np.array(told) <= 0.05).mean() < 0.12
    assert (np.array(naive) <= 0.05).mean() > 0.25


def test_a_relation_that_only_shares_distance_is_not_significant_beside_it() -> None:
    generator = np.random.default_rng(8)
    distance = relation(generator, 16)
    shadow = distance + 0.3 * relation(generator, 16)
    outcome = 2 * distance + 0.5 * relation(generator, 16)
    assert qap.correlation(outcome, shadow, permutations=499)[3] < 0.05
    told = qap.regression(outcome, np.stack([distance, shadow]), permutations=499)
    assert told[0, 2] < 0.05 < told[1, 2]


@given(seed=st.integers(0, 9999))
@settings(max_examples=15, deadline=None)
def test_coefficients_are_those_of_least_squares(seed: int) -> None:
    generator = np.random.default_rng(seed)
    outcome, regressors = relation(generator), np.stack([relation(generator), relation(generator)])
    told = qap.regression(outcome, regressors, permutations=5)
    rows = np.column_stack([np.ones(72), *regressors[:, AWAY]])
    found, squares = np.linalg.lstsq(rows, outcome[AWAY], rcond=None)[:2]
    np.testing.assert_allclose(told[:, 0], found[1:], rtol=1e-8)
    around = ((outcome[AWAY] - outcome[AWAY].mean()) ** 2).sum()
    np.testing.assert_allclose(told[:, 3], 1 - squares[0] / around, rtol=1e-8)


@given(seed=st.integers(0, 9999))
@settings(max_examples=15, deadline=None)
def test_few_places_need_no_seed_and_the_diagonal_takes_no_part(seed: int) -> None:
    generator = np.random.default_rng(seed)
    first, second = relation(generator, 6), relation(generator, 6)
    told = qap.correlation(first, second, seed=1)
    np.testing.assert_array_equal(told, qap.correlation(first, second, seed=2, permutations=3))
    assert told[4] == 720
    changed = second + np.diag(generator.normal(0, 50, 6))
    np.testing.assert_allclose(qap.correlation(first, changed), told, atol=1e-12)
    np.testing.assert_allclose(qap.correlation(first, -second)[[1, 2]], told[[2, 1]])
    assert qap.correlation(first, 3 * first + 1)[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: qap.correlation(t, np.ones((9, 9))), "second is the same for all pairs"),
        (lambda t: qap.correlation(t[:2, :2], t[:2, :2]), "has the shape"),
        (lambda t: qap.correlation(t, t, permutations=0), "permutations is 0"),
        (lambda t: qap.regression(t, np.stack([t.T, 2 * t.T])), r"nothing of its own at \[0\]"),
        (lambda t: qap.regression(t, np.ones((1, 9, 9))), r"nothing of its own at \[0\]"),
    ],
)
def test_what_cannot_be_told_is_refused(call, said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        call(relation(np.random.default_rng(1)))
