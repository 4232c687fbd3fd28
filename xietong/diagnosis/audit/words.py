"""Words that a text names things by: concepts and places of the pack, years, and what marks a year as a base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from xietong.library.pack import Pack

Kind = Literal["concept", "place", "year"]

_YEAR = re.compile(r"(?<![0-9.])(?:(?:19|20)[0-9]{2})(?![0-9.]*[0-9%万亿元])(?:\s*年)?")
_BASE_BEFORE = re.compile(
    r"(?:较|比|与|同|自|从|由|以|相比|compared (?:with|to)|than in|from|since|over|relative to|against)\s*$",
    re.IGNORECASE,
)
_BASE_AFTER = re.compile(r"\s*(?:以来|相比|为基期|as (?:the )?base)")
_SPAN = re.compile(r"\s*(?:年)?\s*(?:[-—–~～]{1,2}|至|到|to|until|through)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A name in a sentence and everything it may mean; for a year whether it is the base of a comparison."""

    kind: Kind
    start: int
    end: int
    names: tuple[str, ...]
    base: bool = False


@dataclass(frozen=True)
class Words:
    """The words of a pack for its concepts and places, in Chinese and English."""

    pack: Pack

    @cached_property
    def concepts(self) -> dict[str, tuple[str, ...]]:
        """Every word for a concept, in lower case, with the concepts that it may mean."""
        return _gathered(
            (word, name)
            for name, one in self.pack.concepts.items()
            for word in (*_halves(one.label.zh, one.label.en), *_halves(one.short.zh, one.short.en), *one.also)
        )

    @cached_property
    def places(self) -> dict[str, tuple[str, ...]]:
        """Every name of a place or perimeter, in lower case, with the codes that it may mean."""
        gazetteer = self.pack.gazetteer
        ends = {one.short_zh for one in gazetteer.places.values() if one.level in ("nation", "province", "city")}
        names = [
            (word, one.code)
            for one in gazetteer.places.values()
            for word in (one.label.zh, one.label.en, *([one.short_zh] if one.short_zh in ends else []))
        ]
        names += [
            (word, "100000") for word in ("全国", "国家", "the nation", "the country") if "100000" in gazetteer.places
        ]
        for one in gazetteer.perimeters.values():
            names += [
                (word, one.id) for word in (*_halves(one.short.zh, one.short.en), one.label.zh, one.label.en, *one.also)
            ]
        return _gathered(names)

    def mentions(self, sentence: str) -> list[Mention]:
        """Return the names in a sentence in order, of overlapping ones of a kind the longest."""
        found = [
            Mention("concept", match.start(), match.end(), self.concepts[match.group().lower()])
            for match in self._concept.finditer(sentence)
        ]
        found += [
            Mention("place", match.start(), match.end(), self.places[match.group().lower()])
            for match in self._place.finditer(sentence)
        ]
        return sorted([*found, *_years(sentence)], key=lambda one: (one.start, one.kind))

    @cached_property
    def _concept(self) -> re.Pattern[str]:
        return _pattern(self.concepts)

    @cached_property
    def _place(self) -> re.Pattern[str]:
        return _pattern(self.places)


def _years(sentence: str) -> Iterator[Mention]:
    matches = list(_YEAR.finditer(sentence))
    for at, match in enumerate(matches):
        year = match.group()[:4]
        base = bool(_BASE_BEFORE.search(sentence[: match.start()]) or _BASE_AFTER.match(sentence, match.end()))
        if at + 1 < len(matches) and _SPAN.fullmatch(sentence[match.end() : matches[at + 1].start()]):
            base = True  # the first year of a span
        yield Mention("year", match.start(), match.end(), (year,), base)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for word, name in pairs:
        if len(word) > 1:
            found.setdefault(word.lower(), {})[name] = None
    return {word: tuple(names) for word, names in found.items()}


def _halves(zh: str, en: str) -> Iterator[str]:
    """Return a label, and what stands before its bracket or its comma."""
    for text in (zh, en):
        yield text
        short = re.split(r"[（(,，·]", text)[0].strip()
        if len(short) > (3 if short.isascii() else 1) and "·" not in text:
            yield short


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    parts = [rf"(?<![A-Za-z]){re.escape(one)}(?![A-Za-z])" if one[0].isascii() else re.escape(one) for one in longest]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
