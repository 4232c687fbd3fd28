"""When: the period of a figure and the one it is compared with, from the years before it, at it, and behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xietong.diagnosis.audit.markers import FROM, LAST_YEAR, YEAR_BEFORE
from xietong.diagnosis.audit.numerals import numeral
from xietong.diagnosis.audit.quantities import Quantity
from xietong.diagnosis.audit.words import Mention

_WORDS = r"\s*(?:[A-Za-z'’-]+\s+){0,6}?"
_YEAR_BEHIND = re.compile(
    rf"{_WORDS}(?:in|for|of|by|during|at|until)\s+(?:the end of\s+)?|\s*[（(]\s*(?:in\s+|the end of\s+)*", re.IGNORECASE
)
_BASE_BEHIND = re.compile(
    rf"{_WORDS}(?:than(?:\s+in)?|from|compared\s+(?:with|to)|relative\s+to|since|over|against|between|that\s+of|of|in)\s+",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:compared\s+(?:with|to)|relative\s+to|than|times)\s+"
    r"(?:(?:the level|the figures?|that|those)\s*)?(?:of\s+|in\s+)?$",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?<![0-9第])([一二三四五六七八九十]+|[1-9][0-9]?)年(?:间|来|里)?(?=[^，,。；0-9]{0,10}(?:增|减|降|升|提高|扩大|缩小|翻))(?!均)"
)
_COUNTS = {
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_EARLIER = re.compile(
    r"\s*(?:a decade|(?P<count>[a-z]+|[0-9]+) years?)\s+(?P<way>earlier|before|ago|later)\b", re.IGNORECASE
)
_AT_BASE = re.compile(r"\s*(?:[末底]?的|为|是|was|is|at|of|'s)?\s*")
_LEVELS = ("level", "share", "relative", "count")


_OF_LAST_YEAR = re.compile(r"\s*(?:of|in) the (?:previous|preceding) year|\s*(?:of|in) the year before")
EARLIER_AT_START = re.compile(
    r"\s*(?:Just |Only )?(?:a decade|(?P<count>[a-z]+|[0-9]+) years?)\s+(?P<way>earlier|before|later)\b", re.IGNORECASE
)


def shifted(year: str, told: re.Match[str]) -> str:
    """Return a year so many years earlier or later."""
    words = (told.group("count") or "ten").lower()
    count = int(words) if words.isdigit() else _COUNTS.get(words, 1)
    return str(int(year) + (count if told.group("way").lower() == "later" else -count)) if year else ""


@dataclass(frozen=True)
class Clock:
    """A figure among the years of its sentence: the year and base named before it, here or in a sentence before."""

    figure: Quantity
    year: str
    here: bool
    base: str
    base_end: int
    last: int
    until: int
    closing: int
    """Where the figure before ends, where the next begins, where the last of the sentence begins."""
    sentence: str
    mentions: Sequence[Mention]

    @property
    def period(self) -> str:
        """The year of a figure: directly behind it, named before it, or at the end of the sentence, else carried."""
        if ago := _EARLIER.match(self.sentence, self.figure.end):
            return shifted(self.year, ago)
        definite = re.search(r"\bthe\s*$", self.sentence[: self.figure.start])
        if definite and self.year and _OF_LAST_YEAR.match(self.sentence, self.figure.end):
            return str(int(self.year) - 1)
        for mention in self._behind():
            if (definite or not mention.base) and _YEAR_BEHIND.fullmatch(
                self.sentence[self.figure.end : mention.start]
            ):
                return mention.names[0]
        years = [one for one in self.mentions if one.kind == "year" and not one.base]
        if not self.here and len(years) == 1 and years[0].start > self.closing:
            return years[0].names[0]
        return self.year

    def compared(self, kind: str) -> str:
        """Return the period with which a change is compared."""
        if kind in _LEVELS:
            return ""
        period, end = self.period, self.figure.end
        before = str(int(period) - 1) if period else ""
        behind = re.split(r"[,，;；（(]", self.sentence[end : min(self.until, end + 60)])[0]
        if YEAR_BEFORE.search(self.sentence[self.last : self.figure.start]) or YEAR_BEFORE.search(behind):
            return before
        for mention in self._behind():
            if mention.base and _BASE_BEHIND.fullmatch(self.sentence[end : mention.start]):
                return mention.names[0]
        return (
            self.base
            or self._held_against()
            or self._years_ago()
            or ("" if kind in ("average", "multiple") else before)
        )

    def _years_ago(self) -> str:
        """Return the year that ``十年间`` before a figure counts from."""
        told = _YEARS.search(self.sentence[self.last : self.figure.start])
        return str(int(self.period) - int(numeral(told.group(1))[0])) if told and self.period else ""

    def _held_against(self) -> str:
        """Return the year that ends a sentence as what all its changes are compared with."""
        later = [one for one in self.mentions if one.kind == "year" and one.base and one.start >= self.until]
        return later[0].names[0] if later and _COMPARED.search(self.sentence[: later[0].start]) else ""

    def at_base(self) -> str | None:
        """Return the year of a figure that is the level a change starts from, empty when it is not named."""
        if self.figure.unit == "倍":
            return None
        ahead = self.sentence[: self.figure.start]
        if self.base_end >= self.last and _AT_BASE.fullmatch(ahead[self.base_end :]):
            return self.base
        if LAST_YEAR.search(ahead):
            return str(int(self.period) - 1) if self.period else ""
        if FROM.search(ahead):
            return self.base or (self.period if self.period != self.year or not self.here else "")
        return None

    def _behind(self) -> Iterator[Mention]:
        """Yield the years between a figure and the next."""
        for one in self.mentions:
            if one.kind == "year" and self.figure.end <= one.start < self.until:
                yield one
