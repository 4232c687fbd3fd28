"""Registers of the small region: what is read, what is refused and where, one identity after merges, states by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from conftest import SMALL, Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import UnknownName
from xietong.library.pack import pack_digest, read_pack
from xietong.library.raw import RawTable
from xietong.library.registers.differences import difference
from xietong.library.registers.merges import Merge, heads, standing_problems
from xietong.library.registers.states import State, in_order, standing
from xietong.library.registers.totals import held, within
from xietong.library.spelling import folded, folded_code, numbered

PACK = read_pack(SMALL / "pack", "small/pack")
CLINICS = PACK.registers["clinic"]
FOLDER = "pack/registers"
CSV = f"{FOLDER}/clinic.csv"
ORDER = list(CLINICS.kind.states)


def test_a_pack_without_the_folder_has_no_registers(small: Workshop) -> None:
    for file in (small.path / FOLDER).iterdir():
        file.unlink()
    (small.path / FOLDER).rmdir()
    assert not small.pack().registers


def test_the_digest_knows_every_file_of_the_registers(small: Workshop) -> None:
    digests = {pack_digest(small.path / "pack")}
    for name in ("clinic.csv", "clinic.toml", "clinic.states.csv", "links.csv", "links.toml", "merges.csv"):
        small.append(f"{FOLDER}/{name}", "\n")
        digests.add(pack_digest(small.path / "pack"))
    assert len(digests) == 7


def test_an_item_shows_every_value_with_publication_and_line() -> None:
    item = CLINICS["c1"]
    assert item.name == "东省第一诊所（原东省工人诊所）"
    assert [(one.text, one.origin.edition, one.where) for one in item["beds"]] == [
        ("120", "2021-12-31", "small/pack/registers/clinic.csv:2"),
        ("150", "2024-06-30", "small/pack/registers/clinic.csv:3"),
    ]
    assert set(item.conflicts) == {"code", "beds", "address"}
    assert CLINICS["c5"].places == ("110", "130")
    with pytest.raises(UnknownName, match="no attribute 'bed'"):
        item["bed"]


def test_merged_records_are_one_item_and_nothing_is_lost() -> None:
    assert list(CLINICS) == ["c1", "c2", "c3", "c5", "c6"]
    assert CLINICS["c4"] == CLINICS["c3"]
    assert CLINICS["c3"].records == ("c3", "c4")
    assert [one.text for one in CLINICS["c3"].names] == ["西省長江診所", "西省长江诊所"]
    assert CLINICS["c1"].records == ("c1",)
    assert "undone 2024-02-01" in CLINICS["c2"].merges[0].told()
    assert PACK.registers.item("clinic:c4").ref == "clinic:c3"


def test_links_are_seen_from_both_ends() -> None:
    assert [one.relation for one in CLINICS["c1"].links] == ["leads", "stands_in"]
    assert [one.source for one in PACK.registers["park"]["p1"].links] == ["clinic:c1"]
    assert PACK.registers.origins["registers/links:deal"].edition == "2023-05-12"


@pytest.mark.parametrize(
    ("day", "state"),
    [("2021-12-31", ""), ("2022-06-01", "announced"), ("2023-03-01", "under_way"), ("2024-01-02", "in_use")],
)
def test_the_state_of_a_day_is_the_last_that_had_begun(day: str, state: str) -> None:
    found = CLINICS["c5"].state(date.fromisoformat(day))
    assert (found.state if found else "") == state
    assert CLINICS["c1"].state(date(2024, 1, 1)) is None
    assert CLINICS["c2"].state_label(date(2024, 1, 1), "en") == "closed"


def test_within_a_year_the_state_further_on_stands() -> None:
    told = [State("f:2", "x", "in_use", "2023", "o", "e"), State("f:3", "x", "under_way", "2023-05", "o", "e")]
    assert standing(told, ORDER, date(2024, 1, 1)) == told[0]
    told[0] = told[0]._replace(date="2022")
    assert standing(told, ORDER, date(2024, 1, 1)) == told[1]


@given(
    st.lists(st.tuples(st.sampled_from(ORDER), st.dates(date(2000, 1, 1), date(2030, 1, 1)))),
    st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_standing_is_the_last_of_the_history_that_had_begun(told: list[tuple[str, date]], day: date) -> None:
    states = [State("f:1", "x", state, when.isoformat(), "o", "e") for state, when in told]
    begun = [one for one in in_order(states, ORDER) if one.date <= day.isoformat()]
    found = standing(states, ORDER, day)
    assert (found is None) == (not begun)
    if found is not None:
        assert (found.state, found.date) == (begun[-1].state, begun[-1].date)


def test_totals_are_held_against_the_register() -> None:
    grade_a, every = held(CLINICS, PACK.gazetteer, date(2024, 7, 1))
    assert (grade_a.counted, grade_a.listed, grade_a.missing) == (2, 2, 1)
    assert (every.counted, every.listed, every.missing, every.origin.edition) == (5, 3, 0, "2024-06-30")
    assert within("three", PACK.gazetteer) == {"110", "120", "130"}
    assert within("100", PACK.gazetteer) == {"100", "110", "120", "130"}
    assert CLINICS.kind.not_published[0].label.en == "names of mobile clinics"


BAD_ROWS = [
    ("c10,某诊所,999,list2021,,,,,,,,,\n", "no place '999'"),
    ("c11,某诊所,110,list2022,,,,,,,,,\n", "no origin of the class 'list2022'"),
    ("c12,某诊所,110,,,,,,,,,,\n", "the origin is empty"),
    ("c13,某诊所,110,list2021,,丙等,,,,,,,\n", "no word '丙等'"),
    ('c20,某诊所,110,list2021,,,"1,200",,,,,,\n', "'1,200' is not a plain number"),
    ("c14,某诊所,110,list2021,,,,2001/2003,,,,,\n", "'2001/2003' is no date"),
    ("c15,某诊所,110,list2021,,,,2001-13,,,,,\n", "'2001-13' is no date"),
    ("c16,某诊所,110,list2021,,,,,216.35,,,,\n", "'216.35' is no longitude"),
    ("c17,某诊所,110,list2021,,,,,,,,,110;140\n", "no place '140'"),
    ("c18,,110,list2021,,,,,,,,,\n", "the name is empty"),
    ("诊所九,某诊所,110,list2021,,,,,,,,,\n", "'诊所九' is no id of an item"),
    ("c1,某诊所,110,list2021,,,,,,,,,\n", "also stands at small/pack/registers/clinic.csv:2"),
    ("c19,某诊所,110,list2021\n", "4 cells under 13 column names"),
]


def test_every_bad_row_is_told_with_its_line_and_all_at_once(small: Workshop) -> None:
    first = small.append(CSV, "".join(row for row, _ in BAD_ROWS))
    found = {error.where: error.what for error in small.pack_errors()}
    for at, (_, what) in enumerate(BAD_ROWS):
        assert what in found[f"small/{CSV}:{first + at}"]
    assert len(found) == len(BAD_ROWS)


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("clinic.csv", "item,name,place,origin,code,", "item,name,place,origin,codes,", "no attribute of the class 'codes'"),
        ("clinic.csv", "item,name,place,origin,code,", "item,name,place,origin,codes,", "column 'code' is missing"),
        ("clinic.toml", 'kind = "date"', 'kind = "day"', "no kind 'day'"),
        ("clinic.toml", 'unit = "张"', "", "a number has a unit"),
        ("clinic.toml", 'identity = ["code"]', 'identity = ["grade"]', "no attribute of kind code 'grade'"),
        ("clinic.toml", 'where = { grade = "甲等" }', 'where = { grade = "丙等" }', "no word of grade '丙等'"),
        ("clinic.toml", 'place = "three"', 'place = "four"', "no place 'four'"),
        ("clinic.toml", 'to = "park"', 'to = "parks"', "no class 'parks'"),
        ("clinic.toml", 'value = "5"', 'value = "五"', "'五' is not a plain number"),
        ("clinic.toml", 'date = "2024-06"\norigin = "list2024"', 'date = "2024-06"\norigin = "x"', "no origin 'x'"),
        ("clinic.states.csv", "c5,announced", "c5,planned", "no state of the class 'planned'"),
        ("clinic.states.csv", "c5,announced", "c8,announced", "no item 'c8'"),
        ("clinic.states.csv", "c5,announced,2022,list2024,虚构公告说将要建立", "c5,announced,2022,list2024,", "the evidence is empty"),
        ("clinic.states.csv", "c5,announced,2022", "c5,announced,2022-Q1", "'2022-Q1' is no date"),
        ("links.csv", "clinic:c1,leads", "clinic:c1,heads", "no relation of clinic 'heads'"),
        ("links.csv", "clinic:c1,leads,clinic:c5", "clinic:c1,leads,park:p1", "'leads' leads from clinic to clinic, not to park"),
        ("links.csv", "clinic:c1,leads,clinic:c5", "clinic:c1,leads,clinic:c55", "no item 'clinic:c55'"),
        ("links.csv", "2023-05,deal", "2023-05,deed", "no origin in links.toml 'deed'"),
        ("merges.csv", "clinic:c3,clinic:c4", "clinic:c3,park:p1", "are of two classes"),
        ("merges.csv", "clinic:c3,clinic:c4", "clinic:c3,clinic:c3", "is merged with itself"),
        ("merges.csv", "2024-03-01,登记处", "2024-03,登记处", "'2024-03' is no day"),
        ("merges.csv", "2024-02-01,登记处,两家诊所同街不同号", "2024-02-01,,两家诊所同街不同号", "'undone_who' is empty"),
        ("merges.csv", "2024-03-01,登记处,", "2024-03-01,,", "'who' is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_register_is_told_with_its_line(
    small: Workshop, file: str, old: str, new: str, what: str
) -> None:
    small.edit(f"{FOLDER}/{file}", old, new)
    found = [error for error in small.pack_errors() if what in error.what]
    assert found
    assert found[0].where.startswith(f"small/{FOLDER}/{file}")
    assert found[0].who


def test_an_error_of_a_total_stands_at_its_own_key(small: Workshop) -> None:
    small.edit(f"{FOLDER}/clinic.toml", 'value = "5"', 'value = "五"')
    assert [error.where for error in small.pack_errors()] == [small.line(f"{FOLDER}/clinic.toml", 'value = "五"')]


@pytest.mark.parametrize("name", ["notes.txt", "school.toml", "school.states.csv"])
def test_nothing_in_the_folder_is_passed_over(small: Workshop, name: str) -> None:
    small.write(f"{FOLDER}/{name}", "")
    assert [error.where for error in small.pack_errors()] == [f"small/{FOLDER}/{name}"]


def merge(kept: str, other: str, undone: str = "") -> Merge:
    told = {"undone": undone, "undone_who": "o", "undone_why": "w"} if undone else {}
    return Merge(f"x:{kept}", f"x:{other}", "2024-01-01", "o", "w", **told)


def test_a_record_is_merged_once_and_never_in_a_circle() -> None:
    assert "already merged into 'x:a'" in standing_problems([merge("a", "b"), merge("c", "b")])[0].what
    assert "is itself merged" in standing_problems([merge("a", "b"), merge("b", "c"), merge("c", "a")])[0].what
    assert standing_problems([merge("a", "b", "2024-02-01"), merge("c", "b")]) == []


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))))
def test_undoing_the_last_ruling_gives_back_what_was_before(pairs: list[tuple[str, str]]) -> None:
    rulings: list[Merge] = []
    for kept, other in pairs:
        new = merge(kept, other)
        if kept == other or standing_problems([*rulings, new]):
            continue
        before = heads(rulings)
        undone = replace(new, undone="2024-02-01", undone_who="o", undone_why="w")
        assert heads([*rulings, undone]) == before
        assert heads([*rulings, new])[f"x:{other}"] == heads(rulings).get(f"x:{kept}", f"x:{kept}")
        rulings.append(new)


def test_a_difference_says_what_would_be_added_changed_and_refused() -> None:
    head = ",".join(["item", "name", "place", "origin", *CLINICS.kind.attributes])
    raw = RawTable.parse(
        f"{head}\nc1,东省第一诊所,110,list2021,100001.SZ,甲等,125,2001-05,116.35,39.9,东街一号,,\n"
        "c2,东省第二诊所,110,list2021,100002.SZ,乙等,80,1999,116.4,39.8,东街二号,,\n"
        "c7,新诊所,120,list2024,,,,,,,,,\nc8,坏诊所,999,list2024,,,x,,,,,,\n",
        "new.csv",
    )
    found = difference(CLINICS, raw, PACK.gazetteer)
    assert [row.item for row in found.added] == ["c7"]
    assert [(one.before.item, one.columns(CLINICS.kind.attributes)) for one in found.changed] == [("c1", ["beds"])]
    assert [row.item for row in found.same] == ["c2"]
    assert [(one.record["item"], [reason.what for reason in one.reasons]) for one in found.refused] == [
        ("c8", ["no place '999'", "'x' is not a plain number"])
    ]
    assert not found.sound
    assert {error.where for error in found.errors()} == {"new.csv:5"}


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("國醫學", "国医学"),
        ("Ａ１２", "a12"),
        ("北京巿", "北京市"),
        ("天\u200b津", "天津"),
        ("СБЕР", "cбep"),
        ("盤山", "盘山"),
    ],
)
def test_spellings_of_one_name_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize("text", ["三零一", "三〇一", "三O一", "三0一", "301", "３０１"])
def test_numerals_read_the_same(text: str) -> None:
    assert numbered(folded(f"解放军{text}医院")) == "解放军301医院"


def test_ordinals_read_the_same_and_other_numerals_stay() -> None:
    assert numbered("第十二中学") == numbered("第12中学") == "第12中学"
    assert numbered("第二十中学") == "第20中学"
    assert numbered("三亚第一医院") == "三亚第1医院"


@pytest.mark.parametrize("code", ["300810.SZ", "300810SZ", "SZ300810", "sz300810", "300810-sz", "３００８１０.SZ"])
def test_formats_of_one_code_are_one(code: str) -> None:
    assert folded_code(code) == "300810sz"
    assert folded_code("60193.0") == "60193"
