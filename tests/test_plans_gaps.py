"""Gaps: the pace that closes each, on made-up levels whose answer is known by hand, and on the real study."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from planned import along, given, levers, over, problems, solved, table

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.pages import page
from xietong.library.store import Edition
from xietong.plans.catching_up import Gap, least_ramp, needed, paced
from xietong.plans.gaps_page import BEYOND, CLOSED, ENOUGH, FASTER, WORSENING, verdict
from xietong.plans.plan import Outcome

TEXT = """
[plan.catch]
kind = "gaps"
label = "追 | Catch"
text = "追 | Catch up"
levels = ["income"]
member = "w"
reference = "e"
horizons = ["2030", "2035"]
"""
LEVERS = levers("catch", share=(0.5, 0.1, 1), shift=(0, -0.01, 0.01), ramp=(0.1, 0.001, 0.5))
INCOME = over("income", {"e": [100.0, 121.0], "w": [25.0, 30.25]}, [2023, 2025])
NOTE = Label("虚构", "made up")


def catch(folder: Path, text: str = TEXT + LEVERS, *more, **moved: float) -> Outcome:
    return solved(given(folder, text, "catch", INCOME, *more).moved(moved))


def gap(start: float, growth: float, reference: float) -> Gap:
    return Gap("made up", NOTE, 1, start, growth, reference, 2020, 2025)


def test_the_pace_by_hand(tmp_path: Path) -> None:
    """The two grow by ten per cent; half of ln 4 in ten years is 0.0693 a year: 1.1 times the tenth root of two."""
    outcome = catch(tmp_path)
    row = outcome.sections[0].rows[1]
    pace = 100 * (1.1 * 2 ** (1 / 10) - 1)
    assert row.cells[:3] == (Label("income", "income"), "2025", "2035")
    assert row.cells[3:8] == pytest.approx((25, 10, 10, 100 * (1.1 * 4 ** (1 / 10) - 1), pace))
    assert row.cells[-1] == FASTER
    assert outcome.objective == pytest.approx(pace - 10)
    assert outcome.objective == pytest.approx(outcome.bound)
    assert all(check.holds for check in outcome.checks)


def test_what_other_plans_read(tmp_path: Path) -> None:
    facts = catch(tmp_path).facts
    assert facts["income:achieved"] == pytest.approx(0, abs=1e-12)
    assert facts["income:needed:2030"] == pytest.approx(math.log(2) / 5)
    assert facts["income:base"] == 2025


def test_the_scenario_reaches_the_goal_in_time(tmp_path: Path) -> None:
    series = catch(tmp_path).series
    assert series is not None
    assert series.axis("period").labels == tuple(map(str, range(2025, 2036)))
    assert series.cell(gap="income", period="2025") == pytest.approx(0.25)
    assert series.cell(gap="income", period="2035") == pytest.approx(0.5)
    assert set(series.flags.ravel().tolist()) == {Flag.SCENARIO}
    assert set(series.grades.ravel().tolist()) == {Grade.ASSUMED}


def test_where_the_ramp_is_too_tight_the_least_one_is_told(tmp_path: Path) -> None:
    """Half of ln 4 in five years needs 2 ln 2 / 30 a year; with exactly that the program has a solution again."""
    least = 2 * math.log(2) / 30
    tight, wide = (catch(tmp_path, ramp=least * one).sections[0].rows[0] for one in (0.999, 1.001))
    assert tight.cells[8:] == (None, pytest.approx(100 * least), BEYOND)
    assert wide.cells[-1] == FASTER
    assert wide.cells[8] > wide.cells[7]


def test_less_can_be_better(tmp_path: Path) -> None:
    """Pupils per teacher: 20 against 10; to halve the gap in logs they fall to 10 times the root of two."""
    text = TEXT.replace('"income"', '"pupils"') + 'less = ["pupils"]\n' + LEVERS
    pupils = over("pupils", {"e": [10.0, 10.0], "w": [20.0, 20.0]}, [2023, 2025])
    row = solved(given(tmp_path, text, "catch", pupils)).sections[0].rows[1]
    assert row.cells[3:8] == pytest.approx((200, 0, 0, 100 * (0.5 ** (1 / 10) - 1), 100 * (2 ** (-1 / 20) - 1)))


def test_a_gap_that_closes_since_the_reference_gets_worse_says_so(tmp_path: Path) -> None:
    text = TEXT.replace('"income"', '"pupils"') + 'less = ["pupils"]\n' + LEVERS
    pupils = over("pupils", {"e": [10.0, 14.0], "w": [20.0, 20.2]}, [2023, 2025])
    row = solved(given(tmp_path, text, "catch", pupils)).sections[0].rows[1]
    assert row.cells[-1] == WORSENING


def test_a_ratio_is_a_gap_by_itself(tmp_path: Path) -> None:
    text = TEXT.replace("levels", "ratios").replace('"income"', '"ratio"') + 'less = ["ratio"]\n' + LEVERS
    ratio = over("ratio", {"e": [3.0, 3.0], "w": [4.0, 4.0]}, [2023, 2025], "1")
    row = solved(given(tmp_path, text, "catch", ratio)).sections[0].rows[1]
    assert row.cells[3:8] == pytest.approx((400, 0, 0, 100 * (4 ** (-1 / 10) - 1), 100 * (2 ** (-1 / 10) - 1)))


def test_who_is_ahead_has_no_gap(tmp_path: Path) -> None:
    rich = over("income", {"e": [100.0, 110.0], "w": [200.0, 220.0]}, [2023, 2025])
    outcome = solved(given(tmp_path, TEXT + LEVERS, "catch", rich))
    assert [row.cells[-1] for row in outcome.sections[0].rows] == [CLOSED]
    assert outcome.objective == 0


def test_dispersion_falls_by_the_share(tmp_path: Path) -> None:
    text = TEXT + 'dispersions = ["spread"]\n' + LEVERS
    outcome = catch(tmp_path, text, along("spread", [0.5, 0.32], [2023, 2025]))
    row = outcome.sections[1].rows[0]
    assert row.cells[2:] == pytest.approx((0.32, -20, 100 * (0.5 ** (1 / 5) - 1), 100 * (0.5 ** (1 / 10) - 1)))


def test_indicators_without_data_are_named(tmp_path: Path) -> None:
    text = TEXT + 'scorecard = "card"\nfacet = "GAP"\n' + LEVERS
    empty = {"facet": "GAP", "state": "no data", "id": "I9", "label": ["医师", "doctors"], "missing": ["表", "a table"]}
    rows = [empty, empty | {"facet": "LEVEL", "id": "I8"}, {"facet": "GAP", "state": "better", "id": "I7"}]
    outcome = catch(tmp_path, text, table("card", {"rows": rows}))
    assert [one.what.en for one in outcome.sections[-1].missing] == ["I9 doctors"]
    assert outcome.sections[-1].missing[0].ways[0].en == "bring in: a table"


@examples(
    st.floats(-2, -0.05), st.floats(-0.02, 0.08), st.floats(-0.02, 0.08), st.floats(0.05, 1), st.floats(0.001, 0.1)
)
def test_the_least_ramp_parts_what_can_be_reached_from_what_cannot(
    start: float, growth: float, reference: float, share: float, ramp: float
) -> None:
    one = paced(gap(start, growth, reference), 2033, share, 0.0, ramp)
    if abs(one.least_ramp - ramp) > 1e-6:
        assert (one.peak is None) == (one.least_ramp > ramp)
    if one.peak is not None:
        assert one.peak >= one.part - 1e-7
        assert sum(one.path) >= 8 * one.part - 1e-6


@examples(st.floats(-2, -0.05), st.floats(-0.02, 0.08), st.integers(2026, 2040), st.floats(0.05, 0.9))
def test_more_to_close_or_less_time_never_takes_less(start: float, growth: float, year: int, share: float) -> None:
    one = gap(start, growth, 0.03)
    first = needed(one.problem(year, share, 0.0, 1.0))
    assert needed(one.problem(year, share + 0.1, 0.0, 1.0)) > first
    assert needed(one.problem(year + 1, share, 0.0, 1.0)) < first
    assert least_ramp(one.problem(year, share + 0.1, 0.0, 1.0)) >= least_ramp(one.problem(year, share, 0.0, 1.0))


@examples(st.floats(0.01, 100))
def test_the_unit_of_the_levels_does_not_matter(factor: float) -> None:
    from xietong.plans.gaps import _gap

    plan = type("Plan", (), {"name": "catch", "spec": {"horizons": ["2030"]}, "where": lambda *_: ""})()
    found = []
    for scale in (1.0, factor):
        places = {"w": [25.0 * scale, 30.25 * scale], "e": [100.0 * scale, 121.0 * scale]}
        told = over("income", places, [2023, 2025])
        found.append(_gap(plan, "levels", told, told.series, 1))
    assert found[0].start == pytest.approx(found[1].start)
    assert found[0].growth == pytest.approx(found[1].growth)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"2030", "2035"', '"2030", "soon"', "'soon' is no year"),
        ('levels = ["income"]\n', "", "a horizon and a finding under 'levels' or 'ratios' are wanted"),
        ('member = "w"\n', "", "'member' is missing"),
        ('kind = "gaps"', 'kind = "gap"', "no kind 'gap'"),
        ("low = 0.1\nhigh = 1", "low = 0\nhigh = 1", "the range 0 to 1 is too wide"),
        ("low = 0.1\nhigh = 1", "low = 0.1\nhigh = 2", "the range 0.1 to 2 is too wide"),
        ('"2030", "2035"]', '"2030", "2035"]\nless = ["wage"]', "'wage' under 'less' stands neither"),
        ("[plan.catch.levers.ramp]", "[plan.catch.levers.slope]", "'ramp' is missing"),
    ],
)
def test_a_plan_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (TEXT + LEVERS).replace(old, new)
    assert text != TEXT + LEVERS
    told = problems(tmp_path, text, "catch")
    assert any(says in one.text() for one in told)
    assert all(one.where.startswith("plans.toml:") for one in told)


@pytest.mark.parametrize(
    ("finding", "says"),
    [
        (over("income", {"e": [100.0], "w": [25.0]}, [2025]), "has 1 years in which all its places have a value"),
        (over("income", {"e": [1.0, np.nan], "w": [np.nan, 2.0]}, [2024, 2025]), "has 0 years"),
        (over("income", {"e": [1.0, 0.0], "w": [1.0, 2.0]}, [2024, 2025]), "above zero"),
        (over("income", {"e": [1.0, 2.0], "w": [1.0, 2.0]}, [2024, 2031]), "observed in 2031, not before 2030"),
    ],
)
def test_a_finding_without_a_pace_is_refused(tmp_path: Path, finding, says: str) -> None:
    with pytest.raises(PlanError, match=says):
        solved(given(tmp_path, TEXT + LEVERS, "catch", finding))


def test_the_gaps_of_the_real_study(jingjinji: Edition) -> None:
    payload = jingjinji.finding("plan.gaps.result").payload
    rows = page(payload).section("paces").rows
    assert len(rows) == 16
    product = next(row for row in rows if row.finding == "gdp.per_head" and row.cells[2] == "2035")
    ratio = jingjinji.finding("gap.hebei_beijing").series
    assert ratio is not None
    assert product.cells[3] == pytest.approx(ratio.cell(period="2023"))
    assert product.cells[-1] in (FASTER, BEYOND)
    assert payload["checks"][0][-1]
    assert all(check[-1] for check in payload["checks"])
    assert len(page(payload).section("absent").missing) == 7
    levels = jingjinji.finding("plan.gaps.levels").series
    assert levels is not None
    assert levels.cell(gap="gdp.per_head", period="2023") == pytest.approx(ratio.cell(period="2023") / 100)


def test_verdicts_are_told_apart() -> None:
    fast, slow = gap(-1.0, 0.2, 0.02), gap(-1.0, 0.02, 0.02)
    assert verdict(paced(fast, 2035, 0.5, 0.0, 0.01)) == ENOUGH
    assert verdict(paced(slow, 2035, 0.5, 0.0, 0.1)) == FASTER
    assert verdict(paced(slow, 2035, 0.5, 0.0, 0.0001)) == BEYOND
