"""The pack of Beijing-Tianjin-Hebei against what others printed; each number names its publication."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, ledger, quiet

from xietong.library.labels import Label
from xietong.library.ledger import Ledger, Selection
from xietong.library.origins import Grade
from xietong.library.pack import Pack, read_pack
from xietong.library.readings import Reading
from xietong.library.store import Edition
from xietong.measures.shares import total
from xietong.measures.specialisation import herfindahl
from xietong.recipes.build import build

HERE = Path(__file__).parent / "pack"
PRINTED: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "printed.toml").read_text(encoding="utf-8"))
CHECKS, VALUES = PRINTED["check"], PRINTED["value"]
LATEST = Reading("latest", Label("最新", "latest"), "latest", "test")


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        built = build(HERE / "study", tmp_path_factory.mktemp("checks"), (), quiet)
    finally:
        os.chdir(before)
    with Edition.open(built.path) as edition:
        yield edition


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs/jingjinji", "packs/jingjinji")


@pytest.fixture(scope="module")
def books(pack: Pack) -> Iterator[Ledger]:
    with ledger(pack) as one:
        yield one


@pytest.mark.parametrize("check", CHECKS, ids=[check["finding"] for check in CHECKS])
def test_what_follows_from_the_pack_is_what_was_printed(checks: Edition, check: dict[str, Any]) -> None:
    assert len(check["source"]) > 20
    series = checks.finding(check["finding"]).series
    assert series is not None
    expected = np.asarray(check["expected"], dtype=np.float64)
    assert series.values.shape == expected.shape
    np.testing.assert_allclose(series.values, expected, rtol=0, atol=check["tolerance"])


def test_every_check_of_the_study_has_its_number(checks: Edition) -> None:
    named = {check["finding"] for check in CHECKS}
    used = {one.finding for name in checks.ids for one in checks.finding(name).receipt.inputs}
    assert set(checks.ids) - used <= named
    families = {
        "G01",
        "G02",
        "G03",
        "G04",
        "G05",
        "G06",
        "G07",
        "G10",
        "G11",
        "G12",
        "G14",
        "G15",
        "G16",
        "G18",
        "G20",
        "G23",
        "G30",
    }
    assert {name.partition(".")[0] for name in named} == families


@pytest.mark.parametrize("value", VALUES, ids=[" ".join(value["cell"]) + " " + value["published"] for value in VALUES])
def test_a_published_value_stands_on_a_line_of_its_publication(
    pack: Pack, rows_at: Callable[[str], list[str]], value: dict[str, Any]
) -> None:
    concept, place, to, period = value["cell"]
    found = [
        one
        for one in pack.observations
        if (one.concept, one.place, one.to, one.period) == (concept, place, to, period)
        and one.published.text == value["published"]
        and value["title"] in pack.origins[one.origin].title
    ]
    assert len(found) == 1
    assert value["published"] in rows_at(found[0].where)


def read(books: Ledger, concept: str, places: tuple[str, ...], periods: tuple[str, ...], to: str = "") -> np.ndarray:
    series = books.series(Selection((concept,), places, periods, to), LATEST)
    assert not series.missing()
    return series.values


def test_the_published_years_do_not_add_up_to_the_published_sum(books: Ledger) -> None:
    """2024年京津冀区域协同发展指数继续提升, 2025-12-25: 2308.7 for 2021 to 2024; the years as published give 2299.7."""
    years = read(books, "technology.contracts.flow", ("110000",), ("2021", "2022", "2023", "2024"), "jinji")
    whole = read(books, "technology.contracts.flow", ("110000",), ("2021/2024",), "jinji")
    assert float(total(years)[0]) == pytest.approx(2299.7)
    assert float(whole[0, 0] - total(years)[0]) == pytest.approx(9.0)


@pytest.mark.parametrize(("concept", "expected"), [("port.throughput.tonnes", 0.4324), ("port.throughput.teu", 0.5203)])
def test_concentration_of_the_three_ports(books: Ledger, concept: str, expected: float) -> None:
    """By hand on 去年全省港口货物吞吐量完成12.34亿吨, 河北日报, 2022-01."""
    ports = read(books, concept, ("130200", "130900", "130300"), ("2021",))
    assert float(herfindahl(ports[:, 0])) == pytest.approx(expected, abs=0.0001)


def test_conflicting_publications_of_one_cell_stand_side_by_side(pack: Pack) -> None:
    cells: dict[tuple[str, ...], set[str]] = {}
    for one in pack.observations:
        cells.setdefault((one.concept, one.place, one.to, one.period), set()).add(one.published.text)
    assert cells["technology.contracts.flow", "110000", "jinji", "2024"] == {"843.7", "834.7"}
    assert {"2190", "2153.6"} <= cells["population.resident", "110000", "", "2019"]
    assert {"22926", "21330.8"} <= cells["gdp.nominal", "110000", "", "2014"]


def test_the_census_adds_up_over_the_cities_of_hebei(books: Ledger, pack: Pack) -> None:
    cities = tuple(code for code in pack.gazetteer.members("cities13", "test") if code not in ("110000", "120000"))
    assert len(cities) == 11
    for moment in ("2010-11-01", "2020-11-01"):
        people = read(books, "population.census", (*cities, "130000"), (moment,))[:, 0]
        assert people[:-1].sum() == people[-1]


def test_the_three_sectors_add_up_to_the_product(books: Ledger) -> None:
    for place in ("110000", "120000", "130000"):
        parts = sum(
            float(read(books, f"gdp.{sector}", (place,), ("2024",))[0, 0])
            for sector in ("primary", "secondary", "tertiary")
        )
        assert parts == pytest.approx(float(read(books, "gdp.nominal", (place,), ("2024",))[0, 0]), abs=0.2)


def test_every_publication_is_cited_in_full(pack: Pack) -> None:
    used = {one.origin for one in pack.observations}
    for name, origin in pack.origins.items():
        assert name in used, f"{name} is cited by no line"
        assert origin.publisher
        assert origin.title
        assert origin.locator
        assert origin.licence
        assert origin.grade <= Grade.RESALE
        assert origin.access == "public"


def test_what_stands_on_accounts_names_its_benchmark(pack: Pack) -> None:
    """A figure on revised accounts that names neither benchmark nor edition could be read by nothing."""
    for one in pack.observations:
        if pack.concepts[one.concept].benchmarks:
            assert one.benchmark or pack.origins[one.origin].edition, one.where


def test_labels_and_definitions_are_in_two_languages(pack: Pack) -> None:
    for concept in pack.concepts.values():
        for label in (concept.label, concept.definition):
            assert label.zh != label.en, concept.id
    for perimeter in pack.gazetteer.perimeters.values():
        assert perimeter.label.zh != perimeter.label.en
        assert perimeter.reason.zh
