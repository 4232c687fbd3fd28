"""Coupling and coordination: the right number beside the usual wrong ones, extremes, and large numbers of systems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xietong.errors import MeasureRefusal
from xietong.measures import misuses
from xietong.measures.coordination import (
    corrected_coupling,
    corrected_coupling_coordination,
    coupling,
    coupling_coordination,
    fan_coupling,
    fan_coupling_coordination,
)
from xietong.measures.weighted_coordination import coordination_grade, weighted_coupling_coordination

PAIR, THREE = np.array([0.6, 0.3]), np.array([0.6, 0.3, 0.8])
SCORES = st.integers(2, 6).flatmap(lambda n: arrays(np.float64, n, elements=st.floats(0.01, 1)))


def wrong(name: str, label: str) -> object:
    return next(one.function for one in misuses(name) if label in one.label)


@pytest.mark.parametrize(
    ("label", "scores", "found"),
    [("factor n", PAIR, 0.4714), ("root is lost", PAIR, 0.8889), ("formula of two", THREE, 0.4464)],
)
def test_the_usual_wrong_values_of_the_coupling(label: str, scores: np.ndarray, found: float) -> None:
    """By hand: root(0.18) / 0.9; 4 x 0.18 / 0.81; 2 root(0.144) / 1.7 in place of 3 x 0.144^(1/3) / 1.7 = 0.9250."""
    function = wrong("coordination.coupling", label)
    assert round(float(function(scores)), 4) == found
    assert abs(float(coupling(scores)) - found) > 0.05


def test_the_formula_of_two_is_right_for_two() -> None:
    function = wrong("coordination.coupling", "formula of two")
    np.testing.assert_allclose(function(PAIR), coupling(PAIR), rtol=1e-14)


def test_wrong_couplings_make_wrong_coordination() -> None:
    found = [float(one.function(PAIR)) for one in misuses("coordination.coupling_coordination")]
    np.testing.assert_allclose(sorted(found), np.sqrt([0.4714045208 * 0.45, 0.8888888889 * 0.45]), rtol=1e-9)


def test_weights_inside_the_coupling_spoil_even_scores() -> None:
    even, weights = np.array([0.5, 0.5]), np.array([3.0, 1.0])
    inside = wrong("weighted_coordination.weighted_coupling_coordination", "inside")
    assert weighted_coupling_coordination(even, weights) == pytest.approx(np.sqrt(0.5))
    assert inside(even, weights) < 0.66


@given(SCORES)
def test_corrected_coupling_is_that_of_all_pairs(scores: np.ndarray) -> None:
    n = len(scores)
    apart = np.mean([abs(scores[i] - scores[j]) for i in range(n) for j in range(i)])
    brute = np.sqrt((1 - apart) * np.prod(scores / scores.max()) ** (1 / (n - 1)))
    np.testing.assert_allclose(corrected_coupling(scores), brute, rtol=1e-10, atol=1e-12)


@given(st.floats(0.01, 1), st.integers(2, 9))
def test_equal_scores_are_coupled_in_full(score: float, systems: int) -> None:
    scores = np.full(systems, score)
    for degree in (coupling, corrected_coupling, fan_coupling):
        assert float(degree(scores)) == pytest.approx(1, abs=1e-9)
    for both in (coupling_coordination, corrected_coupling_coordination, fan_coupling_coordination):
        assert float(both(scores)) == pytest.approx(np.sqrt(score))


@given(st.floats(0, 1), st.floats(0, 1))
def test_fan_of_two_is_one_less_their_difference(a: float, b: float) -> None:
    assert float(fan_coupling(np.array([a, b]))) == pytest.approx(1 - abs(a - b), abs=1e-9)


@given(SCORES)
def test_equal_weights_change_nothing(scores: np.ndarray) -> None:
    weights = np.full(len(scores), 7.0)
    forms = {
        "usual": coupling_coordination,
        "corrected": corrected_coupling_coordination,
        "fan": fan_coupling_coordination,
    }
    for form, plain in forms.items():
        np.testing.assert_allclose(
            weighted_coupling_coordination(scores, weights, form=form), plain(scores), rtol=1e-10
        )


def test_many_systems_neither_vanish_nor_build_a_table_of_pairs() -> None:
    """Synthetic: the product of 20000 scores is zero in floating point, and 20000 squared would be 3 GB."""
    scores = np.random.default_rng(1).uniform(0.2, 0.9, 20_000)
    assert float(coupling(scores)) == pytest.approx(np.exp(np.log(scores).mean()) / scores.mean())
    assert 0.3 < float(corrected_coupling(scores)) < 1


def test_all_scores_zero_are_refused_where_nothing_has_begun_but_not_by_deviation() -> None:
    with pytest.raises(MeasureRefusal, match="best_score is 0"):
        coupling(np.zeros(3))
    assert fan_coupling(np.zeros(3)) == 1
    assert fan_coupling_coordination(np.zeros(3)) == 0


@given(st.floats(0, 1))
def test_a_grade_holds_its_degree(degree: float) -> None:
    grade = int(coordination_grade(np.array(degree)))
    assert grade / 10 - 1e-12 <= degree <= (grade + 1) / 10 + 1e-12
