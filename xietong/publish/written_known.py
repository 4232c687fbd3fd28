"""What an edition knows, put so that a printed number can be looked up: cells by anchor, values, lines, words."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import isfinite
from typing import Any

from xietong.errors import XietongError
from xietong.library.explanations import explain
from xietong.library.findings import Finding
from xietong.library.labels import Label, Language
from xietong.library.origins import Origin
from xietong.library.pages import publications
from xietong.library.store import Edition
from xietong.library.units import conversion
from xietong.publish.figures import Spec
from xietong.publish.words import unit_name, units_named, with_unit
from xietong.publish.written_parts import Number, printed_value

__all__ = ["AS_PRINTED", "AS_SHARE", "IN_DRAWINGS", "Known", "Place", "Values", "bare", "slug"]

AS_PRINTED = (1.0,)
AS_SHARE = (1.0, 100.0)
"""A share is printed as it is kept or in per cent."""
IN_DRAWINGS = (1.0, 100.0, 1e-4, 1e-8, 1e-3, 1e4, 1e-6)
"""A figure may print a finding in another unit of its kind, as 万亿元 for 亿元."""

_NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?")
_LINES = re.compile(r"^(?P<file>[^:]+):(?P<at>[\d, -]+)$")
_LONGEST = 40
_ROUND = 0.5 + 1e-6
"""Half of the last digit, and what binary fractions add to it."""


def bare(text: str) -> str:
    """Return a text without white space, soft hyphens and the signs that Markdown needs, and with one middle dot."""
    return re.sub(r"[\s\u00ad\u200b\\]+", "", text).replace("•", "·").replace("・", "·")


def slug(*parts: str) -> str:
    """Return parts of an anchor in the letters that anchors have."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")


def bookmark(anchor: str) -> str:
    """Return the name that an anchor has in a Word file, where names end at 40 characters."""
    if len(anchor) <= _LONGEST:
        return anchor
    return "X" + hashlib.sha1(anchor.encode(), usedforsecurity=False).hexdigest()[1:]


@dataclass(frozen=True)
class Place:
    """One cell of a finding: the finding, its labels and its value; ``nan`` where the finding has none."""

    finding: Finding
    labels: tuple[str, ...]
    value: float

    def holds(self, number: Number, unit: str, language: Language) -> bool:
        """Return whether a printed number with the unit behind it is the value of the cell at its digits."""
        series = self.finding.series
        if series is None:
            return False
        return any(Values([self.value]).hold(number, [one]) for one in _factors(series.unit, unit, language))


def _factors(have: str, printed: str, language: Language) -> list[float]:
    """Return by what a value in ``have`` is multiplied to stand before a printed unit; without one it stays."""
    told = printed.strip()
    if not told or told == unit_name(have, language):
        return [1.0, 100.0] if told == "%" and have == "1" else [1.0]
    if told == "%":
        return [100.0] if have in ("1", "倍") else [1.0] if have in ("%", "百分点") else []
    wanted = [one for one in (told, *units_named(told, language)) if one]
    return [float(conversion(have, one)) for one in wanted if _converts(have, one)]


def _converts(have: str, want: str) -> bool:
    try:
        conversion(have, want)
    except XietongError:
        return False
    return True


class Values:
    """Sorted values that a printed number may stand for."""

    def __init__(self, values: Iterable[float]) -> None:
        self.sorted = sorted({abs(one) for one in values if isfinite(one)})

    def hold(self, number: Number, factors: Iterable[float]) -> bool:
        """Return whether one of the values, times one of the factors, is printed as the number at its digits."""
        shown, half = abs(number.value), _ROUND * 10.0**-number.digits
        for factor in factors:
            at = bisect_left(self.sorted, (shown - half) / factor)
            if at < len(self.sorted) and self.sorted[at] * factor <= shown + half:
                return True
        return False


class Behind:
    """What stands behind the findings of an edition, in no language: their values, rows, cells and lines."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.findings: Mapping[str, Finding] = {name: edition.finding(name) for name in edition.ids}
        self.origins: list[Origin] = edition.origins()
        self._values: dict[str, Values] = {}
        self._rows: dict[str, list[Values]] = {}
        self._near: dict[tuple[str, tuple[str, ...]], Values] = {}
        self._dated: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._lines: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    @cached_property
    def places(self) -> Mapping[str, list[Place]]:
        """Return every cell of the edition by the anchor that it has in a report."""
        found: dict[str, list[Place]] = {}
        for finding in self.findings.values():
            for place in _places(finding):
                anchor = "n-" + slug(finding.id, *place.labels)
                for name in {anchor, bookmark(anchor)}:
                    found.setdefault(name, []).append(place)
        return found

    def values(self, name: str) -> Values:
        """Return every value of a finding: its cells, the numbers of its result and those in its words."""
        if name not in self._values:
            finding = self.findings[name]
            cells = [] if finding.series is None else [float(one) for one in finding.series.values.ravel()]
            counts = [] if finding.series is None else [float(len(axis.labels)) for axis in finding.series.axes]
            self._values[name] = Values([*cells, *counts, *_leaves(finding.payload), *_lengths(finding.payload)])
        return self._values[name]

    def rows(self, name: str) -> list[Values]:
        """Return the values of each row of a finding's result."""
        if name not in self._rows:
            self._rows[name] = [Values([*_leaves(row), *_lengths(row)]) for row in _rows(self.findings[name].payload)]
        return self._rows[name]

    def near(self, place: Place) -> Values:
        """Return the cells of a finding that differ from one of them in one label at most, as its interval does."""
        key = (place.finding.id, place.labels)
        if key not in self._near:
            self._near[key] = Values(
                other.value
                for other in _places(place.finding)
                if sum(a != b for a, b in zip(other.labels, place.labels, strict=True)) <= 1
            )
        return self._near[key]

    def lines(self, name: str, place: Place | None = None) -> frozenset[str]:
        """Return ``file:line`` of everything that stands behind a finding, or behind one of its cells."""
        labels = place.labels if place is not None else ()
        if (name, labels) not in self._lines:
            finding = self.findings[name]
            told = [line.location for line in explain(self.edition, name, _cell(finding, labels)).leaves()]
            told += [one.where for one in publications(finding.payload)]
            self._lines[name, labels] = frozenset(one.rpartition("/")[2] for one in told)
        return self._lines[name, labels]

    def dated(self, place: Place) -> bool:
        """Return whether a publication with a date stands behind a cell: without one it has no vintage."""
        key = (place.finding.id, place.labels)
        if key not in self._dated:
            leaves = explain(self.edition, place.finding.id, _cell(place.finding, place.labels)).leaves()
            self._dated[key] = any(one.origin.edition for one in leaves) or bool(publications(place.finding.payload))
        return self._dated[key]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Return what stands in type of code beside lines of the pack: ids of findings, measures with their hash."""
        receipts = (finding.receipt for finding in self.findings.values())
        return frozenset((*self.findings, *(f"{one.measure}@{one.code}" for one in receipts)))


@dataclass(frozen=True)
class Known:
    """An edition in one language, with the specifications of the figures of its study."""

    behind: Behind
    language: Language
    specs: Mapping[str, Spec] = field(default_factory=dict)

    def specified(self, told: str) -> Values:
        """Return the numbers that stand in the specification of the figure whose caption a text holds."""
        captions = {name: spec.text("caption", self.language) for name, spec in self.specs.items()}
        found = (self.specs[name].data for name, caption in captions.items() if caption and bare(caption) in bare(told))
        return Values(value for data in found for value in _leaves(data))

    def names(self, told: str) -> bool:
        """Return whether a name or a day, such as ``T14``, stands by itself among the words of the edition."""
        if told not in self._named:
            alone = rf"(?<![A-Za-z0-9]){re.escape(told)}(?![0-9])"
            self._named[told] = re.search(alone, self.words) is not None
        return self._named[told]

    @cached_property
    def _named(self) -> dict[str, bool]:
        return {}

    @cached_property
    def words(self) -> str:
        """Return all words of the edition in one text without spaces: what a finding says is said verbatim."""
        edition, language = self.behind.edition, self.language
        told = [*_texts([one.data for one in self.specs.values()], language), *_texts(edition.study(), language)]
        for finding in self.behind.findings.values():
            stated = with_unit(str(finding.payload.get("stated", "")), str(finding.payload.get("unit", "")), language)
            label = finding.label.text(language).replace("{stated}", stated)
            receipt = finding.receipt
            told += [label, finding.note.text(language), receipt.label.text(language), receipt.reference]
            told += _texts(finding.payload, language)
        told += [*edition.names(language).values(), *edition.concepts(language).values()]
        for origin in self.behind.origins:
            told += [origin.publisher, origin.title, origin.edition, origin.locator]
        return "\n".join(dict.fromkeys(bare(one) for one in told if one))


def _cell(finding: Finding, labels: tuple[str, ...]) -> dict[str, str]:
    axes = finding.series.axes if finding.series is not None and labels else ()
    return {axis.name: label for axis, label in zip(axes, labels, strict=True)}


def _places(finding: Finding) -> Iterator[Place]:
    if finding.series is None:
        yield Place(finding, (), float("nan"))
        return
    labels = product(*(axis.labels for axis in finding.series.axes))
    for one, value in zip(labels, finding.series.values.ravel(), strict=True):
        yield Place(finding, tuple(one), float(value))


def _leaves(part: Any) -> Iterator[float]:
    """Yield every number of a result, and those in its words."""
    if isinstance(part, bool) or part is None:
        return
    if isinstance(part, int | float):
        yield float(part)
    elif isinstance(part, str):
        yield from (printed_value(one) for one in _NUMBER.findall(part))
    else:
        keys = [one for one in part if _NUMBER.fullmatch(one)] if isinstance(part, Mapping) else []
        for one in [*keys, *part.values()] if isinstance(part, Mapping) else part:
            yield from _leaves(one)


def _lengths(part: Any) -> Iterator[float]:
    """Yield how many items each list of a result has."""
    if isinstance(part, Mapping | list | tuple):
        yield float(len(part))
        for one in part.values() if isinstance(part, Mapping) else part:
            yield from _lengths(one)


def _rows(part: Any) -> Iterator[Any]:
    """Yield the rows of a result: what holds no table itself."""
    inner = list(part.values()) if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else []
    nested = [one for one in inner if isinstance(one, Mapping | list | tuple)]
    table = isinstance(part, Mapping) and {"rows", "sections"} & part.keys()
    if isinstance(part, Mapping | list | tuple) and not table and _weight(part) <= _MOST:
        yield part
    for one in nested:
        yield from _rows(one)


_MOST = 150
"""Values of one row with its notes and sources: more is a table."""


def _weight(part: Any) -> int:
    if isinstance(part, Mapping):
        return sum(map(_weight, part.values()))
    return sum(map(_weight, part)) if isinstance(part, list | tuple) else 1


def _texts(part: Any, language: Language) -> Iterator[str]:
    """Yield every text of a result in the language, of a pair of words only its own."""
    if isinstance(part, str):
        yield Label.parse(part).text(language) if " | " in part else part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield str(key)
            yield from _texts(value, language)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one, language)


def located(code: str) -> set[str]:
    """Return every line that a text such as ``gdp.csv:2-5, 9`` names; nothing when it names none."""
    match = _LINES.match(code.strip())
    if match is None:
        return set()
    ends = [[int(end) for end in one.split("-")] for one in match["at"].split(",") if one.strip()]
    return {f"{match['file']}:{at}" for run in ends for at in range(run[0], run[-1] + 1)}
