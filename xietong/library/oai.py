"""Answers of OAI-PMH 2.0 repositories: read without entities, DTD or network, and told what is wrong with them.

The protocol stands at openarchives.org/OAI/2.0/openarchivesprotocol.2015-01-08.htm: answers are XML in UTF-8; a list
may come in parts, each but the last with a ``resumptionToken``; a record that was withdrawn has a header of the status
``deleted`` and no metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xietong.errors import HarvestError
from xietong.library.dublin_core import DC, OAI_DC
from xietong.library.labels import Label

if TYPE_CHECKING:
    from lxml.etree import _Element

OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_SPACES = {"o": OAI, "d": OAI_DC}


@dataclass(frozen=True)
class Record:
    """One record: its identifier, the day or moment of its last change, and the texts of its elements in order."""

    identifier: str
    datestamp: str
    deleted: bool = False
    elements: Mapping[str, tuple[str, ...]] | None = None
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a list: records, what is wrong with some, how to go on ('' at the end), how many there are or ''."""

    records: tuple[Record, ...]
    faults: tuple[Label, ...]
    token: str
    size: str


def parsed(content: bytes, where: str) -> _Element:
    """Return the root of an answer.

    Raises:
        HarvestError: when it is no XML in UTF-8, declares a document type, or is no answer of the protocol.
    """
    from lxml import etree

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HarvestError("harvest", f"the answer is not in UTF-8: {error}", why=_PROTOCOL, where=where) from None
    if text.startswith("<!DOCTYPE", _after_prolog(text)):
        why = "a document type can define entities that grow without end or read files; OAI-PMH needs none"
        what = "the answer declares a document type and is not read"
        raise HarvestError("harvest", what, why=why, where=where, ways=_BASE)
    # The encoding is set here so that a declared one cannot hide a document type from the line above.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True,
        remove_comments=True,
    )  # fmt: skip
    try:
        root: _Element = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise HarvestError("harvest", f"the answer is no well-formed XML: {error.msg}", where=where) from None
    if root.tag != f"{{{OAI}}}OAI-PMH":
        what = f"the answer is no OAI-PMH: its root is '{root.tag}'"
        raise HarvestError("harvest", what, where=where, ways=_BASE)
    return root


_PROTOCOL, _BASE = "the protocol demands UTF-8", ("give the base URL of the repository, not that of a web page",)


def _after_prolog(text: str) -> int:
    """Return where the first thing stands that is neither a space, nor a comment, nor a processing instruction."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        end = next((end for start, end in (("<?", "?>"), ("<!--", "-->")) if text.startswith(start, at)), "")
        closed = text.find(end, at) if end else -1
        if closed < 0:
            return at
        at = closed + len(end)


def refusals(root: _Element) -> list[tuple[str, str]]:
    """Return the errors that an answer consists of, each by its code and text."""
    return [(one.get("code", ""), (one.text or "").strip()) for one in root.findall("o:error", _SPACES)]


def identified(root: _Element) -> dict[str, str]:
    """Return what a repository says of itself."""
    told = root.find("o:Identify", _SPACES)
    return {} if told is None else {_local(one): (one.text or "").strip() for one in told}


def part(root: _Element, where: str) -> Part:
    """Return the records of one part of a list.

    Raises:
        HarvestError: when the answer holds no list.
    """
    told = root.find("o:ListRecords", _SPACES)
    if told is None:
        raise HarvestError("harvest", "the answer holds neither records nor an error", where=where)
    faults: list[Label] = []
    records = tuple(_records(told, faults))
    token = told.find("o:resumptionToken", _SPACES)
    if token is None:
        return Part(records, tuple(faults), "", "")
    return Part(records, tuple(faults), (token.text or "").strip(), token.get("completeListSize", ""))


def _records(told: _Element, faults: list[Label]) -> Iterator[Record]:
    for number, one in enumerate(told.findall("o:record", _SPACES), 1):
        name = _text(one, "o:header/o:identifier")
        stamp = _text(one, "o:header/o:datestamp")
        header, metadata = one.find("o:header", _SPACES), one.find("o:metadata/d:dc", _SPACES)
        deleted = header is not None and header.get("status") == "deleted"
        if not name or not stamp:
            lacking = Label("日期", "datestamp") if name else Label("标识", "identifier")
            zh, en = f"第 {number} 条记录“{name}”没有{lacking.zh}", f"record {number} '{name}' has no {lacking.en}"
            faults.append(Label(zh, en))
        elif metadata is None and not deleted:
            en = f"record '{name}' has no oai_dc and is not deleted"
            faults.append(Label(f"记录“{name}”既没有 oai_dc，也未报为删除", en))
        else:
            sets = tuple((each.text or "").strip() for each in one.findall("o:header/o:setSpec", _SPACES))
            elements = None if deleted or metadata is None else _elements(metadata)
            yield Record(name, stamp, deleted, elements, sets)


def _elements(metadata: _Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in metadata:
        text = " ".join("".join(map(str, one.itertext())).split())
        if text and isinstance(one.tag, str) and one.tag.startswith(f"{{{DC}}}"):
            found[_local(one)] = (*found.get(_local(one), ()), text)
    return found


def _text(parent: _Element, path: str) -> str:
    return (parent.findtext(path, "", _SPACES) or "").strip()


def _local(one: _Element) -> str:
    return str(one.tag).rpartition("}")[2]
