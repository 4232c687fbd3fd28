"""Numbers of captions as fields that Word counts, and references to them as fields that follow.

``表 1`` in a caption becomes a SEQ field inside a bookmark. The same words where they are a link of their own, or stand
first in the entry of the table in the appendix, become a REF field to that bookmark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from xietong.publish.document import Language
from xietong.publish.word_fields import bookmarked, field, run
from xietong.publish.words import word

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

__all__ = ["number_captions"]

KINDS = ("table", "figure")
ENTRY = re.compile(r"s-(table|figure)-(\d+)")
"""The anchor of the entry of a table or figure in the appendix of numbers."""


def number_captions(body: BaseOxmlElement, captions: Iterable[str], language: Language) -> int:
    """Turn the numbers of captions and the references to them into fields; return how many references there are.

    ``captions`` are the ids of the styles of captions.
    """
    label = re.compile(rf"({'|'.join(re.escape(word(kind, language)) for kind in KINDS)}) (\d+)")
    styles, known = set(captions), dict[str, str]()
    number = max((int(mark.get(qn("w:id"))) for mark in body.iter(qn("w:bookmarkStart"))), default=0)
    for paragraph in body.iter(qn("w:p")):
        found = label.match(_text(paragraph)) if paragraph.style in styles else None
        if found and found[0] not in known:
            known[found[0]] = f"_Ref_{_kind(found[1], language)}_{found[2]}"
            number += 1
            _count(paragraph, found[1], found[2], known[found[0]], number)
    return sum(1 for _ in _referred(body, styles, known, label))


def _kind(told: str, language: Language) -> str:
    return next(kind for kind in KINDS if word(kind, language) == told)


def _text(part: BaseOxmlElement) -> str:
    return "".join(one.text or "" for one in part.iter(qn("w:t")))


def _count(paragraph: BaseOxmlElement, kind: str, number: str, name: str, mark: int) -> None:
    """Put a bookmark with the word and a SEQ field in the place of the words ``表 1``."""
    place, properties = _cut(paragraph, len(f"{kind} {number}"))
    parts = [run(f"{kind} ", properties), *field(f"SEQ {kind} \\* ARABIC", number, properties=properties)]
    for one in bookmarked(name, mark, parts):
        place.addprevious(one)
    _clear(place)


def _referred(
    body: BaseOxmlElement, captions: set[str], known: Mapping[str, str], label: re.Pattern[str]
) -> Iterator[BaseOxmlElement]:
    """Turn links that are only the words of a caption's number, and those words in the appendix, into fields."""
    for link in list(body.iter(qn("w:hyperlink"))):
        text, paragraph = _text(link), link.getparent()
        if text in known and paragraph.style not in captions:
            properties = next(link.iter(qn("w:rPr")), None)
            for one in field(f"REF {known[text]} \\h", text, properties=properties):
                link.addprevious(one)
            paragraph.remove(link)
            yield link
    for paragraph in body.iter(qn("w:p")):
        mark = paragraph.find(qn("w:bookmarkStart"))
        found = label.match(_text(paragraph)) if mark is not None and ENTRY.fullmatch(mark.get(qn("w:name"))) else None
        if found and found[0] in known:
            place, properties = _cut(paragraph, len(found[0]))
            for one in field(f"REF {known[found[0]]} \\h", found[0], properties=properties):
                place.addprevious(one)
            _clear(place)
            yield paragraph


def _cut(paragraph: BaseOxmlElement, length: int) -> tuple[BaseOxmlElement, BaseOxmlElement | None]:
    """Take the first signs from a paragraph; return the run from which the last was taken, and its properties."""
    for text in list(paragraph.iter(qn("w:t"))):
        taken = min(length, len(text.text or ""))
        text.text, length = (text.text or "")[taken:], length - taken
        if not length:
            place = text.getparent()
            return place, place.find(qn("w:rPr"))
        _clear(text.getparent())
    raise AssertionError("a paragraph is shorter than its beginning")


def _clear(one: BaseOxmlElement) -> None:
    """Take a run away when its words are gone."""
    if not _text(one) and all(part.tag in (qn("w:t"), qn("w:rPr")) for part in one):
        one.getparent().remove(one)
