"""Readings: the rule by which a study takes one value per cell out of many vintages.

``latest`` takes the newest benchmark and, on it, final before preliminary, then the newest edition, then the best
grade; ``first`` reverses that, but for the grade; ``as_of`` is ``latest`` among what had been published by a day;
``origin`` names publications and, of several, takes the latest.
A later text that only rounds an earlier value does not replace it: among values that agree within the rounding of the
chosen one, the most precise is taken.  Two of equal standing that disagree are refused.
Figures from a resale of unknown origin are read only by a reading that says why, under ``resale``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xietong.errors import PackError
from xietong.library.labels import Label
from xietong.library.origins import Grade
from xietong.library.periods import span

RULES = ("latest", "first", "as_of", "origin")


@dataclass(frozen=True)
class Reading:
    """A named rule; ``benchmark`` restricts a family, ``day`` belongs to ``as_of``, ``origins`` to ``origin``.

    ``resale`` is the reason why figures of the grade *resale of unknown origin* may be read; without one they are not.
    """

    name: str
    label: Label
    rule: str
    reason: str
    benchmark: Mapping[str, str] = field(default_factory=dict)
    day: str = ""
    origins: tuple[str, ...] = ()
    resale: str = ""

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise PackError(f"reading {self.name}", f"no rule '{self.rule}'", ways=(f"use one of {', '.join(RULES)}",))
        if self.rule == "as_of":
            span(self.day, f"reading {self.name}, day")
        if self.rule == "origin" and not self.origins:
            raise PackError(
                f"reading {self.name}", "the rule 'origin' names no publication", ways=("add origins = […]",)
            )

    def describe(self) -> str:
        """Return the rule in one line."""
        parts = [self.rule, *(f"{family} on {name}" for family, name in sorted(self.benchmark.items()))]
        parts += [self.day] if self.day else []
        parts += ["resale allowed"] if self.resale else []
        return ", ".join([*parts, *self.origins])


def standing(reading: Reading) -> str:
    """Return the SQL ``order by`` list that puts the value of best standing first."""
    newest = "final desc, edition_end desc nulls last, edition_start desc nulls last, grade asc"
    oldest = "final asc, edition_end asc nulls last, edition_start asc nulls last, grade asc"
    return f"benchmark_rank asc, {oldest}" if reading.rule == "first" else f"benchmark_rank desc, {newest}"


def condition(reading: Reading) -> tuple[str, list[str]]:
    """Return the SQL condition on an observation and its parameters."""
    parts = ["not excluded"]
    values: list[str] = []
    if reading.rule == "origin":
        parts.append(f"origin in ({', '.join('?' * len(reading.origins))})")
        values += reading.origins
    else:
        parts.append("(edition_end is not null or benchmark <> '')")
    if not reading.resale:
        parts.append(f"grade <> {Grade.RESALE.value}")
    if reading.rule == "as_of":
        parts.append("edition_end <= cast(? as date)")
        values.append(span(reading.day).end.isoformat())
    for family, name in sorted(reading.benchmark.items()):
        parts.append("(family <> ? or benchmark = ?)")
        values += [family, name]
    return " and ".join(parts), values
