"""Control totals: how many a publication says there are, beside how many the register has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xietong.library.origins import Origin
from xietong.library.places import Gazetteer
from xietong.library.registers.classes import Total
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register


@dataclass(frozen=True)
class Held:
    """A published total, how many items it would count, and how many of them its own publication lists."""

    total: Total
    origin: Origin
    counted: int
    listed: int

    @property
    def missing(self) -> Decimal:
        """Return how many the register lacks; negative when it has more."""
        return Decimal(self.total.value) - self.counted


def held(register: Register, gazetteer: Gazetteer, day: date) -> list[Held]:
    """Hold every control total of a class against its register, in the order of the class."""
    found = []
    for total in register.kind.totals:
        counted = list(_counted(register, total, gazetteer, day))
        listed = sum(any(row.origin == total.origin for row in item.rows) for item in counted)
        found.append(Held(total, register.kind.origins[total.origin], len(counted), listed))
    return found


def _counted(register: Register, total: Total, gazetteer: Gazetteer, day: date) -> Iterator[Item]:
    wanted = {text for text in (total.place, total.where.get("place", "")) if text}
    areas = [within(place, gazetteer) for place in sorted(wanted)]
    for item in register.values():
        if all(any(place in area for place in item.places) for area in areas) and _says(item, total.where, day):
            yield item


def _says(item: Item, where: Mapping[str, str], day: date) -> bool:
    """Return whether some publication says of the item what is asked for."""
    for key, text in where.items():
        if key == "state":
            state = item.state(day)
            if state is None or state.state != text:
                return False
        elif key != "place":
            parts = (part for value in item[key] for part in item.kind.attributes[key].parts(value.text))
            if text not in parts:
                return False
    return True


def within(code: str, gazetteer: Gazetteer) -> set[str]:
    """Return the codes of a place with all below it, or of the members of a perimeter less those taken out."""
    if code in gazetteer.perimeters:
        one = gazetteer.perimeters[code]
        inside = {place for member in one.members for place in within(member, gazetteer)}
        return inside - {place for member in one.without for place in within(member, gazetteer)}
    found, open_ones = {code}, [code]
    while open_ones:
        below = [one for one in gazetteer.children(open_ones.pop()) if one not in found]
        found.update(below)
        open_ones += below
    return found
