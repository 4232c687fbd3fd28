"""Numerals: the value of a printed number, in Arabic digits or Chinese signs, and half a unit of its last digit."""

from __future__ import annotations

from fractions import Fraction

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
CHINESE = "零〇一二两三四五六七八九十百千"
_SMALL = {"十": 10, "百": 100, "千": 1000}


def numeral(text: str) -> tuple[Fraction, Fraction]:
    """Return the value of a numeral and half a unit of its last digit."""
    if text[0] not in CHINESE:
        plain = text.replace(",", "").replace("−", "-")
        decimals = len(plain.partition(".")[2])
        return Fraction(plain), Fraction(1, 2 * 10**decimals)
    whole, _, decimals_text = text.partition("点")
    value, half = Fraction(_chinese(whole)), Fraction(1, 2)
    for place, sign in enumerate(decimals_text, 1):
        value += Fraction(DIGITS.get(sign, 0), 10**place)
        half = Fraction(1, 2 * 10**place)
    return value, half


def _chinese(text: str) -> int:
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * _SMALL[sign], 0
    return total + digit
