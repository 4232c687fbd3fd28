"""Hostile chapters: what a chapter may not do, that it is told with its line, and that nothing of it reaches a report."""

from __future__ import annotations

import builtins
import re
import socket
import time
from pathlib import Path

import pytest
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st

from xietong.app import desk
from xietong.errors import Problems, PublishError, UnknownName, XietongError
from xietong.publish.chapters import read_chapters
from xietong.publish.document import Document
from xietong.publish.html import html_text
from xietong.publish.template import CALLS, LONGEST, WRITTEN, environment, parsed, rendered
from xietong.publish.typed_numbers import typed

SECRET = "content-of-a-file-that-no-chapter-may-read"
FUNCTIONS = {"number": lambda *_, **__: "[1](#n-a)", "echo": lambda text="": str(text)}

REFUSED = [
    "{% include '/etc/passwd' %}",
    "{% import '/etc/passwd' as x %}",
    "{% from '/etc/passwd' import x %}",
    "{% extends '/etc/passwd' %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ number.__globals__ }}",
    "{{ number.__init__.__globals__['os'].system('id') }}",
    "{{ number('a').__class__ }}",
    "{{ echo(number.__globals__) }}",
    "{{ echo(''.__class__) }}",
    "{{ echo(number) }}",
    "{{ ''|attr('__class__') }}",
    "{{ number('a')|attr('__class__') }}",
    "{{ 'x'|format(1) }}",
    "{{ self.__init__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ config }}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for i in 'ab' %}{% for j in 'ab' %}x{% endfor %}{% endfor %}",
    "{% set x = 1 %}",
    "{% if 1 %}x{% endif %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% call echo() %}x{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ echo('a' * 1000000000) }}",
    "{{ echo('a' ~ 'b') }}",
    "{{ echo(*['a']) }}",
    "{{ echo(**{'text': 'a'}) }}",
    "{{ echo(lambda) }}",
    "{{ echo(1000000000000) }}",
    "{{ [1, 2, 3] }}",
    "{{ 'text' }}",
    "{{ loop }}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_chapter_may_write_is_refused_with_its_line(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(XietongError) as caught:
        rendered(f"one\ntwo\n{text}\n", "chapters/zh/1.md", FUNCTIONS)
    assert time.perf_counter() - begun < 5
    assert "chapters/zh/1.md:3" in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    "text", ["{{ open('/etc/passwd') }}", "{{ __import__('os') }}", "{{ range(9) }}", "{{ eval('1') }}"]
)
def test_only_functions_of_the_report_are_called_and_the_nearest_are_offered(text: str) -> None:
    with pytest.raises(Problems, match=r"chapters/zh/1\.md:1: .*no function") as caught:
        rendered(text, "chapters/zh/1.md", FUNCTIONS)
    assert isinstance(caught.value.errors[0], UnknownName)


def test_neither_files_nor_the_network_are_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    environment()  # the library is loaded
    for text in REFUSED[:2]:
        with pytest.raises(XietongError):
            rendered(text, "1.md", FUNCTIONS)

    def forbidden(*_: object, **__: object) -> object:
        raise AssertionError("a chapter reached for the world")

    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    for text in REFUSED:
        with pytest.raises(XietongError):
            rendered(text, "1.md", FUNCTIONS)


def test_what_is_too_long_too_deep_or_too_much_is_told() -> None:
    begun = time.perf_counter()
    with pytest.raises(PublishError, match=f"at most {LONGEST}"):
        parsed("a" * (LONGEST + 1), "1.md")
    with pytest.raises(Problems, match=f"at most {CALLS}"):
        parsed("{{ echo() }}" * (CALLS + 1), "1.md")
    with pytest.raises(PublishError, match="brackets too deep"):
        parsed("{{ echo(" + "[" * 5000 + "]" * 5000 + ") }}", "1.md")
    with pytest.raises(PublishError, match=f"longer than {WRITTEN}"):
        rendered("{{ echo() }}" * 100, "1.md", {"echo": lambda: "x" * (WRITTEN // 50)})
    with pytest.raises(Problems, match="an argument of 5000 characters"):
        parsed("{{ echo('" + "a" * 5000 + "') }}", "1.md")
    assert time.perf_counter() - begun < 10


def test_every_fault_of_a_chapter_is_told_at_once_each_with_its_line() -> None:
    with pytest.raises(Problems) as caught:
        rendered("{{ [1] }}\n\n{% set x = 1 %}\n{{ echo(1 + 1) }}", "c/1.md", FUNCTIONS)
    assert [re.search(r"c/1\.md:(\d+)", str(one))[1] for one in caught.value.errors] == ["1", "3", "4"]
    with pytest.raises(Problems) as caught:
        rendered("{{ nothing() }}\n{{ echo(colour=1) }}", "c/1.md", FUNCTIONS)
    assert [one.where for one in caught.value.errors] == ["c/1.md:1", "c/1.md:2"]


@given(st.text("{}%#'\"().[]_|*+ abc:\n", max_size=60))
def test_any_text_gives_text_or_an_error_of_the_house(text: str) -> None:
    try:
        out = rendered(text, "1.md", FUNCTIONS)
    except XietongError:
        return
    assert "function" not in out
    assert "object at" not in out


def hostile(small: Workshop, text: str) -> str:
    """Return the page of the small study with a text added to its chapter; the way a user would make it."""
    small.append("study/chapters/en/1-size.md", f"\n\n{text}\n")
    desk.build(small.study, small.path / "out")
    (page,) = desk.report(small.study, small.path / "out", ("en",), ("html",))
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("![x](http://example.org/x.png)", "no figure 'http://example.org/x.png'"),
        ("![x](/etc/passwd)", "no figure '/etc/passwd'"),
        ("![x](figure:../../secret)", "no figure '../../secret'"),
        ("![x](file:///etc/passwd)", "no figure 'file:///etc/passwd'"),
        ("{{ figure('../../etc/passwd') }}", "no figure '../../etc/passwd'"),
        ("[x](javascript:alert)", "a link to 'javascript:alert'"),
        ("[x](data:text/html,x)", "a link to 'data:text/html,x'"),
        ("[x](../../secret)", "a link to '../../secret'"),
        ("{{ page('out.region', '/etc/passwd') }}", "1-size.md:"),
        ("{{ table('out.member', caption='x', rows='__class__', columns='period') }}", "1-size.md:"),
    ],
)
def test_pictures_links_and_names_lead_to_nothing_outside(small: Workshop, text: str, words: str) -> None:
    with pytest.raises(XietongError, match=re.escape(words)):
        hostile(small, text)
    assert not list((small.path / "out").rglob("*.html"))


def test_raw_html_and_instructions_of_other_formats_stay_text(small: Workshop) -> None:
    secret = small.path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    texts = [
        "<script>alert()</script>", "<img src=x onerror=alert()>", "`<b>bold</b>`{=html}", "```{=html}\n<iframe></iframe>\n```",
        f"\\input{{{secret}}}", f"#read(\"{secret}\")", f"`#read(\"{secret}\")`{{=typst}}", "[x]{onclick=alert style=color:red}",
        "---\nfilter: x\ninclude-before: /etc/passwd\n---",
    ]  # fmt: skip
    page = hostile(small, "\n\n".join(texts))
    assert not re.search(r"<(script|img|iframe)\b|<[a-z][^<>]*(\son\w+=|style=\"?color)", page)
    assert "&lt;script&gt;" in page
    assert SECRET not in page
    files = desk.report(small.study, small.path / "out", ("en",), ("docx", "pdf"))
    assert all(SECRET.encode() not in one.read_bytes() for one in files)


def test_a_chapter_that_is_a_link_out_of_the_study_is_not_opened(small: Workshop, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(SECRET, encoding="utf-8")
    (small.study / "chapters/en/2-link.md").symlink_to(secret)
    with pytest.raises(PublishError, match="this is no file of the study") as caught:
        read_chapters(small.study, "small/study", "en")
    assert SECRET not in str(caught.value)


def test_deep_markdown_ends_with_an_error_and_not_with_the_program() -> None:
    for text in ("> " * 3000 + "x", "[" * 3000 + "x" + "]" * 3000, "*" * 3000 + "x"):
        try:
            page = html_text(Document("en", "t", "", "e", "d", "", text))
        except XietongError:
            continue
        assert "</html>" in page


TYPED = [
    ("It grew by 12.5 per cent.", "12.5"),
    ("It grew by １２ per cent.", "１２"),
    ("② of them.", "②"),
    ("In 2035% of cases.", "2035"),
    ("&#49;2 of them.", "&#49;"),
]


@pytest.mark.parametrize(("text", "number"), TYPED)
def test_a_number_typed_into_a_chapter_fails_the_check_with_chapter_and_line(
    small: Workshop, text: str, number: str
) -> None:
    line = small.append("study/chapters/en/1-size.md", f"\n{text}\n") + 1
    with pytest.raises(Problems) as caught:
        desk.check(small.study)
    told = [one for one in caught.value.errors if number in one.what]
    assert told, str(caught.value)
    assert told[0].where.endswith(f"chapters/en/1-size.md:{line}")
    assert any("quoted(" in way for way in told[0].ways)


@given(st.integers(1, 10**6), st.sampled_from(["%", " 亿元", " per cent", ""]))
def test_any_number_that_is_no_year_is_typed(number: int, behind: str) -> None:
    text = f"约 {number}.5{behind}"
    assert typed(text) == [f"{number}.5"]


def test_what_others_say_is_marked_in_print_and_needs_its_source(small: Workshop) -> None:
    page = hostile(small, '{{ quoted("12.5%", "Somebody, A book, 2020") }}')
    assert re.search(r'<a href="#q-1"[^>]*>12\.5%</a>.{0,20}\[quoted\]', page)
    assert re.search(r'id="q-1".{0,60}Quoted 1: 12\.5% ← Somebody, A book, 2020', page)
    with pytest.raises(Problems, match="quoted from nowhere"):
        hostile(small, '{{ quoted("3.5", " ") }}')
