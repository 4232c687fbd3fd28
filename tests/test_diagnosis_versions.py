"""Versions of a framework: every point of an earlier edition is answered for, and what has no path says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Workshop

from xietong.errors import Problems
from xietong.library.store import Edition
from xietong.publish.report import Desk

ROOT = Path(__file__).parent.parent
FILE = "study/framework.toml"
VERSION = """
[versions.old]
label = "旧 | Old"
note = "注 | A note"
[versions.old.paths.A]
label = "甲 | Alpha"
[versions.old.paths.B]
label = "乙 | Beta"
[versions.old.paths.C]
label = "丙 | Gamma"
[versions.old.succeeds]
A = ["P1", "T1"]
B = ["T2"]
C = []
"""


def payload_of(workshop: Workshop) -> dict:
    with workshop.edition() as edition:
        return edition.finding("framework.versions").payload


def test_every_point_has_what_became_of_it_and_what_is_new_is_told(small: Workshop) -> None:
    small.append(FILE, VERSION)
    payload = payload_of(small)
    rows = [(row["point"], row["tasks"], row["paths"], row["state"]) for row in payload["rows"]]
    assert rows == [
        ("A", ["T1"], ["P1"], "path"), ("B", ["T2"], [], "task"), ("C", [], [], "gone"), ("", [], ["P2"], "new"),
    ]  # fmt: skip
    assert payload["counts"] == {"path": 1, "task": 1, "gone": 1, "new": 1, "points": 3}


def test_a_path_for_the_point_changes_its_state(small: Workshop) -> None:
    small.append(FILE, VERSION.replace('B = ["T2"]', 'B = ["T2", "P2"]'))
    payload = payload_of(small)
    assert [row["state"] for row in payload["rows"]] == ["path", "path", "gone"]


BAD = {
    "task or path": ('B = ["T2"]', 'B = ["T9"]', "no task or path 'T9'", 12),
    "unknown point": ("C = []", "C = []\nD = []", "no point 'D'", 14),
    "point left out": ("C = []\n", "", "does not say what took up C", 10),
    "no list": ("C = []", 'C = "T1"', "'C' must be a list", 13),
    "no label": ('label = "旧 | Old"\n', "", "'label' is missing", 1),
    "label of a point": ('label = "乙 | Beta"\n', "", "'label' is missing", 6),
    "own version": ("old", "test", "is the version of the framework itself", 1),
    "unknown key": ("note", "noet", "unknown key 'noet'(.|\n)*note", 3),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_version_that_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    old, new, says, line = BAD[name]
    assert old in VERSION
    at = small.append(FILE, VERSION.replace(old, new))
    with pytest.raises(Problems, match=says) as caught:
        small.build()
    assert [error.where for error in caught.value.errors] == [f"small/{FILE}:{at + line}"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "| old Alpha | T1 Wealth | P1 One | has a path |",
                "| old Beta | T2 Green | — | **a task is left, no path** |",
                "| old Gamma | — | — | **not taken up** |",
                "| — | — | P2 Two | **new** |",
            ],
        ),
        (
            "zh",
            [
                "| old 甲 | T1 富 | P1 一 | 仍有路径 |",
                "| old 乙 | T2 绿 | — | **只剩任务，没有路径** |",
                "| old 丙 | — | — | **未再列入** |",
                "| — | — | P2 二 | **新增** |",
            ],
        ),
    ],
)
def test_the_table_says_what_changed(small: Workshop, language, lines: list[str]) -> None:
    small.append(FILE, VERSION)
    with small.edition() as edition:
        table = Desk(edition, language, {}).functions()["versions"]("framework.versions", caption="Old")
    assert table.splitlines()[2:6] == lines


def test_a_framework_without_versions_has_no_such_finding(small: Workshop) -> None:
    with small.edition() as edition:
        assert "framework.versions" not in edition.ids


def test_only_the_green_point_of_2023_has_no_path_any_more(jingjinji: Edition) -> None:
    payload = jingjinji.finding("framework.versions").payload
    assert payload["counts"]["points"] == 4
    without = [(row["label"][1], row["tasks"]) for row in payload["rows"] if row["state"] in ("task", "gone")]
    assert without == [("New energy and green upgrading", jingjinji.finding("framework.matrix").payload["holes"])]


@pytest.mark.parametrize(("language", "name"), [("en", "New energy and green upgrading"), ("zh", "新能源与绿色升级")])
def test_the_report_names_the_point_that_the_finding_has(jingjinji: Edition, language: str, name: str) -> None:
    text = (ROOT / f"studies/jingjinji/chapters/{language}/3-judgement.md").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if 'count("framework.versions", "task")' in line]
    assert 'listed("framework.versions", "task"' in line
    functions = Desk(jingjinji, language, {}, "").functions()
    assert functions["listed"]("framework.versions", "task", none="—") == name
    assert functions["listed"]("framework.versions", "gone", none="—") == "—"
