"""Gravity: what a linkage may claim, and what it may not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import gravity
from xietong.measures.axes import Array

PLACES = 5
sizes = arrays(np.float64, PLACES, elements=st.floats(0.1, 1000.0))
points = arrays(np.float64, (PLACES, 2), elements=st.floats(0.0, 100.0))


def between(places: Array) -> Array:
    return np.linalg.norm(places[:, None] - places[None], axis=-1) + 1.0


@given(people=sizes, output=sizes, places=points, decay=st.floats(0.5, 3.0))
def test_both_directions_of_a_pair_add_up_to_the_symmetric_linkage(people, output, places, decay) -> None:
    distances = between(places)
    directed = gravity.directed_linkage(people, output, distances, decay=decay)
    np.testing.assert_allclose(directed + directed.T, gravity.linkage(people, output, distances, decay=decay))


@given(people=sizes, output=sizes, places=points)
def test_equal_economies_pull_alike(people, output, places) -> None:
    directed = gravity.directed_linkage(people, np.full(PLACES, 3.0), between(places), decay=2.0)
    np.testing.assert_allclose(directed, directed.T)


@given(people=sizes, output=sizes, places=points)
def test_membership_adds_up_and_total_is_its_divisor(people, output, places) -> None:
    links = gravity.directed_linkage(people, output, between(places), decay=2.0)
    shares = gravity.membership(links)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0)
    np.testing.assert_allclose(shares * gravity.total_linkage(links)[:, None], links)


def test_growth_alone_raises_a_linkage_and_changes_no_membership() -> None:
    people, output = np.array([2.0, 1.0, 3.0]), np.array([5.0, 4.0, 3.0])
    distances = np.array([[0.0, 2.0, 4.0], [2.0, 0.0, 3.0], [4.0, 3.0, 0.0]])
    now, later = (gravity.linkage(people, output * factor, distances, decay=2.0) for factor in (1.0, 1.5))
    np.testing.assert_allclose(later, now * 1.5)
    np.testing.assert_allclose(gravity.membership(later), gravity.membership(now))


def test_the_diagonal_of_distances_is_not_read_and_that_of_the_result_is_zero() -> None:
    distances = np.array([[0.0, 2.0], [2.0, 7.0]])
    links = gravity.linkage(np.ones(2), np.ones(2), distances, decay=1.0)
    np.testing.assert_array_equal(links, [[0.0, 0.5], [0.5, 0.0]])


def test_the_own_market_is_counted_or_not() -> None:
    masses, distances = np.array([10.0, 1.0]), np.array([[0.5, 2.0], [2.0, 1.0]])
    with_own = gravity.market_potential(masses, distances, own="counted")
    without = gravity.market_potential(masses, distances, own="left out")
    np.testing.assert_allclose(with_own - without, masses / np.diagonal(distances))
    assert with_own.argmax() != without.argmax()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: gravity.linkage(np.ones(2), np.ones(2), np.zeros((2, 2)), decay=2.0), "distances is 0 at [0, 1]"),
        (lambda: gravity.linkage(np.ones(2), np.ones(2), np.ones((2, 2)), decay=0.0), "decay is 0"),
        (lambda: gravity.directed_linkage(np.ones(2), np.zeros(2), np.ones((2, 2)), decay=1.0), "output is 0 at [0]"),
        (lambda: gravity.membership(np.ones((2, 2))), "linkages is 1 on the diagonal"),
        (lambda: gravity.membership(np.array([[0.0, 1.0], [0.0, 0.0]])), "total_of_linkages is 0 at [1, 0]"),
        (lambda: gravity.market_potential(np.ones(2), np.zeros((2, 2)), own="counted"), "distances is 0 at [0, 0]"),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(MeasureRefusal) as caught:
        call()
    assert caught.value.what.startswith(said)
    assert caught.value.ways
