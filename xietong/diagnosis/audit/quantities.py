"""Quantities in a text: Chinese and Arabic numerals with scale and unit, exact, with the step of the last digit.

``10.44万亿元``, ``百分之八点三``, ``81.01 billion yuan``, ``1.2 percentage points``.  A number with
no unit is kept with an empty one; years, dates, ordinals and numbers inside words are no quantities.  What is said
without digits (tenths, fractions, English number words, ranks) is read in `spoken`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from xietong.diagnosis.audit import spoken
from xietong.diagnosis.audit.markers import CURRENCIES, SCALES, UNITS, alternatives
from xietong.diagnosis.audit.numerals import CHINESE as _CHINESE
from xietong.diagnosis.audit.numerals import numeral

_PERCENT_WORDS = re.compile(rf"百分之((?:[{_CHINESE}]+)(?:点[{_CHINESE}]+)?|[0-9]+(?:\.[0-9]+)?)")
_WIDE = str.maketrans("０１２３４５６７８９．，％－", "0123456789.,%-")


_QUANTITY = re.compile(
    rf"""(?P<number>(?:(?<![0-9.,A-Za-z])|(?<=CNY)|(?<=RMB))(?<![A-Za-z][-−])[-−]?[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?|[{_CHINESE}]+(?:点[{_CHINESE}]+)?)
    (?P<gap>\s*)(?P<scale>{alternatives(SCALES)})?(?P<more>[多余])?\s*(?P<unit>{alternatives(UNITS)})?(?![A-Za-z])""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_QUANTITY_AFTER = re.compile(
    r"\s*(?:年|月|日|号|时|世纪|届|次|天|周|小时|分钟|岁|十四五|/[0-9]|-[0-9])|[a-z]"
    r"|\s+(?!(?:in|at|and|to|from|by|on|for|as|while|but|against|compared|after|higher|lower|above|below|respectively)\b)[a-z]"
)
_NO_QUANTITY_BEFORE = re.compile(
    r"(?:第|“|十|[A-Za-z]|No\.?\s*|(?:Table|Figure|Task|Path|Section|Chapter|Part|Step|Page|Box|Annex)\s|[图表]\s*|[=＝]\s*)$"
)
_COUNTED = re.compile(r"\s*(?![和与及至到降升提增减高低比较左上以约的是为达，。或、同环])[\u4e00-\u9fff]")
_STRUCTURE = re.compile(r"结构|构成|structure|composition|made up of", re.IGNORECASE)
_MONEY = re.compile(rf"({alternatives(CURRENCIES)})\s*$")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COMPOSITION = re.compile(rf"(?<![0-9.]){_DECIMAL.pattern}(?:\s*[:：∶]\s*{_DECIMAL.pattern}){{2,}}")
_NO_AMOUNT = re.compile(
    r"\[[0-9\s,，、;；–—-]+\]|(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}(?:\1[0-9]{1,2})?(?![0-9%万亿元])"
    rf"|(?:19|20)[0-9]{{2}}[–—][0-9]{{2}}(?![0-9%万亿元])|{_COMPOSITION.pattern}"
)
"""References in square brackets, dates, spans of years; ratios of several, which are compositions or nothing."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LISTED = re.compile(r"\s*(?:、|,|，|和|及|与|and|,\s*and)\s*")
_BY_NAME = {name.lower(): unit for name, unit in UNITS.items()}
_BY_SCALE = {name.lower(): factor for name, factor in SCALES.items()}


@dataclass(frozen=True)
class Quantity:
    """A number as a text prints it: its value in ``unit``, half a step of its last digit, and where it stands.

    ``scale`` is the factor behind its digits, such as 10^12 for 万亿; values beside it are shown on the same.
    """

    start: int
    end: int
    text: str
    value: Fraction
    half: Fraction
    unit: str
    chinese: bool = False
    scale: int = 1
    nth: int = 0
    """Which part of a composition such as ``4.8：29.6：65.6`` it is, counted from 1; 0 when it is none."""
    parts: int = 0
    least: bool = False
    """Whether its own words tell a least and no more: doubled, more than half."""
    rank: int = 0
    """1 for a place counted from the highest, -1 for one counted from the lowest; 0 when it is no rank."""

    @property
    def step(self) -> Fraction:
        """One unit of the last printed digit."""
        return self.half * 2

    def shown(self, value: Fraction) -> str:
        """Return another value on the scale and in the unit of this one."""
        named = next((name for name, factor in SCALES.items() if factor == self.scale), "")
        return f"{float(value / self.scale):,.7g} {named}{self.unit}".strip()


def narrow(text: str) -> str:
    """Return a text with its full-width digits as ordinary ones, sign by sign."""
    return text.translate(_WIDE)


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a sentence in order; numbers of a list take the unit of its last."""
    plain = narrow(text)
    found = [*_compositions(plain), *_percent_words(plain), *_spoken(plain), *_plain(plain)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Quantity] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return [replace(one, text=text[one.start : one.end].strip()) for one in _shared(plain, kept)]


def _percent_words(text: str) -> Iterator[Quantity]:
    for match in _PERCENT_WORDS.finditer(text):
        value, half = numeral(match.group(1))
        yield Quantity(match.start(), match.end(), match.group(), value, half, "%", chinese=True)


def _compositions(text: str) -> Iterator[Quantity]:
    """Yield the parts of a whole that are printed one behind the other with colons, in per cent."""
    for match in _COMPOSITION.finditer(text):
        numbers = list(_DECIMAL.finditer(text, match.start(), match.end()))
        apart = abs(sum((Fraction(one.group()) for one in numbers), Fraction(0)) - 100)
        if apart > 10 and not _STRUCTURE.search(text[: match.start()]):
            continue  # a ratio of several places, or a score
        for nth, one in enumerate(numbers, 1):
            value, half = numeral(one.group())
            yield Quantity(one.start(), one.end(), one.group(), value, half, "%", nth=nth, parts=len(numbers))


def _spoken(text: str) -> Iterator[Quantity]:
    """Yield what is said without digits."""
    for one in spoken.amounts(text):
        unit = _BY_NAME[one.unit.lower()] if one.unit else ""
        shown = text[one.start : one.end]
        yield Quantity(
            one.start, one.end, shown, one.value, one.half, unit, True, one.scale, least=one.least, rank=one.rank
        )


def _plain(text: str) -> Iterator[Quantity]:
    taken = [match.span() for match in _NO_AMOUNT.finditer(text)]
    for match in _QUANTITY.finditer(text):
        number, scale, named = match.group("number"), match.group("scale"), match.group("unit")
        money = _MONEY.search(text[: match.start()]) if not named else None
        chinese = number[0] in _CHINESE
        if _NO_QUANTITY_AFTER.match(text, match.end()) and not (scale or named or money or "," in number):
            continue
        if (not money and _NO_QUANTITY_BEFORE.search(text[: match.start()])) or (
            chinese and not _stands(number, scale, named)
        ):
            continue
        if not (scale or named or money) and (_YEAR.fullmatch(number) or _COUNTED.match(text, match.end())):
            continue  # a year, or a count of things that no unit here stands for
        if any(start < match.start() < end for start, end in taken):
            continue
        value, half = numeral(number)
        factor = _BY_SCALE[scale.lower()] if scale else 1
        unit = _BY_NAME[named.lower()] if named else CURRENCIES[money.group(1)] if money else ""
        end = match.end() if named else match.end("scale") if scale else match.end("number")
        start = money.start() if money else match.start()
        shown = text[start:end].strip()
        yield Quantity(start, end, shown, value * factor, half * factor, unit, chinese, factor)


def _stands(number: str, scale: str | None, unit: str | None) -> bool:
    """Return whether a numeral in Chinese signs is a quantity: it has a unit that is no part of a word."""
    if scale or unit in ("百分点", "个百分点", "倍"):
        return unit is not None or len(number) > 1
    return unit is not None and unit not in ("点", "处", "所") and (len(number) > 1 or unit in ("条", "项", "件"))


def _shared(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give numbers that stand in one list, as in ``1.2、3.4和5.6万亿元``, the scale and unit of the last."""
    told = list(found)
    for at in range(len(told) - 2, -1, -1):
        one, after = told[at], told[at + 1]
        if one.unit or one.chinese or not after.unit or not _LISTED.fullmatch(text[one.end : after.start]):
            continue
        factor = after.scale
        if one.scale == 1:
            told[at] = replace(
                one, value=one.value * factor, half=one.half * factor, unit=after.unit, scale=after.scale
            )
    return told
