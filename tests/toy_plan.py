"""A kind of plan that is none: synthetic, quick or slow as a lever says, to try how plans are run, stopped and shown."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

from xietong.app import plan_worker
from xietong.errors import PlanError
from xietong.library.labels import Label
from xietong.library.pages import Column, Row, Section
from xietong.plans import kinds
from xietong.plans.plan import Binding, Case, Check, Kind, Outcome

STEP = 0.02
PATIENT = 3
TOML = """
[plan.toy]
kind = "toy"
label = "虚构规划 | A toy plan"
text = "虚构的预算分配 | a budget that does not exist"

[plan.toy.levers.budget]
label = "预算 | Budget"
unit = "亿元 | 100 million yuan"
value = 10
low = 5
high = 20
reason = "虚构 | made up"

[plan.toy.levers.share]
label = "比例 | Share"
value = 0.5
low = 0.1
high = 0.9
reason = "虚构 | made up"

[plan.toy.levers.steps]
label = "步数 | Steps"
value = 2
low = 0
high = 400
reason = "虚构 | made up"
"""


def solve(case: Case) -> Outcome:
    """Give a share of a budget, step by step; what was given when it is stopped is the outcome."""
    if case["share"] < 0:
        os._exit(3)
    if case["share"] > 1:
        raise PlanError("plan toy", f"no solution: a share of {case['share']} is more than all")
    given, steps = case["budget"] * case["share"], int(case["steps"])
    for at in range(steps):
        case.progress(f"step {at + 1} of {steps}")
        until = time.monotonic() + STEP
        while time.monotonic() < until:  # holds the interpreter, as a model that is being put together does
            pass
        if case.stopped():
            given *= (at + 1) / steps
            break
    yuan = Label("亿元", "100 million yuan")
    columns = (Column("who", Label("谁", "Who")), Column("given", Label("给", "Given"), unit=yuan, digits=2))
    section = Section("given", Label("分配", "Allocation"), (), columns, (Row(("<b>甲</b>", given)),))
    return Outcome(
        given, given, 0.0, Label("给出的", "Given"), yuan, "max", (section,),
        (Binding(Label("预算", "Budget"), case["share"], yuan, "dual"),), (Check(Label("合计", "Sum"), given, given, "1"),),
        facts={
            "left": case["budget"] - given, "process": os.getpid(), "niceness": os.getpriority(os.PRIO_PROCESS, 0)
        },
    )  # fmt: skip


TOY = Kind(solve, Label("虚构", "made up"), ("budget", "share", "steps"))


def work(line: Connection, study: Path, out: Path) -> None:
    """Do what a process of plans does, knowing the toy."""
    kinds.KINDS = {**kinds.KINDS, "toy": TOY}
    from xietong.app import plans

    plans.KINDS = kinds.KINDS
    plan_worker.PATIENT = PATIENT
    plan_worker.work(line, study, out)
