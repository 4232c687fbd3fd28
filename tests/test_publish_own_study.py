"""A user's own study: a chapter of another topic with the same tags, and what is told of each mistake in it."""

from __future__ import annotations

import re

import pytest
from conftest import Workshop

from xietong.app import desk
from xietong.errors import Problems

OWN = {
    "en": '# Work of the clinics {#clinics}\n\nPer head: {{ number("out.per_head", place="110", period="2019") }}.\n\n'
    '{{ table("out.member", caption="Output of the members", rows="place", columns="period") }}\n',
    "zh": '# 诊所的工作 {#clinics}\n\n人均：{{ number("out.per_head", place="110", period="2019") }}。\n\n'
    '{{ table("out.member", caption="各成员的产出", rows="place", columns="period") }}\n',
}
# a line of a chapter, and what the message on it must say: what, and a way out
FORM = [
    ('{{ numbr("out.region", period="2019") }}', "no function 'numbr'", "closest: number"),
    ('{{ number("out.regoin", period="2019") }}', "no finding 'out.regoin'", "closest: out.region"),
    ('{{ figure("nowhere") }}', "no figure 'nowhere'", ""),
    ('{{ table("out.member", rows="place", columns="period") }}', "missing a required argument: 'caption'", "table(parts"),
    ('{{ trend("out.region", "2014") }}', "missing a required argument: 'end'", "trend(names, begin, end"),
    ('{{ claims(["claim.rise"], caption=" ") }}', "its caption is empty", "say what it shows"),
    ('{{ table("out.member", caption="In 12345 yuan", rows="place", columns="period") }}', "'12345' is typed", "quoted"),
    ("# Again {#clinics}", "the id 'clinics' is used a second time", "give it an id of its own"),
    ("### Too deep", "is of level 3 below level 1", "begin it with ##"),
    ("::: caution", "a division is opened and not closed", "end it with :::"),
]  # fmt: skip
CELLS = [
    ('{{ number("out.region", period="1999") }}', "no period '1999'"),
    ('{{ number("out.region", place="110", period="2019") }}', "no axis 'place'"),
    ('{{ number("out.member", period="2019") }}', "the reference leaves place"),
    ('{{ number("out.region", period="2019", unit="万人") }}', "万人"),
    ('{{ refusal("out.rise") }}', "the text says that no figure is given, but there is one"),
    ('{{ chosen("claim.rise", nonsense="words") }}', "no words for the verdict"),
    (
        '{{ sign("out.rise", positive="", negative="falls") }}',
        "its sign is positive, for which the chapter has no words",
    ),
    ('{{ page("out.region", "summary", caption="A page") }}', "is no page of a system or plan"),
    ('{{ answer("out.region") }}', "is no outcome of a plan"),
    ('{{ extreme("out.member", "place") }}', "the reference leaves period open"),
    ('{{ absent("output.nothing", "110", "2014", "2019", none="-") }}', "no concept with lines 'output.nothing'"),
]


@pytest.fixture
def own(small: Workshop) -> Workshop:
    """Return a study with a second chapter on a topic of its own."""
    for language, text in OWN.items():
        small.write(f"study/chapters/{language}/2-clinics.md", text)
    return small


def told(own: Workshop) -> list[str]:
    with pytest.raises(Problems) as caught:
        desk.check(own.study)
    return [str(one) for one in caught.value.errors]


def line_of(own: Workshop, text: str) -> int:
    return own.append("study/chapters/en/2-clinics.md", f"\n{text}\n") + 1


def test_a_chapter_of_ones_own_is_written_in_both_languages(own: Workshop) -> None:
    desk.build(own.study, own.path / "out")
    pages = desk.report(own.study, own.path / "out", formats=("html",))
    for page, head in zip(pages, ("诊所的工作", "Work of the clinics"), strict=True):
        text = page.read_text(encoding="utf-8")
        assert head in text
        assert re.search(r'href="#n-out-per-head-110-2019"', text)


@pytest.mark.parametrize(("text", "what", "way"), FORM, ids=[what for _, what, _ in FORM])
def test_a_mistake_of_form_is_told_with_its_line_before_anything_is_built(
    own: Workshop, text: str, what: str, way: str
) -> None:
    line = line_of(own, text)
    (found,) = [one for one in told(own) if what in one]
    assert found.startswith(f"small/study/chapters/en/2-clinics.md:{line}: ")
    assert way in found


def test_all_mistakes_of_form_are_told_at_once(own: Workshop) -> None:
    for text, _, _ in FORM:
        line_of(own, text)
    errors = told(own)
    assert [what for _, what, _ in FORM if not any(what in one for one in errors)] == []


def test_a_tag_that_is_not_closed_is_told_with_its_line(own: Workshop) -> None:
    line = line_of(own, 'Output: {{ number("out.region", period="2019" }}')
    (found,) = [one for one in told(own) if "no template" in one]
    assert found.startswith(f"small/study/chapters/en/2-clinics.md:{line}: ")
    assert "close every call" in found


def test_a_chapter_in_one_language_only_is_told_once(own: Workshop) -> None:
    (own.study / "chapters/zh/2-clinics.md").unlink()
    (found,) = told(own)
    assert found.startswith("small/study/chapters/en/2-clinics.md:1: chapters: 2-clinics.md is missing in zh")
    assert "add chapters/zh/2-clinics.md" in found


def test_a_word_in_one_language_only_is_told(own: Workshop) -> None:
    line_of(own, '{{ grade("out.region", period="2019") }}')
    (found,) = told(own)
    assert "'grade out.region' stands only in the chapters in en" in found


def test_all_wrong_cells_and_units_of_both_languages_are_told_at_once(own: Workshop) -> None:
    desk.build(own.study, own.path / "out")
    lines = {
        (language, text): own.append(f"study/chapters/{language}/2-clinics.md", f"\n{text}\n") + 1
        for language in ("zh", "en")
        for text, _ in CELLS
    }
    with pytest.raises(Problems) as caught:
        desk.report(own.study, own.path / "out", formats=("html",))
    errors = [str(one) for one in caught.value.errors]
    assert len(errors) == len(lines)
    for (language, text), line in lines.items():
        (what,) = [said for one, said in CELLS if one == text]
        where = f"small/study/chapters/{language}/2-clinics.md:{line}: "
        assert any(one.startswith(where) and what in one for one in errors), (where, what, errors)
