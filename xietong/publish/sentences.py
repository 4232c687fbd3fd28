"""Words of a chapter that depend on the data: which way something moves, what is highest, what a verdict calls for.

The rule chooses, the chapter writes the words; what is compared are values as they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xietong.errors import PublishError, UnknownName
from xietong.library.explanations import shown
from xietong.library.units import conversion
from xietong.publish import page_sections, plan_words, rankings
from xietong.publish.numbers import Cell, Numbers
from xietong.publish.words import word

__all__ = ["bounded", "chosen", "compared", "functions", "length", "sign", "trend"]


def functions(numbers: Numbers) -> dict[str, Callable[..., str]]:
    """Return the functions that choose words, and those that print a single number of a table or of others."""
    return {
        "length": lambda name, axis: length(numbers, name, axis),
        "trend": lambda names, begin, end, rises="", falls="", stays="", unclear="", **select: trend(
            numbers, names, (begin, end), {"rises": rises, "falls": falls, "stays": stays, "unclear": unclear}, select
        ),
        "chosen": lambda name, **words: chosen(numbers, name, words),
        "sign": lambda name, positive, negative, zero="", mixed="", **select: sign(
            numbers, name, {"positive": positive, "negative": negative, "zero": zero, "mixed": mixed}, select
        ),
        "compared": lambda pair, higher, lower, same, **select: compared(
            numbers, pair, {"higher": higher, "lower": lower, "same": same}, select
        ),
        "bounded": lambda names, limit, within, beyond: bounded(numbers, names, limit, (within, beyond)),
        "quoted": numbers.quote,
        **page_sections.functions(numbers),
        **plan_words.functions(numbers),
        **rankings.functions(numbers),
    }


def length(numbers: Numbers, name: str, axis: str) -> str:
    """Return how many labels a finding has on an axis, linked to its entry."""
    series = numbers.edition.finding(name).series
    if series is None:
        raise PublishError(name, "only a finding with values has axes")
    return numbers.whole(name, str(len(series.axis(axis).labels)))


def trend(
    numbers: Numbers,
    names: str | Sequence[str],
    ends: tuple[str, str],
    words: Mapping[str, str],
    select: Mapping[str, str],
) -> str:
    """Return the words for the way in which findings moved between two periods, as their values are printed.

    All rise, all fall, all stay; anything else is unclear. Where the chapter gives no words, the house's are taken.
    """
    moves = {_move(numbers, name, ends, select) for name in ([names] if isinstance(names, str) else names)}
    state = moves.pop() if len(moves) == 1 else "unclear"
    return words.get(state) or word(state, numbers.language)


def _move(numbers: Numbers, name: str, ends: tuple[str, str], select: Mapping[str, str]) -> str:
    before, after = (_printed(numbers.cell(name, {**select, "period": end})) for end in ends)
    return "rises" if after > before else "falls" if after < before else "stays"


def _printed(cell: Cell) -> float:
    """Return the value of a cell as it is printed."""
    return float(shown(float(cell.series.values), cell.finding.digits))


def chosen(numbers: Numbers, name: str, words: Mapping[str, str]) -> str:
    """Return the words that a chapter has for the verdict on a claim, or for the state of a finding.

    Raises:
        PublishError: when the finding has no verdict.
        UnknownName: when the chapter has no words for it.
    """
    verdict = str(numbers.edition.finding(name).payload.get("verdict", ""))
    if not verdict:
        raise PublishError(name, "this finding has no verdict", ways=("name a claim",))
    key = verdict.replace(" ", "_")
    if key not in words:
        raise UnknownName(f"chosen('{name}')", "words for the verdict", key, words)
    return words[key]


def sign(numbers: Numbers, name: str, words: Mapping[str, str], select: Mapping[str, str]) -> str:
    """Return the words for the sign of a number, or of every number that the reference leaves open, as printed.

    Raises:
        PublishError: when the chapter has no words for what is found.
    """
    signs = {(value > 0) - (value < 0) for _, value in rankings.values(numbers, name, select)}
    key = {1: "positive", -1: "negative", 0: "zero"}[signs.pop()] if len(signs) == 1 else "mixed"
    if not words[key]:
        what = f"its sign is {key}, for which the chapter has no words"
        raise PublishError(name, what, ways=(f'sign("{name}", …, {key}="words")',))
    return words[key]


def compared(
    numbers: Numbers, pair: Sequence[str | Sequence[object]], words: Mapping[str, str], select: Mapping[str, str]
) -> str:
    """Return the words for how the first of two numbers stands to the second, at the digits of the coarser.

    Each is an id, or an id with the labels that only it has; what ``select`` says holds for both.

    Raises:
        PublishError: when there are not two.
        UnitMismatch: when the second cannot be brought to the unit of the first.
    """
    if len(pair) != 2:
        raise PublishError("compared", f"{len(pair)} are named", ways=('compared(["first", "second"], …)',))
    one, other = (_cell_of(numbers, told, select) for told in pair)
    digits = min(one.finding.digits, other.finding.digits)
    factor = float(conversion(other.series.unit, one.series.unit, other.finding.id))
    first, second = (float(shown(value, digits)) for value in (_raw(one), _raw(other) * factor))
    return words["higher" if first > second else "lower" if first < second else "same"]


def _raw(cell: Cell) -> float:
    return float(cell.series.values)


def _cell_of(numbers: Numbers, told: str | Sequence[object], select: Mapping[str, str]) -> Cell:
    name, own = (told, {}) if isinstance(told, str) else (str(told[0]), _labels(*told[1:]))
    series = numbers.edition.finding(name).series
    axes = [axis.name for axis in series.axes] if series is not None else []
    return numbers.cell(name, {axis: label for axis, label in select.items() if axis in axes} | own)


def _labels(labels: object = None) -> dict[str, str]:
    return {str(axis): str(label) for axis, label in labels.items()} if isinstance(labels, Mapping) else {}


def bounded(numbers: Numbers, names: str | Sequence[str], limit: float, words: tuple[str, str]) -> str:
    """Return the first words when no number of some findings is further from zero than ``limit``, else the second."""
    every = [names] if isinstance(names, str) else names
    return words[any(abs(value) > limit for name in every for _, value in rankings.values(numbers, name, {}))]
