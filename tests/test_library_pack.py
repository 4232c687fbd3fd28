"""A pack is read whole: every problem at once, each with file and line, and nothing is dropped on the way."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Workshop

from xietong.errors import Problems
from xietong.library.pack import pack_digest, read_pack

OUTPUT, SIDECAR = "pack/tables/output.csv", "pack/tables/output.toml"
ROW = "120,2019,800,,new-book"


@dataclass(frozen=True)
class Fault:
    """One change of the small pack, where the message must point, and what it must say."""

    file: str
    old: str
    new: str
    at: str
    says: str
    in_file: str = ""


FAULTS = {
    "unknown column": Fault(OUTPUT, "place,period,output,", "place,period,outptu,", "place,", "column.*'outptu'"),
    "column missing": Fault(OUTPUT, "place,period,output,", "place,period,outptu,", "place,", "column 'output' is missing"),
    "column twice": Fault(OUTPUT, "origin,flag,note", "origin,flag,flag", "place,", "column 'flag' stands twice"),
    "unknown place": Fault(OUTPUT, ROW, "121,2019,800,,new-book", "121,", "no place '121'(.|\n)*closest: 120"),
    "unknown destination": Fault("pack/tables/deals.csv", "110,pair,", "110,pear,", "110,pear", "'pear'(.|\n)*pair"),
    "empty place": Fault(OUTPUT, ROW, ",2019,800,,new-book", ",2019", "the place is empty"),
    "unknown concept": Fault(
        SIDECAR, '[columns.output]\nconcept = "output.nominal"', '[columns.output]\nconcept = "output.nominl"',
        'concept = "output.nominl"', "no concept 'output.nominl'(.|\n)*output.nominal",
    ),
    "unit of another dimension": Fault(SIDECAR, 'unit = "亿元"', 'unit = "万人"', 'unit = "万人"', "cannot be converted"),
    "unknown unit": Fault(SIDECAR, 'unit = "亿元"', 'unit = "亿园"', 'unit = "亿园"', "no unit '亿园'"),
    "bad number": Fault(OUTPUT, ROW, '120,2019,"1,800",,new-book',  '120,2019,"', "'1,800' is not a plain number"),
    "bad period": Fault(OUTPUT, ROW, "120,2019年,800,,new-book", "120,2019年", "'2019年' is no date"),
    "empty period": Fault(OUTPUT, ROW, "120,,800,,new-book", "120,,", "'' is no date"),
    "missing origin": Fault(OUTPUT, ROW, "120,2019,800,,", "120,2019,800", "the origin is empty"),
    "unknown origin": Fault(OUTPUT, ROW, "120,2019,800,,new-bok", "120,2019,800", "'new-bok'(.|\n)*new-book"),
    "unknown flag": Fault(OUTPUT, ROW + ",,", ROW + ",revisd,", "120,2019,800", "no flag 'revisd'(.|\n)*revised"),
    "duplicate line": Fault(OUTPUT, "120,2019,790,,early", "110,2019,1481,,early", "110,2019,1481", "keep one"),
    "too many cells": Fault(OUTPUT, ROW + ",,", ROW + ",,,x", "120,2019,800", "8 cells under 7 column names"),
    "bad edition": Fault(SIDECAR, 'edition = "2020-06-01"', 'edition = "2020-06-31"', 'edition = "2020-06-31"', "no date"),
    "bad grade": Fault(SIDECAR, 'grade = "media"', 'grade = "medium"', 'grade = "medium"', "no grade 'medium'"),
    "bad access": Fault(
        SIDECAR, 'grade = "media"\naccess = "public"', 'grade = "media"\naccess = "secret"', 'access = "secret"', "access"
    ),
    "origin key missing": Fault(SIDECAR, 'title = "虚构新闻"\n', "", "[origins.press]", "'title' is missing"),
    "origin key unknown": Fault(SIDECAR, 'title = "虚构新闻"', 'titel = "虚构新闻"', "titel", "unknown key 'titel'"),
    "unknown benchmark of an origin": Fault(
        SIDECAR, 'benchmark = "old"', 'benchmark = "odl"', 'benchmark = "odl"', "no benchmark 'odl'(.|\n)*old"
    ),
    "benchmark of another family": Fault(
        SIDECAR, 'benchmark = "old"', 'benchmark = "count-1"', "three,2014", "no benchmark of 'economic' 'count-1'", OUTPUT
    ),
    "member unknown": Fault(
        "pack/perimeters.toml", 'members = ["120", "130"]', 'members = ["120", "131"]', 'members = ["120", "131"]', "'131'"
    ),
    "member twice": Fault(
        "pack/perimeters.toml", 'members = ["120", "130"]', 'members = ["120", "120"]', 'members = ["120", "120"]', "twice"
    ),
    "members no list": Fault(
        "pack/perimeters.toml", 'members = ["120", "130"]', 'members = "120"', 'members = "120"', "must be a list"
    ),
    "perimeter is a place": Fault("pack/perimeters.toml", "[pair]", "[120]", "[120]", "a place has that code"),
    "place twice": Fault("pack/places.csv", "130,北省", "120,北省", "120,北省", "'120' stands twice"),
    "parent unknown": Fault("pack/places.csv", "province,100,,\n130", "province,101,,\n130", "120,", "no place '101'"),
    "places of other columns": Fault("pack/places.csv", "code,", "id,", "id,", "wanted are code"),
    "unit of a concept": Fault("pack/concepts.toml", 'unit = "万人"', 'unit = "万口"', 'unit = "万口"', "no unit '万口'"),
    "kind of a concept": Fault("pack/concepts.toml", 'kind = "count"', 'kind = "cuont"', 'kind = "cuont"', "count"),
    "adds of a concept": Fault(
        "pack/concepts.toml", '"weighted by people.resident"', '"weighted by people"', 'adds = "weighted by people"', "adds"
    ),
    "family of a concept": Fault(
        "pack/concepts.toml", 'benchmarks = "people"', 'benchmarks = "peopel"', 'benchmarks = "peopel"', "closest: people"
    ),
    "benchmark without a name": Fault(
        "pack/pack.toml", 'order = ["old", "new"]', 'order = ["old", "new", "newer"]', "[benchmarks.economic.names]", "newer"
    ),
}  # fmt: skip


def apply(small: Workshop, fault: Fault) -> None:
    small.edit(fault.file, fault.old, fault.new)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_found_with_its_line(small: Workshop, name: str) -> None:
    fault = FAULTS[name]
    apply(small, fault)
    where = small.line(fault.in_file or fault.file, fault.at)
    found = [error for error in small.pack_errors() if error.where == where and re.search(fault.says, error.text())]
    assert len(found) == 1, [error.text() for error in small.pack_errors()]


def test_all_faults_of_all_files_come_in_one_run(small: Workshop) -> None:
    names = ("unknown place", "unknown destination", "bad edition", "unknown benchmark of an origin", "member unknown",
             "parent unknown", "kind of a concept", "origin key unknown")  # fmt: skip
    for name in names:
        apply(small, FAULTS[name])
    first = small.append(OUTPUT, "110,2018,x,,new-book,,\n119,2018,1x,,new-book,,\n110,2018,7,,nowhere,,\n")
    small.write("pack/tables/orphan.toml", 'title = "孤 | orphan"\n')
    small.write("pack/tables/bare.csv", "place,period,output,origin\n110,2019,1,here\n")
    errors = small.pack_errors()
    told = [(error.where, error.text()) for error in errors]
    for name in names:
        fault = FAULTS[name]
        where = small.line(fault.in_file or fault.file, fault.at)
        assert any(at == where and re.search(fault.says, text) for at, text in told), name
    for offset, says in enumerate(("'x' is not a plain number", "no place '119'", "'nowhere'")):
        assert any(at == f"small/{OUTPUT}:{first + offset}" and says in text for at, text in told), says
    assert any(at == f"small/{OUTPUT}:{first + 1}" and "'1x' is not a plain number" in text for at, text in told)
    assert any(at == "small/pack/tables/orphan.toml" and "without its table" in text for at, text in told)
    assert any(at == "small/pack/tables/bare.toml" and "does not exist" in text for at, text in told)
    assert str(Problems("pack", errors)).startswith(f"pack: {len(errors)} problems\n")


def test_each_file_of_a_pack_is_missed(small: Workshop) -> None:
    for name in ("pack.toml", "concepts.toml", "places.csv", "perimeters.toml"):
        (small.path / "pack" / name).unlink()
    missed = {error.where for error in small.pack_errors() if "does not exist" in error.what}
    assert missed == {f"small/pack/{name}" for name in ("pack.toml", "concepts.toml", "places.csv", "perimeters.toml")}


def test_a_folder_that_is_not_there_is_told(small: Workshop) -> None:
    with pytest.raises(Problems, match="no such folder"):
        read_pack(small.path / "nowhere", "small/nowhere")


def test_a_pack_without_observations_is_refused(small: Workshop) -> None:
    for file in (small.path / "pack/tables").glob("*"):
        file.unlink()
    (error,) = small.pack_errors()
    assert error.what == "no table holds an observation"


def test_a_table_in_another_encoding_does_not_hide_the_others(small: Workshop) -> None:
    (small.path / "pack/tables/deals.csv").write_bytes(
        small.read("pack/tables/deals.csv").encode() + "北".encode("gbk")
    )
    apply(small, FAULTS["bad number"])
    told = [error.text() for error in small.pack_errors()]
    assert any("small/pack/tables/deals.csv" in text and "UTF-8" in text for text in told)
    assert any("not a plain number" in text for text in told)


@pytest.mark.parametrize("value", ['"x"', "3", "[1]"])
@pytest.mark.parametrize(
    ("file", "key"), [("pack/pack.toml", "[benchmarks.economic.names]"), (SIDECAR, "[origins.press]"), (SIDECAR, "[columns.output]"),
                      ("pack/perimeters.toml", "[pair]"), ("pack/concepts.toml", '["people.resident"]')],
)  # fmt: skip
def test_a_table_of_the_wrong_type_is_a_problem_and_no_crash(small: Workshop, file: str, key: str, value: str) -> None:
    text = small.read(file)
    begin = text.index(key)
    end = text.find("\n\n", begin)
    block = text[begin : end if end > 0 else len(text)]
    table = key.strip("[]")
    rest = text.replace(block, "")
    small.write(file, f"{table} = {value}\n" + rest if "." not in table or table.startswith('"') else rest)
    if "." in table and not table.startswith('"'):
        parent, _, last = table.rpartition(".")
        head = f"[{parent}]\n"
        small.write(
            file,
            rest.replace(head, f"{head}{last} = {value}\n") if head in rest else f"{rest}\n{head}{last} = {value}\n",
        )
    assert small.pack_errors()


def test_nothing_is_dropped_every_filled_cell_is_one_observation(small: Workshop) -> None:
    pack = small.pack()
    for table in pack.tables:
        with (small.path / "pack/tables" / f"{Path(table.name).name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        columns = [name for name in rows[0] if name not in ("place", "to", "period", "origin", "flag", "note")]
        assert len(table.observations) == sum(bool(row[name]) for row in rows for name in columns)


def test_nothing_of_the_real_pack_is_dropped() -> None:
    pack = read_pack(ROOT / "packs/jingjinji")
    reserved = {"place", "to", "period", "base", "origin", "flag", "benchmark", "note"}
    filled = 0
    for file in (ROOT / "packs/jingjinji/tables").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            filled += sum(
                bool(row[name].strip()) for row in csv.DictReader(stream) for name in row if name not in reserved
            )
    assert len(pack.observations) == filled


def test_an_observation_carries_what_was_printed(small: Workshop) -> None:
    (one,) = [one for one in small.pack().observations if one.origin == "output:press"]
    assert (one.published.text, one.unit_text, one.value, one.half_width) == ("0.15", "万亿元", 1500.0, 50.0)
    assert (one.benchmark, one.where) == ("new", small.line(OUTPUT, "110,2019,,0.15"))


def test_a_row_keeps_its_line_after_a_cell_over_two_lines(small: Workshop) -> None:
    found = {
        (one.place, one.period): one.where for one in small.pack().observations if one.concept == "people.resident"
    }
    assert found["120", "2014"] == small.line("pack/tables/people.csv", "120,2014")
    assert found["130", "2014"] == small.line("pack/tables/people.csv", "130,2014")


def test_a_row_may_state_its_own_benchmark_and_flag(small: Workshop) -> None:
    small.write(OUTPUT, "place,period,output,output_wan,origin,flag,benchmark\n120,2014,777,,undated,estimated,old\n")
    (one,) = [one for one in small.pack().observations if one.origin == "output:undated"]
    assert (one.benchmark, one.flag.name) == ("old", "ESTIMATED")


def test_the_digest_moves_with_every_byte_and_with_names(small: Workshop) -> None:
    before = pack_digest(small.path / "pack")
    assert before == pack_digest(small.path / "pack")
    small.edit(OUTPUT, "rounds 1500.5", "rounds 1500.6")
    after = pack_digest(small.path / "pack")
    assert after != before
    for suffix in (".csv", ".toml"):
        (small.path / f"pack/tables/deals{suffix}").rename(small.path / f"pack/tables/trade{suffix}")
    assert pack_digest(small.path / "pack") not in (before, after)


def test_nothing_that_lies_among_the_tables_is_passed_over(small: Workshop) -> None:
    small.write("pack/tables/output.xlsx", "no table")
    (small.path / "pack/tables/older").mkdir()
    told = [error.text() for error in small.pack_errors()]
    assert [text.split(": ")[0] for text in told] == ["small/pack/tables/older", "small/pack/tables/output.xlsx"]
    assert all("this is no table" in text for text in told)


def test_other_words_for_a_place_are_read_and_checked(small: Workshop) -> None:
    small.append("pack/pack.toml", '\n[also]\n110 = ["首府", "the capital"]\n')
    assert small.pack().also == {"110": ("首府", "the capital")}
    first = small.line("pack/pack.toml", "110 =")
    small.edit("pack/pack.toml", '110 = ["首府", "the capital"]', '111 = ["首府"]\n120 = "the port"')
    unknown, wrong = small.pack_errors()
    assert "no place '111'" in unknown.text()
    assert str(unknown.where) == first
    assert "the words for 120 must be a list of texts" in wrong.text()
