"""Members that do not add up to the published total of the area they make up.

For a concept that adds up over places, the figures of the places below one are held against its own, in one table or
between two. Differences within rounding are none; where a perimeter or a few units left out carry the difference, the
sentence names them, as an explained difference is still one that a reader must know of. A difference in all years says
that the tables have two vintages or two perimeters; in one indicator of many, that a cell is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from xietong.diagnosis.suspicions.sources_apart import factor
from xietong.diagnosis.suspicions.suspicion import Case, Evidence, Suspicion, cells_at, detector, listed, spans
from xietong.library.areas import Balance, balance
from xietong.library.boundaries import entries
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.sheets import Floats, Panel

RELATIVE = 0.002
"""Sums of rounded members may miss the total by this part of it."""
FEWEST = 3
"""A sum over fewer members is no sum."""
COVERED = 0.8
"""A sum over a smaller part of the members says nothing about the total."""
NATION = 31
"""Provinces of the mainland, for which national totals are published."""
LARGE = 12
"""Explanations are sought among so many units at most."""


@dataclass(frozen=True)
class Account:
    """A total and its members in one period, with what came of holding them against each other."""

    total: Panel
    members: Panel
    parent: str
    period: str
    cell: tuple[int, int]
    rows: tuple[int, ...]
    result: Balance


@detector("各地之和不等于合计 | Members that do not add up to the total")
def members_do_not_add(case: Case) -> Iterator[Suspicion]:
    """The places of an area add up to something else than the area's own figure."""
    found: dict[tuple[int, int, str], list[Account]] = defaultdict(list)
    agree: dict[tuple[int, int, str], int] = defaultdict(int)
    panels = [p for f in case.sheets.figures() for p in f.panels.values() if p.concept and p.concept.adds == "sum"]
    for total, members in _pairs(panels):
        for account in _accounts(total, members, case.gazetteer, panels):
            key = id(total), id(members), account.parent
            if account.result.state in ("explained", "unexplained"):
                found[key].append(account)
            else:
                agree[key] += 1
    for key, accounts in found.items():
        yield _suspicion(accounts, agree[key], case.gazetteer)


def _pairs(panels: list[Panel]) -> Iterator[tuple[Panel, Panel]]:
    """Yield a panel of totals and one of members: the same panel, or two of one concept where the first has the totals."""
    concepts: dict[str, list[Panel]] = defaultdict(list)
    for panel in panels:
        concepts[panel.concept.id if panel.concept else ""].append(panel)
    for group in concepts.values():
        for total in group:
            yield total, total
            yield from ((total, one) for one in group if one is not total)


def _accounts(total: Panel, members: Panel, gazetteer: Gazetteer, panels: list[Panel]) -> Iterator[Account]:
    ratio = factor(members.unit, total.unit)
    if ratio is None:
        return
    at = _standing_for(members, gazetteer)
    for i, parent in enumerate(total.places):
        below = [at[code] for code in gazetteer.children(parent) if code in at]
        if len(below) < FEWEST or (total is not members and parent in at):
            continue
        for j, period in enumerate(total.periods):
            if period not in members.periods or not np.isfinite(total.values[i, j]):
                continue
            column = members.values[below, members.periods.index(period)] * ratio
            known = np.isfinite(column)
            if total is not members and _repeats(total, [members.places[k] for k in below], j, column):
                continue
            if known.sum() < max(FEWEST, COVERED * _expected(parent, period, gazetteer)):
                continue
            value = float(total.values[i, j])
            tolerance = max(RELATIVE * abs(value), 0.5 * len(below)) if _rounded(members) else 0.5
            result = balance(value, column[known].tolist(), tolerance, {}, gazetteer)
            if result.state == "unexplained":
                left_out = _left_out(parent, total, period, gazetteer, panels, set(members.places))
                result = balance(value, column[known].tolist(), tolerance, left_out, gazetteer)
            yield Account(total, members, parent, period, (i, j), tuple(below), result)


def _expected(parent: str, period: str, gazetteer: Gazetteer) -> int:
    """Return how many members an area has, by the pack or by the official list, whichever knows more."""
    known = sum(gazetteer.places[code].stands(period) for code in gazetteer.children(parent))
    return max(known, NATION if gazetteer.places[parent].level == "nation" else _official(parent))


@cache
def _official(parent: str) -> int:
    if parent not in entries():
        return 0
    name, below = entries()[parent].name, {"province": "city", "city": "district"}.get(entries()[parent].level, "")
    return sum(one.level == below and name in (one.province, one.city) for one in entries().values())


def _standing_for(members: Panel, gazetteer: Gazetteer) -> dict[str, int]:
    """Return the position of every place; a perimeter of one place stands for it where it has no figure of its own."""
    at = {code: i for i, code in enumerate(members.places)}
    for i, code in enumerate(members.places):
        perimeter = gazetteer.perimeters.get(code)
        if perimeter is not None and len(perimeter.members) == 1:
            at.setdefault(perimeter.members[0], i)
    return at


def _repeats(total: Panel, below: list[str], period: int, column: Floats) -> bool:
    """Whether the table of the totals has the same members itself, so that it is held against them there."""
    own = [total.values[total.places.index(code), period] if code in total.places else np.nan for code in below]
    return bool(np.allclose(own, column, rtol=0.0005, equal_nan=True))


def _rounded(panel: Panel) -> bool:
    """Whether the values are no whole counts, and so rounded."""
    values = panel.values[np.isfinite(panel.values)]
    return bool(values.size) and not bool((values == np.round(values)).mean() > 0.95 and np.median(values) > 1000)


def _left_out(
    parent: str, total: Panel, period: str, gazetteer: Gazetteer, panels: list[Panel], had: set[str]
) -> dict[str, float]:
    """Return values of units deep inside an area, from any table of the concept, that may have been left out."""
    values: dict[str, float] = {}
    for panel in panels:
        if panel.concept and total.concept and panel.concept.id == total.concept.id and period in panel.periods:
            ratio, j = factor(panel.unit, total.unit) or 0.0, panel.periods.index(period)
            for i, code in enumerate(panel.places):
                deep = code in gazetteer.places and gazetteer.places[code].parent in gazetteer.children(parent)
                if deep and code not in had and np.isfinite(panel.values[i, j]):
                    values[code] = float(panel.values[i, j]) * ratio
    named = {code for perimeter in gazetteer.perimeters.values() for code in (*perimeter.members, *perimeter.without)}
    return {code: value for code, value in values.items() if code in named} if len(values) > LARGE else values


def _suspicion(accounts: list[Account], agree: int, gazetteer: Gazetteer) -> Suspicion:
    worst = max(accounts, key=lambda one: abs(one.result.difference / one.result.total))
    total, members, result = worst.total, worst.members, worst.result
    where = gazetteer.label(worst.parent), gazetteer.label(worst.parent, "en")
    years = spans(one.period for one in accounts)
    by = [listed(gazetteer.label(name, language) for name in result.by) for language in ("zh", "en")]
    percent = f"{100 * result.difference / max(abs(result.total), abs(result.members)):+.1f}%"
    files = total.figures.name if total.figures is members.figures else f"{total.figures.name} / {members.figures.name}"
    why = (
        (f"，差额正是 {by[0]}", f"; {by[1]} account for it")
        if result.by
        else ("，原因不明", "; nothing known accounts for it")
    )
    what = Label(
        f"{total.indicator}（{files}）：{where[0]} {years} 下级之和与公布合计不符，{worst.period} 合计 {result.total:.10g}、"
        f"下级之和 {result.members:.10g}，相差 {percent}{why[0]}",
        f"{total.indicator} ({files}): the members of {where[1]} do not add up in {years}; in {worst.period} the total is "
        f"{result.total:.10g} and the sum {result.members:.10g}, a difference of {percent}{why[1]}",
    )
    evidence = [Evidence(total.where(*worst.cell), f"{where[0]} {worst.period}: {total.text(*worst.cell)}")]
    j = members.periods.index(worst.period)
    evidence += [
        Evidence(members.where(i, j), f"{members.name(i)} {worst.period}: {members.text(i, j)}")
        for i in worst.rows[:11]
        if members.rows[i, j] >= 0
    ]
    place = total.places.index(worst.parent)
    period = worst.cell[1] if len(accounts) == 1 else None
    cells = [cells_at(total, place, period)]
    cells += [cells_at(members)] if members is not total else []
    return Suspicion("members-do-not-add", 0.9 if agree or result.by else 0.8, tuple(cells), what, tuple(evidence))
