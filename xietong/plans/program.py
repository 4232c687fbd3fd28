"""A linear program in named rows and columns, solved by HiGHS; it says what binds and what a relaxation buys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xietong.errors import PlanError


@dataclass
class Program:
    r"""Minimise :math:`c^\top x` subject to :math:`l \le A x \le u` and bounds on :math:`x`; all by name."""

    name: str
    columns: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    rows: dict[str, tuple[float, float, dict[str, float]]] = field(default_factory=dict)

    def column(self, name: str, *, cost: float = 0.0, low: float = 0.0, high: float = float("inf")) -> None:
        """Add a variable with its cost and bounds."""
        self.columns[name] = (cost, low, high)

    def row(
        self, name: str, terms: Mapping[str, float], *, low: float = -float("inf"), high: float = float("inf")
    ) -> None:
        """Add a constraint ``low <= terms <= high``."""
        self.rows[name] = (low, high, dict(terms))


@dataclass(frozen=True)
class Solution:
    """An optimum: objective, bound from the dual, their relative gap, values, and a shadow price per binding row."""

    objective: float
    bound: float
    gap: float
    values: Mapping[str, float]
    binding: Mapping[str, float]


def solve(program: Program) -> Solution:
    """Solve a program to proven optimality.

    Raises:
        PlanError: when it has no solution, naming the program and what HiGHS said.
    """
    import highspy
    import numpy as np

    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", 1)
    index = {name: at for at, name in enumerate(program.columns)}
    for cost, low, high in program.columns.values():
        model.addCol(cost, low, high, 0, np.array([], dtype=np.int32), np.array([], dtype=float))
    for low, high, terms in program.rows.values():
        where = np.array([index[name] for name in terms], dtype=np.int32)
        model.addRow(low, high, len(terms), where, np.array(list(terms.values()), dtype=float))
    model.run()
    status = model.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise PlanError(
            f"plan {program.name}",
            f"no solution: HiGHS says {model.modelStatusToString(status)}",
            why="the constraints contradict each other" if "nfeasible" in model.modelStatusToString(status) else "",
            ways=("relax an assumption of the study: its range says how far that is defensible",),
        )
    answer = model.getSolution()
    info: Any = model.getInfo()
    objective = float(info.objective_function_value)
    gap = float(info.primal_dual_objective_error)
    prices = {
        name: float(price) for name, price in zip(program.rows, answer.row_dual, strict=True) if abs(price) > 1e-9
    }
    bound = objective - gap * max(1.0, abs(objective))
    return Solution(objective, bound, gap, dict(zip(index, map(float, answer.col_value), strict=True)), prices)
