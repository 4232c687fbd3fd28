"""Registers as an OAI-PMH 2.0 repository: answers to the six verbs, read-only, from the pack and the question alone.

Classes are the sets. A record changes when its newest publication comes out or it is merged; a record that was merged
into another is told as deleted. Rows that a person takes out of a table vanish without a trace, so the repository says
that it keeps deletions ``transient``. A token holds the question and where to go on, and dies with the pack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xietong.library.dublin_core import OAI_DC, XSI, dublin_core, sound, written
from xietong.library.dublin_core import SCHEMA as OAI_DC_SCHEMA
from xietong.library.lido import LIDO, lido_record
from xietong.library.lido import SCHEMA as LIDO_SCHEMA
from xietong.library.oai import OAI, SCHEMA
from xietong.library.pack import Pack
from xietong.library.periods import span
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register

if TYPE_CHECKING:
    from lxml.etree import _Element

LENGTH = 200
"""Records of one part of a list."""
FORMATS = {"oai_dc": (OAI_DC_SCHEMA, OAI_DC), "lido": (LIDO_SCHEMA, LIDO)}
_LIST = ({"metadataPrefix"}, {"from", "until", "set"})
VERBS: Mapping[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
}
"""Each verb with the arguments that it must and may have."""


class _Refused(Exception):
    """A question that the protocol answers with an error."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(code, text)


@dataclass(frozen=True)
class Entry:
    """A record as the repository lists it: its name, its class, the day of its last change, its item or None."""

    name: str
    kind: str
    stamp: str
    item: Item | None


@dataclass(frozen=True)
class Repository:
    """The public items of a pack as records; states are those of ``day``."""

    pack: Pack
    base: str
    day: date
    length: int = LENGTH
    contact: str = "nobody@example.invalid"

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The records by name, in the order of the pack; merged ones have no item."""
        told = [one for register in self.pack.registers.values() for one in self._entries(register)]
        return {one.name: one for one in told}

    def _entries(self, register: Register) -> Sequence[Entry]:
        start = f"oai:{self.pack.id}:{register.kind.id}:"
        public = [shown for item in register.values() if (shown := item.public()) is not None]
        listed = [Entry(start + item.id, register.kind.id, _stamp(item), item) for item in public]
        merged = [one for item in public for one in item.records if one != item.id]
        days = {one.other.partition(":")[2]: one.day for one in register.merges if not one.undone}
        return [*listed, *(Entry(start + one, register.kind.id, days.get(one, _NEVER), None) for one in merged)]

    def answer(self, arguments: Sequence[tuple[str, str]], now: datetime) -> bytes:
        """Return the answer to a question as XML; ``now`` is when it is given."""
        root, told = self._frame(arguments, now), dict(arguments)
        try:
            self._checked(arguments)
            verb = told.pop("verb")
            answers: Mapping[str, Callable[[_Element, dict[str, str]], None]] = {
                "Identify": self._identify, "ListMetadataFormats": self._formats, "ListSets": self._sets,
                "ListIdentifiers": self._list, "ListRecords": self._list, "GetRecord": self._record,
            }  # fmt: skip
            answers[verb](_add(root, verb), told)
        except _Refused as refused:
            del root[2:]
            if refused.code in ("badVerb", "badArgument"):
                root[1].attrib.clear()
            _add(root, "error", refused.text, code=refused.code)
        return written(root)

    def _frame(self, arguments: Sequence[tuple[str, str]], now: datetime) -> _Element:
        from lxml import etree

        spaces: Any = {None: OAI, "xsi": XSI}
        root = etree.Element(f"{{{OAI}}}OAI-PMH", {f"{{{XSI}}}schemaLocation": f"{OAI} {SCHEMA}"}, nsmap=spaces)
        _add(root, "responseDate", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        request = _add(root, "request", self.base)
        known = {name for required, optional in VERBS.values() for name in (*required, *optional)}
        for name, text in arguments:
            if name in {*known, "verb", "resumptionToken"}:
                request.set(name, sound(text))
        return root

    def _checked(self, arguments: Sequence[tuple[str, str]]) -> None:
        names, told = [name for name, _ in arguments], dict(arguments)
        verb = told.get("verb", "")
        if verb not in VERBS or names.count("verb") != 1:
            raise _Refused("badVerb", f"'{sound(verb)}' is no verb, or it stands twice")
        required, optional = VERBS[verb]
        given = set(names) - {"verb"}
        if len(names) != len(set(names)):
            raise _Refused("badArgument", "an argument stands twice")
        if "resumptionToken" in given and verb in ("ListIdentifiers", "ListRecords"):
            if given != {"resumptionToken"}:
                raise _Refused("badArgument", "a resumptionToken goes alone")
            return
        if lacking := sorted(required - given):
            raise _Refused("badArgument", f"missing: {', '.join(lacking)}")
        if strange := sorted(given - required - optional):
            raise _Refused("badArgument", f"not an argument of {verb}: {sound(', '.join(strange))}")

    def _identify(self, parent: _Element, _: dict[str, str]) -> None:
        stamps = [one.stamp for one in self.entries.values()]
        for name, text in (
            ("repositoryName", str(self.pack.title)), ("baseURL", self.base), ("protocolVersion", "2.0"),
            ("adminEmail", self.contact), ("earliestDatestamp", min(stamps, default=_NEVER)),
            ("deletedRecord", "transient"), ("granularity", "YYYY-MM-DD"),
        ):  # fmt: skip
            _add(parent, name, text)

    def _formats(self, parent: _Element, told: dict[str, str]) -> None:
        if "identifier" in told:
            self._named(told["identifier"])
        for name, (schema, space) in FORMATS.items():
            one = _add(parent, "metadataFormat")
            for key, text in (("metadataPrefix", name), ("schema", schema), ("metadataNamespace", space)):
                _add(one, key, text)

    def _sets(self, parent: _Element, told: dict[str, str]) -> None:
        if "resumptionToken" in told:
            raise _Refused("badResumptionToken", "the list of sets comes whole")
        for register in self.pack.registers.values():
            one = _add(parent, "set")
            _add(one, "setSpec", register.kind.id)
            _add(one, "setName", str(register.kind.label))

    def _named(self, name: str) -> Entry:
        if name not in self.entries:
            raise _Refused("idDoesNotExist", f"no record '{sound(name)}'")
        return self.entries[name]

    def _record(self, parent: _Element, told: dict[str, str]) -> None:
        self._write(parent, self._named(told["identifier"]), _format(told["metadataPrefix"]))

    def _list(self, parent: _Element, told: dict[str, str]) -> None:
        told, start = self._resumed(told["resumptionToken"]) if "resumptionToken" in told else (told, 0)
        prefix = _format(told["metadataPrefix"])
        first, last = _days(told)
        chosen = told.get("set", "")
        if chosen and chosen not in self.pack.registers:
            raise _Refused("noRecordsMatch", f"no set '{sound(chosen)}'")
        found = [
            one for one in self.entries.values() if chosen in ("", one.kind) and first <= one.stamp <= last
        ]  # fmt: skip
        if not found:
            raise _Refused("noRecordsMatch", "no record is of that set and those days")
        for one in found[start : start + self.length]:
            if parent.tag == f"{{{OAI}}}ListIdentifiers":
                _header(parent, one)
            else:
                self._write(parent, one, prefix)
        end = start + self.length
        if end < len(found) or start:
            token = self._token(told, end) if end < len(found) else ""
            _add(parent, "resumptionToken", token, completeListSize=str(len(found)), cursor=str(start))

    def _token(self, told: Mapping[str, str], at: int) -> str:
        keys = ("metadataPrefix", "set", "from", "until")
        return "!".join([*(told.get(key, "") for key in keys), str(at), self.pack.digest[:12]])

    def _resumed(self, token: str) -> tuple[dict[str, str], int]:
        parts = token.split("!")
        if len(parts) != 6 or not parts[4].isdecimal() or parts[5] != self.pack.digest[:12]:
            raise _Refused("badResumptionToken", "the token is none of this repository, or the pack has changed")
        keys = ("metadataPrefix", "set", "from", "until")
        return {key: text for key, text in zip(keys, parts, strict=False) if text}, int(parts[4])

    def _write(self, parent: _Element, one: Entry, prefix: str) -> None:
        record = _add(parent, "record")
        _header(record, one)
        if one.item is not None:
            write = dublin_core if prefix == "oai_dc" else lido_record
            _add(record, "metadata").append(write(self.pack, one.item, self.day))


_NEVER, _DAY = "1970-01-01", re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def _stamp(item: Item) -> str:
    """Return the day on which an item last changed, as far as its publications and rulings say."""
    origins = [
        item.kind.origins[name] for name in (*(row.origin for row in item.rows), *(s.origin for s in item.states))
    ]
    told = [text for one in origins for text in (one.edition, one.retrieved) if text]
    days = [span(text).end.isoformat() for text in told]
    return max([*days, *(day for merge in item.merges for day in (merge.day, merge.undone) if day)], default=_NEVER)


def _days(told: Mapping[str, str]) -> tuple[str, str]:
    first, last = told.get("from", "0000-00-00"), told.get("until", "9999-99-99")
    for key in ("from", "until"):
        if not _DAY.fullmatch(told.get(key, _NEVER)):
            raise _Refused("badArgument", f"{key} '{sound(told[key])}' is no day as YYYY-MM-DD")
    if first > last:
        raise _Refused("badArgument", f"from {first} is after until {last}")
    return first, last


def _format(name: str) -> str:
    if name not in FORMATS:
        raise _Refused("cannotDisseminateFormat", f"no format '{sound(name)}'; there are {', '.join(FORMATS)}")
    return name


def _header(parent: _Element, one: Entry) -> None:
    header = _add(parent, "header", **({} if one.item is not None else {"status": "deleted"}))
    for name, text in (("identifier", one.name), ("datestamp", one.stamp), ("setSpec", one.kind)):
        _add(header, name, text)


def _add(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    from lxml import etree

    made: _Element = etree.SubElement(parent, f"{{{OAI}}}{name}", attributes)
    made.text = sound(text) or None
    return made
