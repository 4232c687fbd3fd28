"""Concepts: what a figure is about, in which unit it is kept, how it adds up, and which accounts it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xietong.library.labels import Label

KINDS = ("amount", "rate", "share", "index", "score", "count")
DIRECTIONS = ("more", "less", "neither")


@dataclass(frozen=True)
class Concept:
    """A dotted id with label, canonical unit, kind, how it adds over places, direction, and family of benchmarks.

    ``parts`` are the concepts that add up to it, ``ratio`` numerator and denominator of which it is the quotient; both
    serve the check of a table, and the ratio the audit of a text, never a finding.  ``also`` are other words for it in
    running text, ``change_of`` the concept whose change it is (its own where the pack has no levels), ``share_of`` the
    one whose share of the place above it is; these three serve the audit of a text.
    """

    id: str
    label: Label
    unit: str
    kind: str
    adds: str
    direction: str
    benchmarks: str
    definition: Label
    short: Label
    parts: tuple[str, ...] = ()
    ratio: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    change_of: str = ""
    share_of: str = ""
    prices: str = ""
    """``current``, or the year of the prices of an amount of money."""


@dataclass(frozen=True)
class Benchmarks:
    """An ordered family of benchmarks, such as the economic censuses on which GDP stands."""

    id: str
    label: Label
    order: tuple[str, ...]
    names: Mapping[str, Label]

    def rank(self, benchmark: str) -> int:
        """Return the position of a benchmark, the oldest being 0; unknown is -1."""
        return self.order.index(benchmark) if benchmark in self.order else -1
