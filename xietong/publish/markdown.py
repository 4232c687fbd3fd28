"""Reads the Markdown of a document once, checks it, and hands the tree to the three writers.

The text is not trusted: raw HTML, raw TeX and raw blocks of any format are text like any other. The tree is pandoc's:
every node is ``{"t": kind, "c": content}``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xietong.errors import Problems, PublishError, UnknownName
from xietong.publish.document import Document, Figure
from xietong.publish.pandoc import convert

__all__ = [
    "Heading",
    "Node",
    "Tree",
    "headings",
    "image_of",
    "is_division",
    "plain_text",
    "raw",
    "read",
    "rewrite",
    "walk",
]

Node = dict[str, Any]
Tree = dict[str, Any]
Change = Callable[[Node], Node | list[Node] | None]

READER = (
    "markdown-smart-raw_html-raw_tex-raw_attribute-latex_macros-native_divs-native_spans-auto_identifiers"
    "-yaml_metadata_block-pandoc_title_block-mmd_title_block-citations-example_lists+east_asian_line_breaks"
)
FIGURE = "figure:"
DEEPEST = 200
"""Levels of brackets in the tree: lists in quotes in notes take some forty."""

ATTRIBUTES = {"Header": 1} | dict.fromkeys(("Code", "CodeBlock", "Div", "Figure", "Image", "Link", "Span", "Table"), 0)
"""Where the attributes of a node stand in its content."""

LEAVES = frozenset(("Str", "Space", "SoftBreak"))
"""Nodes with nothing below them, most of any text: they are handed on without a copy."""

TARGETS = ("#", "https://", "http://", "mailto:")
"""What a link may lead to."""


@dataclass(frozen=True)
class Heading:
    """A heading of the body: its level, its id and its text."""

    level: int
    anchor: str
    text: str


@lru_cache(maxsize=2)
def read(document: Document) -> Tree:
    """Return the tree of abstract and body, with every figure, id and link checked; its writers share it and copy."""
    tree = _loaded(_parsed(_whole(document)))
    tree = _with_figures(rewrite(tree, _stripped), document)
    _name_headings(tree)
    _check(tree, document)
    return tree


def _loaded(text: str) -> Tree:
    """Return the tree that pandoc wrote; one that nests deeper than a page ever does is refused."""
    depth = deepest = 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += sign in "[{"
        depth -= sign in "]}"
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise PublishError("document", f"its text nests {deepest} deep", why=f"at most {DEEPEST} levels are set")
    tree: Tree = json.loads(text)
    return tree


@lru_cache(maxsize=2)
def _parsed(text: str) -> str:
    """Return what pandoc reads in a text; the three writers of one document read it once."""
    return convert(text, source=READER, target="json")


def _whole(document: Document) -> str:
    """Return abstract and body as one text, so that notes are numbered once."""
    abstract = f"::: abstract\n{document.abstract_md.strip()}\n:::\n\n" if document.abstract_md.strip() else ""
    return f"{abstract}{document.body_md}\n"


def walk(part: object) -> Iterator[Node]:
    """Return every node of a tree, parents before children."""
    left = [part]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "t" in one:
                yield one
            left.extend(reversed(one.values()))
        elif isinstance(one, list):
            left.extend(reversed(one))


def rewrite(tree: Tree, change: Change) -> Tree:
    """Return the tree with every node as ``change`` makes it: itself (``None``), another, or several in its place."""
    return {key: _rewritten(value, change) for key, value in tree.items()}


def _rewritten(part: object, change: Change) -> object:
    if isinstance(part, list):
        out: list[object] = []
        for value in part:
            new = _rewritten(value, change)
            if isinstance(new, list) and isinstance(value, dict):
                out.extend(new)
            else:
                out.append(new)
        return out
    if isinstance(part, dict):
        if part.get("t") in LEAVES:
            return change(part) or part
        inner = {key: _rewritten(value, change) for key, value in part.items()}
        return (change(inner) or inner) if "t" in inner else inner
    return part


def raw(kind: str, target: str, text: str) -> Node:
    """Return a node (``RawBlock`` or ``RawInline``) of the writer's own language."""
    return {"t": kind, "c": [target, text]}


def plain_text(part: object) -> str:
    """Return the words of a part of the tree, notes left out."""
    words = []
    for node in _without_notes(part):
        if node["t"] in ("Str", "Code", "Math"):
            words.append(node["c"] if isinstance(node["c"], str) else node["c"][1])
        elif node["t"] in ("Space", "SoftBreak", "LineBreak"):
            words.append(" ")
    return "".join(words)


def _without_notes(part: object) -> Iterator[Node]:
    if isinstance(part, dict):
        if part.get("t") == "Note":
            return
        if "t" in part:
            yield part
        for value in part.values():
            yield from _without_notes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _without_notes(value)


def headings(tree: Tree, deepest: int = 2) -> list[Heading]:
    """Return the headings down to a level, in order."""
    return [
        Heading(node["c"][0], node["c"][1][0], plain_text(node["c"][2]))
        for node in walk(tree["blocks"])
        if node["t"] == "Header" and node["c"][0] <= deepest
    ]


def image_of(node: Node) -> str | None:
    """Return the figure's id if the node is an image of one."""
    target = node["c"][2][0] if node["t"] == "Image" else ""
    return target.removeprefix(FIGURE) if target.startswith(FIGURE) else None


def _stripped(node: Node) -> None:
    """Take every attribute but id and classes from a node: ``onclick`` and ``style`` are not for a text to set."""
    place = ATTRIBUTES.get(node["t"])
    if place is not None:
        node["c"][place][2] = []


def is_division(node: Node, name: str) -> bool:
    """Return whether the node is a fenced division of that class."""
    return node["t"] == "Div" and name in node["c"][0][1]


def _with_figures(tree: Tree, document: Document) -> Tree:
    """Return the tree with each figure's caption and alternative text in place."""

    def figured(node: Node) -> Node | None:
        if node["t"] == "Image" and (key := image_of(node)) in document.figures and key is not None:
            attributes, _, target = node["c"]
            return {"t": "Image", "c": [attributes, [{"t": "Str", "c": document.figures[key].alt}], [target[0], ""]]}
        figure = document.figures.get(_drawn(node) or "") if node["t"] == "Figure" else None
        if figure is not None and figure.entry:
            caption = [{"t": "Plain", "c": _captioned(figure)}]
            return {"t": "Figure", "c": [node["c"][0], [None, caption], node["c"][2]]}
        return None

    return rewrite(tree, figured)


def _drawn(node: Node) -> str | None:
    """Return the figure's id if a block holds an image of one and nothing else."""
    inside = node["c"][2]
    alone = len(inside) == 1 and inside[0]["t"] in ("Plain", "Para") and len(inside[0]["c"]) == 1
    return image_of(inside[0]["c"][0]) if alone else None


def _captioned(figure: Figure) -> list[Node]:
    """Return a caption whose number leads to the entry of the figure, where it has one."""
    kind, number, *rest = figure.caption.split(" ", 2)
    if not figure.entry or not rest:
        return [{"t": "Str", "c": figure.caption}]
    label = {"t": "Str", "c": f"{kind} {number}"}
    link = {"t": "Link", "c": [["", ["shown"], []], [label], [f"#{figure.entry}", ""]]}
    return [link, {"t": "Str", "c": f" {rest[0]}"}]


def _name_headings(tree: Tree) -> None:
    """Give every heading without an id one by its order."""
    for order, node in enumerate((node for node in walk(tree["blocks"]) if node["t"] == "Header"), start=1):
        node["c"][1][0] = node["c"][1][0] or f"section-{order}"


def _anchors(tree: Tree) -> list[str]:
    """Return every id of the tree."""
    found = []
    for node in walk(tree["blocks"]):
        content: Any = node.get("c")
        if node["t"] in ("Span", "Div", "Figure", "Table", "Code", "CodeBlock", "Link", "Image"):
            found.append(content[0][0])
        elif node["t"] == "Header":
            found.append(content[1][0])
    return [anchor for anchor in found if anchor]


def _check(tree: Tree, document: Document) -> None:
    """Refuse unknown figures, links to nowhere, ids used twice and pictures from elsewhere, all at once."""
    who = f"document '{document.title}'"
    anchors = Counter(_anchors(tree))
    errors = [
        PublishError(who, f"the id '{anchor}' is used {count} times", why="a link to it could mean any of them")
        for anchor, count in sorted(anchors.items())
        if count > 1
    ]
    missing: list[PublishError | UnknownName] = []
    for node in walk(tree["blocks"]):
        if node["t"] == "Image" and (key := image_of(node)) not in document.figures:
            missing.append(UnknownName(who, "figure", key or node["c"][2][0], document.figures))
        target = node["c"][2][0] if node["t"] == "Link" else "#"
        if not target.startswith(TARGETS):
            missing.append(PublishError(who, f"a link to '{target}'", ways=(f"begin it with {', '.join(TARGETS)}",)))
        if target.startswith("#") and target[1:] and target[1:] not in anchors:
            missing.append(UnknownName(who, "anchor", target[1:], anchors))
    errors += _skipped(tree, who)
    if errors or missing:
        raise Problems(who, [*errors, *missing])


def _skipped(tree: Tree, who: str) -> list[PublishError]:
    """Return a refusal for every heading that jumps over a level: readers who listen would lose their way."""
    found, before = [], 0
    for heading in headings(tree, deepest=6):
        if heading.level > before + 1:
            found.append(PublishError(who, f"'{heading.text}' is of level {heading.level} below level {before}"))
        before = heading.level
    return found
