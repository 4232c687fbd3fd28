"""Lists: several figures behind ``分别`` or before *respectively*, each with the name that stands at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from xietong.diagnosis.audit.markers import LIST, RESPECTIVELY
from xietong.diagnosis.audit.quantities import Quantity
from xietong.diagnosis.audit.statement import Statement, fits
from xietong.diagnosis.audit.words import ELSEWHERE, Mention
from xietong.library.concepts import Concept


@dataclass(frozen=True)
class Names:
    """What a sentence has listed so far: places, places that others are compared with, years; the known concepts."""

    places: Sequence[tuple[str, ...]]
    whom: Sequence[tuple[str, ...]]
    years: Sequence[str]
    concepts: Mapping[str, Concept]
    members: Mapping[str, Sequence[str]]
    """The places of each perimeter: a list of as many figures may be of each in turn."""


def listed(told: Statement, names: Names, sentence: str, rows: Sequence[Mention | Quantity]) -> Statement:
    """Give the n-th of several quantities of a list the n-th name of the list before them, or behind ``of``."""
    group = _run(told.quantity, sentence, rows) if RESPECTIVELY.search(sentence) else []
    if len(group) < 2:
        return told
    at, size = group.index(told.quantity), len(group)
    if len(names.whom) == size and told.quantity.unit in ("%", "倍"):
        return replace(told, of=names.whom[at], kind="relative", base="")
    if fitting := _concepts(told, names, sentence, rows, group):
        return replace(told, concepts=fitting)
    return _told_of(told, names, at, size)


def _told_of(told: Statement, names: Names, at: int, size: int) -> Statement:
    """Give the n-th quantity the n-th place, member of an area, or year; a list of unknown names is of nowhere."""
    area = (names.places[-1] if names.places else told.places)[:1]
    if len(names.places) >= size:
        return replace(told, places=names.places[-size:][at])
    if area and len(members := names.members.get(area[0], ())) == size:
        return replace(told, places=(members[at],))
    if len(names.years) >= size:
        return replace(told, period=names.years[-size:][at])
    return replace(told, places=(ELSEWHERE,))


def _concepts(
    told: Statement, names: Names, sentence: str, rows: Sequence[Mention | Quantity], group: Sequence[Quantity]
) -> tuple[str, ...]:
    """Return the concepts at the place of a quantity when as many concepts as quantities are listed before it."""
    size, first = len(group), group[0].start
    whole = [one for one in names.concepts.values() if len(one.parts) == size]
    if size == 3 and "三次产业" in sentence[:first] and group[0].unit not in ("%", "倍"):
        return tuple(one.parts[group.index(told.quantity)] for one in whole)
    listed = [m for m in rows if isinstance(m, Mention) and m.kind == "concept" and m.start < first][-size:]
    if len(listed) != size or not all(LIST.fullmatch(sentence[a.end : b.start]) for a, b in pairwise(listed)):
        return ()
    meant = listed[group.index(told.quantity)].names
    return tuple(name for name in meant if fits(names.concepts[name], told.quantity, told.kind))


def _run(one: Quantity, sentence: str, rows: Sequence[Mention | Quantity]) -> list[Quantity]:
    """Return the quantities of the list in which one stands."""
    found = [row for row in rows if isinstance(row, Quantity)]
    groups: list[list[Quantity]] = []
    for row in found:
        alike = bool(groups) and groups[-1][-1].unit == row.unit
        if alike and LIST.fullmatch(sentence[groups[-1][-1].end : row.start]):
            groups[-1].append(row)
        else:
            groups.append([row])
    return next(group for group in groups if one in group)
