"""Plans of services, beds and universities: by hand where that can be, on the real counties for the rest."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placing import real_case, solved

from xietong.errors import PackError, PlanError, Problems
from xietong.library.store import Edition
from xietong.plans.beds import _water, highest, raised


def test_the_highest_floor_by_hand() -> None:
    """10 and 20 thousand people with 20 and 80 beds: 2 and 4 a thousand. 10 beds lift the first to 3; one more by 0.1."""
    found = highest(np.array([10e3, 20e3]), np.array([20.0, 80.0]), 10.0)
    assert (found.floor, found.price) == (pytest.approx(3.0), pytest.approx(0.1))
    assert found.added.tolist() == pytest.approx([10.0, 0.0])
    both = highest(np.array([10e3, 20e3]), np.array([20.0, 80.0]), 50.0)
    assert (both.floor, both.price) == (pytest.approx(5.0), pytest.approx(1 / 30))


@given(st.integers(0, 10**6), st.floats(0, 500))
def test_filling_up_is_the_linear_program(seed: int, budget: float) -> None:
    random = np.random.default_rng(seed)
    people, have = random.integers(1, 90, 7) * 1000.0, random.integers(0, 300, 7).astype(float)
    assert highest(people, have, budget).floor == pytest.approx(_water(people, have, budget))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_most_people_at_the_floor_is_the_best_of_all_choices(seed: int, budget: int) -> None:
    random = np.random.default_rng(seed)
    people, short = random.integers(1, 90, 8).astype(float), random.integers(0, 25, 8).astype(float)
    lifted = raised(people, short, budget)
    best = max(people @ one for one in map(np.array, product((0.0, 1.0), repeat=8)) if short @ one <= budget)
    assert people @ lifted == best
    assert short @ lifted <= budget


def test_more_sites_never_worsen_and_the_checks_hold(jingjinji: Edition) -> None:
    case = real_case(jingjinji, "sites")
    outcomes = [solved(case.moved({"sites": float(one)})) for one in (0, 3, 10)]
    levels = [one.objective for one in outcomes]
    assert levels == sorted(levels, reverse=True)
    assert all(check.holds for one in outcomes for check in one.checks)
    assert all(one.gap <= 1e-6 for one in outcomes)
    assert outcomes[2].facts["border"] >= 0
    assert sum(point["new"] for point in outcomes[2].points) == 10
    assert outcomes[1].bindings[0].price == pytest.approx(
        levels[1] - solved(case.moved({"sites": 4.0})).objective, abs=1e-6
    )


def test_each_objective_is_best_at_its_own(jingjinji: Edition) -> None:
    section = next(one for one in solved(real_case(jingjinji, "sites")).sections if one.id == "frontier")
    at = {column.id: position for position, column in enumerate(section.columns)}
    told = {name: [row.cells[at[name]] for row in section.rows] for name in ("mean", "longest", "level")}
    assert told["mean"][0] == min(told["mean"])
    assert told["longest"][-1] == min(told["longest"])
    assert told["level"][1] == pytest.approx(min(told["level"]))


def test_without_aversion_the_level_is_the_mean(jingjinji: Edition) -> None:
    outcome = solved(real_case(jingjinji, "sites", kappa=0.0))
    assert outcome.objective == pytest.approx(outcome.facts["after mean"])
    assert outcome.objective < solved(real_case(jingjinji, "sites", kappa=0.05)).objective


def test_every_county_has_one_leader_and_no_leader_too_many(jingjinji: Edition) -> None:
    section = next(one for one in solved(real_case(jingjinji, "sites", members=3.0)).sections if one.id == "leaders")
    counties = [str(row.cells[1]) for row in section.rows]
    assert len(counties) == len(set(counties)) == 199
    leaders = [row.ref for row in section.rows]
    assert max(leaders.count(one) for one in leaders) <= 3
    assert all(row.sources for row in section.rows)
    with pytest.raises(PlanError, match="no solution.*capacity"):
        solved(real_case(jingjinji, "sites", members=1.0))


@pytest.mark.parametrize(("name", "sites"), [("sites", -1.0), ("sites", 500.0), ("culture", 200.0)])
def test_more_sites_than_counties_are_told(jingjinji: Edition, name: str, sites: float) -> None:
    with pytest.raises(PlanError, match=f"{sites:.0f} new sites are asked for") as caught:
        solved(real_case(jingjinji, name, sites=sites))
    assert caught.value.ways == ("state a number from 0 to 199",)
    assert caught.value.where.startswith("studies/jingjinji/plans/location.toml:")


def test_the_example_of_the_question(jingjinji: Edition) -> None:
    outcome = solved(real_case(jingjinji, "services", budget=5000.0, floor=6.0))
    assert outcome.facts["spent"] <= 5000
    assert all(check.holds for check in outcome.checks)
    assert [one.what.en for one in outcome.waits] == ["hospital beds by county"]
    plenty = solved(real_case(jingjinji, "services", budget=outcome.facts["needed"], floor=6.0))
    assert plenty.objective == outcome.facts["people"]
    assert outcome.facts["above before"] <= outcome.objective <= plenty.objective


def test_a_table_of_beds_is_read_and_its_faults_are_told_at_once(jingjinji: Edition, tmp_path: Path) -> None:
    case = real_case(jingjinji, "services")
    ids = case.finding("services.people").series.axis("place").labels
    data = {"plan": {"services": {**case.spec, "beds": "beds.csv"}}}
    given_ = replace(case, document=replace(case.document, path=tmp_path / "plans.toml", data=data))
    with pytest.raises(PlanError, match="there is no file 'beds.csv'"):
        solved(given_)
    file = tmp_path / "beds.csv"
    file.write_text("place,bed\n", encoding="utf-8")
    with pytest.raises(PackError, match="columns place and beds are wanted"):
        solved(given_)
    file.write_text("place,beds\n" + "".join(f"{one},1000\n" for one in ids), encoding="utf-8")
    outcome = solved(given_)
    assert (outcome.facts["standing"], outcome.waits) == (199000, ())
    file.write_text("place,beds\n999999,3\n110101,x\n110102,-4\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        solved(given_)
    assert [one.where for one in caught.value.errors] == ["beds.csv:2", "beds.csv:3", "beds.csv:4"]


def test_announced_universities_stand_and_room_binds(jingjinji: Edition) -> None:
    outcome = solved(real_case(jingjinji, "universities"))
    moved = {point["name"] for point in outcome.points}
    announced = {str(row.cells[0]) for row in outcome.sections[0].rows}
    assert len(moved) == 4
    assert not any(one.startswith(name) for one in announced for name in moved)
    assert solved(real_case(jingjinji, "universities", room=1.0, further=2.0)).objective > 0
    with pytest.raises(PlanError, match="no solution"):
        solved(real_case(jingjinji, "universities", room=0.0, further=2.0))
