"""Writes a document as one HTML file: drawings, type and style inside, no script, no request to anywhere."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from xietong.publish.assets_index import template_text
from xietong.publish.document import Document
from xietong.publish.fonts import BOLD, REGULAR, page_font
from xietong.publish.markdown import Heading, Node, Tree, headings, image_of, is_division, raw, read, rewrite
from xietong.publish.pandoc import convert

__all__ = ["html_text", "write_html"]

WORDS = {
    "zh": {"contents": "目录", "abstract": "摘要", "skip": "跳到正文", "table": "表格，可左右滚动"},
    "en": {
        "contents": "Contents",
        "abstract": "Summary",
        "skip": "Skip to text",
        "table": "Table, scrolls sideways",
    },
}
PANDOC_BACK, BACK = "\u21a9\ufe0e", "↑"
"""The arrow back from a note: the usual one is not in our typeface."""

TAG = re.compile(r"<[^>]*>")
HEAVY = re.compile(
    r"<(h[1-6]|strong|b|thead|caption|figcaption|summary|svg)\b.*?</\1>|<[^>]*abstract-title[^>]*>[^<]*", re.DOTALL
)
"""What the style sheet and the drawings may set bold."""


def write_html(document: Document, path: Path) -> None:
    """Write ``document`` to ``path`` as one self-contained page."""
    path.write_bytes(html_text(document).encode())


def html_text(document: Document) -> str:
    """Return the page; the same document gives the same text."""
    tree = read(document)
    words = WORDS[document.language]
    body = convert(
        json.dumps(_prepared(tree, document), ensure_ascii=False),
        source="json",
        target="html5",
        arguments=["--wrap=none", "--mathml", "--section-divs"],
    )
    # The drawing carries words of its own, so the caption is not hidden from those who listen.
    body = body.replace('<figcaption aria-hidden="true">', "<figcaption>").replace(PANDOC_BACK, BACK)
    parts = {
        "document": document,
        "words": words,
        "lang": "zh-Hans" if document.language == "zh" else "en",
        "entries": _nested(headings(tree)),
        "body": body,
    }
    page = _template().render(**parts, style=template_text("report.css"))
    return page.replace("/*faces*/", _faces(page, _markers(words)), 1)


def _markers(words: dict[str, str]) -> str:
    return "".join(words.values()) + "0123456789•–—…"


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _template() -> Template:
    return _environment().from_string(template_text("report.html"))


def _faces(page: str, markers: str) -> str:
    """Return the rules that carry the typeface, cut to the characters of the page, the bold cut to what stands bold."""
    bold = " ".join(match[0] for match in HEAVY.finditer(page))
    rules = []
    for cut, weight, part in ((REGULAR, 400, page), (BOLD, 700, bold)):
        text = TAG.sub("", part) + markers
        data = base64.b64encode(page_font(text, cut)).decode()
        rules.append(
            "@font-face{font-family:'Noto Sans SC';font-style:normal;"
            f"font-weight:{weight};src:url(data:font/woff;base64,{data}) format('woff')}}"
        )
    return "\n".join(rules)


def _nested(entries: list[Heading]) -> list[tuple[Heading, list[Heading]]]:
    """Return the headings of the first level, each with those below it."""
    nested: list[tuple[Heading, list[Heading]]] = []
    for entry in entries:
        if entry.level == 1 or not nested:
            nested.append((entry, []))
        else:
            nested[-1][1].append(entry)
    return nested


def _prepared(tree: Tree, document: Document) -> Tree:
    """Return the tree with drawings set in and tables made to scroll."""
    words = WORDS[document.language]
    name = escape(words["table"])

    def changed(node: Node) -> Node | list[Node] | None:
        if (key := image_of(node)) is not None:
            return raw("RawInline", "html", document.figures[key].svg)
        if node["t"] == "Table":
            opening = f'<div class="table" role="region" tabindex="0" aria-label="{name}">'
            return [raw("RawBlock", "html", opening), node, raw("RawBlock", "html", "</div>")]
        if is_division(node, "abstract"):
            node["c"][1].insert(0, raw("RawBlock", "html", f'<p class="abstract-title">{words["abstract"]}</p>'))
        return None

    return rewrite(tree, changed)
