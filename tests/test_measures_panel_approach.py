"""Panel approach: the branch and bound against every set, an effect that was put in, and periods left out one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xietong.errors import MeasureRefusal
from xietong.measures import panel_approach
from xietong.measures.axes import Array

BEFORE = 16


def series(seed: int, controls: int = 6, effect: float = 0.0) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    drifts = generator.normal(0, 1, (2, 22)).cumsum(axis=1)
    values = generator.uniform(-1, 1, (controls + 1, 2)) @ drifts + generator.normal(0, 0.3, (controls + 1, 22))
    values[0, BEFORE:] += effect
    return values[0], values[1:]


def regression(y: Array, x: Array) -> tuple[Array, Array]:
    rows = np.column_stack([np.ones(x.shape[1]), x.T])
    found = np.linalg.lstsq(rows[:BEFORE], y[:BEFORE], rcond=None)[0]
    return found, y - rows @ found


def price(kind: str, number: int) -> float:
    k = number + 2
    return {"AIC": 2 * k, "BIC": k * np.log(BEFORE), "AICc": 2 * k + 2 * k * (k + 1) / (BEFORE - k - 1)}[kind]


@pytest.mark.parametrize("criterion", ["AICc", "AIC", "BIC"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_set_of_controls_is_better_than_the_one_chosen(criterion, seed: int) -> None:
    y, x = series(seed)
    tried = {}
    for number in range(7):
        for kept in combinations(range(6), number):
            squares = (regression(y, x[list(kept)])[1][:BEFORE] ** 2).sum()
            tried[kept] = BEFORE * np.log(squares / BEFORE) + price(criterion, number)
    best = min(tried, key=lambda kept: tried[kept])
    told = panel_approach.coefficients(y, x, before=BEFORE, criterion=criterion)
    assert tuple(np.flatnonzero(told)) == best
    np.testing.assert_allclose(told[list(best)], regression(y, x[list(best)])[0][1:], rtol=1e-8)
    summary = panel_approach.mean_effect(y, x, before=BEFORE, criterion=criterion)
    assert summary[7] == pytest.approx(tried[best])


@given(seed=st.integers(0, 10_000), effect=st.floats(-5, 5))
@settings(max_examples=40, deadline=None)
def test_an_effect_that_is_put_in_comes_out_and_its_error_stays(seed: int, effect: float) -> None:
    plain, moved = (panel_approach.mean_effect(*series(seed, effect=one), before=BEFORE) for one in (0.0, effect))
    assert moved[0] - plain[0] == pytest.approx(effect, abs=1e-9)
    np.testing.assert_allclose(moved[[1, 5, 6, 7, 8, 9, 10]], plain[[1, 5, 6, 7, 8, 9, 10]], rtol=1e-9)
    gaps = panel_approach.effect_by_period(*series(seed, effect=effect), before=BEFORE)
    assert gaps[:BEFORE].sum() == pytest.approx(0, abs=1e-8)
    assert gaps[BEFORE:].mean() == pytest.approx(moved[0])


def test_the_error_of_the_mean_is_how_far_means_lie_apart() -> None:
    """A single good control, two that are noise, no effect: over many draws the error tells the spread, the naive one not."""
    generator = np.random.default_rng(5)
    told = []
    for _ in range(1500):
        x = generator.normal(size=(3, 30))
        y = 2 + x[0] + generator.normal(0, 0.5, 30)
        told.append(panel_approach.mean_effect(y, x, before=24, criterion="BIC"))
    effects, errors = np.array(told)[:, 0], np.array(told)[:, 1]
    assert 0.8 < errors.mean() / effects.std() < 1.1
    assert np.array(told)[:, 10].mean() > np.array(told)[:, 9].mean()


def test_left_out_periods_are_predicted_from_fits_without_them() -> None:
    y, x = series(3)
    kept = np.flatnonzero(panel_approach.coefficients(y, x, before=BEFORE))
    missed = []
    for out in range(BEFORE):
        rows = np.column_stack([np.ones(BEFORE), x[kept, :BEFORE].T])
        rest = np.arange(BEFORE) != out
        found = np.linalg.lstsq(rows[rest], y[:BEFORE][rest], rcond=None)[0]
        missed.append(y[out] - rows[out] @ found)
    assert panel_approach.mean_effect(y, x, before=BEFORE)[10] == pytest.approx(np.sqrt(np.mean(np.square(missed))))


def test_two_controls_that_are_one_and_one_that_is_flat_are_no_trouble() -> None:
    y, x = series(4)
    twice = np.vstack([x[:3], x[0], np.full(22, 7.0)])
    told = panel_approach.effect_by_period(y, twice, before=BEFORE)
    np.testing.assert_allclose(told, panel_approach.effect_by_period(y, x[:3], before=BEFORE), atol=1e-8)


@pytest.mark.parametrize(("before", "said"), [(22, "before is 22 of 22"), (10, "before is 10 of 22 periods with 6")])
def test_too_few_periods_are_refused(before: int, said: str) -> None:
    with pytest.raises(MeasureRefusal, match=said) as caught:
        panel_approach.mean_effect(*series(1), before=before)
    assert "state from 11 to 21" in caught.value.ways[0]
