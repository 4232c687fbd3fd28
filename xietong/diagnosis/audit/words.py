"""Words that a text names things by: concepts and places of the pack, years, and what marks a year as a base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from xietong.diagnosis.audit.markers import JOINED, RESPECTIVELY
from xietong.library.concepts import Concept
from xietong.library.pack import Pack

Kind = Literal["concept", "place", "year", "other"]
WHOLE = {"全省": "province", "全市": "city", "全区": "city"}
"""Words for the place above the one that is spoken of, up to which level."""

_YEAR = re.compile(r"(?<![0-9.])(?:(?:19|20)[0-9]{2})(?![0-9.]*[0-9%万亿元])(?!\s*年?\s*[=＝])(?:\s*年)?")
_BASE_BEFORE = re.compile(
    r"(?:[较比][^，,。；0-9]{0,10}的|较|比|与|同|自|从|由|以|相比"
    r"|compared (?:with|to)|than(?: in)?|from|since|over|relative to|against"
    r"|\btimes (?:(?:that|its|the) )?(?:(?:level|figure|amount|value|size|total|output|volume) )?(?:of|in)"
    r"|\bbetween|\bthe [0-9][0-9.,]* (?:[a-z]+ ){1,4}of)\s*"
    r"(?:(?:that|the level|the figures?|those) (?:of|in)\s*|the\s+)?$",
    re.IGNORECASE,
)
_TIMES = r"(?:近|约|不足|不到|超过?)?\s*(?:[0-9.]+|[一二两三四五六七八九十]+)\s*[多余]?(?:倍|成|[%％])"
_BASE_AFTER = re.compile(
    r"\s*(?:以来|相比|为基期|第?[一二三四五六七]?次?(?:全国)?(?:人口|经济)?普查相比|as (?:the )?base"
    r"|[末底]?的?\s*[0-9.]+\s*[多余]?倍"
    rf"|[末底]?[^，,。；]{{0,12}}[0-9.,]+\s*(?!年)[\u4e00-\u9fff/]{{1,5}}的\s*{_TIMES}|[末底]?的\s*{_TIMES})"
)
_TELLER = re.compile(
    r"\s*[市省]?(?:统计局|统计部门|人民政府|政府|环境保护局|生态环境|发展(?:和|与)?改革|发改委|商务|海关|财政|科学技术|教育委员会|"
    r"日报|晚报|晨报|青年报|新闻|大学|学院|交通|港航|社会科学院)"
    r"|(?:'s)?\s+(?:[Mm]unicipal\s+|[Pp]rovincial\s+)?"
    r"(?:[Ss]tatistic|[Bb]ureau|[Gg]overnment|[Dd]aily|[Uu]niversity|[Dd]evelopment and [Rr]eform)"
)
_INDEX = re.compile(
    r"\s*(?:,\s*\w+\s*)*(?:\s*and\s+\w+)?\s*(?:development\s*)?(?:sub-?)?(?:ind(?:ex|ices)|readings?|components?|scores?|pillars?)\b"
    r"|\s*(?:and\s+\w+\s+)?development\b",
    re.IGNORECASE,
)
_WHOLE = re.compile("|".join(WHOLE))
_NO_PLACE = re.compile(r"(?:人口|经济|农业)普查|人大|政协|人民代表大会")
_GOES_ON = re.compile(r"(?![为达是指分至升降增减提由从和与及、，])[\u4e00-\u9fff]")
ELSEWHERE = "elsewhere"
"""The code of a place that the pack does not know."""
_OTHERS = re.compile(
    r"(?P<name>长三角|长江三角洲|珠三角|珠江三角洲|粤港澳大湾区|粤港澳|成渝|长江经济带|东北三省|广州|深圳|杭州|南京|苏州|成都|武汉|青岛"
    r"|Yangtze River Delta|Pearl River Delta|Greater Bay Area|Yangtze River Economic Belt)"
    r"|\b(?P<its>[A-Z][a-z]{3,})['’]s\s+"
)
_COUNTING = re.compile(r"(?<=[0-9])(?=[\u4e00-\u9fff])")
_APART = re.compile(r"(?<=[0-9])\s+(?=[\u4e00-\u9fff])")
_SPAN = re.compile(r"\s*(?:年)?\s*(?:[-—–~～]{1,2}|至|到|to|until|through)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A name in a sentence and everything it may mean; for a year whether it is the base of a comparison.

    A word for an indicator that is part of another name is of the kind ``other``.

    A place inside the name of an office or a paper is ``told by`` it: what follows need not be said of that place.
    """

    kind: Kind
    start: int
    end: int
    names: tuple[str, ...]
    base: bool = False
    teller: bool = False


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
            for word in (*_halves(one.label.zh, one.label.en), *_shorts(one), *one.also)
        )

    def _meant(self, key: str) -> tuple[str, ...]:
        """Return the concepts that a word means, also in the plural."""
        return self.concepts.get(key) or self.concepts[key.removesuffix("s")]

    @cached_property
    def _terse(self) -> frozenset[str]:
        """The short words for an index, which mean other things too: two Chinese signs, or one English word."""
        indices = {name for name, one in self.pack.concepts.items() if one.kind == "index"}
        return frozenset(
            word
            for word, names in self.concepts.items()
            if (word.isalpha() if word.isascii() else len(word) == 2) and set(names) <= indices
        )

    @cached_property
    def nations(self) -> tuple[str, ...]:
        """The codes of the places that are nations."""
        return tuple(code for code, one in self.pack.gazetteer.places.items() if one.level == "nation")

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
        names += [(word, code) for code, told in self.pack.also.items() for word in told]
        names += [(word, code) for code in self.nations for word in ("全国", "国家", "the nation", "the country")]
        for one in gazetteer.perimeters.values():
            names += [
                (word, one.id) for word in (*_halves(one.short.zh, one.short.en), one.label.zh, one.label.en, *one.also)
            ]
        return _gathered(names)

    def mentions(self, sentence: str) -> list[Mention]:
        """Return the names in a sentence in order, of overlapping ones of a kind the longest."""
        found = [
            Mention("concept", match.start(), match.end(), self._meant(_key(match.group())))
            for match in self._concept.finditer(sentence)
            if _key(match.group()) not in self._terse or _told_as_index(sentence, match.end())
        ]
        found += [
            Mention(
                "place", start, end, self.places[_key(sentence[start:end])], teller=bool(_TELLER.match(sentence, end))
            )
            for start, end in self._place_spans(sentence)
            if not _NO_PLACE.match(sentence, end)
        ]
        found += [Mention("place", one.start(), one.end(), (one.group(),)) for one in _WHOLE.finditer(sentence)]
        found += _elsewhere(sentence, found)
        return sorted([*found, *_years(sentence)], key=lambda one: (one.start, one.kind))

    def _place_spans(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Yield where places stand; ``B and C`` is two names where a list goes before, though it may be one."""
        ended, apart = -1, bool(RESPECTIVELY.search(sentence))
        for match in self._place.finditer(sentence):
            parts = [(match.start(), match.end())]
            if apart or (ended >= 0 and JOINED.fullmatch(sentence[ended : match.start()])):
                cuts = [one.span() for one in JOINED.finditer(sentence, *match.span())]
                starts, ends = [match.start(), *(b for _, b in cuts)], [*(a for a, _ in cuts), match.end()]
                if all(_key(sentence[a:b]) in self.places for a, b in zip(starts, ends, strict=True)):
                    parts = list(zip(starts, ends, strict=True))
            yield from parts
            ended = match.end()

    def together(self, run: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """Return the perimeters whose members are just the places of a list."""
        found = self.pack.gazetteer.perimeters.values()
        codes = {names[0] for names in run if len(names) == 1}
        whole = len(codes) == len(run) > 1
        return tuple(one.id for one in found if whole and set(one.members) == codes and not one.without)

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The places of each perimeter that lacks no part, in the order in which the pack lists them."""
        found = self.pack.gazetteer.perimeters
        return {name: tuple(one.members) for name, one in found.items() if not one.without}

    @cached_property
    def compositions(self) -> dict[int, tuple[tuple[str, ...], ...]]:
        """The shares of the parts of concepts, by how many parts there are, in the order of the parts."""
        known = self.pack.concepts
        found: dict[int, list[tuple[str, ...]]] = {}
        for whole in known.values():
            shares = [[one.id for one in known.values() if one.ratio == (part, whole.id)] for part in whole.parts]
            if shares and all(shares):
                found.setdefault(len(shares), []).append(tuple(names[0] for names in shares))
        return {count: tuple(zip(*rows, strict=True)) for count, rows in found.items()}

    @cached_property
    def flows(self) -> frozenset[str]:
        """The concepts that the pack has from one place to another."""
        return frozenset(one.concept for one in self.pack.observations if one.to)

    @cached_property
    def _concept(self) -> re.Pattern[str]:
        return _pattern(self.concepts, plural="s?")

    @cached_property
    def _place(self) -> re.Pattern[str]:
        return _pattern(self.places)


def _told_as_index(sentence: str, end: int) -> bool:
    """Return whether a short word that ends here is told as an index: no other word goes on, or *index* follows."""
    if sentence[end - 1].isascii():
        return bool(_INDEX.match(sentence, end))
    return not _GOES_ON.match(sentence, end)


def _elsewhere(sentence: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield places that the pack does not know: great areas and cities, and in English whose indicator it is."""
    taken = [(one.start, one.end) for one in found if one.kind == "place"]
    concepts = {one.start for one in found if one.kind == "concept"}
    for match in _OTHERS.finditer(sentence):
        a, b = match.span("its" if match.group("its") else "name")
        known = any(start < b and a < end for start, end in taken)
        if not known and (match.group("name") or match.end() in concepts):
            yield Mention("place", a, b, (ELSEWHERE,))


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
            found.setdefault(_key(word), {})[name] = None
    return {word: tuple(names) for word, names in found.items()}


def _key(word: str) -> str:
    """Return a word as names are looked up: in lower case, without a space between a digit and what it counts."""
    return _APART.sub("", word.lower())


def _shorts(one: Concept) -> Iterator[str]:
    """Return the short label of a concept; that of one facet of many, as in ``就业人员·教育``, is no name by itself."""
    return iter(()) if "·" in one.label.zh and one.kind != "index" else _halves(one.short.zh, one.short.en)


def _halves(zh: str, en: str) -> Iterator[str]:
    """Return a label, and what stands before its bracket or its comma."""
    for text in (zh, en):
        yield text
        short = re.split(r"[（(,，·]", text)[0].strip()
        if len(short) > (3 if short.isascii() else 1) and "·" not in text:
            yield short


def _pattern(words: Iterable[str], plural: str = "") -> re.Pattern[str]:
    """Return a pattern that finds the longest word; words are grouped by their first sign, which is tried once."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        rest = _COUNTING.sub(r"\\s?", re.escape(word))[1:] if word[0].isdigit() else re.escape(word[1:])
        tail = rf"{rest}{plural}(?![A-Za-z])" if word[0].isascii() else rest
        groups.setdefault(word[0], []).append(tail)
    parts = [
        (r"(?<![A-Za-z])" if first.isascii() else "") + f"{re.escape(first)}(?:{'|'.join(tails)})"
        for first, tails in groups.items()
    ]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
