"""Classes of registers: what an item may say, the order of its states, its relations, and published control totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.concepts import Benchmarks
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.numbers import is_number
from xietong.library.origins import Origin
from xietong.library.places import Gazetteer
from xietong.library.registers.kinds import KINDS, day_of
from xietong.library.tables import read_origins

RESERVED = ("item", "name", "place", "origin")
CLASS_REQUIRED = ("label", "description", "attributes", "origins")
CLASS_OPTIONAL = ("identity", "states", "relations", "totals", "not_published", "datum", "uncertainty")
ATTRIBUTE_OPTIONAL = ("words", "unit", "many", "dcmi")
TOTAL_REQUIRED = ("label", "value", "unit", "date", "origin")
TOTAL_OPTIONAL = ("where", "place")
DATUMS = ("", "WGS-84", "GCJ-02", "BD-09")
DCMI = (
    "Collection", "Dataset", "Event", "Image", "InteractiveResource", "MovingImage", "PhysicalObject", "Service",
    "Software", "Sound", "StillImage", "Text",
)  # fmt: skip
"""The DCMI Type Vocabulary (dublincore.org/specifications/dublin-core/dcmi-type-vocabulary)."""
_UNSAID = Label("点位误差未说明", "how far a point may be off is not said")


@dataclass(frozen=True)
class Attribute:
    """What an item may say of itself; ``words`` is the closed vocabulary of a word, Chinese to English.

    ``dcmi`` gives words the type of the DCMI Type Vocabulary that exports write for them.
    """

    id: str
    label: Label
    kind: str
    words: Mapping[str, str]
    unit: str
    many: bool
    dcmi: Mapping[str, str] = field(default_factory=dict)

    def parts(self, text: str) -> tuple[str, ...]:
        """Return the single values of a cell."""
        return tuple(one.strip() for one in text.split(";") if one.strip()) if self.many else (text,) if text else ()


@dataclass(frozen=True)
class Relation:
    """A kind of link from items of one class to items of another."""

    id: str
    label: Label
    to: str


@dataclass(frozen=True)
class Total:
    """How many there are, as a publication says; several that disagree stand side by side."""

    label: Label
    where: Mapping[str, str]
    place: str
    value: str
    unit: str
    date: str
    origin: str
    line: str


@dataclass(frozen=True)
class NotPublished:
    """A list that was never published, so that its items are missing on purpose."""

    label: Label
    reason: Label


@dataclass(frozen=True)
class RegisterClass:
    """The schema of one register; ``identity`` names the attributes whose equal codes mean the same thing.

    ``uncertainty`` says how far a point of the register may be off, or that this was not published.
    """

    id: str
    label: Label
    description: Label
    identity: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    states: Mapping[str, Label]
    relations: Mapping[str, Relation]
    totals: tuple[Total, ...]
    not_published: tuple[NotPublished, ...]
    origins: Mapping[str, Origin]
    datum: str
    uncertainty: Label = _UNSAID

    def of_kind(self, *kinds: str) -> list[Attribute]:
        """Return the attributes of some kinds in the order of the class."""
        return [one for one in self.attributes.values() if one.kind in kinds]


def read_class(
    path: Path, shown: str, gazetteer: Gazetteer, families: Mapping[str, Benchmarks], errors: list[XietongError]
) -> RegisterClass:
    """Read ``CLASS.toml``; every problem goes to ``errors`` and the readable rest is returned."""
    document = Document.read_into(path, shown, errors)
    if document.data or not errors:
        tables = ("attributes", "origins", "states", "relations")
        lists = ("identity", "totals", "not_published")
        errors += document.demand((), CLASS_REQUIRED, CLASS_OPTIONAL, tables=tables, lists=lists)
    if str(document.data.get("datum", "")) not in DATUMS:
        errors.append(
            UnknownName(path.stem, "datum", str(document.data["datum"]), DATUMS[1:], where=document.where("datum"))
        )
    attributes = _attributes(document, errors)
    told = document.data.get("identity", ())
    identity = tuple(str(one) for one in told) if isinstance(told, list) else ()
    for one in (one for one in identity if one not in attributes or attributes[one].kind != "code"):
        codes = [name for name, attribute in attributes.items() if attribute.kind == "code"]
        errors.append(UnknownName(path.stem, "attribute of kind code", one, codes, where=document.where("identity")))
    origins = read_origins(document, f"registers/{path.stem}", families, errors)
    label, description = (Label.parse(str(document.data.get(key, path.stem))) for key in ("label", "description"))
    uncertainty = Label.parse(str(document.data["uncertainty"])) if "uncertainty" in document.data else _UNSAID
    found = RegisterClass(
        path.stem, label, description, identity, attributes, _states(document, errors), _relations(document, errors),
        (), _not_published(document, errors), origins, str(document.data.get("datum", "")), uncertainty,
    )  # fmt: skip
    totals = tuple(one for entry in document.entries("totals") for one in _total(entry, found, gazetteer, errors))
    return RegisterClass(**(vars(found) | {"totals": totals}))


def _attributes(document: Document, errors: list[XietongError]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for name, spec in document.table("attributes").items():
        problems = document.demand(
            ("attributes", name), ("label", "kind"), ATTRIBUTE_OPTIONAL, tables=("words", "dcmi")
        )
        if not problems:
            problems = _attribute_problems(name, spec, document)
        errors += problems
        told = spec if isinstance(spec, Mapping) else {}
        words = {str(zh): str(en) for zh, en in document.table("attributes", name, "words").items()}
        kind = str(told.get("kind", "text"))
        found[name] = Attribute(
            name, Label.parse(str(told.get("label", name))), kind if kind in KINDS else "text", words,
            str(told.get("unit", "")), bool(told.get("many", False)),
            {str(word): str(term) for word, term in document.table("attributes", name, "dcmi").items()},
        )  # fmt: skip
    return found


def _attribute_problems(name: str, spec: Mapping[str, Any], document: Document) -> list[XietongError]:
    who, kind, errors = f"attribute {name}", str(spec["kind"]), list[XietongError]()
    where = document.where("attributes", name, "kind")
    if kind not in KINDS:
        errors.append(UnknownName(who, "kind", kind, KINDS, where=where))
    if name in RESERVED:
        ways = ("give the attribute another name",)
        errors.append(PackError(who, f"'{name}' is a column of every register", where=where, ways=ways))
    if ("words" in spec) != (kind == "word"):
        ways = ('list them: words = { "中文" = "English" }',) if kind == "word" else ("leave words out",)
        what = "a word has a closed list of words" if kind == "word" else f"'words' goes with the kind word, not {kind}"
        errors.append(PackError(who, what, where=where, ways=ways))
    if ("unit" in spec) != (kind == "number"):
        ways = ('say unit = "…"',) if kind == "number" else ("leave unit out",)
        what = "a number has a unit" if kind == "number" else f"'unit' goes with the kind number, not {kind}"
        errors.append(PackError(who, what, where=where, ways=ways))
    if not isinstance(spec.get("many", False), bool):
        where = document.where("attributes", name, "many")
        errors.append(PackError(who, f"'many' must be true or false, not {spec['many']!r}", where=where))
    return [*errors, *_dcmi_problems(who, spec, document.where("attributes", name, "dcmi"))]


def _dcmi_problems(who: str, spec: Mapping[str, Any], where: str) -> Iterator[XietongError]:
    words = spec.get("words", {})
    for word, term in spec.get("dcmi", {}).items():
        if word not in words:
            yield UnknownName(who, "word", str(word), words, where=where)
        if term not in DCMI:
            yield UnknownName(who, "DCMI type", str(term), DCMI, where=where)


def _states(document: Document, errors: list[XietongError]) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for name, text in document.table("states").items():
        if isinstance(text, str):
            found[name] = Label.parse(text)
        else:
            what, ways = "the state has no label", (f'write {name} = "中文 | English"',)
            errors.append(PackError(f"state {name}", what, where=document.where("states", name), ways=ways))
    return found


def _relations(document: Document, errors: list[XietongError]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for name in document.table("relations"):
        problems = document.demand(("relations", name), ("label", "to"))
        errors += problems
        if not problems:
            spec = document.table("relations", name)
            found[name] = Relation(name, Label.parse(str(spec["label"])), str(spec["to"]))
    return found


def _not_published(document: Document, errors: list[XietongError]) -> tuple[NotPublished, ...]:
    found = []
    for entry in document.entries("not_published"):
        problems = entry.demand((), ("label", "reason"))
        errors += problems
        if not problems:
            found.append(NotPublished(*(Label.parse(str(entry.data[key])) for key in ("label", "reason"))))
    return tuple(found)


def _total(entry: Document, one: RegisterClass, gazetteer: Gazetteer, errors: list[XietongError]) -> list[Total]:
    """Return the control total of an entry, or nothing when it has problems."""
    problems = entry.demand((), TOTAL_REQUIRED, TOTAL_OPTIONAL, tables=("where",))
    if not problems:
        problems = _total_problems(entry, one, gazetteer)
    errors += problems
    if problems:
        return []
    told = {key: str(entry.data.get(key, "")) for key in ("place", "value", "unit", "date", "origin")}
    where = {str(key): str(text) for key, text in entry.data.get("where", {}).items()}
    return [Total(Label.parse(str(entry.data["label"])), where, line=entry.where(), **told)]


def _total_problems(entry: Document, one: RegisterClass, gazetteer: Gazetteer) -> list[XietongError]:
    who, errors = f"total of {one.id}", list[XietongError]()
    if not is_number(str(entry.data["value"])):
        errors.append(PackError(who, f"'{entry.data['value']}' is not a plain number", where=entry.where("value")))
    try:
        day_of(str(entry.data["date"]), who)
    except PackError as error:
        errors.append(error.at(entry.where("date")))
    if (origin := str(entry.data["origin"])) not in one.origins:
        errors.append(UnknownName(who, "origin", origin, one.origins, where=entry.where("origin")))
    where = entry.data.get("where", {})
    places = [str(told["place"]) for told in (entry.data, where) if "place" in told]
    known = [*gazetteer.places, *gazetteer.perimeters]
    errors += [UnknownName(who, "place", p, known, where=entry.where("place")) for p in places if p not in gazetteer]
    for key, text in where.items():
        attribute = one.attributes.get(key)
        if attribute is None and key not in ("place", "state"):
            errors.append(
                UnknownName(who, "attribute", key, [*one.attributes, "place", "state"], where=entry.where("where"))
            )
        elif attribute is not None and attribute.kind == "word" and str(text) not in attribute.words:
            errors.append(UnknownName(who, f"word of {key}", str(text), attribute.words, where=entry.where("where")))
        elif key == "state" and str(text) not in one.states:
            errors.append(UnknownName(who, "state", str(text), one.states, where=entry.where("where")))
    return errors
