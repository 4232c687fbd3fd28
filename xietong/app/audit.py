"""Audit: a text against a pack, written as text, JSON, a table, a page or a Word file with comments."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from xietong.diagnosis.audit.audit import HEAD, Audit, as_json, audit, lines, rows
from xietong.library.guard import guarded
from xietong.library.labels import Language
from xietong.library.pack import read_pack
from xietong.library.texts import read_text

FORMS = ("text", "json", "csv", "html", "docx")


def run(file: Path, pack: Path) -> Audit:
    """Audit a text against the pack in a folder.

    Raises:
        PackError: when the text cannot be read.
        Problems: with every problem of the pack.
    """
    return audit(read_text(file), read_pack(pack))


def written(found: Audit, form: str, language: Language, file: Path, *, every: bool = False) -> bytes:
    """Return an audit in a form of ``FORMS``; ``file`` is the text that was audited."""
    if form == "docx":
        from xietong.publish.audit_word import audit_word

        return audit_word(found, language, file if file.suffix.lower() == ".docx" else None)
    return _text(found, form, language, every=every).encode("utf-8-sig" if form == "csv" else "utf-8")


def _text(found: Audit, form: str, language: Language, *, every: bool) -> str:
    if form == "json":
        return as_json(found)
    if form == "html":
        from xietong.publish.audit_page import audit_page

        return audit_page(found, language)
    if form == "csv":
        out = io.StringIO(newline="")
        table = ([guarded(cell) for cell in row] for row in rows(found, language))
        csv.writer(out, lineterminator="\n").writerows([list(HEAD), *table])
        return out.getvalue()
    return "".join(f"{line}\n" for line in lines(found, language, every=every))
