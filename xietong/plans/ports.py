r"""Ports: the region's cargo over its ports at least cost, linked, each province for itself, and in today's shares.

.. math::

    \min_{x, z \ge 0} \sum_{k,i,h,m} (f_m + r_m \delta d_{ih})\, x_{kihm} + \sum_{k,h} (u_{kh}\, y_{kh} + (u_{kh} + e)\,
    z_{kh}) \quad \text{s.t.} \quad \sum_{h,m} x_{kihm} = q_{ki}, \quad \sum_{i,m} x_{kihm} = y_{kh} + z_{kh},

    \sum_k y_{kh} \le R_h, \quad \sum_{h \in p} y_{1h} \le B_p, \quad \sum_k z_{kh} \le \gamma T_h, \quad
    \sum_{k,i,h} x_{kih,\text{rail}} \le \rho \sum_{k,i} q_{ki}

Sets: cargoes :math:`k` (1: containers), places :math:`i`, harbours :math:`h`, ports :math:`p` of one or more harbours,
modes :math:`m`.  Data: :math:`q_{ki}`, cargo of a place (the region's cargo, split by jobs); :math:`d_{ih}`,
great-circle distance; :math:`T_h`, published throughput of a harbour; :math:`R_h, B_p`, what is left of it, and of the
boxes of a port, after cargo from beyond the region, with some slack.  Levers: :math:`f_m, r_m`, cost of a tonne and of
a tonne-kilometre by road and rail (road has no :math:`f`); :math:`\delta`, detour; :math:`u_{kh}`, extra cost of cargo
in a port that is not specialised in it (location quotient below 1); :math:`e`, yearly cost of a tonne of new capacity;
:math:`\gamma`, how much may be added; :math:`\rho`, the part that rail can take.  Variables: :math:`x`, cargo by place,
harbour and mode; :math:`y, z`, cargo over today's and over new berths.

*Each for itself*: cargo stays in the harbours of its province, where that has one.  *Today's shares*: every harbour,
and the boxes of every port, get what the published throughput gives them, and only the routes are chosen.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.series import Axis, Series
from xietong.plans.blocks import Floats
from xietong.plans.networks import dual_value, residual
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.port_inputs import CARGOES, TONNES, Hinterland, hinterland, problems
from xietong.plans.port_page import PER_TONNE, WAITS, WAN, YI_YUAN, concentration, haul_km, sections, throughput
from xietong.plans.port_program import REGIMES, Regime, berth_costs, leg_costs, regime
from xietong.recipes.measuring import Given, measured

LEVERS = (
    "tonnes_per_box", "own_containers", "own_bulk", "slack", "berth_cost", "road_cost", "rail_cost", "rail_terminal",
    "detour", "rail_limit", "unspecialised", "growth",
)  # fmt: skip
_TOLERANCE = 1e-6
_BY_HAND = "numpy"


def ports(case: Case) -> Outcome:
    """Return the plan of linked ports, beside each province for itself and today's shares.

    Raises:
        PlanError: when boxes outweigh a port's cargo, or the limits contradict each other.
        Problems: with every harbour and port whose throughput no finding gives.
    """
    inputs = hinterland(case)
    rules, refused = _solved(case, inputs)
    linked = rules[0]
    flow = linked.flow
    return Outcome(
        flow.cost / WAN, flow.bound / WAN, flow.gap, Label("陆运与泊位全年费用", "cost of land and berths a year"),
        YI_YUAN, "min", sections(case, inputs, rules, refused), tuple(_bindings(inputs, flow.prices)),
        tuple(_checks(case, inputs, rules)), tuple(_points(inputs, linked)), WAITS, _facts(rules),
        _scenario(case, inputs, rules), flow.seconds,
    )  # fmt: skip


def _solved(case: Case, inputs: Hinterland) -> tuple[list[Regime], dict[str, str]]:
    """Return the rules that have a solution, the linked one first, and why the others have none."""
    rules, refused = [], {}
    for name, label in REGIMES.items():
        case.progress(str(label))
        try:
            rules.append(regime(case, inputs, name))
        except PlanError as error:
            if not rules:
                raise
            refused[name] = error.what
    return rules, refused


def _facts(rules: list[Regime]) -> dict[str, float]:
    """Return what linkage saves against every other rule that has a solution, and what the linked one comes to."""
    linked = rules[0]
    facts = {
        "tonne_km": float(linked.haul.sum()) / WAN,
        "new_capacity": float(linked.new.sum()),
        "rail_share": 100 * float(linked.cargo[..., 1].sum() / linked.cargo.sum()),
    }
    for one in rules[1:]:
        facts[f"saved_against_{one.id}"] = (one.flow.cost - linked.flow.cost) / WAN
        facts[f"tonne_km_saved_against_{one.id}"] = float(one.haul.sum() - linked.haul.sum()) / WAN
        facts[f"new_capacity_{one.id}"] = float(one.new.sum())
    return facts


def _bindings(inputs: Hinterland, prices: Floats) -> Iterator[Binding]:
    """Yield the limits that bind with what one more tonne of each saves, the dearest first."""
    named = [Label(f"{one.label.zh}通过能力", f"capacity of {one.label.en}") for one in inputs.harbours]
    named += [Label(f"{one.label.zh}集装箱能力", f"capacity for boxes of {one.label.en}") for one in inputs.ports]
    named += [Label(f"{one.label.zh}新增上限", f"what {one.label.en} may add") for one in inputs.harbours]
    named.append(Label("铁路承运上限", "what rail can take"))
    for at in np.argsort(prices, kind="stable"):
        if prices[at] < -_TOLERANCE:
            yield Binding(named[int(at)], float(-prices[at]), PER_TONNE, "dual")


def _checks(case: Case, inputs: Hinterland, rules: list[Regime]) -> Iterator[Check]:
    """Yield what the flows claim and what plain sums over the solution find."""
    linked = rules[0]
    old, new = berth_costs(case, inputs)
    for one in rules:
        fresh = one.flow.amounts[:, one.layout.new]
        berths = (old * (one.through.T - fresh)).sum() + (new * fresh).sum()
        found = float((one.cargo * leg_costs(case, inputs)).sum() + berths) / WAN
        zh, en = REGIMES[one.id].zh, REGIMES[one.id].en
        yield Check(Label(f"费用：{zh}", f"cost: {en}"), one.flow.cost / WAN, found, _BY_HAND)
        missed, over = residual(one.network, one.flow)
        scale = float(inputs.cargo.sum())
        yield Check(Label(f"收支平衡的偏差：{zh}", f"what misses the balance: {en}"), 0.0, missed / scale, _BY_HAND)
        yield Check(Label(f"超出能力：{zh}", f"what exceeds a limit: {en}"), 0.0, max(0.0, over) / scale, _BY_HAND)
    dual = dual_value(linked.network, linked.flow) / WAN
    yield Check(
        Label("对偶值（强对偶）", "value of the prices (strong duality)"), linked.flow.cost / WAN, dual, _BY_HAND
    )
    way = np.broadcast_to(case["detour"] * inputs.distances[None, :, :, None], linked.cargo.shape).ravel()
    names = (tuple(str(at) for at in range(way.size)),)
    mean = measured(
        "shares.weighted_mean", {"values": Given(way, names), "weights": Given(linked.cargo.ravel(), names)}
    )
    yield Check(Label("平均陆运距离", "mean way on land"), haul_km(linked), float(mean), "shares.weighted_mean")
    shares = throughput(inputs, linked) / throughput(inputs, linked).sum(axis=0)
    told = concentration(inputs, linked)
    for kind, name in enumerate(CARGOES):
        by = float((shares[:, kind] ** 2).sum())
        label = Label(f"集中度：{name}", f"concentration: {name}")
        yield Check(label, by, float(told[kind]), "ports.cargo_concentration")
    best = min(one.flow.cost for one in rules) / WAN
    yield Check(
        Label("联动不贵于其他规则", "linked costs no more than any other rule"), linked.flow.cost / WAN, best, _BY_HAND
    )


def _points(inputs: Hinterland, linked: Regime) -> Iterator[dict[str, object]]:
    """Yield the harbours for a map, with what goes through them."""
    through = linked.through.sum(axis=1)
    for at, one in enumerate(inputs.harbours):
        longitude, latitude = one.point
        yield {
            "id": one.id, "name": [one.label.zh, one.label.en], "longitude": longitude, "latitude": latitude,
            "value": float(through[at]), "new": float(linked.new[at]), "basis": [one.basis.zh, one.basis.en],
        }  # fmt: skip


def _scenario(case: Case, inputs: Hinterland, rules: list[Regime]) -> Series:
    """Return the throughput of every port by cargo under each rule, as scenarios that measures of ports can score."""
    values = np.stack([throughput(inputs, one) for one in rules])
    axes = (
        Axis("scenario", tuple(one.id for one in rules)),
        Axis("facility", tuple(one.id for one in inputs.ports)),
        Axis("cargo", CARGOES),
    )
    flags, grades = (
        np.full(values.shape, int(Flag.SCENARIO), np.uint8),
        np.full(values.shape, int(Grade.ASSUMED), np.uint8),
    )
    return Series(f"plan.{case.name}.levels", TONNES, axes, values, flags, grades, np.full(values.shape, -1, np.int64))


PORTS = Kind(
    ports,
    Label("港口联动", "linked ports"),
    LEVERS,
    required=("register", "ports", "harbours", "tonnes", "boxes", "jobs", "industries"),
    optional=("barred",),
    registers=("register",),
    findings=("tonnes", "boxes", "jobs"),
    shapes={"tables": ("ports", "harbours", "industries", "barred"), "lists": ("tonnes", "boxes", "jobs")},
    problems=problems,
    scenario=True,
)
