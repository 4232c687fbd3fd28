"""Times: the period a figure speaks of, and the date on which a publication came out.

A period is a year ``2023``, a quarter ``2023-Q1``, a month ``2023-06``, a moment ``2020-11-01`` or a closed span
``2014/2020`` (cumulative).  An edition is a date of any precision, or a span when only that much is known.
"""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from xietong.errors import PackError

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?|-Q([1-4]))?")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, order=True)
class Span:
    """First and last day that a text such as ``2023``, ``2023-06`` or ``2014/2020`` covers."""

    start: date
    end: date


def _days(year: int, month: int, day: int, quarter: int) -> Span:
    if day:
        return Span(date(year, month, day), date(year, month, day))
    first, last = (month or 1, month or 12) if not quarter else (3 * quarter - 2, 3 * quarter)
    return Span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _one(text: str, who: str) -> Span:
    match = _DATE.fullmatch(text)
    if match is not None:
        with suppress(ValueError, calendar.IllegalMonthError):
            year, month, day, quarter = (int(group) if group else 0 for group in match.groups())
            return _days(year, month, day, quarter)
    raise PackError(who, f"'{text}' is no date", ways=("write 2023, 2023-Q1, 2023-06, 2023-06-30 or a span 2014/2020",))


def span(text: str, who: str = "periods") -> Span:
    """Return the days covered by ``text``.

    Raises:
        PackError: when the text is not of a form listed at the top of this module, or ends before it starts.
    """
    first, slash, last = text.strip().partition("/")
    begin = _one(first.strip(), who)
    if not slash:
        return begin
    finish = _one(last.strip(), who)
    if finish.end < begin.start:
        raise PackError(who, f"'{text}' ends before it starts", ways=("write the earlier date first",))
    return Span(begin.start, finish.end)


def years(text: str) -> list[str]:
    """Expand ``2014..2023`` into ten years; a single period stays as it is.

    Raises:
        PackError: when an end is no year, or the last stands before the first.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return [text]
    if not (_YEAR.fullmatch(first) and _YEAR.fullmatch(last) and first <= last):
        raise PackError("periods", f"'{text}' is no range of years", ways=("write the earlier year first: 2014..2023",))
    return [str(year) for year in range(int(first), int(last) + 1)]
