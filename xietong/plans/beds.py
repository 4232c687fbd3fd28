r"""Beds: a budget over counties so that most people reach a floor, and what the floor costs everywhere.

.. math::

    \max_{z} \sum_i w_i z_i \quad \text{s.t.} \quad \sum_i s_i z_i \le B, \quad z_i \in \{0, 1\}, \qquad
    s_i = \max(0,\, \varphi w_i - e_i)

    \max_{f,x} f \quad \text{s.t.} \quad e_i + x_i \ge f w_i, \quad \sum_i x_i \le B, \quad x \ge 0

Sets: counties *i*.  Data: :math:`w_i`, thousands of residents; :math:`e_i`, beds that stand, from a table of the
user, or assumed as :math:`b w_i + g h_i` with :math:`h_i` listed hospitals.  Levers: :math:`B`, the budget;
:math:`\varphi`, the floor; :math:`b` and :math:`g`, what is assumed.  The first is solved exactly over whole beds.
Variables: :math:`z_i`, the county reaches the floor; :math:`x_i`, beds added; :math:`f`, the highest floor that the
budget buys everyone.  The least transfer to a floor is :math:`\sum_i s_i`, in closed form.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from xietong.errors import PackError, PlanError, Problems, XietongError
from xietong.library.labels import Label
from xietong.library.pages import Column, Missing, Row, Section
from xietong.plans.blocks import Floats, Model
from xietong.plans.counties import Counties, sites_where
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.solving import solve
from xietong.recipes.measuring import Given, measured

BEDS, RATE, PEOPLE = Label("张", "beds"), Label("张/千人", "beds per 1000"), Label("人", "people")
FLOOR, BUDGET = Label("人人不低于底线", "everyone at the floor"), Label("床位预算", "budget of beds")
WAITS = Missing(
    Label("分区县医疗卫生机构床位", "hospital beds by county"),
    Label("未见公布，既有床位为假定", "not published; the beds that stand are assumed"),
    (
        Label(
            '在计划里写 beds = "文件.csv"，列为 place、beds',
            'give beds = "FILE.csv" in the plan, with columns place and beds',
        ),
    ),
)


@dataclass(frozen=True)
class Highest:
    """The highest common floor a budget buys, the beds added, and what one more bed adds to it."""

    floor: float
    added: Floats
    price: float


def highest(people: Floats, beds: Floats, budget: float, name: str = "beds") -> Highest:
    """Return the highest floor, in beds per 1000, that a budget buys for all.

    Raises:
        PlanError: when the program cannot be solved.
    """
    count, at = people.size, np.arange(people.size)
    model = Model(name)
    f = model.columns(Label("共同底线", "common floor"), 1, cost=-1.0)
    x = model.columns(Label("新增床位", "beds added"), count)
    model.rows(FLOOR, count, [(at, x, 1.0), (at, f[0], -people / 1000)], low=-beds)
    row = model.rows(BUDGET, 1, [(np.zeros(count, np.int64), x, 1.0)], high=budget)
    answer = solve(model)
    return Highest(float(answer.values[f[0]]), answer.values[x], float(-answer.duals[row[0]]))


def raised(people: Floats, short: Floats, budget: float) -> Floats:
    """Return which counties are lifted to the floor so that most people are above it, in whole beds.

    The best use of each number of beds is kept county by county, so that the result is exact.
    """
    beds_, lifted = np.ceil(short - 1e-9).astype(np.int64), short <= 0
    most = int(min(budget, beds_.sum()))
    needy = np.flatnonzero(~lifted)
    best, taken = np.zeros(most + 1), np.zeros((needy.size, most + 1), bool)
    for row, at in enumerate(needy.tolist()):
        if beds_[at] <= most:
            other = best[: most + 1 - beds_[at]] + people[at]
            taken[row, beds_[at] :] = other > best[beds_[at] :]
            best[beds_[at] :] = np.maximum(best[beds_[at] :], other)
    left = most
    for row in range(needy.size - 1, -1, -1):
        if taken[row, left]:
            lifted[needy[row]] = True
            left -= int(beds_[needy[row]])
    return lifted.astype(float)


def standing(case: Case, counties: Counties) -> tuple[Floats, tuple[Missing, ...]]:
    """Return the beds that stand: from the table of the choices, or assumed by the levers; and what is waited for.

    Raises:
        Problems: with every line of the table that cannot be read, and every county that it lacks.
    """
    if "beds" in case.spec:
        return _table(case, counties), ()
    hospitals = np.zeros(len(counties.ids))
    at = {code: position for position, code in enumerate(counties.ids)}
    for _, items in sites_where(case, "supply", "supply_where")[0]:
        for code in items[0].places[:1]:
            if code in at:
                hospitals[at[code]] += 1
    return case["background"] * counties.people / 1000 + case["each"] * hospitals, (WAITS,)


def _table(case: Case, counties: Counties) -> Floats:
    path = case.document.path.parent / str(case.spec["beds"])
    told, errors, shown = dict[str, float](), list[XietongError](), str(case.spec["beds"])
    if not path.is_file():
        raise PlanError(f"plan {case.name}", f"there is no file '{shown}'", where=case.where("beds"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"place", "beds"} <= set(reader.fieldnames or ()):
            raise PackError("beds", f"columns place and beds are wanted, not {reader.fieldnames}", where=shown)
        for row in reader:
            where = f"{shown}:{reader.line_num}"
            try:
                told[row["place"]] = float(row["beds"])
            except ValueError:
                errors.append(PackError("beds", f"'{row['beds']}' is no number", where=where))
                continue
            if row["place"] not in counties.ids:
                errors.append(PackError("beds", f"'{row['place']}' is none of the counties", where=where))
            elif not 0 <= told[row["place"]] < np.inf:
                errors.append(PackError("beds", f"{row['beds']} beds are not possible", where=where))
    lost = [one for one in counties.ids if one not in told]
    if lost and not errors:
        errors.append(PackError("beds", f"{len(lost)} counties are missing, the first {lost[0]}", where=shown))
    if errors:
        raise Problems(f"plan {case.name}", errors)
    return np.array([told[one] for one in counties.ids])


def beds(case: Case) -> Outcome:
    """Return how a budget of beds is laid out, what the floor costs everywhere, and how high a floor it buys all."""
    counties = Counties.of(case)
    people, (have, waits) = counties.people, standing(case, counties)
    floor, budget = case["floor"], case["budget"]
    short = np.ceil(np.maximum(0.0, floor * people / 1000 - have) - 1e-9)
    lifted = raised(people, short, budget)
    value, more = float(people @ lifted), float(people @ raised(people, short, budget * 1.01))
    common, needed = highest(people, have, budget, case.name), float(short.sum())
    added = short * lifted
    above = float(people[have + added >= floor * people / 1000 - 1e-6].sum())
    facts = {
        "needed": needed,
        "common floor": common.floor,
        "above before": float(people[short <= 0].sum()),
        "people": float(people.sum()),
        "standing": float(have.sum()),
        "spent": float(added.sum()),
    }
    bindings = _bindings(people, short, budget, common, more - value)
    checks = (
        Check(Label("达到底线的人", "people at the floor"), value, above, "numpy"),
        Check(Label("共同底线", "common floor"), common.floor, _water(people, have, budget), "numpy"),
    )
    sections = (
        _allocation(counties, have, short, added),
        _floors(counties, have, added, common, floor),
        _transfer(counties, have, short),
    )
    label, points = Label("住在达到底线的区县的人", "people in counties at the floor"), _points(counties, added)
    return Outcome(value, value, 0.0, label, PEOPLE, "max", sections, bindings, checks, points, waits, facts)


def _bindings(people: Floats, short: Floats, budget: float, common: Highest, more: float) -> tuple[Binding, ...]:
    return (
        Binding(
            Label("预算再多百分之一，多惠及的人", "one per cent more budget: people lifted"),
            more,
            PEOPLE,
            "relaxed",
            budget / 100,
        ),
        Binding(
            Label("预算再多一千张，共同底线抬高", "1000 more beds: the common floor rises by"),
            1000 * common.price,
            RATE,
            "dual",
            1000.0,
        ),
        Binding(
            Label("底线每高 1 张/千人，全体达标多用床位", "one more bed per 1000 in the floor: beds needed for all"),
            float(people[short > 0].sum()) / 1000,
            BEDS,
            "dual",
        ),
    )


def _water(people: Floats, have: Floats, budget: float) -> float:
    """Return the common floor by filling up from the lowest rate on, without a program."""
    rate, order = have / people * 1000, np.argsort(have / people, kind="stable")
    heads, filled = np.cumsum(people[order]) / 1000, np.cumsum(have[order])
    levels = (budget + filled) / heads
    ends = np.append(rate[order][1:], np.inf)
    return float(levels[int(np.argmax(levels <= ends + 1e-12))])


def _allocation(counties: Counties, have: Floats, short: Floats, added: Floats) -> Section:
    order = sorted(np.flatnonzero(short > 0).tolist(), key=lambda at: (-added[at], counties.ids[at]))
    rows = tuple(
        Row(
            (
                counties.name(at),
                float(counties.people[at]),
                float(have[at]),
                float(short[at]),
                float(added[at]),
                float((have[at] + added[at]) / counties.people[at] * 1000),
            )
        )
        for at in order
    )
    columns = (
        Column("county", Label("区县", "County")),
        Column("people", Label("常住人口", "Residents"), PEOPLE),
        Column("have", Label("既有（假定或来表）", "Standing (assumed or given)"), BEDS),
        Column("short", Label("到底线还差", "Short of the floor"), BEDS),
        Column("added", Label("本计划新增", "Added by this plan"), BEDS),
        Column("rate", Label("之后", "After"), RATE, 2),
    )
    text = Label(
        f"{len(order)} 个区县低于底线，预算让 {int((added > 0).sum())} 个达到",
        f"{len(order)} counties are below the floor; the budget lifts {int((added > 0).sum())}",
    )
    return Section("allocation", Label("床位分给谁", "Who gets beds"), (text,), columns, rows)


def _floors(counties: Counties, have: Floats, added: Floats, common: Highest, floor: float) -> Section:
    """Return two ways to spend the budget side by side: most people at the floor, or the highest floor for all."""
    people = counties.people
    cases = (
        (Label("现状", "now"), have),
        (Label("最多人达到底线", "most people at the floor"), have + added),
        (Label("同一预算抬高共同底线", "highest common floor"), have + common.added),
    )
    rows = []
    for label, told in cases:
        rate = told / people * 1000
        gini = measured("inequality.gini", {"values": Given(rate), "people": Given(people)}).value
        at = float(people[rate >= floor - 1e-9].sum())
        rows.append(Row((label, float(rate.min()), at, float(told.sum() / people.sum() * 1000), gini)))
    columns = (
        Column("way", Label("做法", "Way")),
        Column("lowest", Label("最低区县", "Lowest county"), RATE, 2),
        Column("above", Label("达到底线的人", "People at the floor"), PEOPLE),
        Column("mean", Label("平均", "Mean"), RATE, 2),
        Column("gini", Label("基尼系数", "Gini"), Label("", ""), 4),
    )
    return Section(
        "ways",
        Label("同一预算的两种用法", "Two uses of one budget"),
        (),
        columns,
        tuple(rows),
        measures=("inequality.gini",),
    )


def _transfer(counties: Counties, have: Floats, short: Floats) -> Section:
    """Return the least transfer that lifts every county, by group."""
    names = tuple(dict.fromkeys(counties.groups))
    rows = []
    for group in names:
        inside = np.array([one == group for one in counties.groups])
        label = counties.case.pack.gazetteer.label
        needy = int((short[inside] > 0).sum())
        rows.append(
            Row(
                (
                    Label(label(group, "zh"), label(group, "en")),
                    needy,
                    float(short[inside].sum()),
                    float(have[inside].sum()),
                )
            )
        )
    columns = (
        Column("group", Label("地区", "Area")),
        Column("count", Label("低于底线的区县", "Counties below")),
        Column("short", Label("全部达标所需", "Needed to lift all"), BEDS),
        Column("have", Label("既有", "Standing"), BEDS),
    )
    text = Label(
        "使每个区县达标的最小增量，即各区县缺口之和",
        "the least that lifts every county: the sum of what each is short of",
    )
    return Section(
        "transfer", Label("人人达标要多少", "What the floor costs everywhere"), (text,), columns, tuple(rows)
    )


def _points(counties: Counties, added: Floats) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "longitude": counties.points[at][0],
            "latitude": counties.points[at][1],
            "name": counties.name(at).zh,
            "ref": counties.ids[at],
            "beds": round(float(added[at]), 1),
        }
        for at in np.flatnonzero(added > 0).tolist()
    )


BEDS_KIND = Kind(
    beds,
    Label("床位分配", "allocation of beds"),
    ("budget", "floor", "background", "each"),
    ("people", "area", "supply"),
    ("supply_where", "beds"),
    ("supply",),
    ("people",),
    {"tables": ("supply_where",)},
)
