"""Effects of a policy: the synthetic control and the difference in differences, by their identities and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from xietong.errors import MeasureRefusal
from xietong.measures.difference_in_differences import effect, period_by_period, trend_before
from xietong.measures.synthetic_control import donor_weights, gap_by_period, placebo_test, without_each_donor


def drawn(seed: int, donors: int = 6, periods: int = 7) -> tuple[Any, Any]:
    generator = np.random.default_rng(seed)
    values = generator.uniform(5, 20, (donors + 1, 1)) + generator.normal(0, 1, (donors + 1, periods)).cumsum(axis=1)
    return values[0], values[1:]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), donors=st.integers(2, 12))
def test_no_other_mix_comes_closer(seed: int, donors: int) -> None:
    outcome, others = drawn(seed, donors)
    weights = donor_weights(outcome, others, before=4)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)

    def error(mix: Any) -> float:
        return float(((outcome[:4] - mix @ others[:, :4]) ** 2).sum())

    found = minimize(
        error, np.full(donors, 1 / donors), bounds=[(0, 1)] * donors,
        constraints={"type": "eq", "fun": lambda mix: mix.sum() - 1}, options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    mix = np.clip(found.x, 0, None)
    assert error(weights) <= error(mix / mix.sum()) + 1e-8


def test_units_and_levels_of_the_outcome_leave_the_weights() -> None:
    outcome, others = drawn(3)
    weights = donor_weights(outcome, others, before=4)
    np.testing.assert_allclose(donor_weights(outcome * 1e6, others * 1e6, before=4), weights, atol=1e-9)
    np.testing.assert_allclose(donor_weights(outcome + 1e3, others + 1e3, before=4), weights, atol=1e-8)


def test_a_region_inside_the_hull_has_no_gap_before_and_its_own_effect_after() -> None:
    _, others = drawn(1, donors=9)
    mix = np.array([0.5, 0.3, 0.2, *[0.0] * 6])
    outcome = mix @ others
    outcome[4:] += 2.0
    found = gap_by_period(outcome, others, before=4)
    np.testing.assert_allclose(found[:4], 0, atol=1e-9)
    told = placebo_test(outcome, others, before=4)
    assert np.isnan(told[3])
    assert np.isnan(told[4])


def test_donors_alike_in_every_period_share_the_weight() -> None:
    outcome = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(donor_weights(outcome, np.tile(outcome, (4, 1)), before=2), 0.25)


def test_a_donor_without_weight_changes_nothing_when_it_is_left_out() -> None:
    outcome, others = drawn(5)
    weights = donor_weights(outcome, others, before=4)
    left = without_each_donor(outcome, others, before=4)
    whole = gap_by_period(outcome, others, before=4)[4:].mean()
    assert (weights == 0).any()
    np.testing.assert_allclose(left[weights == 0], whole)
    assert not np.allclose(left[weights > 0], whole)
    for j in np.flatnonzero(weights):
        direct = gap_by_period(outcome, np.delete(others, j, axis=0), before=4)[4:].mean()
        assert left[j] == pytest.approx(direct)


def test_a_true_effect_has_the_lowest_placebo_p() -> None:
    generator = np.random.default_rng(2)
    common = generator.normal(0, 1, 12).cumsum()
    values = 20 + common + generator.normal(0, 0.2, (21, 12))
    calm = placebo_test(values[0], values[1:], before=8)
    values[0, 8:] += 15.0
    struck = placebo_test(values[0], values[1:], before=8)
    assert struck[4] == pytest.approx(1 / 21)
    assert calm[4] > struck[4]
    assert struck[0] == pytest.approx(15, abs=0.5)


@pytest.mark.parametrize("before", [1, 7, 9])
def test_periods_before_and_after_are_insisted_on(before: int) -> None:
    outcome, others = drawn(1)
    for measure in (donor_weights, gap_by_period, without_each_donor):
        with pytest.raises(MeasureRefusal, match=f"before is {before} of 7 periods"):
            measure(outcome, others, before=before)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_the_effect_is_that_of_the_regression_with_two_kinds_of_fixed_effects(seed: int) -> None:
    generator = np.random.default_rng(seed)
    outcomes = generator.normal(0, 1, (9, 5))
    treated = np.array([1.0] * 4 + [0.0] * 5)
    on = np.outer(treated, np.arange(5) >= 2).astype(float)

    def within(table: Any) -> Any:
        return table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()

    slope = (within(on) * outcomes).sum() / (within(on) ** 2).sum()
    assert effect(outcomes, treated, before=2, permutations=200)[0] == pytest.approx(slope)


def test_levels_of_regions_and_common_shocks_do_not_matter() -> None:
    generator = np.random.default_rng(4)
    outcomes, treated = generator.normal(0, 1, (10, 6)), np.array([1.0, 0.0] * 5)
    shifted = outcomes + generator.normal(0, 9, (10, 1)) + generator.normal(0, 9, 6)
    np.testing.assert_allclose(effect(shifted, treated, before=3), effect(outcomes, treated, before=3))
    np.testing.assert_allclose(
        period_by_period(shifted, treated, before=3), period_by_period(outcomes, treated, before=3), atol=1e-9
    )
    drift = outcomes + np.outer(treated, np.arange(6)) * 0.7
    assert trend_before(drift, treated, before=3)[0] - trend_before(outcomes, treated, before=3)[0] == pytest.approx(
        0.7
    )


def test_drawn_and_enumerated_placebos_agree_and_a_seed_repeats() -> None:
    generator = np.random.default_rng(8)
    outcomes, treated = generator.normal(0, 1, (14, 2)), np.array([1.0] * 5 + [0.0] * 9)
    exact = effect(outcomes, treated, before=1, permutations=5000)[4]
    sampled = effect(outcomes, treated, before=1, permutations=1500, seed=3)[4]
    assert abs(exact - sampled) < 0.05
    assert sampled == effect(outcomes, treated, before=1, permutations=1500, seed=3)[4]
    assert sampled != effect(outcomes, treated, before=1, permutations=1500, seed=4)[4]


def test_one_treated_region_has_an_effect_and_no_standard_error() -> None:
    outcomes = np.random.default_rng(1).normal(0, 1, (9, 4))
    told = effect(outcomes, np.array([1.0] + [0.0] * 8), before=2)
    assert np.isnan(told[1:4]).all()
    assert told[4] * 9 == pytest.approx(round(told[4] * 9))


@pytest.mark.parametrize(
    ("treated", "said"),
    [([2.0] + [0.0] * 8, "treated is 2 at [0]"), ([0.0] * 9, "the same for all"), ([1.0] * 9, "the same for all")],
)
def test_groups_must_be_two(treated: list[float], said: str) -> None:
    for measure in (effect, trend_before, period_by_period):
        with pytest.raises(MeasureRefusal) as caught:
            measure(np.ones((9, 5)), np.array(treated), before=3)
        assert said in caught.value.what
        assert caught.value.ways
