"""The page of a plan of relocation: moves, platforms, roles with their cost, structure and gaps, what is registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from xietong.library.labels import Label
from xietong.library.pages import Cell, Column, Missing, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.plans.blocks import Floats
from xietong.plans.plan import Case
from xietong.plans.relocation_effects import Change, Effects, names
from xietong.plans.relocation_inputs import Inputs

if TYPE_CHECKING:
    from xietong.plans.relocation import Plan

THOUSAND_JOBS = Label("千岗", "thousand jobs")
KM = Label("公里", "km")
_LITTLE = 1e-6
_CONTRIBUTE = Label(
    "按登记模板补充：xietong register contribute",
    "bring it in with the form of the register: xietong register contribute",
)
WAITS = (
    Missing(
        Label("三地分行业区域间投入产出表", "an input-output table between the three, by industry"),
        Label(
            "只算到账户：岗位、人口、产出随迁；产业链上的关联效应要有表才能算",
            "Only accounts: jobs, residents and product move; effects through chains need a table",
        ),
        (
            Label(
                "以 flows、output 指明两个结果，地点与行业以“地/行业”命名",
                "name two findings as flows and output, places and industries as PLACE/INDUSTRY",
            ),
        ),
    ),
    Missing(
        Label("每个平台的容量与产业目录", "room and catalogue of industries of each platform"),
        Label(
            "未见公布，以现有就业的一部分与平台类别代之",
            "Never published; a part of the jobs there and the kind of the platform stand for them",
        ),
        (_CONTRIBUTE,),
    ),
    Missing(
        Label("迁出单位、市场的名单、岗位与去向", "names, jobs and destinations of the units and markets that moved"),
        Label("只公布个数", "Only numbers were published"),
        (_CONTRIBUTE,),
    ),
)


def sections(case: Case, data: Inputs, plan: Plan, after: Effects) -> tuple[Section, ...]:
    """Return the sections in order."""
    return (
        _moves(case, data, plan), _platforms(case, data, plan), _roles(case, data, plan), _registered(case, data),
        _changes("structure", Label("结构", "Structure"), after.structure, _STRUCTURE),
        _changes("gaps", Label("差距", "Gaps"), after.gaps, _GAPS),
        *((_chains(case, after),) if after.chains else ()),
    )  # fmt: skip


def sources(*items: Item) -> tuple[Source, ...]:
    """Return the publications of some items."""
    return tuple(Source.of(item.kind.origins[row.origin], row.where) for item in items for row in item.rows)


def taken(data: Inputs, plan: Plan) -> Floats:
    """Return the thousand jobs that come to each place."""
    return np.asarray(np.bincount(data.at, plan.jobs.sum(axis=0), len(data.places)), dtype=np.float64)


def _moves(case: Case, data: Inputs, plan: Plan) -> Section:
    columns = (
        Column("function", Label("功能", "Function")), Column("platform", Label("去向", "To")),
        Column("place", Label("所在", "Where")), Column("jobs", Label("岗位", "Jobs"), THOUSAND_JOBS, 1),
        Column("units", Label("单位", "Units")), Column("fit", Label("适配", "Fit"), digits=2),
        Column("km", Label("距离", "Distance"), KM),
    )  # fmt: skip
    rows = [
        _move(case, data, plan, k, p)
        for k in range(len(data.functions))
        for p in range(len(data.sites))
        if plan.jobs[k, p] > 0
    ]
    rows += [
        Row((one.label, Label("留在原地", "stays"), None, float(stays), _units(data, k, stays), None, None))
        for k, one in enumerate(data.functions)
        if (stays := data.available[k] - plan.jobs[k].sum()) > _LITTLE
    ]
    text = Label(
        "每项功能能走的岗位去哪里；留下的是去了不如不去，或没有余地",
        "Where the jobs of each function go; what stays is worth more where it is, or finds no room",
    )
    note = Label(
        "岗位数全部来自可调的假定，登记里只有名字和个数",
        "Every number of jobs comes of a lever; the register has names and counts only",
    )
    title = Label("去向", "Moves")
    measures, figure = ("access.great_circle",), _drawn(case, data, plan)
    return Section("moves", title, (text,), columns, tuple(rows), (note,), measures=measures, figure=figure)


def _drawn(case: Case, data: Inputs, plan: Plan) -> Mapping[str, Any]:
    """Return the moves as bands from functions to sites, nothing when nobody moves."""
    moves = [(int(k), int(p)) for k, p in np.argwhere(plan.jobs > 0)]
    if not moves:
        return {}
    where = [names(case, one.place) for one in data.sites]
    nodes = [[one.label.zh, one.label.en] for one in data.functions]
    nodes += [[f"{one.name}·{at.zh}", f"{one.name}, {at.en}"] for one, at in zip(data.sites, where, strict=True)]
    links = [[k, len(data.functions) + p, round(float(plan.jobs[k, p]), 1)] for k, p in moves]
    unit = [THOUSAND_JOBS.zh, THOUSAND_JOBS.en]
    return {"kind": "sankey", "layers": [{"label": ["岗位", "Jobs"], "unit": unit, "nodes": nodes, "links": links}]}


def _move(case: Case, data: Inputs, plan: Plan, k: int, p: int) -> Row:
    one, site, jobs = data.functions[k], data.sites[p], float(plan.jobs[k, p])
    cells: tuple[Cell, ...] = (
        one.label, site.name, names(case, site.place), jobs, _units(data, k, jobs), float(data.fit[k, p]),
        float(data.distances[p]),
    )  # fmt: skip
    return Row(cells, sources(site.item), site.item.ref)


def _units(data: Inputs, k: int, jobs: float) -> float | None:
    return float(jobs / data.sizes[k]) if data.functions[k].whole else None


def _platforms(case: Case, data: Inputs, plan: Plan) -> Section:
    columns = (
        Column("platform", Label("平台", "Platform")), Column("place", Label("所在", "Where")),
        Column("km", Label("距原地", "From the origin"), KM), Column("role", Label("按谁的分工", "Under the role of")),
        Column("taken", Label("接收岗位", "Taken"), THOUSAND_JOBS, 1),
        Column("room", Label("该地可增岗位", "Room of the place"), THOUSAND_JOBS, 1),
        Column("price", Label("再多千岗的价值", "Worth of a thousand more"), digits=3),
        Column("reason", Label("取地理由", "Why this place")),
    )  # fmt: skip
    block = plan.model.row_blocks[1].label
    price = {at: told for one, at, told in plan.prices if one.label == block}
    rows = []
    for p, one in enumerate(data.sites):
        here, at = float(plan.jobs[:, p].sum()), int(data.at[p])
        cells: tuple[Cell, ...] = (
            one.name, names(case, one.place), float(data.distances[p]), names(case, one.role), here,
            float(data.room[at]), price.get(at, 0.0), one.reason,
        )  # fmt: skip
        rows.append(Row(cells, sources(one.item), one.item.ref))
    text = Label(
        "登记中列名而有区县或城市地点的平台；几个平台同在一地的，共用该地的余地",
        "Platforms that the register names with a county or a city; those in one place share its room",
    )
    title = Label("平台", "Platforms")
    return Section("platforms", title, (text,), columns, tuple(rows), missing=data.left_out)


def _roles(case: Case, data: Inputs, plan: Plan) -> Section:
    columns = (
        Column("member", Label("成员", "Member")), Column("role", Label("分工", "Role")),
        Column("lets", Label("让进的功能", "Lets in")), Column("taken", Label("接收岗位", "Taken"), THOUSAND_JOBS, 1),
        Column("price", Label("放宽千岗的价值", "Worth of a thousand off role"), digits=3),
        Column("cost", Label("全部放开的价值", "Worth without the role"), digits=2),
        Column("reason", Label("理由", "Reason")),
    )  # fmt: skip
    labels = {one.id: one.label for one in data.functions}
    block = plan.model.row_blocks[-1].label
    price = {at: told for one, at, told in plan.prices if one.label == block}
    rows = []
    for r, role in enumerate(data.roles):
        here = sum(float(plan.jobs[:, p].sum()) for p, one in enumerate(data.sites) if one.role == role.place)
        told = [labels[one] for one in role.functions]
        lets = Label("、".join(one.zh for one in told), ", ".join(one.en for one in told))
        cells: tuple[Cell, ...] = (
            names(case, role.place), role.label, lets, here, price.get(r, 0.0), float(plan.roles[r]), role.reason
        )  # fmt: skip
        rows.append(Row(cells))
    text = Label(
        "分工是约束：每个地点只收所在成员分工让进的功能",
        "Roles are constraints: a place takes only the functions that the role of its member lets in",
    )
    note = Label(
        "价格高说明分工在挡住一个高价值的去向，不说明分工错了",
        "A high price says that a role keeps out a move of worth, not that the role is wrong",
    )
    return Section("roles", Label("分工及其价格", "Roles and their prices"), (text,), columns, tuple(rows), (note,))


def _registered(case: Case, data: Inputs) -> Section:
    columns = (
        Column("function", Label("功能", "Function")), Column("items", Label("登记项", "Registered")),
        Column("where", Label("登记的去向", "Where they go, as registered")),
        Column("totals", Label("公布的合计", "Totals as published")),
        Column("reason", Label("归业理由", "Why this industry")),
    )  # fmt: skip
    register = case.register("register")
    rows = []
    for one in data.functions:
        kinds = {str(kind) for kind in case.spec["functions"][one.id].get("kinds", [])}
        totals = [told for told in register.kind.totals if told.where.get("kind") in kinds]
        printed = [Label(f"{t.label.zh} {t.value}{t.unit}", f"{t.label.en}: {t.value}") for t in totals]
        places = dict.fromkeys(place for item in one.items for place in item.places)
        cells: tuple[Cell, ...] = (
            one.label, len(one.items) if one.whole else None, names(case, *places),
            Label("；".join(p.zh for p in printed), "; ".join(p.en for p in printed)), one.reason,
        )  # fmt: skip
        rows.append(Row(cells, sources(*one.items)))
    text = Label(
        "登记里已有的项目与去向，供与规划对照；不驱动规划的去向",
        "What is registered and where it goes, beside the plan; it does not steer the plan",
    )
    missing = tuple(Missing(told.label, told.reason, (_CONTRIBUTE,)) for told in register.kind.not_published)
    return Section(
        "registered", Label("已登记的疏解", "What is registered"), (text,), columns, tuple(rows), missing=missing
    )


_STRUCTURE = (
    Label(
        "普查长表就业按账户移动之后，同一套结构度量的前后值",
        "Jobs of the census moved by accounts; the same measures of structure on both sides",
    ),
    Label(
        "差异变大不等于更好；行业大类看不见类别内的分工",
        "More unlike is not better; work divided inside an industry is not seen",
    ),
)
_GAPS = (
    Label(
        "岗位、人口与产出随迁之后，同一套差距度量的前后值",
        "Jobs, residents and product moved; the same measures of gaps on both sides",
    ),
    Label(
        "账户法：岗位带走多少产出与人口是假定，没有关联效应与新增岗位",
        "Accounts: how much product and how many residents go along is assumed; no effects through chains, no new jobs",
    ),
)


def _changes(name: str, title: Label, told: tuple[Change, ...], texts: tuple[Label, Label]) -> Section:
    digits = max((one.digits for one in told), default=4)
    columns = (
        Column("measure", Label("度量", "Measure")), Column("before", Label("现在", "Now"), digits=digits),
        Column("after", Label("搬迁之后", "After"), digits=digits),
        Column("change", Label("变化", "Change"), digits=digits),
    )  # fmt: skip
    rows = tuple(Row((one.label, one.before, one.after, one.after - one.before)) for one in told)
    measures = tuple(dict.fromkeys(one.measure for one in told))
    return Section(name, title, texts[:1], columns, rows, texts[1:], measures=measures)


def _chains(case: Case, after: Effects) -> Section:
    columns = (
        Column("member", Label("成员", "Member")),
        Column("direct", Label("移动的需求", "Demand that moves"), digits=2),
        Column("total", Label("产出变化（含关联）", "Change of output, with chains"), digits=2),
    )  # fmt: skip
    rows = tuple(Row((names(case, one.place), one.direct, one.total)) for one in after.chains)
    text = Label(
        "按投入产出表，移动的最终需求牵动的产出；系数不变",
        "Output that the moving demand draws along by the table; coefficients stay",
    )
    title = Label("产业链上的影响", "Through input-output")
    return Section("chains", title, (text,), columns, rows, measures=("input_output.output_for_demand",))
