r"""The algebra of areas: what a total covers that its members do not, and whether a known area explains the difference.

A place or perimeter is the set of the lowest units that lie in it at a time. For a published total :math:`T` over area
:math:`A` and members :math:`m_i` over areas :math:`A_i`, the difference is

.. math:: d = T - \sum_i m_i

It is *rounding* when :math:`|d|` is within the sum of half units of the last digits, *explained* when units that lie in
:math:`A` and in no member carry it, or when a known perimeter does, and *unexplained* otherwise. Nothing is rescaled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from xietong.library.places import Gazetteer

MOST = 3
"""A difference is sought in up to this many units that members may leave out."""


@dataclass(frozen=True)
class Balance:
    """A total held against its members: ``state`` is agrees, rounding, explained or unexplained.

    ``difference`` is total less members; ``by`` names the places or perimeters that carry it.
    """

    total: float
    members: float
    difference: float
    state: str
    by: tuple[str, ...] = ()


def units(code: str, gazetteer: Gazetteer, period: str = "") -> frozenset[str]:
    """Return the lowest known units of a place or perimeter, those that stand in ``period`` if one is given."""
    perimeter = gazetteer.perimeters.get(code)
    if perimeter is not None:
        inside = frozenset().union(*(units(one, gazetteer, period) for one in perimeter.members))
        return inside - frozenset().union(*(units(one, gazetteer, period) for one in perimeter.without))
    below = [one for one in gazetteer.children(code) if not period or gazetteer.places[one].stands(period)]
    return frozenset().union(*(units(one, gazetteer, period) for one in below)) if below else frozenset([code])


def difference(
    first: str, second: str, gazetteer: Gazetteer, period: str = ""
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the units that only the first area has, and those that only the second has."""
    one, other = units(first, gazetteer, period), units(second, gazetteer, period)
    return one - other, other - one


def balance(
    total: float, members: Iterable[float], tolerance: float, candidates: Mapping[str, float], gazetteer: Gazetteer
) -> Balance:
    """Hold a total against its members; ``candidates`` are values of units that members may have left out.

    ``tolerance`` is the sum of half units of the last digits printed. A perimeter explains the difference when all its
    members are candidates and add up to it; else up to `MOST` candidates, or one perimeter and one of them.
    """
    whole = sum(members)
    gap = total - whole
    exact = 1e-9 * max(abs(total), 1.0)
    reach = max(tolerance, exact)
    if abs(gap) <= exact:
        return Balance(total, whole, gap, "agrees")
    if abs(gap) <= tolerance:
        return Balance(total, whole, gap, "rounding")
    areas = dict(candidates)
    for name, perimeter in gazetteer.perimeters.items():
        if not perimeter.without and all(one in candidates for one in perimeter.members):
            areas[name] = sum(candidates[one] for one in perimeter.members)
    for count in range(1, MOST + 1):
        for chosen in combinations(sorted(areas, key=lambda one: (one in candidates, one)), count):
            if abs(sum(areas[one] for one in chosen) - gap) <= reach and _apart(chosen, gazetteer):
                return Balance(total, whole, gap, "explained", chosen)
    return Balance(total, whole, gap, "unexplained")


def _apart(chosen: tuple[str, ...], gazetteer: Gazetteer) -> bool:
    """Whether no unit is counted twice."""
    sets = [units(one, gazetteer) for one in chosen]
    return sum(map(len, sets)) == len(frozenset().union(*sets))
