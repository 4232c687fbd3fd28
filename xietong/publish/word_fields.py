"""Fields and bookmarks of Word: what a page, a caption or a table of contents counts by itself."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

__all__ = ["bookmarked", "field", "field_mark", "field_start", "run"]


def run(text: str, properties: BaseOxmlElement | None = None) -> BaseOxmlElement:
    """Return a run of text."""
    one, content = _run(properties), OxmlElement("w:t")
    content.text = text
    content.set(qn("xml:space"), "preserve")
    one.append(content)
    return one


def field(
    code: str, shown: str, *, stale: bool = False, properties: BaseOxmlElement | None = None
) -> list[BaseOxmlElement]:
    """Return the runs of a field that shows ``shown`` until it is counted; a stale one is counted anew on opening."""
    text = [run(shown, properties)] if shown else []
    return [*field_start(code, stale=stale, properties=properties), *text, field_mark("end", properties=properties)]


def field_start(code: str, *, stale: bool = False, properties: BaseOxmlElement | None = None) -> list[BaseOxmlElement]:
    """Return the runs that open a field; what it shows and its end follow."""
    told, instruction = _run(properties), OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    told.append(instruction)
    begin = field_mark("begin", stale=stale, properties=properties)
    return [begin, told, field_mark("separate", properties=properties)]


def field_mark(kind: str, *, stale: bool = False, properties: BaseOxmlElement | None = None) -> BaseOxmlElement:
    """Return the run that begins, separates or ends a field."""
    one, mark = _run(properties), OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if stale:
        mark.set(qn("w:dirty"), "true")
    one.append(mark)
    return one


def bookmarked(name: str, number: int, parts: list[BaseOxmlElement]) -> list[BaseOxmlElement]:
    """Return the parts between the ends of a bookmark; ``number`` is its id in the file."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    return [start, *parts, end]


def _run(properties: BaseOxmlElement | None) -> BaseOxmlElement:
    one = OxmlElement("w:r")
    if properties is not None:
        one.append(deepcopy(properties))
    return one
