"""Plans: the optimum is the known one where it is known, and what rests on assumptions says so."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PlanError, Problems, XietongError
from xietong.library.origins import Flag, Grade
from xietong.library.store import Edition
from xietong.plans.pace import Problem, pace, pace_jobs
from xietong.plans.program import Program, solve

FILE = "study/plans.toml"
LOOSE = Problem(start=math.log(0.4), growth=0.05, years=6, target=0.45, reference_growth=0.04, ramp=10.0)


def growth(problem: Problem) -> np.ndarray:
    solution = pace(problem)
    return np.array([solution.values[f"growth {t}"] for t in range(1, problem.years + 1)])


def reached(problem: Problem) -> float:
    return math.exp(problem.start + growth(problem).sum() - problem.years * math.log1p(problem.reference_growth))


@given(
    st.floats(0.2, 0.9), st.floats(0.2, 0.9), st.integers(1, 15), st.floats(0.0, 0.1), st.floats(-0.05, 0.15)
)  # fmt: skip
def test_with_a_loose_ramp_the_peak_is_the_constant_pace(
    start: float, target: float, years: int, reference: float, so_far: float
) -> None:
    problem = Problem(math.log(start), so_far, years, target, reference, ramp=10.0)
    constant = math.log1p(reference) + (math.log(target) - math.log(start)) / years
    if constant > -1:
        solution = pace(problem)
        assert solution.objective == pytest.approx(constant, abs=1e-7)
        assert reached(problem) >= target * (1 - 1e-7)


@given(st.floats(0.001, 0.05), st.floats(0.40, 0.5))
def test_the_ramp_and_the_peak_are_respected(ramp: float, target: float) -> None:
    problem = replace(LOOSE, ramp=ramp, target=target)
    try:
        found = growth(problem)
    except PlanError:
        return
    steps = np.diff(np.concatenate([[problem.growth], found]))
    assert np.abs(steps).max() <= ramp + 1e-7
    assert found.max() <= pace(problem).objective + 1e-7
    assert reached(problem) >= target * (1 - 1e-6)


@given(st.floats(0.002, 0.05))
def test_a_tighter_ramp_is_never_cheaper(ramp: float) -> None:
    problem = replace(LOOSE, ramp=ramp, growth=0.055)
    try:
        tight = pace(problem).objective
    except PlanError:
        return
    assert tight >= pace(replace(problem, ramp=2 * ramp)).objective - 1e-9


def test_the_price_of_the_target_is_what_a_bit_more_of_it_costs() -> None:
    solution = pace(LOOSE)
    price = solution.binding["target"]
    assert price == pytest.approx(1 / LOOSE.years)
    more = pace(replace(LOOSE, target=LOOSE.target * math.exp(0.01))).objective
    assert more - solution.objective == pytest.approx(0.01 * price, rel=1e-6)


def test_a_target_that_is_met_already_has_no_price() -> None:
    problem = replace(LOOSE, ramp=0.01, target=0.30)
    assert "target" not in pace(problem).binding


def test_what_cannot_be_reached_is_told_with_a_way_out() -> None:
    with pytest.raises(PlanError, match="plan pace: no solution: HiGHS says Infeasible") as caught:
        pace(replace(LOOSE, ramp=0.0001, target=0.9))
    assert caught.value.why == "the constraints contradict each other"
    assert "relax an assumption" in caught.value.ways[0]


def test_a_program_without_a_bound_is_told() -> None:
    program = Program("free")
    program.column("x", cost=-1.0)
    with pytest.raises(PlanError, match="plan free: no solution"):
        solve(program)


def test_a_small_program_gives_the_known_corner() -> None:
    program = Program("corner")
    program.column("x", cost=-3.0)
    program.column("y", cost=-2.0)
    program.row("sum", {"x": 1.0, "y": 1.0}, high=4.0)
    program.row("x", {"x": 1.0}, high=3.0)
    solution = solve(program)
    assert (solution.values, solution.objective) == ({"x": 3.0, "y": 1.0}, -11.0)
    assert solution.binding == {"sum": -2.0, "x": -1.0}


def test_the_outcome_is_a_scenario_and_is_scored_by_the_measure_of_the_past(small: Workshop) -> None:
    with small.edition() as edition:
        levels, score = (edition.finding(f"plan.catch.{name}") for name in ("levels", "relative"))
        past = edition.finding("income.relative")
    assert levels.series is not None
    assert score.series is not None
    assert past.series is not None
    for series in (levels.series, score.series):
        assert set(series.flags.ravel().tolist()) == {Flag.SCENARIO}
        assert set(series.grades.ravel().tolist()) == {Grade.ASSUMED}
    assert score.receipt.measure == past.receipt.measure
    assert score.receipt.code == past.receipt.code
    assert score.series.cell(period="2019") == past.series.cell(period="2019")
    assert score.series.cell(period="2024") >= 55.0 - 1e-6
    assert levels.series.axis("period").labels == tuple(str(year) for year in range(2019, 2025))
    assert levels.series.cell(place="110", period="2024") == pytest.approx(63000 * 1.05**5)


def test_the_result_states_assumptions_range_and_what_binds(small: Workshop) -> None:
    with small.edition() as edition:
        payload = edition.finding("plan.catch.result").payload
    assert payload["low"] <= payload["peak"] <= payload["high"]
    assert payload["peak"] >= payload["constant"] - 1e-9
    assert (payload["cases"], payload["infeasible"]) == (8, 0)
    assert payload["so_far"] == pytest.approx(0.1)
    assert payload["start"] == pytest.approx(33000 / 63000)
    assert set(payload["assumptions"]) == {"target", "reference_growth", "ramp"}
    assert all(one["reason"] for one in payload["assumptions"].values())
    assert payload["binding"]


def test_corners_without_a_solution_are_counted(small: Workshop) -> None:
    small.edit(FILE, "high = 0.56", "high = 0.99")
    small.edit(FILE, "low = 0.01", "low = 0.0001")
    with small.edition() as edition:
        payload = edition.finding("plan.catch.result").payload
    assert 0 < payload["infeasible"] < payload["cases"]


def test_a_plan_without_a_solution_names_the_plan_in_the_build(small: Workshop) -> None:
    small.edit(FILE, "value = 0.55\nlow = 0.54\nhigh = 0.56", "value = 5\nlow = 4\nhigh = 6")
    errors = [error for error in small.build_errors() if isinstance(error, PlanError)]
    assert errors
    assert all(error.where == small.line(FILE, "[pace.catch]") for error in errors)


TARGET = "value = 0.55\nlow = 0.54\nhigh = 0.56"
BAD = {
    "outside its range": (
        TARGET,
        "value = 0.6\nlow = 0.54\nhigh = 0.56",
        "0.6 lies outside its own range, 0.54 to 0.56",
    ),
    "no number": (TARGET, 'value = "x"\nlow = 0.54\nhigh = 0.56', "'value' must be a number"),
    "no range": (TARGET, "value = 0.55", "'low' is missing(.|\n)*'high' is missing"),
    "target of nothing": (TARGET, "value = 0\nlow = 0\nhigh = 1", "cannot hold"),
    "horizon before base": ('horizon = "2024"', 'horizon = "2019"', "2019 does not lie after the base year 2019"),
    "no year": ('horizon = "2024"', 'horizon = "soon"', "'horizon' must be a year"),
    "member missing": ('member = "120"\n', "", "'member' is missing"),
    "assumption missing": ("assumptions.ramp", "assumptions.rampe", "'ramp' is missing(.|\n)*unknown key 'rampe'"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_plan_that_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    small.edit(FILE, old, new)
    errors: list[XietongError] = []
    assert pace_jobs(small.read_study(), errors) == []
    with pytest.raises(Problems, match=says):
        raise Problems("plans", errors)
    assert all(error.where.startswith(f"small/{FILE}:") for error in errors)


@pytest.mark.parametrize(("reason", "says"), [("", "'reason' is missing"), ('reason = " "\n', "the reason is empty")])
def test_an_assumption_without_a_reason_is_refused(small: Workshop, reason: str, says: str) -> None:
    small.write(FILE, small.read(FILE).replace('reason = "虚构 | made up"\n', reason))
    errors: list[XietongError] = []
    assert pace_jobs(small.read_study(), errors) == []
    assert [says in error.what for error in errors] == [True] * 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('member = "120"', 'member = "121"', "no place '121'"),
        ('base = "2019"', 'base = "2017"', "no period '2017'"),
        ('growth = "income.growth"', 'growth = "income.member"', "cannot be converted|is open"),
        ('levels = "income.member"', 'levels = "out.jump"', "is a refusal and carries no values"),
    ],
)
def test_a_plan_on_the_wrong_finding_is_refused(small: Workshop, old: str, new: str, says: str) -> None:
    small.edit(FILE, old, new)
    assert any(re.search(says, error.text()) for error in small.build_errors())


def test_the_plan_of_the_real_study_reaches_its_target(jingjinji: Edition) -> None:
    result, score = (jingjinji.finding(f"plan.pace.{name}") for name in ("result", "relative"))
    assert score.series is not None
    target = 100 * result.payload["assumptions"]["target"]["value"]
    assert score.series.cell(period=result.payload["horizon"]) >= target - 1e-6
    assert result.payload["peak"] >= result.payload["constant"] - 1e-9
    assert result.payload["price_of_target"] > 0
