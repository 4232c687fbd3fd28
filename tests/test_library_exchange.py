"""Files of others in and the pack out: workbooks, CSV of any usual kind, SDMX-CSV, Parquet, Table Schemas."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from click.testing import CliRunner
from conftest import ROOT, SMALL
from hypothesis import given, settings
from hypothesis import strategies as st
from system import needed

from xietong.app import exchange
from xietong.cli import main
from xietong.errors import PackError, Problems, XietongError
from xietong.library.exports import as_csv, export, rows_of
from xietong.library.foreign import read_foreign
from xietong.library.guard import guarded
from xietong.library.pack import Pack, read_pack
from xietong.library.sdmx import SCALES, SIMPLE, scaled, unscaled
from xietong.library.workbooks import blocks, read_block

ORIGIN = {"publisher": "虚构统计局", "title": "虚构年鉴", "locator": "表1", "licence": "test", "grade": "official", "access": "public", "edition": "2024"}  # fmt: skip


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "packs" / "jingjinji", tmp_path / "packs" / "region"))


def yearbook(path: Path, order: list[int] | None = None) -> Path:
    """Write made-up tables the way a yearbook prints them: merged heads, a unit in the title, notes, two blocks."""
    rows = [
        ("石家庄", "7,100.6", 7534.2, 1122.3, 1123.4),
        ("唐 山", 8900.7, 9133.3, 770.6, "…"),
        ("秦皇岛市", 1909.5, 2001.0, 309.8, 310.7),
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet, plain = book.add_worksheet("2-1"), book.add_format()
        sheet.merge_range("A1:E1", "2-1 各市地区生产总值和人口", plain)
        sheet.write("E2", "单位：亿元")
        sheet.merge_range("A3:A4", "地 区", plain)
        sheet.merge_range("B3:C3", "地区生产总值", plain)
        sheet.merge_range("D3:E3", "年末常住人口（万人）", plain)
        sheet.write_row("B4", (2022, 2023, 2022, 2023))
        for at, row in enumerate(rows[k] for k in order or range(len(rows))):
            sheet.write_row(4 + at, 0, row)
        sheet.write("A8", "注：2023年为初步数。")
        sheet.write("A11", "二、研发强度（%）")
        sheet.write_row("A12", ("地区", "2021", "2022"))
        sheet.write_row("A13", ("北京", 6.5, 6.8))
        sheet.write_row("A14", ("天津", 3.6, 3.5))
        book.add_worksheet("空表")
    return path


def confirmed(mapping: Path, **changes: str) -> Path:
    """Fill in the publication of a proposed mapping, as a person would."""
    text = mapping.read_text(encoding="utf-8")
    for key, value in (ORIGIN | changes).items():
        text = text.replace(f'{key} = ""', f'{key} = "{value}"')
    mapping.write_text(text, encoding="utf-8")
    return mapping


def proposed(file: Path, pack: Path) -> Path:
    mapping = file.with_suffix(".toml")
    exchange.propose(file, pack, mapping)
    return confirmed(mapping)


def test_blocks_of_a_yearbook_sheet(tmp_path: Path) -> None:
    first, second = blocks(yearbook(tmp_path / "y.xlsx"), "y.xlsx")
    assert (first.sheet, first.cells, first.header, first.unit) == ("2-1", "A3:E7", 2, "亿元")
    assert first.title == "2-1 各市地区生产总值和人口"
    assert first.notes == ("注：2023年为初步数。",)
    assert first.table.header == ("地 区", "地区生产总值 / 2022", "地区生产总值 / 2023", "年末常住人口（万人） / 2022", "年末常住人口（万人） / 2023")  # fmt: skip
    assert first.table.rows[0] == ("石家庄", "7,100.6", "7534.2", "1122.3", "1123.4")
    assert first.table.lines == (5, 6, 7)
    assert (second.cells, second.title, second.table.rows[1]) == (
        "A12:C14",
        "二、研发强度（%）",
        ("天津", "3.6", "3.5"),
    )


def test_a_yearbook_comes_in_by_a_confirmed_mapping_and_only_once(tmp_path: Path, pack: Path) -> None:
    file = yearbook(tmp_path / "y.xlsx")
    mapping = proposed(file, pack)
    made = exchange.bring(file, mapping, pack)
    assert [(one.values, one.changed) for one in made] == [(11, True), (4, True)]
    found = {
        (one.concept, one.place, one.period): (one.text, one.unit_text)
        for one in read_pack(pack).observations
        if "table" in one.table.rpartition("/")[2]
    }
    assert found["gdp.nominal", "130100", "2022"] == ("7100.6", "亿元")
    assert found["population.resident", "130300", "2023"] == ("310.7", "万人")
    assert ("population.resident", "130200", "2023") not in found
    assert found["rd.intensity", "120000", "2022"] == ("3.5", "%")
    before = {one.name: one.read_bytes() for one in (pack / "tables").iterdir()}
    assert [one.changed for one in exchange.bring(file, mapping, pack)] == [False, False]
    yearbook(file, [2, 0, 1])
    assert [one.changed for one in exchange.bring(file, mapping, pack)] == [False, False]
    assert {one.name: one.read_bytes() for one in (pack / "tables").iterdir()} == before


def test_a_proposal_is_no_import(tmp_path: Path, pack: Path) -> None:
    file, mapping = yearbook(tmp_path / "y.xlsx"), tmp_path / "m.toml"
    assert exchange.propose(file, pack, mapping) == 2
    with pytest.raises(Problems) as caught:
        exchange.bring(file, mapping, pack)
    assert len(caught.value.errors) == 12
    assert "the publication has no publisher" in caught.value.text()
    with pytest.raises(PackError, match="may have been worked on"):
        exchange.propose(file, pack, mapping)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('thousands = ","', 'thousands = ""', "'7,100.6' is no plain number"),
        ('missing = ["…"]', "missing = []", "'…' is no plain number"),
        (
            'indicator = "gdp.nominal", unit = "亿元", period = "2022"',
            'indicator = "gdp.nominl", unit = "亿元", period = "2022"',
            "no concept 'gdp.nominl'",
        ),
        (
            'indicator = "gdp.nominal", unit = "亿元", period = "2022"',
            'indicator = "gdp.nominal", unit = "万人", period = "2022"',
            "cannot be converted",
        ),
        ('period = "2022" }', 'period = "last year" }', "'last year' is no date"),
        ('cells = "A3:E7"', 'cells = "A1-E7"', "'A1-E7' is no range of cells"),
        ('sheet = "2-1"', 'sheet = "2-2"', "no sheet '2-2'"),
        ('place = "地 区"', 'place = "地区名"', "no column '地区名'"),
        ('grade = "official"', 'grade = "good"', "no grade 'good'"),
    ],
)
def test_nothing_enters_when_anything_is_wrong(tmp_path: Path, pack: Path, old: str, new: str, says: str) -> None:
    file = yearbook(tmp_path / "y.xlsx")
    mapping = proposed(file, pack)
    text = mapping.read_text(encoding="utf-8")
    assert old in text
    mapping.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = {one.name: one.read_bytes() for one in pack.rglob("*") if one.is_file()}
    with pytest.raises(XietongError) as caught:
        exchange.bring(file, mapping, pack)
    assert says in caught.value.text()
    assert {one.name: one.read_bytes() for one in pack.rglob("*") if one.is_file()} == before


def test_unknown_and_ambiguous_places_come_with_their_lines(tmp_path: Path, pack: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(
        "地区,指标,年,值\n桥西区,GDP,2020,1\n乌有市,GDP,2020,2\n石家庄市,GDP,2020年,3\n石家庄市,GDP,2020,4\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[tables.some]\nfile = "c.csv"\nkind = "figures"\ncolumns = { place = "地区", indicator = "指标", period = "年", value = "值" }\n'
        'constants = { unit = "亿元" }\nindicators = { "GDP" = "gdp.nominal" }\n[tables.some.origin]\n'
        + "".join(f'{key} = "{value}"\n' for key, value in ORIGIN.items()),
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        exchange.bring(file, mapping, pack)
    told = [(error.where, error.what) for error in caught.value.errors]
    assert [where for where, _ in told] == ["c.csv:2", "c.csv:3", "c.csv:5"]
    assert "several places" in told[0][1]
    assert "no place '乌有市'" in told[1][1]
    assert "is 3 at c.csv:4 and 4 here" in told[2][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_csv_of_any_usual_kind(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(f"地区{sign}产值\r\n石家庄{sign}1.5\r\n".encode(encoding))
    table = read_foreign(path, "c.csv")
    assert (table.header, table.rows, table.lines) == (("地区", "产值"), (("石家庄", "1.5"),), (2,))


def test_text_that_was_garbled_before_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("a,b\n1,锟斤拷\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"c\.csv:2: .*garbled"):
        read_foreign(tmp_path / "c.csv", "c.csv")
    (tmp_path / "d.csv").write_bytes(b"a,b\n\xff\xff\xff\n")
    with pytest.raises(PackError, match="neither in UTF-8 nor in GB18030"):
        read_foreign(tmp_path / "d.csv", "d.csv")


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_broken_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.xlsx").write_bytes(content)
    with pytest.raises(PackError, match="no workbook"):
        read_block(tmp_path / "b.xlsx", "b.xlsx", "", "", 1)


def test_sdmx_csv_goes_out_and_comes_back(tmp_path: Path, pack: Path) -> None:
    old = read_pack(pack)
    shown = sorted(
        {
            one.concept
            for one in old.observations
            if Path(one.table).stem in ("technology-flows", "ports", "gdp-census-2018")
        }
    )
    (file,), left = export(old, "sdmx-csv", tmp_path, shown)
    assert left == 0
    lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert lines[0][:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    wanted = [one for one in old.observations if one.concept in shown]
    one_origin = wanted[0].origin
    kept = [line for line in lines[1:] if line[7] == one_origin]
    (tmp_path / "in.csv").write_text(
        "\n".join(",".join(f'"{cell}"' for cell in line) for line in [lines[0], *kept]) + "\n", encoding="utf-8"
    )
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[tables.returned]\nfile = "in.csv"\nkind = "figures"\n[tables.returned.origin]\n'
        + "".join(f'{k} = "{v}"\n' for k, v in ORIGIN.items()),
        encoding="utf-8",
    )
    exchange.bring(tmp_path / "in.csv", mapping, pack)
    back = [one for one in read_pack(pack).observations if one.table.endswith("/returned.csv")]
    told = {
        (o.concept, o.place, o.to, o.period, o.value, o.half_width, o.flag, o.benchmark)
        for o in wanted
        if o.origin == one_origin
    }
    assert {(o.concept, o.place, o.to, o.period, o.value, o.half_width, o.flag, o.benchmark) for o in back} == told


def test_sdmx_csv_of_version_one_is_read(tmp_path: Path, pack: Path) -> None:
    file, mapping = tmp_path / "v1.csv", tmp_path / "m.toml"
    file.write_text(
        "DATAFLOW,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS\nX:Y(1.0),gdp.nominal,130100,2023,7534.2,元,8,P\n",
        encoding="utf-8",
    )
    mapping.write_text(
        '[tables.one]\nfile = "v1.csv"\nkind = "figures"\n[tables.one.origin]\n'
        + "".join(f'{k} = "{v}"\n' for k, v in ORIGIN.items()),
        encoding="utf-8",
    )
    exchange.bring(file, mapping, pack)
    (one,) = [one for one in read_pack(pack).observations if one.table.endswith("/one.csv")]
    assert (one.value, one.unit_text, one.flag.name) == (7534.2, "亿元", "PRELIMINARY")


@given(st.sampled_from([scale + name for scale in ("", *SCALES) for name in SIMPLE] + ["%", "元/人", "2014=100"]))
def test_units_keep_their_power_of_ten(unit: str) -> None:
    assert unscaled(*scaled(unit)) == unit


@settings(max_examples=200)
@given(
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]),
    st.text(max_size=8),
    st.sampled_from(["", " ", '"', "'"]),
)
def test_no_text_begins_a_formula(sign: str, rest: str, before: str) -> None:
    assert guarded(before + sign + rest).startswith("'")


@given(st.text(min_size=1, max_size=8).filter(lambda text: text[0].isalnum()))
def test_plain_texts_are_left_alone(text: str) -> None:
    assert guarded(text) == text


def dangerous(pack: Path) -> Pack:
    """Put what spreadsheets take for formulas into notes and titles."""
    notes = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", ' =HYPERLINK("http://127.0.0.1")', "＝1"]
    table = pack / "tables" / "output.csv"
    lines = [f'130,20{31 + at},,1.5,press,,"{note.replace(chr(34), chr(34) * 2)}"' for at, note in enumerate(notes)]
    table.write_text(table.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    return read_pack(pack)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_spreadsheet_computes_nothing_that_was_written(tmp_path: Path, form: str) -> None:
    office = needed("localc")
    pack = dangerous(Path(shutil.copytree(SMALL / "pack", tmp_path / "small" / "pack")))
    (file,), _ = export(pack, form, tmp_path / "out")
    options = ["--infilter=CSV:44,34,76,1"] if form == "csv" else []
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", *options, "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", "--outdir", str(tmp_path / "opened"), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    opened = list(
        csv.DictReader(io.StringIO((tmp_path / "opened" / f"{file.stem}.csv").read_text(encoding="utf-8-sig")))
    )
    notes = {
        row["period"]: row["note"].lstrip("'") for row in opened if row["period"] in {f"20{31 + at}" for at in range(6)}
    }
    assert notes["2031"] == "=1+1"
    assert notes["2033"] == "-2+3"
    assert notes["2036"] == "＝1"
    assert all(float(row["value"]) == float(row["value"]) for row in opened)


def test_every_format_holds_every_observation_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    pack = read_pack(SMALL / "pack")
    for form in ("csv", "xlsx", "parquet", "sdmx-csv", "schema"):
        first, _ = export(pack, form, tmp_path / "one")
        second, _ = export(pack, form, tmp_path / "two")
        assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second], form
    rows = duckdb.sql(
        f"select count(*), sum(value), typeof(any_value(published)) from '{tmp_path}/one/{pack.id}.parquet'"
    ).fetchone()
    assert rows is not None
    assert rows[0] == len(pack.observations)
    assert rows[1] == pytest.approx(sum(one.value for one in pack.observations))
    assert rows[2] == "VARCHAR"
    table = list(csv.DictReader(io.StringIO(as_csv(rows_of(pack)[0]).decode("utf-8-sig"))))
    assert [float(row["value"]) for row in table] == [one.value for one in pack.observations]
    sheet = read_block(tmp_path / "one" / f"{pack.id}.xlsx", "x", "observations", "", 1)
    assert len(sheet.rows) == len(pack.observations)


def test_internal_figures_stay_inside_unless_asked_for(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL / "pack", tmp_path / "small" / "pack"))
    sidecar = folder / "tables" / "output.toml"
    sidecar.write_text(
        sidecar.read_text(encoding="utf-8").replace('access = "public"', 'access = "internal"', 1), encoding="utf-8"
    )
    pack = read_pack(folder)
    some, left = rows_of(pack)
    all_rows, none = rows_of(pack, internal=True)
    assert left > 0
    assert (none, len(all_rows)) == (0, len(some) + left)
    done = CliRunner().invoke(main, ["export", str(folder), "--to", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert f"{left} lines of internal publications left out" in done.output


def test_schemas_describe_the_tables_as_they_are(tmp_path: Path) -> None:
    """Table Schema: fields in the order of the file, types, a key, and the codes that may stand there."""
    pack = read_pack(ROOT / "packs" / "jingjinji")
    export(pack, "schema", tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == len(pack.tables)
    for resource in random.Random(1).sample(package["resources"], 12):
        schema = json.loads((tmp_path / resource["schema"]).read_text(encoding="utf-8"))
        with (pack.path / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [field["name"] for field in schema["fields"]] == list(rows[0])
        for field in schema["fields"]:
            values = [row[field["name"]] for row in rows if row[field["name"]] not in schema["missingValues"]]
            if field["type"] == "number":
                assert all(float(value) == float(value) for value in values)
            if allowed := field.get("constraints", {}).get("enum"):
                assert set(values) <= set(allowed)


def test_the_verbs_say_what_they_did(tmp_path: Path, pack: Path) -> None:
    file = yearbook(tmp_path / "y.xlsx")
    run = CliRunner().invoke
    first = run(main, ["import", str(file), "--pack", str(pack)])
    assert first.output == f"2 tables proposed in {tmp_path.as_posix()}/y.mapping.toml\n"
    mapping = confirmed(tmp_path / "y.mapping.toml")
    second = run(main, ["import", str(file), "--pack", str(pack), "--mapping", str(mapping)])
    assert second.output == "table-2-1: 11 values written\ntable: 4 values written\n"
    third = run(main, ["import", str(file), "--pack", str(pack), "--mapping", str(mapping)])
    assert third.output == "table-2-1: 11 values unchanged\ntable: 4 values unchanged\n"
    checked = run(main, ["check", str(tmp_path), "--mapping", str(mapping)])
    assert checked.exit_code == 1 or "2 tables" in checked.output
