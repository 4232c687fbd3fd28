"""The framework: the matrix shows its holes, the scorecard counts every indicator once, and nothing is judged unseen."""

from __future__ import annotations

import pytest
from conftest import Workshop

from xietong.diagnosis.framework import STATES, framework_jobs
from xietong.errors import Problems, XietongError
from xietong.library.store import Edition

FILE = "study/framework.toml"


def test_the_matrix_counts_indicators_and_those_with_data(small: Workshop) -> None:
    with small.edition() as edition:
        payload = edition.finding("framework.matrix").payload
    assert payload["cells"] == {
        "T1": {"P1": [3, 3], "P2": [0, 0], "": [2, 2]}, "T2": {"P1": [0, 0], "P2": [0, 0], "": [1, 0]},
    }  # fmt: skip
    assert payload["holes"] == ["T2"]
    assert payload["tasks"]["T2"] == ["绿", "Green"]
    assert payload["version"] == "test"


def test_a_path_for_the_task_closes_the_hole(small: Workshop) -> None:
    small.edit(FILE, 'task = "T2"\npath = ""', 'task = "T2"\npath = "P2"')
    with small.edition() as edition:
        payload = edition.finding("framework.matrix").payload
    assert payload["holes"] == []
    assert payload["cells"]["T2"]["P2"] == [1, 0]


def test_every_indicator_has_one_state_and_the_counts_add_up(small: Workshop) -> None:
    with small.edition() as edition:
        payload = edition.finding("framework.scorecard").payload
    assert {row["id"]: row["state"] for row in payload["rows"]} == {
        "I1": "better", "I2": "worse", "I3": "single", "I4": "no data", "I5": "neither", "I6": "single",
    }  # fmt: skip
    assert sum(payload["counts"].values()) == len(payload["rows"]) == 6
    assert set(payload["counts"]) == set(STATES)
    (row,) = [row for row in payload["rows"] if row["id"] == "I1"]
    assert (row["first"], row["last"], row["from"], row["to"], row["unit"]) == (2100.75, 3000.5, "2014", "2019", "亿元")
    assert row["core"]
    (row,) = [row for row in payload["rows"] if row["id"] == "I4"]
    assert row["missing"] == ["空气表", "a table of air"]
    assert "last" not in row


def test_an_indicator_that_does_not_move_is_flat(small: Workshop) -> None:
    small.edit("pack/tables/people.csv", "120,2019,140,", "120,2019,150,")
    small.edit(FILE, 'direction = "neither"', 'direction = "less"')
    with small.edition() as edition:
        rows = edition.finding("framework.scorecard").payload["rows"]
    assert [row["state"] for row in rows if row["id"] == "I5"] == ["flat"]


@pytest.mark.parametrize(("direction", "state"), [("more", "worse"), ("less", "better")])
def test_the_direction_decides_what_is_better(small: Workshop, direction: str, state: str) -> None:
    small.edit(FILE, 'direction = "neither"', f'direction = "{direction}"')
    with small.edition() as edition:
        rows = edition.finding("framework.scorecard").payload["rows"]
    assert [row["state"] for row in rows if row["id"] == "I5"] == [state]


BAD = {
    "task": ('task = "T2"', 'task = "T3"', "no task 'T3'"),
    "path": (
        'path = ""\nfacet = "LEVEL"\ndirection = "less"',
        'path = "P9"\nfacet = "LEVEL"\ndirection = "less"',
        "'P9'",
    ),
    "facet": ('facet = "GAP"', 'facet = "GPA"', "no facet 'GPA'(.|\n)*GAP"),
    "direction": ('direction = "neither"', 'direction = "nether"', "no direction 'nether'(.|\n)*neither"),
    "neither evidence nor missing": ('missing = "空气表 | a table of air"\n', "", "either 'evidence' or 'missing'"),
    "both": ('missing = "空气表', 'evidence = { finding = "out.rise" }\nmissing = "空气表', "either 'evidence' or"),
    "unknown key": ("core = true", "kore = true", "unknown key 'kore'(.|\n)*core"),
    "evidence no table": ('evidence = { finding = "out.region" }', 'evidence = "out.region"', "must be a table"),
    "evidence names nothing": ('evidence = { finding = "out.region" }', "evidence = {}", "names no 'finding'"),
    "label of a task": ('[tasks.T2]\nlabel = "绿 | Green"', "[tasks.T2]", "'label' is missing"),
    "no paths": ('[paths.P1]\nlabel = "一 | One"\n[paths.P2]\nlabel = "二 | Two"\n', "", "'paths' is missing"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_framework_that_cannot_be_read_is_told_with_its_line(small: Workshop, name: str) -> None:
    old, new, says = BAD[name]
    small.edit(FILE, old, new)
    errors: list[XietongError] = []
    assert framework_jobs(small.read_study(), errors) == []
    with pytest.raises(Problems, match=says):
        raise Problems("framework", errors)
    assert all(error.where.startswith(f"small/{FILE}") for error in errors)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ('{ finding = "people.member" }', "place is open"),
        ('{ finding = "out.jump" }', "is a refusal and carries no values"),
        ('{ finding = "people.member", place = "111" }', "no place '111'"),
        ('{ finding = "people.membr" }', r"no finding 'people\.membr'(.|\n)*people\.member"),
    ],
)
def test_evidence_that_cannot_be_judged_is_told(small: Workshop, new: str, says: str) -> None:
    small.edit(FILE, '{ finding = "people.member", place = "120" }', new)
    with pytest.raises(Problems, match=says) as caught:
        small.build()
    assert caught.value.errors[0].where.startswith(f"small/{FILE}:")


def test_a_study_without_a_framework_has_none(small: Workshop) -> None:
    (small.path / FILE).unlink()
    with small.edition() as edition:
        assert not [name for name in edition.ids if name.startswith("framework")]


def test_the_framework_of_2024_has_no_path_for_the_green_task(jingjinji: Edition) -> None:
    matrix, card = (jingjinji.finding(f"framework.{name}").payload for name in ("matrix", "scorecard"))
    assert matrix["holes"] == ["T4"]
    assert sum(sum(cell[0] for cell in row.values()) for row in matrix["cells"].values()) == len(card["rows"])
    assert sum(card["counts"].values()) == len(card["rows"])
    with_data = sum(sum(cell[1] for cell in row.values()) for row in matrix["cells"].values())
    assert with_data == len(card["rows"]) - card["counts"]["no data"]


def test_the_framework_of_2024_has_sixty_indicators(jingjinji: Edition) -> None:
    rows = jingjinji.finding("framework.scorecard").payload["rows"]
    assert [row["id"] for row in rows] == [f"I{number:02}" for number in range(1, 61)]
    assert sum(row["core"] for row in rows) == 27
