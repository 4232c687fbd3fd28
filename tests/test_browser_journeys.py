"""Journeys through the observatory in a real browser, on the real study: a text audited, a gap of a chain filled, a floor moved.

Two more stand where their parts do: a number of the report traced to its line (test_browser_observatory), an entry
contributed and reviewed (test_browser_writing).
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from browser_visit import SECRET, sign_in
from conftest import ROOT
from playwright.sync_api import Page, expect, sync_playwright
from system import needed
from test_browser import QUIET, is_local

from xietong.app import desk
from xietong.app.accounts import accounts
from xietong.app.server import HOST, application
from xietong.library import passwords
from xietong.library.registers.accounts import Account

STUDY, PACK = Path("studies/jingjinji"), Path("packs/jingjinji")
FIRM, PRODUCT = "虚构制氢公司（试验用，并无其事）", "电解水制氢设备"


@pytest.fixture(scope="module")
def house(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The real study over a copy of its pack, served on loopback, with a contributor and a reviewer; its folder of editions."""
    patch, before, folder = pytest.MonkeyPatch(), Path.cwd(), tmp_path_factory.mktemp("house")
    for name in ("packs", "studies"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(published / "jingjinji", folder / "build/jingjinji", ignore=shutil.ignore_patterns("site"))
    patch.setattr(passwords.kept, "__defaults__", ((2**4, 8, 1),))
    patch.delenv("XIETONG_JOURNAL", raising=False)
    os.chdir(folder)
    with accounts(PACK) as kept:
        kept.add(Account("giver", "某市统计局", "130000", "contributor"), SECRET)
        kept.add(Account("west", "某省统计局", "130000", "reviewer"), SECRET)
    door = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(application(STUDY, Path("build")), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    until = time.monotonic() + 120
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://{HOST}:{door.getsockname()[1]}", folder
    server.should_exit = True
    thread.join(timeout=20)
    door.close()
    os.chdir(before)
    patch.undo()


@pytest.fixture
def tab(house: tuple[str, Path]) -> Iterator[Callable[[], Page]]:
    """Open a tab of somebody of their own; nothing that it asks for may lie off the machine."""
    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=needed("chromium"), args=QUIET)

        def opened() -> Page:
            page = browser.new_context(base_url=house[0], viewport={"width": 1280, "height": 900}).new_page()
            page.set_default_timeout(90_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("request", lambda request: None if is_local(request.url) else wrong.append(request.url))
            return page

        yield opened
        browser.close()
    assert wrong == []


def test_a_text_like_an_article_is_audited(tab) -> None:
    """One figure is as the pack has it on the vintage that it names, one is not; the page says which, and from what line."""
    page = tab()
    page.goto("/audit")
    page.get_by_label("文字").fill("2023年，北京市地区生产总值43760.7亿元。2023年，天津市地区生产总值26737.3亿元。")
    page.get_by_role("button", name="核对").click()
    body = page.locator(".audited")
    expect(body).to_contain_text("packs/jingjinji/tables/")
    expect(body).to_contain_text("16,737.3 亿元")
    counts = page.locator("ul.counts").inner_text()
    assert "不成立 1" in counts
    assert "成立 1" in counts.replace("不成立 1", "")
    page.get_by_role("button", name="The same in English").click()
    expect(page.locator("ul.counts")).to_contain_text("contradicted", ignore_case=True)


def test_a_gap_of_a_chain_is_filled(tab, house: tuple[str, Path]) -> None:
    """The chain shows a segment without a firm; a firm is contributed and accepted; the next edition shows it there."""
    page = tab()
    page.goto("/systems/chains")
    gap = page.locator("tr", has_text="制氢").filter(has_text="断点").first
    expect(gap).to_contain_text("无企业")
    sign_in(page, "giver", "/contribute/enterprise")
    form = page.locator("form.rows")
    typed = {"item": "900001.SH", "name": FIRM, "place": "河北", "code": "900001.SH", "products": PRODUCT}
    for name, text in typed.items():
        form.locator(f"[name='0.{name}']").fill(text)
    form.locator("[name='0.origin']").select_option("names-2021")
    form.get_by_role("button", name="看差异").click()
    expect(page.locator("table.difference")).to_contain_text(PRODUCT)
    page.get_by_role("button", name="送审").click()
    number = page.url.partition("/review/")[2].partition("?")[0]
    west = tab()
    sign_in(west, "west", f"/review/{number}")
    west.get_by_label("理由").fill("试验")
    west.get_by_role("button", name="接受").click()
    expect(west.locator("dl.facts")).to_contain_text("已接受")
    west.goto("/registers/enterprise/900001.SH")
    expect(west.locator("h1")).to_have_text(FIRM)
    desk.build(STUDY, Path("build"))
    with desk.open_edition(STUDY, Path("build")) as edition:
        told = edition.finding("system.chains").payload
    node = next(one for one in told["sections"] if one["id"] == "nodes.hydrogen")
    row = next(one for one in node["rows"] if "制氢" in str(one["cells"][0]))
    assert "断点" not in str(row["cells"])


def test_a_floor_of_services_is_moved_and_who_gains_is_seen(tab) -> None:
    page = tab()
    page.goto("/plans/services")
    page.get_by_role("link", name="用别的取值试算").click()
    assert page.locator("#floor").input_value() == "6"
    page.locator("#floor").fill("5")
    page.get_by_role("button", name="求解").click()
    expect(page.locator("p.done")).to_be_visible(timeout=120_000)
    expect(page.locator("p.lead")).to_contain_text("6 → 5")
    page.get_by_role("link", name="比较", exact=True).click()
    expect(page.locator("main")).to_contain_text("研究的取值")
    rows = page.locator("main table tbody tr")
    assert rows.count() > 0
    changed = [text for text in rows.all_inner_texts() if any(sign in text for sign in "0123456789")]
    assert changed, "the comparison names who gains"
