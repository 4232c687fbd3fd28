"""Candidates for a merge: records that may be one thing, with a score and its reasons; a person decides.

What a person has undone is not proposed again. The threshold is that of the labelled names: from it on hardly one
candidate is wrong, just below it one in four is, because there begin names that are alike and nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xietong.library.collector import at_rest
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.registers.blocking import Blocks, joined, key_pairs, rare_pairs
from xietong.library.registers.forms import Former, Nearness, Record, bare
from xietong.library.registers.likeness import ALIKE, likeness
from xietong.library.registers.register import Register

THRESHOLD = 0.6
COMMON = 3
"""A name that is found in as many places is no name of one thing."""
_PART = 200_000


@dataclass(frozen=True)
class Candidate:
    """Two items that may be one thing, the one with more rows first."""

    kept: str
    other: str
    names: tuple[str, str]
    score: float
    reasons: tuple[Label, ...]


@dataclass(frozen=True)
class Candidates:
    """Candidates, the surest first; ``compared`` pairs were looked at, ``left_out`` items stood in blocks too large."""

    all: tuple[Candidate, ...]
    compared: int
    left_out: int


@at_rest()
def candidates(register: Register, gazetteer: Gazetteer, threshold: float = THRESHOLD) -> Candidates:
    """Return the pairs of items of a register that may be one thing, by score and then by id."""
    former = Former(gazetteer)
    records = [former.record(register[item]) for item in register]
    common = _common(records)
    blocks, near = _blocks(records), Nearness(gazetteer)
    settled = _undone(register)
    found: list[Candidate] = []
    for pair in _worth(records, blocks, near):
        first, second = sorted(pair, key=lambda each: (-len(register.records[each.id]), each.id))
        told = likeness(first, second, near.between(first.places, second.places), common)
        if told.score >= threshold and frozenset((first.id, second.id)) not in settled:
            names = (first.name, second.name)
            found.append(Candidate(first.id, second.id, names, told.score, told.reasons))
    found.sort(key=lambda each: (-each.score, each.kept, each.other))
    return Candidates(tuple(found), len(blocks[0].one) + len(blocks[1].one), sum(each.left_out for each in blocks))


def _common(records: Sequence[Record]) -> frozenset[str]:
    """Return the forms that are found in many places."""
    placed = {(form, record.places) for record in records for form in (*record.forms, *record.cut)}
    counts = Counter(form for form, _ in placed)
    return frozenset(form for form, count in counts.items() if count >= COMMON)


def _undone(register: Register) -> set[frozenset[str]]:
    """Return the pairs that a person said are two things."""
    heads, told = register.heads, set[frozenset[str]]()
    for merge in (merge for merge in register.merges if merge.undone):
        ids = (ref.partition(":")[2] for ref in (merge.kept, merge.other))
        told.add(frozenset(heads.get(one, one) for one in ids))
    return told


def _blocks(records: Sequence[Record]) -> tuple[Blocks, Blocks]:
    """Return the pairs that share a key, and those that only share rare pairs of signs."""
    keys = [[f"{kind} {code}" for kind, code in record.codes] for record in records]
    names = [[f"name {form}" for form in {*record.forms, *record.cut, *map(bare, record.forms)}] for record in records]
    spots = [
        [f"street {one}" for one in record.streets] + [f"point {record.point}"] * bool(record.point)
        for record in records
    ]
    forms = [(form, at) for at, record in enumerate(records) for form in record.forms]
    sure = joined([key_pairs(some) for some in (keys, names, spots)], max(len(records), 1))
    return sure, rare_pairs([form for form, _ in forms], [at for _, at in forms])


def _worth(records: Sequence[Record], blocks: tuple[Blocks, Blocks], near: Nearness) -> Iterator[tuple[Record, Record]]:
    """Yield the pairs that are worth a close look: all that share a key; of the others those whose names are alike."""
    sure, rare = blocks
    seen = set(zip(sure.one.tolist(), sure.other.tolist(), strict=True))
    yield from ((records[a], records[b]) for a, b in sorted(seen))
    for start in range(0, len(rare.one), _PART):
        part = slice(start, start + _PART)
        pairs = [
            (records[a], records[b])
            for a, b in zip(rare.one[part].tolist(), rare.other[part].tolist(), strict=True)
            if (a, b) not in seen and near.between(records[a].places, records[b].places) != Nearness.APART
        ]
        yield from _alike(pairs)


def _alike(pairs: Sequence[tuple[Record, Record]]) -> Iterator[tuple[Record, Record]]:
    from rapidfuzz import fuzz
    from rapidfuzz.process import cpdist

    if not pairs:
        return
    first, second = [one.forms[0] for one, _ in pairs], [other.forms[0] for _, other in pairs]
    scores = cpdist(first, second, scorer=fuzz.ratio, workers=2, score_cutoff=100 * ALIKE)
    for pair, score, a, b in zip(pairs, scores.tolist(), first, second, strict=True):
        several = len(pair[0].forms) + len(pair[1].forms) > 2
        if score or several or a.endswith(b) or b.endswith(a) or a.startswith(b) or b.startswith(a):
            yield pair
