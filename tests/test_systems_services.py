"""The page of public services: totals that differ, announced beside used, and access recomputed another way."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

from xietong.diagnosis.systems.kinds import system_jobs
from xietong.errors import XietongError
from xietong.library.boundaries import label_point
from xietong.library.explanations import explain
from xietong.library.pages import Page, Section, page
from xietong.library.store import Edition
from xietong.recipes.study import Study, read_study

RADIUS, DETOUR, THRESHOLD, MILLION = 6371.0088, 1.3, 60.0, 1e6
REGISTERS = ROOT / "packs" / "jingjinji" / "registers"


@pytest.fixture(scope="module")
def services(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.services").payload)


def column(section: Section, name: str) -> list:
    at = [one.id for one in section.columns].index(name)
    return [row.cells[at] for row in section.rows]


def named(section: Section, key: str, value: str) -> dict:
    at = {one.zh if hasattr(one, "zh") else str(one): number for number, one in enumerate(column(section, key))}[value]
    return dict(zip([one.id for one in section.columns], section.rows[at].cells, strict=True))


def rows_of(file: str) -> list[dict[str, str]]:
    with (REGISTERS / file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def sites() -> set[tuple[float, float]]:
    """Return the points of the hospitals of the grade, read from the file without the program."""
    told = [row for row in rows_of("hospital.csv") if row["grade"] == "三级甲等" and row["longitude"]]
    return {(float(row["longitude"]), float(row["latitude"])) for row in told}


def way(one: tuple[float, float], other: tuple[float, float]) -> float:
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    cosine = math.sin(b) * math.sin(d) + math.cos(b) * math.cos(d) * math.cos(c - a)
    return RADIUS * math.acos(min(1.0, cosine)) * DETOUR


def people() -> dict[str, float]:
    with (ROOT / "packs/jingjinji/tables/census-population-2020.csv").open(encoding="utf-8") as table:
        told = {row["place"]: float(row["population"]) for row in csv.DictReader(table)}
    with (ROOT / "packs/jingjinji/places.csv").open(encoding="utf-8") as table:
        counties = {row["code"] for row in csv.DictReader(table) if row["level"] == "county"}
    return {code: number for code, number in told.items() if code in counties}


def test_the_page_has_its_sections_in_order(services: Page) -> None:
    assert [one.id for one in services.sections] == [
        "inventory", "totals", "conflicts", "states", "named", "figures",
        "access", "beyond", "worst", "fragility", "lost",
    ]  # fmt: skip


def test_every_row_names_its_publications_or_its_finding(services: Page) -> None:
    for section in services.sections:
        assert all(row.sources or row.finding for row in section.rows), section.id


@pytest.mark.parametrize(
    ("what", "counts", "judged"),
    [
        ("国家区域医疗中心（河北4市）", "2024-01：8个；2025-02-28：7个", "后公布的反而更小"),
        ("高校联盟", "2024-06-13：16个；2025-05-28：22个", "后公布的更大"),
        ("临床检验互认机构", "2025-02-28：914家；2025-11-24：1326家", "后公布的更大"),
        ("临床检验互认项目", "2025-02-28：60项；2025-11-24：104项", "后公布的更大"),
    ],
)
def test_totals_that_differ_are_both_kept(services: Page, what: str, counts: str, judged: str) -> None:
    told = named(services.section("conflicts"), "what", what)
    assert told["counts"] == counts
    assert told["judged"].zh.startswith(judged)


def test_counts_that_agree_are_no_conflict(services: Page) -> None:
    assert "京津冀医联体" not in [one.zh for one in column(services.section("conflicts"), "what")]
    assert [row[2] for row in (row.cells for row in services.section("totals").rows) if "医联体" in row[1].zh] == [
        "115"
    ] * 2


def test_announced_is_not_in_use(services: Page) -> None:
    told = named(services.section("states"), "register", "中小学幼儿园跨省合作")
    assert (told["items"], told["announced"], told["used"], told["none"]) == (5, 3, 0, 2)
    told = named(services.section("states"), "register", "医联体与医疗协作")
    assert (told["items"], told["announced"], told["used"], told["none"]) == (5, 1, 2, 2)
    alliances = named(services.section("states"), "register", "高校与职教联盟")
    assert (alliances["announced"], alliances["used"]) == (4, 0)


def test_what_was_never_published_is_told_with_the_way_to_bring_it_in(services: Page) -> None:
    missing = services.section("totals").missing
    assert "115个医联体的名单与成员" in [one.what.zh for one in missing]
    assert all(one.ways for one in missing)


def test_the_nearest_site_of_every_county_by_another_formula(services: Page) -> None:
    section, points = services.section("access"), sites()
    assert len(points) == 150
    km = column(section, "nearest")
    assert len(km) == len(people()) == 199
    for code, told in zip(people(), km, strict=True):
        assert told == pytest.approx(min(way(label_point(code), one) for one in points), abs=0.01), code
    for code, told in zip(people(), column(section, "within"), strict=True):
        assert told == sum(way(label_point(code), one) <= THRESHOLD for one in points), code


def test_sites_per_million_by_hand_for_every_county(services: Page) -> None:
    """The enhanced two steps in plain loops: zones of 20 km at 1, 0.68 and 0.22."""

    def weight(km: float) -> float:
        return next((told for end, told in ((20, 1.0), (40, 0.68), (60, 0.22)) if km <= end), 0.0)

    told, points = people(), sorted(sites())
    table = {code: [weight(way(label_point(code), one)) for one in points] for code in told}
    demand = [sum(told[code] * table[code][at] for code in told) for at in range(len(points))]
    for code, shown in zip(told, column(services.section("access"), "shared"), strict=True):
        expected = sum(w / demand[at] for at, w in enumerate(table[code]) if w) * MILLION
        assert shown == pytest.approx(expected, rel=1e-6, abs=1e-9), code
    added = sum(
        number * one for number, one in zip(told.values(), column(services.section("access"), "shared"), strict=True)
    )
    assert added / MILLION == pytest.approx(sum(one > 0 for one in demand))


def test_a_closed_border_never_shortens_a_way(services: Page) -> None:
    section = services.section("access")
    open_ones, closed = column(section, "nearest"), column(section, "closed")
    assert all(b >= a - 1e-9 for a, b in zip(open_ones, closed, strict=True))
    assert sum(b > a + 1e-9 for a, b in zip(open_ones, closed, strict=True)) == 10


def test_people_beyond_the_threshold_add_up(services: Page) -> None:
    section, told = services.section("beyond"), people()
    together = named(section, "province", "合计")
    assert together["people"] == pytest.approx(sum(told.values()) / 1e4)
    km = dict(zip(told, column(services.section("access"), "nearest"), strict=True))
    closed = dict(zip(told, column(services.section("access"), "closed"), strict=True))
    assert together["open"] == pytest.approx(sum(told[one] for one in told if km[one] > THRESHOLD) / 1e4)
    assert together["closed"] == pytest.approx(sum(told[one] for one in told if closed[one] > THRESHOLD) / 1e4)
    for name in ("people", "open", "closed", "gain", "low", "high"):
        assert sum(column(section, name)[:-1]) == pytest.approx(together[name])
    assert together["high"] < together["open"] < together["low"]
    assert together["gain"] == pytest.approx(together["closed"] - together["open"])


def test_how_fragile_the_result_is_stands_beside_it(services: Page) -> None:
    section = services.section("fragility")
    far, beyond = column(section, "far"), column(section, "beyond")
    assert far[:5] == [15] * 5, "the ranking by distance does not depend on threshold or detour"
    assert min(far) < 15, "some choice moves it"
    assert beyond[1] > beyond[0] > beyond[2]
    assert beyond[4] > beyond[0] > beyond[3]
    assert column(section, "few")[0] == 99
    assert min(column(section, "few")) < 95


def test_hospitals_without_a_point_are_counted_and_told(services: Page) -> None:
    section = services.section("lost")
    told = [row for row in rows_of("hospital.csv") if row["grade"] == "三级甲等"]
    without = {row["item"] for row in told} - {row["item"] for row in told if row["longitude"]}
    assert len(without) == len(section.rows) == 16
    assert {row.ref.partition(":")[2] for row in section.rows} == without
    assert "297.9 万人" in section.text[1].zh


def test_the_map_has_a_value_for_every_county(services: Page) -> None:
    figure = services.section("access").figure
    assert figure["kind"] == "places_map"
    assert list(figure["values"]) == list(people())


def test_care_is_shown_as_published(services: Page) -> None:
    section = services.section("figures")
    rows = {(row.cells[0].zh, row.cells[1].zh, row.cells[2]): row.cells[3:5] for row in section.rows}
    assert rows["每千名老年人养老床位", "北京", "2025"] == ("31.72", "张/千人")
    assert rows["养老床位供给相对水平", "沧州", "2025"] == ("53.7", "点")
    assert rows["养老机构床位", "北京", "2024"] == ("10.8", "万张")
    assert rows["养老机构床位", "北京", "2024-03"] == ("10.9", "万张")
    assert rows["医疗卫生机构床位", "河北", "2020"] == ("44.29", "万张")


def test_the_explanation_of_the_page_lists_its_publications(jingjinji: Edition) -> None:
    told = list(explain(jingjinji, "system.services").lines())
    assert any("A+医学百科" in one and "registers/hospital.csv" in one for one in told)
    assert any("国务院第七次全国人口普查领导小组办公室" in one for one in told)
    assert "registers/hospital:list-3a" in jingjinji.cited()


WRONG = [
    ('supply = "hospital"', 'supply = "hospitl"', "class of register 'hospitl'"),
    ('supply = "hospital"', 'supply = "university"', "no points in WGS-84"),
    ("supply_where = { grade =", "supply_where = { grad =", "attribute 'grad'"),
    ('in_use = { consortium = ["in_use"]', 'in_use = { consortium = ["used"]', "state 'used'"),
    ('"elderly.community"', '"elderly.comunity"', "concept 'elderly.comunity'"),
    ("value = 1.3", "value = 1.6", "are not above zero in this order"),
    ("low = 40", "low = -40", "are not above zero in this order"),
    ("worst = 15", 'worst = "15"', "must be a whole number"),
    (
        'registers = ["hospital", "university"',
        'registers = ["hospitals", "university"',
        "class of register 'hospitals'",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG, ids=[says for *_, says in WRONG])
def test_a_wrong_choice_is_told_with_its_line(old: str, new: str, says: str, tmp_path: Path) -> None:
    errors = errors_with(tmp_path, old, new)
    assert any(says in str(one) and "systems.toml:" in str(one) for one in errors), [str(one) for one in errors]


@cache
def study() -> Study:
    return read_study(ROOT / "studies" / "jingjinji")


def errors_with(folder: Path, old: str, new: str) -> list[XietongError]:
    """Return what is wrong with the systems of the real study after one edit."""
    text = (ROOT / "studies" / "jingjinji" / "systems.toml").read_text(encoding="utf-8")
    assert old in text, f"'{old}' stands no more in systems.toml"
    (folder / "systems.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    errors: list[XietongError] = []
    system_jobs(replace(study(), path=folder), errors)
    return errors
