"""The page of a check in a real browser: read, filter, decide, keep, and hand the decisions to the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy_detectors
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, sync_playwright
from system import needed

from xietong.cli import main

QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
MAPPING = """
[tables.city]
file = "city.csv"
kind = "figures"
columns = { place = "place", indicator = "what", period = "year", value = "value", unit = "unit" }
[tables.other]
file = "other.csv"
kind = "figures"
columns = { place = "place", indicator = "what", period = "year", value = "value", unit = "unit" }
"""
ROWS = [
    f'甲<b>,产值 "x\\",{year},{value},亿元'
    for year, value in zip(range(2010, 2020), [*range(700, 790, 10), 800], strict=True)
]
CITY = "\n".join(["place,what,year,value,unit", *(row.replace('"x\\"', "“x”") for row in ROWS), ""])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = needed("chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    toy_detectors.install(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files/city.csv").write_text(CITY, encoding="utf-8")
    (tmp_path / "files/other.csv").write_text(CITY.replace("800", "801"), encoding="utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    run("check", "files", "--mapping", "m.toml", "--format", "html", "--out", "check.html")
    return tmp_path


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """The page, opened from the disk; any script error and any request but for the page itself fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on(
        "request", lambda request: None if re.match("file:|data:|blob:", request.url) else wrong.append(request.url)
    )
    opened.goto((folder / "check.html").as_uri())
    yield opened
    context.close()
    assert wrong == []


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def decide(page: Page, at: int, verdict: str, **fields: str) -> None:
    article = page.locator("article").nth(at)
    article.locator(f"[data-verdict={verdict}]").click()
    for name, text in fields.items():
        article.locator(f"[name={name}]").fill(text)


def test_what_is_suspected_stands_with_evidence_and_its_series(page: Page) -> None:
    assert page.locator("article").count() == 3
    first = page.locator("article").first
    assert first.locator("h3").inner_text() == "2019 恰为 800"
    assert "city.csv:11" in first.locator("table").first.inner_text()
    assert first.locator("figure svg polyline").count() == 1
    assert first.locator("figure svg circle").count() == 10
    assert "甲<b>" in first.locator("figcaption").inner_text()
    assert page.evaluate("document.fonts.check('16px \"Noto Sans SC\"', '核查')")


def test_filters_and_groups(page: Page) -> None:
    page.get_by_label("问题种类").select_option("any-rows")
    assert page.locator("article:visible").count() == 2
    assert page.locator("#shown").inner_text() == "显示 2 / 3"
    page.get_by_label("查找文字").fill("OTHER.csv")
    assert page.locator("article:visible").count() == 1
    page.get_by_label("查找文字").fill("")
    page.get_by_label("问题种类").select_option("")
    page.get_by_label("分组").select_option("table")
    assert page.locator("main h2:visible").all_inner_texts()[:2] == ["city.csv 2", "other.csv 1"]
    page.get_by_label("分组").select_option("detector")
    assert page.locator("main h2:visible").all_inner_texts()[:2] == ["整百 1", "含记录的表 2"]


def test_a_decision_counts_when_it_is_complete_and_can_be_withdrawn(page: Page) -> None:
    decide(page, 0, "accept")
    assert page.locator("#toml").input_value() == ""
    assert "1 条尚未填全" in page.locator("#incomplete").inner_text()
    assert page.evaluate("document.activeElement.name") == "who"
    decide(page, 0, "exclude", who="核算处", why=" ")
    assert page.locator("#toml").input_value() == ""
    page.locator("article").first.locator("[name=why]").fill("试")
    assert page.locator("#progress").inner_text().startswith("已写好 1 条决定，共 3 个疑点")
    assert 'verdict = "exclude"' in page.locator("#toml").input_value()
    page.get_by_label("状态").select_option("open")
    assert page.locator("article:visible").count() == 2
    page.get_by_label("状态").select_option("")
    page.locator("article").first.locator("[data-verdict=exclude]").click()
    assert page.locator("#toml").input_value() == ""


def test_a_correction_needs_both_values(page: Page) -> None:
    decide(page, 0, "fix", who="核算处", why="试", was="800")
    assert page.locator("#toml").input_value() == ""
    page.locator("article").first.locator("[name=now]").fill("80")
    assert 'was = "800"\nnow = "80"' in page.locator("#toml").input_value()


def test_what_is_written_is_kept_and_who_is_offered_again(page: Page) -> None:
    decide(page, 0, "accept", who="核算处", why="试")
    before = page.locator("#toml").input_value()
    page.reload()
    assert page.locator("#toml").input_value() == before
    assert page.locator("article").first.locator("[data-verdict=accept]").get_attribute("aria-pressed") == "true"
    decide(page, 1, "accept")
    assert page.locator("article").nth(1).locator("[name=who]").input_value() == "核算处"
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="全部清除").click()
    assert page.locator("#toml").input_value() == ""
    page.reload()
    assert page.locator("#toml").input_value() == ""


def test_the_text_is_what_decide_takes(page: Page, folder: Path) -> None:
    odd = 'a "quoted" \\ one\nand = [[decision]] # | <b>'
    decide(page, 0, "fix", who="核算处 | Accounts", why=odd, was="800", now="8\u007f0")
    decide(page, 1, "exclude", why="试 | a test")
    with page.expect_download() as told:
        page.get_by_role("button", name="下载 decisions.toml").click()
    told.value.save_as(folder / "brought.toml")
    assert run("decide", "files", "--mapping", "m.toml", "--from", "brought.toml") == (
        "2 decisions written to m.decisions.toml\n"
    )
    assert (folder / "m.decisions.toml").read_text(encoding="utf-8") == page.locator("#toml").input_value()
    run("check", "files", "--mapping", "m.toml", "--format", "html", "--language", "en", "--out", "check.html")
    page.evaluate("localStorage.clear()")
    page.reload()
    assert "corrected (800 → 8" in page.locator("article").first.locator(".ruled").first.inner_text()
    assert page.locator("article").first.locator(".still").is_visible()
    page.get_by_label("State").select_option("decided")
    assert page.locator("article:visible").count() == 1
    assert page.locator("article:visible .ruled").inner_text().endswith("Accounts: a test")


def test_the_text_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    decide(page, 0, "accept", who="a", why="b")
    page.get_by_role("button", name="复制").click()
    page.get_by_text("已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#toml").input_value()


def test_the_page_speaks_both_languages(page: Page) -> None:
    decide(page, 0, "accept", why="b")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("article h3").first.inner_text() == "800 exactly <b> in 2019"
    assert page.locator("article .state").first.inner_text() == "accepted as published (not complete)"
    assert page.get_by_label("Find text").is_visible()
    assert page.get_by_role("group", name="Decide").count() == 3
    controls = page.locator("main > section:not(.notes), aside, header").all_inner_texts()
    shown = re.sub(r"甲|亿元|产值|“x”|核算处|行 |值 |中文", "", "".join(controls))
    assert not re.search(r"[\u4e00-\u9fff]", shown)
    page.get_by_role("button", name="中文").click()
    assert page.locator("article h3").first.inner_text() == "2019 恰为 800"


def test_it_is_worked_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("article").first.locator("[data-verdict=accept]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("核算处")
    page.keyboard.press("Tab")
    page.keyboard.type("试")
    assert 'why = "试"' in page.locator("#toml").input_value()


def test_every_control_has_a_name(page: Page) -> None:
    decide(page, 0, "fix")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, [role=region], [role=group], svg")]
        .filter((one) => !(one.getAttribute("aria-label") || one.labels?.[0]?.textContent.trim() || one.textContent.trim()))
        .map((one) => one.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("width", [360, 1400])
def test_it_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    decide(page, 0, "fix")
    page.locator("article").first.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_print_shows_all_evidence_and_no_controls(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[data-verdict]:visible").count() == 0
    assert page.locator("aside:visible").count() == 0
    assert page.locator("article").nth(1).locator("tbody tr:visible").count() == 5


def test_without_scripts_it_can_be_read(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "check.html").as_uri())
    assert page.locator("article:visible").count() == 3
    assert page.locator("button:visible").count() == 0
    assert page.get_by_text("未启用脚本").is_visible()
    context.close()


def test_no_other_script_runs(page: Page, folder: Path) -> None:
    text = (folder / "check.html").read_text(encoding="utf-8")
    assert "'sha256-" in text
    (folder / "check.html").write_text(
        text.replace("</body>", "<script>document.title='x'</script></body>"), encoding="utf-8"
    )
    other = page.context.new_page()
    other.goto((folder / "check.html").as_uri())
    assert other.title().startswith("核查")
