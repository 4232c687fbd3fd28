"""Counties as demand and the sites of registers as supply, with the kilometres between them, for plans that place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xietong.diagnosis.systems.service_access import province_of
from xietong.errors import PlanError, UnknownName
from xietong.library.boundaries import label_point
from xietong.library.datums import wgs_from_bd, wgs_from_gcj
from xietong.library.labels import Label
from xietong.library.pages import Source
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case
from xietong.recipes.geography import Demand, Point, Supply, pairs_of, reached
from xietong.recipes.measuring import Given, measured

AT_POINT = Label(
    "区县以边界数据的注记点代表，距离为大圆距离乘绕行系数；到本区县内候选点记为 0",
    "A county stands at the label point of the boundary data, a way is the great-circle distance times a detour; "
    "the way to a site at a county's own point is 0",
)


@dataclass(frozen=True, eq=False)
class Counties:
    """Places with their people, the point of each, and the province or other group that each lies in."""

    case: Case
    ids: tuple[str, ...]
    people: Floats
    points: tuple[Point, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, case: Case, people: str = "people", area: str = "area") -> Counties:
        """Return the counties of the finding and the area that the choices name.

        Raises:
            PlanError: when the finding holds no values by place.
        """
        ids, values = by_place(case, people)
        gazetteer = case.pack.gazetteer
        groups = tuple(gazetteer.members(str(case.spec[area]), f"plan {case.name}"))
        homes = tuple(province_of(gazetteer, one, groups) for one in ids)
        return cls(case, ids, values, tuple(label_point(one) for one in ids), homes)

    def name(self, at: int) -> Label:
        """Return the name of a county with that of what it belongs to."""
        gazetteer, code = self.case.pack.gazetteer, self.ids[at]
        above = gazetteer.places[code].parent
        zh = gazetteer.label(above, "zh") + gazetteer.label(code, "zh")
        return Label(zh, f"{gazetteer.label(above, 'en')}: {gazetteer.label(code, 'en')}")

    @property
    def demand(self) -> Demand:
        """Return the counties as measures of access take them."""
        return Demand(self.ids, self.points, tuple(self.people.tolist()), self.groups)

    def kilometres(self, supply: Supply, detour: float) -> Floats:
        """Return the way from every county to every site."""
        pairs = pairs_of(self.demand, supply, detour=detour)
        return pairs.costs.reshape(len(self.ids), len(supply.ids))

    def new_sites(self) -> int:
        """Return the lever ``sites``, rounded.

        Raises:
            PlanError: when it is below zero or above the number of counties, of which each takes one.
        """
        count, most = round(self.case["sites"]), len(self.ids)
        if not 0 <= count <= most:
            who, at = f"plan {self.case.name}", self.case.where("levers", "sites")
            ways = (f"state a number from 0 to {most}",)
            raise PlanError(who, f"{count} new sites are asked for", why="a county takes one", ways=ways, where=at)
        return count

    def candidates(self) -> Supply:
        """Return a candidate site at the point of every county."""
        return Supply(self.ids, self.points, (1.0,) * len(self.ids), self.groups)

    def nearest(self, supply: Supply, detour: float, *, closed: bool = False) -> Floats:
        """Return the way to the nearest site by the measure of access, within groups where borders are closed."""
        pairs = pairs_of(self.demand, supply, detour=detour)
        return reached("access.nearest_cost", pairs.within_groups() if closed else pairs).values

    def spread(self, ways: Floats, kappa: float) -> dict[str, float]:
        """Return mean, longest way, Kolm-Pollak level, Gini and mean of the worst-off tenth, by the measures."""
        people = Given(self.people, (self.ids,), "人")
        told = {"values": Given(ways, (self.ids,), "公里"), "people": people}
        level = {"sense": "burden", "aversion": kappa, "parameter": "kappa"}
        worst = {"sense": "burden", "share": 0.1}
        return {
            "mean": float(self.people @ ways / self.people.sum()),
            "longest": float(ways[self.people > 0].max()),
            "level": measured("equity.kolm_pollak", told, level).value,
            "gini": measured("inequality.gini", told).value,
            "worst": measured("equity.worst_off", told, worst).value,
        }


def by_place(case: Case, key: str) -> tuple[tuple[str, ...], Floats]:
    """Return the places and values of the finding that a choice names.

    Raises:
        PlanError: when the finding holds no values by place, or lacks one.
    """
    name = str(case.spec[key])
    series = case.finding(name).series
    if series is None or [axis.name for axis in series.axes] != ["place"]:
        raise PlanError(f"plan {case.name}", f"finding {name} holds no values by place alone", where=case.where(key))
    values = np.array(series.values, float)
    if np.isnan(values).any():
        what = f"finding {name} lacks {int(np.isnan(values).sum())} places"
        raise PlanError(f"plan {case.name}", what, where=case.where(key))
    return series.axis("place").labels, values


def point_of(item: Item, register: Register) -> Point | None:
    """Return the point of an item in WGS 84, None where it has none."""
    longitude, latitude = (register.kind.of_kind(one)[0].id for one in ("longitude", "latitude"))
    east, north = item[longitude], item[latitude]
    if not east or not north:
        return None
    x, y = np.array([float(east[0].text)]), np.array([float(north[0].text)])
    turn = {"BD-09": wgs_from_bd, "GCJ-02": wgs_from_gcj}.get(register.kind.datum)
    x, y = turn(x, y) if turn else (x, y)
    return float(x[0]), float(y[0])


def sites_where(case: Case, key: str, where: str) -> tuple[list[tuple[Point, list[Item]]], int]:
    """Return the items of a register by point, those of one point as one site, and how many have no point.

    ``where`` is the choice that says which words an attribute must hold, one of several: ``{ grade = ["5A", "4A"]
    }``.

    Raises:
        UnknownName: when the register has no such attribute.
    """
    register, found, lost = case.register(key), dict[Point, list[Item]](), 0
    wanted = case.spec.get(where, {})
    for name in wanted:
        if name not in register.kind.attributes:
            at = case.where(where)
            raise UnknownName(f"plan {case.name}", "attribute", name, register.kind.attributes, where=at)
    for item in register.values():
        if says(item, wanted):
            if (point := point_of(item, register)) is None:
                lost += 1
            else:
                found.setdefault(point, []).append(item)
    return list(found.items()), lost


def says(item: Item, wanted: Mapping[str, str | Sequence[str]]) -> bool:
    """Return whether every attribute holds one of its words in some publication."""
    told = {name: (texts,) if isinstance(texts, str) else texts for name, texts in wanted.items()}
    known = item.kind.attributes
    return all(
        any(part in texts for value in item[name] for part in known[name].parts(value.text))
        for name, texts in told.items()
    )


def supply_of(case: Case, sites: Sequence[tuple[Point, list[Item]]], groups: Sequence[str]) -> Supply:
    """Return sites of a register as measures of access take them."""
    names = tuple(dict.fromkeys(groups))
    homes = tuple(province_of(case.pack.gazetteer, items[0].places[0], names) for _, items in sites)
    return Supply(tuple(items[0].ref for _, items in sites), tuple(at for at, _ in sites), (1.0,) * len(sites), homes)


def joined(*parts: Supply) -> Supply:
    """Return several supplies as one."""
    ids, points, amounts, groups = (
        tuple(one for part in parts for one in getattr(part, name)) for name in ("ids", "points", "amounts", "groups")
    )
    return Supply(ids, points, amounts, groups)


def lines_of(item: Item) -> tuple[Source, ...]:
    """Return the publications of an item with their lines."""
    return tuple(Source.of(item.kind.origins[row.origin], row.where) for row in item.rows)
