"""The edition of 京津冀 as a reader gets it: what it states, where each number leads, the three files, the same bytes."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader
from system import needed
from word_package import problems

from xietong.app import desk
from xietong.errors import Problems, PublishError
from xietong.publish.chapters import chapter_problems
from xietong.publish.numbers import Cell, Numbers
from xietong.publish.report import functions_of_chapters

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Report:
    """A written report: its folder and its pages."""

    folder: Path
    html: dict[str, str]

    def file(self, language: str, form: str) -> Path:
        return self.folder / f"report.{language}.{form}"


def written(out: Path) -> Report:
    desk.build(ROOT / "studies/jingjinji", out)
    desk.report(ROOT / "studies/jingjinji", out)
    folder = desk.folder(ROOT / "studies/jingjinji", out)
    pages = {language: (folder / f"report.{language}.html").read_text(encoding="utf-8") for language in ("zh", "en")}
    return Report(folder, pages)


@pytest.fixture(scope="module")
def report(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return written(shutil.copytree(published, tmp_path_factory.mktemp("edition") / "build"))


def plain(html: str) -> str:
    text = re.sub(r"<(style|svg|math)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


# What the report must state (number, and words of the footnote that stand for its vintage and source).
STATED = [
    ("104442.1亿元", "第四次经济普查口径", "gdp-census-2018.csv"),
    ("10.44万亿元", "第四次经济普查口径", "gdp-census-2018.csv"),
    ("66474.5亿元", "四经普修订前首次公布", "gdp-first-published.csv"),
    ("58775.5亿元", "第四次经济普查口径", "gdp-census-2018.csv"),
    ("45666.6亿元", "第四次经济普查口径", "gdp-census-2018.csv"),
    ("8.285%", "第四次经济普查口径", "national-gdp.csv"),
    ("10.4%", "四经普修订前首次公布", "gdp-share-published.csv"),
    ("810.1亿元", "买方登记", "technology-flows.csv"),
    ("597.1亿元", "河北吸纳额的两个来源", "technology-flows.csv"),
    ("213.0亿元", "河北吸纳额的两个来源", "technology-flows.csv"),
    ("145.0点", "官方指数（历次公布", "index-official-2014.csv"),
    ("143.2点", "推算", "index-official-changes.csv"),
    ("148.8点", "官方指数（历次公布", "index-official-2014.csv"),
    ("149.2点", "推算", "index-official-changes.csv"),
    ("115394.3亿元", "第五次经济普查口径", "gdp-census-2023.csv"),
    ("5.8%", "公布的区域实际年均增速", "gdp-growth-real.csv"),
]


def notes(html: str) -> dict[str, str]:
    """Return the text of every footnote by its number."""
    found = re.findall(r'<li id="fn(\d+)"[^>]*>(.*?)</li>', html, flags=re.DOTALL)
    return {number: re.sub(r"<[^>]+>", "", text) for number, text in found}


@pytest.mark.parametrize(("number", "vintage", "table"), STATED, ids=[one[0] for one in STATED])
def test_states_the_number_with_vintage_source_and_footnote(
    report: Report, number: str, vintage: str, table: str
) -> None:
    html = report.html["zh"]
    assert number in plain(html)
    told = notes(html)
    linked = re.findall(r'<a[^>]*href="#(n-[^"]+)"[^>]*>([^<]*)</a>(?:</span>)?<a[^>]*href="#fn(\d+)"', html)
    behind = [told[note] for _, text, note in linked if re.sub(r"\s", "", text) == number]
    if number == "10.44万亿元":  # the same cell as 104442.1, whose note it shares
        behind = [told[note] for _, text, note in linked if re.sub(r"\s", "", text) == "104442.1亿元"]
    assert any(vintage in note and table in note for note in behind), behind


def test_every_number_links_to_an_entry_that_exists(report: Report) -> None:
    for html in report.html.values():
        anchors = set(re.findall(r'id="([^"]+)"', html))
        targets = re.findall(r'href="#([^"]+)"', html)
        assert len(targets) > 300
        assert set(targets) <= anchors


def test_every_number_of_the_written_files_resolves(report: Report) -> None:
    files = [report.file(language, form) for language in ("zh", "en") for form in ("html", "docx", "pdf")]
    for one in desk.checked(files, ROOT / "studies/jingjinji", report.folder.parent):
        assert one.problems == (), "\n".join(problem.text() for problem in one.problems[:20])
        assert one.count > 9000
        assert sum(count for kind, count in one.kinds.items() if kind in ("cell", "finding", "row", "beside")) > 2000


def test_refused_growth_says_why(report: Report) -> None:
    text = plain(report.html["zh"])
    assert "2024年为五经普口径，2023年三地齐全的数仍为四经普口径" in text
    assert "2014年的占比用修订前的三地数" in text


def test_chapters_and_figures_refer_to_what_exists_in_both_languages(report: Report) -> None:
    with desk.open_edition(ROOT / "studies/jingjinji", report.folder.parent) as edition:
        assert (
            chapter_problems(ROOT / "studies/jingjinji", "studies/jingjinji", edition.ids, functions_of_chapters())
            == []
        )


def test_a_typed_number_in_a_chapter_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "studies", tmp_path / "studies")
    shutil.copytree(ROOT / "packs", tmp_path / "packs")
    chapter = tmp_path / "studies/jingjinji/chapters/zh/2-links.md"
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\n总量为 104442.1 亿元。\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"2-links\.md:\d+: chapter: the number '104442\.1'"):
        desk.check(tmp_path / "studies/jingjinji")


def test_a_missing_row_names_cell_sentence_and_figure(copied: Path) -> None:
    table = copied / "packs/jingjinji/tables/gdp-census-2018.csv"
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("130000,2023,43944.1")]
    assert len(kept) == len(rows) - 1
    table.write_text("".join(kept), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        desk.build(copied / "studies/jingjinji", copied / "build")
    message = str(caught.value)
    assert "no value of gdp.nominal 河北 2023 under reading 'settled'" in message
    assert "figure gdp-trend: cannot be drawn: it needs gdp.region" in message
    assert re.search(r"1-summary\.md:\d+: sentence: needs gdp\.region, gdp\.member: 2023 年三地地区生产总值为", message)
    assert len(list((copied / "build").rglob("*.duckdb"))) == 1


def test_two_builds_give_one_digest_and_the_same_bytes(report: Report, tmp_path: Path) -> None:
    again = written(tmp_path)
    first, second = (sorted(folder.glob("edition-*.duckdb")) for folder in (report.folder, again.folder))
    assert [path.name for path in first] == [path.name for path in second]
    for language in ("zh", "en"):
        for form in ("html", "docx", "pdf"):
            digests = {hashlib.sha256(one.file(language, form).read_bytes()).hexdigest() for one in (report, again)}
            assert len(digests) == 1, (language, form)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_asks_nothing_of_the_network(report: Report, language: str) -> None:
    html = report.html[language]
    assert not re.search(r'(?:src|href)="(?!#|data:)[^"]*"', html)
    assert "url(http" not in html
    assert html.count("<figure") >= 6
    assert html.count("<svg") >= 6
    assert html.count("<table") >= 6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_word_opens_with_styles_captions_and_notes(report: Report, language: str) -> None:
    path = report.file(language, "docx")
    word = docx.Document(str(path))
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    assert styles.count("Heading 1") >= 8
    assert styles.count("Image Caption") >= 6
    assert len(word.inline_shapes) >= 6
    assert len(word.tables) >= 6
    captions = [p.text for p in word.paragraphs if p.style.name == "Image Caption"]
    label = "图" if language == "zh" else "Figure"
    assert [caption.split()[1] for caption in captions] == [str(at + 1) for at in range(len(captions))]
    assert all(caption.startswith(label) for caption in captions)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("word/footnotes.xml").count(b"<w:footnote ") > 40


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_of_the_word_file_is_valid(report: Report, language: str) -> None:
    assert problems(report.file(language, "docx")) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_embeds_its_typeface_and_says_language_and_title(report: Report, language: str) -> None:
    reader = PdfReader(str(report.file(language, "pdf")))
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith(language)
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title
    fonts = {id(font): font for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()}
    below = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert below
    assert all("/FontFile2" in font["/FontDescriptor"] or "/FontFile3" in font["/FontDescriptor"] for font in below)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_opens_with_bookmarks_and_text(report: Report, language: str) -> None:
    reader = PdfReader(str(report.file(language, "pdf")))
    assert 10 <= len(reader.pages) <= 160
    assert len(reader.outline) >= 8
    text = "".join(page.extract_text() for page in reader.pages)
    assert "104442.1" in text
    assert "66474.5" in text


def test_word_is_read_by_an_office_suite_and_pdf_by_a_reader(report: Report, tmp_path: Path) -> None:
    office, pages = needed("soffice"), needed("pdftoppm")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(report.file("zh", "docx"))], check=True, capture_output=True, timeout=180)
    converted = PdfReader(str(tmp_path / "report.zh.pdf"))
    assert len(converted.pages) > 10
    for source in (tmp_path / "report.zh.pdf", report.file("zh", "pdf")):
        subprocess.run(
            [pages, "-r", "20", "-png", str(source), str(tmp_path / source.parent.name)],
            check=True,
            capture_output=True,
        )
    assert len(list(tmp_path.glob("*.png"))) > 20


def test_internal_figures_are_not_printed_without_a_reason(copied: Path) -> None:
    sidecar = copied / "packs/jingjinji/tables/national-gdp.toml"
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace('"public"', '"internal"'), encoding="utf-8")
    study = copied / "studies/jingjinji"
    desk.build(study, copied / "build")
    with pytest.raises(PublishError, match=r"internal publications: national-gdp:"):
        desk.report(study, copied / "build", ("zh",), ("html",))
    about = study / "study.toml"
    about.write_text('internal = "已获同意 | agreed"\n' + about.read_text(encoding="utf-8"), encoding="utf-8")
    desk.build(study, copied / "build")
    assert len(desk.report(study, copied / "build", ("zh",), ("html",))) == 1


def test_the_order_of_labels_makes_no_second_cell(report: Report) -> None:
    with desk.open_edition(ROOT / "studies/jingjinji", report.folder.parent) as edition:
        numbers = Numbers(edition, "zh")
        first = numbers.number("gdp.member", place="110000", period="2023")
        again = numbers.number("gdp.member", period="2023", place="110000")
        assert list(numbers.cells) == ["n-gdp-member-110000-2023"]
        assert first == again + "[^n-gdp-member-110000-2023]"


def test_two_cells_never_share_one_note(report: Report) -> None:
    with desk.open_edition(ROOT / "studies/jingjinji", report.folder.parent) as edition:
        numbers = Numbers(edition, "zh")
        taken = Cell(edition.finding("gdp.nation"), (("period", "2023"),))
        numbers.cells["n-gdp-region-2023"] = taken
        with pytest.raises(PublishError, match=r"one to gdp\.nation would both be called 'n-gdp-region-2023'"):
            numbers.number("gdp.region", period="2023")


def test_the_cover_dates_what_is_cited_and_a_plan_has_its_note(report: Report) -> None:
    with desk.open_edition(ROOT / "studies/jingjinji", report.folder.parent) as edition:
        editions = {origin.edition for origin in edition.origins() if origin.id in edition.cited()}
    shown = re.search(r"所引出版物截至 ([0-9/-]+)", report.html["zh"])
    assert shown
    assert shown[1] in editions
    assert any(
        "目标不是官方目标" in note and "income-disposable.csv" in note for note in notes(report.html["zh"]).values()
    )
