"""The check of written reports: what it reads in three formats, that every planted number is found, that the right ones pass."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SMALL, Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.app import desk
from xietong.cli import main
from xietong.errors import PublishError, UnknownName
from xietong.publish.document import Document
from xietong.publish.html import write_html
from xietong.publish.pdf import write_pdf
from xietong.publish.word import write_word
from xietong.publish.written import Checked, read_written
from xietong.publish.written_known import bare, bookmark, located
from xietong.publish.written_parts import Number, Piece, Run, joined, numbers, printed_value

FORMS = ("html", "docx", "pdf")
CHAPTERS = {
    "zh": """
# 一、总量 {#size}

2019 年总量为{{ number("out.region", period="2019") }}，占{{ number("out.share", period="2019") }}，比 2014 年多{{ number("out.rise") }}。
{{ refusal("out.jump") }}。他人说是 {{ quoted("12.3%", "某甲，某书，2020") }}。

{{ table("out.member", caption="三省总量", rows="place", columns="period") }}

{{ figure("size") }}

# 附录 {#appendix}

{{ appendix() }}

{{ references() }}
""",
    "en": """
# 1 Size {#size}

In 2019 output was {{ number("out.region", period="2019") }}, {{ number("out.share", period="2019") }} of the whole, {{ number("out.rise") }} more than in 2014.
{{ refusal("out.jump") }}. Others say {{ quoted("12.3%", "Somebody, A book, 2020") }}.

{{ table("out.member", caption="Output of the three", rows="place", columns="period") }}

{{ figure("size") }}

# Appendix {#appendix}

{{ appendix() }}

{{ references() }}
""",
}
FIGURES = """
[size]
kind = "lines"
caption = "三省总量 | Output of the three"
alt = "两年之间上升 | It rises between the two years"
unit = "亿元"
digits = 1
parts = [{ finding = "out.region", name = "区域 | region" }]
"""


def equipped(path: Path) -> None:
    """Give a copy of the small study chapters with all that a report has, and a figure."""
    for file in path.glob("study/chapters/*/*.md"):
        file.unlink()
    for language, text in CHAPTERS.items():
        (path / f"study/chapters/{language}/1-size.md").write_text(text, encoding="utf-8")
    (path / "study/figures.toml").write_text(FIGURES, encoding="utf-8")


def check(files: list[Path], path: Path) -> dict[str, Checked]:
    return {one.name: one for one in desk.checked(files, path / "study", path / "out")}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A built copy of the small study and its six written files."""
    path = tmp_path_factory.mktemp("reported") / "small"
    shutil.copytree(SMALL, path)
    equipped(path)
    desk.build(path / "study", path / "out")
    return path, desk.report(path / "study", path / "out")


def changed(reported: tuple[Path, list[Path]], name: str, change: Callable[[Path], None], tmp_path: Path) -> Checked:
    """Return what is found in one file after it was changed."""
    path, files = reported
    source = next(one for one in files if one.name == name)
    copy = tmp_path / name
    shutil.copy(source, copy)
    change(copy)
    return check([copy], path)[name]


def in_html(old: str, new: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def in_word(old: str, new: str, part: str = "word/document.xml") -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        text = parts[part].decode()
        assert old in text, old
        parts[part] = text.replace(old, new, 1).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return change


def test_every_number_of_six_files_resolves(reported: tuple[Path, list[Path]]) -> None:
    path, files = reported
    told = check(files, path)
    assert [one.problems for one in told.values()] == [()] * 6, [
        p.text() for one in told.values() for p in one.problems
    ]
    assert told["report.zh.html"].line() == f"report.zh.html: {told['report.zh.html'].count} numbers, all resolve"
    for form in ("html", "docx"):
        kinds = told[f"report.en.{form}"].kinds
        assert kinds["cell"] == 9  # three in the text, six in the table
        assert kinds["quoted"] == 4  # where it stands, and in the list its number, itself and the year of the book
        assert {"reference", "lines", "code", "note", "label", "publication", "text year"} <= set(kinds)
    assert told["report.en.html"].kinds["drawing"] > 0
    assert told["report.en.pdf"].kinds["drawing"] > 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("</main>", "<p>Output then grew by 12.75 per cent.</p></main>", "it leads to no finding"),
        ("</main>", '<p>It grew by <a href="#nowhere">12.75%</a>.</p></main>', "its link leads nowhere"),
        (">42.00%<", ">42.10%<", "its link leads to out.share"),
        (">42.00%<", ">42.0 points<", "its link leads to out.share"),
        ("lines behind", "lines behind", ""),
    ],
)
def test_what_is_planted_in_a_page_is_found(
    reported: tuple[Path, list[Path]], tmp_path: Path, old: str, new: str, why: str
) -> None:
    text = next(one for one in reported[1] if one.name == "report.en.html").read_text(encoding="utf-8")
    share = re.search(r'href="#n-out-share-2019"[^>]*>([\d.]+%)<', text)
    assert share
    if not why:
        code = re.search(r"<code>(output\.csv:\d+)", text)
        assert code
        old, new, why = code[1], f"{code[1]}9", "the lines behind"
    old, new = (one.replace("42.00%", share[1]) for one in (old, new))
    new = new.replace("42.10%", _other(share[1])).replace("42.0 points", f"{share[1][:-1]} points")
    told = changed(reported, "report.en.html", in_html(old, new), tmp_path)
    assert len(told.problems) >= 1
    assert any(why in one.why for one in told.problems), [one.text() for one in told.problems]
    assert all(one.who.startswith("report.en.html") and one.ways for one in told.problems)


def _other(text: str) -> str:
    """Return a number with its last digit changed."""
    at = max(at for at, sign in enumerate(text) if sign.isdigit())
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def test_a_changed_digit_in_a_cell_of_word_is_found_with_its_place(
    reported: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    with zipfile.ZipFile(next(one for one in reported[1] if one.name == "report.zh.docx")) as archive:
        body = archive.read("word/document.xml").decode()
    cell = re.search(r'w:anchor="n-out-member-110-2019".*?<w:t[^>]*>([\d.]+)</w:t>', body)
    assert cell
    old = cell[0]
    new = old.replace(f">{cell[1]}<", f">{_other(cell[1])}<")
    (problem,) = changed(reported, "report.zh.docx", in_word(old, new), tmp_path).problems
    assert problem.who == "report.zh.docx, 一、总量"
    assert problem.what == f"the number '{_other(cell[1])}' in '{_other(cell[1])}' stands for nothing"
    assert "out.member 110 2019 = " in problem.why


def test_a_changed_note_a_typed_number_and_a_running_head_of_word_are_read(
    reported: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    typed = in_word("<w:sectPr", "<w:p><w:r><w:t>Output is 3.141</w:t></w:r></w:p><w:sectPr")
    told = changed(reported, "report.en.docx", typed, tmp_path)
    assert ["3.141" in one.what for one in told.problems] == [True]
    noted = in_word("output.csv:", "output.csv:9", "word/footnotes.xml")
    assert changed(reported, "report.en.docx", noted, tmp_path).problems


def test_a_number_typed_into_a_chapter_is_found_in_all_three_formats(small: Workshop) -> None:
    equipped(small.path)
    small.append("study/chapters/en/1-size.md", "\nOutput then grew by 12.75 per cent.\n")
    desk.build(small.study, small.path / "out")
    files = desk.report(small.study, small.path / "out", ("en",))
    told = check(files, small.path)
    assert [["'12.75'" in one.what for one in told[f"report.en.{form}"].problems] for form in FORMS] == [[True]] * 3


def test_the_formats_of_one_language_hold_the_same_numbers(reported: tuple[Path, list[Path]], tmp_path: Path) -> None:
    path, files = reported
    copies = [Path(shutil.copy(one, tmp_path)) for one in files if one.name.startswith("report.en.")]
    text = copies[0].read_text(encoding="utf-8")
    lost = re.sub(r"<p>In 2019 output was", "<p>In output was", text, count=1)
    assert lost != text
    copies[0].write_text(lost, encoding="utf-8")
    told = check(copies, path)
    assert told["report.en.html"].problems == ()
    for form in ("docx", "pdf"):
        (problem,) = told[f"report.en.{form}"].problems
        assert "parts from report.en.html at number 2:" in problem.what
        assert "'2019' in 'In 2019 output was" in problem.what


def test_a_report_of_another_edition_is_told(small: Workshop) -> None:
    equipped(small.path)
    desk.build(small.study, small.path / "out")
    files = desk.report(small.study, small.path / "out", ("en",))
    small.edit("pack/tables/people.csv", "110,2019,210,63000", "110,2019,211,63000")
    digest = desk.build(small.study, small.path / "out").digest
    for one in check(files, small.path).values():
        assert f"its cover does not name edition {digest[:12]}" in one.problems[0].what


def test_the_command_ends_with_status_1_when_a_number_does_not_resolve(small: Workshop) -> None:
    equipped(small.path)
    command = ["report", "--study", str(small.study), "--out", str(small.path / "out"), "--language", "en", "--check"]
    good = CliRunner().invoke(main, [*command, "--format", "html", "--format", "docx"])
    assert good.exit_code == 0, good.output
    assert re.search(r"^report\.en\.docx: \d+ numbers, all resolve$", good.stdout, re.MULTILINE)
    small.append("study/chapters/en/1-size.md", "\nOutput then grew by 12.75 per cent.\n")
    bad = CliRunner().invoke(main, [*command, "--format", "html"])
    assert bad.exit_code == 1
    assert "report.en.html: " in bad.stdout
    assert "1 problems" in bad.stdout
    assert "the number '12.75' in 'Output then grew by 12.75 per cent." in bad.stderr


def test_names_of_no_report_are_refused(small: Workshop) -> None:
    for name, words in (("report.fr.html", "language 'fr'"), ("report.html", "language 'report'")):
        with pytest.raises(UnknownName, match=words):
            desk.checked([small.path / name], small.study, small.path / "out")
    with pytest.raises(UnknownName, match="format 'odt'"):
        read_written(Path("report.en.odt"))


def test_a_pdf_without_tags_is_refused(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(PublishError, match="the file has no tags"):
        read_written(tmp_path / "a.pdf")


BODY = """
# One {#one}

First 1.5, then (2 (3) 4), a [5.25](#one) link, `six.csv:6` in code[^n] and a hyphenation of 7.

| head 8 | head 9 |
|:--|--:|
| row | −10.5 |

: Table 1 Caption 11

- item 12

[^n]: The note says 13.
"""


@pytest.mark.parametrize(("write", "ending"), [(write_html, "html"), (write_word, "docx"), (write_pdf, "pdf")])
def test_each_reader_finds_the_same_pieces(
    tmp_path: Path, write: Callable[[Document, Path], None], ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    write(Document("en", "Sample", "", "edition", "2025", "", BODY), path)
    written = read_written(path)
    found: dict[str, list[str]] = {}
    for piece in written.pieces:
        for number in numbers(piece):
            if piece.runs[number.run].kind not in ("mark", "page"):
                found.setdefault(piece.role, []).append(number.text)
    text = found["text"]
    assert text == ["1.5", "2", "3", "4", "5.25", "6", "7", "12"]
    assert found["cell"] == ["8", "9", "−10.5"]
    assert found["caption"] == ["1", "11"]
    assert found["note"] == ["13"]
    (linked,) = [run for piece in written.pieces for run in piece.runs if run.text.strip() == "5.25"]
    assert written.at[linked.target].text.strip() in ("One", "")
    assert [run.text for piece in written.pieces for run in piece.runs if run.kind == "code"] == ["six.csv:6"]
    assert {piece.section for piece in written.pieces if piece.role == "cell"} == {"One"}


@given(
    st.decimals(-(10**7), 10**7, places=3, allow_nan=False), st.integers(0, 3), st.sampled_from(["", "%", " 亿元", ")"])
)
def test_a_printed_number_is_read_with_its_value_and_its_digits(value: object, digits: int, behind: str) -> None:
    text = f"{float(str(value)):.{digits}f}".replace("-", "−")
    (number,) = numbers(Piece("text", (Run(f"值为 {text}{behind}"),)))
    assert number.text == text
    assert number.value == float(text.replace("−", "-"))
    assert number.bounds[1] == pytest.approx(0.5 * 10.0**-digits, rel=1e-5)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6), st.sampled_from(["–", "-", "至", " / ", "、", "; "]))
def test_numbers_side_by_side_are_read_apart_and_a_dash_between_them_is_no_sign(told: list[int], gap: str) -> None:
    piece = Piece("text", (Run(gap.join(map(str, told))),))
    assert [number.text for number in numbers(piece)] == [str(one) for one in told]


@given(st.text("0123456789.,", min_size=1, max_size=12), st.integers(1, 11))
def test_a_number_cut_into_runs_of_one_kind_is_read_whole(text: str, at: int) -> None:
    whole = [one.text for one in numbers(Piece("text", joined([Run(text)])))]
    assert [one.text for one in numbers(Piece("text", joined([Run(text[:at]), Run(text[at:])])))] == whole


def test_what_is_no_plain_digit_is_a_number_without_a_value() -> None:
    told = list(numbers(Piece("text", (Run("② ½ ４５ 1,234.5 12,34"),))))
    assert [one.text for one in told] == ["②", "½", "４５", "1,234.5", "12", "34"]
    assert [one.value for one in told][2:] == [45.0, 1234.5, 12.0, 34.0]
    assert told[0].value != told[0].value
    assert printed_value("−1,234") == -1234


def test_lines_names_and_spaces_are_read_as_they_are_printed() -> None:
    assert located("gdp.csv:2-4, 9") == {"gdp.csv:2", "gdp.csv:3", "gdp.csv:4", "gdp.csv:9"}
    assert located("gdp.region") == set()
    assert bare("a\u00ad b\n\\[•") == "ab[·"
    assert bookmark("n-short") == "n-short"
    assert len(bookmark("n-" + "long-" * 12)) == 40
    assert Number("2.50", 0, 0).bounds == (2.5, pytest.approx(0.005, rel=1e-5))
