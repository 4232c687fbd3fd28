"""Densities: mass that adds up to 1, rules and their equation, modes, and long runs that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import densities, stochastic_kernels
from xietong.measures.axes import Array
from xietong.measures.smoothing import Kernel

seeds = st.integers(0, 3000)
KERNELS: tuple[Kernel, ...] = ("gaussian", "epanechnikov")


def incomes(seed: int, places: int = 40) -> Array:
    return np.random.default_rng(seed).lognormal(3.0, 0.4, places)


@given(seed=seeds, kernel=st.sampled_from(KERNELS))
def test_the_mass_is_one(seed: int, kernel: Kernel) -> None:
    values = incomes(seed)
    points = densities.density_points(values, count=2000)
    curve = densities.kernel_density(values, points, kernel=kernel)
    assert abs(np.trapezoid(curve, points) - 1) < 0.01
    above = densities.density_points(values, count=2000, floor="zero")
    folded = densities.kernel_density(values, above, kernel="gaussian", width=12.0, floor="zero")
    far = np.linspace(0, values.max() + 60, 4000)
    whole = densities.kernel_density(values, far, kernel="gaussian", width=12.0, floor="zero")
    assert abs(np.trapezoid(whole, far) - 1) < 1e-6
    assert above[0] >= 0
    assert (folded > 0).all()


@given(seed=seeds)
def test_equal_weights_are_none_and_copies_are_weights(seed: int) -> None:
    values, points = incomes(seed), np.linspace(5, 60, 9)
    plain = densities.kernel_density(values, points, rule="scott")
    np.testing.assert_allclose(densities.weighted_density(values, np.full(40, 3.0), points), plain)
    twice = np.concatenate([values, values[:10]])
    weights = np.concatenate([np.full(10, 2.0), np.ones(30)])
    copied = densities.kernel_density(twice, points, width=4.0)
    np.testing.assert_allclose(densities.weighted_density(values, weights, points, width=4.0), copied)


@given(seed=seeds)
def test_a_width_is_the_spread_of_the_kernel(seed: int) -> None:
    values, points = incomes(seed, 12), np.linspace(-200, 400, 20001)
    for kernel in KERNELS:
        curve = densities.kernel_density(values, points, kernel=kernel, width=5.0)
        spread = np.trapezoid(curve * (points - values.mean()) ** 2, points)
        np.testing.assert_allclose(spread, values.var() + 25, rtol=1e-4)


@given(seed=seeds)
def test_sheather_jones_solves_its_equation(seed: int) -> None:
    """Roughness from all pairs, without bins, gives back the width."""
    values = incomes(seed, 60)
    width = float(densities.bandwidth(values, rule="sheather-jones"))
    count = len(values)
    low, high = np.quantile(values, [0.25, 0.75])
    scale = min(values.std(ddof=1), (high - low) / 1.349)
    apart = values[:, None] - values

    def rough(wide: float, order: int) -> float:
        z = apart / wide
        polynomial = z**4 - 6 * z**2 + 3 if order == 4 else z**6 - 15 * z**4 + 45 * z**2 - 15
        total = (polynomial * np.exp(-(z**2) / 2)).sum() / np.sqrt(2 * np.pi)
        return float(total / (count * (count - 1) * wide ** (order + 1)))

    ratio = -rough(1.24 * scale * count ** (-1 / 7), 4) / rough(1.23 * scale * count ** (-1 / 9), 6)
    back = (1 / (2 * np.sqrt(np.pi) * count * rough(1.357 * ratio ** (1 / 7) * width ** (5 / 7), 4))) ** 0.2
    np.testing.assert_allclose(width, back, rtol=0.01)


def test_two_humps_are_smoothed_less_by_sheather_jones() -> None:
    generator = np.random.default_rng(2)
    values = np.concatenate([generator.normal(0, 1, 80), generator.normal(12, 1, 80)])
    assert densities.bandwidth(values, rule="sheather-jones") < 0.5 * densities.bandwidth(values)
    assert densities.modes(values, rule="sheather-jones") == 2
    assert densities.modes(values, width=20.0) == 1


@settings(max_examples=10)
@given(seed=seeds)
def test_two_humps_are_refused_as_one_and_one_hump_is_not(seed: int) -> None:
    generator = np.random.default_rng(seed)
    one = generator.normal(0, 1, 100)
    two = np.concatenate([one[:50], 7 + one[50:]])
    assert densities.mode_test(two, replications=199)[1] < 0.02
    assert densities.mode_test(two, most=2, replications=199)[1] > 0.02
    assert densities.mode_test(one, replications=199)[1] > 0.02


def test_choices_that_give_no_density_are_refused() -> None:
    values, points = incomes(1), np.linspace(5, 60, 9)
    with pytest.raises(MeasureRefusal, match="all values are the same"):
        densities.bandwidth(np.ones(9))
    with pytest.raises(MeasureRefusal, match="width is -1"):
        densities.kernel_density(values, points, width=-1.0)
    with pytest.raises(MeasureRefusal, match=r"points is -1 at \[0\]") as caught:
        densities.kernel_density(values, points - 6, floor="zero")
    assert "floor = none" in caught.value.ways[0]
    with pytest.raises(MeasureRefusal, match="replications is 5"):
        densities.mode_test(values, replications=5)
    with pytest.raises(MeasureRefusal, match="count is 1"):
        densities.density_points(values, count=1)
    with pytest.raises(MeasureRefusal, match="total_of_weights is 0"):
        densities.weighted_density(values, np.zeros(40), points)


@given(seed=seeds)
def test_rows_of_a_stochastic_kernel_are_densities(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values = 50 + generator.normal(0, 9, (30, 1)) + generator.normal(0, 3, (30, 5)).cumsum(axis=1)
    points = np.linspace(0, 100, 401)
    rows = stochastic_kernels.conditional(values, points)
    near = rows[120:280]
    np.testing.assert_allclose(np.trapezoid(near, points, axis=1), 1, atol=0.02)
    means = np.trapezoid(near * points, points, axis=1)
    assert np.corrcoef(means, points[120:280])[0, 1] > 0.8


def test_the_long_run_of_a_known_chain() -> None:
    """Places that come half way back to 10 each period, with noise of 1: mean 10 and variance 4/3, and the smoothing."""
    generator = np.random.default_rng(4)
    values = np.empty((600, 30))
    values[:, 0] = 10 + generator.normal(0, np.sqrt(4 / 3), 600)
    for period in range(1, 30):
        values[:, period] = 10 + 0.5 * (values[:, period - 1] - 10) + generator.normal(0, 1, 600)
    points = np.linspace(6, 14, 161)
    curve = stochastic_kernels.ergodic_density(values, points)
    mean = np.trapezoid(curve * points, points)
    spread = np.trapezoid(curve * (points - mean) ** 2, points)
    np.testing.assert_allclose(np.trapezoid(curve, points), 1, atol=1e-9)
    np.testing.assert_allclose([mean, spread], [10, 4 / 3], atol=0.12)


def test_points_without_places_are_refused() -> None:
    values = 50 + np.random.default_rng(1).normal(0, 5, (20, 4))
    far = np.linspace(0, 400, 21)
    assert np.isnan(stochastic_kernels.conditional(values, far)[-1]).all()
    with pytest.raises(MeasureRefusal, match="no place is near"):
        stochastic_kernels.ergodic_density(values, far)
    with pytest.raises(MeasureRefusal, match="points do not rise"):
        stochastic_kernels.ergodic_density(values, np.array([3.0, 2.0, 1.0]))
    with pytest.raises(MeasureRefusal, match="ahead is 4 with 4 periods"):
        stochastic_kernels.conditional(values, far, ahead=4)
    with pytest.raises(MeasureRefusal, match="points hold"):
        stochastic_kernels.ergodic_density(values, np.array([38.0, 38.5, 39.0]))


def test_samples_of_the_mode_test_are_scaled_back_to_the_spread_of_the_values() -> None:
    """Counted anew, place by place on a grid, with the same draws; without the scale more of them have two modes."""
    values = np.concatenate([np.random.default_rng(5).normal(0, 1, 40), np.random.default_rng(6).normal(2.6, 1, 20)])
    width, p = densities.mode_test(values, replications=199, seed=3)
    scaled = np.sort((values - values.mean()) / values.std(ddof=1))
    generator = np.random.default_rng(3)
    drawn = generator.choice(scaled, (199, 60))
    noisy = drawn + width * generator.standard_normal(drawn.shape)
    points = np.linspace(-6, 6, 400)

    def share_above(samples: Array) -> float:
        heights = np.exp(-(((points[:, None, None] - samples) / width) ** 2) / 2).sum(axis=-1)
        tops = ((np.diff(heights, axis=0)[:-1] > 0) & (np.diff(heights, axis=0)[1:] <= 0)).sum(axis=0)
        return float((1 + (tops > 1).sum()) / 200)

    assert abs(share_above(noisy / np.sqrt(1 + width**2)) - p) <= 0.015
    assert share_above(noisy) > p + 0.05
