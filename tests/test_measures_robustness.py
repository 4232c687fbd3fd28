"""Robustness of an index: absent cells share their weight, draws bracket the value, factors are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xietong.errors import MeasureRefusal
from xietong.measures import robustness
from xietong.measures.axes import Array
from xietong.measures.uncertainty import rank_intervals

STILL: dict[str, Any] = {"aggregation": "arithmetic", "weight_spread": 0.0}
VARIED: dict[str, Any] = {"aggregation": "arithmetic_or_geometric", "weight_spread": 0.5}
ONES = np.ones(2)


def scores(*alternatives: list[list[list[float]]], axis: int = 0) -> Array:
    """Return tables [place, period, indicator] as alternatives of one choice: 0 normalisation, 1 reading, 2 missing."""
    table = np.array(alternatives, dtype=float)
    shape = [1, 1, 1]
    shape[axis] = len(alternatives)
    return table.reshape(*shape, *table.shape[1:])


def test_an_absent_score_has_no_weight_and_nothing_stands_for_it() -> None:
    table = scores([[[2.0, np.nan], [4.0, 8.0]], [[np.nan, np.nan], [6.0, 6.0]]])
    found = robustness.index_values(table, ONES, **STILL, replications=4)
    np.testing.assert_allclose(found[0, :, 0], [2.0, 6.0])
    assert np.isnan(found[1, 0]).all()
    assert np.isnan(robustness.index_changes(table, ONES, **STILL, replications=4)[1]).all()
    ranks = robustness.index_ranks(table, ONES, **STILL, replications=4)
    assert ranks[0, 0, 0] == 1
    assert np.isnan(ranks[1, 0]).all()


def test_a_change_that_a_choice_turns_has_a_share_of_draws() -> None:
    rises, falls = [[[10.0, 10.0], [12.0, 12.0]]], [[[10.0, 10.0], [9.0, 9.0]]]
    change = robustness.index_changes(scores(rises, falls, axis=1), ONES, **STILL, replications=4000, low=0, high=1)
    np.testing.assert_allclose(change[0, :3], [2.0, -1.0, 2.0])
    assert change[0, 3] == pytest.approx(0.5, abs=0.03)


def test_both_ends_of_a_change_have_the_same_choices() -> None:
    table = scores([[[10.0, 80.0], [11.0, 81.0]]])
    values = robustness.index_values(table, ONES, **STILL | {"weight_spread": 0.5}, replications=500)
    change = robustness.index_changes(table, ONES, **STILL | {"weight_spread": 0.5}, replications=500)
    assert (values[0, :, 3] - values[0, :, 2]).min() > 10
    np.testing.assert_allclose(change[0], [1.0, 1.0, 1.0, 1.0], rtol=1e-9)


def test_a_geometric_mean_goes_with_the_first_scale_only() -> None:
    table = scores([[[1.0, 9.0]]], [[[-5.0, 5.0]]])
    options = robustness.single_choices(table, ONES, aggregation="geometric_or_arithmetic", weight_spread=0.5)
    np.testing.assert_allclose(options[:3, 0, 0], [3.0, 0.0, 5.0])
    with pytest.raises(MeasureRefusal, match="scores is -5"):
        robustness.single_choices(table[::-1], ONES, aggregation="geometric", weight_spread=0.5)


def test_ranks_agree_with_those_of_uncertainty_where_only_weights_are_drawn() -> None:
    table = np.random.default_rng(3).uniform(1, 9, (12, 1, 5))
    choices: dict[str, Any] = {"aggregation": "arithmetic", "weight_spread": 0.5, "replications": 4000}
    ours = robustness.index_ranks(table[None, None, None], np.ones(5), **choices)[:, 0]
    other = rank_intervals(table[:, 0][None], np.ones(5), **choices)
    np.testing.assert_array_equal(ours[:, 0], other[:, 0])
    np.testing.assert_allclose(ours[:, 1:3], other[:, 3:5], atol=1)
    np.testing.assert_allclose(ours[:, 3], other[:, 5], atol=0.04)


@pytest.mark.parametrize(("axis", "factor"), [(0, "normalisation"), (1, "reading"), (2, "missing")])
def test_the_only_choice_that_varies_explains_everything(axis: int, factor: str) -> None:
    rises, falls = [[[10.0, 10.0], [12.0, 12.0]]], [[[10.0, 10.0], [9.0, 9.0]]]
    shares = robustness.change_sensitivity(scores(rises, falls, axis=axis), ONES, **STILL, replications=256)[0]
    at = robustness.FACTORS.index(factor)
    np.testing.assert_allclose(shares[2 * at : 2 * at + 2], 1.0, atol=0.05)
    np.testing.assert_allclose(np.delete(shares, [2 * at, 2 * at + 1]), 0.0, atol=1e-9)


@pytest.mark.parametrize(("factor", "choices"), [
    ("weights", {"aggregation": "arithmetic", "weight_spread": 0.5}),
    ("aggregation", {"aggregation": "arithmetic_or_geometric", "weight_spread": 0.0}),
])  # fmt: skip
def test_weights_and_mean_are_factors_of_their_own(factor: str, choices: dict[str, Any]) -> None:
    table = scores([[[10.0, 60.0], [50.0, 55.0]], [[40.0, 42.0], [41.0, 48.0]]])
    at = robustness.FACTORS.index(factor)
    for shares in robustness.change_sensitivity(table, ONES, **choices, replications=512):
        np.testing.assert_allclose(shares[2 * at : 2 * at + 2], 1.0, atol=0.1)
        np.testing.assert_allclose(np.delete(shares, [2 * at, 2 * at + 1]), 0.0, atol=1e-9)


def test_a_ranking_that_one_normalisation_turns() -> None:
    first, second = [[[9.0, 9.0]], [[1.0, 1.0]]], [[[1.0, 1.0]], [[9.0, 9.0]]]
    shares = robustness.rank_sensitivity(scores(first, second), ONES, **STILL, replications=256)
    np.testing.assert_allclose(shares[:2], 1.0, atol=0.05)
    ranks = robustness.index_ranks(scores(first, second), ONES, **STILL, replications=2000)
    np.testing.assert_array_equal(ranks[:, 0, :3], [[1, 1, 2], [2, 1, 2]])


def test_one_scale_keeps_what_each_normalisation_makes_of_the_indicators() -> None:
    goalposts = np.array([[[10.0, 40.0], [20.0, 42.0]]])
    equal = np.array([[[0.0, 0.0], [1.0, 1.0]]])
    first, second = robustness.common_scale(np.stack([goalposts, equal]))
    np.testing.assert_array_equal(first, goalposts)
    moved = second[0, 1] - second[0, 0]
    assert moved[0] == pytest.approx(moved[1])
    assert second.mean() == pytest.approx(goalposts.mean())
    assert np.sqrt(second.var(axis=(0, 1)).mean()) == pytest.approx(np.sqrt(goalposts.var(axis=(0, 1)).mean()))


@pytest.mark.parametrize(("change", "says"), [
    ({"weight_spread": 1.5}, "weight_spread is 1.5"), ({"replications": 0}, "replications is 0"),
    ({"low": 0.9, "high": 0.1}, "low is 0.9"),
])  # fmt: skip
def test_a_choice_out_of_range_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MeasureRefusal, match=says):
        robustness.index_values(scores([[[1.0, 2.0]]]), ONES, **{**VARIED, **change})


def test_the_same_seed_gives_the_same_draws() -> None:
    table = np.random.default_rng(1).uniform(1, 9, (3, 2, 2, 4, 3, 5))
    first, again, other = (robustness.index_values(table, np.ones(5), **VARIED, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
