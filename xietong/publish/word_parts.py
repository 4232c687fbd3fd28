"""The parts of a Word file: none that nothing uses, and none that says of the text what is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.opc.rel import Relationships

__all__ = ["tidy"]

APPLICATION: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>xietong</Application></Properties>"
)
"""In place of the counts of words and pages of another text, and of the name of another program."""


def tidy(word: WordFile, *, own: bool) -> None:
    """Take out comments and properties without content; ``own`` is a file without a template of the user.

    The languages of the typefaces are stated, so that Chinese is checked and broken as Chinese.
    """
    if next(word.element.body.iter(qn("w:commentReference")), None) is None:
        _drop(word.part.rels, "/comments")
    _drop(word.part.package.rels, "/custom-properties")
    for relation in word.part.package.rels.values():
        if relation.reltype.endswith("/extended-properties"):
            relation.target_part._blob = APPLICATION
    settings = word.settings.element
    for empty in settings.findall(qn("w:rsids")):
        settings.remove(empty)
    tongue = settings.find(qn("w:themeFontLang"))
    if own and tongue is not None:
        tongue.set(qn("w:eastAsia"), "zh-CN")


def _drop(relations: Relationships, ending: str) -> None:
    """Take out the relations of one kind; a part that nothing relates to is not written."""
    for name in [key for key, one in relations.items() if one.reltype.endswith(ending)]:
        del relations[name]
