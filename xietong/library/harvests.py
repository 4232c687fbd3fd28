"""Harvested records as rows of a register: a file for a person to look through and bring in, never more than that.

A mapping says which element of ``oai_dc`` becomes which column; where none is given the plain one of `plain` is taken.
A record keeps its item: by the register's own identifier, by a code that is an identity of the class, or by the
identifier of the repository written as an id. So a second harvest changes rows and does not add them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.dublin_core import CODES, ELEMENTS, kind_attributes
from xietong.library.exports import as_csv
from xietong.library.labels import Label, Language
from xietong.library.oai import Record
from xietong.library.oai_client import Harvest
from xietong.library.pack import Pack
from xietong.library.register_exports import BEFORE, column_of
from xietong.library.register_imports import code_of
from xietong.library.registers.classes import Attribute
from xietong.library.registers.kinds import value_problem
from xietong.library.registers.register import Register

AFTER = ("origin", "identifier", "datestamp", "remarks")
WITHDRAWN = ("identifier", "datestamp", "register", "item", "name", "place")
_POINT = re.compile(r"east=([-0-9.]+);\s*north=([-0-9.]+).*projection=WGS ?84", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """Whence a column comes: elements in order, what of a text is taken, and what words of others mean here."""

    elements: tuple[str, ...]
    match: re.Pattern[str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def texts(self, record: Record) -> list[str]:
        """Return what a record says of the column, each once."""
        told = [text for name in self.elements for text in (record.elements or {}).get(name, ())]
        if self.match is not None:
            told = [found[1] for text in told if (found := self.match.search(text))]
        return list(dict.fromkeys(self.words.get(text, text) for text in told))


@dataclass(frozen=True)
class Rows:
    """The rows of a harvest, what was withdrawn, and what could not be taken over of which record."""

    rows: tuple[dict[str, str], ...]
    withdrawn: tuple[dict[str, str], ...]


def plain(register: Register) -> dict[str, Source]:
    """Return the mapping that is taken where none is given.

    The name comes from ``title``, places from ``coverage``, words that say what an item is from ``subject`` and
    ``type``, codes that are an identity from ``identifier`` where that is no address.
    """
    words = {one.id: Source(("subject", "type")) for one in kind_attributes(register.kind)}
    codes = {name: Source(("identifier",), re.compile(r"^([^:/\s]+)$")) for name in register.kind.identity}
    return {"name": Source(("title",)), "place": Source(("coverage",)), **words, **codes}


def read_mapping(path: Path, register: Register) -> dict[str, Source]:
    """Read a mapping; columns that it does not name keep the plain one.

    Raises:
        Problems: with everything that is wrong with it.
    """
    document, errors = Document.read(path, path.name), list[XietongError]()
    errors += document.demand((), ("columns",), tables=("columns",))
    known = ("name", "place", *register.kind.attributes)
    found = plain(register)
    for name in document.table("columns"):
        where = document.where("columns", name)
        if name not in known:
            errors.append(UnknownName("mapping", "column of the register", name, known, where=where))
        problems = document.demand(("columns", name), ("from",), ("match", "words"), lists=("from",), tables=("words",))
        errors += problems or _source_problems(document, name)
        if not problems:
            spec = document.table("columns", name)
            found[name] = Source(tuple(map(str, spec["from"])), _pattern(spec), dict(spec.get("words", {})))
    if errors:
        raise Problems(path.name, errors)
    return found


def _pattern(spec: Mapping[str, Any]) -> re.Pattern[str] | None:
    try:
        return re.compile(str(spec["match"])) if "match" in spec else None
    except re.error:
        return None


def _source_problems(document: Document, name: str) -> Iterator[XietongError]:
    spec, where = document.table("columns", name), document.where("columns", name)
    for one in spec["from"]:
        if one not in ELEMENTS:
            yield UnknownName(f"column {name}", "element of Dublin Core", str(one), ELEMENTS, where=where)
    pattern = _pattern(spec)
    if "match" in spec and (pattern is None or pattern.groups != 1):
        what, ways = f"'{spec['match']}' is no pattern with one group", ("put what is to be taken into one (…)",)
        yield PackError(f"column {name}", what, where=where, ways=ways)


def rows_of(
    pack: Pack, kind: str, harvest: Harvest, origin: str, mapping: Mapping[str, Source], language: Language = "zh"
) -> Rows:
    """Return the records of a harvest as rows of a class under one publication; remarks are in ``language``.

    Raises:
        UnknownName: when there is no such class, or the class lists no such publication.
    """
    register = pack.registers[kind]
    if origin not in register.kind.origins:
        raise UnknownName(f"register {kind}", "origin of the class", origin, register.kind.origins)
    taken = _Taker(pack, register, origin, mapping, language)
    records = list(harvest.records.values())
    rows = tuple(taken.row(one) for one in records if not one.deleted)
    return Rows(rows, tuple(taken.withdrawal(one) for one in records if one.deleted))


def as_file(register: Register, rows: Sequence[Mapping[str, str]], mapping: Mapping[str, Source]) -> bytes:
    """Return rows as the table that ``register import`` and ``contribute`` read; further columns are for the eye.

    A column of which the mapping says nothing is left out, so that what stands in the register stays.
    """
    points = {one.id for one in register.kind.of_kind("longitude", "latitude")} if _on_wgs(register) else set()
    names = [name for name in register.kind.attributes if name in mapping or name in points]
    return as_csv([dict(row) for row in rows], (*BEFORE, *map(column_of, names), *AFTER), ())


def _on_wgs(register: Register) -> bool:
    return register.kind.datum == "WGS-84"


def as_withdrawals(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return what was withdrawn as a table; nothing reads it but people."""
    return as_csv([dict(row) for row in rows], WITHDRAWN, ())


class _Taker:
    """Turns records into rows of one class."""

    def __init__(
        self, pack: Pack, register: Register, origin: str, mapping: Mapping[str, Source], language: Language
    ) -> None:
        self.pack, self.register, self.origin, self.mapping, self.language = pack, register, origin, mapping, language
        names = register.kind.identity
        self.codes = {value.text: item.id for item in register.values() for name in names for value in item[name]}

    def row(self, record: Record) -> dict[str, str]:
        """Return the cells of a record under the columns of an export."""
        remarks: list[Label] = []
        names, codes = self.mapping["name"].texts(record), self._places(record, remarks)
        if len(names) > 1:
            remarks.append(Label(f"另有名称：{'；'.join(names[1:])}", f"other titles: {'; '.join(names[1:])}"))
        told = {
            column_of(name): self._value(one, record, remarks) for name, one in self.register.kind.attributes.items()
        }
        told |= self._point(record, remarks)
        return {
            "register": self.register.kind.id, "item": "", "record": self.item(record), "name": (names or [""])[0],
            "place": ";".join(codes), "place_name": ";".join(map(self.pack.gazetteer.label, codes)), **told,
            "origin": self.origin, "identifier": record.identifier, "datestamp": record.datestamp,
            "remarks": " | ".join(one.text(self.language) for one in remarks),
        }  # fmt: skip

    def withdrawal(self, record: Record) -> dict[str, str]:
        """Return what is known of a record that the repository withdrew; the register keeps it."""
        item = self.item(record)
        standing = [self.register[item]] if item in self.register else []
        return {
            "identifier": record.identifier, "datestamp": record.datestamp, "register": self.register.kind.id,
            "item": standing[0].id if standing else "", "name": standing[0].name if standing else "",
            "place": ";".join(standing[0].places) if standing else "",
        }  # fmt: skip

    def item(self, record: Record) -> str:
        """Return the item that a record is: one that stands, or the identifier written as an id."""
        own = f"oai:{self.pack.id}:{self.register.kind.id}:"
        told = [record.identifier, *(record.elements or {}).get("identifier", ())]
        standing = [one.removeprefix(own) for one in told if one.startswith(own)]
        standing += [self.codes[one] for one in told if one in self.codes]
        return next((one for one in standing if one in self.register), as_id(record.identifier))

    def _places(self, record: Record, remarks: list[Label]) -> list[str]:
        found: dict[str, None] = {}
        for text in self.mapping["place"].texts(record):
            code = code_of(text.removeprefix(f"{CODES}:"), self.pack.gazetteer)
            if code in self.pack.gazetteer.places:
                found[code] = None
            elif not _POINT.search(text):
                remarks.append(Label(f"没有地点“{text}”", f"no place '{text}'"))
        return list(found)

    def _value(self, one: Attribute, record: Record, remarks: list[Label]) -> str:
        source = self.mapping.get(one.id)
        texts = source.texts(record) if source else []
        known = self.pack.gazetteer.places
        if one.kind == "word":
            texts = [text for text in texts if text in one.words]
        elif one.kind == "place":
            texts = [code_of(text, self.pack.gazetteer) for text in texts]
        wrong = [text for text in texts if value_problem(one.kind, text, one.id, one.words, known)]
        remarks += [
            Label(f"{one.id}：“{text}”不是 {one.kind}", f"{one.id}: '{text}' is no {one.kind}") for text in wrong
        ]
        texts = [text for text in texts if text not in wrong]
        if len(texts) > 1 and not one.many:
            remarks.append(Label(f"{one.id}：另有 {'；'.join(texts[1:])}", f"{one.id}: also {'; '.join(texts[1:])}"))
        return ";".join(texts if one.many else texts[:1])

    def _point(self, record: Record, remarks: list[Label]) -> dict[str, str]:
        """Return the point of a record when the class stands on the datum on which it is given."""
        told = (record.elements or {}).get("coverage", ())
        found = next((point for text in told if (point := _POINT.search(text))), None)
        names = [[column_of(one.id) for one in self.register.kind.of_kind(kind)] for kind in ("longitude", "latitude")]
        if found is None or not all(names):
            return {}
        if not _on_wgs(self.register):
            datum = self.register.kind.datum
            en = f"a point in WGS 84 is left out: the class stands on {datum or 'no datum'}"
            remarks.append(Label(f"WGS 84 的点位没有接过来：本类用 {datum or '未说明的坐标系'}", en))
            return {}
        return {names[0][0]: found[1], names[1][0]: found[2]}


def as_id(identifier: str) -> str:
    """Return an identifier as the id of an item: other signs than letters, digits, '.' and '-' by their codes.

    Different identifiers give different ids, and one gives the same at every harvest.
    """
    text = re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}_", identifier)
    return text if re.match("[A-Za-z0-9]", text) else f"i__{text}"
