"""Comparison: at most five outcomes side by side, the levers that differ, and every cell that moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from planned import given, levers, over

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.pages import Column, Page, Row, Section, page
from xietong.plans.comparison import compare
from xietong.plans.kinds import KINDS, payload

NOTE = Label("虚构", "made up")


def outcome(objective: float, lever: float, *rows: tuple, kind: str = "toy", holds: bool = True) -> dict[str, Any]:
    columns = (Column("site", Label("点", "site")), Column("load", Label("量", "load"), digits=1))
    section = Section("sites", Label("选点", "Sites"), (), columns, tuple(Row(row) for row in rows))
    told = {"id": "beds", "label": ["床", "beds"], "unit": ["张", "beds"], "value": lever, "low": 1.0, "high": 9.0}
    return Page("toy", NOTE, NOTE, (section,)).payload() | {
        "kind": kind, "objective": objective, "bound": objective, "gap": 0.0, "objective_label": ["程", kind],
        "unit": ["公里", "km"], "levers": [told], "checks": [[["查", "check"], 1.0, 2.0, "sum", holds]],
    }  # fmt: skip


def moved(told: Page) -> list[tuple]:
    return [row.cells for row in told.section("moved sites").rows]


def test_levers_objective_and_the_cells_that_moved() -> None:
    told = compare([outcome(5.0, 2, ("a", 1.0), ("b", 3.0)), outcome(4.0, 3, ("a", 1.0), ("b", 4.0))], ["old", "new"])
    assert [row.cells[1:] for row in told.section("results").rows[2:]] == [(5.0, 4.0), (5.0, 4.0), (0.0, 0.0)]
    assert [row.cells for row in told.section("levers").rows] == [
        ("beds", Label("床", "beds"), Label("张", "beds"), 2.0, 3.0, None)
    ]
    assert moved(told) == [(Label("b", "b"), Label("量", "load"), 3.0, 4.0)]
    assert page(told.payload()) == told


def test_a_row_that_one_plan_lacks_is_shown() -> None:
    told = compare([outcome(1, 2, ("a", 1.0)), outcome(1, 2, ("a", 1.0), ("c", 2.0))], ["old", "new"])
    assert moved(told) == [(Label("c", "c"), Label("量", "load"), None, 2.0)]
    assert told.section("levers").text[0].en == "all levers are the same"


def test_rows_of_one_name_are_told_apart_by_their_order() -> None:
    told = compare([outcome(1, 2, ("a", 1.0), ("a", 2.0)), outcome(1, 2, ("a", 1.0), ("a", 5.0))], ["old", "new"])
    assert moved(told) == [(Label("a", "a"), Label("量", "load"), 2.0, 5.0)]


def test_nothing_moved_gives_no_table() -> None:
    same = outcome(1, 2, ("a", 1.0))
    assert [one.id for one in compare([same, same], ["old", "new"]).sections] == ["results", "levers"]
    near = outcome(1, 2, ("a", 1.0 + 1e-13))
    assert [one.id for one in compare([same, near], ["old", "new"]).sections] == ["results", "levers"]


def test_a_lever_outside_its_range_and_a_check_that_fails_are_said() -> None:
    told = compare([outcome(1, 2), outcome(1, 12, holds=False)], ["old", "new"])
    assert told.section("levers").rows[0].cells[-1] == Label("超出范围", "outside its range")
    assert told.section("results").rows[-1].cells[1:] == (None, Label("不符", "does not hold"))


def test_objectives_of_different_kinds_are_not_compared() -> None:
    told = compare([outcome(1, 2), outcome(7, 2, kind="other")], ["old", "new"])
    assert "cannot be compared" in told.section("results").notes[0].en
    assert not compare([outcome(1, 2), outcome(7, 2)], ["old", "new"]).section("results").notes


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["one"], "1 outcomes cannot be put side by side"),
        (list("abcdef"), "6 outcomes cannot be put side by side"),
        (["a", "b", "a"], "two outcomes are called 'a'"),
    ],
)
def test_too_few_too_many_and_twice_the_same_are_refused(names: list[str], says: str) -> None:
    with pytest.raises(PlanError, match=says):
        compare([outcome(1, 2)] * len(names), names)


def test_every_outcome_has_a_name() -> None:
    with pytest.raises(PlanError, match="2 outcomes have 1 names"):
        compare([outcome(1, 2)] * 2, ["a"])


def test_five_real_outcomes(tmp_path: Path) -> None:
    text = """
[plan.catch]
kind = "gaps"
label = "追 | Catch"
text = "追 | Catch up"
levels = ["income"]
member = "w"
reference = "e"
horizons = ["2035"]
""" + levers("catch", share=(0.5, 0.1, 1), shift=(0, -0.01, 0.01), ramp=(0.1, 0.001, 0.5))
    plan = given(tmp_path, text, "catch", over("income", {"e": [100.0, 121.0], "w": [25.0, 30.25]}, [2023, 2025]))
    shares = [0.1, 0.3, 0.5, 0.7, 0.9]
    told = compare([payload(plan.moved({"share": one}), KINDS["gaps"], ranges=False) for one in shares], list("abcde"))
    assert told.section("levers").rows[0].cells[3:8] == tuple(shares)
    paces = next(
        row.cells[2:] for row in told.section("moved paces").rows if row.cells[1].en.startswith("to close 10%")
    )
    assert list(paces) == sorted(paces)
