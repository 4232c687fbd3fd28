"""Draws figures: one option dict gives one SVG, and one SVG gives one PNG, without browser, network or chance."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

from xietong.errors import PublishError
from xietong.publish.assets_index import asset, template_text
from xietong.publish.fonts import font_files, widths
from xietong.publish.style import FAMILY

__all__ = ["FigureEngine", "figure_engine"]

IDENTIFIER = re.compile(r"zr\d+-[\w-]+")
HOVER_STYLE = re.compile(r"<style\s*>.*?</style>", re.DOTALL)
HOVER_CLASS = re.compile(r'\s(?:class|ecmeta_[\w-]+)="[^"]*"')
AXIS_NUMBER = re.compile(r">(-?)(\d{1,3}(?:,\d{3})*(?:\.\d+)?)<")
STACK = 8 * 1024 * 1024
"""Bytes of stack for the script: a map with many rings parses deeper than the default allows."""


class FigureEngine:
    """The drawing library, loaded once; use one engine from one thread."""

    def __init__(self) -> None:
        import quickjs

        self._context: Any = quickjs.Context()
        self._context.set_max_stack_size(STACK)
        self._context.eval(template_text("engine.js"))
        self._context.eval(asset("echarts.min.js").read_text(encoding="utf-8"))
        self._context.eval(f"xietongWidths = {json.dumps(widths())};")
        self._context.eval("echarts.setPlatformAPI({ measureText: xietongMeasure });")
        self._draw: Any = self._context.get("xietongDraw")

    def svg(
        self, option: Mapping[str, object], width: int, height: int, *, title: str = "", description: str = ""
    ) -> str:
        """Return the drawing of ``option`` as standalone SVG; the same option gives the same bytes.

        ``title`` and ``description`` become the alternative text that screen readers speak.
        """
        import quickjs

        text = json.dumps(_quiet(option), ensure_ascii=False, allow_nan=False, sort_keys=False)
        try:
            answer = json.loads(self._draw(text, width, height))
        except quickjs.JSException as fault:
            raise PublishError("figure engine", f"cannot draw '{title or 'a figure'}': {fault}") from fault
        if answer["complaints"]:
            raise PublishError("figure engine", f"'{title or 'a figure'}': {'; '.join(answer['complaints'])}")
        mark = hashlib.sha256(f"{text}{width}x{height}".encode()).hexdigest()[:8]
        return _standalone(answer["svg"], mark, title, description)

    def png(self, svg: str, scale: float = 2.0) -> bytes:
        """Return the PNG of a drawing, ``scale`` times its size, with our own typeface only."""
        import resvg_py

        drawn: bytes = resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=font_files(),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
        return bytes(drawn)


@cache
def figure_engine() -> FigureEngine:
    """Return the engine of this process."""
    return FigureEngine()


def _quiet(option: Mapping[str, object]) -> dict[str, object]:
    """Return the option without movement and with our typeface."""
    return {"animation": False, "textStyle": {"fontFamily": FAMILY}, **option}


def _standalone(svg: str, mark: str, title: str, description: str) -> str:
    """Return the SVG with ids of its own, alternative text, and nothing that only a mouse needs."""
    names: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"f{mark}-{len(names)}")

    plain = HOVER_CLASS.sub("", HOVER_STYLE.sub("", svg))
    plain = AXIS_NUMBER.sub(_as_elsewhere, IDENTIFIER.sub(renamed, plain))
    spoken = f"<title>{escape(title)}</title>" if title else ""
    spoken += f"<desc>{escape(description)}</desc>" if description else ""
    role = f'<svg role="img" aria-label="{escape(title)}"' if title else '<svg role="img"'
    return plain.replace("<svg", role, 1).replace(">", f">{spoken}", 1)


def _as_elsewhere(match: re.Match[str]) -> str:
    """Return a number of an axis as the house prints numbers: a true minus sign, no commas."""
    return f">{'−' if match[1] else ''}{match[2].replace(',', '')}<"
