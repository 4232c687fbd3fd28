"""Writes a document as a Word file: real styles, captions, notes, filled contents, three-line tables, fixed bytes."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from io import BytesIO
from pathlib import Path

import docx

from xietong.errors import PublishError
from xietong.publish.document import Document
from xietong.publish.markdown import Node, Tree, image_of, is_division, read, rewrite
from xietong.publish.pandoc import convert_to_file
from xietong.publish.word_finish import finish, text_width
from xietong.publish.word_house import reference_bytes

__all__ = ["write_word"]

WORDS = {
    "zh": {"contents": "目录", "abstract": "摘要"},
    "en": {"contents": "Contents", "abstract": "Summary"},
}
TALLEST = 20.0
"""Centimetres that a figure may take on a page."""

FULL_WIDTH = 720
"""Pixels of a figure that fills the line."""

VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
BOXES = {"keypoints": "KeyPoints", "caution": "Caution"}
LINES = {"source": "Source Line", "small": "Small Type"}


def write_word(document: Document, path: Path) -> None:
    """Write ``document`` to ``path`` for Word; the same document gives the same bytes."""
    reference = reference_bytes(document.language, document.house)
    across = text_width(docx.Document(BytesIO(reference)).sections[0]).cm
    tree = _prepared(read(document), document, across)
    tree["blocks"] = [*_cover(document), *tree["blocks"]]
    tree["meta"] = {}
    with tempfile.TemporaryDirectory(prefix="word-") as name:
        folder = Path(name)
        (folder / "reference.docx").write_bytes(reference)
        draft = folder / "draft.docx"
        convert_to_file(
            json.dumps(tree, ensure_ascii=False),
            draft,
            source="json",
            target="docx",
            arguments=[f"--reference-doc={folder / 'reference.docx'}"],
        )
        path.write_bytes(finish(draft, document))


def _cover(document: Document) -> list[Node]:
    """Return the title page and the place of the contents."""
    lines = [
        ("Title", document.title),
        ("Subtitle", document.subtitle),
        ("Date", document.date_line),
        ("Edition", document.edition),
    ]
    words = WORDS[document.language]
    abstract = [("Summary Title", words["abstract"])] if document.abstract_md.strip() else []
    return [_styled(style, [_paragraph(text)]) for style, text in [*lines, *abstract] if text]


def _contents(document: Document) -> list[Node]:
    return [_styled("Contents Title", [_paragraph(WORDS[document.language]["contents"])])]


def _paragraph(text: str) -> Node:
    return {"t": "Para", "c": [{"t": "Str", "c": text}]}


def _styled(style: str, blocks: list[Node]) -> Node:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def _boxed(style: str, blocks: list[Node]) -> Node:
    """Return the blocks as a table of one cell: a frame that every word processor draws alike."""
    bare = ["", [], []]
    cell = [bare, {"t": "AlignDefault"}, 1, 1, [_styled("Frame Text", blocks)]]
    column = [{"t": "AlignDefault"}, {"t": "ColWidth", "c": 1.0}]
    body = [bare, 0, [], [[bare, [cell]]]]
    attributes = ["", [], [["custom-style", style]]]
    return {"t": "Table", "c": [attributes, [None, []], [column], [bare, []], [body], [bare, []]]}


def _prepared(tree: Tree, document: Document, across: float) -> Tree:
    """Return the tree with pictures as wide as ``across``, and the divisions as styles and frames."""

    def changed(node: Node) -> Node | list[Node] | None:
        if (key := image_of(node)) is not None:
            return _picture(node, key, document, across)
        for name, style in LINES.items():
            if is_division(node, name):
                return _styled(style, node["c"][1])
        for name, style in BOXES.items():
            if is_division(node, name):
                return _boxed(style, node["c"][1])
        if is_division(node, "abstract"):
            return [_styled("Summary Text", node["c"][1]), *_contents(document)]
        return None

    out = rewrite(tree, changed)
    if not document.abstract_md.strip():
        out["blocks"] = [*_contents(document), *out["blocks"]]
    return out


def _picture(node: Node, key: str, document: Document, centimetres: float) -> Node:
    figure = document.figures[key]
    size = VIEW.search(figure.svg)
    if size is None:
        raise PublishError(f"figure '{key}'", "the drawing states no viewBox", why="its proportions are unknown")
    across, down = float(size[1]), float(size[2])
    width = min(centimetres, centimetres * across / FULL_WIDTH, TALLEST * across / down)
    (anchor, classes, _), alt, _ = node["c"]
    data = base64.b64encode(figure.png).decode()
    attributes = [anchor, classes, [["width", f"{width:.2f}cm"]]]
    return {"t": "Image", "c": [attributes, alt, [f"data:image/png;base64,{data}", ""]]}
