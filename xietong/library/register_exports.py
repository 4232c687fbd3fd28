"""Registers for other programs: CSV and Excel by item and publication; GeoJSON, Dublin Core and LIDO by item.

Every row says its publication, date, grade and line. Points are turned into WGS 84 when the class says on which datum
its coordinates stand; else they are written as printed and the file says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xietong.errors import UnknownName
from xietong.library.dublin_core import as_records
from xietong.library.exports import as_csv, as_workbook
from xietong.library.lido import as_lido
from xietong.library.numbers import is_number
from xietong.library.pack import Pack
from xietong.library.registers.items import Item
from xietong.library.registers.points import point_of
from xietong.library.registers.register import Register
from xietong.library.registers.totals import within

FORMATS = ("csv", "xlsx", "geojson", "dc", "lido")
_XML = {"dc": as_records, "lido": as_lido}
BEFORE = ("register", "item", "record", "name", "place", "place_name")
AFTER = ("state", "since", "publisher", "title", "edition", "retrieved", "source_grade", "access", "origin", "where")


def export_register(
    pack: Pack, kind: str, form: str, out: Path, day: date, *, place: str = "", internal: bool = False
) -> tuple[Path, int]:
    """Write a register in a format into a folder; return the file and how many internal rows were left out.

    Raises:
        UnknownName: when the class, the format or the place does not exist.
    """
    if form not in FORMATS:
        raise UnknownName("export", "format", form, FORMATS)
    register = pack.registers[kind]
    if place and place not in pack.gazetteer:
        raise UnknownName("export", "place", place, [*pack.gazetteer.places, *pack.gazetteer.perimeters])
    inside = within(place, pack.gazetteer) if place else set()
    items = [item for item in register.values() if not place or inside.intersection(item.places)]
    shown = items if internal else [one for item in items if (one := item.public()) is not None]
    left = sum(len(item.rows) for item in items) - sum(len(item.rows) for item in shown)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{pack.id}-{kind}.{form}{'.xml' if form in _XML else ''}"
    if form in _XML:
        path.write_bytes(_XML[form](pack, shown, day))
        return path, left
    if form == "geojson":
        path.write_text(_geojson(pack, register, shown, day), encoding="utf-8", newline="\n")
        return path, left
    told = [each for item in shown for each in _rows(pack, item, day)]
    attributes = tuple(column_of(name) for name in register.kind.attributes)
    columns, numbers = (*BEFORE, *attributes, *AFTER), _numbers(register, told)
    workbook = form == "xlsx"
    path.write_bytes(as_workbook(told, columns, numbers, kind[:31]) if workbook else as_csv(told, columns, numbers))
    return path, left


def column_of(attribute: str) -> str:
    """Return the name of the column of an attribute; one that is called like a fixed column gets a line behind it."""
    return f"{attribute}_" if attribute in (*BEFORE, *AFTER) else attribute


def _numbers(register: Register, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Return the columns in which every cell is one number or empty."""
    kinds = ("number", "longitude", "latitude")
    names = [column_of(one.id) for one in register.kind.of_kind(*kinds) if not one.many]
    return {name for name in names if all(row[name] == "" or is_number(row[name]) for row in rows)}


def _rows(pack: Pack, item: Item, day: date) -> Iterator[dict[str, Any]]:
    state = item.state(day)
    for row in item.rows:
        origin = item.kind.origins[row.origin]
        yield {
            "register": item.kind.id, "item": item.id, "record": row.item, "name": row.name,
            "place": ";".join(row.places), "place_name": ";".join(map(pack.gazetteer.label, row.places)),
            **dict(zip(map(column_of, item.kind.attributes), row.values, strict=True)),
            "state": state.state if state else "", "since": state.date if state else "", "publisher": origin.publisher,
            "title": origin.title, "edition": origin.edition, "retrieved": origin.retrieved,
            "source_grade": origin.grade.name.lower(), "access": origin.access, "origin": row.origin,
            "where": row.where,
        }  # fmt: skip


def _geojson(pack: Pack, register: Register, shown: Sequence[Item], day: date) -> str:
    features = [
        {
            "type": "Feature", "id": item.ref, "geometry": _point(item),
            "properties": {
                "name": item.name, "places": list(item.places),
                "place_names": [*map(pack.gazetteer.label, item.places)], "state": item.state_label(day),
                "rows": list(_rows(pack, item, day)),
            },
        }
        for item in shown
    ]  # fmt: skip
    told = {
        "type": "FeatureCollection", "name": register.kind.id, "title": str(register.kind.label),
        "datum": "WGS-84" if register.kind.datum else "as printed; the class does not say on which datum",
        "features": features,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _point(item: Item) -> dict[str, Any] | None:
    found = point_of(item)
    return {"type": "Point", "coordinates": [found.east, found.north]} if found else None
