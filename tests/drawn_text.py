"""The texts of a drawing with the boxes that they take, read from its SVG, to see whether any two of them meet."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from html import unescape
from itertools import combinations

from xietong.publish.fonts import widths

TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")
TALL = 0.72
"""Of the size of the type: from the top of a digit or capital to the base line, the least that must stay free."""


@dataclass(frozen=True)
class Drawn:
    """A text and its box; one that is turned has the box of a line through its middle, for it is not compared."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    turned: bool


def breadth(text: str, size: float) -> float:
    known = widths()
    return sum(known.get(sign, 1.0) for sign in text) * size


def texts(svg: str) -> list[Drawn]:
    """Return every text of a drawing."""
    return [_drawn(attributes, unescape(told)) for attributes, told in TEXT.findall(svg) if told.strip()]


def _drawn(attributes: str, text: str) -> Drawn:
    def number(name: str) -> float:
        found = re.search(rf'(?<![\w-]){name}="(-?[\d.e]+)"', attributes)
        return float(found[1]) if found else 0.0

    x, y = number("x"), number("y")
    moved = re.search(r"translate\((-?[\d.e-]+)[ ,](-?[\d.e-]+)\)", attributes)
    x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
    whole = re.search(r"matrix\(([^)]*)\)", attributes)
    turn = 0.0
    if whole:
        a, b, _, _, e, f = (float(one) for one in re.split(r"[ ,]+", whole[1]))
        x, y, turn = x + e, y + f, math.degrees(math.atan2(b, a))
    turned = "rotate" in attributes or abs(turn) > 1
    size = float(re.search(r"font-size:([\d.]+)px", attributes)[1])
    wide = breadth(text, size)
    anchor = re.search(r'text-anchor="(\w+)"', attributes)
    left = x - {"middle": wide / 2, "end": wide}.get(anchor[1] if anchor else "start", 0.0)
    half = size * TALL / 2
    return Drawn(text, left, y - half, left + wide, y + half, size, turned)


def meetings(svg: str) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes lie over one another."""
    straight = [one for one in texts(svg) if not one.turned]
    return [
        (a.text, b.text)
        for a, b in combinations(straight, 2)
        if a.left < b.right - 1 and b.left < a.right - 1 and a.top < b.bottom - 1 and b.top < a.bottom - 1
    ]


def outside(svg: str) -> list[str]:
    """Return the texts that run over the edge of a drawing."""
    wide, tall = (float(one) for one in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    return [
        one.text for one in texts(svg)
        if not one.turned and (one.left < -1 or one.top < -1 or one.right > wide + 1 or one.bottom > tall + 1)
    ]  # fmt: skip
