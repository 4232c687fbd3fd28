"""Statements: what a sentence says with a quantity, about which concept, place and time, in comparison with what.

What a sentence leaves out is carried over from the one before it in the same paragraph, and the statement says so.  A
sentence that allows several readings keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from xietong.diagnosis.audit.markers import (
    ABSORBS,
    AFTER,
    AVERAGE,
    CHANGE,
    FLOWS,
    LIST,
    OF_WHOM,
    OPERATORS,
    RATE,
    RELATIVE,
    RESPECTIVELY,
    SHARE,
    TO,
    VERSUS,
    YEAR_BEFORE,
    Operator,
)
from xietong.diagnosis.audit.quantities import Quantity, quantities
from xietong.diagnosis.audit.words import Mention, Words
from xietong.library.concepts import Concept
from xietong.library.texts import Paragraph
from xietong.library.units import unit

Kind = Literal["level", "growth", "average", "increment", "share", "relative", "multiple", "points", "count"]

_SENTENCE = re.compile(r"[^。！？；!?;\n]*?(?:[。！？；!?;\n]+|\.(?=\s+[A-Z\u4e00-\u9fff]|\s*$)|$)", re.DOTALL)
_EMPTY_FITS = ("index", "rate", "share", "score")


@dataclass(frozen=True)
class Statement:
    """One quantity and what it is said of; ``carried`` names what the sentence itself does not say."""

    quantity: Quantity
    kind: Kind
    operator: Operator
    sign: int
    concepts: tuple[str, ...]
    places: tuple[str, ...]
    of: tuple[str, ...]
    period: str
    base: str
    sentence: str
    start: int
    paragraph: int
    carried: tuple[str, ...] = ()
    flow: bool = False


@dataclass
class _Context:
    """What has been named so far in a paragraph."""

    year: str = ""
    base: str = ""
    base_end: int = -1
    places: tuple[str, ...] = ()
    listed: list[tuple[str, ...]] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    of: tuple[str, ...] = ()
    concepts: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    place_here: bool = False
    year_here: bool = False


def statements(words: Words, paragraphs: Sequence[Paragraph], home: tuple[str, ...]) -> Iterator[Statement]:
    """Yield what the paragraphs state, in order; ``home`` is the place meant where none is named."""
    for number, paragraph in enumerate(paragraphs):
        context = _Context()
        for match in _SENTENCE.finditer(paragraph.text):
            if match.group().strip():
                yield from _sentence(words, context, match.group(), match.start(), number, home)


def _sentence(
    words: Words, context: _Context, sentence: str, start: int, paragraph: int, home: tuple[str, ...]
) -> Iterator[Statement]:
    found = quantities(sentence)
    mentions = [one for one in words.mentions(sentence) if not any(q.start <= one.start < q.end for q in found)]
    context.place_here = context.year_here = False
    context.listed, context.years, context.of, context.base = [], [], (), ""
    before = context.concepts[-1:]
    context.concepts = [(-1, names) for _, names in before]
    rows: list[Mention | Quantity] = sorted([*mentions, *found], key=lambda one: one.start)
    last, numbered = 0, 0
    for one in rows:
        if isinstance(one, Mention):
            _named(context, one, sentence)
            continue
        told = _statement(words, context, one, sentence, last, mentions)
        told = _listed(told, context, sentence, numbered, rows)
        if not one.unit and not told.concepts:
            continue  # a bare number that no indicator takes states nothing
        carried = tuple(
            name
            for name, missing in (
                ("place", not context.place_here), ("year", not context.year_here),
                ("concept", bool(told.concepts) and not _named_here(words, told.concepts, mentions)),
            )
            if missing
        )  # fmt: skip
        places = told.places or home
        yield replace(told, start=start, paragraph=paragraph, carried=carried, places=places)
        last, numbered = one.end, numbered + 1


def _named_here(words: Words, concepts: Sequence[str], mentions: Sequence[Mention]) -> bool:
    return any(set(one.names) & set(concepts) for one in mentions if one.kind == "concept")


def _named(context: _Context, one: Mention, sentence: str) -> None:
    """Take up a name: a year as time or base, a place as that of the statement or as what it is compared with."""
    before = sentence[: one.start]
    if one.kind == "year":
        if one.base:
            context.base, context.base_end = one.names[0], one.end
        else:
            context.year, context.year_here = one.names[0], True
            context.years.append(one.names[0])
    elif one.kind == "concept":
        context.concepts.append((one.start, one.names))
    elif (
        OF_WHOM.search(before)
        or (context.place_here and VERSUS.search(before))
        or (context.place_here and (ABSORBS.search(before[-12:]) or FLOWS.search(before[-12:])))
    ):
        context.of = one.names
    else:
        context.places, context.place_here = one.names, True
        context.listed.append(one.names)


def _statement(
    words: Words, context: _Context, one: Quantity, sentence: str, last: int, mentions: Sequence[Mention]
) -> Statement:
    clause = max(sentence.rfind(sign, last, one.start) for sign in "，,（(") + 1
    before, after = sentence[max(last, clause) : one.start], sentence[one.end :]
    wide = sentence[last : one.start]
    of, places = context.of, context.places
    if names := _place_just_before(mentions, sentence, one):
        of, places = names, next((told for told in reversed(context.listed) if told != names), places)
    kind, sign = _kind(one, before, wide, bool(names))
    period, base = _times(context, one, before, wide, sentence, kind)
    at_base = context.base_end >= last and re.fullmatch(
        r"\s*(?:的|为|是|was|is|at|of|'s)?\s*", sentence[context.base_end : one.start]
    )
    if at_base:
        kind, sign = "level", 1
        period, base = context.base, ""
    flow = bool(ABSORBS.search(sentence[: one.start]) or FLOWS.search(sentence[: one.start]))
    concepts = _concepts(words, context, one, kind, sentence, mentions, flow=flow)
    if one.unit in ("%", "‰") and kind in ("growth", "share") and concepts:
        kind = _settled(words, concepts, kind, wide)
    return Statement(
        one,
        kind,
        _operator(one, before, after),
        sign,
        concepts,
        places,
        of,
        period,
        base,
        sentence.strip(),
        0,
        0,
        flow=flow,
    )


def _place_just_before(mentions: Sequence[Mention], sentence: str, one: Quantity) -> tuple[str, ...]:
    """Return the place in ``甲为乙的28.45%``: named directly before a percentage and after a verb of likeness."""
    if one.unit not in ("%", "倍"):
        return ()
    for mention in mentions:
        near = (
            re.fullmatch(r"\s*(?:的|'s)?\s*", sentence[mention.end : one.start]) if mention.end <= one.start else None
        )
        if mention.kind == "place" and near and RELATIVE.search(sentence[: mention.start]):
            return mention.names
    told = re.match(r"\s*(?:of|that of|the level of)\s+(?:that of\s+)?", sentence[one.end :])
    if told:
        after = one.end + told.end()
        return next((m.names for m in mentions if m.kind == "place" and m.start == after), ())
    return ()


def _kind(one: Quantity, before: str, wide: str, likened: bool) -> tuple[Kind, int]:
    """Return what kind of statement a quantity makes, and whether it tells a rise or a fall."""
    changes = list(CHANGE.finditer(before))
    sign = -1 if changes and changes[-1].group("fall") else 1
    moved = bool(changes) and (not TO.search(before) or bool(RATE.search(before)))
    if likened:
        return "relative", 1
    if one.unit == "百分点":
        return "points", sign
    if one.unit in ("%", "‰") and (SHARE.search(before) or (SHARE.search(wide) and not changes)):
        return "share", 1
    if not moved:
        return ("multiple" if one.unit == "倍" else "level"), 1
    if one.unit in ("%", "‰"):
        return ("average" if AVERAGE.search(wide) else "growth"), sign
    return ("growth" if one.unit == "倍" else "increment"), sign


def _times(context: _Context, one: Quantity, before: str, wide: str, sentence: str, kind: Kind) -> tuple[str, str]:
    """Return the period of a statement and the one it is compared with."""
    period = context.year
    if kind in ("level", "share", "relative", "count"):
        return period, ""
    if YEAR_BEFORE.search(wide) or YEAR_BEFORE.search(sentence[one.end : one.end + 40]):
        return period, str(int(period) - 1) if period else ""
    if context.base:
        return period, context.base
    return period, str(int(period) - 1) if period and kind != "average" else ""


def _concepts(
    words: Words,
    context: _Context,
    one: Quantity,
    kind: Kind,
    sentence: str,
    mentions: Sequence[Mention],
    *,
    flow: bool,
) -> tuple[str, ...]:
    """Return the concepts a quantity may speak of: the nearest name before it that fits, then one just behind it."""
    known = words.pack.concepts

    def fitting(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if fits(known[name], one, kind))

    behind = [m for m in mentions if m.kind == "concept" and m.start >= one.end]
    near = [m for m in behind if re.fullmatch(r"\s*(?:的|of|in)?\s*", sentence[one.end : m.start])]
    choices = [names for _, names in reversed(context.concepts)]
    here = [names for at, names in reversed(context.concepts) if at >= 0]
    for names in [*here, *(m.names for m in near), *(choices if not here else []), *(m.names for m in behind)]:
        if told := fitting(names):
            flows = tuple(name for name in told if name.endswith(".flow"))
            return flows if flow and flows else tuple(name for name in told if name not in flows) or told
    return ()


def fits(concept: Concept, one: Quantity, kind: Kind) -> bool:
    """Return whether a quantity can speak of a concept: a level needs its unit, a change a concept that has levels."""
    mine = unit(concept.unit)
    if kind in ("growth", "average", "multiple", "share", "relative"):
        return concept.kind in ("amount", "count", "rate", "index", "share") and not concept.change_of
    if kind == "points":
        return mine.is_ratio
    if not one.unit:
        return concept.kind in _EMPTY_FITS
    theirs = unit(one.unit)
    if mine.dimension == theirs.dimension:
        return True
    heads = tuple(part for part in mine.dimension if part != ("person", -1))
    return concept.kind == "rate" and heads == theirs.dimension and len(heads) < len(mine.dimension)


def _settled(words: Words, concepts: tuple[str, ...], kind: Kind, wide: str) -> Kind:
    """Return ``level`` for the share that a concept such as R&D intensity is itself."""
    ratios = all(unit(words.pack.concepts[name].unit).is_ratio for name in concepts)
    return "level" if kind == "share" and ratios else kind


def _listed(
    told: Statement, context: _Context, sentence: str, number: int, rows: Sequence[Mention | Quantity]
) -> Statement:
    """Give the n-th of several quantities behind ``分别`` the n-th place or year of the list before them."""
    if not RESPECTIVELY.search(sentence):
        return told
    group = _run(told.quantity, sentence, rows)
    if len(group) < 2:
        return told
    at = group.index(told.quantity)
    if len(context.listed) >= len(group):
        return replace(told, places=context.listed[-len(group) :][at])
    if len(context.years) >= len(group):
        return replace(told, period=context.years[-len(group) :][at])
    return told


def _run(one: Quantity, sentence: str, rows: Sequence[Mention | Quantity]) -> list[Quantity]:
    """Return the quantities of the list in which one stands."""
    found = [row for row in rows if isinstance(row, Quantity)]
    groups: list[list[Quantity]] = []
    for row in found:
        if groups and LIST.fullmatch(sentence[groups[-1][-1].end : row.start]):
            groups[-1].append(row)
        else:
            groups.append([row])
    return next(group for group in groups if one in group)


def _operator(one: Quantity, before: str, after: str) -> Operator:
    if re.search(r"[多余]", one.text):
        return ">"
    for operator, pattern in OPERATORS:
        if pattern.search(before):
            return operator
    return next((operator for operator, pattern in AFTER if pattern.match(after)), "=")
