"""A statement: one quantity, what is said of it, and whether a concept can be what it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xietong.diagnosis.audit.markers import Operator
from xietong.diagnosis.audit.quantities import Quantity
from xietong.library.concepts import Concept
from xietong.library.units import unit

Kind = Literal[
    "level", "growth", "average", "increment", "share", "relative", "multiple", "points", "gap", "count", "rank"
]

_MANY = 1000
"""A number without a unit that is as large counts things."""
_EMPTY_FITS = ("index", "share", "score")


@dataclass(frozen=True)
class Statement:
    """One quantity and what it is said of; ``carried`` names what the sentence itself does not say.

    ``of`` are the places it is a share of or compared with, ``whole`` the concepts it is a share of.
    """

    quantity: Quantity
    kind: Kind
    operator: Operator
    sign: int
    concepts: tuple[str, ...]
    places: tuple[str, ...]
    of: tuple[str, ...]
    period: str
    base: str
    sentence: str
    start: int
    paragraph: int
    carried: tuple[str, ...] = ()
    flow: bool = False
    whole: tuple[str, ...] = ()
    real: bool = False
    """Whether a change is told at constant prices: only published changes can bear it out."""
    nominal: bool = False
    """Whether a change is told at current prices: it follows from levels only."""
    part: str = ""
    """The part of the year of which it is told, in the words of the text; empty for a whole year."""
    target: bool = False
    """Whether it is aimed at or expected, and no result."""
    summed: tuple[str, ...] = ()
    """The places before it that a total adds up."""
    total: bool = False
    """Whether it is told as what the figures before it add up to."""


def counts(one: Quantity) -> bool:
    """Return whether a quantity counts things: what they are stands beside it and is never carried over."""
    return bool(one.unit) and unit(one.unit).dimension == (("item", 1),)


def fits(concept: Concept, one: Quantity, kind: Kind) -> bool:
    """Return whether a quantity can speak of a concept: a level needs its unit, a change a concept that has levels."""
    mine = unit(concept.unit)
    if kind in ("growth", "average", "multiple", "share", "relative") or (kind == "gap" and one.unit == "%"):
        return concept.kind in ("amount", "count", "rate", "index", "share") and concept.change_of in ("", concept.id)
    if kind == "points":
        return mine.is_ratio
    if kind == "rank":
        return concept.kind in ("amount", "count", "rate", "index", "share", "score")
    if not one.unit:
        return (
            concept.kind == "count"
            if one.scale > 1 or one.value >= _MANY
            else mine.is_ratio or concept.kind in _EMPTY_FITS
        )
    theirs = unit(one.unit)
    if mine.dimension == theirs.dimension:
        return True
    heads = tuple(part for part in mine.dimension if part != ("person", -1))
    return concept.kind == "rate" and heads == theirs.dimension and len(heads) < len(mine.dimension)
