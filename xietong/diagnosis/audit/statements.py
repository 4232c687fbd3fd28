"""Statements: what a sentence says with a quantity, about which concept, place and time, in comparison with what.

What a sentence leaves out is carried over from the one before it in the same paragraph, and the statement says so.  A
sentence that allows several readings keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xietong.diagnosis.audit.context import Context, Spot, above, take_up
from xietong.diagnosis.audit.kinds import kind_of, operator_of
from xietong.diagnosis.audit.lists import Names, listed
from xietong.diagnosis.audit.markers import (
    ABSORBS,
    DERIVED,
    ENTITY,
    FLOWS,
    FROM,
    LIST,
    NOMINAL,
    PART_YEAR,
    RATE,
    REAL,
    RESPECTIVELY,
    TARGET,
    TOTAL,
)
from xietong.diagnosis.audit.quantities import Quantity, narrow, quantities
from xietong.diagnosis.audit.relations import (
    against,
    place_against,
    place_at,
    place_behind,
    scope_of,
    source_behind,
    whole_of,
)
from xietong.diagnosis.audit.statement import Kind, Statement, counts, fits
from xietong.diagnosis.audit.subjects import own_subject, void, whole_before
from xietong.diagnosis.audit.times import EARLIER_AT_START, Clock, shifted
from xietong.diagnosis.audit.words import WHOLE, Mention, Words
from xietong.library.texts import Paragraph
from xietong.library.units import unit

_APART = re.compile(r"\s*(?:in|for)\s+(?:the\s+)?[A-Za-z’'-]+(?:\s[A-Z][a-z]+)?\s*(?:,|and|,\s*and)\s*")
_LED = re.compile(r"\s*(?:With|At)\b")
_RUNS = re.compile(r"[，,]\s*(?:到|至)\s*(?:19|20)[0-9]{2}\s*年")
_CLAUSE = re.compile(r"[，。；;←]|[,:：](?=\s)")
_SENTENCE = re.compile(r"[^。！？；!?;|\n]*?(?:[。！？；!?;|\n]+|\.(?=\s+[A-Z\u4e00-\u9fff]|\s*$)|$)", re.DOTALL)


def statements(words: Words, paragraphs: Sequence[Paragraph], home: tuple[str, ...]) -> Iterator[Statement]:
    """Yield what the paragraphs state, in order; ``home`` is the place meant where none is named."""
    for number, paragraph in enumerate(paragraphs):
        context = Context()
        for match in _SENTENCE.finditer(paragraph.text):
            if match.group().strip():
                yield from _sentence(words, context, match.group(), match.start(), number, home)


def _sentence(
    words: Words, context: Context, sentence: str, start: int, paragraph: int, home: tuple[str, ...]
) -> Iterator[Statement]:
    plain = narrow(sentence)
    named = (replace(m, kind="other") if m.kind == "concept" and void(plain, m) else m for m in words.mentions(plain))
    found, mentions = _told_apart(quantities(sentence), list(named))
    context.begin()
    if shift := EARLIER_AT_START.match(plain):
        context.year = shifted(context.year, shift)
    rows: list[Mention | Quantity] = sorted([*mentions, *found], key=lambda one: one.start)
    last = 0
    for at, one in enumerate(rows):
        if isinstance(one, Mention):
            take_up(words, context, one, plain)
            continue
        until = next((row.start for row in rows[at + 1 :] if isinstance(row, Quantity)), len(plain))
        told = _statement(words, context, Spot(one, plain, mentions, last, until, found[-1].start))
        told = context.previous = _going_on(context, told, plain[last : one.start])
        told = _in_part(context, told, plain[: one.start], mentions)
        told = listed(
            told, Names(context.listed, context.whom, context.years, words.pack.concepts, words.members), plain, rows
        )
        told = _composed(words, context, _streamed(words, context, told, mentions))
        if not one.unit and not told.concepts:
            continue  # a bare number that no indicator takes states nothing
        carried = tuple(
            name
            for name, missing in (
                ("place", not (context.place_here or told.places != context.places)),
                ("year", not context.year_here and told.period == context.year != ""),
                ("concept", bool(told.concepts) and not _named_here(told.concepts, mentions)),
            )
            if missing
        )
        context.figures.append(told)
        places = told.places or home
        shown = sentence.strip()
        yield replace(told, start=start, paragraph=paragraph, carried=carried, places=places, sentence=shown)
        if told.kind == "level" and not context.base and FROM.search(plain[: one.start]):
            context.base = told.period
        last = one.end


def _streamed(words: Words, context: Context, told: Statement, mentions: Sequence[Mention]) -> Statement:
    """Go on with a flow where a sentence names neither a place nor an indicator of its own."""
    named = any(one.kind != "year" for one in mentions)
    if told.flow and set(told.concepts) & words.flows:
        context.stream = told
    elif context.stream and (end := _end_of(words, context.stream, told, mentions)):
        return replace(
            context.stream, quantity=told.quantity, kind=told.kind, operator=told.operator, sign=told.sign, of=end
        )
    elif named:
        context.stream = None
    elif context.stream and set(told.kind.split()) & {"level", "growth", "increment"}:
        before = context.stream
        fitting = tuple(n for n in before.concepts if fits(words.pack.concepts[n], told.quantity, told.kind))
        return replace(told, concepts=fitting, places=before.places, of=before.of, flow=True) if fitting else told
    return told


def _end_of(words: Words, before: Statement, told: Statement, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Return the other end of a flow that goes on with one of the members of that end, as in ``其中北京597.1亿元``."""
    members = words.pack.gazetteer.perimeters
    ends = {code for name in before.of for code in (members[name].members if name in members else ())}
    alone = not any(one.kind == "concept" for one in mentions)
    fitting = all(fits(words.pack.concepts[name], told.quantity, told.kind) for name in before.concepts)
    return (
        told.places if alone and fitting and told.kind == "level" and set(told.places) <= ends and told.places else ()
    )


def _in_part(context: Context, told: Statement, ahead: str, mentions: Sequence[Mention]) -> Statement:
    """Say that a figure is of a part of a year, such as a half: the part holds until another year or part is named."""
    years = [one.end for one in mentions if one.kind == "year" and not one.base and one.end <= len(ahead)]
    parts = list(PART_YEAR.finditer(ahead))
    if parts and (not years or parts[-1].end() >= years[-1] or PART_YEAR.search(ahead[years[-1] - 24 : years[-1]])):
        context.part = parts[-1].group().strip()
    elif years:
        context.part = ""
    return replace(told, part=context.part)


def _going_on(context: Context, told: Statement, gap: str) -> Statement:
    """Read a figure that stands in a list directly behind another as the same kind of statement on the same."""
    before = context.previous
    apart = _APART.fullmatch(gap)
    if apart and before and told.quantity.unit == before.quantity.unit == "%" and told.kind == "level":
        return replace(told, kind=before.kind, sign=before.sign, concepts=before.concepts, base=before.base)
    if before is None or not LIST.fullmatch(gap) or before.quantity.unit != told.quantity.unit or told.quantity.parts:
        return told
    return replace(
        told, kind=before.kind, sign=before.sign, concepts=before.concepts, whole=before.whole, of=before.of,
        base=told.base or before.base,
    )  # fmt: skip


def _composed(words: Words, context: Context, told: Statement) -> Statement:
    """Read a part of a composition as the share of the concept in its place; the first part sets the year."""
    one = told.quantity
    if not one.parts or one.parts not in words.compositions:
        return told
    first = told if one.nth == 1 else context.first or told
    context.first = first
    concepts = words.compositions[one.parts][one.nth - 1]
    return replace(
        told, kind="level", sign=1, operator="=", concepts=concepts, of=(), base="", flow=False, whole=(),
        period=first.period, places=first.places,
    )  # fmt: skip


def _told_apart(found: list[Quantity], mentions: list[Mention]) -> tuple[list[Quantity], list[Mention]]:
    """Leave out numbers that stand inside a name, and names that stand inside a quantity unless it counts them."""
    kept = [q for q in found if not any(m.kind != "year" and m.start < q.start < m.end for m in mentions)]
    return kept, [
        m
        for m in mentions
        if not any(q.start <= m.start < q.end and (m.kind != "concept" or m.start == q.start) for q in kept)
    ]


def _named_here(concepts: Sequence[str], mentions: Sequence[Mention]) -> bool:
    return any(set(one.names) & set(concepts) for one in mentions if one.kind == "concept")


def _statement(words: Words, context: Context, spot: Spot) -> Statement:
    if spot.one.rank:
        return _rank(words, context, spot)
    one, flow = spot.one, bool(ABSORBS.search(spot.ahead) or FLOWS.search(spot.ahead))
    places, of, likened = _who(context, spot, flow=flow)
    kind, sign = kind_of(one, spot.before, spot.wide, spot.ahead, spot.after, likened=likened)
    clock = spot.clock(context)
    period, base = clock.period, _since(context, spot, clock, kind)
    if (start := clock.at_base()) is not None and kind != "relative":
        start = start or next((st.base for st in reversed(context.figures) if st.base), "")
        kind, sign, period, base = "level", 1, start, ""
    versus = against(spot.mentions, spot.sentence, one, context.versus if context.versus >= spot.last else -1)
    if versus == "gap" and one.unit == "%" and context.versus >= spot.last:
        ratios = [
            unit(words.pack.concepts[n].unit).is_ratio for n in _concepts(words, context, spot, "level", flow=flow)
        ]
        versus = "its own" if ratios and all(ratios) else versus
    if versus == "gap" and kind in ("growth", "increment", "points", "level"):
        of = place_against(spot.mentions, spot.sentence, one) or of
        kind, base, places = "gap", "", next((n for n in reversed(context.listed) if n != of), places)
    elif versus:
        kind, base, places, of = "level", "", context.of, ()
    concepts = _concepts(words, context, spot, kind, flow=flow)
    if not concepts and kind == "level" and one.unit == "%" and context.said:
        kind, sign = context.said
        base, concepts = clock.compared(kind), _concepts(words, context, spot, kind, flow=flow)
    context.said = (kind, sign)
    whole = whole_of(spot.mentions, spot.sentence, one) if kind in ("share", "level") and one.unit == "%" else ()
    if whole:
        part = _part(words, context, one, whole)
        own = tuple(n for n, c in words.pack.concepts.items() if c.ratio and c.ratio[0] in part and c.ratio[1] in whole)
        kind, of, concepts, whole = ("level", (), own, ()) if own else ("share", (), part, whole)
        context.spoken = concepts
    elif kind == "share" and not of:
        of = _areas(words, context, places)
    if kind == "share" and concepts and not whole:
        kind = _settled(words, concepts)
    told = Statement(
        one, kind, "=", sign, concepts, places, of, period, base, spot.sentence, 0, 0, flow=flow, whole=whole
    )
    return _finished(words, context, spot, told)


def _finished(words: Words, context: Context, spot: Spot, told: Statement) -> Statement:
    """Add what the words close by say: a limit, constant prices, a target, a total of the places before it."""
    one, total = spot.one, told.kind == "level" and len(context.listed) > 1 and bool(TOTAL.search(spot.wide))
    if total:
        told = replace(told, places=_together(words, context), total=True)
    elif told.kind == "level" and _of_the_whole(context, spot):
        told = replace(told, places=context.of, of=())
    before = [
        st for st in context.figures if st.kind == "level" and st.quantity.unit == one.unit and len(st.places) == 1
    ]
    summed = tuple(dict.fromkeys(st.places[0] for st in before)) if total else ()
    return replace(
        told, operator=operator_of(one, spot.before, spot.after), real=bool(REAL.search(spot.before)),
        nominal=bool(NOMINAL.search(spot.before)),
        target=bool(TARGET.search(spot.before)), summed=summed,
    )  # fmt: skip


def _since(context: Context, spot: Spot, clock: Clock, kind: Kind) -> str:
    """Return the base of a change; behind ``到2024年`` it is the year of the level before, if no other is named."""
    base = clock.compared(kind)
    if kind not in ("increment", "growth") or not (base and clock.period) or int(base) != int(clock.period) - 1:
        return base
    levels = [one for one in context.figures if one.kind == "level" and one.period < base]
    return levels[-1].period if levels and _RUNS.search(spot.wide) else base


def _of_the_whole(context: Context, spot: Spot) -> bool:
    """Return whether a figure stands directly behind the place that another is a share of: ``占全省12亿吨的58%``."""
    near = context.of and context.whom_end >= spot.last and spot.one.unit not in ("%", "倍")
    return bool(near) and not spot.sentence[context.whom_end : spot.one.start].strip()


def _together(words: Words, context: Context) -> tuple[str, ...]:
    """Return the places of which a total may be told: the area that the listed ones make up, and each of them."""
    return tuple(dict.fromkeys([*words.together(context.listed), *(n for names in context.listed for n in names)]))


def _strange(spot: Spot) -> bool:
    """Return whether a figure is of a measure computed from others, or of something named that the pack has not."""
    if DERIVED.search(spot.before) or (not spot.one.unit and DERIVED.search(spot.ahead)):
        return True
    named = ENTITY.fullmatch(spot.wide)
    return bool(named) and not any(spot.last <= m.start < spot.one.start for m in spot.mentions if m.kind != "year")


def _rank(words: Words, context: Context, spot: Spot) -> Statement:
    """Read a rank: of the place named before, among the members of the area that is named or of any there may be."""
    one, sentence = spot.one, spot.sentence
    among = scope_of(spot.mentions, sentence, one)
    context.scope = among if any(m.names == among and m.start >= one.end for m in spot.mentions) else ()
    if among and among[0] in WHOLE:
        among = above(words, context.former or context.places, among[0])
    places = context.former if among and among == context.places and context.former else context.places
    concepts = _concepts(words, context, spot, "rank", flow=False)
    if RATE.search(spot.wide) and not any(words.pack.concepts[name].change_of for name in concepts):
        known = words.pack.concepts.values()
        concepts = tuple(one.id for one in known if one.change_of in concepts and one.id not in concepts)
    areas = among or tuple(dict.fromkeys(context.areas))
    period = spot.clock(context).period
    return Statement(one, "rank", "=", one.rank, concepts, places, areas, period, "", sentence, 0, 0)


def _who(context: Context, spot: Spot, *, flow: bool) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return the place of a figure, the place it is compared with, and whether it is a level relative to that."""
    of, places = context.of, context.places
    names = place_at(spot.mentions, spot.sentence, spot.one, spot.last, likened=context.likened)
    if names:
        of, places = names, next((told for told in reversed(context.listed) if told != names), places)
    context.likened = bool(names)
    if not context.place_here and _LED.match(spot.sentence):
        comma = spot.sentence.find(", ", spot.one.end)
        behind = (m.names for m in spot.mentions if m.kind == "place" and 0 < comma < m.start < comma + 30)
        places = next(behind, places)
    places = place_behind(spot.mentions, spot.sentence, spot.one, spot.until) or places
    if flow:
        near = source_behind(spot.mentions, spot.sentence, spot.one, spot.until)
        of = near if near and not (of and re.match(r"[^A-Za-z]*[，,]", spot.after)) else of
    return places, of, bool(names) or _likened_apart(context, spot.one, spot.sentence)


def _part(words: Words, context: Context, one: Quantity, whole: Sequence[str]) -> tuple[str, ...]:
    """Return the concept that is a share of another: the last one named before it."""
    known = words.pack.concepts
    for _, names in reversed(context.concepts):
        if names != whole and (told := tuple(name for name in names if fits(known[name], one, "share"))):
            return told
    return ()


def _areas(words: Words, context: Context, places: Sequence[str]) -> tuple[str, ...]:
    """Return the areas named before of which a place is a member, and the place above it: it may be a share of each."""
    gazetteer = words.pack.gazetteer
    areas = [name for name in dict.fromkeys(context.areas) if set(places) & set(gazetteer.perimeters[name].members)]
    above = [gazetteer.places[name].parent for name in places if name in gazetteer.places]
    return tuple(dict.fromkeys([*areas, *(one for one in above if one)])) if areas else ()


def _likened_apart(context: Context, one: Quantity, sentence: str) -> bool:
    """Return whether a percentage is one of several, each in comparison with a place of a list."""
    return len(context.whom) > 1 and one.unit in ("%", "倍") and bool(RESPECTIVELY.search(sentence))


def _concepts(words: Words, context: Context, spot: Spot, kind: Kind, *, flow: bool) -> tuple[str, ...]:
    """Return the concepts a quantity may speak of: the nearest name before it that fits, then one just behind it."""
    one, sentence, mentions = spot.one, spot.sentence, spot.mentions
    known = words.pack.concepts
    bare = not (one.unit or one.rank or context.spoken) and one.scale == 1
    if _strange(spot) or (bare and not _told_at_once(spot)):
        context.stranger = context.stranger or not bare
        return ()

    def fitting(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if fits(known[name], one, kind))

    named = any(
        m.kind == "concept" and spot.last <= m.start < one.start and not whole_before(sentence, m.start)
        for m in mentions
    )
    alone = own_subject(sentence, one.start, spot.last, mentions) or (context.stranger and not named)
    context.stranger = alone
    behind = [m for m in mentions if m.kind == "concept" and m.start > one.start]
    near = [m for m in behind if re.fullmatch(r"\s*(?:的|of|in)?\s*", sentence[one.end : m.start])]
    here = [names for at, names in reversed(context.concepts) if at >= 0 and not whole_before(sentence, at)]
    far = [] if counts(one) else [m.names for m in behind]
    carried = [] if here or counts(one) else [names for _, names in reversed(context.concepts)]
    noun = counts(one) and one.text[-1:].isascii() and one.text[-1:].isalpha()  # it says itself what it counts
    if noun or (alone and not flow):
        here, carried, far = [], [], []
    for names in [*(m.names for m in near if counts(one)), *here, *(m.names for m in near), *carried, *far]:
        if told := fitting(names):
            flows = tuple(name for name in told if name in words.flows)
            told = flows if flow and flows else tuple(name for name in told if name not in flows) or told
            same = tuple(name for name in told if name in context.spoken)
            context.spoken = same or told
            return context.spoken
    return () if alone or noun else fitting(context.spoken)


def _told_at_once(spot: Spot) -> bool:
    """Return whether an indicator stands in the clause of a figure, before it or directly behind."""
    return any(
        m.kind == "concept"
        and (
            (m.end <= spot.one.start and not _CLAUSE.search(spot.sentence[m.end : spot.one.start]))
            or 0 <= m.start - spot.one.end <= 4
        )
        for m in spot.mentions
    )


def _settled(words: Words, concepts: tuple[str, ...]) -> Kind:
    """Return ``level`` for the share that a concept such as R&D intensity is itself."""
    ratios = all(unit(words.pack.concepts[name].unit).is_ratio for name in concepts)
    return "level" if ratios else "share"
