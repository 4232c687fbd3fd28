"""Contributions: given, shown, accepted or returned, kept for good; by many at once, and cut off at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from conftest import ROOT, Workshop
from journal_worker import HEAD, row

import xietong
from xietong.cli import main
from xietong.errors import JournalError, PackError, Problems
from xietong.library.contributions import SETTING, accept, contribute, contribution, contributions, opened
from xietong.library.register_imports import Sheet
from xietong.library.registers.journal import Contribution, Journal

ROWS = "pack/registers/clinic.csv"
PACK = Path("small/pack")
WEST = ("--office", "西省卫生局", "--jurisdiction", "西省")
WORKER = (sys.executable, "-W", "error", str(ROOT / "tests" / "journal_worker.py"), PACK.as_posix())


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, small: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The small pack with a journal of its own in either kind of database."""
    monkeypatch.delenv(SETTING, raising=False)
    if request.param == "postgresql":
        import psycopg

        address, name = request.getfixturevalue("server"), f"j{random.getrandbits(60)}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        monkeypatch.setenv(SETTING, f"{address}?options=-csearch_path%3D{name}")
    return small


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, ["register", *words, "--pack", PACK.as_posix()])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def file(text: str, name: str = "new.csv") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def give(text: str, name: str = "new.csv", *more: str) -> Result:
    return run("contribute", file(text, name), "--class", "clinic", *WEST, *more)


def test_a_contribution_is_shown_kept_and_accepted(kept: Workshop) -> None:
    before = kept.read(ROWS)
    told = give(
        "编号,名称,地点,等级,床位\nc7,新诊所,西省,乙等,20\nc3,西省長江診所,120,甲等,61\n",
        "n.csv",
        "--origin",
        "list2021",
    )
    assert told.stdout.splitlines() == [
        "~ c3 西省長江診所 (list2021): beds 60.5 → 61 · n.csv:3",
        "+ c7 新诊所 (list2021) · n.csv:2",
        "contribution 1: 1 new, 1 changed, 0 unchanged",
    ]
    assert kept.read(ROWS) == before
    assert " · 西省卫生局 (120) · n.csv · 2 rows · open" in run("contributions", "--language", "en").stdout
    assert " · 2 行 · 已接受 2" in run("accept", "1", *WEST, "--reason", "与名单相符").stdout
    lines = kept.read(ROWS).splitlines()
    assert lines[4] == "c3,西省長江診所,120,list2021,200001.SZ,甲等,61,,,,西路三号,长江门诊;江边门诊,"
    assert lines[-1] == "c7,新诊所,120,list2021,,乙等,20,,,,,,"
    assert lines[:4] == before.splitlines()[:4]
    told = run("contribution", "1", "--save", "back.csv").stdout
    assert "已接受" in told
    assert "与名单相符" in told
    assert "~ c3 西省長江診所 (list2021): beds 60.5 → 61 · n.csv:3" in told
    assert Path("back.csv").read_bytes() == Path("n.csv").read_bytes()


def test_a_contribution_is_returned_with_a_reason_and_may_come_again(kept: Workshop) -> None:
    before = kept.read(ROWS)
    give(HEAD + row("c7"))
    assert run("return", "1", *WEST).exit_code == 2
    assert run("return", "1", *WEST, "--reason", " ").exit_code == 1
    assert " · 1 行 · 已退回 2" in run("return", "1", *WEST, "--reason", "名称有误").stdout
    assert kept.read(ROWS) == before
    assert "contribution 2: 1 new" in give(HEAD + row("c7")).stdout
    told = run("contributions").stdout.splitlines()
    assert "名称有误" in told[0]
    assert told[1].endswith("待定")
    assert run("contributions", "--state", "returned").stdout.splitlines() == told[:1]
    assert run("contributions", "--class", "park").stdout == ""
    english = ("--reason", "再看", "--language", "en")
    assert " · 1 rows · returned 2" in run("return", "2", *WEST, *english).stdout
    give(HEAD + row("c8"))
    assert " · 1 rows · accepted 2" in run("accept", "3", *WEST, *english).stdout


def test_the_same_file_twice_is_told(kept: Workshop) -> None:
    give(HEAD + row("c7"))
    told = give(HEAD + row("c7"), "other.csv")
    assert told.exit_code == 1
    assert "other.csv: contribution: the same file is contribution 1 of 西省卫生局" in told.stderr
    assert "contribution 2" in give(HEAD + row("c7").replace("乙", "甲")).stdout
    before = kept.read(ROWS)
    run("accept", "1", *WEST)
    assert "says nothing that is not in the register" in give(HEAD + row("c7")).stderr
    kept.write(ROWS, before)
    assert "the same file is contribution 1 of 西省卫生局" in (said := give(HEAD + row("c7")).stderr)
    assert ": accepted\n" in said


def test_a_workbook_is_kept_as_it_was_given(kept: Workshop) -> None:
    with xlsxwriter.Workbook("n.xlsx") as book:
        for at, cells in enumerate([["编号", "名称", "地点", "床位"], ["c7", "新诊所", "西", 20]]):
            book.add_worksheet("说明" if at else "名单")
            book.get_worksheet_by_name("名单").write_row(at, 0, cells)
    more = ("--sheet", "名单", "--origin", "list2024")
    told = run("contribute", "n.xlsx", "--class", "clinic", *WEST, *more)
    assert told.stdout.startswith("+ c7 新诊所 (list2024) · n.xlsx!名单!A2\ncontribution 1: 1 new")
    assert "the same file" in run("contribute", "n.xlsx", "--class", "clinic", *WEST, *more).stderr
    one, content = contribution(PACK, 1)
    assert content == Path("n.xlsx").read_bytes()
    assert json.loads(one.reading) == {"sheet": "名单", "cells": "", "header": 1, "origin": "list2024"}
    assert run("accept", "1", *WEST).exit_code == 0
    assert kept.read(ROWS).endswith("c7,新诊所,120,list2024,,,20,,,,,,\n")


def test_an_office_rules_on_its_own_places_only(kept: Workshop) -> None:
    before = kept.read(ROWS)
    text = "item,name,place,origin\nc7,新诊所,120,list2024\nc5,跨省联合诊所,110;120,list2024\nc8,无址诊所,,list2024\n"
    give(text)
    told = run("accept", "1", *WEST)
    assert told.exit_code == 1
    assert "'c5' lies in 110 (东), 130 (北), outside 120 (西)" in told.stderr
    assert "'c8' has no place" in told.stderr
    assert "'c7'" not in told.stderr
    assert run("return", "1", "--office", "局", "--jurisdiction", "999", "--reason", "x").exit_code == 1
    assert kept.read(ROWS) == before
    assert run("accept", "1", "--office", "全域登记处", "--jurisdiction", "100").exit_code == 0
    assert kept.read(ROWS).count("\n") == before.count("\n") + 2


def test_who_has_no_place_in_it_cannot_return_it_but_its_giver_can(kept: Workshop) -> None:
    run("contribute", file(HEAD + row("c7")), "--class", "clinic", "--office", "东省局", "--jurisdiction", "110")
    north = ("--office", "北省局", "--jurisdiction", "130", "--reason", "无关")
    assert "outside 130" in run("return", "1", *north).stderr
    assert run("return", "1", "--office", "东省局", "--jurisdiction", "110", "--reason", "撤回").exit_code == 0


def test_a_contribution_is_ruled_once(kept: Workshop) -> None:
    give(HEAD + row("c7"))
    run("accept", "1", *WEST)
    for told in (run("accept", "1", *WEST), run("return", "1", *WEST, "--reason", "x")):
        assert told.exit_code == 1
        assert "contribution 1: it was accepted by 西省卫生局 (120), 2" in told.stderr
    with opened(PACK) as journal, pytest.raises(JournalError, match="was accepted"):
        journal.rule(1, "returned", "a", "120", "b")


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("item,name,place,origin\nc7,新诊所,999,list2024\n", (), "new.csv:2: register clinic: no place '999'"),
        ("item,name,place,origin,size\nc7,新诊所,120,list2024,3\n", (), "no attribute of the class 'size'"),
        ("item,name,place,origin\nc4,西省长江诊所,120,list2024\n", (), "says nothing that is not in the register: 1 rows"),
        (HEAD + row("c7"), ("--office", " "), "'office' is empty"),
        (HEAD + row("c7"), ("--office", "局\n2 clinic"), "'office' is more than one line"),
        (HEAD + row("c7"), ("--jurisdiction", "120000"), "jurisdiction: no place '120000'"),
        (HEAD + row("c7"), ("--jurisdiction", "three"), "jurisdiction: no place 'three'"),
        (HEAD + row("c7"), ("--class", "clinics"), "closest: clinic"),
    ],
)  # fmt: skip
def test_what_cannot_be_contributed_leaves_no_trace(
    kept: Workshop, text: str, more: tuple[str, ...], says: str
) -> None:
    told = give(text, "new.csv", *more)
    assert told.exit_code == 1
    assert says in told.stderr
    assert run("contributions").stdout == ""


def test_what_is_not_there_is_named(kept: Workshop) -> None:
    assert "cannot be read: No such file" in run("contribute", "absent.csv", "--class", "clinic", *WEST).stderr
    assert "the journal holds none yet" in run("contribution", "1").stderr
    give(HEAD + row("c7"))
    assert "the journal holds contributions 1 to 1" in run("accept", "9", *WEST).stderr
    with pytest.raises(PackError, match="no such folder"):
        contributions(Path("nowhere"))


def test_rows_that_changed_meanwhile_are_refused_not_overwritten(kept: Workshop) -> None:
    head = "item,name,place,origin,beds\n"
    give(head + "c3,西省長江診所,120,list2021,61\nc7,新诊所,120,list2021,1\n", "a.csv")
    give(head + "c3,西省長江診所,120,list2021,62\nc7,新诊所,120,list2021,2\n", "b.csv")
    give(head + "c3,西省長江診所,120,list2021,61\nc9,又一诊所,120,list2021,9\n", "c.csv")
    run("accept", "1", *WEST)
    after = kept.read(ROWS)
    told = run("accept", "2", *WEST)
    assert told.exit_code == 1
    assert "small/pack/registers/clinic.csv:5: contribution 2: 'c3' of 'list2021' is not what it was" in told.stderr
    assert "beds is '61', was '60.5'" in told.stderr
    assert "'c7' of 'list2021' is not what it was when the file came: there was none" in told.stderr
    assert kept.read(ROWS) == after
    assert run("accept", "3", *WEST).exit_code == 0
    assert kept.read(ROWS) == after + "c9,又一诊所,120,list2021,,,9,,,,,,\n"
    assert [one.state for one in contributions(PACK)[0]] == ["accepted", "open", "accepted"]


def test_a_row_that_is_gone_or_a_class_that_changed_is_refused(kept: Workshop) -> None:
    give("item,name,place,origin,beds\nc4,西省长江诊所,120,list2024,7\n")
    kept.edit(ROWS, "c4,西省长江诊所,120,list2024,,甲等,,,,,西路3号,,\n", "")
    kept.edit("pack/registers/merges.csv", "clinic:c3,clinic:c4,2024-03-01,登记处,繁简不同，同一诊所,,,\n", "")
    assert "it is gone" in run("accept", "1", *WEST).stderr
    give(HEAD + row("c7"))
    kept.edit(
        "pack/registers/clinic.toml",
        'words = { "甲等" = "Grade A", "乙等" = "Grade B" }',
        'words = { "甲等" = "Grade A" }',
    )
    kept.write(ROWS, kept.read(ROWS).replace("乙等", "甲等"))
    assert "no word '乙等'" in run("accept", "2", *WEST).stderr


def test_nothing_in_a_journal_is_changed_or_deleted(kept: Workshop) -> None:
    give(HEAD + row("c7"))
    run("accept", "1", *WEST)
    with opened(PACK) as journal:
        for table, column in {
            "contributions": "office",
            "rulings": "reason",
            "placings": "moment",
            "journal": "pack",
        }.items():
            for question in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}"):
                with pytest.raises(JournalError, match="what is in the journal stays"):
                    journal._engine.rows(question)
    assert contributions(PACK)[0][0].office == "西省卫生局"


def test_a_journal_belongs_to_one_pack_and_one_format(kept: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    give(HEAD + row("c7"))
    place = os.environ.get(SETTING, PACK / "journal.sqlite")
    with pytest.raises(JournalError, match="journal of pack 'small', not of 'other'"):
        Journal.open(place, "other")
    monkeypatch.setattr("xietong.library.registers.journal.FORMAT", 2)
    assert "its format is 1, not 2" in run("contributions").stderr


def test_a_file_that_is_no_journal_is_told(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, file("no database\n" * 1000, "some.sqlite"))
    assert "some.sqlite: journal: the database says: file is not a database" in run("contributions").stderr
    monkeypatch.setenv(SETTING, "absent/some.sqlite")
    assert "absent/some.sqlite: journal: the database says: unable to open" in run("contributions").stderr
    monkeypatch.setenv(SETTING, "postgresql://nobody@127.0.0.1:1/none")
    assert "postgresql: journal: the database says:" in run("contributions").stderr
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "psycopg", None)
        assert "way out: install xietong[postgresql]" in run("contributions").stderr
    monkeypatch.setenv(SETTING, "own.sqlite")
    assert "contribution 1" in give(HEAD + row("c7")).stdout
    assert not (PACK / "journal.sqlite").exists()
    assert Path("own.sqlite").exists()


def test_looking_makes_no_journal(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    digest = small.pack().digest
    assert run("contributions").stdout == ""
    assert not (PACK / "journal.sqlite").exists()
    give(HEAD + row("c7"))
    assert small.pack().digest == digest


def test_bytes_that_are_not_those_given_are_told(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    give(HEAD + row("c7"))
    with sqlite3.connect(PACK / "journal.sqlite") as connection:
        connection.execute("DROP TRIGGER contributions_UPDATE")
        connection.execute("UPDATE contributions SET content = ?", (b"other",))
    connection.close()
    assert "its bytes are not those given" in run("contribution", "1").stderr


@dataclass(frozen=True)
class Worker:
    """A process, and the file into which it says what was acknowledged to it."""

    process: subprocess.Popen[str]
    out: Path

    def said(self) -> list[list[str]]:
        return [line.split(" ", 2) for line in self.out.read_text(encoding="utf-8").splitlines()]


def worker(*words: str) -> Worker:
    with tempfile.NamedTemporaryFile(dir=".", suffix=".said", delete=False) as out:
        return Worker(
            subprocess.Popen([*WORKER, *words], stdout=out, stderr=subprocess.PIPE, text=True), Path(out.name)
        )


def lines_of(*workers: Worker) -> list[list[str]]:
    """Wait for all of them and return what was acknowledged to each, in its words."""
    told = [one.process.communicate(timeout=60)[1] for one in workers]
    for one, err in zip(workers, told, strict=True):
        assert one.process.returncode in (0, -signal.SIGKILL), err
    return [line for one in workers for line in one.said()]


def expected(before: str, found: list[Contribution]) -> str:
    """Return the table that the rulings ask for, in the order in which they were given."""
    with opened(PACK) as journal:
        asked = "SELECT contribution FROM rulings WHERE verdict = 'accepted' ORDER BY number"
        order = [number for (number,) in journal._engine.rows(asked)]
    items = {one.number: Path(one.file).stem for one in found}
    return before + "".join(f"{items[one]},诊所{items[one]},120,list2024,,乙等,,,,,,,\n" for one in order)


def test_two_that_give_and_two_that_rule_at_once_lose_nothing(kept: Workshop) -> None:
    before, each = kept.read(ROWS), 10
    told = [worker("give", "a", str(each)), worker("give", "b", str(each))]
    told += [worker("rule", office, str(2 * each)) for office in ("甲局", "乙局")]
    said = lines_of(*told)
    assert sorted(int(number) for verb, number, _ in said if verb == "given") == list(range(1, 2 * each + 1))
    ruled = {int(number): verb for verb, number, _ in said if verb in ("accepted", "returned")}
    assert len(ruled) == sum(verb in ("accepted", "returned") for verb, *_ in said) == 2 * each
    found, left = contributions(PACK)
    assert ({one.number: one.state for one in found}, left) == (ruled, [])
    assert {one.file for one in found} == {f"{tag}{at}.csv" for tag in "ab" for at in range(each)}
    assert kept.read(ROWS) == expected(before, found)


def test_two_that_give_the_same_file_at_once_give_it_once(kept: Workshop) -> None:
    told = [worker("give", "a", "1"), worker("give", "a", "1")]
    errors = [one.process.communicate(timeout=60)[1] for one in told]
    assert sorted(one.process.returncode for one in told) == [0, 1]
    assert any("the same file is contribution 1" in error for error in errors)
    assert len(contributions(PACK)[0]) == 1


@pytest.mark.parametrize("point", ["ruled", "drafted", "named", "put"])
def test_killed_between_ruling_and_register_the_next_command_finishes(kept: Workshop, point: str) -> None:
    before = kept.read(ROWS)
    give(HEAD + row("c7"))
    assert lines_of(worker("crash", point)) == []
    told = run("contributions", "--language", "en")
    assert "not yet in the pack" not in told.stdout
    assert " · accepted 2" in told.stdout
    assert kept.read(ROWS) == before + "c7,诊所c7,120,list2024,,乙等,,,,,,,\n"
    assert not list(PACK.glob(".import*"))
    assert len(kept.pack().registers["clinic"].records) == 7


@pytest.mark.parametrize("verb", ["import", "merge"])
def test_whoever_writes_next_into_a_register_finishes_first(kept: Workshop, verb: str) -> None:
    before = kept.read(ROWS)
    give(HEAD + row("c7"))
    assert lines_of(worker("crash", "ruled")) == []
    kept.write("more.csv", HEAD + row("c8"))
    words = {
        "import": ("import", "clinic", "small/more.csv", "--enter"),
        "merge": ("merge", "clinic:c5", "clinic:c6", "--who", "登记处", "--why", "试"),
    }
    assert run(*words[verb]).exit_code == 0
    assert kept.read(ROWS).startswith(before + "c7,诊所c7,120,list2024,,乙等,,,,,,,\n")


def test_a_hand_that_was_there_before_the_rest_is_not_overwritten(kept: Workshop) -> None:
    give("item,name,place,origin,beds\nc3,西省長江診所,120,list2021,61\n")
    lines_of(worker("crash", "ruled"))
    kept.edit(ROWS, "60.5", "63")
    told = run("contributions", "--language", "en")
    assert told.exit_code == 1
    assert "accepted, not yet in the pack" in told.stdout
    assert "beds is '63', was '60.5'" in told.stderr
    give(HEAD + row("c7"), "next.csv")
    assert run("accept", "2", *WEST).exit_code == 0
    kept.write(ROWS, kept.read(ROWS).replace("63", "60.5"))
    assert run("contributions").exit_code == 0
    assert ",甲等,61," in kept.read(ROWS)


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_half_in(kept: Workshop) -> None:
    before, chance = kept.read(ROWS), random.Random(7)
    given: dict[int, str] = {}
    accepted: set[int] = set()
    rounds = 7
    for at in range(rounds):
        pair = [worker("both", f"r{at}{tag}-", "500") for tag in "ab"]
        awaited = chance.randint(1, 4)
        while len(pair[0].said()) < awaited and pair[0].process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        for one in pair:
            one.process.send_signal(signal.SIGKILL)
        said = lines_of(*pair)
        given |= {int(number): item for verb, number, item in said if verb == "given"}
        accepted |= {int(number) for verb, number, _ in said if verb == "accepted"}
        found, left = contributions(PACK)
        assert left == []
        assert given.items() <= {one.number: Path(one.file).stem for one in found}.items()
        assert accepted <= {one.number for one in found if one.state == "accepted"}
        assert not any(one.pending for one in found)
        assert kept.read(ROWS) == expected(before, found)
        assert not list(PACK.glob(".import*"))
        kept.pack()
    for number, item in given.items():
        assert contribution(PACK, number)[1].decode() == HEAD + row(item)
    assert len(accepted) >= 5
    if SETTING not in os.environ:
        with sqlite3.connect(PACK / "journal.sqlite") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


def test_contributions_from_python(kept: Workshop) -> None:
    book = xietong.open("small/pack")
    assert book.contributions() == ()
    file(HEAD + row("c7"))
    one, found = contribute(PACK, "clinic", Sheet(Path("new.csv")), "西省卫生局", "西省")
    assert (one.number, one.state, len(found.added)) == (1, "open", 1)
    assert accept(PACK, 1, "西省卫生局", "120", "相符").placed
    assert [each.ruling.reason for each in book.contributions()] == ["相符"]
    file("item,name,place,origin\nc8,x,999,list2024\n")
    with pytest.raises(Problems):
        contribute(PACK, "clinic", Sheet(Path("new.csv")), "西省卫生局", "西省")
    book.close()
