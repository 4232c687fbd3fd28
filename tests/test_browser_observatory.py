"""The observatory in a real browser: a number traced to its line, every page in both languages, accessibility, the first view, the map."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from conftest import ROOT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from system import needed
from test_browser import QUIET, is_local
from test_web_reading import PATHS

from xietong.app import desk
from xietong.app.server import HOST, application

STUDY = ROOT / "studies/jingjinji"
CHECKER = Path(__file__).parent / "assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_VIEW = 500_000
"""Bytes over the line of the first view."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = needed("chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    desk.report(STUDY, published, languages=("zh",), formats=("html",))
    door = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(application(STUDY, published), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started
    yield f"http://{HOST}:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    door.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test on any script error, refusal by the policy, or request that leaves the machine."""
    opened, wrong = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda told: wrong.append(told.text) if "Content Security Policy" in told.text else None)
    opened.on("request", lambda request: None if is_local(request.url) else wrong.append(request.url))
    yield opened
    assert wrong == []


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}language={language}"


def wide(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def moved_to(page: Page, told: str) -> None:
    """Wait until the map is where it should be; the policy of the site lets no text be run as a script."""
    ground, until = page.locator("[data-map] .ground"), time.monotonic() + 10
    while told not in (ground.get_attribute("transform") or "") and time.monotonic() < until:
        page.wait_for_timeout(20)
    assert told in (ground.get_attribute("transform") or "")


def test_a_number_of_the_report_is_traced_to_its_line(page: Page, address: str) -> None:
    """Journey: the report, a number of it, its explanation; the same number in the observatory down to file and line."""
    page.goto(address)
    page.get_by_role("link", name="报告", exact=True).first.click()
    page.get_by_role("link", name="阅读中文报告").click()
    page.locator("a[href='#n-gdp-region-2023']").first.click()
    entry = page.locator("[id='n-gdp-region-2023']").locator("xpath=ancestor::p")
    assert "gdp-census-2018.csv" in entry.inner_text()
    page.goto(f"{address}/findings")
    page.get_by_label("筛选").fill("gdp.region")
    page.get_by_role("link", name="京津冀地区生产总值（四经普口径）").click()
    page.get_by_role("link", name="104442.1").click()
    assert page.evaluate("location.hash") == "#explanation"
    assert "packs/jingjinji/tables/gdp-census-2018.csv:42" in page.locator(".tree").inner_text()
    page.go_back()
    page.go_back()
    assert page.url.endswith("/findings")


def test_a_number_of_a_place_leads_to_its_row(page: Page, address: str) -> None:
    page.goto(f"{address}/places/130000?language=en")
    page.locator("#values ~ .table a.num").first.click()
    row = page.locator("tr:target")
    assert row.count() == 1
    assert "packs/jingjinji/tables/" in row.inner_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_and_passes_the_checker(page: Page, address: str, language: str) -> None:
    if not CHECKER.is_file() and os.environ.get("ALLOW_MISSING") == "1":
        pytest.skip("the accessibility checker is not there and ALLOW_MISSING=1")
    assert CHECKER.is_file(), "the accessibility checker is missing: run scripts/make-assets --tests"
    checker, found = CHECKER.read_text(encoding="utf-8"), {}
    for path in PATHS:
        answer = page.goto(f"{address}{in_language(path, language)}")
        assert answer is not None
        assert answer.status == 200
        assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh" else "en")
        page.evaluate(checker)
        told = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})")
        wrong = [(one["id"], one["nodes"][0]["html"][:120]) for one in told["violations"]]
        if wrong or wide(page) > 0:
            found[path] = (wrong, wide(page))
    assert found == {}


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_pages_fit_a_phone_and_a_wall(context: BrowserContext, address: str, width: int, height: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    told = {}
    for path in PATHS:
        page.goto(f"{address}{in_language(path, 'en')}")
        told[path] = wide(page)
    assert {path: over for path, over in told.items() if over > 0} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_view_is_small(browser: Browser, address: str, language: str) -> None:
    """Bytes over the line with fonts, in a browser that has none of it."""
    sizes: list[int] = []
    for _ in range(2):
        opened = browser.new_context()
        page = opened.new_page()
        sizes.clear()
        page.on(
            "requestfinished",
            lambda request: sizes.append(sum(request.sizes()[k] for k in ("responseBodySize", "responseHeadersSize"))),
        )
        page.goto(f"{address}/?language={language}", wait_until="networkidle")
        loaded = page.evaluate(
            "document.fonts.ready.then(() => [...document.fonts].filter((one) => one.status === 'loaded').length)"
        )
        opened.close()
    assert sum(sizes) < FIRST_VIEW
    assert loaded >= (1 if language == "zh" else 0)


def test_the_map_of_199_units_moves_by_hand_and_by_keys(page: Page, address: str) -> None:
    """Frames are drawn all the while the map is dragged; keys move and enlarge it; every unit has a name and a value."""
    page.goto(f"{address}/indicators/population.census?at=2020-11-01&language=en")
    svg, ground = page.locator("[data-map] svg"), page.locator("[data-map] .ground")
    assert page.locator("[data-map] .area").count() >= 199
    assert all(
        ": " in told
        for told in page.locator("[data-map] .area").evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-label'))"
        )
    )
    svg.scroll_into_view_if_needed()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    moved_to(page, "scale(1.96")
    before = ground.get_attribute("transform")
    box = svg.bounding_box()
    assert box is not None
    page.evaluate(
        "window.frames_ = 0; const count = () => { window.frames_ += 1; requestAnimationFrame(count); }; requestAnimationFrame(count);"
    )
    page.mouse.move(box["x"] + 250, box["y"] + 250)
    page.mouse.down()
    begin, first = time.monotonic(), page.evaluate("window.frames_")
    for at in range(60):
        page.mouse.move(box["x"] + 250 - 2 * at, box["y"] + 250 - at)
    rate = (page.evaluate("window.frames_") - first) / (time.monotonic() - begin)
    page.mouse.up()
    assert ground.get_attribute("transform") != before
    assert page.url.split("?")[0].endswith("population.census")  # a drag is no click on a place
    assert rate > 20
    svg.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    moved_to(page, "scale(2.7")
    page.keyboard.press("0")
    moved_to(page, "translate(0.00 0.00) scale(1.000)")


def test_all_that_matters_is_reached_by_the_tab_key(page: Page, address: str) -> None:
    page.goto(f"{address}/?language=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.tagName.toLowerCase() + ' ' + (document.activeElement.id || document.activeElement.getAttribute('href') || '')"
            )
        )
    assert "select show" in reached
    assert any(one.startswith("a /places/110000") for one in reached)
    assert any("#explanation" in one for one in reached)


def test_without_a_script_everything_can_be_read(browser: Browser, address: str) -> None:
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto(f"{address}/?language=en")
    page.get_by_label("Indicator").select_option(index=1)
    page.get_by_role("button", name="Show").click()
    assert "show=" in page.url
    page.goto(f"{address}/registers/scenic?language=en")
    page.get_by_label("Place", exact=True).select_option("110000")
    page.get_by_role("button", name="Find").click()
    assert "place=110000" in page.url
    assert page.locator(".zoom").count() == 0
    opened.close()
