"""A real browser: the report from the disk, and the observatory on loopback."""

from __future__ import annotations

import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from system import needed

from xietong.app import desk
from xietong.app.server import HOST, application

ROOT = Path(__file__).parent.parent
STUDY = ROOT / "studies/jingjinji"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def out(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(published, tmp_path_factory.mktemp("browser") / "build"))
    desk.report(STUDY, folder, formats=("html",))
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = needed("chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test on any script error and on any request that leaves the machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: None if is_local(request.url) else wrong.append(request.url))
    yield opened
    context.close()
    assert wrong == []


def is_local(url: str) -> bool:
    return url.startswith(("file:", "data:", f"http://{HOST}:"))


@pytest.fixture(scope="module")
def address(out: Path) -> Iterator[str]:
    door = socket.create_server((HOST, 0))
    port = door.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application(STUDY, out), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started
    yield f"http://{HOST}:{port}"
    server.should_exit = True
    thread.join(timeout=10)
    door.close()


@pytest.mark.parametrize(("language", "title"), [("zh", "京津冀协同发展年度报告"), ("en", "coordinated development")])
def test_report_reads_in_a_browser(page: Page, out: Path, language: str, title: str) -> None:
    page.goto((desk.folder(STUDY, out) / f"report.{language}.html").as_uri())
    assert title in page.title()
    assert page.locator("figure svg").count() >= 6
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert page.evaluate("document.fonts.size") >= 1
    assert page.evaluate("document.fonts.check('16px \"Noto Sans SC\"', '京津冀')")


def test_a_number_leads_to_its_explanation(page: Page, out: Path) -> None:
    page.goto((desk.folder(STUDY, out) / "report.zh.html").as_uri())
    link = page.locator("#total ~ * a[href^='#n-gdp-region-2023'], section a[href='#n-gdp-region-2023']").first
    link.click()
    assert page.evaluate("location.hash") == "#n-gdp-region-2023"
    entry = page.locator("[id='n-gdp-region-2023']").locator("xpath=ancestor::p")
    assert "gdp-census-2018.csv" in entry.inner_text()


def test_report_fits_a_phone(browser: Browser, out: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto((desk.folder(STUDY, out) / "report.zh.html").as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    assert wide <= 0


def test_observatory_leads_from_overview_to_the_line(page: Page, address: str) -> None:
    page.goto(f"{address}/findings")
    page.get_by_role("link", name="京津冀地区生产总值（四经普口径）").click()
    page.get_by_role("link", name="104442.1").click()
    tree = page.locator(".tree").inner_text()
    assert "packs/jingjinji/tables/gdp-census-2018.csv:" in tree
    assert "43760.7 亿元" in tree
    page.go_back()
    assert "gdp.region" in page.url


def test_observatory_says_what_is_closest(page: Page, address: str) -> None:
    answer = page.goto(f"{address}/finding/gdp.regoin")
    assert answer is not None
    assert answer.status == 404
    assert "gdp.region" in page.locator("pre").inner_text()


def test_observatory_hands_out_the_report_and_nothing_else(address: str) -> None:
    with urllib.request.urlopen(f"{address}/report/report.zh.html") as answer:
        assert answer.status == 200
        assert "京津冀" in answer.read().decode()
    for path in ("report/study.toml", "report/..%2Fcurrent", "assets/../server.py"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/{path}")
