"""Obstacles: shares that add up to 1, the size that they hide, and places where nothing lacks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import misuses
from xietong.measures.obstacles import obstacles, obstacles_of_groups

SCORES, WEIGHTS = arrays(np.float64, 6, elements=st.floats(0, 0.95)), arrays(np.float64, 6, elements=st.floats(0.1, 9))


@given(SCORES, WEIGHTS)
def test_shares_add_up_to_one_and_groups_are_their_sums(scores: np.ndarray, weights: np.ndarray) -> None:
    degrees = obstacles(scores, weights)
    grouped = obstacles_of_groups(scores, weights, np.array([2, 0, 1, 0, 2, 2]))
    assert float(degrees.sum()) == pytest.approx(1)
    np.testing.assert_allclose(grouped, [degrees[[1, 3]].sum(), degrees[2], degrees[[0, 4, 5]].sum()], rtol=1e-12)


def test_the_same_shares_for_much_and_for_little_that_lacks() -> None:
    near, far = np.array([0.98, 0.99]), np.array([0.2, 0.6])
    np.testing.assert_allclose(obstacles(near, np.ones(2)), obstacles(far, np.ones(2)), rtol=1e-12)
    wrong = misuses("obstacles.obstacles")[0].function
    assert wrong(near, np.ones(2)).sum() == pytest.approx(0.03)


def test_one_obstacle_alone() -> None:
    np.testing.assert_array_equal(obstacles(np.array([1.0, 0.3, 0.2]), np.array([1.0, 1.0, 0.0])), [0, 1, 0])


def test_where_nothing_lacks_there_is_no_obstacle() -> None:
    with pytest.raises(MeasureRefusal, match="total_of_lacking is 0") as caught:
        obstacles(np.ones(3), np.ones(3))
    assert "leave that place out" in caught.value.ways[0]
