"""Relations: the place or concept that a figure is a share of, compared with, or said for, by where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from xietong.diagnosis.audit.markers import LIST, PART_OF, RELATIVE, TO_OR_FROM, VERSUS_BEHIND
from xietong.diagnosis.audit.quantities import Quantity
from xietong.diagnosis.audit.words import Mention

_THEIRS = re.compile(
    r"\s*(?:[0-9][0-9.,]*\s*(?:万亿|亿|万)?\s*[元吨人件公里立方米/]*\s*的)?\s*(?:的|'s)?\s*(?:近|约|大约|不足|不到|超过?)?\s*"
)
_WEIGHS = re.compile(
    r"\s*(?:总量|总额|总值|的)?(?:比重|比例|份额)?(?:分别|已|约|近|接近|超过?|突破|高达|达到?|为|不足|不到|低于|高于)*\s*"
)
_AMONG = re.compile(r"[^，,。；]{0,6}[中内里][，,]?(?:[排名位]*[居列名在]?)?|(?:各?[省市区]份?)*")
_IN = re.compile(r"\s*(?:[a-z]+\s+){0,3}?(?:in|of|among|across|within)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}?")


def against(mentions: Sequence[Mention], sentence: str, one: Quantity, versus: int) -> Literal["gap", "its own", ""]:
    """Return whether a figure is a difference from the place behind ``比``, which ends at ``versus``, or its own."""
    between = sentence[max(versus, 0) : one.start]
    if versus >= 0 and re.fullmatch(r"\s*的\s*", between):
        return "its own"
    if versus >= 0 and re.search(r"[高低多少出先后]", sentence[max(0, versus - 4) : one.start]):
        return "gap"
    return "gap" if place_against(mentions, sentence, one) else ""


def place_against(mentions: Sequence[Mention], sentence: str, one: Quantity) -> tuple[str, ...]:
    """Return the place in ``2 more than B``, directly behind a figure."""
    for mention in mentions:
        if (
            mention.kind == "place"
            and mention.start >= one.end
            and VERSUS_BEHIND.match(sentence[one.end : mention.start])
        ):
            return mention.names
    return ()


def whole_of(mentions: Sequence[Mention], sentence: str, one: Quantity) -> tuple[str, ...]:
    """Return the concept in ``占乙的9.5%`` or ``9.5% of B``, of which a figure is a share."""
    for mention in (mention for mention in mentions if mention.kind == "concept"):
        ahead = mention.end <= one.start and PART_OF.search(sentence[: mention.start])
        if ahead and _WEIGHS.fullmatch(sentence[mention.end : one.start]):
            return mention.names
        if mention.start >= one.end and re.fullmatch(r"\s*of\s+(?:its\s+)?", sentence[one.end : mention.start]):
            return mention.names
    return ()


def place_at(mentions: Sequence[Mention], sentence: str, one: Quantity, last: int, *, likened: bool) -> tuple[str, ...]:
    """Return the place in ``甲为乙的28.45%``: named directly before a percentage and after a verb of likeness."""
    if one.unit not in ("%", "倍"):
        return ()
    for mention in mentions:
        near = _THEIRS.fullmatch(sentence[mention.end : one.start]) if mention.end <= one.start else None
        listed = likened and mention.start >= last and LIST.fullmatch(sentence[last : mention.start])
        if mention.kind == "place" and near and (listed or RELATIVE.search(sentence[: mention.start])):
            return mention.names
    if re.search(r"\bthe\s*$", sentence[: one.start]):
        return ()  # the 2.04 percent of B is B's own
    told = re.match(r"\s*(?:of|that of|the level of)\s+(?:that of\s+|the level of\s+)?", sentence[one.end :])
    if told:
        after = one.end + told.end()
        return next((m.names for m in mentions if m.kind == "place" and m.start == after), ())
    return ()


def place_behind(mentions: Sequence[Mention], sentence: str, one: Quantity, until: int) -> tuple[str, ...]:
    """Return the place in ``6.73% in A``: named directly behind a figure."""
    definite = re.search(r"\bthe\s*$", sentence[: one.start])
    ranged = re.search(r"\bfrom\s*$", sentence[: one.start])
    for mention in mentions:
        if mention.kind == "place" and one.end <= mention.start < until:
            gap = sentence[one.end : mention.start]
            near = re.fullmatch(r"\s*(?:of cargo |people )?\s*(?:in|for)\s+", gap)
            return mention.names if near or (definite and re.fullmatch(r"\s*of\s+", gap)) else ()
        if mention.kind == "place" and ranged and mention.start >= until:
            gap = sentence[one.end : mention.start]
            return mention.names if re.fullmatch(r"\s*to\s+[0-9.,]+\s*[a-z%]*\s*(?:in|for)\s+", gap) else ()
    return ()


def scope_of(mentions: Sequence[Mention], sentence: str, one: Quantity) -> tuple[str, ...]:
    """Return the area in which a rank is counted: named before it, as in ``居全国第二位``, or behind ``in``."""
    for mention in (mention for mention in mentions if mention.kind == "place"):
        if mention.end <= one.start:
            led = re.search(r"[居列在名排]\s*$", sentence[: mention.start])
            gap = sentence[mention.end : one.start]
            if (led and len(gap) < 8 and not re.search(r"[，,]", gap)) or _AMONG.fullmatch(gap):
                return mention.names
        elif mention.start >= one.end and _IN.fullmatch(sentence[one.end : mention.start]):
            return mention.names
    return ()


def source_behind(mentions: Sequence[Mention], sentence: str, one: Quantity, until: int) -> tuple[str, ...]:
    """Return the other end of a flow that is named behind its figure, as in ``worth 3 yuan from A``."""
    for mention in mentions:
        if mention.kind == "place" and one.end <= mention.start < until:
            return mention.names if TO_OR_FROM.search(sentence[one.end : mention.start]) else ()
    return ()
