"""Moves by neighbours and between quadrants: what adds up, who is named, and tests that hold their level."""

from __future__ import annotations

from itertools import combinations, permutations
from math import erf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import lisa_markov, markov, spatial_markov
from xietong.measures.axes import Array

seeds = st.integers(0, 3000)
PLACES = 30


def ring(places: int = PLACES, steps: tuple[int, ...] = (1, -1)) -> tuple[Any, Any, Array]:
    origins = np.repeat(np.arange(places), len(steps))
    destinations = (origins + np.tile(steps, places)) % places
    return origins, destinations, np.ones(len(origins))


def panel(seed: int, places: int = PLACES, periods: int = 8) -> Array:
    generator = np.random.default_rng(seed)
    return np.asarray(generator.normal(50, 9, (places, 1)) + generator.normal(0, 3, (places, periods)).cumsum(axis=1))


@given(seed=seeds)
def test_tables_by_neighbours_add_up_to_all_moves(seed: int) -> None:
    values = panel(seed)
    tables = spatial_markov.lag_counts(values, *ring(), classes=3, lag_classes=4)
    np.testing.assert_array_equal(tables.sum(axis=0), markov.transition_counts(values, classes=3, quantiles="pooled"))
    shares = spatial_markov.lag_probabilities(values, *ring(), classes=3, lag_classes=4)
    np.testing.assert_allclose(np.nan_to_num(shares) * tables.sum(axis=-1, keepdims=True), tables)


@given(seed=seeds)
def test_names_of_places_do_not_matter(seed: int) -> None:
    values, (origins, destinations, weights) = panel(seed), ring()
    order = np.random.default_rng(seed).permutation(PLACES)
    at = np.argsort(order)
    moved = values[order], at[origins], at[destinations], weights
    for formula in (spatial_markov.lag_counts, spatial_markov.lag_homogeneity, spatial_markov.lag_conditional):
        np.testing.assert_allclose(formula(*moved), formula(values, origins, destinations, weights), rtol=1e-9)
    for formula in (lisa_markov.quadrant_counts, lisa_markov.independence):
        np.testing.assert_allclose(formula(*moved), formula(values, origins, destinations, weights), rtol=1e-9)
    found = lisa_markov.local_significance(*moved, p="moments")
    expected = lisa_markov.local_significance(values, origins, destinations, weights, p="moments")
    np.testing.assert_allclose(found, expected[order], rtol=1e-9)


def test_two_classes_of_neighbours_are_tested_against_each_other() -> None:
    values = panel(4)
    both = spatial_markov.lag_conditional(values, *ring(), classes=3, lag_classes=2)
    np.testing.assert_allclose(both[0], both[1])
    np.testing.assert_allclose(both[0], spatial_markov.lag_homogeneity(values, *ring(), classes=3, lag_classes=2))


def test_neighbours_that_matter_are_found_and_others_not() -> None:
    """Places that go up exactly when their neighbours are high, against places that move by themselves."""
    generator = np.random.default_rng(8)
    values = np.empty((60, 12))
    values[:, 0] = generator.normal(size=60)
    origins, destinations, weights = ring(60, (1, -1, 2, -2))
    for period in range(1, 12):
        around = np.stack([np.roll(values[:, period - 1], step) for step in (1, -1, 2, -2)]).mean(axis=0)
        values[:, period] = 0.3 * values[:, period - 1] + 1.5 * around + generator.normal(0, 0.5, 60)
    own = generator.normal(size=(60, 12)).cumsum(axis=1)
    links = (origins, destinations, weights)
    found, none = (
        spatial_markov.lag_significance(one, *links, classes=3, lag_classes=3, permutations=199)
        for one in (values, own)
    )
    assert found[1] == found[3] == 1 / 200
    assert none[1] > 0.05


def test_a_place_without_neighbours_is_named() -> None:
    origins, destinations, weights = ring()
    kept = origins != 3
    links = origins[kept], destinations[kept], weights[kept]
    for formula in (spatial_markov.lag_counts, lisa_markov.quadrant_counts):
        with pytest.raises(MeasureRefusal, match=r"place \[3\] has no neighbour"):
            formula(panel(1), *links)
    with pytest.raises(MeasureRefusal, match="permutations is 5"):
        spatial_markov.lag_significance(panel(1), *ring(), permutations=5)
    with pytest.raises(MeasureRefusal, match="classes is 31"):
        spatial_markov.lag_counts(panel(1), *ring(), lag_classes=31)


@given(seed=seeds)
def test_quadrants_turn_over_with_the_values(seed: int) -> None:
    values = panel(seed)
    found = lisa_markov.scatter_quadrants(values, *ring())
    turned = lisa_markov.scatter_quadrants(-values, *ring())
    np.testing.assert_array_equal(turned, (found + 2) % 4)
    counts = lisa_markov.quadrant_counts(values, *ring())
    parts = lisa_markov.significant_moves(values, *ring(), p="moments", level=0.2)
    np.testing.assert_array_equal(parts.sum(axis=-1), counts)
    nothing = lisa_markov.significant_moves(values, *ring(), p="moments", level=1e-12)
    np.testing.assert_array_equal(nothing[..., 3], counts)


def test_moments_are_those_of_all_ways_to_deal() -> None:
    values = np.array([3.0, 7.0, 1.0, 12.0, 5.0, 8.0, 2.0, 9.0])
    origins, destinations, _ = ring(8, (1, -1, 2))
    weights = np.tile([0.5, 0.2, 0.3], 8)
    both = np.stack([values, values[::-1]], axis=1)
    found = lisa_markov.local_significance(both, origins, destinations, weights, p="moments")
    for place in range(8):
        others = np.delete(values, place)
        near = values[(place + np.array([1, -1, 2])) % 8] @ [0.5, 0.2, 0.3]
        sums = np.array(list(permutations(others, 3))) @ [0.5, 0.2, 0.3]
        tail = 0.5 * (1 - erf(abs(near - sums.mean()) / sums.std() / np.sqrt(2)))
        np.testing.assert_allclose(found[place, 0], tail, rtol=1e-9)


def test_all_ways_to_deal_are_counted_when_they_are_asked_for() -> None:
    values = np.stack([np.array([3.0, 7.0, 1.0, 12.0, 5.0, 8.0, 2.0, 9.0]), np.arange(8.0)], axis=1)
    found = lisa_markov.local_significance(values, *ring(8), permutations=0)
    for place in range(8):
        others = np.delete(values[:, 0], place)
        near = values[place - 1, 0] + values[(place + 1) % 8, 0]
        sums = np.array([a + b for a, b in combinations(others, 2)])
        np.testing.assert_allclose(found[place, 0], min((sums >= near).mean(), (sums <= near).mean()))


@settings(max_examples=5)
@given(seed=seeds)
def test_independent_moves_are_refused_no_more_often_than_they_should_be(seed: int) -> None:
    """Quadrants whose two halves move by chains of their own: the mean of the statistic is its 8 degrees of freedom."""
    generator = np.random.default_rng(seed)
    own, lag = np.array([[0.8, 0.2], [0.3, 0.7]]), np.array([[0.6, 0.4], [0.25, 0.75]])
    found = []
    for _ in range(150):
        counts = np.zeros((4, 4))
        high, around = [1, 0, 0, 1], [1, 1, 0, 0]
        for start in range(4):
            shares = [own[high[start], high[end]] * lag[around[start], around[end]] for end in range(4)]
            counts[start] = generator.multinomial(300, shares)
        found.append(lisa_markov.held_against_chains(counts))
    statistic, p, freedom = np.array(found).T
    assert (freedom == 8).all()
    assert abs(statistic.mean() - 8) < 5 * np.sqrt(2 * 8 / 150)
    assert (p < 0.05).mean() < 0.15
