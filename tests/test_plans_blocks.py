"""Programs in blocks, their solution, why one has none, and the plans of a study: problems, levers, ranges."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PlanError, UnknownName, XietongError
from xietong.library.labels import Label
from xietong.library.pages import Section
from xietong.plans import kinds
from xietong.plans.blocks import Model
from xietong.plans.plan import Binding, Case, Check, Kind, Lever, Outcome
from xietong.plans.solving import conflict, solve
from xietong.recipes.jobs import Shelf

X, SUM, MOST = Label("量", "amount"), Label("总和", "sum"), Label("上限", "most")
NO = Label("", "")


def corner(*, whole: bool = False, limit: float = 4.0, sense: float = -1.0) -> Model:
    """Return max 3x + 2y with x + y <= limit and x <= 3; the optimum is 11 at (3, 1)."""
    model = Model("corner")
    x = model.columns(X, 2, cost=sense * np.array([3.0, 2.0]), integer=whole, names=("x", "y"))
    model.rows(SUM, 1, [(0, x, 1.0)], high=limit)
    model.rows(MOST, 1, [(0, x[0], 1.0)], high=3.0, names=("of x",))
    return model


def knapsack() -> Model:
    """Return the knapsack with values 10, 13, 7, weights 3, 4, 2 and room for 6: the last two, 20."""
    model = Model("knapsack")
    take = model.columns(X, 3, cost=[-10.0, -13.0, -7.0], high=1.0, integer=True)
    model.rows(SUM, 1, [(0, take, [3.0, 4.0, 2.0])], high=6.0)
    return model


def test_a_linear_program_has_its_corner_prices_and_bound() -> None:
    answer = solve(corner())
    assert answer.values == pytest.approx([3, 1])
    assert answer.objective == answer.bound == pytest.approx(-11)
    assert answer.duals == pytest.approx([-2, -1])
    assert answer.optimal
    assert answer.gap == 0


def test_an_integer_program_is_whole_and_proven() -> None:
    answer = solve(knapsack())
    assert answer.values == pytest.approx([0, 1, 1])
    assert answer.objective == answer.bound == pytest.approx(-20)
    assert answer.duals.size == 0


def test_shapes_broadcast_and_equal_cells_add_up() -> None:
    model = Model("shapes")
    x = model.columns(X, (2, 3), cost=[[1.0], [2.0]], high=5.0)
    model.rows(SUM, 2, [([[0], [1]], x, 1.0), (0, x[0, 0], 2.0)], low=[4.0, 1.0])
    assert (model.width, model.height) == (6, 2)
    assert model.costs().tolist() == [1, 1, 1, 2, 2, 2]
    assert model.matrix().toarray().tolist() == [[3, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]
    assert solve(model).objective == pytest.approx(4 / 3 + 2)


def test_a_program_without_rows_or_columns_is_solved() -> None:
    assert solve(Model("nothing")).objective == 0
    model = Model("columns only")
    model.columns(X, 2, cost=1.0, low=2.0)
    assert solve(model).objective == 4


@given(st.floats(0.5, 2.9))
def test_what_a_small_relaxation_buys_is_the_dual(by: float) -> None:
    model = corner()
    first = solve(model)
    moved = solve(model.relaxed(model.row_blocks[0], 0, by))
    assert moved.objective - first.objective == pytest.approx(first.duals[0] * by)
    assert model.limits()[1].tolist() == [4, 3]


@given(st.floats(0.1, 20), st.floats(0.1, 20))
def test_loosening_never_worsens(limit: float, more: float) -> None:
    assert solve(corner(limit=limit + more)).objective <= solve(corner(limit=limit)).objective + 1e-9


def test_a_start_is_used_and_a_wrong_one_does_no_harm() -> None:
    for start in ([0.0, 1.0, 1.0], [1.0, 1.0, 1.0]):
        assert solve(knapsack(), start=np.array(start)).objective == pytest.approx(-20)


def test_a_solve_that_is_stopped_before_anything_is_found_says_so() -> None:
    draw = np.random.default_rng(1)
    model = Model("long")
    take = model.columns(X, 60, cost=-draw.integers(1, 99, 60), high=1.0, integer=True)
    weights = draw.integers(1, 99, (30, 60))
    model.rows(
        SUM,
        30,
        [(np.arange(30)[:, None], take, weights)],
        low=weights.sum(axis=1) / 2,
        high=weights.sum(axis=1) / 2 + 1,
    )
    with pytest.raises(PlanError, match="no solution was found in") as caught:
        solve(model, stopped=lambda: True)
    assert caught.value.ways == ("give it more time",)


def test_a_program_without_a_bound_names_what_runs_away() -> None:
    model = Model("free")
    model.columns(X, 2, cost=[-1.0, 1.0], names=("x", "y"))
    model.rows(SUM, 1, [(0, [1], 1.0)], high=4.0)
    with pytest.raises(PlanError, match=r"plan free: no bound: 量 \| amount \(x\) can grow for ever"):
        solve(model)


def test_an_integer_program_without_a_bound_is_no_contradiction() -> None:
    model = Model("free")
    model.columns(X, 1, cost=-1.0, integer=True, names=("x",))
    model.rows(SUM, 1, [(0, [0], 1.0)], low=0.0)
    with pytest.raises(PlanError, match="no bound"):
        solve(model)


def clash(*, whole: bool = False) -> Model:
    model = corner(whole=whole)
    model.rows(Label("至少", "at least"), 1, [(0, [0, 1], 1.0)], low=9.0, names=("both",))
    return model


@pytest.mark.parametrize("whole", [False, True])
def test_a_contradiction_names_the_constraints_and_what_would_have_to_give(whole: bool) -> None:
    with pytest.raises(PlanError, match="these contradict each other: “总和 | sum” and “至少 | at least”") as caught:
        solve(clash(whole=whole))
    assert "most" not in caught.value.what
    assert "5" in caught.value.ways[0]


def test_a_conflict_is_minimal() -> None:
    model = clash()
    labels = [block.label.en for block in conflict(model)]
    assert labels == ["sum", "at least"]


def test_a_single_constraint_beyond_the_limits_of_its_variables_is_told_alone() -> None:
    model = Model("alone")
    x = model.columns(X, 2, high=1.0)
    model.rows(SUM, 1, [(0, x, 1.0)], low=3.0)
    with pytest.raises(PlanError, match="cannot hold") as caught:
        solve(model)
    assert "within their own limits" in caught.value.why
    assert "by 1" in caught.value.ways[0]


def test_many_rows_that_give_way_are_counted() -> None:
    model = Model("many")
    x = model.columns(X, 12, high=1.0)
    model.rows(SUM, 12, [(np.arange(12), x, 1.0)], low=2.0)
    with pytest.raises(PlanError) as caught:
        solve(model)
    assert caught.value.ways[-1].endswith("and 4 more")


def lever(value: float = 2.0) -> Lever:
    return Lever("limit", Label("上限", "limit"), NO, value, 1.0, 5.0, Label("虚构", "made up"), "small:1")


def toy(case: Case) -> Outcome:
    """Return max x with x <= the lever, and no solution where it is below 2."""
    if case["limit"] < 2:
        raise PlanError("toy", "no solution: too little")
    value = case["limit"]
    return Outcome(
        value, value, 0.0, X, NO, "max", (Section("one", X),), (Binding(X, 1.0, NO, "dual"),),
        (Check(X, value, value, "by hand"),), facts={"twice": 2 * value},
    )  # fmt: skip


TOY = Kind(toy, Label("玩具", "toy"), ("limit",), optional=("area", "kept"), registers=("area",), files=("kept",))
PLAN = """
[plan.toy]
kind = "toy"
label = "玩具 | Toy"
text = "虚构 | made up"

[plan.toy.levers.limit]
label = "上限 | Limit"
value = 2
low = 1
high = 5
reason = "虚构 | made up"
"""
FILE = "study/plans.toml"


@pytest.fixture
def toys(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(kinds, "KINDS", {"toy": TOY})
    small.append(FILE, PLAN)
    return small


def test_a_plan_of_a_study_is_a_finding_with_prices_checks_and_ranges(toys: Workshop) -> None:
    with toys.edition() as edition:
        told = edition.finding("plan.toy.result").payload
    assert (told["objective"], told["bound"], told["gap"]) == (2, 2, 0)
    assert told["checks"][0][-1] is True
    assert told["bindings"][0][1:] == [1.0, ["", ""], "dual", 1.0]
    assert told["ranges"] == [{"lever": "limit", "low": None, "high": 5, "facts": {"twice": [None, 10]}}]
    assert told["levers"][0]["where"] == toys.line(FILE, "[plan.toy.levers.limit]")


def test_the_receipt_holds_the_levers_and_a_changed_file_makes_a_plan_stale(toys: Workshop) -> None:
    toys.edit(FILE, 'kind = "toy"', 'kind = "toy"\nkept = "list.csv"')
    toys.write("study/list.csv", "a\n")
    with toys.edition() as edition:
        assert edition.finding("plan.toy.result").receipt.choices == {"kept": "list.csv", "limit": 2}
    assert toys.build(dry=True).stale == ()
    toys.write("study/list.csv", "b\n")
    assert [one.id for one in toys.build(dry=True).stale] == ["plan.toy.result"]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('kind = "toy"', 'kind = "toi"', 'kind = "toi"', "no kind 'toi'"),
        ('text = "虚构 | made up"\n', "", "[plan.toy]", "'text' is missing"),
        ('kind = "toy"', 'kind = "toy"\nlimt = 1', "limt = 1", "unknown key 'limt'"),
        ('kind = "toy"', 'kind = "toy"\narea = "clinics"', 'area = "clinics"', "no class of register 'clinics'"),
        ("levers.limit", "levers.limits", "[plan.toy.levers.limits]", "unknown key 'limits'"),
        (
            "value = 2\nlow = 1",
            "value = 0.5\nlow = 1",
            "[plan.toy.levers.limit]",
            "0.5 lies outside its own range, 1 to 5",
        ),
        ("value = 2\nlow = 1", 'value = "two"\nlow = 1', 'value = "two"', "'value' must be a number"),
        (
            'high = 5\nreason = "虚构 | made up"',
            'high = 5\nreason = " "',
            "[plan.toy.levers.limit]",
            "the reason is empty",
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_with_its_line(
    toys: Workshop, old: str, new: str, line: str, says: str
) -> None:
    toys.write(FILE, toys.read(FILE).partition("\n[plan.toy]")[0] + PLAN.replace(old, new, 1))
    errors: list[XietongError] = []
    assert kinds.plan_jobs(toys.read_study(), errors) == []
    assert [(says in error.text(), error.where) for error in errors if says in error.text()] == [
        (True, toys.line(FILE, line))
    ]


def test_a_lever_is_moved_outside_its_range_but_not_by_another_name_or_to_no_number(toys: Workshop) -> None:
    study = toys.read_study()
    document = study.documents("plans")[0]
    one = kinds.case(document, "toy", Shelf(study, None))
    assert one["limit"] == 2
    assert one.moved({"limit": 9.0})["limit"] == 9
    assert one["limit"] == 2
    with pytest.raises(UnknownName, match="no lever 'limits'"):
        one.moved({"limits": 1.0})
    with pytest.raises(PlanError, match="must be a finite number"):
        one.moved({"limit": float("inf")})
    with pytest.raises(UnknownName, match="no lever 'other'"):
        one["other"]


def test_a_check_holds_to_a_millionth() -> None:
    assert Check(X, 100.0, 100.00005, "").holds
    assert not Check(X, 100.0, 100.01, "").holds
    assert lever().value == 2
