"""A drawing: what the engine draws, how large, and what its data say in words."""

from __future__ import annotations

from dataclasses import dataclass

from xietong.publish.axes import Option

__all__ = ["Drawing"]


@dataclass(frozen=True)
class Drawing:
    """A figure's option, its size in pixels, and words for those who cannot see it, made of the same data."""

    option: Option
    width: int
    height: int
    told: str = ""
