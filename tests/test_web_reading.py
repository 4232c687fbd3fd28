"""The reading pages of the observatory, asked without a network: what they show, where their numbers lead, what they refuse."""

from __future__ import annotations

import asyncio
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from asking import Answer, ask
from conftest import ROOT, Workshop

from xietong.app import desk
from xietong.app.server import application
from xietong.app.web.ahead import addresses, made_first, one_of_each_kind
from xietong.app.web.charted import apart
from xietong.app.web.site import Pages
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade, Origin
from xietong.library.places import Gazetteer, Place
from xietong.library.store import Edition
from xietong.publish.ground import Ground
from xietong.publish.linked_map import Area, linked_map
from xietong.publish.vintage_drawing import Mark, vintage_drawing

STUDY = ROOT / "studies/jingjinji"
LANGUAGES = ("zh", "en")
PATHS = [
    "/", "/findings", "/compare", "/framework", "/framework/T1", "/framework/T4", "/framework/P3", "/indicators",
    "/indicators?q=gdp", "/indicators?q=nothing-at-all", "/indicators/gdp.nominal", "/indicators/population.census",
    "/indicators/gdp.nominal?place=110000&from=2013&to=2014", "/places", "/places/110000", "/places/xiongan",
    "/places/100000", "/registers", "/registers?q=bjdx", "/registers/hospital", "/registers/scenic?a.grade=5A",
    "/registers/offer", "/registers/hospital/a0005", "/registers/action/outline-2015", "/report", "/finding/gdp.region?period=2023",
    "/finding/claim.gap", "/finding/index.facets", "/systems", "/systems/culture", "/plans",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(published: Path):
    return application(STUDY, published)


@pytest.fixture(scope="module")
def seen(app) -> dict[tuple[str, str], Answer]:
    """Every page of the list in both languages, asked once."""
    pairs = [(path, language) for path in PATHS for language in LANGUAGES]
    return {(p, one): ask(app, f"{p}{'&' if '?' in p else '?'}language={one}") for p, one in pairs}


class Outline(HTMLParser):
    """What a screen reader would meet: landmarks, headings, labels, names, and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [told for tag, told in self.tags if tag in names]


def test_every_page_opens_in_both_languages(seen) -> None:
    assert {key: one.status for key, one in seen.items() if one.status != 200} == {}
    for (_, language), one in seen.items():
        assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in one.text
        assert "default-src 'none'" in one.headers["content-security-policy"]


def test_every_page_has_one_heading_landmarks_and_named_controls(seen) -> None:
    for key, one in seen.items():
        outline = Outline(one.text)
        assert len(outline.all("h1")) == 1, key
        assert len(outline.all("main")) == 1, key
        ids = [told["id"] for _, told in outline.tags if "id" in told]
        assert len(ids) == len(set(ids)), (key, [name for name in ids if ids.count(name) > 1][:3])
        levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (key, levels)
        labelled = {told.get("for") for told in outline.all("label")}
        fields = [told for told in outline.all("input", "select") if told.get("type") not in ("hidden", "checkbox")]
        assert [told for told in fields if told.get("id") not in labelled] == [], key
        assert all("aria-label" in told for told in outline.all("svg")), key
        scrolled = [told for told in outline.all("div") if told.get("class") == "table"]
        assert all(
            told.get("tabindex") == "0" and ("aria-label" in told or "aria-labelledby" in told) for told in scrolled
        ), key
        assert all("scope" in told for told in outline.all("th")), key


def test_no_page_asks_for_anything_elsewhere_or_runs_a_script_of_its_own(seen) -> None:
    for key, one in seen.items():
        outline = Outline(one.text)
        for told in outline.all("script", "link", "img"):
            where = told.get("src", told.get("href", ""))
            assert where.startswith(("/static/", "/typeface", "data:")), (key, told)
        assert not [name for _, told in outline.tags for name in told if name.startswith("on")], key


def test_every_link_inside_the_site_leads_somewhere(app, seen) -> None:
    """A sample of the links of each page, those to other pages, is followed."""
    links: dict[str, tuple[str, str]] = {}
    for key, one in seen.items():
        for told in Outline(one.text).all("a")[::7]:
            href = html.unescape(told.get("href", ""))
            if href.startswith("/") and "/file/" not in href and "/report/" not in href:
                links.setdefault(href, key)
    assert len(links) > 300
    broken = {href: key for href, key in list(links.items())[::5] if ask(app, href).status != 200}
    assert broken == {}


def test_a_printed_number_leads_to_its_line(app, seen) -> None:
    page = seen["/", "zh"].text
    (href,) = set(re.findall(r'<a class="num" href="([^"]+)">43944\.1</a>', page))
    told = ask(app, html.unescape(href)).text
    assert "packs/jingjinji/tables/gdp-census-2018.csv:40" in told
    assert 'id="explanation"' in told


def test_verdicts_have_a_sign_and_a_word(seen) -> None:
    for language, word in (("zh", "不成立"), ("en", "contradicted")):
        assert f'<span aria-hidden="true">✗</span> {word}</span>' in seen["/", language].text


def test_the_hole_of_the_framework_is_named(seen) -> None:
    row = next(part for part in seen["/framework", "en"].text.split("<tr") if "/framework/T4" in part)
    assert 'class="hole"' in row
    assert "(hole)" in row
    assert "No path serves this task." in seen["/framework/T4", "en"].text


def test_an_indicator_shows_every_vintage_with_its_line(seen, jingjinji: Edition) -> None:
    """The first-published and the revised product of 2014 stand side by side: several lines, several publications."""
    page = seen["/indicators/gdp.nominal?place=110000&from=2013&to=2014", "en"].text
    rows = [part for part in page.split("<tr id=")[1:] if ">2014<" in part]
    assert len(rows) >= 2
    assert len({re.search(r"<code>([^<]+)</code>", row)[1] for row in rows}) == len(rows)
    assert page.count("<circle") == page.count("<tr id=")
    assert "21330.8" in page
    settled = jingjinji.finding("gdp.member").series.cell(place="110000", period="2014")
    assert settled != 21330.8
    assert f"{settled:.10g}" in page


def test_the_file_of_an_indicator_has_the_lines_of_the_page(app) -> None:
    answer = ask(app, "/indicators/gdp.nominal/csv?place=110000&from=2013&to=2014")
    head, *rows = answer.text.splitlines()
    assert head.startswith("concept,place,place_name")
    assert {row.split(",")[1] for row in rows} == {"110000"}
    page = ask(app, "/indicators/gdp.nominal?place=110000&from=2013&to=2014").text
    assert page.count("<tr id=") == len(rows)
    assert answer.headers["content-disposition"] == 'attachment; filename="gdp.nominal.csv"'


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/indicators/gdp.nominl", "gdp.nominal"), ("/indicators/gdp.nominal?place=110001", "110000"),
        ("/indicators/gdp.nominal?at=1066", "no period '1066'"), ("/indicators/gdp.nominal?from=x", "no year 'x'"),
        ("/indicators/gdp.nominal?from=²", "no year '²'"), ("/places/11000", "110000"), ("/registers/hospitl", "hospital"),
        ("/registers/hospital/nobody", "no item 'nobody'"), ("/registers/hospital?state=open", "no state 'open'"),
        ("/registers/hospital?a.grade=9", "no word of grade '9'"), ("/registers/hospital/file/exe", "no format 'exe'"),
        ("/framework/T9", "T1"), ("/?show=I99", "no indicator 'I99'"), ("/compare?before=abcdef", "no edition 'abcdef'"),
        ("/compare?before=/etc/passwd", "no edition"), ("/typeface/none.woff", "no slice 'none'"), ("/indicatrs", "indicators"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_told_with_what_is_closest(app, address: str, nearest: str) -> None:
    path, mark, query = address.partition("?")

    answer = ask(app, path + mark + quote(query, safe="=&."))
    assert answer.status == 404
    assert nearest in html.unescape(answer.text)
    assert '<html lang="zh-Hans">' in answer.text


def test_a_page_number_that_cannot_be_is_the_first(app) -> None:
    first = ask(app, "/registers/hospital").text
    for page in ("0", "-1", "x", "²", "99999999999999"):
        assert ask(app, f"/registers/hospital?page={page}").text.count("<tr>") == first.count("<tr>")


def test_search_filters_and_pages_of_a_register(app) -> None:
    assert "北京大学第三医院" in ask(app, "/registers/hospital?q=bjdx").text
    assert "没有条目符合这些条件" in ask(app, "/registers/hospital?q=bjdx&place=120000").text
    everything = [ask(app, f"/registers/hospital?page={page}").text for page in range(1, 12)]
    found = [
        name
        for text in everything
        for name in re.findall(r'<th scope="row"><a href="(/registers/hospital/[^"?]+)', text)
    ]
    assert len(found) == len(set(found)) == 513


def test_an_item_shows_each_publication_and_its_line(seen) -> None:
    page = seen["/registers/hospital/a0005", "en"].text
    assert "packs/jingjinji/registers/hospital.csv:" in page
    assert "北京海淀区花园" in page
    assert "WGS 84" in page


def test_an_empty_register_says_what_was_never_published(seen) -> None:
    page = seen["/registers/offer", "en"].text
    assert "This register has no entries yet." in page
    assert "xietong register contribute FILE --class offer" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "dc", "lido"])
def test_registers_are_handed_out(app, form: str) -> None:
    answer = ask(app, f"/registers/port/file/{form}")
    assert answer.status == 200
    assert len(answer.body) > 500
    if form == "geojson":
        assert len(json.loads(answer.text)["features"]) == 8


HOSTILE = "<img src=x onerror=alert(1)>'\";{{7*7}}"


def test_hostile_text_in_a_register_is_text(small: Workshop) -> None:
    """Name, address and evidence of an item hold markup and a formula; every page that shows them shows signs."""
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    small.edit("pack/registers/clinic.csv", "东省第一诊所（原东省工人诊所）", quoted)
    small.edit("pack/registers/clinic.csv", "东街一号", quoted)
    small.edit("pack/registers/clinic.states.csv", "虚构公告说已经动工", quoted)
    desk.build(small.study, small.path / "out")
    app = application(small.study, small.path / "out")
    pages = [
        "/registers?q=img",
        "/registers/clinic",
        "/registers/clinic/c1",
        "/registers/clinic/c5",
        "/registers",
        "/places/110",
    ]
    answers = {page: ask(app, page) for page in pages}
    assert {one.status for one in answers.values()} == {200}
    assert [
        page for page, one in answers.items() if "<img" in one.text or "49" in one.text.replace("c49", "")[-900:]
    ] == []
    for page in pages[:4]:
        assert HOSTILE in html.unescape(answers[page].text)
    asked = ask(app, "/registers?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in asked
    assert "<script>alert(1)</script>" in html.unescape(asked)


def test_a_study_without_framework_or_index_opens_too(small: Workshop) -> None:
    for name in ("framework.toml", "claims.toml"):
        (small.study / name).unlink(missing_ok=True)
    for chapter in (small.study / "chapters").rglob("*.md"):
        chapter.write_text("# x\n", encoding="utf-8")
    desk.build(small.study, small.path / "out")
    app = application(small.study, small.path / "out")
    told = {address: ask(app, address).status for address in addresses(app.state.site)}
    assert {address: status for address, status in told.items() if status != 200} == {}
    assert "/framework?language=zh" not in told


def test_registers_follow_the_pack_and_the_edition_stays(small: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xietong.app.web.holdings._PAUSE", 0.0)
    desk.build(small.study, small.path / "out")
    app = application(small.study, small.path / "out")
    before = ask(app, "/registers/clinic").text
    assert "东省第一诊所（原东省工人诊所）" in before
    small.edit("pack/registers/clinic.csv", "东省第一诊所（原东省工人诊所）", "另一个名字")
    after = ask(app, "/registers/clinic").text
    assert "另一个名字" in after


def test_two_editions_are_compared_and_the_overview_says_what_moved(small: Workshop) -> None:
    out = small.path / "out"
    desk.build(small.study, out)
    assert "only edition" in ask(application(small.study, out), "/?language=en").text
    table = small.read("pack/tables/output.csv")
    small.write("pack/tables/output.csv", re.sub(r"^(\d+,\d{4},\d+)", r"\g<1>1", table, flags=re.MULTILINE))
    desk.build(small.study, out)
    app = application(small.study, out)
    page = ask(app, "/?language=en").text
    assert "Numbers that moved" in page
    href = html.unescape(re.search(r'href="(/compare\?[^"]+)"', page)[1])
    told = ask(app, href).text
    assert "Numbers that moved" in told
    assert ask(app, "/compare?before=previous&after=current&language=en").status == 200


def test_an_answer_is_known_again(app) -> None:
    first = ask(app, "/indicators")
    again = ask(app, "/indicators", if_none_match=first.headers["etag"])
    assert (again.status, again.sent) == (304, b"")
    assert ask(app, "/indicators", accept_encoding="identity").body == first.body


def test_kept_pages_never_take_more_room_than_given() -> None:
    pages = Pages(most=300)
    for at in range(50):
        pages.made((str(at), "", ""), lambda at=at: f"{at} " * 40)
    assert sum(map(len, pages.all.values())) == pages.size <= 300
    assert ("49", "", "") in pages.all
    made: list[int] = []
    pages.made(("49", "", ""), lambda: made.append(1) or "other")
    assert not made


def test_the_slices_of_the_typeface_hold_every_sign_once(app) -> None:
    rules = ask(app, "/typeface.css").text
    for weight in ("400", "700"):
        ranges = [
            part
            for rule in re.findall(rf"font-weight:{weight};.*?unicode-range:([^}}]+)", rules)
            for part in rule.split(",")
        ]
        codes = [
            code
            for one in ranges
            for ends in [one.removeprefix("U+").split("-")]
            for code in range(int(ends[0], 16), int(ends[-1], 16) + 1)
        ]
        assert len(codes) == len(set(codes))
        assert set(map(ord, "京津冀协同发展GDP")) <= set(codes)


def place(code: str, parent: str, level: str) -> Place:
    return Place(code, Label(code, code), code, level, parent, "", "")


def test_places_on_a_map_never_lie_over_each_other() -> None:
    tree = {"130000": ("100000", "province"), "130100": ("130000", "city"), "130200": ("130000", "city"), "130300": ("130000", "city"),
            "110000": ("100000", "province"), "100000": ("", "nation")}  # fmt: skip
    gazetteer = Gazetteer({code: place(code, *told) for code, told in tree.items()})
    assert apart(["110000", "130000", "130100"], gazetteer) == [
        "130000",
        "110000",
    ]  # one of three parts: the whole stands
    assert apart(["110000", "130000", "130100", "130200"], gazetteer) == ["130100", "130200", "110000"]
    assert apart(["100000", "999999"], gazetteer) == []


def test_a_map_tells_without_colour() -> None:
    areas = [Area("110000", "甲 <b>", "1.0", 1.0, "/a?x=1&y=2"), Area("120000", "乙", "", None, "/b")]
    drawn = linked_map(areas, "en", title='"t" & u')
    assert "甲 &lt;b&gt;: 1.0" in drawn
    assert 'href="/a?x=1&amp;y=2"' in drawn
    assert "no data" in drawn
    assert 'fill="url(#' in drawn
    assert "no map review number" in drawn
    assert "Map review number: GS 1" in linked_map(areas, "en", title="t", ground=Ground("GS 1")).replace(
        "review number: GS 1", "review number: GS 1"
    )


def test_nothing_joins_over_a_gap_or_between_vintages() -> None:
    def mark(period: str, line: str, value: float) -> Mark:
        return Mark("甲", period, line, line, value, str(value), "#r")

    def joints(*marks: Mark) -> int:
        return vintage_drawing(marks, title="t", unit="u").count('stroke-width="2"')

    assert joints(mark("2010", "a", 1), mark("2011", "a", 2)) == 1
    assert joints(mark("2010", "a", 1), mark("2012", "a", 2)) == 0
    assert joints(mark("2010", "a", 1), mark("2011", "b", 2)) == 0
    assert joints(mark("2010", "a", 1), mark("2010", "a", 2)) == 0
    assert joints(mark("2010", "a", 5)) == 0


def test_a_reference_has_the_order_of_the_standard() -> None:
    told = (
        "o",
        "某局",
        "某公报",
        "2024-03-21",
        "2026-11-01",
        "第一节 | section one",
        "x",
        Grade.OFFICIAL,
        "public",
        "",
        Flag.OBSERVED,
        "",
    )
    assert Origin(*told, url="").reference() == "某局. 某公报. (2024-03-21)[2026-11-01]. 第一节."
    assert Origin(*told, url="a.cn/b").reference() == "某局. 某公报[EB/OL]. (2024-03-21)[2026-11-01]. 第一节. a.cn/b."


def test_the_newest_line_of_a_cell_is_the_one_that_a_reading_takes(jingjinji: Edition) -> None:
    newest = {(one.place, one.period): one for one in jingjinji.newest("gdp.nominal")}
    assert newest["110000", "2014"].benchmark == "census-2018"
    region = jingjinji.finding("gdp.member").series
    for code in region.axis("place").labels:
        assert newest[code, "2023"].value == region.cell(place=code, period="2023")
    everything = {(one.place, one.to, one.period) for one in jingjinji.lines("gdp.nominal")}
    assert len(jingjinji.newest("gdp.nominal")) == len(everything)


def test_a_page_of_every_kind_is_made_before_the_first_reader_comes(small: Workshop) -> None:
    desk.build(small.study, small.path / "out")
    told = application(small.study, small.path / "out")
    site = told.state.site
    pages = one_of_each_kind(addresses(site))
    assert {"/?language=zh", "/?language=en", "/places?language=zh"} <= set(pages)
    assert sum(page.startswith("/places/") for page in pages) == 2
    assert not site.pages.all
    asyncio.run(made_first(site, told))
    assert len(site.pages.all) == len(pages)
