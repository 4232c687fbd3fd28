"""The packed typeface: where its files lie, how wide its characters are, and a small cut of it for one page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from xietong.errors import PublishError
from xietong.publish.assets_index import ASSETS, asset

__all__ = ["BOLD", "REGULAR", "faces", "font_directory", "font_files", "missing_characters", "page_font", "widths"]

REGULAR, BOLD = "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"
_HEAVY = re.compile(r"<(h[1-3]|strong)\b.*?</\1>", re.DOTALL)
"""What the style sheets of pages set bold."""
WIDE_FROM = 0x2E80
"""From this code point on a character of the typeface is one em wide."""


def font_directory() -> Path:
    """Return the folder that holds our fonts and no others."""
    asset(REGULAR)
    return ASSETS


def font_files() -> list[str]:
    """Return the paths of the regular and the bold cut."""
    return [str(asset(REGULAR)), str(asset(BOLD))]


@cache
def widths() -> dict[str, float]:
    """Return the advance in em of every character that is not one em wide by its block."""
    from fontTools.ttLib import TTFont

    with TTFont(asset(REGULAR), lazy=True) as font:
        scale, metrics = font["head"].unitsPerEm, font["hmtx"]
        return {
            chr(code): metrics[name][0] / scale for code, name in sorted(font.getBestCmap().items()) if code < WIDE_FROM
        }


@cache
def coverage() -> frozenset[int]:
    """Return the code points that the packed typeface can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(asset(REGULAR), lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: Iterable[str]) -> list[str]:
    """Return the visible characters that the typeface lacks; they would print as boxes."""
    return sorted({symbol for symbol in text if symbol.isprintable() and ord(symbol) not in coverage()})


def page_font(text: str, cut: str = REGULAR) -> bytes:
    """Return a WOFF file with exactly the characters of ``text``, the same bytes for the same characters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    wanted = {ord(symbol) for symbol in text if symbol.isprintable()} | {ord(" ")}
    options = subset.Options(
        flavor="woff",
        hinting=False,
        layout_features=["ccmp", "kern", "locl"],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    if absent := missing_characters(text):
        raise PublishError(
            "fonts",
            f"the typeface lacks {' '.join(absent[:10])}",
            why="they would print as empty boxes",
            ways=("run `make assets` again: the cut of the typeface follows the text of packs/ and studies/",),
        )
    with TTFont(asset(cut), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        # WOFF2 would save a thirtieth of the page and cost a tenth of the time of the whole report.
        font.flavor = "woff"
        out = BytesIO()
        font.save(out)
    return out.getvalue()


def faces(page: str) -> str:
    """Return the rules that carry the typeface, cut to a page; what it cannot draw is left to the reader's system."""
    rules = []
    heavy = " ".join(match[0] for match in _HEAVY.finditer(page))
    for cut, weight, part in ((REGULAR, 400, page), (BOLD, 700, heavy)):
        absent = set(missing_characters(part))
        told = "".join(sorted({sign for sign in part if sign not in absent}))
        font = base64.b64encode(page_font(told, cut)).decode()
        rules.append(
            "@font-face{font-family:'Noto Sans SC';font-style:normal;"
            f"font-weight:{weight};src:url(data:font/woff;base64,{font}) format('woff')}}"
        )
    return "\n".join(rules)
