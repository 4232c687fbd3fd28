r"""Culture: a service circle of so many minutes for most people, the countryside first, with a number of new sites.

.. math::

    \max_{y,z} \sum_i (u_i + \rho\, r_i) z_i \quad \text{s.t.} \quad
    z_i \le [\,i \in F\,] + \sum_{j:\, d_{ij} \le t v / 60} y_j,\ z_i \le 1, \quad \sum_j y_j \le p,\ y_j \in \{0, 1\}

Sets: counties *i*, candidate sites *j* at their points, :math:`F` those that a standing site serves already.  Data:
:math:`u_i, r_i`, residents of town and country; :math:`d_{ij}`, great-circle kilometres times the detour.  Levers:
:math:`t`, minutes; :math:`v`, kilometres an hour; the detour; :math:`\rho`, what a resident of the countryside
counts; :math:`p`, new sites.  Variables: :math:`y_j`, open; :math:`z_i`, within a circle.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.pages import Column, Missing, Row, Section
from xietong.plans.blocks import Floats, Indices
from xietong.plans.counties import AT_POINT, Counties, by_place, joined, sites_where, supply_of
from xietong.plans.location.covering import cover_most
from xietong.plans.location.siting import Sited, Siting, Truths
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.recipes.geography import Supply, pairs_of, reached

PEOPLE = Label("人", "people")
THIN = Missing(
    Label("公共图书馆、文化馆、博物馆按区县的名录", "registers of libraries, cultural centres and museums by county"),
    Label(
        "未见公布，以已登记的景区为既有点，偏少也偏旅游",
        "not published; registered sights stand for them: too few, and meant for visitors",
    ),
    (Label("按登记模板补充：xietong register contribute", "bring it in: xietong register contribute"),),
)


def culture_circle(case: Case) -> Outcome:
    """Return where new sites bring most people into a circle, and who stays outside.

    Raises:
        PlanError: when town and country are told for other places.
    """
    counties = Counties.of(case)
    ids, rural = by_place(case, "rural")
    if ids != counties.ids:
        what = f"findings {case.spec['people']} and {case.spec['rural']} stand on other places"
        raise PlanError(f"plan {case.name}", what, where=case.where("rural"))
    weights = counties.people + (case["rural_weight"] - 1) * rural
    sites, lost = sites_where(case, "supply", "supply_where")
    standing = supply_of(case, sites, counties.groups)
    reach = case["minutes"] * case["speed"] / 60
    ways = [counties.kilometres(one, case["detour"]) for one in (standing, counties.candidates())]
    costs = np.hstack([ways[0].min(axis=1, keepdims=True), ways[1]])
    asked = Siting(costs, weights, (1 + counties.new_sites(),), (0,), name=case.name)
    sited = cover_most(asked, reach, stopped=case.stopped)
    further = cover_most(replace(asked, counts=(min(asked.counts[0] + 1, costs.shape[1]),)), reach)
    wider = cover_most(asked, reach * 1.1)
    inside = np.asarray((costs[:, sited.sites] <= reach).any(axis=1), bool)
    before = np.asarray(costs[:, 0] <= reach, bool)
    new = sited.sites[sited.sites > 0] - 1
    weighted = Label("加权的人", "weighted people")
    gains = (further.value - sited.value, wider.value - sited.value)
    bindings = (
        Binding(Label("再多一处", "one more site"), gains[0], weighted, "relaxed"),
        Binding(Label("服务圈再大一成", "a circle wider by a tenth"), gains[1], weighted, "relaxed", reach / 10),
    )
    found = _covered(case, counties, joined(standing, _some(counties, new)), weights, reach)
    checks = (Check(Label("圈内的加权人口", "weighted people within"), sited.value, found, "access.coverage"),)
    sums = {
        f"{name} {when}": float(told[here].sum())
        for name, told in (("people", counties.people), ("rural", rural))
        for when, here in (("before", before), ("after", inside))
    }
    facts = sums | {"reach": reach, "standing": float(len(sites)), "without point": float(lost)}
    sections = (
        _new(counties, rural, costs, before, sited, reach),
        _outside(counties, rural, costs[:, sited.sites].min(axis=1), inside),
    )
    points = tuple(
        {"longitude": counties.points[at][0], "latitude": counties.points[at][1], "name": counties.name(at).zh,
         "ref": ids[at], "new": True}
        for at in new.tolist()
    )  # fmt: skip
    label = Label("服务圈内的加权人口", "weighted people within a circle")
    return Outcome(
        sited.value, sited.bound, sited.gap, label, weighted, "max", sections, bindings, checks, points, (THIN,), facts,
        seconds=sited.seconds,
    )  # fmt: skip


def _some(counties: Counties, at: Indices) -> Supply:
    all_ = counties.candidates()
    return Supply(
        tuple(all_.ids[one] for one in at),
        tuple(all_.points[one] for one in at),
        (1.0,) * len(at),
        tuple(all_.groups[one] for one in at),
    )


def _covered(case: Case, counties: Counties, supply: Supply, weights: Floats, reach: float) -> float:
    """Return the weighted people within reach by the measure of access."""
    pairs = pairs_of(replace(counties.demand, people=tuple(weights.tolist())), supply, detour=case["detour"])
    share = reached("access.coverage", pairs, {"max_cost": reach}).value
    return share * float(weights.sum())


def _new(counties: Counties, rural: Floats, costs: Floats, before: Truths, sited: Sited, reach: float) -> Section:
    rows = []
    for at in (sited.sites[sited.sites > 0] - 1).tolist():
        won = ~before & (costs[:, at + 1] <= reach)
        rows.append(
            Row((counties.name(at), float(counties.people[won].sum()), float(rural[won].sum()), int(won.sum())))
        )
    columns = (
        Column("county", Label("新设所在区县", "County of the new site")),
        Column("people", Label("新入圈的人", "People newly within"), PEOPLE),
        Column("rural", Label("其中乡村", "of them rural"), PEOPLE),
        Column("count", Label("区县数", "Counties")),
    )
    text = Label(f"半径 {reach:.1f} 公里", f"a radius of {reach:.1f} km")
    ranked = tuple(sorted(rows, key=lambda row: (-float(str(row.cells[1])), str(row.cells[0]))))
    note = Label("两圈相交处的人在两行都计", "people where two circles meet stand in both lines")
    return Section(
        "sites", Label("新设在哪里", "Where new sites go"), (text,), columns, ranked, (AT_POINT, note), (THIN,)
    )


def _outside(counties: Counties, rural: Floats, ways: Floats, inside: Truths) -> Section:
    order = sorted(np.flatnonzero(~inside).tolist(), key=lambda at: (-rural[at], counties.ids[at]))
    rows = tuple(
        Row((counties.name(at), float(counties.people[at]), float(rural[at]), float(ways[at]))) for at in order
    )
    columns = (
        Column("county", Label("区县", "County")),
        Column("people", Label("常住人口", "Residents"), PEOPLE),
        Column("rural", Label("其中乡村", "of them rural"), PEOPLE),
        Column("km", Label("到最近一处", "Way to the nearest"), Label("公里", "km"), 1),
    )
    return Section("outside", Label("仍在圈外", "Still outside"), (), columns, rows)


CULTURE_CIRCLE = Kind(
    culture_circle,
    Label("文化服务圈", "circle of culture"),
    ("minutes", "speed", "detour", "rural_weight", "sites"),
    ("people", "rural", "area", "supply"),
    ("supply_where",),
    ("supply",),
    ("people", "rural"),
    {"tables": ("supply_where",)},
)
