"""Reads a written web page as a stranger: what it shows, where, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from xietong.publish.written_parts import Piece, Run, Written, joined, placed

__all__ = ["read_html"]

_BLOCKS: Final = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("p", "li", "div", "section", "main", "body", "summary", "ol", "ul", "blockquote", "pre"), "text"),
    **dict.fromkeys(("dl", "dt", "dd", "details", "article", "aside"), "text"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
    **dict.fromkeys(("svg", "text", "title", "desc"), "drawing"),
    **dict.fromkeys(("header", "footer"), "cover"),
    **dict.fromkeys(("table", "thead", "tbody", "tr", "figure"), "text"),
    "nav": "contents",
}
"""Elements that begin a piece, and its role."""
_KEPT: Final = frozenset(("cover", "contents", "drawing", "note", "caption"))
"""Roles that everything below them has."""
_SILENT: Final = frozenset(("style", "script", "template", "head"))
_SAID: Final = ("alt", "aria-label", "title")
"""Attributes that are read aloud."""


def read_html(path: Path) -> Written:
    """Return what a page shows; a text that only a listener hears counts as shown."""
    from lxml import html

    root = html.document_fromstring(path.read_text(encoding="utf-8"))
    return Written(path.name, placed(_Walk().pieces(root.find("body"))))


class _Walk:
    """The walk over one page: rows are counted, runs are gathered until the next block begins."""

    def __init__(self) -> None:
        self.row = 0
        self.runs: list[Run] = []
        self.ids: list[str] = []

    def pieces(self, body: Any) -> list[Piece]:
        return [*self._below(body, "text", "", Run("")), *self._cut("text", "")]

    def _cut(self, role: str, note: str) -> Iterator[Piece]:
        """Yield what was gathered as a piece."""
        runs = joined(self.runs)
        if runs or self.ids:
            yield Piece(role, runs, tuple(self.ids), self.row if role == "cell" else 0, note)
        self.runs, self.ids = [], []

    def _below(self, element: Any, role: str, note: str, like: Run) -> Iterator[Piece]:
        """Yield the pieces below an element; ``like`` is the run that its words belong to."""
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or name in _SILENT:
            return
        block = name in _BLOCKS
        if block:
            yield from self._cut(role, note)
            role, note = _role(element, name, role, note)
            self.row += name == "tr"
        if element.get("id"):
            self.ids.append(element.get("id"))
        like = _like(element, name, like)
        self.runs += [Run(f"{element.get(one)} ", "", "said") for one in _SAID if element.get(one)]
        self._say(element.text, like)
        for child in element:
            yield from self._below(child, role, note, like)
            self._say(child.tail, like)
        if block:
            yield from self._cut(role, note)

    def _say(self, text: str | None, like: Run) -> None:
        if text:
            self.runs.append(Run(text, like.target, like.kind))


def _role(element: Any, name: str, role: str, note: str) -> tuple[str, str]:
    """Return role and note of a block by its name, its class and what it stands in."""
    identity, classes = element.get("id") or "", (element.get("class") or "").split()
    if name == "li" and identity.startswith("fn") and identity[2:].isdigit():
        return "note", identity[2:]
    if role in _KEPT and role != "caption":
        return role, note
    if name == "div" and "source" in classes:
        return "source", note
    return ("source" if role == "source" and name == "p" else _BLOCKS[name]), note


def _like(element: Any, name: str, like: Run) -> Run:
    """Return the kind of run that the words of an element are."""
    if name == "a":
        target = (element.get("href") or "").removeprefix("#")
        mark = "footnote-ref" in (element.get("class") or "")
        return Run("", target, "mark" if mark else like.kind)
    return Run("", like.target, "code") if name == "code" else like
