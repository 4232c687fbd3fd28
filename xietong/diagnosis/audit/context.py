"""Context: what the sentences of a paragraph have named so far, and where a quantity stands among it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xietong.diagnosis.audit.markers import ABSORBS, FLOWS, JOINED, LIST, OF_PLACE, OF_WHOM, TO_OR_FROM, VERSUS
from xietong.diagnosis.audit.quantities import Quantity
from xietong.diagnosis.audit.statement import Kind, Statement
from xietong.diagnosis.audit.times import Clock
from xietong.diagnosis.audit.words import WHOLE, Mention, Words

_WITHIN = re.compile(r"\b(?:District|County|New Area|city|town)\s+in\s*$")
_IS = re.compile(r"(?:分别)?(?:是|为|相当于|仅为|只有|达到?|约为)\s*$")
_OF_THEIR = re.compile(r"[^，,。；0-9]{0,30}?的\s*[0-9.]+\s*[%％倍]")


@dataclass
class Context:
    """What has been named so far in a paragraph."""

    year: str = ""
    base: str = ""
    base_end: int = -1
    places: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    listed: list[tuple[str, ...]] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    of: tuple[str, ...] = ()
    whom: list[tuple[str, ...]] = field(default_factory=list)
    whom_end: int = -1
    run: list[tuple[str, ...]] = field(default_factory=list)
    run_end: int = -1
    versus: int = -1
    areas: list[str] = field(default_factory=list)
    said: tuple[Kind, int] | None = None
    likened: bool = False
    spoken: tuple[str, ...] = ()
    stranger: bool = False
    scope: tuple[str, ...] = ()
    figures: list[Statement] = field(default_factory=list)
    concepts: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    part: str = ""
    place_here: bool = False
    year_here: bool = False
    stream: Statement | None = None
    first: Statement | None = None
    previous: Statement | None = None

    def begin(self) -> None:
        """Begin a sentence: what has been named stays known, and is no longer named here."""
        self.place_here = self.year_here = self.likened = False
        self.listed, self.years, self.whom, self.run = [], [], [], []
        self.run_end = self.versus = -1
        self.said = self.previous = None
        self.spoken, self.stranger, self.figures, self.scope = (), False, [], ()
        self.of, self.base, self.base_end, self.whom_end = (), "", -1, -1
        self.concepts = [(-1, names) for _, names in self.concepts[-1:]]


@dataclass(frozen=True)
class Spot:
    """A quantity where it stands: its sentence with the names in it, and the ends of the figures around it."""

    one: Quantity
    sentence: str
    mentions: Sequence[Mention]
    last: int
    until: int
    closing: int

    @property
    def ahead(self) -> str:
        """The sentence up to the figure."""
        return self.sentence[: self.one.start]

    @property
    def wide(self) -> str:
        """What stands between the figure before and this one."""
        return self.sentence[self.last : self.one.start]

    @property
    def before(self) -> str:
        """The clause of the figure up to it."""
        clause = max(self.sentence.rfind(sign, self.last, self.one.start) for sign in "，,（(") + 1
        return self.sentence[max(self.last, clause) : self.one.start]

    @property
    def after(self) -> str:
        """The sentence behind the figure."""
        return self.sentence[self.one.end :]

    def clock(self, context: Context) -> Clock:
        """Return the figure among the years of its sentence."""
        return Clock(
            self.one, context.year, context.year_here, context.base, context.base_end,
            self.last, self.until, self.closing, self.sentence, self.mentions,
        )  # fmt: skip


def take_up(words: Words, context: Context, one: Mention, sentence: str) -> None:
    """Take up a name: a year as time or base, a place as that of the statement or as what it is compared with."""
    if one.kind == "year" and one.base:
        context.base, context.base_end = one.names[0], one.end
    elif one.kind == "year":
        context.year, context.year_here = one.names[0], True
        context.years.append(one.names[0])
    elif one.kind == "concept":
        context.concepts.append((one.start, one.names))
    elif one.kind == "place" and one.teller:
        context.places = context.places or one.names
    elif one.kind == "place" and (one.names == context.scope or _WITHIN.search(sentence[: one.start])):
        context.scope = ()
    elif one.kind == "place":
        names = above(words, context.places, one.names[0]) if one.names[0] in WHOLE else one.names
        if names:
            _take_place(words, context, replace(one, names=names), sentence)


def _take_place(words: Words, context: Context, one: Mention, sentence: str) -> None:
    before = sentence[: one.start]
    if _is_of(context, before) or _likened(context, one, sentence):
        context.whom = [*context.whom, one.names] if context.whom_end >= 0 else [one.names]
        context.of, context.whom_end = one.names, one.end
        if VERSUS.search(before):
            context.versus = one.end
        return
    joined = context.run_end >= 0 and JOINED.fullmatch(before[context.run_end :])
    context.run, context.run_end = [*context.run, one.names] if joined else [one.names], one.end
    context.areas += [name for name in one.names if name in words.pack.gazetteer.perimeters]
    context.former = context.listed[-1] if context.listed else context.places
    context.places, context.place_here = words.together(context.run) or one.names, True
    context.listed.append(one.names)


def above(words: Words, places: Sequence[str], word: str) -> tuple[str, ...]:
    """Return the place that ``全省`` or ``全市`` means behind some places: the first of them, or the one above it."""
    known, code = words.pack.gazetteer.places, places[0] if places else ""
    if code not in known:
        return tuple(places)
    wanted = ("province",) if WHOLE[word] == "province" else ("province", "city")
    while known[code].level not in wanted and known[code].parent in known:
        code = known[code].parent
    return (code,)


def _likened(context: Context, one: Mention, sentence: str) -> bool:
    """Return whether a place is one of those in ``是甲、乙人均收入的48.8%、77.3%``, which another is likened to."""
    led = _IS.search(sentence[: one.start]) or (
        context.whom_end >= 0 and LIST.fullmatch(sentence[context.whom_end : one.start])
    )
    return bool(context.places and led and _OF_THEIR.match(sentence, one.end))


def _is_of(context: Context, before: str) -> bool:
    """Return whether a place is what another is compared with, a share of, or in exchange with."""
    if OF_WHOM.search(before) or (context.whom_end >= 0 and LIST.fullmatch(before[context.whom_end :])):
        return True
    if not context.place_here:
        return False
    moved = ABSORBS.search(before) or FLOWS.search(before)
    near = ABSORBS.search(before[-12:]) or FLOWS.search(before[-12:])
    return bool(VERSUS.search(before) or OF_PLACE.search(before) or near or (moved and TO_OR_FROM.search(before)))
