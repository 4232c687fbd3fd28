"""The Word file of an audit: the text with a comment on every figure; of a Word file the text is its own.

Runs are parted where a figure begins and ends, so that a comment is tied to the figure and nothing else changes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xietong.diagnosis.audit.audit import EVIDENCE, Audit, evidence, reading
from xietong.diagnosis.audit.verdicts import VERDICTS, Judgement
from xietong.library.labels import Language
from xietong.publish.audit_page import OUTCOMES, SIGNS, span
from xietong.publish.word_finish import normalised

if TYPE_CHECKING:
    from docx.text.run import Run

__all__ = ["audit_word"]

AUTHOR = "xietong"


def audit_word(found: Audit, language: Language, original: Path | None) -> bytes:
    """Return the Word file; ``original`` is the Word file that was audited, when it was one."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    document = Document(str(original)) if original else Document()
    if original is None:
        for line in found.text.paragraphs:
            document.add_paragraph(line.text)
    filled = [
        Paragraph(element, document)
        for element in document.element.body.iter(qn("w:p"))
        if "".join(part.text or "" for part in element.iter(qn("w:t"))).strip()
    ]
    for number, paragraph in enumerate(filled):
        here = [one for one in found.judgements if one.statement.paragraph == number]
        for one in reversed(here):
            runs = list(_between(paragraph, *span(one)))
            if runs:
                _comment(document, runs, _lines(found, one, language))
    out = BytesIO()
    document.save(out)
    return normalised(out.getvalue())


def _lines(found: Audit, one: Judgement, language: Language) -> list[str]:
    told = [f"{SIGNS[one.verdict]} {VERDICTS[one.verdict].text(language)}", reading(found, one, language)]
    told += [note.text(language) for note in one.notes]
    for held in one.held[:EVIDENCE]:
        shown = evidence(found, one, held, language)
        told.append(f"{OUTCOMES[held.outcome].text(language)}: {shown.value} · {shown.label} · {shown.cited}")
    return told


def _comment(document: Any, runs: Sequence[Run], lines: Sequence[str]) -> None:
    from docx.oxml.ns import qn

    comment = document.add_comment(runs, text=lines[0], author=AUTHOR, initials="x")
    for line in lines[1:]:
        comment.add_paragraph(line)
    comment._comment_elm.attrib.pop(qn("w:date"), None)


def _between(paragraph: Any, start: int, end: int) -> Iterator[Run]:
    """Yield the runs that hold the signs from start to end, parted where they reach further."""
    from docx.oxml.ns import qn
    from docx.text.run import Run

    at = 0
    for element in list(paragraph._p.iter(qn("w:r"))):
        run = Run(element, paragraph)
        length = sum(len(part.text or "") for part in element.iter(qn("w:t")))
        first, last = max(start - at, 0), min(end - at, length)
        at += length
        if first < last:
            yield _cut(run, first, last) if len(list(element.iter(qn("w:t")))) == 1 else run


def _cut(run: Run, first: int, last: int) -> Run:
    """Part a run into what stands before, the piece from first to last, and what stands behind; return the piece."""
    from docx.text.run import Run

    text, element = run.text, run._r
    for part, place in ((text[last:], element.addnext), (text[:first], element.addprevious)):
        if part:
            other = copy.deepcopy(element)
            Run(other, run._parent).text = part
            place(other)
    run.text = text[first:last]
    return run
