"""The house template: a Word file of the user whose styles, page, head and foot the report takes.

A style that it lacks is made from the nearest one that it has, and looks like it; where only plain text is near, and in
tables, size and distances are ours. Which these are is told.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from xietong.errors import PublishError
from xietong.publish.document import Language
from xietong.publish.word_finish import normalised
from xietong.publish.word_parts import tidy
from xietong.publish.word_styles import ADDED, BUILT_IN, LOOKS, Look, add_marks, own_reference, set_shape

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.styles.style import ParagraphStyle

__all__ = ["House", "house_of", "reference_bytes", "sample_template"]

NEEDED: Final = ("Normal", "Title", "Heading 1", "Heading 2")
"""Styles without which a file is no template: every page would look like plain text."""

NEAREST: Final[Mapping[str, tuple[str, ...]]] = {
    "First Paragraph": ("Body Text",),
    "Compact": ("Body Text",),
    "Date": ("Subtitle",),
    "Edition": ("Date", "Subtitle"),
    "Heading 3": ("Heading 2",),
    "Table Caption": ("Caption",),
    "Image Caption": ("Caption",),
    "Summary Title": ("Heading 1",),
    "Contents Title": ("TOC Heading", "Heading 1"),
    "Summary Text": ("Body Text",),
    "Frame Text": ("Body Text",),
    "Table Head": ("Table Text",),
    "Table Text Small": ("Table Text",),
    "Table Head Small": ("Table Head", "Table Text"),
}
"""What stands in for a style that a template lacks, the nearest first; ``Normal`` for all others."""

LIKE_A_HEADING: Final = ("Summary Title", "Contents Title")
LARGEST: Final = 20 * 2**20
"""Bytes that a template may have."""
OLD_WORD: Final = bytes.fromhex("d0cf11e0")
SAVE: Final = "open it in a word processor and save it as .docx"


@dataclass(frozen=True)
class House:
    """A template as it was read: its name for messages, its bytes, and what stands in for each style it lacks."""

    name: str
    data: bytes
    lacking: tuple[tuple[str, str], ...]

    def notes(self) -> list[str]:
        """Return one line for each style that the template lacks."""
        return [f"{self.name}: no style '{name}'; made from '{like}'" for name, like in self.lacking]


def house_of(path: Path, where: str = "") -> House:
    """Return the template in the file ``path``; ``where`` is the line that names it.

    Raises:
        PublishError: when there is no such file, it is no .docx, or it lacks a style that no other can stand in for.
    """
    who = f"house template '{path.name}'"
    if not path.is_file():
        raise PublishError(who, "there is no such file", ways=("write one with `xietong report --write-template`",)).at(
            where
        )
    if path.stat().st_size > LARGEST:
        raise PublishError(who, f"has {path.stat().st_size} bytes", why=f"at most {LARGEST} are read").at(where)
    data = path.read_bytes()
    word = _opened(who, data, where)
    known = {(style.name or "").lower() for style in word.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    if absent := [name for name in NEEDED if name.lower() not in known]:
        raise PublishError(
            who,
            f"lacks the styles {', '.join(absent)}",
            why="nothing else in it says how titles and headings look",
            ways=("add them", "begin with the file that `xietong report --write-template FILE` writes"),
        ).at(where)
    return House(path.name, data, tuple(_lacking(known)))


def _opened(who: str, data: bytes, where: str) -> WordFile:
    from lxml.etree import LxmlError

    if data.startswith(OLD_WORD):
        raise PublishError(who, "is a Word file of the old kind (.doc), or a protected one", ways=(SAVE,)).at(where)
    try:
        return docx.Document(BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, LxmlError, AttributeError) as fault:
        why = "it is no archive" if isinstance(fault, zipfile.BadZipFile) else str(fault).strip("'\"")
        raise PublishError(who, "cannot be read as a .docx", why=why, ways=(SAVE,)).at(where) from fault


def _lacking(known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Return each style that is not ``known``, in small letters, with the one that stands in for it."""
    have = set(known)
    for name in {**LOOKS, **ADDED}:
        if name.lower() not in have:
            yield name, next((one for one in NEAREST.get(name, ()) if one.lower() in have), "Normal")
            have.add(name.lower())


@cache
def reference_bytes(language: Language, house: House | None = None) -> bytes:
    """Return the document whose styles, page, head and foot pandoc takes over."""
    if house is None:
        return own_reference(language)
    word = docx.Document(BytesIO(house.data))
    for name, like in house.lacking:
        _add(word, name, like, {**LOOKS, **ADDED}[name], language)
    add_marks(word)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def sample_template(language: Language) -> bytes:
    """Return our own template with a line of text in each of its styles."""
    word = docx.Document(BytesIO(own_reference(language)))
    body = word.element.body
    for old in [*body.findall(qn("w:p")), *body.findall(qn("w:tbl")), *body.findall(qn("w:sdt"))]:
        body.remove(old)
    for name in (*LOOKS, *ADDED):
        word.add_paragraph(name, style=name)
    word.add_table(2, 2, style="Table")
    tidy(word, own=True)
    out = BytesIO()
    word.save(out)
    return normalised(out.getvalue())


def _add(word: WordFile, name: str, like: str, look: Look, language: Language) -> None:
    """Add a style like another of the file."""
    made = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in BUILT_IN)
    style = cast("ParagraphStyle", made)
    style.base_style = next(one for one in word.styles if (one.name or "").lower() == like.lower())
    if name in LIKE_A_HEADING:
        _unlist(style)
    elif like == "Normal" or name.startswith("Table "):
        style.font.size, style.font.bold = Pt(look.size), look.bold
        set_shape(style, look, language)
    style.paragraph_format.keep_with_next = look.keep


def _unlist(style: ParagraphStyle) -> None:
    """Keep a style that is like a heading out of the contents."""
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "9")
    style.element.get_or_add_pPr()._insert_outlineLvl(level)
