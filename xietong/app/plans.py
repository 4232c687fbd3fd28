"""Plans at the desk: the plans of a study, one run with other levers, progress and a way to stop, two compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from xietong.app import desk
from xietong.errors import PackError, PlanError, Problems, UnknownName, XietongError
from xietong.library.labels import Label, Language
from xietong.library.ledger import Ledger, fill
from xietong.library.pages import Page
from xietong.plans.comparison import compare
from xietong.plans.kinds import KINDS, case, needs, payload, plan_problems
from xietong.plans.plan import Case, Lever
from xietong.recipes.jobs import Shelf
from xietong.recipes.study import read_study

Progress = Callable[[str], None]


class Planner:
    """The plans of a study over its current edition; they run again and again with other levers."""

    def __init__(self, study: Path, out: Path) -> None:
        import duckdb

        self.study = read_study(study)
        self._stack = ExitStack()
        try:
            connection = self._stack.enter_context(duckdb.connect())
            edition = self._stack.enter_context(desk.open_edition(study, out))
            fill(connection, self.study.pack)
            self.shelf = Shelf(self.study, Ledger(connection, self.study.pack))
            self._at = {name: document for document in self.study.documents("plans") for name in document.table("plan")}
            wanted = {need for name in self._at for need in needs(self._at[name], name)}
            self.shelf.findings.update({name: edition.finding(name) for name in wanted})
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def listed(self, language: Language) -> list[str]:
        """Return name and title of every plan."""
        labels = {name: Label.parse(str(one.table("plan", name).get("label", ""))) for name, one in self._at.items()}
        return [f"{name}  {label.text(language)}" for name, label in labels.items()]

    def case(self, name: str) -> Case:
        """Return a plan as the study has it.

        Raises:
            UnknownName: when the study has no such plan.
            Problems: when its choices cannot be read.
        """
        if name not in self._at:
            raise UnknownName("plan", "plan", name, self._at)
        if errors := list(plan_problems(self._at[name], name, self.study.pack)):
            raise Problems(f"plan {name}", errors)
        return case(self._at[name], name, self.shelf)

    def run(
        self, name: str, values: Mapping[str, float], *, ranges: bool = False, progress: Progress = lambda _: None,
        stopped: Callable[[], bool] = lambda: False, kept: Path | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Solve a plan with some levers moved; ``kept`` is a file from which a stopped run goes on.

        Raises:
            UnknownName: when there is no such plan or lever.
            PlanError: when there is no solution, or the file was kept by another plan or with other levers.
        """
        one = self.case(name).moved(values)
        mark = {"plan": name, "levers": {key: lever.value for key, lever in one.levers.items()}}
        one = replace(one, progress=progress, stopped=stopped, kept=_read(kept, mark), keep=_writer(kept, mark))
        return payload(one, KINDS[one.spec["kind"]], ranges=ranges)


def _read(path: Path | None, mark: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an earlier run of the same plan with the same levers left behind.

    Raises:
        PlanError: when the file is no such thing, or of another run.
    """
    if path is None or not path.exists():
        return {}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        state: Mapping[str, Any] = told.pop("state")
    except (ValueError, KeyError, AttributeError) as error:
        raise PlanError(
            f"plan {mark['plan']}", f"{path} keeps no run of a plan", ways=("name another file",)
        ) from error
    if told != mark:
        ways = ("run it with the same plan and levers", "name another file")
        raise PlanError(f"plan {mark['plan']}", f"{path} keeps a run with other levers or of another plan", ways=ways)
    return state


def _writer(path: Path | None, mark: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    def write(state: Mapping[str, Any]) -> None:
        if path is not None:
            text = json.dumps({**mark, "state": dict(state)}, ensure_ascii=False)
            path.with_suffix(".part").write_text(text, encoding="utf-8")
            path.with_suffix(".part").replace(path)

    return write


def values(one: Case, typed: Sequence[str]) -> dict[str, float]:
    """Return the levers typed as ``--NAME VALUE`` or ``--set NAME=VALUE``; a value may say its unit, as "5000 beds".

    Raises:
        Problems: with every option that is no lever, no number, or in another unit than the lever's.
    """
    errors: list[XietongError] = []
    return lever_values(one.name, one.levers, _pairs(one, typed, errors), errors)


def lever_values(
    plan: str, levers: Mapping[str, Lever], typed: Sequence[tuple[str, str]], errors: Sequence[XietongError] = ()
) -> dict[str, float]:
    """Return the levers typed as name and value; ``errors`` are problems that were met before.

    Raises:
        Problems: with every name that is no lever, and every value that is no number or in another unit.
    """
    told, found = dict[str, float](), list(errors)
    for name, text in typed:
        if name not in levers:
            found.append(UnknownName(f"plan {plan}", "lever", name, levers))
            continue
        try:
            told[name] = _number(levers[name], text)
        except PackError as error:
            found.append(error)
    if found:
        raise Problems(f"plan {plan}", found)
    return told


def levers_of(payload: Mapping[str, Any]) -> dict[str, Lever]:
    """Return the levers of an outcome as they stood when it was reached."""
    return {
        one["id"]: Lever(
            one["id"], Label(*one["label"]), Label(*one["unit"]), float(one["value"]), float(one["low"]),
            float(one["high"]), Label(*one["reason"]), one["where"],
        )
        for one in payload["levers"]
    }  # fmt: skip


def _pairs(one: Case, typed: Sequence[str], errors: list[XietongError]) -> list[tuple[str, str]]:
    pairs, left = [], list(typed)
    while left:
        option, equals, value = left.pop(0).partition("=")
        if not option.startswith("--"):
            errors.append(PackError(f"plan {one.name}", f"'{option}' is no option", ways=("--LEVER VALUE",)))
            continue
        if not equals and not left:
            errors.append(PackError(f"plan {one.name}", f"{option} has no value"))
            continue
        pairs.append((option.removeprefix("--").replace("-", "_"), value if equals else left.pop(0)))
    return pairs


def _number(lever: Lever, text: str) -> float:
    """Return a value that may be followed by the lever's unit, in Chinese or English.

    Raises:
        PackError: when it is no number, or another unit stands behind it.
    """
    number, _, unit = text.strip().partition(" ")
    units = {part.strip().casefold() for part in (lever.unit.zh, lever.unit.en)} | {""}
    try:
        value = float(number.replace(",", ""))
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise PackError(f"lever {lever.id}", f"'{text}' is no number", ways=(f"for example {lever.value:g}",))
    if unit.strip().casefold() not in units:
        what = f"'{unit.strip()}' is not its unit"
        raise PackError(f"lever {lever.id}", what, ways=(f"write it in {lever.unit}, or the number alone",))
    return value


def read_outcome(path: Path) -> Mapping[str, Any]:
    """Return an outcome that ``--format json`` wrote.

    Raises:
        PlanError: when the file is none.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlanError("plan compare", f"{path} cannot be read: {error}") from error
    if not isinstance(told, dict) or "objective" not in told:
        ways = ("xietong plan NAME --format json --to FILE",)
        raise PlanError("plan compare", f"{path} is no outcome of a plan", ways=ways)
    return told


def compared(paths: Sequence[Path]) -> Page:
    """Return the page that sets outcomes side by side, each under the name of its file.

    Raises:
        PlanError: when a file is no outcome, or they cannot be compared.
    """
    return compare([read_outcome(path) for path in paths], [path.stem for path in paths])
