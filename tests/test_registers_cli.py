"""Registers on the command line and from Python: show, search, rule and undo, bring rows in and out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import xietong
from xietong.cli import main
from xietong.library.guard import STARTS
from xietong.library.placing import alone

MERGES, ROWS = "pack/registers/merges.csv", "pack/registers/clinic.csv"
RULING = ("--who", "登记处", "--why", "现场看过", "--when", "2024-05-01")


def run(*words: str) -> Result:
    verb = [*words, "--pack", "small/pack"]
    result = CliRunner().invoke(main, ["register", *verb])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_list_says_what_is_there_beside_what_was_published(small: Workshop) -> None:
    told = run("list", "--language", "en", "--day", "2024-07-01").stdout
    assert "clinic: Clinics · 5 items, 7 rows, 3 origins, 1 merged" in told
    assert (
        "Grade A clinics: published 3 家 (2021), in the register 2 (of which listed by it 2), missing 1 · 虚构卫生局"
        in told
    )
    assert "never published: names of mobile clinics (only their number was published)" in told
    assert "park: Parks" in told
    assert "park" not in run("list", "clinic", "--language", "en").stdout
    assert "closest: clinic" in run("list", "clinics").stderr


def test_show_gives_every_value_its_publication_date_and_line(small: Workshop) -> None:
    told = run("show", "clinic:c1", "--language", "en").stdout
    assert (
        "  Beds [张]: ≠\n    120 · 虚构卫生局，《虚构诊所名单（2021） | made-up list of clinics, 2021》，2021-12-31"
        in told
    )
    assert "small/pack/registers/clinic.csv:3" in told
    assert "link: clinic:c1 leads clinic:c5 2023-05 · 虚构卫生局" in told
    assert "merge: clinic:c2 → clinic:c1, 2024-01-01, 登记处: 误判; undone 2024-02-01" in told
    told = run("show", "clinic:c5", "--language", "en", "--day", "2023-05-01").stdout
    assert "state 2023-05-01: under way\n    2022 announced: 虚构公告说将要建立" in told
    assert "内部" in run("show", "clinic:c6").stdout
    assert run("show", "clinic:c9").exit_code == 1


def test_search_prints_names_places_states_and_sources(small: Workshop) -> None:
    told = run("search", "诊所", "--place", "三省", "--state", "closed", "--language", "en")
    assert told.stdout.startswith("clinic:c2 东省第二诊所 · East · closed (2023) · 虚构卫生局")
    assert "index build/registers/small.sqlite" in told.stderr
    assert run("search", "诊所").stderr == ""
    found = json.loads(run("search", "长江", "--format", "json").stdout)
    assert [(one["ref"], one["edition"]) for one in found] == [("clinic:c3", "2021-12-31")]
    assert run("search", "--where", "grade=甲等", "--limit", "1").stdout.count("\n") == 1
    assert run("search", "--where", "grade").exit_code == 2
    assert run("search", "诊所", "--class", "clinics").exit_code == 1


def test_a_changed_pack_gets_a_new_index(small: Workshop) -> None:
    run("search", "诊所")
    small.append(ROWS, "c7,新诊所,110,list2024,,,,,,,,,\n")
    told = run("search", "新诊所")
    assert told.stdout.startswith("clinic:c7")
    assert "index" in told.stderr


def test_a_fresh_index_is_asked_without_reading_the_pack(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("search", "诊所").stdout
    monkeypatch.setattr("xietong.app.registers.read_pack", lambda _: pytest.fail("the pack was read"))
    assert run("search", "诊所").stdout == first


def test_a_ruling_is_written_undone_and_never_deleted(small: Workshop) -> None:
    assert "undone 2024-05-01, 登记处: 现场看过" in run("split", "clinic:c4", "clinic:c3", *RULING).stdout
    assert set(small.pack().registers["clinic"]) == {"c1", "c2", "c3", "c4", "c5", "c6"}
    assert run("candidates", "clinic").stdout == ""
    assert run("merge", "clinic:c3", "clinic:c4", *RULING).exit_code == 0
    pack = small.pack()
    assert pack.registers["clinic"]["c4"].id == "c3"
    assert [one.undone for one in pack.registers.merges] == ["2024-02-01", "2024-05-01", ""]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("merge", "clinic:c1", "clinic:c99", *RULING), "no item 'clinic:c99'"),
        (("merge", "clinic:c1", "park:p1", *RULING), "are of two classes"),
        (("merge", "clinic:c5", "clinic:c4", *RULING), "already merged into 'clinic:c3'"),
        (("merge", "clinic:c4", "clinic:c3", *RULING), "is itself merged into"),
        (("merge", "clinic:c1", "clinic:c2", "--who", " ", "--why", ""), "'why' is empty"),
        (("split", "clinic:c1", "clinic:c2", *RULING), "are not merged with each other"),
    ],
)
def test_a_ruling_that_cannot_be_is_refused_and_nothing_is_written(
    small: Workshop, words: tuple[str, ...], says: str
) -> None:
    before = small.read(MERGES)
    told = run(*words)
    assert (told.exit_code, small.read(MERGES)) == (1, before)
    assert says in told.stderr


def test_two_do_not_write_at_once(small: Workshop) -> None:
    with alone(small.path / "pack"):
        told = run("merge", "clinic:c1", "clinic:c2", *RULING)
    assert told.exit_code == 1
    assert "at work" in told.stderr


def test_candidates_are_told_with_reasons_and_written_without_formulas(small: Workshop) -> None:
    small.edit(MERGES, "clinic:c3,clinic:c4,2024-03-01,登记处,繁简不同，同一诊所,,,\n", "")
    small.append(ROWS, "c8,=北省诊所,130,list2024,,,,,,,,,\n")
    told = run("candidates", "clinic", "--language", "en")
    assert "0.95 clinic:c6 =北省诊所 = clinic:c8 =北省诊所 · the same name in normal form (same place)" in told.stdout
    assert "clinic:c3 西省長江診所 = clinic:c4" in told.stdout
    assert "2 candidates" in told.stderr
    run("candidates", "clinic", "--csv", "c.csv")
    rows = list(csv.DictReader(io.StringIO(Path("c.csv").read_text(encoding="utf-8-sig"))))
    assert {row["kept"] for row in rows} == {"clinic:c3", "clinic:c6"}
    assert "'=北省诊所" in {row["kept_name"] for row in rows}
    assert small.pack().registers["clinic"].heads == {}


def sheet(path: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("名单")
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)


def test_rows_of_a_sheet_are_shown_first_and_enter_together(small: Workshop) -> None:
    before = small.read(ROWS)
    sheet(
        Path("new.xlsx"),
        [
            ["编号", "名称", "地点", "Grade", "床位"],
            ["c7", "新诊所", "西", "乙等", "20"],
            ["c5", "跨省联合诊所", "东;北", "乙等", "31"],
        ],
    )
    told = run("import", "clinic", "new.xlsx", "--origin", "list2024")
    assert "+ c7 新诊所 (list2024) · new.xlsx!名单!A2" in told.stdout
    assert "~ c5 跨省联合诊所 (list2024): beds · new.xlsx!名单!A3" in told.stdout
    assert small.read(ROWS) == before
    assert run("import", "clinic", "new.xlsx", "--origin", "list2024", "--enter").exit_code == 0
    lines = small.read(ROWS).splitlines()
    assert lines[6] == "c5,跨省联合诊所,110;130,list2024,,乙等,31,2024-01-02,,,,,110;130"
    assert lines[-1] == "c7,新诊所,120,list2024,,乙等,20,,,,,,"
    assert lines[:6] == before.splitlines()[:6]
    after = small.read(ROWS)
    assert "2 unchanged" in run("import", "clinic", "new.xlsx", "--origin", "list2024", "--enter").stderr
    assert small.read(ROWS) == after


def test_one_bad_row_keeps_all_out_and_says_why(small: Workshop) -> None:
    before = small.read(ROWS)
    Path("new.csv").write_text("item,name,place,grade\nc7,新诊所,120,乙等\nc8,坏诊所,999,丙等\n", encoding="utf-8")
    told = run("import", "clinic", "new.csv", "--origin", "list2024")
    assert told.exit_code == 1
    assert "! new.csv:3: register clinic: no place '999'" in told.stdout
    assert "! new.csv:3: register clinic, grade: no word '丙等'" in told.stdout
    assert "1 new, 0 changed, 0 unchanged, 1 refused; nothing can enter" in told.stderr
    told = run("import", "clinic", "new.csv", "--origin", "list2024", "--enter")
    assert (told.exit_code, small.read(ROWS)) == (1, before)
    assert "no place '999'" in told.stderr
    assert run("import", "clinic", "absent.csv").exit_code == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_comes_back_as_it_was(small: Workshop, form: str) -> None:
    small.edit(ROWS, "60.5", "60.50")
    run("export", "clinic", "--format", form, "--internal")
    told = run("import", "clinic", f"exports/small-clinic.{form}")
    assert "0 new, 0 changed, 7 unchanged, 0 refused" in told.stderr
    if form == "csv":
        text = Path("exports/small-clinic.csv").read_text(encoding="utf-8-sig").replace("120,2001-05", "121,2001-05")
        Path("edited.csv").write_text(text, encoding="utf-8")
        assert "~ c1 东省第一诊所 (list2021): beds" in run("import", "clinic", "edited.csv").stdout


def test_exports_carry_source_date_and_line_and_leave_internal_rows_out(small: Workshop) -> None:
    told = run("export", "clinic", "--day", "2024-07-01")
    assert "1 rows of internal publications left out" in told.stderr
    rows = list(csv.DictReader(io.StringIO(Path("exports/small-clinic.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 6
    assert all(row["title"] and row["edition"] and row["where"] for row in rows)
    assert [(row["item"], row["record"]) for row in rows if row["item"] == "c3"] == [("c3", "c3"), ("c3", "c4")]
    assert {row["state"] for row in rows} == {"", "closed", "in_use"}
    run("export", "clinic", "--internal", "--format", "xlsx")
    cells = CalamineWorkbook.from_path("exports/small-clinic.xlsx").get_sheet_by_index(0).to_python()
    assert [row[3] for row in cells if row[1] == "c6"] == ["=北省诊所"]
    assert [row[8] for row in cells if row[1] == "c1"] == [120.0, 150.0]
    first = Path("exports/small-clinic.xlsx").read_bytes()
    run("export", "clinic", "--internal", "--format", "xlsx")
    assert Path("exports/small-clinic.xlsx").read_bytes() == first
    run("export", "clinic", "--internal")
    assert "'=北省诊所" in Path("exports/small-clinic.csv").read_text(encoding="utf-8")


def test_geojson_turns_points_when_the_class_says_their_datum(small: Workshop) -> None:
    run("export", "clinic", "--format", "geojson", "--place", "three")
    printed = json.loads(Path("exports/small-clinic.geojson").read_text(encoding="utf-8"))
    assert "does not say" in printed["datum"]
    points = {one["id"]: one["geometry"] for one in printed["features"]}
    assert points["clinic:c1"]["coordinates"] == [116.35, 39.9]
    assert points["clinic:c5"] is None
    assert "clinic:c6" not in points
    small.edit("pack/registers/clinic.toml", 'identity = ["code"]', 'identity = ["code"]\ndatum = "GCJ-02"')
    run("export", "clinic", "--format", "geojson")
    turned = json.loads(Path("exports/small-clinic.geojson").read_text(encoding="utf-8"))
    x, y = next(one["geometry"]["coordinates"] for one in turned["features"] if one["id"] == "clinic:c1")
    assert (turned["datum"], 0.001 < 116.35 - x < 0.02, 0.0005 < 39.9 - y < 0.01) == ("WGS-84", True, True)


def test_what_only_internal_publications_say_does_not_get_out(small: Workshop) -> None:
    small.append(ROWS, "c2,内部叫法,110,notes,,,,,,,,,\n")
    small.append("pack/registers/clinic.states.csv", "c2,announced,2024,notes,内部记录\n")
    run("export", "clinic", "--format", "geojson", "--day", "2025-01-01")
    text = Path("exports/small-clinic.geojson").read_text(encoding="utf-8")
    assert "内部" not in text
    assert '"state": "已停用"' in text


@given(st.sampled_from(STARTS), st.text(alphabet="1+A(1)诊所", min_size=1, max_size=8))
def test_no_cell_of_a_review_starts_a_formula(start: str, rest: str) -> None:
    from xietong.app.registers import candidates_as_csv
    from xietong.library.registers.candidates import Candidate, Candidates

    told = candidates_as_csv(Candidates((Candidate("a", "b", (start + rest, rest), 0.9, ()),), 1, 0), "clinic")
    row = next(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert row["kept_name"] == f"'{start}{rest}"


def test_registers_from_python(small: Workshop) -> None:
    book = xietong.open("small/pack")
    clinics = book.registers["clinic"]
    assert repr(clinics) == "<register clinic: 5 items, 7 rows, 3 origins>"
    assert repr(book.registers) == "<registers clinic (5), park (1)>"
    assert clinics["c4"].name == "西省長江診所"
    assert "虚构卫生局" in repr(clinics["c4"])
    assert [hit.ref for hit in book.search("长江", kind="clinic", place="西省")] == ["clinic:c3"]
    assert book.candidates("clinic") == ()
    book.close()
