"""Efficiency: against a solver, program by program; what must not change it; and the mistakes that circulate."""

from __future__ import annotations

import exact_programs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from xietong.errors import MeasureRefusal
from xietong.measures import misuses
from xietong.measures.axes import Array
from xietong.measures.efficiency import bcc, ccr, peer_weights, returns_to_scale, scale_efficiency, status
from xietong.measures.malmquist import malmquist, malmquist_luenberger
from xietong.measures.slacks import input_slacks, output_slacks, sbm
from xietong.measures.super_efficiency import super_bcc, super_ccr, super_sbm
from xietong.measures.undesirable import directional_distance, sbm_undesirable

SIDES = ("input", "output")


def made(places: int, inputs: int = 3, outputs: int = 2, seed: int = 1, spread: float = 1.0) -> tuple[Array, Array]:
    """Make up places whose inputs differ by orders of magnitude when the spread is large."""
    generator = np.random.default_rng(seed)
    x = generator.lognormal(0, spread, (places, inputs))
    size = np.exp(np.log(x).mean(axis=-1, keepdims=True) * 0.8)
    return x, size * np.exp(generator.normal(0, 0.3, (places, outputs)))


def solved(x: Array, y: Array, orientation: str, *, variable: bool = False, barred: bool = False) -> Array:
    """Solve one program a place with HiGHS; nan where it is infeasible."""
    scores = []
    for place in range(len(x)):
        kept = [other for other in range(len(x)) if not (barred and other == place)]
        one = {"A_eq": [[0] + [1] * len(kept)], "b_eq": [1]} if variable else {}
        if orientation == "input":
            rows = np.r_[np.c_[-x[place], x[kept].T], np.c_[np.zeros(y.shape[1]), -y[kept].T]]
            found = linprog([1] + [0] * len(kept), rows, np.r_[np.zeros(x.shape[1]), -y[place]], **one)
            scores.append(found.x[0] if found.status == 0 else np.nan)
        else:
            rows = np.r_[np.c_[np.zeros(x.shape[1]), x[kept].T], np.c_[y[place], -y[kept].T]]
            found = linprog([-1] + [0] * len(kept), rows, np.r_[x[place], np.zeros(y.shape[1])], **one)
            scores.append(1 / found.x[0] if found.status == 0 else np.nan)
    return np.array(scores)


# --- against a solver


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize("places", [12, 150])
def test_scores_are_those_of_a_solver(places: int, orientation: str) -> None:
    x, y = made(places)
    np.testing.assert_allclose(ccr(x, y, orientation=orientation), solved(x, y, orientation), rtol=0, atol=1e-9)
    expected = solved(x, y, orientation, variable=True)
    np.testing.assert_allclose(bcc(x, y, orientation=orientation), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("orientation", SIDES)
def test_super_efficiency_is_that_of_a_solver_infeasible_places_too(orientation: str) -> None:
    x, y = made(60)
    got = super_ccr(x, y, orientation=orientation)
    np.testing.assert_allclose(got, solved(x, y, orientation, barred=True), rtol=1e-9)
    expected = solved(x, y, orientation, variable=True, barred=True)
    assert np.isnan(expected).any()
    np.testing.assert_allclose(super_bcc(x, y, orientation=orientation), expected, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 3), st.sampled_from(SIDES))
def test_whole_numbers_with_many_ties_and_zeros(seed: int, inputs: int, outputs: int, orientation: str) -> None:
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 4, (9, inputs)).astype(float)
    y = generator.integers(0, 4, (9, outputs)).astype(float)
    x[:, 0] += x.sum(axis=1) == 0
    y[:, 0] += y.sum(axis=1) == 0
    expected = np.minimum(solved(x, y, orientation), 1)
    np.testing.assert_allclose(ccr(x, y, orientation=orientation), expected, rtol=0, atol=1e-9)
    expected = solved(x, y, orientation, variable=True)
    np.testing.assert_allclose(bcc(x, y, orientation=orientation), expected, rtol=0, atol=1e-9)


def test_the_large_number_of_places_at_which_a_peer_went_wrong() -> None:
    """The Python package dealib 1.0.0 is off by up to 0.065 in CCR at 2,843 places; a sample is held against HiGHS."""
    x, y = made(2843, spread=0.5)
    scores = ccr(x, y)
    best = np.flatnonzero(scores > 1 - 1e-9)
    some = np.unique(np.r_[best, np.arange(0, 2843, 71)])
    np.testing.assert_allclose(scores[some], solved(x[some], y[some], "input"), rtol=0, atol=1e-9)
    assert (scores <= 1 + 1e-12).all()


def test_how_many_places_go_at_a_time_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = made(300)
    whole = ccr(x, y), bcc(x, y, orientation="input"), sbm(x, y)
    monkeypatch.setattr("xietong.measures.linear_programs._CELLS", 3000)
    again = ccr(x, y), bcc(x, y, orientation="input"), sbm(x, y)
    np.testing.assert_allclose(again, whole, rtol=0, atol=1e-11)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["far apart", "whole", "almost alike"]))
def test_scores_are_exact_where_a_solver_is_not(seed: int, kind: str) -> None:
    """Held against fractions: HiGHS on raw amounts is off by up to 0.01 where they are far apart."""
    generator = np.random.default_rng(seed)
    made_of = {
        "far apart": lambda shape: generator.lognormal(0, 3, shape),
        "whole": lambda shape: generator.integers(1, 4, shape).astype(float),
        "almost alike": lambda shape: generator.uniform(1, 1.0001, shape),
    }
    x, y = made_of[kind]((8, 2)), made_of[kind]((8, 2))
    beyond, slacks = super_bcc(x, y, orientation="input"), sbm(x, y, returns="variable")
    for place in (0, 5):
        np.testing.assert_allclose(beyond[place], exact_programs.super_bcc(x, y, place), rtol=1e-9)
        np.testing.assert_allclose(slacks[place], exact_programs.sbm(x, y, place), rtol=0, atol=1e-9)


# --- what must not change a score


def test_neither_units_nor_magnitudes_matter() -> None:
    """Large magnitudes break the tolerance of solvers on raw data (rDEA issue 17) and gave scores below zero (20)."""
    x, y = made(40, spread=2.0)
    units_x, units_y = [1e-9, 1.0, 1e12], [1e10, 1e-8]
    for score in (ccr, sbm, super_ccr, super_sbm):
        np.testing.assert_allclose(score(x * units_x, y * units_y), score(x, y), rtol=1e-9)
    for orientation in SIDES:
        moved = bcc(x * units_x, y * units_y, orientation=orientation)
        np.testing.assert_allclose(moved, bcc(x, y, orientation=orientation), rtol=1e-9)


def test_the_size_of_a_place_does_not_matter_at_constant_returns() -> None:
    x, y = made(30)
    sizes = np.random.default_rng(2).lognormal(0, 4, (30, 1))
    np.testing.assert_allclose(ccr(x * sizes, y * sizes), ccr(x, y), rtol=0, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_measures(seed: int) -> None:
    x, y = made(15, seed=seed)
    constant, slacks = ccr(x, y), sbm(x, y)
    for orientation in SIDES:
        variable = bcc(x, y, orientation=orientation)
        assert (variable >= constant - 1e-9).all()
        np.testing.assert_allclose(scale_efficiency(x, y, orientation=orientation), constant / variable, atol=1e-9)
    np.testing.assert_allclose(ccr(x, y, orientation="output"), constant, rtol=0, atol=1e-9)
    assert (slacks <= constant + 1e-9).all()
    assert ((slacks > 1 - 1e-9) == (status(x, y) == 2)).all()
    beyond = super_sbm(x, y)
    np.testing.assert_allclose(np.minimum(beyond, 1), slacks, rtol=0, atol=1e-8)


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize("orientation", SIDES)
def test_the_peers_make_the_point_at_which_a_place_is_measured(orientation: str, returns: str) -> None:
    x, y = made(20)
    chosen = {"orientation": orientation, "returns": returns}
    table = peer_weights(x, y, **chosen)
    score = ccr(x, y) if returns == "constant" else bcc(x, y, orientation=orientation)
    shrunk, stretched = (score[:, None], 1) if orientation == "input" else (1, 1 / score[:, None])
    np.testing.assert_allclose(table @ x + input_slacks(x, y, **chosen), x * shrunk, atol=1e-9)
    np.testing.assert_allclose(table @ y - output_slacks(x, y, **chosen), y * stretched, atol=1e-9)
    assert (score[table.max(axis=0) > 1e-9] > 1 - 1e-9).all()
    if returns == "variable":
        np.testing.assert_allclose(table.sum(axis=1), 1)


def test_returns_to_scale_of_both_kinds() -> None:
    x, y = np.array([[1.0], [2.0], [4.0], [6.0]]), np.array([[1.0], [4.0], [6.0], [7.0]])
    np.testing.assert_array_equal(returns_to_scale(x, y, orientation="output"), [0, 1, 2, 2])


# --- traps


def test_a_score_of_one_with_a_slack_is_no_efficiency() -> None:
    x, y = np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 1.0]]), np.ones((3, 1))
    np.testing.assert_allclose(ccr(x, y), 1)
    np.testing.assert_array_equal(status(x, y), [2, 1, 1])
    np.testing.assert_allclose(input_slacks(x, y), [[0, 0], [0, 1], [1, 0]], atol=1e-12)
    np.testing.assert_array_equal(misuses("status")[0].function(x, y), 2)


def test_orientations_are_not_mixed_up() -> None:
    x, y = np.array([[1.0], [4.0], [4.0]]), np.array([[1.0], [2.0], [1.5]])
    np.testing.assert_allclose(bcc(x, y, orientation="input"), [1, 1, 2.5 / 4])
    np.testing.assert_allclose(bcc(x, y, orientation="output"), [1, 1, 0.75])
    wrong = misuses("bcc")[0].function(x, y, orientation="input")
    np.testing.assert_allclose(wrong, [1, 1, 0.75])
    assert (misuses("ccr")[0].function(x, y) >= 1 - 1e-12).all()


def test_an_infeasible_place_is_marked_and_neither_one_nor_left_out() -> None:
    x, y = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [3.0], [4.0]])
    scores = super_bcc(x, y, orientation="input")
    assert scores.shape == (3,)
    np.testing.assert_allclose(scores, [2, 7 / 6, np.nan])
    np.testing.assert_allclose(misuses("super_bcc")[0].function(x, y, orientation="input"), [2, 7 / 6, 1])
    np.testing.assert_allclose(super_bcc(x, y, orientation="output")[0], np.nan)
    assert np.isfinite(super_sbm(x, y, returns="variable")).all()


def test_a_place_alone_with_an_output_has_no_super_efficiency_at_constant_returns_either() -> None:
    x, y = np.ones((3, 1)), np.array([[1.0, 1.0], [1.0, 0.0], [2.0, 0.0]])
    for orientation in SIDES:
        assert np.isnan(super_ccr(x, y, orientation=orientation)).tolist() == [True, False, False]


def test_bad_outputs_are_no_inputs() -> None:
    x, y, b = np.ones((4, 1)), np.array([[2.0], [1.0], [1.0], [1.5]]), np.array([[1.0], [1.0], [0.25], [1.5]])
    right, wrong = sbm_undesirable(x, y, b), misuses("sbm_undesirable")[0].function(x, y, b)
    half_of_the_first = (1 - 1 / 2) / (1 + (0 + 1 / 2) / 2)
    np.testing.assert_allclose(right[1], half_of_the_first)
    assert abs(right[3] - wrong[3]) > 0.01
    np.testing.assert_allclose(directional_distance(x, y, b)[:3], [0, 3 / 7, 0], atol=1e-12)


def test_bads_can_be_cut_for_nothing_only_in_the_misuse() -> None:
    x, y, b = np.ones((2, 1)), np.array([[2.0], [1.9]]), np.array([[1.0], [4.0]])
    np.testing.assert_allclose(directional_distance(x, y, b), [0, 0], atol=1e-12)
    np.testing.assert_allclose(misuses("directional_distance")[0].function(x, y, b), [0, 0.1 / 1.9], atol=1e-12)


# --- over time


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_parts_multiply_to_the_index_and_time_can_be_turned(seed: int) -> None:
    (x0, y0), (x1, y1) = made(12, 2, 2, seed=seed), made(12, 2, 2, seed=seed + 1)
    index, efficiency, technical, pure, scale = np.moveaxis(malmquist(x0, y0, x1, y1), -1, 0)
    np.testing.assert_allclose(efficiency * technical, index)
    np.testing.assert_allclose(pure * scale, efficiency)
    np.testing.assert_allclose(malmquist(x1, y1, x0, y0)[..., 0], 1 / index)
    other = malmquist(x0, y0, x1, y1, orientation="input")
    np.testing.assert_allclose(other[..., :3], np.stack([index, efficiency, technical], axis=-1), rtol=1e-9)


def test_the_index_at_variable_returns_leaves_places_without_a_number() -> None:
    (x0, y0), (x1, y1) = made(12, 1, 1), made(12, 1, 1, seed=2)
    assert np.isfinite(malmquist(x0, y0, x1, y1)).all()
    wrong = misuses("malmquist")[0].function(x0, y0, x1, y1, orientation="output")
    assert np.isnan(wrong[..., 0]).any()


def test_a_year_in_which_all_doubles_is_technical_change_alone() -> None:
    x, y = made(12, 2, 1)
    np.testing.assert_allclose(malmquist(x, y, x, 2 * y), np.array([[2, 1, 2, 1, 1]] * 12), rtol=1e-9)
    np.testing.assert_allclose(malmquist(x, y, x, y), 1)


def test_a_mixed_year_out_of_reach_is_marked_and_stays() -> None:
    one = np.ones((3, 1))
    y0, b0 = np.array([[7.0], [4.0], [5.0]]), np.array([[2.0], [2.0], [5.0]])
    y1, b1 = np.array([[8.0], [4.0], [5.5]]), np.array([[1.0], [1.0], [3.0]])
    told = malmquist_luenberger(one, y0, b0, one, y1, b1)
    assert told.shape == (3, 3)
    assert np.isnan(told[:, 0]).tolist() == [False, False, True]
    assert np.isfinite(told[:, 1]).all()
    np.testing.assert_allclose(malmquist_luenberger(one, y0, b0, one, y0, b0), 1)


# --- refusals


def test_what_is_refused() -> None:
    x, y = made(12)
    for bad, said in ((x * 0, "all inputs are 0 at [0]"), (-x, "inputs is -")):
        with pytest.raises(MeasureRefusal) as caught:
            ccr(bad, y)
        assert caught.value.what.startswith(said)
        assert caught.value.ways
    none = x.copy()
    none[3, 1] = 0
    assert np.isfinite(ccr(none, y)).all()
    with pytest.raises(MeasureRefusal, match="inputs is 0 at"):
        sbm(none, y)
    with pytest.raises(MeasureRefusal, match="bads is 0 at"):
        directional_distance(x, y, y * 0)
