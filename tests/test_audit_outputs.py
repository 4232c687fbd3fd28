"""An audit as people get it: on the command line, as a page, as a Word file with comments, as a table."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from docx.oxml.ns import qn

from xietong.cli import main

PACK = str(ROOT / "packs" / "jingjinji")
GOOD = "2023年，三地经济总量为10.44万亿元。"
BAD = "其中河北省为4394.41亿元。"
MARKED = "<script>alert(1)</script>"


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["audit", *words, "--pack", PACK])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(f"{GOOD}{BAD}\n\n    {MARKED}另有12.5%未说明。\n", encoding="utf-8")
    return path


def test_every_figure_has_a_line_a_verdict_and_its_evidence(draft: Path) -> None:
    told = run(str(draft), "--language", "en").output
    assert "draft.txt:1: 10.44万亿元 [supported]" in told
    assert "draft.txt:1: 4394.41亿元 [contradicted]" in told
    assert "draft.txt:3: 12.5% [not checkable]" in told
    assert "gdp-census-2018.csv" in told
    assert "10^1" in told
    assert "draft.txt: 3 figures" in told


def test_the_status_serves_a_pipeline(draft: Path, tmp_path: Path) -> None:
    run(str(draft))
    run(str(draft), "--strict", code=1)
    fine = tmp_path / "fine.txt"
    fine.write_text(GOOD, encoding="utf-8")
    run(str(fine), "--strict")


def test_json_names_every_cell_and_repeats_its_bytes(draft: Path) -> None:
    first, again = (run(str(draft), "--format", "json").output for _ in range(2))
    assert first == again
    told = json.loads(first)
    assert (told["version"], told["clean"]) == (1, False)
    assert sum(told["counts"].values()) == len(told["figures"]) == 3
    figure = told["figures"][0]
    assert (figure["concepts"], figure["places"], figure["period"]) == (["gdp.nominal"], ["jingjinji"], "2023")
    assert all(cell["where"].count(":") == 1 for one in figure["candidates"] for cell in one["cells"])


def test_the_table_starts_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "sum.txt"
    path.write_text("=1+1，2023年北京地区生产总值为43760.7亿元。", encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(run(str(path), "--format", "csv").output)))
    assert rows[0]["verdict"] == "成立"
    assert rows[0]["sentence"].startswith("'=1+1")


def test_the_page_marks_the_text_and_runs_nothing_of_it(draft: Path, tmp_path: Path) -> None:
    for language in ("zh", "en"):
        target = tmp_path / f"{language}.html"
        run(str(draft), "--format", "html", "--out", str(target), "--language", language)
        page = target.read_text(encoding="utf-8")
        assert MARKED not in page
        assert "&lt;script&gt;" in page
        assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
        assert 'href="#f1"' in page
        assert 'id="f1"' in page
        assert "http" not in page.partition("</style>")[2]


def test_a_text_becomes_a_word_file_with_a_comment_on_each_figure(draft: Path, tmp_path: Path) -> None:
    target = tmp_path / "told.docx"
    run(str(draft), "--format", "docx", "--out", str(target))
    document = docx.Document(str(target))
    assert [one.text for one in document.paragraphs if one.text] == [GOOD + BAD, f"{MARKED}另有12.5%未说明。"]
    assert len(list(document.comments)) == 3
    assert commented(document) == {"10.44万亿元", "4394.41亿元", "12.5%"}
    again = tmp_path / "again.docx"
    run(str(draft), "--format", "docx", "--out", str(again))
    assert again.read_bytes() == target.read_bytes()


def test_a_word_file_keeps_its_own_layout(tmp_path: Path) -> None:
    source = docx.Document()
    source.add_heading("标题", 1)
    paragraph = source.add_paragraph("2023年，三地经济总量为")
    paragraph.add_run("10.44万").bold = True
    paragraph.add_run("亿元，占比另计。")
    source.add_table(1, 1).cell(0, 0).text = "2023年北京地区生产总值为43760.7亿元"
    path, target = tmp_path / "draft.docx", tmp_path / "told.docx"
    source.save(str(path))
    run(str(path), "--format", "docx", "--out", str(target))
    document = docx.Document(str(target))
    assert [one.text for one in document.paragraphs if one.text] == [one.text for one in source.paragraphs if one.text]
    assert document.paragraphs[0].style.name == "Heading 1"
    assert [run.text for run in document.paragraphs[1].runs if run.bold] == ["10.44万"]
    assert commented(document) == {"10.44万亿元", "43760.7亿元"}
    with zipfile.ZipFile(target) as file:
        assert file.testzip() is None


def test_word_needs_a_file_to_write_into(draft: Path) -> None:
    assert "needs --out" in run(str(draft), "--format", "docx", code=2).output


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.rtf", b"x", "no kind of text '.rtf'"), ("empty.txt", b" \n", "holds no text"),
        ("bad.docx", b"x", "no Word document"), ("bad.pdf", b"x", "no PDF"), ("odd.txt", b"\xff\xfe\x80\x81\xff", "UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    told = run(str(path), code=1)
    assert said in told.stderr
    assert name in told.stderr
    assert "does not exist" in run(str(tmp_path / "gone.txt"), code=1).stderr


def commented(document: docx.document.Document) -> set[str]:
    """Return the texts between the marks of the comments of a document."""
    told: dict[str, str] = {}
    open_now: set[str] = set()
    for element in document.element.body.iter():
        if element.tag == qn("w:commentRangeStart"):
            open_now.add(element.get(qn("w:id")))
        elif element.tag == qn("w:commentRangeEnd"):
            open_now.discard(element.get(qn("w:id")))
        elif element.tag == qn("w:t"):
            for one in open_now:
                told[one] = told.get(one, "") + (element.text or "")
    return set(told.values())
