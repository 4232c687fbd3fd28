"""Times of packs and of SDMX: years, quarters, months and days are written alike, spans and reporting periods are not.

A closed span ``2014/2020`` is a range of start and duration in SDMX, ``2014-01-01/P7Y``.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from xietong.errors import PackError
from xietong.library.periods import span

_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/P([0-9]+)([YMD])")
_REPORTING = re.compile(r"([0-9]{4})-(A1|S([12])|M([0-9]{2}))")


def time_of(period: str) -> str:
    """Return a period as SDMX writes it.

    Raises:
        PackError: when the text is no period.
    """
    if "/" not in period:
        return period
    days = span(period)
    first, after = days.start, days.end + timedelta(days=1)
    months = 12 * (after.year - first.year) + after.month - first.month
    if first.day != 1 or after.day != 1:
        return f"{first}/P{(after - first).days}D"
    return f"{first}/P{months // 12}Y" if months % 12 == 0 and first.month == 1 else f"{first}/P{months}M"


def period_of(time: str) -> str:
    """Return a time of SDMX as packs write it; what is no range and no reporting period is left as it is.

    Raises:
        PackError: when a range cannot be read.
    """
    if match := _REPORTING.fullmatch(time):
        half = {"1": f"{match[1]}-01/{match[1]}-06", "2": f"{match[1]}-07/{match[1]}-12"}
        return match[1] if match[2] == "A1" else f"{match[1]}-{match[4]}" if match[4] else half[match[3]]
    if "/" not in time:
        return time
    first, last, unit = _range(time)
    if unit == "Y" and first.strftime("%m-%d") == "01-01":
        return f"{first.year}/{last.year}"
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    return f"{first:%Y-%m}/{last:%Y-%m}" if unit != "D" and whole else f"{first}/{last}"


def _range(time: str) -> tuple[date, date, str]:
    """Return first day, last day and the unit of the duration."""
    if match := _RANGE.fullmatch(time):
        try:
            first = date.fromisoformat(match[1])
            last = _last(first, int(match[2]), match[3])
        except (ValueError, OverflowError):
            pass
        else:
            if last >= first:
                return first, last, match[3]
    raise PackError("sdmx", f"TIME_PERIOD '{time}' is no range", ways=("write start and duration: 2014-01-01/P7Y",))


def _last(first: date, count: int, unit: str) -> date:
    """Return the last day of a range."""
    if unit == "D":
        return first + timedelta(days=count - 1)
    months = first.month - 1 + count * (12 if unit == "Y" else 1)
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1])) - timedelta(days=1)
