r"""Public services: where new sites go so that people have short and fair ways, beside the sites that stand.

.. math::

    \min_{y} \; \frac{1}{\kappa} \ln \sum_i f_i e^{\kappa \min_{j:\, y_j = 1} d_{ij}} \quad \text{s.t.} \quad
    \sum_{j \notin F} y_j = p, \quad y_j = 1 \;\; \forall j \in F, \quad y_j \in \{0, 1\}

Sets: counties *i*, sites *j* at the points of counties, :math:`F` the sites that stand.  Data: :math:`f_i`, share of
all people; :math:`d_{ij}`, great-circle kilometres times the detour.  Levers: :math:`p`, new sites; :math:`\kappa`,
aversion to unequal ways (0: the mean); the detour; members of a consortium at most.  Variables: :math:`y_j`, open.

Leaders: :math:`\min \sum_{ij} w_i d_{ij} x_{ij}` with one leader for each county and at most *N* counties for each
leader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.library.registers.items import Item
from xietong.plans.blocks import Floats, Indices
from xietong.plans.counties import AT_POINT, Counties, joined, lines_of, sites_where, supply_of
from xietong.plans.location.capacity import Served, allocate
from xietong.plans.location.covering import centre
from xietong.plans.location.equity import Equity, fair
from xietong.plans.location.median import median
from xietong.plans.location.siting import Sited, Siting
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.recipes.geography import Point, Supply

KM = Label("公里", "km")
WAITS = Missing(
    Label("分区县床位与医师", "beds and physicians by county"),
    Label("未见公布；一处即一处，不分大小", "not published; a site is a site, whatever its size"),
)
SHOWN = 12
"""So many of the worst-off counties are listed."""


@dataclass(frozen=True, eq=False)
class Setting:
    """Counties, the sites that stand, candidates, and the ways to both, with borders open or closed."""

    case: Case
    counties: Counties
    sites: list[tuple[Point, list[Item]]]
    lost: int
    standing: Supply

    @classmethod
    def of(cls, case: Case) -> Setting:
        """Read what the choices name."""
        counties = Counties.of(case)
        sites, lost = sites_where(case, "supply", "supply_where")
        return cls(case, counties, sites, lost, supply_of(case, sites, counties.groups))

    def ways(self, *, closed: bool = False) -> Floats:
        """Return the way to the nearest standing site, then to each candidate; never farther than the standing one.

        Where no standing site is within the borders, only candidates within them count.
        """
        counties, detour = self.counties, self.case["detour"]
        parts = []
        for supply in (self.standing, counties.candidates()):
            km = counties.kilometres(supply, detour)
            if closed:
                km = np.where(np.array(counties.groups)[:, None] == np.array(supply.groups)[None, :], km, np.inf)
            parts.append(km)
        stands, new = parts
        nearest = stands.min(axis=1, keepdims=True)
        return np.hstack([nearest, np.minimum(new, nearest)])

    def siting(self, more: int, ways: Floats) -> Siting:
        """Return the question with so many new sites."""
        return Siting(ways, self.counties.people, (1 + more,), (0,), name=self.case.name)

    def new(self, sited: Sited) -> Indices:
        """Return the counties that get a site."""
        return sited.sites[sited.sites > 0] - 1

    def supply(self, sited: Sited) -> Supply:
        """Return the standing sites with the new ones."""
        at, all_ = self.new(sited), self.counties.candidates()
        part = (tuple(getattr(all_, name)[one] for one in at) for name in ("ids", "points", "amounts", "groups"))
        return joined(self.standing, Supply(*part))


def services(case: Case) -> Outcome:
    """Return where new sites go, what fairness and the border cost, and who leads whom."""
    setting, kappa = Setting.of(case), case["kappa"]
    more = setting.counties.new_sites()
    ways = setting.ways()
    sited, level, bound = _solved(setting, more, ways, kappa)
    case.progress("sites")
    after = setting.counties.nearest(setting.supply(sited), case["detour"])
    before = setting.counties.nearest(setting.standing, case["detour"])
    facts = {"people": float(setting.counties.people.sum()), "standing": float(len(setting.sites))}
    spread = setting.counties.spread(after, kappa)
    _, closed, _ = _solved(setting, more, setting.ways(closed=True), kappa)
    facts |= {"border": closed - level, **{f"after {name}": value for name, value in spread.items()}}
    gap = max(0.0, level - bound) / max(level, 1e-12)
    label = Label("到最近一处的等价距离", "equally fair way to the nearest site")
    if case.brief:
        return Outcome(level, bound, gap, label, KM, "min", (), facts=facts, seconds=sited.seconds)
    _, further, _ = _solved(setting, min(more + 1, len(after)), ways, kappa)
    led = _led(setting)
    case.progress("leaders")
    sections = (
        _placed(setting, sited, before, after),
        _frontier(setting, more, ways, kappa),
        _worst(setting, before, after),
        _leaders(setting, led),
        _announced(case),
    )
    bindings = (
        Binding(Label("再多一处", "one more site"), level - further, KM, "relaxed"),
        Binding(Label("省界可以跨越", "borders may be crossed"), closed - level, KM, "relaxed"),
        *_full(setting, led),
    )
    checks = (
        Check(Label("等价均值或均值", "level or mean"), level, spread["level"], "equity.kolm_pollak"),
        Check(Label("联合体总路程", "ways of the consortia"), led.sited.value, _walked(setting, led), "numpy"),
    )
    points = _points(setting, sited)
    return Outcome(
        level, bound, gap, label, KM, "min", sections, bindings, checks, points, (WAITS,), facts, seconds=sited.seconds
    )  # fmt: skip


def _led(setting: Setting) -> Served:
    """Return who leads whom: every county one leader, each leader within its capacity, by the least way of all."""
    count, case = len(setting.sites), setting.case
    km = setting.counties.kilometres(setting.standing, case["detour"])
    asked = Siting(km, setting.counties.people, (count,), tuple(range(count)), name=case.name)
    return allocate(asked, np.full(count, case["members"]), loads=np.ones(len(km)), stopped=case.stopped)


def _solved(setting: Setting, more: int, ways: Floats, kappa: float) -> tuple[Sited, float, float]:
    """Return the sites for an aversion with level and bound in kilometres."""
    kind: Equity = "kolm-pollak" if kappa > 0 else "mean"
    asked = fair(setting.siting(more, ways), kind, kappa=kappa)
    sited = median(asked.siting, stopped=setting.case.stopped)
    return sited, asked.level(sited.value), asked.level(sited.bound)


def _placed(setting: Setting, sited: Sited, before: Floats, after: Floats) -> Section:
    counties, rows = setting.counties, []
    for at in setting.new(sited).tolist():
        won = (after < before) & (sited.serving == at + 1)
        saved = float((counties.people * (before - after))[won].sum())
        rows.append((saved, Row((counties.name(at), float(counties.people[won].sum()), float(before[at]), saved))))
    columns = (
        Column("county", Label("新设所在区县", "County of the new site")),
        Column("people", Label("因此路更近的人", "People with a shorter way"), Label("人", "people")),
        Column("before", Label("该区县此前到最近一处", "Way of that county before"), KM, 1),
        Column("saved", Label("合计少走", "Saved by all"), Label("人公里", "person-km")),
    )
    lost = Label(
        f"登记中符合条件而无坐标的 {setting.lost} 条未计入既有点",
        f"{setting.lost} entries that qualify have no point and are left out",
    )
    return Section(
        "sites",
        Label("新设在哪里", "Where new sites go"),
        (
            Label(
                f"既有 {len(setting.sites)} 处不动，新设 {len(rows)} 处",
                f"{len(setting.sites)} sites stay, {len(rows)} are new",
            ),
        ),
        columns,
        tuple(row for _, row in sorted(rows, key=lambda one: -one[0])),
        (AT_POINT, lost),
    )


def _frontier(setting: Setting, more: int, ways: Floats, kappa: float) -> Section:
    """Return the price of fairness: the mean, levels at several aversions, and the centre, all measured again."""
    highest = setting.case.levers["kappa"].high
    asked: dict[str, tuple[Label, float]] = {
        f"κ = {one:g}": (Label(f"等价均值 κ={one:g}", f"level at kappa {one:g}"), one)
        for one in sorted({kappa, highest / 2, highest} - {0.0})
    }
    found = {"p-median": (Label("p-中位：均值最小", "median: least mean"), _solved(setting, more, ways, 0.0)[0])}
    found |= {name: (label, _solved(setting, more, ways, one)[0]) for name, (label, one) in asked.items()}
    found["p-center"] = (Label("p-中心：最远最小", "centre: shortest longest way"), centre(setting.siting(more, ways)))
    columns = (
        Column("objective", Label("目标", "Objective")),
        *(
            Column(name, label, unit, digits)
            for name, label, unit, digits in (
                ("mean", Label("均值", "Mean"), KM, 2),
                ("longest", Label("最远", "Longest"), KM, 1),
                ("level", Label("等价均值", "Level"), KM, 2),
                ("worst", Label("最远一成人的均值", "Mean of the worst-off tenth"), KM, 1),
                ("gini", Label("基尼系数", "Gini"), Label("", ""), 3),
            )
        ),
    )
    rows, points = [], []
    for name, (label, sited) in found.items():
        spread = setting.counties.spread(setting.counties.nearest(setting.supply(sited), setting.case["detour"]), kappa)
        rows.append(Row((label, *(spread[column.id] for column in columns[1:]))))
        points.append([spread["mean"], spread["worst"], name])
    note = Label(
        "基尼系数只列不求最小：人人同样远也能使它很小",
        "The Gini is shown and never minimised: all equally far off also makes it small",
    )
    figure: Mapping[str, Any] = {
        "kind": "frontier",
        "x": ["均值（公里）", "mean (km)"],
        "y": ["最远一成（公里）", "worst-off tenth (km)"],
        "points": points,
    }
    measures = ("equity.kolm_pollak", "inequality.gini", "equity.worst_off", "access.nearest_cost")
    text = Label(
        "同样数目的新设点，换一个目标各得什么", "What the same number of new sites gives under another objective"
    )
    return Section(
        "frontier",
        Label("公平的代价", "The price of equity"),
        (text,),
        columns,
        tuple(rows),
        (note,),
        (),
        measures,
        figure,
    )


def _worst(setting: Setting, before: Floats, after: Floats) -> Section:
    closed = setting.counties.nearest(setting.standing, setting.case["detour"], closed=True)
    order = sorted(range(len(after)), key=lambda at: (-before[at], setting.counties.ids[at]))[:SHOWN]
    rows = tuple(
        Row(
            (
                setting.counties.name(at),
                float(setting.counties.people[at]),
                None if np.isnan(closed[at]) else float(closed[at]),
                float(before[at]),
                float(after[at]),
            )
        )
        for at in order
    )
    columns = (
        Column("county", Label("区县", "County")),
        Column("people", Label("常住人口", "Residents"), Label("人", "people")),
        Column("closed", Label("现状，不跨省界", "Now, borders closed"), KM, 1),
        Column("before", Label("现状", "Now"), KM, 1),
        Column("after", Label("新设之后", "With the new sites"), KM, 1),
    )
    return Section("worst", Label("现在最远的区县", "Counties worst off now"), (), columns, rows)


def _leaders(setting: Setting, led: Served) -> Section:
    km = setting.counties.kilometres(setting.standing, setting.case["detour"])
    rows = []
    for at in np.lexsort((led.demands, led.places)).tolist():
        county, site = int(led.demands[at]), int(led.places[at])
        item, people = setting.sites[site][1][0], float(setting.counties.people[county])
        cells: tuple[Cell, ...] = (item.name, setting.counties.name(county), people, float(km[county, site]))
        rows.append(Row(cells, lines_of(item), item.ref))
    columns = (
        Column("leader", Label("牵头医院", "Leader")),
        Column("county", Label("成员区县", "Member county")),
        Column("people", Label("常住人口", "Residents"), Label("人", "people")),
        Column("km", Label("路程", "Way"), KM, 1),
    )
    most = setting.case["members"]
    used = len(set(led.places.tolist()))
    text = Label(
        f"{used} 处牵头，每处至多 {most:g} 个区县，总路程最短",
        f"{used} lead, each at most {most:g} counties, by the least way of all people",
    )
    return Section("leaders", Label("谁牵头谁", "Who leads whom"), (text,), columns, tuple(rows))


def _announced(case: Case) -> Section:
    register = case.register("consortium")
    columns = (
        Column("name", Label("已公布的协作", "As announced")),
        Column("supporter", Label("支持医院", "Supported by")),
        Column("place", Label("所在地", "Place")),
    )
    rows = []
    for item in register.values():
        label = case.pack.gazetteer.label
        places = Label(
            "、".join(label(one, "zh") for one in item.places), ", ".join(label(one, "en") for one in item.places)
        )
        supporter = item["supporter"][0].text if "supporter" in register.kind.attributes and item["supporter"] else None
        rows.append(Row((item.name, supporter, places), lines_of(item), item.ref))
    missing = tuple(Missing(one.label, one.reason) for one in register.kind.not_published)
    text = Label(
        "医联体名单未公布，只列可点名的协作；上表不是它们的名单",
        "The list of consortia is not published; those that can be named stand here; the table above is none of it",
    )
    return Section(
        "announced",
        Label("已公布的医联体与协作", "Consortia as announced"),
        (text,),
        columns,
        tuple(rows),
        missing=missing,
    )


def _full(setting: Setting, led: Served) -> list[Binding]:
    order = np.argsort(-led.prices, kind="stable")[:5]
    return [
        Binding(
            Label(f"{name}再多带一个区县", f"one more county led by {name}"),
            float(led.prices[at]),
            Label("人公里", "person-km"),
            "dual",
        )
        for at in order.tolist()
        if led.prices[at] > 1e-6
        for name in [setting.sites[int(led.sited.sites[at])][1][0].name]
    ]


def _walked(setting: Setting, led: Served) -> float:
    km = setting.counties.kilometres(setting.standing, setting.case["detour"])
    return float((setting.counties.people[led.demands] * led.parts * km[led.demands, led.places]).sum())


def _points(setting: Setting, sited: Sited) -> tuple[Mapping[str, Any], ...]:
    stands = [
        {"longitude": at[0], "latitude": at[1], "name": items[0].name, "ref": items[0].ref, "new": False}
        for at, items in setting.sites
    ]
    counties = setting.counties
    new = [
        {
            "longitude": counties.points[at][0],
            "latitude": counties.points[at][1],
            "name": counties.name(at).zh,
            "ref": counties.ids[at],
            "new": True,
        }
        for at in setting.new(sited).tolist()
    ]
    return (*stands, *new)


SERVICES = Kind(
    services,
    Label("公共服务选址", "sites of public services"),
    ("sites", "kappa", "detour", "members"),
    ("people", "area", "supply", "consortium"),
    ("supply_where",),
    ("supply", "consortium"),
    ("people",),
    {"tables": ("supply_where",)},
)
