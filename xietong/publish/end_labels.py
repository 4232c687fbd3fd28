"""Where the name at the end of a line stands, so that no other line runs through it and no two names meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xietong.publish.axes import breadth
from xietong.publish.style import SIZE

__all__ = ["offsets"]

_GAP, _TALL, _STEP = 8.0, 16.0, 4.0
"""Pixels between a line and its name, the height of a name, and how finely lines are followed."""

Box = tuple[float, float, float, float]
Values = Sequence[float | None]


def offsets(lines: Sequence[Values], names: Sequence[str], wide: float, tall: float) -> list[tuple[float, float]]:
    """Return how far each name is moved from its place to the right of the last value of its line.

    ``wide`` and ``tall`` are the pixels of the plot. A line that runs to the end keeps its name there, where nothing
    passes; other names are moved above or below as far as they need, and never left of the plot.
    """
    known = [value for line in lines for value in line if value is not None]
    low, spread = min(known, default=0.0), (max(known, default=0.0) - min(known, default=0.0)) or 1.0
    places = [
        [None if value is None else (wide * at / max(1, len(line) - 1), tall * (1 - (value - low) / spread))
         for at, value in enumerate(line)]
        for line in lines
    ]  # fmt: skip
    taken: list[Box] = []
    found = []
    for index, (line, name) in enumerate(zip(places, names, strict=True)):
        ends = [place for place in line if place is not None]
        if not ends or not name:
            found.append((0.0, 0.0))
            continue
        others = [dot for other, path in enumerate(places) if other != index for dot in _dots(path)]
        inside = line[-1] is None
        moves = _moves(breadth(name, SIZE), ends[-1][0]) if inside else [(0.0, 0.0)]
        boxes = {move: _box(ends[-1], move, name) for move in moves}
        free = [move for move, box in boxes.items() if not _met(box, others, taken)]
        found.append(free[0] if free else moves[0])
        taken += [boxes[found[-1]]] if inside else []
    return found


def _moves(wide: float, room: float) -> list[tuple[float, float]]:
    """Return the moves that are tried, the nearest first; ``room`` is what lies left of the end of the line."""
    middle, left = -min(wide / 2, room) - _GAP, -min(wide, room) - _GAP
    return [(0.0, 0.0), *((x, y) for y in (-_TALL, _TALL, -2 * _TALL, 2 * _TALL) for x in (middle, left, 0.0))]


def _box(end: tuple[float, float], move: tuple[float, float], name: str) -> Box:
    left, middle = end[0] + _GAP + move[0], end[1] + move[1]
    return left, middle - _TALL / 2, left + breadth(name, SIZE), middle + _TALL / 2


def _dots(path: Sequence[tuple[float, float] | None]) -> Iterator[tuple[float, float]]:
    """Yield the points of a line and, between neighbours, steps along it."""
    for before, after in zip([None, *path], path, strict=False):
        if after is None:
            continue
        start = before or after
        steps = int(max(abs(after[0] - start[0]), abs(after[1] - start[1])) / _STEP) + 1
        for step in range(1, steps + 1):
            part = step / steps
            yield start[0] + part * (after[0] - start[0]), start[1] + part * (after[1] - start[1])


def _met(box: Box, dots: Sequence[tuple[float, float]], taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    if any(left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2 for x, y in dots):
        return True
    return any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in taken)
