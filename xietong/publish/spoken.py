"""What a figure shows in words, made of the values that it draws, so that the words change when the values do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xietong.library.labels import Language
from xietong.publish.axes import number_text

__all__ = ["in_unit", "over_time", "ranked", "rows"]

_MOST = 16
"""So many rows are told in full; of more, the first and the last few."""
_FEW = 4


def in_unit(unit: str, language: Language, *sentences: str) -> str:
    """Return sentences after the unit of their numbers."""
    stop = "。" if language == "zh" else ". "
    head = [f"单位：{unit}" if language == "zh" else f"Unit: {unit}"] if unit else []
    told = [one for one in (*head, *sentences) if one]
    return (stop.join(told) + stop).strip()


def over_time(name: str, points: Iterable[tuple[str, float | None]], digits: int | None, language: Language) -> str:
    """Return the first and the last value of a line, its highest and its lowest, and the periods without one."""
    all_points = list(points)
    known = [(period, value) for period, value in all_points if value is not None]
    if not known:
        return ""
    ends = [_at(*known[0], digits, language), *([_at(*known[-1], digits, language)] if len(known) > 1 else [])]
    parts = [_joined(ends, language)]
    if len(known) > len(ends):
        high, low = (pick(known, key=lambda one: one[1]) for pick in (max, min))
        words = ("最高", "最低") if language == "zh" else ("highest", "lowest")
        parts += [f"{word} {_at(*one, digits, language)}" for word, one in zip(words, (high, low), strict=True)]
    inside = all_points[all_points.index(known[0]) : all_points.index(known[-1]) + 1]
    if gaps := [period for period, value in inside if value is None]:
        parts.append(f"缺 {_joined(gaps, language)}" if language == "zh" else f"no value for {_joined(gaps, language)}")
    gap, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    return f"{name}{colon if name else ''}{gap.join(parts)}"


def _at(period: str, value: float, digits: int | None, language: Language) -> str:
    text = number_text(value, digits)
    return f"{text}（{period}）" if language == "zh" else f"{text} ({period})"


def _joined(parts: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(parts)


def rows(told: Sequence[tuple[str, Sequence[tuple[str, float | None]]]], digits: int | None, language: Language) -> str:
    """Return each row with its named values, as they stand from top to bottom."""
    gap, colon, none = ("；", "：", "无") if language == "zh" else ("; ", ": ", "none")
    texts = []
    for name, values in told:
        parts = [f"{label} {none if value is None else number_text(value, digits)}".strip() for label, value in values]
        texts.append(f"{name}{colon}{_joined(parts, language)}")
    return gap.join(_shortened(texts))


def ranked(values: Iterable[tuple[str, float | None]], digits: int | None, language: Language) -> str:
    """Return who has which value, from the highest to the lowest, and who has none."""
    all_values = list(values)
    known = sorted(((value, name) for name, value in all_values if value is not None), key=lambda one: -one[0])
    texts = _shortened([f"{name} {number_text(value, digits)}" for value, name in known])
    parts = [("从高到低：" if language == "zh" else "From the highest to the lowest: ") + _joined(texts, language)]
    if none := [name for name, value in all_values if value is None]:
        parts.append(("无数：" if language == "zh" else "no value: ") + _joined(_shortened(none), language))
    return ("；" if language == "zh" else "; ").join(parts)


def _shortened(texts: Sequence[str]) -> list[str]:
    return list(texts) if len(texts) <= _MOST else [*texts[:_FEW], "…", *texts[-_FEW:]]
