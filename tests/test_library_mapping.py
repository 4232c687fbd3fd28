"""Mappings: files as people have them become sheets, still as written and with the line of every row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xietong.errors import Problems
from xietong.library.mapping import Mappings, read_mappings, read_sheets
from xietong.library.names import Names
from xietong.library.sheets import Flows, Items, Sheets

LONG = """
[tables.long]
file = "long.csv"
kind = "figures"
columns = { place = "地区", code = "代码", indicator = "指标", period = "年", value = "值" }
constants = { unit = "亿元" }
indicators = { "总值" = "output" }
[concepts.output]
kind = "amount"
adds = "sum"
parts = ["一产", "二产"]
sample = 0.1
"""


def sheets(folder: Path, mapping: str, **files: str) -> Sheets:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_sheets(folder, mappings(folder, mapping))


def mappings(folder: Path, text: str) -> Mappings:
    (folder / "m.toml").write_text(text, encoding="utf-8")
    return read_mappings(folder / "m.toml")


def test_a_long_table_keeps_what_is_written_and_its_line(tmp_path: Path) -> None:
    table = "代码,地区,指标,年,值\n1,甲,总值,2020,1.50\n1,甲,总值,2019,…\n2,乙,总值,2020,3\n2,乙,一产,2020,4\n"
    (figures,) = sheets(tmp_path, LONG, long=table).figures()
    assert list(figures.text) == ["1.50", "…", "3", "4"]
    assert (figures.where(2), figures.unit[3], figures.source[0]) == ("long.csv:4", "亿元", "")
    panel = figures.panels["总值"]
    assert (panel.places, panel.periods) == (("1", "2"), ("2019", "2020"))
    assert np.array_equal(panel.values, [[np.nan, 1.5], [np.nan, 3]], equal_nan=True)
    assert (panel.where(1, 1), panel.text(0, 0), panel.text(1, 0), panel.name(1)) == ("long.csv:4", "…", "", "乙")
    assert panel.concept is not None
    assert (panel.concept.id, panel.concept.parts, figures.meanings["总值"].sample) == ("output", ("一产", "二产"), 0.1)
    assert figures.panels["一产"].concept is None


def test_the_first_row_of_a_cell_counts_and_the_others_are_told(tmp_path: Path) -> None:
    table = "代码,地区,指标,年,值\n1,甲,总值,2020,1\n1,甲,总值,2020,2\n2,乙,总值,2020,3\n"
    (figures,) = sheets(tmp_path, LONG, long=table).figures()
    panel = figures.panels["总值"]
    assert panel.values.tolist() == [[1.0], [3.0]]
    assert panel.repeated.tolist() == [1]


def test_a_wide_table_gives_a_block_for_each_column(tmp_path: Path) -> None:
    text = """
    [tables.wide]
    file = "wide.csv"
    kind = "figures"
    columns = { place = "地区" }
    constants = { period = "2020" }
    values."人口（万人）" = { indicator = "人口", unit = "万人" }
    values."面积" = { indicator = "面积", unit = "平方公里", period = "2019" }
    """
    (figures,) = sheets(tmp_path, text, wide="地区,人口（万人）,面积\n甲,5,7\n乙,6,8\n").figures()
    assert figures.value.tolist() == [5, 6, 7, 8]
    assert figures.unit.texts() == ["万人", "万人", "平方公里", "平方公里"]
    assert figures.period.texts() == ["2020", "2020", "2019", "2019"]
    assert [figures.where(row) for row in (0, 2)] == ["wide.csv:2", "wide.csv:2"]


def test_registers_and_flows_keep_their_other_columns(tmp_path: Path) -> None:
    text = """
    [tables.items]
    file = "items.csv"
    kind = "items"
    columns = { name = "名称", lon = "经度" }
    constants = { datum = "BD-09" }
    [tables.flows]
    file = "flows.csv"
    kind = "flows"
    columns = { from = "自", to = "至", value = "量" }
    """
    found = sheets(tmp_path, text, items="名称,经度,级\n院,116.1,三\n", flows="自,至,量,式\n甲,乙,3,车\n乙,甲,,机\n")
    items, flows = found.all
    assert isinstance(items, Items)
    assert isinstance(flows, Flows)
    assert (items.role("datum"), items.role("lat"), items.attributes) == (("BD-09",), ("",), {"级": ("三",)})
    assert np.array_equal(flows.value, [3, np.nan], equal_nan=True)
    assert flows.attributes == {"式": ("车", "机")}


def test_all_problems_of_a_mapping_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = LONG.replace('kind = "figures"', 'kind = "figure"').replace('adds = "sum"', 'add = "sum"')
    text = text.replace("sample = 0.1", 'sample = "tenth"')
    with pytest.raises(Problems) as caught:
        mappings(tmp_path, text)
    told = [error.where.rpartition(":")[2] + " " + error.what for error in caught.value.errors]
    assert told == ["4 no kind 'figure'", "10 unknown key 'add'", "12 'sample' must be a number, not 'tenth'"]


def test_a_file_that_is_not_there_and_a_column_that_is_not_there(tmp_path: Path) -> None:
    more = LONG + '[tables.other]\nfile = "other.csv"\nkind = "figures"\ncolumns = { place = "p" }\n'
    with pytest.raises(Problems) as caught:
        sheets(tmp_path, more, long="代码,地区,指标,年份,值\n")
    assert [error.where for error in caught.value.errors] == ["long.csv:1", "other.csv"]
    assert "no column '年'" in caught.value.text()


def test_names_keep_every_text_once() -> None:
    names = Names.of(["b", "a", "b"])
    assert (names.labels, names.texts(), names[2], len(names)) == (("b", "a"), ["b", "a", "b"], "b", 3)
    assert names.is_in(["a"]).tolist() == [False, True, False]
