"""Access to services by place: how far the nearest is, what is in reach, and how far that rests on what was assumed.

Demand is the people of counties at one point each, supply are sites at their points, and the way is the great-circle
distance times a detour.  Borders of provinces may be open or closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xietong.diagnosis.systems.assumptions import Assumption, assumption
from xietong.diagnosis.systems.scope import Scope
from xietong.library.boundaries import entries, label_point, middle_point
from xietong.library.labels import Label
from xietong.library.places import Gazetteer
from xietong.library.registers.items import Item
from xietong.library.registers.register import Register
from xietong.recipes.geography import Demand, Pairs, Point, Supply, nearest_of, pairs_of, reached
from xietong.recipes.measuring import Given, measured

ASSUMPTIONS = ("detour", "threshold")
MEASURES = (
    "access.great_circle", "access.nearest_cost", "access.cumulative_opportunities", "access.coverage_by_group",
    "catchments.two_step", "catchments.enhanced_two_step", "equity.worst_off",
)  # fmt: skip
ZONES = 3
"""Zones of the stepped decay: their width is the threshold over this, so that the last ends where it does."""
DECAYS: Mapping[str, Label] = {
    "steps": Label("E2SFCA，三圈 1、0.68、0.22", "E2SFCA, three zones at 1, 0.68, 0.22"),
    "flat": Label("2SFCA，阈值内不衰减", "2SFCA, no decay within the threshold"),
    "truncated_gaussian": Label("高斯衰减，阈值处为零", "Gaussian, nothing left at the threshold"),
}
PER = 1_000_000
"""People for whom access is printed."""


@dataclass(frozen=True)
class Case:
    """One way to look at access: every choice that could be made otherwise."""

    label: Label
    threshold: float
    detour: float
    decay: str = "steps"
    middle: bool = False
    entries: bool = False
    placed: bool = False
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Access:
    """What one case gives for every county: kilometres to the nearest site, sites in reach, and sites per person."""

    case: Case
    pairs: Pairs

    @cached_property
    def nearest(self) -> NDArray[np.float64]:
        """Kilometres to the nearest site; not a number where no site can be reached at all."""
        return reached("access.nearest_cost", self.pairs).values

    @cached_property
    def sites(self) -> list[int | None]:
        """The position of the nearest site of every county."""
        return nearest_of(self.pairs)

    @cached_property
    def within(self) -> NDArray[np.float64]:
        """How many sites lie within the threshold."""
        choices = {"max_cost": self.case.threshold, "unreached": "kept"}
        return reached("access.cumulative_opportunities", self.pairs, choices).values

    @cached_property
    def shared(self) -> NDArray[np.float64]:
        """Sites for a million people, shared with all who reach them."""
        choices: dict[str, object] = {"max_cost": self.case.threshold, "unreached": "kept"}
        if self.case.decay == "flat":
            return reached("catchments.two_step", self.pairs, choices).values * PER
        width = self.case.threshold / ZONES if self.case.decay == "steps" else self.case.threshold
        choices |= {"decay": self.case.decay, "bandwidth": width}
        return reached("catchments.enhanced_two_step", self.pairs, choices).values * PER

    def beyond(self, threshold: float | None = None) -> dict[str, float]:
        """Return the people of every group whose nearest site is farther than the threshold."""
        found = reached(
            "access.coverage_by_group", self.pairs, {"max_cost": threshold or self.case.threshold}, by_group=True
        )
        totals = self.people_of_groups
        shares = zip(found.axes[-1].labels, found.values.tolist(), strict=True)
        return {group: totals[group] * (1 - share) for group, share in shares}

    def mean_of_worst(self, share: float) -> float:
        """Return the mean kilometres to the nearest site of the share of people who have the longest way."""
        data = {"values": Given(self.nearest, unit="公里"), "people": Given(np.array(self.pairs.demand.people))}
        return measured("equity.worst_off", data, {"sense": "burden", "share": share}).value

    @cached_property
    def people_of_groups(self) -> dict[str, float]:
        """People of every group, in the order of the groups."""
        totals: dict[str, float] = {}
        for group, people in zip(self.pairs.demand.groups, self.pairs.demand.people, strict=True):
            totals[group] = totals.get(group, 0.0) + people
        return totals

    def worst(self, count: int) -> list[int]:
        """Return the positions of the counties with the longest way to the nearest site, the longest first."""
        order = sorted(range(len(self.nearest)), key=lambda at: (-self.nearest[at], self.pairs.demand.ids[at]))
        return order[:count]

    def least(self, count: int) -> list[int]:
        """Return the positions of the counties with the fewest sites per person, the farthest first among equals."""
        ids = self.pairs.demand.ids
        order = sorted(range(len(ids)), key=lambda at: (self.shared[at], -self.nearest[at], ids[at]))
        return order[:count]


def sites_of(register: Register, where: Mapping[str, str]) -> tuple[dict[Point, list[Item]], list[Item]]:
    """Return the items that say what is asked for by their point, and those that have none.

    Items at one and the same point are one site: a list may name a hospital twice.
    """
    at: dict[Point, list[Item]] = {}
    lost = []
    longitude, latitude = (register.kind.of_kind(one)[0].id for one in ("longitude", "latitude"))
    for item in register.values():
        if all(any(value.text == text for value in item[key]) for key, text in where.items()):
            east, north = item[longitude], item[latitude]
            if east and north:
                at.setdefault((float(east[0].text), float(north[0].text)), []).append(item)
            else:
                lost.append(item)
    return at, lost


def province_of(gazetteer: Gazetteer, code: str, groups: Sequence[str]) -> str:
    """Return the group, one of ``groups``, in which a place lies, '' when it lies in none."""
    while code and code not in groups:
        code = gazetteer.places[code].parent if code in gazetteer.places else ""
    return code


@dataclass(frozen=True, eq=False)
class Setting:
    """What all cases share: the counties with their people, the sites, and the assumptions."""

    scope: Scope
    detour: Assumption
    threshold: Assumption
    people: Mapping[str, float]
    groups: tuple[str, ...]
    sites: Mapping[Point, list[Item]]
    lost: tuple[Item, ...]

    @classmethod
    def of(cls, scope: Scope) -> Setting:
        """Return the setting that a study describes."""
        series = scope.finding(str(scope.spec["people"])).series
        counties = dict(zip(series.axis("place").labels, series.values.tolist(), strict=True)) if series else {}
        groups = tuple(scope.pack.gazetteer.members(str(scope.spec["area"]), scope.name))
        sites, lost = sites_of(scope.register("supply"), scope.spec["supply_where"])
        detour, threshold = (assumption(scope, one) for one in ASSUMPTIONS)
        return cls(scope, detour, threshold, counties, groups, sites, tuple(lost))

    @property
    def guessed(self) -> Mapping[Point, list[Item]]:
        """Return the items without a point at the label point of their place, as a guess to be held against."""
        found: dict[Point, list[Item]] = {}
        for item in self.lost:
            for code in (one for one in item.places[:1] if one in entries()):
                found.setdefault(label_point(code), []).append(item)
        return found

    @property
    def main(self) -> Case:
        """The case that the page shows."""
        return Case(Label("本页所用", "as shown"), self.threshold.value, self.detour.value)

    def access(self, case: Case) -> Access:
        """Return what a case gives."""
        gazetteer = self.scope.pack.gazetteer
        ids = tuple(self.people)
        point = middle_point if case.middle else label_point
        provinces = tuple(province_of(gazetteer, one, self.groups) for one in ids)
        demand = Demand(ids, tuple(point(one) for one in ids), tuple(self.people.values()), provinces)
        sites = {**self.sites, **(self.guessed if case.placed else {})}
        amounts = tuple(float(len(items)) if case.entries else 1.0 for items in sites.values())
        homes = tuple(province_of(gazetteer, items[0].places[0], self.groups) for items in sites.values())
        supply = Supply(tuple(items[0].ref for items in sites.values()), tuple(sites), amounts, homes)
        pairs = pairs_of(demand, supply, detour=case.detour)
        return Access(case, pairs.within_groups() if case.closed else pairs)

    def cases(self) -> Iterator[Case]:
        """Yield the case that is shown, then each with one choice made otherwise."""
        main = self.main
        yield main
        for one, name in ((self.threshold, "threshold"), (self.detour, "detour")):
            for value in (one.low, one.high):
                label = Label(f"{one.label.zh} {value:g}", f"{one.label.en} {value:g}")
                case = replace(main, label=label)
                yield replace(case, threshold=value) if name == "threshold" else replace(case, detour=value)
        for decay in list(DECAYS)[1:]:
            yield replace(main, label=DECAYS[decay], decay=decay)
        yield replace(main, label=Label("区县取面积中心", "counties at the centroid of their area"), middle=True)
        yield replace(main, label=Label("同址各条各算一处", "every entry of a list is a site"), entries=True)
        placed = Label("无坐标的放在所在地注记点", "those without a point at the label point of their place")
        yield replace(main, label=placed, placed=True)
        yield replace(main, label=Label("不跨省界", "borders of provinces closed"), closed=True)
