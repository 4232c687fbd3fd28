"""Quantities in a text: Chinese and Arabic numerals with scale and unit, exact, with the step of the last digit.

``10.44万亿元``, ``百分之八点三``, ``81.01 billion yuan``, ``1.2 percentage points``.  A number with
no unit is kept with an empty one; years, dates, ordinals and numbers inside words are no quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from xietong.diagnosis.audit.markers import SCALES, UNITS

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_CHINESE = "零〇一二两三四五六七八九十百千"
_PERCENT_WORDS = re.compile(rf"百分之((?:[{_CHINESE}]+)(?:点[{_CHINESE}]+)?|[0-9]+(?:\.[0-9]+)?)")
_WIDE = str.maketrans("０１２３４５６７８９．，％－", "0123456789.,%-")


def _words(names: object) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))  # type: ignore[call-overload]


_QUANTITY = re.compile(
    rf"""(?P<number>(?<![0-9.,A-Za-z])(?<![A-Za-z][-−])[-−]?[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?|[{_CHINESE}]+(?:点[{_CHINESE}]+)?)
    (?P<gap>\s*)(?P<scale>{_words(SCALES)})?(?P<more>[多余])?\s*(?P<unit>{_words(UNITS)})?(?![A-Za-z])""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_QUANTITY_AFTER = re.compile(
    r"\s*(?:年|月|日|号|时|世纪|届|次|天|周|小时|分钟|岁|十四五|/[0-9]|-[0-9])|[a-z]"
    r"|\s+(?!(?:in|at|and|to|from|by|on|for|as|while|but|against|compared|after|higher|lower|above|below|respectively)\b)[a-z]"
)
_FOLD = re.compile(r"翻了?(?P<zh>[一两二三])?番|\b(?P<en>doubled|tripled|trebled|quadrupled)\b", re.IGNORECASE)
_FOLDS = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "一": 2, "两": 4, "二": 4, "三": 8}
_NO_QUANTITY_BEFORE = re.compile(r"(?:第|“|十|[A-Za-z]|No\.?\s*|Table\s|Figure\s|图|表|[=＝]\s*)$")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COMPOSITION = re.compile(rf"(?<![0-9.]){_DECIMAL.pattern}(?:\s*[:：∶]\s*{_DECIMAL.pattern}){{2,}}")
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

    @property
    def folded(self) -> bool:
        """Whether it says that something doubled or tripled, which tells a least and no more."""
        return bool(_FOLD.fullmatch(self.text))

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
    found = [*_compositions(plain), *_percent_words(plain), *_folds(plain), *_plain(plain)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Quantity] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return [replace(one, text=text[one.start : one.end].strip()) for one in _shared(plain, kept)]


def _percent_words(text: str) -> Iterator[Quantity]:
    for match in _PERCENT_WORDS.finditer(text):
        value, half = _numeral(match.group(1))
        yield Quantity(match.start(), match.end(), match.group(), value, half, "%", chinese=True)


def _compositions(text: str) -> Iterator[Quantity]:
    """Yield the parts of a whole that are printed one behind the other with colons, in per cent."""
    for match in _COMPOSITION.finditer(text):
        numbers = list(_DECIMAL.finditer(text, match.start(), match.end()))
        for nth, one in enumerate(numbers, 1):
            value, half = _numeral(one.group())
            yield Quantity(one.start(), one.end(), one.group(), value, half, "%", nth=nth, parts=len(numbers))


def _folds(text: str) -> Iterator[Quantity]:
    """Yield what says that something doubled: a multiple without digits, read as at least that."""
    for match in _FOLD.finditer(text):
        value = Fraction(_FOLDS[(match.group("zh") or match.group("en") or "一").lower()])
        yield Quantity(match.start(), match.end(), match.group(), value, Fraction(1, 2), "倍", chinese=True)


def _plain(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        number, scale, named = match.group("number"), match.group("scale"), match.group("unit")
        chinese = number[0] in _CHINESE
        if _NO_QUANTITY_AFTER.match(text, match.end()) and not (scale or named):
            continue
        if _NO_QUANTITY_BEFORE.search(text[: match.start()]) or (chinese and not _stands(number, scale, named)):
            continue
        if not (scale or named) and _YEAR.fullmatch(number):
            continue
        value, half = _numeral(number)
        factor = _BY_SCALE[scale.lower()] if scale else 1
        unit = _BY_NAME[named.lower()] if named else ""
        end = match.end() if named else match.end("scale") if scale else match.end("number")
        shown = text[match.start() : end].strip()
        yield Quantity(match.start(), end, shown, value * factor, half * factor, unit, chinese, factor)


def _stands(number: str, scale: str | None, unit: str | None) -> bool:
    """Return whether a numeral in Chinese signs is a quantity: it has a unit that is no part of a word."""
    if scale or unit in ("百分点", "个百分点", "倍"):
        return unit is not None or len(number) > 1
    return unit is not None and unit not in ("点", "处", "所") and (len(number) > 1 or unit in ("条", "项", "件"))


def _numeral(text: str) -> tuple[Fraction, Fraction]:
    """Return the value of a numeral and half a unit of its last digit."""
    if text[0] not in _CHINESE:
        plain = text.replace(",", "").replace("−", "-")
        decimals = len(plain.partition(".")[2])
        return Fraction(plain), Fraction(1, 2 * 10**decimals)
    whole, _, decimals_text = text.partition("点")
    value, half = Fraction(_chinese(whole)), Fraction(1, 2)
    for place, sign in enumerate(decimals_text, 1):
        value += Fraction(_DIGITS.get(sign, 0), 10**place)
        half = Fraction(1, 2 * 10**place)
    return value, half


def _chinese(text: str) -> int:
    if all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * _SMALL[sign], 0
    return total + digit


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
