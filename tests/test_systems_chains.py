"""The atlas of chains: published apart from read, absence never taken for absence, lists and supplies not made up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from conftest import ROOT

from xietong.diagnosis.systems import chain_supply, chains
from xietong.diagnosis.systems.chain_nodes import NO_ABSENCE, NO_PLANT
from xietong.diagnosis.systems.chain_places import Structures
from xietong.diagnosis.systems.chain_reading import matches, segments
from xietong.diagnosis.systems.scope import Scope
from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.ledger import Ledger
from xietong.library.pages import Page, page
from xietong.library.registers.links import Link
from xietong.library.series import Axis, Series
from xietong.publish.layered_graph import picture
from xietong.recipes.jobs import Shelf
from xietong.recipes.study import Study, read_study

FILE = ROOT / "studies" / "jingjinji" / "systems" / "chains.toml"
CHAINS = ["hydrogen", "biomedicine", "network-security", "machine-tools", "vehicles", "robots"]


def employment(study: Study) -> Finding:
    """Return the census table as the finding has it, straight from the lines of the pack."""
    spec = next(one for one in study.documents("findings") if "chains.employment" in one.data).data["chains.employment"]
    asked = spec["inputs"]["values"]
    told = {(one.place, one.concept): one.value for one in study.pack.observations if one.period == asked["period"]}
    values = np.array([[told[place, concept] for place in asked["places"]] for concept in asked["concepts"]])
    axes = (Axis("concept", tuple(asked["concepts"])), Axis("place", tuple(asked["places"])))
    plane = np.zeros(values.shape, dtype=np.uint8)
    series = Series("chains.employment", "人", axes, values, plane, plane.copy(), np.full(values.shape, -1))
    none = Label("", "")
    return Finding(
        "chains.employment", "series", none, 0, none, Receipt("shares.value", none, "", "", "by hand"), series
    )


@pytest.fixture(scope="module")
def scope() -> Iterator[Scope]:
    study = read_study(ROOT / "studies" / "jingjinji")
    document = next(one for one in study.documents("systems") if "chains" in one.table("system"))
    with duckdb.connect() as connection:
        shelf = Shelf(study, Ledger(connection, study.pack), {"chains.employment": employment(study)})
        yield Scope("chains", document, date(2026, 6, 30), shelf)


@pytest.fixture(scope="module")
def atlas(scope: Scope) -> Page:
    return chains.chains(scope)


def rows(one: Page, section: str) -> list[dict[str, object]]:
    found = one.section(section)
    names = [column.id for column in found.columns]
    plain = ([cell.zh if isinstance(cell, Label) else cell for cell in row.cells] for row in found.rows)
    return [dict(zip(names, cells, strict=True)) for cells in plain]


def test_the_page_comes_back_from_json_and_has_a_graph_of_every_chain(atlas: Page) -> None:
    assert page(atlas.payload()) == atlas
    for chain in CHAINS:
        section = atlas.section(f"nodes.{chain}")
        for language in ("zh", "en"):
            assert len(picture(section.figure, language).boxes) == len(section.rows)


def test_six_chains_and_five_clusters_with_state_and_evidence(atlas: Page) -> None:
    told = rows(atlas, "chains")
    assert [one["chain"] for one in told] == [
        "氢能",
        "生物医药",
        "网络安全和工业互联网",
        "高端工业母机",
        "新能源和智能网联汽车",
        "机器人",
    ]
    assert all(one["since"] and one["evidence"] for one in told)
    assert [one["chain"] for one in told if one["lead"] == "河北"] == ["新能源和智能网联汽车", "机器人"]
    assert {one["lead"] for one in told} == {"河北", "未公布"}
    kinds = [one["kind"] for one in rows(atlas, "clusters")]
    assert (kinds.count("重点领域集群"), kinds.count("国家先进制造业集群")) == (5, 7)


def test_published_supplies_are_told_as_printed_and_a_count_is_no_rate(atlas: Page) -> None:
    told = {one["what"]: (one["figure"], one["kind"]) for one in rows(atlas, "sourcing")}
    assert told["整车定点供应链（小米汽车）"] == ("45家", "个数，无分母")
    assert told["整车定点供应链（理想汽车）"] == ("70家", "个数，无分母")
    assert told["零部件（北京奔驰采购）"] == ("55%", "占比")
    none = [one["chain"] for one in rows(atlas, "sourcing") if one["figure"] == "未公布"]
    assert none == ["氢能", "生物医药", "网络安全和工业互联网", "高端工业母机", "机器人"]


def test_every_line_with_a_published_fact_names_its_publication(atlas: Page) -> None:
    for name in ("chains", "clusters", "facts", "firms", "companies"):
        for row in atlas.section(name).rows:
            assert row.sources
            assert all(one.where.rpartition(":")[2].isdigit() and one.publication for one in row.sources)


def test_what_was_never_published_is_said_with_the_way_to_bring_it_in(atlas: Page) -> None:
    lists = atlas.section("lists")
    assert lists.rows == ()
    assert [one.what.zh for one in lists.missing] == ["卡点攻关清单", "堵点招商清单", "重点企业清单"]
    assert all("--class chain_list" in one.ways[0].en for one in lists.missing)
    supplies = atlas.section("supplies")
    assert supplies.rows == ()
    assert "supplies" in supplies.missing[0].ways[0].en


def test_absence_and_registration_are_said_where_firms_are_counted(atlas: Page) -> None:
    for name in (*(f"nodes.{chain}" for chain in CHAINS), "gaps", "firms"):
        assert {NO_ABSENCE, NO_PLANT} <= set(atlas.section(name).notes)
    assert NO_ABSENCE in atlas.section("places").notes


def test_630_companies_stand_on_1148_lines(scope: Scope, atlas: Page) -> None:
    assert sum(float(str(one["firms"])) for one in rows(atlas, "companies")) == len(scope.register("firms")) == 630
    assert "1148" in atlas.section("companies").text[0].zh


def test_every_match_shows_the_text_and_the_word_that_is_in_it(scope: Scope, atlas: Page) -> None:
    told = rows(atlas, "firms")
    assert all(str(one["word"]) in str(one["text"]) for one in told)
    texts = {str(one["text"]) for one in told}
    assert not texts & {"北京密码", "化药", "关键功能件", "微控制器销售", "畜用疫苗", "管铸件", "农药中间体"}
    known = segments(scope.spec)["vehicles"]
    separator = next(one for one in known if one.id == "separator")
    assert {one.item.name for one in matches(separator, scope.register("firms"))} == {"沧州明珠"}


def test_counts_by_place_add_up_and_gaps_have_none(atlas: Page) -> None:
    for chain in CHAINS:
        for one in rows(atlas, f"nodes.{chain}"):
            places = sum(float(str(one[code])) for code in ("110000", "120000", "130000"))
            assert places == one["firms"]
            assert (one["firms"] == 0) == (one["presence"] != "有企业") == (one["hhi"] is None)


def test_a_loop_is_seen_but_not_walked(atlas: Page) -> None:
    told = {one["segment"]: one for one in rows(atlas, "nodes.vehicles")}
    assert {name for name, one in told.items() if one["loop"] != 1} == {"正极材料", "动力电池", "整车", "电池回收"}
    assert told["电池回收"]["reach"] == 0
    assert told["电解液"]["reach"] == 5
    assert atlas.section("nodes.vehicles").figure["returns"] == [["recycling", "cathode"]]


def test_gaps_come_first_and_by_what_hangs_on_them(atlas: Page) -> None:
    told = rows(atlas, "gaps")
    firms = [one["firms"] == 0 for one in told]
    assert firms == sorted(firms, reverse=True)
    reach = [float(str(one["reach"])) for one in told if one["firms"] == 0]
    assert reach == sorted(reach, reverse=True)


def test_segments_named_in_a_report_are_told_from_those_of_the_study(atlas: Page) -> None:
    section = atlas.section("reading")
    whose = [
        (dict(zip([c.id for c in section.columns], row.cells, strict=True))["whose"], row.sources)
        for row in section.rows
    ]
    assert all(bool(lines) == label.zh.startswith("报道提到") for label, lines in whose if isinstance(label, Label))
    assert sum(not lines for _, lines in whose) > len(whose) / 2


def test_every_gap_has_places_with_reasons_and_the_report_comes_first(scope: Scope, atlas: Page) -> None:
    told, count = rows(atlas, "places"), int(scope.spec["placing"]["candidates"])
    gaps = [(one["chain"], one["segment"]) for one in rows(atlas, "gaps") if one["firms"] == 0]
    for gap in gaps:
        mine = [one for one in told if (one["chain"], one["segment"]) == gap]
        assert len([one for one in mine if one["density"] is not None]) == count
        assert all(one["why"] for one in mine)
        computed = [one["density"] is not None for one in mine]
        assert computed == sorted(computed)
    assert "张家口" in next(str(one["place"]) for one in told if one["segment"] == "制氢")
    least = scope.spec["placing"]["least_people"]
    assert all(float(str(one["people"])) >= least for one in told if one["people"] is not None)
    assert all(1 <= float(str(one["stays"])) <= 3 for one in told if one["stays"] is not None)


def test_density_leaves_the_industry_itself_out(scope: Scope) -> None:
    structures = Structures(scope)
    at = structures.column("employment.census.manufacturing")
    density = structures.densities(1.0)[:, at]
    has = structures.quotients[:, at] >= 1
    assert 0 < has.sum() < len(has)
    assert density[~has].max() > density[has].min()


def test_a_finding_that_is_no_table_of_places_by_industries_is_refused(scope: Scope) -> None:
    found = scope.finding("chains.employment")
    assert found.series is not None
    flat = replace(found, series=found.series.select(place="110101"))
    shelf = Shelf(scope.shelf.study, scope.shelf.ledger, {"chains.employment": flat})
    with pytest.raises(MeasureRefusal, match="stands on"):
        _ = Structures(replace(scope, shelf=shelf)).amounts
    with pytest.raises(UnknownName, match="industry"):
        Structures(scope).column("employment.census.international")


def with_links(scope: Scope, *links: Link) -> Scope:
    """Return the scope with supplies that are made up for this test."""
    pack = scope.pack
    registers = replace(pack.registers, links=replace(pack.registers.links, all=(*pack.registers.links.all, *links)))
    study = replace(scope.shelf.study, pack=replace(pack, registers=registers))
    return replace(scope, shelf=replace(scope.shelf, study=study))


def test_registered_supplies_give_a_rate_by_number(scope: Scope) -> None:
    """The two supplies are made up."""
    origin = next(iter(scope.pack.registers.links.origins or {}))
    names = ["002108.SZ", "300073.SZ", "601633.SH"]
    made_up = [
        Link(f"x:{at}", f"enterprise:{one}", "supplies", f"enterprise:{names[2]}", "2026", origin, "虚构")
        for at, one in enumerate(names[:2])
    ]
    section = chain_supply.supply_section(with_links(scope, *made_up))
    assert len(section.rows) == 2
    assert section.missing == ()
    assert "100.0%" in section.text[1].zh
    assert section.measures == ("chains.sourcing",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('supplies = ["storage"]', 'supplies = ["stroage"]', "name in supplies 'stroage'"),
        ('named = ["hydrogen.production"]', 'named = ["hydrogen.prod"]', "name in named 'hydrogen.prod'"),
        ('position = "up"\nwords = ["制氢"', 'position = "top"\nwords = ["制氢"', "position 'top'"),
        ('words = ["制氢", "电解水", "电解槽"]', "words = []", "nothing puts a product there"),
        ('supplies = ["storage"]', 'supplies = ["production"]', "it supplies itself"),
        ("[system.chains.reading.robots]", "[system.chains.reading.robot]", "chain 'robot'"),
        ("low = 0.8", 'low = "little"', "low"),
        ('region = "jingjinji"', 'region = "nowhere"', "'nowhere' is no place or perimeter"),
        ('facts = ["vehicles.xiaomi"', 'facts = ["vehicles.mi"', "fact 'vehicles.mi'"),
    ],
)
def test_wrong_choices_are_told_with_their_line(scope: Scope, tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "chains.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    document = Document.read(tmp_path / "chains.toml", "made-up/chains.toml")
    told = list(chains.CHAINS.problems(document, ("system", "chains"), scope.pack)) if chains.CHAINS.problems else []
    assert any(said in str(one) and "made-up/chains.toml:" in str(one) for one in told), [str(one) for one in told]


def test_every_segment_of_the_study_gives_a_reason_in_both_languages() -> None:
    spec = tomllib.loads(FILE.read_text(encoding="utf-8"))["system"]["chains"]
    for told in segments(spec).values():
        assert all(one.reason.zh and one.reason.en and one.reason.zh != one.reason.en for one in told)
