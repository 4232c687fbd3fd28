"""Words of a chapter that depend on the data: which way something moves, what is highest, what a verdict calls for.

The rule chooses, the chapter writes the words; what is compared are values as they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xietong.errors import PublishError, UnknownName
from xietong.library.explanations import shown
from xietong.publish import page_sections
from xietong.publish.numbers import Numbers
from xietong.publish.tables import names as label_names
from xietong.publish.words import word

__all__ = ["chosen", "extreme", "functions", "length", "trend"]

WAYS = ("highest", "lowest")


def functions(numbers: Numbers) -> dict[str, Callable[..., str]]:
    """Return the functions that choose words, and those that print a single number of a table or of others."""
    return {
        "length": lambda name, axis: length(numbers, name, axis),
        "trend": lambda names, begin, end, rises="", falls="", stays="", unclear="", **select: trend(
            numbers, names, (begin, end), {"rises": rises, "falls": falls, "stays": stays, "unclear": unclear}, select
        ),
        "chosen": lambda name, **words: chosen(numbers, name, words),
        "extreme": lambda names, axis="", which="highest", count=1, **select: extreme(
            numbers, names, axis, which, count, select
        ),
        "value": lambda name, key, row="", column="", digits=None: page_sections.value(
            numbers, name, key, row, column, digits
        ),
        "quoted": numbers.quote,
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
    before, after = (float(_printed(numbers, name, {**select, "period": end})) for end in ends)
    return "rises" if after > before else "falls" if after < before else "stays"


def _printed(numbers: Numbers, name: str, select: Mapping[str, object]) -> str:
    cell = numbers.cell(name, select)
    return shown(float(cell.series.values), cell.finding.digits)


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


def extreme(
    numbers: Numbers, names: str | Sequence[Sequence[str]], axis: str, which: str, count: int, select: Mapping[str, str]
) -> str:
    """Return who has the highest or lowest values: labels of an axis, or of several findings the names given to them.

    Those of one value stand together even when that makes more than ``count``.

    Raises:
        UnknownName: when ``which`` is neither.
        PublishError: when it is not said over what.
    """
    if which not in WAYS:
        raise UnknownName("extreme", "end", which, WAYS)
    values: list[tuple[float, str]] = []
    if isinstance(names, str):
        series = numbers.edition.finding(names).series
        if series is None or not axis:
            raise PublishError(names, "it is not said over which axis", ways=("name the axis: extreme('id', 'place')",))
        labels = series.axis(axis).labels
        for label, text in zip(labels, label_names(numbers, axis, labels), strict=True):
            values.append((float(_printed(numbers, names, {**select, axis: label})), text))
    else:
        values = [(float(_printed(numbers, name, select)), text) for name, text in names]
    ranked = sorted((value for value, _ in values), reverse=which == "highest")
    limit = ranked[min(count, len(ranked)) - 1]
    kept = [one for one in values if (one[0] >= limit if which == "highest" else one[0] <= limit)]
    kept.sort(key=lambda one: -one[0] if which == "highest" else one[0])
    comma = "、" if numbers.language == "zh" else ", "
    return comma.join(text for _, text in kept)
