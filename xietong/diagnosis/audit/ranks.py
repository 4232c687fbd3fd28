"""Ranks: the place of a value among its peers, benchmark by benchmark, where every peer has a value.

The peers are the members of the areas that a text names, else all areas and the place above of which one is a member.
Equal values share the better rank: rank = 1 + the number of peers that are ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xietong.library.labels import Label
from xietong.library.pack import Pack


@dataclass(frozen=True)
class Group:
    """Places that are ranked among each other, and what they are called together."""

    label: Label
    places: tuple[str, ...]


def groups(pack: Pack, place: str, areas: Sequence[str]) -> Iterator[Group]:
    """Yield the groups in which a place may be ranked: those of ``areas`` that hold it, else all that do."""
    gazetteer = pack.gazetteer
    if place not in gazetteer.places:
        return
    level = gazetteer.places[place].level
    known = [
        Group(one.short, tuple(one.members))
        for one in gazetteer.perimeters.values()
        if (not areas or one.id in areas) and all(gazetteer.places[code].level == level for code in one.members)
    ]
    known += [
        Group(
            above.label,
            tuple(
                code for code, one in gazetteer.places.items() if one.level == level and _under(pack, code, above.code)
            ),
        )
        for above in gazetteer.places.values()
        if (above.code in areas if areas else above.code == gazetteer.places[place].parent)
    ]
    for group in known:
        if place in group.places and len(group.places) > 1:
            yield group


def _under(pack: Pack, code: str, above: str) -> bool:
    """Return whether a place lies in another, at any depth."""
    places = pack.gazetteer.places
    while code in places and places[code].parent:
        code = places[code].parent
        if code == above:
            return True
    return False


def rank(mine: Fraction, others: Sequence[Fraction], sign: int) -> int:
    """Return the rank of a value among others, counted from the highest (``sign`` 1) or from the lowest (-1)."""
    return 1 + sum(1 for other in others if sign * (other - mine) > 0)
