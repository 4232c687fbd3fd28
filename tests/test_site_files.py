"""The observatory as files: every link of the whole site, equal bytes, former files, foreign folders, a browser without a server."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from conftest import ROOT, Workshop
from playwright.sync_api import sync_playwright
from system import needed
from test_browser import QUIET

from xietong.app import desk
from xietong.app.site_files import LIST, write_site
from xietong.app.web.site import Site
from xietong.app.web.still import Still
from xietong.cli import main
from xietong.errors import EditionError
from xietong.library.explanations import explain, public
from xietong.library.store import Edition

STUDY = Path("studies/jingjinji")
DAY = date(2026, 11, 24)
LINK = re.compile(r'[ "](?:href|src|action)="([^"]*)"')
ID = re.compile(r' id="([^"]*)"')
OUTSIDE = ("http:", "https:", "mailto:", "data:")


@pytest.fixture(scope="module")
def written(published: Path) -> Path:
    """The site of the real study with its Chinese report."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        desk.report(STUDY, published, languages=("zh",), formats=("html",))
        write_site(STUDY, published, published / "site", DAY, frozenset({"report.zh.html"}))
    finally:
        os.chdir(before)
    return published / "site"


@pytest.fixture(scope="module")
def pages(written: Path) -> dict[str, str]:
    return {path.relative_to(written).as_posix(): path.read_text("utf-8") for path in written.rglob("*.html")}


def test_every_link_of_the_whole_site_leads_to_a_file_and_a_place_in_it(written: Path, pages: dict[str, str]) -> None:
    there = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    anchors = {name: set(ID.findall(text)) for name, text in pages.items()}
    dead: set[tuple[str, str]] = set()
    for name, text in pages.items():
        for link in set(LINK.findall(text)):
            if link.startswith(OUTSIDE):
                continue
            path, _, anchor = link.partition("#")
            target = os.path.normpath(Path(name).parent / unquote(path)) if path else name
            if path.startswith("/") or target not in there or (anchor and anchor not in anchors.get(target, {anchor})):
                dead.add((name, link))
    assert dead == set()
    assert there == {LIST, *(written / LIST).read_text("utf-8").split()}


def test_there_is_a_page_of_everything_in_both_languages(pages: dict[str, str], jingjinji: Edition) -> None:
    wanted = {"index", "framework", "indicators", "places", "systems", "registers", "plans", "report", "findings"}
    wanted |= {"framework/T1", "framework/P3", "plans/services", "places/130000", "registers/hospital/a0001"}
    wanted |= {f"indicators/{name}" for name in jingjinji.indicators} | {f"places/{code}" for code in jingjinji.places}
    wanted |= {f"finding/{name}" for name in jingjinji.ids}
    wanted |= {f"systems/{name.removeprefix('system.')}" for name in jingjinji.ids if name.startswith("system.")}
    assert {f"{begin}{one}.html" for one in wanted for begin in ("", "en/")} <= pages.keys()


def test_nothing_on_it_needs_somebody_who_answers(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert "<form" not in text, name
        fetched = re.findall(r'<(?:link|script|img|iframe|source)\b[^>]*(?:src|href)="([^"]*)"', text)
        assert not [one for one in fetched if one.startswith(("http", "//"))], name
        assert not re.search(r"url\((?!['\"]?(?:data:|#|typeface/))", text.partition("</style>")[0]), name


def test_each_number_of_a_finding_leads_to_its_first_step(pages: dict[str, str], jingjinji: Edition) -> None:
    series = jingjinji.finding("gdp.region").series
    assert series is not None
    at = series.axis("period").labels.index("2023")
    text = pages["finding/gdp.region.html"]
    assert f'href="#c{at}">104442.1</a>' in text
    assert 'href="../finding/gdp.member.html#' in text.partition(f'id="c{at}"')[2].partition("</ul>\n")[0]
    member = jingjinji.finding("gdp.member").series
    assert member is not None
    cell = {axis.name: axis.labels[-1] for axis in member.axes}
    text = pages["finding/gdp.member.html"]
    tree = text.partition(f'id="c{member.values.size - 1}"')[2].partition("</ul>\n")[0]
    lines = list(explain(jingjinji, "gdp.member", cell).leaves())
    assert lines
    for line in lines:
        assert f'href="../indicators/{line.concept}.html#r{line.row}"' in tree
        assert line.location in tree
        assert f'<tr id="r{line.row}">' in pages[f"indicators/{line.concept}.html"]


def test_every_map_says_its_review_number_or_that_it_has_none(pages: dict[str, str]) -> None:
    maps = [
        part
        for name, text in pages.items()
        if not name.startswith("report/")
        for part in re.findall(r'<figure class="map".*?</figure>', text, re.DOTALL)
    ]
    assert len(maps) > 100
    assert not [one for one in maps if not re.search("审图号|review number|内部使用|internal use", one)]


def test_equal_inputs_give_equal_bytes_and_a_second_run_writes_nothing_anew(small: Workshop, tmp_path: Path) -> None:
    desk.build(small.study, Path("out"))
    for name in ("one", "two"):
        write_site(small.study, Path("out"), Path(name), DAY, frozenset())
    first = {path.relative_to("one"): path.read_bytes() for path in Path("one").rglob("*") if path.is_file()}
    assert first == {path.relative_to("two"): path.read_bytes() for path in Path("two").rglob("*") if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in Path("one").rglob("*.html")}
    write_site(small.study, Path("out"), Path("one"), DAY, frozenset())
    assert times == {path: path.stat().st_mtime_ns for path in Path("one").rglob("*.html")}


def test_what_a_former_site_left_is_removed_and_nothing_else(small: Workshop) -> None:
    desk.build(small.study, Path("out"))
    write_site(small.study, Path("out"), Path("web"), DAY, frozenset())
    (Path("web") / "old/page.html").parent.mkdir()
    (Path("web") / "old/page.html").write_text("old")
    (Path("web") / "mine.txt").write_text("mine")
    Path("beside.txt").write_text("beside")
    with (Path("web") / LIST).open("a") as told:
        told.write("old/page.html\n../beside.txt\n")
    told = write_site(small.study, Path("out"), Path("web"), DAY, frozenset())
    assert told.removed == 1
    assert not Path("web/old").exists()
    assert (Path("web/mine.txt").read_text(), Path("beside.txt").read_text()) == ("mine", "beside")
    (Path("web") / "index.html").unlink()
    assert write_site(small.study, Path("out"), Path("web"), DAY, frozenset()).removed == 0
    assert Path("web/index.html").is_file()


def test_a_folder_of_others_is_refused_with_the_way_out(small: Workshop) -> None:
    Path("full").mkdir()
    Path("full/thesis.docx").write_text("mine")
    Path("file").write_text("mine")
    for name, says in (("full", "thesis.docx"), ("file", "is a file")):
        told = CliRunner().invoke(main, ["site", "--study", "small/study", "--out", "out", "--to", name])
        assert told.exit_code == 1
        assert says in told.output
        assert "--to FOLDER" in told.output
    assert Path("full/thesis.docx").read_text() == "mine"
    told = CliRunner().invoke(main, ["site", "--study", "small/study", "--when", "soon"])
    assert told.exit_code == 2
    with pytest.raises(EditionError, match="nothing is built"):
        write_site(small.study, Path("out"), Path("web"), DAY, frozenset())


def test_what_is_internal_is_on_no_page(small: Workshop) -> None:
    for file in ("pack/registers/clinic.toml", "pack/tables/output.toml"):
        small.write(file, small.read(file).replace('access = "public"', 'access = "internal"'))
    desk.build(small.study, Path("out"))
    write_site(small.study, Path("out"), Path("web"), DAY, frozenset())
    with desk.open_edition(small.study, Path("out")) as edition:
        inside = [one for one in edition.lines("output.nominal") if one.origin.access == "internal"]
        whole = public(explain(edition, edition.ids[0]), "en")
    assert inside
    assert "internal, not listed here" in "\n".join(whole.lines())
    text = "".join(path.read_text("utf-8") for path in Path("web").rglob("*.*") if path.suffix in (".html", ".csv"))
    assert not [one.location for one in inside if f"{one.location}<" in text or f"{one.location} " in text]
    assert "东省第一诊所" not in text


def test_addresses_of_others_keep_apart_and_odd_names_are_names_of_files(small: Workshop) -> None:
    desk.build(small.study, Path("out"))
    still = Still(Site(small.study, Path("out"), day=DAY))
    links = ["/registers/clinic/a:b?language=zh", "/registers/clinic/a/b?language=zh", "/registers/clinic/a_b"]
    files = [told.file for link in links if (told := still.place(link))]
    assert len({name.lower() for name in files}) == 3
    assert not [name for name in files if set(name) & set(':?"<>|*\\')]
    for link in ("/account?next=/", "/contribute/clinic", "/plans/toy/run?language=en", "/audit", "/check/abc", "/api"):
        assert still.place(link) is None
    assert still.page('<a href="/audit?language=zh">x</a>', "/?language=zh") == "<a >x</a>"


@pytest.mark.parametrize(("language", "begin"), [("zh", ""), ("en", "en/")])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_opens_from_the_disk_in_a_browser(written: Path, language: str, begin: str, width: int) -> None:
    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=needed("chromium"), args=QUIET)
        page = browser.new_context(viewport={"width": width, "height": 844}, offline=True).new_page()
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else wrong.append(one.url))
        page.goto((written / f"{begin}index.html").as_uri())
        page.locator("td.number a.num").first.click()
        assert re.search(r"/finding/[\w.]+\.html#c\d+$", page.url)
        page.locator(".tree:target a[href*='indicators/'], .tree:target a").first.click()
        assert page.url.startswith("file:")
        for name in ("framework", "indicators/gdp.nominal", "places/110000", "systems/culture", "registers/hospital"):
            page.goto((written / f"{begin}{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            assert page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-Hans")
            nav = page.locator("header nav ul").bounding_box()
            assert nav
            assert nav["height"] < 60, "the navigation takes one line"
        page.get_by_role("link", name="中文" if language == "en" else "English", exact=True).click()
        assert ("/en/" in page.url) == (language == "zh")
        browser.close()
    assert wrong == []
