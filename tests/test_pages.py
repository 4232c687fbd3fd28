"""Pages: typed tables that come back from JSON as they were, printed in every form, with a source on every line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from xietong.cli import main
from xietong.errors import UnknownName
from xietong.library.labels import Label
from xietong.library.origins import Grade
from xietong.library.pages import Column, Missing, Page, Row, Section, Source, page
from xietong.publish.page_figures import figure_svg
from xietong.publish.page_html import page_html
from xietong.publish.page_tables import page_csv, page_workbook
from xietong.publish.page_text import page_text
from xietong.publish.page_words import marks, numbered

ONE = Source("虚构公报，《表》，2023", "2023", Grade.REPRINT, "small/pack/x.csv:2")
TWO = Source("虚构年鉴，《册》，2024", "2024", Grade.OFFICIAL, "small/pack/x.csv:3")
COLUMNS = (
    Column("name", Label("名称", "Name")),
    Column("beds", Label("床位", "Beds"), Label("张", "beds"), 1),
    Column("state", Label("状态", "State")),
)
ROWS = (
    Row(("=甲<b>院", 12.25, Label("在用", "in use")), (ONE, TWO), "clinic:c1"),
    Row(("乙院", None, Label("已公布", "announced")), (TWO,), "clinic:c2"),
    Row(("丙院", -3.0, Label("", "")), (), "", "beds.total"),
)
SECTION = Section(
    "clinics", Label("诊所", "Clinics"), (Label("共三所", "Three in all"),), COLUMNS, ROWS,
    (Label("一处未证实", "One is not confirmed"),),
    (Missing(Label("名单", "The list"), Label("未公布", "never published"), (Label("登记", "register it"),)),),
    ("concentration.herfindahl",),
)  # fmt: skip
PAGE = Page("care", Label("医疗", "Care"), Label("一页", "One page"), (SECTION, Section("end", Label("尾", "End"))))

texts = st.text(max_size=8)
labels = st.builds(Label, texts, texts)
cells = st.one_of(texts, st.none(), labels, st.floats(allow_nan=False, allow_infinity=False))
sources = st.builds(Source, texts, texts, st.sampled_from(Grade), texts)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    columns = draw(st.lists(st.builds(Column, texts, labels, labels, st.integers(0, 4)), max_size=3))
    row = st.builds(
        Row, st.tuples(*[cells] * len(columns)), st.lists(sources, max_size=2).map(tuple), texts, texts
    )  # fmt: skip
    return Section(
        draw(texts), draw(labels), tuple(draw(st.lists(labels, max_size=2))), tuple(columns),
        tuple(draw(st.lists(row, max_size=3))), tuple(draw(st.lists(labels, max_size=2))),
        tuple(draw(st.lists(st.builds(Missing, labels, labels, st.lists(labels, max_size=2).map(tuple)), max_size=2))),
        tuple(draw(st.lists(texts, max_size=2))), draw(st.dictionaries(texts, texts, max_size=2)),
    )  # fmt: skip


@given(st.builds(Page, texts, labels, labels, st.lists(sections(), max_size=3).map(tuple)))
def test_a_page_comes_back_from_json_as_it_was(one: Page) -> None:
    assert page(json.loads(json.dumps(one.payload(), allow_nan=False))) == one


def test_text_aligns_wide_signs_numbers_sources_and_cuts_long_tables() -> None:
    told = page_text(PAGE, "zh", limit=2)
    lines = told.splitlines()
    at = lines.index("名称      床位（张）  状态")
    assert lines[at + 2] == "=甲<b>院        12.2  在用    [1–2]"
    assert lines[at + 3] == "乙院               —  已公布  [2]"
    assert "其余 1 行未列" in told
    assert "[1] 虚构公报，《表》，2023 · 官方文本转载 · small/pack/x.csv:2" in lines
    assert "? 名单: 未公布" in lines
    assert "−3.0" in page_text(PAGE, "en")
    assert "beds.total" in page_text(PAGE, "en")


@given(st.lists(st.integers(0, 12), max_size=9))
def test_marks_name_every_source_once_and_no_other(picked: list[int]) -> None:
    every = [Source(str(at), "", Grade.OFFICIAL, "") for at in range(13)]
    numbers = {source: at for at, source in enumerate(every, 1)}
    told = marks(Row((), tuple(every[at] for at in picked)), numbers)
    named: list[int] = []
    for part in filter(None, told.split(", ")):
        first, _, last = part.partition("–")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted({at + 1 for at in picked})


def test_sources_of_a_section_are_numbered_as_they_are_met() -> None:
    assert numbered(SECTION) == {ONE: 1, TWO: 2}


def test_html_shows_hostile_text_as_text_and_carries_no_script() -> None:
    told = page_html(PAGE, "en", "abc")
    assert "=甲&lt;b&gt;院" in told
    assert "<script" not in told
    assert told == page_html(PAGE, "en", "abc")
    assert 'href="#clinics-sources">1–2</a>' in told
    assert "official text reprinted" in told


def test_a_workbook_keeps_numbers_and_starts_no_formula() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(page_workbook(PAGE, "en")))
    assert book.sheet_names == ["clinics", "notes"]
    rows = book.get_sheet_by_name("clinics").to_python()
    assert rows[0][:3] == ["Name", "Beds (beds)", "State"]
    assert rows[1][:2] == ["=甲<b>院", 12.25]
    assert rows[2][1] == ""
    notes = book.get_sheet_by_name("notes").to_python()
    assert ["clinics", "missing", "The list: never published → register it"] in notes


def test_csv_guards_what_a_spreadsheet_would_run_and_names_the_sections() -> None:
    rows = list(csv.reader(io.StringIO(page_csv(PAGE, "", "zh").decode("utf-8-sig"))))
    assert rows[1][:2] == ["'=甲<b>院", "12.25"]
    assert rows[1][-1].startswith("虚构公报")
    with pytest.raises(UnknownName, match="no section 'x'"):
        page_csv(PAGE, "x", "zh")


def test_an_unknown_figure_is_told() -> None:
    with pytest.raises(UnknownName, match="no kind of figure 'pie'"):
        figure_svg(Section("s", Label("", ""), figure={"kind": "pie"}), "zh")


SYSTEM = """day = "2024-07-01"
[system.parks]
kind = "actions"
label = "公园 | Parks"
register = "park"
paths = {}
"""


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, [*words, "--study", "small/study", "--out", "out"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_line_shows_a_system_in_every_form(small: Workshop) -> None:
    small.write("study/systems.toml", SYSTEM)
    assert "nothing is built" in run("system").stderr
    assert run("build").exit_code == 0
    assert run("system").stdout == "parks  公园\n"
    assert "[ledger]" in run("system", "parks").stdout
    assert "[paths]" not in run("system", "parks", "--section", "ledger").stdout
    assert "closest: ledger" in run("system", "parks", "--section", "ledgers").stderr
    assert "closest: parks" in run("system", "park").stderr
    assert json.loads(run("system", "parks", "--format", "json").stdout)["page"] == "parks"
    assert "small/pack/registers/park.csv:2" in run("system", "parks", "--language", "en").stdout
    assert run("system", "parks", "--format", "html", "--to", "p.html").stdout == "p.html\n"
    assert Path("p.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "closest: paths" in run("system", "parks", "--format", "csv", "--section", "path").stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('day = "2024-07-01"', 'day = "July"', "'day' must be a day as 2026-11-24, not 'July'"),
        ('"actions"', '"action"', "system parks: no kind 'action'\n  way out: closest: actions"),
        ('"park"', '"parks"', "system parks: no class of register 'parks'\n  way out: closest: park"),
        ("paths = {}\n", "", "'paths' is missing"),
        ("paths = {}", "paths = {}\nroad = 1", "unknown key 'road'"),
    ],
)
def test_wrong_choices_of_a_system_are_told_with_their_line(small: Workshop, old: str, new: str, says: str) -> None:
    small.write("study/systems.toml", SYSTEM.replace(old, new))
    told = run("build").stderr
    assert says in told
    assert "small/study/systems.toml:" in told
