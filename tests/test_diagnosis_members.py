"""Members of a framework: each place has its own values or none, and a regional value is nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Workshop

from xietong.diagnosis.framework import STATES
from xietong.errors import Problems, UnknownName
from xietong.library.store import Edition
from xietong.publish.chapters import read_chapters
from xietong.publish.framework_tables import side_by_side
from xietong.publish.numbers import Numbers
from xietong.publish.report import Desk

ROOT = Path(__file__).parent.parent
FILE = "study/framework.toml"
MEMBERS = """
[members]
label = "成员 | Members"
places = ["110", "120", "pair"]
[indicators.I1.members]
evidence = { finding = "out.member" }
[indicators.I2.members]
label = "西比东 | West over East"
direction = "more"
facet = "LEVEL"
only = ["120"]
evidence = { finding = "income.relative", as = "120" }
[indicators.I5.members]
direction = "less"
evidence = [{ finding = "people.member", label = "居民 | Residents" }, { finding = "deals.out", as = "pair", label = "合同 | Deals" }]
"""
ROLES = """
[roles."120"]
label = "后盾 | Support"
indicators = ["I4", "I5"]
"""
EVIDENCE = 'evidence = { finding = "out.member" }'


@pytest.fixture
def framed(small: Workshop) -> Workshop:
    small.append(FILE, MEMBERS)
    return small


def rows_of(workshop: Workshop) -> dict[tuple[str, str], dict]:
    with workshop.edition() as edition:
        payload = edition.finding("framework.members").payload
    return {(row["id"], row["place"]): row for row in payload["rows"]}


def told(row: dict) -> tuple:
    return tuple(row.get(key) for key in ("first", "from", "last", "to", "state"))


def test_each_member_has_its_own_ends_or_no_data(framed: Workshop) -> None:
    rows = rows_of(framed)
    assert set(rows) == {
        ("I1", "110"), ("I1", "120"), ("I1", "pair"), ("I2", "120"), ("I5", "110"), ("I5", "120"), ("I5", "pair"),
    }  # fmt: skip
    assert told(rows["I1", "110"]) == (1000.5, "2014", 1500.5, "2019", "better")
    assert told(rows["I1", "120"]) == (600.25, "2014", 800.0, "2019", "better")
    assert rows["I1", "120"]["select"] == {"place": "120"}
    assert told(rows["I1", "pair"]) == (None, None, None, None, "no data")
    assert told(rows["I5", "120"]) == (150.0, "2014", 140.0, "2019", "better")
    assert told(rows["I5", "110"])[-1] == "worse"


def test_a_piece_says_what_it_is_and_an_indicator_may_be_of_some_places_only(framed: Workshop) -> None:
    rows = rows_of(framed)
    assert rows["I5", "110"]["label"] == ["居民", "Residents"]
    assert rows["I5", "pair"]["label"] == ["合同", "Deals"]
    assert (rows["I5", "pair"]["finding"], rows["I5", "pair"]["state"]) == ("deals.out", "single")
    assert rows["I1", "110"]["label"] == ["总量", "Output"]
    assert (rows["I2", "120"]["facet"], rows["I2", "120"]["label"]) == ("LEVEL", ["西比东", "West over East"])
    assert rows["I2", "120"]["state"] == "better"
    assert (rows["I1", "110"]["core"], rows["I5", "110"]["core"]) == (True, False)


def test_the_counts_of_a_place_add_up_to_its_rows(framed: Workshop) -> None:
    with framed.edition() as edition:
        payload = edition.finding("framework.members").payload
    for place, counts in payload["by_place"].items():
        assert set(counts) == set(STATES)
        assert sum(counts.values()) == sum(row["place"] == place for row in payload["rows"])
    assert payload["by_place"]["pair"]["no data"] == 1


def test_the_regional_scorecard_does_not_change(small: Workshop) -> None:
    with small.edition() as edition:
        before = edition.finding("framework.scorecard").payload
        assert "framework.members" not in edition.ids
    small.append(FILE, MEMBERS)
    with small.edition() as edition:
        assert edition.finding("framework.scorecard").payload == before


BAD = {
    "place": ('"pair"]', '"piar"]', "no place 'piar'(.|\n)*pair"),
    "no places": ('places = ["110", "120", "pair"]\n', "", "'places' is missing"),
    "places no list": ('places = ["110", "120", "pair"]', 'places = "110"', "'places' must be a list"),
    "unknown key": ('only = ["120"]', 'onyl = ["120"]', "unknown key 'onyl'(.|\n)*only"),
    "direction": ('direction = "more"\nfacet', 'direction = "mor"\nfacet', "no direction 'mor'(.|\n)*more"),
    "facet": ('facet = "LEVEL"\nonly', 'facet = "LEVLE"\nonly', "no facet 'LEVLE'(.|\n)*LEVEL"),
    "only": ('only = ["120"]', 'only = ["130"]', "no place '130'"),
    "as": ('as = "pair"', 'as = "130"', "no place '130'"),
    "no finding": (EVIDENCE, 'evidence = { place = "110" }', "must name a 'finding'"),
    "no evidence": (EVIDENCE, "", "'evidence' is missing"),
    "unknown finding": (EVIDENCE, 'evidence = { finding = "out.membr" }', r"no finding 'out\.membr'(.|\n)*out\.member"),
    "regional": (EVIDENCE, 'evidence = { finding = "out.region" }', "has no places, and no 'as'"),
    "as and places": (EVIDENCE, 'evidence = { finding = "out.member", as = "110" }', "has places, and 'as'"),
    "refusal": (EVIDENCE, 'evidence = { finding = "out.jump" }', "is a refusal and carries no values"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_members_that_cannot_be_read_are_told_with_their_line(framed: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    framed.edit(FILE, old, new)
    with pytest.raises(Problems, match=says) as caught:
        framed.build()
    assert caught.value.errors[0].where.startswith(f"small/{FILE}:")


def test_indicators_with_members_need_to_know_of_whom(small: Workshop) -> None:
    at = small.append(FILE, f"\n[indicators.I1.members]\n{EVIDENCE}\n")
    with pytest.raises(Problems, match=r"no \[members\] says of whom") as caught:
        small.build()
    assert [error.where for error in caught.value.errors] == [f"small/{FILE}:{at + 1}"]


def test_a_member_is_printed_with_its_numbers_and_its_gaps(framed: Workshop) -> None:
    with framed.edition() as edition:
        desk = Desk(edition, "en", {})
        table = desk.functions()["members"]("framework.members", caption="West", place="120")
        lines = table.splitlines()
        assert [line.split("|")[1].strip() for line in lines[2:5]] == [
            "I1 Output (hundred-million yuan)", "I2 West over East (%)", "I5 Residents (ten thousand people)",
        ]  # fmt: skip
        assert "[600.2](#n-out-member-120-2014){.num} (2014)" in lines[2]
        assert "better" in lines[2]
        gaps = desk.functions()["members"]("framework.members", caption="Pair", place="pair")
        assert "| I1 Output | — | — | no data | Level |" in gaps
        with pytest.raises(UnknownName, match="no place '130'"):
            desk.functions()["members"]("framework.members", caption="North", place="130")


def test_a_role_marks_its_indicators_and_names_the_tables_it_lacks(framed: Workshop) -> None:
    before = rows_of(framed)
    assert not any(row["role"] for row in before.values())
    framed.append(FILE, ROLES)
    rows = rows_of(framed)
    assert [key for key, row in rows.items() if row["role"]] == [("I4", "120"), ("I5", "120")]
    assert set(rows) - set(before) == {("I4", "120")}
    assert rows["I4", "120"]["missing"] == ["空气表", "a table of air"]
    assert rows["I4", "120"]["state"] == "no data"


@pytest.mark.parametrize(
    ("language", "begins", "lacks"),
    [
        ("en", "**Role: Support.** ● marks the indicators", "| ● I4 Air | — | — | no data: a table of air | Level |"),
        ("zh", "**角色：后盾。** ● 为能看出", "| ● I4 空气 | — | — | 无数据：空气表 | 水平 |"),
    ],
)
def test_the_table_of_a_member_begins_with_its_role(framed: Workshop, language, begins: str, lacks: str) -> None:
    framed.append(FILE, ROLES)
    with framed.edition() as edition:
        printed = Desk(edition, language, {}).functions()["members"]
        table = printed("framework.members", caption="West", place="120")
        assert "●" not in printed("framework.members", caption="East", place="110")
    assert table.startswith(begins)
    assert lacks in table
    assert table.count("| ● I") == 2


BAD_ROLES = {
    "place": ('[roles."120"]', '[roles."130"]', "no place '130'(.|\n)*120"),
    "indicator": ('["I4", "I5"]', '["I4", "I9"]', "role of 120: no indicator 'I9'"),
    "regional": ('["I4", "I5"]', '["I3"]', "indicator I3 has a regional value only"),
    "of others": ('[roles."120"]\nlabel = "后盾 | Support"\nindicators = ["I4", "I5"]',
                  '[roles."110"]\nlabel = "后盾 | Support"\nindicators = ["I2"]', "indicator I2 does not speak of 110"),
    "no label": ('label = "后盾 | Support"\n', "", "'label' is missing"),
    "no list": ('["I4", "I5"]', '"I4"', "'indicators' must be a list"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD_ROLES))
def test_a_role_that_cannot_be_read_is_told_with_its_line(framed: Workshop, name: str) -> None:
    at = framed.append(FILE, ROLES)
    old, new, says = BAD_ROLES[name]
    framed.edit(FILE, old, new)
    with pytest.raises(Problems, match=says) as caught:
        framed.build()
    line = at + 1 if name in ("place", "no label") else at + 3
    assert [error.where for error in caught.value.errors] == [f"small/{FILE}:{line}"]


def test_roles_need_members(small: Workshop) -> None:
    at = small.append(FILE, ROLES)
    with pytest.raises(Problems, match=r"no \[members\] says of whom") as caught:
        small.build()
    assert [error.where for error in caught.value.errors] == [f"small/{FILE}:{at + 1}"]


def test_every_printed_member_of_the_study_has_a_role(jingjinji: Edition) -> None:
    payload = jingjinji.finding("framework.members").payload
    assert set(payload["roles"]) == set(payload["places"][:5])
    marked = {
        place: [row["id"] for row in payload["rows"] if row["role"] and row["place"] == place]
        for place in payload["roles"]
    }
    assert marked["xiongan"] == ["I44", "I45"]
    assert marked["130100"] == ["I01", "I02", "I40", "I43"]
    assert all("missing" in row for row in payload["rows"] if row["id"] in ("I13", "I14", "I44", "I45"))


def test_the_study_says_what_it_does_not_have(jingjinji: Edition) -> None:
    payload = jingjinji.finding("framework.members").payload
    assert payload["places"][:5] == ["110000", "120000", "130000", "xiongan", "130100"]
    assert {state for state, count in payload["by_place"]["xiongan"].items() if count} == {"no data"}
    shijiazhuang = payload["by_place"]["130100"]
    assert shijiazhuang["no data"] > sum(shijiazhuang.values()) / 2
    rows = {(row["id"], row["place"]): row for row in payload["rows"]}
    assert rows["I01", "130100"]["state"] == "single"
    assert rows["I05", "120000"]["state"] == "worse"
    assert {place for id_, place in rows if id_ == "I22"} == {"130000"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_prints_five_members(language) -> None:
    chapters = read_chapters(ROOT / "studies/jingjinji", "studies/jingjinji", language)
    text = "\n".join(chapter.text for chapter in chapters)
    printed = [place for place in ("110000", "120000", "130000", "xiongan", "130100") if f'place="{place}")' in text]
    assert text.count('{{ members("framework.members"') == len(printed) == 5


@pytest.mark.parametrize(("language", "place", "state"), [("zh", "唐山", "改善"), ("en", "Tangshan", "better")])
def test_members_stand_side_by_side_with_their_periods_in_the_head(jingjinji, language, place, state) -> None:
    numbers = Numbers(jingjinji, language)
    told = side_by_side(numbers, "framework.members", "C", ["130200", "130300"])
    head = next(line for line in told.splitlines() if "I40" in line)
    assert "2010-11-01 → 2020-11-01" in head
    row = next(line for line in told.splitlines() if place in line)
    assert "50.82" in row
    assert state in row
    assert "(2020-11-01)" not in row
    assert "I05" in told.splitlines()[-1]


def test_side_by_side_knows_its_members(jingjinji) -> None:
    with pytest.raises(UnknownName) as caught:
        side_by_side(Numbers(jingjinji, "en"), "framework.members", "C", ["130200", "130201"])
    assert "130200" in str(caught.value)
