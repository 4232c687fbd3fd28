"""Texts of others: plain text, Word, PDF and HTML as paragraphs, each sign with the line or page it stands on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from xietong.errors import PackError, UnknownName

KINDS = (".txt", ".md", ".docx", ".pdf", ".html", ".htm")
_WIDE = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_ENDS = tuple("。！？；：.!?;:”」』)）")
_BLOCKS = {
    "p",
    "div",
    "li",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "figcaption",
    "caption",
    "br",
}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SILENT = {"script", "style", "noscript", "template"}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph without the line breaks inside it; ``starts`` and ``lines`` say which sign stands on which line."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[str, ...]

    def where(self, at: int) -> str:
        """Return the line or page on which a sign stands."""
        return self.lines[max(0, bisect_right(self.starts, at) - 1)]


@dataclass(frozen=True)
class Text:
    """A text by its file name, paragraph by paragraph."""

    name: str
    paragraphs: tuple[Paragraph, ...]


def read_text(path: Path) -> Text:
    """Read a text.

    Raises:
        UnknownName: when the ending of the file is none of those that can be read.
        PackError: when the file is not there, cannot be decoded or holds no text.
    """
    if not path.is_file():
        raise PackError("text", "the file does not exist", where=path.name)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UnknownName("text", "kind of text", kind, KINDS, where=path.name)
    readers = {".docx": _word, ".pdf": _pdf, ".html": _html, ".htm": _html}
    found = tuple(one for one in readers.get(kind, _plain)(path) if one.text.strip())
    if not found:
        ways = ("a scanned page has to be read by a character recognition first",) if kind == ".pdf" else ()
        raise PackError("text", "the file holds no text", where=path.name, ways=ways)
    return Text(path.name, found)


def joined(lines: Iterable[tuple[str, str]]) -> Paragraph:
    """Join lines, each with its name: without a blank between Chinese signs, with one between words."""
    text, starts, names = "", list[int](), list[str]()
    for line, name in lines:
        plain = line.strip()
        if text and plain and not (re.match(f"[{_WIDE}]", plain) or re.search(f"[{_WIDE}]$", text)):
            text += " "
        starts.append(len(text))
        names.append(name)
        text += plain
    return Paragraph(text, tuple(starts), tuple(names))


def paragraphs(lines: Iterable[tuple[str, str]]) -> Iterator[Paragraph]:
    """Part lines into paragraphs: at an empty or indented line, a row, heading or item, and after a short last line."""
    held: list[tuple[str, str]] = []
    width = 0
    for line, name in lines:
        begins = not line.strip() or line.startswith(("\u3000", "  ", "\t", "|", "#", "- ", "* ", "•", "·"))
        short = bool(held) and held[-1][0].rstrip().endswith(_ENDS) and len(held[-1][0].strip()) < 0.8 * width
        if held and (begins or short):
            yield joined(held)
            held, width = [], 0
        if line.strip():
            held.append((line, name))
            width = max(width, len(line.strip()))
    if held:
        yield joined(held)


def _plain(path: Path) -> Iterator[Paragraph]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return paragraphs((line, f"{path.name}:{number}") for number, line in enumerate(text.splitlines(), 1))
    raise PackError("text", "neither UTF-8 nor GB18030", where=path.name, ways=("save it as UTF-8",))


def _word(path: Path) -> Iterator[Paragraph]:
    from zipfile import BadZipFile, ZipFile

    from lxml import etree

    try:
        with ZipFile(path) as file:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(file.read("word/document.xml"), parser)
    except (BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise PackError("text", "no Word document can be read from it", why=str(error), where=path.name) from None
    for number, one in enumerate(root.iter(f"{_W}p"), 1):
        text = "".join(part.text or "" for part in one.iter(f"{_W}t"))
        yield Paragraph(text, (0,), (f"{path.name}, paragraph {number}",))


def _pdf(path: Path) -> Iterator[Paragraph]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = [(page.extract_text(), number) for number, page in enumerate(PdfReader(path).pages, 1)]
    except PyPdfError as error:
        raise PackError("text", "no PDF can be read from it", why=str(error), where=path.name) from None
    for text, number in pages:
        yield from paragraphs((line, f"{path.name}, page {number}") for line in text.splitlines())


class _Page(HTMLParser):
    """Collect the text of a page by blocks; what is not shown is left out."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.found, self.held, self.silent = name, list[Paragraph](), list[tuple[str, str]](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BLOCKS:
            self.end()

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0
        if tag in _BLOCKS:
            self.end()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            for number, line in enumerate(data.splitlines(), self.getpos()[0]):
                self.held.append((line, f"{self.name}:{number}"))

    def end(self) -> None:
        if any(line.strip() for line, _ in self.held):
            self.found.append(joined(self.held))
        self.held = []


def _html(path: Path) -> Iterator[Paragraph]:
    data = path.read_bytes()
    told = re.search(rb"charset=[\"']?([\w-]+)", data[:2048])
    page = _Page(path.name)
    try:
        page.feed(data.decode(told.group(1).decode() if told else "utf-8"))
    except (UnicodeDecodeError, LookupError) as error:
        raise PackError("text", "the page cannot be decoded", why=str(error), where=path.name) from None
    page.close()
    page.end()
    return iter(page.found)
