"""A real browser, on what writes or computes: an entry contributed and reviewed, a text audited, a lever moved, a suspicion decided."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import toy_plan
import uvicorn
from browser_visit import SECRET, sign_in
from conftest import SMALL
from playwright.sync_api import Browser, Page, expect, sync_playwright
from system import needed

from xietong.app import desk, plans
from xietong.app.accounts import accounts
from xietong.app.server import HOST, application
from xietong.library import passwords
from xietong.library.contributions import contributions
from xietong.library.registers.accounts import Account
from xietong.plans import kinds

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = (
    "/account",
    "/contribute",
    "/contribute/clinic",
    "/review",
    "/check",
    "/audit",
    "/measures",
    "/measures/inequality.theil_t",
    "/plans/toy/run",
    "/api",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=needed("chromium"), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The small study with a toy plan, served on loopback, and its pack."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("writing")
    shutil.copytree(SMALL, folder / "small")
    study, pack = folder / "small/study", folder / "small/pack"
    for module in (kinds, plans):
        patch.setattr(module, "KINDS", {**kinds.KINDS, "toy": toy_plan.TOY})
    patch.setattr(passwords.kept, "__defaults__", ((2**4, 8, 1),))
    patch.delenv("XIETONG_JOURNAL", raising=False)
    with (study / "plans.toml").open("a", encoding="utf-8") as file:
        file.write(toy_plan.TOML)
    with (pack / "tables/people.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"120,{year},{150 + year - 2000},,count,\n" for year in range(2000, 2013))
        file.write("120,2013,1500,,count,\n")
    desk.build(study, folder / "out")
    with accounts(pack) as kept:
        kept.add(Account("giver", "西省诊所处", "120", "contributor"), SECRET)
        kept.add(Account("west", "西省卫生局", "120", "reviewer"), SECRET)
    site = application(study, folder / "out")
    site.state.site.runs.work = toy_plan.work
    door = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://{HOST}:{door.getsockname()[1]}", pack
    server.should_exit = True
    thread.join(timeout=20)
    door.close()
    patch.undo()


@pytest.fixture
def tab(browser: Browser, room: tuple[str, Path]) -> Iterator[Callable[..., Page]]:
    """Open a tab of somebody of their own; the test fails on any script error and any request that leaves the machine."""
    wrong: list[str] = []
    contexts = []

    def opened(*, scripts: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, base_url=room[0]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda told: wrong.append(told.text) if told.type == "error" and "status of 4" not in told.text else None,
        )
        page.on(
            "request", lambda request: None if request.url.startswith((room[0], "data:")) else wrong.append(request.url)
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def test_an_entry_is_contributed_and_reviewed(tab, room: tuple[str, Path]) -> None:
    giver, west = tab(), tab()
    sign_in(giver, "giver", "/contribute/clinic")
    form = giver.locator("form.rows")
    giver.get_by_role("link", name="多一行").click()
    assert form.locator("fieldset").count() == 2
    for at, (item, name) in enumerate((("b1", "河畔诊所"), ("b2", "<b>山前诊所</b>"))):
        form.locator(f"[name='{at}.item']").fill(item)
        form.locator(f"[name='{at}.name']").fill(name)
        form.locator(f"[name='{at}.place']").fill("西省")
        form.locator(f"[name='{at}.origin']").select_option("list2024")
    form.get_by_role("button", name="看差异").click()
    expect(giver.locator("table.difference")).to_contain_text("<b>山前诊所</b>")
    expect(giver.locator("p.lead")).to_contain_text("2 行新增")
    giver.get_by_role("button", name="送审").click()
    expect(giver.get_by_role("status")).to_contain_text("等待审核")
    number = re.search(r"/review/(\d+)", giver.url).group(1)
    sign_in(west, "west", "/review")
    west.get_by_role("link", name=number, exact=True).click()
    west.get_by_label("理由").fill("与名单相符")
    west.get_by_role("button", name="接受").click()
    expect(west.locator("dl.facts")).to_contain_text("已接受")
    giver.reload()
    expect(giver.locator("dl.facts")).to_contain_text("与名单相符")
    assert "b2,<b>山前诊所</b>,120,list2024" in (room[1] / "registers/clinic.csv").read_text(encoding="utf-8")
    west.goto("/account")
    expect(west.locator("table")).to_contain_text("接受")


def test_two_tabs_on_one_contribution_lose_nothing(tab, room: tuple[str, Path]) -> None:
    one = tab()
    sign_in(one, "west", "/contribute/clinic")
    chooser = one.locator("form.file input[type=file]")
    chooser.set_input_files(
        {
            "name": "更多.csv",
            "mimeType": "text/csv",
            "buffer": "编号,名称,地点,来源\nb3,林间诊所,120,list2024\n".encode(),
        }
    )
    one.locator("form.file").get_by_role("button", name="看差异").click()
    one.get_by_role("button", name="送审").click()
    one.wait_for_url("**/review/*")
    other = one.context.new_page()
    other.goto(one.url)
    one.get_by_role("button", name="接受").click()
    expect(one.locator("dl.facts")).to_contain_text("已接受")
    other.get_by_label("理由").fill("晚了一步")
    other.get_by_role("button", name="退回").click()
    expect(other.get_by_role("alert")).to_contain_text("a contribution is ruled once")
    assert (room[1] / "registers/clinic.csv").read_text(encoding="utf-8").count("b3,林间诊所") == 1
    assert contributions(room[1])[0][-1].state == "accepted"


def test_a_text_is_audited_and_read_in_the_other_language(tab) -> None:
    page = tab()
    page.goto("/audit")
    page.get_by_label("文字").fill("2019年东省人口为210万人，西省为999万人。")
    page.get_by_role("button", name="核对").click()
    page.locator(".audited .figure").first.click()
    assert page.evaluate("location.hash").startswith("#f")
    page.get_by_role("button", name="The same in English").click()
    expect(page.locator(".audited")).to_contain_text("Figure by figure")
    page.go_back()
    expect(page.locator(".audited")).to_contain_text("逐条结论")


def test_a_lever_is_moved_and_the_result_seen(tab) -> None:
    page = tab()
    page.goto("/plans/toy")
    page.get_by_role("link", name="用别的取值试算").click()
    expect(page.locator("input[type=range][data-for=budget]")).to_be_visible()
    page.locator("input[type=range][data-for=budget]").focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    moved = page.locator("#budget").input_value()
    assert float(moved) > 10
    page.locator("#steps").fill("30")
    page.get_by_role("button", name="求解").click()
    expect(page.locator("#running, .done").first).to_be_visible()
    expect(page.locator("p.done")).to_contain_text("给出的", timeout=60_000)
    assert abs(float(page.locator("p.done strong").inner_text()) - float(moved) / 2) < 0.01
    page.get_by_role("link", name="比较", exact=True).click()
    expect(page.locator("main")).to_contain_text("研究的取值")
    page.go_back()
    page.locator("main a", has_text="/plans/toy/run?budget=").click()
    assert page.locator("#budget").input_value() == moved


def test_a_plan_is_run_without_a_script(tab) -> None:
    page = tab(scripts=False)
    page.goto("/plans/toy/run?language=en")
    assert not page.locator("input[type=range]").first.is_visible()
    page.locator("#budget").fill("15")
    page.locator("#steps").fill("60")
    page.get_by_role("button", name="Solve").click()
    expect(page.locator("p.done")).to_contain_text("7.5", timeout=60_000)


def test_a_run_is_stopped(tab) -> None:
    page = tab()
    page.goto("/plans/toy/run?steps=400&budget=16")
    page.get_by_role("button", name="求解").click()
    expect(page.locator("pre.lines")).to_contain_text("step 3", timeout=60_000)
    page.get_by_role("button", name="停止").click()
    expect(page.locator("p.done")).to_contain_text("停止前找到的最好结果", timeout=30_000)


def test_a_suspicion_is_decided(tab, room: tuple[str, Path]) -> None:
    page = tab()
    sign_in(page, "west", "/check")
    page.get_by_role("link", name=re.compile("1500")).first.click()
    page.get_by_label("照原样接受").check()
    page.get_by_label("为何").fill("虚构的数 | a made-up number")
    page.get_by_role("button", name="写入决定").click()
    expect(page.locator("main")).to_contain_text("西省卫生局: 虚构的数")
    assert "西省卫生局" in (room[1] / "decisions.toml").read_text(encoding="utf-8")


def test_a_measure_is_computed_on_pasted_columns(tab) -> None:
    page = tab()
    page.goto("/measures?find=theil")
    page.locator("a[href*='inequality.theil_t']").click()
    form = page.locator("form.drop")
    form.locator("#text").fill("city,gdp,people\n甲,100,10\n乙,300,20\n丙,50,10\n")
    names = form.locator("[name^='option.']").evaluate_all("all => all.map(one => one.name)")
    form.locator("[name='option.incomes']").fill("gdp") if "option.incomes" in names else None
    form.locator("[name='option.people']").fill("people")
    form.get_by_role("button", name="测算").click()
    expect(page.locator(".result")).to_contain_text("xietong measure")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_pages_fit_every_screen_and_name_what_they_hold(tab, language: str, width: int) -> None:
    page = tab(width=width)
    for path in PAGES:
        page.goto(f"{path}?language={language}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        assert page.locator("h1").count() == 1, path
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
            .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.outerHTML)"""
        )
        assert unnamed == [], path
        twice = page.evaluate(
            "() => { const all = [...document.querySelectorAll('[id]')].map(one => one.id); return all.filter((one, at) => all.indexOf(one) !== at) }"
        )
        assert twice == [], path
        assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh" else "en")
