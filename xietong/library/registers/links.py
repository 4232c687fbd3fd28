"""Links between items: who leads what, what stands in which zone, each with its publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.concepts import Benchmarks
from xietong.library.documents import Document
from xietong.library.origins import Origin
from xietong.library.raw import read_exactly
from xietong.library.registers.classes import RegisterClass
from xietong.library.registers.kinds import day_of
from xietong.library.tables import read_origins

COLUMNS = ("from", "relation", "to", "date", "origin", "note")
FILE = "links"


class Link(NamedTuple):
    """One item stands in a relation to another; both are written ``class:item``."""

    where: str
    source: str
    relation: str
    target: str
    date: str
    origin: str
    note: str


@dataclass(frozen=True)
class Links:
    """All links of a pack with their publications."""

    all: tuple[Link, ...] = ()
    origins: Mapping[str, Origin] | None = None


def read_links(
    folder: Path, shown: str, classes: Mapping[str, RegisterClass], refs: Iterable[str],
    families: Mapping[str, Benchmarks], errors: list[XietongError],
) -> Links:  # fmt: skip
    """Read ``links.csv`` and the publications in ``links.toml``; no file, no links."""
    path = folder / f"{FILE}.csv"
    if not path.exists():
        return Links((), {})
    document = Document.read_into(folder / f"{FILE}.toml", f"{shown}/{FILE}.toml", errors)
    errors += document.demand((), ("origins",), tables=("origins",)) if document.data else []
    origins = read_origins(document, f"registers/{FILE}", families, errors)
    raw, known = read_exactly(path, f"{shown}/{path.name}", COLUMNS, errors), set(refs)
    found: list[Link] = []
    seen: dict[tuple[str, ...], str] = {}
    for line, record in raw.records(errors):
        where = raw.where(line)
        problems = [error.at(where) for error in _problems(record, classes, known, document.table("origins"))]
        first = seen.setdefault(tuple(record[key] for key in COLUMNS[:5]), where)
        if first != where:
            problems.append(PackError("links", f"the same link also stands at {first}", where=where))
        errors += problems
        if not problems:
            found.append(Link(where, *(record[key] for key in COLUMNS)))
    return Links(tuple(found), origins)


def _problems(
    record: Mapping[str, str], classes: Mapping[str, RegisterClass], refs: set[str], origins: Mapping[str, object]
) -> Iterable[XietongError]:
    for key in ("from", "to"):
        if record[key] not in refs:
            yield unknown_item("links", record[key], classes, refs)
    name, target = record["from"].partition(":")[0], record["to"].partition(":")[0]
    if name in classes:
        relation = classes[name].relations.get(record["relation"])
        if relation is None:
            yield UnknownName("links", f"relation of {name}", record["relation"], classes[name].relations)
        elif target in classes and relation.to != target:
            what = f"'{relation.id}' leads from {name} to {relation.to}, not to {target}"
            yield PackError("links", what, ways=(f"name an item as {relation.to}:ITEM",))
    if record["origin"] not in origins:
        yield UnknownName("links", f"origin in {FILE}.toml", record["origin"], origins)
    try:
        day_of(record["date"], "links") if record["date"] else None
    except PackError as error:
        yield PackError("links", error.what, ways=error.ways)


def unknown_item(who: str, ref: str, classes: Mapping[str, object], refs: Iterable[str]) -> XietongError:
    """Return the error for a reference that leads to no item; the nearest of its class are offered."""
    name, colon, _ = ref.partition(":")
    if not colon or name not in classes:
        return UnknownName(who, "item", ref, [f"{one}:…" for one in classes])
    return UnknownName(who, "item", ref, [one for one in refs if one.startswith(f"{name}:")])
