"""How a study reads products into segments of chains: words that put a product there, each with position and reason.

What is published about segments stands in a register; this reading is a choice and says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.registers.items import Item, Value
from xietong.library.registers.register import Register

POSITIONS: Mapping[str, Label] = {
    "up": Label("上游", "upstream"),
    "mid": Label("中游", "midstream"),
    "down": Label("下游", "downstream"),
}
PRODUCTS, INDUSTRIES = "products", ("industry", "industry_sw")
_REQUIRED = ("label", "position", "sector", "reason")
_LISTS = ("words", "without", "industries", "supplies", "returns", "named")


@dataclass(frozen=True)
class Segment:
    """One node of a chain as the study draws it; ``named`` are the published facts that speak of it.

    ``returns`` are steps back up the chain, which are drawn but not walked when reach is counted.
    """

    chain: str
    id: str
    label: Label
    position: str
    words: tuple[str, ...]
    without: tuple[str, ...]
    industries: tuple[str, ...]
    supplies: tuple[str, ...]
    returns: tuple[str, ...]
    sector: str
    named: tuple[str, ...]
    reason: Label


@dataclass(frozen=True)
class Match:
    """A firm that the reading puts into a segment: the text that did it, and the word or industry that it met."""

    item: Item
    value: Value
    word: str


def segments(spec: Mapping[str, Any]) -> dict[str, list[Segment]]:
    """Return the segments of every chain in the order of the study."""
    return {
        chain: [_segment(chain, name, one) for name, one in told["segments"].items()]
        for chain, told in spec["reading"].items()
    }


def _segment(chain: str, name: str, told: Mapping[str, Any]) -> Segment:
    words, without, industries, supplies, returns, named = (tuple(map(str, told.get(key, ()))) for key in _LISTS)
    label, reason = Label.parse(str(told["label"])), Label.parse(str(told["reason"]))
    position, sector = str(told["position"]), str(told["sector"])
    return Segment(
        chain, name, label, position, words, without, industries, supplies, returns, sector, named, reason
    )  # fmt: skip


def matches(segment: Segment, firms: Register) -> list[Match]:
    """Return the firms that a segment takes, each once for every text that puts it there, by their ids."""
    return [one for item in sorted(firms.values(), key=lambda item: item.id) for one in _met(segment, item)]


def _met(segment: Segment, item: Item) -> Iterator[Match]:
    for value in item[PRODUCTS]:
        for text in item.kind.attributes[PRODUCTS].parts(value.text):
            word = next((one for one in segment.words if one in text), "")
            if word and not any(one in text for one in segment.without):
                yield Match(item, Value(text, value.origin, value.where), word)
    for attribute in INDUSTRIES:
        if attribute in item.kind.attributes:
            yield from (Match(item, one, one.text) for one in item[attribute] if one.text in segment.industries)


def problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the reading: names of chains, segments, facts and concepts that are not there."""
    chains, spec = pack.registers[str(document.table(*path)["chains"])], document.table(*path, "reading")
    errors: list[XietongError] = []
    for chain in spec:
        at = (*path, "reading", chain)
        if chain not in chains:
            errors.append(UnknownName(f"system {path[-1]}", "chain", chain, chains, where=document.where(*at)))
        told = document.demand(at, ("label", "reason", "segments"), tables=("segments",))
        errors += told or _chain_problems(document, path, chain, pack)
    return errors


def _chain_problems(document: Document, path: tuple[str, ...], chain: str, pack: Pack) -> Iterator[XietongError]:
    inside = (*path, "reading", chain, "segments")
    known = document.table(*inside)
    facts = pack.registers[str(document.table(*path)["segments"])]
    for name in known:
        at, who = (*inside, name), f"segment {chain}.{name}"
        told = document.demand(at, _REQUIRED, _LISTS, lists=_LISTS)
        yield from told
        if told:
            continue
        one = _segment(chain, name, document.table(*at))
        if one.position not in POSITIONS:
            yield UnknownName(who, "position", one.position, POSITIONS, where=document.where(*at, "position"))
        if one.sector not in pack.concepts:
            yield UnknownName(who, "concept", one.sector, pack.concepts, where=document.where(*at, "sector"))
        if not one.words and not one.industries:
            ways = ("give words or industries",)
            yield PackError(who, "nothing puts a product there", where=document.where(*at), ways=ways)
        if name in one.supplies:
            yield PackError(who, "it supplies itself", where=document.where(*at, "supplies"))
        for key, names, there in (
            ("supplies", one.supplies, known),
            ("returns", one.returns, known),
            ("named", one.named, facts),
        ):
            for stray in (text for text in names if text not in there):
                yield UnknownName(who, f"name in {key}", stray, there, where=document.where(*at, key))
