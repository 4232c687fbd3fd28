"""Linked ports: two made-up coasts whose optimum is known by hand, properties, and the plan of the real study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PlanError, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pages import page
from xietong.library.store import Edition
from xietong.plans import kinds
from xietong.plans.plan import Case, Lever
from xietong.plans.port_inputs import Harbour, Hinterland, Port
from xietong.plans.port_page import concentration, throughput
from xietong.plans.port_program import Regime, regime, specialised
from xietong.recipes.study import Study, read_study

MADE_UP = Label("虚构", "made up")
LEVERS = {
    "berth_cost": 50.0, "road_cost": 1.0, "rail_cost": 0.5, "rail_terminal": 1000.0, "detour": 1.0, "rail_limit": 1.0,
    "unspecialised": 0.0, "growth": 10.0,
}  # fmt: skip


def case(**moved: float) -> Case:
    levers = {
        name: Lever(name, MADE_UP, MADE_UP, value, value, value, MADE_UP, "")
        for name, value in (LEVERS | moved).items()
    }
    return Case("made-up", Document(Path("made-up"), {}, {}, "made-up"), None, levers)


def coast(**changed: object) -> Hinterland:
    """Return a made-up coast: place A (province 1) near harbour H (province 2), B and C near harbour K (province 1).

    A has 10 of boxes, B 20 of bulk, C (province 3, without a port) 10 of bulk; distances to H and K: 10, 40; 50, 20; 30, 5.
    """
    harbours = tuple(
        Harbour(name, Label(name, name), name, province, (117.0, 39.0), "", MADE_UP, MADE_UP)
        for name, province in (("H", "2"), ("K", "1"))
    )
    made = Hinterland(
        ("A", "B", "C"), ("1", "1", "3"), ("A", "B", "C"), np.array([[10.0, 0, 0], [0, 20.0, 10.0]]), harbours,
        (Port("H", MADE_UP, ""), Port("K", MADE_UP, "")), np.array([0, 1]), np.array([40.0, 40.0]),
        np.array([20.0, 20.0]), np.array([40.0, 40.0]), np.array([20.0, 20.0]), np.array([20.0, 20.0]),
        np.array([5.0, 5.0]), np.array([[10.0, 40.0], [50.0, 20.0], [30.0, 5.0]]), frozenset(), (),
    )  # fmt: skip
    return replace(made, **changed)


def cost(one: Regime) -> float:
    return one.flow.cost


def test_each_cargo_takes_the_near_port_and_each_province_for_itself_pays_the_way_around() -> None:
    linked, own = (regime(case(), coast(), name) for name in ("linked", "own"))
    assert cost(linked) == pytest.approx(10 * 10 + 20 * 20 + 10 * 5)
    assert cost(own) == pytest.approx(10 * 40 + 20 * 20 + 10 * 5)
    assert linked.through.tolist() == [[10, 0], [0, 30]]
    assert own.through.tolist() == [[0, 0], [10, 30]]
    assert own.haul.sum() - linked.haul.sum() == pytest.approx(300)


def test_today_is_the_published_share_with_the_best_routes() -> None:
    today = regime(case(), coast(), "today")
    assert today.through.sum(axis=1) == pytest.approx([20, 20])
    assert today.through[:, 0] == pytest.approx([5, 5])
    # 5 boxes go to K; of the bulk 15 goes to H, where B has 30 more to go and C 25: all of C and 5 of B
    assert cost(today) == pytest.approx(5 * 10 + 5 * 40 + 10 * 30 + 5 * 50 + 15 * 20)


def test_a_full_harbour_has_a_price_and_new_capacity_is_built_when_it_is_cheaper_than_the_way() -> None:
    tight = coast(room=np.array([40.0, 25.0]))
    dear, cheap = regime(case(), tight, "linked"), regime(case(berth_cost=8.0), tight, "linked")
    assert cost(dear) == pytest.approx(550 + 5 * 25)
    assert dear.flow.prices[1] == pytest.approx(-25)
    assert cost(cheap) == pytest.approx(550 + 5 * 8)
    assert cheap.new == pytest.approx([0, 5])
    assert cheap.flow.prices[1] == pytest.approx(-8)


def test_rail_takes_the_far_cargo_up_to_its_limit() -> None:
    free = regime(case(rail_terminal=6.0), coast(), "linked")
    assert free.cargo[..., 1].sum() == pytest.approx(20)
    assert cost(free) == pytest.approx(100 + 20 * 16 + 50)
    half = regime(case(rail_terminal=6.0, rail_limit=0.25), coast(), "linked")
    assert half.cargo[..., 1].sum() == pytest.approx(10)
    assert half.flow.prices[-1] == pytest.approx(-4)


def test_a_barred_cargo_goes_around_and_barred_everywhere_is_told() -> None:
    assert cost(regime(case(), coast(barred=frozenset({("K", "bulk")})), "linked")) == pytest.approx(100 + 1000 + 300)
    everywhere = frozenset({("K", "bulk"), ("H", "bulk")})
    with pytest.raises(PlanError, match="no solution"):
        regime(case(), coast(barred=everywhere), "linked")


def test_a_port_is_specialised_by_its_location_quotient_and_the_others_cost_more() -> None:
    uneven = coast(boxes=np.array([30.0, 10.0]))
    assert specialised(uneven).tolist() == [[1, 0], [0, 1]]
    with_extra = regime(case(unspecialised=100.0, growth=0.0), uneven, "own")
    assert cost(with_extra) == pytest.approx(850 + 10 * 100)


def test_what_comes_from_beyond_stays_and_concentration_is_that_of_the_measure() -> None:
    told = throughput(coast(), regime(case(), coast(), "linked"))
    assert told.tolist() == [[20 - 5 + 10, 20 - 15], [20 - 5, 20 - 15 + 30]]
    assert concentration(coast(), None) == pytest.approx([0.5, 0.5])
    assert concentration(coast(), regime(case(), coast(), "linked"))[1] == pytest.approx((25 + 35**2) / 1600)


@given(st.floats(0.2, 5))
def test_scaling_all_costs_scales_the_optimum(factor: float) -> None:
    scaled = {name: factor * LEVERS[name] for name in ("berth_cost", "road_cost", "rail_cost", "rail_terminal")}
    tight = coast(room=np.array([10.0, 25.0]))
    assert cost(regime(case(**scaled), tight, "linked")) == pytest.approx(
        factor * cost(regime(case(), tight, "linked"))
    )


@given(st.floats(5, 40), st.floats(5, 40), st.floats(0, 20))
def test_more_room_never_costs_more_and_linked_is_never_dearer(first: float, second: float, more: float) -> None:
    rooms = np.array([first, second])
    tight, loose = coast(room=rooms), coast(room=rooms + more)
    assert cost(regime(case(), loose, "linked")) <= cost(regime(case(), tight, "linked")) + 1e-9
    assert cost(regime(case(), tight, "linked")) <= cost(regime(case(), tight, "own")) + 1e-9


def test_the_real_plan_saves_against_both_rules_and_every_check_holds(jingjinji: Edition) -> None:
    told = jingjinji.finding("plan.ports.result").payload
    assert told["checks"]
    assert all(holds for *_, holds in told["checks"])
    assert told["gap"] <= 1e-9
    facts = told["facts"]
    assert facts["saved_against_own"] > 0
    assert facts["saved_against_today"] > 0
    assert facts["rail_share"] <= 35 + 1e-6
    rules = page(told).section("rules").rows
    assert rules[1].cells[2] == pytest.approx(facts["saved_against_own"])
    assert len(page(told).section("hinterlands").rows) == 13
    assert told["waits"]
    assert {one["lever"] for one in told["ranges"]} == {one["id"] for one in told["levers"]}


def test_the_outcome_is_a_scenario_of_ports_and_cargoes(jingjinji: Edition) -> None:
    series = jingjinji.finding("plan.ports.levels").series
    assert series is not None
    assert [axis.name for axis in series.axes] == ["scenario", "facility", "cargo"]
    totals = series.values.sum(axis=1)
    assert totals == pytest.approx(np.broadcast_to(totals[0], totals.shape))
    scored = jingjinji.finding("plan.ports.concentration").series
    assert scored is not None
    assert scored.cell(scenario="linked", cargo="bulk") < scored.cell(scenario="today", cargo="bulk")


BAD = {
    'item = "jingtang"': ('item = "jintang"', "no item 'jintang'"),
    'port = "huanghua"': ('port = "huanghau"', "no port 'huanghau'"),
    'county = "130983"': ('item = "huanghua"', "has no point in the register"),
    'county = "130209" }': ('county = "139999" }', "no outline for code '139999'"),
    'containers = ["employment.census.manufacturing"]': ('containers = ["employment.census.making"]', "no concept"),
    'register = "port"\n': (
        'barred = { tianjin = ["bulk"], tangshan = ["bulk"], huanghua = ["bulk"], qinhuangdao = ["bulk"] }\nregister = "port"\n',
        "every port is barred from bulk",
    ),
    'register = "port"': ('register = "ports"', "no class of register 'ports'"),
    '[plan.ports.levers.detour]': ('[plan.ports.levers.detur]', "unknown key 'detur'"),
}  # fmt: skip


@pytest.mark.parametrize("old", sorted(BAD))
def test_a_wrong_choice_is_told_with_its_line(old: str, tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    study = read_study(root / "studies" / "jingjinji")
    new, says = BAD[old]
    text = (study.path / "plans" / "opening.toml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "opening.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    changed = Study(study.id, study.title, tmp_path, study.shown, study.about, study.pack, study.readings)
    errors: list[XietongError] = []
    kinds.plan_jobs(changed, errors)
    assert any(says in error.text() for error in errors)
    line = next(at for at, one in enumerate(text.replace(old, new, 1).splitlines(), 1) if new.splitlines()[0] in one)
    assert any(error.where == f"studies/jingjinji/plans/opening.toml:{line}" for error in errors)


def test_no_room_and_nothing_to_be_added_is_told_by_name() -> None:
    with pytest.raises(PlanError, match="no solution") as caught:
        regime(case(growth=0.0), coast(room=np.array([5.0, 5.0])), "linked")
    assert "capacity of harbours" in caught.value.text()
