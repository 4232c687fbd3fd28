"""Orders that the data make: who is first, who lies beyond a limit, which years nobody published, which grade is worst.

Values are compared as they are printed, so that a sentence never says more than its reader can see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import isnan

from xietong.errors import PublishError, UnknownName
from xietong.library.explanations import shown
from xietong.library.labels import Language
from xietong.library.origins import Flag, Grade
from xietong.library.series import Series
from xietong.publish.numbers import Numbers, runs
from xietong.publish.tables import names as label_names

__all__ = ["absent", "extreme", "functions", "grade", "ranked", "standing", "those", "values"]

WAYS = ("highest", "lowest", "largest")
SIDES = ("above", "below")


def functions(numbers: Numbers) -> dict[str, Callable[..., str]]:
    """Return the functions that name places, years and grades by rule."""
    return {
        "extreme": lambda names, axis="", which="highest", count=1, **select: extreme(
            numbers, names, axis, which, count, select
        ),
        "ranked": lambda name, axis, which="highest", count=3, **select: ranked(
            numbers, name, axis, which, count, select
        ),
        "those": lambda name, axis, which, than, none, **select: those(
            numbers, name, axis, (which, float(than)), none, select
        ),
        "absent": lambda concept, place, begin, end, none: absent(numbers, concept, place, (begin, end), none),
        "grade": lambda name, **select: grade(numbers, name, select),
        "standing": lambda name, **select: standing(numbers, name, select),
    }


def values(numbers: Numbers, name: str, select: Mapping[str, object]) -> Iterator[tuple[dict[str, object], float]]:
    """Yield every cell of a finding that a reference leaves open, with its value as printed; absent ones are left out.

    Raises:
        PublishError: when the finding has no values.
    """
    part, digits = _part(numbers, name, select), numbers.edition.finding(name).digits
    labels = product(*(axis.labels for axis in part.axes))
    for cell, value in zip(labels, part.values.ravel().tolist(), strict=True):
        if not isnan(value):
            own = dict(zip((axis.name for axis in part.axes), cell, strict=True))
            yield {**select, **own}, float(shown(value, digits))


def _over(numbers: Numbers, name: str, axis: str, select: Mapping[str, object]) -> list[tuple[float, str]]:
    """Return the values of a finding along one axis with their labels."""
    if not axis:
        raise PublishError(name, "it is not said over which axis", ways=("name the axis: extreme('id', 'place')",))
    series = numbers.edition.finding(name).series
    if series is not None:
        _ = series.axis(axis)
    open_axes = [one.name for one in series.axes if one.name not in select and one.name != axis] if series else []
    if open_axes:
        raise PublishError(name, f"the reference leaves {', '.join(open_axes)} open", ways=("name one label of each",))
    return [(value, str(cell[axis])) for cell, value in values(numbers, name, select)]


def _first(told: Sequence[tuple[float, str]], which: str, count: int) -> list[tuple[float, str]]:
    """Return the first of an order and what is equal to the last of them."""
    if which not in WAYS:
        raise UnknownName("extreme", "end", which, WAYS)
    if count < 1:
        raise PublishError("extreme", f"{count} are asked for", why="an order has at least a first")
    keys: dict[str, Callable[[float], float]] = {
        "highest": lambda value: -value, "lowest": lambda value: value, "largest": lambda value: -abs(value),
    }  # fmt: skip
    key = keys[which]
    ordered = sorted(told, key=lambda one: key(one[0]))
    return [one for one in ordered if key(one[0]) <= key(ordered[min(count, len(ordered)) - 1][0])]


def extreme(
    numbers: Numbers, names: str | Sequence[Sequence[str]], axis: str, which: str, count: int, select: Mapping[str, str]
) -> str:
    """Return who has the highest or lowest values: labels of an axis, or of several findings the names given to them.

    Those of one value stand together even when that makes more than ``count``.

    Raises:
        UnknownName: when ``which`` is neither.
        PublishError: when it is not said over what.
    """
    if isinstance(names, str):
        told = [(value, label_names(numbers, axis, [label])[0]) for value, label in _over(numbers, names, axis, select)]
    else:
        told = [(value, text) for name, text in names for _, value in values(numbers, name, select)]
    return _joined([text for _, text in _first(told, which, count)], numbers.language)


def ranked(numbers: Numbers, name: str, axis: str, which: str, count: int, select: Mapping[str, object]) -> str:
    """Return the first of an order with their numbers, linked: *Langfang (25.3%), Beijing (11.6%)*.

    Raises:
        UnknownName: when ``which`` is no end of an order.
        PublishError: when an axis is left open.
    """
    first = _first(_over(numbers, name, axis, select), which, count)
    return _numbered(numbers, name, axis, [label for _, label in first], select)


def those(
    numbers: Numbers, name: str, axis: str, limit: tuple[str, float], none: str, select: Mapping[str, object]
) -> str:
    """Return all whose number lies above or below a limit, the farthest first, with their numbers; else ``none``.

    Raises:
        UnknownName: when the side is neither.
        PublishError: when an axis is left open.
    """
    side, than = limit
    if side not in SIDES:
        raise UnknownName("those", "side", side, SIDES)
    told = sorted(_over(numbers, name, axis, select), reverse=side == "above")
    kept = [label for value, label in told if (value > than if side == "above" else value < than)]
    return _numbered(numbers, name, axis, kept, select) if kept else none


def _numbered(numbers: Numbers, name: str, axis: str, labels: Sequence[str], select: Mapping[str, object]) -> str:
    mark = "{}（{}）" if numbers.language == "zh" else "{} ({})"
    cells = [numbers.cell(name, {**select, axis: label}) for label in labels]
    told = [
        mark.format(text, f"[{numbers.text(cell)}](#{cell.anchor}){{.num}}")
        for cell, text in zip(cells, label_names(numbers, axis, labels), strict=True)
    ]
    return _joined(told, numbers.language)


def _joined(texts: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(texts)


def absent(numbers: Numbers, concept: str, place: str, span: tuple[str, str], none: str) -> str:
    """Return the years of a span for which the edition has no published value of a concept; ``none`` when it has all.

    Raises:
        UnknownName: when no line of the edition has the concept.
        PublishError: when the span is not two years.
    """
    lines = numbers.edition.lines(concept)
    if not lines:
        raise UnknownName("absent", "concept with lines", concept, numbers.edition.indicators)
    if not all(end.isdecimal() for end in span):
        raise PublishError("absent", f"'{span[0]}' to '{span[1]}' are not two years")
    have = {line.period for line in lines if line.place == place}
    years = [year for year in range(int(span[0]), int(span[1]) + 1) if str(year) not in have]
    told = ["–".join(str(end) for end in dict.fromkeys((run[0], run[-1]))) for run in runs(years)]
    return _joined(told, numbers.language) if told else none


def grade(numbers: Numbers, name: str, select: Mapping[str, object]) -> str:
    """Return the worst grade among the numbers of a finding that a reference leaves open.

    Raises:
        PublishError: when the finding has no values.
    """
    part = _part(numbers, name, select)
    return Grade(int(part.grades.max(initial=0))).label.text(numbers.language)


def standing(numbers: Numbers, name: str, select: Mapping[str, object]) -> str:
    """Return the worst standing among the numbers of a finding that a reference leaves open: observed, preliminary.

    Raises:
        PublishError: when the finding has no values.
    """
    part = _part(numbers, name, select)
    return Flag(int(part.flags.max(initial=0))).label.text(numbers.language)


def _part(numbers: Numbers, name: str, select: Mapping[str, object]) -> Series:
    series = numbers.edition.finding(name).series
    if series is None:
        raise PublishError(name, "only a finding with values has an order, a grade and a standing")
    return series.select(**{axis: str(label) for axis, label in select.items()})
