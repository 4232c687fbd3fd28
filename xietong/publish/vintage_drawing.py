"""Every vintage of an indicator in one drawing: a colour a place, a line a vintage, a dot a publication.

Nothing joins over a missing year or from one vintage to another; each dot is a link to its line of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import floor, log10

from xietong.library.periods import span
from xietong.publish.axes import number_text
from xietong.publish.style import GRID, MUTED, colour, readable

__all__ = ["Mark", "vintage_drawing"]

WIDTH, HEIGHT = 760, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 110, 26, 34
_DASHES = ("", "7 4", "2 4", "9 3 2 3")
_GAP = 1.5
"""Points of one line that lie further apart, in years, are not joined."""
_TICKS = 5


@dataclass(frozen=True)
class Mark:
    """One published value: whose, of what time, on which vintage, what a reader is told of it, and where it leads.

    Only values of one ``line`` are joined: of one benchmark, or of one publication where none is named.
    """

    place: str
    period: str
    vintage: str
    line: str
    value: float
    text: str
    href: str


def vintage_drawing(marks: Sequence[Mark], *, title: str, unit: str) -> str:
    """Return the drawing as SVG; places and vintages have colours and dashes in the order in which they come."""
    places, vintages = (list(dict.fromkeys(getattr(one, key) for one in marks)) for key in ("place", "vintage"))
    frame = _Frame(marks)
    drawn = [*frame.axes(unit)]
    lines: dict[tuple[str, str], list[Mark]] = {}
    for one in sorted(marks, key=_when):
        lines.setdefault((one.place, one.line), []).append(one)
    for (place, _), line in lines.items():
        dashes = _DASHES[vintages.index(line[0].vintage) % len(_DASHES)]
        drawn += _line(line, frame, colour(places.index(place)), dashes)
    drawn += frame.names(places, marks)
    return (
        f'<svg class="vintages" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(title)}" '
        f'font-size="13" fill="{MUTED}">{"".join(drawn)}</svg>'
    )


def _when(one: Mark) -> float:
    """Return the middle of a period in years."""
    told = span(one.period)
    return 1 + (told.start.toordinal() + told.end.toordinal()) / 2 / 365.2425


class _Frame:
    """The axes: where a time and a value stand on the page."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        times, values = [_when(one) for one in marks], [one.value for one in marks]
        self.begin, self.end = min(times) - 0.3, max(times) + 0.3
        step = _step(max(values) - min(values) or abs(max(values)) or 1.0)
        self.low, count = floor(min(values) / step), 1
        while (self.low + count) * step < max(values):
            count += 1
        self.ticks, self.step = [(self.low + at) * step for at in range(count + 1)], step

    def x(self, when: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (when - self.begin) / (self.end - self.begin)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)

    def axes(self, unit: str) -> Iterator[str]:
        digits = max(0, -floor(log10(self.step)))
        yield f'<text x="{_LEFT}" y="13">{escape(unit)}</text>'
        for tick in self.ticks:
            y = self.y(tick)
            yield f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="{GRID}"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number_text(tick, digits)}</text>'
        years = range(floor(self.begin + 0.3), floor(self.end) + 1)
        every = max(1, -(-len(years) // 9))
        for year in years[::every]:
            yield f'<text x="{self.x(year + 0.5):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{year}</text>'

    def names(self, places: Sequence[str], marks: Sequence[Mark]) -> Iterator[str]:
        """Yield the name of every place beside its last value, moved apart where two would meet."""
        last = {one.place: one for one in sorted(marks, key=_when)}
        taken = -20.0
        for place in sorted(places, key=lambda name: self.y(last[name].value)):
            taken = max(self.y(last[place].value) + 4, taken + 16)
            ink, x = readable(colour(places.index(place))), self.x(_when(last[place])) + 8
            yield f'<text x="{x:.1f}" y="{taken:.1f}" fill="{ink}" font-weight="700">{escape(place)}</text>'


def _step(spread: float) -> float:
    """Return a round step that parts a spread in about five."""
    rough = spread / _TICKS
    power = 10.0 ** floor(log10(rough))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= rough)


def _line(line: Sequence[Mark], frame: _Frame, ink: str, dashes: str) -> Iterator[str]:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    for before, after in pairwise(line):
        if 0 < _when(after) - _when(before) <= _GAP:
            ends = [f"{frame.x(_when(one)):.1f} {frame.y(one.value):.1f}" for one in (before, after)]
            yield f'<path d="M{ends[0]}L{ends[1]}" fill="none" stroke="{ink}" stroke-width="2"{dash}/>'
    for one in line:
        x, y, told = frame.x(_when(one)), frame.y(one.value), escape(f"{one.place} {one.period}: {one.text}")
        yield (
            f'<a href="{escape(one.href)}" aria-label="{told}" tabindex="-1"><title>{told}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{ink}" stroke="#fff" stroke-width=".8"/></a>'
        )
