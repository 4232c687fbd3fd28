"""Reads a written Word file as a stranger: body, tables, notes, running heads and what is said of pictures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from xietong.publish.written_parts import Piece, Run, Written, joined, placed

__all__ = ["read_word"]

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIELD = re.compile(r"^\s*(?:(PAGE|NUMPAGES|SECTIONPAGES)\b|(PAGEREF|REF|HYPERLINK\s+\\l)\s+\"?([^\s\"]+))")
_ROLES: Final = (
    (re.compile(r"^Heading\d$"), "heading"),
    (re.compile(r"^(?:TableCaption|ImageCaption|Caption)$"), "caption"),
    (re.compile(r"^(?:toc\d|TOC\d|ContentsTitle)$"), "contents"),
    (re.compile(r"^(?:Title|Subtitle|Date|Edition)$"), "cover"),
    (re.compile(r"^SourceLine"), "source"),
)
_CODE: Final = "VerbatimChar"
_PARTS = re.compile(r"^word/(?P<kind>header|footer|comments|endnotes)\d*\.xml$")


def read_word(path: Path) -> Written:
    """Return what a Word file shows; the numbers of its notes are counted as Word counts them."""
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if _shown(name)}
    reader = _Reader()
    pieces = list(reader.pieces(parts.pop("word/document.xml")))
    notes = parts.pop("word/footnotes.xml", None)
    pieces += reader.noted(notes) if notes is not None else []
    for name in sorted(parts):
        pieces += (_furniture(piece) for piece in _Reader().pieces(parts[name]))
    return Written(path.name, placed(pieces))


def _shown(name: str) -> bool:
    return name in ("word/document.xml", "word/footnotes.xml") or bool(_PARTS.match(name))


def _furniture(piece: Piece) -> Piece:
    return Piece("furniture", piece.runs, piece.anchors)


class _Reader:
    """The walk over one part: notes are numbered, rows counted, fields followed."""

    def __init__(self) -> None:
        self.row = 0
        self.notes: dict[str, str] = {}
        self.waiting: list[str] = []

    def pieces(self, part: Any) -> Iterator[Piece]:
        """Yield the paragraphs of a part; a table of one cell is a frame around text."""
        for element in part.iter(f"{_W}p", f"{_W}tr", f"{_W}bookmarkStart"):
            if element.tag == f"{_W}tr":
                self.row += 1
            elif element.tag == f"{_W}bookmarkStart":
                if element.getparent().tag != f"{_W}p":
                    self.waiting.append(element.get(f"{_W}name"))
            else:
                yield self._piece(element)

    def _piece(self, paragraph: Any, note: str = "") -> Piece:
        ids = [*self.waiting, *(one.get(f"{_W}name") for one in paragraph.iter(f"{_W}bookmarkStart"))]
        self.waiting = []
        runs = joined(self._runs(paragraph))
        role = "note" if note else _role(paragraph)
        return Piece(role, runs, tuple(ids), self.row if role == "cell" else 0, note)

    def noted(self, part: Any) -> list[Piece]:
        """Return the notes in the order in which the text calls them."""
        by_id = {one.get(f"{_W}id"): one for one in part.iter(f"{_W}footnote")}
        return [
            self._piece(paragraph, number)
            for key, number in self.notes.items()
            if key in by_id
            for paragraph in by_id[key].iter(f"{_W}p")
        ]

    def _runs(self, paragraph: Any) -> Iterator[Run]:
        """Yield the runs of a paragraph, each with where its link or its field leads."""
        fields: list[str] = []
        for run in paragraph.iter(f"{_W}r"):
            link = next((one for one in run.iterancestors() if one.tag == f"{_W}hyperlink"), None)
            target = (link.get(f"{_W}anchor") or "") if link is not None else ""
            style = run.find(f"{_W}rPr/{_W}rStyle")
            code = "code" if style is not None and style.get(f"{_W}val") == _CODE else ""
            for part in run:
                yield from self._said(part, fields, target, code)

    def _said(self, part: Any, fields: list[str], target: str, code: str) -> Iterator[Run]:
        name = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
        if name == "fldChar":
            _follow(part.get(f"{_W}fldCharType"), fields)
        elif name == "instrText" and fields:
            fields[-1] += part.text or ""
        elif name in ("t", "noBreakHyphen", "tab", "br", "sym"):
            leads, kind = _field(fields)
            text = part.text or "" if name == "t" else "-" if name == "noBreakHyphen" else " "
            yield Run(text, target or leads, kind or code)
        elif name == "footnoteReference":
            number = self.notes.setdefault(part.get(f"{_W}id"), str(len(self.notes) + 1))
            yield Run(number, f"fn{number}", "mark")
        elif name == "drawing":
            told = dict.fromkeys(one.get("descr") or "" for one in part.iter() if one.get("descr"))
            yield from (Run(f" {text} ", "", "said") for text in told)


def _follow(what: str, fields: list[str]) -> None:
    if what == "begin":
        fields.append("")
    elif what == "end" and fields:
        fields.pop()


def _field(fields: list[str]) -> tuple[str, str]:
    """Return the bookmark that the innermost field leads to, and whether it counts pages."""
    for code in reversed(fields):
        if match := _FIELD.match(code):
            page = match[1] or match[2] == "PAGEREF"
            return match[3] or "", "page" if page else ""
    return "", ""


def _role(paragraph: Any) -> str:
    """Return the role of a paragraph by its style, of one in a table by the table."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val") if style is not None else ""
    for rule, role in _ROLES:
        if rule.match(name):
            return role
    if paragraph.find(f".//{_W}drawing") is not None:
        return "drawing"
    table = next((one for one in paragraph.iterancestors() if one.tag == f"{_W}tbl"), None)
    framed = table is None or len(table.findall(f"{_W}tr/{_W}tc")) == 1
    return "text" if framed else "cell"
