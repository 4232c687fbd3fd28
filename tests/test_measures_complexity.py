"""Complexity and markets: eigenvectors that solve what they should, the sign rule, refusals, and prices that move alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import complexity, markets
from xietong.measures.axes import Array

seeds = st.integers(0, 3000)


def structure(seed: int, places: int = 14, sectors: int = 11) -> Array:
    return np.random.default_rng(seed).uniform(1.0, 5.0, (places, sectors))


def presence(amounts: Array) -> Array:
    shares = amounts / amounts.sum(axis=1, keepdims=True)
    return (shares >= amounts.sum(axis=0) / amounts.sum()).astype(float)


@given(seed=seeds)
def test_the_index_is_the_second_eigenvector_and_rises_with_diversity(seed: int) -> None:
    amounts = structure(seed)
    has = presence(amounts)
    found = complexity.economic_complexity(amounts)
    diverse, common = has.sum(axis=1), has.sum(axis=0)
    walk = (has / diverse[:, None]) @ (has / common).T
    values = np.sort(np.linalg.eigvals(walk).real)
    turned = walk @ found
    np.testing.assert_allclose(turned - turned.mean(), values[-2] * found, atol=1e-8)
    assert np.corrcoef(found, diverse)[0, 1] > 0
    np.testing.assert_allclose([found.mean(), found.std()], [0.0, 1.0], atol=1e-9)


@given(seed=seeds)
def test_places_are_the_mean_of_their_industries(seed: int) -> None:
    amounts = structure(seed)
    has = presence(amounts)
    industries = complexity.product_complexity(amounts, scale="places")
    np.testing.assert_allclose(complexity.economic_complexity(amounts), has @ industries / has.sum(axis=1), atol=1e-8)
    own = complexity.product_complexity(amounts)
    np.testing.assert_allclose(np.corrcoef(own, industries)[0, 1], 1.0)


@given(seed=seeds)
def test_more_places_than_industries_or_fewer_is_the_same_question(seed: int) -> None:
    """Both sides of the smaller matrix are taken; turned over, places and industries change their parts."""
    amounts = structure(seed)
    for one in (amounts, amounts.T):
        assert np.isfinite(complexity.economic_complexity(one)).all()


def test_a_place_without_industries_has_no_number_and_changes_none() -> None:
    amounts = structure(4)
    wider = np.vstack([amounts, np.zeros(amounts.shape[1])])
    found = complexity.economic_complexity(wider)
    assert np.isnan(found[-1])
    np.testing.assert_allclose(found[:-1], complexity.economic_complexity(amounts))
    broader = np.hstack([amounts, np.zeros((len(amounts), 1))])
    assert np.isnan(complexity.product_complexity(broader)[-1])


def test_a_share_of_exactly_one_counts() -> None:
    assert complexity.diversity(np.full((3, 4), 0.1)).tolist() == [4.0, 4.0, 4.0]


def test_places_that_share_no_industry_are_refused() -> None:
    block = np.kron(np.eye(2), np.ones((5, 4)) + np.tril(np.ones((5, 4))))
    with pytest.raises(MeasureRefusal, match="fall apart into groups"):
        complexity.economic_complexity(block)


def test_an_order_whose_sign_cannot_be_told_is_refused() -> None:
    ring = np.eye(9) + np.roll(np.eye(9), 1, axis=1)
    with pytest.raises(MeasureRefusal, match="not unique|which end is which"):
        complexity.economic_complexity(ring)


@pytest.mark.parametrize("threshold", [0.0, -1.0, np.nan])
def test_a_threshold_is_above_zero(threshold: float) -> None:
    with pytest.raises(MeasureRefusal, match="threshold is"):
        complexity.ubiquity(structure(1), threshold=threshold)


def test_darts_are_no_agglomeration_on_average() -> None:
    """Plants that fall on places by chance, in proportion to all jobs, have an index of nought on average."""
    generator = np.random.default_rng(6)
    all_jobs, plants = np.array([50.0, 30.0, 20.0]), np.array([5.0, 3.0, 2.0, 1.0, 1.0])
    found = []
    for _ in range(4000):
        at = generator.choice(3, 5, p=all_jobs / all_jobs.sum())
        found.append(complexity.agglomeration(np.bincount(at, plants, 3), all_jobs, plants))
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))


def test_plants_of_another_industry_are_told() -> None:
    with pytest.raises(MeasureRefusal, match="jobs add up to 8 and plants to 9"):
        complexity.agglomeration(np.array([6.0, 2.0]), np.array([5.0, 5.0]), np.array([4.0, 5.0]))
    with pytest.raises(MeasureRefusal, match="share_outside_the_largest is 0"):
        complexity.agglomeration(np.array([6.0, 2.0]), np.array([5.0, 5.0]), np.array([8.0]))


@given(seed=seeds)
def test_a_shock_of_one_good_everywhere_is_no_segmentation(seed: int) -> None:
    generator = np.random.default_rng(seed)
    indices = generator.uniform(95.0, 106.0, (5, 10))
    shock = generator.uniform(0.8, 1.3, 10)
    found = markets.relative_price_variance(indices)
    np.testing.assert_allclose(markets.relative_price_variance(indices * shock), found, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(markets.segmentation(indices), found.sum(axis=1) / 4)


def test_one_price_index_everywhere_has_no_variance() -> None:
    indices = np.tile(np.linspace(96.0, 108.0, 9), (4, 1))
    assert markets.relative_price_variance(indices).max() == pytest.approx(0.0, abs=1e-20)


def test_a_place_that_goes_its_own_way_stands_out() -> None:
    indices = np.full((5, 8), 101.0)
    indices[4] = [90.0, 112.0, 95.0, 108.0, 99.0, 103.0, 91.0, 110.0]
    found = markets.segmentation(indices)
    assert found.argmax() == 4


@pytest.mark.parametrize(("indices", "said"), [([[100.0, 0.0]] * 3, "indices is 0"), ([[100.0, 101.0]], "1 places")])
def test_prices_that_carry_no_comparison(indices: list[list[float]], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said):
        markets.relative_price_variance(np.array(indices))
