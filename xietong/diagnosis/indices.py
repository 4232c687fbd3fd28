"""Indices of the five facets as a study writes them in ``index.toml``: read whole, with all problems at once.

There is one index or more for each facet and no total: a facet that has no data is told, and not left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.periods import span, years
from xietong.recipes.indices import MEANS, MISSING, NORMALISATIONS, Choices, Indicator, Part, Recipe, Variant
from xietong.recipes.study import Study

FACETS = {
    "LEVEL": Label("水平", "Level"),
    "GAP": Label("差距", "Gap"),
    "LINK": Label("联系", "Link"),
    "DIVISION": Label("分工", "Division"),
    "JOINT": Label("共建", "Joint"),
}
DIRECTIONS = ("more", "less")
_WORDS = {"normalisation": NORMALISATIONS, "aggregation": MEANS, "missing": MISSING}
_NUMBERS = ("weight_spread", "replications", "runs", "low", "high", "seed")
_CHOICES = (*_WORDS, "beyond", *_NUMBERS)
_INDEX, _INDEX_MORE = ("label", "facet", "indicators"), ("periods", "places", "missing", "mixed", "note")
_INDICATOR = ("label", "direction")
_POSTS = ("evidence", "worst", "best", "frozen", "reason")
_ALTERNATIVE, _ALTERNATIVE_MORE = ("label", "evidence"), ("direction", "worst", "best")
_PART = ("finding", "as")


@dataclass(frozen=True)
class Entry:
    """One index of a study: its recipe when it has data, and what is printed of it."""

    id: str
    where: str
    label: Label
    facet: str
    note: Label
    recipe: Recipe | None
    spec: Mapping[str, Any]


def read_indices(study: Study, errors: list[XietongError]) -> tuple[Document | None, list[Entry]]:
    """Return the indices of ``index.toml``; problems go to ``errors``."""
    documents = study.documents("index")
    if not documents:
        return None, []
    document = documents[0]
    problems = document.demand((), ("version", "label", "choices", "indices"), ("note",), tables=("choices", "indices"))
    problems += _choice_problems(document)
    for name in document.table("indices"):
        problems += _index_problems(study, document, name)
    problems += _absent_facets(document)
    errors += problems
    return document, [] if problems else [_entry(study, document, name) for name in document.table("indices")]


def _choice_problems(document: Document) -> list[XietongError]:
    errors = document.demand(("choices",), _CHOICES, tables=_CHOICES)
    if errors:
        return errors
    lists, numbers = (
        {name: {"lists": ("value",)} for name in _WORDS},
        {name: {"numbers": ("value",)} for name in _NUMBERS},
    )
    for name in _CHOICES:
        errors += document.demand(("choices", name), ("value", "reason"), **{**lists, **numbers}.get(name, {}))
        if not str(document.table("choices", name).get("reason", "")).strip():
            errors.append(PackError(name, "the reason is empty", where=document.where("choices", name)))
    if not errors:
        for name in _WORDS:
            errors += _words(document, ("choices", name, "value"), name, document.table("choices", name)["value"])
        errors += _ranges(document)
    return errors


def _words(document: Document, path: tuple[str, ...], name: str, told: object) -> list[XietongError]:
    """Return one error for each word of a list of alternatives that is unknown or stands twice."""
    where = document.where(*path)
    if not isinstance(told, list) or not told or len(set(map(str, told))) < len(told):
        return [PackError(name, f"wants a list of different words, not {told!r}", where=where)]
    return [UnknownName(name, "word", str(one), _WORDS[name], where=where) for one in told if one not in _WORDS[name]]


def _ranges(document: Document) -> list[XietongError]:
    value = {name: document.table("choices", name)["value"] for name in (*_NUMBERS, "beyond")}
    whole = [name for name in ("replications", "runs", "seed") if not isinstance(value[name], int)]
    runs = int(value["runs"])
    wrong = {
        **{name: f"{name} must be a whole number, not {value[name]}" for name in whole},
        **({} if 0 <= value["weight_spread"] <= 1 else {"weight_spread": "the spread of weights lies between 0 and 1"}),
        **({} if 0 <= value["low"] < value["high"] <= 1 else {"low": "low and high lie in order between 0 and 1"}),
        **({} if value["replications"] >= 1 else {"replications": "at least one draw is needed"}),
        **({} if runs > 1 and not runs & (runs - 1) else {"runs": f"runs must be a power of two, not {runs}"}),
        **({} if value["beyond"] in ("kept", "clipped") else {"beyond": "beyond is 'kept' or 'clipped'"}),
    }
    return [PackError(name, what, where=document.where("choices", name, "value")) for name, what in wrong.items()]


def _index_problems(study: Study, document: Document, name: str) -> list[XietongError]:
    path = ("indices", name)
    errors = document.demand(path, _INDEX, _INDEX_MORE, tables=("indicators",), lists=("missing",))
    spec, where = document.table(*path), document.where(*path)
    if spec.get("facet", "LEVEL") not in FACETS:
        errors.append(UnknownName(name, "facet", str(spec["facet"]), FACETS, where=document.where(*path, "facet")))
    if "missing" in spec:
        errors += _words(document, (*path, "missing"), "missing", spec["missing"])
    for one in document.table(*path, "indicators"):
        errors += _indicator_problems(document, (*path, "indicators", one))
    with_data = [one for one in document.table(*path, "indicators").values() if "evidence" in one]
    try:
        _places(study, spec)
        if with_data and len(_periods(spec)) < 2:
            errors.append(PackError(name, "an index needs two periods or more in 'periods'", where=where))
        for one in _periods(spec):
            span(one, name)
    except XietongError as error:
        errors.append(error.at(where))
    return errors


def _indicator_problems(document: Document, path: tuple[str, ...]) -> list[XietongError]:
    spec, who = document.table(*path), f"indicator {path[-1]}"
    if "missing" in spec:
        return document.demand(path, (*_INDICATOR, "missing"))
    errors = document.demand(path, (*_INDICATOR, *_POSTS), ("alternatives",), numbers=("worst", "best"))
    if errors:
        return errors
    errors += _post_problems(who, spec, document.where(*path, "worst"))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(spec["frozen"])) or not _is_date(str(spec["frozen"])):
        what = f"'frozen' is the day on which the goalposts were fixed, such as \"2026-11-25\", not {spec['frozen']!r}"
        errors.append(PackError(who, what, where=document.where(*path, "frozen")))
    if not str(spec["reason"]).strip():
        errors.append(PackError(who, "the reason is empty", where=document.where(*path, "reason")))
    errors += _part_problems(who, spec["evidence"], document.where(*path, "evidence"))
    return errors + _alternative_problems(document, path)


def _alternative_problems(document: Document, path: tuple[str, ...]) -> list[XietongError]:
    spec, who, where = document.table(*path), f"indicator {path[-1]}", document.where(*path, "alternatives")
    errors: list[XietongError] = []
    for one in spec.get("alternatives", []):
        if not isinstance(one, Mapping) or not set(_ALTERNATIVE) <= set(one) <= {*_ALTERNATIVE, *_ALTERNATIVE_MORE}:
            what = f"an alternative has 'label', 'evidence', and perhaps 'direction', 'worst', 'best', not {one!r}"
            errors.append(PackError(who, what, where=where))
            continue
        errors += _part_problems(who, one["evidence"], where)
        errors += _post_problems(who, {**spec, **one}, where)
    return errors


def _post_problems(who: str, spec: Mapping[str, Any], where: str) -> list[XietongError]:
    worst, best, direction = spec["worst"], spec["best"], str(spec["direction"])
    if direction not in DIRECTIONS:
        return [UnknownName(who, "direction", direction, DIRECTIONS, where=where)]
    numbers = isinstance(worst, int | float) and isinstance(best, int | float)
    if numbers and (best > worst if direction == "more" else best < worst):
        return []
    what = f"worst is {worst} and best is {best}, while the direction is '{direction}'"
    return [PackError(who, what, where=where, ways=("the better goalpost is the higher one where more is better",))]


def _part_problems(who: str, told: object, where: str) -> list[XietongError]:
    parts = told if isinstance(told, list) else [told]
    if parts and all(isinstance(one, Mapping) and "finding" in one for one in parts):
        return []
    return [PackError(who, "the evidence names no 'finding'", where=where)]


def _absent_facets(document: Document) -> list[XietongError]:
    there = {str(spec.get("facet", "")) for spec in document.table("indices").values()}
    return [
        PackError(
            "indices", f"facet '{facet}' has no index", why="the five facets are shown together or not at all",
            where=document.where("indices"), ways=("add one whose indicators are all 'missing'",),
        )
        for facet in FACETS
        if facet not in there
    ]  # fmt: skip


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _places(study: Study, spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the places of an index: a perimeter or a list; none for the region or a pair."""
    told, known = spec.get("places", []), study.pack.gazetteer
    if isinstance(told, str):
        if told not in known.perimeters:
            raise UnknownName("index", "perimeter", told, known.perimeters)
        return known.perimeters[told].members
    wrong: list[XietongError] = [
        UnknownName("index", "place", str(one), known.places) for one in told if one not in known.places
    ]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Problems("index", wrong)
    return tuple(map(str, told))


def _periods(spec: Mapping[str, Any]) -> tuple[str, ...]:
    told = spec.get("periods", [])
    return tuple(map(str, told)) if isinstance(told, list) else tuple(years(str(told)))


def _entry(study: Study, document: Document, name: str) -> Entry:
    path = ("indices", name)
    spec = document.table(*path)
    choices = {one: document.table("choices", one)["value"] for one in _CHOICES}
    choices = {key: tuple(value) if isinstance(value, list) else value for key, value in choices.items()}
    choices |= {"missing": tuple(spec["missing"])} if "missing" in spec else {}
    indicators = tuple(
        _indicator(one, told, document.where(*path, "indicators", one))
        for one, told in spec["indicators"].items()
        if "evidence" in told
    )
    where = document.where(*path)
    recipe = Recipe(
        f"index.{name}", where, _places(study, spec), _periods(spec), indicators, Choices(**choices),
        str(spec.get("mixed", "")),
    )  # fmt: skip
    label, note = Label.parse(str(spec["label"])), Label.parse(str(spec.get("note", "")))
    return Entry(f"index.{name}", where, label, str(spec["facet"]), note, recipe if indicators else None, spec)


def _indicator(name: str, spec: Mapping[str, Any], where: str) -> Indicator:
    label = Label.parse(str(spec["label"]))
    variants = [_variant(spec, label)]
    variants += [_variant({**spec, **one}, Label.parse(str(one["label"]))) for one in spec.get("alternatives", [])]
    return Indicator(name, where, label, tuple(variants))


def _variant(spec: Mapping[str, Any], label: Label) -> Variant:
    told = spec["evidence"]
    parts = tuple(_part(one) for one in (told if isinstance(told, list) else [told]))
    return Variant(label, parts, float(spec["worst"]), float(spec["best"]))


def _part(spec: Mapping[str, Any]) -> Part:
    select = {str(axis): str(label) for axis, label in spec.items() if axis not in _PART}
    return Part(str(spec["finding"]), select, str(spec.get("as", "")))
