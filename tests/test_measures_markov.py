"""Moves between classes: borders and ties, chains whose long run is known, ranks, and tables that are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import ergodic, markov, rank_markov
from xietong.measures.axes import Array

seeds = st.integers(0, 3000)


def panel(seed: int, places: int = 20, periods: int = 7) -> Array:
    generator = np.random.default_rng(seed)
    return np.asarray(generator.uniform(20, 80, (places, 1)) + generator.normal(0, 6, (places, periods)).cumsum(axis=1))


def chain(seed: int, classes: int = 4) -> Array:
    table = np.random.default_rng(seed).uniform(0.05, 1.0, (classes, classes))
    return np.asarray(table / table.sum(axis=1, keepdims=True))


@given(seed=seeds)
def test_every_place_makes_one_move_a_period(seed: int) -> None:
    values = panel(seed)
    counts = markov.transition_counts(values)
    assert counts.sum() == 20 * 6
    classes = markov.quantile_class(values)
    starting = [(classes[:, :-1] == one).sum() for one in range(5)]
    np.testing.assert_array_equal(counts.sum(axis=1), starting)
    shares = markov.transition_probabilities(values)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(shares * counts.sum(axis=1, keepdims=True), counts)


def test_equal_values_share_the_lower_class() -> None:
    values = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [2.0, 3.0], [2.0, 2.0], [3.0, 2.0], [4.0, 4.0], [5.0, 5.0]])
    classes = markov.quantile_class(values, classes=4)
    assert classes[:3, 0].tolist() == [0, 0, 0]
    assert classes[3, 0] == classes[4, 0]
    assert classes.max() == 3
    all_alike = markov.quantile_class(np.ones((8, 2)), classes=4)
    assert (all_alike == 0).all()


def test_a_class_that_nobody_was_in_has_no_shares() -> None:
    shares = markov.transition_probabilities(np.ones((8, 3)), classes=2)
    assert shares[0].tolist() == [1.0, 0.0]
    assert np.isnan(shares[1]).all()


@given(seed=seeds)
def test_growth_of_all_alike_moves_nobody_between_quantiles_of_a_period(seed: int) -> None:
    values = np.abs(panel(seed)) + 1
    grown = values[:, :1] * np.array([1.0, 1.3, 1.7, 2.4])
    assert np.count_nonzero(np.triu(markov.transition_counts(grown), 1)) == 0
    assert markov.transition_counts(grown, quantiles="pooled")[0, 1:].sum() > 0
    relative = markov.transition_counts(grown, quantiles="pooled", relative=True)
    assert relative.trace() >= markov.transition_counts(grown, quantiles="pooled").trace()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classes": 1}, "classes is 1 with 20 places"),
        ({"classes": 21}, "classes is 21 with 20 places"),
    ],
)
def test_classes_that_cannot_be_drawn_are_refused(change: dict[str, int], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        markov.transition_counts(panel(1), **change)
    with pytest.raises(MeasureRefusal, match="1 period"):
        markov.transition_counts(panel(1)[:, :1])
    with pytest.raises(MeasureRefusal, match="mean of the places is not above zero"):
        markov.transition_counts(panel(1) - 500, relative=True)


@given(seed=seeds, classes=st.integers(2, 6))
def test_the_long_run_does_not_move(seed: int, classes: int) -> None:
    table = chain(seed, classes)
    steady = ergodic.steady_state(table)
    np.testing.assert_allclose(steady @ table, steady, atol=1e-12)
    np.testing.assert_allclose(steady.sum(), 1.0)
    np.testing.assert_allclose(np.linalg.matrix_power(table, 4096)[0], steady, atol=1e-9)


@given(seed=seeds, classes=st.integers(2, 6))
def test_a_first_passage_is_one_step_and_the_passage_from_there(seed: int, classes: int) -> None:
    table = chain(seed, classes)
    times = ergodic.first_passage(table)
    through = times - np.diag(np.diagonal(times))
    np.testing.assert_allclose(times, 1 + table @ through, rtol=1e-9)
    np.testing.assert_allclose(np.diagonal(times), 1 / ergodic.steady_state(table), rtol=1e-9)


def test_several_long_runs_are_told_and_not_averaged() -> None:
    apart = np.array([[0.5, 0.5, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 0.0, 1.0]])
    with pytest.raises(MeasureRefusal, match=r"2 groups of classes are never left: \[0, 1\]; \[3\]"):
        ergodic.steady_state(apart)
    one_way = np.array([[0.9, 0.1], [0.0, 1.0]])
    assert ergodic.steady_state(one_way).tolist() == [0.0, 1.0]
    with pytest.raises(MeasureRefusal, match=r"class \[0\] is left for good"):
        ergodic.first_passage(one_way)
    with pytest.raises(MeasureRefusal, match=r"class \[1\] is never left"):
        ergodic.sojourn(one_way)
    with pytest.raises(MeasureRefusal, match=r"class \[1\] has no moves"):
        ergodic.steady_state(np.array([[0.5, 0.5], [0.0, 0.0]]))
    with pytest.raises(MeasureRefusal, match="groups of classes are never left"):
        ergodic.mobility(np.eye(3), start="steady state")


def test_a_chain_that_swaps_has_a_long_run_too() -> None:
    np.testing.assert_allclose(ergodic.steady_state(np.array([[0.0, 1.0], [1.0, 0.0]])), [0.5, 0.5])


def test_mobility_runs_from_none_to_forgetting() -> None:
    np.testing.assert_allclose(ergodic.mobility(np.eye(4)), 0.0, atol=1e-12)
    np.testing.assert_allclose(ergodic.mobility(np.full((4, 4), 0.25))[:4], 1.0)
    np.testing.assert_allclose(ergodic.mobility(np.eye(2)[::-1])[0], 2.0)


@given(seed=seeds)
def test_tables_of_one_chain_are_alike_as_often_as_they_should_be(seed: int) -> None:
    """The mean of both statistics under the hypothesis is their degrees of freedom."""
    generator = np.random.default_rng(seed)
    table = chain(7, 3)
    drawn = generator.multinomial(400, table, (60, 3, 3)).astype(float)
    found = markov.homogeneity(drawn)
    assert (found[:, 4] == 12).all()
    for at in (0, 2):
        assert abs(found[:, at].mean() - 12) < 4 * np.sqrt(2 * 12 / 60)


def test_degrees_of_freedom_count_what_is_there() -> None:
    first = np.array([[5.0, 5.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 8.0]])
    second = np.array([[3.0, 7.0, 0.0], [4.0, 4.0, 2.0], [2.0, 2.0, 6.0]])
    assert markov.homogeneity(np.stack([first, second]))[4] == 1 + 0 + 2
    same = markov.homogeneity(np.stack([first, 3 * first]))
    np.testing.assert_allclose(same[[0, 2]], 0.0, atol=1e-12)
    np.testing.assert_allclose(same[[1, 3]], 1.0)
    alone = markov.homogeneity(np.stack([first, 0 * first]))
    assert alone[4] == 0
    assert np.isnan(alone[[1, 3]]).all()
    with pytest.raises(MeasureRefusal, match="tables hold no move"):
        markov.homogeneity(np.zeros((2, 3, 3)))
    with pytest.raises(MeasureRefusal, match="spans is 7 with 6 moves"):
        markov.homogeneity_over_time(panel(1), spans=7)


@given(seed=seeds)
def test_ranks_lead_to_ranks_and_holders_to_holders(seed: int) -> None:
    values = panel(seed, 9, 6)
    ranks, holders = rank_markov.full_rank(values), rank_markov.geo_rank(values)
    for table in (ranks, holders):
        np.testing.assert_allclose(table.sum(axis=0), 1.0)
        np.testing.assert_allclose(table.sum(axis=1), 1.0)
    order = np.random.default_rng(seed).permutation(9)
    np.testing.assert_allclose(rank_markov.full_rank(values[order]), ranks)
    np.testing.assert_allclose(rank_markov.geo_rank(values[order]), holders[np.ix_(order, order)])


def test_ties_of_ranks_are_refused_unless_asked_for() -> None:
    values = np.array([[3.0, 3.0, 3.0], [2.0, 1.0, 2.0], [1.0, 1.0, 1.0]])
    with pytest.raises(MeasureRefusal, match=r"places \[1\] and \[2\] are equal in period \[1\]"):
        rank_markov.full_rank(values)
    table = rank_markov.full_rank(values, ties="in the order given")
    assert table[0].tolist() == [1.0, 0.0, 0.0]
    assert table[1].tolist() == [0.0, 0.0, 1.0]
