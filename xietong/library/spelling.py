"""Spellings of one name: look-alikes, widths, invisible signs, traditional characters, numerals in words.

`plain` undoes what a reader does not see and keeps the name a name. `folded` goes further and is for comparing only:
small letters and digits, simplified characters, nothing else. `numbered` writes numerals in digits: 三零一, 三O一 and
301 read the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

LOOK_ALIKE = {
    "巿": "市",
    "內": "内",
    "戶": "户",
    "縣": "县",
    "區": "区",
    "邱": "丘",
    "昇": "升",
    "—": "一",
    "〇": "零",
    "囗": "口",
    "曰": "日",
}
"""Characters that are read as others; left as found, right as meant."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3000\u00a0"
CAMPUS = re.compile(r"院区|分院|校区|分部|分校|[东西南北]区")
"""What stands in brackets tells two sites of one body apart."""
BRACKET = re.compile(r"[(（\[【](.+?)[)）\]】]")
_FOREIGN = str.maketrans("АВЕКМНОРСТУХасеорхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXaceopxyABEZHIKMNOPTYXo")
"""Cyrillic and Greek letters that are drawn like Latin ones."""
_DIGITS = {sign: str(at) for at, sign in enumerate("零一二三四五六七八九")} | {"o": "0"}
_RUN = re.compile(r"[零一二三四五六七八九0-9o]{2,}")
_TENS = re.compile(r"第([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_ORDINAL = re.compile(r"第([一二三四五六七八九])")


def plain(text: str) -> str:
    """Return a name without look-alikes, widths and invisible signs."""
    text = unicodedata.normalize("NFKC", "".join(sign for sign in text if sign not in INVISIBLE))
    return "".join(LOOK_ALIKE.get(sign, sign) for sign in text).replace(" ", "")


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


class _Folding(dict[int, str]):
    """What every sign is folded to; a sign is looked at once."""

    def __missing__(self, code: int) -> str:
        sign = LOOK_ALIKE.get(chr(code), chr(code)).translate(_FOREIGN)
        text = unicodedata.normalize("NFKD", sign).lower()
        text = _simplifier().convert(text) if text > "\u2e7f" else text
        self[code] = "".join(LOOK_ALIKE.get(one, one) for one in text if one.isalnum())
        return self[code]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Return the letters and digits of a text, small, simplified, of one width; for comparing, not for showing."""
    return text.translate(_FOLDING)


def numbered(text: str) -> str:
    """Return a folded text with its numerals in digits: 第十二 as 第12, 三零一 as 301; a single one after 第."""
    text = _TENS.sub(lambda match: f"第{_DIGITS.get(match[1], '1')}{_DIGITS.get(match[2], '0')}", text)
    text = _RUN.sub(_in_digits, text)
    return _ORDINAL.sub(lambda match: f"第{_DIGITS[match[1]]}", text)


def _in_digits(run: re.Match[str]) -> str:
    return run[0] if set(run[0]) == {"o"} else "".join(_DIGITS.get(sign, sign) for sign in run[0])


def folded_code(text: str) -> str:
    """Return a code without what its formats differ in: 300810.SZ, 300810SZ and SZ300810 are one code.

    The letters of a market stand behind the six digits, whatever side they were written on; ``.0`` at the end is what a
    spreadsheet made of digits.
    """
    told = folded(re.sub(r"\.0+$", "", text.strip()))
    match = re.fullmatch(r"([a-z]{2})([0-9]{6})", told)
    return match[2] + match[1] if match else told
