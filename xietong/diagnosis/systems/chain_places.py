"""Where in the region a gap could be filled: related industries, neighbours in the chain, platforms, people at work.

No score adds these up: they stand side by side with a reason in words, and the order is stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from xietong.diagnosis.systems.chain_nodes import NO_ABSENCE, Nodes, place_label
from xietong.diagnosis.systems.chain_reading import Segment
from xietong.diagnosis.systems.scope import Scope, sources
from xietong.errors import MeasureRefusal, UnknownName
from xietong.library.labels import Label
from xietong.library.pages import Column, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.library.registers.totals import within
from xietong.recipes.measuring import Given, measured

SPEC = ("threshold", "least_people", "candidates", "reason")
MEASURES = ("relatedness.proximity", "relatedness.relatedness_density", "specialisation.location_quotient")


@dataclass(frozen=True)
class Structures:
    """Employment by place and industry, with quotients and densities at a threshold."""

    scope: Scope

    @cached_property
    def amounts(self) -> Given:
        """The table of the finding, places by industries.

        Raises:
            MeasureRefusal: when the finding is no table of places by concepts.
        """
        name = str(self.scope.spec["employment"])
        series = self.scope.finding(name).series
        axes = tuple(axis.name for axis in series.axes) if series else ()
        if series is None or sorted(axes) != ["concept", "place"]:
            ways = ("name a finding of places by concepts, in one period",)
            raise MeasureRefusal(f"system {self.scope.name}", f"'{name}' stands on {axes}", ways=ways)
        values = series.values if axes[0] == "place" else series.values.T
        return Given(values, (series.axis("place").labels, series.axis("concept").labels))

    @property
    def places(self) -> tuple[str, ...]:
        """Return the places."""
        return self.amounts.names[0]

    def column(self, sector: str) -> int:
        """Return where an industry stands.

        Raises:
            UnknownName: when the finding does not have it.
        """
        names = self.amounts.names[1]
        if sector not in names:
            who, where = f"system {self.scope.name}", self.scope.where("employment")
            raise UnknownName(who, "industry in the finding", sector, names, where=where)
        return names.index(sector)

    @cached_property
    def quotients(self) -> np.ndarray[Any, Any]:
        """The location quotients, places by industries."""
        return measured("specialisation.location_quotient", {"amounts": self.amounts}).values

    def densities(self, threshold: float) -> np.ndarray[Any, Any]:
        """Return the densities at a threshold, the industry itself left out."""
        choices = {"threshold": threshold}
        near = measured("relatedness.proximity", {"amounts": self.amounts}, choices).values
        labels = (self.amounts.names[1], self.amounts.names[1])
        data = {"amounts": self.amounts, "proximities": Given(near, labels)}
        return measured("relatedness.relatedness_density", data, choices).values


@dataclass(frozen=True)
class Candidate:
    """A place where a gap could be filled, with what speaks for it."""

    place: str
    density: float
    rank: int
    quotient: float
    people: float
    neighbours: tuple[Item, ...]
    platforms: tuple[Item, ...]


def place_section(scope: Scope, chains: list[Nodes]) -> Section:
    """Return candidates for every gap, each with its reason, and how many stay at other thresholds."""
    structures, spec = Structures(scope), scope.spec["placing"]
    told = spec["threshold"]
    tables = {float(told[key]): structures.densities(float(told[key])) for key in ("value", "low", "high")}
    rows: list[Row] = []
    for nodes in chains:
        for one in (one for one in nodes.segments if nodes.number("chains.presence", one)):
            found = {at: _candidates(scope, structures, table, nodes, one) for at, table in tables.items()}
            chosen = found[float(told["value"])]
            others = [{other.place for other in found[at]} for at in tables]
            stays = {one.place: sum(one.place in names for names in others) for one in chosen}
            rows += _named(scope, nodes, one)
            rows += [_row(scope, nodes, one, each, stays[each.place]) for each in chosen]
    return Section(
        "places",
        Label("断点可在哪里补", "Where a gap could be filled"),
        (_order(scope),),
        _columns(),
        tuple(rows),
        (
            *_notes(structures),
            *_fit(scope, structures, tables[float(told["value"])], chains),
            Label.parse(str(spec["reason"])),
            NO_ABSENCE,
        ),
        (),
        MEASURES,
    )


def _fit(scope: Scope, structures: Structures, densities: np.ndarray[Any, Any], chains: list[Nodes]) -> Iterator[Label]:
    """Say for every broad industry of a gap how many of the densest places are specialised in it already."""
    gaps = [one.sector for nodes in chains for one in nodes.segments if nodes.number("chains.presence", one)]
    for sector in dict.fromkeys(gaps):
        at, label = structures.column(sector), scope.pack.concepts[sector].label
        first = sorted(range(len(structures.places)), key=lambda row: (-densities[row, at], structures.places[row]))[
            :20
        ]
        has = sum(structures.quotients[row, at] >= float(scope.spec["placing"]["threshold"]["value"]) for row in first)
        yield Label(
            f"{label.zh}：密度最高的 20 个区县中有 {has} 个已以它见长；密度与已有的专长不是一回事",
            f"{label.en}: of the 20 densest counties {has} are specialised in it; density and speciality are not the "
            "same",
        )


def _candidates(
    scope: Scope, structures: Structures, densities: np.ndarray[Any, Any], nodes: Nodes, segment: Segment
) -> list[Candidate]:
    """Return the first places of a gap: those with a platform of the chain, then with neighbours, then the densest."""
    spec, at = scope.spec["placing"], structures.column(segment.sector)
    people = structures.amounts.values
    large = people[:, at] >= float(spec["least_people"])
    density = densities[:, at]
    near, platforms = _neighbours(nodes, segment), _platforms(scope, nodes.chain, nodes.members)
    found = [
        Candidate(
            place, float(density[row]), 1 + int((density > density[row]).sum()), float(structures.quotients[row, at]),
            float(people[row, at]), near.get(_member(nodes, place), ()), platforms.get(place, ()),
        )
        for row, place in enumerate(structures.places)
        if large[row]
    ]  # fmt: skip
    found.sort(key=lambda one: (not one.platforms, not one.neighbours, -round(one.density, 9), one.place))
    return found[: int(spec["candidates"])]


def _member(nodes: Nodes, place: str) -> str:
    return next((member for member, area in nodes.members.items() if place in area), "")


def _neighbours(nodes: Nodes, segment: Segment) -> dict[str, tuple[Item, ...]]:
    """Return the firms of the segments next to a gap, by member."""
    found: dict[str, dict[str, Item]] = {}
    for one in nodes.near(segment):
        held = nodes.firms(one)
        for match in nodes.matched[one.id]:
            if match.item.id in held:
                found.setdefault(held[match.item.id], {})[match.item.id] = match.item
    return {member: tuple(items[key] for key in sorted(items)) for member, items in found.items()}


def _platforms(scope: Scope, chain: str, members: Mapping[str, set[str]]) -> dict[str, tuple[Item, ...]]:
    """Return the platforms that serve a chain by the places in which they are; one that names a member only is none."""
    target, found = f"{scope.spec['chains']}:{chain}", dict[str, tuple[Item, ...]]()
    for item in scope.register("platforms").values():
        if any(link.relation == "serves" and link.target == target for link in item.links):
            named = [place for place in item.places if place not in members]
            for place in sorted({code for one in named for code in within(one, scope.pack.gazetteer)}):
                found[place] = (*found.get(place, ()), item)
    return found


def _columns() -> tuple[Column, ...]:
    return (
        Column("chain", Label("产业链", "Chain")),
        Column("segment", Label("断点环节", "Gap")),
        Column("place", Label("候选区县", "Candidate")),
        Column("density", Label("关联密度", "Density of related industries"), digits=2),
        Column("rank", Label("密度位次", "Rank by density")),
        Column("quotient", Label("区位商", "Location quotient"), digits=2),
        Column("people", Label("该行业就业（抽样）", "Employed in the industry (sample)"), Label("人", "persons")),
        Column("why", Label("理由", "Why")),
        Column("stays", Label("三个门槛中仍在候选", "Still a candidate at how many of three thresholds")),
    )


def _row(scope: Scope, nodes: Nodes, segment: Segment, one: Candidate, stays: int) -> Row:
    shown = place_label(scope, one.place)
    owner = _member(nodes, one.place)
    if parent := scope.pack.gazetteer.places[one.place].parent:
        above = place_label(scope, parent)
        shown = Label(f"{above.zh}·{shown.zh}", f"{shown.en}, {above.en}") if parent != owner else shown
    why = list(_reasons(scope, segment, one, owner))
    reason = Label("；".join(told.zh for told in why), "; ".join(told.en for told in why))
    behind: list[Source] = [told for item in (*one.neighbours, *one.platforms) for told in sources(item)]
    cells = (
        nodes.label,
        segment.label,
        shown,
        one.density,
        float(one.rank),
        one.quotient,
        one.people,
        reason,
        float(stays),
    )
    return Row(cells, tuple(dict.fromkeys(behind)), finding=str(scope.spec["employment"]))


def _named(scope: Scope, nodes: Nodes, segment: Segment) -> list[Row]:
    """Return the places that a report names for a gap, as the report has it and without a computed number."""
    register = scope.register("segments")
    rows = []
    for fact in (register[name] for name in segment.named):
        places = [place_label(scope, one) for one in fact.places]
        where = Label("、".join(one.zh for one in places), ", ".join(one.en for one in places))
        said = "；".join(value.text for value in fact["fact"])
        why = Label(f"报道点名：{fact.name}，{said}", f"named in a report: {fact.name}, {said}")
        rows.append(
            Row((nodes.label, segment.label, where, None, None, None, None, why, None), sources(fact), fact.ref)
        )
    return rows


def _reasons(scope: Scope, segment: Segment, one: Candidate, member: str) -> Iterator[Label]:
    if one.platforms:
        names = "、".join(item.name for item in one.platforms)
        yield Label(f"当地有服务本链的平台：{names}", f"a platform of the chain is there: {names}")
    if one.neighbours:
        names, count = "、".join(item.name for item in one.neighbours[:3]), len(one.neighbours)
        place = place_label(scope, member)
        yield Label(
            f"{place.zh}登记有相邻环节上市公司 {count} 家（{names}{'等' if count > 3 else ''}）",
            f"{place.en} has {count} listed firms of segments next to it ({names}{' and others' if count > 3 else ''})",
        )
    sector = scope.pack.concepts[segment.sector].label
    has = one.quotient >= float(scope.spec["placing"]["threshold"]["value"])
    zh, en = ("已有", "already") if has else ("尚无", "not yet")
    yield Label(
        f"与之相伴的行业已有 {one.density:.0%}（第 {one.rank} 位），{zh}该大类的专业化：{sector.zh}",
        f"{one.density:.0%} of the industries that go with it are there (rank {one.rank}); the broad industry is "
        f"{en} a speciality: {sector.en}",
    )


def _order(scope: Scope) -> Label:
    count = scope.spec["placing"]["candidates"]
    return Label(
        f"报道点名的地方在前；另列 {count} 个区县，依次看：有无服务本链的平台、同省市有无相邻环节上市公司、关联密度；"
        "不合成分数",
        f"Places that a report names come first; then {count} counties, in the order of: a platform of the chain, "
        "listed firms of the segments next to it in the same member, density of related industries; nothing is added "
        "into a score",
    )


def _notes(structures: Structures) -> tuple[Label, ...]:
    places, sectors = len(structures.places), len(structures.amounts.names[1])
    return (
        Label(
            f"关联密度由 {places} 个区县、{sectors} 个行业门类的就业算得：同属一个门类的断点密度相同，分不出产品",
            f"Density comes from employment in {places} counties and {sectors} broad industries: gaps of one broad "
            "industry have the same densities, and products cannot be told apart",
        ),
        Label(
            "就业是居住地的抽样就业，不是工厂的产能；土地、能耗、环境容量与人才未计入，候选只是查访的起点",
            "Employment is that of residents in a sample and no capacity of plants; land, energy, the environment and "
            "skills are not in it, so a candidate is only where to ask first",
        ),
    )
