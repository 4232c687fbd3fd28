"""Verdicts: a statement held against every candidate, and what it would be if it is none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xietong.diagnosis.audit.candidates import Candidate, candidates
from xietong.diagnosis.audit.cells import Cells
from xietong.diagnosis.audit.statement import Statement
from xietong.diagnosis.audit.words import ELSEWHERE
from xietong.library.labels import Label
from xietong.library.units import unit

VERDICTS = {
    "supported": Label("成立", "supported"),
    "rounding": Label("取整或截尾后成立", "supported after rounding or truncation"),
    "one vintage": Label("仅在一种口径下成立", "supported only in one vintage or perimeter"),
    "contradicted": Label("不成立", "contradicted"),
    "not comparable": Label("不可比", "not comparable"),
    "not checkable": Label("无从核对", "not checkable"),
}
GOOD = ("supported", "rounding", "one vintage")
_NEAR = Fraction(2, 100)
_REVISED = Fraction(20, 100)
"""By so much a census may rewrite a total; what is further off is no earlier publication."""
_TENS, _OFF = 50, 2
"""A growth of so many tens of per cent is a round word and may be off by so many points."""


@dataclass(frozen=True)
class Held:
    """A candidate with its outcome: ``supported``, ``rounded``, ``truncated`` or ``contradicted``."""

    candidate: Candidate
    outcome: str


@dataclass(frozen=True)
class Judgement:
    """A statement with its verdict, the candidates it was held against, and what else is to be said."""

    statement: Statement
    verdict: str
    held: tuple[Held, ...]
    notes: tuple[Label, ...] = ()


def judge(cells: Cells, told: Statement) -> Judgement:
    """Return the verdict on a statement."""
    if not (told.period or told.part or told.target) and told.kind == "level" and told.concepts and told.places:
        return _any_year(cells, told)
    missing = _missing(cells, told)
    held = () if missing else tuple(Held(one, outcome(told, one)) for one in candidates(cells, told))
    if missing or not held:
        return Judgement(told, "not checkable", (), (missing or _no_cell(cells, told),))
    lawful = tuple(one for one in held if one.candidate.comparable)
    if any(one.outcome != "contradicted" for one in lawful):
        return _good(told, lawful)
    across = tuple(one for one in held if one.outcome != "contradicted")
    if across:
        names = _benchmarks(across[0].candidate)
        note = Label(f"只有混用口径（{names}）才得此数", f"only a mix of vintages ({names}) gives this figure")
        return Judgement(told, "not comparable", (*across, *lawful), (note,))
    if not lawful:
        note = Label(
            "数据包里只有两种口径的数，不能相比", "the pack has it on two vintages only, which must not be compared"
        )
        return Judgement(told, "not checkable", held, (note,))
    return _contradicted(cells, told, lawful)


def _good(told: Statement, lawful: Sequence[Held]) -> Judgement:
    """Judge a statement that some candidate bears out."""
    good = [one for one in lawful if one.outcome != "contradicted"]
    bad = [] if told.total else [one for one in lawful if one.outcome == "contradicted"]
    notes = (*_cut(good, told.quantity.shown), *_carried(told))
    if bad and _other_vintage(good, bad):
        note = Label(
            f"成立的口径：{_named(good, 'zh')}；不成立的：{_named(bad, 'zh')}",
            f"holds for: {_named(good, 'en')}; not for: {_named(bad, 'en')}",
        )
        return Judgement(told, "one vintage", (*good, *bad), (note, *notes))
    if bad:
        others = dict.fromkeys(told.quantity.shown(one.candidate.value) for one in bad)
        zh, en = f"同一口径另有公布值 {'、'.join(others)}", f"other publications give {', '.join(others)}"
        if any(_exchanged(told, one.candidate) for one in bad):
            zh, en = f"{zh}，只差两位数字对调", f"{en}, with two digits exchanged"
        notes = (Label(zh, en), *notes)
    exact = any(one.outcome == "supported" for one in good)
    return Judgement(told, "supported" if exact else "rounding", (*good, *bad), notes)


def _any_year(cells: Cells, told: Statement) -> Judgement:
    """Judge a statement that names no year by every year there is: it holds for those that are named, or is open."""
    none = Label("没有说明年份", "no year is named")
    stands = {year for concept in told.concepts for place in told.places for year in cells.periods(concept, place)}
    years = sorted({year[:4] for year in stands if "/" not in year})
    judged = [judge(cells, replace(told, period=year)) for year in years]
    good = [one for one in judged if one.verdict in GOOD]
    if not good:
        return Judgement(told, "not checkable", tuple(held for one in judged for held in one.held), (none,))
    names = ", ".join(one.statement.period for one in good)
    note = Label(f"{none.zh}；与 {names} 年的数相符", f"{none.en}; it is the figure of {names}")
    others = _carried(replace(told, carried=tuple(one for one in told.carried if one != "year")))
    return Judgement(told, good[-1].verdict, good[-1].held, (note, *others))


def outcome(told: Statement, candidate: Candidate) -> str:
    """Return how a statement stands to a candidate."""
    stated, value, one = told.quantity.value, candidate.value, told.quantity
    apart = abs(value - stated)
    if told.operator in (">", "<"):
        holds = value > stated - candidate.half if told.operator == ">" else value < stated + candidate.half
        return "supported" if holds else "contradicted"
    if apart <= candidate.half or (apart <= one.half and _tied(one.value, value, one.step)):
        return "supported"
    if told.operator == "~" and apart <= max(one.half, _NEAR * abs(stated)):
        return "rounded"
    if _truncated(value, one.step) == stated:
        return "truncated"
    if told.kind == "growth" and one.unit == "%" and stated >= _TENS and stated % 10 == 0 and apart <= _OFF:
        return "rounded"
    return "rounded" if apart <= one.half + candidate.half else "contradicted"


def _tied(stated: Fraction, value: Fraction, step: Fraction) -> bool:
    """Return whether a value rounds half up, away from zero, to what is stated."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) / step + Fraction(1, 2)) // 1) * step == stated


def _truncated(value: Fraction, step: Fraction) -> Fraction:
    sign = -1 if value < 0 else 1
    return sign * (abs(value) // step) * step


def _missing(cells: Cells, told: Statement) -> Label | None:
    """Return what keeps a statement from being checked at all."""
    if not told.concepts:
        return Label("数据包里没有这里所说的指标", "the pack has no indicator that is named here")
    if told.places in ((), (ELSEWHERE,)):
        unknown = Label("数据包里没有这里所说的地区", "the pack has no place that is named here")
        return unknown if told.places else Label("没有说明地区", "no place is named")
    if other := _no_result(told):
        return other
    if not told.period:
        return Label("没有说明年份", "no year is named")
    if told.kind in ("growth", "increment", "points", "average", "multiple") and not told.base:
        return Label("没有说明与哪一年相比", "the year it is compared with is not named")
    return None


def _no_result(told: Statement) -> Label | None:
    """Return that a figure is no result of a year: aimed at, or of a part of the year."""
    if told.target:
        return Label("这是目标或预期，不是已有的数", "a target or an expectation, no result")
    if told.part:
        zh = f"这是一年中一部分的数（{told.part}），数据包只有全年"
        return Label(zh, f"a figure of part of a year ({told.part}); the pack has whole years")
    return None


def _no_cell(cells: Cells, told: Statement) -> Label:
    concept = cells.pack.concepts[told.concepts[0]]
    place, words = told.places[0], cells.pack.gazetteer
    years = cells.periods(concept.id, place)
    known = f"{years[0]}–{years[-1]}" if years else ""
    zh = f"数据包没有{words.label(place)} {told.period} 年的{concept.short.zh}" + (f"，有 {known}" if known else "")
    en = f"the pack has no {concept.short.en} of {words.label(place, 'en')} for {told.period}" + (
        f"; it has {known}" if known else ""
    )
    return Label(zh, en)


def _contradicted(cells: Cells, told: Statement, held: Sequence[Held]) -> Judgement:
    nearest = sorted(held, key=lambda one: abs(one.candidate.value - told.quantity.value))
    best = nearest[0].candidate
    apart = told.quantity.value - best.value
    part = f"（{float(apart / best.value):+.1%}）" if best.value else ""
    shown, off = told.quantity.shown(best.value), told.quantity.shown(apart)
    zh = f"最近的值是 {shown}，相差 {off}{part}"
    en = f"the nearest value is {shown}, off by {off}{part.replace('（', ' (').replace('）', ')')}"
    notes = [Label(zh, en)]
    hints = _hints(cells, told, held)
    if (
        not hints
        and told.kind == "level"
        and abs(apart) < _REVISED * abs(best.value)
        and (note := _unseen(cells, told))
    ):
        return Judgement(told, "not checkable", tuple(nearest), (*notes, note, *_carried(told)))
    return Judgement(told, "contradicted", tuple(nearest), (*notes, *hints, *_carried(told)))


def _unseen(cells: Cells, told: Statement) -> Label | None:
    """Return that the pack lacks the first publication of a cell, while it has that of others for the same time."""
    for name in told.concepts:
        family = cells.pack.benchmarks.get(cells.pack.concepts[name].benchmarks)
        first = family.order[0] if family else ""
        if (
            first
            and first in cells.benchmarks(name, told.period)
            and not any(
                first == one.benchmark for place in told.places for one in cells.values(name, place, told.period)
            )
        ):
            return Label(
                "数据包没有这一年的初次公布值，所述可能是它",
                "the pack does not have what was first published for that year; the figure may be that",
            )
    return None


def _hints(cells: Cells, told: Statement, held: Sequence[Held]) -> list[Label]:
    """Return what the figure would be right for: another unit, digits exchanged, another year, another place."""
    found: list[Label] = []
    for power in () if told.kind == "rank" else (4, 8, -4, -8, 1, -1, 2, -2):
        if any(outcome(_scaled(told, power), one.candidate) == "supported" for one in held if one.candidate.comparable):
            found.append(
                Label(
                    f"若乘以 10 的 {power} 次方则成立：疑似单位或小数点错",
                    f"right when multiplied by 10^{power}: a unit or a decimal point may have slipped",
                )
            )
            break
    if any(_exchanged(told, one.candidate) for one in held):
        found.append(Label("与数据包的值只差两位数字对调", "two digits are exchanged against the value of the pack"))
    return [*found, *_otherwise(cells, told), *_elsewhere(cells, told)]


def _otherwise(cells: Cells, told: Statement) -> Iterator[Label]:
    """Yield what the figure would be right as: the other direction, points instead of percent, a multiple."""
    one = told.quantity
    if told.kind in ("growth", "increment", "points", "average", "gap") and _holds(
        cells, replace(told, sign=-told.sign)
    ):
        yield Label("方向相反则成立", "right in the other direction")
    if told.kind == "growth" and one.unit == "%":
        points = replace(told, kind="points", quantity=replace(one, unit="百分点"))
        if all(unit(cells.pack.concepts[name].unit).is_ratio for name in told.concepts) and _holds(cells, points):
            yield Label("这是百分点之差，不是百分比", "this is a difference in percentage points, no percentage")
    if told.kind == "points" and _holds(cells, replace(told, kind="growth", quantity=replace(one, unit="%"))):
        yield Label("这是百分比变化，不是百分点", "this is a change in per cent, not in percentage points")
    if one.unit == "倍" and told.kind == "growth" and _holds(cells, replace(told, kind="multiple")):
        yield Label(
            "这是“为其若干倍”，不是“增长若干倍”", "it became so many times as large; it did not grow by so many times"
        )
    if one.unit == "倍" and told.kind == "multiple" and _holds(cells, replace(told, kind="growth")):
        yield Label(
            "这是“增长若干倍”，不是“为其若干倍”", "it grew by so many times; it did not become so many times as large"
        )


def _scaled(told: Statement, power: int) -> Statement:
    factor = Fraction(10) ** power
    one = told.quantity
    return replace(told, operator="=", quantity=replace(one, value=one.value * factor, half=one.half * factor))


def _exchanged(told: Statement, candidate: Candidate) -> bool:
    step = told.quantity.step
    stated = str(round(told.quantity.value / step))
    value = str(round(candidate.value / step))
    if len(stated) != len(value) or stated == value:
        return False
    differ = [at for at, (a, b) in enumerate(zip(stated, value, strict=True)) if a != b]
    return len(differ) == 2 and stated[differ[0]] == value[differ[1]] and stated[differ[1]] == value[differ[0]]


def _elsewhere(cells: Cells, told: Statement) -> list[Label]:
    """Look for the year or the place for which the figure is right."""
    words, found = cells.pack.gazetteer, list[Label]()
    if not told.period.isdigit():
        return found
    year = int(told.period)
    for other in (year - 1, year + 1, year - 2, year + 2, year - 3, year + 3):
        shift = str(int(told.base) + other - year) if told.base else ""
        if _holds(cells, replace(told, period=str(other), base=shift)):
            found.append(Label(f"这是 {other} 年的数", f"this is the figure of {other}"))
            break
    members = {
        code for one in words.perimeters.values() for code in one.members if set(told.places) & {one.id, *one.members}
    }
    for place in sorted(
        {*members, *(name for name in words.perimeters if members & set(words.perimeters[name].members))}
    ):
        if place not in told.places and _holds(cells, replace(told, places=(place,))):
            found.append(Label(f"这是{words.label(place)}的数", f"this is the figure of {words.label(place, 'en')}"))
            break
    return found


def _holds(cells: Cells, told: Statement) -> bool:
    told = replace(told, operator="=")
    return any(one.comparable and outcome(told, one) == "supported" for one in candidates(cells, told))


def _other_vintage(good: Sequence[Held], bad: Sequence[Held]) -> bool:
    """Return whether those that contradict stand on another benchmark or in another way of counting."""
    kept = {(one.candidate.benchmarks, str(one.candidate.label)) for one in good}
    return any((one.candidate.benchmarks, str(one.candidate.label)) not in kept for one in bad)


def _named(held: Sequence[Held], language: str) -> str:
    names = dict.fromkeys(
        f"{one.candidate.label.zh if language == 'zh' else one.candidate.label.en}"
        f"{' [' + _benchmarks(one.candidate) + ']' if _benchmarks(one.candidate) else ''}"
        for one in held
    )
    return "；".join(names) if language == "zh" else "; ".join(names)


def _benchmarks(candidate: Candidate) -> str:
    return " + ".join(one for one in candidate.benchmarks if one)


def _cut(good: Sequence[Held], shown: Callable[[Fraction], str]) -> list[Label]:
    if all(one.outcome == "truncated" for one in good):
        value = shown(good[0].candidate.value)
        return [Label(f"系截尾，原值 {value}", f"by cutting digits off; the value is {value}")]
    return []


def _carried(told: Statement) -> list[Label]:
    """Say what was taken over from the sentences before."""
    names = {"place": ("地区", "place"), "year": ("年份", "year"), "concept": ("指标", "indicator")}
    if not told.carried:
        return []
    zh, en = "、".join(names[one][0] for one in told.carried), ", ".join(names[one][1] for one in told.carried)
    return [Label(f"{zh}承上文", f"{en} carried over from what stands before")]
