"""Sensitivity: functions whose indices are known, T9 (a constant added to the output), and who moves an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.sensitivity import model, outputs

from xietong.errors import MeasureRefusal
from xietong.measures.axes import Array
from xietong.measures.sensitivity import (
    index_sensitivity,
    place_sensitivity,
    sobol_design,
    sobol_indices,
    sobol_indices_without_centring,
    sobol_intervals,
)
from xietong.measures.uncertainty import rank_intervals

LINEAR = np.array([1.0, 4.0, 9.0]) / 14
VARIED: dict[str, Any] = {"aggregation": "any_of_three", "weight_spread": 0.5, "left_out": True, "replications": 256}


def linear(x: Array) -> Array:
    return x @ np.array([1.0, 2.0, 3.0])


def ishigami(x: Array) -> Array:
    y: Array = np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
    return y


def run(function: Callable[[Array], Array], low: float, high: float, count: int = 1024) -> tuple[Array, Array, Array]:
    y = function(sobol_design(np.full(3, low), np.full(3, high), replications=count))
    return y[0], y[1], y[2:]


def tables() -> Array:
    return np.random.default_rng(1).uniform(1, 9, (3, 20, 5))


# --- known indices


@pytest.mark.parametrize("estimator", ["saltelli", "jansen"])
@pytest.mark.parametrize("added", [0.0, 10.0, 100.0])
def test_o17_a_weighted_sum_has_the_squares_of_its_weights(estimator: Any, added: float) -> None:
    a, b, ab = run(linear, 0, 1)
    found = sobol_indices(a + added, b + added, ab + added, estimator=estimator)
    np.testing.assert_allclose(found, np.stack([LINEAR, LINEAR], axis=-1), atol=2e-6)


@given(added=st.floats(-1e4, 1e4), estimator=st.sampled_from(["saltelli", "jansen"]))
def test_t9_a_constant_added_to_the_output_changes_nothing(added: float, estimator: Any) -> None:
    data = outputs(np.random.default_rng(2), ())
    moved = {name: array + added for name, array in data.items()}
    right, found = sobol_indices(**data, estimator=estimator), sobol_indices(**moved, estimator=estimator)
    np.testing.assert_allclose(found, right, atol=1e-8)


def test_t9_without_centring_it_changes_everything() -> None:
    generator = np.random.default_rng(3)
    a, b = generator.uniform(size=(2, 500, 3))
    ab = np.stack([np.where(np.arange(3) == one, b, a) for one in range(3)])
    near = sobol_indices_without_centring(linear(a), linear(b), linear(ab))
    far = sobol_indices_without_centring(linear(a) + 100, linear(b) + 100, linear(ab) + 100)
    assert np.abs(near[:, 0] - LINEAR).max() < 0.3
    assert np.abs(far[:, 0] - LINEAR).max() > 1
    np.testing.assert_allclose(far[:, 1], near[:, 1], atol=1e-9)


@pytest.mark.parametrize("estimator", ["saltelli", "jansen"])
def test_the_ishigami_function(estimator: Any) -> None:
    """Ishigami and Homma (1990); variances as set out in the documentation of OpenTURNS, for a = 7 and b = 0.1."""
    a, b = 7, 0.1
    variance = 0.5 + a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18
    alone = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0]) / variance
    together = b**2 * np.pi**8 * 8 / 225 / variance
    np.testing.assert_allclose(alone, [0.3139, 0.4424, 0], atol=5e-5)
    found = sobol_indices(*run(ishigami, -np.pi, np.pi, 2**14), estimator=estimator)
    np.testing.assert_allclose(found[:, 0], alone, atol=0.01)
    np.testing.assert_allclose(found[:, 1], alone + np.array([together, 0, together]), atol=0.01)


# --- design and intervals


def test_copies_of_a_take_one_factor_from_b() -> None:
    low, high = np.array([0.0, -5.0, 100.0]), np.array([1.0, 5.0, 200.0])
    design = sobol_design(low, high, replications=256)
    assert design.shape == (5, 256, 3)
    for matrix in range(3):
        for factor in range(3):
            np.testing.assert_array_equal(design[2 + matrix, :, factor], design[int(matrix == factor), :, factor])
    assert (design >= low).all()
    assert (design <= high).all()
    np.testing.assert_allclose(design.mean(axis=1), np.broadcast_to((low + high) / 2, (5, 3)), rtol=0.01, atol=0.05)
    assert np.abs(np.corrcoef(design[:2].swapaxes(0, 1).reshape(256, 6).T) - np.eye(6)).max() < 0.1


@pytest.mark.parametrize("estimator", ["saltelli", "jansen"])
def test_resamples_are_those_of_a_plain_bootstrap(estimator: Any) -> None:
    data = outputs(np.random.default_rng(5), ())
    found = sobol_intervals(**data, estimator=estimator, resamples=40, low=0.1, high=0.7, seed=9)
    generator = np.random.default_rng(9)
    again = []
    for _ in range(40):
        at = generator.integers(0, 64, 64)
        again.append(sobol_indices(data["y_a"][at], data["y_b"][at], data["y_ab"][:, at], estimator=estimator))
    cut = np.quantile(again, [0.1, 0.7], axis=0)
    np.testing.assert_allclose(found[:, [0, 3]], sobol_indices(**data, estimator=estimator), rtol=1e-9)
    np.testing.assert_allclose(found[:, [1, 2]], cut[:, :, 0].T, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[:, [4, 5]], cut[:, :, 1].T, rtol=1e-9, atol=1e-12)


def test_an_interval_covers_the_true_index_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(6)
    held = []
    for _ in range(60):
        a, b = generator.uniform(size=(2, 200, 3))
        ab = np.stack([linear(np.where(np.arange(3) == one, b, a)) for one in range(3)])
        told = sobol_intervals(linear(a), linear(b), ab, resamples=200)
        held.append((told[:, 4] <= LINEAR) & (told[:, 5] >= LINEAR))
    assert 0.8 <= np.mean(held) <= 0.98


def test_an_output_that_does_not_vary_has_no_index() -> None:
    same = np.full(8, 0.1)
    assert np.isnan(sobol_indices(same, same, np.full((2, 8), 0.1))).all()
    assert np.isnan(sobol_intervals(same, same, np.full((2, 8), 0.1), resamples=5)).all()


# --- indices


def test_only_what_varies_moves_an_index() -> None:
    still: dict[str, Any] = {"aggregation": "arithmetic", "weight_spread": 0.0, "replications": 256}
    for at, (scores, change) in enumerate([
        (tables(), {}), (tables()[:1], {"weight_spread": 0.5}), (tables()[:1], {"aggregation": "any_of_three"}),
        (tables()[:1], {"left_out": True}),
    ]):  # fmt: skip
        found = index_sensitivity(scores, np.ones(5), **{**still, **change}, estimator="jansen").reshape(4, 2)
        np.testing.assert_allclose(found[at], 1, atol=0.1)
        assert (np.delete(found, at, axis=0)[:, 1] == 0).all()


def test_places_have_the_indices_of_their_own_ranks_and_scores() -> None:
    scores = tables()
    scores[:, 3] = scores.max(axis=1) + 1
    by_rank = place_sensitivity(scores, np.ones(5), of="rank", **VARIED)
    assert np.isnan(by_rank[3]).all()
    assert not np.isnan(np.delete(by_rank, 3, axis=0)).any()
    by_score = place_sensitivity(scores, np.ones(5), of="score", **VARIED)
    assert not np.isnan(by_score).any()
    np.testing.assert_array_equal(place_sensitivity(scores[:, 3:9], np.ones(5), of="score", **VARIED), by_score[3:9])


def test_totals_of_an_index_are_not_below_its_first_orders_but_by_chance() -> None:
    found = index_sensitivity(tables(), np.ones(5), **{**VARIED, "replications": 2048}).reshape(4, 2)
    assert (found[:, 1] > found[:, 0] - 0.05).all()
    assert found[:, 0].sum() < 1.05
    again = index_sensitivity(tables(), np.ones(5), **{**VARIED, "replications": 2048})
    assert again.tobytes() == found.tobytes()


def test_the_choices_are_those_of_uncertainty() -> None:
    with pytest.raises(MeasureRefusal, match="weight_spread is 2"):
        index_sensitivity(tables(), np.ones(5), **{**VARIED, "weight_spread": 2})
    assert rank_intervals(tables(), np.ones(5), **VARIED).shape == (20, 6)


# --- refusals


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_replications_that_are_no_power_of_two_are_refused(count: int) -> None:
    with pytest.raises(MeasureRefusal, match=f"replications is {count}"):
        sobol_design(np.zeros(2), np.ones(2), replications=count)


def test_limits_out_of_order_and_no_resample_are_refused() -> None:
    with pytest.raises(MeasureRefusal, match=r"width_of_factor is 0 at \[1\]"):
        sobol_design(np.zeros(2), np.array([1.0, 0.0]))
    with pytest.raises(MeasureRefusal, match="resamples is 0"):
        sobol_intervals(**outputs(np.random.default_rng(1), ()), resamples=0)


def test_the_sample_of_outputs_has_interactions() -> None:
    found = sobol_indices(*run(model, 0, 1))
    assert found[:, 0].sum() < 0.98
    assert found[2, 1] > found[2, 0] + 0.01
