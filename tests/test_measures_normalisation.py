"""Scores of indicators: order, ends, years on one scale, and the peers' mistakes with negative directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from xietong.errors import MeasureRefusal
from xietong.measures import normalisation as n
from xietong.measures.axes import Array

tables = arrays(np.float64, (7, 3), elements=st.integers(1, 6).map(float))
DIRECTIONS = np.array([1.0, -1.0, 1.0])


@given(values=tables, ties=st.sampled_from(["average", "lowest"]))
def test_ranks_are_those_of_scipy(values: Array, ties) -> None:
    expected = rankdata(values * DIRECTIONS, axis=0, method={"lowest": "min"}.get(ties, ties))
    np.testing.assert_array_equal(n.ranks(values, DIRECTIONS, ties=ties), expected)
    np.testing.assert_array_equal(n.borda(values, DIRECTIONS, ties=ties), expected - 1)
    np.testing.assert_allclose(n.percentile_ranks(values, DIRECTIONS, ties=ties), (expected - 1) / 6)


@given(values=arrays(np.float64, (7, 3), elements=st.floats(1, 100), unique=True))
def test_every_score_keeps_the_order_and_has_its_ends(values: Array) -> None:
    order = rankdata(values * DIRECTIONS, axis=0)
    for scores in (
        n.min_max(values, DIRECTIONS),
        n.z_scores(values, DIRECTIONS, sample=True),
        n.distance_to_best(values, DIRECTIONS),
        n.distance_to_target(values, np.array([200.0, 0, 200]), DIRECTIONS, beyond="kept"),
        n.goalposts(values, np.array([0.0, 200, 0]), np.array([200.0, 0, 200]), beyond="kept"),
    ):
        for column in range(3):
            assert (np.diff(scores[np.argsort(order[:, column]), column]) >= 0).all()
    assert n.min_max(values, DIRECTIONS).min(axis=0).tolist() == [0, 0, 0]
    assert n.min_max(values, DIRECTIONS).max(axis=0).tolist() == [1, 1, 1]


@given(values=arrays(np.float64, (8, 2), elements=st.integers(-50, 50).map(float), unique=True))
def test_z_scores_have_mean_zero_and_the_chosen_deviation_one(values: Array) -> None:
    for sample in (True, False):
        scores = n.z_scores(values, np.array([1.0, -1.0]), sample=sample)
        np.testing.assert_allclose(scores.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(scores.std(axis=0, ddof=int(sample)), 1)


def test_a_region_that_rises_as_a_whole_is_seen_to_rise() -> None:
    """T14: on a scale of its own every year looks alike."""
    values = np.stack([np.arange(4.0), np.arange(4.0) + 10], axis=-1)[..., None]
    pooled, yearly = n.pooled_min_max(values, np.ones(1)), n.yearly_min_max(values, np.ones(1))
    assert (pooled[:, 1] > pooled[:, 0]).all()
    np.testing.assert_array_equal(yearly[:, 1], yearly[:, 0])
    stacked = n.min_max(values.reshape(8, 1), np.ones(1)).reshape(4, 2, 1)
    np.testing.assert_array_equal(pooled, stacked)


def test_less_is_better_is_never_turned_into_more_is_better() -> None:
    """T10: a peer divides the turned values by the largest of them, so that the worst place has the most."""
    values = np.array([[2.0], [4.0], [8.0]])
    assert n.distance_to_best(values, -np.ones(1)).ravel().tolist() == [1, 0.5, 0.25]
    assert n.fraction_of_turned_maximum(values, -np.ones(1)).ravel().tolist() == [1, 2, 4]
    with pytest.raises(MeasureRefusal, match="best_value is 0 at"):
        n.distance_to_best(np.array([[0.0], [4.0]]), -np.ones(1))


def test_goalposts_do_not_move_with_the_sample() -> None:
    values, worst, best = np.array([[5.0], [30.0]]), np.array([20.0]), np.array([10.0])
    assert n.goalposts(values, worst, best, beyond="kept").ravel().tolist() == [1.5, -1]
    assert n.goalposts(values, worst, best, beyond="clipped").ravel().tolist() == [1, 0]
    np.testing.assert_array_equal(n.goalposts(values[:1], worst, best, beyond="kept"), [[1.5]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: n.min_max(np.ones((3, 2)), np.ones(2)), "range_of_values is 0 at [0]"),
        (lambda: n.pooled_min_max(np.ones((3, 2, 1)), np.ones(1)), "range_of_values is 0 at [0]"),
        (lambda: n.z_scores(np.full((3, 1), 0.1 + 0.2), np.ones(1), sample=False), "range_of_values is 0 at [0]"),
        (lambda: n.min_max(np.eye(2), np.array([1.0, 0.0])), "directions is 0 at [1]"),
        (lambda: n.ranks(np.eye(2), np.array([2.0, 1.0])), "directions is 2 at [0]"),
        (lambda: n.percentile_ranks(np.ones((1, 1)), np.ones(1)), "other_places is 0"),
        (
            lambda: n.goalposts(np.eye(2), np.ones(2), np.array([2.0, 1]), beyond="kept"),
            "distance_of_goalposts is 0 at [1]",
        ),
        (lambda: n.distance_to_best(np.array([[-1.0]]), np.ones(1)), "values is -1 at [0, 0]"),
        (lambda: n.distance_to_reference(np.eye(2), np.array([1.0, 0.0])), "reference is 0 at [1]"),
        (
            lambda: n.distance_to_target(np.eye(2), np.zeros(2), np.ones(2), beyond="kept"),
            "way_of_the_worst is 0 at [0]",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
