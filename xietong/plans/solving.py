"""Solving a program in blocks with HiGHS, and telling why one has no solution or no bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from xietong.errors import PlanError
from xietong.plans.blocks import Block, Floats, Model

Stop = Callable[[], bool]

_SMALL = 1e-7
_NAMED = 8
"""So many constraints or variables are named; the others are counted."""


@dataclass(frozen=True)
class Answer:
    """The best solution found: its value, the proven bound, their relative gap, the seconds, and the prices.

    ``duals`` is the change of the objective for one more unit of each row's limit; it is empty for integer programs,
    whose rows have no prices: `Model.relaxed` gives the program with a limit moved.
    """

    objective: float
    bound: float
    gap: float
    seconds: float
    values: Floats
    duals: Floats
    optimal: bool


def solve(
    model: Model, *, seconds: float = np.inf, gap: float = 0.0, start: Floats | None = None,
    stopped: Stop | None = None, presolve: bool = True,
) -> Answer:  # fmt: skip
    """Solve to proven optimality, or until ``seconds`` are over, ``gap`` is reached or ``stopped`` says so.

    ``start`` is a known solution, one value a column.  Flows in networks are quicker without ``presolve``.

    Raises:
        PlanError: when there is no solution, with the constraints that contradict each other; when the objective has no
            bound, with the variables that run away; when nothing was found in time.
    """
    import highspy

    begun = monotonic()
    solver = _loaded(model)
    if np.isfinite(seconds):
        solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", float(gap))
    if not presolve:
        solver.setOptionValue("presolve", "off")
    if start is not None:
        _begin(solver, start)
    if stopped is not None:
        watch(solver, stopped)
    solver.run()
    status, states = solver.getModelStatus(), highspy.HighsModelStatus
    if status in (states.kInfeasible, states.kUnboundedOrInfeasible, states.kUnbounded):
        raise _hopeless(model, status == states.kInfeasible)
    if status == states.kModelEmpty:
        return Answer(0.0, 0.0, 0.0, monotonic() - begun, np.zeros(0), np.zeros(model.height), optimal=True)
    info: Any = solver.getInfo()
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        raise PlanError(
            f"plan {model.name}", f"no solution was found in {monotonic() - begun:.1f} s", ways=("give it more time",)
        )
    whole = bool(model.integers().any())
    solution, value = solver.getSolution(), float(info.objective_function_value)
    bound = (
        float(info.mip_dual_bound)
        if whole
        else value - abs(float(info.primal_dual_objective_error)) * max(1, abs(value))
    )
    duals = np.zeros(0) if whole else np.array(solution.row_dual)
    apart = max(0.0, value - bound) / max(abs(value), 1e-12)
    optimal = status == states.kOptimal
    return Answer(value, bound, apart, monotonic() - begun, np.array(solution.col_value), duals, optimal)


def _loaded(model: Model, *, elastic: bool = False) -> Any:
    """Return HiGHS with the program; ``elastic`` lets every row give way, at a cost of one a unit and no other."""
    import highspy
    from scipy.sparse import eye, hstack

    matrix, costs, (low, high), whole = model.matrix(), model.costs(), model.bounds(), model.integers()
    if elastic:
        slack = eye(model.height, format="csr")
        matrix = hstack([matrix, slack, -slack]).tocsr()
        more = 2 * model.height
        costs = np.concatenate([np.zeros(model.width), np.ones(more)])
        low, high = np.concatenate([low, np.zeros(more)]), np.concatenate([high, np.full(more, np.inf)])
        whole = np.concatenate([whole, np.zeros(more, bool)])
    lowest, highest = model.limits()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = matrix.shape[1], matrix.shape[0]
    program.col_cost_, program.col_lower_, program.col_upper_ = costs, low, high
    program.row_lower_, program.row_upper_ = lowest, highest
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = (
        matrix.indptr, matrix.indices, matrix.data,
    )  # fmt: skip
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[one] for one in whole.astype(int)]
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_abs_gap", 0.0)
    solver.passModel(program)
    return solver


def _begin(solver: Any, start: Floats) -> None:
    """Offer a known solution; the solver checks it itself."""
    import highspy

    known = highspy.HighsSolution()
    known.col_value = list(map(float, start))
    solver.setSolution(known)


def watch(solver: Any, stopped: Stop) -> None:
    """Ask ``stopped`` again and again while the solver runs."""
    import highspy

    def ask(kind: Any, message: Any, out: Any, put_in: Any, data: Any) -> None:
        if put_in is not None and stopped():
            put_in.user_interrupt = True

    solver.setCallback(ask, None)
    for kind in (
        highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
        highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    ):
        solver.startCallback(kind)


def _hopeless(model: Model, contradicts: bool) -> PlanError:
    """Return why a program has no solution, or no bound."""
    who = f"plan {model.name}"
    if contradicts or (told := list(_running_away(model))) == []:
        ways = tuple(f"let it give way: {one}" for one in _giving_way(model))
        clash = conflict(model)
        named = " and ".join(f"“{block.label}”" for block in clash)
        one = len(clash) == 1
        what = f"no solution: {named} cannot hold" if one else f"no solution: these contradict each other: {named}"
        why = "the variables cannot reach it within their own limits" if one else "each could hold without the others"
        return PlanError(who, what, why=why, ways=ways or ("widen the bounds of a variable",))
    what = f"no bound: {'; '.join(told[:_NAMED])} can grow for ever and the objective with it"
    return PlanError(who, what, ways=("give what grows an upper limit or a cost",))


def conflict(model: Model) -> list[Block]:
    """Return blocks of rows that contradict each other and of which none can be left out (deletion filter)."""
    kept = list(model.row_blocks)
    for block in list(kept):
        fewer = [one for one in kept if one is not block]
        if not _feasible(model, fewer):
            kept = fewer
    return kept


def _feasible(model: Model, blocks: list[Block]) -> bool:
    import highspy

    solver = _loaded(model)
    solver.changeColsCost(model.width, np.arange(model.width, dtype=np.int32), np.zeros(model.width))
    at = [one.at for one in model.row_blocks if not any(one is block for block in blocks)]
    free = np.concatenate(at) if at else np.zeros(0, np.int64)
    for row in free:
        solver.changeRowBounds(int(row), -np.inf, np.inf)
    solver.run()
    return bool(solver.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnbounded))


def _giving_way(model: Model) -> Iterator[str]:
    """Yield the rows that would have to give way, and by how much, for the least sum of all."""
    solver = _loaded(model, elastic=True)
    solver.run()
    values = np.array(solver.getSolution().col_value)
    if values.size == 0:
        return
    extra = values[model.width :]
    moved = extra[: model.height] + extra[model.height :]
    told = 0
    for block in model.row_blocks:
        for position in np.flatnonzero(moved[block.at] > _SMALL):
            told += 1
            if told <= _NAMED:
                name = block.named(int(position))
                yield f"{block.label}{f' ({name})' if name else ''} by {moved[block.at[position]]:.6g}"
    if told > _NAMED:
        yield f"and {told - _NAMED} more"


def _running_away(model: Model) -> Iterator[str]:
    """Yield the variables along which the objective has no bound."""
    solver = _loaded(model)
    solver.setOptionValue("presolve", "off")
    solver.run()
    told = solver.getPrimalRay()
    ray = np.array(told[2]) if told[1] else np.zeros(model.width)
    for block in model.column_blocks:
        for position in np.flatnonzero(np.abs(ray[block.at]) > _SMALL):
            name = block.named(int(position))
            yield f"{block.label}{f' ({name})' if name else ''}"
