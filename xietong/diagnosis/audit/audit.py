"""The audit of a text: every figure with its verdict, and the text against itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xietong.diagnosis.audit.cells import Cells
from xietong.diagnosis.audit.statements import statements
from xietong.diagnosis.audit.verdicts import GOOD, VERDICTS, Held, Judgement, judge
from xietong.diagnosis.audit.within import Check, within
from xietong.diagnosis.audit.words import ELSEWHERE, WHOLE, Words
from xietong.library.labels import Label, Language
from xietong.library.pack import Pack
from xietong.library.texts import Text

VERSION = 1
KINDS = {
    "level": Label("水平", "level"), "growth": Label("增长率", "growth"), "increment": Label("增量", "increment"),
    "average": Label("年均增长率", "average growth"), "share": Label("占比", "share"),
    "relative": Label("相对水平", "relative level"), "multiple": Label("倍数", "multiple"),
    "points": Label("百分点变化", "change in points"),
    "gap": Label("两地之差", "difference between places"), "count": Label("个数", "count"),
    "rank": Label("位次", "rank"),
}  # fmt: skip
EVIDENCE = 4
"""Lines of evidence that a text shows unless all are asked for."""


@dataclass(frozen=True)
class Audit:
    """A text with its judgements in the order in which the figures stand, and the checks of the text on itself."""

    text: Text
    pack: Pack
    judgements: tuple[Judgement, ...]
    checks: tuple[Check, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many figures have each verdict."""
        told = Counter(one.verdict for one in self.judgements)
        return {verdict: told[verdict] for verdict in VERDICTS}

    @property
    def clean(self) -> bool:
        """Whether nothing is contradicted, not comparable, or at odds with the text itself."""
        wrong = any(one.verdict in ("contradicted", "not comparable") for one in self.judgements)
        return not wrong and all(one.holds for one in self.checks)

    def where(self, one: Judgement) -> str:
        """Return the line or page on which a figure stands."""
        told = one.statement
        return self.text.paragraphs[told.paragraph].where(told.start + told.quantity.start)


def audit(text: Text, pack: Pack) -> Audit:
    """Find the figures of a text and hold each against the cells of a pack."""
    words, cells = Words(pack), Cells(pack)
    found = list(statements(words, text.paragraphs, home(text, words)))
    return Audit(text, pack, tuple(judge(cells, one) for one in found), tuple(within(found)))


def home(text: Text, words: Words) -> tuple[str, ...]:
    """Return the place that is meant where a sentence names none: the one a text names most often.

    A text that names an area and at least two of its members is about the area, however often a member is named.  An
    unknown place, the nation and the one above another are never meant by default.
    """
    nowhere = (ELSEWHERE, *WHOLE, *words.nations)
    named = Counter(
        mention.names
        for paragraph in text.paragraphs
        for mention in words.mentions(paragraph.text)
        if mention.kind == "place" and not mention.teller and mention.names[0] not in nowhere
    )
    known = words.pack.gazetteer.perimeters
    codes = {names[0] for names in named if len(names) == 1}
    whole = {names for names in named if names[0] in known and len(codes & set(known[names[0]].members)) > 1}
    ranked = [names for names, _ in named.most_common()]
    if ranked and any(ranked[0][0] in known[names[0]].members for names in whole):
        return next(names for names in ranked if names in whole)
    return ranked[0] if ranked else ()


def lines(found: Audit, language: Language, *, every: bool = False) -> Iterator[str]:
    """Yield an audit as text: every figure with where it stands, its verdict, notes and evidence."""
    zh = language == "zh"
    for one in found.judgements:
        told = one.statement
        verdict = VERDICTS[one.verdict].text(language)
        yield f"{found.where(one)}: {told.quantity.text} [{verdict}] {reading(found, one, language)}"
        yield from (f"  {note.text(language)}" for note in one.notes)
        shown = one.held if every else one.held[:EVIDENCE]
        for held in shown:
            yield f"  {_line(found, one, held, language)}"
        if len(one.held) > len(shown):
            more = len(one.held) - len(shown)
            yield f"  另有 {more} 条" if zh else f"  {more} more"
    for check in found.checks:
        yield f"{'文内核对' if zh else 'within the text'}: {check.told.text(language)}"
    counts = ", ".join(f"{VERDICTS[name].text(language)} {count}" for name, count in found.counts.items() if count)
    unit, none = ("个数", "无") if zh else ("figures", "none")
    yield f"{found.text.name}: {len(found.judgements)} {unit}; {counts or none}"


def reading(found: Audit, one: Judgement, language: Language) -> str:
    """Return how a figure was read: indicator, place, time and what it is compared with."""
    told, words = one.statement, found.pack.gazetteer
    concepts = " / ".join(found.pack.concepts[name].short.text(language) for name in told.concepts)
    places = " / ".join("?" if place == ELSEWHERE else words.label(place, language) for place in told.places)
    of = " / ".join(words.label(place, language) for place in told.of)
    parts = [concepts or "?", places + (f" ↔ {of}" if told.flow and of else f" : {of}" if of else ""), told.period]
    kind = KINDS[told.kind].text(language) + (f", {told.base} →" if told.base else "")
    return " · ".join(part for part in parts if part) + f" ({kind})"


@dataclass(frozen=True)
class Evidence:
    """A candidate in words: its value on the scale of the text, what it is, where it stands, and the publication."""

    value: str
    label: str
    where: str
    cited: str


def evidence(found: Audit, judged: Judgement, held: Held, language: Language) -> Evidence:
    """Return a candidate in words."""
    one = held.candidate
    marks = " + ".join(_benchmark(found.pack, name, language) for name in one.benchmarks if name)
    where = ", ".join(cell.where for cell in one.cells[:3]) + (" …" if len(one.cells) > 3 else "")
    cited = dict.fromkeys(found.pack.origins[cell.origin].cite() for cell in one.cells)
    value = judged.statement.quantity.shown(one.value)
    return Evidence(value, one.label.text(language) + (f" [{marks}]" if marks else ""), where, next(iter(cited)))


def _benchmark(pack: Pack, name: str, language: Language) -> str:
    return next(
        (family.names[name].text(language) for family in pack.benchmarks.values() if name in family.names), name
    )


def _line(found: Audit, judged: Judgement, held: Held, language: Language) -> str:
    one = evidence(found, judged, held, language)
    return f"{held.outcome}: {one.value} · {one.label} · {one.where} · {one.cited}"


HEAD = (
    "where",
    "figure",
    "verdict",
    "kind",
    "concepts",
    "places",
    "of",
    "period",
    "base",
    "nearest",
    "notes",
    "sentence",
)
"""Columns of the table of an audit."""


def rows(found: Audit, language: Language) -> Iterator[list[str]]:
    """Yield the table of an audit, a figure a row."""
    for one in found.judgements:
        told = one.statement
        nearest = told.quantity.shown(one.held[0].candidate.value) if one.held else ""
        yield [
            found.where(one), told.quantity.text, VERDICTS[one.verdict].text(language), told.kind,
            " / ".join(told.concepts), " / ".join(told.places), " / ".join(told.of), told.period, told.base, nearest,
            "; ".join(note.text(language) for note in one.notes), told.sentence,
        ]  # fmt: skip


def as_json(found: Audit) -> str:
    """Return an audit as JSON; ``version`` rises when a key changes."""
    told = {
        "version": VERSION, "text": found.text.name, "pack": found.pack.id, "digest": found.pack.digest,
        "counts": found.counts, "clean": found.clean,
        "figures": [_figure(found, one) for one in found.judgements],
        "within": [{"holds": one.holds, "told": str(one.told)} for one in found.checks],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _figure(found: Audit, one: Judgement) -> dict[str, Any]:
    told = one.statement
    return {
        "where": found.where(one), "text": told.quantity.text, "value": float(told.quantity.value),
        "unit": told.quantity.unit, "operator": told.operator, "kind": told.kind, "concepts": list(told.concepts),
        "places": list(told.places), "of": list(told.of), "period": told.period, "base": told.base,
        "carried": list(told.carried), "sentence": told.sentence, "verdict": one.verdict,
        "supported": one.verdict in GOOD, "notes": [str(note) for note in one.notes],
        "candidates": [
            {
                "value": float(held.candidate.value), "outcome": held.outcome, "label": str(held.candidate.label),
                "benchmarks": list(held.candidate.benchmarks), "comparable": held.candidate.comparable,
                "cells": [
                    {"where": cell.where, "printed": cell.text, "origin": cell.origin} for cell in held.candidate.cells
                ],
            }
            for held in one.held
        ],
    }  # fmt: skip
