"""Layers of flows between places, as the study names them: one concept, one period, the publications that are read.

A flow that is not listed is a zero or unknown, as the layer says; where it is unknown, sums are lower bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xietong.diagnosis.systems.behind import named
from xietong.diagnosis.systems.scope import Scope
from xietong.errors import AmbiguousCell, MissingCell
from xietong.library.labels import Label
from xietong.library.pages import Source
from xietong.recipes.measuring import Given, Measured, measured

Pair = tuple[str, str]
KEYS = ("label", "concept", "period", "origins", "direction", "unlisted", "reason")
OPTIONAL = ("listed",)
DIRECTIONS, UNLISTED = ("known", "unknown"), ("zero", "unknown")

_READ = """
select place, destination, value, half_width, origin, location from observation
where not excluded and concept = ? and period = ? and origin in (select unnest(?)) order by position
"""


@dataclass(frozen=True)
class Layer:
    """The flows of a layer between the members: values by pair, the lines behind each, and who lists it."""

    id: str
    label: Label
    spec: Mapping[str, Any]
    unit: Label
    places: tuple[str, ...]
    names: tuple[Label, ...]
    values: Mapping[Pair, float]
    lines: Mapping[Pair, tuple[Source, ...]]
    lists: Mapping[Pair, tuple[str, ...]]

    @property
    def directed(self) -> bool:
        """Return whether it is known which place a flow leaves."""
        return bool(self.spec["direction"] == "known")

    @property
    def possible(self) -> int:
        """Return how many flows there may be."""
        return len(self.places) * (len(self.places) - 1)

    @property
    def complete(self) -> bool:
        """Return whether nothing is unknown: all flows are listed, or what is not listed is a zero."""
        return bool(self.spec["unlisted"] == "zero") or len(self.values) == self.possible

    @property
    def reason(self) -> Label:
        """Return what must be known of direction, truncation and days."""
        return Label.parse(str(self.spec["reason"]))

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """The flows as a table; what is not listed counts as nothing."""
        found = np.zeros((len(self.places), len(self.places)))
        for (one, other), value in self.values.items():
            found[self.places.index(one), self.places.index(other)] = value
        return found

    def measure(self, name: str, parameter: str = "flows", **choices: object) -> Measured:
        """Return a measure of the flows."""
        names = (self.places, self.places)
        return measured(name, {parameter: Given(self.table, names, self.unit.zh)}, choices)

    def behind(self, *pairs: Pair) -> tuple[Source, ...]:
        """Return the lines of some pairs, each once."""
        return tuple(dict.fromkeys(line for pair in pairs for line in self.lines.get(pair, ())))

    def origins(self) -> tuple[Source, ...]:
        """Return the publications, each once, with the table in which its lines stand."""
        found: dict[str, Source] = {}
        for line in (line for lines in self.lines.values() for line in lines):
            file = line.where.partition(":")[0]
            found.setdefault(line.publication, Source(line.publication, line.edition, line.grade, file))
        return tuple(found.values())


def layers(scope: Scope) -> list[Layer]:
    """Return the layers of a system of flows.

    Raises:
        MissingCell: when nothing is published between the members for a layer.
        AmbiguousCell: when two publications of a layer give two values for one flow.
    """
    return [_layer(scope, str(name), spec) for name, spec in scope.spec["layers"].items()]


def _layer(scope: Scope, name: str, spec: Mapping[str, Any]) -> Layer:
    members = tuple(scope.pack.gazetteer.members(str(scope.spec["members"]), f"system {scope.name}"))
    concept, period = str(spec["concept"]), str(spec["period"])
    told = [concept, period, [str(one) for one in spec["origins"]]]
    values: dict[Pair, float] = {}
    lines: dict[Pair, tuple[Source, ...]] = {}
    lists: dict[Pair, tuple[str, ...]] = {}
    for place, to, value, width, origin, where in scope.shelf.ledger.connection.execute(_READ, told).fetchall():
        pair, line = (place, to), Source.of(scope.pack.origins[origin], where)
        if place not in members or to not in members or place == to:
            continue
        if pair in values and abs(values[pair] - value) > width:
            raise AmbiguousCell(
                f"system {scope.name}",
                f"{name}: {values[pair]:g} at {lines[pair][0].where} and {value:g} at {where} for one flow",
                why="the publications of a layer are read as one",
                ways=("name one of the two under origins",),
                where=scope.where("layers", name, "origins"),
            )
        values.setdefault(pair, value)
        lines[pair] = (*lines.get(pair, ()), line)
        lists[pair] = (*lists.get(pair, ()), origin)
    if not values:
        what = f"{name}: nothing is published of {concept} in {period} between the members of {scope.spec['members']}"
        raise MissingCell(f"system {scope.name}", what, where=scope.where("layers", name))
    unit = scope.pack.concepts[concept].unit
    names = tuple(named(scope, place) for place in members)
    label = Label.parse(str(spec["label"]))
    return Layer(name, label, spec, Label(unit, unit), members, names, values, lines, lists)
