"""Members of a framework: each place's role, and first and last value of what a member can show.

A regional value is never printed as a member's: an indicator says by ``members`` which finding has the places, and a
place that the finding does not have is without data.  A role that a plan gives to a member is told with the indicators
that would show it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from xietong.diagnosis.evidence import Pointer, values_of
from xietong.diagnosis.framework import STATES, problems, state_of
from xietong.errors import PackError, Problems, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.recipes.jobs import Job, Shelf, digest
from xietong.recipes.study import Study

_MEMBERS = ("label", "places")
_ROLE = ("label", "indicators")
_SHOWN = ("label", "direction", "facet", "only")


def member_jobs(study: Study, errors: list[XietongError]) -> list[Job]:
    """Return the job of the members' scorecards; problems go to ``errors``, those of the framework itself do not."""
    documents = study.documents("framework")
    if not documents or problems(documents[0]):
        return []
    document = documents[0]
    if "members" not in document.data:
        told = document.table("indicators")
        stray = [document.where("indicators", name, "members") for name, one in told.items() if "members" in one]
        stray += [document.where("roles", place) for place in document.table("roles")]
        ways = ("add [members] with label and places",)
        errors += [PackError("framework", "no [members] says of whom", where=where, ways=ways) for where in stray]
        return []
    found = [*_place_problems(document, study), *_indicator_problems(document)]
    found += [] if found else _role_problems(document)
    errors += found
    return [] if found else [_job(document)]


def _place_problems(document: Document, study: Study) -> Iterator[XietongError]:
    yield from document.demand(("members",), _MEMBERS, ("note",), lists=("places",))
    known = [*study.pack.gazetteer.places, *study.pack.gazetteer.perimeters]
    for place in _places(document):
        if place not in known:
            yield UnknownName("members", "place", place, known, where=document.where("members", "places"))


def _places(document: Document) -> list[str]:
    told = document.table("members").get("places", [])
    return [str(one) for one in told] if isinstance(told, list) else []


def _indicator_problems(document: Document) -> Iterator[XietongError]:
    facets, places = document.table("facets"), _places(document)
    for name, indicator in document.table("indicators").items():
        if "members" not in indicator:
            continue
        who, path = f"indicator {name}", ("indicators", name, "members")
        where = document.where(*path)
        if not isinstance(indicator["members"], Mapping):
            yield PackError(who, f"'members' must be a table, not {indicator['members']!r}", where=where)
            continue
        yield from document.demand(path, ("evidence",), _SHOWN, lists=("only",))
        pieces = _pieces(indicator)
        if not pieces or not all(isinstance(one, Mapping) and "finding" in one for one in pieces):
            yield PackError(who, "every piece of evidence of members must name a 'finding'", where=where)
            continue
        spec = indicator["members"]
        allowed = {"direction": ["more", "less", "neither"], "facet": list(facets)}
        told = [(key, str(spec[key]), names) for key, names in allowed.items() if key in spec]
        only = spec.get("only", [])
        told += [("place", str(one), places) for one in only if isinstance(only, list)]
        told += [("place", str(one["as"]), places) for one in pieces if "as" in one]
        for key, value, names in told:
            if value not in names:
                yield UnknownName(who, key, value, names, where=where)


def _role_problems(document: Document) -> Iterator[XietongError]:
    """Yield what is wrong with the roles; the members and the indicators' ``members`` are right."""
    places, indicators = _places(document), document.table("indicators")
    for place in document.table("roles"):
        path, who = ("roles", place), f"role of {place}"
        if place not in places:
            yield UnknownName("roles", "place", place, places, where=document.where(*path))
            continue
        yield from document.demand(path, _ROLE, lists=("indicators",))
        where = document.where(*path, "indicators")
        for one in _told_by(document, place):
            if one not in indicators:
                yield UnknownName(who, "indicator", one, indicators, where=where)
            elif "members" not in indicators[one] and "missing" not in indicators[one]:
                ways = ("add members = { evidence = … } to the indicator",)
                yield PackError(who, f"indicator {one} has a regional value only", where=where, ways=ways)
            elif "members" in indicators[one] and place not in _shown_of(indicators[one], places):
                yield PackError(who, f"indicator {one} does not speak of {place}", where=where)


def _told_by(document: Document, place: str) -> list[str]:
    """Return the ids of the indicators that would show the role of a place."""
    told = document.table("roles", place).get("indicators", [])
    return [str(one) for one in told] if isinstance(told, list) else []


def _pieces(indicator: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    told = indicator["members"].get("evidence", []) if isinstance(indicator.get("members"), Mapping) else []
    return told if isinstance(told, list) else [told]


def _job(document: Document) -> Job:
    named = {
        str(piece["finding"]): document.where("indicators", name, "members")
        for name, indicator in document.table("indicators").items()
        for piece in _pieces(indicator)
    }
    text = digest(inspect.getsource(sys.modules[__name__]))

    def parts(shelf: Shelf) -> Mapping[str, str]:
        return {"the members": text, f"the framework at {document.shown}": digest(repr(document.data))}

    def run(shelf: Shelf, key: str, made_of: Mapping[str, str]) -> Finding:
        reasons = tuple(f"{part}={value}" for part, value in sorted(made_of.items()))
        name = Label("任务路径框架：成员", "framework: members")
        receipt = Receipt("diagnosis.members", name, text, "", "by hand", key=key, reasons=reasons)
        about = document.table("members")
        label, note = (Label.parse(str(about.get(one, ""))) for one in ("label", "note"))
        return Finding("framework.members", "table", label, 0, note, receipt, None, _payload(document, shelf))

    return Job("framework.members", document.where("members"), tuple(named), parts, run, named)


def _payload(document: Document, shelf: Shelf) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    errors: list[XietongError] = []
    places = _places(document)
    for name, indicator in document.table("indicators").items():
        try:
            for place in places:
                told = name in _told_by(document, place)
                if told or place in _shown_of(indicator, places):
                    rows.append(_row(name, indicator, place, shelf) | {"role": told})
        except XietongError as error:
            errors.append(error.at(document.where("indicators", name, "members")))
    if errors:
        raise Problems(document.shown, errors)
    roles = {place: Label.parse(str(spec["label"])) for place, spec in document.table("roles").items()}
    facets = {name: Label.parse(str(spec["label"])) for name, spec in document.table("facets").items()}
    counts = {
        place: {state: sum((row["place"], row["state"]) == (place, state) for row in rows) for state in STATES}
        for place in places
    }
    return {
        "places": places,
        "rows": rows,
        "facets": {name: [label.zh, label.en] for name, label in facets.items()},
        "roles": {place: [label.zh, label.en] for place, label in roles.items()},
        "by_place": counts,
    }


def _shown_of(indicator: Mapping[str, Any], places: Sequence[str]) -> list[str]:
    """Return the members of which an indicator speaks: none without ``members``, and ``only`` some where it says so."""
    if "members" not in indicator:
        return []
    only = [str(one) for one in indicator["members"].get("only", places)]
    return [place for place in places if place in only]


def _row(name: str, indicator: Mapping[str, Any], place: str, shelf: Shelf) -> dict[str, Any]:
    spec = indicator.get("members", {})
    label = Label.parse(str(spec.get("label", indicator["label"])))
    row = {"id": name, "place": place, "label": [label.zh, label.en], "core": bool(indicator.get("core", False))}
    row |= {key: str(spec.get(key, indicator[key])) for key in ("direction", "facet")}
    for piece in _pieces(indicator):
        if found := _found(piece, place, str(row["direction"]), shelf):
            own = Label.parse(str(piece["label"])) if "label" in piece else label
            return row | found | {"label": [own.zh, own.en]}
    missing = Label.parse(str(indicator.get("missing", "")))
    return row | {"state": "no data"} | ({"missing": [missing.zh, missing.en]} if "missing" in indicator else {})


def _found(piece: Mapping[str, Any], place: str, direction: str, shelf: Shelf) -> dict[str, Any]:
    """Return how a place moved by one piece of evidence, or nothing where it does not have the place."""
    pointer = Pointer.parse({key: value for key, value in piece.items() if key != "as"})
    axes = [axis.name for axis in values_of(shelf.finding(pointer.finding)).axes]
    if ("as" in piece) == ("place" in axes):
        what = (
            "has places, and 'as' says whose it is" if "as" in piece else "has no places, and no 'as' says whose it is"
        )
        raise PackError(f"finding {pointer.finding}", what)
    series = pointer.series(shelf)
    if "as" in piece:
        if piece["as"] != place:
            return {}
    elif place not in series.axis("place").labels:
        return {}
    else:
        pointer = Pointer(pointer.finding, {**pointer.select, "place": place}, pointer.label)
        series = series.select(place=place)
    if series.axes:
        given = [one for one in series.axis("period").labels if not np.isnan(series.cell(period=one))]
        series = series.select(period=given)
        return state_of(pointer, series, direction, shelf) if given else {}
    return {} if np.isnan(series.values) else state_of(pointer, series, direction, shelf)
