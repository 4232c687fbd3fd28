"""How names sound: syllables and initials in pinyin, and the ways to read what someone typed as syllables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice, product

SEVERAL = frozenset("重长行乐都藏单曾调朝传厦蔚亳蚌仇朴解圩查")
"""Characters whose reading hangs on the word: 重庆 and 重点, 长春 and 院长, 乐亭 and 音乐, 蔚县."""
READINGS = 8
"""How many readings of a name are kept, and how many of a query are tried: nobody types a name that has more."""


@cache
def _readings(sign: str) -> tuple[str, ...]:
    """Return how a character may sound, its usual reading first."""
    from pypinyin import Style, pinyin

    told = pinyin(sign, style=Style.NORMAL, heteronym=sign in SEVERAL, errors=lambda other: other)
    return tuple(dict.fromkeys(told[0]))


def syllables(text: str) -> list[list[str]]:
    """Return the readings of a folded name, each a list of syllables: several where a character has several."""
    if not SEVERAL.intersection(text):
        return [[_readings(sign)[0] for sign in text]]
    from pypinyin import lazy_pinyin

    as_word = tuple(" ".join(lazy_pinyin(text, errors=" ".join)).split())
    told = dict.fromkeys((as_word, *islice(product(*map(_readings, text)), READINGS)))
    return [list(one) for one in told if len(one) == len(text)]


def initials(reading: Sequence[str]) -> str:
    """Return the first letters of syllables."""
    return "".join(one[0] for one in reading)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Return all syllables, and all their beginnings."""
    from pypinyin import pinyin_dict
    from pypinyin.constants import Style
    from pypinyin.style import convert

    marked = {one for told in pinyin_dict.pinyin_dict.values() for one in told.split(",")}
    plain = {convert(one, Style.NORMAL, strict=False) for one in marked}
    whole = frozenset(one for one in plain if re.fullmatch(r"[a-z]+", one))
    return whole, frozenset(one[:end] for one in whole for end in range(1, len(one) + 1))


def read_syllables(typed: str) -> list[list[str]]:
    """Return the ways to part letters into syllables, the fewest first; the last may be the beginning of one."""
    whole, begun = _known()
    found: list[list[str]] = []
    open_ones: list[tuple[int, list[str]]] = [(0, [])]
    while open_ones and len(found) < 4 * READINGS:
        at, parts = open_ones.pop()
        if at == len(typed):
            found.append(parts)
            continue
        for end in range(at + 1, min(at + 6, len(typed)) + 1):
            part = typed[at:end]
            if part in whole or (end == len(typed) and part in begun):
                open_ones.append((end, [*parts, part]))
    return sorted(found, key=lambda parts: (len(parts), parts))[:READINGS]
