"""Units, periods, printed numbers, TOML documents and raw tables: the words that a pack is written in."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xietong.errors import PackError, UnitMismatch, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.numbers import read_number
from xietong.library.periods import span, years
from xietong.library.raw import RawTable
from xietong.library.units import alike, conversion, unit

UNITS = ("亿元", "万亿元", "元", "万元", "千元", "亿元/万人", "元/人", "万元/人", "%", "1", "百分点", "‰", "倍", "人", "万人",
         "亿人", "吨", "亿吨", "标准箱", "万标准箱", "公里", "件/万人", "微克/立方米", "nat", "点", "2014=100")  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("万亿元", "亿元", 10**4), ("亿元", "万亿元", Fraction(1, 10**4)), ("亿元/万人", "元/人", 10**4),
        ("%", "1", Fraction(1, 100)), ("‰", "%", Fraction(1, 10)), ("1", "百分点", 100), ("倍", "1", 1),
        ("亿人", "万人", 10**4), ("万标准箱", "标箱", 10**4), ("亿吨", "万吨", 10**4), ("人/人", "1", 1),
        ("2014=100", "点", 1), ("点", "2010=100", 1), ("万元", "元", 10**4), ("件/万人", "件/人", Fraction(1, 10**4)),
    ],
)  # fmt: skip
def test_units_convert_exactly(source: str, target: str, factor: int | Fraction) -> None:
    assert conversion(source, target) == factor


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_conversions_chain_and_turn_back(first: str, second: str, third: str) -> None:
    one, two, three = unit(first), unit(second), unit(third)
    if alike(one, two):
        assert conversion(first, second) * conversion(second, first) == 1
        if alike(two, three) and alike(one, three):
            assert conversion(first, second) * conversion(second, third) == conversion(first, third)
    else:
        with pytest.raises(UnitMismatch):
            conversion(first, second)


def test_a_mismatch_names_both_units_and_why() -> None:
    with pytest.raises(UnitMismatch, match="'亿元' cannot be converted into '万人'") as caught:
        conversion("亿元", "万人", "concept output")
    assert caught.value.who == "concept output"
    assert "different things" in caught.value.why
    assert "万人" in caught.value.ways[0]


def test_two_bases_of_an_index_never_meet() -> None:
    with pytest.raises(UnitMismatch, match="2010=100") as caught:
        conversion("2010=100", "2014=100")
    assert caught.value.why == "two bases of an index"


@pytest.mark.parametrize(("text", "close"), [("万人口", "万人"), ("元/", "元"), ("百分", "百分点")])
def test_an_unknown_unit_offers_the_nearest(text: str, close: str) -> None:
    with pytest.raises(UnknownName) as caught:
        unit(text)
    assert text == "元/" or close in caught.value.text()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-Q3", "2023-07-01", "2023-09-30"), ("2020-11-01", "2020-11-01", "2020-11-01"),
        ("2014/2020", "2014-01-01", "2020-12-31"), ("2020/2020-06", "2020-01-01", "2020-06-30"),
    ],
)  # fmt: skip
def test_periods_cover_their_days(text: str, first: str, last: str) -> None:
    covered = span(text)
    assert (covered.start.isoformat(), covered.end.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "23", "2023-13", "2023-02-30", "2023-Q5", "2023/", "2023年", "２０２３", "0000", "2020/2014", "a/b"]
)
def test_what_is_no_period_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(PackError) as caught:
        span(text, "table")
    assert "/" in text or text in caught.value.what
    assert caught.value.ways


def test_a_range_of_years_is_expanded() -> None:
    assert years("2014..2016") == ["2014", "2015", "2016"]
    assert years("2014/2020") == ["2014/2020"]


@pytest.mark.parametrize("text", ["2016..2014", "2014..", "..2014", "2014..x", "14..16"])
def test_a_broken_range_of_years_is_refused(text: str) -> None:
    with pytest.raises(PackError, match="no range of years"):
        years(text)


@pytest.mark.parametrize(
    ("text", "half"),
    [("43760.7", "0.05"), ("104442", "0.5"), ("10.44", "0.005"), ("-0.4", "0.05"), ("22926.00", "0.005"), ("0", "0.5")],
)
def test_a_printed_number_knows_its_half_width(text: str, half: str) -> None:
    number = read_number(text)
    assert (number.value, number.half_width, number.text) == (Decimal(text), Decimal(half), text)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_a_printed_number_is_kept_exactly(value: Decimal) -> None:
    assert read_number(str(value)).value == value


@pytest.mark.parametrize(
    "text", ["", "1,234", "12.", ".5", "1e5", "—", "nan", "inf", "１２", "12%", "约12", "1 000", "12*", "--1"]
)
def test_what_is_no_plain_number_is_refused_not_stripped(text: str) -> None:
    with pytest.raises(PackError, match="not a plain number"):
        read_number(text)


TOML = """\
title = "a"

["gdp.nominal"]
label = "b"
inputs.values = { period = "2014" }

[benchmarks.names]
"2010=100" = "c"
list = [
  ["x", "y"],
  ["z"]
]
after = 1
text = '''
label = not a key
'''
last = 2
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    (tmp_path / "a.toml").write_text(TOML, encoding="utf-8")
    return Document.read(tmp_path / "a.toml", "here/a.toml")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1), (("gdp.nominal",), 3), (("gdp.nominal", "label"), 4), (("gdp.nominal", "inputs", "values"), 5),
        (("gdp.nominal", "inputs", "values", "period"), 5), (("gdp.nominal", "absent"), 3),
        (("benchmarks", "names", "2010=100"), 8), (("benchmarks", "names", "after"), 13),
        (("benchmarks", "names", "last"), 17), (("benchmarks", "names", "label"), 7),
    ],
)  # fmt: skip
def test_every_key_has_its_line(document: Document, path: tuple[str, ...], line: int) -> None:
    assert document.where(*path) == f"here/a.toml:{line}"


def test_a_key_that_is_nowhere_is_placed_in_the_file(document: Document) -> None:
    assert document.where("nothing", "at", "all") == "here/a.toml"


def test_missing_and_unknown_keys_come_together_with_the_nearest(document: Document) -> None:
    errors = document.demand(("gdp.nominal",), ("lable", "unit", "inputs"))
    assert [error.where for error in errors] == ["here/a.toml:3", "here/a.toml:3", "here/a.toml:4"]
    assert "unknown key 'label'" in errors[2].text()
    assert "closest: lable" in errors[2].text()


@pytest.mark.parametrize(
    ("shape", "value", "good"),
    [
        ("lists", '"a"', "[1]"), ("tables", '"a"', "{ b = 1 }"), ("numbers", '"1"', "1.5"), ("numbers", "true", "2"),
        ("counts", "1.5", "2"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_told(tmp_path: Path, shape: str, value: str, good: str) -> None:
    (tmp_path / "a.toml").write_text(f"\nkey = {value}\nother = {good}\n", encoding="utf-8")
    document = Document.read(tmp_path / "a.toml", "a.toml")
    (error,) = document.demand((), ("key", "other"), **{shape: ("key", "other")})
    assert error.where == "a.toml:2"
    assert "'key' must be" in error.what


def test_a_file_that_is_no_toml_is_placed_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a = 1\nb = \n", encoding="utf-8")
    with pytest.raises(PackError, match="no TOML|not TOML") as caught:
        Document.read(tmp_path / "a.toml", "a.toml")
    assert caught.value.where == "a.toml:2"


@pytest.mark.parametrize(("content", "what"), [(None, "does not exist"), ("北".encode("gbk"), "UTF-8")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, what: str) -> None:
    if content is not None:
        (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(PackError, match=what):
        Document.read(tmp_path / "a.toml", "a.toml")


def raw(tmp_path: Path, content: bytes) -> RawTable:
    (tmp_path / "a.csv").write_bytes(content)
    return RawTable.read(tmp_path / "a.csv", "a.csv")


def test_rows_stand_on_the_line_where_they_begin(tmp_path: Path) -> None:
    table = raw(tmp_path, b'a,b\n1,"x\ny\nz"\n\n2,w\n"3\n",v\n4,u\n')
    assert table.lines == (2, 6, 7, 9)
    assert table.rows == (("1", "x\ny\nz"), ("2", "w"), ("3", "v"), ("4", "u"))


def test_a_mark_at_the_start_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    table = raw(tmp_path, b"\xef\xbb\xbfa,b\r\n1, 2 \r\n")
    assert (table.header, table.rows, table.lines) == (("a", "b"), (("1", "2"),), (2,))


def test_rows_of_another_length_are_told_and_the_rest_is_given(tmp_path: Path) -> None:
    table, errors = raw(tmp_path, b"a,b\n1\n2,3\n4,5,6\n"), list[XietongError]()
    assert list(table.records(errors)) == [(3, {"a": "2", "b": "3"})]
    assert [error.where for error in errors] == ["a.csv:2", "a.csv:4"]


def test_a_table_in_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no CSV in UTF-8"):
        raw(tmp_path, "a,b\n1,北京\n".encode("gbk"))


def test_few_names_are_all_listed_and_many_are_not() -> None:
    few = UnknownName("row 3", "sign", "postive", ["positive", "negative", "mixed", "none"])
    assert "closest: positive" in few.text()
    assert "all: positive, negative, mixed, none" in few.text()
    many = UnknownName("row 3", "place", "110001", [f"1100{number}" for number in range(10, 30)])
    assert "all:" not in many.text()
    assert "all:" not in UnknownName("row 3", "key", "lable", ["label", "table"]).text()
