r"""Joint research: which gaps of a chain to attack first under one budget.

.. math::

    \max_{x, z} \sum_g v_g x_g \;\text{ or }\; \max_{x, z} \sum_n w_n z_n \quad \text{s.t.} \quad
    \sum_g \kappa c_g x_g \le B, \quad x_h \le x_g \; (g \to h), \quad z_n \le x_g \; (g \to n), \quad
    x_g \in \{0, 1\},\ 0 \le z_n \le 1

Sets: gaps :math:`g, h`; segments :math:`n`; :math:`g \to h` says that *h* lies downstream of the gap *g* and the
reverse does not hold.  Data: :math:`c_g`, cost of closing a gap; :math:`w_n`, worth of a segment (1 where none is
stated); :math:`v_g = \sum_{n : g \to n} w_n`, the downstream reach of a gap.  Levers: :math:`B`, budget;
:math:`\kappa`, factor on all costs.  Variables: :math:`x_g`, whether a gap is attacked; :math:`z_n`, whether a segment
has no open gap upstream.

``value = "reach"`` counts a segment once for every gap above it that is attacked, ``"served"`` once, when all of them
are.  Links of the kind ``recycling`` lead back and count neither as reach nor as precedence; gaps on a circle of other
links do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xietong.errors import PackError, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Cell, Column, Missing, Row, Section
from xietong.plans.blocks import Indices, Model
from xietong.plans.chain_file import LINKS, NODES, Chain, Truths, read_chain
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome
from xietong.plans.solving import Answer, solve
from xietong.recipes.measuring import Given, measured

VALUES = ("reach", "served")
UNIT, MONEY = Label("环节", "segments"), Label("费用单位", "units of cost")
_ATTACK, _SERVED = Label("攻关的卡点", "gaps attacked"), Label("打通的环节", "segments served")
_BUDGET, _ORDER = Label("预算", "budget"), Label("上游先于下游", "a gap upstream first")
_SMALL, _STEPS = 1e-9, 20
WAITS = (
    Missing(
        Label("六条链的卡点清单与供应关系", "the list of gaps of the six chains, and who supplies whom"),
        Label("从未公布；本规划按所给的文件运行", "never published; the plan runs on the files that it is given"),
        (Label("以 nodes 与 links 两个文件给出", "give them as the two files nodes and links"),),
    ),
)


@dataclass(frozen=True)
class Portfolio:
    """The program with where its columns and the row of the budget stand."""

    model: Model
    attack: Indices
    served: Indices


def portfolio(chain: Chain, budget: float, factor: float, value: str, *, whole: bool = True) -> Portfolio:
    """Return the program of a chain; without ``whole`` it is the LP relaxation."""
    gaps = np.flatnonzero(chain.gap)
    reach = chain.downstream
    worth = (reach[gaps] * chain.worth).sum(axis=1) if value == "reach" else np.zeros(gaps.size)
    model = Model("joint research")
    names = [chain.names[at] for at in gaps]
    attack = model.columns(_ATTACK, gaps.size, cost=-worth, high=1.0, integer=whole, names=names)
    paid = -chain.worth if value == "served" else np.zeros(len(chain.names))
    served = model.columns(_SERVED, len(chain.names), cost=paid, high=1.0, names=chain.names)
    model.rows(_BUDGET, 1, [(0, attack, factor * chain.cost[gaps])], high=budget)
    before, after = np.nonzero(reach[np.ix_(gaps, gaps)] & ~reach[np.ix_(gaps, gaps)].T)
    row = np.arange(before.size)
    model.rows(_ORDER, before.size, [(row, attack[after], 1.0), (row, attack[before], -1.0)], high=0.0)
    needed = reach[gaps] | (np.arange(len(chain.names)) == gaps[:, None])
    gap, node = np.nonzero(needed)
    row = np.arange(gap.size)
    model.rows(_SERVED, gap.size, [(row, served[node], 1.0), (row, attack[gap], -1.0)], high=0.0)
    return Portfolio(model, attack, served)


def joint_research(case: Case) -> Outcome:
    """Return the portfolio of gaps to attack.

    Raises:
        Problems: with every line of the two files that cannot be read.
    """
    chain, value = read_chain(case), str(case.spec.get("value", "reach"))
    budget, factor = case["budget"], case["cost_factor"]
    built = portfolio(chain, budget, factor, value)
    answer = solve(built.model, stopped=case.stopped)
    relaxed = solve(portfolio(chain, budget, factor, value, whole=False).model)
    gaps = np.flatnonzero(chain.gap)
    chosen = answer.values[built.attack] > 0.5
    best, step = 0.0 - answer.objective, case["step"]
    more = max(0.0, -solve(built.model.relaxed(built.model.row_blocks[0], 0, step)).objective - best)
    frontier = list(_frontier(case, chain, value))
    dual = max(0.0, -float(relaxed.duals[0]))
    bindings = [Binding(Label("预算（松弛的对偶价）", "budget, dual of the relaxation"), dual, UNIT, "dual")]
    bindings.append(Binding(_BUDGET, more, UNIT, "relaxed", step))
    bound = max(best, min(0.0 - answer.bound, 0.0 - relaxed.objective))
    spent = float(factor * chain.cost[gaps] @ chosen)
    facts = {
        "spent": spent,
        "gaps": float(gaps.size),
        "attacked": float(chosen.sum()),
        "relaxation": -relaxed.objective,
    }
    sections = (_gaps(case, chain, chosen), _frontier_section(frontier))
    return Outcome(
        best, bound, (bound - best) / max(best, 1e-12), Label("下游受益", "downstream value"), UNIT, "max", sections,
        tuple(one for one in bindings if one.price > _SMALL), tuple(_checks(case, chain, value, chosen, answer)), (),
        WAITS, facts, seconds=answer.seconds,
    )  # fmt: skip


def _frontier(case: Case, chain: Chain, value: str) -> Iterator[tuple[float, float]]:
    """Yield the best value for budgets from nothing to all gaps."""
    whole = float(case["cost_factor"] * chain.cost[chain.gap].sum())
    for budget in np.linspace(0.0, whole, _STEPS + 1).tolist():
        found = solve(portfolio(chain, budget, case["cost_factor"], value).model, stopped=case.stopped)
        yield float(budget), 0.0 - found.objective


def _checks(case: Case, chain: Chain, value: str, chosen: Truths, answer: Answer) -> Iterator[Check]:
    """Yield the value by walking the links, the money spent, and the order, each by plain steps."""
    gaps = np.flatnonzero(chain.gap)
    attacked = {int(at) for at, taken in zip(gaps, chosen, strict=True) if taken}
    below = {int(at): chain.walk(int(at)) for at in gaps}
    if value == "reach":
        found = sum(float(chain.worth[sorted(below[at])].sum()) for at in attacked)
    else:
        open_ = set(below) - attacked
        shut = open_.union(*(below[at] for at in open_))
        found = float(sum(chain.worth[at] for at in range(len(chain.names)) if at not in shut))
    yield Check(Label("下游受益", "downstream value"), 0.0 - answer.objective, found, "walk along the links")
    costs = np.array([case["cost_factor"] * chain.cost[at] for at in sorted(attacked)])
    over = max(0.0, float(costs.sum()) - case["budget"])
    yield Check(Label("超出预算", "spent beyond the budget"), 0.0, over, "numpy")
    early = [(g, h) for h in attacked for g in below if g not in attacked and h in below[g] and g not in below[h]]
    yield Check(
        Label("先于上游的卡点", "gaps attacked before one upstream"), 0.0, float(len(early)), "walk along the links"
    )
    if costs.size > 1:
        data = {"amounts": Given(costs, (tuple(chain.names[at] for at in sorted(attacked)),))}
        total = float(measured("shares.total", data))
        yield Check(Label("花费", "spent"), float(costs.sum()), total, "shares.total")


def _gaps(case: Case, chain: Chain, chosen: Truths) -> Section:
    columns = (
        Column("gap", Label("卡点", "Gap")),
        Column("attacked", Label("先攻", "Attacked")),
        Column("cost", Label("费用", "Cost"), MONEY, 1),
        Column("reach", Label("下游环节", "Segments downstream"), UNIT),
        Column("first", Label("须先攻", "To be attacked before")),
    )
    gaps, rows = np.flatnonzero(chain.gap), []
    for at, taken in sorted(zip(gaps.tolist(), chosen, strict=True), key=lambda one: (not one[1], one[0])):
        above = [g for g in gaps if chain.downstream[g, at] and not chain.downstream[at, g]]
        first = "；".join(chain.names[g] for g in above)
        told = Label("是", "yes") if taken else Label("否", "no")
        cost = float(case["cost_factor"] * chain.cost[at])
        cells: tuple[Cell, ...] = (chain.names[at], told, cost, float(chain.downstream[at].sum()), first)
        rows.append(Row(cells))
    text = Label("上游的卡点不先攻，下游的攻下也接不上", "A gap downstream is of no use while one upstream is open")
    return Section("gaps", Label("先攻哪些卡点", "Which gaps first"), (text,), columns, tuple(rows))


def _frontier_section(frontier: list[tuple[float, float]]) -> Section:
    columns = (
        Column("budget", _BUDGET, MONEY, 1),
        Column("value", Label("下游受益", "Downstream value"), UNIT, 1),
    )
    figure = {
        "kind": "frontier", "points": [list(one) for one in frontier], "x": ["预算", "budget"],
        "y": ["下游受益", "downstream value"],
    }  # fmt: skip
    text = Label("每个预算下能达到的最好结果", "The best that each budget can reach")
    rows = tuple(Row(one) for one in frontier)
    return Section("frontier", Label("预算与受益", "Value over budget"), (text,), columns, rows, figure=figure)


def problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return what is wrong with the files and the value of a plan, each with its line."""
    spec, who = document.table(*path), f"plan {path[-1]}"
    errors: list[XietongError] = []
    for key, columns in (("nodes", NODES), ("links", LINKS)):
        file = document.path.parent / str(spec[key])
        if document.path.parent.resolve() not in file.resolve().parents or not file.is_file():
            what, ways = f"there is no file '{spec[key]}' beside the plan", (f"columns: {', '.join(columns)}",)
            errors.append(PackError(who, what, ways=ways, where=document.where(*path, key)))
    if spec.get("value", "reach") not in VALUES:
        what = f"'value' must be {' or '.join(VALUES)}, not {spec['value']!r}"
        errors.append(PackError(who, what, where=document.where(*path, "value")))
    return errors


JOINT_RESEARCH = Kind(
    joint_research,
    Label("联合攻关", "joint research"),
    ("budget", "cost_factor", "step"),
    required=("nodes", "links"),
    optional=("value",),
    files=("nodes", "links"),
    problems=problems,
)
