"""Dublin Core out of a register: fifteen elements, sources with dates, rights, places with codes, points in WGS 84 only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, Workshop
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xietong.cli import main
from xietong.library.dublin_core import DC, ELEMENTS, OAI_DC, as_records, dublin_core, sound
from xietong.library.pack import read_pack

DAY = date(2024, 7, 1)
KIND = "pack/registers/clinic.toml"


def texts(record: etree._Element, name: str) -> list[str]:
    return [one.text for one in record.findall(f"{{{DC}}}{name}")]


def record(small: Workshop, item: str) -> etree._Element:
    pack = small.pack()
    return dublin_core(pack, pack.registers["clinic"][item], DAY)


def test_every_child_is_one_of_the_fifteen_elements_and_holds_a_text(small: Workshop) -> None:
    pack = small.pack()
    for item in pack.registers["clinic"].values():
        found = dublin_core(pack, item, DAY)
        assert found.tag == f"{{{OAI_DC}}}dc"
        assert {etree.QName(one).namespace for one in found} == {DC}
        assert {etree.QName(one).localname for one in found} <= set(ELEMENTS)
        assert all(one.text and one.text.strip() and not len(one) for one in found)
        assert {*texts(found, "identifier")} >= {f"oai:small:clinic:{item.id}"}


def test_a_record_says_names_sources_rights_and_places(small: Workshop) -> None:
    found = record(small, "c1")
    assert texts(found, "title") == ["东省第一诊所", "东省第一诊所（原东省工人诊所）"]
    assert texts(found, "date") == ["2021-12-31", "2024-06-30"]
    assert all(
        said in source for said, source in zip(("2021-12-31", "2024-06-30"), texts(found, "source"), strict=True)
    )
    assert texts(found, "rights") == ["虚构", "made up"]
    assert texts(found, "coverage") == ["东", "East", "GB/T 2260:110"]
    assert texts(found, "relation") == ["oai:small:clinic:c5", "oai:small:park:p1"]
    assert "床位：120张（虚构卫生局，2021-12-31）" in texts(found, "description")
    assert "床位：150张（虚构卫生局，2024-06-30）" in texts(found, "description")
    assert {"100001.SZ", "100001SZ"} <= {*texts(found, "identifier")}


def test_one_thing_in_two_places_is_one_record_with_both(small: Workshop) -> None:
    pack = small.pack()
    items = list(pack.registers["clinic"].values())
    whole = etree.fromstring(as_records(pack, items, DAY))
    assert len(whole) == len(items)
    found = [one for one in whole if "oai:small:clinic:c5" in texts(one, "identifier")]
    assert len(found) == 1
    assert [one for one in texts(found[0], "coverage") if one.startswith("GB/T")] == ["GB/T 2260:110", "GB/T 2260:130"]


def test_a_merged_record_keeps_both_names_and_ids(small: Workshop) -> None:
    found = record(small, "c3")
    assert {"西省長江診所", "西省长江诊所"} == {*texts(found, "title")}
    assert {"clinic:c3", "clinic:c4"} <= {*texts(found, "identifier")}


def test_the_state_is_that_of_the_day_with_its_evidence(small: Workshop) -> None:
    told = texts(record(small, "c5"), "description")
    assert any(one.startswith("状态（2024-07-01）：") for one in told)
    pack = small.pack()
    before = dublin_core(pack, pack.registers["clinic"]["c5"], date(2021, 1, 1))
    assert not any(one.startswith("状态") for one in texts(before, "description"))


def test_a_point_without_a_known_datum_is_not_given(small: Workshop) -> None:
    assert not any("east=" in one for one in texts(record(small, "c1"), "coverage"))


@pytest.mark.parametrize("datum", ["WGS-84", "GCJ-02", "BD-09"])
def test_a_point_is_wgs_84_and_says_how_far_it_may_be_off(small: Workshop, datum: str) -> None:
    small.edit(KIND, "identity", f'datum = "{datum}"\nuncertainty = "差 30 米 | off by 30 m"\nidentity')
    found = record(small, "c1")
    point = dict(one.strip().split("=") for one in next(o for o in texts(found, "coverage") if "east" in o).split(";"))
    assert point["projection"] == "WGS 84"
    west, south = 116.35 - float(point["east"]), 39.9 - float(point["north"])
    assert (west, south) == (0, 0) if datum == "WGS-84" else 0.001 < west < 0.02 and 0.001 < south < 0.02
    assert {"差 30 米", "off by 30 m"} <= {*texts(found, "description")}


def test_words_have_the_type_that_the_class_gives_them(small: Workshop) -> None:
    assert "Service" not in texts(record(small, "c1"), "type")
    small.edit(KIND, '"乙等" = "Grade B" }', '"乙等" = "Grade B" }\ndcmi = { "甲等" = "Service" }')
    assert texts(record(small, "c1"), "type") == ["Service", "诊所", "Clinics"]
    assert texts(record(small, "c5"), "type") == ["诊所", "Clinics"]
    assert texts(record(small, "c1"), "subject") == ["甲等", "Grade A"]


def test_a_wrong_type_and_a_wrong_word_are_told(small: Workshop) -> None:
    small.edit(KIND, '"乙等" = "Grade B" }', '"乙等" = "Grade B" }\ndcmi = { "丙等" = "Service", "甲等" = "Clinic" }')
    told = "\n".join(one.text() for one in small.pack_errors())
    assert "no word '丙等'" in told
    assert "no DCMI type 'Clinic'" in told
    assert told.count(small.line(KIND, "dcmi")) == 2


def test_what_is_internal_stays_inside(small: Workshop) -> None:
    assert CliRunner().invoke(
        main, ["register", "export", "clinic", "--format", "dc", "--to", "x", "--pack", "small/pack"]
    ).exit_code == 0  # fmt: skip
    told = Path("x/small-clinic.dc.xml").read_text(encoding="utf-8")
    assert "北省诊所" not in told
    assert "内部" not in told


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_can_be_written_and_read_back(text: str) -> None:
    made = etree.Element("a")
    made.text = sound(text)
    told = etree.fromstring(etree.tostring(made, encoding="UTF-8")).text or ""
    assert told == made.text.replace("\r\n", "\n").replace("\r", "\n") or told == made.text


def test_the_great_wall_and_the_canal_are_one_record_each_over_three_provinces() -> None:
    pack = read_pack(ROOT / "packs" / "jingjinji")
    items = [*pack.registers["heritage"].values()]
    whole = etree.fromstring(as_records(pack, items, DAY))
    for item, name in (("great-wall", "长城"), ("grand-canal", "大运河")):
        found = [one for one in whole if f"oai:jingjinji:heritage:{item}" in texts(one, "identifier")]
        assert [texts(one, "title") for one in found] == [[name]]
        codes = [one.partition(":")[2] for one in texts(found[0], "coverage") if one.startswith("GB/T")]
        assert codes == ["110000", "120000", "130000"]
    assert as_records(pack, items, DAY) == as_records(pack, items, DAY)
