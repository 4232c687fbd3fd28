"""The program of `xietong.plans.ports` as a network: legs of places to harbours, berths of harbours to the sea."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices
from xietong.plans.networks import Bundle, Flow, Network, flow
from xietong.plans.plan import Case
from xietong.plans.port_inputs import CARGO_LABELS, CARGOES, MODES, Hinterland
from xietong.recipes.measuring import Given, measured

REGIMES: Mapping[str, Label] = {
    "linked": Label("港口联动", "linked"),
    "own": Label("各省自顾", "each province for itself"),
    "today": Label("现有份额", "today's shares"),
}
_HARBOUR, _PORT = Label("港区通过能力", "capacity of harbours"), Label("集装箱能力", "capacity for boxes")
_GROWTH = Label("新增能力上限", "most that can be added")
_RAIL, _SHARE = Label("铁路承运上限", "what rail can take"), Label("现有份额", "today's shares")
_FLOW = Label("货流", "cargo")


@dataclass(frozen=True)
class Layout:
    """Where the arcs of the network stand: legs by place, harbour and mode, then old and new berths by harbour."""

    places: Indices
    harbours: Indices
    modes: Indices
    old: Indices
    new: Indices

    @property
    def legs(self) -> int:
        """Return how many legs there are; they come before the berths."""
        return int(self.places.size)


@dataclass(frozen=True)
class Regime:
    """The flow of least cost under one rule, with cargo by place, harbour and mode, and what it comes to.

    ``cargo`` is in 10,000 tonnes, ``haul`` in 10,000 tonne-kilometres by cargo and mode, ``new`` the new capacity.
    """

    id: str
    network: Network
    layout: Layout
    flow: Flow
    cargo: Floats
    haul: Floats
    new: Floats

    @property
    def through(self) -> Floats:
        """Return the cargo of each harbour by kind, harbour by cargo."""
        return np.asarray(self.cargo.sum(axis=(1, 3)).T)


def regime(case: Case, inputs: Hinterland, name: str) -> Regime:
    """Return the flow of least cost under one rule.

    Raises:
        PlanError: when the limits contradict each other, as when every port is barred from a cargo.
    """
    network, layout = _network(case, inputs, name)
    found = flow(network, name=case.name, stopped=case.stopped)
    kinds, places, harbours = len(CARGOES), len(inputs.places), len(inputs.harbours)
    cargo = np.zeros((kinds, places, harbours, len(MODES)))
    legs = found.amounts[:, : layout.legs]
    cargo[:, layout.places, layout.harbours, layout.modes] = legs
    way = case["detour"] * inputs.distances
    haul = (cargo * way[None, :, :, None]).sum(axis=(1, 2))
    return Regime(name, network, layout, found, cargo, haul, found.amounts[:, layout.new].sum(axis=0))


def specialised(inputs: Hinterland) -> Floats:
    """Return 1 where a port is specialised in a cargo: its location quotient among the ports is 1 or more."""
    totals = np.bincount(inputs.port_of, inputs.tonnes, len(inputs.ports))
    amounts = np.stack([inputs.boxes, totals - inputs.boxes], axis=1)
    names = tuple(one.id for one in inputs.ports), CARGOES
    quotient = measured("specialisation.location_quotient", {"amounts": Given(amounts, names)}).values
    return np.asarray(quotient >= 1, dtype=np.float64)


def leg_costs(case: Case, inputs: Hinterland) -> Floats:
    """Return the cost of a tonne from every place to every harbour by every mode."""
    way = case["detour"] * inputs.distances
    return np.stack([case["road_cost"] * way, case["rail_terminal"] + case["rail_cost"] * way], axis=-1)


def berth_costs(case: Case, inputs: Hinterland) -> tuple[Floats, Floats]:
    """Return the cost of a tonne over old and over new berths, cargo by harbour."""
    old = case["unspecialised"] * (1 - specialised(inputs)[inputs.port_of]).T
    return old, old + case["berth_cost"]


def _network(case: Case, inputs: Hinterland, name: str) -> tuple[Network, Layout]:
    places, harbours, kinds = len(inputs.places), len(inputs.harbours), len(CARGOES)
    allowed = np.ones((places, harbours, len(MODES)), bool)
    if name == "own":
        allowed &= _at_home(inputs)[:, :, None]
    place, harbour, mode = np.nonzero(allowed)
    sea, ends = places + harbours, np.arange(harbours)
    layout = Layout(place, harbour, mode, place.size + ends, place.size + harbours + ends)
    old, new = berth_costs(case, inputs)
    legs = np.broadcast_to(leg_costs(case, inputs)[allowed], (kinds, place.size))
    costs = np.concatenate([legs, old, new], axis=1)
    tails = np.concatenate([place, places + ends, places + ends])
    heads = np.concatenate([places + harbour, np.full(2 * harbours, sea)])
    balance = np.zeros((kinds, sea + 1))
    balance[:, :places] = inputs.cargo
    balance[:, sea] = -inputs.cargo.sum(axis=1)
    names = (*(inputs.names or inputs.places), *(one.label.en for one in inputs.harbours), "sea")
    limits = _shares(inputs, layout) if name == "today" else _limits(inputs, layout, case["growth"])
    bundles = (*limits, _rail(case, inputs, layout))
    most = np.full(costs.shape, np.inf)
    for port, cargo in sorted(inputs.barred):
        at = np.flatnonzero(inputs.port_of == [one.id for one in inputs.ports].index(port))
        most[CARGOES.index(cargo), np.concatenate([layout.old[at], layout.new[at]])] = 0.0
    labels = tuple(one.en for one in CARGO_LABELS)
    return Network(names, tails, heads, costs, balance, bundles, most, labels, _FLOW), layout


def _at_home(inputs: Hinterland) -> npt.NDArray[np.bool_]:
    """Return where a place may send its cargo when each province keeps to itself; one without a port is free."""
    coast = [one.province for one in inputs.harbours]
    own = np.array([[one == other for other in coast] for one in inputs.provinces])
    return own | ~own.any(axis=1, keepdims=True)


def _limits(inputs: Hinterland, layout: Layout, growth: float) -> list[Bundle]:
    """Return the capacity of every harbour for all cargo, of every port for boxes, and what a harbour may add."""
    every, boxes = np.arange(len(CARGOES)), np.zeros(1, np.int64)
    names = [str(one.label) for one in inputs.harbours]
    told = [(name, layout.old[[at]], every, inputs.room[at], _HARBOUR) for at, name in enumerate(names)]
    told += [
        (str(one.label), layout.old[inputs.port_of == at], boxes, inputs.box_room[at], _PORT)
        for at, one in enumerate(inputs.ports)
    ]
    most = growth * inputs.tonnes
    told += [(name, layout.new[[at]], every, most[at], _GROWTH) for at, name in enumerate(names)]
    return [Bundle(name, arcs, kinds, float(high), group=group) for name, arcs, kinds, high, group in told]


def _shares(inputs: Hinterland, layout: Layout) -> list[Bundle]:
    """Return what each harbour and the boxes of each port must be, as the published throughput has it."""
    every, boxes = np.arange(len(CARGOES)), np.zeros(1, np.int64)
    told = [(str(one.label), layout.old[[at]], every, inputs.own[at]) for at, one in enumerate(inputs.harbours)]
    told += [
        (str(one.label), layout.old[inputs.port_of == at], boxes, inputs.own_boxes[at])
        for at, one in enumerate(inputs.ports)
    ]
    bundles = [Bundle(name, arcs, kinds, float(amount), float(amount), _SHARE) for name, arcs, kinds, amount in told]
    return [*bundles, Bundle("new", layout.new, every, 0.0, group=_SHARE)]


def _rail(case: Case, inputs: Hinterland, layout: Layout) -> Bundle:
    arcs = np.flatnonzero(layout.modes == 1)
    limit = case["rail_limit"] * float(inputs.cargo.sum())
    return Bundle(str(MODES[1]), arcs, np.arange(len(CARGOES)), high=limit, group=_RAIL)
