"""What must hold of every Word file, part by part: the schemas, and what schemas cannot say about ids and relations.

The rules of elements, their order and their values are those of ECMA-376 transitional as the package openxml-audit has
them (it follows the Open XML SDK of Microsoft); the rest is checked here.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree
from openxml_audit import OpenXmlValidator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
TRANSITIONAL = re.compile(
    r"http://schemas\.openxmlformats\.org/(wordprocessingml|drawingml|officeDocument|schemaLibrary|package)/"
    r"|http://schemas\.openxmlformats\.org/markup-compatibility/|urn:schemas-microsoft-com:(vml|office)"
    r"|http://www\.w3\.org/XML/|http://www\.w3\.org/2001/XMLSchema-instance|http://purl\.org/dc/"
)
EXTENSION = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"
"""Where the standard lets anybody put what is theirs."""
LONGEST_NAME = 40
"""Signs that Word allows a bookmark."""


def problems(path: Path) -> list[str]:
    """Return everything that is wrong with a Word file."""
    with zipfile.ZipFile(path) as archive:
        data = {name: archive.read(name) for name in archive.namelist()}
        repeated = _twice("member", archive.namelist())
    parts = {name: etree.fromstring(one) for name, one in data.items() if name.endswith((".xml", ".rels"))}
    found = OpenXmlValidator(max_errors=1000).validate(path).errors
    schema = [f"{one.part_uri}: {one.description}" for one in found]
    document, notes = parts["word/document.xml"], parts.get("word/footnotes.xml")
    texts = [one for one in (document, notes) if one is not None]
    return [
        *repeated,
        *schema,
        *_foreign(parts),
        *_packed(data, parts),
        *_bookmarks(texts),
        *_notes(document, notes),
        *_twice("drawing", [one.get("id") for one in document.iter(f"{WP}docPr")]),
        *_styles(parts),
    ]


def _twice(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind} '{name}' {count} times" for name, count in Counter(names).items() if count > 1]


def _foreign(parts: dict[str, etree._Element]) -> Iterator[str]:
    """Yield elements and attributes of namespaces that the standard does not have."""
    for name, root in parts.items():
        own = (one for one in root.iter(etree.Element) if not any(up.tag == EXTENSION for up in one.iterancestors()))
        used = {etree.QName(tag).namespace for one in own for tag in (one.tag, *one.attrib)}
        yield from (f"{name}: namespace {space}" for space in sorted(used - {None}) if not TRANSITIONAL.match(space))


def _packed(data: dict[str, bytes], parts: dict[str, etree._Element]) -> Iterator[str]:
    """Yield parts without a type, relations to nothing, parts that nothing relates to, and relations that nobody uses."""
    types = parts["[Content_Types].xml"]
    endings = {one.get("Extension") for one in types.iter(f"{{{PACKAGE}content-types}}Default")}
    named = {one.get("PartName") for one in types.iter(f"{{{PACKAGE}content-types}}Override")}
    yield from (f"type of absent part {name}" for name in named if name.lstrip("/") not in data)
    reached = {"[Content_Types].xml"}
    for name, root in parts.items():
        if not name.endswith(".rels"):
            continue
        reached.add(name)
        source = name.replace("_rels/", "").removesuffix(".rels")
        ids = (
            {value for one in parts[source].iter() for key, value in one.attrib.items() if key.startswith(R)}
            if (source in parts)
            else set()
        )
        known = {one.get("Id"): one for one in root}
        yield from (f"{source}: no relation {one}" for one in sorted(ids - set(known)))
        for key, one in known.items():
            kind = one.get("Type").rpartition("/")[2]
            if kind in ("image", "header", "footer", "hyperlink") and key not in ids:
                yield f"{source}: nobody uses {key} ({kind})"
            if one.get("TargetMode") != "External":
                target = one.get("Target")
                reached.add(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)).lstrip("/"))
    yield from (f"nothing relates to {name}" for name in sorted(set(data) - reached))
    yield from (f"relation to absent {name}" for name in sorted(reached - set(data)))
    for name in data:
        if name != "[Content_Types].xml" and name.rpartition(".")[2] not in endings and f"/{name}" not in named:
            yield f"no type of {name}"


def _bookmarks(texts: list[etree._Element]) -> Iterator[str]:
    """Yield bookmarks that clash or stay open, and links and fields that lead to none."""
    starts = [one for text in texts for one in text.iter(f"{W}bookmarkStart")]
    names, ids = [one.get(f"{W}name") for one in starts], [one.get(f"{W}id") for one in starts]
    ends = [one.get(f"{W}id") for text in texts for one in text.iter(f"{W}bookmarkEnd")]
    yield from _twice("bookmark", names)
    yield from _twice("id of a bookmark", ids)
    if sorted(ids) != sorted(ends):
        yield f"bookmarks that stay open: {set(ids) ^ set(ends)}"
    yield from (f"name of {len(name)} signs: {name}" for name in names if len(name) > LONGEST_NAME)
    for text in texts:
        for link in text.iter(f"{W}hyperlink"):
            if link.get(f"{W}anchor") is not None and link.get(f"{W}anchor") not in names:
                yield f"link to nowhere: {link.get(f'{W}anchor')}"
        for code in text.iter(f"{W}instrText"):
            target = re.match(r" (?:PAGEREF|REF) (\S+)", code.text)
            if target and target[1] not in names:
                yield f"field to nowhere: {target[1]}"


def _notes(document: etree._Element, notes: etree._Element | None) -> Iterator[str]:
    ids = [] if notes is None else [one.get(f"{W}id") for one in notes if one.get(f"{W}type") is None]
    used = [one.get(f"{W}id") for one in document.iter(f"{W}footnoteReference")]
    yield from _twice("note", ids)
    yield from _twice("reference to note", used)
    if sorted(ids) != sorted(used):
        yield f"notes without a reference, or references without a note: {set(ids) ^ set(used)}"


def _styles(parts: dict[str, etree._Element]) -> Iterator[str]:
    styles = [one for one in parts["word/styles.xml"] if one.tag == f"{W}style"]
    ids = [one.get(f"{W}styleId") for one in styles]
    yield from _twice("style", ids)
    defaults = [one.get(f"{W}type") for one in styles if one.get(f"{W}default") in ("1", "on", "true")]
    yield from _twice("default style of kind", defaults)
    used = {
        one.get(f"{W}val")
        for name, root in parts.items()
        if name.startswith("word/")
        for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")
        for one in root.iter(f"{W}{tag}")
    }
    yield from (f"no style '{name}'" for name in sorted(used - set(ids)))
