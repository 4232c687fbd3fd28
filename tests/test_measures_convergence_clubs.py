"""Convergence clubs: series whose clubs are known, choices that matter, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import convergence_clubs as clubs
from xietong.measures.axes import Array

seeds = st.integers(0, 3000)


def drawn_together(generator: np.random.Generator, level: float, places: int, periods: int = 30) -> Array:
    """Return logarithms that close in on a level, faster than the logarithm of time."""
    time = np.arange(1, periods + 1)
    return np.asarray(level + generator.normal(0, 0.5, (places, 1)) * time**-1.2)


@given(seed=seeds)
def test_places_that_close_in_are_one_club(seed: int) -> None:
    values = drawn_together(np.random.default_rng(seed), 9.0, 10)
    assert (clubs.club(values, logarithm=False) == 1).all()
    slope, _, t, p, _ = clubs.log_t(values, logarithm=False)
    assert slope > 0
    assert t > clubs.CRITICAL
    assert p > 0.05


@given(seed=seeds)
def test_levels_far_apart_are_clubs_of_their_own(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values = np.concatenate([drawn_together(generator, level, 6) for level in (12.0, 9.0, 6.0)])
    assert clubs.log_t(values, logarithm=False)[2] <= clubs.CRITICAL
    found = clubs.club(values, logarithm=False)
    assert found.tolist() == [1.0] * 6 + [2.0] * 6 + [3.0] * 6
    tests = clubs.club_tests(values, found.astype(np.int64) - 1, logarithm=False)
    assert (tests[:, 2] > clubs.CRITICAL).all()
    order = generator.permutation(18)
    np.testing.assert_array_equal(clubs.club(values[order], logarithm=False), found[order])


def test_places_that_run_apart_are_in_no_club() -> None:
    time = np.arange(1, 31)
    values = 9 + np.arange(-3, 4)[:, None] * 0.02 * time
    assert (clubs.club(values, logarithm=False) == 0).all()


def test_clubs_that_pass_together_are_one_when_merged() -> None:
    generator = np.random.default_rng(5)
    found = 0
    for _ in range(40):
        values = 9 + generator.normal(0, 0.4, (12, 1)) + generator.normal(0, 0.05, (12, 20)).cumsum(axis=1)
        apart, merged = (clubs.club(values, logarithm=False, merged=one) for one in (False, True))
        assert merged.max() <= apart.max()
        for number in np.unique(apart[apart > 0]):
            assert len(np.unique(merged[apart == number])) == 1
        found += merged.max() < apart.max()
    assert found > 3


@given(seed=seeds)
def test_logarithms_are_taken_unless_they_are_there(seed: int) -> None:
    values = drawn_together(np.random.default_rng(seed), 9.0, 6)
    np.testing.assert_allclose(clubs.log_t(np.exp(values)), clubs.log_t(values, logarithm=False), rtol=1e-6)


@given(seed=seeds, smoothing=st.sampled_from([6.25, 100.0, 400.0]))
def test_a_trend_keeps_lines_and_sums(seed: int, smoothing: float) -> None:
    generator = np.random.default_rng(seed)
    line = generator.normal(size=(3, 1)) + generator.normal(size=(3, 1)) * np.arange(15.0)
    np.testing.assert_allclose(clubs.hp_trend(line, smoothing=smoothing), line, atol=1e-9)
    values = generator.normal(size=(3, 15))
    trend = clubs.hp_trend(values, smoothing=smoothing)
    np.testing.assert_allclose(trend.sum(axis=1), values.sum(axis=1), atol=1e-9)
    np.testing.assert_array_equal(clubs.hp_trend(values, smoothing=0.0), values)
    bends = [np.abs(np.diff(one, n=2, axis=1)).sum() for one in (values, trend)]
    assert bends[1] < bends[0]


def test_a_small_spread_keeps_its_digits() -> None:
    """Shares that differ in the ninth digit: the spread is taken from differences, not from large squares."""
    base = drawn_together(np.random.default_rng(3), 0.0, 8)
    near, far = (clubs.log_t(1e3 + size * base, logarithm=False) for size in (1e-4, 1e-3))
    np.testing.assert_allclose(near[[0, 2]], far[[0, 2]], rtol=1e-4)


def test_what_gives_no_line_is_refused() -> None:
    values = np.exp(drawn_together(np.random.default_rng(1), 9.0, 6))
    with pytest.raises(MeasureRefusal, match="trim is 0.95 with 30 periods"):
        clubs.log_t(values, trim=0.95)
    with pytest.raises(MeasureRefusal, match="trim is 0 with"):
        clubs.log_t(values, trim=0.0)
    with pytest.raises(MeasureRefusal, match="places are alike in some period"):
        clubs.log_t(np.tile(values[:1], (6, 1)))
    with pytest.raises(MeasureRefusal, match=r"values is -1 at \[0, 0\]") as caught:
        clubs.log_t(np.where(values == values[0, 0], -1.0, values))
    assert "logarithm = false" in caught.value.ways[0]
    with pytest.raises(MeasureRefusal, match="smoothing is -1"):
        clubs.log_t(values, smoothing=-1.0)
    with pytest.raises(MeasureRefusal, match="mean of the places is not above zero"):
        clubs.log_t(-values, logarithm=False)
