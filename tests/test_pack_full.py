"""The larger tables of the pack against what was published."""

from __future__ import annotations

import pytest
from conftest import ROOT

from xietong.library.origins import Grade
from xietong.library.pack import Pack, read_pack
from xietong.recipes.study import read_study


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs" / "jingjinji")


def cells(pack: Pack, table: str, concept: str, period: str) -> dict[str, float]:
    found = next(one for one in pack.tables if one.name.endswith(f"/{table}"))
    return {one.place: one.value for one in found.observations if (one.concept, one.period) == (concept, period)}


@pytest.mark.parametrize(
    ("place", "of_2010", "of_2020"),
    [("110000", 19612368, 21893095), ("120000", 12938693, 13866009), ("130000", 71854210, 74610235)],
)
def test_residents_of_the_three(pack: Pack, place: str, of_2010: int, of_2020: int) -> None:
    """Hebei: main data of the seventh census of Hebei, press conference, 燕赵都市报, 20 May 2021, both years.

    Beijing and Tianjin: rows of the province in the tables by county of the two censuses; no page was found.
    """
    assert cells(pack, "census-population-2010", "population.census", "2010-11-01")[place] == of_2010
    assert cells(pack, "census-population-2020", "population.census", "2020-11-01")[place] == of_2020


@pytest.mark.parametrize("year", ["2010", "2020"])
def test_men_and_women_are_everybody(pack: Pack, year: str) -> None:
    told = [
        cells(pack, f"census-population-{year}", f"population.census{part}", f"{year}-11-01")
        for part in ("", ".male", ".female")
    ]
    assert len(told[0]) == {"2010": 220, "2020": 236}[year]
    assert all(told[0][place] == told[1][place] + told[2][place] for place in told[0])


def test_industries_add_up_but_for_the_two_known_cells(pack: Pack) -> None:
    """The lines that do not are told in the notes of the table and in the decisions of the pack."""
    for year, known in (("2010", {"130000", "130924"}), ("2020", set())):
        table = next(one for one in pack.tables if one.name.endswith(f"/census-employment-{year}"))
        total: dict[str, float] = {}
        parts: dict[str, float] = {}
        for one in table.observations:
            into = total if one.concept == "employment.census.total" else parts
            into[one.place] = into.get(one.place, 0.0) + one.value
        assert {place for place in total if total[place] != parts[place]} == known


def test_a_tenth_was_asked(pack: Pack) -> None:
    """Employed people of the long form are some five per cent of all residents: a sample of a tenth."""
    people = cells(pack, "census-population-2020", "population.census", "2020-11-01")
    employed = cells(pack, "census-employment-2020", "employment.census.total", "2020-11-01")
    assert all(0.02 < employed[place] / people[place] < 0.12 for place in employed)


def test_bought_tables_say_so_and_the_study_reads_one_of_them_for_a_stated_reason(pack: Pack) -> None:
    bought = {key for key, origin in pack.origins.items() if origin.grade is Grade.RESALE}
    assert {key.partition(":")[0] for key in bought} == {
        "cities-co2", "cities-fdi", "cities-finance", "cities-gdp-index", "cities-gdp-sectors", "cities-population-area",
        "provinces-finance", "provinces-gdp-long", "provinces-gdp-others", "roads-per-head",
    }  # fmt: skip
    readings = read_study(ROOT / "studies" / "jingjinji").readings
    assert [name for name, one in readings.items() if one.resale] == ["panel"]
    assert {origin.partition(":")[0] for origin in readings["panel"].origins} == {
        "provinces-gdp-long", "provinces-gdp-others",
    }  # fmt: skip


def test_three_sources_of_one_product_stand_side_by_side(pack: Pack) -> None:
    """Product of Tianjin in 2016: as first published, and after the revision by the census of 2018."""
    tables = ("cities-gdp-sectors", "cities-gdp-index", "cities-finance")
    assert [cells(pack, table, "gdp.nominal", "2016")["120000"] for table in tables] == [17837.89, 11477.2, 17885.39]
