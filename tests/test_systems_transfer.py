"""The system of technology transfer: the numbers of the real study, and matching on offers and needs that are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOMS, quiet

from xietong.diagnosis.systems.kinds import system_jobs
from xietong.errors import XietongError
from xietong.library.labels import Label
from xietong.library.origins import Grade
from xietong.library.pages import Page, Row, page
from xietong.library.store import Edition
from xietong.recipes.build import build
from xietong.recipes.study import read_study


@pytest.fixture(scope="module")
def transfer(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.transfer").payload)


def english(row: Row) -> list[object]:
    return [cell.en if isinstance(cell, Label) else cell for cell in row.cells]


def test_the_matrix_of_2023_with_its_bounds_and_books(transfer: Page) -> None:
    found = {tuple(row[:2]): (row[2], row[3], row[6], row[7]) for row in map(english, transfer.section("matrix").rows)}
    assert found["Beijing", "Tianjin"] == (
        pytest.approx(151.6), pytest.approx(151.6), "follows from the totals", "both registers",
    )  # fmt: skip
    assert found["Beijing", "Hebei"] == (597.1, 597.1, "published", "buyer's register")
    assert found["Tianjin", "Hebei"] == (213.0, 213.0, "published", "buyer's register")
    for pair in (("Tianjin", "Beijing"), ("Hebei", "Beijing"), ("Hebei", "Tianjin")):
        assert found[pair] == (0.0, pytest.approx(325.2), "bounds only", "both registers")
    assert "325.2" in transfer.section("matrix").text[0].en
    assert any("not measured" in note.en for note in transfer.section("matrix").notes)


def test_each_cell_names_the_lines_that_it_rests_on(transfer: Page, rows_at: Callable[[str], list[str]]) -> None:
    values = {"597.1", "748.7", "1286.9", "213"}
    rows = {tuple(english(row)[:2]): row for row in transfer.section("matrix").rows}
    told = {pair: {cell for line in row.sources for cell in rows_at(line.where)} & values for pair, row in rows.items()}
    assert told["Beijing", "Hebei"] == {"597.1"}
    assert told["Beijing", "Tianjin"] == {"597.1", "748.7", "213"}
    assert told["Hebei", "Tianjin"] == values
    assert max(line.grade for line in rows["Hebei", "Tianjin"].sources) == Grade.REWORDED


def test_what_rests_on_which_total(transfer: Page) -> None:
    rows = [english(row) for row in transfer.section("leaving_out").rows]
    assert [row[1] for row in rows] == [0.0, 0.0, 0.0, 0.0]
    assert [row[2] for row in rows] == [3, 2, 3, 3]
    assert rows[3][3] is None


def test_three_landing_rates_with_their_denominators(transfer: Page) -> None:
    rows = [english(row) for row in transfer.section("rates").rows]
    assert [row[2] for row in rows] == [pytest.approx(rate, abs=0.005) for rate in (8.77, 15.1, 6.99)]
    assert all("over" in str(row[1]) for row in rows)
    assert "4958.3" in transfer.section("rates").notes[0].en
    assert "4941.6" in transfer.section("rates").notes[0].en


def test_the_sum_of_the_years_raises_a_warning(transfer: Page) -> None:
    section = transfer.section("warnings")
    first, second, third = (english(row) for row in section.rows)
    assert first[1:] == [pytest.approx(9.0), pytest.approx(8.75), "does not hold: to be reconciled"]
    assert second[1:] == [pytest.approx(0.0, abs=1e-6), 0.0, "holds"]
    assert "843.7" in str(third[0])
    assert "834.7" in str(third[0])
    assert len(section.text) == 1
    assert "9.0" in section.text[0].en
    assert len(section.rows[0].sources) == 5


def test_every_number_of_the_page_names_a_line(transfer: Page) -> None:
    bare = [
        (section.id, english(row))
        for section in transfer.sections
        for row in section.rows
        if not row.sources and any(isinstance(cell, float) for cell in row.cells)
    ]
    assert bare == []


def test_lists_that_were_never_published_are_not_made_up(transfer: Page) -> None:
    rows = {str(english(row)[0]): english(row)[2:] for row in transfer.section("offers").rows}
    assert rows == {"Technology offers": [400.0, "项", 0], "Technology needs": [300.0, "项", 0]}
    assert len(transfer.section("offers").missing) == 2
    assert transfer.section("matches").rows == ()
    assert transfer.section("matches").missing
    last = transfer.section("funnel")
    assert english(last.rows[-1])[:3] == ["Products in production", "not published", None]
    assert last.figure["stages"][-1]["value"] is None
    assert [stage["value"] for stage in last.figure["stages"]][:3] == [8536.9, 748.7, 597.1]


def test_matching_runs_as_soon_as_both_registers_hold_something(copied: Path) -> None:
    """The offers and needs of this test are made up."""
    folder = copied / "packs/jingjinji/registers"
    with (folder / "offer.csv").open("a", encoding="utf-8") as file:
        file.write("t1,虚构：膜电极制备技术,110000,office,用于燃料电池电堆,氢能,7,300,1,许可,虚构院,2026-01\n")
        file.write("t2,虚构：減速器精密加工,120000,office,,机器人,8,,2,转让,虚构厂,2026-01\n")
    with (folder / "need.csv").open("a", encoding="utf-8") as file:
        file.write("w1,虚构：燃料电池膜电极,130600,office,,氢能,6,500,许可,虚构企业,2026-12,2026-01\n")
    built = build(Path("studies/jingjinji"), copied / "build/jingjinji", ROOMS, quiet)
    with Edition.open(built.path) as edition:
        section = page(edition.finding("system.transfer").payload).section("matches")
    best = english(section.rows[0])
    assert best[0] == "虚构：燃料电池膜电极"
    assert best[2] == "虚构：膜电极制备技术"
    assert "膜电极" in str(best[4])
    assert best[5:9] == ["yes (氢能 / 氢能)", "no (130600 / 110000)", "yes (6 / 7)", "yes (500 / 300)"]
    assert best[9] == "yes"
    assert section.rows[0].ref == "offer:t1"
    assert {line.where.rpartition(":")[0] for line in section.rows[0].sources} == {
        "packs/jingjinji/registers/offer.csv", "packs/jingjinji/registers/need.csv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('seller = "110000"', 'seller = "310000"', "no member of jingjinji '310000'"),
        ('members = "jingjinji"\nyear', 'members = "jingjinjj"\nyear', "no perimeter 'jingjinjj'"),
        ('offers = "offer"', 'offers = "ofer"', "no class of register 'ofer'"),
        ('rivals = ["technology.flow", "technology.flow_agency"]', 'rivals = ["technology.flow"]', "wants two"),
        ('rounding = 0.05', 'rounding = "no"', "'rounding' must be a number"),
        ('[system.transfer.funnel.flow]', '[system.transfer.funnel.flow]\nmissing = "无 | none"', "one source"),
        ('finding = "technology.flow"\nselect', 'finding = "gdp.member"\nselect', "no finding of this system"),
        ('register = "platform"\nitems', 'register = "platforms"\nitems', "no class of register 'platforms'"),
        ('"technology.landing_outside" = "流', '"technology.landing_elsewhere" = "流', "has no denominator in words"),
    ],
)  # fmt: skip
def test_a_choice_that_leads_nowhere_is_told_with_its_line(copied: Path, old: str, new: str, said: str) -> None:
    file = copied / "studies/jingjinji/systems.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    errors: list[XietongError] = []
    system_jobs(read_study(copied / "studies/jingjinji"), errors)
    assert len(errors) == 1
    assert said in errors[0].text()
    assert errors[0].where.startswith("studies/jingjinji/systems.toml:")
