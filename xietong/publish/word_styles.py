"""The styles of the Word file: 宋体 for text, 黑体 for headings and captions, three-line tables, one scale of type."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from xietong.publish.document import Language

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import CharacterStyle, ParagraphStyle

__all__ = ["ADDED", "BUILT_IN", "FRAMES", "LOOKS", "TEXT_WIDTH", "Look", "add_marks", "own_reference", "set_shape"]

PAPER, MARGIN = (21.0, 29.7), 2.5
"""Centimetres of A4, and of its margins."""

TEXT_WIDTH = PAPER[0] - 2 * MARGIN

SERIF, SANS = ("Times New Roman", "宋体"), ("Arial", "黑体")
ENGLISH_GAP = 8
"""Points between English paragraphs, which are not indented."""

INK, MUTED, DEEP = "1D2430", "5A6472", "16365C"
LEFT, BOTH = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True)
class Look:
    """How paragraphs of one style look; sizes and distances in points, ``indent`` in characters."""

    fonts: tuple[str, str] = SERIF
    size: float = 12
    bold: bool = False
    tone: str = INK
    before: float = 0
    after: float = 0
    line: float = 1.5
    indent: int = 0
    align: WD_ALIGN_PARAGRAPH = LEFT
    keep: bool = False
    parent: str = "Normal"


LOOKS = {
    "Normal": Look(),
    "Body Text": Look(indent=2, align=BOTH, after=4),
    "First Paragraph": Look(indent=2, align=BOTH, after=4, parent="Body Text"),
    "Compact": Look(after=2),
    "Title": Look(SANS, 28, bold=True, tone=DEEP, before=170, after=12, line=1.2),
    "Subtitle": Look(SANS, 15, tone=MUTED, after=210, line=1.3),
    "Date": Look(SANS, 12),
    "Heading 1": Look(SANS, 18, bold=True, tone=DEEP, before=26, after=12, line=1.2, keep=True),
    "Heading 2": Look(SANS, 14, bold=True, tone=DEEP, before=18, after=8, line=1.2, keep=True),
    "Heading 3": Look(SANS, 12, bold=True, before=12, after=6, line=1.2, keep=True),
    "Footnote Text": Look(size=9, line=1.15),
    "Table Caption": Look(SANS, 10.5, bold=True, before=12, after=4, line=1.2, keep=True),
    "Image Caption": Look(SANS, 10.5, bold=True, before=4, after=2, line=1.2, keep=True),
    "Captioned Figure": Look(before=12, line=1, keep=True),
}
ADDED = {
    "Edition": Look(SANS, 10.5, tone=MUTED),
    "Summary Title": Look(SANS, 16, bold=True, tone=DEEP, after=8, line=1.2, keep=True),
    "Summary Text": Look(indent=2, align=BOTH, after=4),
    "Contents Title": Look(SANS, 16, bold=True, tone=DEEP, before=26, after=8, line=1.2, keep=True),
    "toc 1": Look(SANS, 11, before=4, line=1.2),
    "toc 2": Look(size=11, line=1.2),
    "Source Line": Look(size=9, tone=MUTED, line=1.2, before=4, after=10),
    "Small Type": Look(size=9, line=1.2, after=3),
    "Table Text": Look(size=9.5, line=1.15),
    "Table Head": Look(SANS, 9.5, bold=True, line=1.15, keep=True),
    "Table Text Small": Look(size=8, line=1.15),
    "Table Head Small": Look(SANS, 8, bold=True, line=1.15, keep=True),
    "Frame Text": Look(size=11, line=1.4, after=3),
    "Header": Look(SANS, 9, tone=MUTED, line=1),
    "Footer": Look(SANS, 9, tone=MUTED, line=1),
}
"""Styles that pandoc's own document lacks."""

BUILT_IN = ("toc 1", "toc 2", "Header", "Footer", "Footnote Text")
"""Names that Word gives a meaning of its own."""

FRAMES = {"KeyPoints": ("KeyPoints", DEEP), "Caution": ("Caution", "B4431C")}
"""Framed boxes: id, name and colour of the upper edge of their table style."""

BARE_TABLE = """<w:style {ns} w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>
<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""

THREE_LINES = """<w:style {ns} w:type="table" w:customStyle="1" w:styleId="Table"><w:name w:val="Table"/>
<w:basedOn w:val="{bare}"/><w:qFormat/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>
<w:top w:val="single" w:sz="12" w:space="0" w:color="{ink}"/>
<w:bottom w:val="single" w:sz="12" w:space="0" w:color="{ink}"/></w:tblBorders>
<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
<w:bottom w:w="30" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="{ink}"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>
</w:tblStylePr></w:style>"""

FRAME = """<w:style {ns} w:type="table" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>
<w:basedOn w:val="{bare}"/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>
<w:top w:val="single" w:sz="18" w:space="0" w:color="{edge}"/>
<w:left w:val="single" w:sz="4" w:space="0" w:color="D5DAE1"/>
<w:bottom w:val="single" w:sz="4" w:space="0" w:color="D5DAE1"/>
<w:right w:val="single" w:sz="4" w:space="0" w:color="D5DAE1"/></w:tblBorders>
<w:tblCellMar><w:top w:w="120" w:type="dxa"/><w:left w:w="200" w:type="dxa"/>
<w:bottom w:w="80" w:type="dxa"/><w:right w:w="200" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""


CHARACTERS = {
    "Hyperlink": "",
    "Footnote Reference": '<w:vertAlign w:val="superscript"/>',
    "Verbatim Char": '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas"/>',
}
"""Styles of characters that the text uses, and what one that a file lacks is made of."""

CHARACTER = """<w:style {ns} w:type="character" w:styleId="{key}"><w:name w:val="{name}"/>
<w:rPr>{inside}</w:rPr></w:style>"""

FACES = """<w:fonts {ns}>
<w:font w:name="Times New Roman"><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>
<w:font w:name="宋体"><w:altName w:val="SimSun"/><w:charset w:val="86"/><w:family w:val="auto"/>
<w:pitch w:val="variable"/></w:font>
<w:font w:name="Arial"><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>
<w:font w:name="黑体"><w:altName w:val="SimHei"/><w:charset w:val="86"/><w:family w:val="modern"/>
<w:pitch w:val="fixed"/></w:font></w:fonts>"""
"""The typefaces that the styles name, each with the other name that programs know it by."""


@cache
def own_reference(language: Language) -> bytes:
    """Return the document whose styles pandoc takes over, made from pandoc's own."""
    import pypandoc

    with tempfile.TemporaryDirectory(prefix="word-") as folder:
        path = Path(folder) / "reference.docx"
        pypandoc.convert_text("", "docx", format="markdown", outputfile=path, sandbox=True, verify_format=False)
        word = docx.Document(str(path))
        _set_paper(word)
        _set_defaults(word, language)
        for name, look in {**LOOKS, **ADDED}.items():
            _set_style(word, name, look, language)
        _drop_table_styles(word)
        add_marks(word)
        _quieten_links(word)
        word.styles["Verbatim Char"].font.size = None
        _name_faces(word)
        word.save(str(path))
        return path.read_bytes()


def _set_paper(word: WordFile) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(PAPER[0]), Cm(PAPER[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)


def _set_defaults(word: WordFile, language: Language) -> None:
    defaults = word.styles.element.find(qn("w:docDefaults"))
    _set_fonts(defaults.find(f".//{qn('w:rFonts')}"), SERIF)
    tongue = defaults.find(f".//{qn('w:lang')}")
    tongue.set(qn("w:val"), "en-GB")
    tongue.set(qn("w:eastAsia"), "zh-CN")
    spacing = defaults.find(f".//{qn('w:spacing')}")
    spacing.set(qn("w:after"), "0")


def _set_fonts(element: BaseOxmlElement, fonts: tuple[str, str]) -> None:
    """Name the Latin and the Chinese typeface, and none by theme."""
    for name in list(element.attrib):
        del element.attrib[name]
    latin, chinese = fonts
    for slot, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        element.set(qn(f"w:{slot}"), name)


def _set_style(word: WordFile, name: str, look: Look, language: Language) -> None:
    """Give one paragraph style its look; a style that is not there yet is added."""
    known = {style.name for style in word.styles}
    if name not in known:
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in BUILT_IN)
    style = cast("ParagraphStyle", word.styles[name])
    if name != "Normal":
        style.base_style = word.styles[look.parent]
    _set_type(style, look)
    set_shape(style, look, language)
    if name.startswith("toc"):
        style.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)


def set_shape(style: ParagraphStyle, look: Look, language: Language) -> None:
    """Give a paragraph style distances, lines, alignment and indents."""
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.MULTIPLE, look.line
    shape.alignment = look.align
    shape.keep_with_next = look.keep
    shape.widow_control = True
    if look.indent and language == "zh":
        _indent(style, look.indent)
    elif look.indent:
        shape.space_after = Pt(ENGLISH_GAP)
    if (style.name or "").startswith("toc"):
        shape.left_indent = Cm(0.75 * (int((style.name or "")[-1]) - 1))


def _set_type(style: ParagraphStyle, look: Look) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    _set_fonts(properties.get_or_add_rFonts(), look.fonts)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.tone)


def _indent(style: ParagraphStyle, characters: int) -> None:
    """Indent first lines by characters, as Chinese typesetting does, with the same in points for other programs."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(int(characters * (style.font.size or Pt(12)).pt * 20)))


def _drop_table_styles(word: WordFile) -> None:
    """Take away the table style of pandoc, which stands in the way of ours."""
    styles = word.styles.element
    for old in styles.findall(qn("w:style")):
        if old.get(qn("w:styleId")) == "Table":
            styles.remove(old)


def add_marks(word: WordFile) -> list[str]:
    """Add the styles of tables, frames and characters that a file lacks, and return their names."""
    styles, names = word.styles.element, nsdecls("w")
    known = {(style.name or "").lower() for style in word.styles}
    bare = next((one.style_id for one in word.styles if one.name == "Normal Table"), "TableNormal")
    made = {"Normal Table": BARE_TABLE.format(ns=names), "Table": THREE_LINES.format(ns=names, ink=INK, bare=bare)}
    for key, (name, edge) in FRAMES.items():
        made[name] = FRAME.format(ns=names, key=key, name=name, edge=edge, bare=bare)
    for name, inside in CHARACTERS.items():
        made[name] = CHARACTER.format(ns=names, key=name.replace(" ", ""), name=name, inside=inside)
    added = [name for name in made if name.lower() not in known]
    for name in added:
        styles.append(parse_xml(made[name]))
    return added


def _name_faces(word: WordFile) -> None:
    """List the typefaces that the styles name in place of those of pandoc's own file."""
    for relation in word.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = serialize_part_xml(parse_xml(FACES.format(ns=nsdecls("w"))))


def _quieten_links(word: WordFile) -> None:
    """Links are told by a shade only: hundreds of numbers are links."""
    font = cast("CharacterStyle", word.styles["Hyperlink"]).font
    font.color.rgb, font.underline = RGBColor.from_string(DEEP), False
