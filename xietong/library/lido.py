"""Items as LIDO 1.1 (ICOM CIDOC LIDO Working Group, 2021-12-20): one ``lido:lido`` for each, in one ``lido:lidoWrap``.

Names stand in ``titleWrap``, each with its publication; places by name and code in ``repositoryLocation``, the point in
WGS 84 as GML; numbers with a unit in ``objectMeasurementsWrap``; dated states as events; links in ``relatedWorksWrap``.
``recordSource``, ``recordRights`` and ``recordInfoSet`` name every publication, its terms and its date. The order of
the elements was read in the schema (lido-v1.1.xsd), that of events in a RELAX NG of version 1.0, which 1.1 includes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xietong.library.dublin_core import (
    CODES,
    XML,
    XSI,
    both,
    described,
    identifier,
    kinds_of,
    related,
    sound,
    worded,
    written,
)
from xietong.library.labels import Label
from xietong.library.origins import Origin
from xietong.library.pack import Pack
from xietong.library.registers.items import Item
from xietong.library.registers.kinds import day_of
from xietong.library.registers.points import Point, wgs_point
from xietong.library.registers.states import State

if TYPE_CHECKING:
    from lxml.etree import _Element

LIDO, GML = "http://www.lido-schema.org", "http://www.opengis.net/gml"
SCHEMA = "http://www.lido-schema.org/schema/v1.1/lido-v1.1.xsd"
TERMS = "http://terminology.lido-schema.org/"
LOCAL, URI, ITEM_LEVEL = f"{TERMS}lido00100", f"{TERMS}lido00099", f"{TERMS}lido00141"
"""Terms of the LIDO Terminology: a local identifier, a URI, a record on the level of the item."""
DCMI = "http://purl.org/dc/dcmitype/"
WGS_84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
"""The coordinates of a position stand in the order latitude, longitude."""
_SPACES: Any = {"lido": LIDO, "gml": GML, "xsi": XSI}
_PLACE: Any = {f"{{{XSI}}}schemaLocation": f"{LIDO} {SCHEMA}"}


def as_lido(pack: Pack, items: Sequence[Item], day: date) -> bytes:
    """Return items as one LIDO document; states are those that had begun on a day."""
    from lxml import etree

    root = etree.Element(f"{{{LIDO}}}lidoWrap", _PLACE, nsmap=_SPACES)
    root.extend(lido_record(pack, item, day) for item in items)
    return written(root)


def lido_record(pack: Pack, item: Item, day: date) -> _Element:
    """Return an item as ``lido:lido``."""
    from lxml import etree

    root: _Element = etree.Element(f"{{{LIDO}}}lido", nsmap=_SPACES)
    _record(root, pack, item, day)
    return root


def _add(parent: _Element, name: str, text: str = "", language: str = "", **attributes: str) -> _Element:
    """Add an element; attributes other than the language are LIDO's own."""
    from lxml import etree

    told: Any = {f"{{{LIDO}}}{key}": value for key, value in attributes.items()}
    told |= {f"{{{XML}}}lang": language} if language else {}
    made: _Element = etree.SubElement(parent, f"{{{LIDO}}}{name}", told)
    made.text = sound(text) or None
    return made


def _record(lido: _Element, pack: Pack, item: Item, day: date) -> None:
    _add(lido, "lidoRecID", identifier(pack, item), type=LOCAL)
    described_as = _add(lido, "descriptiveMetadata", language="zh")
    _classification(_add(described_as, "objectClassificationWrap"), item)
    _identification(_add(described_as, "objectIdentificationWrap"), pack, item)
    begun = [one for one in item.history if day_of(one.date, item.ref).start <= day]
    if begun:
        events = _add(described_as, "eventWrap")
        for state in begun:
            _event(_add(_add(events, "eventSet"), "event"), item, state)
    if ties := list(related(pack, item)):
        works = _add(_add(described_as, "objectRelationWrap"), "relatedWorksWrap")
        for label, ref in ties:
            _tie(_add(works, "relatedWorkSet"), pack, label, ref)
    _record_wrap(_add(_add(lido, "administrativeMetadata", language="zh"), "recordWrap"), pack, item)


def _concept(parent: _Element, label: Label, uri: str = "", only: str = "") -> None:
    if uri:
        _add(parent, "conceptID", uri, type=URI)
    for text, language in both(label):
        _add(parent, "term", text, only or language)


def _classification(wrap: _Element, item: Item) -> None:
    """Write the class and what an item is as its types of work, the DCMI types of the latter as classifications."""
    kinds = kinds_of(item)
    types = _add(wrap, "objectWorkTypeWrap")
    for label in (item.kind.label, *(label for label, _ in kinds)):
        _concept(_add(types, "objectWorkType"), label)
    terms = list(dict.fromkeys(term for _, term in kinds if term))
    classes = _add(wrap, "classificationWrap") if terms else wrap
    for term in terms:
        _concept(_add(classes, "classification"), Label(term, term), f"{DCMI}{term}", "en")


def _identification(wrap: _Element, pack: Pack, item: Item) -> None:
    titles = _add(wrap, "titleWrap")
    for text in dict.fromkeys(one.text for one in item.names):
        title = _add(titles, "titleSet")
        _add(title, "appellationValue", text, "zh", pref="preferred" if text == item.name else "alternative")
        for cited in dict.fromkeys(one.origin.cite() for one in item.names if one.text == text):
            _add(title, "sourceAppellation", cited, "zh")
    _places(wrap, pack, item)
    _notes(wrap, pack, item)
    _numbers(wrap, item)


def _notes(wrap: _Element, pack: Pack, item: Item) -> None:
    """Write each text with its publication, and how far the point may be off beside it."""
    told = [
        (attribute.id, f"{attribute.label.zh}：{worded(pack, attribute, value.text)}", "zh", value.origin)
        for attribute, value in described(item)
        if attribute.kind != "number"
    ]
    if point := wgs_point(item):
        origin = item.kind.origins[point.row.origin]
        told += [("coordinates", f"WGS 84; {text}", language, origin) for text, language in both(item.kind.uncertainty)]
    notes = _add(wrap, "objectDescriptionWrap") if told else wrap
    for kind, text, language, origin in told:
        note = _add(notes, "objectDescriptionSet", type=kind)
        _add(note, "descriptiveNoteValue", text, language)
        _add(note, "sourceDescriptiveNote", origin.cite(), "zh")


def _numbers(wrap: _Element, item: Item) -> None:
    numbers = [(attribute, value) for attribute, value in described(item) if attribute.kind == "number"]
    sets = _add(wrap, "objectMeasurementsWrap") if numbers else wrap
    for attribute, value in numbers:
        one = _add(sets, "objectMeasurementsSet")
        _add(one, "displayObjectMeasurements", f"{attribute.label.zh}：{value.text}{attribute.unit}", "zh")
        told = _add(_add(one, "objectMeasurements"), "measurementsSet")
        _add(told, "measurementType", attribute.label.zh, "zh")
        _add(told, "measurementUnit", attribute.unit, "zh")
        _add(told, "measurementValue", value.text)


def _places(wrap: _Element, pack: Pack, item: Item) -> None:
    """Write one set for each place: an object that lies in three provinces is one object with three locations."""
    point = wgs_point(item)
    if not item.places and point is None:
        return
    sets = _add(wrap, "repositoryWrap")
    for code in item.places:
        location = _add(_add(sets, "repositorySet"), "repositoryLocation")
        _add(location, "placeID", code, type=LOCAL, source=CODES)
        _name(location, pack, code)
        says = dict.fromkeys(item.kind.origins[row.origin].cite() for row in item.rows if code in row.places)
        for cited in says:
            _add(sets[-1], "sourceRepositorySet", cited, "zh")
    if point is not None:
        location = _add(_add(sets, "repositorySet"), "repositoryLocation")
        _add(_add(location, "namePlaceSet"), "appellationValue", item.name, "zh")
        _gml(_add(location, "gml"), point)
        _add(sets[-1], "sourceRepositorySet", item.kind.origins[point.row.origin].cite(), "zh")


def _name(location: _Element, pack: Pack, code: str) -> None:
    name = _add(location, "namePlaceSet")
    for language in ("zh", "en"):
        _add(name, "appellationValue", pack.gazetteer.label(code, language), language)


def _gml(parent: _Element, point: Point) -> None:
    from lxml import etree

    at = etree.SubElement(parent, f"{{{GML}}}Point", {"srsName": WGS_84})
    etree.SubElement(at, f"{{{GML}}}pos").text = f"{point.north} {point.east}"


def _event(event: _Element, item: Item, state: State) -> None:
    """Write a state as an event: the day on which it began, and what bears it out."""
    _concept(_add(event, "eventType"), item.kind.states[state.state])
    when, span = _add(event, "eventDate"), day_of(state.date, item.ref)
    _add(when, "displayDate", state.date)
    dates = _add(when, "date")
    _add(dates, "earliestDate", span.start.isoformat())
    _add(dates, "latestDate", span.end.isoformat())
    note = _add(event, "eventDescriptionSet")
    _add(note, "descriptiveNoteValue", state.evidence, "zh")
    _add(note, "sourceDescriptiveNote", item.kind.origins[state.origin].cite(), "zh")


def _tie(work: _Element, pack: Pack, label: Label, ref: str) -> None:
    other = _add(work, "relatedWork")
    _add(other, "displayObject", pack.registers.item(ref).name, "zh")
    _add(_add(other, "object"), "objectID", f"oai:{pack.id}:{ref}", type=LOCAL)
    _concept(_add(work, "relatedWorkRelType"), label)


def _record_wrap(wrap: _Element, pack: Pack, item: Item) -> None:
    for record in item.records:
        _add(wrap, "recordID", f"{pack.id}:{item.kind.id}:{record}", type=LOCAL)
    _concept(_add(wrap, "recordType"), Label("单件记录", "item-level record"), ITEM_LEVEL)
    origins = list(dict.fromkeys(item.kind.origins[row.origin] for row in item.rows))
    for origin in origins:
        _body(_add(wrap, "recordSource"), origin)
    for origin in origins:
        rights = _add(wrap, "recordRights")
        _concept(_add(rights, "rightsType"), Label.parse(origin.licence))
        _add(rights, "creditLine", origin.cite(), "zh")
    for origin in origins:
        about = _add(wrap, "recordInfoSet")
        _add(about, "recordInfoID", origin.id, type=LOCAL)
        if origin.url:
            _add(about, "recordInfoLink", origin.url)
        if origin.edition:
            _add(about, "recordMetadataDate", origin.edition)


def _body(parent: _Element, origin: Origin) -> None:
    _add(_add(parent, "legalBodyName"), "appellationValue", origin.publisher, "zh")
