"""Kinds: what the words around a quantity say with it (a level, a change, a share) and whether it is a limit."""

from __future__ import annotations

import re

from xietong.diagnosis.audit.markers import (
    AFTER,
    AVERAGE,
    AVERAGE_AFTER,
    BY,
    CHANGE,
    CHANGE_AFTER,
    DATED,
    OPERATORS,
    RATE,
    RISE_OF,
    ROUGHLY,
    SHARE,
    TO,
    Operator,
)
from xietong.diagnosis.audit.quantities import Quantity
from xietong.diagnosis.audit.statement import Kind

_GROWTH = re.compile(r"增速|增长率|growth(?: rate)?", re.IGNORECASE)


def kind_of(one: Quantity, before: str, wide: str, ahead: str, after: str, *, likened: bool) -> tuple[Kind, int]:
    """Return what kind of statement a quantity makes, and whether it tells a rise or a fall."""
    before = ROUGHLY.sub("", ROUGHLY.sub("", DATED.sub("", before)))
    changes = list(CHANGE.finditer(before))
    moved = bool(changes) and (not TO.search(before) or bool(RATE.search(before) or RISE_OF.search(before)))
    if not changes and BY.search(before) and (told := list(CHANGE.finditer(ahead))):
        changes, moved = told, True
    if behind := CHANGE_AFTER.match(after):
        changes, moved = [behind], True
    sign = -1 if changes and (changes[-1].group("fall") or (behind and behind.group("drop"))) else 1
    if sign < 0 and TO.search(before) and _GROWTH.search(before):
        sign = 1  # a rate that dropped to so much is still that much
    if likened:
        return "relative", 1
    if one.unit == "百分点":
        return "points", sign
    if one.unit in ("%", "‰") and (SHARE.search(before) or (SHARE.search(wide) and not changes)):
        return "share", 1
    if not moved:
        return ("multiple" if one.unit == "倍" else "level"), 1
    if one.unit in ("%", "‰"):
        return ("average" if AVERAGE.search(wide) or AVERAGE_AFTER.match(after) else "growth"), sign
    return ("growth" if one.unit == "倍" else "increment"), sign


def operator_of(one: Quantity, before: str, after: str) -> Operator:
    """Return whether a quantity is told as equal, as a limit, or roughly."""
    if re.search(r"[多余]", one.text):
        return ">"
    for operator, pattern in OPERATORS:
        if pattern.search(before):
            return operator
    if one.least:
        return ">"
    return next((operator for operator, pattern in AFTER if pattern.match(after)), "=")
