"""The rendering half of publishing: drawings, documents, and that the same input gives the same bytes."""

import json
import math
import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import docx
import numpy as np
import pytest
from pypdf import PdfReader

from xietong.errors import Problems, PublishError, UnknownName
from xietong.publish import assets_index, charts, fonts, maps, style
from xietong.publish.document import Document, Figure
from xietong.publish.engine import FigureEngine
from xietong.publish.html import write_html
from xietong.publish.markdown import headings, plain_text, read
from xietong.publish.pdf import write_pdf
from xietong.publish.word import write_word

YEARS = ["2013", "2014", "2015", "2016"]
CODES = ["110000", "120000", "130100", "130200", "130600", "131000"]

BODY = """
# 一、总体 {#whole}

合计为 [104442.1](#n-total) 亿元[^one]，见 [图 1](#figure-lines) 与 [表 1](#table-one)——这是样例。

![图 1 指数走势](figure:lines){#figure-lines}

::: source
来源：样例。
:::

## （一）表格 {#tables}

| 地区 | 数值（亿元） |
|:-----|-----:|
| 北京 | 1.2 |
| 天津 | 3.4 |

: 表 1 样例 {#table-one}

::: keypoints
**要点** 差距缩小。

- 第一点
- 第二点
:::

::: caution
口径有变。
:::

# 附录 {#appendix}

::: small
[]{#n-total}三地合计，由发布值相加。$T = s \\ln s$
:::

[^one]: 初步核算数。
"""


@pytest.fixture(scope="module")
def engine():
    return FigureEngine()


def line(name, values, **more):
    return charts.Line(name, list(zip(YEARS, values, strict=True)), **more)


def all_options():
    bars = [charts.Bars("甲", [1.0, None, 3.0]), charts.Bars("乙", [2.0, 1.5, -0.5])]
    shares = [charts.Bars("甲", [40.0, 30.0]), charts.Bars("乙", [60.0, 70.0])]
    area = maps.outlines(CODES)
    values = dict(zip(CODES, [1.0, 2.0, 3.0, None, 5.0, 6.0], strict=True))
    return {
        "lines": charts.lines(
            [line("指数", [100, None, 110, 120])], unit="指数", categories=YEARS, reference=(100, "基期")
        ),
        "grouped_bars": charts.grouped_bars(["一", "二", "三"], bars, unit="亿元"),
        "stacked_bars": charts.stacked_bars(["一", "二"], shares, unit="%", as_share=True),
        "dumbbell": charts.dumbbell(
            [charts.Span("一", 1, 2), charts.Span("二", None, 3)], names=("前", "后"), unit="元"
        ),
        "intervals": charts.intervals(
            [charts.Interval("一", 1, 2, 3)], unit="名次", reference=(2, "中位"), inverse=True
        ),
        "releases": charts.releases(["一", "二", "三"], bars, unit="指数", digits=1),
        "scatter": charts.scatter(
            [charts.Point("一", 1, 2, "甲"), charts.Point("二", 3, 4, "乙")], across_unit="x", up_unit="y"
        ),
        "sankey": charts.sankey(
            [charts.Node("a", "甲"), charts.Node("b", "乙")], [charts.Link("a", "b", 3)], unit="亿元"
        ),
        "choropleth": charts.choropleth(area, values, area.names, unit="万元", breaks=[2, 4], missing="无数据"),
        "heat": charts.heat(["一"], ["甲", "乙", "丙"], [[1, None, "见注"]], unit="个", empty="无", breaks=[2]),
    }


@pytest.fixture(scope="module")
def document(engine):
    svg = engine.svg(all_options()["lines"], 720, 400, title="指数走势", description="逐年上升，2014 年缺。")
    figure = Figure(svg, engine.png(svg), "指数走势", "指数走势：逐年上升，2014 年缺。")
    return Document(
        "zh", "样例报告", "副题", "0a1b2c3d", "二〇二五年", "摘要文字 [1](#n-total)。", BODY, {"lines": figure}, "样例"
    )


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_packed_files_are_those_that_the_build_recorded():
    assert assets_index.verify_assets() == []
    for entry in assets_index.asset_index().values():
        assert (assets_index.ASSETS / entry.licence_file).is_file()


@pytest.mark.parametrize("name", sorted(all_options()) if (assets_index.ASSETS / "manifest.json").is_file() else [])
def test_every_chart_is_drawn_alike_twice_and_says_what_it_shows(engine, name):
    option = all_options()[name]
    first = engine.svg(option, 720, 400, title="题", description="述")
    assert first == FigureEngine().svg(option, 720, 400, title="题", description="述")
    root = ElementTree.fromstring(first)
    assert root.get("role") == "img"
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
    assert "NaN" not in first
    families = set(re.findall(r"font-family:\s*([^;\"]+)", first))
    assert families <= {"Noto Sans SC"}
    assert engine.png(first) == engine.png(first)


def test_options_are_plain_data():
    for option in all_options().values():
        json.dumps(option, allow_nan=False)


def test_a_gap_is_not_joined(engine):
    option = charts.lines([line("甲", [1, None, 3, 4])], unit="x", categories=YEARS)
    assert option["series"][0]["connectNulls"] is False
    assert option["series"][0]["data"] == [1, None, 3, 4]


def test_end_labels_do_not_meet(engine):
    series = [line(name, [1, 2, 3, value]) for name, value in (("甲", 100), ("乙", 100.2), ("丙", 99.9))]
    svg = engine.svg(charts.lines(series, unit="x", categories=YEARS), 720, 360)
    heights = sorted(float(y) for y in re.findall(r'translate\([\d.]+ ([\d.]+)\)"[^>]*>[甲乙丙] ', svg))
    assert len(heights) == 3
    assert min(b - a for a, b in pairwise(heights)) >= style.SIZE - 1


def test_points_off_the_axis_are_refused():
    with pytest.raises(PublishError, match="1999"):
        charts.lines([charts.Line("甲", [("1999", 1.0)])], unit="x", categories=YEARS)
    with pytest.raises(PublishError, match="2 values for 1 rows"):
        charts.grouped_bars(["一"], [charts.Bars("甲", [1, 2])], unit="x")


def test_numbers_on_axes_look_like_numbers_in_the_text(engine):
    found = texts(engine.svg(charts.grouped_bars(["一"], [charts.Bars("甲", [-50000.0])], unit="x"), 400, 300))
    assert "−50000" in found
    assert not [text for text in found if "," in text or text.startswith("-")]


def test_neighbouring_colours_differ_in_grey_print():
    light = [style.lightness(code) for code in style.PALETTE[:6]]
    assert min(abs(a - b) for a, b in pairwise(light)) > 10
    ramp = [style.lightness(code) for code in style.RAMP]
    assert ramp == sorted(ramp, reverse=True)
    assert all(style.lightness(style.readable(code)) <= style.TEXT_LIGHTNESS for code in style.PALETTE)


def test_the_plane_keeps_areas():
    """A cell of the graticule has the area that the integral over the ellipsoid gives."""
    plane = maps.Plane(116.0, (37.0, 42.0))
    west, east, south, north = 113.0, 114.0, 36.0, 36.5
    edge = np.linspace(0, 1, 400)
    longitude = np.concatenate([west + edge, np.full(400, east), east - edge, np.full(400, west)])
    latitude = np.concatenate([np.full(400, south), south + edge / 2, np.full(400, north), north - edge / 2])
    x, y = maps.albers(longitude, latitude, plane)
    planar = abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    e2 = maps.FLATTENING * (2 - maps.FLATTENING)
    lat = np.radians(np.linspace(south, north, 2001))
    strip = np.cos(lat) * (1 - e2) / (1 - e2 * np.sin(lat) ** 2) ** 2
    exact = maps.SEMI_MAJOR**2 * math.radians(east - west) * np.trapezoid(strip, lat)
    assert planar == pytest.approx(exact, rel=1e-6)


def test_outlines_share_their_borders_and_hold_their_labels():
    import shapely

    area = maps.outlines(CODES, 2.0)
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in area.geojson["features"]]
    assert shapely.coverage_is_valid(np.array(shapes, dtype=object))
    for code, shape in zip(area.codes, shapes, strict=True):
        assert shape.contains(shapely.Point(area.centroids[code]))
    assert area.names["130100"] == "石家庄市"


def test_unknown_codes_name_the_nearest():
    with pytest.raises(UnknownName, match="closest: "):
        maps.outlines(["130190"])


def test_headings_and_words(document):
    tree = read(document)
    assert [(one.level, one.anchor) for one in headings(tree)] == [(1, "whole"), (2, "tables"), (1, "appendix")]
    assert "初步核算数" not in plain_text(tree["blocks"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("![x](figure:none)", "no figure 'none'"),
        ("[1](#nowhere)", "no anchor 'nowhere'"),
        ("[]{#a}[]{#a}", "'a' is used 2 times"),
        ("# a\n\n### b", "level 3 below level 1"),
        ("![x](../secret.png)", "no figure"),
        ("[x](javascript:alert(1))", "a link to 'javascript:alert(1)'"),
    ],
)
def test_faults_of_a_text_are_named(body, words):
    with pytest.raises(Problems, match=re.escape(words)):
        read(Document("zh", "t", "", "e", "d", "", body))


def test_raw_parts_of_a_text_stay_text(tmp_path):
    body = "<script>alert(1)</script>\n\n`<b>`{=html}\n\n[x]{onclick=alert(2) style=color:red .num}"
    write_html(Document("en", "t", "", "e", "d", "", body), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "alert(2)" not in page
    assert 'style="color' not in page


@pytest.mark.parametrize(("write", "ending"), [(write_html, "html"), (write_word, "docx"), (write_pdf, "pdf")])
def test_the_same_document_gives_the_same_bytes(document, tmp_path, write, ending):
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    write(document, first)
    write(document, second)
    assert first.read_bytes() == second.read_bytes()


def test_the_page_asks_for_nothing(document, tmp_path):
    write_html(document, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1998/Math/MathML"}
    assert set(re.findall(r"https?://[^\s\"'<>)]+", page)) <= names
    assert not re.search(r"<(script|link|img|iframe)\b", page)
    assert '<html lang="zh-Hans">' in page
    assert page.count("<svg") == 1
    assert 'href="#whole"' in page
    assert "初步核算数" in page


def test_the_page_font_is_cut_to_its_characters():
    assert fonts.page_font("协同") == fonts.page_font("同协协")
    assert len(fonts.page_font("协同")) < 5000
    with pytest.raises(PublishError, match="lacks"):
        fonts.page_font("\U0001f600")


def test_the_word_file_has_styles_captions_notes_and_contents(document, tmp_path):
    path = tmp_path / "a.docx"
    write_word(document, path)
    word = docx.Document(str(path))
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    for name in ("Title", "toc 1", "toc 2", "Heading 1", "Image Caption", "Table Caption", "Source Line", "Small Type"):
        assert name in styles, name
    assert word.core_properties.title == "样例报告"
    assert {table.style.name for table in word.tables} == {"Table", "KeyPoints", "Caution"}
    with zipfile.ZipFile(path) as archive:
        notes = archive.read("word/footnotes.xml").decode()
        body = archive.read("word/document.xml").decode()
        assert {member.date_time[:3] for member in archive.infolist()} == {(1980, 1, 1)}
    assert "初步核算数" in notes
    assert 'descr="指数走势：逐年上升，2014 年缺。"' in body
    assert "data:image" not in body
    assert body.count("PAGEREF") == 3
    anchors = set(re.findall(r'w:anchor="([^"]+)"', body))
    assert anchors <= set(re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', body))


def test_the_pdf_is_text_with_outline_and_page_numbers(document, tmp_path):
    path = tmp_path / "a.pdf"
    write_pdf(document, path)
    reader = PdfReader(path)
    assert len(reader.pages) >= 3
    text = "".join(page.extract_text() for page in reader.pages)
    for words in ("样例报告", "目录", "摘要", "104442.1", "表 1 样例", "初步核算数"):
        assert words in text, words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "样例报告"
    assert reader.metadata.creation_date is None


def test_english_documents_are_set_too(tmp_path):
    plain = Document("en", "Sample", "", "e", "2025", "A *summary*.", "# One\n\nText.\n\n# Two\n\nMore.")
    for write, ending in ((write_html, "html"), (write_word, "docx"), (write_pdf, "pdf")):
        write(plain, tmp_path / f"a.{ending}")
    assert "Contents" in PdfReader(tmp_path / "a.pdf").pages[2].extract_text()
