"""A text held against itself: two ends and their difference, parts and their whole, as far as its own digits allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, groupby

from xietong.diagnosis.audit.statement import Statement
from xietong.library.labels import Label


@dataclass(frozen=True)
class Check:
    """Several quantities of one sentence that hang together, and whether they do within their rounding."""

    statements: tuple[Statement, ...]
    holds: bool
    told: Label


def within(found: Sequence[Statement]) -> Iterator[Check]:
    """Yield every sum, difference and growth rate that the figures of a sentence state among themselves."""
    for _, group in groupby(found, key=lambda one: (one.paragraph, one.start)):
        yield from _sentence(tuple(group))


def _sentence(found: tuple[Statement, ...]) -> Iterator[Check]:
    yield from _sums(found)
    levels = [one for one in found if one.kind == "level" and one.period and one.operator in ("=", "~")]
    for late, early in combinations(levels, 2):
        first, last = sorted((late, early), key=lambda one: one.period)
        if first.period == last.period or first.concepts != last.concepts or first.places != last.places:
            continue
        for one in found:
            same = one.period == last.period and one.base == first.period and one.concepts == last.concepts
            if same and one.kind in ("increment", "points") and one.quantity.unit == last.quantity.unit:
                value = (last.quantity.value - first.quantity.value) * one.sign
                half = last.quantity.half + first.quantity.half + one.quantity.half
                yield _check((first, last, one), value, one.quantity.value, half, "−")
            elif same and one.kind == "growth" and one.quantity.unit == "%" and first.quantity.value:
                ratio = last.quantity.value / first.quantity.value
                half = (
                    100 * (last.quantity.half + ratio * first.quantity.half) / first.quantity.value + one.quantity.half
                )
                yield _check((first, last, one), (ratio - 1) * 100 * one.sign, one.quantity.value, half, "÷")


def _sums(found: tuple[Statement, ...]) -> Iterator[Check]:
    """Yield whether the figures directly before a total, of other places or indicators, add up to it."""
    for at, whole in enumerate(found):
        if not whole.total:
            continue
        parts: list[Statement] = []
        for one in reversed(found[:at]):
            alike = one.kind == "level" and one.quantity.unit == whole.quantity.unit and one.period == whole.period
            if not alike or one.quantity.value == whole.quantity.value:
                break
            parts.insert(0, one)
        if len(parts) > 1:
            value = sum((one.quantity.value for one in parts), Fraction(0))
            half = sum((one.quantity.half for one in parts), whole.quantity.half)
            holds = abs(value - whole.quantity.value) <= half
            said = " + ".join(one.quantity.text for one in parts)
            zh, en = ("与文中一致", "agrees with") if holds else ("与文中不符", "does not agree with")
            text = whole.quantity.text
            yield Check((*parts, whole), holds, Label(f"{said}：{zh}（{text}）", f"{said} {en} {text}"))


def _check(found: tuple[Statement, ...], value: Fraction, stated: Fraction, half: Fraction, sign: str) -> Check:
    first, last, one = found
    holds = abs(value - stated) <= half
    said = f"{last.quantity.text} {sign} {first.quantity.text}"
    zh, en = ("与文中一致", "agrees with") if holds else ("与文中不符", "does not agree with")
    return Check(found, holds, Label(f"{said}：{zh}（{one.quantity.text}）", f"{said} {en} {one.quantity.text}"))
