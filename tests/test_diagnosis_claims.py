"""Claims: a sentence is held against every vintage or indicator that could bear it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.diagnosis.claims import VERDICTS, claim_jobs
from xietong.errors import MeasureRefusal, Problems, UnitMismatch, XietongError
from xietong.library.store import Edition

FILE = "study/claims.toml"
NEW, OLD = '{ finding = "out.region", period = "2014" }', '{ finding = "out.first" }'


def equals(stated: str, unit: str, *evidence: str) -> str:
    return f'kind = "equals"\nstated = "{stated}"\nunit = "{unit}"\nevidence = [{", ".join(evidence)}]\n'


def trend(want: str, *evidence: str) -> str:
    return f'kind = "trend"\nwant = "{want}"\nevidence = [{", ".join(evidence)}]\n'


def verdict(small: Workshop, text: str) -> dict[str, Any]:
    small.write(FILE, f'["claim.it"]\nstatement = "句 | sentence"\n{text}')
    with small.edition() as edition:
        finding = edition.finding("claim.it")
    assert (finding.kind, finding.series) == ("verdict", None)
    assert finding.payload["verdict"] in VERDICTS
    return dict(finding.payload)


@pytest.mark.parametrize(
    ("stated", "unit", "evidence", "expected"),
    [
        ("2100.75", "亿元", (NEW,), "supported"),
        ("2100.8", "亿元", (NEW,), "supported"),
        ("2101", "亿元", (NEW,), "supported"),
        ("0.21", "万亿元", (NEW,), "supported"),
        ("2100", "亿元", (NEW,), "rounding"),
        ("2100.7", "亿元", (NEW,), "rounding"),
        ("2099", "亿元", (NEW,), "contradicted"),
        ("2102", "亿元", (NEW,), "contradicted"),
        ("2200.5", "亿元", (NEW, OLD), "one vintage"),
        ("2100", "亿元", (NEW, OLD), "one vintage"),
        ("2100.8", "亿元", (NEW, NEW), "supported"),
        ("1.9", "万亿元", (NEW, OLD), "contradicted"),
    ],
)
def test_a_stated_number_is_held_against_every_vintage(
    small: Workshop, stated: str, unit: str, evidence: tuple[str, ...], expected: str
) -> None:
    payload = verdict(small, equals(stated, unit, *evidence))
    assert payload["verdict"] == expected
    assert len(payload["evidence"]) == len(evidence)


def test_the_evidence_says_what_each_vintage_gives(small: Workshop) -> None:
    new, old = verdict(small, equals("0.22", "万亿元", NEW, OLD))["evidence"]
    assert (new["finding"], new["value"], new["unit"], new["outcome"]) == (
        "out.region",
        0.210075,
        "万亿元",
        "contradicted",
    )
    assert (old["finding"], old["value"], old["outcome"]) == ("out.first", 0.22005, "supported")
    assert new["select"] == {"period": "2014"}
    assert old["label"] == ["首次公布总量", "Output as first published"]


def test_a_bit_of_truncation_is_told_apart_from_an_error(jingjinji: Edition) -> None:
    payload = jingjinji.finding("claim.start").payload
    assert payload["stated"] == "5.87"
    assert [(one["finding"], one["value"], one["outcome"]) for one in payload["evidence"]] == [
        ("gdp.region", 5.87755, "rounding"), ("gdp.region_2014_first", 6.64745, "contradicted"),
    ]  # fmt: skip
    assert payload["verdict"] == "one vintage"


@pytest.mark.parametrize(
    ("want", "evidence", "expected", "outcomes"),
    [
        ("rises", [("gap.variation", "")], "supported", ["supported"]),
        ("falls", [("gap.variation", "")], "contradicted", ["contradicted"]),
        (
            "rises",
            [("gap.variation", ""), ("people.member", ', place = "120"')],
            "mixed",
            ["supported", "contradicted"],
        ),
        ("falls", [("people.member", ', place = "120"')], "supported", ["supported"]),
        ("stays", [("people.member", ', place = "120"')], "contradicted", ["contradicted"]),
    ],
)
def test_a_direction_is_held_against_every_indicator(
    small: Workshop, want: str, evidence: list[tuple[str, str]], expected: str, outcomes: list[str]
) -> None:
    told = [f'{{ finding = "{name}"{more}, from = "2014", to = "2019" }}' for name, more in evidence]
    payload = verdict(small, trend(want, *told))
    assert payload["verdict"] == expected
    assert [one["outcome"] for one in payload["evidence"]] == outcomes
    assert {(one["from"], one["to"]) for one in payload["evidence"]} == {("2014", "2019")}


def test_a_series_between_equal_ends_stays(small: Workshop) -> None:
    small.edit("pack/tables/people.csv", "120,2019,140,", "120,2019,150,")
    payload = verdict(small, trend("stays", '{ finding = "people.member", place = "120", from = "2014", to = "2019" }'))
    assert (payload["verdict"], payload["evidence"][0]["moved"]) == ("supported", "stays")


FROM_TO = 'from = "2014", to = "2019"'
BAD = {
    "kind": ('kind = "equal"\nevidence = []', "no kind of claim 'equal'(.|\n)*equals"),
    "no evidence": (equals("1", "亿元"), "no evidence is named"),
    "evidence no list": ('kind = "equals"\nstated = "1"\nunit = "亿元"\nevidence = "out.rise"', "must be a list"),
    "evidence no table": (
        'kind = "equals"\nstated = "1"\nunit = "亿元"\nevidence = ["out.rise"]',
        "names no 'finding'",
    ),
    "no finding": (equals("1", "亿元", '{ period = "2014" }'), "evidence 1 names no 'finding'"),
    "no number": (equals("about 5", "亿元", NEW), "'about 5' is not a plain number"),
    "no such unit": (equals("5", "亿园", NEW), "no unit '亿园'"),
    "no unit": ('kind = "equals"\nstated = "5"\nevidence = [{ finding = "out.rise" }]', "'unit' is missing"),
    "no want": (f'kind = "trend"\nevidence = [{{ finding = "gap.variation", {FROM_TO} }}]', "'want' is missing"),
    "want": (trend("shrinks", f'{{ finding = "gap.variation", {FROM_TO} }}'), "no direction 'shrinks'"),
    "no end": (trend("falls", '{ finding = "gap.variation", from = "2014" }'), "evidence 1 names no 'to'"),
    "unknown key": (equals("5", "亿元", NEW) + 'noet = "x"', "unknown key 'noet'(.|\n)*note"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_claim_that_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    text, says = BAD[name]
    small.write(FILE, f'\n["claim.it"]\nstatement = "句 | sentence"\n{text}\n')
    errors: list[XietongError] = []
    assert claim_jobs(small.read_study(), errors) == []
    with pytest.raises(Problems, match=says):
        raise Problems("claims", errors)
    assert all(int(error.where.removeprefix(f"small/{FILE}:")) >= 2 for error in errors)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (equals("5", "万人", NEW), UnitMismatch, "cannot be converted"),
        (equals("5", "亿元", '{ finding = "out.region" }'), MeasureRefusal, "one cell is wanted, but period is open"),
        (equals("5", "亿元", '{ finding = "out.jump" }'), MeasureRefusal, "is a refusal and carries no values"),
        (equals("5", "亿元", '{ finding = "out.region", period = "2015" }'), XietongError, "no period '2015'"),
        (equals("5", "亿元", '{ finding = "out.regio" }'), XietongError, r"no finding 'out\.regio'(.|\n)*out\.region"),
        (trend("falls", f'{{ finding = "people.member", {FROM_TO} }}'), MeasureRefusal, "but place is open"),
    ],
)
def test_evidence_that_is_no_cell_is_refused_with_the_line_of_the_claim(
    small: Workshop, text: str, kind: type[XietongError], says: str
) -> None:
    small.write(FILE, f'\n["claim.it"]\nstatement = "句 | sentence"\n{text}\n')
    with pytest.raises(Problems, match=says) as caught:
        small.build()
    assert isinstance(caught.value.errors[0], kind)
    assert caught.value.errors[0].where == f"small/{FILE}:2"


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.integers(0, 3))
def test_a_number_rounded_half_up_is_always_supported(value: Decimal, digits: int) -> None:
    from decimal import ROUND_DOWN, ROUND_HALF_UP

    from xietong.diagnosis.claims import _compare

    step = Decimal(1).scaleb(-digits)
    assert _compare(value.quantize(step, ROUND_HALF_UP), float(value)) == "supported"
    assert _compare(value.quantize(step, ROUND_DOWN), float(value)) in ("supported", "rounding")
    assert _compare(value.quantize(step, ROUND_HALF_UP) + step, float(value)) == "contradicted"
