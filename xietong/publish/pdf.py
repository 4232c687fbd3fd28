"""Writes a document as PDF: one typeface, drawings as vectors, tagged, the same bytes every time."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Final

from xietong.errors import PublishError
from xietong.publish.assets_index import template_text
from xietong.publish.column_widths import needs, shares
from xietong.publish.document import Document
from xietong.publish.fonts import font_directory, missing_characters
from xietong.publish.markdown import Node, Tree, image_of, is_division, plain_text, raw, read, rewrite
from xietong.publish.pandoc import convert

__all__ = ["write_pdf"]

WORDS = {
    "zh": {"lang": "zh", "region": "CN", "contents": "目录", "abstract": "摘要"},
    "en": {"lang": "en", "region": "GB", "contents": "Contents", "abstract": "Summary"},
}
FRAMES = {
    "abstract": "abstract",
    "source": "source-line",
    "keypoints": "keypoints",
    "caution": "caution",
    "small": "small-type",
}
"""The fenced divisions and the functions of the template that set them."""

LINE, GAP = 50.4, 1.1
"""The line and the margins of a cell, in em of the type of tables; the template sets both."""

SAFE_NAME = re.compile(r"[^\w-]")
STANDARD: Final = "ua-1"


def write_pdf(document: Document, path: Path) -> None:
    """Write ``document`` to ``path`` as accessible PDF."""
    import typst

    tree = read(document)
    _insist_on_glyphs(tree, document)
    body = convert(json.dumps(_prepared(tree, document), ensure_ascii=False), source="json", target="typst")
    with tempfile.TemporaryDirectory(prefix="pdf-") as name:
        folder = Path(name)
        _lay_out(folder, document, body)
        try:
            written = typst.compile(
                str(folder / "main.typ"),
                root=name,
                font_paths=[str(font_directory())],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=STANDARD,
                timestamp=0,
            )
        except typst.TypstError as fault:
            raise PublishError(
                f"document '{document.title}'", f"cannot be set: {fault.message}", why=" ".join(fault.hints)
            ) from fault
    path.write_bytes(written)


def _lay_out(folder: Path, document: Document, body: str) -> None:
    """Write everything that the typesetter reads into one folder."""
    facts = {
        "title": document.title,
        "subtitle": document.subtitle,
        "edition": document.edition,
        "date": document.date_line,
        "footer": document.footer,
        **WORDS[document.language],
    }
    (folder / "document.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    (folder / "report.typ").write_text(template_text("report.typ"), encoding="utf-8")
    (folder / "body.typ").write_text('#import "report.typ": *\n' + body, encoding="utf-8")
    (folder / "main.typ").write_text(
        '#import "report.typ": report\n#show: report\n#include "body.typ"\n', encoding="utf-8"
    )
    for key, figure in document.figures.items():
        (folder / _file_name(key)).write_text(figure.svg, encoding="utf-8")


def _file_name(key: str) -> str:
    return f"figure-{SAFE_NAME.sub('_', key)}.svg"


def _insist_on_glyphs(tree: Tree, document: Document) -> None:
    """Refuse characters that the typeface lacks: another one would jump in unseen."""
    text = (
        json.dumps(tree, ensure_ascii=False) + document.title + document.subtitle + document.date_line + document.footer
    )
    if absent := missing_characters(text):
        raise PublishError(
            f"document '{document.title}'",
            f"the typeface lacks {' '.join(absent[:10])}",
            ways=("run `make assets` again: the cut of the typeface follows the text of the project",),
        )


def _prepared(tree: Tree, document: Document) -> Tree:
    """Return the tree with drawings, frames and anchors in the typesetter's words."""

    def changed(node: Node) -> Node | list[Node] | None:
        if (key := image_of(node)) is not None:
            alt = json.dumps(document.figures[key].alt, ensure_ascii=False)
            return raw("RawInline", "typst", f'#drawing("{_file_name(key)}", alt: {alt})')
        if node["t"] == "Table":
            return _fitted(node)
        if node["t"] == "Math":
            spoken = json.dumps(node["c"][1], ensure_ascii=False)
            return [
                raw("RawInline", "typst", f"#[#set math.equation(alt: {spoken});"),
                node,
                raw("RawInline", "typst", "]"),
            ]
        if node["t"] == "Span":
            (anchor, _, _), content = node["c"]
            return [*([_anchor(anchor)] if anchor else []), *content]
        for name, function in FRAMES.items():
            if is_division(node, name):
                opening, closing = raw("RawBlock", "typst", f"#{function}["), raw("RawBlock", "typst", "]")
                return [opening, *node["c"][1], closing]
        return None

    return rewrite(tree, changed)


def _fitted(table: Node) -> Node:
    """Return a table whose columns are as wide as what stands in them asks for."""
    attributes, caption, columns, head, bodies, foot = table["c"]
    rows = [*head[1], *(row for body in bodies for part in body[2:] for row in part), *foot[1]]
    texts = [[plain_text(cell[4]) for cell in row[1]] for row in rows]
    parts = shares(needs(texts), LINE, GAP)
    fitted = [[align, {"t": "ColWidth", "c": round(part, 4)}] for (align, _), part in zip(columns, parts, strict=True)]
    return {"t": "Table", "c": [attributes, caption, fitted, head, bodies, foot]}


def _anchor(name: str) -> Node:
    return raw("RawInline", "typst", f"#metadata(none)#label({json.dumps(name, ensure_ascii=False)})")
