"""Scenarios: stocks by Euler steps against published values, fans that are the same in every run, and their scores."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given as examples
from hypothesis import strategies as st
from planned import document, given, levers, over, problems, solved

from xietong.errors import PlanError
from xietong.library.origins import Flag, Grade
from xietong.library.pages import page
from xietong.library.store import Edition
from xietong.plans.kinds import KINDS, payload
from xietong.plans.plan import Outcome
from xietong.plans.stocks import euler

TEXT = """
[plan.two]
kind = "scenarios"
label = "两地 | Two"
text = "两地 | Two places"
levels = "income"
places = ["e", "w"]
horizon = "2030"
window = 1
draws = 64
seed = 7

[plan.two.score]
measure = "shares.relative_level"
label = "西比东 | West over East"
unit = "%"
level = "w"
reference = "e"
"""
LEVERS = levers("two", growth_e=(0.1, 0.05, 0.15), growth_w=(0.2, 0.1, 0.3))
PULL = "value = 0\nlow = 0\nhigh = 0.1\nlabel = '虚构 | Made up'\nreason = '虚构 | made up'\n"
INCOME = over("income", {"e": [100.0, 110.0, 121.0], "w": [25.0, 30.0, 36.0]}, [2023, 2024, 2025])


def two(folder: Path, text: str = TEXT + LEVERS, finding=INCOME, **moved: float) -> Outcome:
    return solved(given(folder, text, "two", finding).moved(moved))


def test_the_teacup_cools_as_published() -> None:
    """dT/dt = -(T - 70) / 10 from 180, the test model of the System Dynamics community; Euler with a step of 1/8."""
    path = euler(np.array([180.0]), lambda _, hot: -(hot - 70) / 10, step=0.125, steps=240)
    assert path[80, 0] == pytest.approx(110.21249584518289, rel=1e-14)
    assert path[240, 0] == pytest.approx(75.37400067686977, rel=1e-14)
    exact = 70 + 110 * np.exp([-1.0, -3.0])
    assert exact == pytest.approx([110.4667385288587, 75.47657752046], rel=1e-12)


def test_the_error_of_euler_halves_with_the_step() -> None:
    errors = []
    for steps in (100, 200, 400):
        path = euler(np.array([180.0]), lambda _, hot: -(hot - 70) / 10, step=10 / steps, steps=steps)
        errors.append(abs(path[-1, 0] - (70 + 110 * np.exp(-1))))
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.05)


def test_what_flows_from_one_stock_to_another_is_not_lost() -> None:
    def flow(time: float, stocks: np.ndarray) -> np.ndarray:
        moved = 0.1 * stocks[..., 0] * (time < 5)
        return np.stack([-moved, moved], axis=-1)

    path = euler(np.array([[100.0, 0.0], [40.0, 2.0]]), flow, step=0.5, steps=40)
    assert path.sum(axis=-1) == pytest.approx(np.broadcast_to([100.0, 42.0], (41, 2)))
    assert path[10:, 0, 0] == pytest.approx(100 * 0.95**10)


@pytest.mark.parametrize(("step", "steps"), [(0.0, 3), (-1.0, 3), (1.0, -1)])
def test_steps_that_lead_nowhere_are_refused(step: float, steps: int) -> None:
    with pytest.raises(PlanError, match="leads nowhere"):
        euler(np.ones(1), lambda _, x: x, step=step, steps=steps)


def test_a_stock_that_runs_away_is_told_with_its_time() -> None:
    with pytest.raises(PlanError, match="no finite number any more at time 5"):
        euler(np.array([1e10]), lambda _, x: x * x, step=1.0, steps=9)


def test_the_baseline_by_hand(tmp_path: Path) -> None:
    """36 / 121, five years at 20 and at 10 per cent."""
    outcome = two(tmp_path)
    assert outcome.facts["baseline"] == pytest.approx(100 * 36 / 121 * (1.2 / 1.1) ** 5)
    assert outcome.facts["now"] == pytest.approx(100 * 36 / 121)
    assert all(check.holds for check in outcome.checks)


def test_levers_that_are_held_leave_one_line(tmp_path: Path) -> None:
    outcome = two(tmp_path, growth_e=0.0, growth_w=0.15)
    assert outcome.objective == outcome.facts["low"] == outcome.facts["high"] == pytest.approx(100 * 36 / 121 * 1.15**5)


def test_a_lever_that_is_moved_is_held_and_the_other_keeps_its_range(tmp_path: Path) -> None:
    outcome = two(tmp_path, growth_e=0.08)
    ends = [100 * 36 / 121 * ((1 + w) / 1.08) ** 5 for w in (0.1, 0.3)]
    assert ends[0] < outcome.facts["low"] < outcome.facts["high"] < ends[1]
    assert [row.cells[0].en for row in outcome.sections[1].rows] == ["Made up"]


def test_the_same_choices_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def written(text: str) -> str:
        told = given(tmp_path, text, "two", INCOME)
        body = payload(told, KINDS["scenarios"], ranges=True)
        series = solved(told).series
        return json.dumps(body, sort_keys=True, allow_nan=False) + (series.digest() if series else "")

    first = written(TEXT + LEVERS)
    assert written(TEXT + LEVERS) == first
    assert written(TEXT.replace("seed = 7", "seed = 8") + LEVERS) != first


def test_the_fan_holds_what_it_says(tmp_path: Path) -> None:
    outcome = two(tmp_path)
    fan = outcome.sections[0].figure
    assert fan["kind"] == "fan"
    assert fan["periods"] == [str(year) for year in range(2023, 2031)]
    assert fan["observed"][:3] == pytest.approx([25, 100 * 30 / 110, 100 * 36 / 121])
    assert fan["observed"][3:] == [None] * 5
    (wide, low, high), (narrow, inner_low, inner_high) = fan["bands"]
    assert (wide, narrow) == (0.9, 0.5)
    assert low[:2] == [None, None]
    assert low[2] == high[2] == pytest.approx(100 * 36 / 121)
    for year in range(3, 8):
        assert low[year] < inner_low[year] < fan["median"][year] < inner_high[year] < high[year]
    widths = [high[year] - low[year] for year in range(2, 8)]
    assert widths == sorted(widths)


def test_whole_runs_stand_at_the_quantiles_of_the_last_year(tmp_path: Path) -> None:
    outcome = two(tmp_path)
    series = outcome.series
    assert series is not None
    assert series.axis("quantile").labels == ("0.05", "0.25", "0.5", "0.75", "0.95")
    assert set(series.flags.ravel().tolist()) == {Flag.SCENARIO}
    assert set(series.grades.ravel().tolist()) == {Grade.ASSUMED}
    west, east = (series.select(place=place, period="2030").values for place in "we")
    row = outcome.sections[0].rows[-1].cells
    assert 100 * west / east == pytest.approx(row[1:6])
    assert series.cell(quantile="0.5", place="e", period="2025") == 121


def test_the_lever_that_moves_it_most_is_named_first(tmp_path: Path) -> None:
    wide = levers("two", growth_e=(0.1, 0.099, 0.101), growth_w=(0.2, 0.1, 0.3))
    rows = two(tmp_path, TEXT + wide.replace("Made up", "East", 1).replace("Made up", "West", 1)).sections[1].rows
    assert [row.cells[0].en for row in rows] == ["West", "East"]
    assert rows[0].cells[1] > 0.95
    assert rows[0].cells[3:] == pytest.approx([100 * 36 / 121 * ((1 + w) / 1.1) ** 5 for w in (0.1, 0.3)])


def test_observed_growth_stands_beside_the_ranges(tmp_path: Path) -> None:
    rows = two(tmp_path).sections[2].rows
    assert rows[0].cells[4:7] == pytest.approx((10, 10, 10))
    assert rows[1].cells[4:7] == pytest.approx((20, 20, 20))
    assert {row.cells[7].en for row in rows} == {"other than observed"}
    same = levers("two", growth_e=(0.1, 0.1, 0.1), growth_w=(0.2, 0.2, 0.2))
    assert {row.cells[7].en for row in two(tmp_path, TEXT + same).sections[2].rows} == {"as observed"}


def test_a_pull_draws_those_behind_to_the_leader(tmp_path: Path) -> None:
    text = TEXT.replace("[plan.two.score]", 'leader = "e"\n\n[plan.two.score]')
    text += levers("two", growth_e=(0.1, 0.1, 0.1), growth_w=(0.1, 0.1, 0.1), pull=(0, 0, 0.1))
    outcome = two(tmp_path, text)
    assert outcome.facts["baseline"] == pytest.approx(outcome.facts["now"])
    assert outcome.facts["low"] > outcome.facts["now"]
    note = outcome.sections[0].notes[0].en
    assert note.startswith("“Made up” was never observed and is assumed; held at its value 0")
    one = two(tmp_path, text, pull=0.1)
    start = np.log(121 / 36)
    first = 36 * (1.1 + 0.1 * start) / (121 * 1.1)
    assert one.sections[0].figure["median"][3] == pytest.approx(100 * first)


@examples(st.floats(0.01, 0.2), st.floats(0.001, 0.1), st.floats(0.1, 50))
def test_scaling_both_places_moves_no_ratio(tmp_path_factory, growth: float, width: float, scale: float) -> None:
    folder = tmp_path_factory.mktemp("scaled")
    told = levers("two", growth_e=(growth, growth - width, growth + width), growth_w=(0.1, 0.05, 0.2))
    scaled = over("income", {"e": [scale * 100, scale * 121], "w": [scale * 25, scale * 36]}, [2023, 2025])
    plain = over("income", {"e": [100.0, 121.0], "w": [25.0, 36.0]}, [2023, 2025])
    first, second = (two(folder, TEXT + told, one).facts for one in (plain, scaled))
    assert first == pytest.approx(second)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('horizon = "2030"', "horizon = 2030", "'horizon' must be a year, not 2030"),
        ('level = "w"', 'level = "x"', "no place 'x'"),
        ('measure = "shares.relative_level"\n', "", "the score names no measure"),
        ("[plan.two.levers.growth_w]", "[plan.two.levers.growth_x]", "'growth_w' is missing"),
        ("value = 0.1\nlow = 0.05\nhigh = 0.15", "value = 10\nlow = 5\nhigh = 15", "is no yearly rate"),
        ("draws = 64", 'draws = "many"', "'draws' must be"),
        ("seed = 7", 'seed = 7\nleader = "w"', "'pull' is missing"),
        ("growth_w]", "pull]\n" + PULL + "[plan.two.levers.growth_w]", "no place 'n'"),
    ],
)
def test_a_plan_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (TEXT + LEVERS).replace(old, new)
    text = text.replace("seed = 7", 'seed = 7\nleader = "n"') if PULL in text else text
    assert text != TEXT + LEVERS
    told = problems(tmp_path, text, "two")
    assert any(says in one.text() for one in told)
    assert all(one.where.startswith("plans.toml:") for one in told)


def test_a_finding_that_ends_too_late_is_refused(tmp_path: Path) -> None:
    late = over("income", {"e": [1.0, 2.0], "w": [1.0, 2.0]}, [2029, 2030])
    with pytest.raises(PlanError, match="has 2 years with all places, up to 2030"):
        two(tmp_path, finding=late)


def test_the_scenarios_of_the_real_study(jingjinji: Edition) -> None:
    for name, score, part in (("shares", "share", "130000"), ("income", "relative", ""), ("product", "relative", "")):
        told = jingjinji.finding(f"plan.{name}.result").payload
        assert all(check[-1] for check in told["checks"])
        series = jingjinji.finding(f"plan.{name}.{score}").series
        assert series is not None
        series = series.select(place=part) if part else series
        last = page(told).section("fan").rows[-1].cells
        assert series.select(period="2030").values == pytest.approx(last[1:6])
        rows = page(told).section("ranges").rows
        kept = [row for row in rows if row.cells[4] is not None]
        assert {row.cells[7].en for row in kept} == {"as observed"}
        assert last[1] < last[3] < last[5]
    held = page(jingjinji.finding("plan.shares.result").payload).section("baseline").rows
    assert [row.cells[3] for row in held] == pytest.approx([0.0] * 11, abs=1e-9)


def test_the_document_is_read_back(tmp_path: Path) -> None:
    assert document(tmp_path, TEXT).table("plan", "two")["draws"] == 64


@pytest.mark.parametrize("page_", ["docs/handbook.zh.md", "docs/handbook.en.md"])
def test_the_handbooks_name_every_key_and_lever(page_: str) -> None:
    text = (ROOT / page_).read_text(encoding="utf-8")
    for name in ("gaps", "portfolio", "scenarios"):
        kind = KINDS[name]
        told = (name, *kind.levers, *kind.required, *kind.optional, "pull", "effect_PATH", "cost_PATH", "growth_PLACE")
        assert [one for one in told if f"`{one}`" not in text] == []
