"""The bootstrap of efficiency: its closed form, what it must keep, and how often its interval holds the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xietong.errors import MeasureRefusal
from xietong.measures import misuses
from xietong.measures.efficiency import bcc, ccr
from xietong.measures.efficiency_bootstrap import _drawn, bias_corrected

CHOSEN: dict[str, Any] = {"orientation": "input", "returns": "constant", "replications": 200}


def made(seed: int, places: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make up places below the frontier y = x, and their true efficiencies."""
    generator = np.random.default_rng(seed)
    truth = np.exp(-np.abs(generator.normal(0, 0.3, places)))
    x = generator.uniform(1, 9, (places, 1))
    return x, x * truth[:, None], truth


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_with_one_input_and_one_output_it_has_a_closed_form(orientation: str) -> None:
    x, y, _ = made(1)
    scores = ccr(x, y)
    drawn = _drawn(scores, np.lexsort((*x.T, *y.T)), 200, 0.0, 1)
    again = scores / drawn.max(axis=1, keepdims=True)
    told = bias_corrected(x, y, **{**CHOSEN, "orientation": orientation})
    np.testing.assert_allclose(told[:, 0], scores)
    np.testing.assert_allclose(told[:, 1], again.mean(axis=0) - scores, atol=1e-12)
    np.testing.assert_allclose(told[:, 2], 2 * scores - again.mean(axis=0), atol=1e-12)
    ends = 2 * scores - np.quantile(again, [0.975, 0.025], axis=0)
    np.testing.assert_allclose(told[:, 3:].T, ends, atol=1e-12)


def test_what_is_drawn_keeps_the_spread_of_the_scores() -> None:
    x, y, _ = made(2, 200)
    scores = ccr(x, y)
    drawn = _drawn(scores, np.arange(200), 500, 0.0, 1)
    assert drawn.min() > 0
    assert drawn.max() <= 1 + 0.05
    np.testing.assert_allclose(drawn.mean(), scores.mean(), rtol=0.01)
    np.testing.assert_allclose(drawn.std(), scores.std(), rtol=0.1)


def test_the_bias_is_above_zero_and_the_interval_below_the_score() -> None:
    generator = np.random.default_rng(3)
    x, y = generator.uniform(1, 9, (20, 2)), generator.uniform(1, 9, (20, 1))
    for orientation in ("input", "output"):
        told = bias_corrected(x, y, **{**CHOSEN, "orientation": orientation, "returns": "variable"})
        np.testing.assert_allclose(told[:, 0], bcc(x, y, orientation=orientation), atol=1e-9)
        assert (told[:, 1] > 0).all()
        assert (told[:, 3] < told[:, 2]).all()
        assert (told[:, 2] < told[:, 4]).all()


def test_the_same_seed_gives_the_same_numbers_in_whatever_order_the_places_come() -> None:
    x, y, _ = made(4)
    told = bias_corrected(x, y, **CHOSEN)
    np.testing.assert_array_equal(bias_corrected(x, y, **CHOSEN), told)
    order = np.random.default_rng(5).permutation(len(x))
    np.testing.assert_allclose(bias_corrected(x[order], y[order], **CHOSEN), told[order], atol=1e-12)
    assert np.abs(bias_corrected(x, y, **CHOSEN, seed=2)[:, 1] - told[:, 1]).max() > 1e-6


def test_it_lies_nearer_to_the_truth_than_the_score() -> None:
    errors = []
    for seed in range(6):
        generator = np.random.default_rng(seed)
        truth = np.exp(-np.abs(generator.normal(0, 0.3, 40)))
        x = generator.uniform(1, 9, (40, 3))
        y = np.exp(np.log(x * truth[:, None]).mean(axis=1, keepdims=True) * 0.8)
        told = bias_corrected(x, y, **{**CHOSEN, "returns": "variable"})
        errors.append([np.mean(told[:, 0] - truth), np.mean(told[:, 2] - truth)])
    score, corrected = np.mean(errors, axis=0)
    assert score > 0.05
    assert abs(corrected) < 0.8 * score


def test_the_naive_bootstrap_puts_mass_on_the_observed_frontier() -> None:
    x, y, _ = made(6)
    naive = misuses("bias_corrected")[0].function(x, y, **CHOSEN)
    best = naive[:, 0] > 1 - 1e-12
    np.testing.assert_allclose(naive[best, 4], 1)
    assert (bias_corrected(x, y, **CHOSEN)[best, 4] < 1).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"replications": 20}, "replications is 20"),
        ({"confidence": 1.0}, "confidence is 1"),
        ({"bandwidth": -1.0}, "bandwidth is -1"),
    ],
)
def test_choices_that_are_refused(change: dict[str, Any], said: str) -> None:
    x, y, _ = made(1)
    with pytest.raises(MeasureRefusal, match=said):
        bias_corrected(x, y, **{**CHOSEN, **change})


def test_scores_without_a_spread_are_refused() -> None:
    x = np.arange(1.0, 8.0)[:, None]
    with pytest.raises(MeasureRefusal, match="all scores are equal"):
        bias_corrected(x, x, **CHOSEN)
