"""Kinds of attributes: what a cell of each may say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.numbers import read_number
from xietong.library.periods import Span, span

KINDS = ("text", "number", "date", "word", "code", "longitude", "latitude", "place")
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_BOUNDS = {"longitude": 180.0, "latitude": 90.0}


def day_of(text: str, who: str) -> Span:
    """Return the days that a date of a year, a month or a day covers.

    Raises:
        PackError: when the text is no such date.
    """
    if not _DAY.fullmatch(text):
        raise PackError(who, f"'{text}' is no date", ways=("write 2023, 2023-06 or 2023-06-30",))
    return span(text, who)


def value_problem(
    kind: str, text: str, who: str, words: Mapping[str, str], places: Collection[str]
) -> XietongError | None:
    """Return what is wrong with one value of a kind, None when nothing is."""
    try:
        if kind == "number":
            read_number(text)
        elif kind in _BOUNDS and abs(float(read_number(text).value)) > _BOUNDS[kind]:
            return PackError(who, f"'{text}' is no {kind}", ways=("write degrees with a decimal point",))
        elif kind == "date":
            day_of(text, who)
    except PackError as error:
        return PackError(who, error.what, ways=error.ways)
    if kind == "word" and text not in words:
        return UnknownName(who, "word", text, words)
    if kind == "place" and text not in places:
        return UnknownName(who, "place", text, places)
    return None
