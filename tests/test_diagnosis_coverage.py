"""Coverage: every element of the programme has one state, and what is named as evidence exists."""

from __future__ import annotations

import pytest
from conftest import ROOT, Workshop

from xietong.diagnosis.coverage import DOES, STATES, coverage_jobs
from xietong.errors import Problems, XietongError
from xietong.library.documents import Document
from xietong.library.store import Edition
from xietong.publish.numbers import Numbers
from xietong.publish.programme import coverage

FILE = "study/coverage.toml"
TEXT = """label = "覆盖 | Coverage"
count = 3
[sections.A]
label = "甲 | A"
[sections.B]
label = "乙 | B"
[elements.1]
label = "总量 | Output"
section = "A"
does = ["measure"]
evidence = ["out.region", "claim.start", "plan.catch.result"]
[elements.2]
label = "差距 | Gap"
section = "A"
does = ["measure", "watch"]
evidence = ["I2"]
[elements.3]
label = "空气 | Air"
section = "B"
does = ["register"]
missing = "空气表 | a table of air"
"""
ELEMENTS = 76


def test_every_element_has_one_state_and_the_counts_add_up(small: Workshop) -> None:
    small.write(FILE, TEXT)
    with small.edition() as edition:
        finding = edition.finding("coverage")
    assert (finding.kind, finding.series, str(finding.label)) == ("table", None, "覆盖 | Coverage")
    rows = finding.payload["rows"]
    assert [(row["number"], row["section"], row["state"], row["does"]) for row in rows] == [
        (1, "A", "shown", ["measure"]), (2, "A", "shown", ["measure", "watch"]), (3, "B", "missing", ["register"]),
    ]  # fmt: skip
    assert [(one["id"], one["finding"]) for one in rows[0]["shown_by"] + rows[1]["shown_by"]] == [
        ("out.region", "out.region"), ("claim.start", "claim.start"), ("plan.catch.result", "plan.catch.result"),
        ("I2", "gap.variation"),
    ]  # fmt: skip
    assert rows[0]["shown_by"][1]["label"] == ["2014 年为{stated}", "In 2014 it was {stated}"]
    assert rows[2]["missing"] == ["空气表", "a table of air"]
    assert finding.payload["counts"] == {"shown": 2, "partial": 0, "missing": 1, "all": 3}
    assert finding.payload["by_section"] == {
        "A": {"shown": 2, "partial": 0, "missing": 0}, "B": {"shown": 0, "partial": 0, "missing": 1},
    }  # fmt: skip


def test_a_register_answers_and_what_is_still_missing_makes_it_partial(small: Workshop) -> None:
    small.write(FILE, TEXT)
    small.edit(FILE, 'missing = "空气表', 'evidence = ["register:park", "out.rise"]\nmissing = "空气表')
    with small.edition() as edition:
        payload = edition.finding("coverage").payload
        told = coverage(Numbers(edition, "en"), "coverage", "C")
    row = payload["rows"][2]
    assert row["state"] == "partial"
    assert row["registers"] == [{"class": "park", "label": ["园区", "Parks"]}]
    assert [one["id"] for one in row["shown_by"]] == ["out.rise"]
    assert payload["counts"] == {"shown": 2, "partial": 1, "missing": 0, "all": 3}
    assert "register: Parks" in told
    assert "**still missing**: a table of air" in told


BAD = {
    "neither": ('evidence = ["I2"]\n', "", "'evidence' or 'missing' is wanted"),
    "no such register": ('evidence = ["I2"]', 'evidence = ["register:parc"]', "no register 'parc'(.|\n)*park"),
    "no evidence": ('evidence = ["I2"]', "evidence = []", "no evidence is named"),
    "evidence no list": ('evidence = ["I2"]', 'evidence = "I2"', "must be a list"),
    "section": ('section = "B"', 'section = "C"', "no section 'C'"),
    "verb": ('["register"]', '["registre"]', "no does 'registre'(.|\n)*register"),
    "an indicator without data": ('["I2"]', '["I4"]', "indicator I4 has no data itself"),
    "one too few": ("count = 3", "count = 4", "element 4 is missing"),
    "one too many": ("count = 3", "count = 2", "'3' is no number from 1 to 2"),
    "no number": ("[elements.3]", "[elements.three]", "'three' is no number from 1 to 3"),
    "unknown key": ("count = 3", "counts = 3\ncount = 3", "unknown key 'counts'(.|\n)*count"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    small.write(FILE, TEXT)
    small.edit(FILE, old, new)
    errors: list[XietongError] = []
    assert coverage_jobs(small.read_study(), errors) == []
    with pytest.raises(Problems, match=says):
        raise Problems("coverage", errors)
    assert all(error.where.startswith(f"small/{FILE}:") for error in errors)


def test_all_problems_come_at_once(small: Workshop) -> None:
    small.write(FILE, TEXT.replace('"B"', '"C"').replace('evidence = ["I2"]\n', "").replace("count = 3", "count = 4"))
    errors: list[XietongError] = []
    coverage_jobs(small.read_study(), errors)
    assert len(errors) == 3


def test_every_finding_that_does_not_exist_is_told_with_the_line_that_names_it(small: Workshop) -> None:
    small.write(FILE, TEXT.replace('"out.region"', '"out.regio"').replace('"I2"', '"I99"'))
    first, second = small.build_errors()
    assert (first.where, second.where) == (f"small/{FILE}:11", f"small/{FILE}:16")
    assert "no finding 'out.regio'" in str(first)
    assert "out.region" in str(first)


def test_a_study_without_coverage_has_none(small: Workshop) -> None:
    with small.edition() as edition:
        assert "coverage" not in edition.ids


def test_the_elements_of_the_2024_report_are_complete(jingjinji: Edition) -> None:
    payload = jingjinji.finding("coverage").payload
    assert [row["number"] for row in payload["rows"]] == [*range(1, ELEMENTS + 1)]
    assert payload["counts"]["all"] == ELEMENTS == sum(payload["counts"][state] for state in STATES)
    assert set(payload["by_section"]) == {"basis", "T1", "T2", "T3", "T4", "P1", "P2", "P3", "P4", "P5"}
    assert sum(sum(one.values()) for one in payload["by_section"].values()) == ELEMENTS
    for row in payload["rows"]:
        assert row["state"] in STATES
        assert bool(row["shown_by"] or row["registers"]) == (row["state"] != "missing")
        assert ("missing" in row) == (row["state"] != "shown")
        assert set(row["does"]) <= set(DOES)
        assert all(one["finding"] in jingjinji.ids for one in row["shown_by"])
        assert row["label"][0] != row["label"][1]


def test_no_element_stands_twice() -> None:
    document = Document.read(ROOT / "studies/jingjinji/coverage.toml", "coverage.toml")
    labels = [str(one["label"]) for one in document.table("elements").values()]
    assert len(labels) == len(set(labels)) == ELEMENTS
