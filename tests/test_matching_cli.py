"""``xietong match`` as a user runs it: files as people have them, wrong ones too. All offers and needs are made up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from xietong.cli import main

OFFERS = """编号,名称,内容,领域,地点,成熟度,报价,可承接数,联系人
o1,虚构：膜电极制备技术,用于燃料电池,氢能,甲市,7,300,1,某
o2,虚构：工業機器人減速器,,机器人、软件,乙市,8,120,2,某
"""
NEEDS = """item,name,summary,field,place,readiness,budget
n1,虚构：燃料电池膜电极,,氢能,丙市,6,500
n2,虚构：机器人减速器,,机器人,乙市,9,100
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "offers.csv").write_text(OFFERS, encoding="utf-8")
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, offers: str = "offers.csv", needs: str = "needs.csv") -> Result:
    return CliRunner().invoke(main, ["match", "--offers", offers, "--needs", needs, *words])


def test_each_match_comes_with_its_reason(files: Path) -> None:
    told = run("--language", "en")
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert lines[0] == "n1 虚构：燃料电池膜电极"
    assert lines[1] == "  1. o1 虚构：膜电极制备技术 [assigned]"
    assert "膜电极" in lines[2]
    assert "same field yes (氢能 / 氢能), same place no (丙市 / 甲市)" in lines[3]
    assert "ready enough yes (6 / 7), within budget yes (500 / 300)" in lines[3]
    assert "offers.csv: not read: 联系人" in told.stderr
    assert "for 2 needs, 2 assigned" in told.stderr


def test_json_and_csv_say_the_same(files: Path) -> None:
    data = json.loads(run("--format", "json").stdout)
    table = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert [(one["need"], one["offer"], one["rank"]) for one in data] == [
        (row["need"], row["offer"], int(row["rank"])) for row in table
    ]
    first = data[0]
    assert first["need_at"] == "needs.csv:2"
    assert first["offer_at"] == "offers.csv:2"
    assert sum(weight for _, weight in first["shared"]) == pytest.approx(first["score"], abs=1e-4)
    assert first["tests"] == {"field": True, "place": False, "readiness": True, "budget": True}
    assert table[0]["budget"] == "yes"


def test_what_is_required_must_fit(files: Path) -> None:
    data = json.loads(run("--format", "json", "--require", "budget", "--require", "readiness").stdout)
    assert all(one["tests"]["budget"] is not False and one["tests"]["readiness"] is not False for one in data)
    assert ("n2", "o2") not in {(one["need"], one["offer"]) for one in data}
    assert run("--require", "colour").exit_code == 2


def test_the_same_files_give_the_same_bytes_in_a_file(files: Path) -> None:
    assert run("--out", "a.json", "--format", "json").exit_code == 0
    assert run("--out", "b.json", "--format", "json").stdout == ""
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_a_workbook_and_another_encoding_are_read(files: Path) -> None:
    with xlsxwriter.Workbook("needs.xlsx") as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(csv.reader(io.StringIO(NEEDS))):
            sheet.write_row(row, 0, line)
    Path("offers-gb.csv").write_bytes(OFFERS.encode("gb18030"))
    told = run("--format", "json", offers="offers-gb.csv", needs="needs.xlsx")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert data[0]["need_at"].startswith("needs.xlsx!")
    assert [one["offer"] for one in data] == [one["offer"] for one in json.loads(run("--format", "json").stdout)]


def test_all_problems_are_told_at_once_with_file_and_line(files: Path) -> None:
    Path("bad.csv").write_text(
        "item,name,readiness,price,capacity\na,,12,x,1.5\na,电池,3,1,2\nb,电池,3\nc,电池,3,-1,1\n", encoding="utf-8"
    )
    told = run(offers="bad.csv").output
    for text in (
        "bad.csv:2: match: the name is empty",
        "bad.csv:2: match: readiness is 12; it lies between 1 and 9",
        "bad.csv:2: match: price: 'x' is not a plain number",
        "bad.csv:2: match: capacity is 1.5, which is no whole number",
        "bad.csv:3: match: 'a' also stands at bad.csv:2",
        "bad.csv:4: table: 3 cells under 5 column names",
        "bad.csv:5: match: price is -1",
    ):
        assert text in told
    assert run(offers="bad.csv").exit_code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "x.csv:1: match: there is no column with names"),
        ("name\n", "x.csv:1: match: there is no row"),
        ("name\n——\n", "x.csv:2: match: the name is empty"),
    ],
)
def test_a_file_that_holds_no_offers(files: Path, text: str, said: str) -> None:
    Path("x.csv").write_text(text, encoding="utf-8")
    told = run(offers="x.csv")
    assert told.exit_code == 1
    assert said in told.output
    assert "way out" in told.output


def test_a_file_that_is_not_there(files: Path) -> None:
    told = run(needs="none.csv")
    assert told.exit_code == 1
    assert "none.csv: table: the file does not exist" in told.output


def test_what_a_spreadsheet_may_take_for_a_formula_is_guarded(files: Path) -> None:
    Path("needs.csv").write_text("name\n=膜电极制备\n", encoding="utf-8")
    row = next(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert row["need_name"] == "'=膜电极制备"
