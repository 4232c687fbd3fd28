"""One list, several dates: entries of one register that were collected at different times.

Counts by place compare one year here with another there. Recognised by the dates of the entries, or by the dates written
in their sources, when they differ within the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed
from xietong.library.labels import Label
from xietong.library.sheets import Items

DATE = re.compile(r"(20\d{2}|19\d{2})\s*(?:年|-|\.)\s*(\d{1,2})(?:\s*(?:月|-|\.)\s*(\d{1,2}))?")
MOST = 40
"""More different dates than this are dates of events and no dates of collection."""


@detector("统计时点不一 | As-of dates that differ")
def as_of_dates(case: Case) -> Iterator[Suspicion]:
    """Entries of one register that carry, or whose sources carry, different dates."""
    for items in case.sheets.items():
        first: dict[str, int] = {}
        for row, (date, source) in enumerate(zip(items.role("date"), items.role("source"), strict=True)):
            for told in [date] if date else _dates(source):
                first.setdefault(told, row)
        if 1 < len(first) <= MOST:
            yield _suspicion(items, first)


def _dates(text: str) -> list[str]:
    """Return the dates written in a source, without those behind the bar, where copies are named."""
    found = DATE.findall(text.partition("|")[0])
    return ["-".join(part.zfill(2) for part in told if part) for told in found]


def _suspicion(items: Items, first: dict[str, int]) -> Suspicion:
    dates = sorted(first)
    what = Label(
        f"{items.name}：同一名录的时点不一：{listed(dates)}",
        f"{items.name}: the entries of one list are of different dates: {listed(dates)}",
    )
    evidence = tuple(
        Evidence(
            items.where(first[date]),
            f"{items.role('name')[first[date]]} {date} {items.role('source')[first[date]][:40]}",
        )
        for date in dates[:12]
    )
    return Suspicion("as-of-dates", 0.85, (Cells(items.name, indicator="date"),), what, evidence)
