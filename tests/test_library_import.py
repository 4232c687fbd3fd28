"""Imports beyond the usual: cells as they print, what is hidden, several publications, cuts and other importers."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from xietong.app import exchange
from xietong.errors import PackError, Problems, XietongError
from xietong.library import placing
from xietong.library.foreign import read_foreign
from xietong.library.pack import read_pack
from xietong.library.periods import span
from xietong.library.sdmx_time import period_of, time_of
from xietong.library.workbooks import blocks

PUBLICATION = 'publisher = "虚构统计局"\ntitle = "{title}"\nlocator = "表1"\nlicence = "test"\ngrade = "official"\naccess = "public"\nedition = "2024"\n'  # fmt: skip


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "packs" / "jingjinji", tmp_path / "packs" / "region"))


def files(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def as_printed(path: Path) -> Path:
    """Write a made-up table whose cells print otherwise than they compute."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        percent, tenth, year = (book.add_format({"num_format": code}) for code in ("0.0%", "0.0", "yyyy"))
        sheet.write_row("A1", ("地区", "年份", "研发强度", "地区生产总值"))
        sheet.write("A2", "北京")
        sheet.write_datetime("B2", date(2022, 1, 1), year)
        sheet.write_number("C2", 0.065, percent)
        sheet.write_number("D2", 7534, tenth)
        sheet.write("A3", "天津")
        sheet.write_datetime("B3", date(2022, 1, 1), year)
        sheet.write_number("C3", 0.03625, percent)
        sheet.write_formula("D3", "=NA()", None, "#N/A")
        sheet.set_row(2, None, None, {"hidden": True})
    return path


def test_a_cell_reads_as_it_prints_and_no_digit_is_lost(tmp_path: Path) -> None:
    (block,) = blocks(as_printed(tmp_path / "p.xlsx"), "p.xlsx")
    assert block.table.rows == (("北京", "2022", "6.5%", "7534.0"), ("天津", "2022", "3.625%", "#N/A"))
    assert block.remarks == ("hidden rows: 3", "error cells: D3 #N/A")


def test_an_error_cell_is_told_by_its_address_until_the_mapping_calls_it_missing(tmp_path: Path, pack: Path) -> None:
    file, mapping = as_printed(tmp_path / "p.xlsx"), tmp_path / "m.toml"
    exchange.propose(file, pack, mapping)
    text = mapping.read_text(encoding="utf-8")
    assert "# hidden rows: 3" in text
    assert 'values."研发强度" = { indicator = "rd.intensity", unit = "%" }' in text
    publication = PUBLICATION.format(title="虚构年鉴")
    head, _, _ = text.partition("[tables.table.origin]")
    head = head.replace('unit = ""', 'unit = "亿元"')
    mapping.write_text(f"{head}[tables.table.origin]\n{publication}", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        exchange.bring(file, mapping, pack)
    assert [(error.where, error.what) for error in caught.value.errors] == [
        ("p.xlsx!表!D3", "'#N/A' is no plain number")
    ]
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("missing = []", 'missing = ["#N/A"]'), "utf-8")
    exchange.bring(file, mapping, pack)
    brought = [one for one in read_pack(pack).observations if one.table.endswith("/table.csv")]
    found = {(one.concept, one.place): (one.text, one.half_width) for one in brought}
    assert found["rd.intensity", "110000"] == ("6.5", 0.05)
    assert found["gdp.nominal", "110000"][0] == "7534.0"
    assert ("gdp.nominal", "120000") not in found


@pytest.mark.parametrize("ending", [".xls", ".xlsb", ".ods"])
def test_workbooks_that_hide_how_they_print_are_refused_with_a_way_out(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"y{ending}").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(PackError) as caught:
        read_foreign(tmp_path / f"y{ending}", f"y{ending}")
    assert "save it as .xlsx" in caught.value.ways


@pytest.mark.parametrize(("wrong", "right"), [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")])
def test_chinese_that_was_decoded_wrongly_once_is_refused(tmp_path: Path, wrong: str, right: str) -> None:
    text = "地区生产,年份\n石家庄市,2020\n唐山市区,2020\n承德市区,2021\n"
    (tmp_path / "c.csv").write_text(text.encode(right).decode(wrong), encoding="utf-8")
    with pytest.raises(PackError, match=r"c\.csv:1: .*garbled"):
        read_foreign(tmp_path / "c.csv", "c.csv")


def two_sources(folder: Path, sources: tuple[str, ...] = ("统计年鉴", "统计公报")) -> tuple[Path, Path]:
    rows = (f"石家庄市,{2020 + at},{100 + at},{source}" for at, source in enumerate(sources))
    (folder / "c.csv").write_text("\n".join(("地区,年,值,来源", *rows)) + "\n", encoding="utf-8")
    origins = "".join(
        f'[tables.two.origins."{source}"]\n{PUBLICATION.format(title=f"虚构{source}")}' for source in sources[:2]
    )
    (folder / "m.toml").write_text(
        '[tables.two]\nfile = "c.csv"\nkind = "figures"\nconstants = { indicator = "gdp.nominal", unit = "亿元" }\n'
        f'columns = {{ place = "地区", period = "年", value = "值", source = "来源" }}\n{origins}',
        encoding="utf-8",
    )
    return folder / "c.csv", folder / "m.toml"


def test_every_row_keeps_its_own_publication(tmp_path: Path, pack: Path) -> None:
    exchange.bring(*two_sources(tmp_path), pack)
    made = read_pack(pack)
    brought = [one for one in made.observations if one.table.endswith("/two.csv")]
    titles = {origin.title for table in made.tables if table.name.endswith("/two") for origin in table.origins.values()}
    assert titles == {"虚构统计年鉴", "虚构统计公报"}
    assert len({one.origin for one in brought}) == 2


def test_a_row_of_an_unnamed_publication_stops_the_import(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(Problems, match=r"no publication '报纸'.*c\.csv:4|c\.csv:4.*no publication '报纸'"):
        exchange.bring(*two_sources(tmp_path, ("统计年鉴", "统计公报", "报纸")), pack)


def test_a_table_of_another_publication_is_not_written_over(tmp_path: Path, pack: Path) -> None:
    file, mapping = two_sources(tmp_path)
    exchange.bring(file, mapping, pack)
    before = files(pack)
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("虚构统计", "另一本"), encoding="utf-8")
    with pytest.raises(Problems, match="a table of this name from another publication"):
        exchange.bring(file, mapping, pack)
    assert files(pack) == before


def test_one_import_at_a_time(tmp_path: Path, pack: Path) -> None:
    lock = os.open(pack, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(PackError, match="another import is at work"):
            exchange.bring(*two_sources(tmp_path), pack)
    finally:
        os.close(lock)


class Cut(BaseException):
    """The program is killed."""


def cut_at(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program die before the ``count``-th file is moved or the folder is renamed."""
    left = [count]

    def dying(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def moved(path: Path, target: Path) -> Path:
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return move(path, target)

        return moved

    monkeypatch.setattr(placing.Path, "rename", dying(Path.rename))
    monkeypatch.setattr(placing.Path, "replace", dying(Path.replace))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_import_that_was_cut_off_never_half_enters(
    tmp_path: Path, pack: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, (file, mapping) = files(pack), two_sources(tmp_path)
    with monkeypatch.context() as patch:
        cut_at(count, patch)
        with pytest.raises(Cut):
            exchange.bring(file, mapping, pack)
    if count == 0:
        assert {name: data for name, data in files(pack).items() if not name.startswith(".import")} == before
        read_pack(pack)
    else:
        with pytest.raises(XietongError, match="an import into it was cut off"):
            read_pack(pack)
    (made,) = exchange.bring(file, mapping, pack)
    assert made.changed == (count == 0)
    assert files(pack).keys() - before.keys() == {"tables/two.csv", "tables/two.toml"}
    assert not list(pack.glob(".import*"))


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.integers(0, 4000))
def test_spans_of_days_keep_their_days_in_sdmx(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    period = f"{first}/{last}"
    back = period_of(time_of(period))
    assert (span(back).start, span(back).end) == (first, last)


@pytest.mark.parametrize(
    ("period", "time"),
    [
        ("2014/2020", "2014-01-01/P7Y"),
        ("2023-01/2023-09", "2023-01-01/P9M"),
        ("2023-02-01/2023-02-07", "2023-02-01/P7D"),
        ("2023-Q1", "2023-Q1"),
        ("2023-06", "2023-06"),
    ],
)
def test_periods_as_sdmx_writes_them(period: str, time: str) -> None:
    assert time_of(period) == time
    assert period_of(time) == period


@pytest.mark.parametrize(("time", "period"), [("2023-A1", "2023"), ("2023-S2", "2023-07/2023-12"), ("2023-M09", "2023-09")])  # fmt: skip
def test_reporting_periods_of_sdmx(time: str, period: str) -> None:
    assert period_of(time) == period


@pytest.mark.parametrize("time", ["2023-01-01/2024-01-01", "2023-13-01/P1Y", "2023-01-01/P0D"])
def test_a_range_that_is_none_is_told(time: str) -> None:
    with pytest.raises(PackError, match="is no range"):
        period_of(time)
