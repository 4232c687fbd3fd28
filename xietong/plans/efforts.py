r"""Efforts: one budget over the paths of a framework, year by year, to close the goals that lie behind.

.. math::

    \min_{e, u} \sum_i w_i \frac{u_i}{d_i} \quad \text{s.t.} \quad
    \sum_{p \in P_i} \sum_{t \le Y_i} \varphi_p\, e_{pt} + u_i \ge d_i, \quad
    \sum_p c_p\, e_{pt} \le B, \quad |e_{pt} - e_{p,t-1}| \le r, \quad e_{p0} = 0

Sets: goals *i*, paths *p*, years :math:`t = 1 \dots`; :math:`P_i`: the paths that serve goal *i*; :math:`Y_i`: its
year. Data: :math:`d_i`, how far the level lies below the goal in its year, in logs, if the pace achieved is kept up.
Levers: :math:`\varphi_p`, what a point of effort adds to the yearly pace; :math:`c_p`, what it costs; :math:`B`, the
budget of a year; :math:`r`, how far the effort on a path may move within a year; :math:`w_i`, the weight of a goal.
Variables: :math:`e_{pt}`, effort; :math:`u_i`, what stays open.

Weighted goal programming solves it as it stands; the lexicographic form takes the ranks of the goals in turn, each
without giving up what those before have reached.  The number of goals that are met is whole: with :math:`u_i \le d_i
(1 - z_i)`, :math:`z_i \in \{0,1\}` and :math:`\sum_i z_i \ge k` the least :math:`B` is found for each *k*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.plans.blocks import Floats, Indices, Model
from xietong.plans.solving import Answer, solve

MET = 1e-6
"""A goal of which no larger share stays open counts as met."""


@dataclass(frozen=True)
class Goal:
    """A goal that lies behind: its shortfall in logs, its year, the paths that serve it, weight, and rank (0 first)."""

    id: str
    label: Label
    shortfall: float
    due: int
    paths: tuple[str, ...]
    weight: float = 1.0
    rank: int = 0


@dataclass(frozen=True)
class Means:
    """What there is to spend: paths with effect (logs a year a point) and cost (a point), budget, ramp, first year."""

    paths: tuple[str, ...]
    effect: Floats
    cost: Floats
    budget: float
    ramp: float
    first: int


@dataclass(frozen=True)
class Spent:
    """An optimum: effort over path and year, what stays open of each goal in logs, the budget, and the answer."""

    effort: Floats
    open: Floats
    budget: float
    answer: Answer
    model: Model

    def met(self, goals: Sequence[Goal]) -> list[bool]:
        """Return which goals are met."""
        return [bool(left <= MET * goal.shortfall) for left, goal in zip(self.open, goals, strict=True)]


@dataclass
class _Columns:
    effort: Indices
    open: Indices
    budget: Indices


def years(goals: Sequence[Goal], means: Means) -> list[int]:
    """Return the years in which effort can be spent: from the first to the last year of a goal."""
    return list(range(means.first, max((goal.due for goal in goals), default=means.first - 1) + 1))


def _program(goals: Sequence[Goal], means: Means, *, free_budget: bool = False) -> tuple[Model, _Columns]:
    """Return the program; with ``free_budget`` the budget is a variable and the only cost, else what stays open."""
    span = years(goals, means)
    paths, count = len(means.paths), len(span)
    model = Model("portfolio")
    weights = np.array([0.0 if free_budget else goal.weight / goal.shortfall for goal in goals])
    effort = model.columns(Label("投入", "effort"), (paths, count))
    left = model.columns(
        Label("未弥合部分", "what stays open"), len(goals), cost=weights, high=[goal.shortfall for goal in goals]
    )
    low, high = (0.0, np.inf) if free_budget else (means.budget, means.budget)
    budget = model.columns(Label("每年总投入", "budget of a year"), 1, cost=float(free_budget), low=low, high=high)
    for at, goal in enumerate(goals):
        serving = [means.paths.index(path) for path in goal.paths]
        used = [column for column, year in enumerate(span) if year <= goal.due]
        terms = [([0] * len(used), effort[path, used], means.effect[path]) for path in serving]
        model.rows(goal.label, 1, [*terms, (0, left[at], 1.0)], low=goal.shortfall, names=(goal.id,))
    rows = np.arange(count)
    spent = [(rows, effort[path], means.cost[path]) for path in range(paths)]
    names = tuple(map(str, span))
    model.rows(
        Label("每年总投入上限", "budget of a year"), count, [*spent, (rows, budget[0], -1.0)], high=0.0, names=names
    )
    for at, path in enumerate(means.paths):
        moves = [(rows, effort[at], 1.0), (rows[1:], effort[at, :-1], -1.0)]
        model.rows(Label(f"{path} 投入的年变动", f"yearly change of effort on {path}"), count, moves,
                   low=-means.ramp, high=means.ramp, names=names)  # fmt: skip
    return model, _Columns(effort, left, budget)


def _spent(model: Model, columns: _Columns) -> Spent:
    answer = solve(model)
    values = answer.values
    return Spent(values[columns.effort], values[columns.open], float(values[columns.budget[0]]), answer, model)


def weighted(goals: Sequence[Goal], means: Means) -> Spent:
    """Return the effort that leaves the least weighted share of the goals open."""
    return _spent(*_program(goals, means))


def sparing(goals: Sequence[Goal], means: Means, best: Spent) -> Spent:
    """Return the least effort, by cost, with which no goal is left further open than in an optimum."""
    model, columns = _program(goals, replace(means, budget=best.budget))
    model.rows(
        Label("不退让", "no goal gives up what it has"),
        len(goals),
        [(np.arange(len(goals)), columns.open, 1.0)],
        high=best.open + MET * np.array([goal.shortfall for goal in goals]),
    )
    cheap = replace(model, _costs=[np.repeat(means.cost, columns.effort.shape[1]), *(np.zeros(one.at.size) for one in
                                   model.column_blocks[1:])])  # fmt: skip
    found = _spent(cheap, columns)
    return replace(best, effort=np.maximum(0.0, found.effort) + 0.0)


def lexicographic(goals: Sequence[Goal], means: Means) -> Spent:
    """Return the effort that serves the goals of the first rank as well as can be, then those of the next."""
    model, columns = _program(goals, means)
    every = np.array([goal.weight / goal.shortfall for goal in goals])
    ranks = np.array([goal.rank for goal in goals])
    found = None
    for rank in sorted(set(ranks.tolist())):
        model, columns = _program([replace(one, weight=one.weight * (one.rank == rank)) for one in goals], means)
        for before in sorted(one for one in set(ranks.tolist()) if one < rank):
            if found is None:
                break
            among = ranks == before
            kept = float(every[among] @ found.open[among])
            label = Label(f"第 {before + 1} 级目标不退让", f"goals of rank {before + 1} keep what they have")
            model.rows(label, 1, [([0] * int(among.sum()), columns.open[among], every[among])], high=kept + MET)
        found = _spent(model, columns)
    return found if found is not None else _spent(model, columns)


def least_budget(goals: Sequence[Goal], means: Means, count: int) -> Spent | None:
    """Return the least budget of a year with which ``count`` goals are met, or nothing where none is enough."""
    model, columns = _program(goals, means, free_budget=True)
    met = model.columns(Label("达到的目标", "goals met"), len(goals), high=1.0, integer=True)
    rows, shortfalls = np.arange(len(goals)), np.array([goal.shortfall for goal in goals])
    terms = [(rows, columns.open, 1.0), (rows, met, shortfalls)]
    model.rows(Label("达到即不留差额", "a goal that is met leaves nothing open"), len(goals), terms, high=shortfalls)
    model.rows(Label("达到目标的个数", "number of goals met"), 1, [([0] * len(goals), met, 1.0)], low=float(count))
    try:
        return _spent(model, columns)
    except PlanError:
        return None


def most(goal: Goal, means: Means) -> float:
    """Return the most that a goal can gain in logs when the whole budget of every year is its own."""
    far = replace(goal, shortfall=1e3 * max(1.0, goal.shortfall), weight=1.0)
    return float(far.shortfall - weighted([far], means).open[0])


def alone(goal: Goal, means: Means) -> bool:
    """Return whether a goal is met when it is the only one: if not, no division of the budget meets it."""
    return weighted([goal], means).met([goal])[0]
