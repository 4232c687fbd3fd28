"""Small drawings of series around a suspicion: lines that do not join over a gap, marks where the evidence is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from xietong.diagnosis.trends import Point, Trend

__all__ = ["charts", "drawing"]

WIDTH, HEIGHT = 440, 120
_LEFT, _TOP, _BOTTOM = 8, 22, 20
AROUND = 12
"""So many periods are drawn before the first and after the last mark: a long series would be flat there."""
_SIGN, _AIR = 6.2, 5
"""Width of a digit in the type of the labels, and the space between two labels."""
INKS = (("#16365c", ""), ("#5a6472", "5 3"), ("#5a6472", "1 3"))
"""Colour and dashes of the lines, told apart in print as well."""
_MARK = "#b4431c"

Place = tuple[float, float]


def charts(trends: Sequence[Trend]) -> list[list[Trend]]:
    """Return the series that share a place and a unit together, so that they are drawn on one scale."""
    found: dict[tuple[str, str], list[Trend]] = {}
    for one in trends:
        found.setdefault((one.place, one.unit), []).append(one)
    return list(found.values())


def drawing(trends: Sequence[Trend]) -> str:
    """Return the drawing of series of one unit as SVG."""
    periods = _window(trends)
    shown = [[p for p in one.points if p.period in periods and math.isfinite(p.value)] for one in trends]
    values = [p.value for points in shown for p in points]
    low, high = min(values, default=0.0), max(values, default=0.0)
    step = (WIDTH - 2 * _LEFT) / max(1, len(periods) - 1)

    def at(point: Point) -> Place:
        height = (high - point.value) / (high - low) if high > low else 0.5
        return _LEFT + step * periods.index(point.period), _TOP + (HEIGHT - _TOP - _BOTTOM) * height

    lines = [_line(points, ink, at) for points, ink in zip(shown, INKS, strict=False)]
    marks = [(p, at(p)) for points in shown for p in points if p.marked]
    labels = _periods(periods, marks, step) + (_values(marks) if len(trends) == 1 else "")
    told = escape("; ".join(f"{one.indicator} {one.place} {one.table}" for one in trends))
    name = f"{told}: {periods[0]}–{periods[-1]}, {low:.8g}–{high:.8g}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}" font-size="11" fill="#5a6472">'
        f"{''.join(lines)}{labels}</svg>"
    )


def _window(trends: Sequence[Trend]) -> list[str]:
    """Return the periods that are drawn: those around the marks, or all where nothing is marked."""
    periods = sorted({p.period for one in trends for p in one.points})
    marked = [periods.index(p.period) for one in trends for p in one.points if p.marked]
    if not marked:
        return periods
    return periods[max(0, min(marked) - AROUND) : max(marked) + AROUND + 1]


def _line(points: Sequence[Point], ink: tuple[str, str], at: Callable[[Point], Place]) -> str:
    colour, dashes = ink
    lines = [" ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, run)) for run in _runs(points)]
    pen = f'fill="none" stroke="{colour}" stroke-width="1.5"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
    return "".join(
        [*(f'<polyline points="{line}" {pen}/>' for line in lines), *(_dot(p, at(p), colour) for p in points)]
    )


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Return the points in runs without a year left out."""
    runs: list[list[Point]] = []
    for one in points:
        if runs and not _apart(runs[-1][-1].period, one.period):
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run for run in runs if len(run) > 1]


def _apart(before: str, after: str) -> bool:
    return before.isdigit() and after.isdigit() and int(after) - int(before) > 1


def _dot(one: Point, place: Place, colour: str) -> str:
    radius, colour = (4.0, _MARK) if one.marked else (1.8, colour)
    told = escape(f"{one.period}: {one.text} ({one.where})")
    x, y = place
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"><title>{told}</title></circle>'


def _periods(periods: Sequence[str], marks: Sequence[tuple[Point, Place]], step: float) -> str:
    """Return the periods of the marks and the ends, below, as far as there is room."""
    taken, wanted = list[Place](), dict.fromkeys([*(p.period for p, _ in marks), periods[0], periods[-1]])
    told = (_text(one, (_LEFT + step * periods.index(one), HEIGHT - 5), taken, "") for one in wanted)
    return "".join(told)


def _values(marks: Sequence[tuple[Point, Place]]) -> str:
    """Return the marked values in the unit of the drawing, above, as far as there is room."""
    taken = list[Place]()
    return "".join(_text(f"{point.value:.8g}", (x, y - 8), taken, f' fill="{_MARK}"') for point, (x, y) in marks)


def _text(text: str, place: Place, taken: list[Place], ink: str) -> str:
    """Return a label, or nothing where it would lie on another; it is moved inwards at the ends."""
    half = len(text) * _SIGN / 2
    x = min(max(place[0], half), WIDTH - half)
    if any(x - half < right + _AIR and left < x + half + _AIR for left, right in taken):
        return ""
    taken.append((x - half, x + half))
    return f'<text x="{x:.1f}" y="{place[1]:.1f}" text-anchor="middle"{ink}>{escape(text)}</text>'
