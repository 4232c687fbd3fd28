"""What the tests of plans share: a plan of a study as a case on findings that are made up, with no build behind it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from xietong.errors import XietongError
from xietong.library.documents import Document
from xietong.library.findings import Finding, Receipt
from xietong.library.labels import Label
from xietong.library.series import Axis, Series
from xietong.plans.kinds import KINDS, case, plan_problems
from xietong.plans.plan import Case, Outcome

NOTHING = Label("", "")
_RECEIPT = Receipt("test", NOTHING, "", "", "by hand")
WIDE = "value = {0}\nlow = {1}\nhigh = {2}\nlabel = '虚构 | Made up'\nreason = '虚构 | made up'\n"


def over(name: str, places: Mapping[str, list[float]], years: list[int], unit: str = "元") -> Finding:
    """Return a finding over place and year."""
    values = np.array(list(places.values()), dtype=float)
    axes = (Axis("place", tuple(places)), Axis("period", tuple(map(str, years))))
    return _series(name, unit, axes, values)


def along(name: str, values: list[float], years: list[int], unit: str = "1") -> Finding:
    """Return a finding over years."""
    return _series(name, unit, (Axis("period", tuple(map(str, years))),), np.array(values, dtype=float))


def _series(name: str, unit: str, axes: tuple[Axis, ...], values: np.ndarray) -> Finding:
    planes = np.zeros(values.shape, np.uint8), np.zeros(values.shape, np.uint8), np.full(values.shape, -1, np.int64)
    return Finding(name, "series", Label(name, name), 1, NOTHING, _RECEIPT, Series(name, unit, axes, values, *planes))


def table(name: str, payload: Mapping[str, Any]) -> Finding:
    """Return a finding that speaks by its payload."""
    return Finding(name, "table", Label(name, name), 0, NOTHING, _RECEIPT, None, payload)


def levers(plan: str, **values: tuple[float, float, float]) -> str:
    """Return levers of a plan as text: value, low and high of each."""
    return "".join(f"\n[plan.{plan}.levers.{key}]\n" + WIDE.format(*value) for key, value in values.items())


def document(folder: Path, text: str) -> Document:
    """Write a file of plans and read it."""
    (folder / "plans.toml").write_text(text, encoding="utf-8")
    return Document.read(folder / "plans.toml", "plans.toml")


def problems(folder: Path, text: str, name: str) -> list[XietongError]:
    """Return what is wrong with a plan."""
    return list(plan_problems(document(folder, text), name, SimpleNamespace(registers={})))


def given(folder: Path, text: str, name: str, *findings: Finding) -> Case:
    """Return a plan of a file on findings."""
    assert problems(folder, text, name) == []
    shelf = SimpleNamespace(finding={one.id: one for one in findings}.__getitem__)
    return case(document(folder, text), name, shelf)


def solved(one: Case) -> Outcome:
    """Return the outcome of a plan."""
    return KINDS[one.spec["kind"]].solve(one)
