"""Relocation: toy cases known by hand, what must hold of every plan, the real plan against its own checks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, ledger
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PlanError, Problems, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.pages import page
from xietong.library.series import Axis, Series
from xietong.plans import kinds
from xietong.plans.plan import Case
from xietong.plans.relocation import RELOCATION, planned, relocation
from xietong.plans.relocation_effects import effects
from xietong.plans.relocation_inputs import Inputs, Role, Site, inputs, problems
from xietong.recipes.build import measure_jobs
from xietong.recipes.jobs import Shelf, ordered
from xietong.recipes.study import read_study

NAME, FILE = "relocation", ROOT / "studies" / "jingjinji" / "plans" / "relocation.toml"


@pytest.fixture(scope="module")
def real() -> Case:
    """The plan of the study on the findings that it needs, and no others."""
    study = read_study(ROOT / "studies" / "jingjinji")
    document = next(one for one in study.documents("plans") if NAME in one.table("plan"))
    errors: list[XietongError] = []
    jobs = {job.id: job for job in measure_jobs(study, errors)}
    wanted, waiting = set[str](), list(kinds.needs(document, NAME))
    while waiting:
        wanted.add(name := waiting.pop())
        waiting += jobs[name].needs
    with ledger(study.pack) as books:
        shelf = Shelf(study, books)
        for job in ordered([job for name, job in jobs.items() if name in wanted]):
            shelf.findings[job.id] = job.run(shelf, "", {})
    assert not errors
    return kinds.case(document, NAME, shelf)


@pytest.fixture(scope="module")
def data(real: Case) -> Inputs:
    return inputs(real)


def toy(data: Inputs, **other: Any) -> Inputs:
    """Two functions, the first in units of two thousand jobs, and two sites at no distance; no role bars anything."""
    functions = tuple(replace(data.functions[0], id=name, whole=whole) for name, whole in (("a", True), ("b", False)))
    sites = tuple(replace(data.sites[0], place=place, role="r") for place in ("x", "y"))
    role = Role("r", Label("角色", "role"), ("a", "b"), Label("", ""), "")
    told: dict[str, Any] = {
        "functions": functions, "sites": sites, "places": ("x", "y"), "at": np.array([0, 1]), "roles": (role,),
        "fit": np.array([[1.0, 0.5], [0.8, 0.6]]), "distances": np.zeros(2), "inside": np.array([False, False]),
        "sizes": np.array([2.0, 1.0]), "available": np.array([6.0, 5.0]), "room": np.array([5.0, 4.0]),
        "barred": (np.zeros((2, 2), bool),), "left_out": (),
    }  # fmt: skip
    return Inputs(**(told | other))


def still(real: Case) -> Case:
    """The case without relief, so that a job is worth its fit."""
    return real.moved({"relief": 0.0})


def test_a_toy_whose_optimum_is_known(real: Case, data: Inputs) -> None:
    """Two units and one job of b fill x; y is worth more to b, so that the third unit stays."""
    plan = planned(still(real), toy(data))
    np.testing.assert_allclose(plan.jobs, [[4.0, 0.0], [1.0, 4.0]])
    assert plan.value == pytest.approx(4 * 1.0 + 0.8 + 4 * 0.6)
    assert -plan.answer.bound == pytest.approx(plan.value)


def test_a_role_that_bars_and_its_price(real: Case, data: Inputs) -> None:
    """Kept out of x, two units go to y and b has x: 6. One unit let in takes 2 jobs of x from b: 6.6; all: 7.2."""
    bars = np.array([[True, False], [False, False]])
    plan = planned(still(real), toy(data, barred=(bars,)))
    np.testing.assert_allclose(plan.jobs, [[0.0, 4.0], [5.0, 0.0]])
    assert plan.value == pytest.approx(6.0)
    np.testing.assert_allclose(plan.roles, [1.2])
    price = {(block.label.en, at): told for block, at, told in plan.prices}
    assert price["role of the member", 0] == pytest.approx((6.6 - 6.0) / 2)


def test_what_is_not_worth_the_way_stays(real: Case, data: Inputs) -> None:
    """A way of 90 to x takes 0.9 from every job there: b does not go there, though y is full."""
    case = still(real).moved({"detour": 1.0, "reach": 100.0})
    plan = planned(case, toy(data, distances=np.array([90.0, 10.0])))
    np.testing.assert_allclose(plan.jobs, [[4.0, 0.0], [0.0, 4.0]])
    assert plan.value == pytest.approx(4 * 0.1 + 4 * 0.5)


sizes = st.floats(0.5, 20.0)


@given(more=st.tuples(sizes, sizes), room=st.tuples(sizes, sizes), extra=st.floats(0.0, 5.0))
def test_loosening_never_worsens(real: Case, data: Inputs, more: Any, room: Any, extra: float) -> None:
    tight = toy(data, available=np.array(more), room=np.array(room))
    value = planned(still(real), tight, priced=False).value
    for loose in (
        replace(tight, available=tight.available + extra),
        replace(tight, room=tight.room + np.array([0.0, extra])),
        replace(tight, fit=np.minimum(tight.fit + extra / 10, 1.0)),
    ):
        assert planned(still(real), loose, priced=False).value >= value - 1e-7


@given(by=st.floats(0.1, 10.0), room=st.tuples(sizes, sizes))
def test_scaling_all_jobs_scales_the_worth(real: Case, data: Inputs, by: float, room: Any) -> None:
    one = toy(data, room=np.array(room))
    other = replace(one, sizes=one.sizes * np.array([by, 1.0]), available=one.available * by, room=one.room * by)
    values = [planned(still(real), each, priced=False).value for each in (one, other)]
    assert values[1] == pytest.approx(by * values[0], rel=1e-6)


@given(room=st.tuples(sizes, sizes, sizes), order=st.permutations(range(3)))
def test_order_of_sites_does_not_matter_and_a_further_one_never_worsens(
    real: Case, data: Inputs, room: Any, order: list[int]
) -> None:
    base = toy(data)
    three = replace(
        base, sites=(*base.sites, replace(base.sites[0], place="z")), places=("x", "y", "z"), at=np.arange(3),
        fit=np.array([[1.0, 0.5, 0.7], [0.8, 0.6, 0.3]]), distances=np.zeros(3), inside=np.zeros(3, bool),
        room=np.array(room), barred=(np.zeros((2, 3), bool),),
    )  # fmt: skip
    turned = replace(
        three, sites=tuple(three.sites[i] for i in order), fit=three.fit[:, order], at=three.at[order],
        distances=three.distances[order],
    )  # fmt: skip
    plan, other = (planned(still(real), one, priced=False) for one in (three, turned))
    assert other.value == pytest.approx(plan.value)
    two = replace(base, room=np.array(room[:2]))
    assert plan.value >= planned(still(real), two, priced=False).value - 1e-7


@given(share=st.floats(0.0, 0.2), size=st.floats(0.3, 6.0), capacity=st.floats(0.0, 0.3), relief=st.floats(0.0, 1.0))
def test_every_plan_keeps_its_limits_and_is_checked(
    real: Case, share: float, size: float, capacity: float, relief: float
) -> None:
    case = real.moved({"share": share, "size": size, "capacity": capacity, "relief": relief})
    data = inputs(case)
    plan = planned(case, data, priced=False)
    assert (plan.jobs >= 0).all()
    assert (plan.jobs.sum(axis=1) <= data.available + 1e-6).all()
    assert (np.bincount(data.at, plan.jobs.sum(axis=0)) <= data.room + 1e-6).all()
    for role, barred in zip(data.roles, data.barred, strict=True):
        assert plan.jobs[barred].sum() <= 1e-6, role.place
    units = plan.jobs[data.whole] / size
    np.testing.assert_allclose(units, np.round(units), atol=1e-6)


def test_the_real_plan_holds_what_it_claims(real: Case) -> None:
    outcome = relocation(real)
    assert outcome.gap == pytest.approx(0.0, abs=1e-9)
    assert outcome.bound == pytest.approx(outcome.objective)
    assert [str(one.label) for one in outcome.checks if not one.holds] == []
    assert {one.by for one in outcome.checks} >= {"numpy", "shares.weighted_mean", "specialisation.krugman"}
    assert outcome.facts["product_per_head.130000.before"] == pytest.approx(0.2943, abs=5e-5)
    assert outcome.facts["product_per_head.130000.after"] > outcome.facts["product_per_head.130000.before"]
    assert len(outcome.waits) == 3
    assert outcome.series is not None
    assert outcome.series.values[0].sum() == pytest.approx(outcome.series.values[1].sum())


def test_before_is_what_the_measures_of_the_past_say(real: Case) -> None:
    outcome = relocation(real)
    jobs = real.finding("division.employment").series
    assert jobs is not None
    shares = [part / part.sum() for part in (jobs.select(place=one).values for one in ("110000", "130000"))]
    assert outcome.facts["krugman.110000.130000.before"] == pytest.approx(np.abs(shares[0] - shares[1]).sum())


def test_nobody_moves_and_nothing_changes(real: Case) -> None:
    outcome = relocation(real.moved({"share": 0.0, "batch": 0.0}))
    assert outcome.objective == 0.0
    for name, value in outcome.facts.items():
        if name.endswith(".before"):
            assert outcome.facts[name.replace(".before", ".after")] == pytest.approx(value)


def test_the_page_tells_who_is_left_out_and_what_each_role_costs(real: Case) -> None:
    told = kinds.payload(real, RELOCATION, ranges=False)
    shown = page(told)
    assert {"moves", "platforms", "roles", "registered", "structure", "gaps"} == {one.id for one in shown.sections}
    left_out = {one.what.zh for one in shown.section("platforms").missing}
    assert {"天开高教科创园", "京津冀“机器人+”产业园"} <= left_out
    roles = shown.section("roles").rows
    assert len(roles) == len(real.spec["roles"])
    assert max(float(str(row.cells[5])) for row in roles) > 0
    assert all(row.sources for row in shown.section("platforms").rows)
    assert json.dumps(told, sort_keys=True) == json.dumps(kinds.payload(real, RELOCATION, ranges=False), sort_keys=True)


def test_a_role_let_go_is_worth_what_the_page_says(real: Case, data: Inputs) -> None:
    plan = planned(real, data)
    for at, role in enumerate(data.roles):
        barred = tuple(np.zeros_like(one) if r == at else one for r, one in enumerate(data.barred))
        free = planned(real, replace(data, barred=barred), priced=False).value
        assert free - plan.value == pytest.approx(plan.roles[at], abs=1e-6), role.place


def shelved(real: Case, name: str, axes: tuple[Axis, ...], values: np.ndarray) -> None:
    planes = [np.zeros(values.shape, kind) for kind in (np.uint8, np.uint8, np.int64)]
    series = Series(name, "亿元", axes, values.copy(), *planes)
    receipt = Receipt("shares.value", Label("虚构", "made up"), "", "", "by hand")
    real.shelf.findings[name] = Finding(name, "series", Label("虚构", "made up"), 1, Label("", ""), receipt, series)


def test_effects_through_a_synthetic_input_output_table(real: Case, data: Inputs) -> None:
    """The table is made up, as its name says; what is tested is that demand moves, and that the inverse says the same."""
    jobs = real.finding("division.employment").series
    assert jobs is not None
    places, industries = jobs.axis("place").labels, jobs.axis("concept").labels
    labels = tuple(f"{place}/{one}" for place in places for one in industries)
    generator = np.random.default_rng(4)
    flows = generator.uniform(0.0, 1.0, (len(labels), len(labels)))
    output = np.maximum(flows.sum(axis=0), flows.sum(axis=1)) * 2.0
    shelved(real, "synthetic.flows", (Axis("seller", labels), Axis("buyer", labels)), flows)
    shelved(real, "synthetic.output", (Axis("seller", labels),), output)
    text = FILE.read_text(encoding="utf-8")
    wired = text.replace('year = "2020"', 'year = "2020"\nflows = "synthetic.flows"\noutput = "synthetic.output"')
    case = replace(real, document=written(real, wired))
    outcome = relocation(case)
    assert outcome.waits == ()
    assert [str(one.label) for one in outcome.checks if not one.holds] == []
    plan = planned(case, data)
    after = effects(case, data, plan.jobs)
    assert sum(one.direct for one in after.chains) == pytest.approx(0.0, abs=1e-9)
    by_place = {one.place: one for one in after.chains}
    assert by_place["110000"].direct < 0 < by_place["130000"].direct
    moved = after.later - after.before
    demand = (output - flows.sum(axis=1)).reshape(moved.shape)
    gone = np.where(moved < 0, moved / after.before * demand, 0.0)
    came = np.maximum(moved, 0.0)
    direct = gone - gone.sum(axis=0) * np.divide(came, came.sum(axis=0), out=np.zeros_like(came), where=came > 0)
    total = (np.linalg.inv(np.eye(len(labels)) - flows / output) @ direct.ravel()).reshape(moved.shape)
    for place, row in zip(places, total, strict=True):
        assert by_place[place].total == pytest.approx(row.sum())


def written(real: Case, text: str) -> Document:
    """Return another text as the document of the plan."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "relocation.toml"
        file.write_text(text, encoding="utf-8")
        return Document.read(file, "plans/relocation.toml")


def test_every_wrong_choice_is_told_at_once_with_its_line(real: Case) -> None:
    text = FILE.read_text(encoding="utf-8")
    for old, new in (
        ('kinds = ["高校"]', 'kinds = ["高效"]'),
        ('industry = "employment.census.health"', 'industry = "employment.census.heath"'),
        ('"承接平台" = 0.8 }', '"承接平台" = 1.8 }'),
        ('places = ["110112"]', 'places = ["110199"]'),
        ('functions = ["manufacturing", "markets", "hospital"]', 'functions = ["market"]'),
        ("[plan.relocation.at.airport]", "[plan.relocation.at.airprt]"),
        ('centre = ["110101", "110102"]', 'centre = ["11010"]'),
    ):
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    told = [str(one) for one in problems(written(real, text), ("plan", NAME), real.pack)]
    for word in ("高效", "heath", "1.8", "110199", "'market'", "airprt", "11010"):
        assert any(word in one for one in told), word
    assert all("plans/relocation.toml:" in one for one in told)


def test_a_choice_that_is_missing_or_misspelt(real: Case) -> None:
    text = FILE.read_text(encoding="utf-8").replace('reason = "列在卫生', 'raeson = "列在卫生')
    told = [str(one) for one in problems(written(real, text), ("plan", NAME), real.pack)]
    assert any("'reason' is missing" in one for one in told)
    assert any("unknown key 'raeson'" in one for one in told)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('[plan.relocation.roles."130100"]', '[plan.relocation.roles."130200"]', "no role of the framework '130200'"),
        ('places = ["130209"]', 'places = ["130203"]', "no place with jobs '130203'"),
    ],
)
def test_what_framework_and_findings_do_not_have(real: Case, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8").replace(old, new)
    with pytest.raises(Problems) as caught:
        inputs(replace(real, document=written(real, text)))
    assert any(said in str(one) for one in caught.value.errors)


def test_a_place_under_no_role_is_told(real: Case) -> None:
    text = FILE.read_text(encoding="utf-8")
    begin, end = (text.index(f"[plan.relocation.roles.{one}") for one in ('"120000"]', '"130000"]'))
    with pytest.raises(Problems) as caught:
        inputs(replace(real, document=written(real, text[:begin] + text[end:])))
    assert any("no role covers 120116" in str(one) for one in caught.value.errors)


def test_no_platform_is_left(real: Case) -> None:
    text = FILE.read_text(encoding="utf-8").replace(
        'platforms = ["集中承载地", "战略合作功能区", "承接平台", "产业园区"]', 'platforms = ["农业合作平台"]'
    )
    with pytest.raises(PlanError, match="no platform is left"):
        inputs(replace(real, document=written(real, text)))


def test_more_cannot_leave_than_there_are(real: Case, data: Inputs) -> None:
    moved = np.zeros(data.fit.shape)
    moved[3, -1] = 1e6
    with pytest.raises(PlanError, match="fewer jobs in employment.census.manufacturing than are to leave"):
        effects(real, data, moved)


@pytest.mark.parametrize(("lever", "value"), [("size", 0.0), ("reach", 0.0), ("capacity", -1.0), ("share", 2.0)])
def test_a_lever_that_makes_no_sense_is_refused_with_its_range(real: Case, lever: str, value: float) -> None:
    with pytest.raises(PlanError, match=f"lever '{lever}' is {value:g}") as caught:
        inputs(real.moved({lever: value}))
    assert str(real.levers[lever].where) in str(caught.value)
    with pytest.raises(Problems) as all_of_them:
        inputs(real.moved({"size": -1.0, "inside": 1.5}))
    assert len(all_of_them.value.errors) == 2


def test_sites_know_their_role(data: Inputs) -> None:
    role = {(one.item.id, one.place): one.role for one in data.sites}
    assert role["xiongan", "130629"] == "xiongan"
    assert role["binhai", "120116"] == "120000"
    assert role["subcentre", "110112"] == "110000"
    assert role["caofeidian", "130209"] == "130000"
    assert {type(one) for one in data.sites} == {Site}
