"""The audit of a text: sentences with their verdicts, quantities, words, the text held against itself, and ways of reading."""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xietong.diagnosis.audit.audit import Audit, as_json, audit, home, lines, rows
from xietong.diagnosis.audit.quantities import quantities
from xietong.diagnosis.audit.verdicts import VERDICTS
from xietong.diagnosis.audit.words import Words
from xietong.errors import PackError, UnknownName
from xietong.library.pack import Pack, read_pack
from xietong.library.texts import Paragraph, Text, joined, paragraphs, read_text

ROOT = Path(__file__).parent.parent
SENTENCES = tomllib.loads((ROOT / "tests/audited.toml").read_text(encoding="utf-8"))["sentence"]
KINDS = {
    "", "not checkable", "unit 10^4", "unit 10^3", "unit 10^1", "unit 10^2", "decimal point", "wrong year", "wrong place", "wrong sign", "mixed vintages",
    "percent for percentage point", "digits transposed", "limit not reached", "multiple for growth",
    "wrong share", "wrong rank",
}  # fmt: skip
FLAGS = ("contradicted", "not comparable")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs/jingjinji", "packs/jingjinji")


def told(pack: Pack, *texts: str) -> Audit:
    return audit(Text("t.txt", tuple(Paragraph(one, (0,), (f"t.txt:{at}",)) for at, one in enumerate(texts, 1))), pack)


def verdicts(found: Audit) -> list[tuple[str, str]]:
    return [(one.statement.quantity.text, one.verdict) for one in found.judgements]


PIECES = [
    "2023年", "2014年", "比上年", "较2014年", "到2024年末", "十年间", "上半年", "北京", "天津、河北", "三地", "全省", "全市", "全国", "长三角", "分别", "合计", "占", "是",
    "地区生产总值", "常住人口", "三次产业增加值", "PM2.5", "技术合同成交额", "流向", "增长", "减少", "为", "居第二位", "首位", "四成", "三分之一", "翻了一番", "8.3%", "0.4个百分点",
    "43760.7亿元", "1.8倍", "4.8：29.6：65.6", "5", "，", "、", "；", "。", "（", "）", "|", " in 2023", " from 2014", " Beijing's", " GDP", " grew", " ranked third", " two fifths of",
    " the region's", " 4.4 trillion yuan", "$", " respectively", " compared with 2013", " a year", ". ",
]  # fmt: skip


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=24))
def test_no_text_breaks_the_audit(pack: Pack, pieces: list[str]) -> None:
    text = "".join(pieces)
    found = told(pack, text)
    assert all(one.verdict in VERDICTS for one in found.judgements)
    assert list(lines(found, "zh"))
    for one in found.judgements:
        start = one.statement.start + one.statement.quantity.start
        assert text[start:].lstrip().startswith(one.statement.quantity.text)


# --- sentences


@pytest.mark.parametrize("sentence", SENTENCES, ids=[one["text"][:40] for one in SENTENCES])
def test_a_sentence_gets_its_verdicts_and_hints(pack: Pack, sentence: dict[str, Any]) -> None:
    found = told(pack, sentence["text"])
    assert verdicts(found) == [(one["text"], one["verdict"]) for one in sentence["figures"]]
    for figure, one in zip(sentence["figures"], found.judgements, strict=True):
        notes = " | ".join(f"{note.zh} | {note.en}" for note in one.notes)
        assert figure.get("hint", "") in notes


def test_the_sentences_are_many_and_marked() -> None:
    planted = [one for one in SENTENCES if one["planted"] not in ("", "not checkable")]
    assert len(SENTENCES) >= 90
    assert len(planted) >= 30
    for one in SENTENCES:
        assert one["planted"] in KINDS
        assert {figure["verdict"] for figure in one["figures"]} <= set(VERDICTS)
        wrong = any(figure["verdict"] in FLAGS for figure in one["figures"])
        assert wrong == (one["planted"] not in ("", "not checkable")), one["text"]


def test_what_a_figure_would_be_right_for_needs_a_figure_that_is_wrong(pack: Pack) -> None:
    (one,) = told(pack, "2022年北京市地区生产总值为41000亿元。").judgements
    assert one.verdict == "contradicted"
    assert [str(note) for note in one.notes][1:] == []


def test_only_the_population_of_the_year_before_gives_a_printed_relative_level(pack: Pack) -> None:
    (one,) = told(pack, "2020年河北人均GDP相当于北京的28.45%。").judgements
    good = [held.candidate for held in one.held if held.outcome != "contradicted"]
    bad = [held.candidate for held in one.held if held.outcome == "contradicted"]
    assert len(good) == 1
    assert "2019" in good[0].label.en
    assert "before the revision" in good[0].label.en
    assert float(good[0].value) == pytest.approx(28.4488, abs=1e-4)
    assert sorted(round(float(other.value), 2) for other in bad) == [29.41, 29.49]
    assert {cell.concept for cell in good[0].cells} == {"gdp.nominal", "population.resident"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_handbook_tells_what_each_denominator_gives(pack: Pack, language: str) -> None:
    text = (ROOT / f"docs/handbook.{language}.md").read_text(encoding="utf-8")
    found = told(pack, "2020年河北人均GDP相当于北京的28.45%、天津的52.89%。").judgements
    values = [float(held.candidate.value) for one in found for held in one.held]
    assert len(values) == 6
    assert all(f"{value:.3f}%" in text for value in values)
    product = {
        one.place: one.value
        for one in pack.observations
        if (one.concept, one.period, one.benchmark) == ("gdp.nominal", "2020", "census-2018")
    }
    people = {
        one.place: one.value
        for one in pack.observations
        if (one.concept, one.period) == ("population.census", "2020-11-01")
    }
    head = {place: product[place] / people[place] for place in ("110000", "120000", "130000")}
    assert all(f"{100 * head['130000'] / head[other]:.2f}%" in text for other in ("110000", "120000"))


def test_a_published_rate_is_not_computed_again(pack: Pack) -> None:
    (one,) = told(pack, "2022年天津人均GDP为119235元。").judgements
    assert one.verdict == "supported"
    assert [held.candidate.label.en.rpartition(", ")[2] for held in one.held] == ["published"]


def test_a_rate_is_computed_from_the_end_of_each_year_where_none_is_published(pack: Pack) -> None:
    (one,) = told(pack, "2020年河北人均GDP为48509元。").judgements
    assert one.verdict == "one vintage"
    assert len(one.held) == 3


# --- quantities

SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12, "千万": 10**7}
ENGLISH = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


@given(st.integers(0, 10**7), st.integers(0, 4), st.sampled_from(sorted(SCALES)), st.booleans())
@example(1044, 2, "万亿", False)
def test_a_printed_amount_is_read_back_exactly(digits: int, decimals: int, scale: str, grouped: bool) -> None:
    whole, part = divmod(digits, 10**decimals)
    printed = (f"{whole:,}" if grouped else str(whole)) + (f".{part:0{decimals}d}" if decimals else "")
    (one,) = quantities(f"共计{printed}{scale}元。")
    assert one.value == Fraction(digits, 10**decimals) * SCALES[scale]
    assert one.step == Fraction(SCALES[scale], 10**decimals)
    assert (one.unit, one.text) == ("元", f"{printed}{scale}元")


@given(st.integers(0, 10**6), st.integers(0, 3), st.sampled_from(sorted(ENGLISH)))
def test_an_english_amount_is_read_back_exactly(digits: int, decimals: int, scale: str) -> None:
    whole, part = divmod(digits, 10**decimals)
    printed = f"{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")
    (one,) = quantities(f"it came to {printed} {scale} yuan.")
    assert (one.value, one.unit) == (Fraction(digits, 10**decimals) * ENGLISH[scale], "元")
    assert one.scale == ENGLISH[scale]


def chinese(number: int) -> str:
    signs, names, text, zero = "零一二三四五六七八九", ("千", "百", "十", ""), "", False
    for power, name in zip((1000, 100, 10, 1), names, strict=True):
        digit = number // power % 10
        if digit:
            text += ("零" if zero and text else "") + signs[digit] + name
        zero = zero * bool(text) or not digit if not digit else False
    return text


@given(st.integers(1, 9999))
@example(10)
@example(1005)
def test_a_chinese_numeral_is_read_back_exactly(number: int) -> None:
    (one,) = quantities(f"百分之{chinese(number)}")
    assert (one.value, one.half, one.unit) == (number, Fraction(1, 2), "%")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("百分之八点三", Fraction(83, 10), "%"), ("百分之十", 10, "%"), ("百分之3.5", Fraction(7, 2), "%"), ("六条产业链", 6, "个"),
        ("十四亿吨", 14 * 10**8, "吨"), ("两百零五项", 205, "项"), ("１２．５％", Fraction(25, 2), "%"), ("0.4个百分点", Fraction(2, 5), "百分点"),
        ("翻了两番", 4, "倍"), ("翻番", 2, "倍"), ("it tripled", 3, "倍"), ("−0.4点", Fraction(-2, 5), "点"), ("5.1个点", Fraction(51, 10), "点"),
        ("31.2 percentage points", Fraction(156, 5), "百分点"), ("7 per cent", 7, "%"), ("38微克/立方米", 38, "微克/立方米"),
        ("stood at 154.1 in 2024", Fraction(1541, 10), ""), ("2.3 million TEUs", 2300000, "标准箱"),
    ],
)  # fmt: skip
def test_a_quantity_is_read(text: str, value: Fraction | int, unit: str) -> None:
    assert [(one.value, one.unit) for one in quantities(text)] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "2023年", "2024年5月18日", "第六届", "第3次", "为期3天", "3小时", "COVID-19", "PM2.5", "图3", "Table 4", "12 offices",
        "一些", "统一核算", "万一", "三地", "十分重要", "2014-2023年",
        "一成不变", "建成", "首位度", "第一季度", "the third quarter", "the first half of 2023", "a third city", "one of them", "half a year",
        "at first sight", "in the first place, no",
    ],
)  # fmt: skip
def test_what_is_no_quantity_is_left_alone(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "place", "end"),
    [
        ("居全国第二位", 2, 1), ("位列第3名", 3, 1), ("居首", 1, 1), ("排名第一。", 1, 1), ("居末位", 1, -1), ("倒数第二位", 2, -1),
        ("it ranked third", 3, 1), ("ranked 12th", 12, 1), ("the second-largest", 2, 1), ("the lowest GDP of the three", 1, -1),
    ],
)  # fmt: skip
def test_a_rank_is_read_from_either_end(text: str, place: int, end: int) -> None:
    assert [(one.value, one.rank) for one in quantities(text)] == [(place, end)]


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [("80%", "contradicted"), ("77.9%", "contradicted"), ("78%", "supported"), ("76%", "contradicted")],
)
def test_only_a_round_growth_of_tens_has_two_points_to_spare(pack: Pack, stated: str, verdict: str) -> None:
    (one,) = told(pack, f"2023年京津冀地区生产总值比2014年名义增长{stated}。").judgements
    assert one.verdict == verdict


def test_a_place_that_the_pack_does_not_know_is_told_as_such(pack: Pack) -> None:
    found = told(pack, "2023年长三角地区生产总值超过30万亿元。")
    assert [str(note) for note in found.judgements[0].notes] == [
        "数据包里没有这里所说的地区 | the pack has no place that is named here"
    ]
    assert not any("elsewhere" in line for line in lines(found, "zh"))


def test_a_rank_needs_a_value_of_every_peer(pack: Pack) -> None:
    (known,) = told(pack, "2023年天津地区生产总值居京津冀第三位。").judgements
    assert [float(one.candidate.value) for one in known.held if one.outcome == "supported"]
    assert {cell.place for cell in known.held[0].candidate.cells} == {"110000", "120000", "130000"}
    (unknown,) = told(pack, "2023年天津地区生产总值居全国第三位。").judgements
    assert unknown.verdict == "not checkable"


def test_numbers_of_a_list_take_the_unit_of_the_last() -> None:
    found = quantities("分别为1.2、3.4和5.6万亿元")
    assert [one.value for one in found] == [12 * 10**11, 34 * 10**11, 56 * 10**11]
    assert {one.unit for one in found} == {"元"}


@given(st.text(alphabet="0123456789０１.,，．%％万亿千百十点分之一二两三个年增长至为 abinof元人条番倍-", max_size=40))
def test_no_text_breaks_the_quantities(text: str) -> None:
    found = quantities(text)
    assert all(0 <= one.start < one.end <= len(text) and one.half > 0 for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


# --- words


def test_the_longest_name_is_taken(pack: Pack) -> None:
    found = [(one.kind, one.names) for one in Words(pack).mentions("城镇居民人均可支配收入")]
    assert found == [("concept", ("income.disposable.urban",))]


def test_an_english_name_stands_on_its_own(pack: Pack) -> None:
    assert not [one for one in Words(pack).mentions("Chinas Beijingers economyx") if one.kind != "year"]
    assert [one.names for one in Words(pack).mentions("GDP of hebei")] == [("gdp.nominal",), ("130000",)]


def test_a_name_that_may_mean_several_keeps_them_all(pack: Pack) -> None:
    (one,) = Words(pack).mentions("第一产业")
    assert set(one.names) >= {"gdp.primary", "gdp.share.primary"}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("较2014年增长", [("2014", True)]), ("2014年至2023年", [("2014", True), ("2023", False)]), ("2014—2023年", [("2014", True), ("2023", False)]),
        ("是2015年的2.5倍", [("2015", True)]), ("2015年的2.5亿元", [("2015", False)]), ("in 2023, lower than in 2013", [("2023", False), ("2013", True)]),
        ("2014年以来", [("2014", True)]), ("2000亿元", []), ("12023年", []), ("between 2014 and 2023", [("2014", True), ("2023", False)]),
    ],
)  # fmt: skip
def test_years_and_bases_are_told_apart(pack: Pack, text: str, years: list[tuple[str, bool]]) -> None:
    assert [(one.names[0], one.base) for one in Words(pack).mentions(text) if one.kind == "year"] == years


def test_places_of_a_list_are_one_area_unless_told_apart(pack: Pack) -> None:
    words = Words(pack)
    assert words.together([("110000",), ("120000",), ("130000",)]) == ("jingjinji",)
    assert words.together([("110000",), ("130000",)]) == ()
    assert [one.names for one in words.mentions("Tianjin and Hebei")] == [("jinji",)]
    assert [one.names for one in words.mentions("Tianjin and Hebei, respectively")] == [("120000",), ("130000",)]


# --- the text as a whole


def test_the_place_named_most_is_meant_where_none_is(pack: Pack) -> None:
    text = Text(
        "t", (Paragraph("京津冀、京津冀与北京。", (0,), ("1",)), Paragraph("2023年GDP为10.44万亿元。", (0,), ("2",)))
    )
    assert home(text, Words(pack)) == ("jingjinji",)
    (one,) = audit(text, pack).judgements
    assert one.verdict == "supported"
    assert any("地区" in note.zh and "承上文" in note.zh for note in one.notes)
    (lost,) = told(pack, "2023年GDP为10.44万亿元。").judgements
    assert lost.verdict == "not checkable"
    assert "没有说明地区" in lost.notes[0].zh


def test_nothing_is_carried_from_one_paragraph_to_the_next(pack: Pack) -> None:
    near = told(pack, "2023年天津地区生产总值为16737.3亿元。常住人口为1364万人。")
    apart = told(pack, "2023年天津地区生产总值为16737.3亿元。", "天津常住人口为1364万人。")
    assert near.judgements[1].statement.period == "2023"
    assert apart.judgements[1].statement.period == ""
    assert "没有说明年份" in apart.judgements[1].notes[0].zh


def test_columns_out_of_order_give_the_same_verdicts(pack: Pack) -> None:
    one, two = "2023年北京地区生产总值为43760.7亿元。", "2022年末河北常住人口为7393万人。"
    first, second = told(pack, one, two), told(pack, two, one)
    assert sorted(verdicts(first)) == sorted(verdicts(second)) != verdicts(second)


def test_a_figure_over_a_line_break_is_found_on_its_line(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "列.txt"
    path.write_text("2023年，北京实现地区生产总\n值43760.7\n亿元，增长\n5.2%。\n\n另一段。\n", encoding="utf-8")
    found = audit(read_text(path), pack)
    assert verdicts(found) == [("43760.7亿元", "supported"), ("5.2%", "supported")]
    assert [found.where(one) for one in found.judgements] == ["列.txt:2", "列.txt:4"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("2023年北京PM2.5浓度为32微克/立方米，2013年为89.5微克/立方米，2023年较2013年减少57.5微克/立方米。", [True]),
        ("2023年京津冀GDP达到10.44万亿元，较2014年的5.87万亿元增长4.57万亿元。", [True]),
        ("2023年京津冀GDP达到10.44万亿元，较2014年的5.87万亿元增长4.75万亿元。", [False]),
        ("2023年京津冀GDP达到10.44万亿元，较2014年的5.87万亿元增长77.9%。", [True]),
        ("2023年京津冀GDP达到10.44万亿元，较2014年的5.87万亿元增长79.9%。", [False]),
        ("2023年京津冀GDP达到10.44万亿元，河北为4.39万亿元。", []),
    ],
)
def test_a_text_is_held_against_itself(pack: Pack, text: str, holds: list[bool]) -> None:
    found = told(pack, text)
    assert [one.holds for one in found.checks] == holds
    if holds == [False]:
        assert not found.clean
        assert "does not agree" in found.checks[0].told.en


def test_an_audit_is_clean_until_something_is_wrong(pack: Pack) -> None:
    right, wrong = told(pack, "2023年北京GDP为43760.7亿元。"), told(pack, "2023年北京GDP为43760.7万元。")
    assert (right.clean, wrong.clean) == (True, False)
    assert right.counts["supported"] == wrong.counts["contradicted"] == 1


def test_an_audit_as_json_says_what_it_read_and_where_the_values_stand(pack: Pack) -> None:
    found = json.loads(as_json(told(pack, "2022年，北京GDP为43760.7亿元，某基金有3个项目。")))
    assert (found["version"], found["clean"], found["counts"]["contradicted"]) == (1, False, 1)
    one, other = found["figures"]
    assert (one["text"], one["value"], one["unit"]) == ("43760.7亿元", 4376070000000.0, "元")
    assert (one["period"], one["places"], one["verdict"], one["supported"]) == (
        "2022",
        ["110000"],
        "contradicted",
        False,
    )
    assert one["candidates"][0]["cells"][0]["where"].startswith("packs/jingjinji/tables/gdp-census-2018.csv:")
    assert (other["verdict"], other["concepts"], other["candidates"]) == ("not checkable", [], [])


@pytest.mark.parametrize(("language", "word"), [("zh", "不成立"), ("en", "contradicted")])
def test_lines_and_rows_tell_the_same(pack: Pack, language: str, word: str) -> None:
    found = told(pack, "2022年北京GDP为43760.7亿元。")
    assert any(f"[{word}]" in line for line in lines(found, language))
    (row,) = rows(found, language)
    assert row[:3] == ["t.txt:1", "43760.7亿元", word]


# --- ways of reading

SAID = "2023年北京地区生产总值为43760.7亿元。"


def word_file(path: Path, *texts: str, declared: str = "") -> Path:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{one[:7]}</w:t></w:r><w:r><w:t>{one[7:]}</w:t></w:r></w:p>" for one in texts)
    with ZipFile(path, "w") as file:
        file.writestr(
            "word/document.xml", f'{declared}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        )
    return path


def pdf_file(path: Path, text: str) -> Path:
    import typst

    from xietong.publish.fonts import font_directory

    source = path.with_suffix(".typ")
    source.write_text(
        f'#set text(font: "Noto Sans SC")\n#set page(width: 9cm, height: 6cm)\n{text}\n', encoding="utf-8"
    )
    made = typst.compile(str(source), font_paths=[str(font_directory())], ignore_system_fonts=True, format="pdf")
    path.write_bytes(made)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_plain_text_is_read_in_either_encoding(pack: Pack, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(SAID.encode(encoding))
    text = read_text(path)
    assert [one.text for one in text.paragraphs] == [SAID]
    assert verdicts(audit(text, pack)) == [("43760.7亿元", "supported")]


def test_a_word_text_is_read_by_paragraphs(pack: Pack, tmp_path: Path) -> None:
    found = audit(read_text(word_file(tmp_path / "a.docx", "题目", SAID)), pack)
    assert verdicts(found) == [("43760.7亿元", "supported")]
    assert found.where(found.judgements[0]) == "a.docx, paragraph 2"


def test_a_word_text_brings_nothing_in_from_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    path = word_file(tmp_path / "a.docx", "2023年北京。。&x;", declared=entity)
    assert "SECRET" not in "".join(one.text for one in read_text(path).paragraphs)


def test_a_pdf_is_read_page_by_page(pack: Pack, tmp_path: Path) -> None:
    path = pdf_file(tmp_path / "a.pdf", f"第一页没有数字，只有一句话。\n#pagebreak()\n{SAID}")
    found = audit(read_text(path), pack)
    (one,) = found.judgements
    assert (one.statement.quantity.text.replace(" ", ""), one.verdict) == ("43760.7亿元", "supported")
    assert found.where(one) == "a.pdf, page 2"


def test_a_page_is_read_without_its_scripts(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><head><script>var a = '2023年北京GDP为1亿元';</script><style>p {{ width: 3% }}</style></head>\n"
        f"<body><p>{SAID[:9]}\n<b>{SAID[9:]}</b></p><div>另一段</div></body></html>",
        encoding="utf-8",
    )
    found = audit(read_text(path), pack)
    assert verdicts(found) == [("43760.7亿元", "supported")]
    assert [one.text for one in found.text.paragraphs] == [SAID, "另一段"]
    assert found.where(found.judgements[0]) == "a.html:3"


def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / "a.htm"
    path.write_bytes(f'<meta charset="gb18030"><p>{SAID}</p>'.encode("gb18030"))
    assert [one.text for one in read_text(path).paragraphs] == [SAID]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"\xff\xff\xff\x80", "neither UTF-8 nor GB18030"), ("a.txt", b" \n\n", "holds no text"),
        ("a.docx", b"no archive", "no Word document"), ("a.pdf", b"no pdf", "no PDF can be read"),
        ("a.html", '<meta charset="utf-8">京'.encode("gb18030"), "cannot be decoded"),
        ("a.html", b'<meta charset="nonsense"><p>x</p>', "cannot be decoded"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PackError, match=words):
        read_text(path)


def test_a_word_file_without_its_text_and_a_scanned_page_are_told(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.docx", "w") as file:
        file.writestr("other.xml", "<a/>")
    with pytest.raises(PackError, match="no Word document"):
        read_text(tmp_path / "a.docx")
    with pytest.raises(PackError, match="character recognition"):
        read_text(pdf_file(tmp_path / "b.pdf", "#rect(width: 2cm, height: 1cm)"))


def test_a_file_that_is_missing_or_of_another_kind_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="does not exist"):
        read_text(tmp_path / "none.txt")
    (tmp_path / "a.odt").write_bytes(b"")
    with pytest.raises(UnknownName, match="odt"):
        read_text(tmp_path / "a.odt")


def test_lines_are_joined_with_a_blank_only_between_words() -> None:
    one = joined([("地区生产", "1"), ("总值", "2"), ("of the", "3"), ("region", "4")])
    assert one.text == "地区生产总值of the region"
    assert [one.where(at) for at in (0, 4, 6, 13)] == ["1", "2", "3", "4"]


def test_paragraphs_part_at_empty_and_indented_lines_and_after_a_short_last_line() -> None:
    long, short = "这一行写得很长很长很长很长很长很长", "到此为止。"
    rows_ = [(long, "1"), (short, "2"), (long, "3"), ("", "4"), (long, "5"), ("\u3000\u3000" + long, "6")]
    assert [one.lines for one in paragraphs(rows_)] == [("1", "2"), ("3",), ("5",), ("6",)]
    assert len(list(paragraphs([(long, "1"), (long + "。", "2"), (long, "3")]))) == 1


@given(st.lists(st.text(alphabet="甲乙ab 。\u3000", max_size=12), max_size=8))
def test_paragraphs_keep_every_sign(texts: list[str]) -> None:
    found = list(paragraphs((one, str(at)) for at, one in enumerate(texts)))
    assert "".join("".join(one.text for one in found).split()) == "".join("".join(texts).split())
    assert all(list(one.starts) == sorted(one.starts) and len(one.starts) == len(one.lines) for one in found)
