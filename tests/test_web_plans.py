"""Plans in the browser: levers, runs with progress, stopping, outcomes, comparison; and what readers notice of a run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy_plan
from browsing import Visitor
from conftest import Workshop

from xietong.app import desk, plan_runs, plan_worker, plans
from xietong.app.plan_runs import Runs, run_id
from xietong.app.server import application
from xietong.errors import AccessError
from xietong.plans import kinds


@pytest.fixture
def site(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    known = {**kinds.KINDS, "toy": toy_plan.TOY}
    for room in (kinds, plans):
        monkeypatch.setattr(room, "KINDS", known)
    small.append("study/plans.toml", toy_plan.TOML)
    with monkeypatch.context() as quick:
        quick.setattr(toy_plan, "STEP", 0)  # the ranges of its levers are made at once
        desk.build(small.study, Path("out"))
    told = application(small.study, Path("out"))
    told.state.site.runs.work = toy_plan.work
    yield told
    told.state.site.close()


def start(visitor: Visitor, **levers: str) -> str:
    """Start a run and return its address."""
    told = visitor.post("/plans/toy/run", levers)
    assert told.status == 303, told.words
    return told.headers["location"].partition("?")[0]


def ended(visitor: Visitor, address: str, seconds: float = 30) -> dict:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told = visitor.get(f"{address}/state").json
        if told["ended"]:
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def test_levers_stand_with_value_range_reason_and_line(site) -> None:
    told = Visitor(site).get("/plans/toy/run?language=en")
    assert "Budget (100 million yuan)" in told.words
    assert "5–20" in told.words
    assert "made up small/study/plans.toml:" in told.words or "study/plans.toml:" in told.words
    assert 'name="budget" value="10"' in told.text
    assert 'name="budget" value="12.5"' in Visitor(site).get("/plans/toy/run?budget=12.5").text
    assert "/plans/toy/run" in Visitor(site).get("/plans/toy").text


def test_a_run_is_started_told_of_and_shown(site) -> None:
    visitor = Visitor(site)
    address = start(visitor, budget="12", share="0.25")
    assert ended(visitor, address)["state"] == "done"
    page = visitor.get(f"{address}?language=en")
    assert "Given: 3 100 million yuan" in page.words
    assert "with the values of the study: 5" in page.words
    assert "Budget: 10 → 12" in page.words
    assert "Checked independently" in page.words
    assert "&lt;b&gt;甲&lt;/b&gt;" in page.text
    assert "budget=12&amp;share=0.25" in page.text
    assert visitor.get(f"{address}/json").json["objective"] == 3
    assert visitor.get(f"{address}/xlsx").content.startswith(b"PK")
    assert visitor.get(f"{address}/docx").status == 404


def test_the_same_values_are_the_same_run(site) -> None:
    visitor = Visitor(site)
    assert start(visitor, budget="12") == start(Visitor(site), budget="12", share="0.5")
    assert start(visitor, budget="13") != start(visitor, budget="12")


def test_a_run_is_stopped_with_the_best_that_was_found(site) -> None:
    visitor = Visitor(site)
    address = start(visitor, steps="400")
    until = time.monotonic() + 30
    while "step 3" not in str(visitor.get(f"{address}/state").json) and time.monotonic() < until:
        time.sleep(0.02)
    page = visitor.get(address)
    assert "<progress" in page.text
    assert 'http-equiv="refresh"' in page.text
    assert visitor.post(f"{address}/stop", page=address).status == 303
    assert ended(visitor, address)["state"] == "done"
    assert 0 < visitor.get(f"{address}/json").json["objective"] < 5
    assert "停止前找到的最好结果" in visitor.get(address).words


def test_what_does_not_listen_is_ended_and_the_next_runs(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_runs, "GRACE", 0.2)
    monkeypatch.setattr(toy_plan, "STEP", 0.02)
    visitor, runs = Visitor(site), site.state.site.runs
    address = start(visitor, steps="400")
    until = time.monotonic() + 30
    while runs.of("toy")[0].state != "running" and time.monotonic() < until:
        time.sleep(0.02)
    runs._tell = lambda _: None  # the word to stop is lost
    visitor.post(f"{address}/stop", page=address)
    assert ended(visitor, address)["state"] == "stopped"
    del runs._tell
    assert ended(visitor, start(visitor, budget="11"))["state"] == "done"


def test_no_solution_and_a_crash_are_told(site) -> None:
    visitor = Visitor(site)
    address = start(visitor, share="1.5")
    assert ended(visitor, address)["state"] == "failed"
    assert "a share of 1.5 is more than all" in visitor.get(address).words
    told = ended(visitor, start(visitor, share="-1"))
    assert told["error"] == "the process that solves plans has ended"
    assert ended(visitor, start(visitor, budget="11"))["state"] == "done"


@pytest.mark.parametrize(("levers", "says"), [
    ({"budget": "much"}, "'much' is no number"), ({"budget": "nan"}, "'nan' is no number"), ({"budget": "inf"}, "'inf' is no number"),
    ({"budget": "5 people"}, "'people' is not its unit"), ({"budget": "<script>alert(1)</script>"}, "is no number"),
])  # fmt: skip
def test_what_is_no_value_is_refused_in_words(site, levers: dict[str, str], says: str) -> None:
    told = Visitor(site).post("/plans/toy/run", levers)
    assert told.status == 422
    assert says in told.words
    assert "<script>alert" not in told.text
    assert site.state.site.runs.of("toy") == []


def test_a_unit_may_stand_behind_a_value(site) -> None:
    visitor = Visitor(site)
    assert ended(visitor, start(visitor, budget="1,2 亿元", share="0.5"))["state"] == "done"


def test_two_outcomes_are_compared(site) -> None:
    visitor = Visitor(site)
    one, two = start(visitor, budget="12"), start(visitor, budget="14")
    ended(visitor, one), ended(visitor, two)
    first, second = one.rpartition("/")[2], two.rpartition("/")[2]
    told = visitor.get(f"/plans/toy/compare?a={first}&b={second}&language=en").words
    assert "Given 6.0000 7.0000" in told
    assert "12.0000 14.0000" in told
    assert "As the study has it" in visitor.get(f"/plans/toy/compare?b={second}&language=en").words
    for wrong in ("a=nothing", "a=<script>", "b=000000000000"):
        assert visitor.get(f"/plans/toy/compare?{wrong}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/plans/none/run",
        "/plans/toy/runs/nothing",
        "/plans/toy/runs/nothing/state",
        "/plans/none/runs/x",
        "/plans/none/compare",
    ],
)
def test_what_is_not_there_is_not_found(site, path: str) -> None:
    assert Visitor(site).get(path).status == 404


def test_a_form_from_elsewhere_starts_and_stops_nothing(site) -> None:
    visitor = Visitor(site)
    address = start(visitor, steps="100")
    for path in ("/plans/toy/run", f"{address}/stop"):
        assert visitor.post(path, {"budget": "15"}, page="none").status == 403
    assert len(site.state.site.runs.of("toy")) == 1


def test_only_so_many_wait(small: Workshop) -> None:
    runs = Runs(small.study, Path("out"), toy_plan.work)
    runs._thread = object()  # nobody works
    for at in range(plan_runs.WAITING):
        runs.start("toy", {"budget": at})
    with pytest.raises(AccessError, match="too many plans"):
        runs.start("toy", {"budget": 99})
    assert runs.start("toy", {"budget": 0}).id == run_id("toy", {"budget": 0}, ranges=False)
    runs.stop(runs.of("toy")[0])
    runs.start("toy", {"budget": 99})


def test_a_run_has_a_process_of_its_own_that_stands_back(site) -> None:
    """What a run costs readers is measured by ``bench/observatory``; here is what it rests on."""
    visitor = Visitor(site)
    address = start(visitor, steps="1")
    ended(visitor, address)
    facts = visitor.get(f"{address}/json").json["facts"]
    assert facts["process"] != os.getpid()
    assert facts["niceness"] == os.getpriority(os.PRIO_PROCESS, 0) + toy_plan.PATIENT
    assert plan_worker.PATIENT > 0
