r"""Relocation: which function of an origin goes to which receiving platform; roles of the members are constraints.

.. math::

    \max_{n \ge 0} \sum_{k,p} v_{kp} s_k n_{kp}, \qquad v_{kp} = f_{kp} + \lambda \iota_p - \delta d_p / D

    \text{s.t.} \quad \sum_p s_k n_{kp} \le a_k, \quad \sum_{k,\, p \in c} s_k n_{kp} \le \kappa_c J_c, \quad
    \sum_{p \in r,\, k \notin K_r} s_k n_{kp} \le 0, \quad n_{kp} = 0 \text{ where } f_{kp} = 0, \quad
    n_{kp} \in \mathbb{Z} \text{ for functions that move whole}

Sets: functions :math:`k`; sites :math:`p`, each a county or city of a platform of the register; places :math:`c`, which
several platforms may share; roles :math:`r` of the members, each with the functions :math:`K_r` that it lets in.  Data:
:math:`d_p`, great-circle distance from the centre of the origin; :math:`J_c`, jobs of a place; :math:`a_k`, jobs that
may leave: a part (``share``) of the origin's jobs in the industry, or units registered so far (times ``batch``) of
:math:`s_k` jobs (``size``; 1 for what is divisible).  Choices: :math:`f_{kp}`, fit between 0 and 1.  Levers:
:math:`\lambda`, relief of leaving (``relief``), of which :math:`\iota_p` (``inside``) counts for a site within the
origin, 1 elsewhere; :math:`\delta`, detour; :math:`D`, the way that outweighs a full fit (``reach``);
:math:`\kappa_c`, room of a place over its jobs (``built`` or ``capacity``).  Variables: :math:`n_{kp}`, units or
thousand jobs.

The price of a limit is what the objective gains, in points of fit times thousand jobs, for a thousand jobs more of it,
by a second solve; the cost of a role is what it gains without the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xietong.library.labels import Label
from xietong.library.origins import Flag, Grade
from xietong.library.series import Axis, Series
from xietong.plans.blocks import Block, Floats, Model
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.relocation_effects import Effects, effects, effects_checks, names
from xietong.plans.relocation_inputs import Inputs, inputs, problems
from xietong.plans.relocation_page import WAITS, sections, taken
from xietong.plans.solving import Answer, solve
from xietong.recipes.measuring import Given, measured

LEVERS = (
    "share", "size", "batch", "built", "capacity", "detour", "reach", "relief", "inside", "expansion", "product",
    "follow",
)  # fmt: skip
POINTS = Label("适配分 × 千岗", "points of fit times thousand jobs")
PER_THOUSAND = Label("适配分 × 千岗 / 千岗", "points a thousand jobs")
_MOVED = Label("去向", "moves")
_LEAVE = Label("可离开的岗位", "jobs that may leave")
_ROOM = Label("可增岗位", "room of the place")
_ROLE = Label("成员分工", "role of the member")
_NONE = 1e-7


@dataclass(frozen=True)
class Plan:
    """The program with its answer: jobs in thousands by function and platform, and what one more of a limit buys."""

    model: Model
    answer: Answer
    jobs: Floats
    prices: tuple[tuple[Block, int, float], ...]
    roles: Floats

    @property
    def value(self) -> float:
        """Return the objective, which the program minimises with its sign turned."""
        return -self.answer.objective


def values(case: Case, data: Inputs) -> Floats:
    """Return what a job of each function is worth at each platform, in points of fit."""
    relief = case["relief"] * np.where(data.inside, case["inside"], 1.0)
    return np.asarray(data.fit + relief - case["detour"] * data.distances / case["reach"])


def program(case: Case, data: Inputs) -> Model:
    """Return the program of a case."""
    functions, sites = data.fit.shape
    model = Model(case.name)
    moves = [[f"{one.label} → {p.name}" for p in data.sites] for one in data.functions]
    worth, whole = data.sizes[:, None] * values(case, data), [one.whole for one in data.functions]
    high = np.where(data.fit > 0, np.inf, 0.0)
    blocks = [
        model.columns(_MOVED, sites, cost=-worth[k], high=high[k], integer=whole[k], names=moves[k])
        for k in range(functions)
    ]
    at = np.stack(blocks)
    size = np.broadcast_to(data.sizes[:, None], at.shape)
    row, column = np.indices(at.shape)
    model.rows(_LEAVE, functions, [(row, at, size)], high=data.available, names=[str(f.label) for f in data.functions])
    names_of = [str(names(case, one)) for one in data.places]
    model.rows(_ROOM, len(data.places), [(data.at[column], at, size)], high=data.room, names=names_of)
    terms = [(np.full(int(bad.sum()), r), at[bad], size[bad]) for r, bad in enumerate(data.barred)]
    model.rows(_ROLE, len(data.roles), terms, high=0.0, names=[str(role.label) for role in data.roles])
    return model


def planned(case: Case, data: Inputs, *, priced: bool = True) -> Plan:
    """Solve a case, and solve it again with each limit moved.

    Raises:
        PlanError: when it cannot be solved.
    """
    model = program(case, data)
    answer = solve(model, stopped=case.stopped)
    jobs = np.round(answer.values.reshape(data.fit.shape), 9) * data.sizes[:, None]
    if not priced:
        return Plan(model, answer, jobs, (), np.zeros(len(data.roles)))
    step, prices = _step(data), []
    for block in model.row_blocks:
        for position in range(block.at.size):
            if (gain := answer.objective - solve(model.relaxed(block, position, step)).objective) > _NONE:
                prices.append((block, position, gain / step))
    free = float(data.available.sum())
    by_role = model.row_blocks[-1]
    costs = [answer.objective - solve(model.relaxed(by_role, r, free)).objective for r in range(len(data.roles))]
    return Plan(model, answer, jobs, tuple(prices), np.maximum(np.array(costs), 0.0))


def _step(data: Inputs) -> float:
    """Return by how much a limit is moved: by the largest unit, so that a whole one can take it up."""
    return max(1.0, float(data.sizes.max()))


def relocation(case: Case) -> Outcome:
    """Return the moves of most worth, with what they do to structure and gaps.

    Raises:
        Problems: with every role and place that the choices and the register leave open.
        PlanError: when the program cannot be solved.
    """
    data = inputs(case)
    case.progress(str(_MOVED))
    plan = planned(case, data)
    after = effects(case, data, plan.jobs)
    total = float(plan.jobs.sum())
    facts = {
        "jobs_moved": total,
        "jobs_that_may_leave": float(data.available.sum()),
        "mean_km": float((plan.jobs * data.distances).sum() / total) if total else 0.0,
        "share_of_origin": total / after.origin_jobs,
        **after.facts(),
    }
    return Outcome(
        plan.value, -plan.answer.bound, plan.answer.gap, Label("去向的总价值", "worth of the moves"), POINTS, "max",
        sections(case, data, plan, after), tuple(_bindings(plan, _step(data))), tuple(_checks(case, data, plan, after)),
        tuple(_points(data, plan)), () if after.chains else WAITS, facts, _scenario(case, after), plan.answer.seconds,
    )  # fmt: skip


def _bindings(plan: Plan, step: float) -> Iterator[Binding]:
    """Yield the limits that bind, the dearest first."""
    for block, position, price in sorted(plan.prices, key=lambda one: -one[2]):
        named = (
            Label.parse(block.named(position)) if "|" in block.named(position) else Label(*2 * [block.named(position)])
        )
        label = Label(f"{block.label.zh}：{named.zh}", f"{block.label.en}: {named.en}")
        yield Binding(label, price, PER_THOUSAND, "relaxed", step)


def _checks(case: Case, data: Inputs, plan: Plan, after: Effects) -> Iterator[Check]:
    """Yield what the plan claims and what plain sums over its moves find."""
    found = float((plan.jobs * values(case, data)).sum())
    yield Check(Label("总价值", "worth"), plan.value, found, "numpy")
    over = max(
        float((plan.jobs.sum(axis=1) - data.available).max()),
        float((taken(data, plan) - data.room).max()),
        max((float(plan.jobs[bad].sum()) for bad in data.barred), default=0.0),
        float(plan.jobs[data.fit == 0].sum()),
    )
    yield Check(Label("超出任何一条约束", "beyond any limit"), 0.0, max(0.0, over), "numpy")
    units = plan.jobs / data.sizes[:, None]
    broken = max((float(np.abs(units[k] - np.round(units[k])).max()) for k in data.whole), default=0.0)
    yield Check(Label("拆开的整体单位", "units that were split"), 0.0, broken, "numpy")
    if plan.jobs.sum() > 0:
        way = np.broadcast_to(data.distances, plan.jobs.shape).ravel()
        mean = measured("shares.weighted_mean", {"values": Given(way), "weights": Given(plan.jobs.ravel())})
        claimed = float((plan.jobs * data.distances).sum() / plan.jobs.sum())
        yield Check(Label("平均距离", "mean distance"), claimed, float(mean), "shares.weighted_mean")
    yield from effects_checks(after)


def _points(data: Inputs, plan: Plan) -> Iterator[dict[str, object]]:
    """Yield the sites for a map, with the jobs that each takes."""
    for at, one in enumerate(data.sites):
        yield {
            "id": f"{one.item.id}:{one.place}", "name": [one.name, one.name], "longitude": one.point[0],
            "latitude": one.point[1], "value": float(plan.jobs[:, at].sum()), "room": float(data.room[data.at[at]]),
        }  # fmt: skip


def _scenario(case: Case, after: Effects) -> Series:
    """Return the jobs of members by industry, today and after the moves, as scenarios that measures can score."""
    values = np.stack([after.before, after.later])
    axes = (Axis("scenario", ("today", "moved")), Axis("place", after.members), Axis("concept", after.industries))
    flags = np.full(values.shape, int(Flag.SCENARIO), np.uint8)
    grades, rows = np.full(values.shape, int(Grade.ASSUMED), np.uint8), np.full(values.shape, -1, np.int64)
    return Series(f"plan.{case.name}.levels", "人", axes, values, flags, grades, rows)


RELOCATION = Kind(
    relocation,
    Label("疏解与分工", "relocation and roles"),
    LEVERS,
    required=(
        "register", "platform", "origin", "centre", "platforms", "built", "areas", "jobs", "platform_jobs", "people",
        "product", "year", "functions", "fit", "fit_reason", "roles",
    ),
    optional=("fit_of", "at", "leave", "flows", "output"),
    registers=("register", "platform"),
    findings=("areas", "jobs", "platform_jobs", "people", "product", "flows", "output"),
    shapes={
        "lists": ("platforms", "built", "centre"),
        "tables": ("functions", "fit", "roles", "fit_of", "at", "leave"),
    },
    problems=problems,
    scenario=True,
)  # fmt: skip
