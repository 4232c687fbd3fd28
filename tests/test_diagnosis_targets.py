"""Targets: a number is held against what is observed and its pace, words have a rule, and nothing missing is hidden."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import Workshop

from xietong.diagnosis.target_file import NATURES, OPERATORS
from xietong.diagnosis.targets import STATES, target_jobs
from xietong.errors import MeasureRefusal, Problems, UnitMismatch, XietongError
from xietong.library.findings import Finding
from xietong.library.origins import Flag, Grade
from xietong.library.store import Edition

FILE = "study/targets.toml"
HEAD = """label = "目标 | Targets"
[sources.plan]
short = "规划 | Plan"
publisher = "某省 | A province"
title = "规划 | Plan"
grade = "media"
"""
NUMBER = """
[targets.A]
label = "总量 | Output"
area = "three"
nature = "expected"
operator = ">="
source = "plan"
value = "0.35"
unit = "万亿元"
year = "2024"
evidence = { finding = "out.region" }
"""
WORDS = """
[targets.B]
label = "差距缩小 | The gap narrows"
area = "西部 | the west"
nature = "goal"
operator = "words"
source = "plan"
year = "2020"
rule = "变异系数下降 | the variation falls"
evidence = { finding = "claim.gap" }
"""
MISSING = """
[targets.C]
label = "空气 | Air"
area = "110"
nature = "binding"
operator = "<="
source = "plan"
value = "35"
unit = "微克/立方米"
missing = "空气表 | a table of air"
[targets.D]
label = "附表 | Annex"
area = "110"
nature = "mixed"
operator = "words"
source = "plan"
retrieved = false
"""
ALL = HEAD + NUMBER + WORDS + MISSING
OUTPUT = {"2014": 2100.75, "2019": 3000.5}


def targets(small: Workshop, text: str = ALL) -> tuple[dict[str, dict], dict[str, Finding]]:
    small.write(FILE, text)
    with small.edition() as edition:
        payload = edition.finding("targets").payload
        own = {name: edition.finding(name) for name in edition.ids if name.startswith("target.")}
    assert sum(payload["counts"][state] for state in STATES) == payload["counts"]["all"] == len(payload["rows"])
    return {row["id"]: row for row in payload["rows"]}, own


def test_a_number_is_held_against_the_pace_from_the_last_value_on(small: Workshop) -> None:
    rows, own = targets(small)
    row = rows["A"]
    needed, achieved = (3500 / 3000.5) ** (1 / 5) - 1, (3000.5 / 2100.75) ** (1 / 5) - 1
    assert (row["last"], row["at"], row["from"], row["observed_unit"]) == (3000.5, "2019", "2014", "亿元")
    assert (row["needed"], row["achieved"]) == (pytest.approx(needed), pytest.approx(achieved))
    assert row["state"] == "on pace"
    assert (row["finding"], row["select"]) == ("out.region", {"period": "2019"})
    level = own["target.A.level"].series
    assert level is not None
    assert (level.cell(), level.unit, level.flags.max(), level.grades.max()) == (
        0.35, "万亿元", Flag.SCENARIO, Grade.MEDIA,
    )  # fmt: skip
    receipt = own["target.A.needed"].receipt
    assert (receipt.measure, receipt.choices) == ("growth.compound_annual_growth", {"years": 5.0})
    assert [one.finding for one in receipt.inputs] == ["out.region", "target.A.level"]


@pytest.mark.parametrize(
    ("operator", "value", "year", "state"),
    [
        (">=", "0.35", "2024", "on pace"),
        (">=", "0.5", "2024", "behind"),
        (">=", "0.30005", "2024", "met"),
        (">=", "0.3", "2024", "met"),
        (">=", "0.31", "2019", "behind"),
        (">=", "0.31", "2015/2019", "behind"),
        ("<=", "0.31", "2024", "met"),
        ("<=", "0.29", "2024", "behind"),
        (">=", "0.21", "2015", "met"),
        (">=", "0.22", "2015", "not measurable"),
        (">=", "0.22", "2014", "behind"),
    ],
)
def test_the_state_follows_from_operator_value_and_year(
    small: Workshop, operator: str, value: str, year: str, state: str
) -> None:
    text = NUMBER.replace('">="', f'"{operator}"').replace("0.35", value).replace("2024", year)
    rows, _ = targets(small, HEAD + text)
    assert rows["A"]["state"] == state


def test_a_falling_series_may_be_on_pace_to_a_ceiling(small: Workshop) -> None:
    text = NUMBER.replace('">="', '"<="').replace("0.35", "135").replace("万亿元", "万人")
    text = text.replace('"out.region"', '"people.member", place = "120"')
    rows, _ = targets(small, HEAD + text)
    row = rows["A"]
    assert (row["state"] == "on pace") == (row["achieved"] <= row["needed"])
    assert row["needed"] < 0


def test_a_target_is_held_against_its_own_year_unless_it_stays_in_force(small: Workshop) -> None:
    text = HEAD + NUMBER.replace('"2024"', '"2016"')
    assert targets(small, text)[0]["A"]["at"] == "2014"
    assert targets(small, text + "holds = true\n")[0]["A"]["at"] == "2019"


def test_the_pace_begins_in_the_base_year_where_it_is_observed(small: Workshop) -> None:
    for year, start in (("2014", "2014"), ("2013", "2014"), ("2019", "2014")):
        rows, _ = targets(small, HEAD + NUMBER + f'base = {{ value = "0.2", year = "{year}" }}\n')
        assert rows["A"]["from"] == start
        assert rows["A"]["base"] == {"value": "0.2", "year": year}


def test_where_no_pace_makes_sense_it_is_refused_with_a_reason(small: Workshop) -> None:
    _, met = targets(small, HEAD + NUMBER.replace("0.35", "0.3"))
    assert met["target.A.needed"].kind == "refusal"
    assert met["target.A.needed"].payload["reason"] == ["已达到，不再需要速度", "it is met: no pace is needed"]
    assert met["target.A.achieved"].kind == "series"
    _, single = targets(small, HEAD + NUMBER.replace('"2024"', '"2015"'))
    assert single["target.A.achieved"].payload["reason"][1] == "there is one observed value only"
    _, over = targets(small, HEAD + NUMBER.replace('"2024"', '"2019"'))
    assert over["target.A.needed"].payload["reason"][1] == "its year is over"


def test_words_missing_data_and_unread_publications_stay_visible(small: Workshop) -> None:
    rows, _ = targets(small)
    assert {name: row["state"] for name, row in rows.items()} == {
        "A": "on pace", "B": "not measurable", "C": "no data", "D": "not retrieved",
    }  # fmt: skip
    assert rows["B"]["rule"] == ["变异系数下降", "the variation falls"]
    assert rows["B"]["finding"] == "claim.gap"
    assert rows["B"]["area"] == ["西部", "the west"]
    assert rows["C"]["missing"] == ["空气表", "a table of air"]


BAD = {
    "nature": ('nature = "goal"', 'nature = "gaol"', "no nature 'gaol'(.|\n)*goal"),
    "operator": ('operator = ">="', 'operator = "=>"', "no operator '=>'"),
    "source": ('operator = ">="\nsource = "plan"', 'operator = ">="\nsource = "plane"', "no source 'plane'(.|\n)*plan"),
    "area": ('area = "three"', 'area = "thre"', "no area 'thre'(.|\n)*three"),
    "two states": ('missing = "空气表', 'retrieved = false\nmissing = "空气表', "one of 'evidence', 'missing' and"),
    "no state": ('missing = "空气表 | a table of air"\n', "", "one of 'evidence', 'missing' and"),
    "no rule": ('rule = "变异系数下降 | the variation falls"\n', "", "has no rule"),
    "no number": ('value = "35"', 'value = "35-40"', "'35-40' is not a plain number"),
    "no value": ('value = "35"\n', "", "'value' is missing"),
    "no year": ('year = "2024"\n', "", "'year' is missing"),
    "a year": ('year = "2024"', 'year = "soon"', "neither a year nor a span"),
    "unit": ('unit = "万亿元"', 'unit = "万亿园"', "万亿园"),
    "grade": ('grade = "media"', 'grade = "medium"', "no grade 'medium'(.|\n)*media"),
    "key": ('rule = "变', 'rules = "变', "unknown key 'rules'(.|\n)*rule"),
    "evidence": ('{ finding = "out.region" }', "{}", "names no 'finding'"),
    "evidence of an operator": ('operator = ">="', 'operator = "about"', "is not held against a finding"),
    "switch": ("retrieved = false", 'retrieved = "no"', "must be true or false"),
    "base": ("evidence = { finding = \"out.region\" }", 'evidence = { finding = "out.region" }\nbase = 5', "must be a table"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    small.write(FILE, ALL)
    small.edit(FILE, old, new)
    errors: list[XietongError] = []
    assert target_jobs(small.read_study(), errors) == []
    with pytest.raises(Problems, match=says):
        raise Problems("targets", errors)
    assert all(error.where.startswith(f"small/{FILE}:") for error in errors)


@pytest.mark.parametrize(
    ("new", "kind", "says"),
    [
        ('"out.share"', UnitMismatch, "cannot be converted"),
        ('"people.member"', MeasureRefusal, "place, period is open"),
        ('"out.rise"', MeasureRefusal, "one value is open"),
        ('"out.jump"', MeasureRefusal, "is a refusal and carries no values"),
        ('"out.regio"', XietongError, r"no finding 'out\.regio'(.|\n)*out\.region"),
    ],
)
def test_evidence_that_cannot_be_judged_is_told_with_its_target(
    small: Workshop, new: str, kind: type[XietongError], says: str
) -> None:
    small.write(FILE, HEAD + NUMBER.replace('"out.region"', new))
    with pytest.raises(Problems, match=says) as caught:
        small.build()
    assert isinstance(caught.value.errors[0], kind)
    assert caught.value.errors[0].where.startswith(f"small/{FILE}:")


def test_words_are_held_against_a_claim_only(small: Workshop) -> None:
    small.write(FILE, HEAD + WORDS.replace("claim.gap", "gap.variation"))
    with pytest.raises(Problems, match="held against a claim"):
        small.build()


def test_a_value_younger_than_the_target_does_not_count(small: Workshop) -> None:
    small.write(FILE, HEAD + NUMBER.replace('"2024"', '"2013"'))
    with pytest.raises(Problems, match="younger than 2013(.|\n)*holds = true"):
        small.build()


def test_a_study_without_targets_has_none(small: Workshop) -> None:
    with small.edition() as edition:
        assert not [name for name in edition.ids if name.startswith("target")]


def test_the_targets_of_the_region(jingjinji: Edition) -> None:
    payload = jingjinji.finding("targets").payload
    assert [row["id"] for row in payload["rows"]] == [f"T{number:02}" for number in range(1, 49)]
    rows = {row["id"]: row for row in payload["rows"]}
    assert payload["counts"] == {**Counter(row["state"] for row in payload["rows"]), "all": len(rows)}
    assert [name for name, row in rows.items() if row["state"] == "not retrieved"] == ["T32", "T45", "T46", "T47"]
    for row in payload["rows"]:
        assert row["source"] in payload["sources"]
        assert row["nature"] in NATURES
        assert row["operator"] in OPERATORS
        assert row["operator"] != "words" or row["state"] == "not retrieved" or row["rule"][0] != row["rule"][1]
        assert "http" not in str(row)


def test_the_pace_of_known_targets(jingjinji: Edition) -> None:
    rows = {row["id"]: row for row in jingjinji.finding("targets").payload["rows"]}
    assert (rows["T13"]["state"], rows["T13"]["last"], rows["T13"]["at"]) == ("met", 38.0, "2020")
    assert (rows["T02"]["state"], rows["T02"]["at"]) == ("met", "2023")
    assert rows["T25"]["state"] == "on pace"
    assert rows["T25"]["needed"] == pytest.approx((3000 / 2329.05) ** (1 / 11) - 1)
    assert rows["T17"]["state"] == "behind"
    assert rows["T17"]["achieved"] == pytest.approx((37.7 / 38.8) ** (1 / 3) - 1)


@pytest.mark.parametrize(("base", "digits"), [("", 1), ("_2010", 2)])
def test_the_official_total_is_the_mean_of_its_parts(jingjinji: Edition, base: str, digits: int) -> None:
    mean, total, rest = (jingjinji.finding(f"index.{name}{base}").series for name in ("mean", "total", "residual"))
    assert mean is not None
    assert total is not None
    assert rest is not None
    for year in mean.axis("period").labels:
        places = 2 if year == "2020" else digits
        assert abs(rest.cell(period=year)) <= 0.5 * 10**-places
        assert round(mean.cell(period=year), places) == total.cell(period=year)


def test_a_release_rewrote_the_parts_of_the_year_before(jingjinji: Edition) -> None:
    restated, rewritten = (jingjinji.finding(f"index.parts_{name}").series for name in ("restated", "rewriting"))
    assert restated is not None
    assert rewritten is not None
    (axis,) = restated.axes
    assert restated.cell(**{axis.name: "index.official.opening"}) == pytest.approx(107.1)
    assert rewritten.cell(**{axis.name: "index.official.opening"}) == pytest.approx(-3.6)
