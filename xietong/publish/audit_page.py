"""The page of an audit: the text with every figure marked by its verdict, and the evidence behind each."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from jinja2 import Environment, StrictUndefined, Template

from xietong.diagnosis.audit.audit import Audit, evidence, reading
from xietong.diagnosis.audit.verdicts import VERDICTS, Judgement
from xietong.library.labels import Label, Language
from xietong.publish.assets_index import template_text
from xietong.publish.fonts import faces

__all__ = ["SIGNS", "audit_body", "audit_page"]

SIGNS = {
    "supported": "✓", "rounding": "≈", "one vintage": "◐", "contradicted": "✗", "not comparable": "≠",
    "not checkable": "?",
}  # fmt: skip
"""A sign for each verdict, so that none is told by colour alone."""
WORDS = {
    "subtitle": Label(
        "逐个数核对：指标、地区、年份、口径与出处", "Every figure with its indicator, place, year, vintage and source"
    ),
    "text": Label("原文", "The text"),
    "figures": Label("逐条结论", "Figure by figure"),
    "within": Label("文内互核", "The text against itself"),
    "read": Label("读作", "read as"),
    "value": Label("数据包的值", "value of the pack"),
    "source": Label("出处", "source"),
    "outcome": Label("结果", "outcome"),
    "none": Label("没有找到数。", "No figure was found."),
    "skip": Label("跳到结论", "Skip to the verdicts"),
}
OUTCOMES = {
    "supported": Label("相符", "agrees"), "rounded": Label("在取整之内", "within rounding"),
    "truncated": Label("截尾", "cut off"), "contradicted": Label("不符", "differs"),
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: plain text, or a figure with the number of its judgement."""

    text: str
    number: int = 0
    verdict: str = ""


def audit_page(found: Audit, language: Language) -> str:
    """Return the page: one file, offline, without a script. The same input gives the same bytes."""
    told = {"found": found, "language": language, "words": SimpleNamespace(**WORDS), "verdicts": VERDICTS}
    body, style = audit_body(found, language), template_text("audit.css")
    page = _template("audit.html").render(**told, signs=SIGNS, body=body, style=style)
    return page.replace("/*faces*/", faces(page), 1)


def audit_body(found: Audit, language: Language) -> str:
    """Return the text with its figures marked and the evidence as HTML, without head or style."""
    return _template("audit_body.html").render(
        found=found, language=language, words=SimpleNamespace(**WORDS), verdicts=VERDICTS, signs=SIGNS,
        outcomes=OUTCOMES, paragraphs=[pieces(found, at) for at in range(len(found.text.paragraphs))],
        reading=lambda one: reading(found, one, language),
        evidence=lambda one, held: evidence(found, one, held, language),
    )  # fmt: skip


def _template(name: str) -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template_text(name))


def pieces(found: Audit, paragraph: int) -> list[Piece]:
    """Return a paragraph as pieces, the figures in it numbered as the judgements are."""
    text, told, at = found.text.paragraphs[paragraph].text, list[Piece](), 0
    for number, one in enumerate(found.judgements, 1):
        if one.statement.paragraph == paragraph:
            start, end = span(one)
            told += [Piece(text[at:start])] if start > at else []
            told.append(Piece(text[start:end], number, one.verdict))
            at = end
    return [*told, Piece(text[at:])]


def span(one: Judgement) -> tuple[int, int]:
    """Return where a figure stands in its paragraph."""
    start, quantity = one.statement.start, one.statement.quantity
    return start + quantity.start, start + quantity.end
