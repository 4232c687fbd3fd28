"""Finishes what pandoc wrote for Word: page, running head, contents, tables, properties, and fixed bytes."""

from __future__ import annotations

import datetime
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm

from xietong.publish.document import Document
from xietong.publish.word_styles import FRAMES, TEXT_WIDTH

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section
    from docx.table import Table

__all__ = ["finish", "normalised"]

MOMENT = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The first moment that a ZIP archive can state; every date of the file is this one."""

EDGE = 1.5
"""Centimetres from the edge of the paper to the running head."""

MANY = 8
"""A table of more columns is set smaller, with narrow margins in its cells."""
NARROW = '<w:tblCellMar {ns}><w:left w:w="30" w:type="dxa"/><w:right w:w="30" w:type="dxa"/></w:tblCellMar>'

WHOLE = 15
"""A table of at most so many rows is neither divided between pages nor parted from its source line."""


def finish(draft: Path, document: Document) -> bytes:
    """Return the finished file."""
    word = docx.Document(str(draft))
    _set_page(word.sections[0], document)
    _break_pages(word)
    _fill_contents(word)
    for table in word.tables:
        _set_table(table)
    _describe_pictures(word)
    _set_properties(word, document)
    out = BytesIO()
    word.save(out)
    return normalised(out.getvalue())


def _set_page(section: Section, document: Document) -> None:
    """Give every page but the title page a running head and a numbered foot."""
    section.header_distance = section.footer_distance = Cm(EDGE)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.style = "header"
    head.add_run(document.title)
    foot = section.footer.paragraphs[0]
    foot.style = "footer"
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), alignment=WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{document.footer}\t")
    _add_field(foot._p, "PAGE", "1")


def _break_pages(word: WordFile) -> None:
    """Start the summary, the contents and the first chapter on new pages."""
    first = {"Summary Title": True, "Contents Title": True, "Heading 1": True}
    names = [paragraph.style.name if paragraph.style else "" for paragraph in word.paragraphs]
    for paragraph, name in zip(word.paragraphs, names, strict=True):
        if first.get(name):
            paragraph.paragraph_format.page_break_before = True
            first[name] = False


def _fill_contents(word: WordFile) -> None:
    """Put the entries of the contents below their title, each a link with the page that Word counts."""
    title = next(
        paragraph for paragraph in word.paragraphs if paragraph.style and paragraph.style.name == "Contents Title"
    )
    entries = _entries(word)
    place = title._p
    for order, (level, bookmark, text) in enumerate(entries):
        line = _entry(word, level, bookmark, text)
        if order == 0:
            _open_field(line, 'TOC \\o "1-2" \\h \\z \\u', at=1)
        if order == len(entries) - 1:
            line.append(_mark("end"))
        place.addnext(line)
        place = line


def _entries(word: WordFile) -> list[tuple[int, str, str]]:
    """Return level, bookmark and text of every heading that the contents list."""
    found, bookmark = [], ""
    for element in word.element.body.iter(qn("w:bookmarkStart"), qn("w:p")):
        if element.tag == qn("w:bookmarkStart"):
            bookmark = element.get(qn("w:name"))
            continue
        style = element.style or ""
        if style in ("Heading1", "Heading2"):
            inside = element.find(qn("w:bookmarkStart"))
            name = bookmark if inside is None else inside.get(qn("w:name"))
            words = "".join(text.text or "" for text in element.iter(qn("w:t")))
            found.append((int(style[-1]), name, words))
    return found


def _entry(word: WordFile, level: int, bookmark: str, text: str) -> BaseOxmlElement:
    line = OxmlElement("w:p")
    line.get_or_add_pPr().style = word.styles[f"toc {level}"].style_id
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    link.append(_run(text))
    tab = OxmlElement("w:r")
    tab.append(OxmlElement("w:tab"))
    link.append(tab)
    _add_field(link, f"PAGEREF {bookmark} \\h", "", stale=True)
    line.append(link)
    return line


def _run(text: str) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = text
    content.set(qn("xml:space"), "preserve")
    run.append(content)
    return run


def _mark(kind: str, *, stale: bool = False) -> BaseOxmlElement:
    """Return the run that begins, separates or ends a field; a stale one is counted anew on opening."""
    run, mark = OxmlElement("w:r"), OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if stale:
        mark.set(qn("w:dirty"), "true")
    run.append(mark)
    return run


def _instruction(code: str) -> BaseOxmlElement:
    run, text = OxmlElement("w:r"), OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {code} "
    run.append(text)
    return run


def _add_field(parent: BaseOxmlElement, code: str, shown: str, *, stale: bool = False) -> None:
    for part in (_mark("begin", stale=stale), _instruction(code), _mark("separate"), _run(shown), _mark("end")):
        parent.append(part)


def _open_field(parent: BaseOxmlElement, code: str, at: int) -> None:
    for offset, part in enumerate((_mark("begin"), _instruction(code), _mark("separate"))):
        parent.insert(at + offset, part)


def _set_table(table: Table) -> None:
    """Set a table to full width, rows whole, in small type; frames keep the type of the text."""
    framed = table.style is not None and table.style.style_id in FRAMES
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    width = table._tbl.tblPr.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        table._tbl.tblPr.append(width)
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    whole = len(table.rows) <= WHOLE
    wide = not framed and len(table.columns) > MANY
    if wide:
        margins = parse_xml(NARROW.format(ns=nsdecls("w")))
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        table._tbl.tblPr.append(margins) if look is None else look.addprevious(margins)
    for row in table.rows:
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        style = "Table Text" if properties.find(qn("w:tblHeader")) is None else "Table Head"
        style += " Small" if wide else ""
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                if not framed:
                    paragraph.style = style
                    paragraph.paragraph_format.keep_with_next = whole


def _describe_pictures(word: WordFile) -> None:
    """Leave one description on each picture: the words, not the data that pandoc was handed."""
    for drawing in word.element.body.iter(qn("w:drawing")):
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
