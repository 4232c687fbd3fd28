"""The gazetteer of a pack as people edit it: places with official codes, and the perimeters drawn over them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.places import Gazetteer, Perimeter, Place
from xietong.library.raw import RawTable

_PLACE = ("code", "name_zh", "name_en", "short_zh", "level", "parent", "valid_from", "valid_to")


def read_gazetteer(path: Path, shown: str, errors: list[XietongError]) -> Gazetteer:
    """Read ``places.csv`` and ``perimeters.toml`` of a pack; every problem goes to ``errors``."""
    places: dict[str, Place] = {}
    name = f"{shown}/places.csv"
    try:
        raw = RawTable.read(path / "places.csv", name)
    except PackError as error:
        errors.append(error)
        raw = RawTable(name, _PLACE, (), ())
    if raw.header != _PLACE:
        what = f"the columns are {', '.join(raw.header) or 'none'}; wanted are {', '.join(_PLACE)}"
        errors.append(PackError("places", what, where=f"{name}:1"))
        raw = RawTable(name, _PLACE, (), ())
    lines: dict[str, str] = {}
    for line, row in raw.records(errors):
        code, where = row["code"], f"{name}:{line}"
        if code in places or not code:
            errors.append(
                PackError("places", f"code '{code}' " + ("stands twice" if code else "is empty"), where=where)
            )
            continue
        lines[code], label = where, Label(row["name_zh"], row["name_en"])
        places[code] = Place(
            code, label, *(row[key] for key in ("short_zh", "level", "parent", "valid_from", "valid_to"))
        )
    errors += [
        UnknownName(f"place {place.code}", "place", place.parent, places, where=lines[place.code])
        for place in places.values()
        if place.parent and place.parent not in places
    ]
    return Gazetteer(places, _perimeters(path, shown, places, errors))


def _perimeters(
    path: Path, shown: str, places: Mapping[str, Place], errors: list[XietongError]
) -> dict[str, Perimeter]:
    document = Document.read_into(path / "perimeters.toml", f"{shown}/perimeters.toml", errors)
    found: dict[str, Perimeter] = {}
    for name, spec in document.data.items():
        required, optional = ("label", "short", "members", "reason"), ("valid_from", "valid_to")
        problems = document.demand((name,), required, optional, lists=("members",))
        members = () if problems else tuple(str(one) for one in spec["members"])
        where = document.where(name, "members")
        unknown = [one for one in members if one not in places]
        problems += [UnknownName(f"perimeter {name}", "place", one, places, where=where) for one in unknown]
        problems += [
            PackError(f"perimeter {name}", f"'{one}' is a member twice", where=where)
            for one in sorted({one for one in members if members.count(one) > 1})
        ]
        if name in places:
            problems.append(PackError(f"perimeter {name}", "a place has that code", where=document.where(name)))
        errors += problems
        told = document.table(name)  # one with problems stays known by name, so that no row is blamed for using it
        label, short, reason = (Label.parse(str(told.get(key, name))) for key in ("label", "short", "reason"))
        found[name] = Perimeter(name, label, short, members, reason)
    return found
