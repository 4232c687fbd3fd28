"""Finishes what pandoc wrote for Word: page, running head, contents, tables, numbers, properties, and fixed bytes."""

from __future__ import annotations

import copy
import datetime
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.parts.hdrftr import FooterPart
from docx.shared import Cm, Length

from xietong.publish.document import Document
from xietong.publish.word_captions import number_captions
from xietong.publish.word_fields import field, field_mark, field_start, run
from xietong.publish.word_parts import tidy
from xietong.publish.word_sections import numbered_through, turn_pages
from xietong.publish.word_styles import ADDED, LOOKS
from xietong.publish.word_tables import Paper, set_table

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section

__all__ = ["finish", "normalised", "text_width"]

MOMENT = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The first moment that a ZIP archive can state; every date of the file is this one."""

EDGE = 1.5
"""Centimetres from the edge of the paper to the running head."""

CAPTIONS: Final = ("Table Caption", "Image Caption")
BEFORE: Final = ("Heading 1", "Heading 2", "Heading 3", "Table Caption")
"""What goes with a wide table on its page."""


def finish(draft: Path, document: Document) -> bytes:
    """Return the finished file."""
    word = docx.Document(str(draft))
    styles = _styles(word)
    foot = _set_page(word, document)
    _break_pages(word.element.body, styles)
    _fill_contents(word.element.body, styles)
    number_captions(word.element.body, [styles[name] for name in CAPTIONS], document.language)
    _set_tables(word, styles, foot)
    _describe_pictures(word.element.body)
    _set_properties(word, document)
    tidy(word, own=document.house is None)
    out = BytesIO()
    word.save(out)
    return normalised(out.getvalue())


def _styles(word: WordFile) -> dict[str, str]:
    """Return the ids of the styles that the text uses, by the names that we know them by."""
    ids = {(style.name or "").lower(): style.style_id for style in word.styles}
    return {name: ids[name.lower()] for name in (*LOOKS, *ADDED)}


def text_width(section: Section) -> Length:
    """Return the width of the text on a page."""
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return Length((page or 0) - (left or 0) - (right or 0))


def _set_page(word: WordFile, document: Document) -> BaseOxmlElement | None:
    """Give every page but the title page a running head and a numbered foot, unless the template has its own.

    Returns the line of that foot.
    """
    section = word.sections[0]
    numbered_through(section._sectPr)
    if not (section.header.is_linked_to_previous and section.footer.is_linked_to_previous):
        return None
    if document.house is None:
        section.header_distance = section.footer_distance = Cm(EDGE)
    section.different_first_page_header_footer = True
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.style, foot.style = "Header", "Footer"
    head.add_run(document.title)
    foot.paragraph_format.tab_stops.add_tab_stop(text_width(section), alignment=WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{document.footer}\t")
    line: BaseOxmlElement = foot._p
    for one in field("PAGE", "1"):
        line.append(one)
    return line


def _turned_foot(word: WordFile, foot: BaseOxmlElement, across: Length) -> str:
    """Return the relation to the foot of turned pages: as the other is, with its number at their right edge."""
    part = FooterPart.new(word.part.package)
    own = copy.deepcopy(foot)
    own.find(f".//{qn('w:tab')}[@{qn('w:pos')}]").set(qn("w:pos"), str(across.twips))
    for old in part.element.findall(qn("w:p")):
        part.element.remove(old)
    part.element.append(own)
    return str(word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTER))


def _paper(section: Section) -> Paper:
    """Return the width of the text when a page stands and when it is turned: the margins stay at their sides."""
    sides = (section.left_margin or 0) + (section.right_margin or 0)
    return Paper(text_width(section), Length((section.page_height or 0) - sides))


def _set_tables(word: WordFile, styles: Mapping[str, str], foot: BaseOxmlElement | None) -> None:
    """Set every table of the body, and turn the pages of those that ask for it."""
    paper = _paper(word.sections[0])
    laid = [(table._tbl, set_table(table, paper, styles)) for table in word.tables]
    wide = [table for table, chosen in laid if chosen is not None and chosen.turned]
    own = _turned_foot(word, foot, paper.turned) if wide and foot is not None else ""
    turn_pages(word.element.body, wide, [styles[name] for name in BEFORE], styles["Source Line"], own)


def _break_pages(body: BaseOxmlElement, styles: Mapping[str, str]) -> None:
    """Start the summary, the contents and the first chapter on new pages."""
    wanted = {styles[name] for name in ("Summary Title", "Contents Title", "Heading 1")}
    for paragraph in body.findall(qn("w:p")):
        if paragraph.style in wanted:
            wanted.remove(paragraph.style)
            paragraph.get_or_add_pPr()._insert_pageBreakBefore(OxmlElement("w:pageBreakBefore"))


def _fill_contents(body: BaseOxmlElement, styles: Mapping[str, str]) -> None:
    """Put the entries of the contents below their title, each a link with the page that Word counts."""
    place = next(one for one in body.iter(qn("w:p")) if one.style == styles["Contents Title"])
    lines = [_entry(styles[f"toc {level}"], mark, text) for level, mark, text in _headings(body, styles)]
    if not lines:
        return
    for offset, part in enumerate(field_start('TOC \\o "1-2" \\h \\z \\u')):
        lines[0].insert(1 + offset, part)
    lines[-1].append(field_mark("end"))
    for line in reversed(lines):
        place.addnext(line)


def _headings(body: BaseOxmlElement, styles: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Return level, bookmark and text of every heading that the contents list."""
    found, mark = [], ""
    levels = {styles[f"Heading {level}"]: level for level in (1, 2)}
    for element in body.iter(qn("w:bookmarkStart"), qn("w:p")):
        if element.tag == qn("w:bookmarkStart"):
            mark = element.get(qn("w:name"))
        elif element.style in levels:
            inside = element.find(qn("w:bookmarkStart"))
            name = mark if inside is None else inside.get(qn("w:name"))
            words = "".join(text.text or "" for text in element.iter(qn("w:t")))
            found.append((levels[element.style], name, words))
    return found


def _entry(style: str, mark: str, text: str) -> BaseOxmlElement:
    line, link, tab = OxmlElement("w:p"), OxmlElement("w:hyperlink"), OxmlElement("w:r")
    line.get_or_add_pPr().style = style
    link.set(qn("w:anchor"), mark)
    link.set(qn("w:history"), "1")
    tab.append(OxmlElement("w:tab"))
    for part in (run(text), tab, *field(f"PAGEREF {mark} \\h", "", stale=True)):
        link.append(part)
    line.append(link)
    return line


def _describe_pictures(body: BaseOxmlElement) -> None:
    """Leave one description on each picture: the words, not the data that pandoc was handed."""
    for drawing in body.iter(qn("w:drawing")):
        words = next(drawing.iter(qn("wp:docPr"))).get("descr", "")
        for picture in drawing.iter(qn("pic:cNvPr")):
            picture.set("descr", words)


def _set_properties(word: WordFile, document: Document) -> None:
    facts = word.core_properties
    facts.title, facts.subject, facts.version = document.title, document.subtitle, document.edition
    facts.language = "zh-CN" if document.language == "zh" else "en-GB"
    facts.author = facts.last_modified_by = facts.comments = facts.keywords = facts.category = ""
    facts.revision = 1
    facts.created = facts.modified = MOMENT


def normalised(data: bytes) -> bytes:
    """Return the archive with its members in order of name, the content list first, and one date for all."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name))
        for name in names:
            member = zipfile.ZipInfo(name, MOMENT.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            target.writestr(member, source.read(name))
    return out.getvalue()
