"""The page of ports and zones: published sums, concentration in tonnes and boxes, bounds, and what is thin."""

from __future__ import annotations

import pytest
from test_systems_services import column, errors_with, named

from xietong.library.pages import Page, page
from xietong.library.store import Edition


@pytest.fixture(scope="module")
def ports(jingjinji: Edition) -> Page:
    return page(jingjinji.finding("system.ports").payload)


def squares(*amounts: float) -> float:
    return sum((one / sum(amounts)) ** 2 for one in amounts)


def test_the_ports_of_2021_add_up_to_what_was_published(ports: Page) -> None:
    told = ports.section("division").text
    assert told[0].zh == "2021 年 7.22 + 3.11 + 2.01 = 12.34 亿吨，公布合计 12.34，相符"
    assert told[1].en == "2021: 329.34 + 87.1 + 64.13 = 480.57 万标准箱, published total 480.57: they agree"


@pytest.mark.parametrize(
    ("what", "expected", "amounts"),
    [
        ("2021 年河北三港货物吞吐量", 0.4324, (7.22, 3.11, 2.01)),
        ("2021 年河北三港集装箱吞吐量", 0.5203, (329.34, 87.1, 64.13)),
        ("2014 年河北三港集装箱吞吐量", 0.4445, (110.9, 41.4, 31.4)),
    ],
)
def test_concentration_in_tonnes_and_boxes(ports: Page, what: str, expected: float, amounts) -> None:
    told = named(ports.section("division"), "what", what)
    assert told["low"] == told["high"] == pytest.approx(squares(*amounts))
    assert round(told["low"], 4) == expected
    assert told["equal"] == pytest.approx(1 / squares(*amounts))


def test_a_sum_that_was_not_split_gives_bounds(ports: Page) -> None:
    told = named(ports.section("division"), "what", "2018 年天津与河北港口集装箱吞吐量")
    assert told["high"] == pytest.approx(squares(1600, 426))
    assert told["low"] == pytest.approx(squares(1600, 142, 142, 142))
    assert told["equal"] is None
    for split in ((426 - 2, 1, 1), (200, 200, 26)):
        assert told["low"] <= squares(1600, *split) <= told["high"]


def test_shares_of_a_port_and_where_it_leans(ports: Page) -> None:
    told = named(ports.section("shares"), "port", "唐山港")
    assert told["tonnes"] == pytest.approx(722 / 12.34)
    assert told["boxes"] == pytest.approx(32934 / 480.57)
    assert told["lean"] == pytest.approx(329.34 / 480.57 / (7.22 / 12.34))
    assert sum(column(ports.section("shares"), "tonnes")) == pytest.approx(100)


def test_group_and_whole_port_stand_apart(ports: Page) -> None:
    rows = {(row.cells[0].zh, row.cells[1].zh, row.cells[2]): row.cells[3] for row in ports.section("throughput").rows}
    assert rows["港口集装箱吞吐量", "天津", "2024"] == "2329.05"
    assert rows["港口集团集装箱吞吐量", "天津", "2024"] == "2328"
    assert ("港口货物吞吐量", "天津", "2024") not in rows, "the whole port of that year was not found"
    assert rows["港口年通过能力", "河北", "2021"] == "11.44"


def test_cargo_is_shown_thin(ports: Page, jingjinji: Edition) -> None:
    section = ports.section("cargo")
    assert len(section.rows) == 7
    assert "各港分货类吞吐量" in [one.what.zh for one in section.missing]
    shares = jingjinji.finding("ports.cargo_share_tangshan").series
    assert shares.values.tolist() == pytest.approx([355 / 7.6887, 219 / 7.6887, 48.25 / 7.6887])
    assert "港口煤炭吞吐量 46.2%" in section.text[0].zh


def test_the_two_areas_add_up_to_the_port(ports: Page) -> None:
    rows = {row.cells[1].zh: float(row.cells[3]) for row in ports.section("throughput").rows if row.cells[2] == "2022"}
    assert rows["曹妃甸区"] + rows["乐亭县"] == pytest.approx(rows["唐山"] / 1e4, abs=0.005)


def test_approved_and_signed_is_not_in_use(ports: Page) -> None:
    told = {row.cells[0]: row.cells[4].zh for row in ports.section("zones").rows}
    assert told["中国（天津）自由贸易试验区"] == "已获批"
    assert told["自贸试验区政务服务“同事同标”"] == "在办"
    assert told["京津冀自贸试验区协同发展行动方案"] == "已签署"
    assert told["京津经开区政务服务“跨省通办”"] == "未见依据"


def test_no_tie_between_a_port_and_a_zone_is_made_up(ports: Page) -> None:
    rows = ports.section("ties").rows
    assert {row.cells[1].zh for row in rows} == {"属于", "合资公司", "同省"}
    beijing = [row for row in rows if row.cells[2] == "中国（北京）自由贸易试验区"]
    assert [row.cells[0] for row in beijing] == [None]
    assert ports.section("ties").missing


def test_every_row_names_its_publications(ports: Page) -> None:
    assert all(row.sources for section in ports.sections for row in section.rows)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('zones = "free_trade_area"', 'zones = "free_trade"', "class of register 'free_trade'"),
        ('fields = ["政务", "交通"]', 'fields = ["政务", "海运"]', "field '海运'"),
        ('"port.capacity"', '"port.capacities"', "concept 'port.capacities'"),
        ('tonnes = "ports.member"\n', "", "'tonnes' is missing"),
    ],
)
def test_a_wrong_choice_is_told_with_its_line(old: str, new: str, says: str, tmp_path) -> None:
    assert any(says in str(one) and "systems.toml:" in str(one) for one in errors_with(tmp_path, old, new))
