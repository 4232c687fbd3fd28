"""The Word file as such: valid parts, turned pages for wide tables, counted captions, the house template."""

import re
import zipfile

import docx
import pytest
from click.testing import CliRunner
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from hypothesis import given
from hypothesis import strategies as st
from word_package import problems

from xietong.cli import main
from xietong.errors import Problems, PublishError
from xietong.publish.column_widths import Need, needs, shares
from xietong.publish.cross_references import resolved, see
from xietong.publish.document import Document, Figure
from xietong.publish.word import write_word
from xietong.publish.word_house import house_of
from xietong.publish.word_tables import Paper, layout

PAPER = Paper(Cm(16), Cm(24.7))
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def pipe(rows, caption):
    head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *rest]) + f"\n\n: {caption}\n"


WIDE = [["measure", *(f"observation{year}" for year in range(2011, 2023))], ["a", *["12345.67"] * 12]]
SMALL = [["地区", "数值"], ["北京", "1.2"], ["天津", "3.4"]]
LONG = [["序号", "内容"], *[[str(at), "文字" * 30] for at in range(60)]]
BODY = f"""
# 一、总体 {{#whole}}

文字[^n]，见 [表 1](#s-table-1) 与 [图 1](#s-figure-1)。

{pipe(SMALL, "[表 1](#s-table-1) 小表")}

![图 1 一点](figure:dot)

::: source
来源：样例。
:::

## （一）宽表 {{#wide}}

{pipe(WIDE, "[表 2](#s-table-2) 宽表")}

::: source
来源：样例。
:::

{pipe(WIDE, "[表 3](#s-table-3) 又一张宽表")}

# 二、其后 {{#after}}

{pipe(LONG, "[表 4](#s-table-4) 长表")}

紧跟表格的文字。

::: keypoints
要点。
:::

# 附录 {{#appendix}}

[]{{#s-table-1}}表 1 小表 ← 所示结果

[]{{#s-table-2}}表 2 宽表 ← 所示结果

[]{{#s-table-3}}表 3 又一张宽表 ← 所示结果

[]{{#s-table-4}}表 4 长表 ← 所示结果

[]{{#s-figure-1}}图 1 一点 ← 所示结果

[^n]: 脚注。
"""


def sample(**more):
    drawing = Figure('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"></svg>', DOT, "图 1 一点", "一点")
    return Document("zh", "样例", "副题", "版本", "日期", "摘要。", BODY, {"dot": drawing}, "样例", **more)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("word") / "a.docx"
    write_word(sample(), path)
    return path


def body_of(path):
    return docx.Document(str(path)).element.body


def words(element):
    return "".join(one.text or "" for one in element.iter(qn("w:t")))


def test_every_part_is_valid(path):
    assert problems(path) == []


FAULTS = {
    "order of properties": (r"(<w:pStyle [^>]*/>)(<w:keepNext[^>]*/>)", r"\2\1", "pStyle"),
    "value": (r'<w:jc w:val="\w+"', '<w:jc w:val="middle"', "middle"),
    "element": (r"<w:body>", "<w:body><w:bogus/>", "bogus"),
    "foreign attribute": (r"<w:body>", '<w:body xmlns:f="urn:f" f:a="1">', "urn:f"),
    "relation": (r'r:embed="\w+"', 'r:embed="rId9999"', "rId9999"),
    "picture": (r'(<wp:docPr [^>]*)id="\d+"([^>]*/>)', r'\1id="7"\2<wp:docPr id="7" name=""/>', "drawing '7' 2 times"),
    "style": (r'<w:pStyle w:val="\w+"', '<w:pStyle w:val="Nope"', "no style 'Nope'"),
    "note": (r'<w:footnoteReference w:id="\d+"', '<w:footnoteReference w:id="99"', "99"),
    "bookmark": (r'<w:bookmarkStart w:id="\d+"', '<w:bookmarkStart w:id="9999"', "stay open"),
    "link": (r'w:anchor="[^"]+"', 'w:anchor="nowhere"', "link to nowhere: nowhere"),
    "field": (r" REF \S+", " REF nowhere", "field to nowhere: nowhere"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(path, tmp_path, name):
    pattern, put, told = FAULTS[name]
    spoilt = tmp_path / "spoilt.docx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(spoilt, "w") as new:
        for part in old.namelist():
            data = old.read(part).decode("utf-8", "surrogateescape")
            changed = re.sub(pattern, put, data, count=1) if part == "word/document.xml" else data
            assert changed != data or part != "word/document.xml"
            new.writestr(part, changed.encode("utf-8", "surrogateescape"))
    assert any(told in one for one in problems(spoilt)), problems(spoilt)


def test_a_part_that_nothing_relates_to_is_found(path, tmp_path):
    more = tmp_path / "more.docx"
    more.write_bytes(path.read_bytes())
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("word/lost.xml", "<a/>")
    assert problems(more) == ["nothing relates to word/lost.xml"]


def test_only_the_pages_of_wide_tables_are_turned(path):
    word = docx.Document(str(path))
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections]
    assert turned == [False, True, False]
    assert [section.page_width > section.page_height for section in word.sections] == turned
    assert [section.different_first_page_header_footer for section in word.sections] == [True, False, False]
    assert all(section.header.paragraphs[0].text == "样例" for section in word.sections)
    inside, now = [], 0
    for one in word.element.body:
        if one.tag == qn("w:tbl") or (one.tag == qn("w:p") and words(one)):
            inside.append((now, words(one)))
        now += one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    on_turned = [text for at, text in inside if at == 1]
    assert on_turned[0] == "（一）宽表"
    assert [text[:3] for text in on_turned if text.startswith("表")] == ["表 2", "表 3"]
    assert next(text for at, text in inside if at == 2) == "二、其后"


def test_a_foot_is_as_wide_as_its_page(path):
    stops = [
        (section.footer.paragraphs[0].paragraph_format.tab_stops[0].position.cm, section.page_width.cm - 5)
        for section in docx.Document(str(path)).sections
    ]
    assert all(at == pytest.approx(width, abs=0.02) for at, width in stops)


def test_notes_are_numbered_through_all_sections(path):
    found = [one.get(qn("w:val")) for one in body_of(path).iter(qn("w:numRestart"))]
    assert found == ["continuous"] * 3


def test_rows_stay_whole_and_heads_return(path):
    for table in docx.Document(str(path)).tables:
        rows = table._tbl.tr_lst
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        assert len(rows) == 1 or rows[0].trPr.find(qn("w:tblHeader")) is not None


def test_grid_and_cells_fill_the_line(path):
    word = docx.Document(str(path))
    for table in word.tables:
        grid = [column.w.cm for column in table._tbl.tblGrid.gridCol_lst]
        assert sum(grid) == pytest.approx(24.7 if len(grid) == 13 else 16, abs=0.05)
        assert [cell.width.cm for cell in table._tbl.tr_lst[0].tc_lst] == pytest.approx(grid)


def test_a_short_table_is_kept_whole_and_a_long_one_only_at_its_ends(path):
    word = docx.Document(str(path))
    held = {
        len(table.rows): [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows]
        for table in word.tables
    }
    assert held[3] == [True] * 3
    assert held[61] == [True, True, *[False] * 57, True, False]


def test_captions_count_and_references_follow(path):
    body = body_of(path)
    codes = [one.text.strip() for one in body.iter(qn("w:instrText"))]
    assert codes.count("SEQ 表 \\* ARABIC") == 4
    assert codes.count("SEQ 图 \\* ARABIC") == 1
    assert sum(code == "REF _Ref_table_1 \\h" for code in codes) == 2
    assert sum(code == "REF _Ref_figure_1 \\h" for code in codes) == 2
    shown = [words(one) for one in body.iter(qn("w:p"))]
    assert "表 1 小表" in shown
    assert "文字，见 表 1 与 图 1。" in shown
    assert "表 4 长表 ← 所示结果" in shown


def test_contents_list_the_headings(path):
    word = docx.Document(str(path))
    entries = [(one.style.name, one.text.rstrip("\t")) for one in word.paragraphs if one.style.name.startswith("toc")]
    assert entries == [("toc 1", "一、总体"), ("toc 2", "（一）宽表"), ("toc 1", "二、其后"), ("toc 1", "附录")]


def test_a_space_parts_a_table_from_the_text_below(path):
    after = next(one for one in docx.Document(str(path)).paragraphs if one.text == "紧跟表格的文字。")
    assert after.paragraph_format.space_before == Pt(8)


def test_nothing_is_claimed_of_another_program(path):
    with zipfile.ZipFile(path) as archive:
        assert b"Microsoft" not in archive.read("docProps/app.xml")
        assert not {"word/comments.xml", "docProps/custom.xml"} & set(archive.namelist())


# Columns


def test_words_stay_whole():
    found = needs([["Facet", "城市"], ["Division", "呼和浩特市的面积"]])
    assert found[0].least >= 8 * 0.5
    assert found[1].least == pytest.approx(4.0)


@given(st.lists(st.tuples(st.floats(1, 14), st.floats(0, 300)), min_size=1, max_size=12))
def test_columns_share_the_whole_line_and_none_gets_too_little(pairs):
    wanted = [Need(least, least + more) for least, more in pairs]
    parts = shares(wanted, 50.0, 1.0)
    assert sum(parts) == pytest.approx(1)
    assert min(parts) > 0
    if sum(one.least + 1 for one in wanted) <= 50:
        assert all(part * 50 >= one.least + 1 - 1e-6 for part, one in zip(parts, wanted, strict=True))


def test_the_type_shrinks_before_the_page_is_turned():
    def of(columns):
        return layout([["Head", *["2024"] * columns], ["Row", *["12345.67"] * columns]], PAPER)

    assert [(of(one).turned, of(one).size) for one in (4, 9, 30)] == [(False, ""), (False, " Small"), (True, " Small")]


def test_rows_that_grow_tall_turn_the_page():
    tall = [["a", "b", "c", "d"], *[["word " * 30] * 4] * 6]
    assert layout(tall, PAPER).turned
    assert not layout([["a", "b"], ["word " * 5] * 2], PAPER).turned


# References in the text


def test_a_reference_takes_the_number_of_what_it_names():
    shown = {"s-table-1": ("表 1", ("gdp.a", "gdp.b")), "s-table-2": ("表 2", ("gdp.a",)), "s-table-3": ("表 3", ())}
    text = resolved({"a.md": f"{see('trend')} {see('gdp.a')}"}, ["other", "trend"], shown, "zh")
    assert text == ["[图 2](#s-figure-2){.shown} [表 1](#s-table-1){.shown}"]
    with pytest.raises(Problems, match=r"zh/a\.md: chapter: no table or figure that is set 'trand'\n.*closest: trend"):
        resolved({"zh/a.md": see("trand")}, ["trend"], shown, "zh")


# The house template


@pytest.fixture
def house(tmp_path):
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = Cm(18.4), Cm(26)
    section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "研究院", "内部"
    word.styles["Heading 1"].font.color.rgb = RGBColor(200, 0, 0)
    word.save(str(tmp_path / "ours.docx"))
    return tmp_path / "ours.docx"


def test_a_house_gives_styles_page_head_and_foot(house, tmp_path):
    found = house_of(house)
    write_word(sample(house=found), tmp_path / "a.docx")
    assert problems(tmp_path / "a.docx") == []
    word = docx.Document(str(tmp_path / "a.docx"))
    assert [section.page_width.cm for section in word.sections] == pytest.approx([18.4, 26, 18.4], abs=0.01)
    assert {section.header.paragraphs[0].text for section in word.sections} == {"研究院"}
    assert {section.footer.paragraphs[0].text for section in word.sections} == {"内部"}
    assert word.styles["Heading 1"].font.color.rgb == RGBColor(200, 0, 0)
    assert word.styles["Summary Title"].base_style.name == "Heading 1"
    assert sum(column.w.cm for column in word.tables[0]._tbl.tblGrid.gridCol_lst) == pytest.approx(14.4, abs=0.05)
    assert "ours.docx: no style 'Table Caption'; made from 'Caption'" in found.notes()
    assert not [one for one in found.notes() if "'Heading 1';" in one]


def test_a_house_gives_the_same_bytes_twice(house, tmp_path):
    for name in ("a.docx", "b.docx"):
        write_word(sample(house=house_of(house)), tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def without(path, *names):
    word = docx.Document()
    for name in names:
        element = word.styles[name].element
        element.getparent().remove(element)
    word.save(str(path))


def archive(path):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", "x")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_bytes(b"hello"), "cannot be read as a .docx\n  why: it is no archive"),
        (lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1")), r"is a Word file of the old kind \(.doc\)"),
        (archive, "cannot be read as a .docx"),
        (lambda path: without(path, "Title", "Heading 2"), "lacks the styles Title, Heading 2"),
        (lambda path: None, "there is no such file"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path, make, told):
    make(tmp_path / "x.docx")
    with pytest.raises(PublishError, match=rf"study\.toml:7: house template 'x\.docx': {told}"):
        house_of(tmp_path / "x.docx", "study.toml:7")


def test_the_written_template_is_a_template_that_lacks_nothing(tmp_path):
    path = tmp_path / "ours.docx"
    done = CliRunner().invoke(main, ["report", "--write-template", str(path)])
    assert done.exit_code == 0, done.output
    assert problems(path) == []
    assert house_of(path).notes() == []
    again = CliRunner().invoke(main, ["report", "--write-template", str(path)])
    assert again.exit_code == 1
    assert "is there already" in again.stderr


def test_a_study_names_its_template(tmp_path):
    from xietong.app import desk

    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text('id = "a"\nhouse_template = "none.docx"\n', encoding="utf-8")
    with pytest.raises(PublishError, match=r"study\.toml:2: house template 'none\.docx': there is no such file"):
        desk.house_template(study)
    without(study / "none.docx")
    found = desk.house_template(study)
    assert found is not None
    assert found.name == "none.docx"
