"""What a text says without digits: tenths, fractions, doublings, English number words, and ranks.

``近六成``, ``三分之一``, ``过半``, ``two fifths``, ``four in ten``, ``five trillion yuan``, ``翻了一番``, ``居第二位``,
``ranked third``.  A fraction is a rough word: it is held to within 2.5 points; tenths to half a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from xietong.diagnosis.audit.markers import SCALES, UNITS, alternatives
from xietong.diagnosis.audit.numerals import CHINESE, DIGITS, numeral

_ROUGH = Fraction(5, 2)
_HALF = Fraction(1, 2)
_ONES = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBERS = {word: at for at, word in enumerate(_ONES, 1)} | {word: 10 * at for at, word in enumerate(_TENS, 2)}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10,
}  # fmt: skip
_FOLDS = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "一": 2, "两": 4, "二": 4, "三": 8}

_NUMBER = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))})"
)
_FOLD = re.compile(r"翻了?(?P<zh>[一两二三])?番|\b(?P<en>doubled|tripled|trebled|quadrupled)\b", re.IGNORECASE)
_TENTHS = re.compile(
    rf"(?<![第{CHINESE}0-9.])(?P<whole>[一两二三四五六七八九])成(?P<tenth>半|[一二三四五六七八九](?![{CHINESE}]|成))?"
    r"(?![不立为绩本员果份就长熟套型功人年品交色分都])"
)
_FRACTION = re.compile(r"(?P<below>[二三四五六七八九十]+)分之(?P<above>[一二两三四五六七八九十]+)")
_HALVES = re.compile(r"(?P<least>过半|逾半)数?|一半|半数")
_ENGLISH_FRACTION = re.compile(
    rf"\b(?P<above>{_NUMBER}|an?)[- ](?P<below>{'|'.join(_PARTS)})s?\b"
    r"(?P<of>\s+(?:of|as|more|less|higher|lower|larger|smaller)\b)?"
    r"|(?<!first )(?<!second )(?<!latter )(?<!last )(?<!-)\b(?P<half>half)(?=\s+(?:of|the|its|that|as)\b|\s*[,.;)])",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:than|about|nearly|almost|over|under|around|roughly|just)\s+$", re.IGNORECASE)
_OUT_OF = re.compile(rf"\b(?P<above>{_NUMBER})\s+(?:in|out of)\s+(?:every\s+)?(?P<below>{_NUMBER})\b", re.IGNORECASE)
_ENGLISH = re.compile(
    rf"(?<![-A-Za-z])(?<![0-9]\s)(?:(?P<half>half an?)|(?P<number>{_NUMBER}|an?))"
    rf"(?P<hundred>\s+hundred(?!\s+million)(?:\s+and\s+(?P<rest>{_NUMBER}))?)?"
    rf"(?:[- ](?P<scale>{alternatives(name for name in SCALES if name.isascii())}))?"
    rf"(?:[- ](?P<unit>{alternatives(name for name in UNITS if name.isascii())}))?(?![A-Za-z])",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\btwice(?=\s+(?:that|the|its|as|of)\b)", re.IGNORECASE)
_RANK = re.compile(
    rf"(?P<bottom>倒数)?第(?P<nth>[0-9]+|[{CHINESE}]+)(?:位|名)|居首(?!位)|榜首|首位(?!度)"
    rf"|(?P<last>末位|垫底)|(?<=[居列名在])(?P<under>[^，,。；第]{{0,7}}?)第(?P<bare>[{CHINESE}]+|[0-9]+)(?=[，,。；）)]|$)"
)
_ENGLISH_RANK = re.compile(
    rf"(?<=rank )(?P<a>{'|'.join(_ORDINALS)}|last)\b|(?<=ranked )(?P<b>{'|'.join(_ORDINALS)}|last)\b"
    rf"|(?<=ranks )(?P<c>{'|'.join(_ORDINALS)}|last)\b|(?<=ranking )(?P<d>{'|'.join(_ORDINALS)}|last)\b"
    rf"|(?<=came )(?P<e>{'|'.join(_ORDINALS)}|last)\b|(?<=in )(?P<f>{'|'.join(_ORDINALS)}|last)(?= place\b)"
    rf"|(?<=[Rr]anked )(?P<number>[0-9]+)(?:st|nd|rd|th)\b"
    rf"|\b(?P<nth>{'|'.join(list(_ORDINALS)[1:])})[- ](?:larg|high|bigg)est\b"
    rf"|\b(?P<low>{'|'.join(list(_ORDINALS)[1:])})[- ](?:low|small)est\b"
    r"|\b(?P<first>(?:larg|high|bigg)est)(?=\s+(?:[\w-]+\s+){0,4}?(?:of|among)\s+(?:the|all)\b)"
    r"|\b(?P<lowest>(?:low|small)est)(?=\s+(?:[\w-]+\s+){0,4}?(?:of|among)\s+(?:the|all)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Amount:
    """What words say: a value with half a step, unit and scale; whether it is a least, or a rank from either end."""

    start: int
    end: int
    value: Fraction
    half: Fraction
    unit: str = ""
    scale: int = 1
    least: bool = False
    rank: int = 0


def amounts(text: str) -> Iterator[Amount]:
    """Yield every amount that a text says without digits."""
    yield from _folds(text)
    yield from _chinese(text)
    yield from _fractions(text)
    yield from _english(text)
    yield from _ranks(text)


def _folds(text: str) -> Iterator[Amount]:
    """Yield what says that something doubled: a multiple without digits, read as at least that."""
    for match in _FOLD.finditer(text):
        value = Fraction(_FOLDS[(match.group("zh") or match.group("en") or "一").lower()])
        yield Amount(match.start(), match.end(), value, _HALF, "倍", least=True)
    for match in _TWICE.finditer(text):
        yield Amount(match.start(), match.end(), Fraction(2), _HALF, "倍")


def _chinese(text: str) -> Iterator[Amount]:
    for match in _TENTHS.finditer(text):
        value, half = Fraction(10 * DIGITS[match.group("whole")]), Fraction(5)
        if tenth := match.group("tenth"):
            nth = DIGITS.get(tenth, 5)
            value, half = value + nth, _ROUGH if nth == 5 else _HALF
        yield Amount(match.start(), match.end(), value, half, "%")
    for match in _FRACTION.finditer(text):
        if not text[: match.start()].endswith(tuple("百千万")):
            above, below = numeral(match.group("above"))[0], numeral(match.group("below"))[0]
            yield Amount(match.start(), match.end(), 100 * above / below, _ROUGH, "%")
    for match in _HALVES.finditer(text):
        yield Amount(match.start(), match.end(), Fraction(50), _ROUGH, "%", least=bool(match.group("least")))


def _fractions(text: str) -> Iterator[Amount]:
    for match in _ENGLISH_FRACTION.finditer(text):
        if match.group("half"):
            yield Amount(match.start(), match.end(), Fraction(50), _ROUGH, "%")
            continue
        above, below = match.group("above").lower(), match.group("below").lower()
        if above in ("a", "an") and not (match.group("of") or _LIMIT.search(text[: match.start()])):
            continue  # a third city, a quarter that ended in March
        end = match.start("of") if match.group("of") else match.end()
        yield Amount(match.start(), end, 100 * Fraction(_number(above), _PARTS[below]), _ROUGH, "%")
    for match in _OUT_OF.finditer(text):
        above, below = _number(match.group("above")), _number(match.group("below"))
        if above < below:
            yield Amount(match.start(), match.end(), Fraction(100 * above, below), _ROUGH, "%")


def _english(text: str) -> Iterator[Amount]:
    """Yield English number words; they are an amount when a scale or a unit stands behind them."""
    for match in _ENGLISH.finditer(text):
        scale, unit, hundred = match.group("scale"), match.group("unit"), match.group("hundred")
        bare = match.group("half") or match.group("number").lower() in ("a", "an")
        if not (scale or (unit and not bare)):
            continue
        value = _HALF if match.group("half") else Fraction(_number(match.group("number")))
        if hundred:
            value = value * 100 + _number(match.group("rest") or "")
        factor = SCALES[scale.lower()] if scale else 1
        half = Fraction(1, 20) if match.group("half") else _HALF * (100 if hundred and not match.group("rest") else 1)
        yield Amount(match.start(), match.end(), value * factor, half * factor, unit or "", factor)


def _ranks(text: str) -> Iterator[Amount]:
    for match in _RANK.finditer(text):
        told = match.group("nth") or match.group("bare")
        low = bool(match.group("bottom") or match.group("last"))
        start = match.end("under") if match.group("under") else match.start()
        value = numeral(told)[0] if told else Fraction(1)
        yield Amount(start, match.end(), value, _HALF, rank=-1 if low else 1)
    for match in _ENGLISH_RANK.finditer(text):
        word = next(told for told in match.groups() if told).lower()
        low = bool(match.group("low") or match.group("lowest") or word == "last")
        place = int(word) if word.isdigit() else _ORDINALS.get(word, 1)
        yield Amount(match.start(), match.end(), Fraction(place), _HALF, rank=-1 if low else 1)


def _number(words: str) -> int:
    """Return the number that words below a hundred say; ``a`` is one, nothing is nought."""
    parts = re.split(r"[- ]", words.lower()) if words else []
    return sum(_NUMBERS.get(part, 1) for part in parts)
