"""Literature: results of others stand beside each other as they were read; what cannot be read is refused by line."""

from __future__ import annotations

import pytest
from conftest import Workshop

from xietong.diagnosis.literature import literature_jobs
from xietong.errors import XietongError

FILE = "study/literature.toml"
HEAD = """["effects"]
label = "结果 | Results"
note = "并列 | side by side"
"""
STUDY = """
["effects".studies.{number}]
study = "甲、乙 | A and B"
year = "2020"
design = "双重差分 | difference in differences"
result = "{result}"
sign = "{sign}"
"""


def problems(small: Workshop, text: str) -> list[XietongError]:
    small.write(FILE, text)
    errors: list[XietongError] = []
    literature_jobs(small.read_study(), errors)
    return errors


def test_rows_keep_their_order_and_are_counted_by_sign(small: Workshop) -> None:
    small.write(
        FILE,
        HEAD
        + STUDY.format(number=1, result="增 | up", sign="more")
        + STUDY.format(number=2, result="不定 | unclear", sign="mixed")
        + 'seen = "摘要 | abstract"\n'
        + STUDY.format(number=3, result="论断点 | on the cut-off", sign="method"),
    )
    with small.edition() as edition:
        payload = edition.finding("effects").payload
    assert [(row["result"][1], row["sign"], row["seen"][1]) for row in payload["rows"]] == [
        ("up", "more", ""), ("unclear", "mixed", "abstract"), ("on the cut-off", "method", ""),
    ]  # fmt: skip
    assert payload["counts"] == {"more": 1, "less": 0, "mixed": 1, "none": 0, "method": 1, "all": 3}


def test_every_study_that_cannot_be_read_is_named_with_its_line(small: Workshop) -> None:
    text = HEAD + STUDY.format(number=1, result="增 | up", sign="better")
    text += STUDY.format(number=2, result="减 | down", sign="less").replace('year = "2020"\n', "")
    assert [str(error).splitlines()[0].split("study/")[1] for error in problems(small, text)] == [
        "literature.toml:10: study 1: no sign 'better'",
        "literature.toml:12: effects.studies.2: 'year' is missing",
    ]


@pytest.mark.parametrize("key", ["label", "studies"])
def test_a_table_needs_a_label_and_studies(small: Workshop, key: str) -> None:
    text = HEAD + STUDY.format(number=1, result="增 | up", sign="more")
    text = text.replace('label = "结果 | Results"\n', "") if key == "label" else HEAD
    (error,) = problems(small, text)
    assert key in str(error)
