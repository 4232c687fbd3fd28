"""The house style of every figure: colours that survive grey print, one scale of type, quiet axes."""

from __future__ import annotations

__all__ = [
    "ACCENT",
    "BELOW",
    "DASHES",
    "FAINT",
    "FAMILY",
    "GRID",
    "INK",
    "MARKERS",
    "MUTED",
    "PALETTE",
    "PAPER",
    "RAMP",
    "SIZE",
    "SMALL",
    "WIDTH",
    "colour",
    "lightness",
    "readable",
]

FAMILY = "Noto Sans SC"
"""The only typeface of figures; it is packed with the program."""

SIZE, SMALL = 13, 12
"""Type in pixels: labels and values; ticks and notes."""

WIDTH = 720
"""Pixels across a figure: at this width its type prints at about eight points on the page."""

INK, MUTED, GRID, FAINT, PAPER = "#1d2430", "#5a6472", "#dfe3e8", "#b6bec8", "#ffffff"
ACCENT = "#b4431c"

PALETTE = ("#16365c", "#d1602a", "#6db7ab", "#7a4a8f", "#e3b23c", "#8b9099", "#2f6f9f", "#a3c1dd")
"""Colours of series in order; neighbours differ in hue for the colour-blind and in lightness for grey print."""

DASHES = ("solid", "dashed", "dotted")
MARKERS = ("circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond")
"""Shapes of series in order, so that no series is told by colour alone."""

TEXT_LIGHTNESS = 46
"""The lightest a small text on paper may be: a contrast of about 5 to 1."""

RAMP = ("#dfe9f1", "#bcd0e1", "#8fb2cd", "#5689af", "#2b5f8c", "#16365c")
"""Classes of a map or matrix from little to much: one hue, even steps of lightness."""


BELOW = ("#f6dfcf", "#e6a77f", "#c8683a")
"""Classes below the middle of a map that has one, from little to much."""


def colour(index: int) -> str:
    """Return the colour of the series at ``index``; more series than colours begin anew."""
    return PALETTE[index % len(PALETTE)]


def lightness(code: str) -> float:
    """Return the CIE 1976 lightness L* of ``#rrggbb``: 0 is black, 100 is white."""
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 216 / 24389 else luminance * 24389 / 27


def readable(code: str) -> str:
    """Return the colour, darkened as far as small text on paper needs."""
    channels = [int(code[i : i + 2], 16) for i in (1, 3, 5)]
    while lightness(code) > TEXT_LIGHTNESS:
        channels = [round(channel * 0.94) for channel in channels]
        code = "#" + "".join(f"{channel:02x}" for channel in channels)
    return code
