"""Trees of any depth: the same as means level by level, weights that multiply down, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import aggregation, hierarchy
from xietong.measures.axes import Array

PARENTS = np.array([6, 6, 6, 7, 7, 7, 8, 8, 8])
leaves = arrays(np.float64, (5, 6), elements=st.floats(0.01, 100.0))
weights = arrays(np.float64, 9, elements=st.floats(0.01, 10.0))


def with_nodes(scores: Array) -> Array:
    return np.concatenate([scores, np.full((*scores.shape[:-1], 3), np.nan)], axis=-1)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
@given(x=leaves, w=weights)
def test_a_tree_is_its_levels_one_after_another(mean, x: Array, w: Array) -> None:
    found = hierarchy.tree(with_nodes(x), w, PARENTS, mean=mean)
    pillars = hierarchy.level(x, w[:6], PARENTS[:6] - 6, mean=mean)
    np.testing.assert_allclose(found[:, 6:8], pillars, rtol=1e-12)
    np.testing.assert_allclose(found[:, 8], getattr(aggregation, mean)(pillars, w[6:8]), rtol=1e-12)
    np.testing.assert_array_equal(found[:, :6], x)


@given(x=leaves, w=weights)
def test_effective_weights_are_those_of_the_index(x: Array, w: Array) -> None:
    effective = hierarchy.effective_weights(w, PARENTS)
    np.testing.assert_allclose(effective[:6].sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(effective[6:8].sum(), 1, rtol=1e-12)
    index = hierarchy.tree(with_nodes(x), w, PARENTS)[:, 8]
    np.testing.assert_allclose(aggregation.arithmetic(x, effective[:6]), index, rtol=1e-9)


def test_nodes_may_stand_in_any_order_and_leaves_at_any_depth() -> None:
    """The top comes first; one leaf hangs from it directly, two stand three levels below."""
    parents = np.array([0, 0, 0, 2, 3, 3])
    scores = np.array([np.nan, 10.0, np.nan, np.nan, 1.0, 3.0])
    found = hierarchy.tree(scores, np.array([1.0, 1.0, 3.0, 1.0, 1.0, 1.0]), parents)
    np.testing.assert_allclose(found, [4, 10, 2, 2, 1, 3])
    effective = hierarchy.effective_weights(np.array([1.0, 1.0, 3.0, 1.0, 1.0, 1.0]), parents)
    np.testing.assert_allclose(effective, [1, 0.25, 0.75, 0.75, 0.375, 0.375])


def test_a_panel_and_a_tree_for_every_year() -> None:
    x = with_nodes(np.random.default_rng(5).uniform(1, 9, (3, 4, 6)))
    w, other = np.ones(9), np.array([6, 6, 7, 7, 7, 7, 8, 8, 8])
    found = hierarchy.tree(x, w, np.stack([PARENTS, other, PARENTS])[:, None, :])
    np.testing.assert_allclose(found[1], hierarchy.tree(x[1], w, other), rtol=1e-12)
    np.testing.assert_allclose(found[2], hierarchy.tree(x[2], w, PARENTS), rtol=1e-12)


def test_absent_leaves_pass_upwards_by_the_rule_of_every_level() -> None:
    x = with_nodes(np.array([[1.0, np.nan, 3.0, 4.0, np.nan, np.nan]]))
    found = hierarchy.tree(x, np.ones(9), PARENTS, missing="reweighted", least_present=0.5)
    np.testing.assert_allclose(found[0, 6:], [2.0, np.nan, 2.0])
    with pytest.raises(MeasureRefusal, match=r"scores is nan at \[0, 1\]"):
        hierarchy.tree(x, np.ones(9), PARENTS)


@pytest.mark.parametrize(
    ("scores", "weights", "parents", "said"),
    [
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [2, 2, 2], r"scores is 3 at \[2\]"),
        ([1.0, 2.0, np.nan], [1.0, 1.0, 1.0], [1, 0, 0], "form a ring"),
        ([1.0, 2.0, np.nan], [1.0, 1.0, 1.0], [2, 3, 2], "names no node"),
        ([1.0, 2.0, np.nan], [0.0, 0.0, 1.0], [2, 2, 2], "weights_of_parts is 0"),
        ([1.0, 2.0, np.nan], [-1.0, 2.0, 1.0], [2, 2, 2], r"weights is -1 at \[0\]"),
    ],
)
def test_a_tree_that_is_none(scores: list[float], weights: list[float], parents: list[int], said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said) as caught:
        hierarchy.tree(np.array(scores), np.array(weights), np.array(parents))
    assert caught.value.who == "hierarchy.tree"


def test_a_group_that_is_empty_or_weighs_nothing() -> None:
    x = np.ones(3)
    with pytest.raises(MeasureRefusal, match="without an indicator"):
        hierarchy.level(x, x, np.array([0, 2, 2]))
    with pytest.raises(MeasureRefusal, match=r"weights_of_group is 0 at \[1\]"):
        hierarchy.level(x, np.array([1.0, 0.0, 0.0]), np.array([0, 1, 1]))
    with pytest.raises(MeasureRefusal, match=r"hierarchy.level: scores is -1 at \[2\]"):
        hierarchy.level(np.array([1.0, 1.0, -1.0]), x, np.array([0, 1, 1]), mean="geometric")
