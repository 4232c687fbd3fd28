"""Numbers in prose that need no finding behind them, by the rules that chapters and documents share, and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xietong.library.labels import Label

__all__ = ["RULES", "Found", "found", "typed"]

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER = re.compile(r"[\d⁰¹²³⁴-⁹₀-₉①-⓿❶-➓¼-¾⅐-⅞]+(?:[.,:]\d+)*")
_YEAR = r"(?<![\d.])(?:19|20)[0-9]{2}(?![\d.]*[\d%‰+]|\s*(?:%|[亿万千百]|元|吨|percent|per\s+cent|million|billion))"

RULES: dict[str, tuple[Label, str]] = {
    "base": (Label("指数的基期：2014=100", "the base of an index: 2014=100"), rf"{_YEAR}\s*=\s*100(?![\d.%])"),
    "date": (
        Label("年月日：2024-06-30、6月30日、30 June", "a date: 2024-06-30, 30 June"),
        rf"{_YEAR}[-/](?:[0-9]{{1,2}}|Q[1-4])(?:[-/][0-9]{{1,2}})?(?!\d)|[0-9]{{1,2}}\s*[月日](?![\d])"
        rf"|[0-9]{{1,2}}\s+(?:{_MONTHS})\b|\b(?:{_MONTHS})\s+[0-9]{{1,2}}(?![\d.%])",
    ),
    "year": (Label("1900 至 2099 年，后面不跟单位", "a year from 1900 to 2099 with no unit behind it"), _YEAR),
    "label": (
        Label("图、表、附录、章的号", "the number of a figure, table, appendix or chapter"),
        r"(?:[图表章节]|附录|Figures?|Tables?|Appendix|Chapters?|Part|Task|Path)\s*[0-9]+(?:\.[0-9]+)*(?![\d%])",
    ),
    "ordinal": (Label("次序：第 3、3rd", "an order: 3rd"), r"第\s*[0-9]+(?![\d.%])|(?<!\d)[0-9]+(?:st|nd|rd|th)\b"),
    "name": (
        Label("紧接在字母之后的数字，或 5A 一类：PM2.5、T1", "digits joined to letters before them, or 5A: PM2.5, T1"),
        r"[A-Za-z][A-Za-z]*[-_.]?[0-9]+(?:[.-][0-9]+)*[A-Za-z]*(?![\d%])|(?<![\d.])[0-9]A(?![A-Za-z])",
    ),
}
"""The rules: what is left of prose when these are taken away may not contain a digit."""

_EXEMPT = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in RULES.items()))


@dataclass(frozen=True)
class Found:
    """One number of a text, where it stands in it, and the rule under which it needs no finding; none when it does."""

    text: str
    start: int
    rule: str = ""


def found(text: str) -> Iterator[Found]:
    """Yield every number of a text in order, with the rule that excuses it."""
    at = 0
    while number := _NUMBER.search(text, at):
        excused = next((one for one in _EXEMPT.finditer(text, at) if one.end() > number.start()), None)
        if excused is not None and excused.start() <= number.start():
            yield Found(excused[0], excused.start(), str(excused.lastgroup))
            at = excused.end()
        else:
            sign = max(0, number.start() - 1)
            start = sign if text[sign] in "−-" else number.start()
            yield Found(text[start : number.end()], start)
            at = number.end()


def typed(text: str) -> list[str]:
    """Return the numbers of a prose text that no rule excuses."""
    return [one.text for one in found(text) if not one.rule]
