"""Search: any run of signs, pinyin, variants, filters, order; held against a plain scan of every name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import EditionError, UnknownName
from xietong.library.pack import read_pack
from xietong.library.registers.index import build_index, fill
from xietong.library.registers.register import Register, Registers
from xietong.library.registers.rows import Row
from xietong.library.registers.search import Index
from xietong.library.registers.sound import read_syllables, syllables
from xietong.library.spelling import folded, numbered

PACK = read_pack(SMALL / "pack", "small/pack")
CLINICS = PACK.registers["clinic"]
DAY = date(2024, 7, 1)
NAMES = [
    "重庆长安诊所", "长江诊所", "乐亭诊所", "蔚县诊所", "國際醫院", "国际医院分部", "盤山景區", "三O一医院", "Bohai 港", "渤海湾港", "北京大学第三医院",
    "北京大学人民医院", "北大医院", "一", "医院医院医院", "Ａ１医院", "天\u200b津港", "故宮", "黄河路诊所", "黄河", "河黄",
]  # fmt: skip


def index_of(names: list[str], place: str = "110") -> Index:
    rows = [
        Row(f"n.csv:{at + 2}", f"n{at:03d}", name, (place,), "list2021", ("",) * 9) for at, name in enumerate(names)
    ]
    connection = sqlite3.connect(":memory:")
    fill(connection, Registers({"clinic": Register(CLINICS.kind, rows)}), PACK.gazetteer, "made-up", DAY)
    return Index(connection)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("index") / "registers.sqlite"
    build_index(PACK.registers, PACK.gazetteer, path, PACK.digest, DAY)
    found = Index.open(path)
    yield found
    found.close()


@pytest.fixture(scope="module")
def named() -> Iterator[Index]:
    found = index_of(NAMES)
    yield found
    found.close()


def refs(found: list) -> list[str]:
    return [hit.ref.partition(":")[2] for hit in found]


def test_every_run_of_signs_of_every_name_is_found(named: Index) -> None:
    for at, name in enumerate(NAMES):
        plain = folded(name)
        runs = {plain[a:b] for a in range(len(plain)) for b in range(a + 1, len(plain) + 1)}
        for run in runs:
            assert f"n{at:03d}" in refs(named.search(run, limit=100)), (name, run)


@given(
    st.lists(st.text(alphabet="医院北京大学一港a1", min_size=1, max_size=6), min_size=1, max_size=8),
    st.text(alphabet="医院北京大学一港a1", min_size=1, max_size=3),
)
def test_what_is_found_in_names_is_what_a_scan_finds(names: list[str], asked: str) -> None:
    found = index_of(names)
    forms = [(folded(text), numbered(folded(text))) for text in (asked, *names)]
    scan = {f"n{at:03d}" for at, told in enumerate(forms[1:]) if any(a in b for a in forms[0] for b in told)}
    ids = set(refs(found.search(asked, limit=100)))
    assert scan <= ids
    if any(sign > "z" for sign in asked):
        assert ids == scan
    found.close()


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("changjiang", "长江诊所"), ("cjzs", "长江诊所"), ("chong qing", "重庆长安诊所"), ("chongqingchanga", "重庆长安诊所"),
        ("laoting", "乐亭诊所"), ("yuxian", "蔚县诊所"), ("国际医院", "國際醫院"), ("國際", "国际医院分部"), ("盘山", "盤山景區"),
        ("bohai", "Bohai 港"), ("bohaiwan", "渤海湾港"), ("a1医院", "Ａ１医院"), ("天津港", "天\u200b津港"), ("gugong", "故宮"),
        ("大学 第三", "北京大学第三医院"), ("第三 大学", "北京大学第三医院"), ("bdyy", "北大医院"), ("301医院", "三O一医院"), ("三零一", "三O一医院"),
    ],
)  # fmt: skip
def test_names_are_found_by_sound_variant_and_words(named: Index, asked: str, name: str) -> None:
    assert name in [hit.name for hit in named.search(asked)]


def test_the_name_itself_comes_first_then_beginnings_then_the_rest_short_ones_first(named: Index) -> None:
    assert [hit.name for hit in named.search("黄河")] == ["黄河", "黄河路诊所"]
    assert [hit.name for hit in named.search("医院")][:2] == ["医院医院医院", "Ａ１医院"]
    assert named.search("医院", limit=3) == named.search("医院", limit=50)[:3]
    assert named.search("北京", limit=50) == named.search("北京", limit=50)


def test_no_phrase_reaches_from_one_name_into_the_next() -> None:
    rows = [
        Row("n.csv:2", "n1", "东方", ("110",), "list2021", ("",) * 9),
        Row("n.csv:3", "n1", "红港", ("110",), "list2024", ("",) * 9),
    ]
    connection = sqlite3.connect(":memory:")
    fill(connection, Registers({"clinic": Register(CLINICS.kind, rows)}), PACK.gazetteer, "made-up", DAY)
    found = Index(connection)
    assert [len(found.search(asked)) for asked in ("东方", "红港", "方红", "港东")] == [1, 1, 0, 0]
    found.close()


@pytest.mark.parametrize(
    "asked", ['"', "'", "*", "()", "name:", "AND", "OR NOT", "^", "诊所 AND", "-诊", "marks : x", "\x00"]
)
def test_signs_of_the_engine_are_signs_like_any_other(named: Index, asked: str) -> None:
    named.search(asked)


def test_filters_leave_what_they_say(index: Index) -> None:
    assert refs(index.search(kind="clinic", place="东省")) == ["c2", "c5", "c1"]
    assert refs(index.search("诊所", place="three", state="closed")) == ["c2"]
    assert refs(index.search(kind="clinic", place="130")) == ["c6", "c5"]
    assert refs(index.search(where={"grade": "甲等"})) == ["c3", "c1"]
    assert refs(index.search(where={"branch": "100"})) == ["c5", "c1"]
    assert refs(index.search(where={"beds": "60.5"})) == ["c3"]
    assert refs(index.search("江边")) == ["c3"]
    assert refs(index.search(kind="park")) == ["p1"]
    assert refs(index.search("SZ100001")) == refs(index.search("100001.SZ")) == ["c1"]


def test_every_hit_shows_its_source_and_date(index: Index) -> None:
    for hit in index.search(limit=100):
        assert hit.source
        assert hit.edition
        assert hit.where.startswith("small/pack/registers/")
    one = index.search("东省第一诊所")[0]
    assert (one.grade, one.access, one.point) == ("reprint", "public", ("116.35", "39.9"))
    assert index.search("北省诊所")[0].access == "internal"
    assert (index.search("跨省")[0].state, index.search("跨省")[0].since) == ("in_use", "2024-01-02")


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"kind": "clinics"}, "no class 'clinics'"), ({"place": "中省"}, "no place '中省'"), ({"state": "open"}, "no state 'open'"),
        ({"where": {"bed": "1"}}, "no attribute 'bed'"), ({"where": {"grade": "丙等"}}, "no word of grade '丙等'"),
    ],
)  # fmt: skip
def test_an_unknown_filter_is_refused_with_the_nearest_names(index: Index, asked: dict, what: str) -> None:
    with pytest.raises(UnknownName, match=what):
        index.search("诊所", **asked)


def test_an_index_knows_its_pack_and_how_long_its_states_hold(index: Index) -> None:
    assert index.holds(PACK.digest, DAY)
    assert index.holds(PACK.digest, date(2030, 1, 1))
    assert not index.holds("other", DAY)
    assert not index.holds(PACK.digest, date(2024, 6, 30))


def test_an_index_of_the_day_before_a_state_begins_is_stale_on_the_day(tmp_path: Path) -> None:
    ahead = replace(CLINICS, states=(CLINICS.states[0]._replace(date="2025-01-01"),))
    build_index(Registers({"clinic": ahead}), PACK.gazetteer, tmp_path / "i.sqlite", "d", DAY)
    found = Index.open(tmp_path / "i.sqlite")
    assert (found.holds("d", date(2024, 12, 31)), found.holds("d", date(2025, 1, 1))) == (True, False)
    found.close()


def test_the_same_registers_give_the_same_index(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build_index(PACK.registers, PACK.gazetteer, tmp_path / name, PACK.digest, DAY)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_is_no_index_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_text("nothing", encoding="utf-8")
    for name in ("a.sqlite", "absent.sqlite"):
        with pytest.raises(EditionError, match="no index of registers"):
            Index.open(tmp_path / name)


def test_syllables_and_their_readings() -> None:
    assert ["xi", "an"] in read_syllables("xian")
    assert ["xian"] in read_syllables("xian")
    assert read_syllables("zzz") == []
    assert syllables("重庆")[0] == ["chong", "qing"]
    assert syllables("") == [[]]
