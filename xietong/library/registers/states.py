"""Dated states with evidence: announced is not under way, and under way is not in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.raw import read_exactly
from xietong.library.registers.classes import RegisterClass
from xietong.library.registers.kinds import day_of

COLUMNS = ("item", "state", "date", "origin", "evidence")


class State(NamedTuple):
    """What an item was from a date on, as a publication bears out."""

    where: str
    item: str
    state: str
    date: str
    origin: str
    evidence: str


def read_states(
    path: Path, shown: str, one: RegisterClass, items: Collection[str], errors: list[XietongError]
) -> list[State]:
    """Read ``CLASS.states.csv``; no file, no states. Every problem goes to ``errors``."""
    if not path.exists():
        return []
    raw = read_exactly(path, shown, COLUMNS, errors)
    found: list[State] = []
    seen: dict[tuple[str, ...], str] = {}
    for line, record in raw.records(errors):
        where = raw.where(line)
        problems = [error.at(where) for error in _problems(record, one, items)]
        first = seen.setdefault(tuple(record[key] for key in COLUMNS[:4]), where)
        if first != where:
            problems.append(PackError(f"states of {one.id}", f"the same state also stands at {first}", where=where))
        errors += problems
        if not problems:
            found.append(State(where, *(record[key] for key in COLUMNS)))
    return found


def _problems(record: Mapping[str, str], one: RegisterClass, items: Collection[str]) -> Iterable[XietongError]:
    who = f"states of {one.id}"
    if record["item"] not in items:
        yield UnknownName(who, "item", record["item"], items)
    if record["state"] not in one.states:
        yield UnknownName(who, "state of the class", record["state"], one.states)
    if record["origin"] not in one.origins:
        yield UnknownName(who, "origin of the class", record["origin"], one.origins)
    if not record["evidence"]:
        yield PackError(who, "the evidence is empty", ways=("say what the publication says",))
    try:
        day_of(record["date"], who)
    except PackError as error:
        yield PackError(who, error.what, ways=error.ways)


def in_order(states: Iterable[State], order: Sequence[str]) -> list[State]:
    """Return states by date; of those that begin together the one further on comes last."""
    return sorted(states, key=lambda one: (day_of(one.date, "state").start, order.index(one.state), one.where))


def standing(states: Iterable[State], order: Sequence[str], day: date) -> State | None:
    """Return the state on a day: the last that had begun.

    A date of a year or a month may lie before or after another inside it; then the state that is further on stands.
    """
    begun = [one for one in states if day_of(one.date, "state").start <= day]
    if not begun:
        return None
    last = max(day_of(one.date, "state").start for one in begun)
    near = [one for one in begun if day_of(one.date, "state").end >= last]
    return max(near, key=lambda one: (order.index(one.state), one.date, one.where))
