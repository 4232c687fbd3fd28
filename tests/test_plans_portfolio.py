"""Portfolio: one budget over paths; toy cases with the optimum known by hand, and what holds whatever is assumed."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from planned import given, levers, problems, solved, table

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.pages import Column, Page, Row, Section, page
from xietong.library.store import Edition
from xietong.plans.efforts import (
    Goal,
    Means,
    alone,
    least_budget,
    lexicographic,
    most,
    sparing,
    weighted,
)
from xietong.plans.plan import Outcome

NOTE = Label("虚构", "made up")
A = Goal("a", NOTE, 0.1, 2028, ("p",))
B = Goal("b", NOTE, 0.1, 2028, ("q",))
MEANS = Means(("p", "q"), np.array([0.01, 0.01]), np.array([1.0, 1.0]), 5.0, 100.0, 2027)


def test_half_the_points_meet_half_of_it() -> None:
    """Two years of 5 points at a hundredth each close 0.1 of the 0.2 that lies open: one share of two."""
    spent = weighted([A, B], MEANS)
    assert spent.answer.objective == pytest.approx(1.0)
    assert spent.open.sum() == pytest.approx(0.1)
    assert weighted([A, B], replace(MEANS, budget=10.0)).answer.objective == pytest.approx(0, abs=1e-9)


def test_the_price_of_the_budget_is_what_a_point_more_buys() -> None:
    spent = weighted([A, B], MEANS)
    rows = next(block for block in spent.model.row_blocks if block.label.en == "budget of a year")
    assert spent.answer.duals[rows.at] == pytest.approx([-0.1, -0.1])
    more = weighted([A, B], replace(MEANS, budget=6.0))
    assert more.answer.objective - spent.answer.objective == pytest.approx(-0.2)


def test_a_ramp_lets_effort_grow_by_steps() -> None:
    spent = weighted([replace(A, due=2030)], replace(MEANS, ramp=1.0))
    assert spent.effort[0] == pytest.approx([1, 2, 3, 4])
    assert spent.open[0] == pytest.approx(0)
    assert weighted([replace(A, due=2029)], replace(MEANS, ramp=1.0)).open[0] == pytest.approx(0.04)


def test_effort_after_its_year_does_not_help_a_goal() -> None:
    late = replace(B, due=2030)
    spent = weighted([A, late], replace(MEANS, budget=2.0))
    assert spent.open == pytest.approx([0.06, 0.02]) or spent.open.sum() == pytest.approx(0.12)
    assert not weighted([A, late], replace(MEANS, budget=4.0)).met([A, late])[0]


def test_ranks_come_before_weights() -> None:
    """A point closes 1/20 of the first and half of the second; by rank the first gets all ten points nonetheless."""
    first, second = replace(A, shortfall=0.2, due=2027), replace(B, due=2027, rank=1)
    means = replace(MEANS, effect=np.array([0.01, 0.05]), budget=10.0)
    assert weighted([first, second], means).open == pytest.approx([0.12, 0.0], abs=1e-9)
    assert lexicographic([first, second], means).open == pytest.approx([0.1, 0.1], abs=1e-5)
    assert lexicographic([replace(first, rank=1), replace(second, rank=0)], means).open == pytest.approx(
        [0.12, 0.0], abs=1e-5
    )


def test_what_a_first_rank_does_not_need_goes_to_the_next() -> None:
    spent = lexicographic([A, replace(B, rank=1)], replace(MEANS, budget=7.0))
    assert spent.open == pytest.approx([0.0, 0.06], abs=1e-5)


def test_the_least_budget_for_each_number_of_goals() -> None:
    small = replace(B, shortfall=0.04)
    budgets = [least_budget([A, small], MEANS, count) for count in (1, 2)]
    assert [one.budget for one in budgets if one] == pytest.approx([2.0, 7.0])
    assert budgets[0] is not None
    assert budgets[0].met([A, small]) == [False, True]
    assert budgets[0].answer.bound == pytest.approx(2.0)


def test_where_no_budget_is_enough_there_is_none() -> None:
    assert least_budget([A], replace(MEANS, ramp=0.1), 1) is None
    assert least_budget([A], replace(MEANS, effect=np.zeros(2)), 1) is None


def test_the_most_a_goal_can_gain() -> None:
    assert most(A, MEANS) == pytest.approx(0.1)
    assert most(replace(A, due=2026), MEANS) == pytest.approx(0)
    assert alone(A, MEANS)
    assert not alone(replace(A, shortfall=0.11), MEANS)


def test_of_all_optima_the_one_with_the_least_effort_is_shown() -> None:
    means = replace(MEANS, budget=50.0)
    shown = sparing([A, B], means, weighted([A, B], means))
    assert shown.effort.sum() == pytest.approx(20, rel=1e-4)
    assert (shown.effort >= 0).all()


goals = st.lists(
    st.builds(
        lambda shortfall, due, path, weight: Goal("g", NOTE, shortfall, due, (path,), weight),
        st.floats(0.01, 0.5), st.integers(2027, 2033), st.sampled_from("pq"), st.floats(0.5, 3),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@examples(goals, st.floats(1, 30), st.floats(0.5, 20), st.floats(0.1, 10))
def test_loosening_never_worsens_and_scaling_changes_nothing(one, budget: float, ramp: float, scale: float) -> None:
    means = replace(MEANS, budget=budget, ramp=ramp)
    found = weighted(one, means).answer.objective
    assert weighted(one, replace(means, budget=2 * budget)).answer.objective <= found + 1e-7
    assert weighted(one, replace(means, ramp=2 * ramp)).answer.objective <= found + 1e-7
    assert weighted(one, replace(means, effect=2 * means.effect)).answer.objective <= found + 1e-7
    again = weighted(one, replace(means, cost=scale * means.cost, budget=scale * budget)).answer.objective
    assert again == pytest.approx(found, abs=1e-6)
    heavier = weighted([replace(goal, weight=scale * goal.weight) for goal in one], means).answer.objective
    assert heavier == pytest.approx(scale * found, rel=1e-6, abs=1e-6)


@examples(goals, st.floats(1, 30), st.randoms(use_true_random=False))
def test_the_order_of_goals_and_paths_does_not_matter(one, budget: float, random) -> None:
    means = replace(MEANS, budget=budget, ramp=5.0)
    found = weighted(one, means).answer.objective
    random.shuffle(one)
    turned = replace(means, paths=("q", "p"), effect=means.effect[::-1])
    assert weighted(one, turned).answer.objective == pytest.approx(found, abs=1e-6)


@examples(goals, st.floats(1, 30))
def test_more_goals_never_take_a_smaller_budget(one, budget: float) -> None:
    means = replace(MEANS, budget=budget)
    found = [least_budget(one, means, count) for count in range(1, len(one) + 1)]
    budgets = [math.inf if spent is None else spent.budget for spent in found]
    assert all(a <= b + 1e-6 for a, b in pairwise(budgets))
    for count, spent in enumerate(found, 1):
        assert spent is None or sum(spent.met(one)) >= count


TEXT = """
[plan.mix]
kind = "portfolio"
label = "组合 | Mix"
text = "组合 | Which goals are met"
targets = "targets"
gaps = "gaps"
paths = ["P", "Q"]
first = "2026"
horizon = "2035"

[plan.mix.serves]
T2 = { paths = [], reason = "无 | no path has it" }
income = { paths = ["P"], reason = "收入 | income belongs to P" }
"""
LEVERS = levers(
    "mix", budget=(100, 50, 200), ramp=(100, 100, 100), official=(2, 1, 5), effect_P=(1, 0, 4), cost_P=(1, 1, 1),
    effect_Q=(1, 0, 4), cost_Q=(1, 1, 1),
)  # fmt: skip


def row(name: str, state: str, operator: str, achieved: float, needed: float | None, year: str = "2035") -> dict:
    return {
        "id": name, "label": [name, name], "state": state, "operator": operator, "achieved": achieved, "needed": needed,
        "year": year, "at": "2025", "last": 1.0,
    }  # fmt: skip


def mix(folder: Path, text: str = TEXT + LEVERS, facts=None, rows=None, **moved: float) -> Outcome:
    empty = {"id": "T9", "label": ["九", "nine"], "state": "no data", "missing": ["表", "a table"]}
    rows = rows or [row("T1", "met", ">=", 0.02, None), row("T2", "behind", "<=", -0.01, -0.02), empty]
    targets = table("targets", {"rows": rows, "counts": {"all": len(rows)}})
    facts = facts or {"income:achieved": 0.0, "income:base": 2025.0, "income:needed:2035": 0.02}
    columns = (Column("gap", NOTE),)
    shown = Section("paces", NOTE, (), columns, (Row((Label("收入", "income"),), finding="income"),))
    gaps = table("gaps", Page("gaps", NOTE, NOTE, (shown,)).payload() | {"facts": facts})
    return solved(given(folder, text, "mix", targets, gaps).moved(moved))


def states(outcome: Outcome) -> dict[str, str]:
    return {row.cells[0]: row.cells[-1].en for row in outcome.sections[0].rows}


def test_the_page_leads_with_what_no_assumption_changes(tmp_path: Path) -> None:
    """The gap lacks 0.2 in logs; all effort for ten years at a point a year closes half of it, at four all."""
    outcome = mix(tmp_path)
    assert outcome.sections[0].id == "standing"
    assert "assumed by this study" in outcome.sections[0].text[0].en
    assert states(outcome) == {"T1": "met", "T2": "no path serves it", "income": "depends on the assumptions"}
    assert outcome.objective == pytest.approx(0.5)
    assert all(check.holds for check in outcome.checks)
    assert len(outcome.checks) == 2
    assert outcome.facts["no path"] == 1
    assert outcome.sections[1].rows[0].cells[-1] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0, 1.9, "out of reach at every point of the ranges"),
        (0, 4, "depends on the assumptions"),
        (4, 4, "within reach at every point of the ranges, if it comes first"),
    ],
)
def test_robust_is_what_both_corners_say(tmp_path: Path, low: float, high: float, says: str) -> None:
    narrow = levers("mix", budget=(100, 100, 100), ramp=(100, 100, 100), official=(2, 1, 5), cost_P=(1, 1, 1),
                    effect_P=(high, low, high), effect_Q=(1, 0, 4), cost_Q=(1, 1, 1))  # fmt: skip
    assert states(mix(tmp_path, TEXT + narrow))["income"] == says


@examples(st.floats(0, 4), st.floats(50, 200))
def test_what_is_out_of_reach_is_so_at_every_point(effect: float, budget: float) -> None:
    far = replace(A, shortfall=0.9, due=2036)
    best, here = (replace(MEANS, effect=np.array([e, e]) / 1e4, budget=b) for e, b in ((4.0, 200.0), (effect, budget)))
    assert alone(far, here) <= alone(far, best)


def test_all_as_it_goes_needs_no_program(tmp_path: Path) -> None:
    outcome = mix(tmp_path, facts={"income:achieved": 0.03, "income:base": 2025.0, "income:needed:2035": 0.02})
    assert [section.id for section in outcome.sections] == ["standing", "absent"]
    assert states(outcome)["income"] == "met if the pace is kept up"
    assert outcome.objective == 0


def test_the_plan_waits_for_effects_and_for_targets_without_data(tmp_path: Path) -> None:
    outcome = mix(tmp_path)
    assert [one.what.en for one in outcome.waits] == ["inputs, costs and effects of each path"]
    assert [one.what.en for one in outcome.sections[-1].missing] == ["T9 nine"]


def test_an_effect_of_nothing_buys_nothing(tmp_path: Path) -> None:
    outcome = mix(tmp_path, effect_P=0.0)
    assert outcome.objective == pytest.approx(1.0)
    assert outcome.sections[1].rows[0].cells[-1] is None


def test_a_goal_that_nobody_assigned_is_told(tmp_path: Path) -> None:
    text = "\n".join(line for line in TEXT.splitlines() if not line.startswith("income ="))
    with pytest.raises(PlanError, match="'income' lies behind and stands nowhere under 'serves'"):
        mix(tmp_path, text + LEVERS)


def test_a_horizon_that_the_gaps_do_not_reach_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="has no gap with the horizon 2040"):
        mix(tmp_path, TEXT.replace('"2035"', '"2040"') + LEVERS)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('paths = ["P"]', 'paths = ["R"]', "no path 'R'"),
        ('first = "2026"', "first = 2026", "'first' must be a year, not 2026"),
        ("[plan.mix.levers.cost_Q]", "[plan.mix.levers.cost_R]", "'cost_Q' is missing"),
        ("value = 1\nlow = 0\nhigh = 4", "value = 1\nlow = -1\nhigh = 4", "the low end -1 makes no sense"),
        (', reason = "无 | no path has it"', "", "'reason' is missing"),
        ("[plan.mix.serves]", "[plan.mix.server]", "'serves' is missing"),
    ],
)
def test_a_plan_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (TEXT + LEVERS).replace(old, new)
    assert text != TEXT + LEVERS
    told = problems(tmp_path, text, "mix")
    assert any(says in one.text() for one in told)
    assert all(one.where.startswith("plans.toml:") for one in told)


def test_the_portfolio_of_the_real_study(jingjinji: Edition) -> None:
    payload = jingjinji.finding("plan.portfolio.result").payload
    standing = page(payload).section("standing")
    assert {row.cells[0]: row.cells[-1].en for row in standing.rows}["T17"] == "no path serves it"
    targets = [one for one in jingjinji.finding("targets").payload["rows"] if "last" in one]
    assert {row.cells[0] for row in standing.rows} >= {one["id"] for one in targets}
    assert all(check[-1] for check in payload["checks"])
    assert payload["gap"] < 1e-9
    objective = payload["objective"]
    by_lever = {one["lever"]: one for one in payload["ranges"]}
    assert by_lever["budget"]["high"] <= objective <= by_lever["budget"]["low"]
    assert by_lever["cost_P3"]["low"] <= objective <= by_lever["cost_P3"]["high"]
