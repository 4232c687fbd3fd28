"""The gazetteer of a pack as people edit it: places with official codes, what became of them, and perimeters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.periods import span
from xietong.library.places import CHANGES, Change, Gazetteer, Perimeter, Place
from xietong.library.raw import read_exactly

_PLACE = ("code", "name_zh", "name_en", "short_zh", "level", "parent", "valid_from", "valid_to")
_CHANGE = ("code", "when", "kind", "into", "note", "source")


def read_gazetteer(path: Path, shown: str, errors: list[XietongError]) -> Gazetteer:
    """Read ``places.csv``, ``perimeters.toml`` and, if there is one, ``changes.csv``; problems go to ``errors``."""
    places: dict[str, Place] = {}
    lines: dict[str, str] = {}
    raw = read_exactly(path / "places.csv", f"{shown}/places.csv", _PLACE, errors)
    for line, row in raw.records(errors):
        code, where = row["code"], f"{raw.name}:{line}"
        if code in places or not code:
            what = f"code '{code}' stands twice" if code else "the code is empty"
            errors.append(PackError("places", what, where=where))
            continue
        lines[code], label = where, Label(row["name_zh"], row["name_en"])
        errors += _dates(f"place {code}", row, ("valid_from", "valid_to"), where)
        told = (row[key] for key in ("short_zh", "level", "parent", "valid_from", "valid_to"))
        places[code] = Place(code, label, *told)
    errors += [
        UnknownName(f"place {place.code}", "place", place.parent, places, where=lines[place.code])
        for place in places.values()
        if place.parent and place.parent not in places
    ]
    perimeters = _perimeters(path, shown, places, errors)
    return Gazetteer(places, perimeters, tuple(_changes(path / "changes.csv", shown, places, errors)))


def _dates(who: str, told: Mapping[str, str], keys: tuple[str, ...], where: str) -> list[XietongError]:
    errors: list[XietongError] = []
    for key in keys:
        try:
            span(told[key], f"{who}, {key}") if told[key] else None
        except PackError as error:
            errors.append(error.at(where))
    return errors


def _changes(path: Path, shown: str, places: Mapping[str, Place], errors: list[XietongError]) -> list[Change]:
    if not path.exists():
        return []
    found: list[Change] = []
    raw = read_exactly(path, f"{shown}/{path.name}", _CHANGE, errors)
    for line, row in raw.records(errors):
        where, who, into = f"{raw.name}:{line}", f"change of {row['code']}", tuple(row["into"].split())
        unknown = [code for code in (row["code"], *into) if code not in places]
        problems: list[XietongError] = [UnknownName(who, "place", code, places, where=where) for code in unknown]
        if row["kind"] not in CHANGES:
            problems.append(UnknownName(who, "kind of change", row["kind"], CHANGES, where=where))
        if not row["source"]:
            problems.append(PackError(who, "the source is empty", where=where))
        problems += _dates(who, row, ("when",), where)
        errors += problems
        found.append(Change(row["code"], row["when"], row["kind"], into, Label.parse(row["note"]), row["source"]))
    return found


def _perimeters(
    path: Path, shown: str, places: Mapping[str, Place], errors: list[XietongError]
) -> dict[str, Perimeter]:
    document = Document.read_into(path / "perimeters.toml", f"{shown}/perimeters.toml", errors)
    found: dict[str, Perimeter] = {}
    for name in document.data:
        errors += _perimeter_problems(name, document, places)
        told = document.table(name)  # one with problems stays known by name, so that no row is blamed for using it
        label, short, reason = (Label.parse(str(told.get(key, name))) for key in ("label", "short", "reason"))
        members, without = (tuple(map(str, told.get(key, ()))) for key in ("members", "without"))
        since, until = (str(told.get(key, "")) for key in ("valid_from", "valid_to"))
        also = tuple(map(str, told.get("also", ())))
        found[name] = Perimeter(name, label, short, members, reason, without, since, until, also)
    return found


def _perimeter_problems(name: str, document: Document, places: Mapping[str, Place]) -> list[XietongError]:
    required, optional = ("label", "short", "members", "reason"), ("without", "valid_from", "valid_to", "also")
    problems = document.demand((name,), required, optional, lists=("members", "without", "also"))
    if problems:
        return problems
    spec, who = document.table(name), f"perimeter {name}"
    for key in ("members", "without"):
        where, codes = document.where(name, key), [str(one) for one in spec.get(key, ())]
        problems += [UnknownName(who, "place", one, places, where=where) for one in codes if one not in places]
        twice = sorted({one for one in codes if codes.count(one) > 1})
        problems += [PackError(who, f"'{one}' is a member twice", where=where) for one in twice]
    for key in ("valid_from", "valid_to"):
        problems += _dates(who, {key: str(spec.get(key, ""))}, (key,), document.where(name, key))
    if name in places:
        problems.append(PackError(who, "a place has that code", where=document.where(name)))
    return problems
