"""Uncertainty of indices: nothing varies, everything varies, ties, dominance, and a plain loop that gives the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import replications
from xietong.measures.axes import Array
from xietong.measures.replications import Spread
from xietong.measures.uncertainty import (
    outranking_frequencies,
    rank_intervals,
    score_intervals,
    simulated_ranks,
    top_frequencies,
)

VARIED: dict[str, Any] = {"aggregation": "any_of_three", "weight_spread": 0.5, "left_out": True, "replications": 60}
SPREAD = Spread("any_of_three", 0.5, "uniform", True, 60)
whole_scores = st.tuples(st.integers(1, 3), st.integers(2, 7), st.integers(2, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(1, 4).map(float))
)


def tables(seed: int = 1, alternatives: int = 3, places: int = 30, indicators: int = 5) -> Array:
    return np.random.default_rng(seed).uniform(1, 9, (alternatives, places, indicators))


def one_by_one(scores: Array, draws: replications.Draws) -> tuple[Array, Array]:
    """Scores and ranks in every draw, by their definitions; sums without rounding order, ties within a billionth."""
    found, order = [], []
    for alternative, mean, weights in zip(draws.alternative, draws.mean, draws.weights, strict=True):
        table = scores[alternative]
        if mean == 0:
            value = (table * weights).sum(axis=1)
        elif mean == 1:
            value = np.prod(table**weights, axis=1)
        else:
            value = 1 / (weights / table).sum(axis=1)
        found.append(value)
        order.append(1 + (value[None, :] > value[:, None] * (1 + 1e-9)).sum(axis=1))
    return np.array(found), np.array(order)


# --- against definitions


@settings(deadline=None)
@given(scores=whole_scores, noise=st.sampled_from(["uniform", "dirichlet"]), equal=st.booleans())
def test_ranks_and_scores_are_those_of_a_plain_loop_also_with_ties(scores: Array, noise: Any, equal: bool) -> None:
    weights = np.ones(scores.shape[2]) if equal else np.arange(1.0, scores.shape[2] + 1)
    spread = Spread("any_of_three", 0.0 if equal else 0.5, noise, True, 40)
    draws = replications.at_random(weights, len(scores), spread, 3)
    values, order = one_by_one(scores, draws)
    np.testing.assert_array_equal(replications.ranks(scores, draws), order)
    np.testing.assert_allclose(replications.composites(scores, draws), values, rtol=1e-12)


@pytest.mark.parametrize("places", [1, 2, 700, 5000])
def test_many_places_are_sorted_in_parts(places: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = tables(places=places, indicators=3)
    draws = replications.at_random(np.ones(3), 3, SPREAD, 1)
    whole = replications.ranks(scores, draws)
    if places < 1000:
        np.testing.assert_array_equal(whole, one_by_one(scores, draws)[1])
    monkeypatch.setattr(replications, "_BLOCK", 7 * places)
    monkeypatch.setattr(replications, "_CHUNK", 2 * places)
    np.testing.assert_array_equal(replications.ranks(scores, draws), whole)


@pytest.mark.parametrize("far", [0.0, 1e3, 1e12])
def test_two_places_alike_tie_in_every_draw_however_sums_are_rounded(far: float) -> None:
    scores = tables(places=600, indicators=37) + far
    scores[0, 5, 0] *= 1e6
    scores[:, 300:] = scores[:, 300:0:-1]
    found = replications.ranks(scores, replications.at_random(np.ones(37), 3, SPREAD, 1))
    np.testing.assert_array_equal(found[:, 300:], found[:, 300:0:-1])
    assert (found.min(axis=1) == 1).all()


def test_places_that_differ_by_more_than_rounding_do_not_tie() -> None:
    scores = np.array([[[1.0, 1.0], [1.0, 1.0 + 1e-13], [1e6, 1.0]]])
    found = replications.ranks(
        scores, replications.at_random(np.ones(2), 1, Spread("arithmetic", 0, "uniform", False, 5), 1)
    )
    np.testing.assert_array_equal(found, np.repeat([[3, 2, 1]], 5, axis=0))


@given(arrays(np.int16, (4, 23), elements=st.integers(1, 40)), st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: Any, share: float) -> None:
    np.testing.assert_allclose(
        replications.quantiles(values, share)[:, 0], np.quantile(values, share, axis=0), rtol=1e-12
    )


def test_parts_are_statistics_of_the_draws() -> None:
    scores, weights = tables(), np.arange(1.0, 6.0)
    draws = replications.at_random(weights, 3, SPREAD, 4)
    values, order = one_by_one(scores, draws)
    found = rank_intervals(scores, weights, **VARIED, low=0.1, high=0.8, seed=4)
    published = 1 + (scores[0] @ weights > (scores[0] @ weights)[:, None]).sum(axis=1)
    np.testing.assert_array_equal(found[:, 0], published)
    np.testing.assert_allclose(found[:, [1, 3, 4]], np.quantile(order, [0.5, 0.1, 0.8], axis=0).T)
    np.testing.assert_allclose(found[:, 2], order.mean(axis=0))
    np.testing.assert_allclose(found[:, 5], (order == published).mean(axis=0))
    told = score_intervals(scores, weights, **VARIED, low=0.1, high=0.8, seed=4)
    np.testing.assert_allclose(told[:, [1, 3, 4]], np.quantile(values, [0.5, 0.1, 0.8], axis=0).T)
    np.testing.assert_allclose(told[:, 0], scores[0] @ weights / weights.sum())
    first = top_frequencies(scores, weights, top=3, **VARIED, seed=4)
    np.testing.assert_allclose(first, (order <= 3).mean(axis=0))
    before = outranking_frequencies(scores, weights, **VARIED, seed=4)
    np.testing.assert_allclose(
        before[2, 7], (order[:, 2] < order[:, 7]).mean() + (order[:, 2] == order[:, 7]).mean() / 2
    )
    np.testing.assert_allclose(before + before.T, 1)


# --- what must hold


@settings(deadline=None)
@given(scores=whole_scores)
def test_nothing_varies_then_every_part_is_the_nominal_rank(scores: Array) -> None:
    found = rank_intervals(
        scores[:1], np.ones(scores.shape[2]), aggregation="geometric", weight_spread=0, replications=9
    )
    assert (found[:, :5] == found[:, :1]).all()
    assert (found[:, 5] == 1).all()


@pytest.mark.parametrize("noise", ["uniform", "dirichlet"])
def test_a_place_best_on_every_indicator_is_always_the_first(noise: Any) -> None:
    scores = tables()
    scores[:, 4] = scores.max(axis=1) * 1.001
    found = rank_intervals(scores, np.ones(5), **VARIED, weight_noise=noise, low=0, high=1)
    assert (found[4] == 1).all()
    assert top_frequencies(scores, np.ones(5), top=1, **VARIED).sum() == 1
    assert (outranking_frequencies(scores, np.ones(5), **VARIED)[4] == [*[1] * 4, 0.5, *[1] * 25]).all()


@pytest.mark.parametrize("factor", [1e-6, 3.7, 1e9])
@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "harmonic"])
def test_the_scale_of_scores_and_weights_does_not_matter(factor: float, aggregation: Any) -> None:
    choices: dict[str, Any] = {**VARIED, "aggregation": aggregation}
    one = rank_intervals(tables(), np.ones(5), **choices)
    np.testing.assert_array_equal(rank_intervals(tables() * factor, np.full(5, factor), **choices), one)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one = rank_intervals(tables(), np.ones(5), **VARIED)
    assert one.tobytes() == rank_intervals(tables(), np.ones(5), **VARIED).tobytes()
    assert one.tobytes() != rank_intervals(tables(), np.ones(5), **VARIED, seed=2).tobytes()


def test_more_choices_that_vary_do_not_narrow_the_ends() -> None:
    scores = tables()
    ends: dict[str, Any] = {"low": 0.0, "high": 1.0, "replications": 400, "weight_spread": 0.0}
    one = rank_intervals(scores[:1], np.ones(5), aggregation="arithmetic", **ends)
    every = rank_intervals(scores, np.ones(5), aggregation="arithmetic_or_geometric", **ends)
    assert (every[:, 3] <= one[:, 3]).all()
    assert (every[:, 4] >= one[:, 4]).all()


@pytest.mark.parametrize("noise", ["uniform", "dirichlet"])
def test_weights_stay_around_their_mean_and_a_weight_of_zero_stays_zero(noise: Any) -> None:
    weights = np.array([0.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    draws = replications.at_random(weights, 1, Spread("arithmetic", 0.25, noise, False, 20000), 1)
    np.testing.assert_allclose(draws.weights.mean(axis=0), weights / 5, atol=1e-3)
    np.testing.assert_allclose(draws.weights.sum(axis=1), 1)
    assert (draws.weights[:, 0] == 0).all()
    relative = draws.weights[:, 1:].std(axis=0) * 5
    np.testing.assert_allclose(relative, 0.25 / np.sqrt(3), rtol=0.15)


def test_each_indicator_or_none_is_left_out_equally_often() -> None:
    draws = replications.at_random(np.ones(4), 1, Spread("arithmetic", 0.25, "uniform", True, 10000), 1)
    gone = (draws.weights == 0).mean(axis=0)
    np.testing.assert_allclose(gone, 0.2, atol=0.015)
    assert ((draws.weights == 0).sum(axis=1) <= 1).all()


def test_simulated_ranks_are_those_of_three_alternatives() -> None:
    values = tables(alternatives=1)[0]
    directions = np.array([1.0, -1, 1, 1, -1])
    turned = values * directions
    scaled = 1 + 99 * (turned - turned.min(axis=0)) / np.ptp(turned, axis=0)
    deviations = 10 + 2 * (turned - turned.mean(axis=0)) / turned.std(axis=0, ddof=1)
    lined = turned.argsort(axis=0).argsort(axis=0) + 1.0
    np.testing.assert_array_equal(
        simulated_ranks(values, directions, np.ones(5), **VARIED),
        rank_intervals(np.stack([scaled, deviations, lined]), np.ones(5), **VARIED),
    )


# --- refusals


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight_spread": 1.5}, "weight_spread is 1.5"),
        ({"replications": 0}, "replications is 0"),
        ({"low": 0.9, "high": 0.1}, "low is 0.9 and high is 0.1"),
        ({"weights": np.zeros(5)}, "total_of_weights is 0"),
        ({"weights": -np.ones(5)}, "weights is -1 at [0]"),
        ({"weights": np.eye(5)[0]}, "left_out is True with one indicator"),
        ({"scores": tables() - 1.5}, "scores is -"),
    ],
)
def test_choices_that_give_no_draw_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        rank_intervals(**{"scores": tables(), "weights": np.ones(5), **VARIED, **change})
    assert caught.value.what.startswith(said)
    assert caught.value.who == "uncertainty.rank_intervals"


def test_zeros_and_scores_below_are_taken_in_an_arithmetic_mean() -> None:
    found = rank_intervals(tables() - 5, np.ones(5), **{**VARIED, "aggregation": "arithmetic"})
    np.testing.assert_array_equal(
        found, rank_intervals(tables(), np.ones(5), **{**VARIED, "aggregation": "arithmetic"})
    )


def test_top_below_one_is_refused() -> None:
    with pytest.raises(MeasureRefusal, match="top is 0"):
        top_frequencies(tables(), np.ones(5), top=0, **VARIED)
