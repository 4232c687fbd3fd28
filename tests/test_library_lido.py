"""LIDO out of a register, held to the structure of the standard: which element stands where, in which order, how often.

The table below says for each element which may stand in it, in order: ``!`` once, ``?`` at most once, ``+`` at least
once, ``*`` any number. It holds the part of LIDO that is written, as the schema of version 1.1 has it; events as in 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, Workshop
from lxml import etree

from xietong.cli import main
from xietong.library.lido import GML, ITEM_LEVEL, LIDO, LOCAL, as_lido
from xietong.library.pack import read_pack

DAY = date(2024, 7, 1)
CONCEPT, APPELLATION, PLACE = "conceptID* term*", "appellationValue+ sourceAppellation*", "placeID* namePlaceSet* gml*"
NOTE = "descriptiveNoteID* descriptiveNoteValue* sourceDescriptiveNote*"
STRUCTURE = {
    "lidoWrap": "lido+",
    "lido": "lidoRecID+ objectPublishedID* category? descriptiveMetadata+ administrativeMetadata+",
    "descriptiveMetadata": "objectClassificationWrap! objectIdentificationWrap! eventWrap? objectRelationWrap?",
    "objectClassificationWrap": "objectWorkTypeWrap! classificationWrap?",
    "objectWorkTypeWrap": "objectWorkType+",
    "objectWorkType": CONCEPT,
    "classificationWrap": "classification*",
    "classification": CONCEPT,
    "objectIdentificationWrap": "titleWrap! inscriptionsWrap? repositoryWrap? displayStateEditionWrap? objectDescriptionWrap? objectMeasurementsWrap? objectMaterialsTechWrap?",
    "titleWrap": "titleSet+",
    "titleSet": APPELLATION,
    "repositoryWrap": "repositorySet*",
    "repositorySet": "displayRepository* repositoryName? workID* repositoryLocation? sourceRepositorySet*",
    "repositoryLocation": f"{PLACE} partOfPlace* placeClassification*",
    "namePlaceSet": APPELLATION,
    "gml": "Point* LineString* Polygon*",
    "Point": "pos!",
    "objectDescriptionWrap": "objectDescriptionSet*",
    "objectDescriptionSet": f"{NOTE} objectDescriptionRights*",
    "objectMeasurementsWrap": "objectMeasurementsSet*",
    "objectMeasurementsSet": "displayObjectMeasurements* objectMeasurements?",
    "objectMeasurements": "measurementsSet* extentMeasurements*",
    "measurementsSet": "measurementType+ measurementUnit+ measurementValue!",
    "eventWrap": "eventSet*",
    "eventSet": "displayEvent* event?",
    "event": "eventID* eventType! roleInEvent* eventName* eventActor* culture* eventDate? periodName* eventPlace* eventDescriptionSet*",
    "eventType": CONCEPT,
    "eventDate": "displayDate* date?",
    "date": "earliestDate? latestDate?",
    "eventDescriptionSet": NOTE,
    "objectRelationWrap": "subjectWrap? relatedWorksWrap?",
    "relatedWorksWrap": "relatedWorkSet*",
    "relatedWorkSet": "displayRelatedWork* relatedWork? relatedWorkRelType? sourceRelatedWorkSet*",
    "relatedWork": "displayObject* object?",
    "object": "objectWebResource* objectID* objectNote*",
    "relatedWorkRelType": CONCEPT,
    "administrativeMetadata": "rightsWorkWrap? recordWrap! resourceWrap?",
    "recordWrap": "recordID+ recordType! recordSource+ recordRights* recordInfoSet* collection*",
    "recordType": CONCEPT,
    "recordSource": "legalBodyID* legalBodyName* legalBodyWeblink*",
    "legalBodyName": APPELLATION,
    "recordRights": "rightsType* rightsDate? rightsHolder* creditLine*",
    "rightsType": CONCEPT,
    "recordInfoSet": "recordInfoID* recordInfoLink* recordMetadataDate*",
}
OFTEN = {"!": (1, 1), "?": (0, 1), "+": (1, 9999), "*": (0, 9999)}


def faults(element: etree._Element) -> Iterator[str]:
    """Yield what in an element and below it is against the structure."""
    name = etree.QName(element).localname
    names = [etree.QName(one).localname for one in element]
    if name not in STRUCTURE:
        if names:
            yield f"{name} holds {names}"
        if not (element.text or "").strip():
            yield f"{name} is empty"
        return
    allowed = [(one[:-1], OFTEN[one[-1]]) for one in STRUCTURE[name].split()]
    order = [one for one, _ in allowed]
    yield from (f"{one} may not stand in {name}" for one in names if one not in order)
    if names != sorted(names, key=lambda one: order.index(one) if one in order else -1):
        yield f"{name}: {names} stand in another order"
    for one, (least, most) in allowed:
        if not least <= names.count(one) <= most:
            yield f"{name} has {names.count(one)} of {one}"
    if (element.text or "").strip():
        yield f"{name} holds elements and a text"
    for one in element:
        yield from faults(one)


def told(small: Workshop, *items: str) -> etree._Element:
    pack = small.pack()
    register = pack.registers["clinic"]
    return etree.fromstring(as_lido(pack, [register[one] for one in items or register], DAY))


def found(root: etree._Element, path: str) -> list[str]:
    return [one.text for one in root.findall(path, {"l": LIDO, "g": GML})]


def test_the_small_register_keeps_to_the_structure(small: Workshop) -> None:
    small.edit("pack/registers/clinic.toml", "identity", 'datum = "WGS-84"\nidentity')
    assert list(faults(told(small))) == []


@pytest.mark.parametrize("kind", ["heritage", "scenic", "platform", "relocation", "port", "university", "hospital"])
def test_registers_of_the_pack_keep_to_the_structure(kind: str) -> None:
    pack = read_pack(ROOT / "packs" / "jingjinji")
    root = etree.fromstring(as_lido(pack, [*pack.registers[kind].values()], date(2026, 6, 30)))
    assert len(root) == len(pack.registers[kind])
    assert list(faults(root)) == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("l:lido/l:lidoRecID", "lido has 0 of lidoRecID"),
        (".//l:objectWorkTypeWrap", "objectClassificationWrap has 0 of objectWorkTypeWrap"),
        (".//l:titleWrap", "objectIdentificationWrap has 0 of titleWrap"),
        (".//l:recordID", "recordWrap has 0 of recordID"),
        (".//l:recordType", "recordWrap has 0 of recordType"),
        (".//l:recordSource", "recordWrap has 0 of recordSource"),
    ],
)
def test_the_structure_misses_what_is_taken_out(small: Workshop, path: str, says: str) -> None:
    root = told(small, "c6")
    for one in root.findall(path, {"l": LIDO}):
        one.getparent().remove(one)
    assert says in list(faults(root))


def test_the_structure_sees_another_order(small: Workshop) -> None:
    root = told(small, "c1")
    wrap = root.find(".//l:recordWrap", {"l": LIDO})
    wrap.append(wrap[0])
    assert any("another order" in one for one in faults(root))


def test_a_record_says_ids_kind_names_places_rights_and_dates(small: Workshop) -> None:
    root = told(small, "c1")
    assert found(root, "l:lido/l:lidoRecID") == ["oai:small:clinic:c1"]
    assert root.find(".//l:lidoRecID", {"l": LIDO}).get(f"{{{LIDO}}}type") == LOCAL
    assert found(root, ".//l:recordType/l:conceptID") == [ITEM_LEVEL]
    assert found(root, ".//l:objectWorkType/l:term") == ["诊所", "Clinics", "甲等", "Grade A"]
    assert found(root, ".//l:titleSet/l:appellationValue") == ["东省第一诊所", "东省第一诊所（原东省工人诊所）"]
    assert found(root, ".//l:placeID") == ["110"]
    assert len(found(root, ".//l:sourceRepositorySet")) == 2
    assert [one.get(f"{{{LIDO}}}pref") for one in root.iter(f"{{{LIDO}}}appellationValue") if "诊所" in one.text] == [
        "alternative", "preferred",
    ]  # fmt: skip
    assert found(root, ".//l:rightsType/l:term")[:2] == ["虚构", "made up"]
    assert found(root, ".//l:recordMetadataDate") == ["2021-12-31", "2024-06-30"]
    assert found(root, ".//l:measurementValue") == ["120", "150"]
    assert found(root, ".//l:measurementUnit") == ["张", "张"]
    assert found(root, ".//l:relatedWork/l:object/l:objectID") == ["oai:small:clinic:c5", "oai:small:park:p1"]


def test_a_dated_state_is_an_event_with_the_days_that_its_date_covers(small: Workshop) -> None:
    root = told(small, "c5")
    assert "已公布" in found(root, ".//l:eventType/l:term")
    assert ("2022-01-01", "2022-12-31") in zip(
        found(root, ".//l:earliestDate"), found(root, ".//l:latestDate"), strict=True
    )
    pack = small.pack()
    early = etree.fromstring(as_lido(pack, [pack.registers["clinic"]["c5"]], date(2021, 1, 1)))
    assert found(early, ".//l:eventType/l:term") == []


def test_a_point_stands_in_wgs_84_latitude_first_and_only_then(small: Workshop) -> None:
    assert found(told(small, "c1"), ".//g:pos") == []
    small.edit(
        "pack/registers/clinic.toml", "identity", 'datum = "WGS-84"\nuncertainty = "差30米 | off by 30 m"\nidentity'
    )
    root = told(small, "c1")
    assert found(root, ".//g:pos") == ["39.9 116.35"]
    notes = root.findall(".//l:objectDescriptionSet[@l:type='coordinates']/l:descriptiveNoteValue", {"l": LIDO})
    assert [one.text for one in notes] == ["WGS 84; 差30米", "WGS 84; off by 30 m"]


def test_the_great_wall_is_one_object_with_three_locations_and_its_stretch_is_tied_to_it() -> None:
    pack = read_pack(ROOT / "packs" / "jingjinji")
    heritage = pack.registers["heritage"]
    root = etree.fromstring(as_lido(pack, [heritage["great-wall"], heritage["great-wall-border"]], DAY))
    wall, stretch = root
    assert found(wall, ".//l:placeID") == ["110000", "120000", "130000"]
    assert "oai:jingjinji:heritage:great-wall" in found(stretch, ".//l:objectID")
    assert found(stretch, ".//l:relatedWorkRelType/l:term")[:2] == ["属于", "part of"]
    assert found(wall, ".//l:relatedWorkRelType/l:term") == ["反向：属于", "inverse of: part of"]
    assert all("2024-02-25" in one for one in found(wall, ".//l:sourceRepositorySet"))
    assert "保护机构：京津冀三地文物局" in found(stretch, ".//l:descriptiveNoteValue")
    assert "http://purl.org/dc/dcmitype/PhysicalObject" in found(wall, ".//l:classification/l:conceptID")


def test_the_command_writes_one_file_without_internal_records(small: Workshop) -> None:
    done = CliRunner().invoke(
        main,
        ["register", "export", "clinic", "--format", "lido", "--to", "x", "--pack", "small/pack", "--place", "130"],
    )
    assert done.stdout == "x/small-clinic.lido.xml\n"
    assert "1 rows of internal publications left out" in done.stderr
    root = etree.fromstring(Path("x/small-clinic.lido.xml").read_bytes())
    assert found(root, "l:lido/l:lidoRecID") == ["oai:small:clinic:c5"]
