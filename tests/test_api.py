"""The way in from Python, and series handed to other libraries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import ROOT

import xietong
from xietong.api import Book
from xietong.errors import AmbiguousCell, PackError, UnknownName
from xietong.library.frames import _width


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    opened = xietong.open(ROOT / "studies" / "jingjinji")
    yield opened
    opened.close()


SETTLED = {"economic": "census-2018"}


def test_a_short_name_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    book = xietong.open("jingjinji")
    assert repr(book).startswith("<xietong jingjinji: ")
    assert book.concepts["gdp.nominal"].unit == "亿元"
    assert book.places["130629"].label.zh == "容城县"
    assert "xiongan" in book.perimeters
    book.close()


def test_what_is_not_there_names_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no pack and no study"):
        xietong.open(tmp_path / "nowhere")


def test_the_region_over_ten_years(book: Book) -> None:
    gdp = book.read("gdp.nominal", places="jingjinji", periods="2014..2023", benchmark=SETTLED)
    assert [(axis.name, len(axis.labels)) for axis in gdp.axes] == [("place", 3), ("period", 10)]
    assert round(float(gdp.select(period="2023").values.sum()), 1) == 104442.1


@pytest.mark.parametrize("places", ["北京", ["北京市"], ["110000"], ["Beijing"]])
def test_places_go_by_code_or_name(book: Book, places: str | list[str]) -> None:
    one = book.read("gdp.nominal", places=places, periods="2023", benchmark=SETTLED)
    assert one.axes[0].labels == ("110000",)
    assert one.values.tolist() == [[43760.7]]


def test_readings_by_rule_by_name_and_by_origin(book: Book) -> None:
    def tianjin(reading: str, **more: str) -> float:
        return float(book.read("gdp.nominal", ["120000"], "2016", reading, **more).values.item())

    assert tianjin("settled") == 11477.2
    assert tianjin("origin cities-gdp-sectors:source", resale="a test") == 17837.89
    assert book.read("index.official.total", ["jingjinji"], "2023", "as_of 2025-01-31").values.item() == 148.8


def test_what_was_bought_is_not_read_without_a_reason(book: Book) -> None:
    none = book.read("fdi", ["110000"], "2020")
    assert none.missing() == [{"place": "110000", "period": "2020"}]
    assert book.read("fdi", ["110000"], "2020", resale="nothing better").values.item() == 14104.41
    with pytest.raises(AmbiguousCell):
        book.read("gdp.nominal", ["130100"], "2000", resale="three resold tables disagree")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gdp.nominl",), "no concept 'gdp.nominl'"),
        (("gdp.nominal", "北平"), "no place '北平'"),
        (("gdp.nominal", "桥西区"), "no single place '桥西区'"),
        (("gdp.nominal", "北京", "2020", "newest of all"), "no reading 'newest of all'"),
        (("gdp.nominal", "北京", "2020", "origin nowhere:x"), "no origin 'nowhere:x'"),
    ],
)
def test_wrong_names_offer_the_nearest(book: Book, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(UnknownName, match=says):
        book.read(*arguments)


def test_a_cell_tells_its_line(book: Book) -> None:
    gdp = book.read("gdp.nominal", "jingjinji", "2014..2023", benchmark=SETTLED)
    told = gdp.explain(place="110000", period="2023")
    assert "北京 2023: 43760.7 亿元" in told
    assert "packs/jingjinji/tables/gdp-census-2018.csv:42" in told
    assert len(gdp.explain().splitlines()) == 30


def test_frames_hold_the_same_cells(book: Book) -> None:
    gdp = book.read("gdp.nominal", ["110000", "120000"], ["2022", "2023", "1951"], benchmark=SETTLED)
    pandas = gdp.to_pandas()
    assert isinstance(pandas, pd.Series)
    assert pandas.loc["110000", "2023"] == 43760.7
    assert np.isnan(pandas.loc["120000", "1951"])
    assert (pandas.attrs["unit"], pandas.index.names) == ("亿元", ["place", "period"])
    polars = gdp.to_polars()
    assert polars.columns == ["place", "period", "value", "unit", "flag", "grade"]
    row = polars.filter((pl.col("place") == "120000") & (pl.col("period") == "1951")).row(0)
    assert row == ("120000", "1951", None, "亿元", "absent", None)
    array = gdp.to_xarray()
    assert float(array.sel(place="110000", period="2022")) == 41610.9
    assert array.attrs == {"unit": "亿元"}
    one = gdp.select(place="110000").to_pandas()
    assert one["2023"] == 43760.7
    cell = gdp.select(place="110000", period="2023")
    assert float(cell.to_xarray()) == 43760.7
    assert cell.to_polars().height == cell.to_pandas().size == 1


def test_a_frame_does_not_share_its_values(book: Book) -> None:
    gdp = book.read("gdp.nominal", ["110000"], "2023", benchmark=SETTLED)
    pandas, xarray = gdp.to_pandas(), gdp.to_xarray()
    pandas.iloc[0] = 0.0
    xarray[:] = 0.0
    assert gdp.values.item() == 43760.7


def test_a_library_that_is_not_installed_is_named(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(PackError, match="polars is not installed"):
        book.read("gdp.nominal", ["110000"], "2023", benchmark=SETTLED).to_polars()


def test_the_table_of_a_terminal_is_aligned_and_counts_what_it_leaves_out(book: Book) -> None:
    people = book.read("population.census", periods="2020-11-01")
    lines = repr(people).splitlines()
    assert lines[0].startswith("population.census [人] · place ")
    assert "absent" in lines[0]
    assert lines[-1].startswith("… ")
    assert len({_width(line) for line in lines[1:-1]}) == 1
    long = repr(book.read("gdp.nominal", "jingjinji", "2014..2023", benchmark=SETTLED)).splitlines()
    assert "…" in long[1]


def test_the_table_of_a_notebook_is_escaped(book: Book) -> None:
    gdp = book.read("gdp.nominal", "jingjinji", "2020..2023", benchmark=SETTLED)
    made = type(gdp)(**{**vars(gdp), "name": "<script>alert(1)</script>"})
    shown = made._repr_html_()
    assert "<script>" not in shown
    assert shown.count("<tr>") == 4


def test_importing_is_light() -> None:
    program = "import sys, xietong; print(sorted({'numpy', 'duckdb', 'pandas'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
