"""The page of relocation: accounts that close or do not, states, platforms, and what must not be added."""

from __future__ import annotations

import pytest
from test_systems_services import column, errors_with, named

from xietong.library.pages import Page, page
from xietong.library.store import Edition


@pytest.fixture(scope="module")
def relocation(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.relocation").payload)


def account(relocation: Page, start: str) -> dict:
    section = relocation.section("accounts")
    label = next(one.zh for one in column(section, "what") if one.zh.startswith(start))
    return {name: getattr(cell, "zh", cell) for name, cell in named(section, "what", label).items()}


def test_an_account_that_is_published_in_full_closes(relocation: Page) -> None:
    told = account(relocation, "中关村企业")
    assert (told["out"], told["tianjin"], told["hebei"]) == (8816, 4173, 4643)
    assert (told["low"], told["high"]) == (-1.5, 1.5)
    assert told["state"] == "在进位误差内轧平"
    assert told["elsewhere"] == told["closed"] == "不适用"


@pytest.mark.parametrize(
    ("start", "out"), [("一般制造业企业，2014年至2018年", 2600), ("一般制造和污染", 2800), ("区域性批发", 980)]
)
def test_what_has_no_published_destination_is_left_whole_and_never_zero(relocation: Page, start: str, out: int) -> None:
    told = account(relocation, start)
    assert told["out"] == out
    assert {told[name] for name in ("tianjin", "hebei", "elsewhere", "closed")} == {"未公布"}
    assert (told["low"], told["high"]) == (0, out + 0.5)
    assert told["state"] == "去向没有全公布，余额只有界"


def test_without_a_published_outflow_the_remainder_is_unknown(relocation: Page) -> None:
    told = account(relocation, "基本单位")
    assert (told["out"], told["hebei"], told["least"]) == ("未公布", 35000, 34500)
    assert (told["low"], told["high"], told["state"]) == ("未知", "未知", "流出未公布，余额未知")
    closed = account(relocation, "一般制造业企业，2014年至2017年")
    assert (closed["out"], closed["closed"], closed["high"]) == ("未公布", 1992, "未知")


def test_cumulated_totals_that_fall_are_told(relocation: Page) -> None:
    notes = [one.zh for one in relocation.section("figures").notes]
    assert any("4.4 万个" in one and "4.3 万个" in one for one in notes)
    assert any("594 个" in one and "580 个" in one for one in notes)
    assert len(notes) == 2


def test_announced_and_under_way_is_not_moved(relocation: Page) -> None:
    rows = {
        (row.cells[0].zh, getattr(row.cells[1], "zh", row.cells[1])): row.cells[2:]
        for row in relocation.section("states").rows
    }
    assert rows["央企总部", "首批"] == (4, 0, 0, 1, 0, 3, 0)
    assert rows["央企总部", "第二批"] == (4, 0, 4, 0, 0, 0, 0)
    assert rows["高校", "首批"] == (4, 0, 4, 0, 0, 0, 0)
    assert rows["高校", ""] == (5, 0, 0, 0, 0, 0, 5)


def test_every_relocation_stands_with_state_and_evidence(relocation: Page) -> None:
    rows = {row.cells[0]: row.cells for row in relocation.section("ledger").rows}
    assert len(rows) == 19
    assert rows["中国中化总部"][4].zh == "已迁驻"
    assert rows["中国中化总部"][5:] == ("2025-10-09", "举行升旗仪式，迁驻雄安")


def test_the_schemes_of_platforms_as_far_as_published(relocation: Page) -> None:
    section = relocation.section("platforms")
    counts = {row.cells[1].zh: (row.cells[2], row.cells[5]) for row in section.rows}
    assert counts["承接平台“2+4+46”"] == ("52", 6)
    assert [counts[f"{kind}（46个之中）"] for kind in ("协同创新平台", "现代制造业平台", "服务业平台", "农业合作平台")] == [
        ("15", 0), ("20", 0), ("8", 0), ("3", 0),
    ]  # fmt: skip
    assert counts["个性化平台（河北1+5+4+33）"] == ("33", 0)
    assert "2+4+46：6；1+5+4+33：0" in section.text[1].zh
    assert any("46个" in one.what.zh for one in section.missing)


def test_warnings_against_counting_twice_stand_beside_the_figures(relocation: Page) -> None:
    notes = " ".join(one.zh for one in relocation.section("twice").notes)
    for word in ("256个与2024年247个", "三数不相加", "就地升级"):
        assert word in notes


def test_every_row_names_its_publications(relocation: Page) -> None:
    assert all(row.sources for section in relocation.sections for row in section.rows)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('hebei = "relocation.branches_hebei" }', 'hebei = "relocation.branches" }', "finding among 'terms' 'relocation.branches'"),
        ('destinations = { tianjin = "", hebei = "relocation.units', 'destinations = { tianjn = "", hebei = "relocation.units', "destination 'tianjn'"),
        ('closed = "relocation.manufacturing_closed_2017"', 'closed = ""', "no published term at all"),
        ('platforms = "platform"', 'platforms = "platforms"', "class of register 'platforms'"),
        ('"relocation.investment"', '"relocation.money"', "concept 'relocation.money'"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_told_with_its_line(old: str, new: str, says: str, tmp_path) -> None:
    errors = errors_with(tmp_path, old, new)
    assert any(says in str(one) and "systems.toml:" in str(one) for one in errors), [str(one) for one in errors]
