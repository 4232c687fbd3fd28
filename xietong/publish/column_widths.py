"""How wide the columns of a table must be: by the words that stay whole, and by how much text there is.

Widths are in em, the size of the type. What a sign takes is set high, so that a typeface that is wider than most still
holds its words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

__all__ = ["Need", "columns", "lines", "needs", "shares", "width"]

RUN = 4
"""So many Chinese signs are kept on one line where they stand together: the length of a short name."""
LONGEST = 14.0
"""Em above which a piece may be broken: addresses, names of files."""
POWER = 0.75
"""Between equal parts and parts by the amount of text."""
PIECE = re.compile(r"[⺀-鿿豈-﫿]+|[^\s⺀-鿿豈-﫿]+?(?:(?<=[A-Za-z])-(?=[A-Za-z])|(?=[⺀-鿿豈-﫿]|\s|$))")
WIDE, CAPITAL, NARROW, OTHER = 1.0, 0.78, 0.4, 0.64
HEAVY = 1.18
"""How much wider the bold words of a head are."""
EASY = (11.0, 9.0, 7.0)
"""Em in which a column of text reads well, the best first: the first that all columns can have, none gets less of."""
SLIM = frozenset(" iljtfrI.,:;'|!()[]")


@dataclass(frozen=True)
class Need:
    """What one column needs, in em: ``least`` for its widest piece, ``most`` for its longest cell on one line."""

    least: float
    most: float

    @property
    def easy(self) -> float:
        """Return the narrowest in which the column reads well."""
        return max(self.least, min(self.most, EASY[-1]))


def width(text: str) -> float:
    """Return the width of a text in em, on the safe side."""
    return sum(_sign(sign) for sign in text)


def _sign(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return WIDE
    if sign in SLIM:
        return NARROW
    return CAPITAL if sign.isupper() or sign in "mwM%@→≥≤—" else OTHER


def columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the cells by column; a row that is short has empty cells at its end."""
    return [list(cells) for cells in zip_longest(*rows, fillvalue="")]


def needs(rows: Sequence[Sequence[str]]) -> list[Need]:
    """Return what each column of a table needs, the cells given row by row, the head first."""
    return [_need(*cells) for cells in columns(rows)]


def _need(head: str, *cells: str) -> Need:
    least = max([HEAVY * _least(head), *map(_least, cells)])
    return Need(least, max([least, *map(width, cells)]))


def _least(text: str) -> float:
    pieces = (piece[:RUN] if _sign(piece[0]) == WIDE else piece for piece in PIECE.findall(text))
    return min(LONGEST, max(map(width, pieces), default=0.0))


def shares(wanted: Sequence[Need], room: float, gap: float) -> list[float]:
    """Return the part of the line that each column takes, adding up to one.

    ``room`` is the line and ``gap`` the margins of a cell, in em. Short columns get what they need on one line; the
    others share the rest by the length of their longest cell, and none gets less than its widest piece needs.
    """
    least, most = (
        [value + gap for value in part] for part in zip(*((one.least, one.most) for one in wanted), strict=True)
    )
    least = _eased(least, most, room, gap)
    if sum(most) <= room or sum(least) >= room:
        taken = most if sum(most) <= room else least
    else:
        taken = _shared(least, most, room)
    return [one / sum(taken) for one in taken]


def _eased(least: Sequence[float], most: Sequence[float], room: float, gap: float) -> list[float]:
    """Return what columns get at least: what they must have, or more where all can have more."""
    for ease in EASY:
        easy = [max(one, min(whole, ease + gap)) for one, whole in zip(least, most, strict=True)]
        if sum(easy) < room:
            return easy
    return list(least)


def _shared(least: Sequence[float], most: Sequence[float], room: float) -> list[float]:
    """Return the widths of columns of which the least fits and the most does not."""
    taken: dict[int, float] = {}
    for at in sorted(range(len(most)), key=lambda one: (most[one], one)):
        rest = [one for one in range(len(most)) if one not in taken and one != at]
        left = room - sum(taken.values())
        if most[at] <= left / (len(rest) + 1) and most[at] + sum(least[one] for one in rest) <= left:
            taken[at] = most[at]
    return _by_length(least, most, room, taken)


def _by_length(least: Sequence[float], most: Sequence[float], room: float, taken: dict[int, float]) -> list[float]:
    """Return all widths: those ``taken``; the others by the length of their longest cell, not below their least."""
    while True:
        open_ones = [at for at in range(len(most)) if at not in taken]
        left, weight = room - sum(taken.values()), sum(most[at] ** POWER for at in open_ones)
        wish = {at: left * most[at] ** POWER / weight for at in open_ones}
        short = {at: least[at] for at, value in wish.items() if value < least[at]}
        taken |= short or wish
        if not short:
            return [taken[at] for at in range(len(most))]


def lines(rows: Sequence[Sequence[str]], parts: Sequence[float], room: float, gap: float) -> list[int]:
    """Return how many lines each row takes when the columns have these parts of the line."""
    inside = [max(part * room - gap, WIDE) for part in parts]
    return [
        max((math.ceil(width(cell) / one) or 1 for cell, one in zip(row, inside, strict=False)), default=1)
        for row in rows
    ]
