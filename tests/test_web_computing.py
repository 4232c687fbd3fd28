"""Texts audited and measures computed in the browser: results, both languages, nothing kept, hostile and broken input."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from browsing import Visitor
from conftest import ROOT, Workshop

import xietong
from xietong.app import desk
from xietong.app.server import application

PASTED = "city,gdp,people\n甲,100,10\n乙,300,20\n丙,50,10\n"
HOSTILE = "<script>alert(1)</script>"
THEIL = {"text": PASTED, "option.incomes": "gdp", "option.people": "people"}


@pytest.fixture
def site(small: Workshop):
    desk.build(small.study, Path("out"))
    return application(small.study, Path("out"))


@pytest.fixture(scope="module")
def real(published: Path):
    return application(ROOT / "studies/jingjinji", published)


def test_a_pasted_text_is_audited_in_both_languages_and_nothing_is_kept(real, tmp_path: Path) -> None:
    before = sorted(path for path in (ROOT / "packs").rglob("*"))
    visitor = Visitor(real)
    told = visitor.post("/audit", {"text": "2023年北京市地区生产总值为43760.7亿元。"})
    assert told.status == 200, told.words
    assert re.search(r'class="figure supported"[^>]*>43760.7', told.text)
    packed = re.search(r'name="packed" value="([^"]*)"', told.text).group(1)
    again = visitor.post("/audit?language=en", {"packed": packed, "file_name": "text.txt"}, page="/audit")
    assert "Figure by figure" in again.words
    assert "gdp-census-2018.csv" in again.text
    assert told.headers["cache-control"] == "private, no-cache"
    assert sorted(path for path in (ROOT / "packs").rglob("*")) == before


def word(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        file.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>',
        )
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b"0" * 70_000_000)
    return out.getvalue()


@pytest.mark.parametrize(("name", "content"), [
    ("a.docx", word("2023年北京市地区生产总值为43760.7亿元。")), ("a.html", "<p>2023年北京市地区生产总值为43760.7亿元。</p>".encode()),
    ("a.txt", "2023年北京市地区生产总值为43760.7亿元。".encode("gb18030")),
])  # fmt: skip
def test_files_are_audited(real, name: str, content: bytes) -> None:
    told = Visitor(real).post("/audit", {}, {"file": (name, content)})
    assert told.status == 200, told.words
    assert "43760.7" in told.words


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.docx", b"PK\x03\x04broken", "cannot be unpacked"), ("a.docx", bomb(), "too large unpacked"), ("a.pdf", b"%PDF-1.4 broken", "PDF"),
    ("a.exe", b"MZ", "of no kind that is read"), ("a.txt", b"", "is empty"), ("a.txt", b"\xff\xfe\x00", ""), ("a.txt", b"x" * 5_000_001, "more than 5 MB"),
    ("a.txt", b"word " * 50_000, "more than 200000"),
])  # fmt: skip
def test_texts_that_are_none_are_refused_in_words(site, name: str, content: bytes, says: str) -> None:
    told = Visitor(site).post("/audit", {}, {"file": (name, content)})
    assert told.status == 422
    assert says in told.words


def test_a_hostile_text_is_text(site) -> None:
    told = Visitor(site).post("/audit", {"text": f"{HOSTILE} 2019年东省人口 200 万人 <img src=x onerror=alert(1)>"})
    assert told.status == 200
    assert HOSTILE not in told.text
    assert "<img src=x" not in told.text
    told = Visitor(site).post("/audit", {}, {"file": ("<script>alert(1)<script>.txt", b"2019 200")})
    assert "<script>alert" not in told.text


def test_an_audit_needs_the_mark_of_its_form(site) -> None:
    assert Visitor(site).post("/audit", {"text": "x"}, page="none").status == 403
    assert Visitor(site).post("/audit", {}).status == 422


def test_measures_are_listed_and_found(site) -> None:
    visitor = Visitor(site)
    assert "/measures/inequality.theil_t" in visitor.get("/measures").text
    found = visitor.get("/measures?find=theil&language=en")
    assert "/measures/inequality.theil_t" in found.text
    assert "/measures/shares.total" not in found.text
    assert "Nothing was found" in visitor.get("/measures?find=zzzz&language=en").words
    assert visitor.get("/measures/nothing").status == 404


def test_pasted_columns_are_measured_as_python_does(site) -> None:
    told = Visitor(site).post("/measures/inequality.theil_t?language=en", THEIL)
    assert told.status == 200, told.words
    want = xietong.measure("theil_t", incomes=[100, 300, 50], people=[10, 20, 10])
    assert f"{float(want):.6g}"[:7] in told.words
    assert "xietong measure inequality.theil_t pasted.csv --incomes gdp --people people" in told.words


def test_the_program_that_is_shown_gives_the_same_number(
    site, small: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Visitor(site).post("/measures/inequality.theil_t?language=en", THEIL)
    program = unescape(re.search(r'<pre class="program">(.*?)</pre>', told.text, re.DOTALL).group(1))
    Path("pasted.csv").write_text(PASTED, encoding="utf-8")
    exec(program, {})
    number = re.search(r"^\s*([0-9.]+)", capsys.readouterr().out, re.MULTILINE).group(1)
    assert number in told.words


def test_a_column_parts_the_rows(site) -> None:
    text = "year,city,gdp,people\n" + "".join(
        f"{year},{line}\n" for year in (2019, 2020) for line in PASTED.splitlines()[1:]
    )
    told = Visitor(site).post("/measures/inequality.theil_t?language=en", {**THEIL, "text": text, "by": "year"})
    assert told.status == 200, told.words
    assert "--by year" in told.words


@pytest.mark.parametrize(("change", "says"), [
    ({"option.incomes": "gdb"}, "no column 'gdb'"), ({"option.incomes": ""}, "is missing"), ({"text": PASTED.replace("300", "many")}, "gdp is 'many'"),
    ({"option.incomes": "", "option.people": ""}, "no column is named yet"), ({"text": ""}, "there is no table"),
    ({"option.incomes": "pasted.csv:gdp"}, "no column for incomes"), ({"packed": "é", "text": ""}, "not whole"),
    ({"option.incomes": HOSTILE, "by": HOSTILE}, "no column"), ({"by": HOSTILE, "text": PASTED.replace("甲", HOSTILE)}, "no column"),
])  # fmt: skip
def test_what_cannot_be_measured_says_why_and_the_form_stays_filled(site, change: dict[str, str], says: str) -> None:
    told = Visitor(site).post("/measures/inequality.theil_t", {**THEIL, **change})
    assert told.status == 422
    assert says in told.words
    assert HOSTILE not in told.text
    if "text" not in change:
        assert "丙,50,10" in told.text


def test_no_option_leads_to_a_file_of_the_machine(site, small: Workshop) -> None:
    Path("secret.csv").write_text("gdp\n1\n2\n3\n", encoding="utf-8")
    for path in (Path("secret.csv").resolve().as_posix(), "../secret.csv", "pyproject.toml"):
        told = Visitor(site).post("/measures/inequality.theil_t", {**THEIL, "option.incomes": f"{path}:gdp"})
        assert told.status == 422
        assert "no column for incomes" in told.words


def test_values_of_the_ledger_are_measured_by_a_link(site) -> None:
    link = "/measures/shares.total?concept.amounts=people.resident&places=110,120,130&periods=2019&language=en"
    told = Visitor(site).get(link)
    assert told.status == 200, told.words
    assert "610" in told.words
    assert 'download="ledger.csv"' in told.text
    assert "/api/v1/concepts/people.resident/lines" in told.text
    assert "no value of people.resident" in Visitor(site).get(link.replace("2019", "2001")).words
    assert "no concept" in Visitor(site).get(link.replace("people.resident", HOSTILE)).words
    assert HOSTILE not in Visitor(site).get(link.replace("people.resident", HOSTILE)).text
    for wrong in ("places=", "places=zz", "periods=", "periods=x", "periods=1000..9999", "benchmark=x=y"):
        key = wrong.partition("=")[0]
        asked = re.sub(f"{key}=[^&]*", wrong, link) if f"{key}=" in link else f"{link}&{wrong}"
        assert Visitor(site).get(asked).status == 422, wrong


def test_two_benchmarks_are_not_mixed(real) -> None:
    told = Visitor(real).get(
        "/measures/shares.total?concept.amounts=gdp.nominal&places=jingjinji&periods=2014..2023&language=en"
    )
    assert told.status in (200, 422)
    if told.status == 422:
        assert "one formula would mix" in told.words or "no value of" in told.words
