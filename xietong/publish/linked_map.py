"""A map for the browser: each place is a link that says name and value, points lie on top, a script may move it.

Colour is never alone: the legend names the classes, a place without a value is hatched, and every place says its value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from itertools import pairwise

from xietong.library.labels import Language
from xietong.publish.diagrams import class_texts, class_tones
from xietong.publish.ground import PACKED, Ground
from xietong.publish.maps import on_plane, outlines
from xietong.publish.page_drawings import fifths
from xietong.publish.style import ACCENT, INK, PAPER, RAMP, lightness
from xietong.publish.words import word

__all__ = ["Area", "Spot", "linked_map"]

FEW = 40
"""Up to so many places carry their names and can be reached by the Tab key; more are listed in the table beside."""
STEPS = 1500
"""So many steps a map has from edge to edge; outlines are as fine as that."""
_SIDE = 30


@dataclass(frozen=True)
class Area:
    """A place on the map: its name, what is printed for it, its value (None: no value), and where its link leads."""

    code: str
    name: str
    text: str
    value: float | None
    href: str


@dataclass(frozen=True)
class Spot:
    """A thing on the map in degrees of WGS 84."""

    east: float
    north: float
    name: str
    href: str


def linked_map(
    areas: Sequence[Area], language: Language, *, title: str, spots: Sequence[Spot] = (), ground: Ground = PACKED,
    digits: int | None = None, plain: bool = False,
) -> str:  # fmt: skip
    """Return a figure with map, legend and note; ``plain`` areas have no classes.

    Raises:
        UnknownName: when a place has no outline.
    """
    values = [one.value for one in areas if one.value is not None]
    breaks = [] if plain else _breaks(values)
    tones = [PAPER] if plain else class_tones(len(breaks) + 1)
    mark = f"m{sha256(f'{title}{len(areas)}'.encode()).hexdigest()[:8]}"
    drawn = _plane(tuple(one.code for one in areas), ground)
    few = len(areas) <= FEW
    shapes = "".join(_area(one, drawn, _tone(one, breaks, tones, mark, plain=plain), few=few) for one in areas)
    names = "".join(_name(one, drawn, _tone(one, breaks, tones, mark, plain=plain)) for one in areas) if few else ""
    note = ground.note(language)
    legend = "" if plain else _legend(breaks, tones, digits, missing=len(values) < len(areas), language=language)
    hatch = (
        f'<pattern id="{mark}" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="14" height="14" fill="#eef0f3"/><path d="M0 0V14" stroke="#8b9099" stroke-width="5"/></pattern>'
    )
    told = f'<span>{escape(title)}</span> <span class="quiet">{escape(note)}</span>'
    return (
        f'<figure class="map" data-map><svg viewBox="{drawn.box}" role="group" aria-label="{escape(title)}" '
        f'tabindex="0"><defs>{hatch}</defs><g class="ground">{shapes}{names}{drawn.spots(spots)}</g></svg>'
        f"{legend}<figcaption>{told}</figcaption></figure>"
    )


def _breaks(values: Sequence[float]) -> list[float]:
    """Return the bounds between classes: each value its own class where they are few, else five of as many each."""
    single = sorted(set(values))
    return single[1:] if len(single) <= len(RAMP) else fifths(values)


@lru_cache(32)
def _plane(codes: tuple[str, ...], ground: Ground) -> _Plane:
    return _Plane(codes, ground)


class _Plane:
    """The outlines of some places in whole steps, the north on top."""

    def __init__(self, codes: Sequence[str], ground: Ground) -> None:
        rough = outlines(codes, ground=ground)
        ends = [point for one in rough.geojson["features"] for part in _rings(one) for point in part]
        self.west, self.north = min(x for x, _ in ends), max(y for _, y in ends)
        wide, high = max(x for x, _ in ends) - self.west, self.north - min(y for _, y in ends)
        self.scale = STEPS / max(wide, high)
        fine = rough if self.scale > 1 else outlines(codes, 1 / self.scale, ground)
        self.codes, self.ground, self.centres = list(codes), ground, fine.centroids
        shapes = {one["properties"]["code"]: _rings(one) for one in fine.geojson["features"]}
        self.paths = {code: "".join(map(self._ring, rings)) for code, rings in shapes.items()}
        self.box = f"{-_SIDE} {-_SIDE} {wide * self.scale + 2 * _SIDE:.0f} {high * self.scale + 2 * _SIDE:.0f}"

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return a point of the plane in whole steps."""
        return round((x - self.west) * self.scale), round((self.north - y) * self.scale)

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        """Return a ring in steps from point to point."""
        points = [self.at(x, y) for x, y in ring]
        kept = [one for before, one in zip([None, *points], points, strict=False) if one != before]
        moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(kept)]
        return f"M{kept[0][0]} {kept[0][1]}l{' '.join(f'{x} {y}' for x, y in moves)}z" if len(kept) > 2 else ""

    def spots(self, spots: Sequence[Spot]) -> str:
        """Return points with links; the list beside the map has the same ones, so the Tab key passes over them."""
        told = on_plane(self.codes, [(one.east, one.north) for one in spots], self.ground) if spots else []
        return "".join(
            f'<a href="{escape(one.href)}" aria-label="{escape(one.name)}" tabindex="-1">'
            f'<title>{escape(one.name)}</title><circle cx="{x}" cy="{y}" r="9" fill="{ACCENT}" fill-opacity=".7" '
            f'stroke="{PAPER}" stroke-width="2"/></a>'
            for one, (x, y) in zip(spots, (self.at(*point) for point in told), strict=True)
        )


def _rings(feature: dict[str, dict[str, list[list[list[list[float]]]]]]) -> list[list[list[float]]]:
    return [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]


def _tone(one: Area, breaks: Sequence[float], tones: Sequence[str], mark: str, *, plain: bool) -> str:
    if plain:
        return tones[0]
    return f"url(#{mark})" if one.value is None else tones[bisect_right(breaks, one.value)]


def _area(one: Area, drawn: _Plane, tone: str, *, few: bool) -> str:
    told = escape(f"{one.name}: {one.text}" if one.text else one.name)
    shape = f'<title>{told}</title><path d="{drawn.paths[one.code]}" fill="{tone}"/>'
    still = "" if few else ' tabindex="-1"'
    return f'<a class="area" href="{escape(one.href)}" aria-label="{told}"{still}>{shape}</a>'


def _name(one: Area, drawn: _Plane, tone: str) -> str:
    x, y = drawn.at(*drawn.centres[one.code])
    dark = tone.startswith("#") and lightness(tone) < 56
    ink, halo = (PAPER, tone) if dark else (INK, PAPER)
    lines = [one.name, one.text] if one.value is not None else [one.name]
    told = "".join(f'<tspan x="{x}" dy="{36 * at}">{escape(line)}</tspan>' for at, line in enumerate(lines))
    return f'<text x="{x}" y="{y}" fill="{ink}" stroke="{halo}" aria-hidden="true">{told}</text>'


def _legend(
    breaks: Sequence[float], tones: Sequence[str], digits: int | None, *, missing: bool, language: Language
) -> str:
    rows = [
        f'<li><span class="swatch" style="background:{tone}"></span>{escape(text)}</li>'
        for tone, text in zip(tones, class_texts(breaks, digits), strict=False)
    ]
    rows += [f'<li><span class="swatch hatch"></span>{word("no data", language)}</li>'] if missing else []
    return f'<ul class="legend">{"".join(rows)}</ul>'
