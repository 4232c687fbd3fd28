"""Turns the pages of wide tables: a section for a table with its caption and source line, upright pages around it.

A turned page has the running head of the others, and a foot of its own as wide as itself where one is given.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

if TYPE_CHECKING:
    from docx.oxml.section import CT_SectPr
    from docx.oxml.xmlchemy import BaseOxmlElement

__all__ = ["turn_pages"]

BARE = (
    '<w:p {ns}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
"""A paragraph that takes no room: a table cannot carry the end of a section itself."""

BLOCKS = (qn("w:p"), qn("w:tbl"))


def turn_pages(
    body: BaseOxmlElement, tables: Sequence[BaseOxmlElement], before: Collection[str], after: str, foot: str = ""
) -> None:
    """Turn the pages of ``tables``, in their order; those that follow each other share a section.

    The headings and captions before a table, whose styles have the ids ``before``, go with it, and so does the source
    line after it, of the style ``after``. ``foot`` is the relation to the foot of turned pages.
    """
    last: CT_SectPr = body.find(qn("w:sectPr"))
    for table in tables:
        _begin(_first(table, before), last)
        _end(table, after, _turned(last, foot), last)


def _neighbour(block: BaseOxmlElement, *, back: bool) -> BaseOxmlElement | None:
    """Return the next paragraph or table of the body, bookmarks passed over."""
    one: BaseOxmlElement | None = block.getprevious() if back else block.getnext()
    while one is not None and one.tag not in BLOCKS:
        one = one.getprevious() if back else one.getnext()
    return one


def _first(table: BaseOxmlElement, before: Collection[str]) -> BaseOxmlElement:
    """Return the first of the headings and captions that stand right before a table."""
    first = table
    while (one := _neighbour(first, back=True)) is not None and one.tag == qn("w:p") and one.style in before:
        first = one
    return first


def _begin(first: BaseOxmlElement, last: CT_SectPr) -> None:
    """End the upright pages before ``first``; when turned pages end there, let them go on."""
    one = _neighbour(first, back=True)
    if one is None:
        return
    if one.tag == qn("w:p") and one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
        one.pPr.remove(one.pPr.find(qn("w:sectPr")))
        return
    if one.tag == qn("w:tbl"):
        one.addnext(bare := parse_xml(BARE.format(ns=nsdecls("w"))))
        one = bare
    one.get_or_add_pPr()._insert_sectPr(copy.deepcopy(last))
    for mark in last.findall(qn("w:titlePg")):
        last.remove(mark)


def _end(table: BaseOxmlElement, after: str, turned: CT_SectPr, last: CT_SectPr) -> None:
    """End the turned pages after the source line of a table, or after the table."""
    follower = _neighbour(table, back=False)
    if follower is not None and follower.tag == qn("w:p") and follower.style == after:
        carrier = follower
    else:
        carrier = parse_xml(BARE.format(ns=nsdecls("w")))
        table.addnext(carrier)
    if _neighbour(carrier, back=False) is None:
        last.getparent().replace(last, turned)
    else:
        carrier.get_or_add_pPr()._insert_sectPr(turned)


def _turned(last: CT_SectPr, foot: str) -> CT_SectPr:
    """Return the properties of turned pages, from those of upright ones."""
    turned = copy.deepcopy(last)
    for mark in turned.findall(qn("w:titlePg")):
        turned.remove(mark)
    size = turned.find(qn("w:pgSz"))
    across, down = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), down)
    size.set(qn("w:h"), across)
    size.set(qn("w:orient"), "landscape")
    if foot:
        for reference in turned.findall(qn("w:footerReference")):
            reference.set(qn("r:id"), foot)
    return turned


def numbered_through(section: CT_SectPr) -> None:
    """Let the notes of a section be numbered on from those before it."""
    notes = section.find(qn("w:footnotePr"))
    if notes is not None:
        section.remove(notes)
    own = OxmlElement("w:footnotePr")
    restart = OxmlElement("w:numRestart")
    restart.set(qn("w:val"), "continuous")
    own.append(restart)
    place = section.find(qn("w:pgSz"))
    place.addprevious(own)
