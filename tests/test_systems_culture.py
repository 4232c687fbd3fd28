"""The culture resource library: kinds by place with one identity over several, totals, gaps per head, what is missing, the map."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from conftest import ROOT, Workshop

from xietong.diagnosis.systems.culture import CULTURE
from xietong.errors import JournalError, Problems, PublishError
from xietong.library.contributions import accept, contribute
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import read_pack
from xietong.library.pages import Page, Section, page
from xietong.library.register_imports import Sheet
from xietong.library.registers.totals import held
from xietong.library.store import Edition
from xietong.publish.engine import figure_engine
from xietong.publish.ground import Ground
from xietong.publish.maps import on_plane, outlines
from xietong.publish.points_map import points_map


@pytest.fixture(scope="module")
def library(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.culture").payload)


def table(section: Section) -> list[dict[str, object]]:
    names = [one.id for one in section.columns]
    plain = [[one.zh if isinstance(one, Label) else one for one in row.cells] for row in section.rows]
    return [dict(zip(names, cells, strict=True)) for cells in plain]


def test_the_page_comes_back_from_its_payload_and_every_row_has_a_source(library: Page) -> None:
    assert page(json.loads(json.dumps(library.payload()))) == library
    for section in library.sections:
        assert all(len(row.cells) == len(section.columns) for row in section.rows)
        assert all(row.sources for row in section.rows), section.id
        assert section.rows or section.missing or section.figure


def test_the_control_totals_are_those_that_were_published(library: Page) -> None:
    """A map of the three of 2024-02-25 gives, as of 2023: 8 sites, 474 relics, 8 cities, 10 towns, 38 villages."""
    rows = {(one["total"], one["date"]): one for one in table(library.section("completeness"))}
    published = {
        "世界遗产": 8,
        "全国重点文物保护单位": 474,
        "中国历史文化名城": 8,
        "中国历史文化名镇": 10,
        "中国历史文化名村": 38,
    }
    listed = {
        "世界遗产": 8,
        "全国重点文物保护单位": 0,
        "中国历史文化名城": 1,
        "中国历史文化名镇": 0,
        "中国历史文化名村": 0,
    }
    for name, value in published.items():
        one = rows[name, "2023-12-31"]
        assert (one["value"], one["counted"], one["missing"]) == (value, listed[name], value - listed[name])
        assert one["share"] == pytest.approx(100 * listed[name] / value)


def test_completeness_follows_the_totals_of_the_register(library: Page) -> None:
    pack = read_pack(ROOT / "packs" / "jingjinji")
    told = held(pack.registers["heritage"], pack.gazetteer, date(2026, 6, 30))
    rows = table(library.section("completeness"))
    assert [(one["value"], one["counted"]) for one in rows] == [(float(one.total.value), one.counted) for one in told]


def test_one_thing_over_three_places_counts_once_and_the_difference_is_told(library: Page) -> None:
    first = table(library.section("kinds"))[0]
    assert (first["kind"], first["items"], first["extra"]) == ("世界遗产", 8, 5)
    for one in table(library.section("kinds")):
        assert one["110000"] + one["120000"] + one["130000"] == one["items"] - one["nowhere"] + one["extra"]
    text = library.section("kinds").text[0].zh
    whole, added, over = map(int, re.findall(r"\d+", text))
    assert added - whole == over == sum(one["count"] - 1 for one in table(library.section("shared")))


def test_the_great_wall_and_the_canal_have_one_identity_each(library: Page) -> None:
    shared = {one["name"]: one for one in table(library.section("shared"))}
    for name, part in (("长城", "京津冀交界地带长城"), ("大运河", "大运河京冀段")):
        assert (shared[name]["count"], shared[name]["records"], shared[name]["parts"]) == (3, 1, part)
        assert shared[name]["members"] == "北京、天津、河北"
    assert shared["京津冀交界地带长城"]["custodian"] == "京津冀三地文物局"
    assert shared["长城"]["custodian"] == "未公布"
    assert library.section("shared").rows[0].ref == "heritage:great-wall"


def test_totals_that_disagree_stand_beside_each_other(library: Page) -> None:
    rows = [
        one for one in table(library.section("differing")) if one["place"] == "北京" and one["kind"] == "公共图书馆"
    ]
    assert [(one["date"], one["value"]) for one in rows[:2]] == [("2019-12-31", 23), ("2019-12-31", 24)]
    assert [one["beside"] for one in rows[:2]] == ["同年另有 24", "同年另有 23"]
    scopes = {(one["scope"], one["value"]) for one in table(library.section("differing")) if one["place"] == "河北"}
    assert {("博物馆（河北，文旅部门）", 81), ("备案博物馆（河北）", 208)} <= scopes


def test_rates_are_counts_over_the_census_and_a_place_without_is_named(library: Page, jingjinji: Edition) -> None:
    section = library.section("places")
    rows = {one["place"]: one for one in table(section)}
    assert len(rows) == 13
    census = jingjinji.finding("city.census_2020").series
    for code, one in zip(census.axis("place").labels, table(section), strict=True):
        people = float(census.select(place=code).values)
        assert one["people"] == people
        assert one["rate"] == pytest.approx(one["sites"] / (people * 1e4) * 1e5)
        assert one["step"] * one["sites"] == pytest.approx(one["rate"])
    assert rows["衡水"]["heritage"] == 0
    assert "衡水" in section.text[0].zh
    assert "北京" not in section.text[0].zh
    assert "9 项只知到上一级" in section.notes[0].zh
    assert section.measures == ("shares.per_head",)
    assert {row.finding for row in section.rows} == {"city.census_2020"}


def test_facilities_use_the_newest_total_and_the_residents_of_its_year(library: Page, jingjinji: Edition) -> None:
    rows = {(one["kind"], one["place"]): one for one in table(library.section("reach"))}
    people = jingjinji.finding("population.member").series
    assert (rows["博物馆", "北京"]["count"], rows["博物馆", "北京"]["year"]) == (226, "2023")
    expected = 226 / float(people.select(place="110000", period="2023").values) * 10
    assert rows["博物馆", "北京"]["rate"] == pytest.approx(expected)
    assert rows["公共图书馆", "河北"]["year"] == "2023"  # 180 in January 2024: the residents of the year-end before
    assert rows["文化馆", "河北"]["year"] == "2018"
    missing = [one.what.zh for one in library.section("reach").missing]
    assert any("服务圈" in one for one in missing)


def test_leads_are_names_and_count_nowhere(library: Page) -> None:
    rows = table(library.section("leads"))
    assert rows
    assert all(any(word in one["name"] for word in ("博物馆", "博物院", "纪念馆")) for one in rows)
    assert all(one["counted"] == 0 for one in table(library.section("completeness")) if "博物馆" in one["total"])


def test_what_was_never_published_says_how_to_bring_it_in(library: Page) -> None:
    missing = library.section("missing").missing
    assert any("非物质文化遗产" in one.what.zh for one in missing)
    assert any("474" in one.what.zh for one in missing)
    for one in missing:
        assert "xietong register contribute" in one.ways[0].zh
        assert "item, name, place, origin" in one.ways[0].en
        assert "xietong register harvest" in one.ways[1].en


# The map


def test_the_map_shows_every_point_once_and_says_that_it_is_internal(library: Page) -> None:
    figure = library.section("map").figure
    told = [int(one) for one in re.findall(r"\d+", library.section("map").text[0].zh)]
    assert told[0] == len(figure["points"])
    drawing = points_map(figure, "zh")
    assert sum(len(one["data"]) for one in drawing.option["series"]) == len(figure["points"])
    assert "审图号" in drawing.option["title"]["text"]
    assert points_map(figure, "en", Ground("GS(2026)1号")).option["title"]["text"] == "Map review number: GS(2026)1号"
    assert [one["name"] for one in drawing.option["series"]] == ["A级旅游景区"]
    svg = figure_engine().svg(drawing.option, drawing.width, drawing.height, title="x")
    assert svg.count("<path") >= len(figure["points"])
    assert svg == figure_engine().svg(drawing.option, drawing.width, drawing.height, title="x")


def test_points_lie_on_the_plane_of_their_outlines() -> None:
    """The Forbidden City, 116.397 E 39.917 N, lies in the outline of Beijing and not in that of Tianjin."""
    import shapely

    codes = ["110000", "120000"]
    point = shapely.Point(on_plane(codes, [(116.397, 39.917)])[0])
    inside = {
        one["properties"]["code"]: shapely.geometry.shape(one["geometry"]).buffer(0).contains(point)
        for one in outlines(codes).geojson["features"]
    }
    assert inside == {"110000": True, "120000": False}
    assert on_plane(codes, []) == []


def test_a_point_of_no_class_is_refused(library: Page) -> None:
    figure = library.section("map").figure
    with pytest.raises(PublishError, match="points of stray"):
        points_map({**figure, "points": [[116.0, 40.0, "x", "stray"]]}, "zh")


# Choices


def choices(small: Workshop, **more: object) -> Document:
    small.write("s.toml", "x = 1\n")
    told = {
        "heritage": "clinic", "sites": "park", "grade": "grade", "custodian": "address", "part": "leads", "places": "three",
        "facilities": ["甲等"], "circle": [], "few": 5, "also": [],
    } | more  # fmt: skip
    return Document(small.path / "s.toml", {"system": {"culture": told}}, {("system", "culture"): 1}, "s.toml")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"grade": "grades"}, "no attribute of words 'grades'"),
        ({"custodian": "keeper"}, "no attribute 'keeper'"),
        ({"part": "holds"}, "no relation 'holds'"),
        ({"places": "four"}, "no perimeter 'four'"),
        ({"facilities": ["丙等"]}, "no word '丙等'"),
        ({"few": 0}, "'few' must be above zero, not 0"),
    ],
)
def test_a_choice_that_the_pack_does_not_bear_out_is_told(small: Workshop, more: dict, says: str) -> None:
    assert CULTURE.problems is not None
    told = "\n".join(
        one.text() for one in CULTURE.problems(choices(small, **more), ("system", "culture"), small.pack())
    )
    assert says in told
    assert "s.toml:1" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_handbook_names_every_choice_and_every_key_of_a_mapping(language: str) -> None:
    text = (ROOT / "docs" / f"handbook.{language}.md").read_text(encoding="utf-8")
    keys = (*CULTURE.required, "dcmi", "uncertainty", "match", "words", "title", "coverage")
    assert [one for one in keys if f"`{one}`" not in text] == []
    assert "`culture`" in text


def test_the_kind_demands_its_choices() -> None:
    assert {"heritage", "sites", "places", "residents", "yearly", "few"} <= set(CULTURE.required)
    assert CULTURE.findings == ("residents", "yearly")


SYSTEM = """day = "2024-07-01"
[system.culture]
kind = "culture"
label = "虚构 | Made up"
heritage = "clinic"
sites = "clinic"
grade = "grade"
custodian = "address"
part = "leads"
places = "three"
residents = "people.now"
yearly = "people.member"
facilities = ["甲等"]
circle = ["流动"]
few = 5
also = ["联合"]
"""
NOW = """["people.now"]
label = "人口 | People"
measure = "shares.value"
digits = 0
inputs.values = { concept = "people.resident", places = "three", period = "2019", reading = "settled" }
"""


def made_up(small: Workshop) -> Page:
    small.write("study/systems.toml", SYSTEM)
    small.write("study/findings/now.toml", NOW)
    return page(small.edition().finding("system.culture").payload)


def test_made_up_registers_count_by_hand(small: Workshop) -> None:
    """Five clinics with a grade or a place, of which one lies in two provinces and two records are one thing."""
    found = made_up(small)
    kinds = {one["kind"]: one for one in table(found.section("kinds"))}
    assert (kinds["甲等"]["items"], kinds["甲等"]["110"], kinds["甲等"]["120"], kinds["甲等"]["extra"]) == (2, 1, 1, 0)
    assert (kinds["乙等"]["items"], kinds["乙等"]["110"], kinds["乙等"]["130"], kinds["乙等"]["extra"]) == (2, 2, 1, 1)
    assert [one["name"] for one in table(found.section("shared"))] == ["跨省联合诊所"]
    places = {one["place"]: one for one in table(found.section("places"))}
    assert [places[one]["sites"] for one in "东西北"] == [3, 1, 2]
    assert all(one["few"] == "不足 5 处，不宜排名" for one in places.values())
    assert [one["name"] for one in table(found.section("leads"))] == ["跨省联合诊所"]
    assert [one.what.zh for one in found.section("reach").missing] == ["流动诊所名单"]


def test_residents_of_several_years_are_refused_with_the_line(small: Workshop) -> None:
    small.write("study/systems.toml", SYSTEM.replace("people.now", "people.member"))
    told = "\n".join(one.text() for one in small.build_errors())
    assert "'people.member' has the axes place, period" in told
    assert small.line("study/systems.toml", "residents") in told


def test_a_finding_that_nothing_makes_is_told(small: Workshop) -> None:
    small.write("study/systems.toml", SYSTEM)
    told = "\n".join(one.text() for one in small.build_errors())
    assert "no finding 'people.now'" in told


# One identity, several custodians


def test_a_thing_of_two_places_is_changed_only_by_who_holds_both(small: Workshop) -> None:
    """Two offices write of one item; each row stands, the identity stays one, and neither alone may change it."""
    rows = "item,name,place,origin,grade\nc5,跨省联合诊所（东省所称）,110;130,list2021,乙等\n"
    small.write("east.csv", rows)
    given, _ = contribute(small.path / "pack", "clinic", Sheet(small.path / "east.csv"), "东省局", "110")
    with pytest.raises((Problems, JournalError), match=re.compile("130|whole|outside", re.S)):
        accept(small.path / "pack", given.number, "东省局", "110", "")
    accept(small.path / "pack", given.number, "全域登记处", "100", "")
    item = small.pack().registers["clinic"]["c5"]
    assert [one.text for one in item.names] == ["跨省联合诊所", "跨省联合诊所（东省所称）"]
    assert item.places == ("110", "130")
    assert len([one for one in small.pack().registers["clinic"] if one == "c5"]) == 1
