"""Landing: assignments known by hand, what a base is worth, properties, files of offers, and the plan of the real study."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PackError, PlanError, Problems, XietongError
from xietong.library.documents import Document
from xietong.library.pages import page
from xietong.library.store import Edition
from xietong.plans import kinds
from xietong.plans.landing import landing, program
from xietong.plans.landing_inputs import offering, problems
from xietong.plans.plan import Case
from xietong.plans.solving import solve
from xietong.recipes.jobs import Shelf
from xietong.recipes.study import read_study

ROOT = Path(__file__).parent.parent
FIT = np.array([[0.9, 0.5, 0.1], [0.8, 0.6, 0.3]])


def value(fit: np.ndarray, units: list[int], capacity: float, bases: float, spread: float = 1.0) -> float:
    return -solve(program(fit, np.array(units), capacity, bases, spread).model).objective


def test_with_room_everything_lands_where_it_fits_best() -> None:
    assert value(FIT, [2, 3], 5, 3) == pytest.approx(2 * 0.9 + 3 * 0.8)


def test_a_full_base_sends_the_offer_that_loses_least_elsewhere() -> None:
    assert value(FIT, [2, 2], 2, 3) == pytest.approx(2 * 0.9 + 2 * 0.6)


def test_few_bases_and_the_spread_of_an_offer_bind() -> None:
    assert value(FIT, [2, 2], 2, 1) == pytest.approx(2 * 0.9)
    assert value(FIT, [2, 2], 4, 3, spread=0.5) == pytest.approx(0.9 + 0.5 + 0.8 + 0.6)


@given(st.integers(0, 500))
def test_the_plan_is_the_best_of_all_assignments(seed: int) -> None:
    draw = np.random.default_rng(seed)
    fit, bases, capacity = draw.random((3, 3)), int(draw.integers(1, 4)), int(draw.integers(1, 3))
    found = []
    for sites in product(range(4), repeat=3):
        used = [site for site in sites if site < 3]
        if len(set(used)) <= bases and all(used.count(one) <= capacity for one in used):
            found.append(sum(fit[offer, site] for offer, site in enumerate(sites) if site < 3))
    assert value(fit, [1, 1, 1], capacity, bases) == pytest.approx(max(found))


@given(st.integers(0, 500), st.permutations(range(4)), st.floats(0.1, 9))
def test_order_does_not_matter_scale_scales_and_a_further_site_never_worsens(
    seed: int, order: list[int], factor: float
) -> None:
    draw = np.random.default_rng(seed)
    fit, units = draw.random((2, 4)), [3, 2]
    first = value(fit, units, 2, 2)
    assert value(fit[:, order], units, 2, 2) == pytest.approx(first)
    assert value(factor * fit, units, 2, 2) == pytest.approx(factor * first)
    assert value(fit[:, :3], units, 2, 2) <= first + 1e-9
    assert value(fit, units, 2, 3) >= first - 1e-9
    assert value(fit, units, 3, 2) >= first - 1e-9


@pytest.fixture(scope="module")
def real() -> Case:
    """Return the plan of the real study with the findings that it needs, as the edition makes them."""
    from xietong.library.ledger import Ledger, fill
    from xietong.recipes.build import measure_jobs

    study = read_study(ROOT / "studies" / "jingjinji")
    document = next(one for one in study.documents("plans") if one.table("plan", "landing"))
    errors: list[XietongError] = []
    jobs = {job.id: job for job in measure_jobs(study, errors)}
    with duckdb.connect() as connection:
        fill(connection, study.pack)
        shelf = Shelf(study, Ledger(connection, study.pack))
        for name in kinds.needs(document, "landing"):
            shelf.findings[name] = jobs[name].run(shelf, "", jobs[name].parts(shelf))
    return kinds.case(document, "landing", shelf)


def test_the_real_plan_prints_every_fit_with_its_parts(jingjinji: Edition) -> None:
    told = jingjinji.finding("plan.landing.result").payload
    assert all(holds for *_, holds in told["checks"])
    assert told["objective"] <= told["bound"] <= told["facts"]["relaxation"] + 1e-9
    fits, bases = (page(told).section(name).rows for name in ("fits", "bases"))
    weights = np.array([one["value"] for one in told["levers"] if one["id"].startswith("weight_")])
    assert fits
    for row in fits:
        assert row.cells[6] == pytest.approx(np.array(row.cells[2:6]) @ weights / weights.sum())
    assert sum(row.cells[6] * row.cells[7] for row in fits) == pytest.approx(told["objective"])
    assert len(bases) == told["facts"]["bases"] <= 8
    assert all(row.sources and row.ref for row in bases)
    assert {one.cells[0] for one in page(told).section("left_out").rows}


def test_the_loss_without_a_base_is_what_the_plan_loses(real: Case) -> None:
    outcome = landing(real)
    inputs = offering(real)
    first = outcome.sections[0].rows[0]
    at = [one.item.ref for one in inputs.sites].index(first.ref)
    fit = np.delete(inputs.fit, at, axis=1)
    units = [one.units for one in inputs.offers]
    without = value(fit, units, round(real["capacity"]), round(real["bases"]), real["spread"])
    assert first.cells[-2] == pytest.approx(outcome.objective - without)


def test_the_source_keeps_nothing_and_a_weight_decides(real: Case) -> None:
    inputs = offering(real)
    assert all(not place.startswith("11") for site in inputs.sites for place in site.places)
    only = offering(real.moved({"weight_specialised": 0, "weight_related": 0, "weight_named": 0}))
    assert only.fit == pytest.approx(only.parts[3])
    with pytest.raises(PlanError, match="weights of the fit"):
        offering(real.moved({f"weight_{name}": 0.0 for name in ("specialised", "related", "named", "serves")}))


OFFERS = """offer,name,chain,units,industries
r1,合成一 | synthetic one,hydrogen,2,
r2,合成二 | synthetic two,robots,1,employment.census.information
"""


def with_offers(real: Case, folder: Path, text: str) -> Case:
    (folder / "offers.csv").write_text(text, encoding="utf-8")
    plan = {"landing": dict(real.spec) | {"offers": "offers.csv"}}
    document = Document(folder / "plan.toml", {"plan": plan}, {}, "made-up/plan.toml")
    return replace(real, document=document)


def test_an_item_that_is_left_out_is_told_and_an_unknown_one_refused(real: Case, tmp_path: Path) -> None:
    assert ("caofeidian-2024", "the study leaves it out") in [
        (item.id, why.en) for item, why in offering(real).left_out
    ]
    plan = {"landing": dict(real.spec) | {"without": ["caofeidien"], "source": "110001"}}
    document = Document(tmp_path / "plan.toml", {"plan": plan}, {}, "made-up/plan.toml")
    told = [one.what for one in problems(document, ("plan", "landing"), real.pack)]
    assert told == ["no item 'caofeidien'", "no place '110001'"]


def test_a_list_of_offers_takes_the_place_of_equal_chains(real: Case, tmp_path: Path) -> None:
    case = with_offers(real, tmp_path, OFFERS)
    outcome = landing(case)
    assert outcome.facts["offered"] == outcome.facts["landed"] == 3
    assert outcome.waits == ()
    assert [one.industries for one in offering(case).offers][1] == ("employment.census.information",)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("hydrogen,2", "hydrogens,2", 2, "no chain 'hydrogens'"),
        ("hydrogen,2", "hydrogen,two", 2, "units must be a whole number above 0"),
        ("r2,", "r1,", 3, "also stands at made-up/offers.csv:2"),
        ("census.information", "census.informatics", 3, "no industry"),
        ("r2,", ",", 3, "no name of its own"),
    ],
)
def test_a_wrong_line_of_offers_is_told(real: Case, tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(Problems) as caught:
        offering(with_offers(real, tmp_path, OFFERS.replace(old, new, 1)))
    assert [(says in one.text(), one.where) for one in caught.value.errors] == [(True, f"made-up/offers.csv:{line}")]


def test_a_file_without_its_columns_or_without_offers_is_told(real: Case, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="the column units is missing"):
        offering(with_offers(real, tmp_path, "offer,chain\nr1,hydrogen\n"))
    with pytest.raises(Problems, match="holds no offer"):
        offering(with_offers(real, tmp_path, "offer,chain,units\n"))
