"""Units as Chinese statistics print them, and exact conversion between units of one dimension.

A unit is a product of powers of base dimensions times a factor; ``亿元/万人`` is money per person with factor 10,000.
Index numbers carry their base (``2014=100``); points of change (``点``) fit any base, two different bases never meet.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from xietong.errors import UnitMismatch, UnknownName

_SCALES = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8, "万亿": 10**12}
_SCALED = {
    "元": "CNY", "美元": "USD", "人": "person", "吨": "tonne", "标准箱": "TEU", "标箱": "TEU",
    "件": "item", "项": "item", "个": "item", "家": "item", "公里": "km", "户": "household", "册": "item",
    "张": "item", "列": "item",
}  # fmt: skip
_PLAIN: dict[str, tuple[str, Fraction]] = {
    "1": ("", Fraction(1)),
    "倍": ("", Fraction(1)),
    "%": ("", Fraction(1, 100)),
    "百分点": ("", Fraction(1, 100)),
    "‰": ("", Fraction(1, 1000)),
    "nat": ("nat", Fraction(1)),
    "点": ("index", Fraction(1)),
    "微克": ("gram", Fraction(1, 10**6)),
    "立方米": ("m3", Fraction(1)),
    "平方公里": ("m2", Fraction(10**6)),
    "平方米": ("m2", Fraction(1)),
    "年": ("year", Fraction(1)),
    "分钟": ("minute", Fraction(1)),
}
_INDEX = re.compile(r"(?:[0-9]{4}|上年)=100")


@dataclass(frozen=True)
class Unit:
    """A dimension (base name and power, sorted), a factor to that dimension's base unit, and the base of an index."""

    text: str
    dimension: tuple[tuple[str, int], ...]
    factor: Fraction
    base: str = ""

    @property
    def is_ratio(self) -> bool:
        """Whether the unit is a pure number (a share, a rate, a multiple)."""
        return not self.dimension


def _known() -> list[str]:
    return [scale + name for name in _SCALED for scale in _SCALES] + list(_PLAIN) + ["2014=100"]


def _single(text: str) -> Unit:
    if text in _PLAIN:
        name, factor = _PLAIN[text]
        return Unit(text, ((name, 1),) if name else (), factor)
    if _INDEX.fullmatch(text):
        return Unit(text, (("index", 1),), Fraction(1), base=text)
    for name, dimension in _SCALED.items():
        scale = text.removesuffix(name)
        if text.endswith(name) and scale in _SCALES:
            return Unit(text, ((dimension, 1),), Fraction(_SCALES[scale]))
    raise UnknownName("units", "unit", text, _known())


@lru_cache(maxsize=1024)
def unit(text: str) -> Unit:
    """Return the unit written as ``text``, for example ``亿元``, ``%``, ``亿元/万人`` or ``2014=100``.

    Raises:
        UnknownName: when a part of the text is no unit; the nearest are offered.
    """
    text = text.strip()
    top, *bottom = (_single(part.strip()) for part in text.split("/"))
    powers = Counter(dict(top.dimension))
    factor = top.factor
    for part in bottom:
        powers.subtract(dict(part.dimension))
        factor /= part.factor
    return Unit(text, tuple(sorted((k, v) for k, v in powers.items() if v)), factor, base=top.base)


def alike(first: Unit, second: Unit) -> bool:
    """Return whether values in the two units may be added: one dimension and no two different index bases."""
    return first.dimension == second.dimension and (not first.base or not second.base or first.base == second.base)


def conversion(source: str, target: str, who: str = "units") -> Fraction:
    """Return the exact factor that turns a value in ``source`` into a value in ``target``.

    Raises:
        UnitMismatch: when the two do not measure the same thing.
    """
    have, want = unit(source), unit(target)
    if not alike(have, want):
        raise UnitMismatch(
            who,
            f"'{source}' cannot be converted into '{target}'",
            why="they measure different things" if have.dimension != want.dimension else "two bases of an index",
            ways=(f"state the unit in which the values are published; '{target}' is expected here",),
        )
    return have.factor / want.factor
