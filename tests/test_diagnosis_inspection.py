"""Inspections and their verbs: what check and decide print, write and refuse, with two toy detectors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import toy_detectors
from click.testing import CliRunner, Result
from conftest import Workshop

from xietong.app import inspect as desk
from xietong.cli import main
from xietong.diagnosis.inspection import as_json, covered
from xietong.diagnosis.trends import trends
from xietong.library.decisions import CellRange
from xietong.publish.inspection_page import inspection_page

OUTPUT = "pack/tables/output.csv"
MAPPING = """
[tables.city]
file = "city.csv"
kind = "figures"
columns = { place = "place", indicator = "what", period = "year", value = "value" }
"""
CITY = "place,what,year,value\n甲,产值,2018,700\n甲,产值,2019,800\n甲,产值,2021,790\n乙,产值,2019,600\n"


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    toy_detectors.install(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files/city.csv").write_text(CITY, encoding="utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def the_id(told: Result) -> str:
    """Return the id of the only suspicion of whole hundreds."""
    (found,) = re.findall(r"^  ([0-9a-f]{10}) 0\.90", told.stdout, re.MULTILINE)
    return found


def pack_id() -> str:
    return the_id(run("check", "small/pack"))


REASON = ("--who", "核算处", "--why", "试 | test")


def test_check_tells_suspicions_by_detector_and_counts_them(small: Workshop) -> None:
    told = run("check", "small/pack", "--language", "en")
    lines = told.stdout.splitlines()
    assert told.exit_code == 0
    assert lines[0] == "whole-hundreds · Whole hundreds · 1"
    assert re.fullmatch(r"  [0-9a-f]{10} 0\.90 800 exactly <b> in 2019", lines[1])
    assert lines[2] == f"    {small.line(OUTPUT, '120,2019,800')}: 值 800"
    assert lines[4] == "any-rows · Tables with rows · 3"
    assert lines[-1] == "small: 3 tables, 31 observations, 8 origins, 4 suspicions (0 decided)"
    assert "恰为 800" in run("check", "small/pack").stdout


def test_what_is_said_twice_of_the_same_cells_is_told_once(small: Workshop) -> None:
    """The table of deals holds flows and a figure, and each of the two sheets is suspected."""
    told = run("check", "small/pack", "--all").stdout
    assert told.count("deals.csv 有") == 1
    assert [small.line("pack/tables/deals.csv", start) in told for start in ("110,pair", "110,,")] == [True, True]


def test_three_lines_of_evidence_are_shown_or_all(small: Workshop) -> None:
    few, every = run("check", "small/pack", "--language", "en"), run("check", "small/pack", "--language", "en", "--all")
    left = [int(count) for count in re.findall(r"^    more lines of evidence: (\d) ", few.stdout, re.MULTILINE)]
    assert left == [1, 2, 2]
    assert "more lines" not in every.stdout
    assert len(every.stdout.splitlines()) == len(few.stdout.splitlines()) + sum(left) - len(left)


def test_hard_errors_come_first_and_end_with_status_1(small: Workshop) -> None:
    small.append(OUTPUT, "119,2019,1,,new-book,,\n")
    small.write("pack/decisions.toml", '[[decision]]\nverdict = "no"\n')
    told = run("check", "small/pack")
    assert told.exit_code == 1
    assert told.stdout == ""
    assert "no place '119'" in told.stderr
    assert "small/pack/decisions.toml:2: decision 1: no verdict 'no'" in told.stderr


def test_a_study_is_checked_and_its_pack_inspected(small: Workshop) -> None:
    assert run("check", "small/study").stdout == run("check", "small/pack").stdout
    small.edit("study/claims.toml", 'kind = "trend"', 'kind = "trent"')
    assert run("check", "small/study").exit_code == 1


def test_strict_ends_with_status_1_until_all_is_decided(small: Workshop) -> None:
    assert run("check", "small/pack", "--strict").exit_code == 1
    for name in re.findall(r"^  ([0-9a-f]{10})", run("check", "small/pack").stdout, re.MULTILINE):
        assert run("decide", "small/pack", name, "--accept", *REASON).exit_code == 0
    told = run("check", "small/pack", "--strict")
    assert told.exit_code == 0
    assert told.stdout.endswith("4 suspicions (4 decided)\n")


def test_json_is_sorted_the_same_each_time_and_apart_from_the_summary(small: Workshop) -> None:
    told = run("check", "small/pack", "--format", "json")
    data = json.loads(told.stdout)
    assert told.stdout == run("check", "small/pack", "--format", "json").stdout
    assert "4 suspicions" in told.stderr
    assert data["version"] == 1
    assert data["path"] == "small/pack"
    assert data["digest"] == small.pack().digest
    assert data["counts"]["suspicions"] == 4
    assert data["counts"]["by_detector"]["any-rows"] == {"suspicions": 3, "decided": 0, "internal": 0}
    order = [(one["detector"], -one["confidence"], one["id"]) for one in data["suspicions"]]
    assert order == sorted(order)
    assert set(data["suspicions"][0]) == {
        "id", "detector", "confidence", "what", "cells", "evidence", "decided", "notice", "decisions",
    }  # fmt: skip


def test_out_writes_a_file(small: Workshop) -> None:
    told = run("check", "small/pack", "--format", "json", "--out", "told.json")
    assert told.stdout == "small: 3 tables, 31 observations, 8 origins, 4 suspicions (0 decided)\n"
    assert json.loads(Path("told.json").read_text(encoding="utf-8"))["version"] == 1


def test_what_is_internal_says_so_everywhere(small: Workshop) -> None:
    text = small.read("pack/tables/output.toml")
    small.write("pack/tables/output.toml", text.replace('access = "public"', 'access = "internal"'))
    assert "[internal: do not publish]" in run("check", "small/pack", "--language", "en").stdout
    data = json.loads(run("check", "small/pack", "--format", "json").stdout)
    marked = {one["cells"][0]["table"] for one in data["suspicions"] if one["notice"] == "internal: do not publish"}
    assert marked == {"small/pack/tables/output.csv"}
    assert data["counts"]["internal"] == 2
    page = run("check", "small/pack", "--format", "html", "--language", "en").stdout
    assert page.count('<strong class="mark"><span data-zh="内部数据：不得公开"') == 2


def test_a_folder_needs_a_mapping_and_is_told_how_to_get_one(folder: Path) -> None:
    told = run("check", "files")
    assert told.exit_code == 1
    assert "way out: let a mapping be proposed: xietong import" in told.stderr
    assert "--mapping" in told.stderr


def test_a_folder_with_a_mapping_is_inspected(folder: Path) -> None:
    told = run("check", "files", "--mapping", "m.toml", "--language", "en")
    assert told.exit_code == 0
    assert "    city.csv:3: 值 800" in told.stdout
    assert told.stdout.endswith("/files: 1 tables, 4 rows, 2 suspicions (0 decided)\n")


def test_the_digest_of_a_folder_follows_files_and_mapping(folder: Path) -> None:
    digests = [desk.check(Path("files"), Path("m.toml")).inspection.digest]
    for name, text in (("files/city.csv", CITY + "乙,产值,2020,1\n"), ("m.toml", MAPPING + "# more\n")):
        Path(name).write_text(text, encoding="utf-8")
        digests.append(desk.check(Path("files"), Path("m.toml")).inspection.digest)
    assert len(set(digests)) == 3
    assert desk.check(Path("files"), Path("m.toml")).inspection.digest == digests[-1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere", "--mapping", "m.toml"), "there is no such folder"),
        (("files", "--mapping", "n.toml"), "the file does not exist"),
        (("files/city.csv",), "there is no such folder"),
        (("files", "--mapping", "m.toml", "--decisions", "no.toml"), "there is no such file of decisions"),
    ],
)
def test_what_is_not_there_is_an_error(folder: Path, words: tuple[str, ...], says: str) -> None:
    told = run("check", *words)
    assert told.exit_code == 1
    assert says in told.stderr
    assert "Traceback" not in told.stderr


def test_a_pack_takes_no_mapping(small: Workshop) -> None:
    small.write("m.toml", MAPPING)
    told = run("check", "small/pack", "--mapping", "small/m.toml")
    assert told.exit_code == 1
    assert "way out: leave --mapping out" in told.stderr


def test_a_decision_is_written_and_shown(small: Workshop) -> None:
    name = pack_id()
    told = run("decide", "small/pack", name, "--accept", *REASON, "--when", "2026-01-02")
    assert (told.exit_code, told.stdout) == (
        0,
        "1 decision written to pack/decisions.toml\n".replace("pack/", "small/pack/"),
    )
    after = run("check", "small/pack", "--language", "en").stdout
    assert "    → accepted as published, 2026-01-02, 核算处: test" in after
    assert "4 suspicions (1 decided)" in after
    written = small.read("pack/decisions.toml")
    assert 'what = "2019 恰为 800 | 800 exactly <b> in 2019"' in written
    assert 'place = "120"' in written


def test_an_exclusion_says_how_much_it_takes_out(small: Workshop) -> None:
    name = pack_id()
    assert f"{name}: values not read any more: 1" in run("decide", "small/pack", name, "--exclude", *REASON).stdout


def test_a_line_said_to_be_corrected_is_undecided_while_it_is_suspected(small: Workshop) -> None:
    name = pack_id()
    assert run("decide", "small/pack", name, "--fix", "800=800.25", *REASON).exit_code == 0
    told = run("check", "small/pack", "--language", "en").stdout
    assert "(0 decided)" in told
    assert f"  small/pack/decisions.toml:1: {name} whole-hundreds: said to be corrected, but still suspected" in told
    small.edit(OUTPUT, "120,2019,800,", "120,2019,800.25,")
    told = run("check", "small/pack", "--language", "en").stdout
    assert f"{name} whole-hundreds: no longer suspected" in told
    assert "3 suspicions (0 decided)" in told


def test_an_exclusion_without_an_object_is_noted(small: Workshop) -> None:
    name = pack_id()
    run("decide", "small/pack", name, "--exclude", *REASON)
    assert "no line matches" not in run("check", "small/pack", "--language", "en").stdout
    small.edit(OUTPUT, "120,2019,800,", "120,2019,800.25,")
    told = run("check", "small/pack", "--language", "en").stdout
    assert "no longer suspected, yet its cells are still not read" in told
    small.edit("pack/decisions.toml", 'place = "120"', 'place = "12"')
    assert "no line matches its cells: it has no effect" in run("check", "small/pack", "--language", "en").stdout


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("0123456789", "--accept", *REASON), 1, "no suspicion '0123456789'"),
        (("ID", "--accept", "--why", "x"), 1, "'who' is empty"),
        (("ID", "--accept", "--who", "x"), 1, "'why' is empty"),
        (("ID", "--accept", "--who", " ", "--why", "x"), 1, "'who' is empty"),
        (("ID", "--accept", *REASON, "--when", "tomorrow"), 1, "'tomorrow' is no day"),
        (("ID", "--fix", "=1", *REASON), 1, "'was' is empty"),
        (("ID", "--fix", "1", *REASON), 2, "not of the form WAS=NOW"),
        (("ID", *REASON), 2, "say one of --accept, --exclude and --fix"),
        (("ID", "--accept", "--exclude", *REASON), 2, "say one of"),
        (("--accept", *REASON), 2, "name a SUSPICION"),
        (("ID", "--from", "x.toml"), 2, "--from brings"),
        (("--from", "nowhere.toml"), 1, "there is no such file"),
    ],
)
def test_what_decide_refuses(small: Workshop, words: tuple[str, ...], status: int, says: str) -> None:
    name = pack_id()
    told = run("decide", "small/pack", *(name if word == "ID" else word for word in words))
    assert told.exit_code == status
    assert says in told.stderr
    assert not (small.path / "pack/decisions.toml").exists()


def test_the_nearest_suspicion_is_offered(small: Workshop) -> None:
    name = pack_id()
    told = run("decide", "small/pack", name[:-1] + ("0" if name[-1] != "0" else "1"), "--accept", *REASON)
    assert f"way out: closest: {name}" in told.stderr


def test_a_second_decision_must_be_said(small: Workshop) -> None:
    name = pack_id()
    run("decide", "small/pack", name, "--exclude", *REASON)
    again = run("decide", "small/pack", name, "--accept", *REASON)
    assert again.exit_code == 1
    assert "say --again" in again.stderr
    assert run("decide", "small/pack", name, "--accept", *REASON, "--again").exit_code == 0
    told = run("check", "small/pack", "--language", "en").stdout
    assert re.search(r"→ not to be read.*\n    → accepted as published", told)
    assert "(1 decided)" in told


def test_decisions_are_brought_in_a_file(small: Workshop) -> None:
    run("decide", "small/pack", pack_id(), "--accept", *REASON)
    brought = Path("small/pack/decisions.toml").rename("brought.toml")
    told = run("decide", "small/pack", "--from", "brought.toml")
    assert (told.exit_code, told.stdout) == (0, "1 decision written to small/pack/decisions.toml\n")
    assert small.read("pack/decisions.toml") == brought.read_text(encoding="utf-8")
    text = brought.read_text(encoding="utf-8")
    wrong = text.replace("whole-hundreds", "any-rows") + "\n" + text.replace(pack_id(), "ffffffffff")
    brought.write_text(wrong, encoding="utf-8")
    refused = run("decide", "small/pack", "--from", "brought.toml", "--again")
    assert refused.exit_code == 1
    assert "brought.toml:1: decision on" in refused.stderr
    assert "it is suspected by 'whole-hundreds' and not by 'any-rows'" in refused.stderr
    assert "no suspicion 'ffffffffff'" in refused.stderr
    assert small.read("pack/decisions.toml") == text


def test_an_empty_file_of_decisions_is_refused(small: Workshop) -> None:
    Path("empty.toml").touch()
    assert "the file holds no decision" in run("decide", "small/pack", "--from", "empty.toml").stderr


def test_decisions_on_a_folder_stand_beside_its_mapping(folder: Path) -> None:
    name = the_id(run("check", "files", "--mapping", "m.toml"))
    told = run("decide", "files", name, "--exclude", *REASON, "--mapping", "m.toml")
    assert told.stdout == "1 decision written to m.decisions.toml\n"
    assert "(1 decided)" in run("check", "files", "--mapping", "m.toml").stdout
    other = ("--mapping", "m.toml", "--decisions", "other.toml")
    assert run("decide", "files", name, "--accept", *REASON, *other).stdout == "1 decision written to other.toml\n"
    assert "照原样接受" in run("check", "files", *other).stdout
    assert "不予读取" in run("check", "files", "--mapping", "m.toml").stdout


def test_rows_among_cells_are_counted(small: Workshop) -> None:
    sheets = desk.check(Path("small/pack")).inspection.sheets
    wanted = {
        15: (CellRange("output"),),
        3: (CellRange("output", place="120", period="2019"), CellRange("output", place="120", period="2019")),
        1: (CellRange("output", "output.nominal [old]", "120"),),
        0: (CellRange("output", "people.resident"),),
    }
    assert {count: covered(cells, sheets) for count, cells in wanted.items()} == {
        15: 15, 3: covered((CellRange("output", place="120", period="2019"),), sheets), 1: 1, 0: 0,
    }  # fmt: skip


def test_the_series_around_a_suspicion_is_marked_where_the_evidence_is(folder: Path) -> None:
    inspection = desk.check(Path("files"), Path("m.toml")).inspection
    (found,) = [one.suspicion for one in inspection.judged if one.suspicion.detector == "whole-hundreds"]
    (trend,) = trends(found, inspection.sheets)
    assert [(p.period, p.text, p.where, p.marked) for p in trend.points] == [
        ("2018", "700", "city.csv:2", False), ("2019", "800", "city.csv:3", True), ("2021", "790", "city.csv:4", False),
    ]  # fmt: skip
    assert (trend.place, trend.indicator) == ("甲", "产值")


def test_the_page_is_one_file_that_asks_for_nothing_and_the_same_each_time(folder: Path) -> None:
    inspection = desk.check(Path("files"), Path("m.toml")).inspection
    page = inspection_page(inspection, "en", "files --mapping m.toml")
    assert page == inspection_page(inspection, "en", "files --mapping m.toml")
    assert not re.search(r"""(?:src|href)="(?!#|data:)|url\((?!data:)|@import|https?://(?!www\.w3\.org)""", page)
    assert "exactly &lt;b&gt;" in page
    assert "<b>" not in page
    assert "xietong decide files --mapping m.toml --from decisions.toml" in page
    (line,) = re.findall(r'<polyline points="([^"]*)"', page)
    assert len(line.split()) == 2, "the line does not join over 2020"


def test_json_has_no_value_that_is_no_number(folder: Path) -> None:
    (folder / "files/city.csv").write_text(CITY.replace("700", "…"), encoding="utf-8")
    assert "NaN" not in as_json(desk.check(Path("files"), Path("m.toml")).inspection)


def test_nothing_suspected_is_said(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xietong.diagnosis.inspection.suspect", lambda _: ())
    assert (
        run("check", "small/pack").stdout == "small: 3 tables, 31 observations, 8 origins, 0 suspicions (0 decided)\n"
    )
    assert "没有疑点" in run("check", "small/pack", "--format", "html").stdout
