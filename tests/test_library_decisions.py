"""Decisions: read with the line of every problem, added without loss, and felt by readings and explanations."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from conftest import Workshop, ledger

from xietong.errors import MissingCell, PackError, Problems, XietongError
from xietong.library import decision_file
from xietong.library.decision_file import add_decisions
from xietong.library.decisions import CellRange, Decision, in_force, problems, read_decisions
from xietong.library.explanations import explain
from xietong.library.labels import Label
from xietong.library.ledger import Selection
from xietong.library.readings import Reading
from xietong.publish.numbers import Numbers
from xietong.publish.sources import number_index

FILE = "pack/decisions.toml"
CELL = CellRange("small/pack/tables/output.csv", "output.nominal", "120", "2019", "output:new-book")


def ruled(suspicion: str = "aaaaaaaaaa", verdict: str = "exclude", **told: object) -> Decision:
    """Return a decision on the cell of West in 2019 unless told otherwise."""
    keys: dict = {"who": "核算处 | Accounts", "when": "2026-11-24", "why": "试 | a test", "cells": (CELL,), **told}
    return Decision(suspicion, "toy", verdict, **keys)


def read(path: Path) -> list[Decision]:
    errors: list[XietongError] = []
    found = read_decisions(path, path.name, errors)
    assert errors == []
    return found


def told(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    errors: list[XietongError] = []
    assert read_decisions(path, "d.toml", errors) == []
    return [error.text().splitlines()[0] for error in errors]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    odd = ruled(
        "b", "fix", was='1 "2"\\', now="\t一\n二\x7f", why='"quoted" \\ # = [[decision]] | 全', what="甲 | A",
        cells=(CELL, CellRange("t")),
    )  # fmt: skip
    add_decisions(tmp_path / "d.toml", "d.toml", [ruled(), odd])
    found = read(tmp_path / "d.toml")
    assert [one.where for one in found] == ["d.toml:1", "d.toml:10"]
    for was, now in zip((ruled(), odd), found, strict=True):
        assert {**vars(was), "where": "", "now": was.now.strip()} == {**vars(now), "where": ""}


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert read(tmp_path / "d.toml") == []


GOOD = ruled().toml()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('who = "核算处 | Accounts"', "", "d.toml:2: decision 1: 'who' is missing"),
        ('why = "试 | a test"', 'why = "  "', "d.toml:8: decision 1: 'why' is empty"),
        ('"exclude"', '"exlude"', "d.toml:5: decision 1: no verdict 'exlude'"),
        ('"exclude"', '"fix"', "d.toml:2: decision 1: 'was' is missing"),
        ("2026-11-24", "24.11.2026", "d.toml:7: decision 1: '24.11.2026' is no day"),
        ('"2026-11-24"', "2026-11-24", "d.toml:7: decision 1: 'when' must be a text in quotes, not 2026-11-24"),
        ("who =", "whom =", "d.toml:2: decision 1: 'who' is missing"),
        ("who =", "whom =", "d.toml:6: decision 1: unknown key 'whom'"),
        ("period =", "year =", "d.toml:9: decision 1: no key of a cell 'year'"),
        ('"2019"', "2019", "d.toml:9: decision 1: 'period' of a cell must be a text in quotes, not 2019"),
        ('table = "small/pack/tables/output.csv", ', "", "d.toml:9: decision 1: a cell names no table"),
        ("suspicion =", 'was = "1"\nsuspicion =', "d.toml:3: decision 1: 'was' goes with the verdict 'fix' only"),
        ("[[decision]]", "[decision]", "d.toml:2: the file: 'decision' must be a list"),
        ("[[decision]]", "[[decisions]]", "d.toml:2: the file: unknown key 'decisions'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    assert any(line.startswith(says) for line in told(tmp_path / "d.toml", "# by hand\n" + GOOD.replace(old, new, 1)))


def test_all_problems_of_all_entries_are_told_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace('"exclude"', '"no"').replace("why =", "wy =")
    lines = told(tmp_path / "d.toml", "\n".join([wrong, wrong]))
    assert [line.split(": ")[0] for line in lines] == [f"d.toml:{at}" for at in (1, 7, 4, 10, 16, 13)]


def test_a_decision_that_is_incomplete_is_not_written(tmp_path: Path) -> None:
    wrong = ruled(who=" ", when="yesterday")
    assert [error.what for error in problems(wrong)] == ["'who' is empty", "'yesterday' is no day"]
    with pytest.raises(Problems, match="'who' is empty"):
        add_decisions(tmp_path / "d.toml", "d.toml", [ruled("b"), wrong])
    assert list(tmp_path.iterdir()) == []


def test_a_second_decision_needs_to_be_said_and_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    add_decisions(path, "d.toml", [ruled()])
    with pytest.raises(Problems, match=r"already decided: exclude, 2026-11-24 \(d.toml:1\)"):
        add_decisions(path, "d.toml", [ruled("b"), ruled(verdict="accept")])
    assert len(read(path)) == 1
    add_decisions(path, "d.toml", [ruled(verdict="accept")], again=True)
    assert [one.verdict for one in read(path)] == ["exclude", "accept"]
    assert in_force(read(path))["aaaaaaaaaa"].verdict == "accept"


def test_one_file_cannot_bring_two_decisions_on_one_suspicion(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="already decided"):
        add_decisions(tmp_path / "d.toml", "d.toml", [ruled(), ruled(verdict="accept")])


def test_what_people_wrote_into_the_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    before = "# ours\n\n" + GOOD.replace("why", "  why") + "# no end of line"
    path.write_text(before, encoding="utf-8")
    add_decisions(path, "d.toml", [ruled("b")])
    assert path.read_text(encoding="utf-8").startswith(before + "\n")
    assert [one.suspicion for one in read(path)] == ["aaaaaaaaaa", "b"]


def test_a_file_with_problems_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text("[[decision]]\nsuspicion = 1\n", encoding="utf-8")
    with pytest.raises(Problems):
        add_decisions(path, "d.toml", [ruled()])
    assert path.read_text(encoding="utf-8") == "[[decision]]\nsuspicion = 1\n"
    assert list(tmp_path.iterdir()) == [path]


def _add(path: Path, name: str) -> None:
    for at in range(5):
        add_decisions(path, "d.toml", [ruled(f"{name}{at}")])


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    workers = [multiprocessing.get_context("spawn").Process(target=_add, args=(path, name)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.suspicion for one in read(path)) == [f"{name}{at}" for name in "abcd" for at in range(5)]
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_that_was_left_behind_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_file, "PATIENCE", 0.05)
    (tmp_path / "d.toml.lock").touch()
    with pytest.raises(PackError, match=r"remove d\.toml\.lock"):
        add_decisions(tmp_path / "d.toml", "d.toml", [ruled()])
    assert [path.name for path in tmp_path.iterdir()] == ["d.toml.lock"]


def test_a_folder_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be written"):
        add_decisions(tmp_path / "no" / "d.toml", "d.toml", [ruled()])


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        (CELL, True), (CellRange("output"), True), (CellRange("output", "output.nominal [new]"), True),
        (CellRange("output", "output.nominal [old]"), False), (CellRange("elsewhere/output.csv"), True),
        (CellRange("output", place="120"), True), (CellRange("output", place="110"), False),
        (CellRange("output", period="2018"), False), (CellRange("output", source="output:press"), False),
        (CellRange("people"), False), (CellRange("output", "people.resident"), False),
    ],
)  # fmt: skip
def test_an_empty_key_means_all(small: Workshop, cell: CellRange, held: bool) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(cells=(CellRange("nothing"), cell))])
    assert (value(small) != 800) is held


LATEST = Reading("settled", Label("甲", "a"), "latest", "test", {"economic": "new"})


def value(small: Workshop) -> float:
    with ledger(small.pack()) as one:
        return float(one.series(Selection(("output.nominal",), ("120",), ("2019",)), LATEST).values[0, 0])


def test_an_excluded_cell_is_read_no_more_and_the_next_in_standing_is(small: Workshop) -> None:
    assert value(small) == 800
    add_decisions(small.path / FILE, FILE, [ruled()])
    assert value(small) == 790
    add_decisions(small.path / FILE, FILE, [ruled("b", cells=(CellRange("output", "output.nominal", "120"),))])
    assert value(small) != value(small)


def test_taking_the_exclusion_back_lets_the_cell_be_read(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled()])
    add_decisions(small.path / FILE, FILE, [ruled(verdict="accept")], again=True)
    assert value(small) == 800


def test_an_exclusion_beats_a_decision_on_another_suspicion_of_the_cell(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(), ruled("b", "accept")])
    assert value(small) == 790


def test_decisions_change_the_digest_and_make_stale_what_they_touch(small: Workshop) -> None:
    before = small.build()
    add_decisions(small.path / FILE, FILE, [ruled(verdict="accept")])
    accepted = small.build()
    assert accepted.digest != before.digest
    assert accepted.stale == ()
    add_decisions(
        small.path / FILE,
        FILE,
        [ruled(cells=(CellRange("output", place="120", period="2014", source="output:undated"),))],
        again=True,
    )
    assert small.build().stale == ()


def test_a_line_says_what_was_decided_on_it(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(verdict="accept"), ruled("b", "fix", was="80", now="800")])
    with small.edition() as edition:
        texts = {
            language: [
                node
                for node in explain(edition, "out.rise", {}, language).lines()
                if "120,2019" in node or "800 亿元" in node
            ]
            for language in ("zh", "en")
        }
    assert "照原样接受, 2026-11-24, 核算处: 试" in texts["zh"][0]
    assert "accepted as published, 2026-11-24, Accounts: a test" in texts["en"][0]
    assert "corrected (80 → 800)" in texts["en"][0]


def test_a_line_that_nobody_decided_on_says_nothing(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(verdict="accept")])
    with small.edition() as edition:
        lines = [line for line in explain(edition, "out.rise", {}, "en").lines() if "accepted as published" in line]
    assert len(lines) == 1


def test_problems_of_decisions_are_told_with_those_of_the_pack(small: Workshop) -> None:
    small.write(FILE, GOOD.replace('"exclude"', '"drop"'))
    small.append("pack/tables/output.csv", "119,2019,1,,new-book,,\n")
    errors = {error.where.rpartition(":")[0]: error.what for error in small.pack_errors()}
    assert errors["small/pack/decisions.toml"] == "no verdict 'drop'"
    assert errors["small/pack/tables/output.csv"] == "no place '119'"


def test_a_reading_that_needs_an_excluded_cell_names_the_decision(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(cells=(CellRange("output", place="120", period="2019"),))])
    errors = [error for error in small.build_errors() if isinstance(error, MissingCell)]
    where = small.line("pack/tables/output.csv", "120,2019,800")
    assert any(
        f"{where} is excluded at small/pack/decisions.toml:1: not to be read, 2026-11-24, Accounts: a test" in error.why
        for error in errors
    )


def test_a_cell_that_nobody_excluded_is_missing_without_more(small: Workshop) -> None:
    small.edit("pack/tables/output.csv", "100,2019,30000,,new-book,,\n", "")
    assert {error.why for error in small.build_errors() if isinstance(error, MissingCell)} == {""}


def test_the_appendix_of_a_report_tells_decisions(small: Workshop) -> None:
    add_decisions(small.path / FILE, FILE, [ruled(verdict="accept")])
    with small.edition() as edition:
        numbers = Numbers(edition, "en")
        numbers.number("out.region", period="2019")
        text = number_index(numbers)
    assert text.count("(decided: accepted as published, 2026-11-24, Accounts: a test)") == 1
