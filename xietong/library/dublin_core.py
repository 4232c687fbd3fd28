"""Items as Dublin Core: one ``oai_dc:dc`` for each, of the fifteen elements of the Dublin Core Metadata Element Set.

Every record says its publications with date (``source``), under which terms they are quoted (``rights``), its places by
name and code (``coverage``), and its states with their evidence (``description``). A point stands in ``coverage`` as a
DCMI Point (dublincore.org/specifications/dublin-core/dcmi-point, 2006), in WGS 84 only. ``type`` holds the DCMI type of
a word where the class gives one, then the class itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.registers.classes import DATUMS, Attribute, RegisterClass
from xietong.library.registers.items import Item, Value
from xietong.library.registers.points import Point, wgs_point

if TYPE_CHECKING:
    from lxml.etree import _Element

DC, OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI, XML = "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ELEMENTS = (
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
)  # fmt: skip
CODES = "GB/T 2260"
"""The scheme of the codes of places."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Told = tuple[str, str, str]
"""An element, its text, and the language of the text or ''."""


def identifier(pack: Pack, item: Item) -> str:
    """Return the name by which an item goes outside of its pack: ``oai:PACK:CLASS:ITEM``."""
    return f"oai:{pack.id}:{item.ref}"


def dublin_core(pack: Pack, item: Item, day: date) -> _Element:
    """Return an item as ``oai_dc:dc``; states are those of a day."""
    from lxml import etree

    spaces: Any = {"oai_dc": OAI_DC, "dc": DC, "xsi": XSI}
    root = etree.Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {SCHEMA}"}, nsmap=spaces)
    told = dict.fromkeys((name, sound(text), language) for name, text, language in _told(pack, item, day) if text)
    for name, text, language in sorted(told, key=lambda one: ELEMENTS.index(one[0])):
        etree.SubElement(root, f"{{{DC}}}{name}", {f"{{{XML}}}lang": language} if language else {}).text = text
    return root


def as_records(pack: Pack, items: Sequence[Item], day: date) -> bytes:
    """Return items as one file: ``<records>`` with an ``oai_dc:dc`` for each."""
    from lxml import etree

    root = etree.Element("records")
    root.extend(dublin_core(pack, item, day) for item in items)
    return written(root)


def written(root: _Element) -> bytes:
    """Return a document as bytes, the same for the same content."""
    from lxml import etree

    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return told


def sound(text: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return _NOT_XML.sub("", text)


def both(label: Label) -> tuple[tuple[str, str], ...]:
    """Return the texts of a label with their languages; a text that serves both is Chinese once."""
    return ((label.zh, "zh"),) if label.zh == label.en else ((label.zh, "zh"), (label.en, "en"))


def related(pack: Pack, item: Item) -> Iterator[tuple[Label, str]]:
    """Yield what ties an item to others, from its side, and the other; what is internal is left out."""
    origins = pack.registers.links.origins or {}
    for link in item.links:
        ends = [pack.registers.item(ref) for ref in (link.source, link.target)]
        if origins[link.origin].access != "internal" and all(end.public() for end in ends):
            label = ends[0].kind.relations[link.relation].label
            turned = Label(f"反向：{label.zh}", f"inverse of: {label.en}")
            yield (label, ends[1].ref) if ends[0].ref == item.ref else (turned, ends[0].ref)


def _told(pack: Pack, item: Item, day: date) -> Iterable[Told]:
    origins = [item.kind.origins[row.origin] for row in item.rows]
    yield from (("title", one.text, "zh") for one in item.names)
    yield "identifier", identifier(pack, item), ""
    yield from (("identifier", f"{item.kind.id}:{one}", "") for one in item.records)
    for name in item.kind.identity:
        yield from (("identifier", one.text, "") for one in item[name])
    yield from _types(item)
    yield from _descriptions(pack, item, day)
    yield from (("source", one.cite(), "zh") for one in origins)
    yield from (("date", one.edition, "") for one in origins)
    yield from (("rights", text, language) for one in origins for text, language in both(Label.parse(one.licence)))
    yield from _coverage(pack, item)
    yield from (("relation", f"oai:{pack.id}:{other}", "") for _, other in related(pack, item))


def _types(item: Item) -> Iterable[Told]:
    for label, term in kinds_of(item):
        yield "type", term, ""
        yield from (("subject", text, language) for text, language in both(label))
    yield from (("type", text, language) for text, language in both(item.kind.label))


def kinds_of(item: Item) -> list[tuple[Label, str]]:
    """Return the words that say what an item is, each with its DCMI type or ''.

    These are the words of the attributes to which the class gives DCMI types, of all attributes when it gives none.
    """
    parts = (
        (one, part) for one in kind_attributes(item.kind) for value in item[one.id] for part in one.parts(value.text)
    )
    return list(dict.fromkeys((Label(part, one.words.get(part, part)), one.dcmi.get(part, "")) for one, part in parts))


def kind_attributes(kind: RegisterClass) -> list[Attribute]:
    """Return the attributes of words that say what an item is: those with DCMI types, else all but the datum."""
    words = [one for one in kind.of_kind("word") if not set(one.words) <= set(DATUMS)]
    return [one for one in words if one.dcmi] or words


def _descriptions(pack: Pack, item: Item, day: date) -> Iterable[Told]:
    for attribute, value in described(item):
        text = worded(pack, attribute, value.text)
        yield "description", f"{attribute.label.zh}：{text}（{value.origin.publisher}，{value.origin.edition}）", "zh"
    if state := item.state(day):
        label = item.kind.states[state.state]
        yield "description", f"状态（{day.isoformat()}）：{label.zh}，{state.date}起，{state.evidence}", "zh"


def described(item: Item) -> Iterator[tuple[Attribute, Value]]:
    """Yield every value that has no element of its own: no kind, no outside identity, nothing of a point."""
    told = {one.id for one in kind_attributes(item.kind)} | set(item.kind.identity)
    for attribute in item.kind.of_kind("text", "number", "date", "place", "code", "word"):
        if attribute.id not in told and not (attribute.words and set(attribute.words) <= set(DATUMS)):
            yield from ((attribute, value) for value in item[attribute.id])


def worded(pack: Pack, attribute: Attribute, text: str) -> str:
    """Return a value with its unit, places by their names."""
    if attribute.kind == "place":
        return "、".join(pack.gazetteer.label(one) for one in attribute.parts(text))
    return f"{'、'.join(attribute.parts(text))}{attribute.unit}"


def _coverage(pack: Pack, item: Item) -> Iterable[Told]:
    for code in item.places:
        yield "coverage", pack.gazetteer.label(code), "zh"
        yield "coverage", pack.gazetteer.label(code, "en"), "en"
        yield "coverage", f"{CODES}:{code}", ""
    if point := wgs_point(item):
        yield "coverage", dcmi_point(point), ""
        yield from (("description", text, language) for text, language in both(item.kind.uncertainty))


def dcmi_point(point: Point) -> str:
    """Return a point as the text of a DCMI Point."""
    return f"east={point.east}; north={point.north}; units=signed decimal degrees; projection=WGS 84"
