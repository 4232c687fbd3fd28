"""Codes of another time: a code that is in no list, was not yet or no longer in force, or means another area by now.

Figures of two years joined by code compare a county with the district that took its place, or with nothing. Told table by
table: codes unknown to the official lists; codes outside their years; and, between two tables of one concept, codes that
only one of them has, and codes whose area changed in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from xietong.diagnosis.suspicions.suspicion import Case, Cells, Evidence, Suspicion, detector, listed, spans
from xietong.library.labels import Label
from xietong.library.periods import span
from xietong.library.places import Gazetteer
from xietong.library.sheets import Figures, Panel

FEW = 3


@detector("失效、未生效或改指他地的代码 | Stale or re-used codes")
def stale_codes(case: Case) -> Iterator[Suspicion]:
    """A code that no list has, that was not in force then, or that stands for another area in another year."""
    said: set[str] = set()
    for one in _all(case) if case.gazetteer.places else ():
        codes = one.what.zh.partition("：")[2]  # the same codes in several tables are said once
        if codes not in said:
            said.add(codes)
            yield one


def _all(case: Case) -> Iterator[Suspicion]:
    levels = {len(code) for code in case.gazetteer.places}
    roots = {code[:2] for code in case.gazetteer.places}
    for figures in case.sheets.figures():
        codes = [code for code in figures.code.labels if code and code[:2] in roots]
        unknown = [code for code in codes if code not in case.gazetteer and len(code) in levels]
        if unknown:
            yield _unknown(figures, unknown)
        yield from _out_of_time(figures, codes, case.gazetteer)
    yield from _between(case)


def _rows(figures: Figures, code: str) -> list[int]:
    return [int(row) for row in (figures.code.at == figures.code.labels.index(code)).nonzero()[0]]


def _unknown(figures: Figures, unknown: list[str]) -> Suspicion:
    rows = [_rows(figures, code)[0] for code in unknown]
    names = listed(f"{figures.code[row]} {figures.place[row]}" for row in rows)
    what = Label(
        f"{figures.name}：{len(unknown)} 个代码不在名录中：{names}",
        f"{figures.name}: {len(unknown)} codes are in no list: {names}",
    )
    evidence = tuple(Evidence(figures.where(row), f"{figures.code[row]} {figures.place[row]}") for row in rows[:12])
    return Suspicion("stale-codes", 0.6, tuple(Cells(figures.name, place=code) for code in unknown), what, evidence)


def _out_of_time(figures: Figures, codes: list[str], gazetteer: Gazetteer) -> Iterator[Suspicion]:
    wrong: dict[str, list[str]] = {}
    for code in codes:
        place = gazetteer.places.get(code)
        if place is not None and (place.valid_from or place.valid_to):
            periods = sorted({figures.period[row] for row in _rows(figures, code)})
            outside = [one for one in periods if one[:4].isdigit() and not place.stands(one)]
            if outside:
                wrong[code] = outside
    if wrong:
        told = listed(f"{gazetteer.label(code)} {code}（{spans(periods)}）" for code, periods in wrong.items())
        rows = [
            next(r for r in _rows(figures, code) if figures.period[r] in periods) for code, periods in wrong.items()
        ]
        what = Label(
            f"{figures.name}：{len(wrong)} 个代码用在它不生效的年份：{told}",
            f"{figures.name}: {len(wrong)} codes are used in years in which they were not in force: {told}",
        )
        shown = tuple(
            Evidence(figures.where(row), f"{figures.code[row]} {figures.place[row]} {figures.period[row]}")
            for row in rows[:12]
        )
        yield Suspicion("stale-codes", 0.7, tuple(Cells(figures.name, place=code) for code in wrong), what, shown)


def _between(case: Case) -> Iterator[Suspicion]:
    panels = [p for f in case.sheets.figures() for p in f.panels.values() if p.concept and len(p.periods) == 1]
    seen: set[tuple[str, str]] = set()
    for one, other in combinations(panels, 2):
        tables = one.figures.name, other.figures.name
        same = one.concept and other.concept and one.concept.id == other.concept.id
        if same and one.figures is not other.figures and tables not in seen:
            seen.add(tables)
            first, last = (one, other) if one.periods[0] < other.periods[0] else (other, one)
            if first.periods != last.periods:
                yield from _changed(first, last, case.gazetteer)


def _changed(first: Panel, last: Panel, gazetteer: Gazetteer) -> Iterator[Suspicion]:
    absent = [code for code in first.places if code not in last.places and code in gazetteer.places]
    gone = [code for code in absent if not gazetteer.places[code].stands(last.periods[0])]
    if len(gone) >= FEW:
        yield _told(
            first, last, gone, 0.85,
            (f"{len(gone)} 个代码到 {last.periods[0]} 已不存在，按代码连接会丢失", f"{len(gone)} codes are gone by {last.periods[0]} and are lost when joined by code"),
            gazetteer,
        )  # fmt: skip
    began, ended = span(first.periods[0]).start, span(last.periods[0]).end
    moved = sorted(
        {
            code
            for change in gazetteer.changes
            if span(change.when).end >= began and span(change.when).start <= ended
            for code in (change.code, *change.into)
            if code in first.places and code in last.places
        }
    )
    if moved:
        yield _told(
            first, last, moved, 0.85,
            (f"{len(moved)} 个代码两年间所辖范围或名称改变，同码不同地", f"{len(moved)} codes stand for another area or name in the two years"),
            gazetteer,
        )  # fmt: skip


def _told(
    first: Panel, last: Panel, codes: list[str], confidence: float, why: tuple[str, str], gazetteer: Gazetteer
) -> Suspicion:
    names = [listed((f"{code} {gazetteer.label(code, language)}" for code in codes), 40) for language in ("zh", "en")]
    files = f"{first.figures.name} → {last.figures.name}"
    what = Label(f"{files}：{why[0]}：{names[0]}", f"{files}: {why[1]}: {names[1]}")
    evidence = []
    for code in codes[:6]:
        for panel in (first, last):
            if code in panel.places:
                i = panel.places.index(code)
                evidence.append(
                    Evidence(panel.where(i, 0), f"{code} {panel.name(i)} {panel.periods[0]}: {panel.text(i, 0)}")
                )
    cells = (Cells(first.figures.name, place=codes[0]), Cells(last.figures.name, period=last.periods[0]))
    return Suspicion("stale-codes", confidence, cells, what, tuple(evidence[:12]))
